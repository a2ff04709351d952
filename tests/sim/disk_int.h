/* What the two files of the simulated disk share. */
#ifndef SIM_DISK_INT_H
#define SIM_DISK_INT_H

#include "sim/disk.h"

#define SIM_ROOT 0

/* So many nodes are kept before free ones are looked for. */
#define SIM_SWEEP_MIN 512

/* Puts the simulated calls into disk->os. */
void sim_calls(struct sim_disk *disk);

struct sim_name *sim_name_find(const struct sim_names *names, const char *name);

/* Sets or removes a name in the one of a folder's two tables. */
void sim_name_set(struct sim_names *names, const struct sim_name *name);

/* Sets a name (or removes it) for now; whether it stays, a sync decides. */
void sim_name_change(struct sim_disk *disk, int folder, const char *name,
                     int node);

/* Makes the changes stable that `chosen` names by group. */
void sim_changes_apply(struct sim_disk *disk,
                       bool (*chosen)(struct sim_disk *disk, unsigned group,
                                      int folder),
                       int folder);

bool sim_group_any(struct sim_disk *disk, unsigned group, int folder);

/* The same answer for every change of a group: one draw a group. */
bool sim_group_by_luck(struct sim_disk *disk, unsigned group, int folder);

/* A group that touches the folder at all goes with it. */
bool sim_group_in_folder(struct sim_disk *disk, unsigned group, int folder);

int sim_node_new(struct sim_disk *disk, bool is_folder);

int sim_handle_new(struct sim_disk *disk, int node);

struct sim_handle *sim_handle_of(struct sim_disk *disk, int fd);

struct sim_node *sim_node_of(struct sim_disk *disk, int fd);

/*
 * Walks to the folder that holds the last part of the path, which is left in
 * `last`; an empty path leads to the folder itself and leaves "" there.
 */
int sim_path_walk(struct sim_disk *disk, int folder, const char *path,
                  char last[SIM_NAME_SIZE]);

/* The node at a path, or -1; `*folder` and `last` as sim_path_walk(). */
int sim_path_find(struct sim_disk *disk, struct folder at, const char *path,
                  int *folder, char last[SIM_NAME_SIZE]);

/* What is cut off, and what is added, reads as zeros. */
void sim_cache_resize(struct sim_node *node, size_t size);

void sim_block_copy(struct sim_bytes *to, const struct sim_bytes *from,
                    size_t block);

void sim_cache_write(struct sim_disk *disk, struct sim_node *node, uint64_t at,
                     struct bytes in);

void sim_node_sync(struct sim_node *node);

/* As Linux: what was not written is taken for clean and never written. */
void sim_node_sync_fail(struct sim_disk *disk, struct sim_node *node);

uint64_t sim_space_used(const struct sim_disk *disk);

/* What fails here fails the test. */
void *sim_grown(void *p, size_t count, size_t item_size);
void *sim_copied(const void *p, size_t size);

bool sim_coin(struct sim_disk *disk);

#endif
