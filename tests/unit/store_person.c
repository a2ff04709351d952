/*
 * Who is one person by officers' word, and who may be: links and their undoing,
 * namesakes of a birthday; the crossings of all documents and names of one
 * person as one; and orders to leave, whom they find and what ends them.
 */
#include "store/known.h"

#include <stdio.h>
#include <string.h>

#include "sample_events.h"
#include "store_help.h"

#define HOUR INT64_C(3600000)
#define T0 (INT64_C(1782864000000)) /* 2026-07-01T00:00:00Z */
#define FOUND_MAX 256

static const struct store_traveller ANNA = {"ERIKSSON", "ANNA MARIA", "UTO",
                                            "1974-08-12", "L898902C3"};
static const struct store_traveller RENEWED = {"ERIKSSON", "ANNA MARIA", "UTO",
                                               "1974-08-12", "M1"};
static const struct store_traveller MARRIED = {"SAMPLE", "ANNA MARIA", "UTO",
                                               "1974-08-12", "M2"};
static const struct store_traveller SECOND = {"ERIKSON", "ANA", "XXA",
                                              "1974-08-12", "Q1"};
static const struct store_traveller BEN = {"MUSTERMANN", "BEN", "XXA",
                                           "1980-XX-XX", "X1"};

static struct identity
identity_of(const struct store_traveller *who)
{
    struct document document = store_document(who);

    return store_identity(&document);
}

static uint64_t
link_persons(struct store_fixture *f, const struct store_traveller *a,
             const struct store_traveller *b, enum verdict verdict)
{
    struct event event = store_event(EVENT_PERSON_LINKED, T0);

    event.person_linked.a = identity_of(a);
    event.person_linked.b = identity_of(b);
    event.person_linked.verdict = verdict;
    event.person_linked.reason = BYTES("compared face to face");
    return store_fixture_fold(f, &event);
}

static void
correct(struct store_fixture *f, uint64_t index, const char *field,
        const char *value)
{
    struct event event = store_event(EVENT_CORRECTION, T0 + 100 * HOUR);

    event.correction = (struct correction){.node = BYTES("durres"),
                                           .index = index,
                                           .field = bytes_of(field),
                                           .value = bytes_of(value),
                                           .reason = BYTES("mistaken")};
    (void)store_fixture_fold(f, &event);
}

/* The names of who was found, with blanks between. */
static void
assert_names(const struct store_person *found, size_t count,
             const char *expected)
{
    char text[512];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    for (size_t i = 0; i < count; i++) {
        writer_bytes(&w, found[i].surname);
        writer_u8(&w, i + 1 < count ? ' ' : 0);
    }
    if (count == 0)
        writer_u8(&w, 0);
    assert_err(writer_end(&w), OK);
    assert_string_equal(text, expected);
}

static void
assert_group(struct store_fixture *f, const struct store_traveller *who,
             const char *expected)
{
    struct store_person found[STORE_GROUP_MAX];
    struct identity identity = identity_of(who);
    size_t count;

    arena_reset(&f->arena);
    assert_err(store_group(&f->store, &identity, &f->arena, found,
                           STORE_GROUP_MAX, &count),
               OK);
    assert_names(found, count, expected);
}

static void
assert_alike(struct store_fixture *f, const struct store_traveller *who,
             const char *expected)
{
    struct store_person found[FOUND_MAX];
    struct identity identity = identity_of(who);
    size_t count;

    arena_reset(&f->arena);
    assert_err(
        store_alike(&f->store, &identity, &f->arena, found, FOUND_MAX, &count),
        OK);
    assert_names(found, count, expected);
}

/* STO 2.14, 3.6 */
static void
links_join_and_are_undone(void **state)
{
    struct store_fixture *f = *state;
    uint64_t first;
    uint64_t second;

    assert_group(f, &ANNA, "");
    (void)store_fixture_cross(f, &ANNA, DIRECTION_ENTRY, T0);
    (void)store_fixture_cross(f, &MARRIED, DIRECTION_ENTRY, T0);
    assert_group(f, &ANNA, "ERIKSSON");
    first = link_persons(f, &MARRIED, &ANNA, VERDICT_SAME);
    assert_group(f, &ANNA, "ERIKSSON SAMPLE");
    assert_group(f, &MARRIED, "SAMPLE ERIKSSON");
    /* Linked before they ever crossed: they count from then on. */
    second = link_persons(f, &MARRIED, &SECOND, VERDICT_SAME);
    assert_group(f, &SECOND, "SAMPLE ERIKSSON");
    (void)store_fixture_cross(f, &SECOND, DIRECTION_ENTRY, T0);
    assert_group(f, &SECOND, "ERIKSON SAMPLE ERIKSSON");
    assert_group(f, &ANNA, "ERIKSSON SAMPLE ERIKSON");
    correct(f, first, "verdict", "unsure");
    correct(f, first, "surname", "other");
    assert_group(f, &ANNA, "ERIKSSON SAMPLE ERIKSON");
    correct(f, first, "verdict", "other");
    assert_group(f, &ANNA, "ERIKSSON");
    assert_group(f, &SECOND, "ERIKSON SAMPLE");
    correct(f, first, "verdict", "same");
    assert_group(f, &ANNA, "ERIKSSON SAMPLE ERIKSON");
    /* The newest word counts, whichever way round it was said. */
    (void)link_persons(f, &ANNA, &MARRIED, VERDICT_OTHER);
    assert_group(f, &MARRIED, "SAMPLE ERIKSON");
    correct(f, second, "verdict", "other");
    assert_group(f, &MARRIED, "SAMPLE");
}

/* STO 2.14: a ring of more than there is room for. */
static void
groups_are_bounded(void **state)
{
    struct store_fixture *f = *state;
    struct store_person found[STORE_GROUP_MAX + 4];
    struct identity identity = identity_of(&ANNA);
    char names[STORE_GROUP_MAX + 4][24];
    struct store_traveller who[STORE_GROUP_MAX + 4];
    size_t count;

    for (size_t i = 0; i < STORE_GROUP_MAX + 4; i++) {
        who[i] = ANNA;
        (void)snprintf(names[i], sizeof(names[i]), "ERIKSSON %zu", i);
        who[i].surname = i == 0 ? ANNA.surname : names[i];
        (void)store_fixture_cross(f, &who[i], DIRECTION_ENTRY, T0);
    }
    for (size_t i = 0; i < STORE_GROUP_MAX + 4; i++)
        (void)link_persons(f, &who[i], &who[(i + 1) % (STORE_GROUP_MAX + 4)],
                           VERDICT_SAME);
    assert_err(store_group(&f->store, &identity, &f->arena, found,
                           STORE_GROUP_MAX + 4, &count),
               OK);
    assert_int_equal(count, STORE_GROUP_MAX);
    assert_bytes(found[0].surname, BYTES("ERIKSSON"));
    assert_err(store_group(&f->store, &identity, &f->arena, found, 2, &count),
               OK);
    assert_int_equal(count, 2);
}

/* STO 2.9 */
static void
who_may_be_the_same_is_offered(void **state)
{
    static const struct store_traveller SWAPPED = {"ANNA", "ERIKSSON", "UTO",
                                                   "1974-08-12", "S1"};
    static const struct store_traveller OTHER_DAY = {"ERIKSSON", "ANNA MARIA",
                                                     "UTO", "1974-08-13", "S2"};
    static const struct store_traveller OTHER_NAMES = {
        "MUSTERMANN", "BEN", "UTO", "1974-08-12", "S3"};
    static const struct store_traveller NO_BIRTH = {"ERIKSSON", "ANNA MARIA",
                                                    "UTO", "", "S4"};
    struct store_fixture *f = *state;

    (void)store_fixture_cross(f, &OTHER_DAY, DIRECTION_ENTRY, T0);
    (void)store_fixture_cross(f, &OTHER_NAMES, DIRECTION_ENTRY, T0);
    (void)store_fixture_cross(f, &NO_BIRTH, DIRECTION_ENTRY, T0);
    assert_alike(f, &ANNA, "");
    (void)store_fixture_cross(f, &MARRIED, DIRECTION_ENTRY, T0);
    assert_alike(f, &ANNA, "SAMPLE"); /* before her first crossing */
    (void)store_fixture_cross(f, &ANNA, DIRECTION_ENTRY, T0);
    (void)store_fixture_cross(f, &RENEWED, DIRECTION_EXIT, T0);
    (void)store_fixture_cross(f, &SECOND, DIRECTION_ENTRY, T0);
    (void)store_fixture_cross(f, &SWAPPED, DIRECTION_ENTRY, T0);
    assert_alike(f, &ANNA, "SAMPLE ANNA ERIKSON");
    assert_alike(f, &MARRIED, "ERIKSSON");
    assert_alike(f, &SECOND, "ERIKSSON");
    assert_alike(f, &SWAPPED, "SAMPLE ERIKSSON");
    assert_alike(f, &BEN, "");
    assert_alike(f, &NO_BIRTH, "");
    (void)link_persons(f, &ANNA, &MARRIED, VERDICT_SAME);
    assert_alike(f, &ANNA, "ANNA ERIKSON");
    (void)link_persons(f, &SECOND, &ANNA, VERDICT_OTHER);
    assert_alike(f, &ANNA, "ANNA");
    assert_alike(f, &MARRIED, "");
}

/* Many of one birthday and given name do not hide one of the same surname, nor
 * all of the same initial. STO 2.9 */
static void
no_likeness_hides_another(void **state)
{
    struct store_fixture *f = *state;
    struct store_person found[FOUND_MAX];
    struct store_traveller who = ANNA;
    struct identity identity = identity_of(&ANNA);
    char name[24];
    size_t count;

    who.surname = name;
    for (int i = 0; i < 300; i++) {
        (void)snprintf(name, sizeof(name), "SAMPLE%d", i);
        (void)store_fixture_cross(f, &who, DIRECTION_ENTRY, T0);
    }
    (void)store_fixture_cross(f, &SECOND, DIRECTION_ENTRY, T0);
    who = ANNA;
    who.nationality = "XXA";
    (void)store_fixture_cross(f, &who, DIRECTION_ENTRY, T0);
    assert_err(
        store_alike(&f->store, &identity, &f->arena, found, FOUND_MAX, &count),
        OK);
    assert_in_range(count, 1 + 31 + 1, 1 + 32 + 1); /* she may be among them */
    assert_bytes(found[0].surname, BYTES("ERIKSSON"));
    assert_bytes(found[count - 1].surname, BYTES("ERIKSON"));
}

/* All of one birthday and initial: what is looked at is bounded, and those of
 * the same surname come first. STO 2.9 */
static void
likeness_is_bounded(void **state)
{
    struct store_fixture *f = *state;
    struct store_person found[FOUND_MAX];
    struct store_traveller who = ANNA;
    struct identity identity;
    char name[24];
    size_t count;

    who.given_names = "OTHER";
    (void)store_fixture_cross(f, &who, DIRECTION_ENTRY, T0);
    who.surname = name;
    for (int i = 0; i < 200; i++) {
        (void)snprintf(name, sizeof(name), "ESAMPLE%d", i);
        (void)store_fixture_cross(f, &who, DIRECTION_ENTRY, T0);
    }
    identity = identity_of(&ANNA);
    assert_err(
        store_alike(&f->store, &identity, &f->arena, found, FOUND_MAX, &count),
        OK);
    assert_in_range(count, STORE_ALIKE_MAX - 8, STORE_ALIKE_MAX);
    assert_bytes(found[0].surname, BYTES("ERIKSSON"));
    assert_err(store_alike(&f->store, &identity, &f->arena, found, 3, &count),
               OK);
    assert_int_equal(count, 3);
}

static void
assert_passages(struct store_fixture *f, const struct store_traveller *who,
                int64_t since_ms, const char *expected)
{
    struct store_person group[STORE_GROUP_MAX];
    struct store_passage found[16];
    struct document document = store_document(who);
    struct identity identity = store_identity(&document);
    struct store_journey journey = {
        .persons = group,
        .number = {document.issuing_state, document.number},
        .since = {since_ms}};
    char text[128];
    struct writer w;
    size_t count;

    arena_reset(&f->arena);
    assert_err(store_group(&f->store, &identity, &f->arena, group,
                           STORE_GROUP_MAX, &journey.person_count),
               OK);
    assert_err(
        store_passages(&f->store, &journey, &f->arena, found, 16, &count), OK);
    writer_init(&w, text, sizeof(text));
    for (size_t i = 0; i < count; i++) {
        writer_decimal(&w, found[i].record.index);
        writer_u8(&w, found[i].direction == DIRECTION_ENTRY ? 'i' : 'o');
        writer_text(&w, found[i].decision == DECISION_REFUSE ? "r" : "");
        writer_text(&w, found[i].late ? "l" : "");
        writer_text(&w, found[i].corrected ? "c" : "");
        writer_text(&w, found[i].other_document ? "*" : "");
        writer_u8(&w, ' ');
    }
    writer_u8(&w, 0);
    assert_err(writer_end(&w), OK);
    assert_string_equal(text, expected);
    if (count > 0 && found[0].late)
        assert_bytes(found[0].place, BYTES("Vlore"));
    else if (count > 0)
        assert_bytes(found[0].place, BYTES(""));
    if (count > 0)
        assert_bytes(found[0].lane, BYTES("3"));
}

static uint64_t
late(struct store_fixture *f, const struct store_traveller *who,
     enum direction direction, int64_t occurred_ms)
{
    struct event event = store_event(EVENT_LATE_RECORD, T0 + 500 * HOUR);

    event.place = BYTES("Vlore");
    event.late_record.occurred.ms = occurred_ms;
    event.late_record.direction = direction;
    event.late_record.document = store_document(who);
    return store_fixture_fold(f, &event);
}

/* STO 2.3, 2.4 */
static void
passages_of_all_names_are_one(void **state)
{
    struct store_fixture *f = *state;
    struct store_crossing crossing;

    assert_passages(f, &ANNA, 0, "");
    (void)store_fixture_cross(f, &ANNA, DIRECTION_ENTRY, T0);
    (void)store_fixture_cross(f, &RENEWED, DIRECTION_EXIT, T0 + HOUR);
    (void)store_fixture_cross(f, &MARRIED, DIRECTION_ENTRY, T0 + 2 * HOUR);
    (void)store_fixture_cross(f, &ANNA, DIRECTION_EXIT, T0 + 3 * HOUR);
    assert_passages(f, &ANNA, 0, "3o 1o* 0i ");
    (void)link_persons(f, &MARRIED, &ANNA, VERDICT_SAME);
    assert_passages(f, &ANNA, 0, "3o 2i* 1o* 0i ");
    assert_passages(f, &MARRIED, 0, "3o* 2i 1o* 0i* ");
    /* From then on, and of each traveller the one before. */
    assert_passages(f, &ANNA, T0 + 2 * HOUR, "3o 2i* 1o* ");
    assert_passages(f, &ANNA, T0 + 3 * HOUR, "3o 2i* 1o* ");
    assert_passages(f, &ANNA, T0 + 90 * HOUR, "3o 2i* ");
    correct(f, 1, "reasons", "A");
    correct(f, 1, "decision", "refuse");
    assert_passages(f, &ANNA, 0, "3o 2i* 1orc* 0i ");
    assert_int_equal(late(f, &MARRIED, DIRECTION_ENTRY, T0 + 5 * HOUR), 7);
    assert_passages(f, &ANNA, 0, "7il* 3o 2i* 1orc* 0i ");
    assert_err(store_crossing_find(&f->store,
                                   &(struct record_name){BYTES("durres"), 7},
                                   &f->arena, &crossing),
               OK);
    assert_bytes(crossing.place, BYTES("Vlore"));
    correct(f, 7, "lane", "3");
    assert_passages(f, &ANNA, 0, "7ilc* 3o 2i* 1orc* 0i ");
}

static uint64_t
order(struct store_fixture *f, const struct document *document, int64_t time_ms,
      int64_t deadline_ms)
{
    struct event event = *sample_event("exit_order");

    event.time.ms = time_ms;
    event.exit_order.document = *document;
    event.exit_order.deadline.ms = deadline_ms;
    return store_fixture_fold(f, &event);
}

/* Each order's record, and the exit that obeyed it. */
static void
assert_orders(const struct store_order *orders, size_t count,
              const char *expected)
{
    char text[128];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    for (size_t i = 0; i < count; i++) {
        writer_decimal(&w, orders[i].record.index);
        if (orders[i].obeyed) {
            writer_u8(&w, '>');
            writer_decimal(&w, orders[i].exit.index);
        }
        writer_u8(&w, ' ');
    }
    writer_u8(&w, 0);
    assert_err(writer_end(&w), OK);
    assert_string_equal(text, expected);
}

static void
assert_orders_of(struct store_fixture *f, const struct store_traveller *who,
                 const char *expected)
{
    struct store_order orders[STORE_ORDERS_MAX];
    struct document document = store_document(who);
    size_t count;

    arena_reset(&f->arena);
    assert_err(store_orders_of(&f->store, &document, &f->arena, orders,
                               STORE_ORDERS_MAX, &count),
               OK);
    assert_orders(orders, count, expected);
}

/* STO 2.12 */
static void
orders_find_their_person(void **state)
{
    static const struct store_traveller TWIN = {"ERIKSSON", "BENGT", "UTO",
                                                "1974-08-12", "T1"};
    struct store_fixture *f = *state;
    struct document document = store_document(&ANNA);
    struct document only_number = {.number = document.number};
    struct document only_name = {.surname = document.surname,
                                 .date_of_birth = document.date_of_birth};
    struct event withdrawal = *sample_event("withdrawal");

    assert_orders_of(f, &ANNA, "");
    assert_int_equal(order(f, &document, T0, T0 + 24 * HOUR), 0);
    assert_orders_of(f, &ANNA, "0 ");
    assert_orders_of(f, &RENEWED, "0 ");
    assert_orders_of(f, &TWIN, "");
    assert_orders_of(f, &MARRIED, "");
    assert_orders_of(f, &BEN, "");
    (void)order(f, &only_number, T0 + 1, T0 + 24 * HOUR);
    (void)order(f, &only_name, T0 + 2, T0 + 24 * HOUR);
    assert_orders_of(f, &ANNA, "2 1 0 ");
    assert_orders_of(f, &RENEWED, "2 0 ");
    assert_orders_of(f, &TWIN, "2 ");
    withdrawal.withdrawal.index = 1;
    (void)store_fixture_fold(f, &withdrawal);
    assert_orders_of(f, &ANNA, "2 0 ");
    for (int i = 0; i < STORE_ORDERS_MAX; i++)
        (void)order(f, &only_name, T0 + 3, T0 + 24 * HOUR);
    assert_orders_of(f, &ANNA, "19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 ");
}

/* STO 2.12 */
static void
orders_end_by_an_exit(void **state)
{
    struct store_fixture *f = *state;
    struct store_order orders[4];
    struct store_order one;
    struct document document = store_document(&ANNA);
    struct store_traveller namesake = ANNA;
    size_t count;
    uint64_t exit;

    namesake.nationality = "XXA";
    (void)store_fixture_cross(f, &ANNA, DIRECTION_ENTRY, T0 - 2 * HOUR);
    (void)store_fixture_cross(f, &ANNA, DIRECTION_EXIT, T0 - HOUR);
    (void)order(f, &document, T0, T0 + 24 * HOUR);
    assert_orders_of(f, &ANNA, "2 "); /* that exit was before */
    (void)store_fixture_cross(f, &ANNA, DIRECTION_ENTRY, T0 + HOUR);
    (void)store_fixture_cross(f, &namesake, DIRECTION_EXIT, T0 + HOUR);
    assert_orders_of(f, &ANNA, "2 ");
    assert_orders_of(f, &namesake, "2 "); /* found, for an officer to judge */
    exit = store_fixture_cross(f, &RENEWED, DIRECTION_EXIT, T0 + 30 * HOUR);
    assert_orders_of(f, &ANNA, "2>5 ");
    (void)store_fixture_cross(f, &RENEWED, DIRECTION_ENTRY, T0 + 31 * HOUR);
    (void)store_fixture_cross(f, &RENEWED, DIRECTION_EXIT, T0 + 32 * HOUR);
    assert_err(store_order_find(&f->store,
                                &(struct record_name){BYTES("durres"), 2},
                                &f->arena, &one),
               OK);
    assert_true(one.obeyed);
    assert_int_equal(one.exit.index, exit);
    assert_int_equal(one.exit_time.ms, T0 + 30 * HOUR);
    assert_int_equal(one.deadline.ms, T0 + 24 * HOUR);
    assert_bytes(one.reason, BYTES("expelled"));
    assert_bytes(one.owner, BYTES("ministry"));
    assert_bytes(one.number, document.number);
    assert_bytes(one.identity.surname, document.surname);
    /* What is corrected, or written late, counts at once. */
    correct(f, 7, "decision", "hand_over");
    correct(f, exit, "decision", "hand_over");
    assert_orders_of(f, &ANNA, "2 ");
    (void)late(f, &MARRIED, DIRECTION_EXIT, T0 + 2 * HOUR);
    assert_orders_of(f, &ANNA, "2 ");
    (void)link_persons(f, &MARRIED, &ANNA, VERDICT_SAME);
    assert_orders_of(f, &ANNA, "2>10 ");
    document = store_document(&BEN);
    (void)order(f, &document, T0 + 2 * HOUR, T0 + 3 * HOUR);
    assert_err(store_orders(&f->store, 0, &f->arena, orders, 4, &count), OK);
    assert_orders(orders, count, "2>10 12 ");
    assert_err(store_orders(&f->store, 3, &f->arena, orders, 4, &count), OK);
    assert_orders(orders, count, "12 ");
    assert_err(store_orders(&f->store, 13, &f->arena, orders, 4, &count), OK);
    assert_int_equal(count, 0);
    assert_err(store_order_find(&f->store,
                                &(struct record_name){BYTES("durres"), 3},
                                &f->arena, &one),
               ERR_NOT_FOUND);
}

#define CASE(test)                                                             \
    cmocka_unit_test_setup_teardown(test, store_fixture_setup,                 \
                                    store_fixture_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(links_join_and_are_undone),
        CASE(groups_are_bounded),
        CASE(who_may_be_the_same_is_offered),
        CASE(likeness_is_bounded),
        CASE(no_likeness_hides_another),
        CASE(passages_of_all_names_are_one),
        CASE(orders_find_their_person),
        CASE(orders_end_by_an_exit),
    };

    return TEST_RUN(tests);
}
