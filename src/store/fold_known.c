#include "store/fold_known.h"

#include "store/fold_node.h"
#include "store/nodes.h"
#include "store/person.h"
#include "store/place.h"

_Static_assert(ALERT_NAMES_MAX <= 1 << ALERT_NAME_SHIFT,
               "an alert's names have ids of their own");
_Static_assert(ALERT_NAMES_MAX <= TABLES_SPARE_ROWS,
               "an event adds no more rows to a table");
_Static_assert(MANIFEST_BY_COUNT <= TABLES_SPARE_ROWS, "likewise");
_Static_assert(STORE_OFFERS_MAX == 1 << OFFER_SHIFT, "ids of their own");

static struct bytes
texts_of(enum table table, const struct bytes *texts,
         uint8_t joined[TABLES_TEXT_SIZE_MAX])
{
    return texts_join(texts, SHAPES[table].text_count, joined,
                      TABLES_TEXT_SIZE_MAX);
}

/* What desks keep of lists and alerts is out of date from here on. */
static void
lists_changed(struct tables *tables, int64_t record)
{
    int64_t *row = tables_find(tables, TABLE_NODE, 0);

    if (row == NULL)
        return;
    row[NODE_LISTS] = record + 1;
    tables_touch(tables, TABLE_NODE, row);
}

/* The row of the list's name from `first` on, or the free one after the last.
 * STO 2.10 */
static int64_t *
list_row(struct tables *tables, enum table table, int64_t first,
         struct bytes name)
{
    struct bytes texts[ROW_TEXTS_MAX];
    int64_t *row = NULL;

    for (int64_t id = first; id < first + STORE_LISTS_MAX; id++) {
        row = tables_find(tables, table, id);
        if (row == NULL)
            return tables_add(tables, table, id, (struct bytes){0});
        texts_split(tables_text(tables, row), SHAPES[table].text_count, texts);
        if (bytes_equal(texts[LIST_NAME], name))
            return row;
    }
    return NULL;
}

/* Of two words the later counts, and nobody has the last one for ever: no other
 * node's is of later than when it was heard here. */
static struct instant
time_believed(const struct fold_source *from, const struct event *event)
{
    return from->node != 0 && event->time.ms > from->now.ms ? from->now
                                                            : event->time;
}

/* Another node's list is not in force here: it is an offer. STO 2.16 */
static void
fold_list(struct tables *tables, const struct fold_source *from, int64_t record,
          const struct event *event)
{
    int64_t node = record_node(record);
    enum table table = node == 0 ? TABLE_LIST : TABLE_OFFER;
    const struct list_imported *list = &event->list_imported;
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    char sha256[2 * SHA256_SIZE];
    const struct bytes texts[] = {
        [LIST_NAME] = list->name,
        [LIST_SOURCE] = list->source,
        [LIST_DATE] = list->list_date,
        [LIST_SHA256] = {(const uint8_t *)sha256, sizeof(sha256)}};
    struct writer w;
    int64_t *row = list_row(tables, table, node << OFFER_SHIFT, list->name);

    if (row == NULL)
        return;
    writer_init(&w, sha256, sizeof(sha256));
    for (size_t i = 0; i < SHA256_SIZE; i++)
        writer_hex(&w, list->sha256[i], 2);
    row[LIST_RECORD] = record;
    row[LIST_IMPORTED_MS] = time_believed(from, event).ms;
    row[LIST_ENTRIES] = (int64_t)list->entries;
    row[LIST_PERSONS] = (int64_t)list->persons;
    row[LIST_NAMES] = (int64_t)list->names;
    row[LIST_DOCUMENTS] = (int64_t)list->documents;
    row[LIST_SIZE] = (int64_t)list->size;
    row[LIST_SHRINK] = list->shrink_accepted;
    tables_text_set(tables, table, row, texts_of(table, texts, joined));
    if (node == 0)
        lists_changed(tables, record);
}

static void
fold_alert(struct tables *tables, int64_t record, const struct event *event)
{
    const struct alert_put *put = &event->alert_put;
    const struct bytes texts[] = {
        [ALERT_STATE] = put->issuing_state,
        [ALERT_TYPE] = put->document_type,
        [ALERT_NUMBER] = put->number,
        [ALERT_SURNAME] = put->surname,
        [ALERT_GIVEN_NAMES] = put->given_names,
        [ALERT_BORN] = put->born,
        [ALERT_SEX] = put->sex,
        [ALERT_NATIONALITY] = put->nationality,
        [ALERT_ACTION] = put->action,
        [ALERT_OWNER] = put->owner,
        [ALERT_EXPIRES] = put->expires,
    };
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    int64_t *row = tables_add(tables, TABLE_ALERT, record,
                              texts_of(TABLE_ALERT, texts, joined));

    if (row == NULL)
        return;
    row[ALERT_TIME] = event->time.ms;
    row[ALERT_KIND] = put->kind;
    row[ALERT_REASON] = put->reason;
    row[ALERT_NAMES] = (int64_t)put->other_name_count;
    for (size_t i = 0; i < put->other_name_count; i++)
        if (tables_add(tables, TABLE_ALERT_NAME,
                       record << ALERT_NAME_SHIFT | (int64_t)i,
                       put->other_names[i]) == NULL)
            return;
    lists_changed(tables, record);
}

static void
order_key_add(struct tables *tables, int64_t home, int64_t record)
{
    const int64_t numbers[] = {[ORDER_KEY_ORDER] = record};
    const struct key key = {.home = home | (record & HOME_REST_MAX),
                            .step = 1,
                            .numbers = numbers,
                            .number_count = 1};
    bool added;

    (void)tables_hold(tables, TABLE_ORDER_KEY, &key, &added);
}

static void
fold_order(struct tables *tables, int64_t record, const struct event *event)
{
    const struct exit_order *order = &event->exit_order;
    const struct document *document = &order->document;
    const struct bytes texts[] = {
        [ORDER_STATE] = document->issuing_state,
        [ORDER_NUMBER] = document->number,
        [ORDER_SURNAME] = document->surname,
        [ORDER_DATE_OF_BIRTH] = document->date_of_birth,
        [ORDER_GIVEN_NAMES] = document->given_names,
        [ORDER_SEX] = document->sex,
        [ORDER_NATIONALITY] = document->nationality,
        [ORDER_REASON] = order->reason,
        [ORDER_OWNER] = order->owner,
    };
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    int64_t *row = tables_add(tables, TABLE_EXIT_ORDER, record,
                              texts_of(TABLE_EXIT_ORDER, texts, joined));

    if (row == NULL)
        return;
    row[ORDER_TIME] = event->time.ms;
    row[ORDER_DEADLINE] = order->deadline.ms;
    if (document->number.size > 0)
        order_key_add(tables, order_number_home(document->number), record);
    if (document->surname.size > 0 && document->date_of_birth.size > 0)
        order_key_add(
            tables, order_name_home(document->surname, document->date_of_birth),
            record);
}

static void
alert_remove(struct tables *tables, int64_t record, int64_t target)
{
    const int64_t *row = tables_find(tables, TABLE_ALERT, target);
    int64_t names;

    if (row == NULL)
        return;
    names = row[ALERT_NAMES];
    for (int64_t i = 0; i < names; i++)
        tables_remove(tables, TABLE_ALERT_NAME, target << ALERT_NAME_SHIFT | i);
    tables_remove(tables, TABLE_ALERT, target);
    lists_changed(tables, record);
}

/* Of an alert or an order; of anything else it changes nothing. `from` is NULL
 * when the custodians said so. */
static void
withdraw(struct tables *tables, const struct fold_source *from, int64_t record,
         const struct record_name *name)
{
    int64_t node = node_named(tables, name->node);
    int64_t target;
    bool is_order;

    if (node == ROW_NONE || name->index > STORE_INDEX_MAX)
        return;
    target = record_id(node, name->index);
    is_order = tables_find(tables, TABLE_EXIT_ORDER, target) != NULL;
    if (!is_order && tables_find(tables, TABLE_ALERT, target) == NULL)
        return;
    if (from != NULL && !node_withdraws(tables, from, target))
        return;
    if (is_order)
        tables_remove(tables, TABLE_EXIT_ORDER, target);
    else
        alert_remove(tables, record, target);
}

static void
fold_withdrawal(struct tables *tables, const struct fold_source *from,
                int64_t record, const struct withdrawal *withdrawal)
{
    const struct record_name name = {withdrawal->node, withdrawal->index};

    withdraw(tables, from, record, &name);
}

/* It may name many records: room is made for each. */
static void
range_withdraw(struct tables *tables, int64_t record,
               const struct order_range *range)
{
    for (uint64_t index = range->first; index <= range->last; index++) {
        const struct record_name name = {range->name, index};

        tables_reserve(tables);
        withdraw(tables, NULL, record, &name);
    }
}

/* Whoever recorded that it was taken has verified it. STO 6.5 */
static void
fold_order_event(struct tables *tables, int64_t record,
                 const struct order_event *event)
{
    struct order order;
    struct note note;

    if (event->refused || note_parse(event->note, &note, NULL) != OK ||
        order_parse(note.text, &order, NULL) != OK)
        return;
    fold_order_taken(tables, record, &order.id);
    if (order.kind != ORDER_WITHDRAW)
        return;
    for (size_t i = 0; i < order.range_count; i++)
        range_withdraw(tables, record, &order.ranges[i]);
}

/* The newest word on a hit is the one that counts, and not the one that was
 * heard last: another node's may come late. STO 2.13 */
static void
fold_resolution(struct tables *tables, const struct fold_source *from,
                int64_t record, const struct event *event)
{
    struct instant time = time_believed(from, event);
    const struct hit_resolution *resolution = &event->hit_resolution;
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    struct bytes texts[ROW_TEXTS_MAX];
    struct key key = {.step = 1};
    int64_t *row;
    bool added;

    settled_texts(&resolution->identity, resolution->list, resolution->entry,
                  texts);
    key.home = settled_home(texts);
    key.text = texts_of(TABLE_SETTLED, texts, joined);
    row = tables_hold(tables, TABLE_SETTLED, &key, &added);
    if (row == NULL || (!added && row[SETTLED_TIME] > time.ms))
        return;
    row[SETTLED_RECORD] = record;
    row[SETTLED_TIME] = time.ms;
    row[SETTLED_ENTRY_HASH] = (int64_t)be64_read(resolution->entry_hash);
    row[SETTLED_VERDICT] = resolution->verdict;
    tables_touch(tables, TABLE_SETTLED, row);
}

/* The traveller's row, made where nobody of that identity has crossed yet. */
static int64_t
identity_hold(struct tables *tables, const struct identity *identity)
{
    struct bytes texts[ROW_TEXTS_MAX];
    const int64_t *row;

    identity_texts(identity, texts);
    row = person_row(tables, texts, person_place(texts));
    return row == NULL ? ROW_NONE : tables_id(row);
}

/* Hangs the link from the person; the one that hung there before, or none. */
static int64_t
link_hang(struct tables *tables, int64_t person, int64_t record)
{
    int64_t *row = tables_find(tables, TABLE_PERSON, person);
    int64_t older;

    if (row == NULL)
        return ROW_NONE;
    older = row[PERSON_LINK];
    row[PERSON_LINK] = record;
    tables_touch(tables, TABLE_PERSON, row);
    return older;
}

/* STO 2.14 */
static void
fold_link(struct tables *tables, int64_t record,
          const struct person_linked *linked)
{
    int64_t a = identity_hold(tables, &linked->a);
    int64_t b = identity_hold(tables, &linked->b);
    int64_t *row = tables_add(tables, TABLE_LINK, record, (struct bytes){0});

    if (row == NULL)
        return;
    row[LINK_A] = a;
    row[LINK_B] = b;
    row[LINK_OLDER_A] = link_hang(tables, a, record);
    row[LINK_OLDER_B] = link_hang(tables, b, record);
    row[LINK_VERDICT] = linked->verdict;
    row[LINK_CORRECTION] = ROW_NONE;
}

/* Whoever has the same number or name and birthday has one row. STO 2.15 */
static void
fold_manifest(struct tables *tables, int64_t record,
              const struct manifest *manifest)
{
    const struct store_voyage voyage = {manifest->voyage, manifest->day,
                                        manifest->direction};

    for (unsigned by = 0; by < MANIFEST_BY_COUNT; by++) {
        int64_t id =
            manifest_place(&voyage, (enum manifest_by)by, &manifest->document);
        int64_t *row;

        if (id == ROW_NONE || tables_find(tables, TABLE_MANIFEST, id) != NULL)
            continue;
        row = tables_add(tables, TABLE_MANIFEST, id, (struct bytes){0});
        if (row != NULL)
            row[MANIFEST_RECORD] = record;
    }
}

/* What a node says of itself, and what it takes orders from, is of the own one.
 * STO 6.2 */
static void
fold_own(struct tables *tables, int64_t record, const struct event *event)
{
    if (event->type == EVENT_MODE_CHANGE)
        fold_mode(tables, record, event);
    if (event->type == EVENT_ORDER)
        fold_order_event(tables, record, &event->order_event);
}

void
fold_known(struct tables *tables, const struct fold_source *from,
           int64_t record, const struct event *event)
{
    switch (event->type) {
    case EVENT_HIT_RESOLUTION:
        fold_resolution(tables, from, record, event);
        return;
    case EVENT_ALERT_PUT:
        fold_alert(tables, record, event);
        return;
    case EVENT_WITHDRAWAL:
        fold_withdrawal(tables, from, record, &event->withdrawal);
        return;
    case EVENT_LIST_IMPORTED:
        fold_list(tables, from, record, event);
        return;
    case EVENT_MANIFEST:
        fold_manifest(tables, record, &event->manifest);
        return;
    case EVENT_EXIT_ORDER:
        fold_order(tables, record, event);
        return;
    case EVENT_PERSON_LINKED:
        fold_link(tables, record, &event->person_linked);
        return;
    case EVENT_INCIDENT:
        fold_incident(tables, record, event);
        return;
    default:
        if (from->node == 0)
            fold_own(tables, record, event);
        return;
    }
}
