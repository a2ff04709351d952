/*
 * What a log holds: an entry, either sealed or open, in deterministic CBOR.
 * REC 5.
 *
 *     sealed  [1, epoch, slot, commitment, ciphertext]
 *     open    [0, event]
 */
#ifndef SEAL_ENTRY_H
#define SEAL_ENTRY_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/writer.h"
#include "seal/keytree.h"

#define ENTRY_SIZE_MAX                                                         \
    65535 /* the log's bound: LOG entries have 16-bit sizes */

/* Bytes that sealing adds to an event, at most: heads, epoch, slot,
 * commitment, tag. */
#define ENTRY_OVERHEAD_MAX 72

/* The largest event, sealed or open. REC 5.1. */
#define ENTRY_EVENT_SIZE_MAX (ENTRY_SIZE_MAX - ENTRY_OVERHEAD_MAX)

struct entry {
    bool sealed;
    struct bytes event; /* open: the event's bytes, not yet looked at */
    uint32_t epoch;     /* sealed: the rest */
    uint32_t slot;
    struct commitment commitment;
    struct bytes ciphertext; /* tag included */
};

/* `*out` borrows from `in`. ERR_FORMAT, ERR_SHORT, ERR_LIMIT. */
MUST_CHECK enum err entry_parse(struct bytes in, struct entry *out,
                                struct fault *fault);

/* Appends the entry. ERR_LIMIT when it does not fit `w` or the bound. */
MUST_CHECK enum err entry_encode(struct writer *w, const struct entry *entry);

/*
 * Appends a sealed entry but for its ciphertext, of which only the size is
 * looked at: room for so many bytes, which the caller fills. NULL when it does
 * not fit `w` or the bound.
 */
uint8_t *entry_encode_room(struct writer *w, const struct entry *entry);

/* Appends an open entry around an encoded event. ERR_LIMIT. */
MUST_CHECK enum err entry_encode_open(struct writer *w, struct bytes event);

#endif
