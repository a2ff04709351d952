#include "sim/vfs.h"

#include <sqlite3.h>
#include <string.h>

struct sim_file {
    sqlite3_file base;
    struct file file;
    bool is_new; /* its name is not yet durable */
};

/* The one file system that there is; SQLite keeps the pointer. */
static struct {
    sqlite3_vfs vfs;
    struct os *os;
    struct folder folder;
} sim;

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
    sim.os->close(sim.os, ((struct sim_file *)base)->file);
    return SQLITE_OK;
}

static int
file_read(sqlite3_file *base, void *out, int size, sqlite3_int64 at)
{
    size_t got = 0;
    enum err e = sim.os->read_at(sim.os, ((struct sim_file *)base)->file,
                                 (uint64_t)at, out, (size_t)size, &got);

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
    return code_of(sim.os->write_at(sim.os, ((struct sim_file *)base)->file,
                                    (uint64_t)at,
                                    (struct bytes){in, (size_t)size}),
                   SQLITE_IOERR_WRITE);
}

static int
file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    return code_of(sim.os->truncate(sim.os, ((struct sim_file *)base)->file,
                                    (uint64_t)size),
                   SQLITE_IOERR_TRUNCATE);
}

/* As the real one: the first sync of a new file is one of its folder too. */
static int
file_sync(sqlite3_file *base, int flags)
{
    struct sim_file *file = (struct sim_file *)base;
    enum err e = sim.os->sync(sim.os, file->file);

    (void)flags;
    if (e == OK && file->is_new)
        e = sim.os->sync_folder(sim.os, sim.folder, "");
    if (e == OK)
        file->is_new = false;
    return code_of(e, SQLITE_IOERR_FSYNC);
}

static int
file_size(sqlite3_file *base, sqlite3_int64 *out)
{
    uint64_t size = 0;
    enum err e = sim.os->size(sim.os, ((struct sim_file *)base)->file, &size);

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
    enum err e = ERR_IO;

    (void)vfs;
    *file = (struct sim_file){0};
    if (name != NULL)
        e = sim.os->open(sim.os, sim.folder, last_part(name), OPEN_WRITE, 0600,
                         &file->file);
    if (e == ERR_NOT_FOUND && (flags & SQLITE_OPEN_CREATE) != 0) {
        e = sim.os->open(sim.os, sim.folder, last_part(name), OPEN_CREATE, 0600,
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
    enum err e = sim.os->remove(sim.os, sim.folder, last_part(name));

    (void)vfs;
    if (e == ERR_NOT_FOUND)
        return SQLITE_IOERR_DELETE_NOENT;
    if (e == OK && sync != 0)
        e = sim.os->sync_folder(sim.os, sim.folder, "");
    return code_of(e, SQLITE_IOERR_DELETE);
}

static int
vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    struct file file;
    enum err e =
        sim.os->open(sim.os, sim.folder, last_part(name), OPEN_READ, 0, &file);

    (void)vfs;
    (void)flags;
    *out = e == OK;
    if (e == OK)
        sim.os->close(sim.os, file);
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

void
sim_vfs(struct os *os, struct folder folder)
{
    sim.os = os;
    sim.folder = folder;
    if (sim.vfs.zName != NULL)
        return;
    sim.vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct sim_file),
        .mxPathname = 255,
        .zName = SIM_VFS_NAME,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_path,
        .xRandomness = vfs_random,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_error,
    };
    (void)sqlite3_vfs_register(&sim.vfs, 0);
}
