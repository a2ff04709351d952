/*
 * A log put together again. Two copies are damaged at random, in every way that
 * a file can be: what is found is all that one of them has, byte for byte, and
 * what is said to be lost is what neither has. What others cosigned or saw
 * before a time proves as much as it covers, and no more. SYN 9.1 to 9.4, 9.7
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log_made.h"
#include "node/restore.h"
#include "record/event.h"
#include "roster_made.h"
#include "seal/entry.h"

#define ORIGIN BYTES(LOG_MADE_ORIGIN)
#define SIZE_MIDDLE 70001 /* a full tile of level 1, partial ones of 0 to 2 */
#define SIZE_SMALL 1300

struct fixture {
    struct restore *restore;
    struct restore_config config;
    struct arena arena;
    struct log_made a;
    struct log_made b;
    struct log_made out;
};

static void
fixture_init(struct fixture *f, uint64_t size)
{
    log_made_init(&f->a);
    log_made_init(&f->b);
    log_made_init(&f->out);
    log_made_grow(&f->a, size);
    log_made_grow(&f->b, size);
    f->restore = malloc(sizeof(*f->restore));
    assert_non_null(f->restore);
    arena_init(&f->arena, malloc(RESTORE_ARENA_SIZE), RESTORE_ARENA_SIZE);
    assert_non_null(f->arena.p);
    f->config = (struct restore_config){
        .os = &f->a.os, .origin = ORIGIN, .key = &f->a.key, .arena = &f->arena};
}

static void
fixture_deinit(struct fixture *f)
{
    free(f->arena.p);
    free(f->restore);
    log_made_deinit(&f->a);
    log_made_deinit(&f->b);
    log_made_deinit(&f->out);
}

static enum err
find(struct fixture *f)
{
    arena_reset(&f->arena);
    restore_init(f->restore, &f->config);
    assert_err(restore_add(f->restore, f->a.path), OK);
    assert_err(restore_add(f->restore, f->b.path), OK);
    return restore_find(f->restore);
}

/* ----- Damage, and what it leaves. ----- */

static void
path_of(uint8_t level, uint64_t index, uint64_t size,
        char out[OS_PATH_SIZE_MAX])
{
    const struct tile_id id = {
        .level = level,
        .index = index,
        .width = tile_width(size, level == TILE_ENTRIES ? 0 : level, index)};
    struct writer w;

    writer_init(&w, out, OS_PATH_SIZE_MAX - 1);
    tile_path_write(&w, &id);
    out[w.at] = '\0';
}

static void
file_damage(struct log_made *log, const char *path, struct test_random *random)
{
    struct bytes in = log_made_read(log, path);
    uint8_t *copy = malloc(in.size + 1);

    assert_non_null(copy);
    memcpy(copy, in.p, in.size);
    switch (test_random_below(random, 6)) {
    case 0:
        log_made_remove(log, path);
        break;
    case 1:
        log_made_flip(log, path, (long)test_random_below(random, in.size));
        break;
    case 2: /* cut, perhaps to nothing */
        log_made_write(log, path,
                       bytes_slice(in, 0, test_random_below(random, in.size)));
        break;
    case 3:
        memset(copy, 0, in.size);
        log_made_write(log, path, (struct bytes){copy, in.size});
        break;
    case 4:
        for (size_t i = 0; i < in.size; i++)
            copy[i] = (uint8_t)test_random_next(random);
        log_made_write(log, path, (struct bytes){copy, in.size});
        break;
    default: /* another log's, well-formed */
        copy[10] ^= 0x40;
        log_made_write(log, path, (struct bytes){copy, in.size});
        break;
    }
    free(copy);
    test_file_free(in);
}

/* The files that were there before, to be put back. */
struct kept_file {
    struct log_made *log;
    char path[OS_PATH_SIZE_MAX];
    struct bytes content;
};

#define KEPT_MAX 400
struct kept {
    size_t count;
    struct kept_file files[KEPT_MAX];
};

static void
damage(struct kept *kept, struct log_made *log, const char *path,
       struct test_random *random)
{
    struct kept_file *file = &kept->files[kept->count++];

    assert_true(kept->count <= KEPT_MAX);
    file->log = log;
    memcpy(file->path, path, strlen(path) + 1);
    file->content = log_made_read(log, path);
    file_damage(log, path, random);
}

static void
put_back(struct kept *kept)
{
    for (size_t i = kept->count; i > 0; i--) {
        struct kept_file *file = &kept->files[i - 1];

        log_made_write(file->log, file->path, file->content);
        test_file_free(file->content);
    }
    kept->count = 0;
}

/* Some bundles of each copy, and full tiles of leaves; `lost[i]` when neither
 * has the bundle. The right edge stays, for nothing is left without it. */
static void
draw(struct fixture *f, struct kept *kept, struct test_random *random,
     bool *lost, unsigned one_in)
{
    uint64_t size = f->a.edge.tree.size;
    char path[OS_PATH_SIZE_MAX];

    for (uint64_t i = 0; i < (size + TILE_WIDTH - 1) / TILE_WIDTH; i++) {
        bool bad_a = test_random_below(random, one_in) == 0;
        bool bad_b = test_random_below(random, one_in) == 0;

        path_of(TILE_ENTRIES, i, size, path);
        if (bad_a)
            damage(kept, &f->a, path, random);
        if (bad_b)
            damage(kept, &f->b, path, random);
        lost[i] = bad_a && bad_b;
        path_of(0, i, size, path);
        if (i < size / TILE_WIDTH && test_random_below(random, one_in) == 0)
            damage(kept, &f->b, path, random);
    }
}

static void
lost_check(const struct restore *restore, const bool *lost, uint64_t size)
{
    size_t range = 0;

    for (uint64_t at = 0; at < size; at++) {
        while (range < restore->lost_count && restore->lost[range].end <= at)
            range++;
        assert_int_equal(range < restore->lost_count &&
                             restore->lost[range].first <= at,
                         lost[at / TILE_WIDTH]);
    }
}

/* All of it, as another log's files. */
static void
written_check(struct fixture *f)
{
    const struct log_view view = {&f->out.os, f->out.folder, ""};
    uint64_t size = f->a.edge.tree.size;
    char path[OS_PATH_SIZE_MAX];

    assert_err(restore_write(f->restore, &view), OK);
    for (uint8_t kind = 0; kind < 4; kind++) {
        uint8_t level = kind == 3 ? TILE_ENTRIES : kind;
        struct tile_id last;

        if (!tile_last(size, level == TILE_ENTRIES ? 0 : level, &last))
            continue;
        for (uint64_t i = 0; i <= last.index; i++) {
            struct bytes x;
            struct bytes y;

            path_of(level, i, size, path);
            x = log_made_read(&f->out, path);
            y = log_made_read(&f->a, path);
            assert_bytes(x, y);
            test_file_free(x);
            test_file_free(y);
        }
    }
}

static void
finds_all_that_anybody_has(void **state)
{
    static struct kept kept;
    static bool lost[SIZE_MIDDLE / TILE_WIDTH + 1];
    struct test_random random;
    struct fixture f;
    size_t whole = 0;
    size_t files = 0;

    (void)state;
    test_random_init(&random);
    fixture_init(&f, SIZE_SMALL);
    for (int round = 0; round < 60; round++) {
        enum err e;
        bool any = false;

        draw(&f, &kept, &random, lost, 4);
        for (size_t i = 0; i <= SIZE_SMALL / TILE_WIDTH; i++)
            any |= lost[i];
        files += kept.count;
        e = find(&f);
        assert_err(e, any ? ERR_NOT_FOUND : OK);
        assert_non_null(f.restore->goal);
        lost_check(f.restore, lost, SIZE_SMALL);
        assert_false(f.restore->fork);
        put_back(&kept);
        if (!any && whole++ < 5) /* each syncs */
            written_check(&f);
        restore_deinit(f.restore);
    }
    print_message("# %zu files damaged, %zu of 60 times all was found\n", files,
                  whole);
    fixture_deinit(&f);
}

/* The same with tiles above the leaves, which are lost as well, one in each
 * copy: they are made again from those below. */
static void
finds_a_larger_log(void **state)
{
    static struct kept kept;
    static bool lost[SIZE_MIDDLE / TILE_WIDTH + 1];
    struct test_random random;
    struct fixture f;
    char path[OS_PATH_SIZE_MAX];

    (void)state;
    test_random_init(&random);
    fixture_init(&f, SIZE_MIDDLE);
    draw(&f, &kept, &random, lost, 40);
    /* Neither has the one full tile of level 1; a has all tiles of leaves. */
    path_of(1, 0, SIZE_MIDDLE, path);
    damage(&kept, &f.a, path, &random);
    damage(&kept, &f.b, path, &random);
    (void)find(&f);
    assert_non_null(f.restore->goal);
    lost_check(f.restore, lost, SIZE_MIDDLE);
    restore_deinit(f.restore);
    put_back(&kept);
    assert_err(find(&f), OK);
    assert_int_equal(f.restore->best->size, SIZE_MIDDLE);
    written_check(&f);
    restore_deinit(f.restore);
    fixture_deinit(&f);
}

/* Older checkpoints beside: what is put together ends with the last that is
 * whole. */
static void
ends_before_the_first_hole(void **state)
{
    struct fixture f;
    char path[OS_PATH_SIZE_MAX];

    (void)state;
    fixture_init(&f, 600);
    log_made_grow(&f.a, 1000);
    path_of(TILE_ENTRIES, 3, 1000, path);
    log_made_remove(&f.a, path);
    assert_err(find(&f), OK);
    assert_int_equal(f.restore->goal->size, 1000);
    assert_int_equal(f.restore->best->size, 600);
    assert_int_equal(f.restore->latest, 1000);
    assert_int_equal(f.restore->lost_count, 1);
    assert_int_equal(f.restore->lost[0].first, 768);
    assert_int_equal(f.restore->lost[0].end, 1000);
    f.b.edge.tree.size = 600;
    restore_deinit(f.restore);
    /* Without the edge of the larger one, the smaller one is all. */
    path_of(0, 3, 1000, path);
    log_made_remove(&f.a, path);
    assert_err(find(&f), OK);
    assert_int_equal(f.restore->goal->size, 600);
    assert_int_equal(f.restore->latest, 1000);
    restore_deinit(f.restore);
    fixture_deinit(&f);
}

/* Two histories of one key, of one size and of several. */
static void
shows_a_fork(void **state)
{
    static const uint64_t SIZES[] = {700, 701, 900};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct fixture f;

        fixture_init(&f, 500);
        f.b.salt = 1;
        log_made_grow(&f.a, 700);
        log_made_grow(&f.b, SIZES[i]);
        assert_err(find(&f), OK);
        assert_int_equal(f.restore->best->size, SIZES[i]);
        assert_true(f.restore->fork);
        restore_deinit(f.restore);
        fixture_deinit(&f);
    }
}

/* SYN 9.7 */
static void
says_what_became_of_it(void **state)
{
    static const char *const SAYS[] = {"files are missing", "looks truncated",
                                       "looks overwritten", "looks encrypted"};
    struct test_random random;

    (void)state;
    test_random_init(&random);
    for (size_t how = 0; how < 4; how++) {
        struct fixture f;
        char path[OS_PATH_SIZE_MAX];

        fixture_init(&f, SIZE_SMALL);
        for (uint64_t i = 0; i <= SIZE_SMALL / TILE_WIDTH; i++) {
            struct bytes in;
            uint8_t *copy;

            path_of(TILE_ENTRIES, i, SIZE_SMALL, path);
            in = log_made_read(&f.b, path);
            copy = calloc(1, in.size);
            assert_non_null(copy);
            for (size_t k = 0; how == 3 && k < in.size; k++)
                copy[k] = (uint8_t)test_random_next(&random);
            if (how == 0)
                log_made_remove(&f.b, path);
            else if (how == 1)
                log_made_write(&f.b, path, bytes_slice(in, 0, in.size / 2));
            else
                log_made_write(&f.b, path, (struct bytes){copy, in.size});
            free(copy);
            test_file_free(in);
        }
        assert_err(find(&f), OK);
        assert_string_equal(restore_source_says(&f.restore->sources[0]),
                            "good");
        assert_string_equal(restore_source_says(&f.restore->sources[1]),
                            SAYS[how]);
        restore_deinit(f.restore);
        fixture_deinit(&f);
    }
}

/* ----- What others vouched for. ----- */

#define AT(days) (INT64_C(1790000000) + (days)*INT64_C(86400))

/* The log's checkpoint at this moment, cosigned by a node, kept by itself. */
static void
cosigned_put(struct fixture *f, const char *cosigner, int64_t time_s)
{
    uint8_t block[2 * CHECKPOINT_SIZE_MAX];
    char hex[ORIGIN_HEX_SIZE];
    char path[OS_PATH_SIZE_MAX];
    struct bytes text;
    struct sign_key key;
    struct writer w;
    struct note note;

    text = log_made_checkpoint(&f->a, block);
    assert_err(note_parse(text, &note, NULL), OK);
    made_key(cosigner, &key);
    writer_init(&w, block, sizeof(block));
    w.at = text.size;
    note_cosign(&w, bytes_of(cosigner), &key, time_s, note.text);
    assert_err(writer_end(&w), OK);
    origin_hex(ORIGIN, hex);
    snprintf(path, sizeof(path), "witness/%s", hex);
    log_made_write(&f->b, path, writer_done(&w));
}

/* Another node's log, of one entry, which says that it saw ours. */
static void
seen_put(struct fixture *f, const char *origin, int64_t time_s)
{
    struct seen_log log = {.origin = ORIGIN, .size = f->a.edge.tree.size};
    struct hash root = edge_root(&f->a.edge);
    struct event event = {.type = EVENT_CHECKPOINT_SEEN,
                          .time = {time_s * 1000},
                          .actor = BYTES("node"),
                          .place = BYTES("Brink"),
                          .checkpoint_seen = {.log_count = 1, .logs = &log}};
    struct checkpoint checkpoint = {.origin = bytes_of(origin), .size = 1};
    uint8_t plain[512];
    uint8_t entry[600];
    uint8_t block[CHECKPOINT_SIZE_MAX];
    char hex[ORIGIN_HEX_SIZE];
    char path[OS_PATH_SIZE_MAX];
    struct fault fault;
    struct sign_key key;
    struct writer w;
    struct writer e;

    memcpy(log.root, root.b, HASH_SIZE);
    writer_init(&w, plain, sizeof(plain));
    assert_err(event_encode(&w, &event, &fault), OK);
    writer_init(&e, entry, sizeof(entry));
    assert_err(entry_encode_open(&e, writer_done(&w)), OK);
    checkpoint.root = tree_leaf(writer_done(&e));
    writer_init(&w, plain, sizeof(plain));
    bundle_write(&w, writer_done(&e));
    origin_hex(bytes_of(origin), hex);
    snprintf(path, sizeof(path), "peers/%s/tile/entries/000.p/1", hex);
    log_made_write(&f->b, path, writer_done(&w));
    made_key(origin, &key);
    writer_init(&w, block, sizeof(block));
    checkpoint_sign(&w, &checkpoint, &key);
    snprintf(path, sizeof(path), "peers/%s/checkpoint", hex);
    log_made_write(&f->b, path, writer_done(&w));
}

static uint64_t
proved_before(struct fixture *f, int64_t time_s)
{
    uint64_t proved;

    f->config.trusted_only_before = true;
    f->config.trusted_before.ms = time_s * 1000;
    assert_err(find(f), OK);
    assert_int_equal(f->restore->best->size, 1000);
    assert_false(f->restore->fork);
    proved = f->restore->proved == NULL ? 0 : f->restore->proved->size;
    restore_deinit(f->restore);
    return proved;
}

static void
proves_what_others_vouched_for(void **state)
{
    struct roster_made *made = calloc(1, sizeof(*made));
    struct fixture f;

    (void)state;
    assert_non_null(made);
    roster_made(made);
    fixture_init(&f, 300);
    f.config.roster = &made->roster;
    seen_put(&f, "utopia.example/brink", AT(10));
    log_made_grow(&f.a, 400);
    cosigned_put(&f, "utopia.example/centre/witness", AT(20));
    log_made_grow(&f.a, 500);
    seen_put(&f, "utopia.example/arden", AT(30));
    log_made_grow(&f.a, 1000);
    log_made_grow(&f.b, 1000);
    assert_int_equal(proved_before(&f, AT(10)), 0);
    assert_int_equal(proved_before(&f, AT(11)), 300);
    assert_int_equal(proved_before(&f, AT(20)), 300);
    assert_int_equal(proved_before(&f, AT(21)), 400);
    assert_int_equal(proved_before(&f, AT(31)), 500);
    /* Of somebody whom the roster does not name. */
    cosigned_put(&f, "utopia.example/nobody/witness", AT(0));
    assert_int_equal(proved_before(&f, AT(5)), 0);
    /* A history that another saw differently is none. */
    f.a.edge.tree.stack[2].b[0] ^= 1;
    f.a.edge.tree.size = 700;
    seen_put(&f, "utopia.example/watch", AT(1));
    f.config.trusted_before.ms = AT(2) * 1000;
    assert_err(find(&f), OK);
    assert_true(f.restore->fork);
    assert_null(f.restore->proved);
    restore_deinit(f.restore);
    fixture_deinit(&f);
    free(made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_all_that_anybody_has),
        cmocka_unit_test(finds_a_larger_log),
        cmocka_unit_test(ends_before_the_first_hole),
        cmocka_unit_test(shows_a_fork),
        cmocka_unit_test(says_what_became_of_it),
        cmocka_unit_test(proves_what_others_vouched_for),
    };

    return TEST_RUN(tests);
}
