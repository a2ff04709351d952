/*
 * What a desk asks the keeper, and the answer: the messages inside the frames
 * of the channel between the two. One encoding; both sides are hostile to each
 * other. API 5.
 *
 *     ask     u8 version 1, u8 kind, u8 flags, u64 id, [u64 time ms],
 *             [16 bytes key, 16 bytes request], then by kind
 *       append    u16 size, event
 *       crossing  u64 inspection, u8 decision, u16 reasons, u8 size, lane,
 *                 u8 size, actor
 *       record    u64 index, u8 size, actor
 *       status, folded, peers  nothing
 *       mode      u8 mode, u16 size, reason, u8 size, actor
 *       roster    32 bytes SHA-256
 *       order     u16 size, note
 *     answer  u8 version 1, u8 problem, u8 flags, u64 id, u64 size,
 *             u64 published, u64 folded, u64 index, [32 bytes leaf hash,
 *             u16 size, event], [u16 size, entry], [u64 started ms, u64 inside,
 *             u8 count, count times u64], [u32 size, text]
 */
#ifndef API_ASK_H
#define API_ASK_H

#include "base/err.h"
#include "crypto/hash.h"
#include "record/event.h"

enum ask_kind {
    ASK_APPEND = 1,   /* record `event` */
    ASK_CROSSING = 2, /* decide on an inspection */
    ASK_RECORD = 3,   /* look at an entry; the look is recorded where due */
    ASK_STATUS = 4,   /* whether appends are taken, and figures */
    ASK_FOLDED = 5,   /* answered when all that was answered before is in the
                         tables */
    ASK_PEERS = 6,    /* how the node stands with others, as JSON */
    ASK_MODE = 7,     /* isolate, or rejoin */
    ASK_ROSTER = 8,   /* take the roster that lies in the node's folder */
    ASK_ORDER = 9     /* take an order of the custodians */
};

/*
 * id           the desk's; comes back with the answer
 * wants_proof  answer only when a published checkpoint covers the entry, and
 *              with the entry's exact bytes
 * time         of the event; on sample nodes only, others refuse it
 * key          by which a repeated request is known. The keeper looks for
 *              `key.key` first: found with the same `key.request` the answer is
 *              the record made then; found with another, PROBLEM_KEY_REUSED.
 *              To `request` of a crossing the keeper adds who crosses and which
 *              way, since it is of all but the inspection
 * event        ASK_APPEND: one event as event_encode() makes it: an inspection,
 *              a late record, a correction or an access. Its time and place are
 *              the desk's guess and replaced by the keeper; its request_key, if
 *              it has one, is the one above
 * index        ASK_CROSSING: the inspection's; ASK_RECORD: the entry's
 * decision, reasons, lane, actor
 *              ASK_CROSSING; direction and document are the inspection's.
 *              ASK_RECORD: the actor of the access; ASK_MODE: who wants it
 * mode, reason ASK_MODE
 * sha256       ASK_ROSTER: of the file
 * note         ASK_ORDER
 *
 * All bytes are borrowed.
 */
struct ask {
    uint64_t id;
    enum ask_kind kind;
    bool wants_proof;
    bool has_time;
    struct instant time;
    struct request_key key;
    struct bytes event;
    uint64_t index;
    enum decision decision;
    uint16_t reasons;
    struct bytes lane;
    struct bytes actor;
    enum mode mode;
    struct bytes reason;
    struct hash sha256;
    struct bytes note;
};

/* Why there is no record; API 3.3. */
enum problem {
    PROBLEM_NONE = 0,
    PROBLEM_MALFORMED,          /* the keeper refuses the ask's content */
    PROBLEM_NO_SUCH_RECORD,     /* past the end of the log */
    PROBLEM_NO_SUCH_INSPECTION, /* that entry is no inspection */
    PROBLEM_NO_DOCUMENT,        /* the inspection could not be read */
    PROBLEM_DECIDED,            /* the inspection has a decision already */
    PROBLEM_KEY_REUSED,         /* the key belongs to another request */
    PROBLEM_ERASED,             /* the entry's key was destroyed */
    PROBLEM_NOT_CORRECTABLE,    /* that record has no such field */
    PROBLEM_TIME,               /* a time on a node that is no sample */
    PROBLEM_STARTING,           /* the keeper is replaying the log */
    PROBLEM_STOPPING,
    PROBLEM_DISK_FULL,
    PROBLEM_READ_ONLY,        /* the disk takes no writes */
    PROBLEM_TROUBLE,          /* any other trouble of the keeper */
    PROBLEM_NO_SUCH_HIT,      /* the inspection has no hit of that number */
    PROBLEM_WITHDRAWN,        /* it was withdrawn before */
    PROBLEM_NOT_WITHDRAWABLE, /* that record is no alert and no order */
    PROBLEM_NO_SUCH_LIST,     /* its file is not there, or is no list */
    PROBLEM_LIST_SHRUNK,      /* by more than one entry of a hundred */
    PROBLEM_LIST_IN_FORCE,    /* already: nothing is to be recorded */
    PROBLEM_NO_SUCH_PLACE,    /* no post of that place is configured */
    PROBLEM_REFUSED,          /* a roster or an order; `text` says why */
    PROBLEM_KEEPER_GONE /* said by the desk itself: no keeper, or it went away
                           with the ask, or was late: unknown whether recorded
                         */
};
#define PROBLEM_COUNT (PROBLEM_KEEPER_GONE + 1)

/* Appends of each event type since the keeper started, by enum event_type. */
#define STATUS_TYPES_MAX EVENT_TYPE_COUNT

struct keeper_status {
    struct instant started;
    uint64_t inside; /* persons */
    size_t type_count;
    uint64_t appended[STATUS_TYPES_MAX];
};

/*
 * size, published, folded  of the log, in entries; always
 * index, leaf, event       with PROBLEM_NONE to all but ASK_STATUS and
 *                          ASK_FOLDED: the record,
 *                          the event as it was recorded. With PROBLEM_DECIDED
 *                          `index` alone: the record that decided; 0 when it
 *                          is too far to be looked for
 * entry                    when `wants_proof`
 * status                   to ASK_STATUS; `problem` then says why no appends
 *                          are taken
 * text                     to ASK_PEERS; and with PROBLEM_REFUSED
 */
struct answer {
    uint64_t id;
    enum problem problem;
    uint64_t size;
    uint64_t published;
    uint64_t folded;
    bool has_record;
    uint64_t index;
    struct hash leaf;
    struct bytes event;
    bool has_entry;
    struct bytes entry;
    bool has_status;
    struct keeper_status status;
    bool has_text;
    struct bytes text;
};

/* A country of 256 nodes, with who cosigned each. */
#define ANSWER_TEXT_SIZE_MAX (384u << 10)

#define ASK_SIZE_MAX (256 + EVENT_SIZE_MAX)
#define ANSWER_SIZE_MAX (512 + EVENT_SIZE_MAX + 65535 + ANSWER_TEXT_SIZE_MAX)

/* ASK_SIZE_MAX is always enough; what does not fit sticks in `w`. Texts and
 * events must be within the bounds of record/event.h. */
void ask_encode(struct writer *w, const struct ask *ask);
MUST_CHECK enum err ask_parse(struct bytes in, struct ask *out,
                              struct fault *fault);

void answer_encode(struct writer *w, const struct answer *answer);
MUST_CHECK enum err answer_parse(struct bytes in, struct answer *out,
                                 struct fault *fault);

#endif
