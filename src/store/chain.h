/*
 * A traveller's crossings, hung from one another by time, newest first; what a
 * person's row sums up of them; and the counts of all. STO 2.4, 2.5, 4.1
 */
#ifndef STORE_CHAIN_H
#define STORE_CHAIN_H

#include "base/date.h"
#include "store/tables.h"

/* A tally's id: quarter of an hour << 34 | 32 bits of the nationality << 2 |
 * kind; where two nationalities meet, one moves on by TALLY_STEP. */
#define TALLY_QUARTER_SHIFT 34
#define TALLY_STEP 4

/* Quarters of an hour since 1970. */
int64_t tally_quarter(struct instant instant);

/* Whether one crossing comes after another: by time, then by record. */
bool chain_after(int64_t time_ms, int64_t id, int64_t other_ms, int64_t other);

/* Puts the crossing's row into its person's chain and into all counts. */
void chain_link(struct tables *tables, int64_t id);

/* Takes it out of both; its row stays. */
void chain_unlink(struct tables *tables, int64_t id);

#endif
