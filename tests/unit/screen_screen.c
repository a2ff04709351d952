/*
 * Shows what hits on lists and alerts, by document and by name, in which order
 * (SCR 1.3 to 1.5); that what has expired, is an entity or cannot be asked does
 * not (SCR 1.3, 1.6); that an entry's hash changes with it (SCR 1.8); that too
 * small an arena is refused cleanly and that lists with any bit flipped are
 * survived.
 */
#include "screen/screen.h"

#include <stdlib.h>
#include <string.h>

#include "made_list.h"
#include "os/map.h"
#include "screen/alerts.h"
#include "test.h"

static const struct made_entry WATCH[] = {
    {.reference = "W1",
     .reason = LIST_REASON_WANTED,
     .surname = "ERIKSSON",
     .given_names = "ANNA MARIA",
     .born = "1974-08-12",
     .state = "UTO",
     .number = "L898902C3",
     .action = "Detain"},
    {.reference = "W2", .surname = "MUSTERMANN", .given_names = "ERIKA"},
    {.reference = "W3",
     .surname = "STEVENSON",
     .given_names = "PETER JOHN",
     .expiry = "2026-07-01"},
    {.reference = "W4",
     .kind = LIST_ENTITY,
     .name = "BERTHIER CORINNE SHIPS",
     .state = "UTO",
     .number = "E5"},
    {.reference = "W5",
     .name = "BERTHIER CORINNE",
     .alias = "CORINNE DUPONT SPECIMEN"},
};
static const struct made_entry LOST[] = {
    {.kind = LIST_DOCUMENT,
     .reason = LIST_REASON_STOLEN,
     .state = "UTO",
     .number = "L898902C3"},
    {.kind = LIST_DOCUMENT,
     .reason = LIST_REASON_BLANK,
     .state = "UTO",
     .number = "AB0100",
     .number_to = "AB0199"},
};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct fixture {
    struct made_list watch;
    struct made_list lost;
    struct screen_list lists[2];
    struct screen_set set;
    uint8_t *block;
    struct arena arena;
};

static int
setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    made_list_init(&f->lost, LIST_DOCUMENTS, LOST, COUNT(LOST));
    made_list_init(&f->watch, LIST_CSV, WATCH, COUNT(WATCH));
    f->lists[0] = made_list_shown(&f->lost, "lost");
    f->lists[1] = made_list_shown(&f->watch, "watch");
    f->set = (struct screen_set){.list_count = 2, .lists = f->lists};
    f->block = malloc(SCREEN_ARENA_SIZE);
    arena_init(&f->arena, f->block, SCREEN_ARENA_SIZE);
    *state = f;
    return 0;
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    made_list_free(&f->lost);
    made_list_free(&f->watch);
    free(f->block);
    free(f);
    return 0;
}

/* A traveller; NULL members are left out. */
struct asked {
    const char *surname;
    const char *given_names;
    const char *born;
    const char *state;
    const char *number;
};

struct answer {
    enum err e;
    size_t count;
    struct screen_hit hits[SCREEN_HITS_MAX];
};

static struct answer
ask_max(struct fixture *f, const struct asked *asked, size_t max)
{
    struct person_name name = {.surname = bytes_of(asked->surname),
                               .given_names = bytes_of(asked->given_names)};
    struct person_document document = {.state = bytes_of(asked->state),
                                       .type = BYTES("P"),
                                       .number = bytes_of(asked->number)};
    struct birth birth;
    struct screen_query query = {
        .person = {.name_count = asked->surname != NULL ? 1 : 0,
                   .names = &name,
                   .births = &birth,
                   .document_count = asked->number != NULL ? 1 : 0,
                   .documents = &document},
        .today = date_of((struct civil){2026, 7, 1})};
    struct answer answer = {0};
    bool known;

    if (asked->born != NULL) {
        assert_err(birth_parse(bytes_of(asked->born), &birth, &known), OK);
        query.person.birth_count = 1;
    }
    arena_reset(&f->arena);
    answer.e =
        screen_ask(&f->set, &query, &f->arena, answer.hits, max, &answer.count);
    return answer;
}

static struct answer
ask(struct fixture *f, const struct asked *asked)
{
    struct answer answer = ask_max(f, asked, SCREEN_HITS_MAX);

    assert_err(answer.e, OK);
    return answer;
}

static const struct asked ANNA = {.surname = "ERIKSSON",
                                  .given_names = "ANNA MARIA",
                                  .born = "1974-08-12",
                                  .state = "UTO",
                                  .number = "L898902C3"};
static const struct asked PETER = {.surname = "STEVENSON",
                                   .given_names = "PETER JOHN"};

/* SCR 1.4, SCR 1.5 */
static void
documents_come_first(void **state)
{
    struct answer a = ask(*state, &ANNA);

    assert_int_equal(a.count, 2);
    assert_bytes(a.hits[0].list, BYTES("lost"));
    assert_bytes(a.hits[0].entry, BYTES("UTO/P/L898902C3"));
    assert_int_equal(a.hits[0].kind, HIT_DOCUMENT);
    assert_int_equal(a.hits[0].points, SCORE_MAX);
    assert_int_equal(a.hits[0].reason, LIST_REASON_STOLEN);
    assert_int_equal(a.hits[0].reason_count, 1);
    assert_int_equal(a.hits[0].reasons[0], REASON_DOCUMENT_SAME);
    /* Both her document and her name are in this entry: it comes once. */
    assert_bytes(a.hits[1].list, BYTES("watch"));
    assert_bytes(a.hits[1].entry, BYTES("W1"));
    assert_int_equal(a.hits[1].kind, HIT_DOCUMENT);
    assert_int_equal(a.hits[1].reasons[0], REASON_DOCUMENT_SAME);
    assert_true(a.hits[1].reason_count > 1);
    assert_bytes(a.hits[1].name, BYTES("ERIKSSON, ANNA MARIA"));
    assert_bytes(a.hits[1].action, BYTES("Detain"));
    assert_bytes(a.hits[1].number, BYTES("L898902C3"));
    assert_bytes(a.hits[1].issuing_state, BYTES("UTO"));
}

static void
names_hit(void **state)
{
    static const struct {
        struct asked asked;
        const char *entry; /* NULL: none */
        const char *name;
    } cases[] = {
        {{.surname = "ERIKSSON",
          .given_names = "ANNA MARIA",
          .born = "1974-08-12"},
         "W1",
         "ERIKSSON, ANNA MARIA"},
        {{.surname = "ERIKSON",
          .given_names = "ANNA MARIA",
          .born = "1974-08-12"},
         "W1",
         "ERIKSSON, ANNA MARIA"},
        {{.surname = "DUPONT SPECIMEN", .given_names = "CORINNE"},
         "W5",
         "CORINNE DUPONT SPECIMEN"},
        /* What is an entity is nobody's name. */
        {{.surname = "BERTHIER", .given_names = "CORINNE"},
         "W5",
         "BERTHIER CORINNE"},
        {{.surname = "QUISLING", .given_names = "VIDKUN"}, NULL, NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct answer a = ask(*state, &cases[i].asked);

        assert_int_equal(a.count, cases[i].entry != NULL ? 1 : 0);
        if (a.count == 0)
            continue;
        assert_bytes(a.hits[0].entry, bytes_of(cases[i].entry));
        assert_int_equal(a.hits[0].kind, HIT_NAME);
        assert_bytes(a.hits[0].name, bytes_of(cases[i].name));
        assert_true(a.hits[0].points >= SCORE_THRESHOLD_DEFAULT);
        assert_true(a.hits[0].reason_count > 0);
    }
}

static void
documents_hit(void **state)
{
    static const struct {
        const char *state;
        const char *number;
        size_t count;
        const char *entry;
    } cases[] = {
        {"UTO", "L8989O2C3", 2, "UTO/P/L898902C3"},
        {"UTO", "AB0150", 1, "UTO/P/AB0100-AB0199"},
        {"UTO", "AB0200", 0, NULL},
        {"UTO", "E5", 1, "W4"}, /* an entity's document */
        {"XXA", "L898902C3", 0, NULL},
        {"", "L898902C3", 2, "UTO/P/L898902C3"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct asked asked = {.state = cases[i].state,
                              .number = cases[i].number};
        struct answer a = ask(*state, &asked);

        assert_int_equal(a.count, cases[i].count);
        if (a.count > 0)
            assert_bytes(a.hits[0].entry, bytes_of(cases[i].entry));
    }
}

/* On its last day an entry hits, on the day after no more. */
static void
expiry_ends(void **state)
{
    struct fixture *f = *state;
    struct person_name name = {.surname = bytes_of(PETER.surname),
                               .given_names = bytes_of(PETER.given_names)};
    struct screen_query query = {.person = {.name_count = 1, .names = &name}};
    struct screen_hit hits[1];
    size_t count;

    for (int after = -1; after <= 1; after++) {
        query.today = date_of((struct civil){2026, 7, 1});
        query.today.days += after;
        arena_reset(&f->arena);
        assert_err(screen_ask(&f->set, &query, &f->arena, hits, 1, &count), OK);
        assert_int_equal(count, after <= 0 ? 1 : 0);
    }
}

static void
lists_not_ready_are_passed_over(void **state)
{
    struct fixture *f = *state;

    f->lists[1] = (struct screen_list){.name = BYTES("watch"),
                                       .state = SCREEN_LIST_MISSING};
    assert_int_equal(ask(f, &ANNA).count, 1);
    assert_int_equal(ask(f, &PETER).count, 0);
    assert_string_equal(screen_list_state_word(SCREEN_LIST_READY), "ready");
    assert_string_equal(screen_list_state_word(SCREEN_LIST_MISSING), "missing");
    assert_string_equal(screen_list_state_word(SCREEN_LIST_DAMAGED), "damaged");
}

/* The hash of an entry stays when other entries come, and changes with it. */
static void
entries_are_known_again(void **state)
{
    struct fixture *f = *state;
    struct made_entry changed[COUNT(WATCH)];
    uint8_t before[ENTRY_HASH_SIZE];
    struct made_list other;
    struct answer a = ask(f, &PETER);

    memcpy(before, a.hits[0].entry_hash, sizeof(before));
    memcpy(changed, WATCH, sizeof(changed));
    changed[0].action = "Let pass";
    made_list_init(&other, LIST_CSV, changed, COUNT(changed));
    f->lists[1] = made_list_shown(&other, "watch");
    a = ask(f, &PETER);
    assert_memory_equal(a.hits[0].entry_hash, before, sizeof(before));
    made_list_free(&other);
    changed[2].expiry = "2026-07-02";
    made_list_init(&other, LIST_CSV, changed, COUNT(changed));
    f->lists[1] = made_list_shown(&other, "watch");
    a = ask(f, &PETER);
    assert_memory_not_equal(a.hits[0].entry_hash, before, sizeof(before));
    made_list_free(&other);
}

/* Of many namesakes the best are shown and all counted. */
static void
many_hits_are_counted(void **state)
{
    struct fixture *f = *state;
    struct made_entry *many = calloc(400, sizeof(*many));
    struct made_list made;
    struct answer a;

    for (size_t i = 0; i < 400; i++)
        many[i] = (struct made_entry){.reference = "M",
                                      .surname = "STEVENSON",
                                      .given_names = "PETER JOHN"};
    made_list_init(&made, LIST_CSV, many, 400);
    f->lists[0] = made_list_shown(&made, "many");
    a = ask(f, &PETER);
    assert_int_equal(a.count, 401);
    a = ask_max(f, &PETER, 1);
    assert_int_equal(a.count, 401);
    a = ask_max(f, &PETER, 0);
    assert_err(a.e, OK);
    assert_int_equal(a.count, 401);
    made_list_free(&made);
    free(many);
}

/* ----- Alerts. ----- */

static const struct alert_put PUTS[] = {
    {.kind = ALERT_DOCUMENT,
     .issuing_state = BYTES("UTO"),
     .document_type = BYTES("P"),
     .number = BYTES("L898902C3"),
     .reason = LIST_REASON_STOLEN,
     .action = BYTES("Keep it"),
     .owner = BYTES("Police")},
    {.kind = ALERT_PERSON,
     .surname = BYTES("STEVENSON"),
     .given_names = BYTES("PETER JOHN"),
     .other_name_count = 1,
     .other_names = {BYTES("JOHNNY SPECIMEN")},
     .born = BYTES("1970/1974"),
     .sex = BYTES("M"),
     .nationality = BYTES("UTO"),
     .reason = LIST_REASON_WANTED,
     .expires = BYTES("2026-06-30")},
    {.kind = ALERT_PERSON,
     .surname = BYTES("MARTIN"),
     .given_names = BYTES("ANNA"),
     .reason = LIST_REASON_MISSING_MINOR,
     .action = BYTES("Find the guardian"),
     .owner = BYTES("Court"),
     .expires = BYTES("2026-07-01")},
};
static const struct alert_record RECORDS[] = {
    {BYTES("durres/7"), &PUTS[0]},
    {BYTES("durres/8"), &PUTS[1]},
    {BYTES("durres/12"), &PUTS[2]},
};

struct built {
    struct map kept;
    struct map scratch;
    struct arena arena;
    struct alerts alerts;
};

static enum err
build(struct built *built, size_t kept_size)
{
    struct arena scratch;

    if (built->kept.p == NULL) {
        assert_err(map_scratch(ALERTS_MEMORY(3), &built->kept), OK);
        assert_err(map_scratch(NAME_INDEX_MEMORY(27), &built->scratch), OK);
    }
    arena_init(&built->arena, built->kept.p, kept_size);
    arena_init(&scratch, built->scratch.p, built->scratch.size);
    return alerts_build(RECORDS, COUNT(RECORDS), NULL, &built->arena, &scratch,
                        &built->alerts);
}

static void
built_close(struct built *built)
{
    map_close(&built->kept);
    map_close(&built->scratch);
}

static void
alerts_hit(void **state)
{
    static const struct asked anna = {.surname = "MARTIN",
                                      .given_names = "ANNA"};
    struct fixture *f = *state;
    struct built built = {0};
    struct answer a;

    assert_err(build(&built, ALERTS_MEMORY(3)), OK);
    f->set.alerts = &built.alerts;
    a = ask(f, &ANNA);
    assert_int_equal(a.count, 3); /* before lists of the same points */
    assert_bytes(a.hits[0].list, BYTES("alert"));
    assert_bytes(a.hits[0].entry, BYTES("durres/7"));
    assert_int_equal(a.hits[0].kind, HIT_DOCUMENT);
    assert_int_equal(a.hits[0].reason, LIST_REASON_STOLEN);
    assert_bytes(a.hits[0].action, BYTES("Keep it"));
    assert_bytes(a.hits[0].remark, BYTES("Police"));
    a = ask(f, &anna);
    assert_int_equal(a.count, 1);
    assert_bytes(a.hits[0].entry, BYTES("durres/12"));
    assert_int_equal(a.hits[0].kind, HIT_NAME);
    assert_bytes(a.hits[0].name, BYTES("MARTIN, ANNA"));
    /* The alert on him expired yesterday; the list's entry is of today. */
    a = ask(f, &PETER);
    assert_int_equal(a.count, 1);
    assert_bytes(a.hits[0].list, BYTES("watch"));
    built_close(&built);
}

static void
alerts_are_read(void **state)
{
    struct built built = {0};
    const struct alert *peter;

    (void)state;
    assert_err(build(&built, ALERTS_MEMORY(3)), OK);
    peter = &built.alerts.alerts[1];
    assert_int_equal(peter->person.name_count, 2);
    assert_bytes(peter->person.names[1].whole, BYTES("JOHNNY SPECIMEN"));
    assert_int_equal(peter->person.sex, 'M');
    assert_int_equal(peter->person.birth_count, 1);
    assert_int_equal(date_civil(peter->person.births[0].from).year, 1970);
    assert_int_equal(date_civil(peter->person.births[0].to).year, 1974);
    assert_int_equal(date_civil(peter->person.births[0].to).day, 31);
    assert_int_equal(peter->person.nationality_count, 1);
    built_close(&built);
}

/* An arena too small is refused; one that grows is enough at last. */
static void
alerts_need_room(void **state)
{
    struct built built = {0};
    enum err e = ERR_LIMIT;
    size_t size = 0;

    (void)state;
    for (; e == ERR_LIMIT && size < ALERTS_MEMORY(3); size += 4096)
        e = build(&built, size);
    assert_err(e, OK);
    built_close(&built);
}

/* ----- Refused and damaged. ----- */

static void
arenas_are_bounded(void **state)
{
    struct fixture *f = *state;
    size_t size = 0;
    struct answer a;

    do {
        arena_init(&f->arena, f->block, size);
        a = ask_max(f, &ANNA, SCREEN_HITS_MAX);
        size += 8192;
    } while (a.e == ERR_LIMIT && size <= SCREEN_ARENA_SIZE);
    assert_err(a.e, OK);
    assert_int_equal(a.count, 2);
}

/* Every bit of one file of the list; the other list answers all the same. */
static void
damage_is_survived(void **state)
{
    struct fixture *f = *state;
    const struct bytes files[] = {f->watch.list, f->watch.documents};

    for (size_t k = 0; k < COUNT(files); k++) {
        uint8_t *p = (uint8_t *)files[k].p;

        for (size_t i = 0; i < files[k].size * 8; i++) {
            struct answer a;

            p[i / 8] ^= (uint8_t)(1u << i % 8);
            a = ask_max(f, &ANNA, SCREEN_HITS_MAX);
            assert_true(a.e == OK || a.e == ERR_CORRUPT);
            assert_true(a.count >= 1);
            assert_bytes(a.hits[0].list, BYTES("lost"));
            p[i / 8] ^= (uint8_t)(1u << i % 8);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(documents_come_first),
        TEST(names_hit),
        TEST(documents_hit),
        TEST(expiry_ends),
        TEST(lists_not_ready_are_passed_over),
        TEST(entries_are_known_again),
        TEST(many_hits_are_counted),
        TEST(alerts_hit),
        TEST(alerts_are_read),
        TEST(alerts_need_room),
        TEST(arenas_are_bounded),
        TEST(damage_is_survived),
    };

    return TEST_RUN(tests);
}
