#include "seal/slots.h"

#include <assert.h>

static uint32_t
slots_up_to(uint32_t slot)
{
    return slot < KEYTREE_SLOTS - SLOTS_BATCH_MAX ? slot + SLOTS_BATCH_MAX
                                                  : KEYTREE_SLOTS;
}

/* Goes to a newer epoch, or forward in the same one; never back. */
static void
advance(struct slots *slots, uint32_t epoch, uint32_t next)
{
    if (slots->known && epoch < slots->epoch)
        return;
    if (slots->known && epoch == slots->epoch && next < slots->next)
        next = slots->next;
    slots->known = true;
    slots->epoch = epoch;
    slots->next = next;
    slots->limit = slots_up_to(next);
}

void
slots_floor(struct slots *slots, uint32_t epoch, uint32_t floor)
{
    advance(slots, epoch, floor);
}

void
slots_sealed(struct slots *slots, uint32_t epoch, uint32_t slot)
{
    advance(slots, epoch, slot + 1);
}

void
slots_resume(const struct slots *slots, bool has_newest, uint32_t newest,
             uint32_t *epoch, uint32_t *floor)
{
    *epoch = 0;
    *floor = 0;
    if (has_newest && (!slots->known || newest > slots->epoch)) {
        *epoch = newest;
        *floor = SLOTS_BATCH_MAX;
        return;
    }
    if (!slots->known)
        return;
    *epoch = slots->epoch;
    *floor = slots_up_to(slots->next);
}

bool
slots_epoch_due(const struct slots *slots, uint32_t day, size_t count,
                uint32_t *epoch)
{
    assert(count <= SLOTS_BATCH_MAX);
    *epoch = day;
    if (!slots->known || day > slots->epoch)
        return true;
    *epoch = slots->epoch + 1;
    return count > KEYTREE_SLOTS - slots->next;
}

enum err
slots_take(struct slots *slots, size_t count, uint32_t *first)
{
    assert(slots->known);
    assert(count <= SLOTS_BATCH_MAX);
    if (count > KEYTREE_SLOTS - slots->next)
        return ERR_LIMIT;
    if (count > slots->limit - slots->next)
        return ERR_BUSY;
    *first = slots->next;
    slots->next += (uint32_t)count;
    return OK;
}

void
slots_kept(struct slots *slots)
{
    slots->limit = slots_up_to(slots->next);
}
