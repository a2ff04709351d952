/*
 * Questions to the tables: travellers, their crossings, one crossing.
 */
#include "store/read_int.h"

#include "store/chain.h"
#include "store/fold.h"
#include "store/person.h"

enum err
store_read_begin(struct store *store)
{
    enum err e = OK;

    if (store->depth == 0)
        e = sqlite_step(store, SQLITE_BEGIN_READ);
    if (e == OK)
        store->depth++;
    return e;
}

/* A transaction that only read has nothing to lose. */
void
store_read_end(struct store *store)
{
    enum err e = OK;

    store->depth--;
    if (store->depth == 0)
        e = sqlite_step(store, SQLITE_UNDO);
    (void)e;
}

enum err
read_node(struct store *store, struct row *row)
{
    enum err e = sqlite_get(store, TABLE_NODE, 0, row);

    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

enum err
store_folded(struct store *store, uint64_t *position)
{
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = read_node(store, &row);
    if (e == OK)
        *position = (uint64_t)row.numbers[NODE_POSITION];
    store_read_end(store);
    return e;
}

enum err
store_inside(struct store *store, uint64_t *count)
{
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = read_node(store, &row);
    if (e == OK)
        *count = (uint64_t)row.numbers[NODE_INSIDE];
    store_read_end(store);
    return e;
}

enum err
read_texts(struct row *row, enum table table, struct arena *arena)
{
    for (size_t i = 0; i < SHAPES[table].text_count; i++) {
        struct bytes text = arena_copy(arena, row->texts[i]);

        if (text.size != row->texts[i].size)
            return ERR_LIMIT;
        row->texts[i] = text;
    }
    return OK;
}

/* A row that another one names must be there. */
static enum err
row_get(struct store *store, enum table table, int64_t id, struct arena *arena,
        struct row *out)
{
    enum err e = sqlite_get(store, table, id, out);

    if (e == ERR_NOT_FOUND)
        return ERR_CORRUPT;
    return e == OK ? read_texts(out, table, arena) : e;
}

struct store_person
read_person(const struct row *row)
{
    const int64_t *counts = row->numbers + PERSON_COUNTS;
    struct store_person person = {
        .id = row->id,
        .surname = row->texts[PERSON_SURNAME],
        .given_names = row->texts[PERSON_GIVEN_NAMES],
        .date_of_birth = row->texts[PERSON_DATE_OF_BIRTH],
        .sex = row->texts[PERSON_SEX],
        .nationality = row->texts[PERSON_NATIONALITY],
        .entries = (uint64_t)counts[STORE_ENTRY],
        .exits = (uint64_t)counts[STORE_EXIT],
        .refusals = (uint64_t)counts[STORE_REFUSAL],
        .hand_overs = (uint64_t)counts[STORE_HAND_OVER],
        .has_admitted = row->numbers[PERSON_ADMITTED] != ROW_NONE,
        .inside = row->numbers[PERSON_INSIDE] != 0,
        .admitted = {row->numbers[PERSON_ADMITTED_MS]},
    };

    person.crossings =
        person.entries + person.exits + person.refusals + person.hand_overs;
    return person;
}

static enum err
document_get(struct store *store, const struct row *crossing,
             struct arena *arena, struct document *out)
{
    struct row person;
    struct row document;
    enum err e = row_get(store, TABLE_PERSON,
                         crossing->numbers[CROSSING_PERSON], arena, &person);

    if (e == OK)
        e = row_get(store, TABLE_DOCUMENT, crossing->numbers[CROSSING_DOCUMENT],
                    arena, &document);
    if (e == OK)
        *out = person_document(person.texts, document.texts,
                               document.numbers[DOCUMENT_TRUNCATED] != 0);
    return e;
}

static enum err
crossing_fill(struct store *store, const struct row *row, struct arena *arena,
              struct store_crossing *out)
{
    const int64_t *numbers = row->numbers;
    enum err e = document_get(store, row, arena, &out->document);

    if (e == OK)
        e = read_record(store, row->id, &out->record);
    out->time.ms = numbers[CROSSING_TIME];
    out->direction = (enum direction)numbers[CROSSING_DIRECTION];
    out->decision = (enum decision)numbers[CROSSING_DECISION];
    out->reasons = (uint16_t)(numbers[CROSSING_REASONS_LATE] >> 1);
    out->late = (numbers[CROSSING_REASONS_LATE] & 1) != 0;
    out->has_inspection = numbers[CROSSING_INSPECTION] != ROW_NONE;
    out->inspection = 0;
    if (out->has_inspection)
        out->inspection = record_index(numbers[CROSSING_INSPECTION]);
    out->corrected = numbers[CROSSING_CORRECTION] != ROW_NONE;
    out->correction = 0;
    if (out->corrected)
        out->correction = record_index(numbers[CROSSING_CORRECTION]);
    out->lane = row->texts[CROSSING_LANE];
    out->place = row->texts[CROSSING_PLACE];
    return e;
}

enum err
store_crossing_find(struct store *store, const struct record_name *record,
                    struct arena *arena, struct store_crossing *out)
{
    struct row row;
    int64_t id;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = read_record_id(store, record, &id);
    if (e == OK)
        e = sqlite_get(store, TABLE_CROSSING, id, &row);
    if (e == OK)
        e = read_texts(&row, TABLE_CROSSING, arena);
    if (e == OK)
        e = crossing_fill(store, &row, arena, out);
    store_read_end(store);
    return e;
}

enum err
walk_begin(struct store *store, struct walk *walk, enum table table,
           int64_t home)
{
    *walk = (struct walk){.table = table, .last = home + HOME_REST_MAX};
    return sqlite_walk(store, table, home);
}

enum err
walk_group(struct store *store, struct walk *walk, int64_t group)
{
    *walk =
        (struct walk){.table = TABLE_PERSON, .last = group + PERSON_GROUP_MAX};
    return sqlite_walk(store, TABLE_PERSON, group);
}

/*
 * Rows belong to a home up to HOME_REST_MAX past it, and on from there as long
 * as they stand side by side: those may have been pushed on.
 */
enum err
walk_next(struct store *store, struct walk *walk, struct row *out)
{
    enum err e = sqlite_next(store, walk->table, out);

    if (e != OK)
        return e;
    if (out->id > walk->last && out->id != walk->last + 1)
        return ERR_NOT_FOUND;
    if (out->id > walk->last)
        walk->last = out->id;
    return OK;
}

/* What a list of travellers is gathered in. */
struct gathering {
    struct arena *arena;
    struct store_person *out;
    size_t max;
    size_t count;
};

static enum err
gather(struct gathering *gathering, struct row *row)
{
    struct store_person person = read_person(row);
    enum err e;

    if (person.crossings == 0 || gathering->count == gathering->max)
        return OK;
    e = read_texts(row, TABLE_PERSON, gathering->arena);
    if (e == OK)
        gathering->out[gathering->count++] = read_person(row);
    return e;
}

static enum err
has_document(struct store *store, const struct row *person, int64_t document,
             bool *has)
{
    struct chain chain = {.id = person->numbers[PERSON_LAST]};
    struct row row;
    enum err e = OK;

    *has = false;
    while (e == OK && !*has) {
        e = chain_read(store, &chain, &row);
        *has = e == OK && row.numbers[CROSSING_DOCUMENT] == document;
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static bool
is_gathered(const struct gathering *gathering, int64_t id)
{
    for (size_t i = 0; i < gathering->count; i++)
        if (gathering->out[i].id == id)
            return true;
    return false;
}

/* The holder of a document, unless corrections have left him without it. */
static enum err
gather_holder(struct store *store, const struct row *document,
              struct gathering *gathering)
{
    int64_t id = document->numbers[DOCUMENT_PERSON];
    struct row person;
    bool has = true;
    enum err e;

    if (is_gathered(gathering, id))
        return OK;
    e = sqlite_get(store, TABLE_PERSON, id, &person);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    if (document->numbers[DOCUMENT_LEFT] != 0)
        e = has_document(store, &person, document->id, &has);
    return e == OK && has ? gather(gathering, &person) : e;
}

enum err
store_persons_by_document(struct store *store,
                          const struct store_number *number,
                          struct arena *arena, struct store_person *out,
                          size_t max, size_t *count)
{
    struct gathering gathering = {arena, out, max, 0};
    struct walk walk;
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = walk_begin(store, &walk, TABLE_DOCUMENT,
                   document_home(number->issuing_state, number->number));
    while (e == OK) {
        e = walk_next(store, &walk, &row);
        if (e == OK &&
            bytes_equal(row.texts[DOCUMENT_NUMBER], number->number) &&
            bytes_equal(row.texts[DOCUMENT_STATE], number->issuing_state))
            e = gather_holder(store, &row, &gathering);
    }
    store_read_end(store);
    *count = gathering.count;
    return e == ERR_NOT_FOUND ? OK : e;
}

static bool
name_is(const struct row *row, const struct store_name *name)
{
    return bytes_equal(row->texts[PERSON_SURNAME], name->surname) &&
           bytes_equal(row->texts[PERSON_DATE_OF_BIRTH], name->date_of_birth) &&
           (name->given_names.size == 0 ||
            bytes_equal(row->texts[PERSON_GIVEN_NAMES], name->given_names));
}

enum err
store_persons_by_name(struct store *store, const struct store_name *name,
                      struct arena *arena, struct store_person *out, size_t max,
                      size_t *count)
{
    struct gathering gathering = {arena, out, max, 0};
    struct walk walk;
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = walk_begin(store, &walk, TABLE_PERSON,
                   person_home(name->surname, name->date_of_birth));
    while (e == OK) {
        e = walk_next(store, &walk, &row);
        if (e == OK && name_is(&row, name))
            e = gather(&gathering, &row);
    }
    store_read_end(store);
    *count = gathering.count;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
read_match(struct store *store, enum table table, int64_t home,
           const struct bytes texts[ROW_TEXTS_MAX], struct row *out)
{
    bool same = false;
    enum err e = OK;

    for (int64_t id = home; e == OK && !same; id++) {
        e = sqlite_get(store, table, id, out);
        same = e == OK;
        for (size_t i = 0; same && i < SHAPES[table].text_count; i++)
            same = bytes_equal(out->texts[i], texts[i]);
    }
    return e;
}

enum err
store_person_of(struct store *store, const struct document *document,
                struct arena *arena, struct store_person *out)
{
    struct bytes texts[ROW_TEXTS_MAX];
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    person_texts(document, texts);
    e = read_match(store, TABLE_PERSON, person_place(texts), texts, &row);
    if (e == OK)
        e = read_texts(&row, TABLE_PERSON, arena);
    store_read_end(store);
    if (e != OK)
        return e;
    *out = read_person(&row);
    return out->crossings > 0 ? OK : ERR_NOT_FOUND;
}

enum err
chain_read(struct store *store, struct chain *chain, struct row *out)
{
    enum err e;

    if (chain->id == ROW_NONE)
        return ERR_NOT_FOUND;
    e = sqlite_get(store, TABLE_CROSSING, chain->id, out);
    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    if (chain->met && !chain_after(chain->time_ms, chain->newer,
                                   out->numbers[CROSSING_TIME], out->id))
        return ERR_CORRUPT;
    chain->met = true;
    chain->newer = out->id;
    chain->time_ms = out->numbers[CROSSING_TIME];
    chain->id = out->numbers[CROSSING_PREVIOUS];
    return OK;
}

/* The newest crossing, from which the others hang. */
static enum err
chain_open(struct store *store, int64_t person, struct chain *chain)
{
    struct row row;
    enum err e = sqlite_get(store, TABLE_PERSON, person, &row);

    *chain = (struct chain){.id = ROW_NONE};
    if (e == OK)
        chain->id = row.numbers[PERSON_LAST];
    return e;
}

enum err
store_history(struct store *store, const struct store_stretch *stretch,
              struct arena *arena, struct store_crossing *out, size_t *count)
{
    struct chain chain;
    struct row row;
    size_t found = 0;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = chain_open(store, stretch->person, &chain);
    for (uint64_t i = 0; e == OK && i < stretch->skip; i++)
        e = chain_read(store, &chain, &row);
    while (e == OK && found < stretch->max) {
        e = chain_read(store, &chain, &row);
        if (e == OK)
            e = read_texts(&row, TABLE_CROSSING, arena);
        if (e == OK)
            e = crossing_fill(store, &row, arena, &out[found]);
        if (e == OK)
            found++;
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_documents(struct store *store, int64_t person, struct arena *arena,
                struct document *out, size_t max, size_t *count)
{
    int64_t ids[STORE_DOCUMENTS_MAX];
    struct chain chain;
    struct row row;
    size_t found = 0;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    if (max > STORE_DOCUMENTS_MAX)
        max = STORE_DOCUMENTS_MAX;
    e = chain_open(store, person, &chain);
    while (e == OK && found < max) {
        size_t i = 0;

        e = chain_read(store, &chain, &row);
        if (e != OK)
            break;
        while (i < found && ids[i] != row.numbers[CROSSING_DOCUMENT])
            i++;
        if (i < found)
            continue;
        ids[found] = row.numbers[CROSSING_DOCUMENT];
        e = document_get(store, &row, arena, &out[found]);
        if (e == OK)
            found++;
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}
