/*
 * What the keeper remembers so that a decision a few seconds after its scan
 * costs no look into the log or the tables: recent inspections, and what the
 * running batch holds. Forgetting any of it changes no answer.
 */
#ifndef NODE_RECENT_H
#define NODE_RECENT_H

#include "record/event.h"

/* Half an hour of a large airport; a usual inspection has some 350 bytes. */
#define RECENT_MAX 16384u
#define RECENT_SIZE_MAX 752

struct recent_inspection {
    uint64_t index;
    bool used;
    bool decided;
    uint16_t size;
    uint64_t decision; /* index of the record that decided */
    uint8_t plain[RECENT_SIZE_MAX];
};

/* Inspection i is in place i modulo RECENT_MAX. */
struct recent {
    struct recent_inspection inspections[RECENT_MAX];
};

/* Too large a one is not remembered. */
void recent_put(struct recent *recent, uint64_t index, struct bytes plain);
void recent_forget(struct recent *recent, uint64_t index);
void recent_decide(struct recent *recent, uint64_t index, uint64_t decision);

/* NULL when it is not remembered. */
const struct recent_inspection *recent_find(const struct recent *recent,
                                            uint64_t index);

/* ----- The running batch. ----- */

#define RECENT_BATCH_PLACES 16384u /* four times what a batch holds */

struct recent_place {
    uint32_t batch; /* which this belongs to */
    bool is_key;
    uint64_t inspection;
    struct request_key key;
    size_t item;
};

struct recent_batch {
    uint32_t batch; /* from 1 */
    struct recent_place places[RECENT_BATCH_PLACES];
};

void recent_batch_begin(struct recent_batch *batch);

/* The item that decides on the inspection; false when none does. */
bool recent_batch_decided(const struct recent_batch *batch, uint64_t inspection,
                          size_t *item);
void recent_batch_decide(struct recent_batch *batch, uint64_t inspection,
                         size_t item);

/* The item under a request's key, and what was asked then. */
bool recent_batch_request(const struct recent_batch *batch,
                          const struct request_key *key, size_t *item,
                          bool *same);
void recent_batch_put_request(struct recent_batch *batch,
                              const struct request_key *key, size_t item);

#endif
