#include "api/overstay.h"

#include "api/render.h"

/* The longest window of a rule (STY 3): what is older has left every one. */
#define HISTORY_DAYS 3650

/* Admitted crossings, oldest first, as days of the country. */
static enum err
crossings_make(const struct api *api, const struct store_passage *passages,
               size_t passage_count, struct arena *arena,
               struct stay_question *question)
{
    struct stay_crossing *crossings =
        arena_array(arena, passage_count, sizeof(*crossings));
    size_t count = 0;

    if (crossings == NULL)
        return ERR_LIMIT;
    for (size_t i = passage_count; i-- > 0;) {
        if (passages[i].decision != DECISION_ADMIT)
            continue;
        crossings[count++] = (struct stay_crossing){
            .day = zone_date(api->zone, passages[i].time),
            .exit = passages[i].direction == DIRECTION_EXIT,
        };
    }
    question->crossings = crossings;
    question->crossing_count = count;
    return OK;
}

/* The newest admitted crossing, which must be an entry of this traveller. */
static const struct store_passage *
entry_find(const struct store_passage *passages, size_t count, int64_t person)
{
    for (size_t i = 0; i < count; i++) {
        if (passages[i].decision != DECISION_ADMIT)
            continue;
        if (passages[i].direction != DIRECTION_ENTRY ||
            passages[i].person != person)
            return NULL;
        return &passages[i];
    }
    return NULL;
}

/*
 * By the rule; and whoever may stay by a visa or a permit alone, of which
 * crossings tell nothing, by the one for short stays. STY 7.2
 */
static enum err
verdict_make(struct stay_question *question, struct arena *arena,
             struct overstay *out)
{
    enum err e = stay_judge(question, arena, &out->verdict);

    out->title_unknown = e == OK && out->verdict.status == STAY_NO_TITLE;
    if (!out->title_unknown)
        return e;
    question->rules = NULL;
    return stay_judge(question, arena, &out->verdict);
}

static enum err
passages_judge(const struct api *api, const struct overstay_rules *rules,
               size_t count, struct arena *arena, struct overstay *out)
{
    struct stay_question question = {.rules = rules->rules, .on = rules->on};
    size_t documents;
    enum err e = store_documents(api->store, out->person.id, arena,
                                 &out->document, 1, &documents);

    if (e == OK)
        e = crossings_make(api, rules->passages, count, arena, &question);
    if (e != OK)
        return e;
    question.traveller.nationality = out->person.nationality;
    question.traveller.document_code = out->document.code;
    question.traveller.country = rules->country;
    return verdict_make(&question, arena, out);
}

/*
 * Most who are inside have come once, and not long ago: they are no further
 * looked at. The day of entry and the date count, both.
 */
static bool
is_recent(const struct api *api, const struct overstay_rules *rules,
          const struct store_person *person)
{
    int32_t entry = zone_date(api->zone, person->admitted).days;

    return person->entries == 1 && person->exits == 0 &&
           rules->on.days - entry < stay_rules_days_min(rules->rules);
}

enum err
overstay_judge(const struct api *api, const struct overstay_rules *rules,
               const struct store_person *person, struct arena *arena,
               struct overstay *out, bool *over)
{
    const struct identity identity = {
        .surname = person->surname,
        .given_names = person->given_names,
        .date_of_birth = person->date_of_birth,
        .sex = person->sex,
        .nationality = person->nationality,
    };
    struct store_person group[STORE_GROUP_MAX];
    struct store_journey journey = {.persons = group};
    const struct store_passage *entry;
    size_t count = 0;
    enum err e;

    *over = false;
    *out = (struct overstay){.person = *person};
    journey.since =
        zone_day_start(api->zone, (struct date){rules->on.days - HISTORY_DAYS});
    e = store_group(api->store, &identity, arena, group, STORE_GROUP_MAX,
                    &journey.person_count);
    if (e != OK || (journey.person_count == 1 && is_recent(api, rules, person)))
        return e;
    e = store_passages(api->store, &journey, arena, rules->passages,
                       STORE_PASSAGES_MAX, &count);
    entry = e == OK ? entry_find(rules->passages, count, person->id) : NULL;
    if (entry == NULL)
        return e;
    out->entry = *entry;
    e = passages_judge(api, rules, count, arena, out);
    *over = e == OK && out->verdict.answer.is_over;
    return e;
}

void
render_day(struct json_writer *j, const char *key, struct date day)
{
    uint8_t text[DATE_TEXT_SIZE];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    date_write(&w, day);
    json_pair_text(j, key, writer_done(&w));
}

void
overstay_render(struct json_writer *j, const struct overstay *overstay,
                struct date on)
{
    const struct store_person *person = &overstay->person;
    const struct stay_verdict *verdict = &overstay->verdict;
    const struct date since = verdict->answer.over_since;
    uint8_t limit[16];
    struct writer w;

    writer_init(&w, limit, sizeof(limit));
    stay_limit_write(&w, &verdict->limit);
    json_begin_object(j);
    json_pair_text(j, "surname", person->surname);
    json_pair_text(j, "given_names", person->given_names);
    json_pair_text(j, "nationality", person->nationality);
    json_pair_text(j, "date_of_birth", person->date_of_birth);
    json_pair_text(j, "sex", person->sex);
    json_key(j, "document");
    render_document(j, &overstay->document);
    render_record(j, "entry", &overstay->entry.record);
    render_time(j, "entered", overstay->entry.time);
    json_pair_text(j, "rule", verdict->rule);
    json_pair_text(j, "limit", writer_done(&w));
    json_pair_boolean(j, "title_unknown", overstay->title_unknown);
    json_pair_integer(j, "days_used", verdict->answer.days_used);
    render_day(j, "since", since);
    json_pair_integer(j, "days_over", on.days - since.days + 1);
    json_pair_integer(j, "exits_missing", verdict->exits_missing);
    json_pair_integer(j, "entries_missing", verdict->entries_missing);
    json_end_object(j);
}
