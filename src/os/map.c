#include "os/map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

/* Maps an open file, which may be closed afterwards. */
static enum err
map_file(struct os *os, struct file file, size_t size, int protection,
         struct map *out)
{
    void *p;

    if (size == 0) {
        *out = (struct map){0};
        return OK;
    }
    p = mmap(NULL, size, protection, MAP_SHARED, file.fd, 0);
    if (p == MAP_FAILED) {
        os->error = errno;
        return errno == ENOMEM ? ERR_LIMIT : ERR_IO;
    }
    *out = (struct map){.p = p, .size = size};
    return OK;
}

enum err
map_open(struct os *os, struct folder folder, const char *path, struct map *out)
{
    struct file file;
    uint64_t size = 0;
    enum err e = os->open(os, folder, path, OPEN_READ, 0, &file);

    if (e != OK)
        return e;
    e = os->size(os, file, &size);
    if (e == OK && size > SIZE_MAX)
        e = ERR_LIMIT;
    if (e == OK)
        e = map_file(os, file, (size_t)size, PROT_READ, out);
    os->close(os, file);
    return e;
}

/* posix_fallocate() gives its error back and leaves errno alone. */
static enum err
room_take(struct os *os, struct file file, size_t size)
{
    int n;

    if (size == 0)
        return OK;
    do
        n = posix_fallocate(file.fd, 0, (off_t)size);
    while (n == EINTR);
    if (n == 0)
        return OK;
    os->error = n;
    return n == ENOSPC || n == EDQUOT ? ERR_FULL : ERR_IO;
}

enum err
map_create(struct os *os, struct folder folder, const char *path, size_t size,
           unsigned mode, struct map *out)
{
    struct file file;
    enum err e = os->open(os, folder, path, OPEN_REPLACE, mode, &file);

    if (e != OK)
        return e;
    e = room_take(os, file, size);
    if (e == OK)
        e = map_file(os, file, size, PROT_READ | PROT_WRITE, out);
    os->close(os, file);
    return e;
}

enum err
map_sync(struct os *os, const struct map *map)
{
    if (map->size == 0 || msync(map->p, map->size, MS_SYNC) == 0)
        return OK;
    os->error = errno;
    return ERR_IO;
}

enum err
map_scratch(size_t size, struct map *out)
{
    void *p;

    if (size == 0) {
        *out = (struct map){0};
        return OK;
    }
    p = mmap(NULL, size, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return ERR_LIMIT;
    *out = (struct map){.p = p, .size = size};
    return OK;
}

struct bytes
map_bytes(const struct map *map)
{
    return (struct bytes){map->p, map->size};
}

void
map_close(struct map *map)
{
    if (map->size > 0)
        (void)munmap(map->p, map->size);
    *map = (struct map){0};
}
