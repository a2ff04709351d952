#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "node/courier_int.h"

/* Address `link->address_at` of the node, as the client takes it: numeric,
 * since names are not looked up. */
static void
address_take(struct courier_link *link)
{
    struct writer w;

    writer_init(&w, link->address, sizeof(link->address) - 1);
    roster_address_write(&w, &link->node->addresses[link->address_at]);
    link->address[w.at] = '\0';
}

static enum err
client_start(struct courier *courier, size_t i)
{
    struct courier_link *link = &courier->links[i];
    struct client_tls tls = {.key = courier->certificate.key,
                             .certificate = courier->certificate.text,
                             .pin = link->node->tls_pin,
                             .bytes_a_second = courier->rate.bytes_s};
    struct client_config config = {.address = link->address,
                                   .connect_ms = COURIER_CONNECT_MS,
                                   .timeout_ms = COURIER_TRANSFER_MS,
                                   .exchanges_max = 1,
                                   .tls = &tls,
                                   .os = courier->child.os};
    enum err e;

    address_take(link);
    e = client_open(&link->client, &config);
    if (e != OK)
        return e;
    e = loop_add(&courier->loop, client_fd(&link->client), COURIER_TAG_LINK + i,
                 false);
    link->open = e == OK;
    if (e != OK)
        client_close(&link->client);
    return e;
}

static void
client_stop(struct courier *courier, struct courier_link *link)
{
    if (!link->open)
        return;
    loop_remove(&courier->loop, client_fd(&link->client));
    client_close(&link->client);
    link->open = false;
}

/* Our own types are three, and another is none to us. */
static const char *
type_of(const char *type)
{
    static const char *const known[] = {MESSAGE_TEXT, MESSAGE_BINARY,
                                        MESSAGE_TREE_SIZE};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(type, known[i]) == 0)
            return known[i];
    return NULL;
}

static void
exchange_done(void *context, struct exchange *exchange)
{
    struct courier *courier = context;
    struct courier_link *link =
        (struct courier_link *)(void *)((uint8_t *)exchange -
                                        offsetof(struct courier_link,
                                                 exchange));
    struct reply reply = {.error = exchange->error,
                          .status = exchange->status,
                          .body = exchange->answer};

    if (exchange->error == OK) {
        reply.type = type_of(exchange->answer_type);
        courier_heard(courier, link->node);
    }
    if (exchange->error == ERR_BUSY || exchange->error == ERR_SIGNATURE)
        link->elsewhere = true;
    link->due_ns = 0;
    link_reply(&link->link, &courier->host, courier_now_ns(courier), link->id,
               &reply);
}

/* What cannot even be sent is as if the peer could not be reached. */
static void
message_send(struct courier *courier, size_t i, const struct link_want *want)
{
    struct courier_link *link = &courier->links[i];
    struct reply unsent = {.error = ERR_BUSY};
    enum err e = OK;

    link->id = want->id;
    link->message = want->message;
    link->exchange = (struct exchange){
        .method = link->message.method == MESSAGE_POST ? "POST" : "GET",
        .path = link->message.path,
        .body = link->message.body,
        .content_type = MESSAGE_BINARY,
        .answer_size_max = link->message.reply_size_max,
        .timeout_ms = link->message.timeout_ms,
        .done = exchange_done,
        .context = courier};
    if (link->elsewhere && link->node->address_count > 1) {
        client_stop(courier, link);
        link->address_at = (link->address_at + 1) % link->node->address_count;
    }
    link->elsewhere = false;
    if (!link->open)
        e = client_start(courier, i);
    if (e == OK)
        e = client_begin(&link->client, &link->exchange);
    if (e == OK)
        return;
    link->due_ns = 0;
    link_reply(&link->link, &courier->host, courier_now_ns(courier), link->id,
               &unsent);
}

static void
link_drive(struct courier *courier, size_t i)
{
    struct courier_link *link = &courier->links[i];
    uint64_t now = courier_now_ns(courier);
    struct link_want want;

    if (now < link->due_ns)
        return;
    switch (link_next(&link->link, &courier->host, now, &want)) {
    case LINK_ASK:
        message_send(courier, i, &want);
        break;
    case LINK_ERRAND:
        courier_errand_ask(courier, ASKER_LINK, i, &want.errand);
        break;
    case LINK_WAIT:
        link->due_ns = want.until_ns;
        break;
    }
}

void
courier_link_ready(struct courier *courier, size_t i)
{
    if (i < courier->link_count && courier->links[i].open)
        client_turn(&courier->links[i].client);
}

void
courier_links_drive(struct courier *courier)
{
    for (size_t i = 0; i < courier->link_count && !courier->ended; i++) {
        const struct courier_link *link = &courier->links[i];

        /* The library keeps its own time. */
        if (link->open && client_timeout_ms(&link->client) == 0)
            courier_link_ready(courier, i);
        link_drive(courier, i);
    }
}

int
courier_links_timeout_ms(const struct courier *courier, int most)
{
    uint64_t now = courier_now_ns(courier);

    for (size_t i = 0; i < courier->link_count && most > 0; i++) {
        const struct courier_link *link = &courier->links[i];
        int due = link->open ? client_timeout_ms(&link->client) : -1;

        if (link->due_ns <= now)
            return 0;
        if (link->due_ns - now < (uint64_t)most * 1000000)
            most = (int)((link->due_ns - now) / 1000000) + 1;
        if (due >= 0 && due < most)
            most = due;
    }
    return most;
}

void
courier_link_done(struct courier *courier, size_t i,
                  const struct errand_answer *answer)
{
    struct courier_link *link = &courier->links[i];

    link->due_ns = 0;
    link_done(&link->link, &courier->host, courier_now_ns(courier), answer);
}

/* Names are not looked up: whoever wrote the roster should know. */
static void
addresses_check(const struct courier *courier, struct courier_link *link)
{
    const struct roster_node *node = link->node;
    struct address address;
    const char *what;

    for (size_t i = 0; i < node->address_count; i++) {
        link->address_at = i;
        address_take(link);
        if (address_parse_peers(link->address, &address, &what) != OK)
            say(&courier->say, SAY_WARNING, "%.*s cannot be called at %s: %s",
                (int)node->origin.size, (const char *)node->origin.p,
                link->address, what);
    }
    link->address_at = 0;
}

enum err
courier_links_open(struct courier *courier)
{
    const struct roster *roster = courier->roster;
    size_t count = 0;

    courier->links = calloc(roster->node_count, sizeof(*courier->links));
    if (courier->links == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < roster->node_count; i++) {
        const struct roster_node *node = &roster->nodes[i];
        struct courier_link *link = &courier->links[count];
        uint8_t *memory;

        if (node->address_count == 0 ||
            bytes_equal(node->origin, courier->host.origin))
            continue;
        memory = calloc(1, LINK_MEMORY_SIZE);
        if (memory == NULL)
            return ERR_LIMIT;
        link->node = node;
        addresses_check(courier, link);
        link_init(&link->link, node->origin, memory);
        courier->link_count = ++count;
    }
    return OK;
}
