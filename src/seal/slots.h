/*
 * Which slot is next, such that none is ever used twice: neither in one life
 * of the keeper, nor after a crash that cut off entries which had used some.
 * Pure; the log is its memory. REC 8.
 *
 * At start: feed every entry of the log from its first to its last (or from
 * the last floor of the newest epoch on), call slots_resume(), record its
 * answer in a node_start, and, when that is durable, slots_floor() it again.
 * Then: slots_take() before sealing, slots_kept() when the append was durable.
 */
#ifndef SEAL_SLOTS_H
#define SEAL_SLOTS_H

#include "base/err.h"
#include "seal/keytree.h"

/* At most so many slots are used that no durable entry tells of. */
#define SLOTS_BATCH_MAX 4096u

/* `= {0}` knows of no epoch. */
struct slots {
    bool known; /* an epoch has been seen */
    uint32_t epoch;
    uint32_t next;  /* no slot from here on was used, as far as is durable */
    uint32_t limit; /* slots below it may be taken before the next slots_kept */
};

/* A durable event says that the epoch's slots from `floor` on are used next:
 * node_start, key_epoch_opened. Older epochs are passed over. */
void slots_floor(struct slots *slots, uint32_t epoch, uint32_t floor);

/* A durable sealed entry. */
void slots_sealed(struct slots *slots, uint32_t epoch, uint32_t slot);

/*
 * Where to go on after a restart: past every slot that may have been used by
 * entries that were lost. `has_newest` and `newest` are those of the keyring:
 * an epoch that it holds and the log does not know may have been used as well.
 * `*floor` is KEYTREE_SLOTS when the epoch has no slot left. `*epoch` and
 * `*floor` are 0 in a log without any.
 */
void slots_resume(const struct slots *slots, bool has_newest, uint32_t newest,
                  uint32_t *epoch, uint32_t *floor);

/* Whether an epoch must be opened before `count` slots can be taken on the UTC
 * day `day`, and then which. */
bool slots_epoch_due(const struct slots *slots, uint32_t day, size_t count,
                     uint32_t *epoch);

/*
 * Takes `count` (at most SLOTS_BATCH_MAX) slots from `*first` on. ERR_BUSY when
 * so many were taken in vain that a floor must first be made durable (`next` is
 * that floor); ERR_LIMIT when the epoch has not so many left.
 */
MUST_CHECK enum err slots_take(struct slots *slots, size_t count,
                               uint32_t *first);

/* The entries of all slots taken so far are durable. */
void slots_kept(struct slots *slots);

#endif
