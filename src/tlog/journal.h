/*
 * The journal's bytes: two headers and frames, all in blocks of 4096. What is
 * done with them is log.h's. LOG 7, integers big-endian.
 *
 *     block 0, 1   headers; the one of generation g is in block g mod 2
 *     block 2 ..   frames, each from the start of a block
 *
 * Header, LOG 7.2
 *
 *      0    8  "KUFIJRNL"
 *      8    4  version, 1
 *     12    4  size of a block, 4096
 *     16    8  generation, from 1
 *     24    8  size of the file
 *     32    8  base: how many entries are in tiles and no more in the journal
 *     40   32  root of the tree of these
 *     72    2  size of the origin
 *     74    2  size of the checkpoint signed last, 0 before the first
 *     76    .  origin
 *      .    .  checkpoint
 *      .    .  zeros
 *   4064   32  SHA-256 of all that precedes
 *
 * Frame, LOG 7.4
 *
 *      0    8  "KUFIFRAM"
 *      8    8  generation
 *     16    8  number of the block that this is
 *     24    8  index of the first entry
 *     32    4  count of entries, 0 in a frame that holds a checkpoint
 *     36    4  size of the entries as in a bundle
 *     40    4  size of the checkpoint, 0 in a frame that holds entries
 *     44   32  root of the tree with these entries
 *     76   32  sum of the frame before, of the header for the first
 *    108   32  sum: SHA-256 of bytes 0 to 107 and of the checkpoint
 *    140    .  checkpoint, or entries, each after its size in two bytes
 *      .    .  zeros up to the end of the block, not read
 *
 * The entries have no sum of their own: the root covers them.
 */
#ifndef TLOG_JOURNAL_H
#define TLOG_JOURNAL_H

#include "tlog/checkpoint.h"

#define JOURNAL_BLOCK 4096
#define JOURNAL_FIRST_BLOCK 2
#define JOURNAL_FRAME_HEAD_SIZE 140

/* Bounds of what one fdatasync makes durable: 4096 asks are a keeper's batch;
 * 4 MiB are 1,000 bytes for each, and four milliseconds of a slow disk. */
#define JOURNAL_COUNT_MAX 4096
#define JOURNAL_PAYLOAD_MAX (4u << 20)

/* Two headers and room for two small frames; at most what 2^36 has: nobody
 * waits longer for a node that starts. */
#define JOURNAL_SIZE_MIN (4 * JOURNAL_BLOCK)
#define JOURNAL_SIZE_MAX (UINT64_C(1) << 36)
#define JOURNAL_SIZE_DEFAULT (UINT64_C(64) << 20)

struct journal_header {
    uint64_t generation;
    uint64_t file_size;
    uint64_t base_size;
    struct hash base_root;
    struct bytes origin; /* borrowed */
    struct bytes note;   /* borrowed; none before the first */
    struct hash sum;     /* set by parsing and by encoding */
};

struct journal_frame {
    uint64_t generation;
    uint64_t block;
    uint64_t first_index;
    uint32_t count;
    uint32_t payload_size;
    struct bytes note; /* borrowed */
    struct hash root;
    struct hash previous;
    struct hash sum; /* set by parsing and by encoding */
};

/* Whether a journal may have this size in bytes. LOG 7.1 */
bool journal_size_lawful(uint64_t size);

/* ERR_FORMAT, ERR_SIGNATURE when the sum does not hold. LOG 7.2 */
MUST_CHECK enum err journal_header_parse(struct bytes block,
                                         struct journal_header *out,
                                         struct fault *fault);

/* Fills a block; the header must be one that parsing would accept. */
void journal_header_encode(uint8_t block[JOURNAL_BLOCK],
                           struct journal_header *header);

/*
 * Reads a frame's head and checkpoint; `in` begins at a block and holds at
 * least that one. ERR_FORMAT, ERR_LIMIT, ERR_SIGNATURE when the sum does not
 * hold. Says nothing about the entries. LOG 7.4
 */
MUST_CHECK enum err journal_frame_parse(struct bytes in,
                                        struct journal_frame *out,
                                        struct fault *fault);

/*
 * Completes a frame in `out`, which has room for journal_frame_blocks(): writes
 * the head, the checkpoint if there is one, and zeros after what the frame
 * holds. Entries have been put at JOURNAL_FRAME_HEAD_SIZE before.
 */
void journal_frame_encode(uint8_t *out, struct journal_frame *frame);

/* Blocks that a frame takes. */
uint64_t journal_frame_blocks(const struct journal_frame *frame);

/* The largest frame. */
#define JOURNAL_FRAME_SIZE_MAX                                                 \
    ((JOURNAL_FRAME_HEAD_SIZE + JOURNAL_PAYLOAD_MAX + JOURNAL_BLOCK - 1) /     \
     JOURNAL_BLOCK * JOURNAL_BLOCK)

#endif
