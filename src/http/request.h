/*
 * An HTTP request as the handlers see it, and their response: plain structs
 * without a socket, so that handlers can be tested alone. API 1.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/arena.h"
#include "crypto/hash.h"
#include "os/os.h"

#define REQUEST_PATH_SIZE_MAX 256   /* the longest tile path has 47 */
#define REQUEST_QUERY_SIZE_MAX 1024 /* statistics have three short members */

/* The largest body we take has three lines of an MRZ and a few words. */
#define REQUEST_BODY_SIZE_MAX 65536

/* One request and its answer: a year of statistics by the hour, or a search
 * that finds as much as it may (api/history.h), with the rows they are made of.
 * Only what is used of it takes memory. */
#define REQUEST_ARENA_SIZE (2 * 1024 * 1024)

enum method {
    METHOD_OTHER, /* one that HTTP has and we never serve: PUT, DELETE, ... */
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST
};

/*
 * All bytes are borrowed and live until the answer has been sent.
 *
 * path   begins with '/'; percent-decoded once; holds no control character,
 *        no "//" and no segment "." or ".."
 * query  what follows '?', as it was sent: visible ASCII
 * pin    of the client's key, over TLS (http/server.h)
 */
struct request {
    enum method method;
    struct bytes path;
    struct bytes query;
    struct bytes authorization; /* fields that were not sent have p NULL */
    struct bytes content_type;
    struct bytes idempotency_key;
    struct bytes body;
    struct hash pin;
    struct arena arena; /* what the answer is made in; the handler's */
    void *user;         /* the handler's; NULL at first */
};

#define RESPONSE_FIELDS_MAX 5

/* NUL-terminated, constants or in the request's arena. */
struct response_field {
    const char *name;
    const char *value;
};

/*
 * status  three digits
 * body    in the request's arena or constant; or
 * file    `file_size` bytes from the start of an open file, which the server
 *         closes
 */
struct response {
    unsigned status;
    const char *content_type; /* NULL when there is no body */
    struct bytes body;
    bool has_file;
    struct file file;
    uint64_t file_size;
    size_t field_count;
    struct response_field fields[RESPONSE_FIELDS_MAX];
};

/* Adds a header field; there must be room. */
void response_field(struct response *response, const char *name,
                    const char *value);

/*
 * The value of `name` in a query of pairs "a=b&c=d", percent-decoded into the
 * arena ('+' is a blank); ERR_NOT_FOUND. ERR_FORMAT when the name is there
 * twice or the escapes are wrong; ERR_LIMIT when the arena is spent.
 */
MUST_CHECK enum err query_find(struct bytes query, const char *name,
                               struct arena *arena, struct bytes *out);

/* Whether every name in the query is among the `count` given. */
bool query_only(struct bytes query, const char *const *names, size_t count);

#endif
