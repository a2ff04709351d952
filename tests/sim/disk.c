#include "sim/disk.h"

#include "sim/disk_int.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ----- Memory: what fails here fails the test. ----- */

void *
sim_grown(void *p, size_t count, size_t item_size)
{
    void *q;

    assert(count > 0 && item_size > 0);
    q = realloc(p, count * item_size);
    assert(q != NULL);
    return q;
}

void *
sim_copied(const void *p, size_t size)
{
    void *q = calloc(1, size + 1);

    assert(q != NULL);
    if (size > 0)
        memcpy(q, p, size);
    return q;
}

/* splitmix64 */
uint64_t
sim_disk_random(struct sim_disk *disk, uint64_t below)
{
    uint64_t z = disk->random += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

bool
sim_coin(struct sim_disk *disk)
{
    return sim_disk_random(disk, 2) == 0;
}

/* ----- Nodes and paths. ----- */

static void
node_deinit(struct sim_node *node)
{
    free(node->cache.p);
    free(node->disk.p);
    free(node->stable.p);
    free(node->dirty);
    free(node->loose);
    free(node->names.p);
    free(node->stable_names.p);
}

static void
names_mark(struct sim_disk *disk, const struct sim_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        disk->nodes[names->p[i].node].is_free = false;
}

/* Gives back what no name, handle or lost change may lead to any more, so that
 * a long life takes no more memory than its files. */
static void
nodes_sweep(struct sim_disk *disk)
{
    size_t live = 0;
    size_t i;

    for (i = 1; i < disk->node_count; i++)
        disk->nodes[i].is_free = true;
    for (i = 0; i < disk->node_count; i++) {
        names_mark(disk, &disk->nodes[i].names);
        names_mark(disk, &disk->nodes[i].stable_names);
    }
    for (i = 0; i < disk->change_count; i++) {
        disk->nodes[disk->changes[i].folder].is_free = false;
        if (disk->changes[i].name.node >= 0)
            disk->nodes[disk->changes[i].name.node].is_free = false;
    }
    for (i = 0; i < SIM_HANDLES_MAX; i++)
        if (disk->handles[i].used)
            disk->nodes[disk->handles[i].node].is_free = false;
    for (i = 0; i < disk->node_count; i++) {
        if (!disk->nodes[i].is_free) {
            live++;
            continue;
        }
        node_deinit(&disk->nodes[i]);
        disk->nodes[i] = (struct sim_node){.is_free = true, .lock = -1};
    }
    disk->free_at = 1;
    disk->sweep_at = 2 * live < SIM_SWEEP_MIN ? SIM_SWEEP_MIN : 2 * live;
}

int
sim_node_new(struct sim_disk *disk, bool is_folder)
{
    struct sim_node node = {.is_folder = is_folder, .lock = -1};

    if (disk->node_count >= disk->sweep_at && disk->free_at == 0)
        nodes_sweep(disk);
    while (disk->free_at > 0 && disk->free_at < disk->node_count &&
           !disk->nodes[disk->free_at].is_free)
        disk->free_at++;
    if (disk->free_at > 0 && disk->free_at < disk->node_count) {
        disk->nodes[disk->free_at] = node;
        return (int)disk->free_at++;
    }
    disk->free_at = 0;
    if (disk->node_count == disk->node_room) {
        disk->node_room = 2 * disk->node_room + 64;
        disk->nodes =
            sim_grown(disk->nodes, disk->node_room, sizeof(*disk->nodes));
    }
    disk->nodes[disk->node_count] = node;
    return (int)disk->node_count++;
}

int
sim_handle_new(struct sim_disk *disk, int node)
{
    int i;

    for (i = 0; i < SIM_HANDLES_MAX; i++) {
        if (disk->handles[i].used)
            continue;
        disk->handles[i] = (struct sim_handle){.used = true, .node = node};
        return i;
    }
    assert(!"handles are given back");
    return -1;
}

struct sim_handle *
sim_handle_of(struct sim_disk *disk, int fd)
{
    assert(fd >= 0 && fd < SIM_HANDLES_MAX && disk->handles[fd].used);
    return &disk->handles[fd];
}

struct sim_node *
sim_node_of(struct sim_disk *disk, int fd)
{
    return &disk->nodes[sim_handle_of(disk, fd)->node];
}

int
sim_path_walk(struct sim_disk *disk, int folder, const char *path,
              char last[SIM_NAME_SIZE])
{
    for (;;) {
        const char *end = strchr(path, '/');
        size_t size = end != NULL ? (size_t)(end - path) : strlen(path);
        struct sim_name *name;

        assert(size < SIM_NAME_SIZE);
        memcpy(last, path, size);
        last[size] = '\0';
        if (end == NULL)
            return folder;
        name = sim_name_find(&disk->nodes[folder].names, last);
        if (name == NULL || !disk->nodes[name->node].is_folder)
            return -1;
        folder = name->node;
        path = end + 1;
    }
}

int
sim_path_find(struct sim_disk *disk, struct folder at, const char *path,
              int *folder, char last[SIM_NAME_SIZE])
{
    const struct sim_name *name;

    *folder = sim_path_walk(disk, sim_handle_of(disk, at.fd)->node, path, last);
    if (*folder < 0)
        return -1;
    if (last[0] == '\0')
        return *folder;
    name = sim_name_find(&disk->nodes[*folder].names, last);
    return name == NULL ? -1 : name->node;
}

/* ----- Bytes. ----- */

static void
blocks_room(struct sim_node *node, size_t blocks)
{
    struct sim_bytes *all[] = {&node->cache, &node->disk, &node->stable};
    size_t room = blocks + blocks / 2;
    size_t i;

    if (blocks <= node->blocks_room)
        return;
    for (i = 0; i < 3; i++)
        all[i]->p = sim_grown(all[i]->p, room, SIM_BLOCK);
    node->dirty = sim_grown(node->dirty, room, sizeof(*node->dirty));
    node->loose = sim_grown(node->loose, room, sizeof(*node->loose));
    node->blocks_room = room;
}

static void
blocks_grow(struct sim_node *node, size_t size)
{
    size_t blocks = (size + SIM_BLOCK - 1) / SIM_BLOCK;
    struct sim_bytes *all[] = {&node->cache, &node->disk, &node->stable};
    size_t more;
    size_t i;

    if (blocks <= node->blocks)
        return;
    blocks_room(node, blocks);
    more = blocks - node->blocks;
    for (i = 0; i < 3; i++)
        memset(all[i]->p + node->blocks * SIM_BLOCK, 0, more * SIM_BLOCK);
    memset(node->dirty + node->blocks, 0, more * sizeof(*node->dirty));
    memset(node->loose + node->blocks, 0, more * sizeof(*node->loose));
    node->blocks = blocks;
}

void
sim_block_copy(struct sim_bytes *to, const struct sim_bytes *from, size_t block)
{
    memcpy(to->p + block * SIM_BLOCK, from->p + block * SIM_BLOCK, SIM_BLOCK);
}

/* The kernel may write a block at any time, and the disk may keep it. */
static void
block_wander(struct sim_disk *disk, struct sim_node *node, size_t block)
{
    if (!node->dirty[block] || sim_disk_random(disk, 4) != 0)
        return;
    sim_block_copy(&node->disk, &node->cache, block);
    node->loose[block] = true;
    if (sim_coin(disk))
        sim_block_copy(&node->stable, &node->disk, block);
}

void
sim_cache_write(struct sim_disk *disk, struct sim_node *node, uint64_t at,
                struct bytes in)
{
    size_t block;

    if (in.size == 0)
        return;
    node->unsynced = true;
    blocks_grow(node, (size_t)at + in.size);
    for (block = (size_t)at / SIM_BLOCK;
         block <= ((size_t)at + in.size - 1) / SIM_BLOCK; block++) {
        block_wander(disk, node, block);
        node->dirty[block] = true;
    }
    memcpy(node->cache.p + at, in.p, in.size);
    if (node->cache.size < at + in.size)
        node->cache.size = (size_t)at + in.size;
}

void
sim_cache_resize(struct sim_node *node, size_t size)
{
    size_t block;

    node->unsynced = true;
    blocks_grow(node, size);
    if (size < node->blocks * SIM_BLOCK)
        memset(node->cache.p + size, 0, node->blocks * SIM_BLOCK - size);
    for (block = size / SIM_BLOCK; block < node->blocks; block++)
        node->dirty[block] = true;
    node->cache.size = size;
}

void
sim_node_sync(struct sim_node *node)
{
    size_t block;

    if (!node->unsynced)
        return;
    for (block = 0; block < node->blocks; block++) {
        if (node->dirty[block])
            sim_block_copy(&node->disk, &node->cache, block);
        if (node->dirty[block] || node->loose[block])
            sim_block_copy(&node->stable, &node->disk, block);
        node->dirty[block] = false;
        node->loose[block] = false;
    }
    node->disk.size = node->cache.size;
    node->stable.size = node->cache.size;
    node->unsynced = false;
}

void
sim_node_sync_fail(struct sim_disk *disk, struct sim_node *node)
{
    size_t block;

    for (block = 0; block < node->blocks; block++) {
        node->loose[block] = node->loose[block] || node->dirty[block];
        if (node->dirty[block] && sim_coin(disk))
            sim_block_copy(&node->disk, &node->cache, block);
        node->dirty[block] = false;
    }
    node->disk.size = node->cache.size;
}

/* One block becomes one of its copies, or is torn between two. */
static void
block_cut(struct sim_disk *disk, struct sim_node *node, size_t block,
          unsigned luck)
{
    const struct sim_bytes *copies[3] = {&node->stable, &node->disk};
    size_t count = 2;
    const struct sim_bytes *a;
    const struct sim_bytes *b;
    size_t at;

    if (node->dirty[block])
        copies[count++] = &node->cache;
    a = copies[luck == 0   ? 0
               : luck == 1 ? count - 1
                           : sim_disk_random(disk, count)];
    b = luck < 2 || sim_coin(disk) ? a : copies[sim_disk_random(disk, count)];
    for (at = block * SIM_BLOCK; at < (block + 1) * SIM_BLOCK;
         at += SIM_SECTOR) {
        const struct sim_bytes *from = sim_coin(disk) ? a : b;

        memmove(node->stable.p + at, from->p + at, SIM_SECTOR);
    }
}

static void
node_cut(struct sim_disk *disk, struct sim_node *node, unsigned luck)
{
    size_t sizes[3] = {node->stable.size, node->disk.size, node->cache.size};
    size_t block;

    if (!node->unsynced)
        return;
    for (block = 0; block < node->blocks; block++)
        block_cut(disk, node, block, luck);
    node->stable.size = sizes[luck == 0   ? 0
                              : luck == 1 ? 2
                                          : sim_disk_random(disk, 3)];
    if (node->blocks > 0)
        memset(node->stable.p + node->stable.size, 0,
               node->blocks * SIM_BLOCK - node->stable.size);
    for (block = 0; block < node->blocks; block++) {
        sim_block_copy(&node->disk, &node->stable, block);
        sim_block_copy(&node->cache, &node->stable, block);
        node->dirty[block] = false;
        node->loose[block] = false;
    }
    node->disk.size = node->stable.size;
    node->cache.size = node->stable.size;
    node->unsynced = false;
}

uint64_t
sim_space_used(const struct sim_disk *disk)
{
    uint64_t used = 0;
    size_t i;
    size_t k;

    if (disk->capacity == UINT64_MAX)
        return 0;
    for (i = 0; i < disk->node_count; i++)
        for (k = 0; k < disk->nodes[i].names.count; k++)
            used += disk->nodes[disk->nodes[i].names.p[k].node].cache.size +
                    SIM_SECTOR;
    return used;
}

/* ----- What tests call. ----- */

void
sim_disk_init(struct sim_disk *disk, uint64_t seed)
{
    *disk = (struct sim_disk){
        .now = {INT64_C(1790000000000)},
        .monotonic_ns = UINT64_C(1000000000000),
        .capacity = UINT64_MAX,
        .random = seed,
        .sweep_at = SIM_SWEEP_MIN,
    };
    sim_calls(disk);
    (void)sim_node_new(disk, true);
}

void
sim_disk_deinit(struct sim_disk *disk)
{
    size_t i;

    for (i = 0; i < disk->node_count; i++)
        node_deinit(&disk->nodes[i]);
    free(disk->nodes);
    free(disk->changes);
    *disk = (struct sim_disk){0};
}

void
sim_disk_copy(struct sim_disk *to, const struct sim_disk *from)
{
    size_t i;

    *to = *from;
    to->os.context = to;
    to->nodes =
        sim_copied(from->nodes, from->node_count * sizeof(*from->nodes));
    to->node_room = from->node_count;
    to->changes =
        sim_copied(from->changes, from->change_count * sizeof(*from->changes));
    for (i = 0; i < to->node_count; i++) {
        struct sim_node *n = &to->nodes[i];
        size_t size = n->blocks * SIM_BLOCK;

        n->cache.p = sim_copied(n->cache.p, size);
        n->disk.p = sim_copied(n->disk.p, size);
        n->stable.p = sim_copied(n->stable.p, size);
        n->dirty = sim_copied(n->dirty, n->blocks * sizeof(*n->dirty));
        n->loose = sim_copied(n->loose, n->blocks * sizeof(*n->loose));
        n->blocks_room = n->blocks;
        n->names.p =
            sim_copied(n->names.p, n->names.count * sizeof(*n->names.p));
        n->stable_names.p =
            sim_copied(n->stable_names.p,
                       n->stable_names.count * sizeof(*n->stable_names.p));
    }
}

struct folder
sim_disk_root(struct sim_disk *disk)
{
    return (struct folder){sim_handle_new(disk, SIM_ROOT)};
}

static void
fault_plan(struct sim_disk *disk, enum sim_fault fault, uint64_t at,
           enum err error)
{
    disk->fault = fault;
    disk->fault_at = disk->calls + at;
    disk->fault_error = error;
    disk->struck = false;
}

void
sim_disk_fail(struct sim_disk *disk, uint64_t at, enum err error)
{
    fault_plan(disk, SIM_FAIL, at, error);
}

void
sim_disk_crash(struct sim_disk *disk, uint64_t at)
{
    fault_plan(disk, SIM_CRASH, at, ERR_IO);
}

void
sim_disk_kill(struct sim_disk *disk)
{
    size_t i;

    for (i = 0; i < SIM_HANDLES_MAX; i++)
        disk->handles[i].used = false;
    for (i = 0; i < disk->node_count; i++)
        disk->nodes[i].lock = -1;
    disk->crashed = false;
    disk->fault = SIM_NO_FAULT;
}

static void
names_forget(struct sim_node *node)
{
    node->names.count = 0;
    for (size_t i = 0; i < node->stable_names.count; i++)
        sim_name_set(&node->names, &node->stable_names.p[i]);
}

void
sim_disk_power_cut(struct sim_disk *disk)
{
    unsigned luck = (unsigned)sim_disk_random(disk, 6);
    size_t i;

    sim_disk_kill(disk);
    if (luck == 1)
        sim_changes_apply(disk, sim_group_any, 0);
    else if (luck > 1)
        sim_changes_apply(disk, sim_group_by_luck, 0);
    disk->change_count = 0;
    for (i = 0; i < disk->node_count; i++) {
        node_cut(disk, &disk->nodes[i], luck);
        names_forget(&disk->nodes[i]);
    }
}

void
sim_disk_settle(struct sim_disk *disk)
{
    size_t i;

    for (i = 0; i < disk->node_count; i++)
        sim_node_sync(&disk->nodes[i]);
    sim_changes_apply(disk, sim_group_any, 0);
}

static struct sim_node *
node_at(struct sim_disk *disk, const char *path)
{
    char last[SIM_NAME_SIZE];
    int folder = sim_path_walk(disk, SIM_ROOT, path, last);
    const struct sim_name *name;

    if (folder < 0)
        return NULL;
    name = sim_name_find(&disk->nodes[folder].names, last);
    return name == NULL ? NULL : &disk->nodes[name->node];
}

struct sim_bytes *
sim_disk_bytes(struct sim_disk *disk, const char *path)
{
    struct sim_node *node = node_at(disk, path);

    return node == NULL ? NULL : &node->stable;
}

void
sim_disk_spread(struct sim_disk *disk, const char *path)
{
    struct sim_node *node = node_at(disk, path);
    size_t block;

    assert(node != NULL);
    for (block = 0; block < node->blocks; block++) {
        sim_block_copy(&node->disk, &node->stable, block);
        sim_block_copy(&node->cache, &node->stable, block);
    }
    node->disk.size = node->stable.size;
    node->cache.size = node->stable.size;
}
