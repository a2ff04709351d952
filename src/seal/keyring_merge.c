/* What a holder of another log's keys holds after a grant. SYN 8.4 */
#include "seal/keyring_int.h"

#include <string.h>

/* One epoch's nodes. */
struct span {
    const struct keytree_node *p;
    size_t count;
};

static struct span
span_of(const struct keyring *keyring, size_t at)
{
    const struct key_epoch *epoch = &keyring->epochs[at];

    return (struct span){keyring->nodes + epoch->node_at, epoch->node_count};
}

static enum err
node_add(struct keyring *out, const struct keytree_node *node)
{
    if (out->node_count == out->nodes_max)
        return ERR_LIMIT;
    out->nodes[out->node_count++] = *node;
    out->epochs[out->epoch_count - 1].node_count++;
    return OK;
}

static enum err
epoch_add(struct keyring *out, uint32_t epoch)
{
    if (out->epoch_count == KEYRING_EPOCHS_MAX)
        return ERR_LIMIT;
    out->epochs[out->epoch_count++] = (struct key_epoch){
        .epoch = epoch, .node_at = (uint32_t)out->node_count};
    return OK;
}

static enum err
epoch_copy(struct keyring *out, uint32_t epoch, struct span span)
{
    enum err e = epoch_add(out, epoch);

    for (size_t i = 0; e == OK && i < span.count; i++)
        e = node_add(out, &span.p[i]);
    return e;
}

/* Whether the key of `low` is what its ancestor `high`, or its equal, says. */
static bool
agree(const struct keytree_node *high, const struct keytree_node *low)
{
    struct cipher_key key;
    bool same;

    keytree_below(high, low->level, low->index, &key);
    same = crypto_same(key.b, low->key.b, sizeof(key.b));
    crypto_wipe(&key, sizeof(key));
    return same;
}

static uint32_t
node_end(const struct keytree_node *node)
{
    return keytree_first_slot(node) + keytree_slot_count(node);
}

/*
 * Whether what both have is the same. Two nodes that meet lie one within the
 * other: the inner one is what both have of them.
 */
static enum err
epoch_compare(struct span a, struct span b)
{
    size_t i = 0;
    size_t k = 0;

    while (i < a.count && k < b.count) {
        const struct keytree_node *x = &a.p[i];
        const struct keytree_node *y = &b.p[k];
        const struct keytree_node *high = x->level <= y->level ? x : y;
        const struct keytree_node *low = high == x ? y : x;

        if (keytree_covers(high, keytree_first_slot(low)) && !agree(high, low))
            return ERR_CONFLICT;
        if (node_end(x) <= node_end(y))
            i++;
        if (node_end(y) <= node_end(x))
            k++;
    }
    return OK;
}

/* An epoch that both know stays as it is held: a grant brings nothing of it
 * back, and takes nothing of it away. */
static enum err
epoch_keep(struct keyring *out, uint32_t epoch, struct span held,
           struct span granted)
{
    enum err e = epoch_compare(held, granted);

    return e == OK ? epoch_copy(out, epoch, held) : e;
}

/* The next epoch of the two together. */
static enum err
epoch_merge(struct keyring *out, const struct keyring *held, size_t *h,
            const struct keyring *granted, size_t *g)
{
    const struct key_epoch *a = &held->epochs[*h];
    const struct key_epoch *b = &granted->epochs[*g];

    if (*g == granted->epoch_count ||
        (*h < held->epoch_count && a->epoch < b->epoch))
        return epoch_copy(out, a->epoch, span_of(held, (*h)++));
    if (*h == held->epoch_count || b->epoch < a->epoch)
        return epoch_copy(out, b->epoch, span_of(granted, (*g)++));
    return epoch_keep(out, a->epoch, span_of(held, (*h)++),
                      span_of(granted, (*g)++));
}

static size_t
epoch_skip(const struct keyring *keyring, uint32_t first_epoch)
{
    size_t at = 0;

    while (at < keyring->epoch_count && keyring->epochs[at].epoch < first_epoch)
        at++;
    return at;
}

/* Whether an epoch with keys is granted that was not known. */
static bool
news_in(const struct keyring *held, const struct keyring *granted, size_t g)
{
    size_t h = 0;

    for (; g < granted->epoch_count; g++) {
        const struct key_epoch *epoch = &granted->epochs[g];

        while (h < held->epoch_count && held->epochs[h].epoch < epoch->epoch)
            h++;
        if (epoch->node_count > 0 &&
            (h == held->epoch_count || held->epochs[h].epoch != epoch->epoch))
            return true;
    }
    return false;
}

enum err
keyring_merge(struct keyring *out, const struct keyring *held,
              const struct keyring *granted, uint32_t first_epoch, bool *news)
{
    size_t h = epoch_skip(held, first_epoch);
    size_t g = epoch_skip(granted, first_epoch);
    bool fresh = news_in(held, granted, g);
    enum err e = granted->as_of < held->as_of ? ERR_CONFLICT : OK;

    while (e == OK && (h < held->epoch_count || g < granted->epoch_count))
        e = epoch_merge(out, held, &h, granted, &g);
    if (e != OK) {
        keyring_empty(out);
        return e;
    }
    out->as_of = granted->as_of;
    out->changes++;
    *news = fresh;
    return OK;
}

enum err
keyring_assign(struct keyring *keyring, const struct keyring *from)
{
    if (from->node_count > keyring->nodes_max)
        return ERR_LIMIT;
    keyring_empty(keyring);
    memcpy(keyring->epochs, from->epochs,
           from->epoch_count * sizeof(*from->epochs));
    memcpy(keyring->nodes, from->nodes,
           from->node_count * sizeof(*from->nodes));
    keyring->epoch_count = from->epoch_count;
    keyring->node_count = from->node_count;
    keyring->as_of = from->as_of;
    keyring->changes++;
    return OK;
}
