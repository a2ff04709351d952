/*
 * The signing key's file has one encoding, belongs to one origin, and gives
 * the key back; a token is 43 characters and nothing else. Every cut and every
 * flipped bit is refused. The files are made once, and never over others.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/keys.h"

#define ORIGIN BYTES("border.example/durres")

static void
seed_fill(void *context, void *out, size_t size)
{
    (void)context;
    memset(out, 7, size);
}

static const struct random sevens = {seed_fill, NULL};

static struct bytes
key_text(uint8_t block[KEY_FILE_SIZE_MAX], struct sign_key *key)
{
    uint8_t seed[SIGN_SEED_SIZE];
    struct writer w;

    memset(seed, 7, sizeof(seed));
    sign_key_init(key, seed);
    writer_init(&w, block, KEY_FILE_SIZE_MAX);
    key_encode(&w, ORIGIN, key);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static void
one_encoding(void **state)
{
    uint8_t block[KEY_FILE_SIZE_MAX];
    uint8_t flipped[KEY_FILE_SIZE_MAX];
    struct sign_key key;
    struct sign_key again;
    struct bytes text = key_text(block, &key);
    size_t i;

    (void)state;
    assert_err(key_parse(text, ORIGIN, &again), OK);
    assert_memory_equal(&again, &key, sizeof(key));
    assert_err(key_parse(text, BYTES("border.example/vlora"), &again),
               ERR_FORMAT);
    for (i = 0; i < text.size; i++)
        assert_err(key_parse(bytes_slice(text, 0, i), ORIGIN, &again),
                   ERR_FORMAT);
    for (i = 0; i < text.size * 8; i++) {
        memcpy(flipped, text.p, text.size);
        flipped[i / 8] = (uint8_t)(flipped[i / 8] ^ 1u << i % 8);
        assert_err(
            key_parse((struct bytes){flipped, text.size}, ORIGIN, &again),
            ERR_FORMAT);
    }
    print_message("# %zu flips refused\n", text.size * 8);
}

static void
files(void **state)
{
    char path[] = "/tmp/kufi-keys-XXXXXX";
    uint8_t text[NOTE_KEY_TEXT_SIZE_MAX + 1];
    struct note_key public;
    struct sign_key made;
    struct sign_key loaded;
    struct hash token;
    struct folder dir;
    struct fault fault;
    size_t size;
    struct os os;

    (void)state;
    os_posix_init(&os);
    assert_non_null(mkdtemp(path));
    assert_err(os.folder_open(&os, path, &dir), OK);
    assert_err(key_load(&os, dir, ORIGIN, &loaded), ERR_NOT_FOUND);
    assert_err(key_make(&os, dir, ORIGIN, &sevens, &made), OK);
    assert_err(key_make(&os, dir, ORIGIN, &sevens, &made), ERR_CONFLICT);
    assert_err(key_load(&os, dir, ORIGIN, &loaded), OK);
    assert_memory_equal(&made, &loaded, sizeof(made));
    /* What log.vkey says is the key's public half, by the log's own reading. */
    assert_err(os_read_file(&os, dir, VKEY_FILE, text, sizeof(text), &size),
               OK);
    assert_err(note_key_parse((struct bytes){text, size - 1}, &public, &fault),
               OK);
    assert_bytes(public.name, ORIGIN);
    assert_memory_equal(&public.public, &made.public, sizeof(made.public));

    /* A cosigner's key is another file under another name: LOG 2.8. */
    assert_err(cosign_key_load(&os, dir, ORIGIN, &loaded), ERR_NOT_FOUND);
    assert_err(cosign_key_make(&os, dir, ORIGIN, &sevens, &made), OK);
    assert_err(cosign_key_make(&os, dir, ORIGIN, &sevens, &made), ERR_CONFLICT);
    assert_err(cosign_key_load(&os, dir, ORIGIN, &loaded), OK);
    assert_memory_equal(&made, &loaded, sizeof(made));
    assert_err(cosign_key_load(&os, dir, BYTES("border.example/x"), &loaded),
               ERR_FORMAT);
    assert_err(os_read_file(&os, dir, COSIGN_FILE, text, sizeof(text), &size),
               OK);
    assert_err(key_parse((struct bytes){text, size}, ORIGIN, &loaded),
               ERR_FORMAT);
    assert_err(os.remove(&os, dir, COSIGN_FILE), OK);

    assert_err(token_make(&os, dir, &sevens), OK);
    assert_err(token_make(&os, dir, &sevens), ERR_CONFLICT);
    assert_err(token_load(&os, dir, &token), OK);
    assert_err(os_read_file(&os, dir, TOKEN_FILE, text, sizeof(text), &size),
               OK);
    assert_int_equal(size, TOKEN_SIZE + 1);
    assert_bytes(((struct bytes){text, TOKEN_SIZE}),
                 BYTES("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"));
    assert_memory_equal(
        &token, &(struct hash[1]){hash_of((struct bytes){text, TOKEN_SIZE})},
        sizeof(token));
    assert_err(os.remove(&os, dir, KEY_FILE), OK);
    assert_err(os.remove(&os, dir, VKEY_FILE), OK);
    assert_err(os.remove(&os, dir, TOKEN_FILE), OK);
    os.folder_close(&os, dir);
    assert_int_equal(rmdir(path), 0);
}

static void
tokens_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "\n",
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\n\n",
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw=\n",
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHB+c\n",
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHB c\n",
        "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\r",
    };
    char path[] = "/tmp/kufi-keys-XXXXXX";
    struct hash token;
    struct folder dir;
    struct os os;
    size_t i;

    (void)state;
    os_posix_init(&os);
    assert_non_null(mkdtemp(path));
    assert_err(os.folder_open(&os, path, &dir), OK);
    assert_err(token_load(&os, dir, &token), ERR_NOT_FOUND);
    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_err(
            os_replace_file(&os, dir, TOKEN_FILE, "", bytes_of(wrong[i]), 0600),
            OK);
        assert_err(token_load(&os, dir, &token), ERR_FORMAT);
    }
    assert_err(os.remove(&os, dir, TOKEN_FILE), OK);
    os.folder_close(&os, dir);
    assert_int_equal(rmdir(path), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_encoding),
        cmocka_unit_test(files),
        cmocka_unit_test(tokens_refused),
    };

    return TEST_RUN(tests);
}
