#include "store/fold_node.h"

#include "store/nodes.h"

#include <string.h>

_Static_assert(STORE_NODES_MAX < 1 << 12,
               "an alert's names have 3 bits below its record's id");

static struct bytes
texts_of(enum table table, const struct bytes *texts,
         uint8_t joined[TABLES_TEXT_SIZE_MAX])
{
    return texts_join(texts, SHAPES[table].text_count, joined,
                      TABLES_TEXT_SIZE_MAX);
}

/* ----- Rows of nodes. ----- */

/* A log's name ends in its node's. REC 3.3 */
static struct bytes
origin_node(struct bytes origin)
{
    struct bytes rest = origin;
    struct bytes node = origin;

    while (rest.size > 0) {
        (void)bytes_split(&rest, '/');
        if (rest.size > 0)
            node = rest;
    }
    return node;
}

static int64_t *
node_add(struct tables *tables, int64_t id, struct bytes name,
         struct bytes origin)
{
    const struct bytes texts[] = {
        [NODE_NAME] = name, [NODE_ORIGIN] = origin, [NODE_MODE_REASON] = {0}};
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    int64_t *row =
        tables_add(tables, TABLE_NODE, id, texts_of(TABLE_NODE, texts, joined));

    if (row != NULL)
        row[NODE_MODE_RECORD] = ROW_NONE;
    return row;
}

int64_t *
node_own(struct tables *tables, struct bytes name)
{
    return node_add(tables, 0, name, (struct bytes){0});
}

/* The node of the origin; `*free_id` is the row after the last, or ROW_NONE
 * when it may not have it. */
static int64_t *
node_row(struct tables *tables, const struct seen_log *log, int64_t *free_id)
{
    struct bytes name = origin_node(log->origin);

    *free_id = ROW_NONE;
    for (int64_t id = 0; id < STORE_NODES_MAX; id++) {
        struct bytes texts[ROW_TEXTS_MAX];
        int64_t *row = tables_find(tables, TABLE_NODE, id);

        if (row == NULL) {
            *free_id = id;
            return NULL;
        }
        texts_split(tables_text(tables, row), SHAPES[TABLE_NODE].text_count,
                    texts);
        if (id > 0 && bytes_equal(texts[NODE_ORIGIN], log->origin))
            return row;
        if (bytes_equal(texts[NODE_NAME], name))
            return NULL;
    }
    return NULL;
}

int64_t
node_hold(struct tables *tables, const struct seen_log *log)
{
    int64_t free_id;
    int64_t *row = node_row(tables, log, &free_id);

    if (row == NULL && free_id != ROW_NONE)
        row = node_add(tables, free_id, origin_node(log->origin), log->origin);
    if (row == NULL)
        return ROW_NONE;
    if (row[NODE_ROLE] != (int64_t)log->role) {
        row[NODE_ROLE] = (int64_t)log->role;
        tables_touch(tables, TABLE_NODE, row);
    }
    return tables_id(row);
}

int64_t
node_held(struct tables *tables, const struct seen_log *log)
{
    int64_t free_id;
    const int64_t *row = node_row(tables, log, &free_id);

    return row == NULL ? ROW_NONE : tables_id(row);
}

int64_t
node_named(struct tables *tables, struct bytes name)
{
    for (int64_t id = 0; id < STORE_NODES_MAX; id++) {
        struct bytes texts[ROW_TEXTS_MAX];
        const int64_t *row = tables_find(tables, TABLE_NODE, id);

        if (row == NULL)
            return ROW_NONE;
        texts_split(tables_text(tables, row), SHAPES[TABLE_NODE].text_count,
                    texts);
        if (bytes_equal(texts[NODE_NAME], name))
            return id;
    }
    return ROW_NONE;
}

struct fold_source
node_source(const struct seen_log *log, int64_t node, struct instant now)
{
    return (struct fold_source){.node = node,
                                .name = origin_node(log->origin),
                                .role = log->role,
                                .day = instant_utc_date(now).days,
                                .now = now};
}

uint64_t
node_position(struct tables *tables, int64_t node)
{
    const int64_t *row = tables_find(tables, TABLE_NODE, node);

    return row == NULL ? 0 : (uint64_t)row[NODE_POSITION];
}

/*
 * A log is in the order of time (REC 2.5). Who writes what is said to be of
 * before, or of a time that has not come, is found out here, whatever he
 * signed. A sample node has its times from outside. STO 6.7
 */
static void
time_check(int64_t *row, const struct fold_source *from,
           const struct event *event)
{
    if (from->node == 0 || event == NULL || row[NODE_LAST_MS] < 0)
        return;
    if (event->type == EVENT_NODE_START && event->node_start.sample) {
        row[NODE_LAST_MS] = -1;
        return;
    }
    if (event->time.ms < row[NODE_LAST_MS] ||
        event->time.ms > from->now.ms + STORE_AHEAD_MS)
        row[NODE_UNTIMELY]++;
    if (event->time.ms > row[NODE_LAST_MS])
        row[NODE_LAST_MS] = event->time.ms;
}

enum err
node_fold(struct tables *tables, const struct fold_source *from, uint64_t index,
          const struct event *event, const struct places *places)
{
    int64_t *row;
    enum err e = fold_event(tables, from, index, event, places);

    if (e != OK)
        return e;
    row = tables_find(tables, TABLE_NODE, from->node);
    if (row == NULL)
        return tables->e;
    row[NODE_POSITION] = (int64_t)index + 1;
    row[NODE_CLOSED] += event == NULL;
    time_check(row, from, event);
    tables_touch(tables, TABLE_NODE, row);
    return OK;
}

void
node_skip(struct tables *tables, int64_t node, uint64_t end)
{
    int64_t *row = tables_find(tables, TABLE_NODE, node);

    if (row == NULL || (int64_t)end <= row[NODE_POSITION])
        return;
    row[NODE_HOLES] += (int64_t)end - row[NODE_POSITION];
    row[NODE_POSITION] = (int64_t)end;
    tables_touch(tables, TABLE_NODE, row);
}

/* ----- What another node may withdraw. STO 6.4 ----- */

bool
node_withdraws(struct tables *tables, const struct fold_source *from,
               int64_t target)
{
    int64_t *row;
    bool may;

    if (from->node == 0)
        return true;
    row = tables_find(tables, TABLE_NODE, from->node);
    if (row == NULL)
        return false;
    if (row[NODE_DAY] != from->day) {
        row[NODE_DAY] = from->day;
        row[NODE_WITHDRAWN] = 0;
    }
    may = (from->role == SEEN_CENTRE || record_node(target) == from->node) &&
          row[NODE_WITHDRAWN] < STORE_WITHDRAWALS_A_DAY_MAX;
    row[may ? NODE_WITHDRAWN : NODE_REFUSED]++;
    tables_touch(tables, TABLE_NODE, row);
    return may;
}

/* ----- Incidents, modes. ----- */

void
fold_incident(struct tables *tables, int64_t record, const struct event *event)
{
    const struct incident *incident = &event->incident;
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    char evidence[2 * SHA256_SIZE];
    struct bytes texts[] = {[INCIDENT_CODE] = incident->code,
                            [INCIDENT_ORIGIN] = incident->origin,
                            [INCIDENT_SUMMARY] = incident->summary,
                            [INCIDENT_EVIDENCE] = {0}};
    struct writer w;
    int64_t *row;

    writer_init(&w, evidence, sizeof(evidence));
    for (size_t i = 0; incident->has_evidence && i < SHA256_SIZE; i++)
        writer_hex(&w, incident->evidence[i], 2);
    texts[INCIDENT_EVIDENCE] = writer_done(&w);
    row = tables_add(tables, TABLE_INCIDENT, record,
                     texts_of(TABLE_INCIDENT, texts, joined));
    if (row != NULL)
        row[INCIDENT_TIME] = event->time.ms;
}

void
fold_mode(struct tables *tables, int64_t record, const struct event *event)
{
    const struct mode_change *change = &event->mode_change;
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    uint8_t own[TABLES_TEXT_SIZE_MAX];
    struct bytes texts[ROW_TEXTS_MAX];
    int64_t *row = tables_find(tables, TABLE_NODE, 0);
    struct bytes text;

    if (row == NULL)
        return;
    text = tables_text(tables, row);
    memcpy(own, text.p, text.size);
    text.p = own;
    texts_split(text, SHAPES[TABLE_NODE].text_count, texts);
    texts[NODE_MODE_REASON] = change->reason;
    row[NODE_MODE] = change->mode;
    row[NODE_MODE_MS] = event->time.ms;
    row[NODE_MODE_RECORD] = record;
    tables_text_set(tables, TABLE_NODE, row,
                    texts_of(TABLE_NODE, texts, joined));
}

/* ----- Orders of the custodians. ----- */

int64_t
order_taken_place(const struct order_id *id)
{
    return (int64_t)(be64_read(id->b) >> 2);
}

void
fold_order_taken(struct tables *tables, int64_t record,
                 const struct order_id *order)
{
    int64_t id = order_taken_place(order);
    int64_t *row;

    if (tables_find(tables, TABLE_ORDER_TAKEN, id) != NULL)
        return;
    row = tables_add(tables, TABLE_ORDER_TAKEN, id, (struct bytes){0});
    if (row != NULL)
        row[ORDER_TAKEN_RECORD] = record;
}
