/* The places where something of a log is left, and what became of them. */
#include "node/restore_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_FILE_SIZE_MAX MIRROR_NOTE_SIZE_MAX

struct log_view
restore_view(const struct restore *restore, const struct restore_source *source)
{
    return (struct log_view){(struct os *)&restore->os, source->folder,
                             source->prefix};
}

/* ----- Files that may be wider than asked for. ----- */

struct widest {
    uint16_t least;
    uint16_t width; /* the smallest that is no smaller than `least` */
};

static enum err
width_look(void *context, const char *name, bool is_folder)
{
    struct widest *widest = context;
    uint64_t width;

    if (!is_folder && bytes_decimal(bytes_of(name), TILE_WIDTH - 1, &width) &&
        width >= widest->least && (widest->width == 0 || width < widest->width))
        widest->width = (uint16_t)width;
    return OK;
}

/* A partial file that is wider, when the very one is not there. */
static enum err
wider_find(const struct log_view *view, struct tile_id *id)
{
    struct widest widest = {.least = id->width};
    char path[OS_PATH_SIZE_MAX];
    char *slash;
    enum err e;

    view_path(view, id, path);
    slash = strrchr(path, '/');
    *slash = '\0';
    e = view->os->list(view->os, view->dir, path, width_look, &widest);
    if (e != OK)
        return e;
    if (widest.width == 0)
        return ERR_NOT_FOUND;
    id->width = widest.width;
    return OK;
}

enum err
restore_read(const struct log_view *view, const struct tile_id *id,
             struct block out, size_t *size)
{
    char path[OS_PATH_SIZE_MAX];
    struct tile_id there = *id;
    enum err e;

    view_path(view, id, path);
    e = os_read_file(view->os, view->dir, path, out.p, out.size, size);
    if (e != ERR_NOT_FOUND || id->width == TILE_WIDTH)
        return e;
    there.width = TILE_WIDTH;
    view_path(view, &there, path);
    e = os_read_file(view->os, view->dir, path, out.p, out.size, size);
    if (e != ERR_NOT_FOUND)
        return e;
    there.width = id->width;
    e = wider_find(view, &there);
    if (e != OK)
        return e;
    view_path(view, &there, path);
    return os_read_file(view->os, view->dir, path, out.p, out.size, size);
}

enum err
restore_leaves(struct bytes in, uint16_t width, struct hash out[TILE_WIDTH],
               size_t *size)
{
    struct bundle bundle = bundle_of(in, width);
    struct bytes entry;
    size_t count = 0;

    *size = 0;
    while (bundle_next(&bundle, &entry)) {
        out[count++] = tree_leaf(entry);
        *size = bundle.reader.at;
    }
    return bundle.left > 0 ? ERR_SHORT : OK;
}

/* ----- What became of a file. ----- */

static bool
all_same(struct bytes in)
{
    for (size_t i = 1; i < in.size; i++)
        if (in.p[i] != in.p[0])
            return false;
    return true;
}

/*
 * Whether the bytes are spread as evenly as a cipher's: chi-squared over 256
 * values is 255 on average then, and above 400 not once in a million times. A
 * small file tells too little.
 */
#define FLAT_SIZE_MIN 1024
#define FLAT_MOST 400

static bool
looks_random(struct bytes in)
{
    uint64_t counts[256] = {0};
    uint64_t squares = 0;

    if (in.size < FLAT_SIZE_MIN)
        return false;
    for (size_t i = 0; i < in.size; i++)
        counts[in.p[i]]++;
    for (size_t i = 0; i < 256; i++)
        squares += counts[i] * counts[i];
    return squares * 256 / in.size < in.size + FLAT_MOST;
}

/* Of a bundle that cannot be read as one. */
static enum restore_file
damage_of(struct bytes in, size_t lawful)
{
    if (in.size == 0)
        return RESTORE_CUT;
    if (all_same(in))
        return RESTORE_BLANK;
    if (looks_random(bytes_slice(in, lawful, in.size)))
        return RESTORE_RANDOM;
    /* The last entry that began is all that lacks. */
    if (in.size - lawful < 2 + (size_t)ENTRY_SIZE_MAX && lawful > 0)
        return RESTORE_CUT;
    return RESTORE_ALTERED;
}

/* A bundle and the tile of leaves beside it. */
static enum restore_file
bundle_look(struct restore *restore, const struct log_view *view,
            const struct tile_id *id)
{
    struct block block = {restore->bundle, sizeof(restore->bundle)};
    struct tile_id leaves = {.index = id->index, .width = id->width};
    struct block tile = {restore->tile[0].b, sizeof(restore->tile)};
    size_t lawful;
    size_t size;
    enum err e = restore_read(view, id, block, &size);

    if (e == ERR_NOT_FOUND)
        return RESTORE_MISSING;
    if (e == ERR_LIMIT)
        return RESTORE_ALTERED;
    if (e != OK)
        return RESTORE_UNREADABLE;
    /* Zeros are so many empty entries, of which no log of ours has any. */
    if (size > (size_t)2 * id->width && all_same((struct bytes){block.p, size}))
        return RESTORE_BLANK;
    if (restore_leaves((struct bytes){block.p, size}, id->width,
                       restore->leaves, &lawful) != OK)
        return damage_of((struct bytes){block.p, size}, lawful);
    e = restore_read(view, &leaves, tile, &size);
    if (e == OK && size >= (size_t)id->width * HASH_SIZE &&
        memcmp(restore->tile, restore->leaves, (size_t)id->width * HASH_SIZE) !=
            0)
        return RESTORE_ALTERED;
    return RESTORE_GOOD;
}

static void
source_probe(struct restore *restore, struct restore_source *source,
             uint64_t size)
{
    struct log_view view = restore_view(restore, source);
    uint64_t bundles = size / TILE_WIDTH + (size % TILE_WIDTH > 0);
    uint64_t samples = bundles < RESTORE_SAMPLES ? bundles : RESTORE_SAMPLES;

    for (uint64_t i = 0; i < samples; i++) {
        struct tile_id id = {.level = TILE_ENTRIES};

        /* Evenly, the first and the last among them. */
        id.index = samples < 2 ? 0 : i * (bundles - 1) / (samples - 1);
        id.width = tile_width(size, TILE_ENTRIES, id.index);
        source->files[bundle_look(restore, &view, &id)]++;
    }
}

/* The size of the log where this place has a checkpoint of its own, else the
 * largest that is known: a mirror is no worse for being behind. */
static uint64_t
source_size(const struct restore *restore, const struct restore_source *source)
{
    uint64_t size = 0;

    for (size_t i = 0; i < restore->mark_count; i++) {
        const struct restore_mark *mark = &restore->marks[i];

        if (mark->kind == RESTORE_SEEN)
            continue;
        if (source->checkpoint == RESTORE_GOOD && mark->path != source->path)
            continue;
        if (mark->size > size)
            size = mark->size;
    }
    return size;
}

void
restore_probe(struct restore *restore)
{
    for (size_t i = 0; i < restore->source_count; i++) {
        struct restore_source *source = &restore->sources[i];

        source_probe(restore, source, source_size(restore, source));
    }
}

const char *
restore_source_says(const struct restore_source *source)
{
    static const char *const says[] = {
        [RESTORE_GOOD] = "good",
        [RESTORE_MISSING] = "files are missing",
        [RESTORE_CUT] = "looks truncated",
        [RESTORE_BLANK] = "looks overwritten",
        [RESTORE_RANDOM] = "looks encrypted",
        [RESTORE_ALTERED] = "damaged or altered",
        [RESTORE_UNREADABLE] = "cannot be read",
    };
    enum restore_file worst = source->checkpoint;
    size_t most = 0;

    for (enum restore_file kind = RESTORE_MISSING; kind < RESTORE_FILE_COUNT;
         kind++) {
        if (source->files[kind] > most) {
            most = source->files[kind];
            worst = kind;
        }
    }
    /* Too small a file tells nothing by itself: the checkpoint speaks for it.
     */
    if (worst == RESTORE_ALTERED && source->checkpoint == RESTORE_RANDOM)
        worst = RESTORE_RANDOM;
    return says[worst];
}

/* ----- Finding them. ----- */

/* What a checkpoint's file is like, when it is none that the key signed. */
static enum restore_file
checkpoint_damage(struct bytes in)
{
    if (in.size == 0)
        return RESTORE_CUT;
    if (all_same(in))
        return RESTORE_BLANK;
    /* A text that was cut or changed is a text still. */
    if (!bytes_utf8(in))
        return RESTORE_RANDOM;
    return RESTORE_ALTERED;
}

static enum err
note_file(struct restore *restore, struct folder folder, const char *file,
          const char *path, enum restore_file *state)
{
    uint8_t *block = malloc(NOTE_FILE_SIZE_MAX);
    struct bytes in = {block, 0};
    enum err e = ERR_LIMIT;

    if (block != NULL)
        e = os_read_file(&restore->os, folder, file, block, NOTE_FILE_SIZE_MAX,
                         &in.size);
    *state = e == ERR_NOT_FOUND ? RESTORE_MISSING : RESTORE_UNREADABLE;
    if (e == ERR_LIMIT && block != NULL) {
        *state = RESTORE_ALTERED;
        e = OK;
    } else if (e == OK) {
        e = restore_note(restore, path, in);
        *state = e == OK ? RESTORE_GOOD : checkpoint_damage(in);
        if (e == ERR_SIGNATURE || e == ERR_FORMAT)
            e = OK;
    }
    free(block);
    return e;
}

static bool
folder_there(struct restore *restore, struct folder folder, const char *prefix)
{
    char path[OS_PATH_SIZE_MAX];
    struct widest unused = {.least = 0};

    if (snprintf(path, sizeof(path), "%stile", prefix) >= (int)sizeof(path))
        return false;
    return restore->os.list(&restore->os, folder, path, width_look, &unused) ==
           OK;
}

/* Whether a readable checkpoint there names another log. */
static bool
other_log(struct restore *restore, struct folder folder, const char *path)
{
    uint8_t start[KEY_NAME_SIZE_MAX + 1];
    struct bytes line = {start, 0};
    struct file file;
    size_t got;

    if (restore->os.open(&restore->os, folder, path, OPEN_READ, 0, &file) != OK)
        return false;
    if (restore->os.read_at(&restore->os, file, 0, start, sizeof(start),
                            &got) == OK)
        line.size = got;
    restore->os.close(&restore->os, file);
    line.size = bytes_find(line, '\n');
    return note_name_valid(line) && !bytes_equal(line, restore->config.origin);
}

/* One form in which a log may be in the folder; `*found` when it is. */
static enum err
form_add(struct restore *restore, struct folder folder, const char *path,
         const char *prefix, bool *found)
{
    struct restore_source *source = &restore->sources[restore->source_count];
    char checkpoint[OS_PATH_SIZE_MAX];
    enum restore_file state;
    enum err e;

    snprintf(checkpoint, sizeof(checkpoint), "%scheckpoint", prefix);
    if (other_log(restore, folder, checkpoint))
        return OK;
    e = note_file(restore, folder, checkpoint, path, &state);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (state == RESTORE_MISSING && !folder_there(restore, folder, prefix))
        return OK;
    if (restore->source_count == RESTORE_SOURCES_MAX)
        return ERR_LIMIT;
    *source = (struct restore_source){
        .path = path, .folder = folder, .checkpoint = state};
    snprintf(source->prefix, sizeof(source->prefix), "%s", prefix);
    restore->source_count++;
    *found = true;
    return OK;
}

/* Checkpoints that a node cosigned, or had cosigned, without the log itself. */
static enum err
notes_add(struct restore *restore, struct folder folder, const char *path,
          const char *hex, bool *found)
{
    char witness[OS_PATH_SIZE_MAX];
    const char *const files[] = {witness, "cosigned"};
    enum err e = OK;

    snprintf(witness, sizeof(witness), "witness/%s", hex);
    for (size_t i = 0; e == OK && i < 2; i++) {
        enum restore_file state;

        e = note_file(restore, folder, files[i], path, &state);
        if (e == ERR_NOT_FOUND)
            e = OK;
        else if (e == OK && state == RESTORE_GOOD)
            *found = true;
    }
    return e;
}

static enum err
forms_add(struct restore *restore, struct folder folder, const char *path,
          bool *found)
{
    char hex[ORIGIN_HEX_SIZE];
    char peers[MIRROR_PREFIX_SIZE];
    char medium[MIRROR_PREFIX_SIZE];
    const char *const prefixes[] = {"log/", "", peers, medium};
    enum err e = OK;

    origin_hex(restore->config.origin, hex);
    snprintf(peers, sizeof(peers), MIRROR_FOLDER "/%s/", hex);
    snprintf(medium, sizeof(medium), "%s/", hex);
    for (size_t i = 0; e == OK && i < 4; i++)
        e = form_add(restore, folder, path, prefixes[i], found);
    return e == OK ? notes_add(restore, folder, path, hex, found) : e;
}

enum err
restore_add(struct restore *restore, const char *path)
{
    size_t before = restore->source_count;
    struct folder folder;
    bool found = false;
    enum err e = restore->os.folder_open(&restore->os, path, &folder);

    if (e != OK)
        return e;
    e = forms_add(restore, folder, path, &found);
    if (e == OK && restore->config.trusted_only_before)
        e = restore_seen(restore, folder, path);
    if (restore->source_count == before)
        restore->os.folder_close(&restore->os, folder);
    if (e != OK)
        return e;
    return found ? OK : ERR_NOT_FOUND;
}
