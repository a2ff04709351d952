/*
 * POST /v1/searches: who used a document, or who has a name and a day of birth,
 * with all crossings. The look is recorded before it is answered. API 4.6
 */
#include "api/call_int.h"
#include "api/form.h"
#include "api/history.h"
#include "api/normal.h"
#include "api/render.h"
#include "store/known.h"
#include "tlog/checkpoint.h"
#include "tlog/view.h"

/* "ALB/BA1234567" */
static void
document_take(struct form *form, struct access *access)
{
    struct arena *arena = &form->call->request->arena;
    struct bytes number = form_text(
        form, FORM_RULE("document", STATE_SIZE_MAX + DOCUMENT_NUMBER_SIZE_MAX,
                        false));
    struct bytes state = bytes_split(&number, '/');

    access->kind = ACCESS_DOCUMENT;
    if (form->errors.count > 0)
        return;
    if (normal_code(state, arena, &access->issuing_state) != OK ||
        normal_code(number, arena, &access->number) != OK ||
        access->issuing_state.size == 0 || access->issuing_state.size > 3 ||
        access->number.size == 0)
        form_refuse(form, "/document", "a text like ALB/BA1234567 is wanted",
                    "API 4.6");
}

static void
name_take(struct form *form, const struct form_rule *rule, struct bytes *out)
{
    struct bytes text = form_text(form, rule);

    if (text.size > 0 &&
        (normal_name(text, &form->call->request->arena, out) != OK ||
         out->size > NAME_SIZE_MAX))
        form_refuse(form, rule->pointer,
                    "the text cannot stand in a travel document", "API 2.7");
}

static void
person_take(struct form *form, struct access *access)
{
    access->kind = ACCESS_PERSON;
    name_take(form, FORM_RULE("surname", NAME_SIZE_MAX, false),
              &access->surname);
    name_take(form, FORM_RULE("given_names", NAME_SIZE_MAX, true),
              &access->given_names);
    access->date_of_birth =
        form_text(form, FORM_RULE("date_of_birth", DATE_SIZE_MAX, false));
    if (access->date_of_birth.size > 0 && !normal_date(access->date_of_birth))
        form_refuse(form, "/date_of_birth", "a day like 1974-08-12 is wanted",
                    "API 2.7");
}

/*
 * Whether the tables hold crossings that no checkpoint covers: then the answer
 * waits for one, a quarter of a second at most, so that every receipt in it can
 * be checked.
 */
static bool
is_ahead(const struct api *api, struct arena *arena)
{
    const struct log_view view = {api->os, api->log, ""};
    size_t used = arena->used;
    uint8_t *block = arena_take(arena, NOTE_SIZE_MAX);
    struct checkpoint checkpoint;
    struct bytes text;
    struct note note;
    uint64_t folded = 0;
    bool covered;

    covered = block != NULL && api->store != NULL &&
              store_folded(api->store, &folded) == OK &&
              view_checkpoint(&view, block, NOTE_SIZE_MAX, &text) == OK &&
              note_parse(text, &note, NULL) == OK &&
              checkpoint_parse(note.text, &checkpoint, NULL) == OK &&
              checkpoint.size >= folded;
    arena->used = used;
    return !covered;
}

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"document",    "surname",
                                        "given_names", "date_of_birth",
                                        "purpose",     "time"};
    struct arena *arena = &call->request->arena;
    struct event event = {
        .type = EVENT_ACCESS, .actor = BYTES(API_ACTOR), .place = api->place};
    struct access *access = &event.access;
    struct form form;
    struct access *kept;

    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    access->purpose =
        form_text(&form, FORM_RULE("purpose", PURPOSE_SIZE_MAX, false));
    if (bytes_trim(access->purpose).size == 0)
        form_refuse(&form, "/purpose", "a look needs a purpose", "API 4.6");
    if (form_has(&form, "document") == form_has(&form, "surname"))
        form_refuse(&form, "", "there must be either document or surname",
                    "API 4.6");
    else if (form_has(&form, "document"))
        document_take(&form, access);
    else
        person_take(&form, access);
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    kept = arena_take(arena, sizeof(*kept));
    if (kept != NULL && ask_append(api, call, &event))
        *kept = event.access;
    call->state = kept;
    call->ask.wants_proof = is_ahead(api, arena);
}

static enum err
persons_read(const struct api *api, const struct access *access,
             struct arena *arena, struct store_person *out, size_t *count)
{
    struct store_name name = {access->surname, access->given_names,
                              access->date_of_birth};
    struct store_number number = {access->issuing_state, access->number};

    if (access->kind == ACCESS_DOCUMENT)
        return store_persons_by_document(api->store, &number, arena, out,
                                         HISTORY_TRAVELLERS_MAX, count);
    return store_persons_by_name(api->store, &name, arena, out,
                                 HISTORY_TRAVELLERS_MAX, count);
}

static bool
is_among(const struct store_person *persons, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (persons[i].id == id)
            return true;
    return false;
}

/* Whoever by officers' word is one of them too, as far as there is room: their
 * histories are one. API 4.17 */
static enum err
persons_join(const struct api *api, struct arena *arena,
             struct store_person persons[HISTORY_TRAVELLERS_MAX], size_t *count)
{
    struct store_person group[STORE_GROUP_MAX];
    size_t found = *count;
    size_t size = 0;
    enum err e = OK;

    for (size_t i = 0; i < found && e == OK; i++) {
        struct identity identity = {persons[i].surname, persons[i].given_names,
                                    persons[i].date_of_birth, persons[i].sex,
                                    persons[i].nationality};

        e = store_group(api->store, &identity, arena, group, STORE_GROUP_MAX,
                        &size);
        for (size_t k = 0; k < size && e == OK; k++)
            if (*count < HISTORY_TRAVELLERS_MAX &&
                !is_among(persons, *count, group[k].id))
                persons[(*count)++] = group[k];
    }
    return e;
}

static enum err
histories_read(const struct api *api, const struct access *access,
               struct arena *arena, struct history *out, size_t *count)
{
    struct store_person persons[HISTORY_TRAVELLERS_MAX];
    enum err e = store_read_begin(api->store);

    if (e != OK)
        return e;
    e = persons_read(api, access, arena, persons, count);
    if (e == OK)
        e = persons_join(api, arena, persons, count);
    for (size_t i = 0; e == OK && i < *count; i++) {
        out[i].person = persons[i];
        e = history_fill(api, arena, &out[i]);
    }
    store_read_end(api->store);
    return e;
}

static const char TOO_MUCH[] =
    "the look was recorded, but it finds too much: ask for less";

static void
histories_answer(const struct api *api, struct api_call *call,
                 const struct answer *answer, const struct history *histories,
                 size_t count)
{
    struct writer w;
    struct json_writer j = {.w = &w};

    answer_begin(call, &w);
    json_begin_object(&j);
    render_name(api, &j, "access", answer->index);
    json_key(&j, "travellers");
    json_begin_array(&j);
    for (size_t i = 0; i < count; i++)
        history_render(api, &j, &histories[i], answer->published);
    json_end_array(&j);
    render_sample(api, &j);
    json_end_object(&j);
    if (writer_end(&w) == OK)
        answer_json(call, &w, 200, "application/json");
    else
        problem_status(api, call, 422, "API 4.6", TOO_MUCH);
}

static void
finish(const struct api *api, struct api_call *call,
       const struct answer *answer)
{
    struct arena *arena = &call->request->arena;
    struct history *histories =
        arena_array(arena, HISTORY_TRAVELLERS_MAX, sizeof(*histories));
    size_t count = 0;
    enum err e = histories == NULL ? ERR_LIMIT : ERR_BUSY;

    if (histories != NULL && api->store != NULL)
        e = histories_read(api, call->state, arena, histories, &count);
    if (e == OK) {
        histories_answer(api, call, answer, histories, count);
        return;
    }
    if (e == ERR_LIMIT) {
        problem_status(api, call, 422, "API 4.6", TOO_MUCH);
        return;
    }
    call->store_failed = true;
    problem_status(api, call, 503, "API 4.6",
                   "the look was recorded, but the store cannot be read now");
}

const struct route route_searches = {.id = ROUTE_SEARCHES,
                                     .path = "/v1/searches",
                                     .method = METHOD_POST,
                                     .begin = begin,
                                     .finish = finish};
