/*
 * Shows what is noticed of a disk that damages what it had stored: in turn one
 * byte of every block of the journal, and every file below log/, on a log with
 * frames in the journal and tiles beside it. Either the log opens and holds
 * everything, or ERR_CORRUPT says so; the one exception is LOG 7.13.
 */
#include "test.h"

#include "crypto/crypto.h"
#include "sim/log_model.h"

#include <string.h>

#define JOURNAL_SIZE 65536
#define FRAMES_MAX (JOURNAL_SIZE / JOURNAL_BLOCK)

static struct model model;
static struct sim_disk sound;
static struct sim_disk disk;

enum outcome {
    WHOLE,   /* opened, with all entries */
    SHORTER, /* opened, without the last frame's */
    CORRUPT
};

/* 620 entries, some in tiles and some in four frames of the journal, the last
 * of which is a checkpoint's when `published`. */
static void
log_prepare(bool published)
{
    sim_disk_init(&sound, 5);
    model_init(&model, &sound, JOURNAL_SIZE);
    assert_err(model_append(&model, 300), OK);
    assert_err(log_publish(&model.log), OK);
    assert_err(log_settle(&model.log), OK);
    assert_err(model_append(&model, 200), OK);
    assert_err(model_append(&model, 16), OK);
    assert_err(log_publish(&model.log), OK);
    assert_err(model_append(&model, 100), OK);
    if (published)
        assert_err(log_publish(&model.log), OK);
    assert_err(log_flush(&model.log), OK);
    model_observe(&model);
    log_abandon(&model.log);
    model.is_open = false;
    sim_disk_kill(&sound);
    sim_disk_settle(&sound);
}

/* Opens the damaged disk; a log that opens goes on without a fork. */
static enum outcome
open_damaged(struct fault *fault)
{
    enum outcome outcome = CORRUPT;
    enum err e;

    model.config.dir = sim_disk_root(&disk);
    model.config.os = &disk.os;
    e = log_open(&model.log, &model.config, NULL, fault);
    if (e == OK) {
        outcome = log_size(&model.log) == model.count ? WHOLE : SHORTER;
        log_abandon(&model.log);
    } else if (e != ERR_SIGNATURE) {
        assert_err(e, ERR_CORRUPT);
    }
    return outcome;
}

static enum outcome
flip(const char *path, size_t at)
{
    struct sim_bytes *bytes;
    struct fault fault = {0};
    enum outcome outcome;

    sim_disk_copy(&disk, &sound);
    bytes = sim_disk_bytes(&disk, path);
    assert_non_null(bytes);
    assert_true(at < bytes->size);
    bytes->p[at] ^= 0x20;
    sim_disk_spread(&disk, path);
    outcome = open_damaged(&fault);
    if (outcome == CORRUPT)
        assert_non_null(fault.clause);
    sim_disk_deinit(&disk);
    return outcome;
}

/* Where the frames of the sound journal stand, first to last. */
static size_t
frames_find(size_t at[FRAMES_MAX], size_t size[FRAMES_MAX])
{
    struct sim_bytes *bytes = sim_disk_bytes(&sound, "journal");
    struct journal_frame f;
    size_t count = 0;
    size_t block;

    for (block = JOURNAL_FIRST_BLOCK; block < bytes->size / JOURNAL_BLOCK;
         block++) {
        struct bytes in = {bytes->p + block * JOURNAL_BLOCK, JOURNAL_BLOCK};

        if (journal_frame_parse(in, &f, NULL) != OK || f.generation != 2)
            continue;
        assert_true(count < FRAMES_MAX);
        at[count] = block * JOURNAL_BLOCK;
        size[count] = JOURNAL_FRAME_HEAD_SIZE + f.payload_size + f.note.size;
        count++;
    }
    return count;
}

/* LOG 7.6, LOG 7.9: what the root, a later frame, or the published checkpoint
 * gives away. */
static void
frames_damaged(void **state)
{
    size_t at[FRAMES_MAX] = {0};
    size_t size[FRAMES_MAX] = {0};
    size_t outcomes[3] = {0};
    size_t count;
    size_t i;
    size_t k;

    (void)state;
    log_prepare(true);
    count = frames_find(at, size);
    assert_int_equal(count, 5);
    for (i = 0; i < 5; i++) {
        for (k = 0; k < size[i]; k += 1 + size[i] / 100) {
            enum outcome o = flip("journal", at[i] + k);

            outcomes[o]++;
            /* The last frame is a checkpoint's: what it says, others know. */
            assert_int_equal(o, i + 1 < count ? CORRUPT : WHOLE);
        }
        /* What follows a frame in its last block is not read. */
        if (size[i] % JOURNAL_BLOCK != 0)
            assert_int_equal(flip("journal", at[i] + size[i]), WHOLE);
    }
    sim_disk_deinit(&sound);
    print_message("# damaged frames: %zu noticed, %zu without effect\n",
                  outcomes[CORRUPT], outcomes[WHOLE]);
}

/*
 * LOG 7.13: a last frame of entries that no checkpoint covers and that is
 * damaged looks like one that the power cut short.
 */
static void
last_frame_damaged(void **state)
{
    size_t at[FRAMES_MAX] = {0};
    size_t size[FRAMES_MAX] = {0};
    size_t count;
    size_t k;

    (void)state;
    log_prepare(false);
    count = frames_find(at, size);
    for (k = 0; k < size[count - 1]; k += 37)
        assert_int_equal(flip("journal", at[count - 1] + k), SHORTER);
    sim_disk_deinit(&sound);
}

/* LOG 7.3: the older header is not needed; without the newer one the frames
 * that follow it give it away. */
static void
headers_damaged(void **state)
{
    size_t at;

    (void)state;
    log_prepare(true);
    for (at = 0; at < JOURNAL_BLOCK; at += 31) {
        assert_int_equal(flip("journal", at), CORRUPT); /* generation 2 */
        assert_int_equal(flip("journal", JOURNAL_BLOCK + at), WHOLE);
    }
    sim_disk_deinit(&sound);
}

/* LOG 7.8: the tiles below the journal; those above are made again from it. */
static void
tiles_damaged(void **state)
{
    static const struct {
        const char *path;
        enum outcome outcome;
    } files[] = {
        {"log/checkpoint", WHOLE},
        {"log/tile/0/000", WHOLE}, /* full, and not looked at on opening */
        {"log/tile/0/001.p/45", CORRUPT},
        {"log/tile/entries/001.p/45", CORRUPT},
        {"log/tile/1/000.p/1", CORRUPT},
        {"log/tile/0/001", WHOLE},
        {"log/tile/entries/001", WHOLE},
    };
    size_t i;

    (void)state;
    log_prepare(true);
    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        assert_int_equal(flip(files[i].path, 3), files[i].outcome);
    sim_disk_deinit(&sound);
}

/* A journal that is shorter, empty or gone. */
static void
journal_cut(void **state)
{
    static const size_t sizes[] = {0,
                                   1,
                                   JOURNAL_BLOCK,
                                   2 * JOURNAL_BLOCK,
                                   JOURNAL_SIZE - JOURNAL_BLOCK,
                                   JOURNAL_SIZE - 1};
    struct fault fault = {0};
    size_t i;

    (void)state;
    log_prepare(true);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        sim_disk_copy(&disk, &sound);
        sim_disk_bytes(&disk, "journal")->size = sizes[i];
        sim_disk_spread(&disk, "journal");
        assert_int_equal(open_damaged(&fault), CORRUPT);
        sim_disk_deinit(&disk);
    }
    sim_disk_deinit(&sound);
}

/* An old journal put back under a newer checkpoint must not be gone on with. */
static void
journal_rolled_back(void **state)
{
    struct sim_bytes *bytes;
    struct fault fault = {0};

    (void)state;
    log_prepare(false);
    sim_disk_copy(&disk, &sound);
    sim_disk_deinit(&sound);
    model.config.os = &disk.os;
    model.config.dir = sim_disk_root(&disk);
    assert_err(log_open(&model.log, &model.config, NULL, NULL), OK);
    sim_disk_copy(&sound, &disk); /* the journal as it was */
    assert_err(model_append(&model, 3), OK);
    assert_err(log_publish(&model.log), OK);
    log_abandon(&model.log);
    bytes = sim_disk_bytes(&disk, "journal");
    memcpy(bytes->p, sim_disk_bytes(&sound, "journal")->p, bytes->size);
    sim_disk_kill(&disk);
    sim_disk_spread(&disk, "journal");
    assert_int_equal(open_damaged(&fault), CORRUPT);
    assert_string_equal(fault.clause, "LOG 7.9");
    sim_disk_deinit(&disk);
    sim_disk_deinit(&sound);
}

/* LOG 7.7: the journal of another node, or a key that is not this node's. */
static void
journal_of_another(void **state)
{
    const uint8_t seed[SIGN_SEED_SIZE] = {43};
    struct log_config config;
    struct sign_key other;

    (void)state;
    log_prepare(true);
    config = model.config;
    config.dir = sim_disk_root(&sound);
    config.origin = BYTES("border.example/hani-i-hotit");
    assert_err(log_open(&model.log, &config, NULL, NULL), ERR_CONFLICT);
    config.origin = model.config.origin;
    sign_key_init(&other, seed);
    config.key = &other;
    assert_err(log_open(&model.log, &config, NULL, NULL), ERR_SIGNATURE);
    config.key = &model.key;
    assert_err(log_open(&model.log, &config, NULL, NULL), OK);
    /* One log has one writer at a time. */
    assert_err(log_open(&(struct log){0}, &config, NULL, NULL), ERR_BUSY);
    log_abandon(&model.log);
    sim_disk_deinit(&sound);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_damaged),
        cmocka_unit_test(last_frame_damaged),
        cmocka_unit_test(headers_damaged),
        cmocka_unit_test(tiles_damaged),
        cmocka_unit_test(journal_cut),
        cmocka_unit_test(journal_rolled_back),
        cmocka_unit_test(journal_of_another),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
