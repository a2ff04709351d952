#include "store/request.h"

#include <stdlib.h>
#include <string.h>

#define RECORD_BITS 48
#define RECORD_MASK ((UINT64_C(1) << RECORD_BITS) - 1)

enum err
requests_init(struct requests *requests)
{
    *requests = (struct requests){0};
    requests->young = calloc(REQUEST_SLOTS, sizeof(uint64_t));
    requests->old = calloc(REQUEST_SLOTS, sizeof(uint64_t));
    if (requests->young != NULL && requests->old != NULL)
        return OK;
    requests_deinit(requests);
    return ERR_LIMIT;
}

void
requests_deinit(struct requests *requests)
{
    free(requests->young);
    free(requests->old);
    *requests = (struct requests){0};
}

/* The key is a hash: its bits are as good as any. */
static size_t
slot_of(const uint8_t *key, size_t step)
{
    return (be32_read(key) + step) & (REQUEST_SLOTS - 1);
}

static uint64_t
mark_of(const uint8_t *key)
{
    return (uint64_t)be16_read(key + 4) << RECORD_BITS;
}

static void
generation_begin(struct requests *requests)
{
    uint64_t *forgotten = requests->old;

    memset(forgotten, 0, REQUEST_SLOTS * sizeof(*forgotten));
    requests->old = requests->young;
    requests->young = forgotten;
    requests->count = 0;
}

void
requests_add(struct requests *requests, const uint8_t key[REQUEST_KEY_SIZE],
             int64_t record)
{
    size_t step = 0;

    if (requests->count == REQUESTS_KEPT)
        generation_begin(requests);
    while (requests->young[slot_of(key, step)] != 0)
        step++;
    requests->young[slot_of(key, step)] = mark_of(key) | ((uint64_t)record + 1);
    requests->count++;
}

bool
requests_next(const struct requests *requests,
              const uint8_t key[REQUEST_KEY_SIZE],
              struct request_search *search, int64_t *record)
{
    for (;;) {
        const uint64_t *slots =
            search->is_old ? requests->old : requests->young;
        uint64_t slot = slots[slot_of(key, search->step++)];

        if (slot == 0 && search->is_old)
            return false;
        if (slot == 0)
            *search = (struct request_search){.is_old = true};
        if (slot != 0 && (slot & ~RECORD_MASK) == mark_of(key)) {
            *record = (int64_t)(slot & RECORD_MASK) - 1;
            return true;
        }
    }
}
