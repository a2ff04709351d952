/* Names of the simulated disk: set at once, stable by a sync. */
#include "sim/disk_int.h"

#include <assert.h>
#include <string.h>

struct sim_name *
sim_name_find(const struct sim_names *names, const char *name)
{
    size_t i;

    for (i = 0; i < names->count; i++)
        if (strcmp(names->p[i].name, name) == 0)
            return &names->p[i];
    return NULL;
}

void
sim_name_set(struct sim_names *names, const struct sim_name *name)
{
    struct sim_name *found = sim_name_find(names, name->name);

    if (found != NULL && name->node >= 0) {
        found->node = name->node;
    } else if (found != NULL) {
        *found = names->p[names->count - 1];
        names->count--;
    } else if (name->node >= 0) {
        names->p = sim_grown(names->p, names->count + 1, sizeof(*names->p));
        names->p[names->count++] = *name;
    }
}

void
sim_name_change(struct sim_disk *disk, int folder, const char *name, int node)
{
    struct sim_change change = {
        .folder = folder,
        .name.node = node,
        .group = disk->group,
    };

    assert(strlen(name) < SIM_NAME_SIZE);
    memcpy(change.name.name, name, strlen(name) + 1);
    sim_name_set(&disk->nodes[folder].names, &change.name);
    disk->changes = sim_grown(disk->changes, disk->change_count + 1,
                              sizeof(*disk->changes));
    disk->changes[disk->change_count++] = change;
}

void
sim_changes_apply(struct sim_disk *disk,
                  bool (*chosen)(struct sim_disk *disk, unsigned group,
                                 int folder),
                  int folder)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < disk->change_count; i++) {
        const struct sim_change *c = &disk->changes[i];

        if (chosen(disk, c->group, folder))
            sim_name_set(&disk->nodes[c->folder].stable_names, &c->name);
        else
            disk->changes[kept++] = *c;
    }
    disk->change_count = kept;
}

bool
sim_group_any(struct sim_disk *disk, unsigned group, int folder)
{
    (void)disk;
    (void)group;
    (void)folder;
    return true;
}

bool
sim_group_in_folder(struct sim_disk *disk, unsigned group, int folder)
{
    size_t i;

    for (i = 0; i < disk->change_count; i++)
        if (disk->changes[i].group == group &&
            disk->changes[i].folder == folder)
            return true;
    return false;
}

bool
sim_group_by_luck(struct sim_disk *disk, unsigned group, int folder)
{
    uint64_t z = (disk->random ^ group) * UINT64_C(0x9e3779b97f4a7c15);

    (void)folder;
    return (z >> 40 & 1) == 0;
}
