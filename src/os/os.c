/* What is built from the functions of `struct os`, whichever it is. */
#include "os/os.h"

#include <string.h>

/* Reads one byte more than fits, so that a longer file is told apart. */
static enum err
read_whole(struct os *os, struct file file, uint8_t *out, size_t out_size,
           size_t *size)
{
    uint8_t more;
    size_t got;
    size_t got_more = 0;
    enum err e = os->read_at(os, file, 0, out, out_size, &got);

    if (e == OK && got == out_size)
        e = os->read_at(os, file, got, &more, 1, &got_more);
    if (e != OK)
        return e;
    if (got_more != 0)
        return ERR_LIMIT;
    *size = got;
    return OK;
}

enum err
os_read_file(struct os *os, struct folder folder, const char *path,
             uint8_t *out, size_t out_size, size_t *size)
{
    struct file file;
    enum err e = os->open(os, folder, path, OPEN_READ, 0, &file);

    if (e != OK)
        return e;
    e = read_whole(os, file, out, out_size, size);
    os->close(os, file);
    return e;
}

enum err
os_replace_file(struct os *os, struct folder folder, const char *path,
                const char *parent, struct bytes content, unsigned mode)
{
    char new[OS_PATH_SIZE_MAX];
    size_t size = strlen(path);
    struct file file;
    enum err e;

    if (size + sizeof(".new") > sizeof(new))
        return ERR_LIMIT;
    memcpy(new, path, size);
    memcpy(new + size, ".new", sizeof(".new"));
    e = os->open(os, folder, new, OPEN_REPLACE, mode, &file);
    if (e != OK)
        return e;
    e = os->write_at(os, file, 0, content);
    if (e == OK)
        e = os->sync(os, file);
    os->close(os, file);
    if (e == OK)
        e = os->rename(os, folder, new, path);
    if (e == OK)
        e = os->sync_folder(os, folder, parent);
    return e;
}

/* A folder being emptied; stops at the first folder in it, whose path is then
 * this one's. */
struct emptying {
    struct os *os;
    struct folder folder;
    char path[OS_PATH_SIZE_MAX];
    size_t removed;
};

static enum err
each_remove(void *context, const char *name, bool is_folder)
{
    struct emptying *emptying = context;
    size_t at = strlen(emptying->path);
    size_t size = strlen(name);
    enum err e;

    if (size + 2 > sizeof(emptying->path) - at)
        return ERR_LIMIT;
    emptying->path[at] = '/';
    memcpy(emptying->path + at + 1, name, size + 1);
    if (is_folder)
        return ERR_BUSY;
    e = emptying->os->remove(emptying->os, emptying->folder, emptying->path);
    emptying->path[at] = '\0';
    emptying->removed++;
    return e;
}

/* Empties the folder of the path, or goes into one below it. */
static enum err
folder_empty(struct emptying *emptying)
{
    struct os *os = emptying->os;
    enum err e = OK;

    do {
        emptying->removed = 0;
        e = os->list(os, emptying->folder, emptying->path, each_remove,
                     emptying);
    } while (e == OK && emptying->removed > 0);
    return e;
}

enum err
os_remove_tree(struct os *os, struct folder folder, const char *path)
{
    struct emptying emptying = {.os = os, .folder = folder};
    size_t root = strlen(path);
    enum err e;

    if (root >= sizeof(emptying.path))
        return ERR_LIMIT;
    memcpy(emptying.path, path, root + 1);
    for (;;) {
        e = folder_empty(&emptying);
        if (e == ERR_NOT_FOUND && strlen(emptying.path) == root)
            return OK;
        if (e == ERR_BUSY)
            continue;
        if (e == OK)
            e = os->remove_folder(os, folder, emptying.path);
        if (e != OK || strlen(emptying.path) == root)
            return e;
        *strrchr(emptying.path, '/') = '\0';
    }
}
