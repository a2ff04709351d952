/*
 * A node's log restored on a disk that fails: with the n-th call to `os`
 * failing, and with the power dying there, for every n. At no
 * time does the folder open as a node whose log is neither the fresh one that
 * was there nor all of the old one; and doing it again brings the old one,
 * which goes on. SYN 9.5, LOG 7.14
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "node/keys.h"
#include "node/restore_node.h"
#include "sim/disk.h"
#include "tlog/log.h"

#define ORIGIN BYTES("border.example/durres")
#define JOURNAL_SIZE ((uint64_t)16 * JOURNAL_BLOCK)
#define OLD_SIZE 300
#define BATCH 50

struct world {
    struct sim_disk disk;
    struct folder root;
    struct folder node;
    struct sign_key old_key;
    struct sign_key fresh_key;
    struct config config;
};

static void
key_of(uint8_t seed, struct sign_key *key)
{
    uint8_t bytes[SIGN_SEED_SIZE];

    memset(bytes, seed, sizeof(bytes));
    sign_key_init(key, bytes);
}

static struct log_config
log_config(struct world *world, struct folder dir, const struct sign_key *key)
{
    static _Alignas(JOURNAL_BLOCK) uint8_t memory[LOG_MEMORY_SIZE];

    return (struct log_config){.os = &world->disk.os,
                               .dir = dir,
                               .origin = ORIGIN,
                               .key = key,
                               .journal_size = JOURNAL_SIZE,
                               .memory = memory};
}

/* Entries that say which they are. */
static void
log_grow(struct log *log, uint64_t size)
{
    while (log_size(log) < size) {
        uint8_t block[BATCH][16];
        struct bytes entries[BATCH];
        struct hash leaves[BATCH];
        uint64_t first;

        for (size_t i = 0; i < BATCH; i++) {
            memset(block[i], 'e', sizeof(block[i]));
            be64_write(block[i], log_size(log) + i);
            entries[i] = (struct bytes){block[i], sizeof(block[i])};
        }
        assert_err(log_append(log, entries, BATCH, leaves, &first), OK);
    }
    assert_err(log_publish(log), OK);
}

static void
log_make(struct world *world, struct folder dir, const struct sign_key *key,
         uint64_t size)
{
    struct log_config config = log_config(world, dir, key);
    struct log *log = calloc(1, sizeof(*log));
    struct fault fault;

    assert_non_null(log);
    assert_err(log_create(&config), OK);
    assert_err(log_open(log, &config, NULL, &fault), OK);
    if (size > 0)
        log_grow(log, size);
    assert_err(log_close(log), OK);
    free(log);
}

static struct folder
folder_make(struct world *world, const char *name)
{
    struct os *os = &world->disk.os;
    struct folder folder;

    assert_err(os->make_folder(os, world->root, name, 0700), OK);
    assert_err(os->folder_open(os, name, &folder), OK);
    return folder;
}

/* What is left of the old log in "old", a fresh node in "node". */
static void
world_init(struct world *world, uint64_t seed)
{
    struct folder old;

    memset(world, 0, sizeof(*world));
    sim_disk_init(&world->disk, seed);
    world->root = sim_disk_root(&world->disk);
    key_of(1, &world->old_key);
    key_of(2, &world->fresh_key);
    memcpy(world->config.origin, ORIGIN.p, ORIGIN.size);
    memcpy(world->config.place, "Durres", 6);
    old = folder_make(world, "old");
    log_make(world, old, &world->old_key, OLD_SIZE);
    world->disk.os.folder_close(&world->disk.os, old);
    world->node = folder_make(world, "node");
    log_make(world, world->node, &world->fresh_key, 0);
    sim_disk_settle(&world->disk);
}

/* After the process died: handles are gone. */
static void
world_again(struct world *world)
{
    world->root = sim_disk_root(&world->disk);
    assert_err(
        world->disk.os.folder_open(&world->disk.os, "node", &world->node), OK);
}

static enum err
restore(struct world *world)
{
    static struct restore restore;
    static uint8_t block[RESTORE_ARENA_SIZE];
    struct note_key vkey =
        note_key_of(ORIGIN, NOTE_ED25519, &world->old_key.public);
    struct arena arena;
    struct restore_config config = {.os = &world->disk.os,
                                    .origin = ORIGIN,
                                    .key = &vkey,
                                    .arena = &arena,
                                    .journal_size = JOURNAL_SIZE};
    enum err e;

    arena_init(&arena, block, sizeof(block));
    restore_init(&restore, &config);
    e = restore_add(&restore, "old");
    if (e == OK)
        e = restore_find(&restore);
    if (e == OK)
        e = restore_own(&restore, world->node, &world->config, &world->old_key,
                        &crypto_random);
    restore_deinit(&restore);
    return e;
}

/* Opens the node's log as the node would, by the key that lies there. */
static enum err
node_open(struct world *world, uint64_t *size)
{
    struct sign_key key;
    struct log_config config;
    struct log *log = calloc(1, sizeof(*log));
    struct fault fault;
    enum err e = key_load(&world->disk.os, world->node, ORIGIN, &key);

    assert_non_null(log);
    if (e == ERR_NOT_FOUND)
        key = world->fresh_key;
    config = log_config(world, world->node, &key);
    e = log_open(log, &config, NULL, &fault);
    if (e == OK) {
        *size = log_size(log);
        log_abandon(log);
    }
    free(log);
    return e;
}

/* It goes on, and one life later it is still the same history. */
static void
goes_on(struct world *world)
{
    struct log_config config = log_config(world, world->node, &world->old_key);
    struct log *log = calloc(1, sizeof(*log));
    uint8_t entry[64];
    struct fault fault;
    size_t size;

    assert_non_null(log);
    for (int life = 1; life <= 2; life++) {
        assert_err(log_open(log, &config, NULL, &fault), OK);
        log_grow(log, OLD_SIZE + (uint64_t)life * BATCH);
        for (uint64_t i = 0; i < log_size(log); i += 37) {
            assert_err(log_read(log, i, entry, sizeof(entry), &size), OK);
            assert_int_equal(be64_read(entry), i);
        }
        assert_err(log_close(log), OK);
    }
    free(log);
}

static void
check(struct world *world, bool said_ok)
{
    uint64_t size = 0;
    enum err e = node_open(world, &size);

    if (e == OK)
        assert_true(size == OLD_SIZE || (size == 0 && !said_ok));
    else
        assert_false(said_ok);
    assert_err(restore(world), OK);
    assert_err(node_open(world, &size), OK);
    assert_int_equal(size, OLD_SIZE);
}

static uint64_t
run_well(void)
{
    struct world world;
    uint64_t calls;

    world_init(&world, 0);
    calls = world.disk.calls;
    assert_err(restore(&world), OK);
    calls = world.disk.calls - calls;
    sim_disk_power_cut(&world.disk);
    world_again(&world);
    goes_on(&world);
    sim_disk_deinit(&world.disk);
    return calls;
}

static void
never_a_second_history(void **state)
{
    uint64_t calls = run_well();

    (void)state;
    for (uint64_t n = 0; n < calls; n++) {
        for (unsigned dies = 0; dies < 2; dies++) {
            struct world world;
            enum err e;

            world_init(&world, n);
            if (dies)
                sim_disk_crash(&world.disk, n);
            else
                sim_disk_fail(&world.disk, n, ERR_IO);
            e = restore(&world);
            if (dies)
                sim_disk_power_cut(&world.disk);
            else
                sim_disk_kill(&world.disk);
            world_again(&world);
            check(&world, e == OK);
            sim_disk_deinit(&world.disk);
        }
    }
    print_message("# %u calls, each failing and dying\n", (unsigned)calls);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_a_second_history),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
