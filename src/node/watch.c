#include "node/watch.h"

#include <stdlib.h>
#include <string.h>

#include "node/watch_list.h"
#include "os/map.h"
#include "screen/alerts.h"
#include "screen/script.h"
#include "store/known.h"

/* Rows of lists as the store has them, for the time of a look. */
#define ROWS_SIZE (256u << 10)
/* Rules come to 1 MB at most, their text being bounded. */
#define RULES_SIZE (4u << 20)
#define ALERTS_AT_ONCE 256
#define RETRY_NS UINT64_C(1000000000)

/* Every alert with the record that it is built from, and a name of each. */
#define KEPT_SIZE                                                              \
    (ALERTS_MEMORY(ALERTS_MAX) +                                               \
     ALERTS_MAX * (sizeof(struct store_alert) + sizeof(struct alert_record)))
#define BUILD_SIZE NAME_INDEX_MEMORY(ALERTS_MAX *(ALERT_NAMES_MAX + 1))

struct watch {
    struct os *os;
    struct folder dir;
    struct script script;
    bool looked; /* `revision` is of the store */
    bool incomplete;
    uint64_t revision;
    uint64_t looked_ns;
    uint64_t changes;

    size_t list_count;
    struct watch_list lists[SCREEN_LISTS_MAX];
    struct watch_list next[SCREEN_LISTS_MAX];
    struct screen_list shown[SCREEN_LISTS_MAX];
    struct screen_set set;

    struct map rows_map;
    struct arena rows;
    struct map kept_map;
    struct arena kept; /* of the alerts */
    struct alerts alerts;
    struct map rules_map;
    struct arena rules_arena;
    const struct stay_rules *rules;
    bool rules_missing;
    struct map scratch_map;
    struct arena scratch;
};

/* ----- Opening. ----- */

static enum err
arena_map(size_t size, struct map *map, struct arena *arena)
{
    enum err e = map_scratch(size, map);

    if (e == OK)
        arena_init(arena, map->p, map->size);
    return e;
}

static enum err
memory_map(struct watch *watch)
{
    enum err e = arena_map(ROWS_SIZE, &watch->rows_map, &watch->rows);

    if (e == OK)
        e = arena_map(KEPT_SIZE, &watch->kept_map, &watch->kept);
    if (e == OK)
        e = arena_map(RULES_SIZE, &watch->rules_map, &watch->rules_arena);
    if (e == OK)
        e = arena_map(SCREEN_ARENA_SIZE, &watch->scratch_map, &watch->scratch);
    return e;
}

enum err
watch_open(struct watch **out, const struct watch_config *config)
{
    struct watch *watch = calloc(1, sizeof(*watch));
    struct os *os = config->os;
    enum err e = watch == NULL ? ERR_LIMIT : OK;

    if (e == OK && config->make_folder)
        e = os->make_folder(os, config->dir, WATCH_LISTS, 0700);
    if (e == OK)
        e = memory_map(watch);
    if (e == OK)
        e = script_open(&watch->script);
    if (e != OK) {
        watch_close(watch);
        return e;
    }
    watch->os = os;
    watch->dir = config->dir;
    watch->set.lists = watch->shown;
    watch->set.script = &watch->script;
    *out = watch;
    return OK;
}

void
watch_close(struct watch *watch)
{
    if (watch == NULL)
        return;
    for (size_t i = 0; i < watch->list_count; i++)
        watch_list_close(&watch->lists[i]);
    map_close(&watch->rows_map);
    map_close(&watch->kept_map);
    map_close(&watch->rules_map);
    map_close(&watch->scratch_map);
    script_close(&watch->script);
    free(watch);
}

/* ----- Lists. ----- */

/* The list as it is mapped already; closed or not ready, it is no use. */
static struct watch_list *
list_kept(struct watch *watch, const struct store_list *row)
{
    for (size_t i = 0; i < watch->list_count; i++) {
        struct watch_list *list = &watch->lists[i];

        if (list->index == row->record.index &&
            list->state == SCREEN_LIST_READY)
            return list;
    }
    return NULL;
}

static int
compare_names(const void *a, const void *b)
{
    const struct watch_list *one = a;
    const struct watch_list *two = b;

    return bytes_compare((struct bytes){one->name, one->name_size},
                         (struct bytes){two->name, two->name_size});
}

/* What is mapped and still in force is taken over, all else mapped anew. */
static void
lists_take(struct watch *watch, const struct store_list *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct watch_list *kept = list_kept(watch, &rows[i]);

        if (kept != NULL) {
            watch->next[i] = *kept;
            *kept = (struct watch_list){0};
            continue;
        }
        watch_list_open(watch->os, watch->dir, &rows[i], &watch->next[i]);
        watch->changes++;
    }
    for (size_t i = 0; i < watch->list_count; i++)
        watch_list_close(&watch->lists[i]);
    watch->list_count = count;
    memcpy(watch->lists, watch->next, count * sizeof(*watch->lists));
    qsort(watch->lists, count, sizeof(*watch->lists), compare_names);
}

/* The last imported of those that are rules. */
static void
rules_take(struct watch *watch)
{
    const struct watch_list *rules = NULL;

    watch->rules = NULL;
    arena_reset(&watch->rules_arena);
    for (size_t i = 0; i < watch->list_count; i++) {
        const struct watch_list *list = &watch->lists[i];

        if (list->source == LIST_RULES &&
            (rules == NULL || list->index > rules->index))
            rules = list;
    }
    watch->rules_missing =
        rules != NULL &&
        (rules->state != SCREEN_LIST_READY ||
         stay_rules_parse(list_text(&rules->file), &watch->rules_arena,
                          &watch->rules, NULL) != OK);
    if (watch->rules_missing)
        watch->incomplete = true;
}

static void
lists_show(struct watch *watch)
{
    size_t count = 0;

    for (size_t i = 0; i < watch->list_count; i++) {
        const struct watch_list *list = &watch->lists[i];

        if (list->source == LIST_RULES)
            continue;
        watch_list_show(list, &watch->shown[count++]);
        if (list->state != SCREEN_LIST_READY)
            watch->incomplete = true;
    }
    watch->set.list_count = count;
}

static enum err
lists_look(struct watch *watch, struct store *store)
{
    struct store_list *rows;
    size_t count = 0;
    enum err e;

    arena_reset(&watch->rows);
    rows = arena_array(&watch->rows, SCREEN_LISTS_MAX, sizeof(*rows));
    if (rows == NULL)
        return ERR_LIMIT;
    e = store_lists(store, &watch->rows, rows, SCREEN_LISTS_MAX, &count);
    if (e != OK)
        return e;
    lists_take(watch, rows, count);
    rules_take(watch);
    lists_show(watch);
    return OK;
}

/* ----- Alerts. ----- */

/* The name of an alert's record: "durres/12". Its `p` is NULL when the arena is
 * spent. */
static struct bytes
name_of(const struct record_name *record, struct arena *arena)
{
    uint8_t text[RECORD_NAME_SIZE_MAX];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    record_name_write(&w, record);
    return arena_copy(arena, writer_done(&w));
}

/* All of them, with what they borrow, in the arena of what is kept. */
static enum err
alerts_read(struct watch *watch, struct store *store,
            struct alert_record *records, size_t *total)
{
    size_t count = ALERTS_AT_ONCE;
    uint64_t from = 0;
    enum err e = OK;

    *total = 0;
    while (e == OK && count == ALERTS_AT_ONCE) {
        struct store_alert *rows =
            arena_array(&watch->kept, ALERTS_AT_ONCE, sizeof(*rows));

        if (rows == NULL || ALERTS_MAX - *total < ALERTS_AT_ONCE)
            return ERR_LIMIT;
        e = store_alerts(store, from, &watch->kept, rows, ALERTS_AT_ONCE,
                         &count);
        for (size_t i = 0; e == OK && i < count; i++) {
            struct alert_record *record = &records[(*total)++];

            record->put = &rows[i].put;
            record->entry = name_of(&rows[i].record, &watch->kept);
            e = record->entry.p == NULL ? ERR_LIMIT : OK;
            from = rows[i].at + 1;
        }
    }
    return e;
}

static enum err
alerts_make(struct watch *watch, struct store *store)
{
    struct alert_record *records;
    struct arena build = {0};
    struct map map = {0};
    size_t count = 0;
    enum err e;

    arena_reset(&watch->kept);
    records = arena_array(&watch->kept, ALERTS_MAX, sizeof(*records));
    if (records == NULL)
        return ERR_LIMIT;
    e = alerts_read(watch, store, records, &count);
    if (e == OK)
        e = arena_map(BUILD_SIZE, &map, &build);
    if (e == OK)
        e = alerts_build(records, count, &watch->script, &watch->kept, &build,
                         &watch->alerts);
    map_close(&map);
    return e;
}

static void
alerts_look(struct watch *watch, struct store *store)
{
    enum err e = alerts_make(watch, store);

    watch->changes++;
    watch->set.alerts = e == OK ? &watch->alerts : NULL;
    watch->set.alerts_missing = e != OK;
    if (e != OK)
        watch->incomplete = true;
}

/* ----- Looking. ----- */

static bool
due(const struct watch *watch, uint64_t revision, uint64_t now_ns)
{
    if (!watch->looked || watch->revision != revision)
        return true;
    return watch->incomplete && now_ns - watch->looked_ns >= RETRY_NS;
}

/* Lists, alerts and the number that stands for both are of one moment. */
static bool
look(struct watch *watch, struct store *store)
{
    uint64_t now_ns = watch->os->monotonic_ns(watch->os);
    uint64_t revision;

    if (store_lists_revision(store, &revision) != OK)
        return false;
    if (!due(watch, revision, now_ns))
        return true;
    watch->incomplete = false;
    if (lists_look(watch, store) != OK)
        return false;
    alerts_look(watch, store);
    watch->looked = true;
    watch->looked_ns = now_ns;
    watch->revision = revision;
    return true;
}

bool
watch_refresh(struct watch *watch, struct store *store)
{
    bool looked;

    if (store_read_begin(store) != OK)
        return false;
    looked = look(watch, store);
    store_read_end(store);
    return looked;
}

const struct screen_set *
watch_set(const struct watch *watch)
{
    return &watch->set;
}

const struct stay_rules *
watch_rules(const struct watch *watch)
{
    return watch->rules;
}

bool
watch_rules_missing(const struct watch *watch)
{
    return watch->rules_missing;
}

struct arena *
watch_scratch(struct watch *watch)
{
    arena_reset(&watch->scratch);
    return &watch->scratch;
}

uint64_t
watch_changes(const struct watch *watch)
{
    return watch->changes;
}
