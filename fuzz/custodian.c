/* A custodian's key file that is read asks for no more than it may; whatever is
 * signed stays what it was, with a line more. SYN 2.14, SYN 2.15 */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "crypto/hash.h"
#include "sync/custodian.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
sign_check(struct bytes in)
{
    static uint8_t block[NOTE_SIZE_MAX];
    static struct note note;
    struct hash seed = hash_of(BYTES("alice"));
    struct note_key public;
    struct sign_key key;
    struct writer w;

    sign_key_init(&key, seed.b);
    public = note_key_of(BYTES("alice"), NOTE_ED25519, &key.public);
    writer_init(&w, block, sizeof(block));
    if (custodian_sign(&w, in, sizeof(block), BYTES("alice"), &key) != OK)
        return;
    if (!bytes_begin(writer_done(&w), in))
        abort();
    if (note_parse(writer_done(&w), &note, NULL) == OK &&
        note_verify(&note, &public, 1, NULL) != OK)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    struct custodian_file file;

    if (crypto_init() != OK)
        abort();
    sign_check(in);
    if (custodian_parse(in, &file, NULL) == OK &&
        (!password_cost_lawful(file.sealed.cost) ||
         file.key.name.size > CUSTODIAN_NAME_SIZE_MAX))
        abort();
    return 0;
}
