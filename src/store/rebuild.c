#include "store/rebuild.h"

#include "os/pool.h"
#include "store/fold_node.h"
#include "store/load.h"
#include "store/nodes.h"
#include "store/pages.h"
#include "store/sort.h"
#include "store/sqlite.h"

#include <stdlib.h>
#include <string.h>

/* Rows and bytes to begin with; both double as they are used up. */
#define ROWS_FIRST 4096
#define TEXT_FIRST_BYTES (1 << 20)

/* Bundles of other logs in memory: a country's nodes take turns. What is not
 * used costs no memory. */
#define FOREIGN_BUNDLES 64

/* A place among the entries of a chunk. */
struct place_in_chunk {
    size_t slice;
    size_t entry;
};

/* A rebuild while it runs. */
struct rebuild {
    const struct rebuild_config *config;
    struct rebuild_report report;
    struct load load;
    struct tables tables;
    struct foreign foreign;
    struct load_chunk *folding; /* while the other chunk is being loaded */
    struct load_chunk *loading;
    struct place_in_chunk at;      /* where folding is */
    struct place_in_chunk planned; /* up to where others' logs are in memory */
    uint64_t *positions;           /* by node: likewise, STORE_NODES_MAX */
    size_t slices_due;             /* of `loading`: 0 once it is loaded */
    enum err e;
    struct fault fault;
};

static void
event_count(struct rebuild_report *report, const struct loaded *loaded)
{
    report->entries++;
    if (loaded->erased)
        report->erased++;
    else if (loaded->crossed)
        report->crossings++;
}

/* The rows of all who cross are under way before one is needed. */
static void
rows_ahead(const struct tables *tables, const struct loaded *entries,
           size_t count)
{
    for (size_t what = 0; what < AHEAD_COUNT; what++)
        for (size_t i = 0; i < count; i++) {
            const struct loaded *loaded = &entries[i];

            if (!loaded->crossed)
                continue;
            tables_ahead(tables, TABLE_PERSON, loaded->places.person,
                         (enum ahead)what);
            tables_ahead(tables, TABLE_DOCUMENT, loaded->places.document,
                         (enum ahead)what);
        }
}

static void
foreign_count(struct rebuild_report *report, const struct loaded *loaded)
{
    event_count(report, loaded);
    report->foreign++;
}

/* ----- Other logs. ----- */

static enum err
run_fold(struct rebuild *rebuild, const struct foreign_run *run,
         const struct fold_source *from, uint64_t *position)
{
    enum err e = OK;

    rows_ahead(&rebuild->tables, run->entries, run->count);
    for (size_t i = 0; e == OK && i < run->count; i++) {
        const struct loaded *loaded = &run->entries[i];

        e = node_fold(&rebuild->tables, from, (*position)++,
                      loaded->erased ? NULL : &loaded->event, &loaded->places);
        foreign_count(&rebuild->report, loaded);
    }
    return e;
}

static enum err
log_fold(struct rebuild *rebuild, const struct seen_log *log,
         const struct fold_source *from, uint64_t position)
{
    struct foreign *foreign = &rebuild->foreign;
    struct foreign_run run;
    enum err folded = OK;
    enum err e = foreign_begin(foreign, log, from->node, position);

    while (e == OK && folded == OK && foreign_next(foreign, &run, &e))
        folded = run_fold(rebuild, &run, from, &position);
    if (e == OK || folded != OK)
        return folded;
    rebuild->report.holes += log->size - position;
    node_skip(&rebuild->tables, from->node, log->size);
    return rebuild->tables.e;
}

/* As book_seen_fold() of the keeper. STO 6 */
static enum err
seen_fold(struct rebuild *rebuild, const struct event *event)
{
    const struct checkpoint_seen *seen = &event->checkpoint_seen;
    struct tables *tables = &rebuild->tables;
    enum err e = tables->e;

    for (size_t i = 0; e == OK && i < seen->log_count; i++) {
        const struct seen_log *log = &seen->logs[i];
        int64_t node = node_hold(tables, log);
        struct fold_source from = node_source(log, node, event->time);
        uint64_t position;

        if (node == ROW_NONE)
            continue;
        position = node_position(tables, node);
        if (position < log->size)
            e = log_fold(rebuild, log, &from, position);
    }
    return e == OK ? tables->e : e;
}

static bool
has_seen(const struct rebuild *rebuild, const struct loaded *loaded)
{
    return !loaded->erased && loaded->event.type == EVENT_CHECKPOINT_SEEN &&
           rebuild->config->foreign.find != NULL;
}

/* False when some of what was seen is still being opened. */
static bool
seen_ready(struct rebuild *rebuild, const struct checkpoint_seen *seen)
{
    struct tables *tables = &rebuild->tables;

    for (size_t i = 0; i < seen->log_count; i++) {
        const struct seen_log *log = &seen->logs[i];
        int64_t node = node_held(tables, log);

        if (node != ROW_NONE && !foreign_is_ready(&rebuild->foreign, log, node,
                                                  node_position(tables, node)))
            return false;
    }
    return true;
}

/* False when there is no room for all that is needed. */
static bool
seen_plan(struct rebuild *rebuild, const struct checkpoint_seen *seen)
{
    struct tables *tables = &rebuild->tables;

    for (size_t i = 0; i < seen->log_count; i++) {
        const struct seen_log *log = &seen->logs[i];
        int64_t node = node_held(tables, log);
        uint64_t *position = &rebuild->positions[node == ROW_NONE ? 0 : node];

        if (node == ROW_NONE)
            continue;
        if (*position < node_position(tables, node))
            *position = node_position(tables, node);
        if (*position < log->size &&
            !foreign_plan(&rebuild->foreign, log, node, position))
            return false;
    }
    return true;
}

static enum err
foreign_open(struct rebuild *rebuild)
{
    rebuild->positions = calloc(STORE_NODES_MAX, sizeof(*rebuild->positions));
    return rebuild->positions == NULL
               ? ERR_LIMIT
               : foreign_init(&rebuild->foreign, &rebuild->config->foreign,
                              FOREIGN_BUNDLES, rebuild->config->threads);
}

/* Takes up what the chunk's next entries say was seen of other logs. */
static void
plan(struct rebuild *rebuild)
{
    const struct load_chunk *chunk = rebuild->folding;
    struct place_in_chunk *at = &rebuild->planned;

    for (; at->slice < chunk->count; at->slice++, at->entry = 0) {
        const struct load_slice *slice = &chunk->slices[at->slice];

        if (slice->e != OK)
            return;
        for (; at->entry < slice->count; at->entry++) {
            const struct loaded *loaded = &slice->entries[at->entry];

            if (!has_seen(rebuild, loaded))
                continue;
            if (rebuild->positions == NULL)
                rebuild->e = foreign_open(rebuild);
            if (rebuild->e != OK ||
                !seen_plan(rebuild, &loaded->event.checkpoint_seen))
                return;
        }
    }
}

/* ----- The own log. ----- */

/* False when it has to wait for what is being opened. */
static bool
slice_fold(struct rebuild *rebuild, const struct load_slice *slice)
{
    const struct fold_source own = {.name = rebuild->config->store.node};
    size_t *at = &rebuild->at.entry;

    if (slice->e != OK) {
        rebuild->e = slice->e;
        rebuild->fault = slice->fault;
        return true;
    }
    if (*at == 0)
        rows_ahead(&rebuild->tables, slice->entries, slice->count);
    for (; rebuild->e == OK && *at < slice->count; ++*at) {
        const struct loaded *loaded = &slice->entries[*at];
        bool seen = has_seen(rebuild, loaded);

        if (seen && !seen_ready(rebuild, &loaded->event.checkpoint_seen))
            return false;
        if (seen)
            rebuild->e = seen_fold(rebuild, &loaded->event);
        if (rebuild->e == OK)
            rebuild->e = fold_event(&rebuild->tables, &own, slice->first + *at,
                                    loaded->erased ? NULL : &loaded->event,
                                    &loaded->places);
        event_count(&rebuild->report, loaded);
    }
    return true;
}

static void
chunk_fold(struct rebuild *rebuild)
{
    struct place_in_chunk *at = &rebuild->at;

    while (rebuild->e == OK && at->slice < rebuild->folding->count &&
           slice_fold(rebuild, &rebuild->folding->slices[at->slice]))
        *at = (struct place_in_chunk){.slice = at->slice + 1};
}

/* Slice 0 is folding what was loaded before; then come bundles of other logs,
 * which it will need soon; the others load. */
static void
map(void *context, unsigned worker, size_t slice)
{
    struct rebuild *rebuild = context;
    size_t ahead = rebuild->foreign.ahead_count;

    if (slice == 0)
        chunk_fold(rebuild);
    else if (slice <= ahead)
        foreign_ahead_open(&rebuild->foreign, slice - 1, worker);
    else
        load_slice(&rebuild->load, worker,
                   &rebuild->loading->slices[slice - 1 - ahead]);
}

/* Folds one chunk, and loads the other. */
static void
chunks_map(struct rebuild *rebuild)
{
    const struct rebuild_config *config = rebuild->config;

    rebuild->at = (struct place_in_chunk){0};
    rebuild->planned = rebuild->at;
    rebuild->slices_due = rebuild->loading->count;
    do {
        plan(rebuild);
        pool_map(config->threads, map, rebuild,
                 1 + rebuild->foreign.ahead_count + rebuild->slices_due);
        foreign_ahead_done(&rebuild->foreign);
        rebuild->slices_due = 0;
        if (config->progress != NULL)
            config->progress(config->context, rebuild->report.entries,
                             config->size);
    } while (rebuild->e == OK && rebuild->at.slice < rebuild->folding->count);
}

static enum err
fold_all(struct rebuild *rebuild)
{
    uint64_t bundle = 0;

    rebuild->folding = &rebuild->load.chunks[0];
    rebuild->loading = &rebuild->load.chunks[1];
    do {
        struct load_chunk *loaded = rebuild->loading;

        load_chunk_begin(&rebuild->load, loaded, bundle);
        bundle += loaded->count;
        chunks_map(rebuild);
        rebuild->loading = rebuild->folding;
        rebuild->folding = loaded;
    } while (rebuild->e == OK && rebuild->folding->count > 0);
    return rebuild->e;
}

/* The node's row stands for what has been folded. */
static enum err
node_begin(struct rebuild *rebuild)
{
    int64_t *row = node_own(&rebuild->tables, rebuild->config->store.node);

    if (row == NULL)
        return rebuild->tables.e;
    row[NODE_POSITION] = (int64_t)rebuild->config->size;
    return OK;
}

static enum err
fold(struct rebuild *rebuild)
{
    const struct rebuild_config *config = rebuild->config;
    enum err e =
        tables_init(&rebuild->tables, ROWS_FIRST, TEXT_FIRST_BYTES, true);

    if (e == OK)
        e = node_begin(rebuild);
    if (e == OK)
        e = load_init(&rebuild->load, &config->view, config->keyring,
                      config->size, config->threads);
    if (e == OK)
        e = fold_all(rebuild);
    load_deinit(&rebuild->load);
    foreign_deinit(&rebuild->foreign);
    free(rebuild->positions);
    return e;
}

static enum err
table_write(const struct tables *tables, enum table table, struct pages *pages)
{
    struct sorted sorted;
    enum err e = sort_rows(tables, table, &sorted);

    if (e != OK)
        return e;
    pages_begin(pages, table);
    for (size_t i = 0; i < sorted.count; i++) {
        struct row row;

        if (i + SORT_AHEAD < sorted.count)
            tables_prefetch_row(tables, table, sorted.items[i + SORT_AHEAD].at);
        if (tables_row(tables, table, sorted.items[i].at, &row))
            pages_row(pages, &row);
    }
    pages_end(pages);
    sort_free(&sorted);
    return OK;
}

static enum err
file_fill(const struct tables *tables, struct os *os, struct file file,
          const uint32_t roots[TABLE_COUNT])
{
    struct pages pages;
    enum err written;
    enum err e = pages_init(&pages, os, file, roots);

    for (size_t i = 0; e == OK && i < TABLE_COUNT; i++)
        e = table_write(tables, (enum table)i, &pages);
    if (e != OK) {
        pages_deinit(&pages);
        return e;
    }
    written = pages_finish(&pages);
    pages_deinit(&pages);
    return written == OK ? os->sync(os, file) : written;
}

static enum err
write_tables(const struct rebuild *rebuild, const struct store_config *made,
             const char *name)
{
    struct os *os = made->os;
    uint32_t roots[TABLE_COUNT];
    struct file file;
    enum err e = store_drop(made);

    if (e == OK)
        e = store_make(made, roots);
    if (e == OK)
        e = os->open(os, made->folder, name, OPEN_WRITE, 0600, &file);
    if (e != OK)
        return e;
    e = file_fill(&rebuild->tables, os, file, roots);
    os->close(os, file);
    return e;
}

static enum err
suffix_add(const char *path, char *out, size_t out_size)
{
    struct writer w;

    writer_init(&w, out, out_size);
    writer_text(&w, path);
    writer_text(&w, REBUILD_SUFFIX);
    writer_u8(&w, 0);
    return writer_end(&w);
}

enum err
store_rebuild_beside(const struct rebuild_config *config, char *path,
                     struct store_config *made, struct rebuild_report *report,
                     struct fault *fault)
{
    struct os *os = config->store.os;
    struct rebuild rebuild = {.config = config};
    char name[OS_PATH_SIZE_MAX];
    uint64_t start = os->monotonic_ns(os);
    uint64_t folded;
    enum err e = suffix_add(config->store.path, path, STORE_PATH_SIZE_MAX);

    *made = config->store;
    made->path = path;
    if (e == OK)
        e = suffix_add(store_file_name(&config->store), name, sizeof(name));
    if (e == OK)
        e = fold(&rebuild);
    if (e != OK && fault != NULL)
        *fault = rebuild.fault;
    folded = os->monotonic_ns(os);
    if (e == OK)
        e = write_tables(&rebuild, made, name);
    tables_deinit(&rebuild.tables);
    rebuild.report.fold_ns = folded - start;
    rebuild.report.write_ns = os->monotonic_ns(os) - folded;
    if (e == OK && report != NULL)
        *report = rebuild.report;
    return e;
}

/*
 * The old file goes first, with what SQLite keeps beside it, durably: a WAL of
 * the old tables beside the new file would be taken for its own.
 */
enum err
store_rebuild(const struct rebuild_config *config,
              struct rebuild_report *report, struct fault *fault)
{
    const struct store_config *store = &config->store;
    char path[STORE_PATH_SIZE_MAX];
    char name[OS_PATH_SIZE_MAX];
    struct store_config made;
    enum err e = store_rebuild_beside(config, path, &made, report, fault);

    if (e == OK)
        e = suffix_add(store_file_name(store), name, sizeof(name));
    if (e == OK)
        e = store_drop(store);
    if (e == OK)
        e = store->os->rename(store->os, store->folder, name,
                              store_file_name(store));
    if (e == OK)
        e = store->os->sync_folder(store->os, store->folder, "");
    return e;
}
