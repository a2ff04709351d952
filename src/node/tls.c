#include "node/tls.h"

static enum err
text_read(struct os *os, struct folder dir, const char *path, char *out,
          size_t out_size)
{
    size_t size = 0;
    enum err e =
        os_read_file(os, dir, path, (uint8_t *)out, out_size - 1, &size);

    if (e != OK)
        return e == ERR_LIMIT ? ERR_FORMAT : e;
    out[size] = '\0';
    /* A NUL inside would hide what follows it from the libraries. */
    return bytes_of(out).size == size ? OK : ERR_FORMAT;
}

static enum err
absent(struct os *os, struct folder dir, const char *path)
{
    struct file file;
    enum err e = os->open(os, dir, path, OPEN_READ, 0, &file);

    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    os->close(os, file);
    return ERR_CONFLICT;
}

/* The certificate last: where there is one there is its key. */
enum err
tls_make(struct os *os, struct folder dir, struct bytes node,
         struct certificate *out)
{
    enum err e = absent(os, dir, TLS_CERTIFICATE_FILE);

    if (e == OK)
        e = certificate_make(node, os->now(os), out);
    if (e != OK)
        return e;
    e = os_replace_file(os, dir, TLS_KEY_FILE, "", bytes_of(out->key), 0600);
    if (e == OK)
        e = os_replace_file(os, dir, TLS_CERTIFICATE_FILE, "",
                            bytes_of(out->text), 0644);
    if (e != OK)
        certificate_deinit(out);
    return e;
}

enum err
tls_load(struct os *os, struct folder dir, struct certificate *out)
{
    enum err e = text_read(os, dir, TLS_KEY_FILE, out->key, sizeof(out->key));

    if (e == OK)
        e = text_read(os, dir, TLS_CERTIFICATE_FILE, out->text,
                      sizeof(out->text));
    if (e == OK)
        e = certificate_check(out);
    if (e != OK)
        certificate_deinit(out);
    return e;
}

enum err
tls_pin(struct os *os, struct folder dir, struct hash *out)
{
    char text[CERTIFICATE_SIZE_MAX];
    enum err e = text_read(os, dir, TLS_CERTIFICATE_FILE, text, sizeof(text));

    return e == OK ? certificate_pin(bytes_of(text), out) : e;
}
