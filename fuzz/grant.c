/*
 * Bytes through grant_parse() and grant_open(). As they are, they are hardly
 * ever signed; so the same bytes are also sealed and signed as a hostile owner
 * would, as the keyring inside a grant: what then opens encodes to the same
 * bytes again. SYN 8.2
 */
#include <stdlib.h>
#include <string.h>

#include "node/grants.h"

#define FROM BYTES("border.example/durres")
#define TO BYTES("border.example/rinas")
#define SIZE_MAX_TRIED 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

struct world {
    struct sign_key key;
    struct note_key vkey;
    struct box_key box;
    struct grant_judge judge;
    uint8_t memory[KEYRING_ARENA_SIZE(SIZE_MAX_TRIED / KEYRING_NODE_SIZE) +
                   2 * SIZE_MAX_TRIED];
    uint8_t grant[2 * SIZE_MAX_TRIED];
    uint8_t again[2 * SIZE_MAX_TRIED];
};

static void
zeros(void *context, void *out, size_t size)
{
    (void)context;
    memset(out, 5, size);
}

/* `plain` is what must have been inside, if it is known. */
static void
try(struct world *world, struct bytes in, struct bytes plain)
{
    struct grant grant;
    struct keyring keyring;
    struct fault fault = {0};
    struct arena arena;
    struct writer w;
    enum err e = grant_parse(in, &grant, &fault);

    arena_init(&arena, world->memory, sizeof(world->memory));
    if (e == OK)
        e = grant_open(&grant, &world->judge, &arena, &keyring, &fault);
    if (e != OK) {
        must(fault.code == e && fault.clause != NULL);
        return;
    }
    writer_init(&w, world->again, sizeof(world->again));
    must(keyring_encode(&keyring, &w) == OK);
    must(plain.p == NULL || bytes_equal(writer_done(&w), plain));
    must(keyring.as_of != 0);
    keyring_deinit(&keyring);
}

/* A grant of which only the keyring is made up. */
static struct bytes
wrap(struct world *world, struct bytes plain)
{
    static const struct random ZEROS = {zeros, NULL};
    uint8_t note[GRANT_NOTE_SIZE_MAX];
    uint8_t *box = world->again;
    struct bytes sealed = {box, plain.size + BOX_OVERHEAD};
    struct bytes text;
    struct hash hash;
    struct writer n;
    struct writer w;

    must(box_seal(&world->box.public, plain, &ZEROS, box) == OK);
    hash = hash_of(sealed);
    writer_init(&n, note, sizeof(note));
    writer_text(&n, "kufi grant v1\nfrom border.example/durres\nto "
                    "border.example/rinas\nof border.example/durres\nbox ");
    for (size_t i = 0; i < HASH_SIZE; i++)
        writer_hex(&n, hash.b[i], 2);
    writer_text(&n, "\n");
    text = writer_done(&n);
    writer_text(&n, "\n");
    note_sign(&n, FROM, &world->key, text);
    writer_init(&w, world->grant, sizeof(world->grant));
    writer_be16(&w, (uint16_t)n.at);
    writer_bytes(&w, writer_done(&n));
    writer_bytes(&w, sealed);
    must(writer_end(&w) == OK);
    return writer_done(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    static const uint8_t SEED[32] = {7};
    struct bytes in = {data, size};

    if (size > SIZE_MAX_TRIED)
        return 0;
    sign_key_init(&world.key, SEED);
    world.vkey = note_key_of(FROM, NOTE_ED25519, &world.key.public);
    box_key_init(&world.box, SEED);
    world.judge =
        (struct grant_judge){.own = TO, .box = &world.box, .key = &world.vkey};
    try(&world, in, (struct bytes){0});
    try(&world, wrap(&world, in), in);
    return 0;
}
