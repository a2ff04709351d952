#include "node/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "node/config.h"

static enum err
refuse(enum err e, const char **what, const char *why)
{
    *what = why;
    return e;
}

static enum err
path_parse(struct bytes path, struct address *out, const char **what)
{
    if (path.size == 0 || path.p[0] != '/')
        return refuse(ERR_FORMAT, what, "a socket's path begins with /");
    if (path.size >= sizeof(out->path))
        return refuse(ERR_FORMAT, what,
                      "a socket's path has 107 bytes at most");
    *out = (struct address){.kind = ADDRESS_UNIX};
    memcpy(out->path, path.p, path.size);
    return OK;
}

static bool
ip_is_loopback(const struct address *address)
{
    static const uint8_t one[16] = {[15] = 1};

    if (address->kind == ADDRESS_IPV4)
        return address->ip[0] == 127;
    return memcmp(address->ip, one, sizeof(one)) == 0;
}

/* `host` without its brackets. */
static bool
ip_parse(struct bytes host, struct address *out)
{
    char text[INET6_ADDRSTRLEN];

    if (bytes_equal(host, BYTES("localhost")))
        host = BYTES("127.0.0.1");
    if (host.size >= sizeof(text))
        return false;
    memcpy(text, host.p, host.size);
    text[host.size] = '\0';
    out->kind = ADDRESS_IPV4;
    if (inet_pton(AF_INET, text, out->ip) == 1)
        return true;
    out->kind = ADDRESS_IPV6;
    return inet_pton(AF_INET6, text, out->ip) == 1;
}

/* "IP:PORT", IPv6 in brackets. */
static bool
port_parse(struct bytes whole, struct address *out)
{
    size_t colon = whole.size;
    struct bytes host;
    uint64_t port;

    while (colon > 0 && whole.p[colon - 1] != ':')
        colon--;
    if (colon == 0 ||
        !bytes_decimal(bytes_slice(whole, colon, whole.size), 65535, &port))
        return false;
    host = bytes_slice(whole, 0, colon - 1);
    if (host.size >= 2 && host.p[0] == '[' && host.p[host.size - 1] == ']')
        host = bytes_slice(host, 1, host.size - 2);
    out->port = (uint16_t)port;
    return ip_parse(host, out);
}

enum err
address_parse(const char *text, struct address *out, const char **what)
{
    struct bytes whole = bytes_of(text);
    struct address address = {0};

    if (bytes_begin(whole, BYTES("unix:")))
        return path_parse(bytes_slice(whole, 5, whole.size), out, what);
    if (!port_parse(whole, &address))
        return refuse(ERR_FORMAT, what,
                      "an address is 127.0.0.1:PORT, [::1]:PORT or unix:/PATH");
    if (!ip_is_loopback(&address))
        return refuse(ERR_DENIED, what,
                      "only loopback addresses are served: until officers sign "
                      "in, whoever reaches the port needs one token only");
    *out = address;
    return OK;
}

enum err
address_parse_peers(const char *text, struct address *out, const char **what)
{
    struct address address = {0};

    if (!port_parse(bytes_of(text), &address))
        return refuse(ERR_FORMAT, what, "an address is IP:PORT or [IP]:PORT");
    *out = address;
    return OK;
}

void
address_write(const struct address *address, char *out, size_t out_size)
{
    char host[INET6_ADDRSTRLEN] = "";

    if (address->kind == ADDRESS_UNIX) {
        (void)snprintf(out, out_size, "unix:%s", address->path);
        return;
    }
    (void)inet_ntop(address->kind == ADDRESS_IPV4 ? AF_INET : AF_INET6,
                    address->ip, host, sizeof(host));
    (void)snprintf(out, out_size,
                   address->kind == ADDRESS_IPV4 ? "%s:%u" : "[%s]:%u", host,
                   address->port);
}

enum err
address_find(struct os *os, struct folder dir, const char *configured,
             char *out)
{
    size_t size;
    enum err e = os_read_file(os, dir, ADDRESS_FILE, (uint8_t *)out,
                              LISTEN_SIZE_MAX, &size);

    if (e == ERR_NOT_FOUND) {
        (void)snprintf(out, LISTEN_SIZE_MAX + 1, "%s", configured);
        return OK;
    }
    if (e != OK)
        return e;
    while (size > 0 && out[size - 1] == '\n')
        size--;
    out[size] = '\0';
    return OK;
}
