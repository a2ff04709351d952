#include <string.h>

#include "node/courier_int.h"
#include "os/socket.h"

#define RETRY_FIELD "Retry-After"
#define RETRY_S "1"

/* Body and answer of a question stand in one arena, with the path. */
#define ARENA_SIZE                                                             \
    (MESSAGE_BODY_SIZE_MAX + SERVE_ARENA_SIZE + REQUEST_PATH_SIZE_MAX + 4096)

/* Whoever asks is a node of the roster in force. */
static bool
admit(void *context, const struct hash *pin)
{
    const struct courier *courier = context;
    const struct roster_node *node = roster_find_pin(courier->roster, pin);

    return node != NULL && !bytes_equal(node->origin, courier->host.origin);
}

static void
reply_send(struct courier *courier, struct request *request,
           const struct reply *reply)
{
    struct response response = {.status = reply->status,
                                .content_type = reply->type,
                                .body = reply->body};

    if (reply->status == 429 || reply->status == 503)
        response_field(&response, RETRY_FIELD, RETRY_S);
    request_answer(request, &response);
    courier->answered = true;
}

static void
refusal_send(struct courier *courier, struct request *request, unsigned status)
{
    struct reply reply = {.status = status};

    reply_send(courier, request, &reply);
}

/* False for what no message is. SYN 7.4 */
static bool
message_take(const struct request *request, struct message *out)
{
    *out = (struct message){.body = request->body};
    if (request->path.size >= sizeof(out->path) || request->query.size > 0 ||
        (request->method != METHOD_GET && request->method != METHOD_POST))
        return false;
    memcpy(out->path, request->path.p, request->path.size);
    out->method = request->method == METHOD_POST ? MESSAGE_POST : MESSAGE_GET;
    return true;
}

static void
call_end(struct courier *courier, struct courier_call *call)
{
    call->used = false;
    reply_send(courier, call->request, &call->serve.reply);
}

static void
call_begin(struct courier *courier, struct courier_call *call,
           struct bytes peer)
{
    enum serve_step step;

    call->used = true;
    call->serve = (struct serve_call){.arena = &call->request->arena};
    step = serve_begin(&courier->serve, &call->serve, &courier->host, peer,
                       &call->message, courier_now_ns(courier));
    if (step == SERVE_REPLY)
        call_end(courier, call);
    else
        courier_errand_ask(courier, ASKER_CALL, (size_t)(call - courier->calls),
                           &call->serve.errand);
}

static void
handle(void *context, struct request *request)
{
    struct courier *courier = context;
    const struct roster_node *node =
        roster_find_pin(courier->roster, &request->pin);
    struct courier_call *call = courier->calls;

    /* As many calls as the server has requests. */
    while (call->used)
        call++;
    call->request = request;
    if (node != NULL)
        courier_heard(courier, node);
    if (node == NULL)
        refusal_send(courier, request, 403);
    else if (!message_take(request, &call->message))
        refusal_send(courier, request, 404);
    else
        call_begin(courier, call, node->origin);
}

void
courier_call_done(struct courier *courier, size_t i,
                  const struct errand_answer *answer)
{
    struct courier_call *call = &courier->calls[i];

    serve_done(&courier->serve, &call->serve, &courier->host, answer,
               courier_now_ns(courier));
    call_end(courier, call);
}

static void
refuse(void *context, struct request *request, const struct refusal *refusal,
       struct response *response)
{
    (void)context;
    (void)request;
    response->content_type = MESSAGE_TEXT;
    response->body = bytes_of(refusal->what);
}

void
courier_listen(struct courier *courier)
{
    const char *text = courier->child.config->peers;
    struct address address;
    const char *what;
    enum err e;

    if (text[0] == '\0')
        return;
    e = address_parse_peers(text, &address, &what);
    if (e == OK)
        e = socket_listen(
            (struct bytes){address.ip, address.kind == ADDRESS_IPV4 ? 4 : 16},
            &address.port, &courier->listen_fd);
    courier->deaf = e != OK;
    if (courier->deaf)
        say(&courier->say, SAY_ERROR, "cannot listen for nodes at %s: %s", text,
            e == ERR_CONFLICT ? "another program does" : err_text(e));
}

enum err
courier_serve_open(struct courier *courier)
{
    struct server_tls tls = {.key = courier->certificate.key,
                             .certificate = courier->certificate.text,
                             .admit = admit,
                             .address_max = COURIER_ADDRESS_MAX,
                             .peer_requests_max = COURIER_PEER_REQUESTS_MAX};
    struct server_config config = {.os = courier->child.os,
                                   .listen_fd = courier->listen_fd,
                                   .connections_max = COURIER_CONNECTIONS_MAX,
                                   .requests_max = COURIER_REQUESTS_MAX,
                                   .body_size_max = MESSAGE_BODY_SIZE_MAX,
                                   .arena_size = ARENA_SIZE,
                                   .transfer_ms = COURIER_TRANSFER_MS,
                                   .handle = handle,
                                   .refuse = refuse,
                                   .context = courier};
    enum err e;

    courier->server_tls = tls;
    config.tls = &courier->server_tls;
    e = server_open(&courier->server, &config);
    if (e == OK)
        e = loop_add(&courier->loop, server_fd(&courier->server),
                     COURIER_TAG_SERVER, false);
    return e;
}
