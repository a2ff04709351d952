#include "tree_naive.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

struct bytes
naive_entry(size_t index, uint8_t block[16])
{
    memset(block, 0xa5, 16);
    be64_write(block, index);
    return (struct bytes){block, index % 17}; /* the empty one too */
}

static struct hash
naive_leaf(struct bytes entry)
{
    uint8_t block[17] = {0x00};

    memcpy(block + 1, entry.p, entry.size);
    return hash_of((struct bytes){block, 1 + entry.size});
}

static struct hash
naive_node(const struct hash *left, const struct hash *right)
{
    uint8_t block[65] = {0x01};

    memcpy(block + 1, left->b, 32);
    memcpy(block + 33, right->b, 32);
    return hash_of((struct bytes){block, 65});
}

void
naive_init(struct naive *naive, size_t size)
{
    assert_true(size <= NAIVE_SIZE_MAX);
    memset(naive, 0, sizeof(*naive));
    for (size_t k = 0; k < NAIVE_LEVEL_COUNT; k++) {
        size_t below = k == 0 ? 0 : naive->count[k - 1];

        naive->count[k] = k == 0 ? size : (below + 1) / 2;
        naive->level[k] = calloc(naive->count[k] + 1, sizeof(*naive->level[k]));
        assert_non_null(naive->level[k]);
        for (size_t i = 0; i < naive->count[k]; i++) {
            uint8_t block[16];

            if (k == 0)
                naive->level[k][i] = naive_leaf(naive_entry(i, block));
            else if (2 * i + 1 < below)
                naive->level[k][i] =
                    naive_node(&naive->level[k - 1][2 * i],
                               &naive->level[k - 1][2 * i + 1]);
            else
                naive->level[k][i] = naive->level[k - 1][2 * i];
        }
    }
}

void
naive_deinit(struct naive *naive)
{
    for (size_t k = 0; k < NAIVE_LEVEL_COUNT; k++)
        free(naive->level[k]);
}

struct hash
naive_root(const struct naive *naive)
{
    if (naive->count[0] == 0)
        return hash_of((struct bytes){0});
    return naive->level[NAIVE_LEVEL_COUNT - 1][0];
}

/* MTH(D[low:high]), where it is a node of the tree. */
static struct hash
range_root(const struct naive *naive, size_t low, size_t high)
{
    size_t k = 0;

    while (((size_t)1 << k) < high - low)
        k++;
    return naive->level[k][low >> k];
}

/* The largest power of two below n. */
static size_t
split_of(size_t n)
{
    size_t k = 1;

    while (2 * k < n)
        k *= 2;
    return k;
}

static void
reverse(struct proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct hash kept = proof->hashes[i];

        proof->hashes[i] = proof->hashes[proof->count - 1 - i];
        proof->hashes[proof->count - 1 - i] = kept;
    }
}

void
naive_inclusion(const struct naive *naive, size_t index, struct proof *out)
{
    size_t low = 0;
    size_t high = naive->count[0];

    out->count = 0;
    while (high - low > 1) {
        size_t middle = low + split_of(high - low);

        if (index < middle) {
            out->hashes[out->count++] = range_root(naive, middle, high);
            high = middle;
        } else {
            out->hashes[out->count++] = range_root(naive, low, middle);
            low = middle;
        }
    }
    reverse(out);
}

void
naive_consistency(const struct naive *naive, size_t old_size, struct proof *out)
{
    size_t low = 0;
    size_t high = naive->count[0];
    bool known = true;

    out->count = 0;
    if (old_size == 0 || old_size == high)
        return;
    while (old_size != high) {
        size_t middle = low + split_of(high - low);

        if (old_size <= middle) {
            out->hashes[out->count++] = range_root(naive, middle, high);
            high = middle;
        } else {
            out->hashes[out->count++] = range_root(naive, low, middle);
            low = middle;
            known = false;
        }
    }
    if (!known)
        out->hashes[out->count++] = range_root(naive, low, high);
    reverse(out);
}

static enum err
naive_read(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    struct naive *naive = context;
    size_t k = 8 * (size_t)id->level;
    size_t first = (size_t)id->index * TILE_WIDTH;

    assert_true(k < NAIVE_LEVEL_COUNT);
    /* Only roots of complete subtrees are in tiles. */
    assert_true(first + id->width <= naive->count[0] >> k);
    memcpy(out, naive->level[k] + first, (size_t)id->width * HASH_SIZE);
    return OK;
}

struct tile_source
naive_source(struct naive *naive)
{
    return (struct tile_source){naive_read, naive};
}
