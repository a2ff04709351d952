/*
 * The keeper's half of many nodes: what the node believes of others, and on
 * what grounds. It verifies what the courier brings, cosigns, keeps evidence,
 * and turns into events of the own log whatever is to have an effect here.
 * Functions over a book, without sockets: the keeper calls them between its
 * batches, the simulator from its own loop. SYN 1.3, 4, 5.5, 6
 *
 *     DIR/roster            the roster in force, replaced at once
 *     DIR/rosters/N         every version taken
 *     DIR/witness/HEX       the last checkpoint of that log cosigned here
 *     DIR/log/cosigned      the own log's largest checkpoint that others
 *                           cosigned, with their lines
 *     DIR/evidence/NAME     two signed checkpoints that contradict
 *
 * Calls that change something are made while no batch of the book is running:
 * they begin, commit and fold their own. Their errors are the book's: ERR_FULL
 * leaves all whole, ERR_IO and ERR_CORRUPT are the end.
 */
#ifndef NODE_PEERS_H
#define NODE_PEERS_H

#include "node/book.h"
#include "sync/errand.h"
#include "tlog/view.h"

#define PEERS_ROSTER_FILE "roster"
#define PEERS_JOIN_FILE "roster.join"
#define PEERS_ROSTERS_FOLDER "rosters"
#define PEERS_WITNESS_FOLDER "witness"
#define PEERS_EVIDENCE_FOLDER "evidence"
#define PEERS_COSIGNED_FILE VIEW_LOG_PREFIX VIEW_COSIGNED_FILE

/* How long after one checkpoint_seen the next may follow; and when there is
 * nothing new but others' checkpoint_seen, by which two nodes would else keep
 * each other writing: then it follows after that time, so that a node is heard
 * of. SYN 1.6 */
#define PEERS_SEEN_MS INT64_C(2000)
#define PEERS_SEEN_IDLE_MS INT64_C(3600000)

/* Pieces of evidence kept against one log: it has said enough by then. */
#define PEERS_EVIDENCE_MAX 16

struct peers;

/*
 * Reads what DIR knows of peers; takes all memory that is ever needed. The book
 * is open, started, and borrowed until peers_close(). A DIR without a roster is
 * a node alone: all calls are allowed then, and do little.
 *
 * ERR_CORRUPT  a file of ours is not what we wrote; `book->step` says which
 */
MUST_CHECK enum err peers_open(struct peers **out, struct book *book);

/* Takes `= NULL` too. */
void peers_close(struct peers *peers);

/*
 * Takes one errand and writes the answer, for which ERRAND_ANSWER_SIZE_MAX is
 * room enough. What the answer says is durable. ERR_FORMAT: no errand at all.
 */
MUST_CHECK enum err peers_errand(struct peers *peers, struct bytes in,
                                 struct writer *out);

/*
 * Does what is due by now: records which checkpoints of mirrors are seen from
 * here on (at most BOOK_SEEN_ENTRIES_MAX entries of others at a time, so that
 * no booth waits), takes up lists and orders that others' logs offer, and looks
 * at what expires. `*more` says whether another call has work at once.
 */
MUST_CHECK enum err peers_round(struct peers *peers, bool *more);

/* Whether no booth has asked for some seconds: then rounds take
 * BOOK_SEEN_SPAN_MAX entries at a time. */
void peers_quiet(struct peers *peers, bool quiet);

/* When peers_round() is due again at the latest, in milliseconds from now. */
int peers_wait_ms(const struct peers *peers);

/*
 * Cuts the node off, or asks to let it back: an isolated node is back when its
 * log has been proved consistent with what its peers hold (ERRAND_CHECKED).
 * Recorded. `reason` is not empty, at most REASON_SIZE_MAX.
 */
MUST_CHECK enum err peers_isolate(struct peers *peers, struct bytes actor,
                                  struct bytes reason);
MUST_CHECK enum err peers_rejoin(struct peers *peers, struct bytes actor,
                                 struct bytes reason);
enum errand_mode peers_mode(const struct peers *peers);

/* How many things an officer must be told of, as of the last round. */
uint32_t peers_alarms(const struct peers *peers);

/* Whether the tables are to be rebuilt, since keys came late or went: the book
 * is to be closed and opened again before anybody opens the store anew. */
bool peers_stale(const struct peers *peers);

/*
 * Takes a roster that an operator hands over, the first one too. ERR_DENIED:
 * refused, with the reason in `*why` (a constant, borrowed).
 */
MUST_CHECK enum err peers_join(struct peers *peers, struct bytes note,
                               const char **why);

/* The same of the roster that lies in DIR/roster.join, where whoever asks has
 * put it: it may be larger than an ask. */
MUST_CHECK enum err peers_join_file(struct peers *peers,
                                    const struct hash *sha256,
                                    const char **why);

/* The same with an order of the custodians. */
MUST_CHECK enum err peers_order(struct peers *peers, struct bytes note,
                                const char **why);

/* GET /v1/peers: the whole answer as JSON. ERR_LIMIT. */
MUST_CHECK enum err peers_show(struct peers *peers, struct writer *out);

#endif
