/*
 * One machine of a simulated country: its disk, its clock, and the node's own
 * code on them, begun and ended as processes are. What fails is what the disk
 * was told to let fail; all else is a broken promise.
 */
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include "node/book.h"
#include "node/peers.h"
#include "sim/disk.h"
#include "sim/world.h"

/* Small, so that it begins anew now and then. */
#define MACHINE_JOURNAL_SIZE (64u << 10)

/* How a process ends. */
enum machine_end {
    MACHINE_STOP, /* it was asked to */
    MACHINE_KILL, /* as by `kill -9`: what was written stays */
    MACHINE_CUT   /* with the power */
};

struct machine {
    struct world *world;
    unsigned number;
    char name[32];
    struct config config;
    struct book_config book_config;
    struct test_random entropy;
    struct random random;
    struct sim_disk disk;
    struct book *book;
    struct peers *peers;
    bool up;
    /* The keeper's process has ended; those beside it must. May be NULL. */
    void (*gone)(void *context);
    void *gone_context;
    bool full;       /* appends are refused until book_settle() */
    int64_t skew_ms; /* how far its clock is ahead */

    /* Read these. */
    struct hash leaf; /* of what machine_record() recorded last */
    unsigned lives;
    unsigned faults; /* errors that its disk made */
};

/* What tells a machine from another. */
struct machine_place {
    const char *origin;
    enum node_kind kind;
    const char *place;
};

/* A machine without a node on it. The struct stays where it is. */
void machine_init(struct machine *machine, struct world *world, unsigned number,
                  const struct machine_place *place);
void machine_deinit(struct machine *machine);

/* A fresh disk, and a new node on it, not started. */
void machine_make(struct machine *machine);

/* Sets the clocks of its disk: before anything is done on it. */
void machine_clock(struct machine *machine);

/* Starts the node; false when its disk let that fail: then the process has
 * ended already. */
bool machine_start(struct machine *machine);

void machine_end(struct machine *machine, enum machine_end how);

/*
 * What the keeper does with an error of the book: true for OK and for a full
 * disk; for the rest the process ends, with the power where that is what
 * failed. Fails the run when nothing was to blame.
 */
bool machine_well(struct machine *machine, enum err e);

/* Records one event; false when it was not acknowledged. `*index` is where it
 * is in the log, and `machine->leaf` its hash. */
bool machine_record(struct machine *machine, struct event *event,
                    uint64_t *index);

/* What the keeper does between batches: publishes, gives space back, does what
 * is due about peers. */
void machine_turn(struct machine *machine);

#endif
