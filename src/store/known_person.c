/*
 * A traveller and whoever is, or may be, the same person; and their crossings.
 */
#include "store/chain.h"
#include "store/fold.h"
#include "store/group.h"
#include "store/person.h"
#include "store/read_int.h"

/* Rows looked at by surname, by given name and by names exchanged; of birthdays
 * that stand for an unknown one there are more than that. */
#define SURNAME_READS 48
#define GIVEN_READS 32
#define SWAPPED_READS 16

/* The traveller's row; ERR_NOT_FOUND. */
static enum err
identity_row(struct store *store, const struct identity *identity,
             struct row *out)
{
    struct bytes texts[ROW_TEXTS_MAX];

    identity_texts(identity, texts);
    return read_match(store, TABLE_PERSON, person_place(texts), texts, out);
}

/* Whoever is the same person; nobody when there is no such traveller. */
static enum err
identity_group(struct store *store, const struct identity *identity,
               struct group *group)
{
    struct row row;
    enum err e = identity_row(store, identity, &row);

    *group = (struct group){0};
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    group_add(group, row.id);
    return group_close(store, group);
}

enum err
store_group(struct store *store, const struct identity *identity,
            struct arena *arena, struct store_person *out, size_t max,
            size_t *count)
{
    struct group group;
    size_t found = 0;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = identity_group(store, identity, &group);
    for (size_t i = 0; e == OK && i < group.same_count && found < max; i++) {
        struct row row;

        e = sqlite_get(store, TABLE_PERSON, group.same[i], &row);
        if (e == OK)
            e = read_texts(&row, TABLE_PERSON, arena);
        if (e == OK)
            out[found] = read_person(&row);
        if (e == OK && out[found].crossings > 0)
            found++;
    }
    store_read_end(store);
    *count = found;
    return e;
}

_Static_assert(SURNAME_READS + GIVEN_READS + SWAPPED_READS < STORE_ALIKE_MAX,
               "some are left for those of the same initial");

/* Who may be the same, while they are gathered. */
struct likeness {
    struct store *store;
    const struct identity *identity;
    struct group group;
    struct arena *arena;
    struct store_person *out;
    size_t max;
    size_t count;
    size_t reads; /* that are left */
};

static bool
is_known(const struct likeness *likeness, int64_t person)
{
    for (size_t i = 0; i < likeness->count; i++)
        if (likeness->out[i].id == person)
            return true;
    return group_has(&likeness->group, person) ||
           group_parts(&likeness->group, person);
}

/* Homes may be shared: the birthday must be the same in full. */
static enum err
likeness_add(struct likeness *likeness, struct row *row)
{
    struct store_person person = read_person(row);
    enum err e;

    if (person.crossings == 0 || likeness->count == likeness->max ||
        is_known(likeness, person.id) ||
        !bytes_equal(person.date_of_birth, likeness->identity->date_of_birth))
        return OK;
    e = read_texts(row, TABLE_PERSON, likeness->arena);
    if (e == OK)
        likeness->out[likeness->count++] = read_person(row);
    return e;
}

/* Of the walk that was begun among travellers. */
static enum err
persons_add(struct likeness *likeness, struct walk *walk, size_t reads)
{
    struct row row;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < reads; i++) {
        likeness->reads--;
        e = walk_next(likeness->store, walk, &row);
        if (e == OK)
            e = likeness_add(likeness, &row);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
same_surname(struct likeness *likeness)
{
    const struct identity *identity = likeness->identity;
    struct walk walk;
    enum err e =
        walk_begin(likeness->store, &walk, TABLE_PERSON,
                   person_home(identity->surname, identity->date_of_birth));

    return e == OK ? persons_add(likeness, &walk, SURNAME_READS) : e;
}

static enum err
same_initial(struct likeness *likeness)
{
    const struct identity *identity = likeness->identity;
    struct walk walk;
    enum err e =
        walk_group(likeness->store, &walk,
                   person_group(identity->surname, identity->date_of_birth));

    return e == OK ? persons_add(likeness, &walk, likeness->reads) : e;
}

/* Travellers with the first of these names for their first given name. */
static enum err
same_given_name(struct likeness *likeness, struct bytes names, size_t reads)
{
    struct walk walk;
    struct row row;
    enum err e =
        walk_begin(likeness->store, &walk, TABLE_ALIKE,
                   alike_home(names, likeness->identity->date_of_birth));

    for (size_t i = 0; e == OK && i < reads; i++) {
        likeness->reads--;
        e = walk_next(likeness->store, &walk, &row);
        if (e != OK || is_known(likeness, row.numbers[ALIKE_PERSON]))
            continue;
        e = sqlite_get(likeness->store, TABLE_PERSON, row.numbers[ALIKE_PERSON],
                       &row);
        if (e == ERR_NOT_FOUND)
            return ERR_CORRUPT;
        if (e == OK)
            e = likeness_add(likeness, &row);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_alike(struct store *store, const struct identity *identity,
            struct arena *arena, struct store_person *out, size_t max,
            size_t *count)
{
    struct likeness likeness = {.store = store,
                                .identity = identity,
                                .arena = arena,
                                .out = out,
                                .max = max,
                                .reads = STORE_ALIKE_MAX};
    enum err e;

    *count = 0;
    if (identity->date_of_birth.size == 0)
        return OK;
    e = store_read_begin(store);
    if (e != OK)
        return e;
    e = identity_group(store, identity, &likeness.group);
    if (e == OK)
        e = same_surname(&likeness);
    if (e == OK)
        e = same_given_name(&likeness, identity->given_names, GIVEN_READS);
    if (e == OK)
        e = same_given_name(&likeness, identity->surname, SWAPPED_READS);
    if (e == OK)
        e = same_initial(&likeness);
    store_read_end(store);
    *count = likeness.count;
    return e;
}

/* One traveller's crossings on the way down: the one that comes next. */
struct descent {
    struct chain chain;
    bool done;
    bool past; /* the next one is before the time asked for: the last */
    struct store_passage next;
    int64_t id; /* its row's */
};

/* Its name comes later, when it is among those that are wanted. */
static struct store_passage
passage_of(const struct row *row)
{
    const int64_t *numbers = row->numbers;

    return (struct store_passage){
        .person = numbers[CROSSING_PERSON],
        .time = {numbers[CROSSING_TIME]},
        .direction = (enum direction)numbers[CROSSING_DIRECTION],
        .decision = (enum decision)numbers[CROSSING_DECISION],
        .reasons = (uint16_t)(numbers[CROSSING_REASONS_LATE] >> 1),
        .late = (numbers[CROSSING_REASONS_LATE] & 1) != 0,
        .corrected = numbers[CROSSING_CORRECTION] != ROW_NONE,
        .lane = row->texts[CROSSING_LANE],
        .place = row->texts[CROSSING_PLACE],
    };
}

/* Documents of a number stand at one home: the row need not be read. */
static bool
is_other_document(const struct store_journey *journey, int64_t document)
{
    int64_t home =
        document_home(journey->number.issuing_state, journey->number.number);

    return journey->number.number.size > 0 &&
           document >> HOME_REST_BITS != home >> HOME_REST_BITS;
}

static enum err
descend(struct store *store, const struct store_journey *journey,
        struct arena *arena, struct descent *descent)
{
    struct row row;
    enum err e = ERR_NOT_FOUND;

    if (!descent->past)
        e = chain_read(store, &descent->chain, &row);
    if (e == OK)
        e = read_texts(&row, TABLE_CROSSING, arena);
    descent->done = e != OK;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    descent->id = row.id;
    descent->next = passage_of(&row);
    descent->next.other_document =
        is_other_document(journey, row.numbers[CROSSING_DOCUMENT]);
    descent->past = descent->next.time.ms < journey->since.ms;
    return OK;
}

static enum err
descents_begin(struct store *store, const struct store_journey *journey,
               struct arena *arena, struct descent *descents)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < journey->person_count; i++) {
        struct row row;

        e = sqlite_get(store, TABLE_PERSON, journey->persons[i].id, &row);
        if (e != OK)
            return e;
        descents[i] =
            (struct descent){.chain = {.id = row.numbers[PERSON_LAST]}};
        e = descend(store, journey, arena, &descents[i]);
    }
    return e;
}

/* The newest of all that come next; NULL when there is none. */
static struct descent *
newest(struct descent *descents, size_t count)
{
    struct descent *best = NULL;

    for (size_t i = 0; i < count; i++) {
        struct descent *one = &descents[i];

        if (!one->done &&
            (best == NULL || chain_after(one->next.time.ms, one->id,
                                         best->next.time.ms, best->id)))
            best = one;
    }
    return best;
}

enum err
store_passages(struct store *store, const struct store_journey *journey,
               struct arena *arena, struct store_passage *out, size_t max,
               size_t *count)
{
    struct descent descents[STORE_GROUP_MAX];
    struct descent *one;
    size_t found = 0;
    enum err e;

    if (journey->person_count > STORE_GROUP_MAX)
        return ERR_LIMIT;
    if (max > STORE_PASSAGES_MAX)
        max = STORE_PASSAGES_MAX;
    e = store_read_begin(store);
    if (e != OK)
        return e;
    e = descents_begin(store, journey, arena, descents);
    while (e == OK && found < max) {
        one = newest(descents, journey->person_count);
        if (one == NULL)
            break;
        out[found] = one->next;
        e = read_record(store, one->id, &out[found].record);
        found++;
        if (e == OK)
            e = descend(store, journey, arena, one);
    }
    store_read_end(store);
    *count = found;
    return e;
}
