#include "tlog/verify_int.h"

#include <assert.h>

static void
old_found(struct verify *v, size_t i, enum verify_kind kind, const char *what)
{
    struct verify_finding finding = {
        .kind = kind,
        .path = v->config.olds[i].name,
        .clause = "LOG 6.6",
        .what = what,
    };

    if (kind == VERIFY_ROLLBACK) {
        finding.index = v->checkpoint.size;
        finding.end = v->pasts[i].size;
    }
    verify_found(v, &finding);
}

void
verify_olds_open(struct verify *v)
{
    assert(v->config.old_count <= VERIFY_OLD_MAX);
    for (size_t i = 0; i < v->config.old_count; i++) {
        struct checkpoint old;

        if (checkpoint_open(v->config.olds[i].note, v->config.key, &old,
                            NULL) != OK) {
            old_found(v, i, VERIFY_TAMPERED,
                      "not a checkpoint that this log's key signed");
            continue;
        }
        v->pasts[i] = (struct verify_past){.size = old.size, .root = old.root};
        if (old.size > v->checkpoint.size)
            old_found(v, i, VERIFY_ROLLBACK, "the log was longer than it is");
        else
            v->pasts[i].usable = true;
    }
}

/* The tree grown by the first leaves of its next bundle; false when these
 * cannot be had, which has been found already. */
static bool
root_within(struct verify *v, uint64_t size, struct hash *root)
{
    struct tree tree = v->tree;
    struct verify_worker *w = &v->config.workers[0];
    struct verify_slice slice;
    const struct hash *leaves;

    if (size > tree.size) {
        verify_slice(v, 0, size / TILE_WIDTH, &slice);
        if (slice.bundle != OK && slice.tile != OK)
            return false;
        leaves = slice.bundle == OK ? w->leaves : w->tile;
        for (size_t i = 0; i < size % TILE_WIDTH; i++)
            tree_append(&tree, &leaves[i]);
    }
    *root = tree_root(&tree);
    return true;
}

void
verify_olds_pass(struct verify *v)
{
    for (size_t i = 0; i < v->config.old_count; i++) {
        struct verify_past *past = &v->pasts[i];
        struct hash root;

        if (!past->usable || past->size < v->tree.size ||
            past->size - v->tree.size >= TILE_WIDTH)
            continue;
        if (v->lost || !root_within(v, past->size, &root))
            past->usable = false;
        else
            past->agrees = hash_equal(&root, &past->root);
    }
}

void
verify_olds_end(struct verify *v)
{
    uint64_t agreed = 0;
    uint64_t disagreed = v->checkpoint.size;

    for (size_t i = 0; i < v->config.old_count; i++) {
        const struct verify_past *past = &v->pasts[i];

        if (past->usable && !past->agrees && past->size < disagreed)
            disagreed = past->size;
    }
    for (size_t i = 0; i < v->config.old_count; i++) {
        const struct verify_past *past = &v->pasts[i];

        if (past->usable && past->agrees && past->size > agreed &&
            past->size < disagreed)
            agreed = past->size;
    }
    for (size_t i = 0; i < v->config.old_count; i++) {
        struct verify_finding finding = {
            .kind = VERIFY_FORK,
            .path = v->config.olds[i].name,
            .index = agreed,
            .end = disagreed,
            .clause = "LOG 6.6",
            .what = "another history was signed: these entries are not those "
                    "that were there",
        };

        if (v->pasts[i].usable && !v->pasts[i].agrees)
            verify_found(v, &finding);
    }
}
