/* POST /v1/alerts: a single alert on a document or a person. API 4.14 */
#include "api/form.h"
#include "api/normal.h"
#include "api/recorded.h"
#include "screen/screen.h"

#define NUMBER_SIZE_MAX 22 /* as a document by hand has it */

static void
code_take(struct form *form, const struct form_rule *rule, struct bytes *out)
{
    struct bytes text = form_text(form, rule);

    if (text.size > 0 &&
        normal_code(text, &form->call->request->arena, out) != OK)
        form_refuse(form, rule->pointer,
                    "the text cannot stand in a travel document", "API 2.7");
}

static void
document_take(struct form *form, struct alert_put *alert)
{
    static const char *const members[] = {"issuing_state", "document_number",
                                          "document_code"};
    static const struct form_part part = {.name = "document",
                                          .pointer = "/document",
                                          .members = members,
                                          .member_count = 3};
    struct form inner;

    alert->kind = ALERT_DOCUMENT;
    if (!form_enter(form, &part, &inner))
        return;
    code_take(&inner, FORM_RULE("issuing_state", 3, false),
              &alert->issuing_state);
    code_take(&inner, FORM_RULE("document_number", NUMBER_SIZE_MAX, false),
              &alert->number);
    code_take(&inner, FORM_RULE("document_code", 2, true),
              &alert->document_type);
    form_leave(form, &inner);
}

static void
other_names_take(struct form *form, struct alert_put *alert)
{
    static const struct form_rule rule = {.name = "other_names",
                                          .pointer = "/other_names",
                                          .size_max = NAME_SIZE_MAX};

    if (form_has(form, rule.name))
        alert->other_name_count =
            form_texts(form, &rule, ALERT_NAMES_MAX, alert->other_names);
}

/* "1974", "1974-08", "1974-08-12", or "1970/1974". */
static bool
born_valid(struct bytes born)
{
    struct bytes rest = born;
    struct bytes from = bytes_split(&rest, '/');
    struct birth birth;
    bool known = false;
    bool range = from.size < born.size;

    if (birth_parse(from, &birth, &known) != OK || !known)
        return false;
    return !range || (birth_parse(rest, &birth, &known) == OK && known);
}

static void
person_take(struct form *form, struct alert_put *alert)
{
    static const char *const members[] = {
        "surname", "given_names", "other_names", "born", "sex", "nationality"};
    static const struct form_part part = {.name = "person",
                                          .pointer = "/person",
                                          .members = members,
                                          .member_count = 6};
    struct form inner;

    alert->kind = ALERT_PERSON;
    if (!form_enter(form, &part, &inner))
        return;
    alert->surname =
        form_text(&inner, FORM_RULE("surname", NAME_SIZE_MAX, false));
    alert->given_names =
        form_text(&inner, FORM_RULE("given_names", NAME_SIZE_MAX, true));
    other_names_take(&inner, alert);
    alert->born = form_text(&inner, FORM_RULE("born", BORN_SIZE_MAX, true));
    if (alert->born.size > 0 && !born_valid(alert->born))
        form_refuse(&inner, "/born",
                    "1974, 1974-08, 1974-08-12 or 1970/1974 is wanted",
                    "API 4.14");
    code_take(&inner, FORM_RULE("sex", 1, true), &alert->sex);
    code_take(&inner, FORM_RULE("nationality", 3, true), &alert->nationality);
    form_leave(form, &inner);
}

/* Which reasons go with what, is in REC; here that there is such a word. */
static uint8_t
reason_take(struct form *form)
{
    struct bytes word = form_text(form, FORM_RULE("reason", 32, false));
    enum list_reason reason = LIST_REASON_NONE;

    if (word.size > 0 && list_reason_parse(word, &reason) != OK)
        form_refuse(form, "/reason", "no reason of alerts", "API 4.14");
    return (uint8_t)reason;
}

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {
        "document", "person", "reason", "action", "owner", "expires", "time"};
    struct event event = {.type = EVENT_ALERT_PUT,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct alert_put *alert = &event.alert_put;
    struct form form;
    struct date day;

    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    if (form_has(&form, "document") == form_has(&form, "person"))
        form_refuse(&form, "", "there must be either document or person",
                    "API 4.14");
    else if (form_has(&form, "document"))
        document_take(&form, alert);
    else
        person_take(&form, alert);
    alert->reason = reason_take(&form);
    alert->action =
        form_text(&form, FORM_RULE("action", ALERT_ACTION_SIZE_MAX, false));
    alert->owner = form_text(&form, FORM_RULE("owner", OWNER_SIZE_MAX, false));
    alert->expires =
        form_text(&form, FORM_RULE("expires", DATE_SIZE_MAX, true));
    if (alert->expires.size > 0 && date_parse(alert->expires, &day) != OK)
        form_refuse(&form, "/expires", "a day like 2026-07-01 is wanted",
                    "API 4.14");
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    if (!ask_key(api, call))
        return;
    alert->key = call->ask.key;
    (void)ask_append(api, call, &event);
}

const struct route route_alerts = {.id = ROUTE_ALERTS,
                                   .path = "/v1/alerts",
                                   .method = METHOD_POST,
                                   .begin = begin,
                                   .finish = recorded};
