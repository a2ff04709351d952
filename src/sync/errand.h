/*
 * What the courier asks of the keeper, and the answer: the messages inside the
 * frames of the channel between the two, like a desk's (api/ask.h). The courier
 * talks to peers and holds no key that counts; the keeper holds the keys and
 * the log, and talks to nobody outside. One encoding; both sides are hostile to
 * each other: the keeper verifies by itself whatever an errand says, as far as
 * it can be verified. API 6
 *
 * It is here and not in node/ so that sync/'s links and tests use the very
 * structs.
 *
 *     errand  u8 version 1, u8 kind, u8 flags, u64 id, then by kind
 *       state       nothing
 *       cosign      origin, u64 old size, u8 count, hashes, note
 *       mirrored    origin, note
 *       held        origin, u64 size
 *       cosigned    note
 *       roster      origin, note
 *       seal        origin
 *       grant       origin, note
 *       fetched     32 bytes SHA-256
 *       evidence    u8 kind, origin, u8 count, hashes, note, note,
 *                   32 bytes root
 *       checked     origin, u64 size, note
 *       heard       origin
 *     answer  u8 version 1, u8 verdict, u8 flags, u64 id, u16 status,
 *             u64 size, why, note, [state]
 *       state       u8 mode, u8 flags, u64 roster version, u64 size,
 *                   u16 count, logs: origin, u64 mirrored, u64 cosigned,
 *                   u8 flags; u8 count, lists: origin, 32 bytes SHA-256
 *
 * An origin and `why` have their size in one byte, a note in four.
 */
#ifndef SYNC_ERRAND_H
#define SYNC_ERRAND_H

#include "tlog/proof.h"

/* The largest grant (node/grants.h); a roster has 256 KiB and its signatures,
 * and the second note of evidence is a checkpoint. */
#define ERRAND_NOTE_SIZE_MAX ((size_t)4 << 20)
#define ERRAND_SIZE_MAX (ERRAND_NOTE_SIZE_MAX + NOTE_SIZE_MAX + 4096)

/* As many as a roster has nodes, and nodes that were revoked. */
#define ERRAND_LOGS_MAX 512
/* Lists wanted at once; the next ones follow when these are fetched. */
#define ERRAND_LISTS_MAX 16
#define ERRAND_WHY_SIZE_MAX 255
#define ERRAND_ANSWER_SIZE_MAX                                                 \
    (ERRAND_NOTE_SIZE_MAX + (size_t)ERRAND_LOGS_MAX * 512 + 8192)

enum errand_kind {
    ERRAND_STATE = 1,     /* what is the node's state, what does it want */
    ERRAND_COSIGN = 2,    /* cosign a log's checkpoint: tlog-witness */
    ERRAND_MIRRORED = 3,  /* the mirror's files are whole up to a checkpoint */
    ERRAND_HELD = 4,      /* a peer says how much of our log it holds */
    ERRAND_COSIGNED = 5,  /* others cosigned a checkpoint of our log */
    ERRAND_ROSTER = 6,    /* here is a roster */
    ERRAND_SEAL = 7,      /* make the grant of our keys for a node */
    ERRAND_GRANT = 8,     /* here is a grant for us */
    ERRAND_FETCHED = 9,   /* a wanted list lies in DIR/lists with its indexes */
    ERRAND_EVIDENCE = 10, /* a log signed what contradicts */
    ERRAND_CHECKED = 11,  /* rejoining: what a peer holds of our log */
    ERRAND_HEARD = 12     /* a node answered us, or asked us, lately */
};
#define ERRAND_KIND_MAX ERRAND_HEARD

/* What a log did; incidents have the same numbers. */
enum evidence_kind {
    EVIDENCE_FORK = 1,      /* two roots of one size */
    EVIDENCE_ROLLBACK = 2,  /* an older size, signed and served as the last */
    EVIDENCE_BAD_PROOF = 3, /* a larger size that does not begin with the
                               smaller one */
    EVIDENCE_BAD_ENTRY = 4  /* entries that are not under the root */
};
#define EVIDENCE_KIND_MAX EVIDENCE_BAD_ENTRY

/*
 * All bytes are borrowed.
 *
 * id        the courier's; comes back with the answer
 * origin    COSIGN, MIRRORED, EVIDENCE: whose log; HELD, CHECKED, HEARD:
 *           the peer;
 *           SEAL: for whom; ROSTER, GRANT: the peer who brought it, or empty
 * size      COSIGN: the old size that the proof begins at; HELD
 * proof     COSIGN; EVIDENCE_BAD_PROOF, where it is to be had: of the smaller
 *           size's root in the larger one's tree, which is then `sha256`
 * note      COSIGN, MIRRORED: the checkpoint, with all its signature lines;
 *           COSIGNED: our own checkpoint with others' cosignatures; ROSTER,
 *           GRANT; EVIDENCE: what was known first; CHECKED: our checkpoint as
 *           the peer has it, or empty when it has none
 * other     EVIDENCE: what contradicts it
 *
 * CHECKED with an empty origin: no more peers are going to be asked; `size` of
 * them could not be. It need not be sent: the keeper then waits some seconds
 * more for those that were not.
 */
struct errand {
    uint64_t id;
    enum errand_kind kind;
    struct bytes origin;
    uint64_t size;
    struct proof proof;
    struct bytes note;
    struct bytes other;
    struct hash sha256;
    enum evidence_kind evidence;
};

enum errand_verdict {
    ERRAND_TAKEN = 0,   /* and durable */
    ERRAND_KNOWN = 1,   /* nothing new; likewise good */
    ERRAND_REFUSED = 2, /* and `why` */
    ERRAND_LATER = 3    /* the disk is full, or the node stops: ask again */
};
#define ERRAND_VERDICT_MAX ERRAND_LATER

enum errand_mode {
    ERRAND_NORMAL = 0,
    ERRAND_ISOLATED = 1, /* no connection to or from anybody */
    ERRAND_REJOINING = 2 /* only our own log's checkpoints are asked of peers,
                            for CHECKED */
};

struct errand_log {
    struct bytes origin;
    uint64_t mirrored; /* size of the last MIRRORED that was taken */
    uint64_t cosigned; /* size of the last checkpoint cosigned here: where a
                          proof for COSIGN has to begin */
    bool seal_due;     /* our keys for this node changed since SEAL */
    bool forked;       /* it signed what contradicts; what goes on from what was
                          known first is taken all the same, or whoever steals
                          a key could stop that node's mirroring for good */
};

struct errand_list {
    struct bytes from; /* the node whose log offers it */
    struct hash sha256;
};

/* The nodes of the roster but our own, in its order, then those revoked. */
struct errand_state {
    enum errand_mode mode;
    bool has_roster;
    uint64_t roster_version;
    uint64_t size; /* of our log, as published */
    size_t log_count;
    struct errand_log logs[ERRAND_LOGS_MAX];
    size_t list_count;
    struct errand_list lists[ERRAND_LISTS_MAX];
};

/*
 * status  COSIGN: 200, 400, 403, 404, 409 or 422, as add-checkpoint answers
 * size    COSIGN with 409: the size last cosigned. ROSTER: the version in force
 * why     REFUSED: a clause and a sentence, for a person; no data of travellers
 * note    COSIGN with 200: our signature line. SEAL: the grant, or none when
 *         there is nothing to grant
 * state   to STATE
 */
struct errand_answer {
    uint64_t id;
    enum errand_verdict verdict;
    uint16_t status;
    uint64_t size;
    struct bytes why;
    struct bytes note;
    bool has_state;
    struct errand_state state;
};

/* ERRAND_SIZE_MAX is always enough; what does not fit sticks in `w`. */
void errand_encode(struct writer *w, const struct errand *errand);
MUST_CHECK enum err errand_parse(struct bytes in, struct errand *out,
                                 struct fault *fault);

/* ERRAND_ANSWER_SIZE_MAX is always enough. `*out` is some 40 KB, and filled in
 * part when refused. */
void errand_answer_encode(struct writer *w, const struct errand_answer *answer);
MUST_CHECK enum err errand_answer_parse(struct bytes in,
                                        struct errand_answer *out,
                                        struct fault *fault);

#endif
