/* The batch: events put, sealed, appended, folded. */
#include "node/book.h"

#include <assert.h>
#include <string.h>

#include "base/version.h"
#include "node/book_foreign.h"
#include "node/book_int.h"

/* ----- The clock. ----- */

/* What the clock should say, by the steady one. */
static struct instant
expected(const struct book *book)
{
    struct os *os = book->config.os;
    uint64_t passed_ns = os->monotonic_ns(os) - book->steady_ns;

    return (struct instant){book->wall.ms + (int64_t)(passed_ns / 1000000u)};
}

static void
clock_set(struct book *book, struct instant now)
{
    struct os *os = book->config.os;

    book->wall = now;
    book->steady_ns = os->monotonic_ns(os);
}

/* No event of this log has a time before an earlier one's: REC 2.3. */
static struct instant
clamped(const struct book *book, struct instant now)
{
    return now.ms < book->last.ms ? book->last : now;
}

static enum err
clock_check(struct book *book)
{
    struct os *os = book->config.os;
    struct instant now = os->now(os);
    struct instant from = expected(book);
    int64_t jump_ms = now.ms - from.ms;
    struct event event = {.type = EVENT_CLOCK_JUMP, .actor = BYTES("kufi")};
    size_t item;

    book->now = clamped(book, now);
    if (jump_ms <= CLOCK_JUMP_MS && jump_ms >= -CLOCK_JUMP_MS)
        return OK;
    clock_set(book, now);
    event.clock_jump = (struct clock_jump){from, now};
    return book_put(book, &event, false, &item);
}

/* ----- Putting. ----- */

enum err
book_begin(struct book *book)
{
    book->item_count = 0;
    book->sealed_count = 0;
    book->batch_size = 0;
    arena_reset(&book->plain);
    return clock_check(book);
}

/* Room is kept for the largest event that may come. */
static bool
has_room(const struct book *book)
{
    const size_t most = 2 + EVENT_SIZE_MAX + ENTRY_OVERHEAD_MAX;

    return book->item_count < BOOK_BATCH_MAX &&
           LOG_BATCH_BYTES_MAX - book->batch_size > most * (1 + BOOK_OWN_MAX) &&
           book->plain.size - book->plain.used >
               EVENT_SIZE_MAX * (1 + BOOK_OWN_MAX);
}

/* Also for the book's own events, for which room was kept. */
static enum err
put(struct book *book, struct event *event, size_t *item)
{
    struct book_item *new = &book->items[book->item_count];
    struct writer w;
    enum err e;

    assert(book->item_count < LOG_BATCH_MAX);
    writer_init(&w, book->plain.p + book->plain.used,
                book->plain.size - book->plain.used);
    e = event_encode(&w, event, &book->fault);
    if (e != OK)
        return book_failed(book, e, "encoding an event");
    new->plain = writer_done(&w);
    new->sealed = event_holds_person(event);
    book->plain.used += new->plain.size;
    if (book->plain.used > book->plain_most)
        book->plain_most = book->plain.used;
    book->batch_size += 2 + new->plain.size + ENTRY_OVERHEAD_MAX;
    book->sealed_count += new->sealed ? 1 : 0;
    *item = book->item_count++;
    return OK;
}

enum err
book_put(struct book *book, struct event *event, bool keep_time, size_t *item)
{
    if (!has_room(book))
        return ERR_BUSY;
    if (!keep_time)
        event->time = book->now;
    if (event->type != EVENT_LATE_RECORD || event->place.size == 0)
        event->place = bytes_of(book->config.config->place);
    return put(book, event, item);
}

/* ----- Sealing and appending. ----- */

static enum err
append(struct book *book, uint32_t slot)
{
    enum err e = book_seal(book, slot);

    if (e != OK)
        return book_failed(book, e, "sealing");
    e = log_append(&book->log, book->entries, book->item_count, book->leaves,
                   &book->first);
    return e == OK ? OK : book_failed(book, e, "appending to the log");
}

/*
 * One of the book's own events, in a frame of its own before the batch: slots
 * may be used only when it is durable. The batch's items stay.
 */
static enum err
append_own(struct book *book, struct event *event)
{
    size_t item = 0;
    struct bytes entry;
    uint64_t index;
    struct hash leaf;
    struct writer w;
    enum err e;

    event->time = book->now;
    event->place = bytes_of(book->config.config->place);
    event->actor = BYTES("kufi");
    e = put(book, event, &item);
    if (e != OK)
        return e;
    book->item_count--;
    book->plain.used -= book->items[item].plain.size;
    writer_init(&w, book->entry_block, LOG_BATCH_BYTES_MAX);
    e = entry_encode_open(&w, book->items[item].plain);
    if (e != OK)
        return book_failed(book, e, "encoding an entry");
    entry = writer_done(&w);
    e = log_append(&book->log, &entry, 1, &leaf, &index);
    if (e != OK)
        return book_failed(book, e, "appending to the log");
    return OK;
}

static enum err
start_event(struct book *book, enum start_reason reason, uint32_t epoch,
            uint32_t floor)
{
    const struct config *config = book->config.config;
    struct event event = {.type = EVENT_NODE_START};
    enum err e;

    event.node_start = (struct node_start){
        .reason = reason,
        .sample = config->sample,
        .kind = config->kind,
        .country = bytes_of(config->country),
        .zone = bytes_of(config->zone),
        .version = BYTES(KUFI_VERSION),
        .epoch = epoch,
        .slot_floor = floor,
    };
    e = append_own(book, &event);
    if (e == OK)
        slots_floor(&book->slots, epoch, floor);
    return e;
}

/* The root is on disk before any entry names its epoch. */
static enum err
epoch_open(struct book *book, uint32_t epoch)
{
    struct event event = {.type = EVENT_KEY_EPOCH_OPENED};
    uint32_t newest;
    enum err e = OK;

    /* A try that failed after the keyring was saved left the epoch there. */
    if (!keyring_newest(&book->keyring, &newest) || newest < epoch)
        e = keyring_open_epoch(&book->keyring, epoch, book->config.random);
    else
        epoch = newest;
    if (e == OK)
        e = keyring_save(&book->keyring, book->config.os, book->config.dir);
    if (e != OK)
        return book_failed(book, e, "opening an epoch of keys");
    event.key_epoch_opened.epoch = epoch;
    e = append_own(book, &event);
    if (e == OK)
        slots_floor(&book->slots, epoch, 0);
    return e;
}

static enum err
slots_prepare(struct book *book, uint32_t *slot)
{
    int32_t day = instant_utc_date(book->now).days;
    uint32_t epoch;
    enum err e = OK;

    *slot = 0;
    if (book->sealed_count == 0)
        return OK;
    if (slots_epoch_due(&book->slots, day < 0 ? 0 : (uint32_t)day,
                        book->sealed_count, &epoch))
        e = epoch_open(book, epoch);
    if (e == OK)
        e = slots_take(&book->slots, book->sealed_count, slot);
    if (e != ERR_BUSY)
        return e;
    /* Too many were sealed for batches that found the disk full. */
    e = start_event(book, START_AGAIN, book->slots.epoch, book->slots.next);
    if (e == OK)
        e = slots_take(&book->slots, book->sealed_count, slot);
    return e;
}

enum err
book_commit(struct book *book)
{
    uint32_t slot;
    enum err e;

    if (book->item_count == 0)
        return OK;
    e = slots_prepare(book, &slot);
    if (e == OK)
        e = append(book, slot);
    if (e != OK) {
        book->item_count = 0; /* they are in no log: not to be folded */
        return e;
    }
    slots_kept(&book->slots);
    book->last = book->now;
    return OK;
}

enum err
book_start(struct book *book)
{
    uint32_t newest = 0;
    bool has_newest = keyring_newest(&book->keyring, &newest);
    uint32_t epoch;
    uint32_t floor;
    enum err e = book_begin(book);

    if (e == OK)
        e = book_commit(book);
    if (e != OK)
        return e;
    slots_resume(&book->slots, has_newest, newest, &epoch, &floor);
    return start_event(book, START_AGAIN, epoch, floor);
}

enum err
book_first(struct book *book)
{
    book->now = book->config.os->now(book->config.os);
    return start_event(book, START_INIT, 0, 0);
}

enum err
book_stop(struct book *book, enum stop_reason reason)
{
    struct event event = {.type = EVENT_NODE_STOP, .node_stop = {reason}};
    enum err e = book_begin(book);
    enum err closed;

    if (e == OK)
        e = book_commit(book);
    if (e == OK)
        e = append_own(book, &event);
    if (e == OK)
        e = book_fold(book);
    closed = log_close(&book->log);
    if (e == OK && closed != OK)
        e = book_failed(book, closed, "closing the log");
    book_release(book);
    return e;
}

/* ----- Folding. ----- */

/* What was seen of other logs comes before the event that says so. */
static enum err
fold_event_of(struct book *book, uint64_t index, const struct event *event,
              size_t *count)
{
    enum err e = OK;

    if (event != NULL && event->type == EVENT_CHECKPOINT_SEEN)
        e = book_seen_fold(book, event, count);
    if (e == OK)
        e = store_fold(&book->store, index, event);
    book->store_failed = e == ERR_CORRUPT || e == ERR_IO;
    return e;
}

/* What was committed before the batch, or by an earlier life. */
static enum err
fold_read(struct book *book, uint64_t index, size_t *count)
{
    struct book_entry read;
    enum err e = book_read(book, index, &read);

    if (e != OK && e != ERR_DENIED)
        return e;
    return fold_event_of(book, index, e == OK ? &read.event : NULL, count);
}

static enum err
fold_item(struct book *book, size_t item, size_t *count)
{
    struct event event;
    enum err e;

    arena_reset(&book->read_arena);
    e = event_parse(book->items[item].plain, &book->read_arena, &event,
                    &book->fault);
    if (e != OK)
        return e;
    return fold_event_of(book, book_index(book, item), &event, count);
}

/* About STORE_BATCH_MAX entries from the store's position on, those of other
 * logs included. */
static enum err
fold_some(struct book *book, uint64_t end)
{
    uint64_t at = store_position(&book->store);
    size_t count = 0;
    enum err e = store_begin(&book->store);

    book->store_failed = e == ERR_CORRUPT || e == ERR_IO;
    if (e != OK)
        return book_failed(book, e, "beginning a batch of the store");
    for (; at < end && count < STORE_BATCH_MAX && e == OK; at++) {
        bool here = book->item_count > 0 && at >= book->first &&
                    at - book->first < book->item_count;

        count++;
        e = here ? fold_item(book, at - book->first, &count)
                 : fold_read(book, at, &count);
    }
    if (e == OK) {
        e = store_commit(&book->store);
        book->store_failed = e == ERR_CORRUPT || e == ERR_IO;
    } else
        store_rollback(&book->store);
    return e == OK ? OK : book_failed(book, e, "folding into the store");
}

enum err
book_fold(struct book *book)
{
    uint64_t end = log_size(&book->log);
    enum err e = OK;

    while (e == OK && store_position(&book->store) < end)
        e = fold_some(book, end);
    return e;
}

enum err
book_stale(struct book *book)
{
    enum err e = store_stale(&book->store);

    return e == OK ? OK : book_failed(book, e, "marking the tables as stale");
}

enum err
book_flush(struct book *book)
{
    enum err e = log_flush(&book->log);

    return e == OK ? OK : book_failed(book, e, "writing tiles");
}

enum err
book_publish(struct book *book)
{
    enum err e = log_publish(&book->log);

    return e == OK ? OK : book_failed(book, e, "publishing a checkpoint");
}

enum err
book_settle(struct book *book)
{
    enum err e = log_settle(&book->log);

    if (e != OK)
        return book_failed(book, e, "settling the log");
    e = book_publish(book);
    return e == OK ? book_fold(book) : e;
}

uint64_t
book_index(const struct book *book, size_t item)
{
    return book->first + item;
}

const struct hash *
book_leaf(const struct book *book, size_t item)
{
    return &book->leaves[item];
}
