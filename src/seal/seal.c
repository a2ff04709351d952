#include "seal/seal.h"

#include "base/cbor.h"

#include <assert.h>
#include <string.h>

/* [origin, epoch, slot, commitment] with their heads. REC 6.4. */
#define ASSOCIATED_SIZE_MAX (1 + 3 + KEYRING_ORIGIN_SIZE_MAX + 5 + 5 + 34)

static struct bytes
associated(uint8_t block[ASSOCIATED_SIZE_MAX], struct bytes origin,
           const struct entry *entry)
{
    struct writer w;

    writer_init(&w, block, ASSOCIATED_SIZE_MAX);
    cbor_put_array(&w, 4);
    cbor_put_text(&w, origin);
    cbor_put_uint(&w, entry->epoch);
    cbor_put_uint(&w, entry->slot);
    cbor_put_bytes(&w, (struct bytes){entry->commitment.b, COMMITMENT_SIZE});
    return writer_done(&w);
}

void
seal_cursor_init(struct seal_cursor *cursor, const struct keyring *keyring)
{
    *cursor = (struct seal_cursor){.keyring = keyring};
}

void
seal_cursor_deinit(struct seal_cursor *cursor)
{
    keytree_path_deinit(&cursor->path);
}

enum err
seal_leaf(struct seal_cursor *cursor, uint32_t epoch, uint32_t slot,
          const struct cipher_key **leaf)
{
    const struct keytree_node *node;
    enum err e;

    if (cursor->changes != cursor->keyring->changes || cursor->epoch != epoch ||
        !keytree_path_covers(&cursor->path, slot)) {
        keytree_path_deinit(&cursor->path);
        e = keyring_find(cursor->keyring, epoch, slot, &node);
        if (e != OK)
            return e;
        keytree_path_init(&cursor->path, node);
        cursor->changes = cursor->keyring->changes;
        cursor->epoch = epoch;
    }
    *leaf = keytree_path_leaf(&cursor->path, slot);
    return OK;
}

enum err
entry_seal(struct seal_cursor *cursor, uint32_t epoch, uint32_t slot,
           struct bytes plain, struct writer *w)
{
    struct entry entry = {.sealed = true, .epoch = epoch, .slot = slot};
    uint8_t block[ASSOCIATED_SIZE_MAX];
    const struct cipher_key *leaf;
    struct seal_key key;
    uint8_t *room;
    enum err e;

    if (plain.size > ENTRY_EVENT_SIZE_MAX)
        return ERR_LIMIT;
    e = seal_leaf(cursor, epoch, slot, &leaf);
    if (e != OK)
        return e;
    keytree_stretch(leaf, &key);
    entry.commitment = key.commitment;
    entry.ciphertext.size = plain.size + CIPHER_TAG_SIZE;
    room = entry_encode_room(w, &entry);
    if (room != NULL)
        cipher_seal(&key.key, plain,
                    associated(block, keyring_origin(cursor->keyring), &entry),
                    room);
    crypto_wipe(&key, sizeof(key));
    return room != NULL ? OK : ERR_LIMIT;
}

enum err
entry_open_leaf(struct bytes origin, const struct cipher_key *leaf,
                const struct entry *entry, uint8_t *out, size_t out_size,
                struct bytes *plain)
{
    uint8_t block[ASSOCIATED_SIZE_MAX];
    size_t size = entry->ciphertext.size - CIPHER_TAG_SIZE;
    struct seal_key key;
    enum err e = ERR_SIGNATURE;

    assert(entry->sealed);
    if (origin.size > KEYRING_ORIGIN_SIZE_MAX || size > out_size)
        return ERR_LIMIT;
    keytree_stretch(leaf, &key);
    if (memcmp(key.commitment.b, entry->commitment.b, COMMITMENT_SIZE) == 0)
        e = cipher_open(&key.key, entry->ciphertext,
                        associated(block, origin, entry), out);
    crypto_wipe(&key, sizeof(key));
    if (e == OK)
        *plain = (struct bytes){out, size};
    return e;
}

enum err
entry_open(struct seal_cursor *cursor, const struct entry *entry, uint8_t *out,
           size_t out_size, struct bytes *plain)
{
    const struct cipher_key *leaf;
    enum err e = seal_leaf(cursor, entry->epoch, entry->slot, &leaf);

    if (e != OK)
        return e;
    return entry_open_leaf(keyring_origin(cursor->keyring), leaf, entry, out,
                           out_size, plain);
}
