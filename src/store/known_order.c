/*
 * Orders to leave: whom they are about, and whether he left. STO 2.11, 2.12
 */
#include "store/fold.h"
#include "store/group.h"
#include "store/person.h"
#include "store/place.h"
#include "store/read_int.h"

/* Keys looked at for one traveller, and crossings for one order. */
#define KEYS_MAX 128
#define CROSSINGS_MAX 1000

static bool
may_equal(struct bytes a, struct bytes b)
{
    return a.size == 0 || b.size == 0 || bytes_equal(a, b);
}

/* The same surname and birthday, and nothing said that differs; of given names
 * the first, since they are cut and left out. */
static bool
name_matches(const struct bytes *order, const struct identity *identity)
{
    return order[ORDER_SURNAME].size > 0 &&
           order[ORDER_DATE_OF_BIRTH].size > 0 &&
           bytes_equal(order[ORDER_SURNAME], identity->surname) &&
           bytes_equal(order[ORDER_DATE_OF_BIRTH], identity->date_of_birth) &&
           may_equal(person_first_name(order[ORDER_GIVEN_NAMES]),
                     person_first_name(identity->given_names)) &&
           may_equal(order[ORDER_SEX], identity->sex);
}

static bool
number_matches(const struct bytes *order, const struct document *document)
{
    return order[ORDER_NUMBER].size > 0 &&
           bytes_equal(order[ORDER_NUMBER], document->number) &&
           may_equal(order[ORDER_STATE], document->issuing_state);
}

/* ----- Whether it was obeyed. ----- */

static enum err
holders_add(struct store *store, const struct row *order, struct group *group)
{
    const struct bytes *texts = order->texts;
    struct walk walk;
    struct row row;
    enum err e = OK;

    if (texts[ORDER_NUMBER].size == 0 || texts[ORDER_STATE].size == 0)
        return OK;
    e = walk_begin(store, &walk, TABLE_DOCUMENT,
                   document_home(texts[ORDER_STATE], texts[ORDER_NUMBER]));
    while (e == OK) {
        e = walk_next(store, &walk, &row);
        if (e == OK &&
            bytes_equal(row.texts[DOCUMENT_NUMBER], texts[ORDER_NUMBER]) &&
            bytes_equal(row.texts[DOCUMENT_STATE], texts[ORDER_STATE]))
            group_add(group, row.numbers[DOCUMENT_PERSON]);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Not those of another nationality: that a namesake left ends no order. */
static enum err
namesakes_add(struct store *store, const struct row *order, struct group *group)
{
    const struct bytes *texts = order->texts;
    struct walk walk;
    struct row row;
    enum err e = OK;

    if (texts[ORDER_SURNAME].size == 0 || texts[ORDER_DATE_OF_BIRTH].size == 0)
        return OK;
    e = walk_begin(
        store, &walk, TABLE_PERSON,
        person_home(texts[ORDER_SURNAME], texts[ORDER_DATE_OF_BIRTH]));
    while (e == OK) {
        e = walk_next(store, &walk, &row);
        if (e == OK) {
            const struct identity identity = {
                .surname = row.texts[PERSON_SURNAME],
                .given_names = row.texts[PERSON_GIVEN_NAMES],
                .date_of_birth = row.texts[PERSON_DATE_OF_BIRTH],
                .sex = row.texts[PERSON_SEX]};

            if (name_matches(texts, &identity) &&
                may_equal(texts[ORDER_NATIONALITY],
                          row.texts[PERSON_NATIONALITY]))
                group_add(group, row.id);
        }
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

/* The first admitted exit after the order of one who may be meant. */
static enum err
exit_find(struct store *store, int64_t person, struct store_order *order)
{
    struct chain chain = {.id = ROW_NONE};
    int64_t exit = ROW_NONE;
    struct row row;
    enum err e = sqlite_get(store, TABLE_PERSON, person, &row);

    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    chain.id = row.numbers[PERSON_LAST];
    for (size_t i = 0; i < CROSSINGS_MAX; i++) {
        int64_t time_ms;

        e = chain_read(store, &chain, &row);
        if (e != OK)
            break;
        time_ms = row.numbers[CROSSING_TIME];
        if (time_ms < order->time.ms)
            break;
        if (row.numbers[CROSSING_DECISION] != DECISION_ADMIT ||
            row.numbers[CROSSING_DIRECTION] != DIRECTION_EXIT ||
            (order->obeyed && order->exit_time.ms <= time_ms))
            continue;
        order->obeyed = true;
        order->exit_time.ms = time_ms;
        exit = row.id;
    }
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    return exit == ROW_NONE ? OK : read_record(store, exit, &order->exit);
}

/* `row` keeps its texts: they stand in the arena. */
static enum err
obeyed_find(struct store *store, const struct row *row,
            struct store_order *order)
{
    struct group group = {0};
    enum err e = holders_add(store, row, &group);

    if (e == OK)
        e = namesakes_add(store, row, &group);
    if (e == OK)
        e = group_close(store, &group);
    for (size_t i = 0; e == OK && i < group.same_count; i++)
        e = exit_find(store, group.same[i], order);
    return e;
}

static enum err
order_fill(struct store *store, struct row *row, struct arena *arena,
           struct store_order *out)
{
    const struct bytes *texts = row->texts;
    enum err e = read_texts(row, TABLE_EXIT_ORDER, arena);

    if (e != OK)
        return e;
    *out = (struct store_order){
        .at = (uint64_t)row->id,
        .time = {row->numbers[ORDER_TIME]},
        .deadline = {row->numbers[ORDER_DEADLINE]},
        .issuing_state = texts[ORDER_STATE],
        .number = texts[ORDER_NUMBER],
        .identity = {.surname = texts[ORDER_SURNAME],
                     .given_names = texts[ORDER_GIVEN_NAMES],
                     .date_of_birth = texts[ORDER_DATE_OF_BIRTH],
                     .sex = texts[ORDER_SEX],
                     .nationality = texts[ORDER_NATIONALITY]},
        .reason = texts[ORDER_REASON],
        .owner = texts[ORDER_OWNER],
    };
    e = read_record(store, row->id, &out->record);
    return e == OK ? obeyed_find(store, row, out) : e;
}

/* ----- Orders about one traveller. ----- */

/* Records of orders, the newest first, as many as there is room for. */
struct finding_order {
    const struct document *document;
    struct identity identity;
    size_t max;
    size_t count;
    int64_t ids[STORE_ORDERS_MAX];
};

static void
finding_add(struct finding_order *finding, int64_t id)
{
    size_t at = 0;

    while (at < finding->count && finding->ids[at] > id)
        at++;
    if (at == finding->max || (at < finding->count && finding->ids[at] == id))
        return;
    if (finding->count < finding->max)
        finding->count++;
    for (size_t i = finding->count - 1; i > at; i--)
        finding->ids[i] = finding->ids[i - 1];
    finding->ids[at] = id;
}

/* Keys outlive an order that was withdrawn. */
static enum err
keys_follow(struct store *store, struct finding_order *finding, int64_t home)
{
    struct walk walk;
    struct row key;
    enum err e = walk_begin(store, &walk, TABLE_ORDER_KEY, home);

    for (size_t i = 0; e == OK && i < KEYS_MAX; i++) {
        struct row row;

        e = walk_next(store, &walk, &key);
        if (e != OK)
            break;
        e = sqlite_get(store, TABLE_EXIT_ORDER, key.numbers[ORDER_KEY_ORDER],
                       &row);
        if (e == OK && (number_matches(row.texts, finding->document) ||
                        name_matches(row.texts, &finding->identity)))
            finding_add(finding, row.id);
        if (e == ERR_NOT_FOUND)
            e = OK;
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_orders_of(struct store *store, const struct document *document,
                struct arena *arena, struct store_order *out, size_t max,
                size_t *count)
{
    struct finding_order finding = {
        .document = document,
        .identity = store_identity(document),
        .max = max < STORE_ORDERS_MAX ? max : STORE_ORDERS_MAX};
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    if (document->number.size > 0)
        e = keys_follow(store, &finding, order_number_home(document->number));
    if (e == OK && document->surname.size > 0)
        e = keys_follow(
            store, &finding,
            order_name_home(document->surname, document->date_of_birth));
    for (size_t i = 0; e == OK && i < finding.count; i++) {
        struct row row;

        e = sqlite_get(store, TABLE_EXIT_ORDER, finding.ids[i], &row);
        if (e == OK)
            e = order_fill(store, &row, arena, &out[i]);
    }
    store_read_end(store);
    *count = finding.count;
    return e;
}

enum err
store_orders(struct store *store, uint64_t from, struct arena *arena,
             struct store_order *out, size_t max, size_t *count)
{
    size_t found = 0;
    enum err e = OK;

    *count = 0;
    if (from > INT64_MAX)
        return OK;
    e = store_read_begin(store);
    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_EXIT_ORDER, (int64_t)from);
    while (e == OK && found < max) {
        struct row row;

        e = sqlite_next(store, TABLE_EXIT_ORDER, &row);
        if (e == OK)
            e = order_fill(store, &row, arena, &out[found]);
        if (e == OK)
            found++;
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_order_find(struct store *store, const struct record_name *record,
                 struct arena *arena, struct store_order *out)
{
    struct row row;
    int64_t id;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = read_record_id(store, record, &id);
    if (e == OK)
        e = sqlite_get(store, TABLE_EXIT_ORDER, id, &row);
    if (e == OK)
        e = order_fill(store, &row, arena, out);
    store_read_end(store);
    return e;
}
