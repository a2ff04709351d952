#include "node/offline.h"

#include <stdlib.h>

/* The entry, copied out of the book, which reuses its memory. */
static enum err
read(struct book *book, uint64_t index, struct arena *arena,
     struct offline_record *out)
{
    struct book_entry entry;
    struct bytes plain;
    enum err e = book_read(book, index, &entry);

    if (e != OK)
        return e;
    out->leaf = entry.leaf;
    out->entry = arena_copy(arena, entry.entry);
    plain = arena_copy(arena, entry.plain);
    if (out->entry.p == NULL || plain.p == NULL)
        return ERR_LIMIT;
    return event_parse(plain, arena, &out->event, &book->fault);
}

static enum err
look_record(struct book *book, uint64_t index, struct bytes actor)
{
    struct event event = {.type = EVENT_ACCESS, .actor = actor};
    size_t item;
    enum err e = book_start(book);

    event.access = (struct access){.purpose = BYTES("record"),
                                   .kind = ACCESS_RECORD,
                                   .node = book->node,
                                   .index = index};
    if (e == OK)
        e = book_begin(book);
    if (e == OK)
        e = book_put(book, &event, false, &item);
    if (e == OK)
        e = book_commit(book);
    return e == OK ? book_fold(book) : e;
}

static enum err
look(struct book *book, const struct book_config *config, uint64_t index,
     struct bytes actor, struct arena *arena, struct offline_record *out)
{
    struct book_report report;
    bool recorded;
    enum err e = book_open(book, config, &report);

    if (e != OK)
        return e;
    e = read(book, index, arena, out);
    recorded = e == OK && event_look_is_recorded(&out->event);
    if (recorded)
        e = look_record(book, index, actor);
    if (recorded && e == OK)
        return book_stop(book, STOP_ASKED);
    book_abandon(book);
    return e;
}

enum err
offline_look(const struct book_config *config, uint64_t index,
             struct bytes actor, struct arena *arena,
             struct offline_record *out, const char **step)
{
    struct book_config inside = *config;
    struct os *os = config->os;
    struct book *book = calloc(1, sizeof(*book));
    enum err e = book == NULL ? ERR_LIMIT
                              : os->folder_open(os, config->path, &inside.dir);

    *step = "opening the folder";
    if (e == OK) {
        e = look(book, &inside, index, actor, arena, out);
        os->folder_close(os, inside.dir);
        *step = book->step != NULL ? book->step : "reading the record";
    }
    free(book);
    return e;
}
