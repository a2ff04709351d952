/*
 * The real kernel behind `struct os`: files by *at calls of POSIX and Linux,
 * retried when a signal cuts in and finished when a call did only a part.
 */
#include "os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A failed call's errno is kept for the log and put into one of our codes. */
static enum err
refused(struct os *os)
{
    os->error = errno;
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EEXIST:
    case ENOTEMPTY:
        return ERR_CONFLICT;
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    case EWOULDBLOCK:
        return ERR_BUSY;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    default:
        return ERR_IO;
    }
}

static enum err
posix_folder_open(struct os *os, const char *path, struct folder *out)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return refused(os);
    out->fd = fd;
    return OK;
}

static void
posix_folder_close(struct os *os, struct folder folder)
{
    (void)os;
    (void)close(folder.fd);
}

/*
 * Not every file system has O_DIRECT. Without it, pages that a failed write
 * left clean in the cache are dropped, so that reading goes to the disk too.
 */
static int
open_direct(struct folder folder, const char *path)
{
    int fd = openat(folder.fd, path, O_RDONLY | O_CLOEXEC | O_DIRECT);

    if (fd >= 0 || errno != EINVAL)
        return fd;
    fd = openat(folder.fd, path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    return fd;
}

static int
open_how(struct folder folder, const char *path, enum open_mode how,
         unsigned mode)
{
    switch (how) {
    case OPEN_READ:
        return openat(folder.fd, path, O_RDONLY | O_CLOEXEC);
    case OPEN_READ_DIRECT:
        return open_direct(folder, path);
    case OPEN_WRITE:
        return openat(folder.fd, path, O_RDWR | O_CLOEXEC);
    case OPEN_CREATE:
        return openat(folder.fd, path, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL,
                      mode);
    case OPEN_REPLACE:
        return openat(folder.fd, path, O_RDWR | O_CLOEXEC | O_CREAT | O_TRUNC,
                      mode);
    }
    errno = EINVAL;
    return -1;
}

static enum err
posix_open(struct os *os, struct folder folder, const char *path,
           enum open_mode how, unsigned mode, struct file *out)
{
    int fd;
    enum err e;

    do
        fd = open_how(folder, path, how, mode);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return refused(os);
    if ((how == OPEN_CREATE || how == OPEN_REPLACE) && fchmod(fd, mode) != 0) {
        e = refused(os);
        (void)close(fd);
        return e;
    }
    out->fd = fd;
    return OK;
}

/* What close() says comes too late: durability is what sync() is for. */
static void
posix_close(struct os *os, struct file file)
{
    (void)os;
    (void)close(file.fd);
}

static enum err
posix_read_at(struct os *os, struct file file, uint64_t at, uint8_t *out,
              size_t size, size_t *got)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = pread(file.fd, out + done, size - done, (off_t)(at + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refused(os);
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *got = done;
    return OK;
}

static enum err
posix_write_at(struct os *os, struct file file, uint64_t at, struct bytes in)
{
    size_t done = 0;

    while (done < in.size) {
        ssize_t n =
            pwrite(file.fd, in.p + done, in.size - done, (off_t)(at + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refused(os);
        done += (size_t)n;
    }
    return OK;
}

/* Never tried again: after an error the kernel may have dropped the pages. */
static enum err
posix_sync(struct os *os, struct file file)
{
    return fdatasync(file.fd) == 0 ? OK : refused(os);
}

static int
open_below(struct folder folder, const char *path)
{
    return openat(folder.fd, path[0] == '\0' ? "." : path,
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static enum err
posix_sync_folder(struct os *os, struct folder folder, const char *path)
{
    int fd = open_below(folder, path);
    enum err e = OK;

    if (fd < 0)
        return refused(os);
    if (fsync(fd) != 0)
        e = refused(os);
    (void)close(fd);
    return e;
}

static enum err
posix_sync_all(struct os *os, struct folder folder)
{
    return syncfs(folder.fd) == 0 ? OK : refused(os);
}

static enum err
posix_size(struct os *os, struct file file, uint64_t *out)
{
    struct stat status;

    if (fstat(file.fd, &status) != 0)
        return refused(os);
    *out = (uint64_t)status.st_size;
    return OK;
}

static enum err
posix_truncate(struct os *os, struct file file, uint64_t size)
{
    int n;

    do
        n = ftruncate(file.fd, (off_t)size);
    while (n != 0 && errno == EINTR);
    return n == 0 ? OK : refused(os);
}

static enum err
posix_rename(struct os *os, struct folder folder, const char *from,
             const char *to)
{
    if (renameat(folder.fd, from, folder.fd, to) != 0)
        return refused(os);
    return OK;
}

static enum err
posix_remove(struct os *os, struct folder folder, const char *path)
{
    return unlinkat(folder.fd, path, 0) == 0 ? OK : refused(os);
}

static enum err
posix_make_folder(struct os *os, struct folder folder, const char *path,
                  unsigned mode)
{
    struct stat status;

    if (mkdirat(folder.fd, path, mode) == 0)
        return fchmodat(folder.fd, path, mode, 0) == 0 ? OK : refused(os);
    if (errno != EEXIST)
        return refused(os);
    if (fstatat(folder.fd, path, &status, 0) != 0)
        return refused(os);
    if (S_ISDIR(status.st_mode))
        return OK;
    errno = EEXIST;
    return refused(os);
}

static enum err
posix_remove_folder(struct os *os, struct folder folder, const char *path)
{
    return unlinkat(folder.fd, path, AT_REMOVEDIR) == 0 ? OK : refused(os);
}

static bool
entry_is_folder(DIR *listing, const struct dirent *entry)
{
    struct stat status;

    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_DIR;
    return fstatat(dirfd(listing), entry->d_name, &status,
                   AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
}

static enum err
list_all(struct os *os, DIR *listing,
         enum err (*each)(void *context, const char *name, bool is_folder),
         void *context)
{
    const struct dirent *entry;
    enum err e;

    for (;;) {
        errno = 0;
        entry = readdir(listing);
        if (entry == NULL)
            return errno == 0 ? OK : refused(os);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        e = each(context, entry->d_name, entry_is_folder(listing, entry));
        if (e != OK)
            return e;
    }
}

static enum err
posix_list(struct os *os, struct folder folder, const char *path,
           enum err (*each)(void *context, const char *name, bool is_folder),
           void *context)
{
    int fd = open_below(folder, path);
    DIR *listing;
    enum err e;

    if (fd < 0)
        return refused(os);
    listing = fdopendir(fd);
    if (listing == NULL) {
        e = refused(os);
        (void)close(fd);
        return e;
    }
    e = list_all(os, listing, each, context);
    (void)closedir(listing);
    return e;
}

static enum err
posix_lock(struct os *os, struct file file)
{
    return flock(file.fd, LOCK_EX | LOCK_NB) == 0 ? OK : refused(os);
}

static struct instant
posix_now(struct os *os)
{
    struct timespec t;

    (void)os;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (struct instant){(int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000};
}

static uint64_t
posix_monotonic_ns(struct os *os)
{
    struct timespec t;

    (void)os;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void
os_posix_init(struct os *os)
{
    *os = (struct os){
        .folder_open = posix_folder_open,
        .folder_close = posix_folder_close,
        .open = posix_open,
        .close = posix_close,
        .read_at = posix_read_at,
        .write_at = posix_write_at,
        .sync = posix_sync,
        .sync_folder = posix_sync_folder,
        .sync_all = posix_sync_all,
        .size = posix_size,
        .truncate = posix_truncate,
        .rename = posix_rename,
        .remove = posix_remove,
        .make_folder = posix_make_folder,
        .remove_folder = posix_remove_folder,
        .list = posix_list,
        .lock = posix_lock,
        .now = posix_now,
        .monotonic_ns = posix_monotonic_ns,
    };
}

enum err
os_file_number(struct folder folder, const char *path, uint64_t *out)
{
    struct stat status;

    if (fstatat(folder.fd, path, &status, 0) != 0)
        return ERR_NOT_FOUND;
    *out = (uint64_t)status.st_ino;
    return OK;
}
