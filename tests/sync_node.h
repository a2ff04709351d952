/*
 * A node of the invented country (roster_made.h) for tests of sync/: its own
 * log on a simulated disk, its mirrors, links and answers, and a keeper that
 * does at once what a keeper does with errands, and remembers them.
 */
#ifndef TESTS_SYNC_NODE_H
#define TESTS_SYNC_NODE_H

#include "roster_made.h"
#include "sim/disk.h"
#include "sync/grantbox.h"
#include "sync/link.h"
#include "sync/serve.h"
#include "sync/witness.h"
#include "test.h"

#define SYNC_NODES 4
#define SYNC_NODE_LOGS_MAX 8
#define SYNC_NODE_ENTRY_MAX 700
#define SYNC_NODE_EVIDENCE_MAX 8

/* In the order of the roster. */
enum { ARDEN, BRINK, CENTRE, WATCH };

struct sync_kept_evidence {
    enum evidence_kind kind;
    bool proved; /* EVIDENCE_BAD_PROOF: to anybody */
    char origin[64];
};

struct sync_node {
    struct sim_disk disk;
    struct folder dir;
    struct bytes origin;
    struct sign_key key;
    struct sign_key cosign;
    const struct roster *roster;
    struct edge edge; /* of its own log */
    uint8_t salt;     /* another one writes another history */
    uint8_t *tail;    /* of its last bundle */
    size_t tail_size;

    struct sync_host host;
    struct errand_state state;
    struct mirrors mirrors;
    struct mirrors_log *logs;
    struct grantbox *grants;
    uint8_t *scratch;
    struct serve serve;
    struct arena arena;
    struct link *links[SYNC_NODES]; /* to the node of that number, or NULL */

    /* What its keeper was told. */
    struct witness_last last[SYNC_NODES];
    uint64_t mirrored[SYNC_NODES];
    uint64_t held[SYNC_NODES]; /* of ours, by whom */
    unsigned cosigned; /* cosignatures of ours that were brought, good ones */
    size_t evidence_count;
    struct sync_kept_evidence evidence[SYNC_NODE_EVIDENCE_MAX];
    unsigned errands;
    unsigned took[ERRAND_KIND_MAX + 1];
    enum errand_verdict verdict; /* of ROSTER, GRANT, FETCHED, CHECKED */
    struct bytes taken;          /* the last note of these; in the world */
    struct hash fetched;
    struct bytes seal; /* what it makes for SEAL */
    uint8_t answer_note[NOTE_LINE_SIZE_MAX];
};

/* What happens to a message on its way; NULL: nothing. */
struct sync_mangler {
    /* May change the bytes in place, `*size` downwards; false: it is lost. */
    bool (*mangle)(void *context, const struct message *message, uint8_t *body,
                   size_t *size);
    void *context;
};

struct sync_world {
    struct roster_made made;
    uint8_t note[ROSTER_SIZE_MAX];
    struct bytes roster_note;
    struct sync_node nodes[SYNC_NODES];
    uint64_t now_ns;
    struct sync_mangler requests; /* their bodies */
    /* One message in so many arrives twice, one answer comes once more when
     * the next question is asked; 0: none. */
    unsigned doubled_in;
    unsigned late_in;
    struct test_random *random;
    uint64_t late_id;
    struct link *late_to;
    size_t late_size;
    uint64_t doubled;
    uint64_t late;
    struct sync_mangler replies;
    uint64_t exchanges;
    uint8_t *copy;
};

/* Four nodes with empty logs and no links. */
void sync_world_init(struct sync_world *world, uint64_t seed);
void sync_world_deinit(struct sync_world *world);

/* `from` calls `to`. */
void sync_world_link(struct sync_world *world, unsigned from, unsigned to);

/* Appends entries to the node's own log and publishes, beside its disk's
 * faults. */
void sync_node_grow(struct sync_node *node, uint64_t size);
/* Forgets its past, on its disk too, to write another one. */
void sync_node_rewrite(struct sync_node *node, uint8_t salt, uint64_t size);
/* The entry at `index`. */
struct bytes sync_node_entry(const struct sync_node *node, uint64_t index,
                             uint8_t block[SYNC_NODE_ENTRY_MAX]);

/* The process of the node starts anew on its disk. */
void sync_node_restart(struct sync_world *world, unsigned number);

/* One question from one node to another, its answer until the next one; errands
 * are answered. */
struct reply sync_world_ask(struct sync_world *world, unsigned from,
                            unsigned to, enum message_method method,
                            const char *path, struct bytes body);

/* Everything goes on for so long. */
void sync_world_run(struct sync_world *world, uint64_t ms);

/* Fails the test unless what `holder` has kept of `of` is a prefix of its log
 * under a checkpoint of it, file by file; returns its size. */
uint64_t sync_world_check(struct sync_world *world, unsigned holder,
                          unsigned of);

#endif
