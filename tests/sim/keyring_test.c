/*
 * The keyring on a disk that fails: each way of writing it, with the n-th call
 * to `os` failing in each way it can, and with the process or the power dying
 * there, for every n. After a restart the file is the old one or the new one,
 * the new one for sure when OK was said; and after an erasure that said OK no
 * block of the disk, named or not, holds the key that was. REC 7.4, REC 9.2.
 */
#include "test.h"

#include "seal/keyring.h"
#include "sim/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORIGIN BYTES("kufi.example/durres")
#define NODES_MAX 200
#define FILE_SIZE_MAX KEYRING_FILE_SIZE(NODES_MAX)
#define EPOCH 20717
#define SLOT 0xabcdef
#define SEEDS 12
#define CALLS_MAX 64 /* more than any of them makes */

static void
count_up(void *context, void *out, size_t size)
{
    uint8_t *first = context;

    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out)[i] = (uint8_t)(i + *first);
    *first = (uint8_t)(*first + size);
}

struct ring {
    struct keyring keyring;
    void *memory;
};

static void
ring_init(struct ring *ring)
{
    size_t size = KEYRING_ARENA_SIZE(NODES_MAX);
    struct arena arena;

    ring->memory = malloc(size);
    assert_non_null(ring->memory);
    arena_init(&arena, ring->memory, size);
    assert_err(keyring_init(&ring->keyring, &arena, ORIGIN, NODES_MAX), OK);
}

static void
ring_deinit(struct ring *ring)
{
    keyring_deinit(&ring->keyring);
    free(ring->memory);
}

/* The root of EPOCH is the bytes 0x40 to 0x5f, of no other secret a part. */
static void
ring_fill(struct ring *ring)
{
    uint8_t first = 0x40;
    struct random random = {count_up, &first};

    assert_err(keyring_open_epoch(&ring->keyring, EPOCH, &random), OK);
    assert_err(keyring_open_epoch(&ring->keyring, EPOCH + 1, &random), OK);
}

static size_t
ring_bytes(const struct ring *ring, uint8_t out[FILE_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, out, FILE_SIZE_MAX);
    assert_err(keyring_encode(&ring->keyring, &w), OK);
    return w.at;
}

static enum err
open_epoch_and_save(struct ring *ring, struct os *os, struct folder dir)
{
    uint8_t first = 0x80;
    struct random random = {count_up, &first};
    uint32_t newest;

    /* Again after a failure: the epoch is open in memory then. */
    if (!keyring_newest(&ring->keyring, &newest) || newest < EPOCH + 2)
        assert_err(keyring_open_epoch(&ring->keyring, EPOCH + 2, &random), OK);
    return keyring_save(&ring->keyring, os, dir);
}

static enum err
erase(struct ring *ring, struct os *os, struct folder dir)
{
    static const uint32_t SLOTS[] = {SLOT, SLOT + 1, SLOT};

    return keyring_erase(&ring->keyring, os, dir, EPOCH, SLOTS, 3);
}

static enum err
clean(struct ring *ring, struct os *os, struct folder dir)
{
    (void)ring;
    return keyring_clean(os, dir);
}

struct operation {
    const char *name;
    bool has_old;  /* a keyring was saved before */
    bool has_left; /* and an interrupted replacement left its file */
    bool erases;   /* the root of EPOCH is nowhere afterwards */
    enum err (*run)(struct ring *ring, struct os *os, struct folder dir);
};

static const struct operation OPERATIONS[] = {
    {"first save", false, false, false, open_epoch_and_save},
    {"new epoch", true, false, false, open_epoch_and_save},
    {"new epoch over leavings", true, true, false, open_epoch_and_save},
    {"erasure", true, false, true, erase},
    {"cleaning", true, true, false, clean},
};

/* A disk as it is before the operation, and the keyring that is loaded. */
static void
world_init(const struct operation *operation, struct sim_disk *disk,
           struct ring *ring, uint64_t seed)
{
    struct folder root;
    struct file file;

    sim_disk_init(disk, seed);
    ring_init(ring);
    root = sim_disk_root(disk);
    ring_fill(ring);
    if (operation->has_old)
        assert_err(keyring_save(&ring->keyring, &disk->os, root), OK);
    if (operation->has_left) {
        assert_err(disk->os.open(&disk->os, root, KEYRING_PATH ".new",
                                 OPEN_CREATE, 0600, &file),
                   OK);
        assert_err(disk->os.write_at(&disk->os, file, 0, BYTES("left behind")),
                   OK);
        disk->os.close(&disk->os, file);
    }
    sim_disk_settle(disk);
}

static bool
holds(const struct sim_bytes *bytes, struct bytes what)
{
    return bytes->size >= what.size &&
           memmem(bytes->p, bytes->size, what.p, what.size) != NULL;
}

/* Every block of the disk, of files without a name too. */
static bool
disk_holds(const struct sim_disk *disk, struct bytes what)
{
    for (size_t i = 0; i < disk->node_count; i++) {
        const struct sim_node *node = &disk->nodes[i];

        if (!node->is_folder &&
            (holds(&node->stable, what) || holds(&node->disk, what) ||
             holds(&node->cache, what)))
            return true;
    }
    return false;
}

static bool
file_is_there(struct sim_disk *disk, const char *path)
{
    struct file file;

    if (disk->os.open(&disk->os, sim_disk_root(disk), path, OPEN_READ, 0,
                      &file) != OK)
        return false;
    disk->os.close(&disk->os, file);
    return true;
}

/* What a keeper does at its start, and what it must then find. */
static void
restart_and_check(const struct operation *operation, struct sim_disk *disk,
                  const struct ring *old, const struct ring *new, bool said_ok)
{
    static uint8_t found[FILE_SIZE_MAX];
    static uint8_t expected[FILE_SIZE_MAX];
    struct folder root = sim_disk_root(disk);
    struct fault fault = {0};
    struct bytes bytes = {found, 0};
    struct ring ring;
    enum err e;

    ring_init(&ring);
    assert_err(keyring_clean(&disk->os, root), OK);
    assert_false(file_is_there(disk, KEYRING_PATH ".new"));
    e = keyring_load(&ring.keyring, &disk->os, root, &fault);
    if (e == ERR_NOT_FOUND && !operation->has_old && !said_ok) {
        ring_deinit(&ring);
        return;
    }
    assert_err(e, OK);
    bytes.size = ring_bytes(&ring, found);
    if (said_ok ||
        !bytes_equal(bytes,
                     (struct bytes){expected, ring_bytes(old, expected)}))
        assert_bytes(bytes,
                     ((struct bytes){expected, ring_bytes(new, expected)}));
    ring_deinit(&ring);
}

struct tally {
    size_t calls;
    size_t failures;
    size_t deaths;
};

/* The rings before and after, by running it on a disk that does not fail. */
static uint64_t
run_well(const struct operation *operation, struct ring *old, struct ring *new)
{
    static const uint8_t LEFT[] = "left behind";
    uint8_t root_key[32];
    struct sim_disk disk;
    struct sim_disk unused;
    uint64_t calls;

    for (size_t i = 0; i < sizeof(root_key); i++)
        root_key[i] = (uint8_t)(0x40 + i);
    world_init(operation, &unused, old, 0);
    sim_disk_deinit(&unused);
    world_init(operation, &disk, new, 0);
    assert_int_equal(disk_holds(&disk, (struct bytes){root_key, 32}),
                     operation->has_old);
    calls = disk.calls;
    assert_err(operation->run(new, &disk.os, sim_disk_root(&disk)), OK);
    calls = disk.calls - calls;
    if (operation->erases)
        assert_false(disk_holds(&disk, (struct bytes){root_key, 32}));
    if (operation->run == clean)
        assert_false(disk_holds(&disk, (struct bytes){LEFT, 11}));
    assert_true(calls < CALLS_MAX);
    sim_disk_deinit(&disk);
    return calls;
}

/* The n-th call fails; then the caller does it again, or restarts. */
static void
try_failure(const struct operation *operation, uint64_t n, enum err error,
            const struct ring *old, const struct ring *new)
{
    for (unsigned again = 0; again < 2; again++) {
        struct sim_disk disk;
        struct ring ring;
        enum err e;

        world_init(operation, &disk, &ring, n);
        sim_disk_fail(&disk, n, error);
        e = operation->run(&ring, &disk.os, sim_disk_root(&disk));
        assert_int_not_equal(e, OK);
        if (again) {
            e = operation->run(&ring, &disk.os, sim_disk_root(&disk));
            assert_err(e, OK);
        }
        sim_disk_power_cut(&disk);
        restart_and_check(operation, &disk, old, new, e == OK);
        ring_deinit(&ring);
        sim_disk_deinit(&disk);
    }
}

static void
try_death(const struct operation *operation, uint64_t n, uint64_t seed,
          bool with_power, const struct ring *old, const struct ring *new)
{
    struct sim_disk disk;
    struct ring ring;
    enum err e;

    world_init(operation, &disk, &ring, seed);
    sim_disk_crash(&disk, n);
    e = operation->run(&ring, &disk.os, sim_disk_root(&disk));
    if (with_power)
        sim_disk_power_cut(&disk);
    else
        sim_disk_kill(&disk);
    restart_and_check(operation, &disk, old, new, e == OK);
    ring_deinit(&ring);
    sim_disk_deinit(&disk);
}

static void
keeps_the_old_or_the_new(void **state)
{
    static const enum err ERRORS[] = {ERR_IO, ERR_FULL, ERR_DENIED};
    struct tally tally = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(OPERATIONS) / sizeof(OPERATIONS[0]); i++) {
        const struct operation *operation = &OPERATIONS[i];
        struct ring old;
        struct ring new;
        uint64_t calls = run_well(operation, &old, &new);

        print_message("# %s: %u calls\n", operation->name, (unsigned)calls);
        tally.calls += calls;
        for (uint64_t n = 0; n < calls; n++) {
            for (size_t k = 0; k < 3; k++, tally.failures += 2)
                try_failure(operation, n, ERRORS[k], &old, &new);
            for (uint64_t seed = 0; seed < SEEDS; seed++, tally.deaths += 2) {
                try_death(operation, n, seed, false, &old, &new);
                try_death(operation, n, seed, true, &old, &new);
            }
        }
        ring_deinit(&old);
        ring_deinit(&new);
    }
    print_message("# %zu calls, %zu failures, %zu deaths\n", tally.calls,
                  tally.failures, tally.deaths);
}

/* An error while reading leaves nothing, and the next reading is good. */
static void
loads_all_or_nothing(void **state)
{
    struct sim_disk disk;
    struct ring ring;
    struct folder root;

    (void)state;
    world_init(&OPERATIONS[1], &disk, &ring, 1);
    root = sim_disk_root(&disk);
    for (uint64_t n = 0; n < CALLS_MAX; n++) {
        struct fault fault = {0};
        enum err e;

        sim_disk_fail(&disk, n, ERR_IO);
        e = keyring_load(&ring.keyring, &disk.os, root, &fault);
        if (!disk.struck) {
            assert_err(e, OK);
            assert_true(n > 1);
            break;
        }
        assert_err(e, ERR_IO);
        disk.struck = false;
        disk.fault = SIM_NO_FAULT;
        assert_err(keyring_load(&ring.keyring, &disk.os, root, &fault), OK);
        assert_int_equal(ring.keyring.epoch_count, 2);
    }
    ring_deinit(&ring);
    sim_disk_deinit(&disk);
}

/* A byte of the file changed anywhere is ERR_CORRUPT, with its clause. */
static void
notices_every_damage(void **state)
{
    struct sim_disk disk;
    struct ring ring;
    struct sim_bytes *bytes;
    struct folder root;
    static uint8_t expected[FILE_SIZE_MAX];
    size_t size;

    (void)state;
    world_init(&OPERATIONS[1], &disk, &ring, 1);
    root = sim_disk_root(&disk);
    size = ring_bytes(&ring, expected);
    bytes = sim_disk_bytes(&disk, KEYRING_PATH);
    assert_non_null(bytes);
    assert_int_equal(bytes->size, size);
    for (size_t at = 0; at < size; at++) {
        struct fault fault = {0};

        bytes->p[at] ^= 0x10;
        sim_disk_spread(&disk, KEYRING_PATH);
        assert_err(keyring_load(&ring.keyring, &disk.os, root, &fault),
                   ERR_CORRUPT);
        assert_string_equal(fault.clause, "REC 7.1");
        bytes = sim_disk_bytes(&disk, KEYRING_PATH);
        bytes->p[at] ^= 0x10;
    }
    ring_deinit(&ring);
    sim_disk_deinit(&disk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_old_or_the_new),
        cmocka_unit_test(loads_all_or_nothing),
        cmocka_unit_test(notices_every_damage),
    };

    return TEST_RUN(tests);
}
