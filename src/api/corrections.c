/*
 * POST /v1/corrections: what an earlier record should have said. That record
 * stays; what is derived from it changes. API 4.4
 */
#include "api/form.h"
#include "api/normal.h"
#include "api/recorded.h"
#include "record/word.h"
#include "store/store.h"

/* What the text of a field is made of. */
enum field_kind {
    FIELD_WORD,
    FIELD_NAME,
    FIELD_CODE,
    FIELD_DATE,
    FIELD_VERDICT, /* of a link: not the field of a crossing */
    FIELD_STATE    /* of an incident, likewise */
};

static const struct {
    const char *name;
    enum field_kind kind;
} fields[] = {
    {"direction", FIELD_WORD},       {"decision", FIELD_WORD},
    {"reasons", FIELD_WORD},         {"lane", FIELD_WORD},
    {"document_code", FIELD_CODE},   {"issuing_state", FIELD_CODE},
    {"document_number", FIELD_CODE}, {"surname", FIELD_NAME},
    {"given_names", FIELD_NAME},     {"nationality", FIELD_CODE},
    {"date_of_birth", FIELD_DATE},   {"sex", FIELD_CODE},
    {"date_of_expiry", FIELD_DATE},  {"optional_data_1", FIELD_CODE},
    {"optional_data_2", FIELD_CODE}, {"verdict", FIELD_VERDICT},
    {"state", FIELD_STATE},
};

#define FIELDS_SIZE (sizeof(fields) / sizeof(fields[0]))

static size_t
field_find(struct bytes name)
{
    size_t i = 0;

    while (i < FIELDS_SIZE && !bytes_equal(name, bytes_of(fields[i].name)))
        i++;
    return i;
}

/* The value as a scanned document would have it. */
static void
value_settle(struct form *form, struct correction *correction)
{
    struct arena *arena = &form->call->request->arena;
    size_t field = field_find(correction->field);
    enum verdict verdict;
    bool ok = true;

    if (field == FIELDS_SIZE) {
        form_refuse(form, "/field", "no field that can be corrected",
                    "API 4.4");
        return;
    }
    if (fields[field].kind == FIELD_NAME)
        ok = normal_name(correction->value, arena, &correction->value) == OK;
    if (fields[field].kind == FIELD_CODE)
        ok = normal_code(correction->value, arena, &correction->value) == OK;
    if (fields[field].kind == FIELD_DATE)
        ok = normal_date(correction->value);
    if (fields[field].kind == FIELD_VERDICT)
        ok = verdict_parse(correction->value, &verdict) &&
             verdict != VERDICT_UNSURE;
    else if (fields[field].kind == FIELD_STATE)
        ok = bytes_equal(correction->value, BYTES("closed"));
    else
        ok = ok && store_correctable(correction->field, correction->value);
    if (!ok)
        form_refuse(form, "/value", "the field cannot have this value",
                    "API 4.4");
}

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"record", "field", "value", "reason",
                                        "time"};
    struct event event = {.type = EVENT_CORRECTION,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct correction *correction = &event.correction;
    struct form form;

    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    correction->node = api->node;
    correction->index = form_record(&form, "record", "/record");
    correction->field =
        form_text(&form, FORM_RULE("field", FIELD_SIZE_MAX, false));
    correction->value =
        form_text(&form, &(const struct form_rule){.name = "value",
                                                   .pointer = "/value",
                                                   .size_max = VALUE_SIZE_MAX,
                                                   .may_empty = true});
    correction->reason =
        form_text(&form, FORM_RULE("reason", REASON_SIZE_MAX, false));
    if (form.errors.count == 0)
        value_settle(&form, correction);
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    if (!ask_key(api, call))
        return;
    correction->key = call->ask.key;
    (void)ask_append(api, call, &event);
}

const struct route route_corrections = {.id = ROUTE_CORRECTIONS,
                                        .path = "/v1/corrections",
                                        .method = METHOD_POST,
                                        .begin = begin,
                                        .finish = recorded};
