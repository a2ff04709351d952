#include "api/known.h"

#include "api/similar.h"

#define DAY_MS INT64_C(86400000)

/* How far back crossings are looked at: the longest window that a rule of stay
 * usually has is a year, counted twice. */
#define KNOWN_DAYS 732

/* ----- The traveller, and whoever is the same. ----- */

static bool
is_of(const struct store_person *person, const struct identity *identity)
{
    return bytes_equal(person->surname, identity->surname) &&
           bytes_equal(person->given_names, identity->given_names) &&
           bytes_equal(person->date_of_birth, identity->date_of_birth) &&
           bytes_equal(person->sex, identity->sex) &&
           bytes_equal(person->nationality, identity->nationality);
}

/* All of a group as one traveller: its counts, and where it was last admitted.
 */
static struct store_person
person_sum(const struct store_person *persons, size_t count)
{
    struct store_person sum = {0};

    for (size_t i = 0; i < count; i++) {
        const struct store_person *person = &persons[i];

        sum.crossings += person->crossings;
        sum.entries += person->entries;
        sum.exits += person->exits;
        sum.refusals += person->refusals;
        sum.hand_overs += person->hand_overs;
        if (!person->has_admitted ||
            (sum.has_admitted && person->admitted.ms < sum.admitted.ms))
            continue;
        sum.has_admitted = true;
        sum.inside = person->inside;
        sum.admitted = person->admitted;
    }
    return sum;
}

static struct position
position_of(const struct api *api, struct bytes place)
{
    if (place.size == 0)
        return api->position;
    for (size_t i = 0; i < api->place_count; i++)
        if (bytes_equal(api->places[i].place, place))
            return api->places[i].position;
    return (struct position){0};
}

static struct inspect_crossing
crossing_of(const struct api *api, const struct store_passage *passage)
{
    return (struct inspect_crossing){.record = passage->record,
                                     .time = passage->time,
                                     .direction = passage->direction,
                                     .decision = passage->decision,
                                     .reasons = passage->reasons,
                                     .late = passage->late,
                                     .corrected = passage->corrected,
                                     .other_document = passage->other_document,
                                     .lane = passage->lane,
                                     .place = passage->place,
                                     .position =
                                         position_of(api, passage->place)};
}

/* Crossings, newest first, and the newest of all as it is shown. */
static enum err
passages_read(const struct api *api, struct arena *arena,
              struct question *question)
{
    const struct document *document = &question->scan->document;
    struct store_journey journey = {
        .person_count = question->person_count,
        .persons = question->persons,
        .number = {document->issuing_state, document->number},
        .since = {question->now.ms - KNOWN_DAYS * DAY_MS}};
    uint64_t total = question->history.person.crossings;
    size_t max =
        total < INSPECT_CROSSINGS_MAX ? (size_t)total : INSPECT_CROSSINGS_MAX;
    struct store_passage *passages = arena_array(arena, max, sizeof(*passages));
    struct inspect_crossing *crossings;
    size_t count = 0;
    enum err e = passages == NULL && max > 0 ? ERR_LIMIT : OK;

    if (e == OK && max > 0)
        e = store_passages(api->store, &journey, arena, passages, max, &count);
    if (e != OK || count == 0)
        return e;
    crossings = arena_array(arena, count, sizeof(*crossings));
    if (crossings == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < count; i++)
        crossings[i] = crossing_of(api, &passages[i]);
    question->input.crossings = crossings;
    question->input.crossing_count = count;
    question->history.has_last = true;
    return store_crossing_find(api->store, &passages[0].record, arena,
                               &question->history.last);
}

static enum err
traveller_read(const struct api *api, struct arena *arena,
               const struct identity *identity, struct question *question)
{
    enum err e = store_group(api->store, identity, arena, question->persons,
                             STORE_GROUP_MAX, &question->person_count);

    if (e != OK || question->person_count == 0)
        return e;
    question->history.person =
        person_sum(question->persons, question->person_count);
    question->input.inside = question->history.person.inside;
    return passages_read(api, arena, question);
}

/* ----- Orders to leave. ----- */

static bool
record_is(const struct record_name *a, const struct record_name *b)
{
    return a->index == b->index && bytes_equal(a->node, b->node);
}

static void
orders_add(struct question *question, const struct store_order *orders,
           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t *at = &question->input.order_count;
        bool known = false;

        for (size_t k = 0; k < *at; k++)
            known = known ||
                    record_is(&question->orders[k].record, &orders[i].record);
        if (orders[i].obeyed || known || *at == INSPECT_ORDERS_MAX)
            continue;
        question->orders[(*at)++] = (struct inspect_order){
            orders[i].record, orders[i].deadline, orders[i].reason};
    }
}

/* Of the document in hand, and of whoever is the same person by name. */
static enum err
orders_read(const struct api *api, struct arena *arena,
            const struct identity *identity, struct question *question)
{
    struct store_order orders[STORE_ORDERS_MAX];
    size_t count = 0;
    enum err e = store_orders_of(api->store, &question->scan->document, arena,
                                 orders, STORE_ORDERS_MAX, &count);

    for (size_t i = 0; e == OK; i++) {
        const struct store_person *person;
        struct document document;

        orders_add(question, orders, count);
        while (i < question->person_count &&
               is_of(&question->persons[i], identity))
            i++;
        if (i >= question->person_count)
            break;
        person = &question->persons[i];
        document = (struct document){.surname = person->surname,
                                     .given_names = person->given_names,
                                     .date_of_birth = person->date_of_birth};
        e = store_orders_of(api->store, &document, arena, orders,
                            STORE_ORDERS_MAX, &count);
    }
    question->input.orders = question->orders;
    return e;
}

/* ----- What officers said, the last scan, the manifest. ----- */

static enum err
settled_read(const struct api *api, const struct identity *identity,
             struct inspect_hit *hit)
{
    static const enum settled settled[] = {[VERDICT_SAME] = SETTLED_SAME,
                                           [VERDICT_OTHER] = SETTLED_OTHER,
                                           [VERDICT_UNSURE] = SETTLED_UNSURE};
    struct store_hit asked = {.identity = *identity,
                              .list = hit->hit.list,
                              .entry = hit->hit.entry,
                              .entry_hash = hit->hit.entry_hash};
    struct store_settled found;
    enum err e = store_settled(api->store, &asked, &found);

    if (e == OK)
        hit->settled = settled[found.verdict];
    if (e == OK && hit->settled == SETTLED_OTHER &&
        !bytes_equal(found.record.node, api->node))
        hit->settled = SETTLED_OTHER_ELSEWHERE;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
scan_find(const struct api *api, struct arena *arena,
          const struct identity *identity, struct inspect_input *input)
{
    struct instant since = {input->now.ms -
                            INSPECT_SCAN_MINUTES * INT64_C(60000)};
    struct store_scan found;
    enum err e = store_last_scan(api->store, identity, since, arena, &found);

    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    input->has_scan = true;
    input->scan_time = found.time;
    input->scan = found.record;
    input->scan_lane = found.lane;
    return OK;
}

static enum err
manifest_find(const struct api *api, struct question *question)
{
    static const enum manifest_state states[] = {
        [STORE_MANIFEST_UNKNOWN] = MANIFEST_UNKNOWN,
        [STORE_MANIFEST_FOUND] = MANIFEST_FOUND,
        [STORE_MANIFEST_MISSING] = MANIFEST_MISSING};
    uint8_t day[DATE_TEXT_SIZE];
    struct store_voyage voyage = {.voyage = question->voyage,
                                  .direction = question->direction};
    enum store_manifest found;
    struct writer w;
    enum err e;

    if (question->voyage.size == 0)
        return OK;
    writer_init(&w, day, sizeof(day));
    date_write(&w, zone_date(api->zone, question->now));
    voyage.day = writer_done(&w);
    e = store_manifest(api->store, &voyage, &question->scan->document, &found);
    if (e == OK)
        question->input.manifest = states[found];
    return e;
}

static enum err
read_all(const struct api *api, struct arena *arena, struct question *question)
{
    struct identity identity = store_identity(&question->scan->document);
    enum err e = traveller_read(api, arena, &identity, question);

    if (e == OK)
        e = orders_read(api, arena, &identity, question);
    for (size_t i = 0; e == OK && i < question->input.hit_count; i++)
        e = settled_read(api, &identity, &question->hits[i]);
    if (e == OK)
        e = scan_find(api, arena, &identity, &question->input);
    if (e == OK)
        e = manifest_find(api, question);
    return e == OK ? similar_read(api, arena, &identity, question) : e;
}

enum err
known_read(const struct api *api, struct arena *arena,
           struct question *question)
{
    enum err e = store_read_begin(api->store);

    if (e != OK)
        return e;
    e = read_all(api, arena, question);
    store_read_end(api->store);
    return e;
}
