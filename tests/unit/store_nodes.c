/*
 * Several logs in one store: what another node's entries change and what they
 * do not, how far each is folded, and which word of theirs counts. STO 2.8,
 * 2.16 .. 2.18, 6.
 */
#include "test.h"

#include <string.h>

#include "sample_events.h"
#include "store/nodes.h"
#include "store_help.h"

#define DAY_MS INT64_C(86400000)

static const struct store_traveller ANNA = {"ERIKSSON", "ANNA MARIA", "UTO",
                                            "1974-08-12", "L898902C3"};

static const struct seen_log CENTRE = {
    .origin = BYTES("kufi.example/centre"), .role = SEEN_CENTRE, .size = 1000};
static const struct seen_log RINAS = {
    .origin = BYTES("kufi.example/rinas"), .role = SEEN_POST, .size = 1000};

/* Folds events of another log at its position, as of `now_ms` of the own one;
 * the index of the first. */
static uint64_t
foreign(struct store_fixture *f, const struct seen_log *log, int64_t now_ms,
        const struct event *const *events, size_t count)
{
    struct store_source source;
    uint64_t first;

    assert_err(store_begin(&f->store), OK);
    assert_err(store_seen(&f->store, log, (struct instant){now_ms}, &source),
               OK);
    first = source.position;
    for (size_t i = 0; i < count; i++)
        assert_err(store_fold_foreign(&f->store, &source, events[i]), OK);
    assert_int_equal(source.position, first + count);
    assert_err(store_commit(&f->store), OK);
    return first;
}

static uint64_t
foreign_one(struct store_fixture *f, const struct seen_log *log, int64_t now_ms,
            const struct event *event)
{
    return foreign(f, log, now_ms, &event, 1);
}

static struct event
crossing(const struct store_traveller *who, enum direction direction,
         int64_t time_ms)
{
    struct event event = store_event(EVENT_CROSSING, time_ms);

    event.place = BYTES("Rinas");
    event.crossing.direction = direction;
    event.crossing.document = store_document(who);
    return event;
}

static struct store_person
traveller(struct store_fixture *f, const struct store_traveller *who)
{
    const struct document document = store_document(who);
    struct store_person person;

    assert_err(store_person_of(&f->store, &document, &f->arena, &person), OK);
    return person;
}

static void
assert_record(const struct record_name *record, const char *node,
              uint64_t index)
{
    assert_bytes(record->node, bytes_of(node));
    assert_int_equal(record->index, index);
}

/* STO 2.3, 2.5, 3.5, 6.2: a crossing elsewhere is one of the traveller's. */
static void
crossings_elsewhere_count(void **state)
{
    struct store_fixture *f = *state;
    struct event there = crossing(&ANNA, DIRECTION_EXIT, 2000);
    struct store_crossing found[4];
    struct store_person person;
    struct store_crossing one;
    uint64_t inside;
    size_t count;

    (void)store_fixture_cross(f, &ANNA, DIRECTION_ENTRY, 1000);
    assert_int_equal(foreign_one(f, &RINAS, 3000, &there), 0);
    (void)store_fixture_cross(f, &ANNA, DIRECTION_ENTRY, 4000);
    person = traveller(f, &ANNA);
    assert_int_equal(person.crossings, 3);
    assert_true(person.inside);
    assert_err(store_inside(&f->store, &inside), OK);
    assert_int_equal(inside, 1);
    assert_err(store_history(&f->store,
                             &(struct store_stretch){person.id, 0, 4},
                             &f->arena, found, &count),
               OK);
    assert_int_equal(count, 3);
    assert_record(&found[0].record, "durres", 1);
    assert_record(&found[1].record, "rinas", 0);
    assert_bytes(found[1].place, BYTES("Rinas"));
    assert_record(&found[2].record, "durres", 0);
    assert_int_equal(found[2].place.size, 0);
    assert_err(
        store_crossing_find(&f->store, &found[1].record, &f->arena, &one), OK);
    assert_int_equal(one.time.ms, 2000);
    assert_err(store_crossing_find(&f->store,
                                   &(struct record_name){BYTES("vlora"), 0},
                                   &f->arena, &one),
               ERR_NOT_FOUND);
}

/* STO 3.2, 3.3: what a log says of its own records. */
static void
records_are_of_their_log(void **state)
{
    struct store_fixture *f = *state;
    struct event scan = *sample_event("inspection");
    struct event decided = crossing(&ANNA, DIRECTION_ENTRY, 2000);
    struct event correction = store_event(EVENT_CORRECTION, 3000);
    const struct identity identity = store_identity(&scan.inspection.document);
    struct store_scan last;
    struct store_crossing one;

    decided.crossing.has_inspection = true;
    (void)store_fixture_fold(f, &scan);
    assert_int_equal(foreign_one(f, &RINAS, 1, &scan), 0);
    assert_err(store_last_scan(&f->store, &identity, (struct instant){0},
                               &f->arena, &last),
               OK);
    assert_record(&last.record, "durres", 0); /* of two as new, the first */
    assert_int_equal(foreign_one(f, &RINAS, 1, &decided), 1);
    scan.time.ms++;
    assert_int_equal(foreign_one(f, &RINAS, 1, &scan), 2);
    assert_err(store_last_scan(&f->store, &identity, (struct instant){0},
                               &f->arena, &last),
               OK);
    assert_record(&last.record, "rinas", 2);

    correction.correction = (struct correction){.node = BYTES("rinas"),
                                                .index = 1,
                                                .field = BYTES("lane"),
                                                .value = BYTES("9"),
                                                .reason = BYTES("r")};
    (void)store_fixture_fold(f, &correction); /* of another log */
    assert_err(store_crossing_find(&f->store,
                                   &(struct record_name){BYTES("rinas"), 1},
                                   &f->arena, &one),
               OK);
    assert_false(one.corrected);
    assert_true(one.has_inspection);
    assert_int_equal(one.inspection, 0);
    assert_int_equal(foreign_one(f, &RINAS, 1, &correction), 3);
    assert_err(store_crossing_find(&f->store,
                                   &(struct record_name){BYTES("rinas"), 1},
                                   &f->arena, &one),
               OK);
    assert_bytes(one.lane, BYTES("9"));
    assert_int_equal(one.correction, 3);
}

static size_t
alert_count(struct store_fixture *f)
{
    struct store_alert alerts[64];
    size_t count;

    assert_err(store_alerts(&f->store, 0, &f->arena, alerts, 64, &count), OK);
    return count;
}

static struct event
withdrawal_of(const char *node, uint64_t index)
{
    struct event event = *sample_event("withdrawal");

    event.withdrawal.node = bytes_of(node);
    event.withdrawal.index = index;
    return event;
}

static struct store_node
node_of(struct store_fixture *f, const struct seen_log *log)
{
    struct store_node node;

    assert_err(store_node_find(&f->store, log->origin, &f->arena, &node), OK);
    return node;
}

/* STO 6.4: its own, or a centre's word; ten a day. */
static void
withdrawals_are_few(void **state)
{
    struct store_fixture *f = *state;
    const struct event *alert = sample_event("alert_document");
    struct event event;
    struct store_alert alerts[2];
    size_t count;

    for (size_t i = 0; i < 14; i++)
        (void)store_fixture_fold(f, alert);
    assert_int_equal(foreign_one(f, &RINAS, 0, alert), 0);
    assert_int_equal(foreign_one(f, &CENTRE, 0, alert), 0);
    assert_int_equal(alert_count(f), 16);
    event = withdrawal_of("durres", 0);
    (void)foreign_one(f, &RINAS, 0, &event); /* not its own */
    event = withdrawal_of("centre", 0);
    (void)foreign_one(f, &RINAS, 0, &event);
    event = withdrawal_of("nowhere", 0);
    (void)foreign_one(f, &RINAS, 0, &event);
    assert_int_equal(alert_count(f), 16);
    assert_int_equal(node_of(f, &RINAS).refused, 2);
    event = withdrawal_of("rinas", 0);
    (void)foreign_one(f, &RINAS, 0, &event);
    assert_int_equal(alert_count(f), 15);
    for (uint64_t i = 0; i < 12; i++) {
        event = withdrawal_of("durres", i);
        (void)foreign_one(f, &CENTRE, DAY_MS - 1, &event);
    }
    assert_int_equal(alert_count(f), 5);
    assert_int_equal(node_of(f, &CENTRE).refused, 2);
    event = withdrawal_of("durres", 10);
    (void)foreign_one(f, &CENTRE, DAY_MS, &event);
    assert_int_equal(alert_count(f), 4);
    /* Of what is in force no more, nothing is counted. */
    (void)foreign_one(f, &CENTRE, DAY_MS, &event);
    assert_int_equal(node_of(f, &CENTRE).refused, 2);
    event = withdrawal_of("centre", 0);
    (void)store_fixture_fold(f, &event); /* the own one's word */
    assert_err(store_alerts(&f->store, 0, &f->arena, alerts, 2, &count), OK);
    assert_int_equal(alert_count(f), 3);
    assert_record(&alerts[0].record, "durres", 11);
}

static struct event
order_of(const char *note, bool refused)
{
    struct event event = store_event(EVENT_ORDER, 5000);

    event.order_event =
        (struct order_event){.note = bytes_of(note), .refused = refused};
    return event;
}

#define ORDER_HEAD                                                             \
    "kufi order v1\ncountry UTO\nid 000102030405060708090a0b0c0d0e0f\n"        \
    "made 2026-11-23T10:00:00Z\nexpires 2026-11-30T00:00:00Z\n"
/* Who took it has verified it: any signature will do here. */
#define ORDER_SIGNED "\n\xe2\x80\x94 alice AAAAAAAA\n"

/* STO 2.18, 6.5: in bulk, by the custodians. */
static void
orders_withdraw(void **state)
{
    static const char NOTE[] =
        ORDER_HEAD "kind withdraw\nrecords centre 0\nrecords durres "
                   "0,2,70-90\n" ORDER_SIGNED;
    static const char OTHER[] = "kind withdraw\nrecords durres 3\n";
    static const struct order_id ID = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
    struct store_fixture *f = *state;
    struct event event;
    uint64_t before;
    uint64_t after;
    bool taken;

    for (size_t i = 0; i < 3; i++)
        (void)store_fixture_fold(f, sample_event("alert_person"));
    (void)store_fixture_fold(f, sample_event("exit_order"));
    assert_int_equal(foreign_one(f, &CENTRE, 0, sample_event("alert_person")),
                     0);
    event = order_of(NOTE, true);
    (void)store_fixture_fold(f, &event);
    event = order_of(OTHER, false);
    (void)store_fixture_fold(f, &event);
    event = order_of(NOTE, false);
    (void)foreign_one(f, &CENTRE, 0, &event); /* it was not taken here */
    assert_int_equal(alert_count(f), 4);
    assert_err(store_order_taken(&f->store, &ID, &taken), OK);
    assert_false(taken);
    assert_err(store_lists_revision(&f->store, &before), OK);
    (void)store_fixture_fold(f, &event);
    assert_int_equal(alert_count(f), 1);
    assert_err(store_order_taken(&f->store, &ID, &taken), OK);
    assert_true(taken);
    assert_err(store_lists_revision(&f->store, &after), OK);
    assert_true(before != after);
    (void)store_fixture_fold(f, &event); /* again: nothing */
    assert_int_equal(alert_count(f), 1);
}

/* STO 2.16: lists of others are offers. */
static void
lists_are_offered(void **state)
{
    struct store_fixture *f = *state;
    struct store_offer offers[STORE_OFFERS_MAX];
    struct store_node node;
    struct store_list lists[4];
    struct event event = *sample_event("list_imported");
    size_t count;

    (void)foreign_one(f, &RINAS, 0, &event);
    (void)foreign_one(f, &CENTRE, 0, &event);
    event.list_imported.entries = 5;
    assert_int_equal(foreign_one(f, &CENTRE, 0, &event), 1);
    event.list_imported.name = BYTES("another");
    (void)foreign_one(f, &CENTRE, 0, &event);
    assert_err(store_lists(&f->store, &f->arena, lists, 4, &count), OK);
    assert_int_equal(count, 0);
    assert_err(store_node_find(&f->store, RINAS.origin, &f->arena, &node), OK);
    assert_err(store_offers(&f->store, node.number, &f->arena, offers, &count),
               OK);
    assert_int_equal(count, 1);
    assert_record(&offers[0].list.record, "rinas", 0);
    assert_int_equal(offers[0].role, SEEN_POST);
    assert_err(store_node_find(&f->store, CENTRE.origin, &f->arena, &node), OK);
    assert_err(store_offers(&f->store, node.number, &f->arena, offers, &count),
               OK);
    assert_int_equal(count, 2);
    assert_record(&offers[0].list.record, "centre", 1);
    assert_int_equal(offers[0].role, SEEN_CENTRE);
    assert_int_equal(offers[0].list.entries, 5);
    assert_bytes(offers[0].list.name, BYTES("sample"));
    assert_bytes(offers[1].list.name, BYTES("another"));
}

/* STO 6.7: of the other log, not of the own one, and not of invented times. */
static void
times_that_cannot_be(void **state)
{
    struct store_fixture *f = *state;
    const struct {
        const struct seen_log *log;
        int64_t time_ms;
        uint64_t untimely;
    } cases[] = {
        {&RINAS, 5000, 0},
        {&RINAS, 5000, 0},
        {&RINAS, 4999, 1},
        {&RINAS, 5001, 1},
        {&RINAS, 9000 + STORE_AHEAD_MS, 1},
        {&RINAS, 9001 + STORE_AHEAD_MS, 2},
        {&RINAS, 9000, 3},
        {&CENTRE, 9000, 0},
    };
    struct event start = *sample_event("node_start");
    struct store_node node;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct event event = crossing(&ANNA, DIRECTION_ENTRY, cases[i].time_ms);

        (void)foreign_one(f, cases[i].log, 9000, &event);
        arena_reset(&f->arena);
        assert_err(
            store_node_find(&f->store, cases[i].log->origin, &f->arena, &node),
            OK);
        assert_int_equal(node.untimely, cases[i].untimely);
    }
    start.node_start.sample = true;
    (void)foreign_one(f, &CENTRE, 9000, &start);
    start = crossing(&ANNA, DIRECTION_EXIT, 7);
    (void)foreign_one(f, &CENTRE, 9000, &start);
    assert_err(store_node_find(&f->store, CENTRE.origin, &f->arena, &node), OK);
    assert_int_equal(node.untimely, 0);
}

/* STO 2.8, 2.17: what is said of nodes. */
static void
modes_and_incidents(void **state)
{
    struct store_fixture *f = *state;
    struct store_incident incidents[4];
    struct store_mode_now mode;
    struct event event = store_event(EVENT_MODE_CHANGE, 7000);
    struct event close = store_event(EVENT_CORRECTION, 8000);
    size_t count;

    assert_err(store_mode(&f->store, &f->arena, &mode), OK);
    assert_int_equal(mode.mode, MODE_NORMAL);
    assert_int_equal(mode.since.ms, 0);
    event.mode_change =
        (struct mode_change){MODE_ISOLATED, BYTES("the centre lies")};
    (void)foreign_one(f, &CENTRE, 0, &event); /* not this node's */
    (void)store_fixture_fold(f, sample_event("incident"));
    (void)store_fixture_fold(f, &event);
    (void)foreign_one(f, &CENTRE, 0, sample_event("incident_bare"));
    assert_err(store_mode(&f->store, &f->arena, &mode), OK);
    assert_int_equal(mode.mode, MODE_ISOLATED);
    assert_int_equal(mode.since.ms, 7000);
    assert_int_equal(mode.index, 1);
    assert_bytes(mode.reason, BYTES("the centre lies"));
    assert_err(store_incidents(&f->store, 0, &f->arena, incidents, 4, &count),
               OK);
    assert_int_equal(count, 2);
    assert_record(&incidents[0].record, "durres", 0);
    assert_bytes(incidents[0].code, BYTES("fork"));
    assert_bytes(incidents[0].origin, BYTES("kufi.example/centre"));
    assert_true(incidents[0].has_evidence);
    assert_memory_equal(incidents[0].evidence,
                        sample_event("incident")->incident.evidence,
                        SHA256_SIZE);
    assert_record(&incidents[1].record, "centre", 1);
    assert_false(incidents[1].has_evidence);
    close.correction = (struct correction){.node = BYTES("durres"),
                                           .field = BYTES("state"),
                                           .value = BYTES("closed"),
                                           .reason = BYTES("r")};
    (void)store_fixture_fold(f, &close);
    assert_err(store_incidents(&f->store, 0, &f->arena, incidents, 4, &count),
               OK);
    assert_int_equal(count, 1);
    assert_err(store_incidents(&f->store, incidents[0].at + 1, &f->arena,
                               incidents, 4, &count),
               OK);
    assert_int_equal(count, 0);
}

/* STO 6.1, 6.3: whose word is heard at all, and what is not there. */
static void
positions_are_kept(void **state)
{
    static const struct seen_log NAMESAKE = {
        .origin = BYTES("else.example/durres"), .size = 1};
    struct store_fixture *f = *state;
    struct event event = crossing(&ANNA, DIRECTION_ENTRY, 1000);
    struct seen_log promoted = RINAS;
    struct store_source source;
    struct store_node nodes[4];
    size_t count;

    (void)foreign_one(f, &RINAS, 0, &event);
    (void)foreign_one(f, &RINAS, 0, NULL);
    assert_err(store_begin(&f->store), OK);
    assert_err(store_seen(&f->store, &NAMESAKE, (struct instant){0}, &source),
               ERR_NOT_FOUND);
    assert_err(store_seen(&f->store, &RINAS, (struct instant){0}, &source), OK);
    assert_int_equal(source.position, 2);
    assert_err(store_skip_foreign(&f->store, &source, 7), OK);
    store_rollback(&f->store);
    assert_int_equal(node_of(f, &RINAS).folded, 2);
    promoted.role = SEEN_CENTRE;
    assert_err(store_begin(&f->store), OK);
    assert_err(store_seen(&f->store, &promoted, (struct instant){0}, &source),
               OK);
    assert_err(store_skip_foreign(&f->store, &source, 7), OK);
    assert_err(store_fold_foreign(&f->store, &source, &event), OK);
    assert_err(store_commit(&f->store), OK);
    assert_err(store_nodes(&f->store, &f->arena, nodes, 4, &count), OK);
    assert_int_equal(count, 2);
    assert_bytes(nodes[0].name, BYTES("durres"));
    assert_int_equal(nodes[0].origin.size, 0);
    assert_bytes(nodes[1].name, BYTES("rinas"));
    assert_bytes(nodes[1].origin, RINAS.origin);
    assert_int_equal(nodes[1].role, SEEN_CENTRE);
    assert_int_equal(nodes[1].folded, 8);
    assert_int_equal(nodes[1].holes, 5);
    assert_int_equal(nodes[1].closed, 1);
    assert_int_equal(store_position(&f->store), 0);
}

/* What a careless log decides before it comes stays when it comes, in one batch
 * as in two: STO 5.1. */
static void
scans_come_late(void **state)
{
    struct store_fixture *f = *state;
    struct event event = crossing(&ANNA, DIRECTION_ENTRY, 1000);
    struct event scan = store_event(EVENT_INSPECTION, 1000);
    struct store store;
    struct store_pending pending;

    event.crossing.has_inspection = true;
    assert_err(store_begin(&f->store), OK);
    for (uint64_t i = 0; i < 40; i += 2) {
        event.crossing.inspection = i + 1;
        assert_err(store_fold(&f->store, i, &event), OK);
        assert_err(store_fold(&f->store, i + 1, &scan), OK);
    }
    assert_err(store_commit(&f->store), OK);
    store_close(&f->store);
    assert_err(store_open(&store, &f->place.config), OK);
    for (uint64_t i = 1; i < 40; i += 2)
        assert_err(store_pending(&store, i, &pending), OK);
    store_close(&store);
    assert_err(store_open(&f->store, &f->place.config), OK);
}

/* STO 2.13: the newest word by its own time, whenever it is heard. */
static void
the_newest_word_counts(void **state)
{
    struct store_fixture *f = *state;
    struct event event = *sample_event("hit_resolution");
    const struct hit_resolution *said = &event.hit_resolution;
    const struct store_hit hit = {.identity = said->identity,
                                  .list = said->list,
                                  .entry = said->entry,
                                  .entry_hash = said->entry_hash};
    struct store_settled found;

    event.hit_resolution.verdict = VERDICT_OTHER;
    (void)store_fixture_fold(f, &event);
    event.time.ms--;
    event.hit_resolution.verdict = VERDICT_SAME;
    (void)foreign_one(f, &RINAS, event.time.ms + 9, &event);
    assert_err(store_settled(&f->store, &hit, &found), OK);
    assert_int_equal(found.verdict, VERDICT_OTHER);
    event.time.ms += 2;
    (void)foreign_one(f, &RINAS, event.time.ms + 9, &event);
    assert_err(store_settled(&f->store, &hit, &found), OK);
    assert_int_equal(found.verdict, VERDICT_SAME);
    assert_record(&found.record, "rinas", 1);
    /* Nobody has the last word for ever by a time to come. */
    event.time.ms += 1000000000;
    (void)foreign_one(f, &RINAS, event.time.ms - 999999990, &event);
    event.time.ms -= 999999980;
    event.hit_resolution.verdict = VERDICT_UNSURE;
    (void)store_fixture_fold(f, &event);
    assert_err(store_settled(&f->store, &hit, &found), OK);
    assert_int_equal(found.verdict, VERDICT_UNSURE);
}

#define CASE(name)                                                             \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup,                 \
                                    store_fixture_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(crossings_elsewhere_count), CASE(records_are_of_their_log),
        CASE(withdrawals_are_few),       CASE(orders_withdraw),
        CASE(lists_are_offered),         CASE(modes_and_incidents),
        CASE(times_that_cannot_be),      CASE(positions_are_kept),
        CASE(the_newest_word_counts),    CASE(scans_come_late),
    };

    return TEST_RUN(tests);
}
