/*
 * Idempotency keys in memory: where in the log the records of the latest ones
 * are, so that the commonest answer, "never seen", costs no look at the disk.
 * What is found here is compared with the record's row before it is believed.
 * STO 3.4
 */
#ifndef STORE_REQUEST_H
#define STORE_REQUEST_H

#include "record/event.h"

/* So many of the last keys are known: days of a busy post. Repeating a decision
 * later than that meets an inspection that is decided. */
#define REQUESTS_KEPT (UINT64_C(1) << 20)

/* At a start they are sought among so many of the log's last entries, of which
 * every other is a scan and has none; that takes half a second. */
#define REQUESTS_REACH (2 * REQUESTS_KEPT)

/* Twice as many, so that what is looked for is found within a few steps. */
#define REQUEST_SLOTS (2 * REQUESTS_KEPT)

/* Two generations: when the young one is full, the old one is forgotten. */
struct requests {
    uint64_t *young; /* 16 bits of the key << 48 | record + 1; 0: none */
    uint64_t *old;
    size_t count; /* in the young one */
};

/* 32 MiB from the heap, touched as they fill: ERR_LIMIT. */
MUST_CHECK enum err requests_init(struct requests *requests);
void requests_deinit(struct requests *requests);

void requests_add(struct requests *requests,
                  const uint8_t key[REQUEST_KEY_SIZE], int64_t record);

/*
 * The records that may have had the key, one after another: begin with `= {0}`
 * and go on until false.
 */
struct request_search {
    size_t step;
    bool is_old;
};
bool requests_next(const struct requests *requests,
                   const uint8_t key[REQUEST_KEY_SIZE],
                   struct request_search *search, int64_t *record);

#endif
