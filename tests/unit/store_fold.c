/*
 * What the tables say of histories computed by hand: who is inside, whose
 * crossings come in which order, what corrections and late records change,
 * which counts follow; that batches are taken whole or not at all; and that
 * files that are not ours, old, stale or damaged are told apart.
 */
#include "store/store.h"

#include <string.h>

#include "store_help.h"

#define HOUR INT64_C(3600000)
#define T0 (INT64_C(1782864000000)) /* 2026-07-01T00:00:00Z */

static const struct store_traveller ANNA = {"ERIKSSON", "ANNA MARIA", "UTO",
                                            "1974-08-12", "L898902C3"};
static const struct store_traveller BEN = {"MUSTERMANN", "BEN", "XXA",
                                           "1980-XX-XX", "X1"};

struct fixture {
    struct store_place place;
    struct store store;
    struct arena arena;
    uint8_t block[1 << 18];
};

static int
setup(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){0};
    store_place_init(&fixture.place);
    arena_init(&fixture.arena, fixture.block, sizeof(fixture.block));
    assert_err(store_open(&fixture.store, &fixture.place.config), OK);
    *state = &fixture;
    return 0;
}

static int
teardown(void **state)
{
    struct fixture *fixture = *state;

    store_close(&fixture->store);
    store_place_deinit(&fixture->place);
    return 0;
}

/* One entry in a batch of its own. */
static void
fold(struct fixture *fixture, const struct event *event)
{
    struct store *store = &fixture->store;

    assert_err(store_begin(store), OK);
    assert_err(store_fold(store, store_position(store), event), OK);
    assert_err(store_commit(store), OK);
}

static void
cross(struct fixture *fixture, const struct store_traveller *who,
      enum direction direction, enum decision decision, int64_t time_ms)
{
    struct event event = store_event(EVENT_CROSSING, time_ms);

    event.crossing.direction = direction;
    event.crossing.decision = decision;
    event.crossing.reasons = decision == DECISION_REFUSE ? 1 : 0;
    event.crossing.document = store_document(who);
    fold(fixture, &event);
}

static void
correct(struct fixture *fixture, uint64_t index, const char *field,
        const char *value)
{
    struct event event = store_event(EVENT_CORRECTION, T0 + 100 * HOUR);

    event.correction = (struct correction){.node = BYTES("durres"),
                                           .index = index,
                                           .field = bytes_of(field),
                                           .value = bytes_of(value),
                                           .reason = BYTES("misread")};
    fold(fixture, &event);
}

static void
late(struct fixture *fixture, const struct store_traveller *who,
     enum direction direction, int64_t occurred_ms)
{
    struct event event = store_event(EVENT_LATE_RECORD, T0 + 100 * HOUR);

    event.late_record.occurred.ms = occurred_ms;
    event.late_record.direction = direction;
    event.late_record.document = store_document(who);
    fold(fixture, &event);
}

static enum err
person_find(struct fixture *fixture, const struct store_traveller *who,
            struct store_person *out)
{
    struct document document = store_document(who);

    return store_person_of(&fixture->store, &document, &fixture->arena, out);
}

static struct store_person
person(struct fixture *fixture, const struct store_traveller *who)
{
    struct store_person out = {0};

    assert_err(person_find(fixture, who, &out), OK);
    return out;
}

/* The traveller's history is these records, newest first. */
static void
assert_history(struct fixture *fixture, const struct store_traveller *who,
               const char *expected)
{
    struct store_person of = person(fixture, who);
    struct store_stretch stretch = {of.id, 0, 16};
    struct store_crossing found[16];
    char text[64];
    struct writer w;
    size_t count = 0;

    arena_reset(&fixture->arena);
    assert_err(store_history(&fixture->store, &stretch, &fixture->arena, found,
                             &count),
               OK);
    writer_init(&w, text, sizeof(text));
    for (size_t i = 0; i < count; i++) {
        writer_decimal(&w, found[i].record.index);
        writer_u8(&w, found[i].direction == DIRECTION_ENTRY ? 'i' : 'o');
        if (found[i].corrected)
            writer_u8(&w, 'c');
        if (found[i].late)
            writer_u8(&w, 'l');
        writer_u8(&w, ' ');
    }
    writer_u8(&w, 0);
    assert_string_equal(text, expected);
    assert_int_equal(of.crossings, count);
}

static uint64_t
inside(struct fixture *fixture)
{
    uint64_t count = 99;

    assert_err(store_inside(&fixture->store, &count), OK);
    return count;
}

/* STO 2.3, 2.5, 3.1 */
static void
test_in_and_out(void **state)
{
    struct fixture *f = *state;
    struct store_person anna;

    fold(f, NULL); /* index 0 */
    assert_err(person_find(f, &ANNA, &anna), ERR_NOT_FOUND);
    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0);
    assert_int_equal(inside(f), 1);
    cross(f, &BEN, DIRECTION_ENTRY, DECISION_REFUSE, T0 + HOUR);
    assert_int_equal(inside(f), 1);
    cross(f, &ANNA, DIRECTION_EXIT, DECISION_HAND_OVER, T0 + 2 * HOUR);
    anna = person(f, &ANNA);
    assert_true(anna.inside);
    assert_int_equal(anna.admitted.ms, T0);
    cross(f, &ANNA, DIRECTION_EXIT, DECISION_ADMIT, T0 + 3 * HOUR);
    assert_history(f, &ANNA, "4o 3o 1i ");
    anna = person(f, &ANNA);
    assert_false(anna.inside);
    assert_true(anna.has_admitted);
    assert_int_equal(anna.entries, 1);
    assert_int_equal(anna.exits, 1);
    assert_int_equal(anna.hand_overs, 1);
    assert_int_equal(anna.refusals, 0);
    assert_int_equal(inside(f), 0);
    assert_history(f, &BEN, "2i ");
    assert_false(person(f, &BEN).has_admitted);
}

static size_t
holders(struct fixture *f, const char *issuing_state, const char *number,
        struct store_person found[4])
{
    struct store_number which = {bytes_of(issuing_state), bytes_of(number)};
    size_t count = 0;

    assert_err(store_persons_by_document(&f->store, &which, &f->arena, found, 4,
                                         &count),
               OK);
    return count;
}

/* STO 2.1, 2.2 */
static void
test_documents_and_names(void **state)
{
    struct fixture *f = *state;
    struct store_traveller renewed = ANNA;
    struct store_traveller sister = ANNA;
    struct store_person found[4];
    struct document documents[4];
    struct store_name name = {BYTES("ERIKSSON"), {0}, BYTES("1974-08-12")};
    size_t count = 0;

    renewed.number = "NEW1";
    sister.given_names = "BERTA";
    sister.number = "L2";
    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0);
    cross(f, &renewed, DIRECTION_EXIT, DECISION_ADMIT, T0 + HOUR);
    cross(f, &sister, DIRECTION_ENTRY, DECISION_ADMIT, T0 + 2 * HOUR);
    assert_history(f, &ANNA, "1o 0i ");
    assert_err(
        store_persons_by_name(&f->store, &name, &f->arena, found, 4, &count),
        OK);
    assert_int_equal(count, 2);
    name.given_names = BYTES("BERTA");
    assert_err(
        store_persons_by_name(&f->store, &name, &f->arena, found, 4, &count),
        OK);
    assert_int_equal(count, 1);
    assert_bytes(found[0].given_names, BYTES("BERTA"));
    assert_int_equal(holders(f, "UTO", "NEW1", found), 1);
    assert_int_equal(found[0].id, person(f, &ANNA).id);
    assert_err(store_documents(&f->store, found[0].id, &f->arena, documents, 4,
                               &count),
               OK);
    assert_int_equal(count, 2);
    assert_bytes(documents[0].number, BYTES("NEW1"));
    assert_bytes(documents[1].number, BYTES("L898902C3"));
    assert_int_equal(holders(f, "XXA", "NEW1", found), 0);
}

/* STO 2.3, 2.4 */
static void
test_late_records_count_when_they_occurred(void **state)
{
    struct fixture *f = *state;

    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0);
    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0 + 10 * HOUR);
    late(f, &ANNA, DIRECTION_EXIT, T0 + 5 * HOUR);
    assert_history(f, &ANNA, "1i 2ol 0i ");
    assert_int_equal(inside(f), 1);
    assert_int_equal(person(f, &ANNA).admitted.ms, T0 + 10 * HOUR);
    late(f, &ANNA, DIRECTION_EXIT, T0 + 11 * HOUR);
    assert_history(f, &ANNA, "3ol 1i 2ol 0i ");
    assert_int_equal(inside(f), 0);
    late(f, &ANNA, DIRECTION_ENTRY, T0 - HOUR);
    assert_history(f, &ANNA, "3ol 1i 2ol 0i 4il ");
    /* Of the same moment the later record is the newer one. */
    late(f, &ANNA, DIRECTION_ENTRY, T0 + 5 * HOUR);
    assert_history(f, &ANNA, "3ol 1i 5il 2ol 0i 4il ");
}

/* STO 3.3 */
static void
test_corrections(void **state)
{
    struct fixture *f = *state;
    struct store_crossing crossing;
    struct store_person found[4];
    struct store_person anna;

    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0);
    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0 + HOUR);
    correct(f, 1, "direction", "exit");
    assert_history(f, &ANNA, "1oc 0i ");
    assert_int_equal(inside(f), 0);
    correct(f, 1, "decision", "refuse");
    correct(f, 1, "reasons", "AC");
    assert_int_equal(inside(f), 1);
    anna = person(f, &ANNA);
    assert_int_equal(anna.refusals, 1);
    assert_int_equal(anna.exits, 0);
    assert_int_equal(anna.admitted.ms, T0);
    crossing = store_crossing_of(&f->store, 1, &f->arena);
    assert_int_equal(crossing.reasons, 5);
    assert_int_equal(crossing.correction, 4);
    correct(f, 0, "surname", "ERIKSEN");
    assert_history(f, &ANNA, "1oc ");
    crossing = store_crossing_of(&f->store, 0, &f->arena);
    assert_bytes(crossing.document.surname, BYTES("ERIKSEN"));
    correct(f, 1, "document_number", "L9");
    /* Nobody of that name has that number any more. */
    assert_int_equal(holders(f, "UTO", "L898902C3", found), 1);
    assert_bytes(found[0].surname, BYTES("ERIKSEN"));
    correct(f, 1, "surname", "ERIKSEN");
    assert_err(person_find(f, &ANNA, &anna), ERR_NOT_FOUND);
    correct(f, 1, "lane", "9");
    crossing = store_crossing_of(&f->store, 1, &f->arena);
    assert_bytes(crossing.lane, BYTES("9"));
}

/* STO 3.3 */
static void
test_corrections_of_nothing(void **state)
{
    static const char *const CASES[][2] = {
        {"direction", "in"},
        {"decision", ""},
        {"reasons", "J"},
        {"reasons", "AA"},
        {"lane", "12345678901234567"},
        {"sex", "FEMALE"},
        {"date_of_birth", "12 AUG"},
        {"surname", "TAB\tBED"},
        {"time", "2026"},
        {"", ""},
        {"document", "x"},
        {"format", "TD1"},
    };
    struct fixture *f = *state;
    struct store_table before[STORE_TABLE_COUNT];
    struct store_table after[STORE_TABLE_COUNT];

    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0);
    assert_err(store_tables(&f->store, before), OK);
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        assert_false(
            store_correctable(bytes_of(CASES[i][0]), bytes_of(CASES[i][1])));
        correct(f, 0, CASES[i][0], CASES[i][1]);
    }
    correct(f, 1, "lane", "4");   /* a correction is no crossing */
    correct(f, 999, "lane", "4"); /* nor is what is not there yet */
    assert_true(store_correctable(BYTES("lane"), BYTES("4")));
    assert_err(store_tables(&f->store, after), OK);
    for (size_t i = 1; i < STORE_TABLE_COUNT; i++)
        assert_memory_equal(&before[i].hash, &after[i].hash, HASH_SIZE);
}

static void
inspect(struct fixture *f, int64_t time_ms)
{
    struct event event = store_event(EVENT_INSPECTION, time_ms);

    event.inspection.direction = DIRECTION_EXIT;
    fold(f, &event);
}

/* STO 2.6, 3.2 */
static void
test_pending(void **state)
{
    struct fixture *f = *state;
    struct event event = store_event(EVENT_CROSSING, T0 + 1);
    struct store_pending pending;

    inspect(f, T0);
    inspect(f, T0);
    assert_err(store_pending(&f->store, 0, &pending), OK);
    assert_int_equal(pending.time.ms, T0);
    assert_int_equal(pending.direction, DIRECTION_EXIT);
    event.crossing.has_inspection = true;
    event.crossing.document = store_document(&ANNA);
    fold(f, &event);
    assert_err(store_pending(&f->store, 0, &pending), ERR_NOT_FOUND);
    assert_err(store_pending(&f->store, 1, &pending), OK);
    assert_err(store_pending(&f->store, 2, &pending), ERR_NOT_FOUND);
    assert_err(store_pending(&f->store, UINT64_MAX, &pending), ERR_NOT_FOUND);
    /* The same, read back. */
    store_close(&f->store);
    assert_err(store_open(&f->store, &f->place.config), OK);
    assert_int_equal(store_position(&f->store), 3);
    assert_err(store_pending(&f->store, 0, &pending), ERR_NOT_FOUND);
    assert_err(store_pending(&f->store, 1, &pending), OK);
}

/* STO 2.7, 3.4 */
static void
test_requests(void **state)
{
    struct fixture *f = *state;
    struct event event = store_event(EVENT_CROSSING, T0);
    struct request_key *key = &event.crossing.key;
    struct store_request found;

    *key = (struct request_key){.present = true, .key = {1}, .request = {7}};
    assert_err(store_request_find(&f->store, key->key, &found), ERR_NOT_FOUND);
    fold(f, &event);
    key->request[0] = 8;
    fold(f, &event); /* the first one stays */
    key->key[15] = 1;
    fold(f, &event); /* of the same place in the table, but another */
    assert_err(store_request_find(&f->store, key->key, &found), OK);
    assert_int_equal(found.index, 2);
    key->key[15] = 0;
    for (int i = 0; i < 2; i++) {
        assert_err(store_request_find(&f->store, key->key, &found), OK);
        assert_int_equal(found.index, 0);
        assert_int_equal(found.request[0], 7);
        store_close(&f->store);
        assert_err(store_open(&f->store, &f->place.config), OK);
    }
}

/* STO 4.1, 4.2 */
static void
test_statistics(void **state)
{
    struct fixture *f = *state;
    struct zone zone = {.count = 1, .offset_s = {20700}}; /* UTC+05:45 */
    struct store_question question = {.from = {T0},
                                      .to = {T0 + 48 * HOUR},
                                      .by = STORE_BY_HOUR,
                                      .zone = &zone};
    struct store_count *counts;
    size_t count;

    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0);
    cross(f, &BEN, DIRECTION_ENTRY, DECISION_ADMIT, T0 + HOUR - 1);
    cross(f, &BEN, DIRECTION_EXIT, DECISION_ADMIT, T0 + HOUR);
    cross(f, &BEN, DIRECTION_EXIT, DECISION_REFUSE, T0 + 18 * HOUR);
    cross(f, &ANNA, DIRECTION_EXIT, DECISION_HAND_OVER, T0 + 19 * HOUR);
    cross(f, &ANNA, DIRECTION_EXIT, DECISION_ADMIT, T0 + 48 * HOUR);
    assert_err(
        store_statistics(&f->store, &question, &f->arena, &counts, &count), OK);
    assert_int_equal(count, 4);
    assert_int_equal(counts[0].hour.ms, T0);
    assert_int_equal(counts[0].by_kind[STORE_ENTRY], 2);
    assert_int_equal(counts[1].by_kind[STORE_EXIT], 1);
    assert_int_equal(counts[3].hour.ms, T0 + 19 * HOUR);
    question.by = STORE_BY_DAY;
    assert_err(
        store_statistics(&f->store, &question, &f->arena, &counts, &count), OK);
    assert_int_equal(count, 2); /* the second begins at 18:15 UTC */
    assert_int_equal(counts[0].by_kind[STORE_REFUSAL], 1);
    assert_int_equal(counts[0].day.days + 1, counts[1].day.days);
    assert_int_equal(counts[1].by_kind[STORE_HAND_OVER], 1);
    question.by = STORE_BY_NATIONALITY;
    assert_err(
        store_statistics(&f->store, &question, &f->arena, &counts, &count), OK);
    assert_int_equal(count, 2);
    assert_bytes(counts[0].nationality, BYTES("UTO"));
    assert_bytes(counts[1].nationality, BYTES("XXA"));
    assert_int_equal(counts[1].by_kind[STORE_ENTRY], 1);
    question.by = STORE_BY_KIND;
    correct(f, 4, "decision", "refuse");
    assert_err(
        store_statistics(&f->store, &question, &f->arena, &counts, &count), OK);
    assert_int_equal(count, 3);
    assert_int_equal(counts[2].kind, STORE_REFUSAL);
    assert_int_equal(counts[2].by_kind[STORE_REFUSAL], 2);
    question.from.ms += 1;
    assert_err(
        store_statistics(&f->store, &question, &f->arena, &counts, &count),
        ERR_FORMAT);
}

static void
test_history_in_pages(void **state)
{
    struct fixture *f = *state;
    struct store_stretch page = {.skip = 8, .max = 4};
    struct store_crossing found[4];
    size_t count = 0;

    for (int i = 0; i < 10; i++)
        cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0 + i);
    page.person = person(f, &ANNA).id;
    assert_int_equal(person(f, &ANNA).crossings, 10);
    assert_err(store_history(&f->store, &page, &f->arena, found, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(found[1].record.index, 0);
    page.skip = 11;
    assert_err(store_history(&f->store, &page, &f->arena, found, &count), OK);
    assert_int_equal(count, 0);
    page.skip = 0;
    /* An arena that grows until it is enough. */
    for (size_t size = 0;; size++) {
        struct arena small;
        enum err e;

        arena_init(&small, f->block, size);
        e = store_history(&f->store, &page, &small, found, &count);
        if (e == OK)
            break;
        assert_err(e, ERR_LIMIT);
    }
    assert_int_equal(count, 4);
}

/* STO 1.2, 1.3, 2.8 */
static void
test_batches_are_whole(void **state)
{
    struct fixture *f = *state;
    struct event event = store_event(EVENT_CROSSING, T0);
    struct store reader;
    struct store_config config = f->place.config;
    uint64_t position;

    config.mode = STORE_READ;
    event.crossing.document = store_document(&ANNA);
    fold(f, &event);
    assert_err(store_open(&reader, &config), OK);
    assert_err(store_begin(&f->store), OK);
    assert_err(store_fold(&f->store, 1, &event), OK);
    assert_err(store_fold(&f->store, 3, &event), ERR_CONFLICT);
    assert_err(store_fold(&f->store, 2, &event), OK);
    assert_err(store_folded(&reader, &position), OK);
    assert_int_equal(position, 1);
    store_rollback(&f->store);
    assert_int_equal(store_position(&f->store), 1);
    assert_history(f, &ANNA, "0i ");
    assert_err(store_begin(&f->store), OK);
    assert_err(store_fold(&f->store, 1, &event), OK);
    assert_err(store_read_begin(&reader), OK);
    assert_err(store_folded(&reader, &position), OK);
    assert_err(store_commit(&f->store), OK);
    assert_err(store_folded(&reader, &position), OK);
    assert_int_equal(position, 1);
    store_read_end(&reader);
    assert_err(store_folded(&reader, &position), OK);
    assert_int_equal(position, 2);
    store_close(&reader);
}

/* Writes over the file, `at` bytes from its beginning, and forgets the WAL,
 * which has most pages once more. */
static void
damage(struct store_place *place, uint64_t at, struct bytes with)
{
    struct file file;

    assert_err(place->os.open(&place->os, place->folder, "store.db", OPEN_WRITE,
                              0600, &file),
               OK);
    assert_err(place->os.write_at(&place->os, file, at, with), OK);
    assert_err(place->os.remove(&place->os, place->folder, "store.db-wal"), OK);
    place->os.close(&place->os, file);
}

/* STO 1.4, 1.5 */
static void
test_files_that_are_not_ours(void **state)
{
    struct fixture *f = *state;
    struct store_config other = f->place.config;
    uint64_t position;

    cross(f, &ANNA, DIRECTION_ENTRY, DECISION_ADMIT, T0);
    store_close(&f->store);
    other.node = BYTES("vlore");
    assert_err(store_open(&f->store, &other), ERR_CONFLICT);
    assert_err(store_open(&f->store, &f->place.config), OK);
    assert_err(store_erase(&f->store, 7), OK); /* was not folded */
    store_close(&f->store);
    assert_err(store_open(&f->store, &f->place.config), OK);
    assert_err(store_erase(&f->store, 0), OK);
    store_close(&f->store);
    assert_err(store_open(&f->store, &f->place.config), ERR_CONFLICT);
    assert_err(store_drop(&f->place.config), OK);
    other = f->place.config;
    other.mode = STORE_READ;
    assert_err(store_open(&f->store, &other), ERR_NOT_FOUND);
    assert_err(store_open(&f->store, &f->place.config), OK);
    assert_int_equal(store_position(&f->store), 0);
    store_close(&f->store);
    damage(&f->place, 0, BYTES("no database at all"));
    assert_err(store_open(&f->store, &f->place.config), ERR_CORRUPT);
    assert_err(store_drop(&f->place.config), OK);
    assert_err(store_open(&f->store, &f->place.config), OK);
    assert_err(store_folded(&f->store, &position), OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_in_and_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_documents_and_names, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_late_records_count_when_they_occurred, setup, teardown),
        cmocka_unit_test_setup_teardown(test_corrections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_corrections_of_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_pending, setup, teardown),
        cmocka_unit_test_setup_teardown(test_requests, setup, teardown),
        cmocka_unit_test_setup_teardown(test_statistics, setup, teardown),
        cmocka_unit_test_setup_teardown(test_history_in_pages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_batches_are_whole, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_files_that_are_not_ours, setup,
                                        teardown),
    };

    return TEST_RUN(tests);
}
