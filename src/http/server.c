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

/* What remains of a refused body is read up to here before the answer. */
#define DISCARDED_SIZE_MAX ((size_t)4 * REQUEST_BODY_SIZE_MAX)

/*
 * What the library keeps of a connection: the head, cookies twice, 64 bytes for
 * each field, and the head of the answer. It has no other memory for it: with
 * less, a request would be run whose answer cannot be sent.
 */
#define ANSWER_HEAD_SIZE_MAX 2048
#define MEMORY_SIZE                                                            \
    (2 * SERVER_HEAD_SIZE_MAX + 64 * SERVER_FIELDS_MAX + ANSWER_HEAD_SIZE_MAX)

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
    uint64_t since_ms; /* of the transfer that SERVER_TRANSFER_MS bounds */
    struct bytes target;
    struct response response;
    struct refusal refusal; /* found in the body: answered after it */
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
    struct head head = {.request = &connection->request};
    struct refusal refusal;

    connection->state = CONNECTION_BODY;
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
    connection->body_room = REQUEST_BODY_SIZE_MAX;
    if (head.has_length)
        connection->body_room = (size_t)head.length;
    return MHD_YES;
}

/* A body that is too large is read to its end, to a bound, and refused then:
 * the library has no answer in between. */
static enum MHD_Result
body_seen(struct connection *connection, struct bytes piece)
{
    if (connection->body == NULL)
        connection->body =
            arena_take(&connection->request.arena, connection->body_room);
    if (piece.size > DISCARDED_SIZE_MAX - connection->body_size)
        return MHD_NO;
    if (connection->body == NULL ||
        connection->body_size + piece.size > connection->body_room)
        connection->refusal =
            (struct refusal){413, "API 1.5", "the body is larger than 64 KiB"};
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

/* Makes the slot ready for the next request on its connection. */
static void
connection_reset(struct connection *connection)
{
    struct arena arena = connection->request.arena;

    arena_reset(&arena);
    connection->request = (struct request){.arena = arena};
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
    connection->state = CONNECTION_HEAD;
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

static void
connection_changed(void *context, struct MHD_Connection *mhd, void **mine,
                   enum MHD_ConnectionNotificationCode code)
{
    struct server *server = context;
    struct connection *connection = *mine;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (code == MHD_CONNECTION_NOTIFY_CLOSED && connection != NULL) {
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
    *mine = connection;
}

/* Slots are handed out from the front, so that memory once touched is used
 * again first. */
static bool
connections_init(struct server *server)
{
    unsigned count = server->config.connections_max;

    server->connections = calloc(count, sizeof(struct connection));
    server->blocks = calloc(count, REQUEST_ARENA_SIZE);
    if (server->connections == NULL || server->blocks == NULL)
        return false;
    for (unsigned i = count; i-- > 0;) {
        struct connection *connection = &server->connections[i];

        connection->server = server;
        arena_init(&connection->request.arena,
                   server->blocks + (size_t)i * REQUEST_ARENA_SIZE,
                   REQUEST_ARENA_SIZE);
        connection->next_free = server->free;
        server->free = connection;
    }
    return true;
}

enum err
server_open(struct server *server, const struct server_config *config)
{
    *server = (struct server){.config = *config};
    if (!connections_init(server)) {
        server_close(server);
        return ERR_LIMIT;
    }
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, request_seen,
        server, MHD_OPTION_LISTEN_SOCKET, config->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, config->connections_max,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_SIZE,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE_S,
        MHD_OPTION_URI_LOG_CALLBACK, target_seen, server,
        MHD_OPTION_UNESCAPE_CALLBACK, target_keep, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, request_over, server,
        MHD_OPTION_NOTIFY_CONNECTION, connection_changed, server,
        MHD_OPTION_END);
    if (server->daemon == NULL) {
        server_close(server);
        return ERR_IO;
    }
    return OK;
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

/* The library watches for edges, and misses an end that came together with the
 * last bytes before it. */
static bool
client_gone(const struct connection *connection)
{
    uint8_t byte;

    return recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Ends connections that have taken too long over one transfer, or whose client
 * has ended them while nothing was owed to it. */
static void
connections_sweep(struct server *server)
{
    uint64_t now = now_ms(server);

    if (now - server->swept_ms < SWEEP_MS)
        return;
    server->swept_ms = now;
    for (unsigned i = 0; i < server->config.connections_max; i++) {
        const struct connection *connection = &server->connections[i];
        bool receives = connection->state == CONNECTION_IDLE ||
                        connection->state == CONNECTION_HEAD ||
                        connection->state == CONNECTION_BODY;
        bool slow = now - connection->since_ms > SERVER_TRANSFER_MS;

        if ((receives && (slow || client_gone(connection))) ||
            (connection->state == CONNECTION_SEND && slow))
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
    free(server->blocks);
    *server = (struct server){0};
}
