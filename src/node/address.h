/*
 * Where a node listens: a loopback address with a port, or a Unix socket, and
 * nothing that a network reaches. A running node leaves its address in
 * DIR/address, since `kufi serve --listen` may name another than config.ini.
 */
#ifndef NODE_ADDRESS_H
#define NODE_ADDRESS_H

#include "base/err.h"
#include "os/os.h"

#define ADDRESS_FILE "address"

/* What sun_path holds, NUL included. */
#define ADDRESS_PATH_SIZE_MAX 108

enum address_kind { ADDRESS_IPV4, ADDRESS_IPV6, ADDRESS_UNIX };

struct address {
    enum address_kind kind;
    uint8_t ip[16]; /* 4 of them for IPv4 */
    uint16_t port;  /* 0: any that is free */
    char path[ADDRESS_PATH_SIZE_MAX];
};

/*
 * "127.0.0.1:8600", "localhost:8600", "[::1]:8600", "unix:/path". ERR_FORMAT,
 * or ERR_DENIED for an address that is not loopback; `what` then says why.
 */
MUST_CHECK enum err address_parse(const char *text, struct address *out,
                                  const char **what);

/*
 * Where other nodes reach this one: any IP address with a port, no Unix socket.
 * ERR_FORMAT.
 */
MUST_CHECK enum err address_parse_peers(const char *text, struct address *out,
                                        const char **what);

/* Writes it again as address_parse() takes it, with a NUL at the end. */
void address_write(const struct address *address, char *out, size_t out_size);

/*
 * Where the node of `dir` listens, as text: DIR/address when there is one,
 * else `configured`. `out` has LISTEN_SIZE_MAX + 1 bytes.
 */
MUST_CHECK enum err address_find(struct os *os, struct folder dir,
                                 const char *configured, char *out);

#endif
