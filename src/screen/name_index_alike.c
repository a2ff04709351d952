#include "screen/name_index_alike.h"

static void
alike_clear(struct alike *alike)
{
    alike->token_count = 0;
    alike->asked = 0;
    alike->matched[0] = false;
    alike->matched[1] = false;
}

void
alikes_init(struct alikes *out)
{
    for (size_t i = 0; i < ALIKE_COUNT; i++)
        alike_clear(&out->items[i]);
}

struct alike *
alike_find(struct alikes *alikes, const uint8_t *record)
{
    const uint8_t *tokens = record + PACK_HEAD_SIZE;
    size_t count = pack_token_count(record);
    size_t size = count * PACK_TOKEN_SIZE;
    bool truncated = pack_truncated(record);
    struct alike *alike = &alikes->items[ALIKE_COUNT];
    uint32_t hash;

    if (count > ALIKE_TOKENS_MAX) {
        alike_clear(alike);
        return alike;
    }
    hash = text_hash((struct bytes){tokens, size});
    alike = &alikes->items[hash % ALIKE_COUNT];
    if (alike->token_count == count && alike->truncated == truncated &&
        memcmp(alike->tokens, tokens, size) == 0)
        return alike;
    alike_clear(alike);
    alike->token_count = (uint8_t)count;
    alike->truncated = truncated;
    memcpy(alike->tokens, tokens, size);
    return alike;
}
