/*
 * The officers of a machine, and what they were told is recorded: that is what
 * must be there for ever. Kept outside of the machine, whose disk may be lost.
 */
#ifndef SIM_BOOTH_H
#define SIM_BOOTH_H

#include "sim/machine.h"
#include "store_help.h"

#define BOOTH_KEPT_MAX 4096

struct booth_kept {
    uint64_t index;
    struct hash leaf;
    enum event_type type;
    uint64_t of; /* of a withdrawal of an own record: which */
    bool own;
};

struct booth {
    struct machine *machine;
    struct store_stream stream;
    size_t count;
    struct booth_kept kept[BOOTH_KEPT_MAX];

    /* Read these. */
    unsigned refused;        /* asks that were not acknowledged */
    int64_t acknowledged_ms; /* when the last one was */
};

void booth_init(struct booth *booth, struct machine *machine);

/* One act of an officer, if the machine is up; true when it was acknowledged.
 */
bool booth_act(struct booth *booth);

/* P2: all that was acknowledged is in the machine's log, entry by entry. The
 * machine is up. */
void booth_check(const struct booth *booth);

#endif
