/*
 * Erasure in a real log on a real disk: afterwards the entry opens with nothing
 * that is in the node's folder, no key that led to it is in any file there, all
 * other entries open, and the log verifies as before. REC 9.
 */
#include "test.h"

#include "record/event.h"
#include "sample_events.h"
#include "seal/seal.h"
#include "tlog/log.h"
#include "tlog/verify.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ORIGIN BYTES("kufi.example/durres")
#define EPOCH 20717
#define SLOT_0 1000 /* of the first entry */
#define COUNT 600   /* three bundles, the last one partial */
#define ERASED 300
#define BATCH 60
#define NODES_MAX 100
#define PATH_KEYS (KEYTREE_DEPTH + 2)

struct world {
    char path[32];
    struct os os;
    struct folder dir;
    struct sign_key key;
    struct log_config config;
    struct keyring keyring;
    struct seal_cursor cursor;
    void *memory;
    /* Root, nodes and leaf that lead to the entry erased, and its own key. */
    struct cipher_key keys[PATH_KEYS];
};

static void
fill_randomly(void *context, void *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out)[i] = (uint8_t)test_random_next(context);
}

static void
keyring_make(struct world *world, struct keyring *keyring)
{
    size_t size = KEYRING_ARENA_SIZE(NODES_MAX);
    struct arena arena;

    world->memory = malloc(size);
    assert_non_null(world->memory);
    arena_init(&arena, world->memory, size);
    assert_err(keyring_init(keyring, &arena, ORIGIN, NODES_MAX), OK);
}

static void
path_keys(struct world *world, const struct keytree_node *root)
{
    struct cipher_pair pair;
    struct seal_key key;

    world->keys[0] = root->key;
    for (unsigned level = 1; level <= KEYTREE_DEPTH; level++) {
        unsigned side = (SLOT_0 + ERASED) >> (KEYTREE_DEPTH - level) & 1;

        cipher_expand(&world->keys[level - 1], &pair);
        world->keys[level] = pair.half[side];
    }
    keytree_stretch(&world->keys[KEYTREE_DEPTH], &key);
    world->keys[KEYTREE_DEPTH + 1] = key.key;
}

static void
world_init(struct world *world)
{
    static const uint8_t SEED[SIGN_SEED_SIZE] = {7};
    static struct test_random random;
    const struct random source = {fill_randomly, &random};
    const struct keytree_node *root;

    memset(world, 0, sizeof(*world));
    test_random_init(&random);
    snprintf(world->path, sizeof(world->path), "/tmp/kufi_erasure_XXXXXX");
    assert_non_null(mkdtemp(world->path));
    os_posix_init(&world->os);
    assert_err(world->os.folder_open(&world->os, world->path, &world->dir), OK);
    sign_key_init(&world->key, SEED);
    world->config = (struct log_config){
        .os = &world->os,
        .dir = world->dir,
        .origin = ORIGIN,
        .key = &world->key,
        .journal_size = 1 << 20,
    };
    assert_err(log_create(&world->config), OK);
    keyring_make(world, &world->keyring);
    assert_err(keyring_open_epoch(&world->keyring, EPOCH, &source), OK);
    assert_err(keyring_save(&world->keyring, &world->os, world->dir), OK);
    assert_err(keyring_find(&world->keyring, EPOCH, 0, &root), OK);
    path_keys(world, root);
    seal_cursor_init(&world->cursor, &world->keyring);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static void
world_deinit(struct world *world)
{
    seal_cursor_deinit(&world->cursor);
    keyring_deinit(&world->keyring);
    free(world->memory);
    world->os.folder_close(&world->os, world->dir);
    assert_int_equal(nftw(world->path, remove_one, 16, FTW_DEPTH | FTW_PHYS),
                     0);
}

static struct bytes
entry_make(struct world *world, uint32_t i, uint8_t *block, size_t size)
{
    uint8_t plain_block[EVENT_SIZE_MAX];
    struct event event = *sample_event("crossing");
    struct writer plain;
    struct writer w;

    event.crossing.inspection = i;
    writer_init(&plain, plain_block, sizeof(plain_block));
    assert_err(event_encode(&plain, &event, NULL), OK);
    writer_init(&w, block, size);
    assert_err(
        entry_seal(&world->cursor, EPOCH, SLOT_0 + i, writer_done(&plain), &w),
        OK);
    return writer_done(&w);
}

/* Crossings in batches, so that bundles and tiles of all kinds are there. */
static void
entries_append(struct world *world, struct log *log)
{
    static uint8_t blocks[BATCH][1024];
    struct bytes entries[BATCH];
    struct hash leaves[BATCH];
    uint64_t first;

    for (uint32_t i = 0; i < COUNT; i += BATCH) {
        for (uint32_t n = 0; n < BATCH; n++)
            entries[n] = entry_make(world, i + n, blocks[n], sizeof(blocks[n]));
        assert_err(log_append(log, entries, BATCH, leaves, &first), OK);
        assert_int_equal(first, i);
        assert_err(log_publish(log), OK);
    }
}

/* How many entries open, and each as what it was. */
static size_t
entries_open(struct log *log, struct seal_cursor *cursor)
{
    static uint8_t block[ENTRY_SIZE_MAX];
    size_t opened = 0;

    for (uint32_t i = 0; i < COUNT; i++) {
        uint8_t plain_block[EVENT_SIZE_MAX];
        struct bytes in = {block, 0};
        struct bytes plain;
        struct entry entry;
        struct event event;
        enum err e;

        assert_err(log_read(log, i, block, sizeof(block), &in.size), OK);
        assert_err(entry_parse(in, &entry, NULL), OK);
        e = entry_open(cursor, &entry, plain_block, sizeof(plain_block),
                       &plain);
        if (e == ERR_NOT_FOUND) { /* REC 9.4 */
            assert_int_equal(i, ERASED);
            continue;
        }
        assert_err(e, OK);
        assert_err(event_parse(plain, NULL, &event, NULL), OK);
        assert_int_equal(event.crossing.inspection, i);
        opened++;
    }
    return opened;
}

static const struct world *searched;
static size_t keys_found;
static size_t bytes_searched;

static int
search_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    struct bytes file;

    (void)st;
    (void)ftw;
    if (kind != FTW_F)
        return 0;
    file = test_file(path);
    bytes_searched += file.size;
    for (size_t i = 0; i < PATH_KEYS; i++)
        keys_found += memmem(file.p, file.size, searched->keys[i].b,
                             CIPHER_KEY_SIZE) != NULL;
    test_file_free(file);
    return 0;
}

/* How many of the keys that lead to the entry are in files of the folder. */
static size_t
keys_on_disk(const struct world *world)
{
    searched = world;
    keys_found = 0;
    bytes_searched = 0;
    assert_int_equal(nftw(world->path, search_one, 16, FTW_PHYS), 0);
    return keys_found;
}

static void
print_finding(void *context, const struct verify_finding *finding)
{
    (void)context;
    print_message("# %s %s: %s\n", verify_kind_name(finding->kind),
                  finding->path, finding->what);
}

static enum verify_verdict
verdict(struct world *world)
{
    static struct verify verify;
    struct verify_worker *worker = malloc(sizeof(*worker));
    struct note_key key = note_key_of(ORIGIN, NOTE_ED25519, &world->key.public);
    char path[64];
    struct folder folder;

    assert_non_null(worker);
    snprintf(path, sizeof(path), "%s/log", world->path);
    assert_err(world->os.folder_open(&world->os, path, &folder), OK);
    memset(&verify, 0, sizeof(verify));
    verify.config = (struct verify_config){
        .os = &world->os,
        .folder = folder,
        .key = &key,
        .workers = worker,
        .worker_count = 1,
        .found = print_finding,
    };
    verify_log(&verify);
    world->os.folder_close(&world->os, folder);
    free(worker);
    return verify.verdict;
}

static void
erases_one_entry_alone(void **state)
{
    static const uint32_t SLOTS[] = {SLOT_0 + ERASED};
    static struct log log;
    struct world world;
    struct world other;
    struct fault fault;

    (void)state;
    world_init(&world);
    assert_err(log_open(&log, &world.config, NULL, NULL), OK);
    entries_append(&world, &log);
    assert_int_equal(entries_open(&log, &world.cursor), COUNT);
    assert_err(log_publish(&log), OK);
    assert_int_equal(keys_on_disk(&world), 1); /* the root */

    assert_err(
        keyring_erase(&world.keyring, &world.os, world.dir, EPOCH, SLOTS, 1),
        OK);
    assert_int_equal(keys_on_disk(&world), 0);
    printf("# %zu bytes searched for %d keys\n", bytes_searched, PATH_KEYS);
    assert_int_equal(entries_open(&log, &world.cursor), COUNT - 1);
    assert_err(log_close(&log), OK);
    assert_int_equal(verdict(&world), VERIFY_GOOD);

    /* The same with what another process finds on the disk. */
    other = world;
    keyring_make(&other, &other.keyring);
    assert_err(keyring_load(&other.keyring, &other.os, other.dir, &fault), OK);
    seal_cursor_init(&other.cursor, &other.keyring);
    assert_err(log_open(&log, &world.config, NULL, NULL), OK);
    assert_int_equal(entries_open(&log, &other.cursor), COUNT - 1);
    assert_err(log_close(&log), OK);
    assert_int_equal(keys_on_disk(&world), 0);
    seal_cursor_deinit(&other.cursor);
    keyring_deinit(&other.keyring);
    free(other.memory);
    world_deinit(&world);
}

/* The holes at both ends of an epoch. */
static void
erases_the_first_and_the_last(void **state)
{
    static const uint32_t SLOTS[] = {0, KEYTREE_SLOTS - 1};
    const struct cipher_key *leaf;
    struct world world;

    (void)state;
    world_init(&world);
    assert_err(
        keyring_erase(&world.keyring, &world.os, world.dir, EPOCH, SLOTS, 2),
        OK);
    assert_err(seal_leaf(&world.cursor, EPOCH, 0, &leaf), ERR_NOT_FOUND);
    assert_err(seal_leaf(&world.cursor, EPOCH, 1, &leaf), OK);
    assert_err(seal_leaf(&world.cursor, EPOCH, KEYTREE_SLOTS - 1, &leaf),
               ERR_NOT_FOUND);
    assert_err(seal_leaf(&world.cursor, EPOCH, KEYTREE_SLOTS - 2, &leaf), OK);
    world_deinit(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(erases_one_entry_alone),
        cmocka_unit_test(erases_the_first_and_the_last),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
