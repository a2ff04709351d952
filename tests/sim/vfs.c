#include "sim/vfs.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* A file system; SQLite keeps the pointer. */
struct sim_system {
    sqlite3_vfs vfs;
    struct os *os;
    struct folder folder;
    char name[8];
};

struct sim_file {
    sqlite3_file base;
    struct sim_system *sim;
    struct file file;
    bool is_new; /* its name is not yet durable */
};

static struct sim_system systems[SIM_VFS_MAX];

static const char *
last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static int
code_of(enum err e, int otherwise)
{
    if (e == OK)
        return SQLITE_OK;
    return e == ERR_FULL ? SQLITE_FULL : otherwise;
}

static int
file_close(sqlite3_file *base)
{
    struct sim_file *file = (struct sim_file *)base;

    file->sim->os->close(file->sim->os, file->file);
    return SQLITE_OK;
}

static int
file_read(sqlite3_file *base, void *out, int size, sqlite3_int64 at)
{
    struct sim_file *file = (struct sim_file *)base;
    struct os *os = file->sim->os;
    size_t got = 0;
    enum err e =
        os->read_at(os, file->file, (uint64_t)at, out, (size_t)size, &got);

    if (e != OK)
        return SQLITE_IOERR_READ;
    if (got == (size_t)size)
        return SQLITE_OK;
    memset((uint8_t *)out + got, 0, (size_t)size - got);
    return SQLITE_IOERR_SHORT_READ;
}

static int
file_write(sqlite3_file *base, const void *in, int size, sqlite3_int64 at)
{
    struct sim_file *file = (struct sim_file *)base;
    struct os *os = file->sim->os;
    struct bytes bytes = {in, (size_t)size};

    return code_of(os->write_at(os, file->file, (uint64_t)at, bytes),
                   SQLITE_IOERR_WRITE);
}

static int
file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct sim_file *file = (struct sim_file *)base;
    struct os *os = file->sim->os;

    return code_of(os->truncate(os, file->file, (uint64_t)size),
                   SQLITE_IOERR_TRUNCATE);
}

/* As the real one: the first sync of a new file is one of its folder too. */
static int
file_sync(sqlite3_file *base, int flags)
{
    struct sim_file *file = (struct sim_file *)base;
    struct os *os = file->sim->os;
    enum err e = os->sync(os, file->file);

    (void)flags;
    if (e == OK && file->is_new)
        e = os->sync_folder(os, file->sim->folder, "");
    if (e == OK)
        file->is_new = false;
    return code_of(e, SQLITE_IOERR_FSYNC);
}

static int
file_size(sqlite3_file *base, sqlite3_int64 *out)
{
    struct sim_file *file = (struct sim_file *)base;
    struct os *os = file->sim->os;
    uint64_t size = 0;
    enum err e = os->size(os, file->file, &size);

    *out = (sqlite3_int64)size;
    return code_of(e, SQLITE_IOERR_FSTAT);
}

static int
file_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int
file_reserved(sqlite3_file *base, int *out)
{
    (void)base;
    *out = 0;
    return SQLITE_OK;
}

static int
file_control(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int
file_sector(sqlite3_file *base)
{
    (void)base;
    return 512;
}

static int
file_traits(sqlite3_file *base)
{
    (void)base;
    return 0;
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
         int *out)
{
    struct sim_file *file = (struct sim_file *)base;
    struct sim_system *sim = vfs->pAppData;
    struct os *os = sim->os;
    enum err e = ERR_IO;

    *file = (struct sim_file){.sim = sim};
    if (name != NULL)
        e = os->open(os, sim->folder, last_part(name), OPEN_WRITE, 0600,
                     &file->file);
    if (e == ERR_NOT_FOUND && (flags & SQLITE_OPEN_CREATE) != 0) {
        e = os->open(os, sim->folder, last_part(name), OPEN_CREATE, 0600,
                     &file->file);
        file->is_new = true;
    }
    if (e == OK)
        file->base.pMethods = &METHODS;
    if (out != NULL)
        *out = flags;
    return code_of(e, SQLITE_CANTOPEN);
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    const struct sim_system *sim = vfs->pAppData;
    struct os *os = sim->os;
    enum err e = os->remove(os, sim->folder, last_part(name));

    if (e == ERR_NOT_FOUND)
        return SQLITE_IOERR_DELETE_NOENT;
    if (e == OK && sync != 0)
        e = os->sync_folder(os, sim->folder, "");
    return code_of(e, SQLITE_IOERR_DELETE);
}

static int
vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    const struct sim_system *sim = vfs->pAppData;
    struct os *os = sim->os;
    struct file file;
    enum err e =
        os->open(os, sim->folder, last_part(name), OPEN_READ, 0, &file);

    (void)flags;
    *out = e == OK;
    if (e == OK)
        os->close(os, file);
    return e == OK || e == ERR_NOT_FOUND ? SQLITE_OK : SQLITE_IOERR_ACCESS;
}

static int
vfs_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

/* Salts of the WAL: any will do, and the same ones each time do best. */
static int
vfs_random(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    memset(out, 0x5a, (size_t)size);
    return size;
}

static int
vfs_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int
vfs_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    *out = 2461222.5;
    return SQLITE_OK;
}

static int
vfs_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    (void)size;
    (void)out;
    return 0;
}

const char *
sim_vfs_of(unsigned number, struct os *os, struct folder folder)
{
    struct sim_system *sim = &systems[number];

    assert(number < SIM_VFS_MAX);
    sim->os = os;
    sim->folder = folder;
    if (sim->vfs.zName != NULL)
        return sim->name;
    if (number == 0)
        (void)snprintf(sim->name, sizeof(sim->name), SIM_VFS_NAME);
    else
        (void)snprintf(sim->name, sizeof(sim->name), SIM_VFS_NAME "%u", number);
    sim->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct sim_file),
        .mxPathname = 255,
        .zName = sim->name,
        .pAppData = sim,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_path,
        .xRandomness = vfs_random,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_error,
    };
    (void)sqlite3_vfs_register(&sim->vfs, 0);
    return sim->name;
}

void
sim_vfs(struct os *os, struct folder folder)
{
    (void)sim_vfs_of(0, os, folder);
}
