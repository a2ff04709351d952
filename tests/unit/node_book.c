/*
 * The book on a real folder: what was committed is read back, by this life and
 * the next; no slot is ever used twice, whatever fails between; the clock of
 * the log never runs backwards; a store that cannot be believed is folded anew
 * to the same tables; and with the n-th call to `os` failing, for every n,
 * whatever was committed before is there afterwards.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "failing.h"
#include "node/book.h"
#include "node/init.h"
#include "seal/entry.h"

/* Small, so that it begins anew now and then. */
#define JOURNAL_SIZE (256u << 10)

struct world {
    struct failing failing;
    struct config config;
    struct book_config book_config;
    char path[64];
    char node[80];
    struct book *book;
};

static int
set_up_sized(void **state, uint64_t journal_size)
{
    struct world *world = calloc(1, sizeof(*world));
    struct os *os;

    assert_non_null(world);
    world->book = calloc(1, sizeof(*world->book));
    assert_non_null(world->book);
    failing_init(&world->failing);
    os = &world->failing.os;
    /* In memory where there is such a place: hundreds of lives sync. */
    strcpy(world->path, "/dev/shm/kufi-book-XXXXXX");
    if (mkdtemp(world->path) == NULL) {
        strcpy(world->path, "/tmp/kufi-book-XXXXXX");
        assert_non_null(mkdtemp(world->path));
    }
    (void)snprintf(world->node, sizeof(world->node), "%s/node", world->path);
    world->config = (struct config){.origin = "border.example/durres",
                                    .kind = NODE_SEA,
                                    .country = "ALB",
                                    .place = "Durrës",
                                    .zone = "Europe/Tirane",
                                    .listen = LISTEN_DEFAULT};
    world->book_config = (struct book_config){.os = os,
                                              .path = world->node,
                                              .config = &world->config,
                                              .random = &crypto_random,
                                              .journal_size = journal_size};
    assert_int_equal(mkdir(world->node, 0700), 0);
    assert_err(os->folder_open(os, world->node, &world->book_config.dir), OK);
    assert_err(book_create(world->book, &world->book_config), OK);
    *state = world;
    return 0;
}

static int
set_up(void **state)
{
    return set_up_sized(state, JOURNAL_SIZE);
}

/* As `kufi init` makes it. */
static int
set_up_usual(void **state)
{
    return set_up_sized(state, 0);
}

static int
tear_down(void **state)
{
    struct world *world = *state;
    struct os *os = &world->failing.os;
    char command[128];

    os->folder_close(os, world->book_config.dir);
    (void)snprintf(command, sizeof(command), "rm -rf %s", world->path);
    assert_int_equal(system(command), 0);
    free(world->book);
    free(world);
    return 0;
}

static void
book_up(struct world *world)
{
    struct book_report report;

    world->failing.fail_at = 0;
    assert_err(book_open(world->book, &world->book_config, &report), OK);
    assert_err(book_start(world->book), OK);
    assert_err(book_fold(world->book), OK);
}

/* A late record; `number` tells it from others. */
static struct event
late(const struct world *world, char number[16], unsigned n)
{
    struct event event = {.type = EVENT_LATE_RECORD, .actor = BYTES("tests")};

    (void)snprintf(number, 16, "N%u", n);
    event.late_record = (struct late_record){
        .occurred = {world->failing.now_ms - 60000},
        .reason = BYTES("the power was out"),
        .recorder = BYTES("officer 7"),
        .document = {.format = BYTES("TD3"),
                     .code = BYTES("P"),
                     .issuing_state = BYTES("UTO"),
                     .number = bytes_of(number),
                     .surname = BYTES("ERIKSSON"),
                     .given_names = BYTES("ANNA"),
                     .nationality = BYTES("UTO"),
                     .date_of_birth = BYTES("1974-08-12"),
                     .sex = BYTES("F"),
                     .date_of_expiry = BYTES("2032-04-15")},
    };
    return event;
}

/* Records one and gives its index; the error when it could not be. */
static enum err
record(struct world *world, unsigned n, uint64_t *index)
{
    char number[16];
    struct event event = late(world, number, n);
    size_t item;
    enum err e = book_begin(world->book);

    if (e == OK)
        e = book_put(world->book, &event, false, &item);
    if (e == OK)
        e = book_commit(world->book);
    if (e == OK)
        *index = book_index(world->book, item);
    return e;
}

static bool
is_there(struct world *world, uint64_t index, unsigned n)
{
    char number[16];
    struct book_entry read;

    (void)snprintf(number, sizeof(number), "N%u", n);
    return book_read(world->book, index, &read) == OK &&
           read.event.type == EVENT_LATE_RECORD &&
           bytes_equal(read.event.late_record.document.number,
                       bytes_of(number));
}

/* No slot twice, no time before an earlier one. */
static uint64_t
check_log(struct world *world)
{
    uint64_t size = log_size(&world->book->log);
    uint64_t *used = calloc((size_t)size, sizeof(*used));
    struct instant last = {0};
    size_t used_count = 0;
    uint64_t i;
    size_t k;

    assert_non_null(used);
    for (i = 0; i < size; i++) {
        struct book_entry read;
        struct entry entry;
        struct fault fault;
        uint64_t slot;

        assert_err(book_read(world->book, i, &read), OK);
        assert_true(read.event.time.ms >= last.ms);
        last = read.event.time;
        assert_err(entry_parse(read.entry, &entry, &fault), OK);
        if (!entry.sealed)
            continue;
        slot = (uint64_t)entry.epoch << 32 | entry.slot;
        for (k = 0; k < used_count; k++)
            assert_true(used[k] != slot);
        used[used_count++] = slot;
    }
    free(used);
    return size;
}

/* ----- Tests. ----- */

static void
lives(void **state)
{
    struct world *world = *state;
    struct book_entry read;
    uint64_t indices[30] = {0};
    unsigned life;
    unsigned n;

    for (life = 0; life < 10; life++) {
        book_up(world);
        for (n = 0; n < 3; n++) {
            failing_pass(&world->failing, 1000);
            assert_err(record(world, life * 3 + n, &indices[life * 3 + n]), OK);
            assert_err(book_fold(world->book), OK);
        }
        for (n = 0; n < life * 3 + 3; n++)
            assert_true(is_there(world, indices[n], n));
        (void)check_log(world);
        /* Each third ends as by `kill -9`. */
        if (life % 3 == 0)
            book_abandon(world->book);
        else
            assert_err(book_stop(world->book, STOP_ASKED), OK);
    }
    book_up(world);
    assert_err(book_read(world->book, 0, &read), OK);
    assert_int_equal(read.event.type, EVENT_NODE_START);
    assert_int_equal(read.event.node_start.reason, START_INIT);
    assert_bytes(read.event.node_start.country, BYTES("ALB"));
    assert_err(book_read(world->book, 1u << 30, &read), ERR_NOT_FOUND);
    assert_err(book_stop(world->book, STOP_ASKED), OK);
}

/* A second keeper has no chance while the first lives. */
static void
one_keeper(void **state)
{
    struct world *world = *state;
    struct book *second = calloc(1, sizeof(*second));
    struct book_report report;

    assert_non_null(second);
    book_up(world);
    assert_err(book_open(second, &world->book_config, &report), ERR_BUSY);
    assert_err(book_stop(world->book, STOP_ASKED), OK);
    free(second);
}

static void
clock_never_back(void **state)
{
    /* What the clock does beyond the steady one, and whether that is said. */
    static const struct {
        int64_t jump_ms;
        bool recorded;
    } jumps[] = {{0, false},      {1500, false},     {-1500, false},
                 {60000, true},   {-60000, true},    {-3600000, true},
                 {7200000, true}, {86400000, true},  {-86400000, true},
                 {0, false},      {172800000, true}, {2001, true}};
    struct world *world = *state;
    struct book_entry read;
    uint64_t index = 0;
    size_t i;

    book_up(world);
    for (i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
        uint64_t before = log_size(&world->book->log);

        failing_pass(&world->failing, 5000);
        world->failing.now_ms += jumps[i].jump_ms;
        assert_err(record(world, (unsigned)i, &index), OK);
        assert_err(book_read(world->book, index - 1, &read), OK);
        assert_int_equal(index > before && read.event.type == EVENT_CLOCK_JUMP,
                         jumps[i].recorded);
        if (jumps[i].recorded)
            assert_int_equal(read.event.clock_jump.to.ms,
                             world->failing.now_ms);
        assert_err(book_fold(world->book), OK);
    }
    (void)check_log(world);
    book_abandon(world->book);
    /* Over a restart too: the log's last event is what the clock is held to. */
    world->failing.now_ms -= INT64_C(86400000) * 30;
    book_up(world);
    assert_err(record(world, 99, &index), OK);
    (void)check_log(world);
    assert_err(book_stop(world->book, STOP_ASKED), OK);
}

/* Each day has an epoch, and its slots begin anew. */
static void
a_day_an_epoch(void **state)
{
    struct world *world = *state;
    struct book_entry read;
    struct entry entry;
    struct fault fault;
    uint32_t last = 0;
    uint64_t index = 0;
    unsigned day;

    book_up(world);
    for (day = 0; day < 5; day++) {
        failing_pass(&world->failing, 86400000);
        assert_err(record(world, day, &index), OK);
        assert_err(book_read(world->book, index, &read), OK);
        assert_err(entry_parse(read.entry, &entry, &fault), OK);
        assert_int_equal(entry.epoch, world->failing.now_ms / 86400000);
        assert_int_equal(entry.slot, 0);
        assert_true(entry.epoch > last);
        last = entry.epoch;
        assert_err(book_fold(world->book), OK);
    }
    assert_err(book_stop(world->book, STOP_ASKED), OK);
}

/* A batch is full before the log's bounds are, whatever it holds. */
static void
full_batches(void **state)
{
    static char text[REASON_SIZE_MAX];
    struct world *world = *state;
    char number[16];
    struct event event = late(world, number, 1);
    unsigned large;

    memset(text, 'x', sizeof(text));
    book_up(world);
    for (large = 0; large < 2; large++) {
        size_t count = 0;
        size_t item;
        enum err e;

        if (large == 1)
            event.late_record.reason =
                (struct bytes){(const uint8_t *)text, sizeof(text)};
        assert_err(book_begin(world->book), OK);
        while ((e = book_put(world->book, &event, false, &item)) == OK)
            count++;
        assert_err(e, ERR_BUSY);
        assert_true(count > 1000 && count <= BOOK_BATCH_MAX);
        assert_err(book_commit(world->book), OK);
        assert_err(book_fold(world->book), OK);
        print_message("# a batch held %zu\n", count);
    }
    assert_err(book_stop(world->book, STOP_ASKED), OK);
}

/* ----- The store. ----- */

static void
tables_of(struct world *world, struct store_table out[STORE_TABLE_COUNT])
{
    assert_err(store_tables(&world->book->store, out), OK);
}

static void
damage(const struct world *world, const char *command)
{
    char line[256];

    (void)snprintf(line, sizeof(line), "cd %s && (%s) 2>/dev/null", world->node,
                   command);
    assert_int_equal(system(line), 0);
}

static void
store_is_rebuilt(void **state)
{
    static const char *const harms[] = {
        "true",
        "rm store.db*",
        "rm store.db",
        "rm store.db; head -c 40000 /dev/urandom >store.db-wal",
        ": >store.db",
        "rm store.db-wal store.db-shm",
        "head -c 100 /dev/zero | dd of=store.db conv=notrunc",
        "head -c 3000 /dev/zero | dd of=store.db bs=1 seek=5000",
        "truncate -s 4096 store.db",
        "echo nonsense >store.db",
    };
    struct world *world = *state;
    struct store_table before[STORE_TABLE_COUNT];
    struct store_table after[STORE_TABLE_COUNT];
    struct book_report report;
    uint64_t index = 0;
    unsigned n;
    size_t i;
    size_t t;

    book_up(world);
    for (n = 0; n < 200; n++) {
        failing_pass(&world->failing, 1000);
        assert_err(record(world, n % 50, &index), OK);
        assert_err(book_fold(world->book), OK);
    }
    tables_of(world, before);
    for (i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
        book_abandon(world->book);
        damage(world, harms[i]);
        assert_err(book_open(world->book, &world->book_config, &report), OK);
        tables_of(world, after);
        for (t = 0; t < STORE_TABLE_COUNT; t++) {
            if (before[t].rows != after[t].rows ||
                !hash_equal(&before[t].hash, &after[t].hash))
                fail_msg("%s: table %s differs", harms[i], before[t].name);
        }
    }
    book_abandon(world->book);
}

/* ----- The n-th call failing. ----- */

struct acknowledged {
    uint64_t index;
    unsigned n;
};

/* One life: records until something fails for good; full disks are waited
 * out as the keeper does. Returns how many were acknowledged. */
static size_t
life(struct world *world, struct acknowledged *acknowledged, unsigned *n)
{
    struct failing *failing = &world->failing;
    struct book_report report;
    uint64_t before;
    size_t count = 0;
    unsigned tries;
    enum err e = book_open(world->book, &world->book_config, &report);

    if (e != OK)
        return 0;
    e = book_start(world->book);
    for (tries = 0; tries < 6 && (e == OK || e == ERR_FULL); tries++) {
        uint64_t index = 0;

        failing_pass(failing, 300);
        (*n)++;
        e = record(world, *n, &index);
        if (e == OK)
            acknowledged[count++] = (struct acknowledged){index, *n};
        if (e == OK)
            e = book_fold(world->book);
        if (e == OK)
            e = book_flush(world->book);
        if (e == OK)
            e = book_publish(world->book);
        if (e == ERR_FULL)
            e = book_settle(world->book);
    }
    if (e != OK && e != ERR_FULL) {
        book_abandon(world->book);
        return count;
    }
    /* It fails only where one of its own calls does. */
    before = failing->stay ? 0 : failing->calls;
    e = book_stop(world->book, STOP_ASKED);
    if (e != OK)
        assert_in_range(failing->fail_at, before + 1, failing->calls);
    return count;
}

static void
nth_call(struct world *world, enum err error, bool stay)
{
    static struct acknowledged acknowledged[100000];
    struct failing *failing = &world->failing;
    size_t count = 0;
    size_t i;
    unsigned n = 0;
    uint64_t at = 0;

    /* Each life goes on with the log that the one before left; what any of
     * them lost would be missing in the end. */
    do {
        book_up(world);
        assert_err(book_stop(world->book, STOP_ASKED), OK);
        failing->calls = 0;
        failing->fail_at = ++at;
        failing->error = error;
        failing->stay = stay;
        count += life(world, acknowledged + count, &n);
    } while (failing->calls >= failing->fail_at);
    book_up(world);
    for (i = 0; i < count; i++)
        assert_true(is_there(world, acknowledged[i].index, acknowledged[i].n));
    print_message("# %s%s: %llu cases, %zu acknowledged, %llu entries\n",
                  err_name(error), stay ? ", for good" : "",
                  (unsigned long long)at - 1, count,
                  (unsigned long long)check_log(world));
    assert_err(book_stop(world->book, STOP_ASKED), OK);
}

static void
nth_call_fails(void **state)
{
    nth_call(*state, ERR_IO, false);
}

static void
disk_is_full_once(void **state)
{
    nth_call(*state, ERR_FULL, false);
}

static void
disk_stays_full(void **state)
{
    nth_call(*state, ERR_FULL, true);
}

/* ----- kufi init. ----- */

static enum err
any_name(void *context, const char *name, bool is_folder)
{
    (void)is_folder;
    print_message("# left behind: %s\n", name);
    *(bool *)context = true;
    return OK;
}

/* What fails leaves the folder as it was; what succeeds is a node. */
static void
init_fails_whole(void **state)
{
    struct world *world = *state;
    struct failing *failing = &world->failing;
    struct os *os = &failing->os;
    struct book_config config = world->book_config;
    char path[96];
    uint64_t at = 0;
    enum err e = ERR_IO;

    (void)snprintf(path, sizeof(path), "%s/other", world->path);
    config.path = path;
    while (e != OK) {
        struct folder folder;
        const char *step = NULL;
        bool left = false;

        failing->calls = 0;
        failing->fail_at = ++at;
        failing->error = ERR_IO;
        e = init_node(&config, &step);
        failing->fail_at = 0;
        if (e == OK)
            break;
        assert_non_null(step);
        if (os->folder_open(os, path, &folder) != OK)
            continue;
        assert_err(os->list(os, folder, "", any_name, &left), OK);
        os->folder_close(os, folder);
        assert_false(left);
    }
    print_message("# %llu cases\n", (unsigned long long)at - 1);
    assert_err(init_node(&config, &(const char *){NULL}), ERR_CONFLICT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_keeper, set_up, tear_down),
        cmocka_unit_test_setup_teardown(clock_never_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_day_an_epoch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(full_batches, set_up_usual, tear_down),
        cmocka_unit_test_setup_teardown(store_is_rebuilt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nth_call_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(disk_is_full_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(disk_stays_full, set_up, tear_down),
        cmocka_unit_test_setup_teardown(init_fails_whole, set_up, tear_down),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
