#include "node/book_foreign.h"

#include <stdlib.h>

#include "base/writer.h"
#include "store/load.h"
#include "store/nodes.h"

_Static_assert(BOOK_SEEN_SPAN_MAX == FOREIGN_SPAN_MAX, "one bound");

/* SYN 5.5 */
static void
prefix_write(struct bytes origin, char out[MIRROR_PREFIX_SIZE])
{
    struct hash id = hash_of(origin);
    struct writer w;

    writer_init(&w, out, MIRROR_PREFIX_SIZE - 1);
    writer_text(&w, MIRROR_FOLDER "/");
    for (size_t i = 0; i < HASH_SIZE; i++)
        writer_hex(&w, id.b[i], 2);
    writer_text(&w, "/");
    out[w.at] = '\0';
}

enum err
book_mirror_find(void *context, struct bytes origin, struct foreign_log *out)
{
    struct book_mirrors *mirrors = context;

    prefix_write(origin, mirrors->prefix);
    out->view = (struct log_view){mirrors->os, mirrors->dir, mirrors->prefix};
    out->keyring = keyrings_find(mirrors->keyrings, origin);
    return OK;
}

enum err
book_seen_find(struct book *book, const struct book_mirror *mirror,
               struct seen_log *seen, uint64_t *news)
{
    const struct foreign_goal goal = {mirror->size, mirror->root, mirror->max,
                                      mirror->keys_due};
    uint8_t block[512 + REASON_SIZE_MAX];
    struct store_node node = {.number = -1};
    struct arena arena;
    enum err e;

    arena_init(&arena, block, sizeof(block));
    e = store_node_find(&book->store, mirror->origin, &arena, &node);
    if (e != OK && e != ERR_NOT_FOUND)
        return book_failed(book, e, "looking for a node in the tables");
    *seen = (struct seen_log){.origin = mirror->origin, .role = mirror->role};
    return foreign_look(&book->foreign, &goal, node.number, node.folded, seen,
                        news);
}

/* All texts of a node's row. */
#define NODE_TEXTS_SIZE (NODE_NAME_SIZE_MAX + ORIGIN_SIZE_MAX + REASON_SIZE_MAX)

enum err
book_holes_filled(struct book *book, bool *filled)
{
    const size_t size = STORE_NODES_MAX * (size_t)(NODE_TEXTS_SIZE + 64);
    struct store_node *nodes = calloc(STORE_NODES_MAX, sizeof(*nodes));
    uint8_t *block = malloc(size);
    struct arena arena;
    size_t count = 0;
    enum err e = nodes != NULL && block != NULL ? OK : ERR_LIMIT;

    *filled = false;
    arena_init(&arena, block, size);
    if (e == OK)
        e = store_nodes(&book->store, &arena, nodes, STORE_NODES_MAX, &count);
    for (size_t i = 0; i < count && !*filled; i++)
        *filled = nodes[i].holes > 0 &&
                  foreign_mirrored(&book->foreign, nodes[i].origin) >=
                      nodes[i].folded;
    free(nodes);
    free(block);
    return e;
}

static enum err
log_fold(struct book *book, const struct seen_log *log,
         struct store_source *source)
{
    struct foreign *foreign = &book->foreign;
    struct foreign_run run;
    enum err folded = OK;
    enum err e = foreign_begin(foreign, log, source->node, source->position);

    while (e == OK && folded == OK && foreign_next(foreign, &run, &e))
        for (size_t i = 0; folded == OK && i < run.count; i++)
            folded = store_fold_foreign(
                &book->store, source,
                run.entries[i].erased ? NULL : &run.entries[i].event);
    if (e != OK && folded == OK)
        folded = store_skip_foreign(&book->store, source, log->size);
    return folded;
}

enum err
book_seen_fold(struct book *book, const struct event *event, size_t *count)
{
    const struct checkpoint_seen *seen = &event->checkpoint_seen;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < seen->log_count; i++) {
        const struct seen_log *log = &seen->logs[i];
        struct store_source source;
        uint64_t from;

        e = store_seen(&book->store, log, event->time, &source);
        from = source.position;
        if (e == OK && from < log->size) {
            e = log_fold(book, log, &source);
            *count += (size_t)(source.position - from);
        }
        if (e == ERR_NOT_FOUND)
            e = OK;
    }
    return e;
}
