#include "tlog/tile_file.h"

#include <string.h>

/* The folders above a path that lies below the view's. */
static enum err
parents_make(const struct log_view *view, const char *path)
{
    char parent[OS_PATH_SIZE_MAX];
    size_t i;

    for (i = 0; path[i] != '\0'; i++) {
        enum err e;

        if (path[i] == '/') {
            parent[i] = '\0';
            e = view->os->make_folder(view->os, view->dir, parent, 0755);
            if (e != OK)
                return e;
        }
        parent[i] = path[i];
    }
    return OK;
}

static enum err
tile_open(const struct log_view *view, const char *path, struct file *file)
{
    struct os *os = view->os;
    enum err e = os->open(os, view->dir, path, OPEN_CREATE, 0644, file);

    if (e == ERR_NOT_FOUND) {
        e = parents_make(view, path);
        if (e == OK)
            e = os->open(os, view->dir, path, OPEN_CREATE, 0644, file);
    }
    if (e == ERR_CONFLICT)
        e = os->open(os, view->dir, path, OPEN_WRITE, 0, file);
    return e;
}

static enum err
tile_put(struct os *os, struct file file, struct bytes in)
{
    uint64_t size;
    enum err e = os->write_at(os, file, 0, in);

    if (e == OK)
        e = os->size(os, file, &size);
    if (e == OK && size != in.size)
        e = os->truncate(os, file, in.size);
    return e;
}

enum err
tile_file_write(const struct log_view *view, const struct tile_id *id,
                struct bytes in)
{
    char path[OS_PATH_SIZE_MAX];
    struct file file;
    enum err e;

    view_path(view, id, path);
    e = tile_open(view, path, &file);
    if (e != OK)
        return e;
    e = tile_put(view->os, file, in);
    view->os->close(view->os, file);
    return e;
}

/* What removing one tile's partial files needs to know. */
struct removal {
    const struct log_view *view;
    char path[OS_PATH_SIZE_MAX]; /* the folder's */
    size_t size;
};

static enum err
partial_remove(void *context, const char *name, bool is_folder)
{
    struct removal *removal = context;
    struct os *os = removal->view->os;
    size_t size = strlen(name);
    enum err e;

    if (is_folder || size > OS_PATH_SIZE_MAX - removal->size - 2)
        return OK;
    removal->path[removal->size] = '/';
    memcpy(removal->path + removal->size + 1, name, size + 1);
    e = os->remove(os, removal->view->dir, removal->path);
    removal->path[removal->size] = '\0';
    return e;
}

/* Most tiles never had a partial one: then there is no such folder. */
enum err
tile_file_remove_partials(const struct log_view *view, uint8_t level,
                          uint64_t index)
{
    struct os *os = view->os;
    struct tile_id id = {.level = level, .index = index, .width = TILE_WIDTH};
    struct removal removal = {.view = view};
    enum err e;

    view_path(view, &id, removal.path);
    removal.size = strlen(removal.path);
    memcpy(removal.path + removal.size, ".p", sizeof(".p"));
    removal.size += 2;
    e = os->list(os, view->dir, removal.path, partial_remove, &removal);
    if (e == OK)
        e = os->remove_folder(os, view->dir, removal.path);
    return e == ERR_NOT_FOUND ? OK : e;
}
