#include "api/question.h"

#include "api/known.h"
#include "api/subject.h"

static bool
copy(struct arena *arena, struct bytes *text)
{
    *text = arena_copy(arena, *text);
    return text->size == 0 || text->p != NULL;
}

/* The lists with their ages, and the one that has waited longest for its next
 * version. */
static enum err
lists_look(const struct screen_set *set, struct arena *arena,
           struct question *question)
{
    struct inspect_input *input = &question->input;

    question->lists =
        arena_array(arena, set->list_count + 1, sizeof(*question->lists));
    if (question->lists == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < set->list_count; i++) {
        const struct screen_list *list = &set->lists[i];
        struct question_list *out = &question->lists[i];

        out->name = list->name;
        out->ready = list->state == SCREEN_LIST_READY;
        out->age_s = (question->now.ms - list->imported.ms) / 1000;
        if (!copy(arena, &out->name))
            return ERR_LIMIT;
        if (!out->ready)
            input->screened = false;
        if (input->has_list && out->age_s <= input->oldest_list_age_s)
            continue;
        input->has_list = true;
        input->oldest_list = out->name;
        input->oldest_list_age_s = out->age_s;
    }
    question->list_count = set->list_count;
    return OK;
}

static enum err
hits_take(const struct screen_hit *hits, size_t count, struct arena *arena,
          struct question *question)
{
    for (size_t i = 0; i < count; i++) {
        struct screen_hit *hit = &question->hits[i].hit;

        *hit = hits[i];
        if (!copy(arena, &hit->list) || !copy(arena, &hit->entry) ||
            !copy(arena, &hit->name) || !copy(arena, &hit->action) ||
            !copy(arena, &hit->remark) || !copy(arena, &hit->issuing_state) ||
            !copy(arena, &hit->number))
            return ERR_LIMIT;
    }
    question->input.hit_count = count;
    return OK;
}

/* Hits on lists and alerts; what could not be asked leaves `screened` false. */
static enum err
screen(const struct api *api, const struct api_screening *screening,
       struct arena *arena, struct question *question)
{
    struct arena *scratch = screening->scratch;
    struct screen_hit hits[INSPECT_HITS_MAX];
    struct screen_query query = {.today = zone_date(api->zone, question->now)};
    struct subject_of subject;
    size_t total = 0;
    enum err e;

    if (screening->set == NULL)
        return OK;
    question->input.screened =
        !screening->set->alerts_missing && !screening->rules_missing;
    e = lists_look(screening->set, arena, question);
    if (e != OK || !question->scan->has_document)
        return e;
    subject_of(&question->scan->document, &subject);
    query.person = subject.person;
    arena_reset(scratch);
    e = screen_ask(screening->set, &query, scratch, hits, INSPECT_HITS_MAX,
                   &total);
    if (e != OK)
        question->input.screened = false;
    if (e != OK && e != ERR_CORRUPT)
        return OK;
    question->hit_total = total;
    return hits_take(hits, total < INSPECT_HITS_MAX ? total : INSPECT_HITS_MAX,
                     arena, question);
}

static void
input_begin(const struct api *api, struct question *question)
{
    const struct scan *scan = question->scan;

    question->input =
        (struct inspect_input){.has_document = scan->has_document,
                               .document = scan->document,
                               .fault_count = scan->fault_count,
                               .faults = scan->faults,
                               .now = question->now,
                               .zone = api->zone,
                               .direction = question->direction,
                               .country = api->country,
                               .lane = question->lane,
                               .position = api->position,
                               .accompanied = question->accompanied,
                               .permit = question->permit,
                               .hits = question->hits};
}

/* Tables that cannot be read are a finding, not the end of the question. */
static enum err
know(const struct api *api, struct api_call *call, struct question *question)
{
    enum err e = ERR_BUSY;

    question->input.history_known = !question->scan->has_document;
    if (question->input.history_known) /* of nobody */
        return OK;
    if (api->store != NULL)
        e = known_read(api, &call->request->arena, question);
    question->input.history_known = e == OK;
    question->history.known = e == OK;
    if (e == OK || e == ERR_LIMIT)
        return e;
    call->store_failed = true;
    question->history = (struct history_summary){0};
    return OK;
}

enum err
question_ask(const struct api *api, struct api_call *call,
             struct question *question)
{
    struct arena *arena = &call->request->arena;
    struct api_screening screening = {0};
    enum err e;

    input_begin(api, question);
    if (api->screening != NULL)
        api->screening(api->screening_context, &screening);
    question->input.rules = screening.rules;
    e = screen(api, &screening, arena, question);
    if (e == OK)
        e = know(api, call, question);
    if (e == OK)
        e = inspect(&question->input, arena, &question->answer);
    question->input.rules = NULL;
    if (e == OK && !copy(arena, &question->answer.stay.rule))
        e = ERR_LIMIT;
    return e;
}
