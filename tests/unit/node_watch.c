/*
 * Shows that what the log brings into force is asked from the next look on, and
 * no more once it is replaced or withdrawn (SCR 1.1); that nothing is mapped
 * anew while nothing changed; and that a list whose files are missing, cut,
 * another list's or of another version is said to be so while the rest is asked
 * (SCR 1.6).
 */
#include "node/watch.h"

#include <stdlib.h>
#include <string.h>

#include "made_list.h"
#include "sample_events.h"
#include "store_help.h"

#define RULES_SIZE (64 * 1024)
#define TODAY ((struct civil){.year = 2026, .month = 7, .day = 1})

static const struct made_entry ANNA[] = {
    {.reference = "A1",
     .reason = LIST_REASON_WANTED,
     .surname = "ERIKSSON",
     .given_names = "ANNA MARIA",
     .state = "UTO",
     .number = "L898902C3"},
};
static const struct made_entry PETER[] = {
    {.reference = "P1", .surname = "STEVENSON", .given_names = "PETER JOHN"},
};

struct fixture {
    struct store_fixture *store;
    struct os os; /* whose clock is ours */
    struct watch *watch;
    struct made_list anna;
    struct made_list peter;
};

static uint64_t clock_ns;

static uint64_t
monotonic_ns(struct os *os)
{
    (void)os;
    return clock_ns;
}

static int
setup(void **state)
{
    struct watch_config config = {.make_folder = true};
    struct fixture *f;
    void *store = NULL;

    if (store_fixture_setup(&store) != 0)
        return 1;
    f = calloc(1, sizeof(*f));
    assert_non_null(f);
    f->store = store;
    f->os = f->store->place.os;
    f->os.monotonic_ns = monotonic_ns;
    config.os = &f->os;
    config.dir = f->store->place.folder;
    made_list_init(&f->anna, LIST_CSV, ANNA, 1);
    made_list_init(&f->peter, LIST_CSV, PETER, 1);
    assert_err(watch_open(&f->watch, &config), OK);
    *state = f;
    return 0;
}

static int
teardown(void **state)
{
    struct fixture *f = *state;
    void *store = f->store;

    watch_close(f->watch);
    watch_close(NULL);
    made_list_free(&f->anna);
    made_list_free(&f->peter);
    free(f);
    return store_fixture_teardown(&store);
}

/* The event that an import records, and the files if there are any. */
static void
import(struct fixture *f, const char *name, const struct made_list *list)
{
    struct event event = *sample_event("list_imported");
    struct list_imported *import = &event.list_imported;

    import->name = bytes_of(name);
    import->source = bytes_of(list_source_word(list->file.head.source));
    memcpy(import->sha256, list->sha256, sizeof(import->sha256));
    import->size = list->list.size;
    import->entries = list->file.head.entries;
    (void)store_fixture_fold(f->store, &event);
}

static void
refresh(struct fixture *f)
{
    assert_true(watch_refresh(f->watch, &f->store->store));
}

static size_t
hits(struct fixture *f, const char *surname, const char *given_names,
     struct screen_hit *out)
{
    struct person_name name = {.surname = bytes_of(surname),
                               .given_names = bytes_of(given_names)};
    struct screen_query query = {.person = {.name_count = 1, .names = &name},
                                 .today = date_of(TODAY)};
    struct screen_hit all[SCREEN_HITS_MAX];
    size_t count = 0;

    refresh(f);
    assert_err(screen_ask(watch_set(f->watch), &query, watch_scratch(f->watch),
                          all, SCREEN_HITS_MAX, &count),
               OK);
    if (count > 0 && out != NULL)
        *out = all[0];
    return count;
}

#define ASK_ANNA "ERIKSSON", "ANNA MARIA"
#define ASK_PETER "STEVENSON", "PETER JOHN"

static void
nothing_is_in_force(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(hits(f, ASK_ANNA, NULL), 0);
    assert_int_equal(watch_set(f->watch)->list_count, 0);
    assert_null(watch_rules(f->watch));
    assert_false(watch_rules_missing(f->watch));
    assert_false(watch_set(f->watch)->alerts_missing);
}

static void
imports_are_in_force_at_once(void **state)
{
    struct fixture *f = *state;
    struct screen_hit hit = {0};
    uint64_t changes;

    made_list_write(&f->anna, &f->os, f->store->place.folder);
    made_list_write(&f->peter, &f->os, f->store->place.folder);
    assert_int_equal(hits(f, ASK_ANNA, NULL), 0);
    import(f, "one", &f->anna);
    assert_int_equal(hits(f, ASK_ANNA, &hit), 1);
    assert_bytes(hit.list, BYTES("one"));
    assert_bytes(hit.entry, BYTES("A1"));
    changes = watch_changes(f->watch);
    assert_int_equal(hits(f, ASK_PETER, NULL), 0);
    assert_int_equal(watch_changes(f->watch), changes);
    import(f, "another", &f->peter);
    assert_int_equal(hits(f, ASK_PETER, NULL), 1);
    /* One list, and the alerts, which have no number of their own. */
    assert_int_equal(watch_changes(f->watch), changes + 2);
    assert_int_equal(hits(f, ASK_ANNA, NULL), 1);
    assert_bytes(watch_set(f->watch)->lists[0].name, BYTES("another"));
    assert_bytes(watch_set(f->watch)->lists[1].name, BYTES("one"));
    import(f, "one", &f->peter);
    assert_int_equal(hits(f, ASK_ANNA, NULL), 0);
    assert_int_equal(hits(f, ASK_PETER, NULL), 2);
}

/* What an officer may read of a list in force. */
static void
lists_are_described(void **state)
{
    struct fixture *f = *state;
    const struct screen_list *list;

    made_list_write(&f->anna, &f->os, f->store->place.folder);
    import(f, "one", &f->anna);
    refresh(f);
    list = &watch_set(f->watch)->lists[0];
    assert_int_equal(list->state, SCREEN_LIST_READY);
    assert_int_equal(list->source, LIST_CSV);
    assert_int_equal(list->threshold, SCORE_THRESHOLD_DEFAULT);
    assert_true(list->imported.ms > 0);
    assert_non_null(list->file);
    assert_non_null(list->names);
    assert_non_null(list->documents);
}

/* ----- Alerts. ----- */

static void
alerts_come_and_go(void **state)
{
    struct fixture *f = *state;
    struct event event = *sample_event("list_imported");
    struct screen_hit hit = {0};
    uint64_t index;

    event.type = EVENT_ALERT_PUT;
    event.alert_put = (struct alert_put){.kind = ALERT_PERSON,
                                         .surname = BYTES("ERIKSSON"),
                                         .given_names = BYTES("ANNA MARIA"),
                                         .reason = LIST_REASON_WANTED,
                                         .action = BYTES("Detain"),
                                         .owner = BYTES("Police")};
    (void)store_fixture_fold(f->store, &event);
    index = store_fixture_fold(f->store, &event);
    assert_int_equal(hits(f, ASK_ANNA, &hit), 2);
    assert_bytes(hit.list, BYTES("alert"));
    assert_bytes(hit.entry, BYTES("durres/0"));
    assert_bytes(hit.action, BYTES("Detain"));
    event.type = EVENT_WITHDRAWAL;
    event.withdrawal = (struct withdrawal){
        .node = BYTES("durres"), .index = index, .reason = BYTES("found")};
    (void)store_fixture_fold(f->store, &event);
    assert_int_equal(hits(f, ASK_ANNA, NULL), 1);
}

/* More than are read at once. */
static void
many_alerts_are_read(void **state)
{
    struct fixture *f = *state;
    struct event event = *sample_event("list_imported");

    event.type = EVENT_ALERT_PUT;
    event.alert_put = (struct alert_put){.kind = ALERT_DOCUMENT,
                                         .issuing_state = BYTES("UTO"),
                                         .number = BYTES("X1"),
                                         .reason = LIST_REASON_LOST,
                                         .action = BYTES("Keep it"),
                                         .owner = BYTES("Police")};
    for (size_t i = 0; i < 512; i++)
        (void)store_fixture_fold(f->store, &event);
    event.alert_put = (struct alert_put){.kind = ALERT_PERSON,
                                         .surname = BYTES("STEVENSON"),
                                         .given_names = BYTES("PETER JOHN"),
                                         .reason = LIST_REASON_WANTED,
                                         .action = BYTES("Detain"),
                                         .owner = BYTES("Police")};
    (void)store_fixture_fold(f->store, &event);
    assert_int_equal(hits(f, ASK_PETER, NULL), 1);
    assert_false(watch_set(f->watch)->alerts_missing);
}

/* ----- What cannot be had. ----- */

static enum screen_list_state
state_of(struct fixture *f, const char *name)
{
    const struct screen_set *set;

    refresh(f);
    set = watch_set(f->watch);
    for (size_t i = 0; i < set->list_count; i++) {
        if (bytes_equal(set->lists[i].name, bytes_of(name)))
            return set->lists[i].state;
    }
    fail_msg("no list %s", name);
    return SCREEN_LIST_READY;
}

static void
missing_files_are_said(void **state)
{
    static const char *const endings[] = {".list", ".names", ".documents"};
    struct fixture *f = *state;
    struct folder folder = f->store->place.folder;

    made_list_write(&f->peter, &f->os, folder);
    import(f, "peter", &f->peter);
    import(f, "anna", &f->anna);
    assert_int_equal(state_of(f, "anna"), SCREEN_LIST_MISSING);
    assert_int_equal(hits(f, ASK_PETER, NULL), 1);
    for (size_t i = 0; i < 3; i++) {
        char path[MADE_LIST_PATH_SIZE];

        made_list_write(&f->anna, &f->os, folder);
        made_list_path(&f->anna, endings[i], path);
        assert_err(f->os.remove(&f->os, folder, path), OK);
        clock_ns += UINT64_C(1000000000);
        assert_int_equal(state_of(f, "anna"), SCREEN_LIST_MISSING);
        assert_int_equal(hits(f, ASK_ANNA, NULL), 0);
    }
    /* It is there again: that is seen a second later, not at every scan. */
    made_list_write(&f->anna, &f->os, folder);
    assert_int_equal(state_of(f, "anna"), SCREEN_LIST_MISSING);
    clock_ns += UINT64_C(1000000000);
    assert_int_equal(state_of(f, "anna"), SCREEN_LIST_READY);
    assert_int_equal(hits(f, ASK_ANNA, NULL), 1);
}

/* One file in the place of another: cut, another list's, of another version. */
static void
damaged_files_are_said(void **state)
{
    struct fixture *f = *state;
    struct folder folder = f->store->place.folder;
    const struct {
        const char *ending;
        struct bytes content;
        size_t version_at; /* where a byte is changed; 0: nowhere */
        enum screen_list_state state;
    } cases[] = {
        {".list", f->peter.list, 0, SCREEN_LIST_DAMAGED},
        {".list",
         {f->anna.list.p, f->anna.list.size - 1},
         0,
         SCREEN_LIST_DAMAGED},
        {".list", {f->anna.list.p, 0}, 0, SCREEN_LIST_DAMAGED},
        {".names", f->peter.names, 0, SCREEN_LIST_DAMAGED},
        {".documents",
         {f->anna.documents.p, f->anna.documents.size - 1},
         0,
         SCREEN_LIST_DAMAGED},
        {".documents", f->anna.documents, 11, SCREEN_LIST_MISSING},
        {".documents", f->anna.documents, 45, SCREEN_LIST_DAMAGED},
        {".documents", {f->anna.documents.p, 0}, 0, SCREEN_LIST_MISSING},
    };

    import(f, "anna", &f->anna);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bytes content = cases[i].content;
        uint8_t *copy = malloc(content.size + 1);
        char path[MADE_LIST_PATH_SIZE];

        memcpy(copy, content.p, content.size);
        if (cases[i].version_at > 0)
            copy[cases[i].version_at] ^= 2;
        made_list_write(&f->anna, &f->os, folder);
        made_list_path(&f->anna, cases[i].ending, path);
        content.p = copy;
        assert_err(
            os_replace_file(&f->os, folder, path, "lists", content, 0600), OK);
        clock_ns += UINT64_C(1000000000);
        if (state_of(f, "anna") != cases[i].state)
            fail_msg("case %zu: %s", i,
                     screen_list_state_word(state_of(f, "anna")));
        assert_int_equal(hits(f, ASK_ANNA, NULL), 0);
        free(copy);
    }
}

/* ----- Rules of stay. ----- */

static enum err
put(void *context, struct bytes in)
{
    writer_bytes(context, in);
    return OK;
}

static void
rules_make(struct made_list *made, const char *text)
{
    uint8_t *block = malloc(RULES_SIZE);
    struct writer out;
    struct list_writer w = {
        .room = malloc(LIST_ROOM_SIZE), .put = put, .context = &out};

    *made = (struct made_list){0};
    writer_init(&out, block, RULES_SIZE);
    assert_err(list_writer_begin(&w, LIST_RULES), OK);
    assert_err(list_writer_text(&w, bytes_of(text)), OK);
    assert_err(list_writer_end(&w), OK);
    free(w.room);
    made->list = writer_done(&out);
    made->sha256[0] = 7;
    assert_err(list_open(made->list, &made->file), OK);
}

static void
rules_are_in_force(void **state)
{
    struct fixture *f = *state;
    struct folder folder = f->store->place.folder;
    struct bytes text = test_file("packaging/stay-rules.sample");
    char *copy = calloc(1, text.size + 1);
    struct made_list rules;

    memcpy(copy, text.p, text.size);
    rules_make(&rules, copy);
    import(f, "stay-rules", &rules);
    refresh(f);
    assert_null(watch_rules(f->watch));
    assert_true(watch_rules_missing(f->watch));
    made_list_write(&rules, &f->os, folder);
    clock_ns += UINT64_C(1000000000);
    refresh(f);
    assert_non_null(watch_rules(f->watch));
    assert_false(watch_rules_missing(f->watch));
    assert_int_equal(watch_set(f->watch)->list_count, 0);
    made_list_free(&rules);
    rules_make(&rules, "no rules");
    rules.sha256[0] = 8;
    made_list_write(&rules, &f->os, folder);
    import(f, "stay-rules", &rules);
    refresh(f);
    assert_null(watch_rules(f->watch));
    assert_true(watch_rules_missing(f->watch));
    made_list_free(&rules);
    free(copy);
    test_file_free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_in_force),    TEST(imports_are_in_force_at_once),
        TEST(lists_are_described),    TEST(alerts_come_and_go),
        TEST(many_alerts_are_read),   TEST(missing_files_are_said),
        TEST(damaged_files_are_said), TEST(rules_are_in_force),
    };

    return TEST_RUN(tests);
}
