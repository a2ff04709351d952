#include "api/render_inspect.h"

#include "api/render.h"
#include "record/name.h"

/* "durres-183-0" */
#define HIT_ID_SIZE_MAX (RECORD_NAME_SIZE_MAX + 4)

void
render_hit_id(const struct api *api, struct json_writer *j, const char *key,
              const struct hit_id *id)
{
    uint8_t text[HIT_ID_SIZE_MAX];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    hit_id_write(&w, api->node, id);
    json_pair_text(j, key, writer_done(&w));
}

static void
pair_word(struct json_writer *j, const char *key, const char *word)
{
    json_pair_text(j, key, bytes_of(word));
}

static void
finding_render(const struct api *api, struct json_writer *j, uint64_t index,
               const struct finding *finding)
{
    json_begin_object(j);
    pair_word(j, "code", finding_word(finding->code));
    pair_word(j, "severity", severity_word(finding->severity));
    pair_word(j, "title", finding_title(finding->code));
    json_pair_text(j, "evidence", finding->evidence);
    pair_word(j, "next", finding_next(finding->code));
    pair_word(j, "clause", finding_clause(finding->code));
    if (finding->number != 0)
        json_pair_integer(j, "number", finding->number);
    if (finding->hit >= 0)
        render_hit_id(api, j, "hit",
                      &(struct hit_id){index, (uint8_t)finding->hit});
    if (finding->has_record)
        render_record(j, "record", &finding->record);
    json_end_object(j);
}

void
render_reasons(struct json_writer *j, const uint8_t *reasons, size_t count)
{
    json_key(j, "reasons");
    json_begin_array(j);
    for (size_t i = 0; i < count; i++) {
        const char *text = score_reason_text(reasons[i]);

        if (text != NULL)
            json_put_text(j, bytes_of(text));
    }
    json_end_array(j);
}

static void
hit_render(const struct api *api, struct json_writer *j,
           const struct hit_id *id, const struct inspect_hit *hit)
{
    static const char *const status[] = {[SETTLED_NOT] = "open",
                                         [SETTLED_SAME] = "same",
                                         [SETTLED_OTHER] = "other",
                                         [SETTLED_UNSURE] = "unsure",
                                         [SETTLED_OTHER_ELSEWHERE] = "other"};
    const struct screen_hit *found = &hit->hit;

    json_begin_object(j);
    render_hit_id(api, j, "id", id);
    pair_word(j, "kind", found->kind == HIT_NAME ? "name" : "document");
    json_pair_text(j, "list", found->list);
    json_pair_text(j, "entry", found->entry);
    json_pair_integer(j, "score", found->points);
    render_reasons(j, found->reasons, found->reason_count);
    pair_word(j, "reason", list_reason_word(found->reason));
    json_pair_text(j, "name", found->name);
    json_pair_text(j, "action", found->action);
    pair_word(j, "status", status[hit->settled]);
    json_end_object(j);
}

static void
pair_day(struct json_writer *j, const char *key, bool has, struct date date)
{
    uint8_t text[DATE_TEXT_SIZE];
    struct writer w;

    json_key(j, key);
    if (!has) {
        json_put_null(j);
        return;
    }
    writer_init(&w, text, sizeof(text));
    date_write(&w, date);
    json_put_text(j, writer_done(&w));
}

static void
limit_render(struct json_writer *j, const struct stay_limit *limit)
{
    uint8_t text[16];
    struct writer w;

    json_key(j, "limit");
    if (limit->window == 0) {
        json_put_null(j);
        return;
    }
    writer_init(&w, text, sizeof(text));
    writer_decimal(&w, limit->days);
    writer_text(&w, "/");
    writer_decimal(&w, limit->window);
    json_put_text(j, writer_done(&w));
}

static void
stay_render(struct json_writer *j, const struct stay_verdict *stay)
{
    static const char *const status[] = {[STAY_FREE] = "free",
                                         [STAY_WITHIN] = "within",
                                         [STAY_OVER] = "over",
                                         [STAY_NO_TITLE] = "no_title",
                                         [STAY_NOT_VALID] = "not_valid"};
    const struct stay_answer *answer = &stay->answer;

    json_begin_object(j);
    json_pair_text(j, "rule", stay->rule);
    pair_word(j, "status", status[stay->status]);
    limit_render(j, &stay->limit);
    pair_day(j, "window_start", stay->limit.window > 0, answer->window_start);
    json_pair_integer(j, "days_used", answer->days_used);
    json_pair_integer(j, "days_remaining", answer->days_remaining);
    json_pair_integer(j, "max_stay_if_entering", answer->max_stay);
    pair_day(j, "last_allowed_day", answer->has_last_allowed,
             answer->last_allowed);
    pair_day(j, "first_overstay_day", answer->has_first_overstay,
             answer->first_overstay);
    json_pair_integer(j, "overstay_days", answer->overstay_days);
    json_end_object(j);
}

static void
similar_render(struct json_writer *j, const struct store_person *person,
               const struct inspect_similar *similar)
{
    json_begin_object(j);
    json_key(j, "traveller");
    json_begin_object(j);
    json_pair_text(j, "surname", person->surname);
    json_pair_text(j, "given_names", person->given_names);
    json_pair_text(j, "date_of_birth", person->date_of_birth);
    json_pair_text(j, "sex", person->sex);
    json_pair_text(j, "nationality", person->nationality);
    json_end_object(j);
    json_pair_boolean(j, "inside", similar->inside);
    json_pair_boolean(j, "same_document", similar->same_document);
    json_pair_integer(j, "score", similar->points);
    render_reasons(j, similar->reasons, similar->reason_count);
    json_end_object(j);
}

/* How old what is known is, in seconds; null of a list that cannot be asked. */
static void
lists_render(struct json_writer *j, const struct question_list *lists,
             size_t count)
{
    json_begin_array(j);
    for (size_t i = 0; i < count; i++) {
        int64_t age_s = lists[i].age_s < 0 ? 0 : lists[i].age_s;

        json_begin_object(j);
        json_pair_text(j, "name", lists[i].name);
        json_key(j, "age_s");
        if (lists[i].ready)
            json_put_integer(j, age_s);
        else
            json_put_null(j);
        json_end_object(j);
    }
    json_end_array(j);
}

void
render_question(const struct api *api, struct json_writer *j, uint64_t index,
                const struct question *question)
{
    const struct inspect_answer *answer = &question->answer;
    size_t hit_count = question->input.hit_count;

    pair_word(j, "recommendation", recommendation_word(answer->recommendation));
    json_key(j, "findings");
    json_begin_array(j);
    for (size_t i = 0; i < answer->finding_count; i++)
        finding_render(api, j, index, &answer->findings[i]);
    json_end_array(j);
    json_key(j, "hits");
    json_begin_array(j);
    for (size_t i = 0; i < hit_count; i++)
        hit_render(api, j, &(struct hit_id){index, (uint8_t)i},
                   &question->hits[i]);
    json_end_array(j);
    json_pair_integer(j, "hits_more",
                      (int64_t)(question->hit_total - hit_count));
    json_key(j, "stay");
    if (answer->has_stay)
        stay_render(j, &answer->stay);
    else
        json_put_null(j);
    json_key(j, "similar");
    json_begin_array(j);
    for (size_t i = 0; i < question->input.similar_count; i++)
        similar_render(j, &question->similar_persons[i], &question->similar[i]);
    json_end_array(j);
    json_key(j, "lists");
    lists_render(j, question->lists, question->list_count);
}
