#include "store/chain.h"

#include "crypto/siphash.h"
#include "store/store.h"

enum { USE_TALLY = 5 };

/* A crossing met on the way down a chain. */
struct link {
    int64_t id;
    int64_t numbers[ROW_NUMBERS_MAX];
};

static enum store_kind
kind_of(const int64_t *crossing)
{
    if (crossing[CROSSING_DECISION] == DECISION_REFUSE)
        return STORE_REFUSAL;
    if (crossing[CROSSING_DECISION] == DECISION_HAND_OVER)
        return STORE_HAND_OVER;
    return crossing[CROSSING_DIRECTION] == DIRECTION_ENTRY ? STORE_ENTRY
                                                           : STORE_EXIT;
}

int64_t
tally_quarter(struct instant instant)
{
    int64_t quarter = instant.ms / STORE_QUARTER_MS;

    return instant.ms % STORE_QUARTER_MS < 0 ? quarter - 1 : quarter;
}

bool
chain_after(int64_t time_ms, int64_t id, int64_t other_ms, int64_t other)
{
    return time_ms != other_ms ? time_ms > other_ms : id > other;
}

/* The crossing `id`; false when there is none. */
static bool
link_at(struct tables *tables, int64_t id, struct link *out)
{
    out->id = id;
    return tables_peek(tables, TABLE_CROSSING, id, out->numbers);
}

/*
 * The next older one; false at the end. That a chain only ever leads to older
 * crossings is what ends every walk, so one that does not is damage.
 */
static bool
link_older(struct tables *tables, const struct link *link, struct link *out)
{
    const int64_t *numbers = link->numbers;
    struct link older;

    if (!link_at(tables, numbers[CROSSING_PREVIOUS], &older))
        return false;
    if (!chain_after(numbers[CROSSING_TIME], link->id,
                     older.numbers[CROSSING_TIME], older.id)) {
        tables_fail(tables, ERR_CORRUPT);
        return false;
    }
    *out = older;
    return true;
}

/* STO 4.1 */
static int64_t *
tally_row(struct tables *tables, int64_t time_ms, enum store_kind kind,
          struct bytes nationality)
{
    uint64_t mixed = siphash(USE_TALLY, nationality) >> 32;
    int64_t quarter = tally_quarter((struct instant){time_ms});
    const struct key key = {
        .home = (int64_t)((uint64_t)quarter << TALLY_QUARTER_SHIFT |
                          mixed << 2 | kind),
        .step = TALLY_STEP,
        .text = nationality};
    bool added;

    return tables_hold(tables, TABLE_TALLY, &key, &added);
}

/* Adds the crossing to the counts, or takes it off: `step` is 1 or -1. */
static void
count(struct tables *tables, int64_t *person, const int64_t *crossing, int step)
{
    struct bytes texts[ROW_TEXTS_MAX];
    enum store_kind kind = kind_of(crossing);
    int64_t *tally;

    texts_split(tables_text(tables, person), SHAPES[TABLE_PERSON].text_count,
                texts);
    person[PERSON_COUNTS + kind] += step;
    tables_touch(tables, TABLE_PERSON, person);
    tally = tally_row(tables, crossing[CROSSING_TIME], kind,
                      texts[PERSON_NATIONALITY]);
    if (tally == NULL)
        return;
    tally[TALLY_CROSSINGS] += step;
    tables_touch(tables, TABLE_TALLY, tally);
}

/* The newest admitted crossing is `id`, or none when `crossing` is NULL. */
static void
admitted_set(struct tables *tables, int64_t *person, int64_t id,
             const int64_t *crossing)
{
    bool inside =
        crossing != NULL && crossing[CROSSING_DIRECTION] == DIRECTION_ENTRY;
    int64_t *node = tables_find(tables, TABLE_NODE, 0);

    if (node != NULL && person[PERSON_INSIDE] != inside) {
        node[NODE_INSIDE] += inside - person[PERSON_INSIDE];
        tables_touch(tables, TABLE_NODE, node);
    }
    person[PERSON_INSIDE] = inside;
    person[PERSON_ADMITTED] = crossing != NULL ? id : ROW_NONE;
    person[PERSON_ADMITTED_MS] = crossing != NULL ? crossing[CROSSING_TIME] : 0;
}

/* Makes `id` the one below `above`. */
static void
hang(struct tables *tables, int64_t above, int64_t id)
{
    int64_t *row = tables_find(tables, TABLE_CROSSING, above);

    if (row == NULL)
        return;
    row[CROSSING_PREVIOUS] = id;
    tables_touch(tables, TABLE_CROSSING, row);
}

/* Hangs the crossing below the last of the chain that comes after it. */
static void
insert_below(struct tables *tables, const int64_t *person, int64_t *crossing)
{
    int64_t id = tables_id(crossing);
    struct link above;
    struct link next;

    if (!link_at(tables, person[PERSON_LAST], &above)) {
        tables_fail(tables, ERR_CORRUPT);
        return;
    }
    while (link_older(tables, &above, &next) &&
           chain_after(next.numbers[CROSSING_TIME], next.id,
                       crossing[CROSSING_TIME], id))
        above = next;
    crossing[CROSSING_PREVIOUS] = above.numbers[CROSSING_PREVIOUS];
    hang(tables, above.id, id);
}

void
chain_link(struct tables *tables, int64_t id)
{
    int64_t *crossing = tables_find(tables, TABLE_CROSSING, id);
    int64_t *person;
    int64_t time_ms;

    if (crossing == NULL)
        return;
    person = tables_find(tables, TABLE_PERSON, crossing[CROSSING_PERSON]);
    if (person == NULL)
        return;
    time_ms = crossing[CROSSING_TIME];
    count(tables, person, crossing, 1);
    tables_touch(tables, TABLE_CROSSING, crossing);
    if (crossing[CROSSING_DECISION] == DECISION_ADMIT &&
        (person[PERSON_ADMITTED] == ROW_NONE ||
         chain_after(time_ms, id, person[PERSON_ADMITTED_MS],
                     person[PERSON_ADMITTED])))
        admitted_set(tables, person, id, crossing);
    if (person[PERSON_LAST] != ROW_NONE &&
        chain_after(person[PERSON_LAST_MS], person[PERSON_LAST], time_ms, id)) {
        insert_below(tables, person, crossing);
        return;
    }
    crossing[CROSSING_PREVIOUS] = person[PERSON_LAST];
    person[PERSON_LAST] = id;
    person[PERSON_LAST_MS] = time_ms;
}

/* The newest admitted crossing below the one given becomes the person's. */
static void
admitted_find(struct tables *tables, int64_t *person, const struct link *from)
{
    struct link link = *from;

    while (link_older(tables, &link, &link)) {
        if (link.numbers[CROSSING_DECISION] != DECISION_ADMIT)
            continue;
        admitted_set(tables, person, link.id, link.numbers);
        return;
    }
    admitted_set(tables, person, ROW_NONE, NULL);
}

/* Takes the crossing out of the chain it hangs in. */
static void
bridge(struct tables *tables, int64_t *person, const struct link *out)
{
    struct link link;
    struct link older;

    if (person[PERSON_LAST] == out->id) {
        person[PERSON_LAST] = out->numbers[CROSSING_PREVIOUS];
        person[PERSON_LAST_MS] = 0;
        if (link_older(tables, out, &older))
            person[PERSON_LAST_MS] = older.numbers[CROSSING_TIME];
        return;
    }
    if (!link_at(tables, person[PERSON_LAST], &link))
        return;
    while (link.numbers[CROSSING_PREVIOUS] != out->id)
        if (!link_older(tables, &link, &link)) {
            tables_fail(tables, ERR_CORRUPT);
            return;
        }
    hang(tables, link.id, out->numbers[CROSSING_PREVIOUS]);
}

void
chain_unlink(struct tables *tables, int64_t id)
{
    struct link link;
    int64_t *person;

    if (!link_at(tables, id, &link))
        return;
    person = tables_find(tables, TABLE_PERSON, link.numbers[CROSSING_PERSON]);
    if (person == NULL)
        return;
    count(tables, person, link.numbers, -1);
    if (person[PERSON_ADMITTED] == id)
        admitted_find(tables, person, &link);
    bridge(tables, person, &link);
}
