/*
 * Some nodes of an invented country for tests, each with a real book on a real
 * folder and the keeper's half of many nodes, and in place of couriers the
 * test: it copies logs into mirrors and runs errands.
 */
#ifndef TESTS_PEERS_MADE_H
#define TESTS_PEERS_MADE_H

#include "failing.h"
#include "node/peers.h"
#include "roster_made.h"

#define PEERS_MADE_MAX 3
#define PEERS_MADE_NOTE 65536

struct peers_node {
    struct failing failing;
    struct config config;
    struct book_config book_config;
    struct book *book;
    struct peers *peers;
    char path[96];
    char cosigner[KEY_NAME_SIZE_MAX + 1];
};

/* nodes[0] is the centre, the others are posts. */
struct peers_made {
    char path[64];
    size_t count;
    struct peers_node nodes[PEERS_MADE_MAX];
    struct roster roster;
    uint8_t block[PEERS_MADE_NOTE]; /* the last roster's note */
    uint8_t checkpoint[PEERS_MADE_NOTE];
    uint8_t in[ERRAND_SIZE_MAX];
    uint8_t out[ERRAND_ANSWER_SIZE_MAX];
    struct errand_answer answer; /* to the last errand; borrows from `out` */
};

/* A test's setup and teardown: `*state` is so many nodes with keys and without
 * a roster; peers_made_join() gives all of them version 1. */
int peers_made_two(void **state);
int peers_made_three(void **state);
int peers_made_end(void **state);
void peers_made_join(struct peers_made *made);

/* The roster as it stands, signed by the custodians named. */
struct bytes peers_made_roster(struct peers_made *made, const char *signers);

/* A node's process dies, and lives again. */
void peers_node_down(struct peers_node *node);
void peers_node_up(struct peers_node *node);
void peers_node_again(struct peers_node *node);

/* Some seconds pass for all. */
void peers_made_pass(struct peers_made *made, int64_t ms);

/* Runs an errand at a node; the answer is in made->answer. */
enum errand_verdict peers_made_errand(struct peers_made *made,
                                      struct peers_node *node,
                                      const struct errand *errand);

/* A node's published checkpoint, after publishing; borrowed until the next. */
struct bytes peers_made_checkpoint(struct peers_made *made,
                                   struct peers_node *node);

/* What a courier does: `to` gets the keys and the log of `from`, and is told.
 */
void peers_made_grant(struct peers_made *made, struct peers_node *from,
                      struct peers_node *to);
void peers_made_mirror(struct peers_made *made, struct peers_node *from,
                       struct peers_node *to);

/* Both, and some seconds later `to` has seen what there is. */
void peers_made_exchange(struct peers_made *made, struct peers_node *from,
                         struct peers_node *to);

/* How often the traveller of peers_made_crossing() crossed, as a node knows. */
uint64_t peers_made_seen(struct peers_node *node, const char *number);

/* Rounds of a node until nothing is left to be done at once. */
void peers_made_rounds(struct peers_node *node);

/* Records an event at a node; its index. */
uint64_t peers_made_record(struct peers_node *node, struct event *event);

/* A crossing on paper: a traveller with that document. */
uint64_t peers_made_crossing(struct peers_node *node, const char *number);

/* How many events of the type are in a node's log, and of the code when they
 * are incidents; NULL: any. */
size_t peers_made_count(struct peers_node *node, enum event_type type,
                        const char *code);

#endif
