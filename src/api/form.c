#include "api/form.h"

#include "api/normal.h"
#include "record/name.h"
#include "record/word.h"

/* The pointer from the whole body's root; the part's own when no room is left.
 */
static const char *
pointer_whole(struct form *form, const char *pointer)
{
    struct bytes base = bytes_of(form->base);
    struct bytes own = bytes_of(pointer);
    size_t size = base.size + own.size + 1;
    struct writer w;
    char *text;

    if (form->base == NULL)
        return pointer;
    text = arena_take(&form->call->request->arena, size);
    if (text == NULL)
        return pointer;
    writer_init(&w, text, size - 1); /* arena_take() left a NUL at the end */
    writer_bytes(&w, base);
    writer_bytes(&w, own);
    return text;
}

void
form_refuse(struct form *form, const char *pointer, const char *detail,
            const char *clause)
{
    struct member_errors *errors = &form->errors;

    if (errors->count < MEMBER_ERRORS_MAX)
        errors->items[errors->count++] =
            (struct member_error){pointer_whole(form, pointer), detail, clause};
}

/* "application/json", in any case, with any parameters. */
static bool
is_json(struct bytes type)
{
    static const char json[] = "application/json";
    struct bytes rest = type;
    struct bytes media = bytes_trim(bytes_split(&rest, ';'));

    if (media.size != sizeof(json) - 1)
        return false;
    for (size_t i = 0; i < media.size; i++) {
        uint8_t c = media.p[i];

        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        if (c != (uint8_t)json[i])
            return false;
    }
    return true;
}

bool
form_open(struct form *form, const struct api *api, struct api_call *call)
{
    struct fault fault = {0};

    *form = (struct form){.api = api, .call = call};
    if (!is_json(call->request->content_type)) {
        problem_status(api, call, 415, "API 1.5",
                       "the Content-Type must be application/json");
        return false;
    }
    if (json_parse(call->request->body, &form->owned, &fault) != OK) {
        problem_fault(api, call, &fault);
        return false;
    }
    form->root = form->owned;
    if (json_kind(form->root) == JSON_OF_OBJECT)
        return true;
    form_refuse(form, "", "the body must be an object", "API 2.3");
    problem_members(api, call, &form->errors);
    json_close(form->owned);
    return false;
}

bool
form_enter(struct form *form, const struct form_part *part, struct form *inner)
{
    const struct json *object = json_member(form->root, part->name);

    if (part->optional && !form_has(form, part->name))
        return false;
    if (json_kind(object) != JSON_OF_OBJECT) {
        form_refuse(form, part->pointer, "an object is wanted", "API 2.4");
        return false;
    }
    if (!json_only(object, part->members, part->member_count))
        form_refuse(form, part->pointer,
                    "there is a member that the resource has not", "API 2.4");
    *inner = *form;
    inner->root = object;
    inner->base = part->pointer;
    return true;
}

void
form_leave(struct form *form, const struct form *inner)
{
    form->errors = inner->errors;
}

bool
form_has(const struct form *form, const char *name)
{
    enum json_kind kind = json_kind(json_member(form->root, name));

    return kind != JSON_NONE && kind != JSON_OF_NULL;
}

/* Control characters are those of ASCII, DEL, and U+0080 to U+009F. */
static bool
is_plain(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.p[i] < 0x20 || text.p[i] == 0x7f)
            return false;
        if (text.p[i] == 0xc2 && i + 1 < text.size && text.p[i + 1] < 0xa0)
            return false;
    }
    return true;
}

static struct bytes
text_take(struct form *form, const struct json *value,
          const struct form_rule *rule)
{
    struct bytes text = {0};
    struct bytes copy;

    if (!json_get_text(value, &text)) {
        form_refuse(form, rule->pointer, "a text is wanted", "API 2.4");
        return (struct bytes){0};
    }
    if (text.size > rule->size_max || (text.size == 0 && !rule->may_empty)) {
        form_refuse(form, rule->pointer,
                    text.size == 0 ? "the text is empty"
                                   : "the text is too long",
                    "API 2.4");
        return (struct bytes){0};
    }
    if (!rule->raw && !is_plain(text))
        form_refuse(form, rule->pointer, "the text holds control characters",
                    "API 2.4");
    copy = arena_copy(&form->call->request->arena, text);
    if (copy.p == NULL)
        form_refuse(form, rule->pointer, "the text is too long", "API 2.4");
    return copy;
}

struct bytes
form_text(struct form *form, const struct form_rule *rule)
{
    if (rule->optional && !form_has(form, rule->name))
        return (struct bytes){0};
    if (!form_has(form, rule->name)) {
        form_refuse(form, rule->pointer, "the member is missing", "API 2.4");
        return (struct bytes){0};
    }
    return text_take(form, json_member(form->root, rule->name), rule);
}

size_t
form_texts(struct form *form, const struct form_rule *rule, size_t max,
           struct bytes *out)
{
    const struct json *array = json_member(form->root, rule->name);
    size_t count = json_count(array);

    if (json_kind(array) != JSON_OF_ARRAY || count == 0 || count > max) {
        form_refuse(form, rule->pointer,
                    "an array of texts is wanted, with one at least and as "
                    "many as the clause allows",
                    "API 2.4");
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = text_take(form, json_item(array, i), rule);
    return count;
}

bool
form_boolean(struct form *form, const char *name, const char *pointer)
{
    bool value = false;

    if (form_has(form, name) &&
        !json_get_boolean(json_member(form->root, name), &value))
        form_refuse(form, pointer, "true or false is wanted", "API 2.4");
    return value;
}

uint64_t
form_number(struct form *form, const char *name, const char *pointer,
            uint64_t max, uint64_t absent)
{
    int64_t value = 0;

    if (!form_has(form, name))
        return absent;
    if (!json_get_integer(json_member(form->root, name), &value) || value < 0 ||
        (uint64_t)value > max) {
        form_refuse(form, pointer, "a whole number is wanted, not so large",
                    "API 2.4");
        return absent;
    }
    return (uint64_t)value;
}

bool
form_day(struct form *form, const char *name, const char *pointer,
         struct date *out)
{
    struct form_rule rule = {
        .name = name, .pointer = pointer, .size_max = 64, .optional = true};
    struct bytes text = form_text(form, &rule);

    if (text.p == NULL)
        return false;
    if (date_parse(text, out) == OK)
        return true;
    form_refuse(form, pointer, "a day like 2026-07-01 is wanted", "API 2.4");
    return false;
}

uint64_t
form_record(struct form *form, const char *name, const char *pointer)
{
    struct form_rule rule = {
        .name = name, .pointer = pointer, .size_max = RECORD_NAME_SIZE_MAX};
    struct bytes text = form_text(form, &rule);
    struct record_name record = {0};

    if (text.p == NULL)
        return 0;
    if (record_name_parse(text, &record) != OK) {
        form_refuse(form, pointer, "a name like durres/183 is wanted",
                    "API 2.4");
        return 0;
    }
    /* No log has so many entries: the keeper will find none. */
    if (!bytes_equal(record.node, form->api->node))
        return EVENT_INDEX_MAX;
    return record.index;
}

enum direction
form_direction(struct form *form)
{
    static const struct form_rule rule = {
        .name = "direction", .pointer = "/direction", .size_max = 64};
    enum direction direction = DIRECTION_ENTRY;
    struct bytes text = form_text(form, &rule);

    if (text.p != NULL && !direction_parse(text, &direction))
        form_refuse(form, rule.pointer, "entry or exit is wanted", "API 4.1");
    return direction;
}

enum decision
form_decision(struct form *form)
{
    static const struct form_rule rule = {
        .name = "decision", .pointer = "/decision", .size_max = 64};
    enum decision decision = DECISION_ADMIT;
    struct bytes text = form_text(form, &rule);

    if (text.p != NULL && !decision_parse(text, &decision))
        form_refuse(form, rule.pointer, "admit, refuse or hand_over is wanted",
                    "API 4.2");
    return decision;
}

enum verdict
form_verdict(struct form *form)
{
    static const struct form_rule rule = {
        .name = "verdict", .pointer = "/verdict", .size_max = 64};
    enum verdict verdict = VERDICT_UNSURE;
    struct bytes text = form_text(form, &rule);

    if (text.p != NULL && !verdict_parse(text, &verdict))
        form_refuse(form, rule.pointer, "same, other or unsure is wanted",
                    "API 4.13");
    return verdict;
}

struct bytes
form_voyage(struct form *form, bool optional)
{
    struct form_rule rule = {.name = "voyage",
                             .pointer = "/voyage",
                             .size_max = VOYAGE_SIZE_MAX,
                             .optional = optional,
                             .may_empty = optional};
    struct bytes text = form_text(form, &rule);
    struct bytes normal = {0};

    if (text.size > 0 &&
        normal_code(text, &form->call->request->arena, &normal) != OK)
        form_refuse(form, rule.pointer, "letters and digits are wanted",
                    "API 4.18");
    return normal;
}

uint16_t
form_reasons(struct form *form, enum decision decision)
{
    static const struct form_rule rule = {
        .name = "reasons", .pointer = "/reasons", .size_max = 1};
    const struct json *array = json_member(form->root, rule.name);
    struct bytes letters[9];
    size_t count = 0;
    uint16_t reasons = 0;

    if (form_has(form, rule.name) &&
        (json_kind(array) != JSON_OF_ARRAY || json_count(array) > 0))
        count = form_texts(form, &rule, 9, letters);
    for (size_t i = 0; i < count; i++) {
        uint16_t bit = 0;

        if (letters[i].p == NULL)
            continue;
        if (!reason_parse(letters[i], &bit) || (reasons & bit) != 0)
            form_refuse(form, rule.pointer,
                        "letters A to I are wanted, each once", "API 4.2");
        reasons |= bit;
    }
    if (decision == DECISION_REFUSE && count == 0 && form->errors.count == 0)
        form_refuse(form, rule.pointer, "a refusal needs a reason", "API 4.2");
    if (decision != DECISION_REFUSE && count > 0)
        form_refuse(form, rule.pointer, "only a refusal has reasons",
                    "API 4.2");
    return reasons;
}

struct bytes
form_lane(struct form *form)
{
    static const struct form_rule rule = {.name = "lane",
                                          .pointer = "/lane",
                                          .size_max = LANE_SIZE_MAX,
                                          .optional = true,
                                          .may_empty = true};

    return form_text(form, &rule);
}

struct instant
form_instant(struct form *form, const char *name, const char *pointer)
{
    struct form_rule rule = {.name = name, .pointer = pointer, .size_max = 64};
    struct bytes text = form_text(form, &rule);
    struct instant instant = {0};

    if (text.p == NULL)
        return instant;
    if (instant_parse(text, &instant) != OK || instant.ms < 0) {
        form_refuse(form, pointer,
                    "a moment like 2026-07-01T14:03:27Z is wanted", "API 2.6");
        return (struct instant){0};
    }
    return instant;
}

struct instant
form_time(struct form *form)
{
    struct ask *ask = &form->call->ask;

    if (!form_has(form, "time"))
        return form->call->now;
    if (!form->api->sample) {
        form_refuse(form, "/time",
                    "only sample nodes take a time from a request", "API 2.6");
        return form->call->now;
    }
    ask->time = form_instant(form, "time", "/time");
    ask->has_time = true;
    return ask->time;
}

bool
form_close(struct form *form, const char *const *names, size_t count)
{
    if (!json_only(form->root, names, count))
        form_refuse(form, "", "there is a member that the resource has not",
                    "API 2.4");
    json_close(form->owned);
    form->root = NULL;
    if (form->errors.count == 0)
        return true;
    problem_members(form->api, form->call, &form->errors);
    return false;
}
