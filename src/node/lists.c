#include "node/lists_int.h"

#include <string.h>

#include "base/writer.h"

static const char *const ENDS[LISTS_FILE_COUNT] = {
    [LISTS_LIST] = ".list",
    [LISTS_NAMES] = ".names",
    [LISTS_DOCUMENTS] = ".documents",
    [LISTS_LOSSES] = ".losses",
};

enum err
lists_failed(struct lists_work *work, enum err e, const char *step)
{
    work->step = step;
    return e;
}

static void
name_write(struct writer *w, const struct hash *sha256, enum lists_file which)
{
    for (size_t i = 0; i < HASH_SIZE; i++)
        writer_hex(w, sha256->b[i], 2);
    writer_text(w, ENDS[which]);
}

void
lists_path(const struct hash *sha256, enum lists_file which,
           char out[LISTS_PATH_SIZE])
{
    struct writer w;

    writer_init(&w, out, LISTS_PATH_SIZE - 1);
    writer_text(&w, LISTS_FOLDER "/");
    name_write(&w, sha256, which);
    out[w.at] = '\0';
}

enum err
lists_head(struct os *os, struct folder dir, const struct hash *sha256,
           struct list_head *out, uint64_t *size)
{
    uint8_t foot[LIST_FOOT_SIZE];
    char path[LISTS_PATH_SIZE];
    struct file file;
    size_t got = 0;
    enum err e;

    lists_path(sha256, LISTS_LIST, path);
    e = os->open(os, dir, path, OPEN_READ, 0, &file);
    if (e != OK)
        return e;
    e = os->size(os, file, size);
    if (e == OK && *size < LIST_FOOT_SIZE)
        e = ERR_CORRUPT;
    if (e == OK)
        e = os->read_at(os, file, *size - LIST_FOOT_SIZE, foot, sizeof(foot),
                        &got);
    os->close(os, file);
    if (e != OK)
        return e;
    return list_foot_parse((struct bytes){foot, got}, *size, out);
}

/* ----- What is no longer in force. ----- */

/* One pass over the folder finds one file to remove, since a folder is not
 * changed while it is read. */
struct sweep {
    const struct hash *keep;
    size_t count;
    bool found;
    char path[LISTS_PATH_SIZE];
};

static bool
is_kept(const struct sweep *sweep, const char *name)
{
    struct writer w;
    uint8_t kept[LISTS_PATH_SIZE];

    if (strcmp(name, "lock") == 0)
        return true;
    for (size_t i = 0; i < sweep->count; i++) {
        for (int which = 0; which < LISTS_FILE_COUNT; which++) {
            writer_init(&w, kept, sizeof(kept));
            name_write(&w, &sweep->keep[i], (enum lists_file)which);
            if (bytes_equal(writer_done(&w), bytes_of(name)))
                return true;
        }
    }
    return false;
}

static enum err
sweep_each(void *context, const char *name, bool is_folder)
{
    struct sweep *sweep = context;
    struct writer w;

    if (is_folder || sweep->found || is_kept(sweep, name))
        return OK;
    writer_init(&w, sweep->path, sizeof(sweep->path) - 1);
    writer_text(&w, LISTS_FOLDER "/");
    writer_text(&w, name);
    sweep->path[w.at] = '\0';
    /* A longer name is none of ours, and stays. */
    sweep->found = writer_end(&w) == OK;
    return OK;
}

enum err
lists_sweep(struct lists_work *work, const struct hash *keep, size_t count)
{
    struct os *os = work->os;

    for (;;) {
        struct sweep sweep = {.keep = keep, .count = count};
        enum err e = os->list(os, work->dir, LISTS_FOLDER, sweep_each, &sweep);

        if (e == OK && !sweep.found)
            return OK;
        if (e == OK)
            e = os->remove(os, work->dir, sweep.path);
        if (e != OK)
            return lists_failed(work, e, "removing old lists");
    }
}
