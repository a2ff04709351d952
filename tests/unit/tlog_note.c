/*
 * Signed notes: the examples of the public specifications, and what another
 * program signed, verify; what we sign with the same key is the same bytes.
 * Each bad sample is refused by its clause; every accepted sample is cut at
 * every byte and has each bit flipped, and then never verifies.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "crypto/hash.h"
#include "tlog/note.h"

#define DASH "\xe2\x80\x94 "

/* The example of C2SP signed-note and its key. */
#define FOO_KEY                                                                \
    "example.com/foo+530d903a+"                                                \
    "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define FOO_LINE                                                               \
    DASH "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7" \
         "Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define FOO_NOTE "This is an example message.\n\n" FOO_LINE

/* The other example, whose text has an empty line. */
#define QUASIMODO                                                              \
    "Ognuno sta solo sul cuor della terra\n"                                   \
    "trafitto da un raggio di sole:\n\ned \xc3\xa8 subito sera.\n\n" DASH      \
    "quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC" \
    "+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"

/* The log's and a witness's keys of tests/outsider/tlogcheck; their seeds are
 * the hashes of "tlogcheck log 1" and "tlogcheck witness 1". */
#define LOG_KEY                                                                \
    "example.com/reference-log+f8499e9f+"                                      \
    "ARXHufJBm13GdCAndWJzE9vePD3bMVPpPq4jiT+bs0BE"
#define WITNESS_KEY                                                            \
    "witness.example.com/w1+becc0b34+"                                         \
    "BO/YfnZ3/2O02ddl3uGTZCq3jE1q540rtCMsVvTVqtKG"
#define WITNESS_LINE                                                           \
    DASH "witness.example.com/w1 vswLNAAAAABkGFDL7vVQ5J9ktDpPvmHnxK+8x4t9Fm7S" \
         "t+ir/z4Uj8+aFYXbSaJ/8fQkrGYzpnbDl0itD4AhCOYEVIvCvk2qpbcKBw==\n"
#define WITNESS_TIME_S 1679315147

#define CHECKPOINT "tests/data/tlog/log/checkpoint"

static struct note_key
key_of(const char *text)
{
    struct note_key key = {.id = 0};

    assert_err(note_key_parse(bytes_of(text), &key, NULL), OK);
    return key;
}

static void
sign_key_of(struct sign_key *key, const char *label)
{
    struct hash seed = hash_of(bytes_of(label));

    sign_key_init(key, seed.b);
}

/* The checkpoint file with the witness's line under it. */
static struct bytes
cosigned_note(uint8_t *block, size_t size)
{
    struct bytes file = test_file(CHECKPOINT);
    struct writer w;

    writer_init(&w, block, size);
    writer_bytes(&w, file);
    writer_text(&w, WITNESS_LINE);
    assert_err(writer_end(&w), OK);
    test_file_free(file);
    return writer_done(&w);
}

/* LOG 2.6, LOG 2.9: keys are read and written, the same bytes. */
static void
test_keys(void **state)
{
    static const char *const good[] = {FOO_KEY, LOG_KEY, WITNESS_KEY};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint8_t block[NOTE_KEY_TEXT_SIZE_MAX];
        struct bytes text = bytes_of(good[i]);
        struct note_key key = key_of(good[i]);
        struct writer w;

        writer_init(&w, block, sizeof(block));
        note_key_write(&w, &key);
        assert_bytes(writer_done(&w), text);
        for (size_t size = 0; size < text.size; size++)
            assert_err(note_key_parse(bytes_slice(text, 0, size), &key, NULL),
                       ERR_FORMAT);
        /* A key ID has 32 bits: no flip of one bit gives another key. */
        for (size_t bit = 0; bit < text.size * 8; bit++) {
            memcpy(block, text.p, text.size);
            block[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_err(
                note_key_parse((struct bytes){block, text.size}, &key, NULL),
                ERR_FORMAT);
        }
    }
    assert_int_equal(key_of(FOO_KEY).id, 0x530d903a);
    assert_int_equal(key_of(FOO_KEY).type, NOTE_ED25519);
    assert_int_equal(key_of(WITNESS_KEY).type, NOTE_COSIGNATURE);
}

static const struct {
    const char *text;
    const char *clause;
} bad_keys[] = {
    {"", "LOG 2.4"},
    {"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "LOG 2.4"},
    {"a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "LOG 2.4"},
    {"example.com/foo", "LOG 2.9"},
    {"example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
     "LOG 2.9"},
    {"example.com/foo+30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
     "LOG 2.9"},
    {"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
     "LOG 2.9"},
    {"example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
     "LOG 2.9"},
    {"example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
     "LOG 2.6"},
};

static void
test_bad_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_keys) / sizeof(bad_keys[0]); i++) {
        struct fault fault = {0};
        struct note_key key;

        assert_err(note_key_parse(bytes_of(bad_keys[i].text), &key, &fault),
                   ERR_FORMAT);
        assert_string_equal(fault.clause, bad_keys[i].clause);
    }
}

/* LOG 2.4 */
static void
test_names(void **state)
{
    static const char *const good[] = {"a", "border.example/durres",
                                       "Durr\xc3\xabs", "\xe2\x82\xac"};
    static const char *const bad[] = {"",
                                      "a b",
                                      "a+b",
                                      "a\tb",
                                      "a\x7f b",
                                      "\xc2\xa0",
                                      "a\xc2\x85",
                                      "\xe1\x9a\x80",
                                      "\xe2\x80\x80",
                                      "\xe2\x80\x8a",
                                      "\xe2\x80\xa8",
                                      "\xe2\x80\xaf",
                                      "\xe2\x81\x9f",
                                      "\xe3\x80\x80",
                                      "\xff",
                                      "\xc0\xaf"};
    char longest[KEY_NAME_SIZE_MAX + 2];

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(note_name_valid(bytes_of(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(note_name_valid(bytes_of(bad[i])));
    memset(longest, 'x', sizeof(longest));
    longest[KEY_NAME_SIZE_MAX + 1] = '\0';
    assert_false(note_name_valid(bytes_of(longest)));
    longest[KEY_NAME_SIZE_MAX] = '\0';
    assert_true(note_name_valid(bytes_of(longest)));
}

/* LOG 2.2, LOG 2.7 */
static void
test_examples(void **state)
{
    struct note_key keys[2] = {key_of(FOO_KEY), key_of(LOG_KEY)};
    struct note_signers signers;
    struct note note;

    (void)state;
    assert_err(note_parse(BYTES(FOO_NOTE), &note, NULL), OK);
    assert_bytes(note.text, BYTES("This is an example message.\n"));
    assert_int_equal(note.signature_count, 1);
    assert_err(note_verify(&note, keys, 2, &signers), OK);
    assert_int_equal(signers.mask, 1);
    assert_int_equal(signers.time_s[0], 0);
    assert_err(note_verify(&note, keys + 1, 1, NULL), ERR_SIGNATURE);
    assert_err(note_verify(&note, keys, 0, NULL), ERR_SIGNATURE);

    assert_err(note_parse(BYTES(QUASIMODO), &note, NULL), OK);
    assert_int_equal(note.text.size,
                     strstr(QUASIMODO, "\n\n" DASH) - QUASIMODO + 1);
    assert_bytes(note.signatures[0].name, BYTES("quasimodo.example/salvatore"));
}

/* LOG 2.7, LOG 2.8: made by another program, and the same by ours. */
static void
test_cosigned(void **state)
{
    struct note_key keys[2] = {key_of(LOG_KEY), key_of(WITNESS_KEY)};
    struct note_signers signers;
    uint8_t block[1024];
    uint8_t ours[1024];
    struct bytes in = cosigned_note(block, sizeof(block));
    struct sign_key key;
    struct note note;
    struct writer w;

    (void)state;
    assert_err(note_parse(in, &note, NULL), OK);
    assert_err(note_verify(&note, keys, 2, &signers), OK);
    assert_int_equal(signers.mask, 3);
    assert_int_equal(signers.time_s[0], 0);
    assert_int_equal(signers.time_s[1], WITNESS_TIME_S);

    writer_init(&w, ours, sizeof(ours));
    writer_bytes(&w, note.text);
    writer_u8(&w, '\n');
    sign_key_of(&key, "tlogcheck log 1");
    note_sign(&w, keys[0].name, &key, note.text);
    sign_key_of(&key, "tlogcheck witness 1");
    note_cosign(&w, keys[1].name, &key, WITNESS_TIME_S, note.text);
    sign_key_deinit(&key);
    assert_bytes(writer_done(&w), in);
}

static const struct {
    const char *note;
    enum err code;
    const char *clause;
} bad_notes[] = {
    {"", ERR_SHORT, "LOG 2.2"},
    {"text\n", ERR_SHORT, "LOG 2.2"},
    {"text\n" FOO_LINE, ERR_SHORT, "LOG 2.2"},
    {"\n" FOO_LINE, ERR_SHORT, "LOG 2.2"},
    {"text\n\n", ERR_SHORT, "LOG 2.3"},
    {FOO_NOTE "\n", ERR_SHORT, "LOG 2.3"},
    {"text\r\n\n" FOO_LINE, ERR_FORMAT, "LOG 2.1"},
    {"te\txt\n\n" FOO_LINE, ERR_FORMAT, "LOG 2.1"},
    {"te\xffxt\n\n" FOO_LINE, ERR_FORMAT, "LOG 2.1"},
    {"text\n\n- a AAAAAAA=\n", ERR_FORMAT, "LOG 2.3"},
    {"text\n\n" DASH "a AAAAAAA=", ERR_SHORT, "LOG 2.3"},
    {"text\n\n" DASH "a AAAAAAA=\n" DASH "b", ERR_SHORT, "LOG 2.3"},
    {"text\n\n" DASH "a\n", ERR_FORMAT, "LOG 2.3"},
    {"text\n\n" DASH " AAAAAAA=\n", ERR_FORMAT, "LOG 2.4"},
    {"text\n\n" DASH "a+b AAAAAAA=\n", ERR_FORMAT, "LOG 2.4"},
    {"text\n\n" DASH "a\xc2\xa0 AAAAAAA=\n", ERR_FORMAT, "LOG 2.4"},
    {"text\n\n" DASH "a  AAAAAAA=\n", ERR_FORMAT, "LOG 2.3"},
    {"text\n\n" DASH "a AAAAAAA= \n", ERR_FORMAT, "LOG 2.3"},
    {"text\n\n" DASH "a AAAAAAA\n", ERR_FORMAT, "LOG 2.3"},
    {"text\n\n" DASH "a AAAAAAB=\n", ERR_FORMAT, "LOG 2.3"},
    {"text\n\n" DASH "a AAA=AAA=\n", ERR_FORMAT, "LOG 2.3"},
    {"text\n\n" DASH "a AAAAAA==\n", ERR_FORMAT, "LOG 2.3"},
    {"text\n\n" DASH "a \n", ERR_FORMAT, "LOG 2.3"},
};

static void
test_bad_notes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_notes) / sizeof(bad_notes[0]); i++) {
        struct fault fault = {0};
        struct note note;

        assert_err(note_parse(bytes_of(bad_notes[i].note), &note, &fault),
                   bad_notes[i].code);
        assert_string_equal(fault.clause, bad_notes[i].clause);
    }
}

/* LOG 2.10 */
static void
test_verdict(void **state)
{
    struct note_key key = key_of(FOO_KEY);
    struct note_key same_name = key;
    struct note_key same_id = key;
    char block[1024];
    struct note note;

    (void)state;
    same_name.id++;
    same_id.name = BYTES("example.com/bar");

    /* Unknown: another name, another ID. */
    assert_err(note_parse(BYTES(FOO_NOTE), &note, NULL), OK);
    assert_err(note_verify(&note, &same_name, 1, NULL), ERR_SIGNATURE);
    assert_err(note_verify(&note, &same_id, 1, NULL), ERR_SIGNATURE);

    /* Unknown lines around a good one do not matter. */
    snprintf(block, sizeof(block), "%s%s%s", FOO_NOTE, WITNESS_LINE,
             DASH "example.com/foo AAAAAAA=\n");
    assert_err(note_parse(bytes_of(block), &note, NULL), OK);
    assert_int_equal(note.signature_count, 3);
    assert_err(note_verify(&note, &key, 1, NULL), OK);

    /* A bad one of a known key does, before or after a good one. */
    snprintf(block, sizeof(block), "%s%s", FOO_NOTE,
             DASH "example.com/foo Uw2QOgAA\n");
    assert_err(note_parse(bytes_of(block), &note, NULL), OK);
    assert_err(note_verify(&note, &key, 1, NULL), ERR_SIGNATURE);
    snprintf(block, sizeof(block), "This is an example message.\n\n%s%s",
             DASH "example.com/foo Uw2QOgAA\n", FOO_LINE);
    assert_err(note_parse(bytes_of(block), &note, NULL), OK);
    assert_err(note_verify(&note, &key, 1, NULL), ERR_SIGNATURE);
}

#define SHORT_LINE DASH "a AAAAAAA=\n"

/* LOG 2.5 */
static void
test_bounds(void **state)
{
    static uint8_t large[NOTE_SIZE_MAX + 1024];
    struct note_key cosigner = key_of(WITNESS_KEY);
    struct fault fault;
    struct note note;
    struct writer w;

    (void)state;
    writer_init(&w, large, sizeof(large));
    writer_text(&w, "text\n\n");
    for (size_t i = 0; i < NOTE_SIGNATURES_MAX; i++)
        writer_text(&w, SHORT_LINE);
    assert_err(note_parse(writer_done(&w), &note, &fault), OK);
    assert_int_equal(note.signature_count, NOTE_SIGNATURES_MAX);
    writer_text(&w, SHORT_LINE);
    assert_err(note_parse(writer_done(&w), &note, &fault), ERR_LIMIT);
    assert_string_equal(fault.clause, "LOG 2.5");

    writer_init(&w, large, sizeof(large));
    writer_text(&w, "text\n\n" DASH "a ");
    for (size_t i = 0; i < 10924; i++) /* of 8,193 bytes */
        writer_u8(&w, 'A');
    writer_u8(&w, '\n');
    assert_err(note_parse(writer_done(&w), &note, &fault), ERR_LIMIT);
    assert_string_equal(fault.clause, "LOG 2.5");

    /* A longer note of another kind; a log's cosigners sign none. */
    writer_init(&w, large, sizeof(large));
    while (w.at <= NOTE_SIZE_MAX)
        writer_text(&w, "text\n");
    writer_text(&w, "\n" WITNESS_LINE SHORT_LINE);
    assert_err(note_parse_within(writer_done(&w), w.at - 1, &note, &fault),
               ERR_LIMIT);
    assert_string_equal(fault.clause, "LOG 2.5");
    assert_err(note_parse_within(writer_done(&w), w.at, &note, &fault), OK);
    assert_int_equal(note.signature_count, 2);
    assert_err(note_verify(&note, &cosigner, 1, NULL), ERR_SIGNATURE);

    memset(large, 'x', sizeof(large));
    assert_err(
        note_parse((struct bytes){large, NOTE_SIZE_MAX + 1}, &note, &fault),
        ERR_LIMIT);
    assert_string_equal(fault.clause, "LOG 2.5");
}

/* Whatever is changed in the text or in a known key's line, the note is bad. */
static void
test_damaged(void **state)
{
    struct note_key keys[2] = {key_of(LOG_KEY), key_of(WITNESS_KEY)};
    uint8_t block[1024];
    uint8_t cut[1024];
    struct bytes in = cosigned_note(block, sizeof(block));
    struct note_signers signers = {.mask = 0};
    struct note note;

    (void)state;
    for (size_t size = 0; size < in.size; size++) {
        memcpy(cut, in.p, size);
        if (note_parse((struct bytes){cut, size}, &note, NULL) == OK &&
            note_verify(&note, keys, 2, &signers) == OK)
            assert_int_equal(signers.mask, 1); /* cut between the two lines */
    }
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        memcpy(cut, in.p, in.size);
        cut[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (note_parse((struct bytes){cut, in.size}, &note, NULL) == OK &&
            note_verify(&note, keys, 2, &signers) == OK)
            /* a name or an ID has become an unknown key's */
            assert_true(signers.mask == 1 || signers.mask == 2);
    }
}

static int
setup(void **state)
{
    (void)state;
    return crypto_init();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_keys, setup),
        cmocka_unit_test(test_bad_keys),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_cosigned),
        cmocka_unit_test(test_bad_notes),
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_damaged),
    };

    return TEST_RUN(tests);
}
