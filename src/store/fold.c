#include "store/fold.h"

#include "store/chain.h"
#include "store/correct.h"
#include "store/fold_known.h"
#include "store/known.h"
#include "store/store.h"

#include <string.h>

#define INDEX_BITS 48

_Static_assert(STORE_INDEX_MAX >> INDEX_BITS == 0,
               "the node's number stands above the index");

int64_t
record_id(int64_t node, uint64_t index)
{
    return (int64_t)((uint64_t)node << INDEX_BITS | index);
}

int64_t
record_node(int64_t id)
{
    return id >> INDEX_BITS;
}

uint64_t
record_index(int64_t id)
{
    return (uint64_t)id & STORE_INDEX_MAX;
}

/* STO 2.7: one row for each record with a key, whatever keys there were. */
static void
fold_request(struct tables *tables, int64_t record,
             const struct request_key *key)
{
    int64_t *row;

    if (!key->present)
        return;
    row = tables_add(tables, TABLE_REQUEST, record, (struct bytes){0});
    if (row == NULL)
        return;
    row[REQUEST_KEY_HIGH] = (int64_t)be64_read(key->key);
    row[REQUEST_KEY_LOW] = (int64_t)be64_read(key->key + 8);
    row[REQUEST_HASH_HIGH] = (int64_t)be64_read(key->request);
    row[REQUEST_HASH_LOW] = (int64_t)be64_read(key->request + 8);
}

const struct request_key *
fold_request_key(const struct event *event)
{
    switch (event->type) {
    case EVENT_CROSSING:
        return &event->crossing.key;
    case EVENT_LATE_RECORD:
        return &event->late_record.key;
    case EVENT_CORRECTION:
        return &event->correction.key;
    case EVENT_HIT_RESOLUTION:
        return &event->hit_resolution.key;
    case EVENT_ALERT_PUT:
        return &event->alert_put.key;
    case EVENT_WITHDRAWAL:
        return &event->withdrawal.key;
    case EVENT_MANIFEST:
        return &event->manifest.key;
    case EVENT_EXIT_ORDER:
        return &event->exit_order.key;
    case EVENT_PERSON_LINKED:
        return &event->person_linked.key;
    default:
        return NULL;
    }
}

const struct document *
fold_document(const struct event *event)
{
    switch (event->type) {
    case EVENT_CROSSING:
        return &event->crossing.document;
    case EVENT_LATE_RECORD:
        return &event->late_record.document;
    default:
        return NULL;
    }
}

struct places
fold_places(const struct event *event)
{
    const struct document *document = fold_document(event);
    struct identity identity;

    if (document != NULL)
        return person_places(document);
    if (event->type != EVENT_INSPECTION || !event->inspection.has_document)
        return (struct places){.scan = ROW_NONE};
    identity = store_identity(&event->inspection.document);
    return (struct places){.scan = scan_mark(&identity)};
}

/* Where the node itself is, no row says. */
static bool
has_place(int64_t record, const struct event *event)
{
    return event->type == EVENT_LATE_RECORD || record_node(record) != 0;
}

/* A row of its own, then its place among the others. STO 2.3 */
static void
fold_passage(struct tables *tables, int64_t record, const struct event *event,
             const struct places *places,
             const int64_t numbers[ROW_NUMBERS_MAX])
{
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    struct bytes texts[ROW_TEXTS_MAX] = {[CROSSING_LANE] = event->lane};
    struct holder holder;
    int64_t *row;

    if (has_place(record, event))
        texts[CROSSING_PLACE] = event->place;
    if (!person_hold(tables, fold_document(event), places, &holder))
        return;
    row = tables_add(tables, TABLE_CROSSING, record,
                     texts_join(texts, SHAPES[TABLE_CROSSING].text_count,
                                joined, sizeof(joined)));
    if (row == NULL)
        return;
    memcpy(row, numbers,
           SHAPES[TABLE_CROSSING].number_count * sizeof(*numbers));
    row[CROSSING_PERSON] = holder.person;
    row[CROSSING_DOCUMENT] = holder.document;
    chain_link(tables, record);
}

static void
fold_crossing(struct tables *tables, int64_t record, const struct event *event,
              const struct places *places)
{
    const struct crossing *crossing = &event->crossing;
    int64_t inspection = ROW_NONE;
    int64_t numbers[ROW_NUMBERS_MAX] = {
        [CROSSING_TIME] = event->time.ms,
        [CROSSING_PREVIOUS] = ROW_NONE,
        [CROSSING_DIRECTION] = crossing->direction,
        [CROSSING_DECISION] = crossing->decision,
        [CROSSING_REASONS_LATE] = crossing->reasons << 1,
        [CROSSING_CORRECTION] = ROW_NONE,
    };

    if (crossing->has_inspection && crossing->inspection <= STORE_INDEX_MAX)
        inspection = record_id(record_node(record), crossing->inspection);
    numbers[CROSSING_INSPECTION] = inspection;
    if (inspection != ROW_NONE)
        tables_remove(tables, TABLE_PENDING, inspection);
    fold_passage(tables, record, event, places, numbers);
}

static void
fold_late_record(struct tables *tables, int64_t record,
                 const struct event *event, const struct places *places)
{
    const struct late_record *late = &event->late_record;
    int64_t numbers[ROW_NUMBERS_MAX] = {
        [CROSSING_TIME] = late->occurred.ms,
        [CROSSING_PREVIOUS] = ROW_NONE,
        [CROSSING_DIRECTION] = late->direction,
        [CROSSING_DECISION] = late->decision,
        [CROSSING_REASONS_LATE] = late->reasons << 1 | 1,
        [CROSSING_INSPECTION] = ROW_NONE,
        [CROSSING_CORRECTION] = ROW_NONE,
    };

    fold_passage(tables, record, event, places, numbers);
}

static void
fold_inspection(struct tables *tables, int64_t record,
                const struct event *event, const struct places *places)
{
    int64_t *row = tables_add(tables, TABLE_PENDING, record, event->lane);

    if (row == NULL)
        return;
    row[PENDING_TIME] = event->time.ms;
    row[PENDING_DIRECTION] = event->inspection.direction;
    row[PENDING_SCAN] = places->scan;
}

/* What changes a traveller's crossings; all else is for fold_known(). */
static void
fold_body(struct tables *tables, const struct fold_source *from, int64_t record,
          const struct event *event, const struct places *places)
{
    switch (event->type) {
    case EVENT_CROSSING:
        fold_crossing(tables, record, event, places);
        return;
    case EVENT_LATE_RECORD:
        fold_late_record(tables, record, event, places);
        return;
    case EVENT_INSPECTION:
        fold_inspection(tables, record, event, places);
        return;
    case EVENT_CORRECTION:
        if (bytes_equal(event->correction.node, from->name))
            fold_correction(tables, record, &event->correction);
        return;
    default:
        fold_known(tables, from, record, event);
        return;
    }
}

enum err
fold_event(struct tables *tables, const struct fold_source *from,
           uint64_t index, const struct event *event,
           const struct places *places)
{
    int64_t record = record_id(from->node, index);
    const struct request_key *key;

    if (index > STORE_INDEX_MAX)
        return ERR_LIMIT;
    if (event == NULL)
        return tables->e;
    fold_body(tables, from, record, event, places);
    key = fold_request_key(event);
    if (key != NULL && from->node == 0)
        fold_request(tables, record, key);
    return tables->e;
}
