/*
 * An HTTP/1.1 server on a listening socket: the door to GNU libmicrohttpd. It
 * runs inside the process's own loop and knows nothing of borders. API 1.
 *
 * What is not lawful HTTP is answered here and never reaches the handler.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "crypto/hash.h"
#include "http/blocks.h"
#include "http/head.h"
#include "http/request.h"

/* The head of a request: ours have some 500 bytes and five fields, a browser's
 * thrice that. Past it 431. Members of a query and cookies count as fields. */
#define SERVER_HEAD_SIZE_MAX 6144
#define SERVER_FIELDS_MAX 32

/* How long a connection may stay silent. */
#define SERVER_IDLE_S 30

/* From a connection's start or last answer to the end of its next request, and
 * from an answer's start to its end: bounds whoever sends or reads a byte now
 * and then. Longer than SERVER_IDLE_S. */
#define SERVER_TRANSFER_MS 60000

/* Over TLS: from the connection's start until the client is admitted. */
#define SERVER_HANDSHAKE_MS 10000

/*
 * TLS 1.3 and nothing older. The client must show a certificate and prove that
 * it holds the key; `admit` is then asked whether it may, before a byte of any
 * request is read. A connection that is not admitted just ends. SYN 7.2
 *
 * key, certificate   PEM, NUL-terminated; copied by the library
 * pin                SHA-256 of the client's SubjectPublicKeyInfo; is also in
 *                    `request->pin`, since who is admitted may change later
 * address_max        connections from one IP address
 * peer_requests_max  requests under way of one pin; past it 503
 */
struct server_tls {
    const char *key;
    const char *certificate;
    bool (*admit)(void *context, const struct hash *pin);
    unsigned address_max;
    unsigned peer_requests_max;
};

/*
 * listen_fd        non-blocking; stays the caller's
 * connections_max  more wait in the kernel's queue
 * requests_max     at once; past it 503. Each takes an arena of `arena_size`,
 *                  which holds body and answer. 0: as many as connections
 * body_size_max    0: REQUEST_BODY_SIZE_MAX
 * arena_size       0: REQUEST_ARENA_SIZE
 * transfer_ms      0: SERVER_TRANSFER_MS
 * tls              NULL: plain HTTP
 * field_name       of a header field on every answer, or NULL
 * handle           is called with each whole request
 * refuse           fills the response to what is not lawful HTTP; its status
 *                  and header fields are set already. The connection closes
 *                  after it. The library itself answers a few such requests
 *                  before we see them, with pages of its own
 */
struct server_config {
    struct os *os;
    int listen_fd;
    unsigned connections_max;
    unsigned requests_max;
    size_t body_size_max;
    size_t arena_size;
    unsigned transfer_ms;
    const struct server_tls *tls;
    const char *field_name;
    const char *field_value;
    void (*handle)(void *context, struct request *request);
    void (*refuse)(void *context, struct request *request,
                   const struct refusal *refusal, struct response *response);
    void *context;
};

/* Private to http/. */
struct server {
    struct server_config config;
    void *daemon;
    struct connection *connections;
    struct blocks blocks; /* of the requests' arenas */
    struct connection *free;
    unsigned open_count; /* connections */
    unsigned busy_count; /* requests with the handler or being answered */
    uint64_t swept_ms;
    bool draining;
};

/*
 * Starts serving; takes the memory for all connections. The struct must stay
 * where it is. ERR_IO when the library refuses; ERR_LIMIT for want of memory.
 */
MUST_CHECK enum err server_open(struct server *server,
                                const struct server_config *config);

/* The descriptor to watch for reading. */
int server_fd(const struct server *server);

/* After how long server_run() is due though the descriptor is silent; -1 when
 * it is not. */
int server_timeout_ms(const struct server *server);

/*
 * Does what is waiting: reads, calls `config.handle` for each request that is
 * whole, sends. To be called when the descriptor is readable, when the timeout
 * is over, and after a round of request_answer() from outside the handler.
 */
void server_run(struct server *server);

/*
 * Answers a request, from within the handler or later: exactly once. Until
 * then the request stays valid, even if its client is gone; afterwards it must
 * not be touched.
 */
void request_answer(struct request *request, const struct response *response);

/* No new connections; those there are close after their next answer, idle ones
 * at once. */
void server_drain(struct server *server);

/* Whether no request is with the handler or being answered. */
bool server_idle(const struct server *server);

/*
 * Closes every connection. Every request must have been answered. `= {0}` is
 * closed.
 */
void server_close(struct server *server);

#endif
