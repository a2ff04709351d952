/* What the link's files share: link.c goes through the rounds, link_turn.c
 * knows which log is in turn, link_fetch.c takes what the peer has of a log,
 * link_push.c brings it what we have, link_items.c sees to rosters, grants and
 * lists. */
#ifndef SYNC_LINK_INT_H
#define SYNC_LINK_INT_H

#include "sync/link.h"

enum link_phase {
    PHASE_WAIT,
    PHASE_STATE,
    PHASE_CHECK, /* our own node rejoins: the only one */
    PHASE_BRING, /* the peer rejoins: likewise */
    PHASE_ROSTERS,
    PHASE_LOGS,
    PHASE_GRANTS,
    PHASE_SEALS,
    PHASE_DELIVERIES,
    PHASE_LISTS
};

/* What is done about one log, in this order. */
enum link_part {
    PART_HELD,
    PART_OWN_NOTE,
    PART_ROLLBACK,
    PART_FETCH,
    PART_MERGE,
    PART_PUSH,
    PART_WITNESS,
    PART_END
};

/* What the message or errand under way is for. */
enum link_doing {
    DOING_NOTHING,
    DOING_STATE,
    DOING_CHECK,
    DOING_BRING,
    DOING_ROSTER_GET,
    DOING_ROSTER_POST,
    DOING_HELD,
    DOING_OWN_NOTE,
    DOING_ROLLBACK,
    DOING_FETCH_NOTE,
    DOING_FETCH,
    DOING_FETCH_PAST,
    DOING_MERGE_NOTE,
    DOING_MERGE_POST,
    DOING_PUSH,
    DOING_PUSH_JUDGE,
    DOING_PUSH_PAST,
    DOING_WITNESS,
    DOING_GRANT,
    DOING_SEAL,
    DOING_DELIVERY,
    DOING_LIST
};

/* A call of one of the link's functions. */
struct link_turn {
    struct link *link;
    const struct sync_host *host;
    uint64_t now_ns;
};

/* The regions of the link's memory. */
struct block link_state_room(const struct link *link);
struct block link_note_room(const struct link *link);
struct block link_work(const struct link *link);

/* The checkpoint in the note's room. */
struct bytes link_note(const struct link *link);
/* Puts one there; false when it is too large. */
bool link_note_set(struct link *link, struct bytes note);

/* The log in turn: its origin; NULL and no bytes when it is our own. */
struct bytes link_log_origin(const struct link_turn *turn);
struct mirrors_log *link_mirror(const struct link_turn *turn);
bool link_is_own(const struct link_turn *turn);
/* What the peer says of it; NULL. */
const struct state_log *link_theirs(const struct link_turn *turn);
/* The record of a log, made when it is new. */
struct link_log *link_log_of(struct link *link, const struct hash *name);

const struct roster_node *link_peer(const struct link_turn *turn);
const struct roster_node *link_own(const struct link_turn *turn);

/* Makes the message; both say LINK_ASK or LINK_ERRAND for link_next(). */
enum link_step link_ask(const struct link_turn *turn, enum link_doing doing,
                        const struct route *route, struct bytes body);
enum link_step link_errand(const struct link_turn *turn, enum link_doing doing,
                           const struct errand *errand);

/* Nothing more of this log for a while. */
void link_refuse(const struct link_turn *turn, const char *trouble);

/* The exchange has failed: so has the round. */
void link_fail(const struct link_turn *turn, const char *trouble);

/* A checkpoint of the log in turn, which is not our own, beside what we know:
 * as mirror_judge(); of a contradiction the keeper will hear. */
MUST_CHECK enum err link_judge(const struct link_turn *turn, struct bytes note,
                               struct checkpoint *out);
/* Our own checkpoint, in the note's room. */
MUST_CHECK enum err link_own_note(const struct link_turn *turn,
                                  struct checkpoint *out);

/* What is next; LINK_WAIT: nothing. */
enum link_step link_fetch_next(const struct link_turn *turn);
enum link_step link_merge_next(const struct link_turn *turn);
enum link_step link_rollback_next(const struct link_turn *turn);
enum link_step link_own_note_next(const struct link_turn *turn);
enum link_step link_push_next(const struct link_turn *turn);
enum link_step link_witness_next(const struct link_turn *turn);
enum link_step link_rosters_next(const struct link_turn *turn);
enum link_step link_grants_next(const struct link_turn *turn);
enum link_step link_seals_next(const struct link_turn *turn);
enum link_step link_deliveries_next(const struct link_turn *turn);
enum link_step link_lists_next(const struct link_turn *turn);

/* Replies with a status, whatever it is but 429 and 503. */
void link_fetch_reply(const struct link_turn *turn, const struct reply *reply);
void link_push_reply(const struct link_turn *turn, const struct reply *reply);
void link_items_reply(const struct link_turn *turn, const struct reply *reply);

/* Errands answered, whatever the verdict but ERRAND_LATER. */
void link_items_done(const struct link_turn *turn,
                     const struct errand_answer *answer);

void link_list_close(struct link *link, const struct sync_host *host);

#endif
