/*
 * libmicrohttpd drives connections from its own epoll descriptor, which the
 * process's loop watches. It calls back, for each request in this order:
 *
 *     target_seen     the request line is there; the raw target is kept
 *     request_seen    1. the head is there: judged, refused at once or not
 *                     2. pieces of the body, if there is one
 *                     3. the request is whole: the handler is called; when it
 *                        does not answer at once, the connection is suspended
 *                     4. once more after it was answered: the answer is queued
 *     request_over    the answer has been sent, or the client went away
 *
 * A suspended connection is not read from, so that a request which waits is
 * never taken away under the handler.
 */
#include "http/server.h"

#include <assert.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "http/peer.h"
#include "os/socket.h"

/* What remains of a refused body is read up to here before the answer. */
#define DISCARDED_SIZE_MAX ((size_t)3 * REQUEST_BODY_SIZE_MAX)

/*
 * What the library keeps of a connection: the head, cookies twice, 64 bytes for
 * each field, and the head of the answer. It has no other memory for it: with
 * less, a request would be run whose answer cannot be sent.
 */
#define ANSWER_HEAD_SIZE_MAX 2048
#define MEMORY_SIZE                                                            \
    (2 * SERVER_HEAD_SIZE_MAX + 64 * SERVER_FIELDS_MAX + ANSWER_HEAD_SIZE_MAX)

/* Over TLS bodies are megabytes, which are read in pieces that fit here. */
#define MEMORY_SIZE_TLS 131072

/* How often connections are looked over for slow ones. */
#define SWEEP_MS 1000

enum connection_state {
    CONNECTION_FREE,
    CONNECTION_IDLE,   /* between requests, or the first not yet begun */
    CONNECTION_HEAD,   /* the request line is there */
    CONNECTION_BODY,   /* the head was lawful */
    CONNECTION_HANDLE, /* with the handler */
    CONNECTION_ANSWER, /* the handler has answered; not queued yet */
    CONNECTION_SEND
};

struct connection {
    struct request request; /* first: request_answer() casts back */
    struct server *server;
    struct MHD_Connection *mhd;
    struct connection *next_free;
    enum connection_state state;
    bool suspended;
    bool handled; /* the handler has been given this request */
    int fd;
    struct peer peer;  /* over TLS */
    uint64_t since_ms; /* of the transfer that `transfer_ms` bounds */
    struct bytes target;
    struct response response;
    struct refusal refusal; /* found beside the head: answered after all */
    uint8_t *body;
    size_t body_room;
    size_t body_size; /* all that came, kept or not */
};

static uint64_t
now_ms(const struct server *server)
{
    struct os *os = server->config.os;

    return os->monotonic_ns(os) / 1000000;
}

static struct bytes
text_of(const char *text, size_t size)
{
    return (struct bytes){(const uint8_t *)text, text == NULL ? 0 : size};
}

static struct MHD_Response *
response_make(const struct response *from)
{
    /* The body stays in the request's arena until request_over(). */
    if (!from->has_file)
        return MHD_create_response_from_buffer(from->body.size,
                                               (void *)(uintptr_t)from->body.p,
                                               MHD_RESPMEM_PERSISTENT);
    return MHD_create_response_from_fd64(from->file_size, from->file.fd);
}

static bool
response_queue(struct connection *connection, bool closes)
{
    const struct response *from = &connection->response;
    const struct server_config *config = &connection->server->config;
    struct MHD_Response *made = response_make(from);
    bool ok = made != NULL;

    if (!ok && from->has_file)
        config->os->close(config->os, from->file);
    if (!ok)
        return false;
    if (from->content_type != NULL)
        ok = MHD_add_response_header(made, MHD_HTTP_HEADER_CONTENT_TYPE,
                                     from->content_type) == MHD_YES;
    if (ok && config->field_name != NULL)
        ok = MHD_add_response_header(made, config->field_name,
                                     config->field_value) == MHD_YES;
    for (size_t i = 0; ok && i < from->field_count; i++)
        ok = MHD_add_response_header(made, from->fields[i].name,
                                     from->fields[i].value) == MHD_YES;
    if (ok && (closes || connection->server->draining))
        ok = MHD_add_response_header(made, MHD_HTTP_HEADER_CONNECTION,
                                     "close") == MHD_YES;
    connection->state = CONNECTION_SEND;
    connection->since_ms = now_ms(connection->server);
    if (ok)
        ok = MHD_queue_response(connection->mhd, from->status, made) == MHD_YES;
    MHD_destroy_response(made);
    return ok;
}

static enum MHD_Result
refuse(struct connection *connection, const struct refusal *refusal)
{
    const struct server_config *config = &connection->server->config;
    struct response response = {.status = refusal->status};

    config->refuse(config->context, &connection->request, refusal, &response);
    connection->response = response;
    return response_queue(connection, true) ? MHD_YES : MHD_NO;
}

static enum MHD_Result
field_seen(void *context, enum MHD_ValueKind kind, const char *key,
           size_t key_size, const char *value, size_t value_size)
{
    (void)kind;
    head_field(context, text_of(key, key_size), text_of(value, value_size));
    return MHD_YES;
}

/*
 * The library takes the target as a NUL-terminated text: one with a NUL in it
 * would be served cut off. Target and version stand in one line, so that the
 * distance between them tells.
 */
static bool
target_whole(const struct connection *connection, const char *url,
             const char *version)
{
    return (size_t)(version - url) == connection->target.size + 1;
}

static bool
head_fits(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    int fields = MHD_get_connection_values_n(
        mhd, MHD_HEADER_KIND | MHD_COOKIE_KIND | MHD_GET_ARGUMENT_KIND, NULL,
        NULL);

    return info != NULL && info->header_size <= SERVER_HEAD_SIZE_MAX &&
           fields <= SERVER_FIELDS_MAX;
}

static enum MHD_Result
head_seen(struct connection *connection, const char *url, const char *method,
          const char *version)
{
    const size_t body_size_max = connection->server->config.body_size_max;
    struct head head = {.request = &connection->request,
                        .body_size_max = body_size_max};
    struct refusal refusal;

    connection->state = CONNECTION_BODY;
    if (connection->refusal.status != 0)
        return refuse(connection, &connection->refusal);
    (void)MHD_get_connection_values_n(connection->mhd, MHD_HEADER_KIND,
                                      field_seen, &head);
    refusal = head_end(&head, text_of(method, strlen(method)),
                       connection->target, text_of(version, strlen(version)));
    if (refusal.status == 0 && !target_whole(connection, url, version))
        refusal = (struct refusal){400, "API 1.4", "the target holds a NUL"};
    if (refusal.status == 0 && !head_fits(connection->mhd))
        refusal = (struct refusal){431, "API 1.6", "the header is too large"};
    if (refusal.status != 0)
        return refuse(connection, &refusal);
    connection->body_room = body_size_max;
    if (head.has_length)
        connection->body_room = (size_t)head.length;
    return MHD_YES;
}

/* A body that is too large is read to its end, to a bound, and refused then:
 * the library has no answer in between. */
static enum MHD_Result
body_seen(struct connection *connection, struct bytes piece)
{
    size_t most = connection->server->config.body_size_max + DISCARDED_SIZE_MAX;

    if (connection->body == NULL)
        connection->body =
            arena_room(&connection->request.arena, connection->body_room);
    if (piece.size > most - connection->body_size)
        return MHD_NO;
    if (connection->body == NULL ||
        connection->body_size + piece.size > connection->body_room)
        connection->refusal =
            (struct refusal){413, "API 1.5", "the body is too large"};
    else
        memcpy(connection->body + connection->body_size, piece.p, piece.size);
    connection->body_size += piece.size;
    return MHD_YES;
}

static enum MHD_Result
request_whole(struct connection *connection)
{
    const struct server_config *config = &connection->server->config;

    if (connection->refusal.status != 0)
        return refuse(connection, &connection->refusal);
    connection->request.body =
        (struct bytes){connection->body, connection->body_size};
    connection->state = CONNECTION_HANDLE;
    connection->handled = true;
    connection->server->busy_count++;
    config->handle(config->context, &connection->request);
    if (connection->state != CONNECTION_HANDLE)
        return response_queue(connection, false) ? MHD_YES : MHD_NO;
    connection->suspended = true;
    MHD_suspend_connection(connection->mhd);
    return MHD_YES;
}

static enum MHD_Result
/* NOLINTNEXTLINE(readability-function-size): the library's parameters */
request_seen(void *context, struct MHD_Connection *mhd, const char *url,
             const char *method, const char *version, const char *data,
             size_t *data_size, void **mine)
{
    struct connection *connection = *mine;
    struct bytes piece = text_of(data, *data_size);

    (void)context;
    (void)mhd;
    if (connection == NULL)
        return MHD_NO;
    if (connection->state == CONNECTION_HEAD)
        return head_seen(connection, url, method, version);
    if (*data_size > 0) {
        *data_size = 0;
        return body_seen(connection, piece);
    }
    if (connection->state == CONNECTION_BODY)
        return request_whole(connection);
    if (connection->state == CONNECTION_ANSWER)
        return response_queue(connection, false) ? MHD_YES : MHD_NO;
    return MHD_YES;
}

/* How many requests of one client are under way. */
static unsigned
peer_requests(const struct server *server, const struct hash *pin)
{
    unsigned count = 0;

    for (unsigned i = 0; i < server->config.connections_max; i++) {
        const struct connection *connection = &server->connections[i];

        if (connection->request.arena.p != NULL &&
            hash_equal(&connection->peer.pin, pin))
            count++;
    }
    return count;
}

/* The arena of a request is taken with its first line and given back with its
 * end. */
static void
arena_open(struct connection *connection)
{
    struct server *server = connection->server;
    const struct server_tls *tls = server->config.tls;
    bool many = tls != NULL && peer_requests(server, &connection->peer.pin) >=
                                   tls->peer_requests_max;

    if (many || !blocks_take(&server->blocks, &connection->request.arena))
        connection->refusal =
            (struct refusal){503, "SYN 7.5", "too many requests at once"};
}

/* Makes the slot ready for the next request on its connection. */
static void
connection_reset(struct connection *connection)
{
    blocks_give(&connection->server->blocks, &connection->request.arena);
    connection->request = (struct request){0};
    connection->target = (struct bytes){0};
    connection->response = (struct response){0};
    connection->refusal = (struct refusal){0};
    connection->handled = false;
    connection->suspended = false;
    connection->body = NULL;
    connection->body_room = 0;
    connection->body_size = 0;
    connection->state = CONNECTION_IDLE;
    connection->since_ms = now_ms(connection->server);
}

static void *
target_seen(void *context, const char *target, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct connection *connection = info == NULL ? NULL : info->socket_context;

    (void)context;
    if (connection == NULL)
        return NULL;
    if (connection->server->config.tls != NULL && !connection->peer.admitted)
        return NULL;
    connection->state = CONNECTION_HEAD;
    connection->request.pin = connection->peer.pin;
    arena_open(connection);
    connection->target =
        arena_copy(&connection->request.arena, text_of(target, strlen(target)));
    return connection;
}

static size_t
target_keep(void *context, struct MHD_Connection *mhd, char *text)
{
    (void)context;
    (void)mhd;
    return strlen(text);
}

static void
request_over(void *context, struct MHD_Connection *mhd, void **mine,
             enum MHD_RequestTerminationCode code)
{
    struct connection *connection = *mine;
    struct server *server = context;

    (void)mhd;
    (void)code;
    if (connection == NULL)
        return;
    if (connection->handled)
        server->busy_count--;
    connection_reset(connection);
    *mine = NULL;
}

/* Over TLS the handshake is still to come. */
static void
connection_demand(struct connection *connection)
{
    const struct server_config *config = &connection->server->config;
    const union MHD_ConnectionInfo *info;

    connection->peer = (struct peer){0};
    if (config->tls == NULL)
        return;
    connection->peer.admit = config->tls->admit;
    connection->peer.context = config->context;
    info = MHD_get_connection_info(connection->mhd,
                                   MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (info != NULL && info->tls_session != NULL)
        peer_demand(&connection->peer, info->tls_session);
}

static void
connection_changed(void *context, struct MHD_Connection *mhd, void **mine,
                   enum MHD_ConnectionNotificationCode code)
{
    struct server *server = context;
    struct connection *connection = *mine;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (code == MHD_CONNECTION_NOTIFY_CLOSED && connection != NULL) {
        blocks_give(&server->blocks, &connection->request.arena);
        connection->state = CONNECTION_FREE;
        connection->next_free = server->free;
        server->free = connection;
        server->open_count--;
        *mine = NULL;
        return;
    }
    if (code != MHD_CONNECTION_NOTIFY_STARTED || server->free == NULL)
        return;
    connection = server->free;
    server->free = connection->next_free;
    server->open_count++;
    connection->mhd = mhd;
    connection->fd = info == NULL ? -1 : info->connect_fd;
    connection_reset(connection);
    connection_demand(connection);
    *mine = connection;
}

/* Slots are handed out from the front, as blocks are. */
static enum err
memory_take(struct server *server)
{
    unsigned count = server->config.connections_max;

    server->connections = calloc(count, sizeof(struct connection));
    if (server->connections == NULL)
        return ERR_LIMIT;
    for (unsigned i = count; i-- > 0;) {
        struct connection *connection = &server->connections[i];

        connection->server = server;
        connection->next_free = server->free;
        server->free = connection;
    }
    return blocks_init(&server->blocks, server->config.requests_max,
                       server->config.arena_size);
}

static struct MHD_Daemon *
daemon_start(struct server *server)
{
    const struct server_config *config = &server->config;
    const struct server_tls *tls = config->tls;
    size_t memory_size = tls == NULL ? MEMORY_SIZE : MEMORY_SIZE_TLS;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    struct MHD_OptionItem secured[] = {
        {MHD_OPTION_HTTPS_PRIORITIES, 0, PEER_PRIORITIES},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, NULL},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, 0, NULL},
        {MHD_OPTION_END, 0, NULL}};

    if (tls == NULL)
        secured[0].option = MHD_OPTION_END;
    else {
        flags |= MHD_USE_TLS;
        secured[1].ptr_value = (void *)(uintptr_t)tls->key;
        secured[2].ptr_value = (void *)(uintptr_t)tls->certificate;
        secured[3].value = (intptr_t)tls->address_max;
    }
    return MHD_start_daemon(
        flags, 0, NULL, NULL, request_seen, server, MHD_OPTION_LISTEN_SOCKET,
        config->listen_fd, MHD_OPTION_CONNECTION_LIMIT, config->connections_max,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_size,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE_S,
        MHD_OPTION_URI_LOG_CALLBACK, target_seen, server,
        MHD_OPTION_UNESCAPE_CALLBACK, target_keep, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, request_over, server,
        MHD_OPTION_NOTIFY_CONNECTION, connection_changed, server,
        MHD_OPTION_ARRAY, secured, MHD_OPTION_END);
}

enum err
server_open(struct server *server, const struct server_config *config)
{
    enum err e;

    *server = (struct server){.config = *config};
    if (config->requests_max == 0)
        server->config.requests_max = config->connections_max;
    if (config->body_size_max == 0)
        server->config.body_size_max = REQUEST_BODY_SIZE_MAX;
    if (config->arena_size == 0)
        server->config.arena_size = REQUEST_ARENA_SIZE;
    if (config->transfer_ms == 0)
        server->config.transfer_ms = SERVER_TRANSFER_MS;
    e = memory_take(server);
    if (e == OK) {
        server->daemon = daemon_start(server);
        e = server->daemon == NULL ? ERR_IO : OK;
    }
    if (e != OK)
        server_close(server);
    return e;
}

int
server_fd(const struct server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    return info == NULL ? -1 : info->epoll_fd;
}

int
server_timeout_ms(const struct server *server)
{
    MHD_UNSIGNED_LONG_LONG due_ms = SWEEP_MS;
    bool due = MHD_get_timeout(server->daemon, &due_ms) == MHD_YES;

    if (server->open_count == 0 && !due)
        return -1;
    return due_ms < SWEEP_MS ? (int)due_ms : SWEEP_MS;
}

/* One that has taken too long over its handshake or over one transfer, or whose
 * client has ended it while nothing was owed to it: the library watches for
 * edges, and misses an end that came together with the last bytes before. */
static bool
connection_stale(const struct connection *connection, uint64_t now)
{
    const struct server_config *config = &connection->server->config;
    bool receives = connection->state == CONNECTION_IDLE ||
                    connection->state == CONNECTION_HEAD ||
                    connection->state == CONNECTION_BODY;
    bool slow = now - connection->since_ms > config->transfer_ms;

    if (connection->state == CONNECTION_FREE)
        return false;
    if (config->tls != NULL && !connection->peer.admitted &&
        now - connection->since_ms > SERVER_HANDSHAKE_MS)
        return true;
    if (receives)
        return slow || socket_ended(connection->fd);
    return connection->state == CONNECTION_SEND && slow;
}

static void
connections_sweep(struct server *server)
{
    uint64_t now = now_ms(server);

    if (now - server->swept_ms < SWEEP_MS)
        return;
    server->swept_ms = now;
    for (unsigned i = 0; i < server->config.connections_max; i++) {
        const struct connection *connection = &server->connections[i];

        if (connection_stale(connection, now))
            (void)shutdown(connection->fd, SHUT_RDWR);
    }
}

void
server_run(struct server *server)
{
    connections_sweep(server);
    (void)MHD_run(server->daemon);
}

void
request_answer(struct request *request, const struct response *response)
{
    struct connection *connection = (struct connection *)request;

    assert(connection->state == CONNECTION_HANDLE);
    connection->response = *response;
    connection->state = CONNECTION_ANSWER;
    if (!connection->suspended)
        return;
    connection->suspended = false;
    MHD_resume_connection(connection->mhd);
}

void
server_drain(struct server *server)
{
    if (server->draining)
        return;
    server->draining = true;
    (void)MHD_quiesce_daemon(server->daemon);
    for (unsigned i = 0; i < server->config.connections_max; i++)
        if (server->connections[i].state == CONNECTION_IDLE)
            (void)shutdown(server->connections[i].fd, SHUT_RD);
}

bool
server_idle(const struct server *server)
{
    return server->busy_count == 0;
}

void
server_close(struct server *server)
{
    if (server->daemon != NULL) {
        /* Else the library would close the listening socket. */
        if (!server->draining)
            (void)MHD_quiesce_daemon(server->daemon);
        MHD_stop_daemon(server->daemon);
    }
    free(server->connections);
    blocks_deinit(&server->blocks);
    *server = (struct server){0};
}
