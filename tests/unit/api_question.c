/*
 * What a scan is answered with when not all can be looked at, and when there is
 * more than is shown: nothing refuses it, and nothing of what was in force is
 * needed once the question has been asked. API 4.1
 */
#include "asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/alerts.h"
#include "screen/set.h"

#define ALERTS 20
#define MEMORY (ALERTS_MEMORY(ALERTS) + (64u << 20))

static const struct asked scan =
    POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\"}");

/* What is in force, and whether it is given. */
struct force {
    struct api_screening screening;
    struct screen_set set;
    struct screen_list list;
    struct alerts alerts;
    struct alert_record records[ALERTS];
    char names[ALERTS][24];
    struct alert_put put;
    uint8_t *kept;
    uint8_t *scratch;
    struct arena kept_arena;
    struct arena scratch_arena;
};

static void
force_give(void *context, struct api_screening *out)
{
    const struct force *force = context;

    *out = force->screening;
}

static void
force_make(struct force *force, struct desk_made *f)
{
    *force = (struct force){
        .put = {.kind = ALERT_DOCUMENT,
                .issuing_state = BYTES("UTO"),
                .number = BYTES("L898902C3"),
                .reason = LIST_REASON_LOST,
                .action = BYTES("hold"),
                .owner = BYTES("police")},
        .list = {.name = BYTES("lost"), .state = SCREEN_LIST_MISSING}};
    force->kept = calloc(1, MEMORY);
    force->scratch = calloc(1, MEMORY);
    assert_non_null(force->kept);
    assert_non_null(force->scratch);
    arena_init(&force->kept_arena, force->kept, MEMORY);
    arena_init(&force->scratch_arena, force->scratch, MEMORY);
    for (int i = 0; i < ALERTS; i++) {
        (void)snprintf(force->names[i], sizeof(force->names[i]), "durres/%d",
                       i + 1);
        force->records[i] =
            (struct alert_record){bytes_of(force->names[i]), &force->put};
    }
    assert_err(alerts_build(force->records, ALERTS, NULL, &force->kept_arena,
                            &force->scratch_arena, &force->alerts),
               OK);
    force->screening = (struct api_screening){.set = &force->set,
                                              .scratch = &force->scratch_arena};
    f->api.screening = force_give;
    f->api.screening_context = force;
}

static void
force_give_back(struct force *force)
{
    free(force->kept);
    free(force->scratch);
}

/* Neither lists nor tables: recorded, answered, and said. */
static void
what_cannot_be_asked_is_said(void **state)
{
    struct desk_made *f = *state;

    asked_begin(f, &scan);
    assert_true(f->call.waits);
    assert_true(f->call.store_failed);
    asked_record(f);
    asked_expect(f, 201, "\"recommendation\":\"look\"");
    asked_expect(f, 201, "\"code\":\"not_checked\"");
    asked_expect(f, 201, "\"lists\":[]");
    asked_expect(f, 201, "\"history\":null");
}

static void
a_list_that_is_missing_is_said(void **state)
{
    struct desk_made *f = *state;
    struct force force;

    force_make(&force, f);
    force.set.list_count = 1;
    force.set.lists = &force.list;
    asked_begin(f, &scan);
    asked_record(f);
    asked_expect(f, 201, "\"lists\":[{\"name\":\"lost\",\"age_s\":null}]");
    asked_expect(f, 201, "\"code\":\"not_checked\"");
    force_give_back(&force);
}

/* Lines that are no document are looked for nowhere: nothing is missing. */
static void
nobody_is_looked_for_nowhere(void **state)
{
    static const struct asked noise =
        POST("/v1/inspections", "{\"mrz\":[\"card\"],\"direction\":\"entry\"}");
    struct desk_made *f = *state;
    struct force force;

    force_make(&force, f);
    asked_begin(f, &noise);
    assert_false(f->call.store_failed);
    asked_record(f);
    asked_expect(f, 201, "\"code\":\"unreadable\"");
    assert_null(strstr(asked_body(f), "not_checked"));
    force_give_back(&force);
}

/* Twenty alerts on one document: sixteen are shown and recorded, four counted;
 * what was in force may go before the answer is made. */
static void
more_hits_are_counted(void **state)
{
    struct desk_made *f = *state;
    uint8_t block[EVENT_ARENA_SIZE];
    struct arena arena;
    struct event event;
    struct force force;

    force_make(&force, f);
    force.set.alerts = &force.alerts;
    asked_begin(f, &scan);
    assert_true(f->call.waits);
    memset(force.kept, 0xa5, MEMORY);
    memset(force.scratch, 0xa5, MEMORY);
    memset(force.names, 0xa5, sizeof(force.names));
    force_give_back(&force);
    arena_init(&arena, block, sizeof(block));
    assert_err(event_parse(f->call.ask.event, &arena, &event, NULL), OK);
    assert_int_equal(event.inspection.hit_count, INSPECTION_HITS_MAX);
    assert_bytes(event.inspection.hits[0].list, BYTES("alert"));
    assert_int_equal(event.inspection.recommendation, 2);
    asked_record(f);
    asked_expect(f, 201, "\"hits_more\":4");
    asked_expect(f, 201, "\"recommendation\":\"refer\"");
    asked_expect(f, 201, "\"id\":\"durres-183-15\",\"kind\":\"document\"");
    asked_expect(f, 201, "\"action\":\"hold\",\"status\":\"open\"");
}

/* An arena of any size: refused, or answered. */
static void
little_room_is_refused(void **state)
{
    struct desk_made *f = *state;
    struct force force;
    unsigned status = 0;

    force_make(&force, f);
    force.set.alerts = &force.alerts;
    for (f->room = 1024; status != 201; f->room += f->room / 8) {
        assert_true(f->room < sizeof(f->block));
        asked_begin(f, &scan);
        if (f->call.waits)
            asked_record(f);
        status = f->call.response.status;
        assert_true(status == 201 || status == 422 || status == 500);
    }
    force_give_back(&force);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ASKED_TEST(what_cannot_be_asked_is_said),
        ASKED_TEST(a_list_that_is_missing_is_said),
        ASKED_TEST(nobody_is_looked_for_nowhere),
        ASKED_TEST(more_hits_are_counted),
        ASKED_TEST(little_room_is_refused),
    };

    return TEST_RUN(tests);
}
