/*
 * Slots: no slot is ever used twice. Shown by playing a keeper that seals,
 * fails to append and dies at any moment, over and over, with a set of all
 * slots that ever left its memory. REC 8.1.
 */
#include "test.h"

#include "seal/slots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* REC 8.3. */
static void
resumes_past_a_torn_batch(void **state)
{
    static const struct {
        bool known;
        uint32_t epoch;
        uint32_t floor;
        bool has_sealed;
        uint32_t sealed;
        bool has_newest;
        uint32_t newest;
        uint32_t epoch_expected;
        uint32_t floor_expected;
    } CASES[] = {
        /* A log without epochs, and no keyring either. */
        {false, 0, 0, false, 0, false, 0, 0, 0},
        /* The keyring was saved, then the power went. */
        {false, 0, 0, false, 0, true, 20717, 20717, 4096},
        /* Nothing was sealed since the floor. */
        {true, 20717, 0, false, 0, true, 20717, 20717, 4096},
        {true, 20717, 8192, false, 0, true, 20717, 20717, 12288},
        /* Something was. */
        {true, 20717, 0, true, 99, true, 20717, 20717, 4196},
        /* The next epoch's root was saved, its opening torn off. */
        {true, 20717, 0, true, 99, true, 20718, 20718, 4096},
        /* The end of an epoch. */
        {true, 20717, 0, true, KEYTREE_SLOTS - 4097, true, 20717, 20717,
         KEYTREE_SLOTS},
        {true, 20717, 0, true, KEYTREE_SLOTS - 4098, true, 20717, 20717,
         KEYTREE_SLOTS - 1},
        {true, 20717, KEYTREE_SLOTS, false, 0, true, 20717, 20717,
         KEYTREE_SLOTS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct slots slots = {0};
        uint32_t epoch;
        uint32_t floor;

        if (CASES[i].known)
            slots_floor(&slots, CASES[i].epoch, CASES[i].floor);
        if (CASES[i].has_sealed)
            slots_sealed(&slots, CASES[i].epoch, CASES[i].sealed);
        slots_resume(&slots, CASES[i].has_newest, CASES[i].newest, &epoch,
                     &floor);
        assert_int_equal(epoch, CASES[i].epoch_expected);
        assert_int_equal(floor, CASES[i].floor_expected);
    }
}

static void
never_goes_back(void **state)
{
    struct slots slots = {0};

    (void)state;
    slots_floor(&slots, 20718, 50);
    slots_floor(&slots, 20718, 10);
    assert_int_equal(slots.next, 50);
    slots_sealed(&slots, 20718, 20);
    assert_int_equal(slots.next, 50);
    slots_sealed(&slots, 20717, 1000);
    slots_floor(&slots, 20717, 1000);
    assert_int_equal(slots.epoch, 20718);
    assert_int_equal(slots.next, 50);
    slots_sealed(&slots, 20718, 50);
    assert_int_equal(slots.next, 51);
    slots_floor(&slots, 20719, 0);
    assert_int_equal(slots.next, 0);
}

/* REC 8.2, REC 8.4. */
static void
takes_within_its_limits(void **state)
{
    struct slots slots = {0};
    uint32_t first;
    uint32_t epoch;

    (void)state;
    assert_true(slots_epoch_due(&slots, 20717, 1, &epoch));
    assert_int_equal(epoch, 20717);
    slots_floor(&slots, 20717, 0);
    assert_false(slots_epoch_due(&slots, 20717, SLOTS_BATCH_MAX, &epoch));
    assert_false(slots_epoch_due(&slots, 20000, SLOTS_BATCH_MAX, &epoch));
    assert_true(slots_epoch_due(&slots, 20719, 1, &epoch));
    assert_int_equal(epoch, 20719);
    /* In vain, until so many that a floor is due. */
    assert_err(slots_take(&slots, 4000, &first), OK);
    assert_int_equal(first, 0);
    assert_err(slots_take(&slots, 97, &first), ERR_BUSY);
    assert_err(slots_take(&slots, 96, &first), OK);
    assert_int_equal(first, 4000);
    assert_err(slots_take(&slots, 1, &first), ERR_BUSY);
    slots_floor(&slots, 20717, slots.next);
    assert_err(slots_take(&slots, SLOTS_BATCH_MAX, &first), OK);
    assert_int_equal(first, 4096);
    slots_kept(&slots);
    assert_err(slots_take(&slots, SLOTS_BATCH_MAX, &first), OK);
    /* The last slots of an epoch. */
    slots_floor(&slots, 20717, KEYTREE_SLOTS - 10);
    assert_true(slots_epoch_due(&slots, 20717, 11, &epoch));
    assert_int_equal(epoch, 20718);
    assert_err(slots_take(&slots, 11, &first), ERR_LIMIT);
    assert_err(slots_take(&slots, 10, &first), OK);
    slots_kept(&slots);
    assert_err(slots_take(&slots, 1, &first), ERR_LIMIT);
    assert_err(slots_take(&slots, 0, &first), OK);
}

/*
 * The keeper as a model. What is durable is a list of log entries and the
 * keyring's newest epoch; `used` is what ever left the keeper's memory.
 */
#define LOG_MAX 20000
#define EPOCHS 16
#define SLOTS_SEEN (1 << 19)
#define DAY_0 20000

struct mark {
    bool sealed;
    uint32_t epoch;
    uint32_t slot; /* or floor */
};

struct world {
    struct mark log[LOG_MAX];
    size_t log_count;
    bool has_newest;
    uint32_t newest; /* of the keyring */
    uint8_t used[EPOCHS][SLOTS_SEEN];
    uint32_t day;
    struct test_random random;
    size_t sealed;
    size_t crashes;
    size_t refusals;
};

static bool
chance(struct world *world, unsigned percent)
{
    return test_random_below(&world->random, 100) < percent;
}

static void
log_add(struct world *world, struct mark mark)
{
    assert_true(world->log_count < LOG_MAX);
    world->log[world->log_count++] = mark;
}

static void
use(struct world *world, uint32_t epoch, uint32_t slot)
{
    assert_in_range(epoch, DAY_0, DAY_0 + EPOCHS - 1);
    assert_in_range(slot, 0, SLOTS_SEEN - 1);
    assert_int_equal(world->used[epoch - DAY_0][slot], 0);
    world->used[epoch - DAY_0][slot] = 1;
    world->sealed++;
}

/* A floor, durable before it counts; false when the keeper died meanwhile. */
static bool
floor_set(struct world *world, struct slots *slots, uint32_t epoch,
          uint32_t floor)
{
    if (chance(world, 10))
        return false;
    log_add(world, (struct mark){false, epoch, floor});
    if (chance(world, 10))
        return false;
    slots_floor(slots, epoch, floor);
    return true;
}

static bool
epoch_open(struct world *world, struct slots *slots, uint32_t epoch)
{
    if (chance(world, 10))
        return false;
    world->has_newest = true;
    world->newest = epoch;
    return floor_set(world, slots, epoch, 0);
}

/* One batch: false when the keeper died. */
static bool
batch_append(struct world *world, struct slots *slots)
{
    size_t count = 1 + (size_t)test_random_below(&world->random, 300);
    uint32_t epoch;
    uint32_t first;

    if (slots_epoch_due(slots, world->day, count, &epoch) &&
        !epoch_open(world, slots, epoch))
        return false;
    if (slots_take(slots, count, &first) == ERR_BUSY)
        return floor_set(world, slots, slots->epoch, slots->next);
    for (size_t i = 0; i < count; i++)
        use(world, slots->epoch, first + (uint32_t)i);
    if (chance(world, 30)) {
        world->refusals++; /* the disk is full: nothing was kept */
        return true;
    }
    if (chance(world, 5))
        return false; /* torn off */
    for (size_t i = 0; i < count; i++)
        log_add(world, (struct mark){true, slots->epoch, first + (uint32_t)i});
    if (chance(world, 5))
        return false;
    slots_kept(slots);
    return true;
}

static void
keeper_live(struct world *world)
{
    struct slots slots = {0};
    uint32_t epoch;
    uint32_t floor;
    bool alive = true;

    for (size_t i = 0; i < world->log_count; i++) {
        struct mark *mark = &world->log[i];

        if (mark->sealed)
            slots_sealed(&slots, mark->epoch, mark->slot);
        else
            slots_floor(&slots, mark->epoch, mark->slot);
    }
    slots_resume(&slots, world->has_newest, world->newest, &epoch, &floor);
    if (epoch != 0)
        alive = floor_set(world, &slots, epoch, floor);
    while (alive && world->log_count < LOG_MAX - 1000 && !chance(world, 2))
        alive = batch_append(world, &slots);
    world->crashes++;
}

static void
uses_no_slot_twice(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    size_t sealed = 0;
    size_t crashes = 0;
    size_t refusals = 0;
    struct test_random random;

    (void)state;
    assert_non_null(world);
    test_random_init(&random);
    for (int round = 0; round < 40; round++) {
        memset(world, 0, sizeof(*world));
        world->random.state = test_random_next(&random);
        world->day = DAY_0;
        while (world->log_count < LOG_MAX - 2000 &&
               world->day < DAY_0 + EPOCHS) {
            keeper_live(world);
            world->day += chance(world, 20);
        }
        sealed += world->sealed;
        crashes += world->crashes;
        refusals += world->refusals;
    }
    printf("# %zu slots used, %zu crashes, %zu refused batches\n", sealed,
           crashes, refusals);
    free(world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resumes_past_a_torn_batch),
        cmocka_unit_test(never_goes_back),
        cmocka_unit_test(takes_within_its_limits),
        cmocka_unit_test(uses_no_slot_twice),
    };

    return TEST_RUN(tests);
}
