/* Opening a book, making a new one, and reading entries back. */
#include "node/book_int.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/book_foreign.h"
#include "node/keys.h"
#include "os/pool.h"
#include "os/sandbox.h"
#include "store/rebuild.h"
#include "tlog/tree.h"

/* So many entries not folded yet are worth a rebuild, in a second or two, and
 * fewer where nothing is folded yet, for others' come with them; more need more
 * memory than a post has beside its other work. */
#define REFOLD_MIN 100000
#define REFOLD_FRESH_MIN 1000
#define REFOLD_MAX 20000000

/* Bundles of other logs in memory: a round goes through one log after the
 * other. */
#define FOREIGN_BUNDLES 8

enum err
book_failed(struct book *book, enum err e, const char *step)
{
    book->step = step;
    return e;
}

/* ----- Memory, taken once. ----- */

static enum err
memory_take(struct book *book)
{
    size_t keyring_size = KEYRING_ARENA_SIZE(KEYRING_NODES_USUAL);
    uint8_t *keyring = calloc(1, keyring_size);
    uint8_t *plain = calloc(1, LOG_BATCH_BYTES_MAX);
    uint8_t *parts = malloc(EVENT_ARENA_SIZE);

    book->items = calloc(LOG_BATCH_MAX, sizeof(*book->items));
    book->entries = calloc(LOG_BATCH_MAX, sizeof(*book->entries));
    book->leaves = calloc(LOG_BATCH_MAX, sizeof(*book->leaves));
    book->entry_block = calloc(1, LOG_BATCH_BYTES_MAX);
    book->read_entry = calloc(1, ENTRY_SIZE_MAX);
    book->read_plain = calloc(1, ENTRY_SIZE_MAX);
    arena_init(&book->keyring_arena, keyring, keyring_size);
    arena_init(&book->plain, plain, LOG_BATCH_BYTES_MAX);
    arena_init(&book->read_arena, parts, EVENT_ARENA_SIZE);
    if (keyring == NULL || plain == NULL || parts == NULL ||
        book->items == NULL || book->entries == NULL || book->leaves == NULL ||
        book->entry_block == NULL || book->read_entry == NULL ||
        book->read_plain == NULL)
        return book_failed(book, ERR_LIMIT, "taking memory");
    sandbox_hide(keyring, keyring_size);
    sandbox_hide(&book->key, sizeof(book->key));
    return OK;
}

void
book_release(struct book *book)
{
    for (size_t i = 0; i < BOOK_SEALERS_MAX; i++)
        seal_cursor_deinit(&book->sealing[i]);
    seal_cursor_deinit(&book->opening);
    keyring_deinit(&book->keyring);
    sign_key_deinit(&book->key);
    store_close(&book->store);
    if (book->plain.p != NULL)
        crypto_wipe(book->plain.p, book->plain_most);
    if (book->read_plain != NULL)
        crypto_wipe(book->read_plain, ENTRY_SIZE_MAX);
    foreign_deinit(&book->foreign);
    keyrings_close(&book->keyrings);
    free(book->keyring_arena.p);
    free(book->plain.p);
    free(book->read_arena.p);
    free(book->items);
    free(book->entries);
    free(book->leaves);
    free(book->entry_block);
    free(book->read_entry);
    free(book->read_plain);
}

void
book_abandon(struct book *book)
{
    /* Should that fail, the next life finds the damage again. */
    if (book->store_failed) {
        store_close(&book->store);
        if (store_drop(&book->store_config) != OK)
            book->store_failed = false;
    }
    log_abandon(&book->log);
    book_release(book);
}

/* ----- What both ways of opening do. ----- */

static enum err
book_init(struct book *book, const struct book_config *config)
{
    int n;

    *book = (struct book){.config = *config};
    book->origin = bytes_of(config->config->origin);
    book->node = config_node(config->config);
    n = snprintf(book->store_path, sizeof(book->store_path), "%s/%s",
                 config->path, STORE_FILE);
    if (n < 0 || (size_t)n >= sizeof(book->store_path))
        return book_failed(book, ERR_LIMIT, "naming the store");
    book->store_config = (struct store_config){.os = config->os,
                                               .folder = config->dir,
                                               .path = book->store_path,
                                               .mode = STORE_FOLD,
                                               .vfs = config->vfs,
                                               .node = book->node};
    if (memory_take(book) != OK)
        return ERR_LIMIT;
    if (keyring_init(&book->keyring, &book->keyring_arena, book->origin,
                     KEYRING_NODES_USUAL) != OK)
        return book_failed(book, ERR_LIMIT, "taking memory for keys");
    book->mirrors = (struct book_mirrors){
        .os = config->os, .dir = config->dir, .keyrings = &book->keyrings};
    if (foreign_init(&book->foreign,
                     &(struct foreign_logs){book_mirror_find, &book->mirrors},
                     FOREIGN_BUNDLES, book_threads()) != OK)
        return book_failed(book, ERR_LIMIT, "taking memory for other logs");
    for (size_t i = 0; i < BOOK_SEALERS_MAX; i++)
        seal_cursor_init(&book->sealing[i], &book->keyring);
    seal_cursor_init(&book->opening, &book->keyring);
    return OK;
}

static struct log_config
log_config_of(const struct book *book)
{
    return (struct log_config){.os = book->config.os,
                               .dir = book->config.dir,
                               .origin = book->origin,
                               .key = &book->key,
                               .journal_size = book->config.journal_size != 0
                                                   ? book->config.journal_size
                                                   : JOURNAL_SIZE_DEFAULT};
}

/* ----- Making. ----- */

static enum err
files_make(struct book *book)
{
    struct os *os = book->config.os;
    struct folder dir = book->config.dir;
    struct log_config config = log_config_of(book);
    enum err e =
        key_make(os, dir, book->origin, book->config.random, &book->key);

    if (e != OK)
        return book_failed(book, e, "writing the signing key");
    e = token_make(os, dir, book->config.random);
    if (e != OK)
        return book_failed(book, e, "writing the token");
    e = keyring_save(&book->keyring, os, dir);
    if (e != OK)
        return book_failed(book, e, "writing the keyring");
    config.key = NULL;
    e = log_create(&config);
    return e == OK ? OK : book_failed(book, e, "making the log");
}

/* The first event, published, and folded. */
static enum err
log_begin(struct book *book)
{
    struct log_config config = log_config_of(book);
    enum err closed;
    enum err e = log_open(&book->log, &config, NULL, &book->fault);

    if (e != OK)
        return book_failed(book, e, "opening the log");
    e = store_open(&book->store, &book->store_config);
    if (e != OK)
        (void)book_failed(book, e, "opening the store");
    if (e == OK)
        e = book_first(book);
    if (e == OK)
        e = book_fold(book);
    closed = log_close(&book->log);
    return e == OK && closed != OK
               ? book_failed(book, closed, "publishing the first checkpoint")
               : e;
}

enum err
book_create(struct book *book, const struct book_config *config)
{
    enum err e = book_init(book, config);

    if (e == OK)
        e = files_make(book);
    if (e == OK)
        e = log_begin(book);
    book_release(book);
    return e;
}

/* ----- Opening. ----- */

static enum err
key_open(struct book *book)
{
    enum err e =
        key_load(book->config.os, book->config.dir, book->origin, &book->key);

    return e == OK ? OK : book_failed(book, e, "reading log.key");
}

/* With the log's lock: another keeper may be changing them till then. */
static enum err
keyrings_load(struct book *book)
{
    struct os *os = book->config.os;
    struct folder dir = book->config.dir;
    enum err e = keyring_load(&book->keyring, os, dir, &book->fault);

    if (e != OK)
        return book_failed(book, e, "reading the keyring");
    e = keyrings_open(&book->keyrings, os, dir, &book->fault);
    return e == OK ? OK : book_failed(book, e, "reading other logs' keyrings");
}

/*
 * The last entry that says something of slots says all: those before it are
 * lower, or of an older epoch.
 */
static enum err
slots_recover(struct book *book)
{
    uint64_t index = log_size(&book->log);
    struct book_entry read = {0};
    struct entry entry;
    enum err e;

    while (index > 0 && !book->slots.known) {
        e = book_read(book, --index, &read);
        if (e != OK && e != ERR_DENIED)
            return e;
        if (entry_parse(read.entry, &entry, &book->fault) != OK)
            return ERR_CORRUPT;
        if (entry.sealed)
            slots_sealed(&book->slots, entry.epoch, entry.slot);
        else if (read.event.type == EVENT_NODE_START)
            slots_floor(&book->slots, read.event.node_start.epoch,
                        read.event.node_start.slot_floor);
        else if (read.event.type == EVENT_KEY_EPOCH_OPENED)
            slots_floor(&book->slots, read.event.key_epoch_opened.epoch,
                        read.event.key_epoch_opened.slot_floor);
    }
    return OK;
}

/*
 * A real node's clock goes on from its last event; the times of a sample node
 * are whatever its requests said.
 */
static enum err
clock_recover(struct book *book)
{
    struct os *os = book->config.os;
    uint64_t index = log_size(&book->log);
    struct book_entry read;
    enum err e = ERR_DENIED;

    book->wall = os->now(os);
    book->steady_ns = os->monotonic_ns(os);
    while (!book->config.config->sample && e == ERR_DENIED && index > 0)
        e = book_read(book, --index, &read);
    if (e == OK) {
        book->last = read.event.time;
        if (book->last.ms > book->wall.ms)
            book->wall = book->last;
    }
    return e == ERR_DENIED ? OK : e;
}

/* It holds nothing that the log does not. */
static enum err
store_renew(struct book *book)
{
    enum err e;

    store_close(&book->store);
    e = store_drop(&book->store_config);
    if (e == OK)
        e = store_open(&book->store, &book->store_config);
    book->store_failed = false;
    return e;
}

/* Why the store that was opened so is to be dropped; NULL: it is not. */
static const char *
doubt(struct book *book, enum err opened)
{
    bool filled = false;
    enum err e = opened;

    if (e == OK && store_position(&book->store) > log_size(&book->log))
        return "it holds more than the log";
    if (e == OK)
        e = book_holes_filled(book, &filled);
    if (e == ERR_CORRUPT || e == ERR_IO)
        return "it is damaged";
    if (e == ERR_CONFLICT)
        return "it is of another version, or an entry was erased";
    return filled ? "entries of other nodes that were missing may be there now"
                  : NULL;
}

/* Opens the store, or drops it and begins anew when it cannot be believed. A
 * disk that cannot be read will not let it be made anew either. */
static enum err
store_recover(struct book *book, const char **rebuilt)
{
    enum err e = store_open(&book->store, &book->store_config);

    *rebuilt = doubt(book, e);
    return *rebuilt == NULL ? e : store_renew(book);
}

/*
 * Many entries are folded faster in memory, on all cores, into a fresh file.
 * That takes some 250 bytes an entry. Where it fails, and past the tiles that
 * are published, entry by entry does it too, or says what is wrong.
 */
static enum err
refold(struct book *book)
{
    struct rebuild_config config = {
        .store = book->store_config,
        .view = {book->config.os, book->config.dir, VIEW_LOG_PREFIX},
        .size = log_published(&book->log),
        .keyring = &book->keyring,
        .threads = pool_threads(),
        .foreign = {book_mirror_find, &book->mirrors},
    };
    struct fault fault;
    enum err e;

    store_close(&book->store);
    e = store_rebuild(&config, NULL, &fault);
    (void)e;
    return store_open(&book->store, &book->store_config);
}

static bool
refold_due(const struct book *book)
{
    uint64_t position = store_position(&book->store);
    uint64_t published = log_published(&book->log);
    uint64_t min = position == 0 ? REFOLD_FRESH_MIN : REFOLD_MIN;

    return published > position && published - position >= min &&
           published <= REFOLD_MAX;
}

/* Up to the log's end. */
static enum err
store_follow(struct book *book)
{
    enum err e = OK;

    if (refold_due(book))
        e = refold(book);
    return e == OK ? book_fold(book)
                   : book_failed(book, e, "rebuilding the store");
}

static enum err
log_recover(struct book *book, struct book_report *report)
{
    uint64_t position;
    enum err e = keyring_clean(book->config.os, book->config.dir);

    if (e != OK)
        return book_failed(book, e, "clearing an old keyring away");
    e = slots_recover(book);
    if (e == OK)
        e = clock_recover(book);
    if (e != OK)
        return book_failed(book, e, "reading the log's end");
    e = store_recover(book, &report->rebuilt);
    if (e != OK)
        return book_failed(book, e, "opening the store");
    position = store_position(&book->store);
    report->folded = log_size(&book->log) - position;
    e = store_follow(book);
    if (e == OK || !book->store_failed)
        return e;
    report->rebuilt = "folding found it damaged";
    e = store_renew(book);
    return e == OK ? store_follow(book)
                   : book_failed(book, e, "opening the store");
}

enum err
book_open(struct book *book, const struct book_config *config,
          struct book_report *report)
{
    struct log_config log_config;
    enum err e = book_init(book, config);

    *report = (struct book_report){0};
    if (e == OK)
        e = key_open(book);
    if (e != OK) {
        book_release(book);
        return e;
    }
    log_config = log_config_of(book);
    e = log_open(&book->log, &log_config, &report->log, &book->fault);
    if (e != OK) {
        (void)book_failed(book, e, "opening the log");
        book_release(book);
        return e;
    }
    e = keyrings_load(book);
    if (e == OK)
        e = log_recover(book, report);
    if (e != OK)
        book_abandon(book);
    return e;
}

/* ----- Reading back. ----- */

enum err
book_read(struct book *book, uint64_t index, struct book_entry *out)
{
    struct entry entry;
    size_t size;
    enum err e =
        log_read(&book->log, index, book->read_entry, ENTRY_SIZE_MAX, &size);

    if (e != OK)
        return e == ERR_NOT_FOUND ? e : book_failed(book, e, "reading the log");
    *out = (struct book_entry){.entry = {book->read_entry, size}};
    out->leaf = tree_leaf(out->entry);
    if (entry_parse(out->entry, &entry, &book->fault) != OK)
        return book_failed(book, ERR_CORRUPT, "reading an entry");
    out->plain = entry.event;
    if (entry.sealed)
        e = entry_open(&book->opening, &entry, book->read_plain, ENTRY_SIZE_MAX,
                       &out->plain);
    /* The log's bytes were compared with its leaves: a key that does not fit is
     * none of theirs. */
    if (e == ERR_NOT_FOUND || e == ERR_SIGNATURE)
        return ERR_DENIED;
    if (e != OK)
        return book_failed(book, ERR_CORRUPT, "opening an entry");
    arena_reset(&book->read_arena);
    if (event_parse(out->plain, &book->read_arena, &out->event, &book->fault) !=
        OK)
        return book_failed(book, ERR_CORRUPT, "reading an event");
    return OK;
}
