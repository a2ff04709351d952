/*
 * A simulated disk and clock behind `struct os`: everything in memory,
 * everything decided by a seed. It forgets what a real disk may forget, and
 * fails where a test tells it to.
 *
 *     struct sim_disk disk;
 *
 *     sim_disk_init(&disk, seed);
 *     folder = sim_disk_root(&disk);
 *     ... code under test with &disk.os and `folder` ...
 *     sim_disk_power_cut(&disk);
 *     ... the same again on what is left ...
 *     sim_disk_deinit(&disk);
 *
 * Three copies of each file's bytes are kept: the page cache, which reads see;
 * the disk, which OPEN_READ_DIRECT sees; and what is stable, which survives a
 * power cut for sure. sync() brings the first to the last. When power is cut,
 * each block of 4096 that differs becomes any of the three by itself, or is
 * torn between two of them at sectors of 512. Names behave alike: each making,
 * renaming and removing that no sync_folder() or sync_all() covered is kept or
 * lost by itself; a rename is never done by halves.
 *
 * A sync that fails does what Linux does: the cache goes on showing the new
 * bytes and takes them for clean, though none, some or all reached the disk;
 * the next sync says OK. Only reading past the cache tells.
 *
 * Not safe for SQLite's shared memory, mmap or more than one process.
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include "os/os.h"

#define SIM_BLOCK 4096
#define SIM_SECTOR 512
#define SIM_NAME_SIZE 140 /* a grant waiting: two hashes in digits */
#define SIM_HANDLES_MAX 64

struct sim_name {
    char name[SIM_NAME_SIZE];
    int node; /* -1 in a change that removes the name */
};

struct sim_names {
    struct sim_name *p;
    size_t count;
};

struct sim_bytes {
    uint8_t *p; /* as many blocks as the node has */
    size_t size;
};

struct sim_node {
    bool is_folder;
    bool is_free; /* nothing leads to it: another may have its place */
    int lock;     /* the handle that holds it, or -1 */
    /* A file. */
    struct sim_bytes cache;
    struct sim_bytes disk;
    struct sim_bytes stable;
    bool *dirty; /* by block: the cache is to be written */
    bool *loose; /* likewise: the disk's may differ from what is stable */
    size_t blocks;
    size_t blocks_room; /* that there is memory for */
    bool unsynced;      /* the copies may differ */
    /* A folder. */
    struct sim_names names;
    struct sim_names stable_names;
};

/* One name set or removed and not yet stable; those of one group go together.
 */
struct sim_change {
    int folder;
    struct sim_name name;
    unsigned group;
};

struct sim_handle {
    bool used;
    bool direct;
    bool writable;
    int node;
};

enum sim_fault {
    SIM_NO_FAULT,
    SIM_FAIL, /* the call at `fault_at` gives `fault_error`, later ones work */
    SIM_CRASH /* it may do some of its work; it and all later ones give ERR_IO
                 until the power is cut or the process killed */
};

struct sim_disk {
    struct os os; /* what the code under test is given */

    /* Set these at any time. */
    struct instant now;
    uint64_t monotonic_ns;
    uint64_t capacity; /* bytes in files; UINT64_MAX at first */
    bool read_only;
    enum sim_fault fault;
    uint64_t fault_at; /* counted from 0, compared with `calls` */
    enum err fault_error;

    /* Read these. */
    uint64_t calls; /* that could have failed, until now */
    bool crashed;   /* SIM_CRASH has struck */
    bool struck;    /* either fault has */
    uint64_t syncs; /* of files, folders and all */

    /* Its own. */
    uint64_t random;
    struct sim_node *nodes;
    size_t node_count;
    size_t node_room; /* that there is memory for */
    size_t sweep_at;  /* count of nodes at which free ones are looked for */
    size_t free_at;   /* none is free before it */
    struct sim_change *changes;
    size_t change_count;
    unsigned group;
    struct sim_handle handles[SIM_HANDLES_MAX];
};

void sim_disk_init(struct sim_disk *disk, uint64_t seed);
void sim_disk_deinit(struct sim_disk *disk);

/* The disk as it is now, handles and faults included, in memory of its own. */
void sim_disk_copy(struct sim_disk *to, const struct sim_disk *from);

/* The root folder, opened; of a disk that has just been made it is empty. */
struct folder sim_disk_root(struct sim_disk *disk);

/* Sets the fault for the call number `at`, counted from now. */
void sim_disk_fail(struct sim_disk *disk, uint64_t at, enum err error);
void sim_disk_crash(struct sim_disk *disk, uint64_t at);

/* The process dies: files are closed, locks given back; the cache stays. */
void sim_disk_kill(struct sim_disk *disk);

/* The process dies with the power. */
void sim_disk_power_cut(struct sim_disk *disk);

/* Makes all that was written stable, as a machine that is left alone does. */
void sim_disk_settle(struct sim_disk *disk);

/* The stable bytes of a file, to be looked at or damaged; NULL when there is
 * no such file. Use sim_disk_settle() and sim_disk_kill() around it. */
struct sim_bytes *sim_disk_bytes(struct sim_disk *disk, const char *path);

/* After damaging stable bytes: the other two copies become the same. */
void sim_disk_spread(struct sim_disk *disk, const char *path);

/* The disk's own sequence of random numbers, for tests to draw from. */
uint64_t sim_disk_random(struct sim_disk *disk, uint64_t below);

#endif
