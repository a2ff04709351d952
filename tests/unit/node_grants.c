/*
 * Grants of record keys: what the owner grants the receiver opens, and nobody
 * else; every cut and every flipped bit is refused; who may grant what to whom;
 * and what is too much leaves the oldest epochs out. SYN 8.2 and 8.3.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "node/grants.h"

#define CENTRE BYTES("border.example/centre")
#define DURRES BYTES("border.example/durres")
#define RINAS BYTES("border.example/rinas")
#define TODAY 20780

/* A node as others know it, with its secrets. */
struct party {
    struct bytes origin;
    struct sign_key key;
    struct note_key vkey;
    struct box_key box;
};

static void
fill(void *context, void *out, size_t size)
{
    uint8_t *next = context;

    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out)[i] = (*next)++;
}

static void
party_init(struct party *party, struct bytes origin, uint8_t seed)
{
    uint8_t bytes[32];

    memset(bytes, seed, sizeof(bytes));
    party->origin = origin;
    sign_key_init(&party->key, bytes);
    party->vkey = note_key_of(origin, NOTE_ED25519, &party->key.public);
    box_key_init(&party->box, bytes);
}

struct world {
    struct party durres;
    struct party rinas;
    struct party centre;
    void *keyring_memory;
    struct keyring keyring; /* of durres: the last 200 days */
    void *memory;
    struct arena arena;
    uint8_t *block;
};

static void
world_init(struct world *world, size_t nodes_max)
{
    size_t size = KEYRING_ARENA_SIZE(nodes_max);
    uint8_t next = 1;
    const struct random random = {fill, &next};
    struct arena arena;

    party_init(&world->durres, DURRES, 1);
    party_init(&world->rinas, RINAS, 2);
    party_init(&world->centre, CENTRE, 3);
    world->keyring_memory = calloc(1, size);
    world->memory = malloc(GRANT_ARENA_SIZE);
    world->block = malloc(GRANT_SIZE_MAX);
    assert_non_null(world->keyring_memory);
    assert_non_null(world->memory);
    assert_non_null(world->block);
    arena_init(&world->arena, world->memory, GRANT_ARENA_SIZE);
    arena_init(&arena, world->keyring_memory, size);
    assert_err(keyring_init(&world->keyring, &arena, DURRES, nodes_max), OK);
    for (uint32_t epoch = TODAY - 199; epoch <= TODAY; epoch++)
        assert_err(keyring_open_epoch(&world->keyring, epoch, &random), OK);
    assert_err(keyring_puncture(&world->keyring, TODAY - 1, 77), OK);
}

static void
world_deinit(struct world *world)
{
    keyring_deinit(&world->keyring);
    free(world->keyring_memory);
    free(world->memory);
    free(world->block);
}

static struct bytes
make(struct world *world, const struct party *from, const struct party *to,
     uint32_t first_epoch)
{
    struct grant_terms terms = {.from = from->origin,
                                .key = &from->key,
                                .to = to->origin,
                                .box = &to->box.public,
                                .keyring = &world->keyring,
                                .size = 1234,
                                .first_epoch = first_epoch};
    struct writer w;

    arena_reset(&world->arena);
    writer_init(&w, world->block, GRANT_SIZE_MAX);
    assert_err(grant_make(&terms, &crypto_random, &world->arena, &w), OK);
    return writer_done(&w);
}

static struct grant_judge
judge_of(const struct party *own, const struct party *from)
{
    return (struct grant_judge){
        .own = own->origin, .box = &own->box, .key = &from->vkey};
}

/* From an exact copy, so that a byte too many read is noticed. */
static enum err
take(struct world *world, struct bytes in, const struct grant_judge *judge,
     struct keyring *out, struct fault *fault)
{
    uint8_t *exact = malloc(in.size + 1);
    struct grant grant;
    enum err e;

    assert_non_null(exact);
    memcpy(exact, in.p, in.size);
    arena_reset(&world->arena);
    *fault = (struct fault){0};
    e = grant_parse((struct bytes){exact, in.size}, &grant, fault);
    if (e == OK)
        e = grant_open(&grant, judge, &world->arena, out, fault);
    if (e != OK) {
        assert_int_equal(fault->code, e);
        assert_non_null(fault->clause);
    }
    free(exact);
    return e;
}

static bool
opens(const struct keyring *keyring, uint32_t epoch, uint32_t slot)
{
    const struct keytree_node *node;

    return keyring_find(keyring, epoch, slot, &node) == OK;
}

static void
what_is_granted_opens(void **state)
{
    struct world world;
    struct fault fault;
    struct keyring got = {.as_of = 0};
    struct grant_judge judge;
    struct bytes in;

    (void)state;
    world_init(&world, 4096);
    judge = judge_of(&world.rinas, &world.durres);
    in = make(&world, &world.durres, &world.rinas, TODAY - 179);
    judge.first_epoch = grant_first_epoch(TODAY, 180);
    assert_int_equal(judge.first_epoch, TODAY - 179);
    assert_err(take(&world, in, &judge, &got, &fault), OK);
    assert_bytes(keyring_origin(&got), DURRES);
    assert_int_equal(got.epoch_count, 180);
    assert_int_equal(got.as_of, 1234);
    assert_true(opens(&got, TODAY, 77));
    assert_false(opens(&got, TODAY - 1, 77));
    assert_true(opens(&got, TODAY - 1, 78));
    assert_false(opens(&got, TODAY - 180, 77));
    keyring_deinit(&got);
    print_message("# 180 days are %zu bytes\n", in.size);
    /* All of it, for who may hold all. */
    judge = judge_of(&world.centre, &world.durres);
    in = make(&world, &world.durres, &world.centre, 0);
    assert_err(take(&world, in, &judge, &got, &fault), OK);
    assert_int_equal(got.epoch_count, 200);
    keyring_deinit(&got);
    world_deinit(&world);
}

/* SYN 8.3 */
static void
parties_are_judged(void **state)
{
    struct world world;
    struct fault fault;
    struct keyring got = {.as_of = 0};
    struct grant_judge judge;
    struct bytes in;

    (void)state;
    world_init(&world, 4096);
    /* Signed by another than the roster's key for the sender. */
    in = make(&world, &world.durres, &world.rinas, 0);
    judge = judge_of(&world.rinas, &world.centre);
    assert_err(take(&world, in, &judge, &got, &fault), ERR_SIGNATURE);
    assert_string_equal(fault.clause, "SYN 8.3");
    judge = judge_of(&world.rinas, &world.durres);
    judge.key = &(struct note_key){.name = DURRES,
                                   .id = world.durres.vkey.id,
                                   .type = NOTE_ED25519,
                                   .public = world.centre.vkey.public};
    assert_err(take(&world, in, &judge, &got, &fault), ERR_SIGNATURE);
    /* For another node, or sealed to another's key. */
    judge = judge_of(&world.centre, &world.durres);
    assert_err(take(&world, in, &judge, &got, &fault), ERR_DENIED);
    judge = judge_of(&world.rinas, &world.durres);
    judge.box = &world.centre.box;
    assert_err(take(&world, in, &judge, &got, &fault), ERR_SIGNATURE);
    /* Another log's keys: only its own back, by who holds all. */
    in = make(&world, &world.centre, &world.rinas, 0);
    judge = judge_of(&world.rinas, &world.centre);
    judge.returns = true;
    assert_err(take(&world, in, &judge, &got, &fault), ERR_DENIED);
    /* Or a revoked node's. */
    judge.of_revoked = true;
    assert_err(take(&world, in, &judge, &got, &fault), OK);
    keyring_deinit(&got);
    judge.returns = false;
    assert_err(take(&world, in, &judge, &got, &fault), ERR_DENIED);
    in = make(&world, &world.centre, &world.durres, 0);
    judge = judge_of(&world.durres, &world.centre);
    assert_err(take(&world, in, &judge, &got, &fault), ERR_DENIED);
    judge.returns = true;
    judge.first_epoch = TODAY;
    assert_err(take(&world, in, &judge, &got, &fault), OK);
    assert_int_equal(got.epoch_count, 200);
    keyring_deinit(&got);
    world_deinit(&world);
}

/* Two days more are no offence, three are. SYN 8.3 */
static void
old_epochs_are_refused(void **state)
{
    struct world world;
    struct fault fault;
    struct keyring got = {.as_of = 0};
    struct grant_judge judge;

    (void)state;
    world_init(&world, 4096);
    judge = judge_of(&world.rinas, &world.durres);
    judge.first_epoch = grant_first_epoch(TODAY, 30);
    for (uint32_t more = 0; more < 6; more++) {
        struct bytes in =
            make(&world, &world.durres, &world.rinas, judge.first_epoch - more);
        enum err e = take(&world, in, &judge, &got, &fault);

        assert_err(e, more > GRANT_SLACK_DAYS ? ERR_DENIED : OK);
        if (e == OK)
            keyring_deinit(&got);
        else
            assert_string_equal(fault.clause, "SYN 8.3");
    }
    judge.first_epoch = UINT32_MAX;
    assert_err(take(&world, make(&world, &world.durres, &world.rinas, TODAY),
                    &judge, &got, &fault),
               ERR_DENIED);
    assert_int_equal(grant_first_epoch(10, 180), 0);
    assert_int_equal(grant_first_epoch(180, 180), 1);
    world_deinit(&world);
}

static void
cuts_and_flips_are_refused(void **state)
{
    struct world world;
    struct fault fault;
    struct keyring got = {.as_of = 0};
    struct grant_judge judge;
    struct bytes in;
    uint8_t *copy;
    size_t cases = 0;

    (void)state;
    world_init(&world, 4096);
    judge = judge_of(&world.rinas, &world.durres);
    in = make(&world, &world.durres, &world.rinas, TODAY);
    copy = malloc(in.size + 1);
    assert_non_null(copy);
    memcpy(copy, in.p, in.size);
    for (size_t cut = 0; cut < in.size; cut++, cases++)
        assert_int_not_equal(
            take(&world, (struct bytes){copy, cut}, &judge, &got, &fault), OK);
    assert_err(
        take(&world, (struct bytes){copy, in.size + 1}, &judge, &got, &fault),
        ERR_SIGNATURE);
    for (size_t bit = 0; bit < in.size * 8; bit++, cases++) {
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(
            take(&world, (struct bytes){copy, in.size}, &judge, &got, &fault),
            OK);
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_err(
        take(&world, (struct bytes){copy, in.size}, &judge, &got, &fault), OK);
    keyring_deinit(&got);
    print_message("# %zu cuts and flips\n", cases);
    free(copy);
    world_deinit(&world);
}

/* Texts that a hostile owner signs well. SYN 8.2 */
static void
other_texts_are_refused(void **state)
{
    static const struct {
        const char *text;
        enum err e;
    } CASES[] = {
        {"kufi grant v2\nfrom a/b\nto c/d\nof a/b\nbox %\n", ERR_FORMAT},
        {"kufi grant v1\nfrom a/b\nto c/d\nof a/b\n", ERR_FORMAT},
        {"kufi grant v1\nto c/d\nfrom a/b\nof a/b\nbox %\n", ERR_FORMAT},
        {"kufi grant v1\nfrom a b\nto c/d\nof a/b\nbox %\n", ERR_FORMAT},
        {"kufi grant v1\nfrom a/b\nto \nof a/b\nbox %\n", ERR_FORMAT},
        {"kufi grant v1\nfrom a/b\nto c/d\nof a+b\nbox %\n", ERR_FORMAT},
        {"kufi grant v1\nfrom a/b\nto c/d\nof a/b\nbox %\nmore\n", ERR_FORMAT},
        {"kufi grant v1\nfrom a/b\nto c/d\nof a/b\nbox E%\n", ERR_FORMAT},
        {"kufi grant v1\nfrom a/b\nto c/d\nof a/b\nbox %0\n", ERR_FORMAT},
        {"kufi grant v1\nfrom a/b\nto c/d\nof a/b\nbox %\n", OK},
    };
    struct world world;

    (void)state;
    world_init(&world, 4096);
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint8_t block[1024];
        uint8_t note[1024];
        struct hash hash = hash_of(BYTES("box"));
        struct bytes text = bytes_of(CASES[i].text);
        struct bytes head = bytes_split(&text, '%');
        struct fault fault = {0};
        struct grant grant;
        struct writer n;
        struct writer w;

        writer_init(&n, note, sizeof(note));
        writer_bytes(&n, head);
        for (size_t k = 0; text.size > 0 && k < HASH_SIZE; k++)
            writer_hex(&n, hash.b[k], 2);
        writer_bytes(&n, text);
        text = writer_done(&n);
        writer_text(&n, "\n");
        note_sign(&n, DURRES, &world.durres.key, text);
        writer_init(&w, block, sizeof(block));
        writer_be16(&w, (uint16_t)n.at);
        writer_bytes(&w, writer_done(&n));
        writer_text(&w, "box");
        assert_err(grant_parse(writer_done(&w), &grant, &fault), CASES[i].e);
        if (CASES[i].e != OK)
            assert_string_equal(fault.clause, "SYN 8.2");
    }
    world_deinit(&world);
}

/* A box may hold what is no such keyring, signed and sealed well. SYN 8.2 */
static void
other_boxes_are_refused(void **state)
{
    struct world world;
    struct fault fault;
    struct keyring got = {.as_of = 0};
    struct grant_judge judge;
    struct bytes in;

    (void)state;
    world_init(&world, 4096);
    judge = judge_of(&world.rinas, &world.durres);
    /* Of another origin than the text says: made as if the centre's were. */
    memcpy(world.keyring.origin + 15, "vlorax", 6);
    in = make(&world, &world.durres, &world.rinas, 0);
    memcpy(world.keyring.origin + 15, "durres", 6);
    assert_err(take(&world, in, &judge, &got, &fault), ERR_DENIED);
    world_deinit(&world);
}

/* Ten epochs of 15,000 leaves each that were left over. */
static void
the_oldest_are_left_out(void **state)
{
    const uint32_t leaves = 15000;
    struct world world;
    struct keyring *keyring = &world.keyring;
    struct fault fault;
    struct keyring got = {.as_of = 0};
    struct grant_judge judge;
    struct bytes in;

    (void)state;
    world_init(&world, 160000);
    keyring_drop_before(keyring, UINT32_MAX);
    for (uint32_t day = 0; day < 10; day++) {
        keyring->epochs[keyring->epoch_count++] =
            (struct key_epoch){.epoch = TODAY - 9 + day,
                               .node_at = (uint32_t)keyring->node_count,
                               .node_count = leaves};
        for (uint32_t i = 0; i < leaves; i++)
            keyring->nodes[keyring->node_count++] =
                (struct keytree_node){.level = KEYTREE_DEPTH, .index = 2 * i};
    }
    judge = judge_of(&world.centre, &world.durres);
    in = make(&world, &world.durres, &world.centre, 0);
    assert_true(in.size <= GRANT_SIZE_MAX);
    assert_err(take(&world, in, &judge, &got, &fault), OK);
    assert_int_equal(got.epoch_count, 7);
    assert_int_equal(got.node_count, 7 * leaves);
    assert_int_equal(got.epochs[0].epoch, TODAY - 6);
    assert_true(opens(&got, TODAY, 2));
    assert_false(opens(&got, TODAY, 3));
    keyring_deinit(&got);
    world_deinit(&world);
}

static void
bounds_are_kept(void **state)
{
    struct world world;
    struct grant_terms terms;
    struct grant_judge judge;
    struct grant grant;
    struct fault fault = {0};
    struct keyring got = {.as_of = 0};
    struct bytes in;
    struct writer w;
    enum err e = ERR_LIMIT;

    (void)state;
    world_init(&world, 4096);
    terms = (struct grant_terms){.from = DURRES,
                                 .key = &world.durres.key,
                                 .to = RINAS,
                                 .box = &world.rinas.box.public,
                                 .keyring = &world.keyring,
                                 .size = 1,
                                 .first_epoch = TODAY + 1};
    writer_init(&w, world.block, GRANT_SIZE_MAX);
    assert_err(grant_make(&terms, &crypto_random, &world.arena, &w),
               ERR_NOT_FOUND);
    terms.first_epoch = 0;
    /* Any arena too small, for either. */
    for (size_t size = 0; e == ERR_LIMIT && size <= GRANT_ARENA_SIZE;
         size += GRANT_ARENA_SIZE / 64) {
        arena_init(&world.arena, world.memory, size);
        writer_init(&w, world.block, GRANT_SIZE_MAX);
        e = grant_make(&terms, &crypto_random, &world.arena, &w);
    }
    assert_err(e, OK);
    writer_init(&w, world.block, 3000);
    arena_init(&world.arena, world.memory, GRANT_ARENA_SIZE);
    assert_err(grant_make(&terms, &crypto_random, &world.arena, &w), ERR_LIMIT);
    in = make(&world, &world.durres, &world.rinas, 0);
    judge = judge_of(&world.rinas, &world.durres);
    assert_err(grant_parse(in, &grant, &fault), OK);
    e = ERR_LIMIT;
    for (size_t size = 0; e == ERR_LIMIT; size += 7919) {
        arena_init(&world.arena, world.memory, size);
        e = grant_open(&grant, &judge, &world.arena, &got, &fault);
    }
    assert_err(e, OK);
    keyring_deinit(&got);
    world_deinit(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_granted_opens),
        cmocka_unit_test(parties_are_judged),
        cmocka_unit_test(old_epochs_are_refused),
        cmocka_unit_test(cuts_and_flips_are_refused),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(other_boxes_are_refused),
        cmocka_unit_test(the_oldest_are_left_out),
        cmocka_unit_test(bounds_are_kept),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
