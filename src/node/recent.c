#include "node/recent.h"

#include <string.h>

_Static_assert((RECENT_BATCH_PLACES & (RECENT_BATCH_PLACES - 1)) == 0,
               "places are found by a mask");

void
recent_put(struct recent *recent, uint64_t index, struct bytes plain)
{
    struct recent_inspection *place = &recent->inspections[index % RECENT_MAX];

    place->used = plain.size <= RECENT_SIZE_MAX;
    if (!place->used)
        return;
    place->index = index;
    place->decided = false;
    place->size = (uint16_t)plain.size;
    memcpy(place->plain, plain.p, plain.size);
}

void
recent_forget(struct recent *recent, uint64_t index)
{
    recent->inspections[index % RECENT_MAX].used = false;
}

void
recent_decide(struct recent *recent, uint64_t index, uint64_t decision)
{
    struct recent_inspection *place = &recent->inspections[index % RECENT_MAX];

    if (!place->used || place->index != index)
        return;
    place->decided = true;
    place->decision = decision;
}

const struct recent_inspection *
recent_find(const struct recent *recent, uint64_t index)
{
    const struct recent_inspection *place =
        &recent->inspections[index % RECENT_MAX];

    return place->used && place->index == index ? place : NULL;
}

void
recent_batch_begin(struct recent_batch *batch)
{
    batch->batch++;
    if (batch->batch != 0)
        return;
    /* After 2^32 batches old places would look new. */
    memset(batch->places, 0, sizeof(batch->places));
    batch->batch = 1;
}

static uint64_t
mixed(uint64_t value)
{
    value *= UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 32;
}

static uint64_t
key_hash(const struct request_key *key)
{
    return mixed(be64_read(key->key));
}

static size_t
place_next(size_t at)
{
    return (at + 1) & (RECENT_BATCH_PLACES - 1);
}

static size_t
place_first(uint64_t hash)
{
    return (size_t)(hash & (RECENT_BATCH_PLACES - 1));
}

bool
recent_batch_decided(const struct recent_batch *batch, uint64_t inspection,
                     size_t *item)
{
    size_t at = place_first(mixed(inspection));

    for (; batch->places[at].batch == batch->batch; at = place_next(at)) {
        const struct recent_place *place = &batch->places[at];

        if (place->is_key || place->inspection != inspection)
            continue;
        *item = place->item;
        return true;
    }
    return false;
}

bool
recent_batch_request(const struct recent_batch *batch,
                     const struct request_key *key, size_t *item, bool *same)
{
    size_t at = place_first(key_hash(key));

    for (; batch->places[at].batch == batch->batch; at = place_next(at)) {
        const struct recent_place *place = &batch->places[at];

        if (!place->is_key ||
            memcmp(place->key.key, key->key, REQUEST_KEY_SIZE) != 0)
            continue;
        *item = place->item;
        *same = memcmp(place->key.request, key->request, REQUEST_KEY_SIZE) == 0;
        return true;
    }
    return false;
}

/* A free place; a batch never fills more than half of them. */
static struct recent_place *
place_take(struct recent_batch *batch, uint64_t hash)
{
    size_t at = place_first(hash);

    while (batch->places[at].batch == batch->batch)
        at = place_next(at);
    batch->places[at].batch = batch->batch;
    return &batch->places[at];
}

void
recent_batch_decide(struct recent_batch *batch, uint64_t inspection,
                    size_t item)
{
    struct recent_place *place = place_take(batch, mixed(inspection));

    place->is_key = false;
    place->inspection = inspection;
    place->item = item;
}

void
recent_batch_put_request(struct recent_batch *batch,
                         const struct request_key *key, size_t item)
{
    struct recent_place *place = place_take(batch, key_hash(key));

    place->is_key = true;
    place->key = *key;
    place->item = item;
}
