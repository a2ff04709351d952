/* A note taken apart and put together again is the same; so is a key. */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "tlog/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
key_check(struct bytes in)
{
    uint8_t block[NOTE_KEY_TEXT_SIZE_MAX];
    struct note_key key;
    struct writer w;

    if (note_key_parse(in, &key, NULL) != OK)
        return;
    writer_init(&w, block, sizeof(block));
    note_key_write(&w, &key);
    if (!bytes_equal(writer_done(&w), in))
        abort();
}

static void
note_check(struct bytes in)
{
    static uint8_t block[NOTE_SIZE_MAX];
    static struct note note;
    struct note_signers signers;
    struct note_key key;
    struct writer w;

    if (note_parse(in, &note, NULL) != OK)
        return;
    writer_init(&w, block, sizeof(block));
    writer_bytes(&w, note.text);
    writer_u8(&w, '\n');
    for (size_t i = 0; i < note.signature_count; i++) {
        writer_text(&w, "\xe2\x80\x94 ");
        writer_bytes(&w, note.signatures[i].name);
        writer_u8(&w, ' ');
        writer_bytes(&w, note.signatures[i].base64);
        writer_u8(&w, '\n');
    }
    if (!bytes_equal(writer_done(&w), in))
        abort();
    /* A key of that name and ID, so that its line is verified. */
    key = (struct note_key){.name = note.signatures[0].name,
                            .id = note.signatures[0].id,
                            .type = in.size % 2 == 1 ? NOTE_ED25519
                                                     : NOTE_COSIGNATURE};
    if (note_verify(&note, &key, 1, &signers) == OK && signers.mask != 1)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};

    if (crypto_init() != OK)
        abort();
    key_check(in);
    note_check(in);
    return 0;
}
