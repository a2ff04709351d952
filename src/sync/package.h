/*
 * A package: entries of a log in their order, and the proof that they lead to a
 * tree that begins a signed one. SYN 5.1, integers big-endian
 *
 *      0   16  "kufi package v1\n"
 *     16    8  start: index of the first entry
 *     24    4  count of entries, 0 to 4096
 *     28   32  root of the tree of start + count entries
 *     60    1  count of hashes
 *     61    .  hashes: the tree of start + count entries begins that of the
 *              checkpoint
 *      .    .  entries as in a bundle
 *
 * A package of no entries says what the tree of `start` entries was: that is
 * how a fork is proved.
 */
#ifndef SYNC_PACKAGE_H
#define SYNC_PACKAGE_H

#include "tlog/proof.h"
#include "tlog/view.h"

/* Sixteen tiles: what one answer brings at once, and memory for its leaves. */
#define PACKAGE_COUNT_MAX 4096

/* Bytes of entries asked for at most; one entry always fits. */
#define PACKAGE_BYTES_MAX ((uint32_t)4 << 20)
#define PACKAGE_HEAD_SIZE_MAX (61 + PROOF_HASHES_MAX * HASH_SIZE)
#define PACKAGE_SIZE_MAX (PACKAGE_HEAD_SIZE_MAX + PACKAGE_BYTES_MAX)

#define PACKAGE_COUNT_AT 24 /* where the count stands */

struct package {
    uint64_t start;
    uint32_t count;
    struct hash root;
    struct proof proof;
    struct bytes entries; /* borrowed; lawful: as many as `count` */
};

/* Takes apart; proves nothing. ERR_SHORT, ERR_FORMAT, ERR_LIMIT. */
MUST_CHECK enum err package_parse(struct bytes in, struct package *out,
                                  struct fault *fault);
void package_encode(struct writer *w, const struct package *package);

/* Whether the package's root begins the tree of `checkpoint`; says nothing of
 * the entries. ERR_SIGNATURE. */
MUST_CHECK enum err package_verify(const struct package *package,
                                   const struct checkpoint *checkpoint);

/* What to make a package of. */
struct package_range {
    uint64_t start;
    uint64_t end;   /* at most; reached unless a bound below comes first */
    uint64_t size;  /* of the tree that the proof leads to */
    uint32_t bytes; /* of entries; the first one is taken whatever its size */
};

/*
 * Makes the package from a log's files, each entry compared with its tile. It
 * ends at a multiple of 256 where it can. `scratch` has BUNDLE_SIZE_MAX bytes;
 * `w` has room for PACKAGE_HEAD_SIZE_MAX and for the larger of `range->bytes`
 * and an entry.
 *
 * ERR_NOT_FOUND  the range does not lie in the tree, or a file is not there
 * ERR_CORRUPT    the files are not what was written
 */
MUST_CHECK enum err package_make(const struct log_view *view,
                                 const struct package_range *range,
                                 struct block scratch, struct writer *w);

/* The tiles of a tree of `size` leaves, where the view may have gone further:
 * whatever is asked for is read from the widest tile that the tree has. */
struct package_tiles {
    struct log_view view;
    uint64_t size;
};
struct tile_source package_source(const struct package_tiles *tiles);

#endif
