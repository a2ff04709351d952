/*
 * Nodes, and what they say of themselves: names of records, positions, mode,
 * incidents, offers.
 */
#include "store/nodes.h"

#include <assert.h>

#include "store/fold_node.h"
#include "store/hex_int.h"
#include "store/read_int.h"

#include <string.h>

_Static_assert(NODE_NAME_SIZE_MAX <= UINT8_MAX, "a size has a byte");

/* ----- Names of records. ----- */

/* The next node that is not known by name yet; ERR_NOT_FOUND: there is none. */
static enum err
name_read(struct store *store)
{
    struct node_name *name = &store->names[store->name_count];
    struct bytes text;
    struct row row;
    enum err e;

    if (store->name_count == STORE_NODES_MAX)
        return ERR_NOT_FOUND;
    e = sqlite_get(store, TABLE_NODE, (int64_t)store->name_count, &row);
    if (e != OK)
        return e;
    text = row.texts[NODE_NAME];
    if (text.size > sizeof(name->p))
        return ERR_CORRUPT;
    if (text.size > 0)
        memcpy(name->p, text.p, text.size);
    name->size = (uint8_t)text.size;
    store->name_count++;
    return OK;
}

static struct bytes
name_of(const struct store *store, size_t node)
{
    return (struct bytes){store->names[node].p, store->names[node].size};
}

enum err
read_record(struct store *store, int64_t id, struct record_name *out)
{
    uint64_t node = (uint64_t)record_node(id);
    enum err e = OK;

    if (id < 0 || node >= STORE_NODES_MAX)
        return ERR_CORRUPT;
    while (e == OK && store->name_count <= node)
        e = name_read(store);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    *out = (struct record_name){name_of(store, node), record_index(id)};
    return OK;
}

enum err
read_record_id(struct store *store, const struct record_name *record,
               int64_t *id)
{
    enum err e = OK;

    if (record->index > STORE_INDEX_MAX)
        return ERR_NOT_FOUND;
    for (size_t node = 0; e == OK; node++) {
        if (node == store->name_count)
            e = name_read(store);
        if (e != OK || !bytes_equal(name_of(store, node), record->node))
            continue;
        *id = record_id((int64_t)node, record->index);
        return OK;
    }
    return e;
}

enum err
read_node_count(struct store *store, size_t *count)
{
    enum err e = OK;

    while (e == OK)
        e = name_read(store);
    *count = store->name_count;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_at(struct store *store, const struct record_name *record, uint64_t *at)
{
    int64_t id;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = read_record_id(store, record, &id);
    store_read_end(store);
    if (e == OK)
        *at = (uint64_t)id;
    return e;
}

/* ----- Nodes. ----- */

static struct store_node
node_of(const struct row *row)
{
    return (struct store_node){
        .number = row->id,
        .name = row->texts[NODE_NAME],
        .origin = row->texts[NODE_ORIGIN],
        .role = (enum seen_role)row->numbers[NODE_ROLE],
        .folded = (uint64_t)row->numbers[NODE_POSITION],
        .holes = (uint64_t)row->numbers[NODE_HOLES],
        .closed = (uint64_t)row->numbers[NODE_CLOSED],
        .refused = (uint64_t)row->numbers[NODE_REFUSED],
        .untimely = (uint64_t)row->numbers[NODE_UNTIMELY],
    };
}

enum err
store_nodes(struct store *store, struct arena *arena, struct store_node *out,
            size_t max, size_t *count)
{
    struct row row;
    size_t found = 0;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_NODE, 0);
    while (e == OK && found < max) {
        e = sqlite_next(store, TABLE_NODE, &row);
        if (e == OK)
            e = read_texts(&row, TABLE_NODE, arena);
        if (e == OK)
            out[found++] = node_of(&row);
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_node_find(struct store *store, struct bytes origin, struct arena *arena,
                struct store_node *out)
{
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_NODE, 1);
    do {
        if (e == OK)
            e = sqlite_next(store, TABLE_NODE, &row);
    } while (e == OK && !bytes_equal(row.texts[NODE_ORIGIN], origin));
    if (e == OK)
        e = read_texts(&row, TABLE_NODE, arena);
    if (e == OK)
        *out = node_of(&row);
    store_read_end(store);
    return e;
}

enum err
store_mode(struct store *store, struct arena *arena, struct store_mode_now *out)
{
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = read_node(store, &row);
    if (e == OK)
        e = read_texts(&row, TABLE_NODE, arena);
    store_read_end(store);
    if (e != OK)
        return e;
    *out = (struct store_mode_now){
        .mode = (enum mode)row.numbers[NODE_MODE],
        .since = {row.numbers[NODE_MODE_MS]},
        .reason = row.texts[NODE_MODE_REASON],
    };
    if (row.numbers[NODE_MODE_RECORD] != ROW_NONE)
        out->index = record_index(row.numbers[NODE_MODE_RECORD]);
    return OK;
}

/* ----- Incidents. ----- */

static enum err
incident_fill(struct store *store, struct row *row, struct arena *arena,
              struct store_incident *out)
{
    const struct bytes *texts = row->texts;
    enum err e = read_texts(row, TABLE_INCIDENT, arena);

    *out = (struct store_incident){
        .at = (uint64_t)row->id,
        .time = {row->numbers[INCIDENT_TIME]},
        .code = texts[INCIDENT_CODE],
        .origin = texts[INCIDENT_ORIGIN],
        .summary = texts[INCIDENT_SUMMARY],
        .has_evidence = texts[INCIDENT_EVIDENCE].size > 0,
    };
    if (e == OK && out->has_evidence)
        e = hex_read(texts[INCIDENT_EVIDENCE], out->evidence, SHA256_SIZE);
    return e == OK ? read_record(store, row->id, &out->record) : e;
}

enum err
store_incidents(struct store *store, uint64_t from, struct arena *arena,
                struct store_incident *out, size_t max, size_t *count)
{
    struct row row;
    size_t found = 0;
    enum err e = OK;

    *count = 0;
    if (from > INT64_MAX)
        return OK;
    e = store_read_begin(store);
    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_INCIDENT, (int64_t)from);
    while (e == OK && found < max) {
        e = sqlite_next(store, TABLE_INCIDENT, &row);
        if (e == OK)
            e = incident_fill(store, &row, arena, &out[found]);
        if (e == OK)
            found++;
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* ----- Offers, orders. ----- */

static enum err
offer_fill(struct store *store, struct row *row, struct arena *arena,
           struct store_offer *out)
{
    struct row node;
    enum err e = read_list(store, row, TABLE_OFFER, arena, &out->list);

    if (e == OK)
        e = sqlite_get(store, TABLE_NODE, row->id >> OFFER_SHIFT, &node);
    if (e == OK)
        out->role = (enum seen_role)node.numbers[NODE_ROLE];
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

enum err
store_offers(struct store *store, int64_t node, struct arena *arena,
             struct store_offer out[STORE_OFFERS_MAX], size_t *count)
{
    struct row row;
    size_t found = 0;
    enum err e;

    *count = 0;
    e = store_read_begin(store);
    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_OFFER, node << OFFER_SHIFT);
    while (e == OK) {
        e = sqlite_next(store, TABLE_OFFER, &row);
        if (e != OK || row.id >> OFFER_SHIFT != node)
            break;
        assert(found < STORE_OFFERS_MAX);
        e = offer_fill(store, &row, arena, &out[found]);
        found += e == OK ? 1 : 0;
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_orders_taken(struct store *store, uint64_t *from, uint64_t *out,
                   size_t max, size_t *count)
{
    struct row row;
    size_t found = 0;
    enum err e = OK;

    *count = 0;
    if (*from > INT64_MAX)
        return OK;
    e = store_read_begin(store);
    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_ORDER_TAKEN, (int64_t)*from);
    while (e == OK && found < max) {
        e = sqlite_next(store, TABLE_ORDER_TAKEN, &row);
        if (e != OK)
            break;
        out[found++] = record_index(row.numbers[ORDER_TAKEN_RECORD]);
        *from = (uint64_t)row.id + 1;
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_order_taken(struct store *store, const struct order_id *id, bool *taken)
{
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = sqlite_get(store, TABLE_ORDER_TAKEN, order_taken_place(id), &row);
    store_read_end(store);
    *taken = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}
