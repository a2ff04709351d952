/*
 * A file system for SQLite over `struct os`, so that a store can lie on the
 * simulated disk. No shared memory: one connection at a time.
 */
#ifndef SIM_VFS_H
#define SIM_VFS_H

#include "os/os.h"

#define SIM_VFS_NAME "sim"

/*
 * Registers SIM_VFS_NAME, or sets what it stands on from now on. `os` and
 * `folder` are borrowed; files lie in the folder by the last part of their
 * path.
 */
void sim_vfs(struct os *os, struct folder folder);

/* The same for one of several that are there at once, 0 being the above; gives
 * the name by which SQLite knows it. */
#define SIM_VFS_MAX 16
const char *sim_vfs_of(unsigned number, struct os *os, struct folder folder);

#endif
