/* One ask of a desk: looked at, and put into the batch or answered. */
#include "node/keeper_int.h"

#include <string.h>

#include "node/admit.h"

enum err
keeper_begin(struct keeper *keeper)
{
    enum err e;

    if (keeper->begun)
        return OK;
    keeper->reply_count = 0;
    recent_batch_begin(keeper->batch);
    e = book_begin(&keeper->book);
    keeper->begun = e == OK;
    return e;
}

/* Room for a reply was made sure of before the item was put. */
static struct keeper_reply *
reply_add(struct keeper *keeper, struct keeper_desk *desk,
          const struct ask *ask, size_t item)
{
    struct keeper_reply *reply = &keeper->replies[keeper->reply_count++];

    *reply = (struct keeper_reply){.desk = desk,
                                   .id = ask->id,
                                   .item = item,
                                   .wants_proof = ask->wants_proof};
    return reply;
}

static enum err
refuse(struct keeper *keeper, struct keeper_desk *desk, const struct ask *ask,
       enum problem problem)
{
    keeper_refuse(keeper, desk, ask->id, problem);
    return OK;
}

/* Puts the event of an ask; an event that breaks a clause is the desk's. */
static enum err
put(struct keeper *keeper, struct keeper_desk *desk, const struct ask *ask,
    struct event *event, struct keeper_reply **reply)
{
    size_t item;
    enum err e;

    *reply = NULL;
    if (ask->has_time)
        event->time = ask->time;
    e = book_put(&keeper->book, event, ask->has_time, &item);
    if (e == ERR_FORMAT || e == ERR_LIMIT)
        return refuse(keeper, desk, ask, PROBLEM_MALFORMED);
    if (e != OK)
        return e;
    *reply = reply_add(keeper, desk, ask, item);
    if (ask->key.present)
        recent_batch_put_request(keeper->batch, &ask->key, item);
    return OK;
}

/* ----- Requests that were made before. ----- */

/* `*done` when the ask is answered, or will be with an earlier one's item. */
static enum err
repeated(struct keeper *keeper, struct keeper_desk *desk, const struct ask *ask,
         bool *done)
{
    struct store_request before;
    size_t item;
    bool same;
    enum err e;

    *done = true;
    if (recent_batch_request(keeper->batch, &ask->key, &item, &same)) {
        if (!same)
            return refuse(keeper, desk, ask, PROBLEM_KEY_REUSED);
        (void)reply_add(keeper, desk, ask, item);
        return OK;
    }
    e = store_request_find(&keeper->book.store, ask->key.key, &before);
    *done = e == OK;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (memcmp(before.request, ask->key.request, REQUEST_KEY_SIZE) != 0)
        return refuse(keeper, desk, ask, PROBLEM_KEY_REUSED);
    return keeper_send_record(keeper, desk, ask->id, before.index, false);
}

/* ----- Decisions. ----- */

static enum err
decided(struct keeper *keeper, struct keeper_desk *desk, const struct ask *ask,
        uint64_t index)
{
    struct answer answer = keeper_answer(keeper, ask->id);

    answer.problem = PROBLEM_DECIDED;
    answer.index = index;
    keeper_send(keeper, desk, &answer);
    return OK;
}

/* A decision follows its scan within seconds: it is looked for so far only. */
#define DECISION_FAR 256

/* Which record decided on an inspection that is not remembered. */
static enum err
decided_before(struct keeper *keeper, struct keeper_desk *desk,
               const struct ask *ask)
{
    struct book_entry read;
    uint64_t i;

    for (i = 1; i <= DECISION_FAR; i++) {
        enum err e = book_read(&keeper->book, ask->index + i, &read);

        if (e == ERR_NOT_FOUND)
            break;
        if (e == ERR_DENIED)
            continue;
        if (e != OK)
            return e;
        if (read.event.type == EVENT_CROSSING &&
            read.event.crossing.has_inspection &&
            read.event.crossing.inspection == ask->index)
            return decided(keeper, desk, ask, ask->index + i);
    }
    return decided(keeper, desk, ask, 0);
}

/*
 * The inspection of an ask, parsed; `*event` borrows from what is remembered
 * of it or from the book. `*found` is false when the ask is answered: there is
 * no such inspection.
 */
static enum err
inspection_find(struct keeper *keeper, struct keeper_desk *desk,
                const struct ask *ask, struct event *event, bool *found)
{
    const struct recent_inspection *recent =
        recent_find(keeper->recent, ask->index);
    struct book *book = &keeper->book;
    struct book_entry read;
    enum err e;

    *found = false;
    if (recent != NULL) {
        struct bytes plain = {recent->plain, recent->size};

        arena_reset(&book->read_arena);
        e = event_parse(plain, &book->read_arena, event, &book->fault);
        *found = e == OK;
        return e == OK ? OK : ERR_CORRUPT;
    }
    e = book_read(book, ask->index, &read);
    if (e == ERR_NOT_FOUND)
        return refuse(keeper, desk, ask, PROBLEM_NO_SUCH_INSPECTION);
    if (e == ERR_DENIED)
        return refuse(keeper, desk, ask, PROBLEM_ERASED);
    if (e != OK)
        return e;
    if (read.event.type != EVENT_INSPECTION)
        return refuse(keeper, desk, ask, PROBLEM_NO_SUCH_INSPECTION);
    *event = read.event;
    *found = true;
    return OK;
}

/* `*open` is false when the ask is answered: its inspection has a decision. */
static enum err
inspection_open(struct keeper *keeper, struct keeper_desk *desk,
                const struct ask *ask, bool *open)
{
    const struct recent_inspection *recent =
        recent_find(keeper->recent, ask->index);
    struct store_pending pending;
    enum err e = OK;

    *open = false;
    if (recent != NULL && recent->decided)
        return decided(keeper, desk, ask, recent->decision);
    if (recent == NULL)
        e = store_pending(&keeper->book.store, ask->index, &pending);
    if (e == ERR_NOT_FOUND)
        return decided_before(keeper, desk, ask);
    *open = e == OK;
    return e;
}

static void
text_mix(struct hash_stream *stream, struct bytes text)
{
    uint8_t size[8];

    be64_write(size, text.size);
    hash_add(stream, (struct bytes){size, sizeof(size)});
    hash_add(stream, text);
}

/*
 * What was asked, with who crosses and which way in place of the scan's number:
 * whoever repeats scan and decision under one key gets the crossing made then.
 * API 2.5
 */
static void
request_mix(struct request_key *key, const struct inspection *inspection)
{
    const struct document *document = &inspection->document;
    const uint8_t flags[2] = {(uint8_t)inspection->direction,
                              document->name_truncated};
    struct hash_stream stream;
    struct hash hash;

    hash_begin(&stream);
    hash_add(&stream, (struct bytes){key->request, REQUEST_KEY_SIZE});
    hash_add(&stream, (struct bytes){flags, sizeof(flags)});
    text_mix(&stream, document->format);
    text_mix(&stream, document->code);
    text_mix(&stream, document->issuing_state);
    text_mix(&stream, document->number);
    text_mix(&stream, document->surname);
    text_mix(&stream, document->given_names);
    text_mix(&stream, document->nationality);
    text_mix(&stream, document->date_of_birth);
    text_mix(&stream, document->sex);
    text_mix(&stream, document->date_of_expiry);
    text_mix(&stream, document->optional_1);
    text_mix(&stream, document->optional_2);
    hash = hash_end(&stream);
    memcpy(key->request, hash.b, REQUEST_KEY_SIZE);
}

static enum err
ask_crossing(struct keeper *keeper, struct keeper_desk *desk,
             const struct ask *asked)
{
    struct event inspection;
    struct ask mixed = *asked;
    const struct ask *ask = &mixed;
    struct event event = {
        .type = EVENT_CROSSING, .actor = ask->actor, .lane = ask->lane};
    struct keeper_reply *reply;
    size_t item;
    bool done = false;
    bool found;
    enum err e = inspection_find(keeper, desk, ask, &inspection, &found);

    if (e != OK || !found)
        return e;
    if (!inspection.inspection.has_document)
        return refuse(keeper, desk, ask, PROBLEM_NO_DOCUMENT);
    if (ask->key.present) {
        request_mix(&mixed.key, &inspection.inspection);
        e = repeated(keeper, desk, ask, &done);
    }
    if (e != OK || done)
        return e;
    if (recent_batch_decided(keeper->batch, ask->index, &item))
        return ERR_BUSY; /* the next batch knows by which record */
    e = inspection_open(keeper, desk, ask, &found);
    if (e != OK || !found)
        return e;
    event.crossing =
        (struct crossing){.has_inspection = true,
                          .inspection = ask->index,
                          .direction = inspection.inspection.direction,
                          .decision = ask->decision,
                          .reasons = ask->reasons,
                          .document = inspection.inspection.document,
                          .key = ask->key};
    e = put(keeper, desk, ask, &event, &reply);
    if (e == OK && reply != NULL)
        recent_batch_decide(keeper->batch, ask->index, reply->item);
    return e;
}

/* ----- Events made by a desk. ----- */

static enum err
ask_append(struct keeper *keeper, struct keeper_desk *desk,
           const struct ask *ask)
{
    /* Not the book's arena: judging an event reads an entry. */
    max_align_t parts[EVENT_ARENA_SIZE / sizeof(max_align_t)];
    struct arena arena;
    struct keeper_reply *reply;
    struct admitted admitted = {0};
    struct fault fault;
    enum problem problem = PROBLEM_NONE;
    enum err e;

    arena_init(&arena, parts, sizeof(parts));
    if (event_parse(ask->event, &arena, &admitted.event, &fault) != OK)
        return refuse(keeper, desk, ask, PROBLEM_MALFORMED);
    e = admit_event(&keeper->book, &ask->key, &admitted, &problem);
    if (e != OK)
        return e;
    if (problem != PROBLEM_NONE)
        return refuse(keeper, desk, ask, problem);
    e = put(keeper, desk, ask, &admitted.event, &reply);
    if (e == OK && reply != NULL)
        reply->wants_fold = admitted.event.type == EVENT_ACCESS;
    return e;
}

/* ----- Looks. ----- */

static enum err
ask_record(struct keeper *keeper, struct keeper_desk *desk,
           const struct ask *ask)
{
    struct event event = {.type = EVENT_ACCESS, .actor = ask->actor};
    struct keeper_reply *reply;
    struct book_entry read;
    enum err e = book_read(&keeper->book, ask->index, &read);

    if (e == ERR_NOT_FOUND)
        return refuse(keeper, desk, ask, PROBLEM_NO_SUCH_RECORD);
    if (e == ERR_DENIED)
        return refuse(keeper, desk, ask, PROBLEM_ERASED);
    if (e != OK)
        return e;
    if (event_look_is_recorded(&read.event)) {
        event.access = (struct access){.purpose = BYTES("record"),
                                       .kind = ACCESS_RECORD,
                                       .node = keeper->book.node,
                                       .index = ask->index};
        e = put(keeper, desk, ask, &event, &reply);
    } else
        reply = reply_add(keeper, desk, ask, 0);
    if (e != OK || reply == NULL)
        return e;
    reply->look = true;
    reply->index = ask->index;
    return OK;
}

/* ----- Waiting for the tables. ----- */

/* All that was answered before is in earlier batches, which are folded by the
 * end of this one. */
static enum err
ask_folded(struct keeper *keeper, struct keeper_desk *desk,
           const struct ask *ask)
{
    struct keeper_reply *reply = reply_add(keeper, desk, ask, 0);

    reply->bare = true;
    reply->wants_fold = true;
    return OK;
}

/* ----- Status. ----- */

static enum err
ask_status(struct keeper *keeper, struct keeper_desk *desk,
           const struct ask *ask)
{
    struct answer answer = keeper_answer(keeper, ask->id);
    enum err e = OK;

    answer.problem = keeper->stopping ? PROBLEM_STOPPING : keeper->blocked;
    answer.has_status = true;
    answer.status.started = keeper->started;
    if (!keeper->refusing)
        e = store_inside(&keeper->book.store, &answer.status.inside);
    if (e != OK)
        return e;
    answer.status.type_count = STATUS_TYPES_MAX;
    memcpy(answer.status.appended, keeper->appended,
           sizeof(answer.status.appended));
    keeper_send(keeper, desk, &answer);
    return OK;
}

enum err
keeper_ask(struct keeper *keeper, struct keeper_desk *desk,
           struct bytes message)
{
    struct fault fault;
    struct ask ask;
    bool done = false;
    enum err e = ask_parse(message, &ask, &fault);

    if (e != OK)
        return ERR_FORMAT;
    if (ask.kind == ASK_STATUS)
        return ask_status(keeper, desk, &ask);
    if (ask.kind == ASK_PEERS && keeper->peers != NULL)
        return courier_ask(keeper, desk, &ask); /* to look costs nothing */
    if (keeper->blocked != PROBLEM_NONE)
        return refuse(keeper, desk, &ask, keeper->blocked);
    if (ask.has_time && !keeper->sample)
        return refuse(keeper, desk, &ask, PROBLEM_TIME);
    if (ask.kind >= ASK_PEERS)
        return courier_ask(keeper, desk, &ask);
    e = keeper_begin(keeper);
    if (e != OK)
        return e;
    if (keeper->reply_count == BOOK_BATCH_MAX)
        return ERR_BUSY;
    if (ask.key.present && ask.kind != ASK_CROSSING)
        e = repeated(keeper, desk, &ask, &done);
    if (e != OK || done)
        return e;
    switch (ask.kind) {
    case ASK_APPEND:
        return ask_append(keeper, desk, &ask);
    case ASK_CROSSING:
        return ask_crossing(keeper, desk, &ask);
    case ASK_RECORD:
        return ask_record(keeper, desk, &ask);
    case ASK_FOLDED:
        return ask_folded(keeper, desk, &ask);
    default:
        return ERR_FORMAT;
    }
}
