#include "node/offline_request.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "crypto/crypto.h"
#include "node/admit.h"
#include "node/peers.h"
#include "node/watch.h"

/* "Bearer " and this: nobody else can send it, since nothing listens. */
#define TOKEN "offline"

/* What is in force is mapped for those requests alone that ask for it. */
struct in_force {
    struct watch_config config;
    struct store *store;
    struct watch *watch;
};

static void
screening(void *context, struct api_screening *out)
{
    struct in_force *in = context;

    *out = (struct api_screening){.rules_missing = true};
    if (in->watch == NULL && watch_open(&in->watch, &in->config) != OK)
        return;
    if (!watch_refresh(in->watch, in->store))
        return;
    out->set = watch_set(in->watch);
    out->rules = watch_rules(in->watch);
    out->rules_missing = watch_rules_missing(in->watch);
    out->scratch = watch_scratch(in->watch);
}

/* What was made under the same key before, if it was. */
static enum err
repeated(struct book *book, const struct ask *ask, struct answer *answer,
         bool *done)
{
    struct store_request before;
    struct book_entry read;
    enum err e;

    *done = false;
    if (!ask->key.present)
        return OK;
    e = store_request_find(&book->store, ask->key.key, &before);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    *done = true;
    if (!crypto_same(before.request, ask->key.request, REQUEST_KEY_SIZE)) {
        answer->problem = PROBLEM_KEY_REUSED;
        return OK;
    }
    e = book_read(book, before.index, &read);
    if (e == ERR_DENIED)
        answer->problem = PROBLEM_ERASED;
    if (e != OK)
        return e == ERR_DENIED ? OK : e;
    answer->has_record = true;
    answer->index = before.index;
    answer->leaf = read.leaf;
    answer->event = read.plain;
    return OK;
}

static enum err
put(struct book *book, struct event *event, struct answer *answer)
{
    size_t item;
    enum err e = book_start(book);

    if (e == OK)
        e = book_begin(book);
    if (e == OK)
        e = book_put(book, event, false, &item);
    if (e == ERR_FORMAT || e == ERR_LIMIT) {
        answer->problem = PROBLEM_MALFORMED;
        return OK;
    }
    if (e == OK)
        e = book_commit(book);
    if (e == OK)
        e = book_fold(book);
    if (e != OK)
        return e;
    answer->has_record = true;
    answer->index = book_index(book, item);
    answer->leaf = *book_leaf(book, item);
    answer->event = book->items[item].plain;
    return OK;
}

/* What concerns other nodes; coming back needs them to be asked. */
static enum err
act(struct peers *peers, const struct ask *ask, const char **why)
{
    if (ask->kind == ASK_ROSTER)
        return peers_join_file(peers, &ask->sha256, why);
    if (ask->kind == ASK_ORDER)
        return peers_order(peers, ask->note, why);
    if (ask->kind == ASK_PEERS)
        return OK;
    if (ask->mode == MODE_ISOLATED)
        return peers_isolate(peers, ask->actor, ask->reason);
    *why = "only a node that runs can ask its peers whether it may come back";
    return ERR_DENIED;
}

static enum err
act_answer(struct peers *peers, const struct ask *ask, struct arena *arena,
           struct answer *answer)
{
    const char *why = "";
    struct writer w;
    enum err e = act(peers, ask, &why);

    answer->has_text = true;
    if (e == ERR_DENIED) {
        answer->problem = PROBLEM_REFUSED;
        answer->text = bytes_of(why);
        return OK;
    }
    writer_init(&w, arena_room(arena, ANSWER_TEXT_SIZE_MAX),
                ANSWER_TEXT_SIZE_MAX);
    if (e == OK && w.p == NULL)
        e = ERR_LIMIT;
    if (e == OK)
        e = peers_show(peers, &w);
    answer->text = writer_done(&w);
    return e;
}

/* A look at how things stand records nothing. */
static enum err
peers_answer(struct book *book, const struct ask *ask, struct arena *arena,
             struct answer *answer, bool *started)
{
    struct peers *peers = NULL;
    enum err e = OK;

    if (ask->kind != ASK_PEERS) {
        *started = true;
        e = book_start(book);
    }
    if (e == OK)
        e = peers_open(&peers, book);
    if (e == OK)
        e = act_answer(peers, ask, arena, answer);
    peers_close(peers);
    return e;
}

/* The keeper's part: records what is to be recorded. `*started` when a node's
 * start was recorded, to be followed by its stop. */
static enum err
ask_answer(struct book *book, const struct ask *ask, struct arena *arena,
           struct answer *answer, bool *started)
{
    struct admitted admitted = {0};
    struct fault fault;
    bool done;
    enum err e;

    *answer = (struct answer){.size = log_size(&book->log),
                              .published = log_published(&book->log),
                              .folded = store_position(&book->store)};
    if (ask->kind >= ASK_PEERS)
        return peers_answer(book, ask, arena, answer, started);
    if (ask->kind != ASK_APPEND) {
        answer->problem = PROBLEM_MALFORMED;
        return OK;
    }
    e = repeated(book, ask, answer, &done);
    if (e != OK || done)
        return e;
    if (event_parse(ask->event, arena, &admitted.event, &fault) != OK) {
        answer->problem = PROBLEM_MALFORMED;
        return OK;
    }
    e = admit_event(book, &ask->key, &admitted, &answer->problem);
    if (e != OK || answer->problem != PROBLEM_NONE)
        return e;
    *started = true;
    return put(book, &admitted.event, answer);
}

static enum err
answer_request(struct book *book, const struct api *api,
               struct request *request, struct response *response)
{
    struct api_call call;
    struct answer answer;
    bool started = false;
    enum err e = OK;

    api_begin(api, request, book->config.os->now(book->config.os), &call);
    while (e == OK && call.waits) {
        e = ask_answer(book, &call.ask, &request->arena, &answer, &started);
        if (e == OK)
            api_finish(api, &call, &answer);
    }
    *response = call.response;
    if (e == OK && started)
        return book_stop(book, STOP_ASKED);
    book_abandon(book);
    return e;
}

static enum err
open_answer(struct book *book, const struct book_config *config,
            const struct zone *zone, struct request *request,
            struct response *response)
{
    struct book_report report;
    struct in_force in = {.config = {.os = config->os, .dir = config->dir},
                          .store = &book->store};
    struct api api = {.os = config->os,
                      .origin = bytes_of(config->config->origin),
                      .node = config_node(config->config),
                      .place = bytes_of(config->config->place),
                      .zone = zone,
                      .sample = config->config->sample,
                      .token = hash_of(BYTES(TOKEN)),
                      .country = bytes_of(config->config->country),
                      .screening = screening,
                      .screening_context = &in};
    char log[BOOK_PATH_SIZE_MAX];
    enum err e = book_open(book, config, &report);

    if (e != OK)
        return e;
    (void)snprintf(log, sizeof(log), "%s/log", config->path);
    e = config->os->folder_open(config->os, log, &api.log);
    if (e != OK) {
        book_abandon(book);
        return e;
    }
    api.store = &book->store;
    request->authorization = BYTES("Bearer " TOKEN);
    e = answer_request(book, &api, request, response);
    watch_close(in.watch);
    config->os->folder_close(config->os, api.log);
    return e;
}

enum err
offline_request(const struct book_config *config, const struct zone *zone,
                struct request *request, struct response *response,
                const char **step)
{
    struct book_config inside = *config;
    struct os *os = config->os;
    struct book *book = calloc(1, sizeof(*book));
    enum err e = book == NULL ? ERR_LIMIT
                              : os->folder_open(os, config->path, &inside.dir);

    *step = "opening the folder";
    if (e == OK) {
        e = open_answer(book, &inside, zone, request, response);
        os->folder_close(os, inside.dir);
        *step = book->step != NULL ? book->step : "answering";
    }
    free(book);
    return e;
}
