/* The calls of `struct os` on the simulated disk. */
#include "sim/disk_int.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct sim_disk *
disk_of(struct os *os)
{
    return os->context;
}

static enum err
refuse(struct sim_disk *disk, enum err e)
{
    static const int numbers[ERR_COUNT] = {
        [ERR_BUSY] = EWOULDBLOCK, [ERR_FULL] = ENOSPC,
        [ERR_NOT_FOUND] = ENOENT, [ERR_CONFLICT] = EEXIST,
        [ERR_DENIED] = EACCES,    [ERR_IO] = EIO,
    };

    if (e != OK)
        disk->os.error = numbers[e];
    return e;
}

/*
 * Every call that can fail passes here first. `*half` is set when the call is
 * the one that fails and may have done some of its work.
 */
static enum err
call(struct sim_disk *disk, bool *half)
{
    uint64_t number = disk->calls++;

    *half = false;
    if (disk->crashed)
        return refuse(disk, ERR_IO);
    if (disk->fault == SIM_NO_FAULT || number != disk->fault_at)
        return OK;
    disk->struck = true;
    disk->crashed = disk->fault == SIM_CRASH;
    *half = disk->fault_error != ERR_FULL && sim_coin(disk);
    return refuse(disk, disk->fault_error);
}

/* The same for a call that only looks: no disk is too full for it. */
static enum err
call_reading(struct sim_disk *disk)
{
    bool half;
    enum err e = call(disk, &half);

    return e == ERR_FULL ? refuse(disk, ERR_IO) : e;
}

/* The same for a call that changes something. */
static enum err
call_writing(struct sim_disk *disk, bool *half)
{
    enum err e = call(disk, half);

    return e == OK && disk->read_only ? refuse(disk, ERR_IO) : e;
}

static enum err
sim_folder_open(struct os *os, const char *path, struct folder *out)
{
    struct sim_disk *disk = disk_of(os);
    enum err e = call_reading(disk);
    char last[SIM_NAME_SIZE];
    int folder = sim_path_walk(disk, SIM_ROOT, path, last);
    const struct sim_name *name = NULL;

    if (e != OK)
        return e;
    if (folder >= 0 && last[0] != '\0') {
        name = sim_name_find(&disk->nodes[folder].names, last);
        folder = name == NULL ? -1 : name->node;
    }
    if (folder < 0 || !disk->nodes[folder].is_folder)
        return refuse(disk, ERR_NOT_FOUND);
    out->fd = sim_handle_new(disk, folder);
    return OK;
}

static void
sim_folder_close(struct os *os, struct folder folder)
{
    sim_handle_of(disk_of(os), folder.fd)->used = false;
}

/* Makes or empties as `how` says; the node in `*node`. */
static enum err
open_writing(struct sim_disk *disk, int folder, const char *last,
             enum open_mode how, int *node)
{
    if (how == OPEN_CREATE && *node >= 0)
        return ERR_CONFLICT;
    if (*node < 0 && how == OPEN_WRITE)
        return ERR_NOT_FOUND;
    if (*node < 0) {
        if (sim_space_used(disk) > disk->capacity)
            return ERR_FULL;
        *node = sim_node_new(disk, false);
        disk->group++;
        sim_name_change(disk, folder, last, *node);
    }
    if (how == OPEN_REPLACE)
        sim_cache_resize(&disk->nodes[*node], 0);
    return OK;
}

static enum err
sim_open(struct os *os, struct folder at, const char *path, enum open_mode how,
         unsigned mode, struct file *out)
{
    struct sim_disk *disk = disk_of(os);
    bool writing = how != OPEN_READ && how != OPEN_READ_DIRECT;
    bool half = false;
    enum err e = writing ? call_writing(disk, &half) : call_reading(disk);
    char last[SIM_NAME_SIZE];
    int folder;
    int node;
    struct sim_handle *handle;

    (void)mode;
    if (e != OK && !half)
        return e;
    node = sim_path_find(disk, at, path, &folder, last);
    if (folder < 0 || (node < 0 && !writing))
        return refuse(disk, e != OK ? e : ERR_NOT_FOUND);
    if (node >= 0 && disk->nodes[node].is_folder)
        return refuse(disk, ERR_IO);
    if (writing) {
        enum err made = open_writing(disk, folder, last, how, &node);

        if (e == OK)
            e = made;
    }
    if (e != OK)
        return refuse(disk, e);
    out->fd = sim_handle_new(disk, node);
    handle = sim_handle_of(disk, out->fd);
    handle->direct = how == OPEN_READ_DIRECT;
    handle->writable = writing;
    return OK;
}

static void
sim_close(struct os *os, struct file file)
{
    struct sim_disk *disk = disk_of(os);
    struct sim_node *node = sim_node_of(disk, file.fd);

    if (node->lock == file.fd)
        node->lock = -1;
    sim_handle_of(disk, file.fd)->used = false;
}

/* Linux writes what is dirty before it reads past the cache. */
static void
direct_prepare(struct sim_node *node, uint64_t at, size_t size,
               const uint8_t *out)
{
    size_t block;

    assert(at % SIM_BLOCK == 0 && size % SIM_BLOCK == 0);
    assert((uintptr_t)out % SIM_BLOCK == 0);
    for (block = (size_t)at / SIM_BLOCK;
         block < node->blocks && block * SIM_BLOCK < at + size; block++) {
        if (node->dirty[block])
            sim_block_copy(&node->disk, &node->cache, block);
        node->loose[block] = node->loose[block] || node->dirty[block];
        node->dirty[block] = false;
    }
}

static enum err
sim_read_at(struct os *os, struct file file, uint64_t at, uint8_t *out,
            size_t size, size_t *got)
{
    struct sim_disk *disk = disk_of(os);
    struct sim_node *node = sim_node_of(disk, file.fd);
    struct sim_bytes *from = &node->cache;
    enum err e = call_reading(disk);

    if (e != OK)
        return e;
    if (sim_handle_of(disk, file.fd)->direct) {
        direct_prepare(node, at, size, out);
        from = &node->disk;
    }
    *got = 0;
    if (at >= node->cache.size)
        return OK;
    *got =
        node->cache.size - at < size ? (size_t)(node->cache.size - at) : size;
    memcpy(out, from->p + at, *got);
    return OK;
}

static enum err
sim_write_at(struct os *os, struct file file, uint64_t at, struct bytes in)
{
    struct sim_disk *disk = disk_of(os);
    struct sim_node *node = sim_node_of(disk, file.fd);
    bool half;
    enum err e = call_writing(disk, &half);
    uint64_t end = at + in.size;

    assert(sim_handle_of(disk, file.fd)->writable);
    if (e == OK && end > node->cache.size &&
        sim_space_used(disk) + end - node->cache.size > disk->capacity) {
        e = refuse(disk, ERR_FULL);
        half = true;
    }
    /* Of a write that fails any part may be done, even all of it. */
    if (e != OK && e != ERR_FULL && !half)
        return e;
    if (e != OK && sim_disk_random(disk, 3) != 0)
        in.size = (size_t)sim_disk_random(disk, in.size + 1);
    sim_cache_write(disk, node, at, in);
    return e;
}

static enum err
sim_sync(struct os *os, struct file file)
{
    struct sim_disk *disk = disk_of(os);
    struct sim_node *node = sim_node_of(disk, file.fd);
    bool half;
    enum err e = call(disk, &half);

    if (e == OK)
        sim_node_sync(node);
    else if (!disk->crashed)
        sim_node_sync_fail(disk, node);
    disk->syncs++;
    return e;
}

static enum err
sim_sync_folder(struct os *os, struct folder at, const char *path)
{
    struct sim_disk *disk = disk_of(os);
    bool half;
    enum err e = call(disk, &half);
    char last[SIM_NAME_SIZE];
    int folder;
    int node = sim_path_find(disk, at, path, &folder, last);

    disk->syncs++;
    if (e != OK)
        return e;
    if (node < 0)
        return refuse(disk, ERR_NOT_FOUND);
    sim_changes_apply(disk, sim_group_in_folder, node);
    return OK;
}

static enum err
sim_sync_all(struct os *os, struct folder at)
{
    struct sim_disk *disk = disk_of(os);
    bool half;
    enum err e = call(disk, &half);
    size_t i;

    (void)at;
    disk->syncs++;
    for (i = 0; i < disk->node_count; i++) {
        if (e == OK)
            sim_node_sync(&disk->nodes[i]);
        else if (!disk->crashed)
            sim_node_sync_fail(disk, &disk->nodes[i]);
    }
    if (e == OK)
        sim_changes_apply(disk, sim_group_any, 0);
    return e;
}

static enum err
sim_size(struct os *os, struct file file, uint64_t *out)
{
    struct sim_disk *disk = disk_of(os);
    enum err e = call_reading(disk);

    if (e == OK)
        *out = sim_node_of(disk, file.fd)->cache.size;
    return e;
}

static enum err
sim_truncate(struct os *os, struct file file, uint64_t size)
{
    struct sim_disk *disk = disk_of(os);
    struct sim_node *node = sim_node_of(disk, file.fd);
    bool half;
    enum err e = call_writing(disk, &half);

    if (e != OK && !half)
        return e;
    sim_cache_resize(node, (size_t)size);
    return e;
}

static enum err
sim_rename(struct os *os, struct folder at, const char *from, const char *to)
{
    struct sim_disk *disk = disk_of(os);
    bool half;
    enum err e = call_writing(disk, &half);
    char from_last[SIM_NAME_SIZE];
    char to_last[SIM_NAME_SIZE];
    int from_folder;
    int to_folder;
    int node;

    if (e != OK && !half)
        return e;
    node = sim_path_find(disk, at, from, &from_folder, from_last);
    (void)sim_path_find(disk, at, to, &to_folder, to_last);
    if (node < 0 || to_folder < 0)
        return refuse(disk, e != OK ? e : ERR_NOT_FOUND);
    disk->group++;
    sim_name_change(disk, to_folder, to_last, node);
    sim_name_change(disk, from_folder, from_last, -1);
    return e;
}

static enum err
remove_node(struct os *os, struct folder at, const char *path, bool is_folder)
{
    struct sim_disk *disk = disk_of(os);
    bool half;
    enum err e = call_writing(disk, &half);
    char last[SIM_NAME_SIZE];
    int folder;
    int node;

    if (e != OK && !half)
        return e;
    node = sim_path_find(disk, at, path, &folder, last);
    if (node < 0)
        return refuse(disk, e != OK ? e : ERR_NOT_FOUND);
    if (disk->nodes[node].is_folder != is_folder)
        return refuse(disk, ERR_IO);
    if (disk->nodes[node].names.count > 0)
        return refuse(disk, e != OK ? e : ERR_CONFLICT);
    disk->group++;
    sim_name_change(disk, folder, last, -1);
    return e;
}

static enum err
sim_remove(struct os *os, struct folder at, const char *path)
{
    return remove_node(os, at, path, false);
}

static enum err
sim_remove_folder(struct os *os, struct folder at, const char *path)
{
    return remove_node(os, at, path, true);
}

static enum err
sim_make_folder(struct os *os, struct folder at, const char *path,
                unsigned mode)
{
    struct sim_disk *disk = disk_of(os);
    bool half;
    enum err e = call_writing(disk, &half);
    char last[SIM_NAME_SIZE];
    int folder;
    int node;

    (void)mode;
    if (e != OK && !half)
        return e;
    node = sim_path_find(disk, at, path, &folder, last);
    if (folder < 0)
        return refuse(disk, e != OK ? e : ERR_NOT_FOUND);
    if (node >= 0)
        return e != OK || disk->nodes[node].is_folder
                   ? e
                   : refuse(disk, ERR_CONFLICT);
    node = sim_node_new(disk, true);
    disk->group++;
    sim_name_change(disk, folder, last, node);
    return e;
}

static enum err
sim_list(struct os *os, struct folder at, const char *path,
         enum err (*each)(void *context, const char *name, bool is_folder),
         void *context)
{
    struct sim_disk *disk = disk_of(os);
    enum err e = call_reading(disk);
    char last[SIM_NAME_SIZE];
    int folder;
    int node;
    struct sim_names names;
    size_t i;

    if (e != OK)
        return e;
    node = sim_path_find(disk, at, path, &folder, last);
    if (node < 0)
        return refuse(disk, ERR_NOT_FOUND);
    names = disk->nodes[node].names;
    names.p = sim_copied(names.p, names.count * sizeof(*names.p));
    for (i = 0; e == OK && i < names.count; i++)
        e = each(context, names.p[i].name,
                 disk->nodes[names.p[i].node].is_folder);
    free(names.p);
    return e;
}

static enum err
sim_lock(struct os *os, struct file file)
{
    struct sim_disk *disk = disk_of(os);
    struct sim_node *node = sim_node_of(disk, file.fd);
    enum err e = call_reading(disk);

    if (e != OK)
        return e;
    if (node->lock >= 0 && node->lock != file.fd)
        return refuse(disk, ERR_BUSY);
    node->lock = file.fd;
    return OK;
}

static struct instant
sim_now(struct os *os)
{
    return disk_of(os)->now;
}

static uint64_t
sim_monotonic_ns(struct os *os)
{
    return disk_of(os)->monotonic_ns;
}

void
sim_calls(struct sim_disk *disk)
{
    disk->os = (struct os){
        .context = disk,
        .folder_open = sim_folder_open,
        .folder_close = sim_folder_close,
        .open = sim_open,
        .close = sim_close,
        .read_at = sim_read_at,
        .write_at = sim_write_at,
        .sync = sim_sync,
        .sync_folder = sim_sync_folder,
        .sync_all = sim_sync_all,
        .size = sim_size,
        .truncate = sim_truncate,
        .rename = sim_rename,
        .remove = sim_remove,
        .make_folder = sim_make_folder,
        .remove_folder = sim_remove_folder,
        .list = sim_list,
        .lock = sim_lock,
        .now = sim_now,
        .monotonic_ns = sim_monotonic_ns,
    };
}
