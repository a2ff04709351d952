/*
 * Bodies of what screening and the booth's question rest on: nothing past a
 * bound, or against a clause, is encoded.
 */
#include "test.h"

#include "record/event.h"
#include "sample_events.h"

#include <string.h>

static uint8_t LONG[70000];

static struct bytes
text_of(size_t size)
{
    memset(LONG, 'A', sizeof(LONG));
    return (struct bytes){LONG, size};
}

static void
break_voyage(struct event *e)
{
    e->inspection.voyage = text_of(VOYAGE_SIZE_MAX + 1);
}

static void
break_recommendation(struct event *e)
{
    e->inspection.recommendation = RECOMMENDATION_MAX + 1;
}

static void
break_hits(struct event *e)
{
    e->inspection.hit_count = INSPECTION_HITS_MAX + 1;
}

static void
break_findings(struct event *e)
{
    e->inspection.finding_count = INSPECTION_FINDINGS_MAX + 1;
}

static void
break_resolved_hit(struct event *e)
{
    e->hit_resolution.hit = INSPECTION_HITS_MAX;
}

static void
break_resolved_list(struct event *e)
{
    e->hit_resolution.list = (struct bytes){0};
}

static void
break_resolved_entry(struct event *e)
{
    e->hit_resolution.entry = text_of(HIT_ENTRY_SIZE_MAX + 1);
}

static void
break_verdict(struct event *e)
{
    e->hit_resolution.verdict = (enum verdict)3;
}

static void
break_resolved_reason(struct event *e)
{
    e->hit_resolution.reason = (struct bytes){0};
}

static void
break_nobody(struct event *e)
{
    e->hit_resolution.identity = (struct identity){0};
}

static void
break_identity_sex(struct event *e)
{
    e->hit_resolution.identity.sex = BYTES("D");
}

static void
break_identity_birth(struct event *e)
{
    e->hit_resolution.identity.date_of_birth = BYTES("1974");
}

static void
break_alert_kind(struct event *e)
{
    e->alert_put.kind = (enum alert_kind)2;
}

static void
break_alert_number(struct event *e)
{
    e->alert_put.number = (struct bytes){0};
}

static void
break_alert_name(struct event *e)
{
    e->alert_put.surname = e->alert_put.given_names = (struct bytes){0};
}

static void
break_alert_names(struct event *e)
{
    e->alert_put.other_name_count = ALERT_NAMES_MAX + 1;
}

static void
break_alert_other_name(struct event *e)
{
    e->alert_put.other_names[1] = (struct bytes){0};
}

static void
break_alert_reason(struct event *e)
{
    e->alert_put.reason = 0;
}

static void
break_alert_reason_number(struct event *e)
{
    e->alert_put.reason = LIST_REASON_MAX + 1;
}

static void
break_alert_action(struct event *e)
{
    e->alert_put.action = text_of(ALERT_ACTION_SIZE_MAX + 1);
}

static void
break_alert_owner(struct event *e)
{
    e->alert_put.owner = (struct bytes){0};
}

static void
break_alert_expires(struct event *e)
{
    e->alert_put.expires = BYTES("2027-02-29");
}

static void
break_withdrawal_node(struct event *e)
{
    e->withdrawal.node = (struct bytes){0};
}

static void
break_withdrawal_index(struct event *e)
{
    e->withdrawal.index = EVENT_INDEX_MAX + 1;
}

static void
break_withdrawal_reason(struct event *e)
{
    e->withdrawal.reason = (struct bytes){0};
}

static void
break_list_name(struct event *e)
{
    e->list_imported.name = (struct bytes){0};
}

static void
break_list_source(struct event *e)
{
    e->list_imported.source = text_of(LIST_SOURCE_SIZE_MAX + 1);
}

static void
break_list_date(struct event *e)
{
    e->list_imported.list_date = BYTES("2026-XX-XX");
}

static void
break_list_entries(struct event *e)
{
    e->list_imported.entries = EVENT_INDEX_MAX + 1;
}

static void
break_manifest_voyage(struct event *e)
{
    e->manifest.voyage = (struct bytes){0};
}

static void
break_manifest_day(struct event *e)
{
    e->manifest.day = (struct bytes){0};
}

static void
break_manifest_no_day(struct event *e)
{
    e->manifest.day = BYTES("2026-02-30");
}

static void
break_order_nobody(struct event *e)
{
    e->exit_order.document.number = e->exit_order.document.date_of_birth =
        (struct bytes){0};
}

static void
break_order_deadline(struct event *e)
{
    e->exit_order.deadline.ms = INSTANT_MS_MAX + 1;
}

static void
break_order_reason(struct event *e)
{
    e->exit_order.reason = text_of(ORDER_REASON_SIZE_MAX + 1);
}

static void
break_link_verdict(struct event *e)
{
    e->person_linked.verdict = VERDICT_UNSURE;
}

static void
break_link_self(struct event *e)
{
    e->person_linked.b = e->person_linked.a;
}

static const struct {
    const char *sample;
    void (*break_it)(struct event *event);
    enum err e;
    const char *clause;
} STRUCT_CASES[] = {
    {"inspection_hits", break_voyage, ERR_LIMIT, "REC 4.6"},
    {"inspection_hits", break_recommendation, ERR_FORMAT, "REC 4.6"},
    {"inspection_hits", break_hits, ERR_LIMIT, "REC 4.15"},
    {"inspection_hits", break_findings, ERR_LIMIT, "REC 4.16"},
    {"hit_resolution", break_resolved_hit, ERR_FORMAT, "REC 4.17"},
    {"hit_resolution", break_resolved_list, ERR_FORMAT, "REC 4.17"},
    {"hit_resolution", break_resolved_entry, ERR_LIMIT, "REC 4.17"},
    {"hit_resolution", break_verdict, ERR_FORMAT, "REC 4.17"},
    {"hit_resolution", break_resolved_reason, ERR_FORMAT, "REC 4.17"},
    {"hit_resolution", break_nobody, ERR_FORMAT, "REC 4.17"},
    {"hit_resolution", break_identity_sex, ERR_FORMAT, "REC 4.17"},
    {"hit_resolution", break_identity_birth, ERR_FORMAT, "REC 4.17"},
    {"alert_person", break_alert_kind, ERR_FORMAT, "REC 4.18"},
    {"alert_document", break_alert_number, ERR_FORMAT, "REC 4.18"},
    {"alert_person", break_alert_name, ERR_FORMAT, "REC 4.18"},
    {"alert_person", break_alert_names, ERR_LIMIT, "REC 4.18"},
    {"alert_person", break_alert_other_name, ERR_FORMAT, "REC 4.18"},
    {"alert_person", break_alert_reason, ERR_FORMAT, "REC 4.18"},
    {"alert_person", break_alert_reason_number, ERR_FORMAT, "REC 4.18"},
    {"alert_document", break_alert_action, ERR_LIMIT, "REC 4.18"},
    {"alert_document", break_alert_owner, ERR_FORMAT, "REC 4.18"},
    {"alert_document", break_alert_expires, ERR_FORMAT, "REC 4.18"},
    {"withdrawal", break_withdrawal_node, ERR_FORMAT, "REC 3.1"},
    {"withdrawal", break_withdrawal_index, ERR_FORMAT, "REC 4.19"},
    {"withdrawal", break_withdrawal_reason, ERR_FORMAT, "REC 4.19"},
    {"list_imported", break_list_name, ERR_FORMAT, "REC 4.20"},
    {"list_imported", break_list_source, ERR_LIMIT, "REC 4.20"},
    {"list_imported", break_list_date, ERR_FORMAT, "REC 4.20"},
    {"list_imported", break_list_entries, ERR_FORMAT, "REC 4.20"},
    {"manifest", break_manifest_voyage, ERR_FORMAT, "REC 4.21"},
    {"manifest", break_manifest_day, ERR_FORMAT, "REC 4.21"},
    {"manifest", break_manifest_no_day, ERR_FORMAT, "REC 4.21"},
    {"exit_order", break_order_nobody, ERR_FORMAT, "REC 4.22"},
    {"exit_order", break_order_deadline, ERR_FORMAT, "REC 4.22"},
    {"exit_order", break_order_reason, ERR_LIMIT, "REC 4.22"},
    {"person_linked", break_link_verdict, ERR_FORMAT, "REC 4.23"},
    {"person_linked", break_link_self, ERR_FORMAT, "REC 4.23"},
};

static void
encodes_nothing_unlawful(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(STRUCT_CASES) / sizeof(STRUCT_CASES[0]);
         i++) {
        struct event event = *sample_event(STRUCT_CASES[i].sample);
        uint8_t block[EVENT_SIZE_MAX];
        struct fault fault = {0};
        struct writer w;

        writer_init(&w, block, sizeof(block));
        STRUCT_CASES[i].break_it(&event);
        assert_err(event_encode(&w, &event, &fault), STRUCT_CASES[i].e);
        assert_int_equal(fault.code, STRUCT_CASES[i].e);
        assert_string_equal(fault.clause, STRUCT_CASES[i].clause);
    }
}

/* REC 4.18 */
static void
knows_when_somebody_was_born(void **state)
{
    static const struct {
        const char *born;
        enum err e;
    } CASES[] = {
        {"", OK},
        {"1974", OK},
        {"1974-08", OK},
        {"2024-02-29", OK},
        {"1970/1974", OK},
        {"1974/1974", OK},
        {"1974-08/1975-01", OK},
        {"1974-08-12/1974-08-13", OK},
        {"1974-08-13/1974-08-12", ERR_FORMAT},
        {"1975/1974", ERR_FORMAT},
        {"1974/1975-01", ERR_FORMAT},
        {"1974-13", ERR_FORMAT},
        {"1974-00", ERR_FORMAT},
        {"2023-02-29", ERR_FORMAT},
        {"1974-XX-XX", ERR_FORMAT},
        {"0000", ERR_FORMAT},
        {"74", ERR_FORMAT},
        {"1974/", ERR_FORMAT},
        {"/1974", ERR_FORMAT},
        {"1974/1975/1976", ERR_FORMAT},
        {"1974-8-1", ERR_FORMAT},
        {"1974-08-12/1974-08-123", ERR_LIMIT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct event event = *sample_event("alert_person");
        uint8_t block[EVENT_SIZE_MAX];
        struct fault fault = {0};
        struct writer w;

        writer_init(&w, block, sizeof(block));
        event.alert_put.born = bytes_of(CASES[i].born);
        assert_err(event_encode(&w, &event, &fault), CASES[i].e);
        if (CASES[i].e != OK)
            assert_string_equal(fault.clause, "REC 4.18");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_nothing_unlawful),
        cmocka_unit_test(knows_when_somebody_was_born),
    };

    return TEST_RUN(tests);
}
