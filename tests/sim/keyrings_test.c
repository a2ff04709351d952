/*
 * Other logs' keyrings on a disk that fails: taking a grant, erasing and ageing
 * with the n-th call to `os` failing in each way it can, and with the process
 * or the power dying there, for every n. After a restart there is what was
 * before or what was to be, the latter for sure when OK was said, also when it
 * was said at the second try; and after an erasure or an ageing that said OK no
 * block of the disk holds the key that was. SYN 8.4, 8.5 and 8.6.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "node/keyrings.h"
#include "sim/disk.h"

#define DURRES BYTES("border.example/durres")
#define RINAS BYTES("border.example/rinas")
#define EPOCH 20717
#define SLOT 0xabcdef
#define SEEDS 8
#define NODES_MAX 200

struct granted {
    struct keyring keyring;
    void *memory;
};

static void
mark_fill(void *context, void *out, size_t size)
{
    memset(out, (*(uint8_t *)context)++, size);
}

/* Two epochs; the root of the first is 32 times `mark`, of the next one more.
 */
static void
granted_init(struct granted *granted, struct bytes origin, uint32_t epoch,
             uint8_t mark, uint64_t as_of)
{
    size_t size = KEYRING_ARENA_SIZE(NODES_MAX);
    const struct random random = {mark_fill, &mark};
    struct arena arena;

    granted->memory = calloc(1, size);
    assert_non_null(granted->memory);
    arena_init(&arena, granted->memory, size);
    assert_err(keyring_init(&granted->keyring, &arena, origin, NODES_MAX), OK);
    assert_err(keyring_open_epoch(&granted->keyring, epoch, &random), OK);
    assert_err(keyring_open_epoch(&granted->keyring, epoch + 1, &random), OK);
    granted->keyring.as_of = as_of;
}

static void
granted_deinit(struct granted *granted)
{
    keyring_deinit(&granted->keyring);
    free(granted->memory);
}

static enum err
take(struct keyrings *keyrings, struct bytes origin, uint32_t epoch,
     uint8_t mark, uint64_t as_of)
{
    struct granted granted;
    bool news;
    enum err e;

    granted_init(&granted, origin, epoch, mark, as_of);
    e = keyrings_take(keyrings, &granted.keyring, 0, &news);
    granted_deinit(&granted);
    return e;
}

/* ----- What is tried. ----- */

static enum err
take_first(struct keyrings *keyrings)
{
    return take(keyrings, RINAS, EPOCH, 0x60, 7);
}

static enum err
take_more(struct keyrings *keyrings)
{
    return take(keyrings, DURRES, EPOCH + 1, 0x41, 8);
}

static enum err
erase(struct keyrings *keyrings)
{
    static const uint32_t SLOTS[] = {SLOT, SLOT + 1, SLOT};

    return keyrings_erase(keyrings, DURRES, 9, EPOCH, SLOTS, 3);
}

static enum err
age(struct keyrings *keyrings)
{
    return keyrings_age(keyrings, EPOCH + 1);
}

struct operation {
    const char *name;
    bool erases; /* the root of EPOCH is nowhere afterwards */
    enum err (*run)(struct keyrings *keyrings);
};

static const struct operation OPERATIONS[] = {
    {"a first grant", false, take_first},
    {"another grant", false, take_more},
    {"erasing", true, erase},
    {"ageing", true, age},
};

/* ----- The world before, and what may be after. ----- */

static void
open_rings(struct keyrings *keyrings, struct sim_disk *disk)
{
    struct fault fault = {0};

    assert_err(keyrings_open(keyrings, &disk->os, sim_disk_root(disk), &fault),
               OK);
}

static void
world_init(struct sim_disk *disk, struct keyrings *keyrings, uint64_t seed)
{
    sim_disk_init(disk, seed);
    open_rings(keyrings, disk);
    assert_err(take(keyrings, DURRES, EPOCH, 0x40, 7), OK);
    sim_disk_settle(disk);
}

/* All that is held, as bytes: the files one after another. */
#define STATE_SIZE_MAX 16384
struct state {
    size_t size;
    uint8_t bytes[STATE_SIZE_MAX];
};

static void
state_of(const struct keyrings *keyrings, struct state *out)
{
    struct writer w;

    writer_init(&w, out->bytes, sizeof(out->bytes));
    for (size_t i = 0; i < keyrings->count; i++)
        assert_err(keyring_encode(&keyrings->items[i]->keyring, &w), OK);
    out->size = w.at;
}

static bool
state_same(const struct state *a, const struct state *b)
{
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static bool
holds(const struct sim_bytes *bytes, const uint8_t what[32])
{
    return bytes->size >= 32 && memmem(bytes->p, bytes->size, what, 32) != NULL;
}

static bool
disk_holds_root(const struct sim_disk *disk)
{
    uint8_t root[32];

    memset(root, 0x40, sizeof(root));
    for (size_t i = 0; i < disk->node_count; i++) {
        const struct sim_node *node = &disk->nodes[i];

        if (!node->is_folder &&
            (holds(&node->stable, root) || holds(&node->disk, root) ||
             holds(&node->cache, root)))
            return true;
    }
    return false;
}

static void
restart_and_check(struct sim_disk *disk, const struct state *before,
                  const struct state *after, bool said_ok)
{
    static struct state found;
    struct keyrings keyrings;

    open_rings(&keyrings, disk);
    state_of(&keyrings, &found);
    if (said_ok || !state_same(&found, before))
        assert_true(state_same(&found, after));
    keyrings_close(&keyrings);
}

static uint64_t
run_well(const struct operation *operation, struct state *before,
         struct state *after)
{
    struct keyrings keyrings;
    struct sim_disk disk;
    uint64_t calls;

    world_init(&disk, &keyrings, 0);
    assert_true(disk_holds_root(&disk));
    state_of(&keyrings, before);
    calls = disk.calls;
    assert_err(operation->run(&keyrings), OK);
    calls = disk.calls - calls;
    state_of(&keyrings, after);
    assert_int_equal(disk_holds_root(&disk), !operation->erases);
    keyrings_close(&keyrings);
    restart_and_check(&disk, before, after, true);
    sim_disk_deinit(&disk);
    return calls;
}

static void
try_failure(const struct operation *operation, uint64_t n, enum err error,
            const struct state *before, const struct state *after)
{
    for (unsigned again = 0; again < 2; again++) {
        struct keyrings keyrings;
        struct sim_disk disk;
        enum err e;

        world_init(&disk, &keyrings, n);
        sim_disk_fail(&disk, n, error);
        e = operation->run(&keyrings);
        assert_int_not_equal(e, OK);
        if (again) {
            e = operation->run(&keyrings);
            assert_err(e, OK);
        }
        keyrings_close(&keyrings);
        sim_disk_power_cut(&disk);
        restart_and_check(&disk, before, after, e == OK);
        sim_disk_deinit(&disk);
    }
}

static void
try_death(const struct operation *operation, uint64_t n, uint64_t seed,
          const struct state *before, const struct state *after)
{
    struct keyrings keyrings;
    struct sim_disk disk;
    enum err e;

    world_init(&disk, &keyrings, seed);
    sim_disk_crash(&disk, n);
    e = operation->run(&keyrings);
    keyrings_close(&keyrings);
    if (seed % 2 == 0)
        sim_disk_power_cut(&disk);
    else
        sim_disk_kill(&disk);
    restart_and_check(&disk, before, after, e == OK);
    sim_disk_deinit(&disk);
}

static void
keeps_the_old_or_the_new(void **state)
{
    static const enum err ERRORS[] = {ERR_IO, ERR_FULL, ERR_DENIED};
    static struct state before;
    static struct state after;
    size_t failures = 0;
    size_t deaths = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(OPERATIONS) / sizeof(OPERATIONS[0]); i++) {
        const struct operation *operation = &OPERATIONS[i];
        uint64_t calls = run_well(operation, &before, &after);

        print_message("# %s: %u calls\n", operation->name, (unsigned)calls);
        for (uint64_t n = 0; n < calls; n++) {
            for (size_t k = 0; k < 3; k++, failures += 2)
                try_failure(operation, n, ERRORS[k], &before, &after);
            for (uint64_t seed = 0; seed < SEEDS; seed++, deaths++)
                try_death(operation, n, seed, &before, &after);
        }
    }
    print_message("# %zu failures, %zu deaths\n", failures, deaths);
}

/* ----- What they do. ----- */

static bool
opens(struct keyrings *keyrings, struct bytes origin, uint32_t epoch,
      uint32_t slot)
{
    struct seal_cursor *cursor = keyrings_cursor(keyrings, origin);
    const struct cipher_key *leaf;

    return cursor != NULL && seal_leaf(cursor, epoch, slot, &leaf) == OK;
}

/* The cursor that was there before goes on, and notices. */
static void
erased_stays_erased(void **state)
{
    struct sim_disk disk;
    struct keyrings keyrings;
    struct seal_cursor *cursor;
    const struct cipher_key *leaf;

    (void)state;
    world_init(&disk, &keyrings, 1);
    cursor = keyrings_cursor(&keyrings, DURRES);
    assert_non_null(cursor);
    assert_null(keyrings_find(&keyrings, RINAS));
    assert_null(keyrings_cursor(&keyrings, RINAS));
    assert_err(seal_leaf(cursor, EPOCH, SLOT, &leaf), OK);
    assert_err(erase(&keyrings), OK);
    assert_err(seal_leaf(cursor, EPOCH, SLOT, &leaf), ERR_NOT_FOUND);
    assert_err(seal_leaf(cursor, EPOCH, SLOT - 1, &leaf), OK);
    /* The grant from before, again; and one made after, which adds an epoch. */
    assert_err(take(&keyrings, DURRES, EPOCH, 0x40, 7), ERR_CONFLICT);
    assert_err(take(&keyrings, DURRES, EPOCH, 0x40, 9), OK);
    assert_err(seal_leaf(cursor, EPOCH, SLOT, &leaf), ERR_NOT_FOUND);
    assert_err(take_more(&keyrings), ERR_CONFLICT);
    assert_err(take(&keyrings, DURRES, EPOCH + 1, 0x41, 10), OK);
    assert_err(seal_leaf(cursor, EPOCH + 2, 0, &leaf), OK);
    /* Another key for the same epoch is no key. */
    assert_err(take(&keyrings, DURRES, EPOCH + 1, 0x51, 11), ERR_CONFLICT);
    assert_ptr_equal(cursor, keyrings_cursor(&keyrings, DURRES));
    keyrings_close(&keyrings);
    sim_disk_deinit(&disk);
}

/* What is erased before any key of it came is not brought by an older grant. */
static void
erasure_before_the_grant(void **state)
{
    static const uint32_t SLOTS[] = {5};
    struct sim_disk disk;
    struct keyrings keyrings;

    (void)state;
    world_init(&disk, &keyrings, 1);
    assert_err(keyrings_erase(&keyrings, RINAS, 20, EPOCH, SLOTS, 1), OK);
    assert_err(take(&keyrings, RINAS, EPOCH, 0x60, 19), ERR_CONFLICT);
    keyrings_close(&keyrings);
    sim_disk_kill(&disk);
    open_rings(&keyrings, &disk);
    assert_err(take(&keyrings, RINAS, EPOCH, 0x60, 19), ERR_CONFLICT);
    assert_false(opens(&keyrings, RINAS, EPOCH, 4));
    assert_err(take(&keyrings, RINAS, EPOCH, 0x60, 20), OK);
    assert_true(opens(&keyrings, RINAS, EPOCH, 4));
    keyrings_close(&keyrings);
    sim_disk_deinit(&disk);
}

/* SYN 8.6; then a window that is wider again lets them come back, from who
 * still has them. */
static void
the_old_go(void **state)
{
    struct sim_disk disk;
    struct keyrings keyrings;

    (void)state;
    world_init(&disk, &keyrings, 1);
    assert_false(keyrings_aged(&keyrings, EPOCH));
    assert_true(keyrings_aged(&keyrings, EPOCH + 1));
    assert_err(age(&keyrings), OK);
    assert_false(keyrings_aged(&keyrings, EPOCH + 1));
    assert_false(opens(&keyrings, DURRES, EPOCH, 1));
    assert_true(opens(&keyrings, DURRES, EPOCH + 1, 1));
    assert_err(take(&keyrings, DURRES, EPOCH, 0x40, 6), ERR_CONFLICT);
    assert_err(take(&keyrings, DURRES, EPOCH, 0x40, 7), OK);
    assert_true(opens(&keyrings, DURRES, EPOCH, 1));
    keyrings_close(&keyrings);
    sim_disk_deinit(&disk);
}

/* A node's own keys come back: SYN 8.3. What it has of them it keeps; what was
 * forgotten here stays so; other keys for the same day are none. */
static void
own_keys_come_back(void **state)
{
    struct granted own;
    struct granted returned;
    struct granted other;
    struct sim_disk disk;
    struct folder root;
    struct fault fault;
    const struct keytree_node *node;
    bool news = false;

    (void)state;
    sim_disk_init(&disk, 1);
    root = sim_disk_root(&disk);
    granted_init(&own, DURRES, EPOCH + 1, 0x41, 0);
    granted_init(&returned, DURRES, EPOCH, 0x40, 500);
    granted_init(&other, DURRES, EPOCH, 0x50, 500);
    assert_err(keyring_puncture(&own.keyring, EPOCH + 1, SLOT), OK);
    assert_err(keyring_save(&own.keyring, &disk.os, root), OK);
    assert_err(
        keyrings_return(&own.keyring, &disk.os, root, &other.keyring, &news),
        ERR_CONFLICT);
    assert_int_equal(own.keyring.epoch_count, 2);
    assert_err(
        keyrings_return(&own.keyring, &disk.os, root, &returned.keyring, &news),
        OK);
    assert_true(news);
    /* As the next life reads it. */
    assert_err(keyring_load(&own.keyring, &disk.os, root, &fault), OK);
    assert_int_equal(own.keyring.as_of, 0);
    assert_int_equal(own.keyring.epoch_count, 3);
    assert_err(keyring_find(&own.keyring, EPOCH, SLOT, &node), OK);
    assert_err(keyring_find(&own.keyring, EPOCH + 1, SLOT, &node),
               ERR_NOT_FOUND);
    assert_err(keyring_find(&own.keyring, EPOCH + 2, SLOT, &node), OK);
    assert_err(
        keyrings_return(&own.keyring, &disk.os, root, &returned.keyring, &news),
        OK);
    assert_false(news);
    granted_deinit(&own);
    granted_deinit(&returned);
    granted_deinit(&other);
    sim_disk_deinit(&disk);
}

/* Beside a keeper that is saving: nothing of it is cleared away. */
static void
reading_clears_nothing_away(void **state)
{
    struct sim_disk disk;
    struct keyrings keyrings;
    struct keyrings read;
    char path[KEYRINGS_PATH_SIZE];
    struct hash id = hash_of(DURRES);
    struct fault fault = {0};
    struct folder root;
    struct file file;

    (void)state;
    world_init(&disk, &keyrings, 1);
    root = sim_disk_root(&disk);
    keyrings_path(&id, path);
    memcpy(path + strlen(path), ".new", sizeof(".new"));
    assert_err(disk.os.open(&disk.os, root, path, OPEN_CREATE, 0600, &file),
               OK);
    disk.os.close(&disk.os, file);
    assert_err(keyrings_read(&read, &disk.os, root, &fault), OK);
    assert_int_equal(read.count, 1);
    keyrings_close(&read);
    assert_err(disk.os.open(&disk.os, root, path, OPEN_READ, 0, &file), OK);
    disk.os.close(&disk.os, file);
    keyrings_close(&keyrings);
    /* The keeper itself does, at its start. */
    open_rings(&keyrings, &disk);
    assert_err(disk.os.open(&disk.os, root, path, OPEN_READ, 0, &file),
               ERR_NOT_FOUND);
    keyrings_close(&keyrings);
    sim_disk_deinit(&disk);
}

/* A keyring outgrows its room, more than once. */
static void
grows(void **state)
{
    static uint32_t slots[400];
    struct sim_disk disk;
    struct keyrings keyrings;
    const struct keyring *keyring;

    (void)state;
    world_init(&disk, &keyrings, 1);
    keyring = keyrings_find(&keyrings, DURRES);
    for (uint32_t i = 0; i < 400; i++)
        slots[i] = i * 41943;
    assert_err(keyrings_erase(&keyrings, DURRES, 9, EPOCH, slots, 400), OK);
    assert_true(keyring->nodes_max > KEYRINGS_NODES_FIRST);
    assert_ptr_equal(keyring, keyrings_find(&keyrings, DURRES));
    keyrings_close(&keyrings);
    open_rings(&keyrings, &disk);
    for (uint32_t i = 0; i < 400; i++) {
        assert_false(opens(&keyrings, DURRES, EPOCH, slots[i]));
        assert_true(opens(&keyrings, DURRES, EPOCH, slots[i] + 1));
    }
    keyrings_close(&keyrings);
    sim_disk_deinit(&disk);
}

/* As many logs as a roster has nodes, and not one more. */
static void
many_logs(void **state)
{
    struct sim_disk disk;
    struct keyrings keyrings;

    (void)state;
    world_init(&disk, &keyrings, 1);
    for (unsigned i = 0; i < KEYRINGS_MAX; i++) {
        char name[] = "border.example/post-000";

        name[20] = (char)('0' + i / 100);
        name[21] = (char)('0' + i / 10 % 10);
        name[22] = (char)('0' + i % 10);
        assert_err(take(&keyrings, bytes_of(name), EPOCH, (uint8_t)i, 1),
                   i < KEYRINGS_MAX - 1 ? OK : ERR_LIMIT);
    }
    keyrings_close(&keyrings);
    open_rings(&keyrings, &disk);
    assert_int_equal(keyrings.count, KEYRINGS_MAX);
    assert_true(opens(&keyrings, BYTES("border.example/post-254"), EPOCH, 1));
    assert_true(opens(&keyrings, DURRES, EPOCH, 1));
    keyrings_close(&keyrings);
    sim_disk_deinit(&disk);
}

/* A byte changed anywhere, a file under another's name, a foreign file. */
static void
damage_is_noticed(void **state)
{
    struct sim_disk disk;
    struct keyrings keyrings;
    struct sim_bytes *bytes;
    char path[KEYRINGS_PATH_SIZE];
    char other[KEYRINGS_PATH_SIZE];
    struct fault fault = {0};
    struct hash id = hash_of(DURRES);
    struct folder root;

    (void)state;
    world_init(&disk, &keyrings, 1);
    keyrings_close(&keyrings);
    root = sim_disk_root(&disk);
    keyrings_path(&id, path);
    bytes = sim_disk_bytes(&disk, path);
    assert_non_null(bytes);
    for (size_t at = 0; at < bytes->size; at++) {
        bytes->p[at] ^= 0x10;
        sim_disk_spread(&disk, path);
        assert_err(keyrings_open(&keyrings, &disk.os, root, &fault),
                   ERR_CORRUPT);
        assert_non_null(fault.clause);
        bytes = sim_disk_bytes(&disk, path);
        bytes->p[at] ^= 0x10;
    }
    sim_disk_spread(&disk, path);
    id.b[0] ^= 1;
    keyrings_path(&id, other);
    assert_err(disk.os.rename(&disk.os, root, path, other), OK);
    assert_err(keyrings_open(&keyrings, &disk.os, root, &fault), ERR_CORRUPT);
    assert_string_equal(fault.clause, "SYN 8.5");
    sim_disk_deinit(&disk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_old_or_the_new),
        cmocka_unit_test(erased_stays_erased),
        cmocka_unit_test(erasure_before_the_grant),
        cmocka_unit_test(the_old_go),
        cmocka_unit_test(own_keys_come_back),
        cmocka_unit_test(reading_clears_nothing_away),
        cmocka_unit_test(grows),
        cmocka_unit_test(many_logs),
        cmocka_unit_test(damage_is_noticed),
    };

    return TEST_RUN(tests);
}
