/*
 * Sealing an event into an entry under the key of its slot, and opening it
 * again. REC 6.
 */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include "seal/entry.h"
#include "seal/keyring.h"

/*
 * Remembers the path to the last key of a keyring, so that slots in order cost
 * little; any order works. One for each thread. A secret: wiped by
 * seal_cursor_deinit(). Borrows the keyring.
 */
struct seal_cursor {
    const struct keyring *keyring;
    uint64_t changes;
    uint32_t epoch;
    struct keytree_path path;
};

void seal_cursor_init(struct seal_cursor *cursor,
                      const struct keyring *keyring);
void seal_cursor_deinit(struct seal_cursor *cursor);

/* The leaf of a slot, in the cursor until its next call. ERR_NOT_FOUND when
 * the key is erased or was never held. */
MUST_CHECK enum err seal_leaf(struct seal_cursor *cursor, uint32_t epoch,
                              uint32_t slot, const struct cipher_key **leaf);

/*
 * Appends the sealed entry of `plain` to `w`. The slot must never have been
 * used: `seal/slots.h` sees to that. ERR_NOT_FOUND as above, ERR_LIMIT when
 * there is no room.
 */
MUST_CHECK enum err entry_seal(struct seal_cursor *cursor, uint32_t epoch,
                               uint32_t slot, struct bytes plain,
                               struct writer *w);

/*
 * Opens a sealed entry into `out`; `*plain` is what is there then. At most
 * entry->ciphertext.size bytes are needed, ERR_LIMIT when `out_size` is too
 * small. ERR_NOT_FOUND: erased, or no key held. ERR_SIGNATURE: the commitment
 * differs or the ciphertext does not open under it.
 */
MUST_CHECK enum err entry_open(struct seal_cursor *cursor,
                               const struct entry *entry, uint8_t *out,
                               size_t out_size, struct bytes *plain);

/* The same by the leaf alone, as who was handed one entry's leaf does it. */
MUST_CHECK enum err entry_open_leaf(struct bytes origin,
                                    const struct cipher_key *leaf,
                                    const struct entry *entry, uint8_t *out,
                                    size_t out_size, struct bytes *plain);

#endif
