#include "tlog/view.h"

#include <string.h>

#include "tlog/checkpoint.h"

_Static_assert(sizeof(VIEW_LOG_PREFIX) + TILE_PATH_SIZE_MAX <= OS_PATH_SIZE_MAX,
               "a tile's path fits");

void
view_path(const struct log_view *view, const struct tile_id *id,
          char out[OS_PATH_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, out, OS_PATH_SIZE_MAX - 1);
    writer_text(&w, view->prefix);
    tile_path_write(&w, id);
    out[w.at] = '\0';
}

static enum err
note_read(const struct log_view *view, const char *name, struct block out,
          struct bytes *note)
{
    char path[OS_PATH_SIZE_MAX];
    struct writer w;
    size_t size;
    enum err e;

    writer_init(&w, path, sizeof(path) - 1);
    writer_text(&w, view->prefix);
    writer_text(&w, name);
    path[w.at] = '\0';
    e = os_read_file(view->os, view->dir, path, out.p, out.size, &size);
    if (e == OK)
        *note = (struct bytes){out.p, size};
    return e;
}

enum err
view_checkpoint(const struct log_view *view, uint8_t *out, size_t out_size,
                struct bytes *checkpoint)
{
    return note_read(view, "checkpoint", (struct block){out, out_size},
                     checkpoint);
}

/* Whether the note is a checkpoint above `index`. */
static bool
covers(struct bytes note, uint64_t index)
{
    struct checkpoint checkpoint;
    struct note parsed;

    return note_parse(note, &parsed, NULL) == OK &&
           checkpoint_parse(parsed.text, &checkpoint, NULL) == OK &&
           checkpoint.size > index;
}

enum err
view_checkpoint_for(const struct log_view *view, uint64_t index,
                    struct block out, struct bytes *checkpoint, bool *cosigned)
{
    *cosigned = note_read(view, VIEW_COSIGNED_FILE, out, checkpoint) == OK &&
                covers(*checkpoint, index);
    return *cosigned ? OK : note_read(view, "checkpoint", out, checkpoint);
}

/* The file of that very width, or the full one that took its place. */
static enum err
file_read(const struct log_view *view, const struct tile_id *id,
          struct block out, size_t *size)
{
    char path[OS_PATH_SIZE_MAX];
    struct tile_id full = *id;
    enum err e;

    view_path(view, id, path);
    e = os_read_file(view->os, view->dir, path, out.p, out.size, size);
    if (e != ERR_NOT_FOUND || id->width == TILE_WIDTH)
        return e;
    full.width = TILE_WIDTH;
    view_path(view, &full, path);
    return os_read_file(view->os, view->dir, path, out.p, out.size, size);
}

static enum err
tile_read(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    size_t size;
    enum err e =
        file_read(context, id, (struct block){out[0].b, TILE_SIZE_MAX}, &size);

    if (e == ERR_LIMIT)
        return ERR_CORRUPT;
    if (e != OK)
        return e;
    if (size != (size_t)id->width * HASH_SIZE && size != TILE_SIZE_MAX)
        return ERR_CORRUPT;
    return OK;
}

struct tile_source
view_tiles(const struct log_view *view)
{
    return (struct tile_source){.read = tile_read, .context = (void *)view};
}

/* The first `width` entries; ERR_CORRUPT when there are fewer. */
static enum err
bundle_cut(struct bytes in, uint16_t width, struct bytes *out)
{
    struct bundle bundle = bundle_of(in, width);
    struct bytes entry;
    size_t end = 0;

    while (bundle_next(&bundle, &entry))
        end = bundle.reader.at;
    if (bundle.left > 0)
        return ERR_CORRUPT;
    *out = bytes_slice(in, 0, end);
    return OK;
}

enum err
view_bundle(const struct log_view *view, uint64_t size, uint64_t index,
            struct block out, struct bytes *bundle)
{
    struct tile_id id = {
        .level = TILE_ENTRIES,
        .index = index,
        .width = tile_width(size, TILE_ENTRIES, index),
    };
    size_t got;
    enum err e;

    if (id.width == 0)
        return ERR_NOT_FOUND;
    e = file_read(view, &id, out, &got);
    if (e != OK)
        return e;
    return bundle_cut((struct bytes){out.p, got}, id.width, bundle);
}

enum err
view_entry(const struct log_view *view, uint64_t size, uint64_t index,
           struct block out, struct bytes *entry)
{
    struct bytes bundle;
    enum err e;

    if (index >= size)
        return ERR_NOT_FOUND;
    e = view_bundle(view, size, index / TILE_WIDTH, out, &bundle);
    if (e != OK)
        return e;
    return bundle_find(bundle, index % TILE_WIDTH, entry);
}
