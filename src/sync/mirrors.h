/*
 * All mirrors of a node: opened when first needed, synced together, told to the
 * keeper. Whoever drives the links drives this too:
 *
 *     if (mirrors_next(&mirrors, &host, now_ns, &errand))
 *         ... hand the errand to the keeper; later mirrors_done() ...
 */
#ifndef SYNC_MIRRORS_H
#define SYNC_MIRRORS_H

#include "sync/host.h"
#include "sync/mirror.h"

/* How often what was mirrored is put on the disk: two syncs each time. */
#define MIRRORS_SETTLE_NS UINT64_C(500000000)
/* A log is cosigned no more often: it costs the keeper a sync. */
#define MIRRORS_COSIGN_NS UINT64_C(1000000000)
/* What the keeper could not take is asked again after so long. */
#define MIRRORS_RETRY_NS UINT64_C(1000000000)
/* Contradictions that wait for the keeper, and that it was told of last: more
 * are seen again later. */
#define MIRRORS_EVIDENCE_MAX 4
#define MIRRORS_TOLD_MAX 64

/*
 * told       size of the last MIRRORED that was taken
 * cosigned   size up to which COSIGN was answered for good
 * hint       the size that the keeper cosigned last: where proofs begin
 * retry_ns   nothing is told of this log before
 * cosign_ns  nor is it cosigned
 * fetch_ns   until then a link has the fetching of it to itself
 */
struct mirrors_log {
    struct mirror mirror;
    uint64_t told;
    uint64_t cosigned;
    uint64_t hint;
    uint64_t retry_ns;
    uint64_t cosign_ns;
    uint64_t fetch_ns;
};

/* A contradiction, copied. */
struct mirrors_evidence {
    struct evidence evidence; /* borrows from here */
    size_t origin_size;
    uint8_t origin[KEY_NAME_SIZE_MAX];
    uint8_t known[MIRROR_NOTE_SIZE_MAX];
    uint8_t other[MIRROR_NOTE_SIZE_MAX];
};

/* Not to be looked into but for `broken`. */
struct mirrors {
    struct os *os;
    struct folder dir;
    struct mirrors_log *logs; /* the caller's, `log_max` of them */
    size_t log_max;
    size_t log_count;
    struct block scratch; /* of whoever works right now */
    uint64_t settled_ns;
    enum err broken; /* ERR_IO: nothing is mirrored until a restart */

    size_t turn;         /* whose errand is next */
    bool waiting;        /* for the answer to `asked` */
    struct errand asked; /* borrows from `note` or from `evidence` */
    struct mirrors_log *asked_log;
    struct mirrors_evidence *asked_evidence;
    size_t note_size;
    uint8_t note[MIRROR_NOTE_SIZE_MAX];
    struct mirrors_evidence evidence[MIRRORS_EVIDENCE_MAX];
    uint64_t told[MIRRORS_TOLD_MAX]; /* sums of contradictions, the oldest */
    size_t told_at;                  /* is overwritten */
};

/*
 * `logs` are `log_max` zeroed structs, ROSTER_NODES_MAX + ROSTER_REVOKED_MAX
 * are always enough; `scratch` has MIRROR_SCRATCH_SIZE bytes, aligned for
 * anything. All is borrowed while `mirrors` is in use.
 */
void mirrors_init(struct mirrors *mirrors, struct os *os, struct folder dir,
                  struct mirrors_log *logs, size_t log_max,
                  struct block scratch);

/*
 * The log of this name, opened; NULL when the roster knows no such log, or ours
 * it is, or it cannot be opened. `name` is SHA-256 of its origin.
 */
struct mirrors_log *mirrors_find(struct mirrors *mirrors,
                                 const struct sync_host *host,
                                 const struct hash *name);

/* The same by origin. */
struct mirrors_log *mirrors_of(struct mirrors *mirrors,
                               const struct sync_host *host,
                               struct bytes origin);

/*
 * Puts on the disk what is due, then tells what the keeper is to be asked:
 * false when there is nothing, or an answer is waited for. The errand is
 * borrowed until mirrors_done().
 */
bool mirrors_next(struct mirrors *mirrors, const struct sync_host *host,
                  uint64_t now_ns, struct errand *out);
void mirrors_done(struct mirrors *mirrors, const struct sync_host *host,
                  uint64_t now_ns, const struct errand_answer *answer);

/* Keeps a contradiction until the keeper was told; one that it was told of
 * lately, or that finds no room, is dropped. */
void mirrors_contradiction(struct mirrors *mirrors, struct bytes origin,
                           const struct evidence *evidence);

#endif
