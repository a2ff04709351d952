#include "sim/history.h"

#include <stdlib.h>

/* Memory for one bundle; larger than any that is made here. */
#define SCRATCH_SIZE ((size_t)4 << 20)

static enum err
bundle_read(struct history *history, const struct log_view *view, uint64_t size,
            struct block scratch)
{
    struct bytes bundle = {0};
    size_t at = 0;
    enum err e =
        view_bundle(view, size, history->count / TILE_WIDTH, scratch, &bundle);

    while (e == OK && at < bundle.size && history->count < size) {
        size_t entry_size = (size_t)bundle.p[at] << 8 | bundle.p[at + 1];

        if (entry_size > bundle.size - at - 2)
            return ERR_CORRUPT;
        history->leaves[history->count++] =
            tree_leaf((struct bytes){bundle.p + at + 2, entry_size});
        at += 2 + entry_size;
    }
    return e;
}

enum err
history_read(struct history *history, const struct log_view *view,
             uint64_t size)
{
    struct block scratch = {malloc(SCRATCH_SIZE), SCRATCH_SIZE};
    struct tree tree = {0};
    enum err e = OK;

    if (size > HISTORY_ENTRIES_MAX || scratch.p == NULL) {
        free(scratch.p);
        return ERR_LIMIT;
    }
    history->leaves = calloc(size + 1, sizeof(*history->leaves));
    history->roots = calloc(size + 1, sizeof(*history->roots));
    if (history->leaves == NULL || history->roots == NULL)
        abort();
    while (e == OK && history->count < size)
        e = bundle_read(history, view, size, scratch);
    free(scratch.p);
    history->roots[0] = tree_root(&tree);
    for (size_t i = 0; i < history->count; i++) {
        tree_append(&tree, &history->leaves[i]);
        history->roots[i + 1] = tree_root(&tree);
    }
    return e;
}

void
history_deinit(struct history *history)
{
    free(history->leaves);
    free(history->roots);
    *history = (struct history){0};
}

bool
history_has(const struct history *history, uint64_t size,
            const struct hash *root)
{
    return size <= history->count && hash_equal(&history->roots[size], root);
}

size_t
history_common(const struct history *a, const struct history *b)
{
    size_t i = 0;

    while (i < a->count && i < b->count &&
           hash_equal(&a->leaves[i], &b->leaves[i]))
        i++;
    return i;
}
