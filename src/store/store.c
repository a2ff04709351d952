#include "store/store.h"

#include "store/correct.h"
#include "store/fold_node.h"
#include "store/nodes.h"
#include "store/read_int.h"
#include "store/request.h"
#include "store/tables.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Rows of each table, and bytes of their texts, that are kept in memory while
 * folding: a batch and what it looked up, and then the next ones as long as
 * there is room. 12 MiB in all. */
#define ROWS_KEPT (2 * STORE_BATCH_MAX)
#define TEXT_KEPT_BYTES (4 << 20)

/* A row of memory that has to be written. */
struct change {
    int64_t id;
    size_t at;
};

static enum err
load(void *context, enum table table, int64_t id, struct row *out)
{
    struct store *store = context;

    return sqlite_get(store, table, id, out);
}

const char *
store_file_name(const struct store_config *config)
{
    const char *slash = strrchr(config->path, '/');

    return slash == NULL ? config->path : slash + 1;
}

/*
 * SQLite gives what it keeps beside the file the same permissions. What lies
 * there of a file that is gone is not the new one's, and readers that are left
 * may hold it: it goes first.
 */
static enum err
file_make(const struct store_config *config)
{
    struct os *os = config->os;
    const char *name = store_file_name(config);
    struct file file;
    enum err e = os->open(os, config->folder, name, OPEN_READ, 0, &file);

    if (e == ERR_NOT_FOUND) {
        e = store_drop(config);
        if (e == OK)
            e = os->open(os, config->folder, name, OPEN_CREATE, 0600, &file);
    }
    if (e == OK)
        os->close(os, file);
    return e;
}

/* With the node's row, which says whose log this is and how far it is folded.
 */
static enum err
create(struct store *store)
{
    struct row row = {.id = 0};

    row.texts[NODE_NAME] = (struct bytes){store->node, store->node_size};
    row.numbers[NODE_MODE_RECORD] = ROW_NONE;
    return sqlite_create(store, &row);
}

static enum err
node_read(struct store *store)
{
    struct row row;
    enum err e = sqlite_get(store, TABLE_NODE, 0, &row);

    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    if (row.numbers[NODE_POSITION] < 0)
        return ERR_CORRUPT;
    if (!bytes_equal(row.texts[NODE_NAME],
                     (struct bytes){store->node, store->node_size}))
        return ERR_CONFLICT;
    store->position = (uint64_t)row.numbers[NODE_POSITION];
    return OK;
}

/* Looks what the file is, and makes the tables where there are none. */
static enum err
tables_open(struct store *store)
{
    int version = 0;
    enum err e = sqlite_version(store, &version);

    if (e != OK)
        return e;
    if (version == SQLITE_NEW && store->mode == STORE_READ)
        return ERR_NOT_FOUND;
    if (version != SQLITE_NEW && version != STORE_VERSION)
        return ERR_CONFLICT;
    e = version == SQLITE_NEW ? create(store) : sqlite_prepare(store);
    return e == OK ? node_read(store) : e;
}

static int
change_compare(const void *a, const void *b)
{
    const struct change *one = a;
    const struct change *other = b;

    return one->id < other->id ? -1 : one->id > other->id;
}

/* Writes the changed rows of a table in the order of their ids, which is that
 * of the file's pages. */
static enum err
table_flush(struct store *store, enum table table)
{
    const struct memory *memory = &store->tables->memory[table];
    struct change *changes = store->changes;
    size_t count = memory->changed_count;
    enum err e = OK;

    for (size_t i = 0; i < count; i++) {
        changes[i].at = memory->changed[i];
        changes[i].id = memory->rows[changes[i].at * memory->stride];
    }
    qsort(changes, count, sizeof(*changes), change_compare);
    for (size_t i = 0; e == OK && i < count; i++) {
        struct row row;

        switch (tables_take(store->tables, table, changes[i].at, &row)) {
        case ROW_WRITTEN:
            e = sqlite_put(store, table, &row);
            break;
        case ROW_REMOVED:
            e = sqlite_remove(store, table, row.id);
            break;
        case ROW_SAME:
            break;
        }
    }
    tables_taken(store->tables, table);
    return e;
}

static enum err
flush(struct store *store)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < TABLE_COUNT; i++)
        e = table_flush(store, (enum table)i);
    return e;
}

static enum err
spill(void *context)
{
    return flush(context);
}

/* A key of the running batch. */
struct arrival {
    int64_t record;
    uint8_t key[REQUEST_KEY_SIZE];
};

static enum err
names_open(struct store *store)
{
    store->names = calloc(STORE_NODES_MAX, sizeof(*store->names));
    return store->names == NULL ? ERR_LIMIT : OK;
}

static enum err
memory_open(struct store *store)
{
    enum err e;

    store->tables = calloc(1, sizeof(*store->tables));
    store->changes = calloc(ROWS_KEPT, sizeof(struct change));
    store->requests = calloc(1, sizeof(*store->requests));
    store->arrivals = calloc(STORE_BATCH_MAX, sizeof(*store->arrivals));
    if (store->tables == NULL || store->changes == NULL ||
        store->requests == NULL || store->arrivals == NULL)
        return ERR_LIMIT;
    e = requests_init(store->requests);
    if (e == OK)
        e = tables_init(store->tables, ROWS_KEPT, TEXT_KEPT_BYTES, false);
    store->tables->load = load;
    store->tables->spill = spill;
    store->tables->context = store;
    return e;
}

static void
memory_close(struct store *store)
{
    if (store->tables != NULL)
        tables_deinit(store->tables);
    if (store->requests != NULL)
        requests_deinit(store->requests);
    free(store->tables);
    free(store->changes);
    free(store->requests);
    free(store->arrivals);
    free(store->names);
}

/* The keys of the last records. */
static enum err
requests_load(struct store *store)
{
    uint64_t from =
        store->position < REQUESTS_REACH ? 0 : store->position - REQUESTS_REACH;
    enum err e = sqlite_walk(store, TABLE_REQUEST, record_id(0, from));

    while (e == OK) {
        uint8_t key[REQUEST_KEY_SIZE];
        struct row row;

        e = sqlite_next(store, TABLE_REQUEST, &row);
        if (e != OK)
            break;
        be64_write(key, (uint64_t)row.numbers[REQUEST_KEY_HIGH]);
        be64_write(key + 8, (uint64_t)row.numbers[REQUEST_KEY_LOW]);
        requests_add(store->requests, key, row.id);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_open(struct store *store, const struct store_config *config)
{
    enum err e = OK;

    *store = (struct store){.mode = config->mode};
    if (config->node.size > sizeof(store->node))
        return ERR_LIMIT;
    memcpy(store->node, config->node.p, config->node.size);
    store->node_size = config->node.size;
    if (config->mode == STORE_FOLD)
        e = file_make(config);
    if (e == OK)
        e = sqlite_open(store, config);
    if (e == OK)
        e = tables_open(store);
    if (e == OK)
        e = names_open(store);
    if (e == OK && config->mode == STORE_FOLD)
        e = memory_open(store);
    if (e == OK && config->mode == STORE_FOLD)
        e = requests_load(store);
    if (e != OK)
        store_close(store);
    return e;
}

void
store_close(struct store *store)
{
    memory_close(store);
    sqlite_shut(store);
    *store = (struct store){0};
}

enum err
store_make(const struct store_config *config, uint32_t roots[STORE_TABLE_COUNT])
{
    struct store store = {.mode = STORE_FOLD};
    enum err e = file_make(config);

    if (e == OK)
        e = sqlite_open_plain(&store, config);
    if (e == OK)
        e = sqlite_create(&store, NULL);
    if (e == OK)
        e = sqlite_roots(&store, roots);
    store_close(&store);
    return e;
}

static enum err
file_remove(const struct store_config *config, const char *end)
{
    char path[OS_PATH_SIZE_MAX];
    struct writer w;
    enum err e;

    writer_init(&w, path, sizeof(path));
    writer_text(&w, store_file_name(config));
    writer_text(&w, end);
    writer_u8(&w, 0);
    e = writer_end(&w);
    if (e == OK)
        e = config->os->remove(config->os, config->folder, path);
    return e == ERR_NOT_FOUND ? OK : e;
}

/*
 * The file first, for ever: without its WAL it may be half of two states. Then
 * the WAL, for ever too: it would be taken for another file's.
 */
enum err
store_drop(const struct store_config *config)
{
    struct os *os = config->os;
    enum err e = file_remove(config, "");

    if (e == OK)
        e = os->sync_folder(os, config->folder, "");
    if (e == OK)
        e = file_remove(config, "-wal");
    if (e == OK)
        e = file_remove(config, "-shm");
    if (e == OK)
        e = file_remove(config, "-journal");
    return e == OK ? os->sync_folder(os, config->folder, "") : e;
}

uint64_t
store_position(const struct store *store)
{
    return store->position;
}

enum err
store_begin(struct store *store)
{
    enum err e;

    assert(!store->folding);
    store->next = store->position;
    store->arrival_count = 0;
    e = sqlite_step(store, SQLITE_BEGIN_WRITE);
    store->folding = e == OK;
    return e;
}

static void
arrival_note(struct store *store, uint64_t index, const struct event *event)
{
    const struct request_key *key =
        event == NULL ? NULL : fold_request_key(event);
    struct arrival *arrival = &store->arrivals[store->arrival_count];

    if (key == NULL || !key->present)
        return;
    arrival->record = record_id(0, index);
    memcpy(arrival->key, key->key, sizeof(arrival->key));
    store->arrival_count++;
}

enum err
store_fold(struct store *store, uint64_t index, const struct event *event)
{
    const struct fold_source own = {.name = {store->node, store->node_size}};
    struct places places = {0};
    enum err e;

    assert(store->folding);
    if (index != store->next)
        return ERR_CONFLICT;
    if (index - store->position == STORE_BATCH_MAX)
        return ERR_LIMIT;
    tables_reserve(store->tables);
    if (event != NULL)
        places = fold_places(event);
    e = fold_event(store->tables, &own, index, event, &places);
    if (e != OK)
        return e;
    arrival_note(store, index, event);
    store->next = index + 1;
    return OK;
}

enum err
store_seen(struct store *store, const struct seen_log *log, struct instant now,
           struct store_source *out)
{
    struct fold_source source;
    int64_t node;

    assert(store->folding);
    tables_reserve(store->tables);
    node = node_hold(store->tables, log);
    source = node_source(log, node, now);
    *out = (struct store_source){
        .node = node, .name = source.name, .role = log->role, .now = now};
    if (node != ROW_NONE)
        out->position = node_position(store->tables, node);
    return store->tables->e == OK && node == ROW_NONE ? ERR_NOT_FOUND
                                                      : store->tables->e;
}

enum err
store_fold_foreign(struct store *store, struct store_source *source,
                   const struct event *event)
{
    const struct fold_source from = {
        .node = source->node,
        .name = source->name,
        .role = source->role,
        .day = instant_utc_date(source->now).days,
        .now = source->now,
    };
    struct places places = {0};
    enum err e;

    assert(store->folding);
    tables_reserve(store->tables);
    if (event != NULL)
        places = fold_places(event);
    e = node_fold(store->tables, &from, source->position, event, &places);
    if (e == OK)
        source->position++;
    return e;
}

enum err
store_skip_foreign(struct store *store, struct store_source *source,
                   uint64_t end)
{
    assert(store->folding);
    tables_reserve(store->tables);
    node_skip(store->tables, source->node, end);
    source->position = end;
    return store->tables->e;
}

enum err
store_commit(struct store *store)
{
    int64_t *row = tables_find(store->tables, TABLE_NODE, 0);
    enum err e = store->tables->e;

    if (e == OK && row == NULL)
        e = ERR_CORRUPT;
    if (e == OK) {
        row[NODE_POSITION] = (int64_t)store->next;
        tables_touch(store->tables, TABLE_NODE, row);
        e = flush(store);
    }
    if (e == OK)
        e = sqlite_step(store, SQLITE_COMMIT);
    if (e != OK) {
        store_rollback(store);
        return e;
    }
    for (size_t i = 0; i < store->arrival_count; i++)
        requests_add(store->requests, store->arrivals[i].key,
                     store->arrivals[i].record);
    store->position = store->next;
    store->folding = false;
    return OK;
}

/* That undoing fails changes nothing: no later commit can succeed either. */
void
store_rollback(struct store *store)
{
    enum err e = sqlite_step(store, SQLITE_UNDO);

    (void)e;
    tables_clear(store->tables);
    store->next = store->position;
    store->folding = false;
}

enum err
store_erase(struct store *store, uint64_t index)
{
    return index < store->position ? sqlite_stale(store) : OK;
}

enum err
store_stale(struct store *store)
{
    assert(!store->folding);
    return sqlite_stale(store);
}

/* Outside of a batch all rows are written: then none is missed. */
static enum err
look(struct store *store, const int64_t *row)
{
    enum err e = store->tables->e;

    assert(!store->folding);
    if (e != OK || !tables_room(store->tables))
        tables_clear(store->tables);
    return e == OK && row == NULL ? ERR_NOT_FOUND : e;
}

enum err
store_pending(struct store *store, uint64_t index, struct store_pending *out)
{
    struct store_pending pending = {.index = index};
    const int64_t *row;

    if (index > STORE_INDEX_MAX)
        return ERR_NOT_FOUND;
    row = tables_find(store->tables, TABLE_PENDING, record_id(0, index));
    if (row != NULL) {
        pending.time.ms = row[PENDING_TIME];
        pending.direction = (enum direction)row[PENDING_DIRECTION];
        *out = pending;
    }
    return look(store, row);
}

static bool
row_is(const int64_t *row, const uint8_t key[REQUEST_KEY_SIZE])
{
    return row[REQUEST_KEY_HIGH] == (int64_t)be64_read(key) &&
           row[REQUEST_KEY_LOW] == (int64_t)be64_read(key + 8);
}

enum err
store_request_find(struct store *store, const uint8_t key[REQUEST_KEY_SIZE],
                   struct store_request *out)
{
    struct request_search search = {0};
    const int64_t *row = NULL;
    int64_t record;

    while (row == NULL &&
           requests_next(store->requests, key, &search, &record)) {
        row = tables_find(store->tables, TABLE_REQUEST, record);
        if (row != NULL && !row_is(row, key))
            row = NULL;
    }
    if (row != NULL) {
        out->index = record_index(record);
        be64_write(out->request, (uint64_t)row[REQUEST_HASH_HIGH]);
        be64_write(out->request + 8, (uint64_t)row[REQUEST_HASH_LOW]);
    }
    return look(store, row);
}

bool
store_correctable(struct bytes field, struct bytes value)
{
    return correction_valid(field, value);
}
