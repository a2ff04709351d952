/*
 * Shows a journal walked through while its writer goes on, as a verifier does
 * beside a working node: frames that came into being since are seen by the next
 * walk, and a journal that began anew meanwhile is noticed. What damage does to
 * a walk is shown in tests/sim.
 */
#include "test.h"

#include "crypto/crypto.h"
#include "sim/log_model.h"
#include "tlog/walk.h"

static struct model model;
static struct sim_disk disk;

struct walked {
    uint64_t frames;
    uint64_t notes;
    uint64_t next_index;
};

static struct file
journal_open(void)
{
    struct file file;

    assert_err(disk.os.open(&disk.os, model.config.dir, "journal",
                            OPEN_READ_DIRECT, 0, &file),
               OK);
    return file;
}

static void
walk_begin(struct journal_walk *walk)
{
    static _Alignas(JOURNAL_BLOCK) uint8_t buffer[JOURNAL_FRAME_SIZE_MAX];

    assert_err(journal_walk_begin(walk, &disk.os, journal_open(), buffer, NULL),
               OK);
}

static struct walked
walk_all(struct journal_walk *walk)
{
    struct walked walked = {0};
    struct journal_frame frame;
    struct bytes payload;
    bool torn;

    while (journal_walk_next(walk, &frame, &payload) == OK) {
        assert_int_equal(payload.size, frame.payload_size);
        walked.frames++;
        walked.notes += frame.note.size > 0;
        journal_walk_accept(walk, &frame);
    }
    assert_err(journal_walk_end(walk, &torn, NULL), OK);
    assert_false(torn);
    walked.next_index = walk->next_index;
    return walked;
}

static void
beside_the_writer(void **state)
{
    struct journal_walk first;
    struct journal_walk second;
    struct walked walked;

    (void)state;
    sim_disk_init(&disk, 1);
    model_init(&model, &disk, 65536);
    assert_err(model_append(&model, 200), OK);
    walk_begin(&first);
    walked = walk_all(&first);
    assert_int_equal(walked.frames, 3);
    assert_int_equal(walked.notes, 1);
    assert_int_equal(walked.next_index, 201);

    assert_err(model_append(&model, 1), OK);
    assert_err(journal_walk_same(&first), OK);
    walk_begin(&second);
    walked = walk_all(&second);
    assert_int_equal(walked.frames, 4);
    assert_int_equal(walked.next_index, 202);

    assert_err(log_settle(&model.log), OK);
    assert_err(journal_walk_same(&first), ERR_BUSY);
    walk_begin(&second);
    walked = walk_all(&second);
    assert_int_equal(walked.frames, 0);
    assert_int_equal(walked.next_index, 202);
    model_deinit(&model);
    sim_disk_deinit(&disk);
}

/* LOG 7.1: the size that the header says. */
static void
no_journal(void **state)
{
    static _Alignas(JOURNAL_BLOCK) uint8_t buffer[JOURNAL_FRAME_SIZE_MAX];
    static uint8_t zeros[JOURNAL_SIZE_MIN];
    struct journal_walk walk;
    struct fault fault = {0};
    struct file file;

    (void)state;
    sim_disk_init(&disk, 2);
    model_config(&model, &disk, 65536);
    assert_err(disk.os.open(&disk.os, model.config.dir, "journal", OPEN_REPLACE,
                            0600, &file),
               OK);
    assert_err(
        journal_walk_begin(&walk, &disk.os, journal_open(), buffer, &fault),
        ERR_CORRUPT);
    assert_string_equal(fault.clause, "LOG 7.1");
    assert_err(disk.os.write_at(&disk.os, file, 0,
                                (struct bytes){zeros, sizeof(zeros)}),
               OK);
    assert_err(
        journal_walk_begin(&walk, &disk.os, journal_open(), buffer, &fault),
        ERR_CORRUPT);
    assert_string_equal(fault.clause, "LOG 7.3");
    sim_disk_deinit(&disk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beside_the_writer),
        cmocka_unit_test(no_journal),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
