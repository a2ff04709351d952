/* What the keeper's half of many nodes has in common; see peers.h. */
#ifndef NODE_PEERS_INT_H
#define NODE_PEERS_INT_H

#include "node/grants.h"
#include "node/peers.h"
#include "store/nodes.h"
#include "sync/evidence.h"
#include "sync/mirror.h"
#include "sync/order.h"
#include "sync/witness.h"
#include "tlog/view.h"

/* "witness/", "rosters/" and their like, 64 digits, ".new" and a NUL. */
#define PEERS_PATH_SIZE (16 + 64 + 4 + 1)

_Static_assert(ROSTER_SIZE_MAX <= ERRAND_NOTE_SIZE_MAX,
               "a roster fits an errand");

/* How long the entries of a log wait for its keys; then they are folded as
 * what this node cannot read. */
#define PEERS_KEYS_WAIT_NS UINT64_C(60000000000)

/* How long a node that comes back waits for further peers once one was asked.
 */
#define PEERS_REJOIN_NS UINT64_C(3000000000)

/* How long a node may grant less than is held here before it is told of: an
 * order that it was given first has come here by then. */
#define PEERS_LACKS_NS UINT64_C(600000000000)

/* Incidents of one code about one log: told again after an hour, at the
 * earliest, so that nobody fills our log by misbehaving. */
#define PEERS_INCIDENT_NS UINT64_C(3600000000000)
#define PEERS_INCIDENTS_MAX 256

/* What a peer holds of our log, by its own signed copy: for rejoining. */
enum peer_check {
    PEER_UNCHECKED,
    PEER_SAME,    /* begins our log, as it must */
    PEER_NOTHING, /* it holds none of it */
    PEER_AHEAD,   /* our own signature over more than we have */
    PEER_FORK     /* our own signature over another past */
};

#define PEERS_MAX (ROSTER_NODES_MAX + ROSTER_REVOKED_MAX)

/* Another node of the roster in force, or one that was revoked: then `node`
 * has but origin, role and log key. */
struct peer {
    const struct roster_node *node;
    bool revoked;
    struct hash name; /* SHA-256 of its origin */
    char hex[ORIGIN_HEX_SIZE];

    struct witness_last last; /* cosigned here */
    bool forked;
    size_t evidence_count;

    uint64_t mirrored; /* verified checkpoint of its mirror; 0: none */
    struct hash mirrored_root;
    struct instant mirrored_at;
    uint64_t folded;    /* entries of it in the tables */
    uint64_t refused;   /* withdrawals of it that had no effect */
    uint64_t untimely;  /* events of it whose time cannot be */
    bool mirror_broken; /* its files do not lead to that checkpoint */
    uint64_t keys_wait_ns;
    bool keys_given_up; /* they did not come; nothing waits until some do */
    uint64_t lacks_ns;  /* since when its grants lack keys held here; 0: not */

    struct instant heard_at; /* it answered or asked */
    uint64_t held;           /* of our log, as it says */
    struct instant held_at;
    uint64_t cosigned; /* our log's size that it cosigned last */
    int64_t cosigned_s;

    bool sealed; /* our keys for it were made as of the next two */
    uint64_t sealed_changes;
    uint32_t sealed_from;
    size_t sealed_gone; /* revoked nodes' logs, of `count`, sealed for it */

    enum peer_check check;
    uint64_t check_size;
};

/* Said lately, not to be said again at once. */
struct peers_said {
    struct hash what; /* of code and origin */
    uint64_t at_ns;
};

/* A list that is fetched, while its bytes are compared with its name. */
struct peers_list {
    bool active;
    struct hash sha256;
    struct file file;
    uint64_t at;
    uint64_t size;
    struct hash_stream stream;
};

/* Nodes whose window custodians made wider. */
#define PEERS_WINDOWS_MAX 64
struct peers_window {
    struct hash name; /* SHA-256 of the origin */
    struct instant made;
    struct instant expires;
    uint32_t days;
};

/* A list that custodians ordered to be taken: of that name, and until then. */
struct peers_ordered {
    struct hash sha256;
    struct hash name; /* SHA-256 of the list's name */
    struct instant expires;
};

/* What a list has lost on a day, of 10,000 names and documents. */
#define PEERS_LOST_ALL 10000u
#define PEERS_LOST_MAX 100u
struct peers_lost {
    struct hash name; /* SHA-256 of the list's name */
    struct date day;
    uint32_t parts;
};

struct offers;

struct peers {
    struct book *book;
    struct os *os;
    struct folder dir;
    struct sign_key cosign;
    struct box_key box;
    uint8_t cosign_name[KEY_NAME_SIZE_MAX];
    size_t cosign_name_size;
    struct note_key log_key; /* our own */

    /* The roster in force, and room for the next one. */
    bool has_roster;
    struct roster *roster;
    uint8_t *note;
    size_t note_size;
    struct roster *next;
    uint8_t *next_note;
    const struct roster_node *self; /* NULL: it does not name this node */
    bool keys_differ; /* it names this node by other keys than are here */

    /* PEERS_MAX each: nodes in the roster's order, then those that were
     * revoked, whose logs are still kept; and the same while it changes. */
    size_t count;
    size_t node_count; /* of `count`, nodes */
    struct peer *list;
    struct peer *old;
    struct roster_node *gone; /* ROSTER_REVOKED_MAX: the revoked ones */

    enum errand_mode mode;
    struct instant mode_since;
    size_t reason_size;
    uint8_t reason[REASON_SIZE_MAX]; /* why isolated, or why it comes back */
    size_t actor_size;
    uint8_t actor[ACTOR_SIZE_MAX]; /* who asked to come back */
    bool rejoin_refused;
    char why[128];
    uint64_t checked_ns; /* when the first peer was asked; 0: none yet */

    bool quiet;    /* no booth waits */
    uint64_t span; /* entries that one event says while one may; 0: unknown */
    bool seen_any; /* checkpoint_seen was recorded, at */
    uint64_t seen_ns;
    uint64_t looked_ns; /* when peers_round() last looked; 0: never */
    bool seen_more;     /* and there was more than one event may say */
    bool no_news;       /* when it last looked; reset by what may bring some */
    size_t turn;        /* whose mirror is looked at first */
    bool stale;         /* the tables are to be rebuilt */
    uint32_t alarms;
    uint32_t incidents; /* told by the tables, as of so many entries */
    uint64_t incidents_of;
    struct instant opened;

    size_t said_count;
    struct peers_said said[PEERS_INCIDENTS_MAX];

    size_t refused_count; /* lists that were not taken, and are not wanted */
    struct hash refused[STORE_LISTS_MAX];
    struct date refused_day; /* and on the next they are looked at again */
    size_t lost_count;
    struct peers_lost lost[STORE_LISTS_MAX];
    size_t window_count;
    struct peers_window windows[PEERS_WINDOWS_MAX];
    size_t ordered_count; /* lists that custodians ordered to be taken */
    struct peers_ordered ordered[STORE_LISTS_MAX];
    const struct peer *orders_refused; /* whose log brought it; in this batch */
    bool orders_taken;                 /* some, that are to be carried out */
    struct date orders_day;            /* of the next */
    size_t orders_refused_count;
    struct peers_list fetched;

    /* Room to work in. */
    struct errand_answer *answer;
    struct errand *errand;
    struct note *parsed;
    struct note kept;
    struct order *order;
    struct offers *offers;
    struct arena arena;
    struct arena grant_arena; /* GRANT_ARENA_SIZE */
    uint8_t *text;            /* NOTE_SIZE_MAX */
    uint8_t *other;           /* EVIDENCE_FILE_SIZE_MAX */
    uint8_t *bundle;          /* BUNDLE_SIZE_MAX */
    uint8_t *cosigned;        /* log/cosigned; NOTE_SIZE_MAX */
    size_t cosigned_size;     /* of the file; 0: none */
    uint64_t cosigned_covers;
};

/* ----- peers.c ----- */

/* Another node by its origin; NULL when it is none of the roster's. */
struct peer *peers_find(struct peers *peers, struct bytes origin);

/* The time by our clock, but never before our last record, wherever somebody
 * has set it to. REC 2.5 */
struct instant peers_now(const struct peers *peers);

/* "FOLDER/HEX", NUL-terminated. */
void peers_path(const char *folder, const char *name,
                char out[PEERS_PATH_SIZE]);

/* The prefix of a mirror below DIR, for a log_view. */
void peers_mirror(const struct peer *peer, char out[MIRROR_PREFIX_SIZE]);

/* Makes the folder if it is not there, durably. */
MUST_CHECK enum err peers_folder(struct peers *peers, const char *folder);

/* Replaces "FOLDER/NAME" at once and durably. */
MUST_CHECK enum err peers_replace(struct peers *peers, const char *folder,
                                  const char *name, struct bytes content);

/* Records one event in a batch of its own, and folds it. */
MUST_CHECK enum err peers_record(struct peers *peers, struct event *event);

/*
 * Records what an officer must be told, unless the same was told lately.
 *
 * origin    whose log it is about, or empty; `peer` has room for what is told
 * evidence  of the file kept; NULL: none
 */
MUST_CHECK enum err peers_incident(struct peers *peers, const char *code,
                                   struct bytes origin, const char *summary,
                                   const struct hash *evidence);

/* Whether something was said of that log within PEERS_INCIDENT_NS; and that it
 * is said now. */
bool peers_said_lately(struct peers *peers, const char *what,
                       struct bytes origin);
void peers_said_now(struct peers *peers, const char *what, struct bytes origin);

/* The node is back from isolation. */
MUST_CHECK enum err peers_back(struct peers *peers);

/* A fault in words for who asked, with its clause; until the next. */
const char *peers_why(struct peers *peers, const struct fault *fault);

/* The answer refuses, and why. `why` is a constant. */
void peers_refuse(struct peers *peers, const char *why);
void peers_refuse_fault(struct peers *peers, const struct fault *fault);

/* Whether a role of ours has the right. */
bool peers_own_right(const struct peers *peers, enum roster_right right);

/* The oldest epoch of others' keys that this node, or a node of that role, may
 * hold; false when it may hold none. */
bool peers_first_epoch(const struct peers *peers,
                       const struct roster_node *node, uint32_t *epoch);

/* ----- peers_roster.c ----- */

/* Reads DIR/roster; finishes the change that a crash interrupted. */
MUST_CHECK enum err peers_roster_load(struct peers *peers);

/*
 * Judges a roster and takes it. ERR_SIGNATURE, ERR_CONFLICT, ERR_FORMAT,
 * ERR_SHORT, ERR_LIMIT with the reason in `fault`: refused; ERR_NOT_FOUND: it
 * is the one in force. All else is the book's.
 */
MUST_CHECK enum err peers_roster_take(struct peers *peers, struct bytes note,
                                      struct fault *fault);
MUST_CHECK enum err peers_roster_errand(struct peers *peers,
                                        const struct errand *errand);

/* ----- peers_witness.c ----- */

/* What was cosigned here before, and the evidence kept. */
MUST_CHECK enum err peers_witness_load(struct peers *peers);
MUST_CHECK enum err peers_cosign(struct peers *peers,
                                 const struct errand *errand);
MUST_CHECK enum err peers_evidence(struct peers *peers,
                                   const struct errand *errand);

/* Keeps a contradiction of the log of `origin`, and records it. */
MUST_CHECK enum err peers_keep(struct peers *peers, struct bytes origin,
                               struct peer *peer,
                               const struct evidence *evidence);

/* ----- peers_own.c ----- */

MUST_CHECK enum err peers_own_load(struct peers *peers);
MUST_CHECK enum err peers_cosigned(struct peers *peers,
                                   const struct errand *errand);
void peers_heard(struct peers *peers, const struct errand *errand);
MUST_CHECK enum err peers_held(struct peers *peers,
                               const struct errand *errand);
MUST_CHECK enum err peers_rejoin_look(struct peers *peers, bool now);
MUST_CHECK enum err peers_checked(struct peers *peers,
                                  const struct errand *errand);

/* ----- peers_seen.c ----- */

MUST_CHECK enum err peers_seen_load(struct peers *peers);
MUST_CHECK enum err peers_mirrored(struct peers *peers,
                                   const struct errand *errand);
MUST_CHECK enum err peers_see(struct peers *peers, bool *more);

/* ----- peers_keys.c ----- */

MUST_CHECK enum err peers_seal(struct peers *peers,
                               const struct errand *errand);
MUST_CHECK enum err peers_grant(struct peers *peers,
                                const struct errand *errand);
bool peers_seal_due(const struct peers *peers, const struct peer *peer);
MUST_CHECK enum err peers_age(struct peers *peers);

/* Tells of whoever has destroyed keys without an order. SYN 8.4 */
MUST_CHECK enum err peers_lacks(struct peers *peers);

/* ----- peers_lists.c ----- */

MUST_CHECK enum err peers_lists_open(struct peers *peers);
/* The lists that others offer and that are to be fetched. */
MUST_CHECK enum err peers_lists_wanted(struct peers *peers,
                                       struct errand_state *state);
MUST_CHECK enum err peers_fetched(struct peers *peers,
                                  const struct errand *errand);
MUST_CHECK enum err peers_lists_go_on(struct peers *peers, bool *more);

/* ----- peers_show.c ----- */

MUST_CHECK enum err peers_alarms_count(struct peers *peers);

/* ----- peers_orders.c ----- */

/* Where a span of a centre's log has to end so that not too many orders are in
 * it: at most `size`. */
MUST_CHECK enum err peers_orders_end(struct peers *peers,
                                     const struct peer *peer, uint64_t size,
                                     uint64_t *end);

/* Puts into the running batch what the orders in the span come to. */
MUST_CHECK enum err peers_orders_put(struct peers *peers,
                                     const struct peer *peer, uint64_t size);

/* After the batch: tells of those that were refused. */
MUST_CHECK enum err peers_orders_tell(struct peers *peers);

/* ----- peers_obey.c ----- */

/* Does what all orders taken so far demand; what is done stays done. */
MUST_CHECK enum err peers_obey(struct peers *peers);

/* Whether custodians ordered that this list may be taken as the one of that
 * name though more than 1 % is lost by it, and the order still holds. */
bool peers_order_lists(const struct peers *peers, const struct hash *sha256,
                       struct bytes name);

/* How many days of keys a node may hold whose role has the hot window's. */
uint32_t peers_window_days(const struct peers *peers, struct bytes origin);

#endif
