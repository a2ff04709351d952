/*
 * What is in force, and what is known of one scan: lists and alerts come, are
 * replaced and go; a settled hit stays so until the entry or the traveller
 * changes; open scans, voyages and all who are inside are found.
 */
#include "store/known.h"

#include <stdio.h>
#include <string.h>

#include "sample_events.h"
#include "store_help.h"

#define HOUR INT64_C(3600000)
#define T0 (INT64_C(1782864000000)) /* 2026-07-01T00:00:00Z */

static const struct store_traveller ANNA = {"ERIKSSON", "ANNA MARIA", "UTO",
                                            "1974-08-12", "L898902C3"};
static const struct store_traveller BEN = {"MUSTERMANN", "BEN", "XXA",
                                           "1980-XX-XX", "X1"};

static uint64_t
revision(struct store_fixture *f)
{
    uint64_t out = 0;

    assert_err(store_lists_revision(&f->store, &out), OK);
    return out;
}

static uint64_t
withdraw(struct store_fixture *f, const char *node, uint64_t index)
{
    struct event event = *sample_event("withdrawal");

    event.withdrawal.node = bytes_of(node);
    event.withdrawal.index = index;
    event.withdrawal.key.present = false;
    return store_fixture_fold(f, &event);
}

/* STO 2.10, 2.8 */
static void
lists_are_replaced_by_name(void **state)
{
    struct store_fixture *f = *state;
    struct event event = *sample_event("list_imported");
    struct store_list lists[4];
    size_t count = 9;

    assert_err(store_lists(&f->store, &f->arena, lists, 4, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(revision(f), 0);
    (void)store_fixture_fold(f, &event);
    assert_int_equal(revision(f), 1);
    event.list_imported.name = BYTES("other");
    event.list_imported.list_date = (struct bytes){0};
    (void)store_fixture_fold(f, &event);
    event.list_imported.name = BYTES("sample");
    event.list_imported.source = BYTES("documents");
    event.list_imported.sha256[0] = 0xab;
    event.list_imported.entries = EVENT_INDEX_MAX;
    event.list_imported.shrink_accepted = false;
    event.time.ms += 5;
    (void)store_fixture_fold(f, &event);
    assert_int_equal(revision(f), 3);
    assert_err(store_lists(&f->store, &f->arena, lists, 4, &count), OK);
    assert_int_equal(count, 2);
    assert_bytes(lists[0].name, BYTES("sample"));
    assert_bytes(lists[0].source, BYTES("documents"));
    assert_bytes(lists[0].list_date, BYTES(""));
    assert_int_equal(lists[0].sha256[0], 0xab);
    assert_int_equal(lists[0].sha256[31], 0x55);
    assert_int_equal(lists[0].entries, EVENT_INDEX_MAX);
    assert_int_equal(lists[0].names, 7);
    assert_int_equal(lists[0].size, 4711);
    assert_int_equal(lists[0].imported.ms, event.time.ms);
    assert_int_equal(lists[0].record.index, 2);
    assert_false(lists[0].shrink_accepted);
    assert_bytes(lists[1].name, BYTES("other"));
    assert_true(lists[1].shrink_accepted);
    assert_err(store_lists(&f->store, &f->arena, lists, 1, &count), OK);
    assert_int_equal(count, 1);
}

/* STO 2.10 */
static void
lists_are_bounded(void **state)
{
    struct store_fixture *f = *state;
    struct event event = *sample_event("list_imported");
    struct store_list lists[STORE_LISTS_MAX + 1];
    size_t count;

    for (int i = 0; i <= STORE_LISTS_MAX; i++) {
        char name[24];

        (void)snprintf(name, sizeof(name), "list%d", i);
        event.list_imported.name = bytes_of(name);
        (void)store_fixture_fold(f, &event);
    }
    assert_err(
        store_lists(&f->store, &f->arena, lists, STORE_LISTS_MAX + 1, &count),
        OK);
    assert_int_equal(count, STORE_LISTS_MAX);
    assert_bytes(lists[63].name, BYTES("list63"));
    assert_int_equal(revision(f), STORE_LISTS_MAX);
}

static void
assert_alert(const struct store_alert *alert, const struct alert_put *put)
{
    assert_int_equal(alert->put.kind, put->kind);
    assert_int_equal(alert->put.reason, put->reason);
    assert_bytes(alert->put.issuing_state, put->issuing_state);
    assert_bytes(alert->put.document_type, put->document_type);
    assert_bytes(alert->put.number, put->number);
    assert_bytes(alert->put.surname, put->surname);
    assert_bytes(alert->put.given_names, put->given_names);
    assert_bytes(alert->put.born, put->born);
    assert_bytes(alert->put.sex, put->sex);
    assert_bytes(alert->put.nationality, put->nationality);
    assert_bytes(alert->put.action, put->action);
    assert_bytes(alert->put.owner, put->owner);
    assert_bytes(alert->put.expires, put->expires);
    assert_int_equal(alert->put.other_name_count, put->other_name_count);
    for (size_t i = 0; i < put->other_name_count; i++)
        assert_bytes(alert->put.other_names[i], put->other_names[i]);
}

/* STO 2.11, 2.8 */
static void
alerts_come_and_go(void **state)
{
    static const char *const PUT[] = {"alert_document", "alert_person",
                                      "alert_person_bare"};
    struct store_fixture *f = *state;
    struct store_alert alerts[4];
    struct store_alert one;
    size_t count;

    for (size_t i = 0; i < 3; i++)
        (void)store_fixture_fold(f, sample_event(PUT[i]));
    assert_int_equal(revision(f), 3);
    assert_err(store_alerts(&f->store, 0, &f->arena, alerts, 4, &count), OK);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(alerts[i].record.index, i);
        assert_int_equal(alerts[i].time.ms, sample_event(PUT[i])->time.ms);
        assert_alert(&alerts[i], &sample_event(PUT[i])->alert_put);
    }
    assert_err(store_alerts(&f->store, 1, &f->arena, alerts, 1, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(alerts[0].record.index, 1);
    (void)withdraw(f, "vlore", 1); /* of another log */
    (void)withdraw(f, "durres", 3);
    (void)withdraw(f, "durres", EVENT_INDEX_MAX);
    assert_int_equal(revision(f), 3);
    assert_err(store_alert_find(&f->store,
                                &(struct record_name){BYTES("durres"), 1},
                                &f->arena, &one),
               OK);
    (void)withdraw(f, "durres", 1);
    assert_int_equal(revision(f), 7);
    assert_err(store_alert_find(&f->store,
                                &(struct record_name){BYTES("durres"), 1},
                                &f->arena, &one),
               ERR_NOT_FOUND);
    assert_err(store_alert_find(
                   &f->store,
                   &(struct record_name){BYTES("durres"), EVENT_INDEX_MAX},
                   &f->arena, &one),
               ERR_NOT_FOUND);
    (void)withdraw(f, "durres", 1); /* once more */
    assert_int_equal(revision(f), 7);
    assert_err(store_alerts(&f->store, 0, &f->arena, alerts, 4, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(alerts[1].record.index, 2);
}

/* The longest alert, order and resolution fit a page of a fresh file, and come
 * back whole. STO 5.4 */
static void
the_longest_alert_fits(void **state)
{
    static uint8_t long_text[EVENT_SIZE_MAX];
    struct store_fixture *f = *state;
    struct event event = *sample_event("alert_person");
    struct alert_put *put = &event.alert_put;
    struct store_alert alert;

    memset(long_text, 'A', sizeof(long_text));
    put->surname = (struct bytes){long_text, NAME_SIZE_MAX};
    put->given_names = (struct bytes){long_text, NAME_SIZE_MAX};
    put->born = BYTES("1970-01-01/1974-12-31");
    put->nationality = (struct bytes){long_text, STATE_SIZE_MAX};
    put->action = (struct bytes){long_text, ALERT_ACTION_SIZE_MAX};
    put->owner = (struct bytes){long_text, OWNER_SIZE_MAX};
    put->expires = BYTES("2028-02-29");
    put->other_name_count = ALERT_NAMES_MAX;
    for (size_t i = 0; i < ALERT_NAMES_MAX; i++)
        put->other_names[i] = (struct bytes){long_text, NAME_SIZE_MAX - i};
    (void)store_fixture_fold(f, &event);
    assert_err(store_alert_find(&f->store,
                                &(struct record_name){BYTES("durres"), 0},
                                &f->arena, &alert),
               OK);
    assert_alert(&alert, put);
    for (size_t size = 0; size < 4096; size += 61) {
        static max_align_t room[4096 / sizeof(max_align_t)];
        struct arena small;
        enum err e;

        arena_init(&small, room, size);
        e = store_alert_find(&f->store,
                             &(struct record_name){BYTES("durres"), 0}, &small,
                             &alert);
        assert_true(e == ERR_LIMIT || (e == OK && size > 1500));
    }
}

static enum err
settled(struct store_fixture *f, const struct event *event, uint8_t hash,
        struct store_settled *out)
{
    const struct hit_resolution *resolution = &event->hit_resolution;
    uint8_t entry_hash[ENTRY_HASH_SIZE];
    const struct store_hit hit = {resolution->identity, resolution->list,
                                  resolution->entry, entry_hash};

    memcpy(entry_hash, resolution->entry_hash, sizeof(entry_hash));
    entry_hash[0] = hash;
    return store_settled(&f->store, &hit, out);
}

/* STO 2.13 */
static void
a_settled_hit_stays_quiet(void **state)
{
    struct store_fixture *f = *state;
    struct event event = *sample_event("hit_resolution");
    struct event changed;
    struct store_settled out;

    assert_err(settled(f, &event, 1, &out), ERR_NOT_FOUND);
    (void)store_fixture_fold(f, &event);
    event.hit_resolution.verdict = VERDICT_OTHER;
    event.time.ms += 7;
    (void)store_fixture_fold(f, &event);
    assert_err(settled(f, &event, 1, &out), OK);
    assert_int_equal(out.verdict, VERDICT_OTHER);
    assert_int_equal(out.record.index, 1);
    assert_int_equal(out.time.ms, event.time.ms);
    assert_err(settled(f, &event, 2, &out), ERR_NOT_FOUND);
    changed = event;
    changed.hit_resolution.identity.given_names = BYTES("ANNA");
    assert_err(settled(f, &changed, 1, &out), ERR_NOT_FOUND);
    changed = event;
    changed.hit_resolution.identity.nationality = BYTES("XXA");
    assert_err(settled(f, &changed, 1, &out), ERR_NOT_FOUND);
    changed = event;
    changed.hit_resolution.list = BYTES("other");
    assert_err(settled(f, &changed, 1, &out), ERR_NOT_FOUND);
    changed = event;
    changed.hit_resolution.entry = BYTES("UTO.002");
    assert_err(settled(f, &changed, 1, &out), ERR_NOT_FOUND);
    assert_err(settled(f, &event, 1, &out), OK);
}

static uint64_t
inspect(struct store_fixture *f, const struct store_traveller *who,
        const char *lane, int64_t time_ms)
{
    struct event event = store_event(EVENT_INSPECTION, time_ms);

    event.lane = bytes_of(lane);
    event.inspection.direction = DIRECTION_EXIT;
    event.inspection.line_count = 1;
    event.inspection.lines[0] = BYTES("X");
    event.inspection.has_document = who != NULL;
    if (who != NULL)
        event.inspection.document = store_document(who);
    return store_fixture_fold(f, &event);
}

static enum err
last_scan(struct store_fixture *f, const struct store_traveller *who,
          int64_t since_ms, struct store_scan *out)
{
    struct document document = store_document(who);
    struct identity identity = store_identity(&document);

    return store_last_scan(&f->store, &identity, (struct instant){since_ms},
                           &f->arena, out);
}

/* STO 2.6 */
static void
open_scans_are_found(void **state)
{
    struct store_fixture *f = *state;
    struct event crossing = store_event(EVENT_CROSSING, T0 + 4);
    struct store_scan scan;

    assert_err(last_scan(f, &ANNA, 0, &scan), ERR_NOT_FOUND);
    (void)inspect(f, &ANNA, "1", T0);
    (void)inspect(f, &ANNA, "22", T0 + 1);
    (void)inspect(f, &BEN, "3", T0 + 2);
    (void)inspect(f, NULL, "4", T0 + 3);
    assert_err(last_scan(f, &ANNA, T0 - HOUR, &scan), OK);
    assert_int_equal(scan.record.index, 1);
    assert_int_equal(scan.time.ms, T0 + 1);
    assert_int_equal(scan.direction, DIRECTION_EXIT);
    assert_bytes(scan.lane, BYTES("22"));
    assert_err(last_scan(f, &ANNA, T0 + 2, &scan), ERR_NOT_FOUND);
    crossing.crossing.has_inspection = true;
    crossing.crossing.inspection = 1;
    crossing.crossing.document = store_document(&ANNA);
    (void)store_fixture_fold(f, &crossing);
    assert_err(last_scan(f, &ANNA, T0, &scan), OK);
    assert_int_equal(scan.record.index, 0);
    for (int i = 0; i < STORE_SCANS_MAX - 2; i++)
        (void)inspect(f, &BEN, "5", T0 + 5 + i);
    assert_err(last_scan(f, &ANNA, T0, &scan), ERR_NOT_FOUND);
}

static void
assert_manifest(struct store_fixture *f, const struct store_voyage *voyage,
                const struct store_traveller *who, enum store_manifest expected)
{
    struct document document = store_document(who);
    enum store_manifest found;

    assert_err(store_manifest(&f->store, voyage, &document, &found), OK);
    assert_int_equal(found, expected);
}

/* STO 2.15 */
static void
manifests_name_passengers(void **state)
{
    static const struct store_traveller RENEWED = {"ERIKSSON", "ANNA", "UTO",
                                                   "1974-08-12", "M1"};
    static const struct store_traveller MARRIED = {"SAMPLE", "ANNA", "UTO",
                                                   "1974-08-12", "L898902C3"};
    static const struct store_traveller YOUNGER = {"ERIKSSON", "ANNA MARIA",
                                                   "UTO", "1994-08-12", "M2"};
    struct store_fixture *f = *state;
    struct event event = store_event(EVENT_MANIFEST, T0);
    struct store_voyage voyage = {BYTES("UT101"), BYTES("2026-07-01"),
                                  DIRECTION_ENTRY};
    struct store_voyage other = voyage;

    event.manifest.voyage = voyage.voyage;
    event.manifest.day = voyage.day;
    event.manifest.document = store_document(&ANNA);
    assert_manifest(f, &voyage, &ANNA, STORE_MANIFEST_UNKNOWN);
    (void)store_fixture_fold(f, &event);
    (void)store_fixture_fold(f, &event); /* sent twice */
    event.manifest.document = (struct document){.surname = BYTES("NOBODY")};
    (void)store_fixture_fold(f, &event);
    assert_manifest(f, &voyage, &ANNA, STORE_MANIFEST_FOUND);
    assert_manifest(f, &voyage, &RENEWED, STORE_MANIFEST_FOUND);
    assert_manifest(f, &voyage, &MARRIED, STORE_MANIFEST_FOUND);
    assert_manifest(f, &voyage, &YOUNGER, STORE_MANIFEST_MISSING);
    assert_manifest(f, &voyage, &BEN, STORE_MANIFEST_MISSING);
    other.direction = DIRECTION_EXIT;
    assert_manifest(f, &other, &ANNA, STORE_MANIFEST_UNKNOWN);
    other = voyage;
    other.day = BYTES("2026-07-02");
    assert_manifest(f, &other, &ANNA, STORE_MANIFEST_UNKNOWN);
    other = voyage;
    other.voyage = BYTES("UT10");
    assert_manifest(f, &other, &ANNA, STORE_MANIFEST_UNKNOWN);
}

/* STO 2.5 */
static void
all_inside_are_walked_through(void **state)
{
    struct store_fixture *f = *state;
    struct store_person found[8];
    bool seen[20] = {false};
    int64_t from = 0;
    size_t all = 0;

    for (int i = 0; i < 20; i++) {
        char name[24];
        struct store_traveller who = ANNA;

        (void)snprintf(name, sizeof(name), "SAMPLE%d", i);
        who.surname = name;
        (void)store_fixture_cross(f, &who, DIRECTION_ENTRY, T0 + i);
        if (i % 4 == 0)
            (void)store_fixture_cross(f, &who, DIRECTION_EXIT, T0 + HOUR);
    }
    while (from >= 0) {
        size_t count;

        assert_err(
            store_inside_next(&f->store, &from, &f->arena, found, 8, &count),
            OK);
        all += count;
        for (size_t i = 0; i < count; i++) {
            assert_true(found[i].inside);
            assert_int_equal(found[i].admitted.ms / HOUR, T0 / HOUR);
            assert_false(seen[found[i].admitted.ms - T0]);
            seen[found[i].admitted.ms - T0] = true;
        }
    }
    assert_int_equal(all, 15);
}

#define CASE(test)                                                             \
    cmocka_unit_test_setup_teardown(test, store_fixture_setup,                 \
                                    store_fixture_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(lists_are_replaced_by_name), CASE(lists_are_bounded),
        CASE(alerts_come_and_go),         CASE(the_longest_alert_fits),
        CASE(a_settled_hit_stays_quiet),  CASE(open_scans_are_found),
        CASE(manifests_name_passengers),  CASE(all_inside_are_walked_through),
    };

    return TEST_RUN(tests);
}
