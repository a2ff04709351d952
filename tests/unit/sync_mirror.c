/*
 * Shows that a mirror is at any time a prefix of the log that its checkpoint
 * covers, whatever the disk does: a script of packages and settlings is run
 * once for each call to `os` and each way in which that can go wrong; what was
 * said to be durable is there afterwards, and the mirror then takes the rest.
 * And that a mirror whose files were changed, cut, overwritten or removed is
 * noticed, gives nothing wrong out, and is whole again after a fetch.
 * SYN 5.5, 5.6, 5.7
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "sync/mirrors.h"
#include "sync_node.h"

static struct sync_world world;
static struct sync_node *const owner = &world.nodes[CENTRE];
static struct sync_node *const holder = &world.nodes[ARDEN];

/* The sizes that the owner publishes, one after another. */
static const uint64_t sizes[] = {1, 5, 255, 256, 257, 700, 701, 1030};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static uint8_t notes[SIZES][CHECKPOINT_SIZE_MAX];
static size_t note_sizes[SIZES];
static uint8_t package_block[PACKAGE_SIZE_MAX];
static uint8_t bundle_block[BUNDLE_SIZE_MAX];

static int
setup(void **state)
{
    (void)state;
    if (crypto_init() != OK)
        return -1;
    sync_world_init(&world, 11);
    for (size_t i = 0; i < SIZES; i++) {
        struct log_view view = sync_own_view(&owner->host);
        struct bytes note;

        sync_node_grow(owner, sizes[i]);
        assert_err(view_checkpoint(&view, notes[i], sizeof(notes[i]), &note),
                   OK);
        note_sizes[i] = note.size;
    }
    return 0;
}

/* An empty disk for the holder. */
static void
holder_anew(uint64_t seed)
{
    sim_disk_deinit(&holder->disk);
    sim_disk_init(&holder->disk, seed);
    sync_node_restart(&world, ARDEN);
}

static struct mirrors_log *
opened(void)
{
    return mirrors_of(&holder->mirrors, &holder->host, owner->origin);
}

/* The owner's package from `start`, under the checkpoint number `i`. */
static void
offer_set(struct mirror_offer *offer, size_t i, uint64_t start, uint64_t end,
          uint32_t bytes)
{
    struct log_view view = sync_own_view(&owner->host);
    struct package_range range = {
        .start = start, .end = end, .size = sizes[i], .bytes = bytes};
    struct block scratch = {bundle_block, sizeof(bundle_block)};
    struct writer w;

    writer_init(&w, package_block, sizeof(package_block));
    assert_err(package_make(&view, &range, scratch, &w), OK);
    *offer = (struct mirror_offer){.key = &holder->roster->nodes[CENTRE].log,
                                   .roster = holder->roster,
                                   .note = {notes[i], note_sizes[i]}};
    assert_err(package_parse(writer_done(&w), &offer->package, NULL), OK);
}

/* Fetches up to the size number `i` in small pieces; the first error. */
static enum err
fetch(struct mirrors_log *log, size_t i)
{
    struct evidence found;

    mirror_fit(&log->mirror, sizes[i]);
    while (mirror_size(&log->mirror) < sizes[i]) {
        uint64_t start = mirror_size(&log->mirror);
        struct mirror_offer offer;
        enum err e;

        offer_set(&offer, i, start, sizes[i], 20000);
        e = mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found);
        if (e == ERR_SIGNATURE) {
            uint64_t kept = mirror_kept(&log->mirror);

            offer_set(&offer, i, kept, kept, 0);
            e = mirror_past(&log->mirror, &offer, &found);
            assert_err(e, ERR_BUSY);
        }
        if (e != OK && e != ERR_BUSY)
            return e;
    }
    return OK;
}

/* Settles, and tells what is durable by then. */
static enum err
settle(struct mirrors_log *log, uint64_t *durable)
{
    struct errand errand;

    world.now_ns += MIRRORS_SETTLE_NS;
    (void)mirrors_next(&holder->mirrors, &holder->host, world.now_ns, &errand);
    holder->mirrors.waiting = false;
    if (holder->mirrors.broken != OK)
        return ERR_IO;
    if (mirror_unsettled(&log->mirror))
        return ERR_FULL;
    *durable = mirror_kept(&log->mirror);
    return OK;
}

/* The whole script; what it had made durable when it ended. */
static enum err
script(uint64_t *durable)
{
    struct mirrors_log *log = opened();

    if (log == NULL)
        return ERR_IO;
    for (size_t i = 0; i < SIZES; i++) {
        enum err e = fetch(log, i);

        /* Now and then two checkpoints are settled at once. */
        if (e == OK && i % 3 != 2)
            e = settle(log, durable);
        if (e != OK)
            return e;
    }
    return OK;
}

static const struct {
    const char *name;
    enum sim_fault fault;
    enum err error;
    bool power; /* is cut then */
} accidents[] = {
    {"power cut", SIM_CRASH, ERR_IO, true},
    {"process dies", SIM_CRASH, ERR_IO, false},
    {"fails with ERR_IO, power cut", SIM_FAIL, ERR_IO, true},
    {"fails with ERR_FULL", SIM_FAIL, ERR_FULL, false},
};

/* One accident at one call; false when the script has not so many. */
static bool
script_with(size_t accident, uint64_t call)
{
    uint64_t durable = 0;
    enum err e;

    holder_anew(call * 7 + accident);
    if (accidents[accident].fault == SIM_CRASH)
        sim_disk_crash(&holder->disk, call);
    else
        sim_disk_fail(&holder->disk, call, accidents[accident].error);
    e = script(&durable);
    if (!holder->disk.struck) {
        assert_err(e, OK);
        return false;
    }
    if (accidents[accident].power)
        sim_disk_power_cut(&holder->disk);
    else
        sim_disk_kill(&holder->disk);
    sync_node_restart(&world, ARDEN);
    assert_true(sync_world_check(&world, ARDEN, CENTRE) >= durable);
    assert_err(script(&durable), OK);
    assert_int_equal(durable, sizes[SIZES - 1]);
    assert_int_equal(sync_world_check(&world, ARDEN, CENTRE), durable);
    return true;
}

static void
test_accidents(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(accidents) / sizeof(accidents[0]); i++) {
        uint64_t call = 0;

        while (script_with(i, call))
            call++;
        print_message("# %s at one of %llu calls\n", accidents[i].name,
                      (unsigned long long)call);
    }
}

/* ----- Damage. ----- */

enum damage { FLIP_FIRST, FLIP_LAST, CUT, EMPTY, GARBAGE, GONE };
#define DAMAGES (GONE + 1)

static const char *const damaged_files[] = {
    "checkpoint",     "tile/entries/000", "tile/entries/002",
    "tile/0/000",     "tile/0/003",       "tile/entries/004.p/6",
    "tile/0/004.p/6", "tile/1/000.p/4",   "origin",
};

static void
damage(const char *name, enum damage how)
{
    char path[OS_PATH_SIZE_MAX];
    struct sim_bytes *file;

    strcpy(path, opened()->mirror.prefix);
    strcat(path, name);
    sim_disk_settle(&holder->disk);
    if (how == GONE) {
        assert_err(holder->disk.os.remove(&holder->disk.os, holder->dir, path),
                   OK);
        return;
    }
    file = sim_disk_bytes(&holder->disk, path);
    assert_non_null(file);
    assert_true(file->size > 0);
    if (how == FLIP_FIRST)
        file->p[0] ^= 1;
    else if (how == FLIP_LAST)
        file->p[file->size - 1] ^= 1;
    else if (how == CUT)
        file->size = file->size / 2;
    else if (how == EMPTY)
        file->size = 0;
    else
        for (size_t i = 0; i < file->size; i++)
            file->p[i] = (uint8_t)sim_disk_random(&holder->disk, 256);
    sim_disk_spread(&holder->disk, path);
}

/* Every entry that the mirror gives out is the owner's. */
static void
give_all(struct mirrors_log *log)
{
    struct log_view view = mirror_view(&log->mirror);
    struct block scratch = {bundle_block, sizeof(bundle_block)};
    uint64_t size = mirror_kept(&log->mirror);
    uint64_t start = 0;

    while (start < size) {
        struct package_range range = {
            .start = start, .end = size, .size = size, .bytes = 30000};
        struct package package;
        struct bundle bundle;
        struct bytes entry;
        struct writer w;

        writer_init(&w, package_block, sizeof(package_block));
        if (package_make(&view, &range, scratch, &w) != OK) {
            mirror_doubt(&log->mirror, holder->mirrors.scratch);
            return;
        }
        assert_err(package_parse(writer_done(&w), &package, NULL), OK);
        bundle = bundle_of(package.entries, package.count);
        for (uint64_t i = start; bundle_next(&bundle, &entry); i++) {
            uint8_t block[SYNC_NODE_ENTRY_MAX];

            assert_bytes(entry, sync_node_entry(owner, i, block));
        }
        start += package.count;
    }
}

/* While it is open, or when it is opened. SYN 5.7 */
static void
damage_one(const char *name, enum damage how, bool reopen)
{
    uint64_t durable = 0;

    holder_anew((uint64_t)how + 100);
    assert_err(script(&durable), OK);
    damage(name, how);
    if (reopen)
        sync_node_restart(&world, ARDEN);
    give_all(opened());
    assert_err(fetch(opened(), SIZES - 1), OK);
    (void)settle(opened(), &durable);
    give_all(opened());
    if (reopen || mirror_kept(&opened()->mirror) == 0) {
        assert_err(fetch(opened(), SIZES - 1), OK);
        (void)settle(opened(), &durable);
    }
    assert_int_equal(mirror_kept(&opened()->mirror), sizes[SIZES - 1]);
}

static void
test_damage(void **state)
{
    size_t count = sizeof(damaged_files) / sizeof(damaged_files[0]);

    (void)state;
    for (size_t i = 0; i < count; i++)
        for (unsigned how = 0; how < DAMAGES; how++) {
            damage_one(damaged_files[i], (enum damage)how, false);
            damage_one(damaged_files[i], (enum damage)how, true);
        }
}

/* ----- Judging. ----- */

/* SYN 5.2 to 5.4: what each refusal is called, and that it changes nothing. */
static void
test_refused(void **state)
{
    struct mirrors_log *log;
    struct evidence found;
    struct mirror_offer offer;
    uint64_t durable = 0;

    (void)state;
    holder_anew(1);
    log = opened();
    assert_err(fetch(log, 2), OK);
    assert_err(settle(log, &durable), OK);
    offer_set(&offer, 5, 254, 700, 20000);
    assert_err(
        mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found),
        ERR_BUSY);
    offer_set(&offer, 5, 255, 700, 20000);
    offer.package.proof.hashes[0].b[0] ^= 1;
    assert_err(
        mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found),
        ERR_FORMAT);
    offer_set(&offer, 5, 255, 700, 20000);
    package_block[sizeof(package_block) - 1] ^= 1;
    ((uint8_t *)offer.package.entries.p)[5] ^= 1;
    assert_err(
        mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found),
        ERR_SIGNATURE);
    offer_set(&offer, 5, 255, 255, 0);
    assert_err(mirror_past(&log->mirror, &offer, &found), OK);
    offer_set(&offer, 5, 255, 700, 20000);
    offer.note = (struct bytes){notes[4], note_sizes[4]};
    assert_err(
        mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found),
        ERR_FORMAT);
    offer.key = &holder->roster->nodes[BRINK].log;
    assert_err(
        mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found),
        ERR_SIGNATURE);
    assert_int_equal(mirror_size(&log->mirror), 255);
    assert_err(script(&durable), OK);
    assert_int_equal(sync_world_check(&world, ARDEN, CENTRE), durable);
}

/* ----- A fork in the middle of a fetch. ----- */

static uint8_t first_package[PACKAGE_SIZE_MAX];

/* The owner's history of 100 entries, then of `salt` up to `size`. */
static struct bytes
branch(uint8_t salt, uint64_t size, uint8_t note_block[CHECKPOINT_SIZE_MAX])
{
    struct log_view view = sync_own_view(&owner->host);
    struct bytes note;

    sync_node_rewrite(owner, 0, 100);
    owner->salt = salt;
    sync_node_grow(owner, size);
    assert_err(view_checkpoint(&view, note_block, CHECKPOINT_SIZE_MAX, &note),
               OK);
    return note;
}

static struct package
branch_package(uint64_t start, uint64_t end, uint64_t size, uint8_t *block)
{
    struct log_view view = sync_own_view(&owner->host);
    struct package_range range = {start, end, size, 4000};
    struct block scratch = {bundle_block, sizeof(bundle_block)};
    struct package package;
    struct writer w;

    writer_init(&w, block, PACKAGE_SIZE_MAX);
    assert_err(package_make(&view, &range, scratch, &w), OK);
    assert_err(package_parse(writer_done(&w), &package, NULL), OK);
    return package;
}

/* The beginning of one branch is stored, proved by a checkpoint that is never
 * reached; then another branch is fetched past that size. SYN 5.2 */
static void
test_fork_in_between(void **state)
{
    static uint8_t kept[CHECKPOINT_SIZE_MAX];
    static uint8_t one[CHECKPOINT_SIZE_MAX];
    static uint8_t other[CHECKPOINT_SIZE_MAX];
    struct mirror_offer offer = {.key = &holder->roster->nodes[CENTRE].log,
                                 .roster = holder->roster};
    struct mirrors_log *log;
    struct evidence found;
    uint64_t durable = 0;
    enum err e;

    (void)state;
    holder_anew(5);
    log = opened();
    offer.note = branch(0, 100, kept);
    while (mirror_size(&log->mirror) < 100) {
        offer.package =
            branch_package(mirror_size(&log->mirror), 100, 100, package_block);
        assert_err(
            mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found),
            OK);
    }
    assert_err(settle(log, &durable), OK);
    offer.note = branch(1, 700, one);
    offer.package = branch_package(100, 700, 700, first_package);
    assert_err(
        mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found), OK);
    assert_true(mirror_size(&log->mirror) > 100);
    offer.note = branch(2, 900, other);
    offer.package =
        branch_package(mirror_size(&log->mirror), 900, 900, package_block);
    assert_err(
        mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found),
        ERR_SIGNATURE);
    offer.package = branch_package(100, 100, 900, package_block);
    assert_err(mirror_past(&log->mirror, &offer, &found), ERR_BUSY);
    assert_int_equal(mirror_size(&log->mirror), 100);
    do {
        offer.package =
            branch_package(mirror_size(&log->mirror), 900, 900, package_block);
        e = mirror_add(&log->mirror, &offer, holder->mirrors.scratch, &found);
    } while (e == OK && mirror_size(&log->mirror) < 900);
    assert_err(e, ERR_CONFLICT);
    assert_int_equal(found.kind, EVIDENCE_BAD_PROOF);
    assert_err(evidence_verify(&found, offer.key, NULL), OK);
    assert_true(mirror_size(&log->mirror) <= 700);
    assert_int_equal(mirror_kept(&log->mirror), 100);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_accidents),
        cmocka_unit_test(test_fork_in_between),
    };

    if (setup(NULL) != 0)
        return 1;
    return TEST_RUN(tests);
}
