/*
 * Record keys kept off-line against the loss of who holds them all: a bundle of
 * keyrings, sealed under a key that nobody has, and shares of that key, any few
 * of which open it. SYN 8.7
 *
 *     bundle   0    8  "KUFIESCR"
 *              8    2  version, 1
 *              10   16 set: random, what bundle and shares have in common
 *              26   1  threshold
 *              27   1  shares
 *              28   2  size of the origin
 *              30   .  origin of the node whose keys they are
 *              .    .  sealed by ChaCha20-Poly1305, all of the above being
 *                      associated data: for each keyring its size in four
 *                      bytes, then its file, REC 7.1; by no origin twice
 *
 *     share    kufi escrow share v1
 *              of <origin>
 *              set <32 hexadecimal digits>
 *              share <number> of <shares>
 *              threshold <number>
 *              key <64 hexadecimal digits>
 *              sum <8 hexadecimal digits>    of the SHA-256 of all before
 *
 * A share is text, so that it can be printed, and typed again.
 */
#ifndef NODE_ESCROW_H
#define NODE_ESCROW_H

#include "base/writer.h"
#include "crypto/crypto.h"
#include "crypto/share.h"
#include "record/name.h"

#define ESCROW_SET_SIZE 16
#define ESCROW_SHARES_MAX 32 /* people with a safe */
#define ESCROW_SHARE_SIZE_MAX 1024
/* A keyring of 800 kB for each node of a roster. */
#define ESCROW_SIZE_MAX ((size_t)200 << 20)
#define ESCROW_HEAD_SIZE_MAX (30 + ORIGIN_SIZE_MAX)

/* What bundle and shares say of themselves. */
struct escrow_set {
    uint8_t id[ESCROW_SET_SIZE];
    unsigned threshold; /* 2 to `count` */
    unsigned count;
    struct bytes origin; /* borrowed */
};

/* One share; a secret. */
struct escrow_share {
    struct escrow_set set;
    struct share share;
};

/* At most ESCROW_SHARE_SIZE_MAX bytes. */
void escrow_share_write(struct writer *w, const struct escrow_share *share);

/* ERR_FORMAT, ERR_SHORT, ERR_LIMIT; ERR_SIGNATURE when the sum does not hold.
 * Borrows. */
MUST_CHECK enum err escrow_share_parse(struct bytes in,
                                       struct escrow_share *out,
                                       struct fault *fault);

/*
 * Seals keyrings' files (as the format above has them one after another, in
 * `plain`) into a bundle, and makes the shares: set->count of them. `set->id`
 * is made. ERR_LIMIT when `w` has no room, or for a threshold or a count that
 * may not be.
 */
MUST_CHECK enum err escrow_seal(struct escrow_set *set, struct bytes plain,
                                const struct random *random, struct writer *w,
                                struct escrow_share *shares);

struct escrow_bundle {
    struct escrow_set set;
    struct bytes head;
    struct bytes sealed;
};

/* Takes apart; `out` borrows. ERR_FORMAT, ERR_SHORT, ERR_LIMIT. */
MUST_CHECK enum err escrow_bundle_parse(struct bytes in,
                                        struct escrow_bundle *out,
                                        struct fault *fault);

/* How large the content is. */
size_t escrow_bundle_size(const struct escrow_bundle *bundle);

/*
 * Opens the bundle into `out`, escrow_bundle_size() bytes, by the shares given;
 * `*bad` is the number of the share that a fault is about, counted from 0.
 *
 * ERR_SHORT      fewer shares than the threshold
 * ERR_CONFLICT   a share is of another set, or one is there twice
 * ERR_SIGNATURE  together they do not open it: one is forged, or the bundle is
 *                damaged
 */
MUST_CHECK enum err escrow_open(const struct escrow_bundle *bundle,
                                const struct escrow_share *shares, size_t count,
                                uint8_t *out, size_t *bad, struct fault *fault);

/* The next keyring's file of the content, taken off its front; false at its
 * end. ERR is in `fault->code` when it does not end well. */
bool escrow_next(struct bytes *content, struct bytes *file,
                 struct fault *fault);

#endif
