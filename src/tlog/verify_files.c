#include "tlog/verify_int.h"

#include <string.h>

#include "tlog/view.h"

/* tile/LEVEL/x001/x002/x003/x004/x005/000.p: no folder of a log is deeper. */
#define FOLDER_DEPTH_MAX 8

/* Folders wait in a stack of paths, each with its NUL, so that a tree of them
 * takes no recursion. */
struct files {
    struct verify *v;
    char folder[OS_PATH_SIZE_MAX]; /* the one being listed, "" is the log's */
};

static void
file_found(struct verify *v, enum verify_kind kind, const char *path,
           const char *what)
{
    struct verify_finding finding = {
        .kind = kind, .path = path, .clause = "LOG 6.5", .what = what};

    verify_found(v, &finding);
}

/* How many bytes of the file that the size needs are its first entries or
 * hashes, `width` of them; it was checked before. */
static size_t
beginning_size(const struct tile_id *id, struct bytes needed)
{
    struct bundle bundle = bundle_of(needed, id->width);
    struct bytes entry;

    if (id->level != TILE_ENTRIES)
        return (size_t)id->width * HASH_SIZE;
    while (bundle_next(&bundle, &entry))
        ;
    return bundle.reader.at;
}

/* Whether the file holds exactly these bytes; read piece by piece. */
static enum err
file_compare(struct verify_worker *w, struct folder folder, const char *path,
             struct bytes want)
{
    uint8_t *piece = w->tile[0].b;
    struct file file;
    uint64_t size;
    size_t at = 0;
    enum err e = w->os.open(&w->os, folder, path, OPEN_READ, 0, &file);

    if (e != OK)
        return e;
    e = w->os.size(&w->os, file, &size);
    if (e == OK && size != want.size)
        e = ERR_FORMAT;
    while (e == OK && at < want.size) {
        struct bytes part = bytes_slice(want, at, sizeof(w->tile));
        size_t got = 0;

        e = w->os.read_at(&w->os, file, at, piece, part.size, &got);
        if (e == OK && !bytes_equal((struct bytes){piece, got}, part))
            e = ERR_FORMAT;
        at += part.size;
    }
    w->os.close(&w->os, file);
    return e;
}

/* A partial tile or bundle from a smaller size. */
static void
older_check(struct verify *v, const char *path, const struct tile_id *id,
            uint16_t width)
{
    struct verify_worker *w = &v->config.workers[0];
    struct tile_id needed = *id;
    struct writer file;
    struct bytes want;
    bool full;
    enum err e;

    needed.width = width;
    writer_init(&file, w->bundle, sizeof(w->bundle));
    e = verify_read(&w->os, v->config.folder, &needed, &file, &full);
    if (e == ERR_NOT_FOUND || e == ERR_LIMIT)
        return; /* found already */
    if (e != OK) {
        verify_file_found(v, &needed, e, 0, 0);
        return;
    }
    want = bytes_slice(writer_done(&file), 0,
                       beginning_size(id, writer_done(&file)));
    e = file_compare(w, v->config.folder, path, want);
    if (e == ERR_FORMAT)
        file_found(v, VERIFY_TAMPERED, path,
                   "an older partial file is not the beginning of the newer");
    else if (e != OK && e != ERR_NOT_FOUND) /* removed meanwhile, LOG 6.9 */
        file_found(v, VERIFY_UNREADABLE, path, err_text(e));
}

static void
path_check(struct verify *v, const char *path)
{
    struct tile_id id;
    uint16_t width;

    if (strcmp(path, "checkpoint") == 0 ||
        strcmp(path, VIEW_COSIGNED_FILE) == 0)
        return;
    if (tile_path_parse(bytes_of(path), &id, NULL) != OK) {
        file_found(v, VERIFY_NOTE, path, "not a file of a log");
        return;
    }
    width = tile_width(v->checkpoint.size, id.level, id.index);
    if (id.width > width)
        file_found(v, VERIFY_NOTE, path, "past the checkpoint");
    else if (id.width < width)
        older_check(v, path, &id, width);
}

static void
folder_push(struct verify *v, const char *path)
{
    size_t size = strlen(path) + 1;
    size_t depth = 0;

    for (const char *p = path; *p != '\0'; p++)
        depth += *p == '/';
    if (depth >= FOLDER_DEPTH_MAX) {
        file_found(v, VERIFY_NOTE, path, "not a folder of a log");
    } else if (size > sizeof(v->folders) - v->folders_size) {
        file_found(v, VERIFY_NOTE, path,
                   "too many folders: this one was not looked into");
    } else {
        memcpy(v->folders + v->folders_size, path, size);
        v->folders_size += size;
    }
}

static void
folder_pop(struct verify *v, char out[OS_PATH_SIZE_MAX])
{
    size_t start = v->folders_size - 1;

    while (start > 0 && v->folders[start - 1] != '\0')
        start--;
    memcpy(out, v->folders + start, v->folders_size - start);
    v->folders_size = start;
}

static enum err
each_name(void *context, const char *name, bool is_folder)
{
    struct files *files = context;
    char path[OS_PATH_SIZE_MAX];
    struct writer w;

    writer_init(&w, path, sizeof(path) - 1);
    if (files->folder[0] != '\0') {
        writer_text(&w, files->folder);
        writer_u8(&w, '/');
    }
    writer_text(&w, name);
    if (writer_end(&w) != OK) {
        file_found(files->v, VERIFY_NOTE, files->folder,
                   "holds a name too long for a log");
        return OK;
    }
    path[w.at] = '\0';
    if (is_folder)
        folder_push(files->v, path);
    else
        path_check(files->v, path);
    return verify_over(files->v) ? ERR_LIMIT : OK;
}

void
verify_files(struct verify *v)
{
    struct files files = {.v = v};
    struct os *os = &v->config.workers[0].os;

    folder_push(v, "");
    while (v->folders_size > 0 && !verify_over(v)) {
        enum err e;

        folder_pop(v, files.folder);
        e = os->list(os, v->config.folder, files.folder, each_name, &files);
        if (e != OK && e != ERR_NOT_FOUND && !verify_over(v))
            file_found(v, VERIFY_UNREADABLE, files.folder, err_text(e));
    }
}
