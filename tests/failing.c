#include "failing.h"

#include <errno.h>

/* 2026-07-01T10:00:00Z */
#define START_MS INT64_C(1782900000000)

static struct failing *
failing_of(struct os *os)
{
    return os->context;
}

/* Whether this call is one that fails. */
static bool
fails(struct os *os)
{
    struct failing *failing = failing_of(os);

    failing->calls++;
    if (failing->fail_at == 0 || failing->calls < failing->fail_at ||
        (failing->calls > failing->fail_at && !failing->stay))
        return false;
    os->error = failing->error == ERR_FULL ? ENOSPC : EIO;
    return true;
}

#define OR_REAL(call)                                                          \
    do {                                                                       \
        struct failing *failing = failing_of(os);                              \
        struct os *real = &failing->real;                                      \
        enum err e;                                                            \
        if (fails(os))                                                         \
            return failing->error;                                             \
        e = real->call;                                                        \
        os->error = real->error;                                               \
        return e;                                                              \
    } while (0)

static enum err
failing_folder_open(struct os *os, const char *path, struct folder *out)
{
    OR_REAL(folder_open(real, path, out));
}

static void
failing_folder_close(struct os *os, struct folder folder)
{
    struct os *real = &failing_of(os)->real;

    real->folder_close(real, folder);
}

static enum err
failing_open(struct os *os, struct folder folder, const char *path,
             enum open_mode how, unsigned mode, struct file *out)
{
    OR_REAL(open(real, folder, path, how, mode, out));
}

static void
failing_close(struct os *os, struct file file)
{
    struct os *real = &failing_of(os)->real;

    real->close(real, file);
}

static enum err
failing_read_at(struct os *os, struct file file, uint64_t at, uint8_t *out,
                size_t size, size_t *got)
{
    OR_REAL(read_at(real, file, at, out, size, got));
}

static enum err
failing_write_at(struct os *os, struct file file, uint64_t at, struct bytes in)
{
    OR_REAL(write_at(real, file, at, in));
}

static enum err
failing_sync(struct os *os, struct file file)
{
    OR_REAL(sync(real, file));
}

static enum err
failing_sync_folder(struct os *os, struct folder folder, const char *path)
{
    OR_REAL(sync_folder(real, folder, path));
}

static enum err
failing_sync_all(struct os *os, struct folder folder)
{
    OR_REAL(sync_all(real, folder));
}

static enum err
failing_size(struct os *os, struct file file, uint64_t *out)
{
    OR_REAL(size(real, file, out));
}

static enum err
failing_truncate(struct os *os, struct file file, uint64_t size)
{
    OR_REAL(truncate(real, file, size));
}

static enum err
failing_rename(struct os *os, struct folder folder, const char *from,
               const char *to)
{
    OR_REAL(rename(real, folder, from, to));
}

static enum err
failing_remove(struct os *os, struct folder folder, const char *path)
{
    OR_REAL(remove(real, folder, path));
}

static enum err
failing_make_folder(struct os *os, struct folder folder, const char *path,
                    unsigned mode)
{
    OR_REAL(make_folder(real, folder, path, mode));
}

static enum err
failing_remove_folder(struct os *os, struct folder folder, const char *path)
{
    OR_REAL(remove_folder(real, folder, path));
}

static enum err
failing_list(struct os *os, struct folder folder, const char *path,
             enum err (*each)(void *context, const char *name, bool is_folder),
             void *context)
{
    OR_REAL(list(real, folder, path, each, context));
}

static enum err
failing_lock(struct os *os, struct file file)
{
    OR_REAL(lock(real, file));
}

static struct instant
failing_now(struct os *os)
{
    return (struct instant){failing_of(os)->now_ms};
}

static uint64_t
failing_monotonic_ns(struct os *os)
{
    return failing_of(os)->steady_ns;
}

void
failing_init(struct failing *failing)
{
    *failing = (struct failing){
        .now_ms = START_MS, .steady_ns = 1000000000, .error = ERR_IO};
    os_posix_init(&failing->real);
    failing->os = (struct os){
        .context = failing,
        .folder_open = failing_folder_open,
        .folder_close = failing_folder_close,
        .open = failing_open,
        .close = failing_close,
        .read_at = failing_read_at,
        .write_at = failing_write_at,
        .sync = failing_sync,
        .sync_folder = failing_sync_folder,
        .sync_all = failing_sync_all,
        .size = failing_size,
        .truncate = failing_truncate,
        .rename = failing_rename,
        .remove = failing_remove,
        .make_folder = failing_make_folder,
        .remove_folder = failing_remove_folder,
        .list = failing_list,
        .lock = failing_lock,
        .now = failing_now,
        .monotonic_ns = failing_monotonic_ns,
    };
}

void
failing_pass(struct failing *failing, int64_t ms)
{
    failing->now_ms += ms;
    failing->steady_ns += (uint64_t)ms * 1000000u;
}
