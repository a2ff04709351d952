/*
 * An HTTP client for the command line: the door to libcurl. Speaks to one
 * address, over TCP or a Unix socket; no proxies, no redirects. Connections
 * are kept and used again.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/arena.h"
#include "base/err.h"

#define CLIENT_EXCHANGES_MAX 256 /* in flight at once */
#define CLIENT_FIELDS_MAX 4
#define CLIENT_BODY_SIZE_MAX 4194304 /* of an answer: above any of ours */

/*
 * address     "127.0.0.1:8600", "[::1]:8600" or "unix:/path"; NUL-terminated
 * token       the bearer token without a line end, or none
 * connect_ms  bounds connecting
 * timeout_ms  bounds a whole exchange
 */
struct client_config {
    const char *address;
    struct bytes token;
    unsigned connect_ms;
    unsigned timeout_ms;
    unsigned exchanges_max; /* up to CLIENT_EXCHANGES_MAX */
};

/*
 * One request and its answer, in the caller's memory, which must stay where it
 * is until `done` is called.
 *
 * method, path, fields  NUL-terminated; a field is "Name: value"
 * body                  sent as application/json, for POST; borrowed
 * error                 OK when there is an answer of whatever status; ERR_BUSY
 *                       when the server could not be reached, so that it did
 *                       not get the request; ERR_SHORT when the connection
 *                       ended or time ran out, or the answer has no length, so
 *                       that it may have got it;
 *                       ERR_LIMIT when the answer was too large; ERR_FORMAT
 *                       when it was no HTTP
 * answer                borrowed until `done` returns
 */
struct exchange {
    const char *method; /* "GET", "POST" */
    const char *path;   /* with its query */
    size_t field_count;
    const char *fields[CLIENT_FIELDS_MAX];
    struct bytes body;
    void (*done)(void *context, struct exchange *exchange);
    void *context;

    enum err error;
    unsigned status;
    struct bytes answer;
};

struct client {
    struct client_config config;
    void *multi;
    struct client_slot *slots;
    unsigned busy_count;
    char authorization[128];
};

/* ERR_LIMIT for want of memory or too long an address or token; ERR_FORMAT for
 * an address that is none. What `config` points to must outlive the client. */
MUST_CHECK enum err client_open(struct client *client,
                                const struct client_config *config);

/* Ends what is in flight without calling `done`. `= {0}` is closed. */
void client_close(struct client *client);

/* Begins an exchange; ERR_BUSY when `exchanges_max` are in flight. */
MUST_CHECK enum err client_begin(struct client *client,
                                 struct exchange *exchange);

/*
 * Waits up to `timeout_ms` for something to happen, also on `fd` (-1: none)
 * becoming readable, and calls `done` for every exchange that has ended.
 */
MUST_CHECK enum err client_run(struct client *client, int fd,
                               unsigned timeout_ms);

/*
 * One exchange from beginning to end; `done` is not called. The answer's body
 * is copied into the arena. Returns `exchange->error`, or ERR_LIMIT when the
 * arena is spent. No other exchange may be in flight.
 */
MUST_CHECK enum err client_exchange(struct client *client,
                                    struct exchange *exchange,
                                    struct arena *arena);

#endif
