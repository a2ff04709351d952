/*
 * An HTTP client for the command line: the door to libcurl. Speaks to one
 * address, over TCP or a Unix socket; no proxies, no redirects. Connections
 * are kept and used again.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/arena.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "os/loop.h"
#include "os/os.h"

#define CLIENT_EXCHANGES_MAX 256 /* in flight at once */
#define CLIENT_FIELDS_MAX 4
#define CLIENT_BODY_SIZE_MAX 4194304 /* of an answer: above any of ours */

/* The rate below which a transfer over TLS is given up after so long: a line of
 * 256 kbit/s that many share is ten times faster. */
#define CLIENT_SLOW_BYTES_A_SECOND 512
#define CLIENT_SLOW_S 30

/*
 * TLS 1.3 to a server whose public key is known beforehand. No authority and no
 * name of a host is asked: the pin is the whole check. SYN 7.2
 *
 * key, certificate   PEM, NUL-terminated, shown to the server
 * pin                SHA-256 of the server's SubjectPublicKeyInfo
 * bytes_a_second     bounds each transfer either way; 0: unbounded
 */
struct client_tls {
    const char *key;
    const char *certificate;
    struct hash pin;
    uint64_t bytes_a_second;
};

/*
 * address     "127.0.0.1:8600", "[::1]:8600" or "unix:/path"; NUL-terminated
 * token       the bearer token without a line end, or none
 * connect_ms  bounds connecting
 * timeout_ms  bounds a whole exchange
 * tls         NULL: plain HTTP; borrowed by client_open() alone
 * os          given: client_fd() and client_turn() drive the client from a loop
 *             of one's own; NULL: client_run() does
 */
struct client_config {
    const char *address;
    struct bytes token;
    unsigned connect_ms;
    unsigned timeout_ms;
    unsigned exchanges_max; /* up to CLIENT_EXCHANGES_MAX */
    const struct client_tls *tls;
    struct os *os;
};

/*
 * One request and its answer, in the caller's memory, which must stay where it
 * is until `done` is called.
 *
 * method, path, fields  NUL-terminated; a field is "Name: value"
 * body                  for POST; borrowed
 * content_type          of the body; NULL: application/json
 * answer_size_max       0: CLIENT_BODY_SIZE_MAX
 * timeout_ms            0: the client's
 * error                 OK when there is an answer of whatever status; ERR_BUSY
 *                       when the server could not be reached, so that it did
 *                       not get the request; ERR_SHORT when the connection
 *                       ended or time ran out, or the answer has no length, so
 *                       that it may have got it;
 *                       ERR_LIMIT when the answer was too large; ERR_FORMAT
 *                       when it was no HTTP; ERR_SIGNATURE when TLS was not
 *                       agreed on, or the server's key is another's
 * answer, answer_type   borrowed until `done` returns; the type is "" when the
 *                       server named none
 */
struct exchange {
    const char *method; /* "GET", "POST" */
    const char *path;   /* with its query */
    size_t field_count;
    const char *fields[CLIENT_FIELDS_MAX];
    struct bytes body;
    const char *content_type;
    size_t answer_size_max;
    unsigned timeout_ms;
    void (*done)(void *context, struct exchange *exchange);
    void *context;

    enum err error;
    unsigned status;
    struct bytes answer;
    const char *answer_type;
};

struct client {
    struct client_config config;
    const char *scheme;
    void *multi;
    struct loop loop; /* of its sockets, for client_fd() */
    uint64_t due_ms;  /* when the library wants a turn; UINT64_MAX: never */
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

/* The descriptor to watch for reading, for a client with an `os`. */
int client_fd(const struct client *client);

/* After how long client_turn() is due though the descriptor is silent; -1 when
 * it is not. */
int client_timeout_ms(const struct client *client);

/* Does what is waiting, and calls `done` for every exchange that has ended. */
void client_turn(struct client *client);

/*
 * One exchange from beginning to end; `done` is not called. The answer's body
 * and type are copied into the arena. Returns `exchange->error`, or ERR_LIMIT
 * when the arena is spent. No other exchange may be in flight.
 */
MUST_CHECK enum err client_exchange(struct client *client,
                                    struct exchange *exchange,
                                    struct arena *arena);

#endif
