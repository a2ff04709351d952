/* Putting checkpoints in place: after everything that they cover. SYN 5.5 */
#include "sync/mirror_int.h"

#include <assert.h>
#include <string.h>

#include "tlog/tile_file.h"

/* A file below the mirror's folder. */
static void
path_set(const struct mirror *mirror, const char *name,
         char out[OS_PATH_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, out, OS_PATH_SIZE_MAX - 1);
    writer_text(&w, mirror->prefix);
    writer_text(&w, name);
    assert(!w.full);
    out[w.at] = '\0';
}

static enum err
file_put(const struct mirror *mirror, const char *name, struct bytes in)
{
    struct os *os = mirror->os;
    char path[OS_PATH_SIZE_MAX];
    struct file file;
    enum err e;

    path_set(mirror, name, path);
    e = os->open(os, mirror->dir, path, OPEN_REPLACE, 0644, &file);
    if (e != OK)
        return e;
    e = os->write_at(os, file, 0, in);
    os->close(os, file);
    return e;
}

/* For whoever looks into the folder. */
static enum err
folder_make(struct mirror *mirror)
{
    struct os *os = mirror->os;
    char folder[MIRROR_PREFIX_SIZE];
    enum err e = os->make_folder(os, mirror->dir, MIRROR_FOLDER, 0755);

    memcpy(folder, mirror->prefix, sizeof(folder));
    folder[strlen(folder) - 1] = '\0';
    if (e == OK)
        e = os->make_folder(os, mirror->dir, folder, 0755);
    if (e == OK)
        e = file_put(mirror, "origin", mirror_origin(mirror));
    mirror->folder_made = e == OK;
    return e;
}

bool
mirror_unsettled(const struct mirror *mirror)
{
    return mirror->os != NULL && mirror->trust != MIRROR_DOUBTED &&
           (mirror->next.size > 0 || mirror->cosigned_more);
}

enum err
mirror_prepare(struct mirror *mirror)
{
    const struct mirror_note *note =
        mirror->next.size > 0 ? &mirror->next : &mirror->kept;
    enum err e = mirror->folder_made ? OK : folder_make(mirror);

    if (e == OK)
        e = file_put(mirror, "checkpoint.new", mirror_note_bytes(note));
    mirror->prepared = e == OK;
    return e;
}

enum err
mirror_place(struct mirror *mirror)
{
    struct os *os = mirror->os;
    char from[OS_PATH_SIZE_MAX];
    char to[OS_PATH_SIZE_MAX];
    enum err e;

    if (!mirror->prepared)
        return OK;
    path_set(mirror, "checkpoint.new", from);
    path_set(mirror, "checkpoint", to);
    mirror->prepared = false;
    e = os->rename(os, mirror->dir, from, to);
    if (e != OK)
        return e;
    if (mirror->next.size > 0)
        mirror->kept = mirror->next;
    mirror->next.size = 0;
    mirror->cosigned_more = false;
    return OK;
}

enum err
mirror_sweep(struct mirror *mirror)
{
    struct log_view view = mirror_view(mirror);
    uint8_t level;

    for (level = 0; level <= TILE_LEVEL_COUNT; level++) {
        bool entries = level == TILE_LEVEL_COUNT;
        unsigned bits = TILE_BITS * (entries ? 1u : level + 1u);
        uint64_t index = bits < 64 ? mirror->swept >> bits : 0;
        uint64_t end = bits < 64 ? mirror->kept.covers >> bits : 0;

        for (; index < end; index++) {
            enum err e = tile_file_remove_partials(
                &view, entries ? TILE_ENTRIES : level, index);

            if (e != OK)
                return e;
        }
    }
    mirror->swept = mirror->kept.covers;
    return OK;
}
