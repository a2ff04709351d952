/*
 * Faults put into the nodes' code on purpose, to see that the simulation finds
 * them. They stand in no program but the test: two of them are functions of
 * ours that the linker puts in front of the real ones (--wrap, see Makefile),
 * one is a call of the disk.
 */
#ifndef SIM_BUG_H
#define SIM_BUG_H

#include "sim/disk.h"

enum bug {
    BUG_NONE,
    BUG_PROOF,  /* a witness does not look at consistency proofs */
    BUG_SYNC,   /* what was written is acknowledged before it is synced */
    BUG_ROSTER, /* an older roster is taken too */
    BUG_COUNT
};

extern const char *const BUG_NAMES[BUG_COUNT];

/* From here on, for the whole process. */
void bug_plant(enum bug bug);

/* Puts what is planted into the calls of a disk. */
void bug_disk(struct sim_disk *disk);

#endif
