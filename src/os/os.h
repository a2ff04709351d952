/*
 * The kernel, as a struct of functions handed down by `main`. Tests hand down
 * another with a simulated disk and clock (tests/sim/). Nothing else of Kufi
 * calls the kernel for files and time, but libraries that do so themselves
 * (SQLite, libmicrohttpd, libcurl).
 *
 * Paths are NUL-terminated, relative to an open folder, and may hold '/'.
 *
 * Errors, for all that return `enum err`: ERR_NOT_FOUND (no such path),
 * ERR_CONFLICT (exists already), ERR_FULL (no space or quota), ERR_BUSY (locked
 * by another), ERR_DENIED (rights), ERR_IO for the rest. `error` then holds the
 * errno of the call, for the one line that is logged about it.
 */
#ifndef OS_OS_H
#define OS_OS_H

#include "base/bytes.h"
#include "base/date.h"
#include "base/err.h"

/* Longest path below a folder, NUL included: the deepest tile path has 40. */
#define OS_PATH_SIZE_MAX 256

struct file {
    int fd;
};

struct folder {
    int fd;
};

enum open_mode {
    OPEN_READ,
    OPEN_READ_DIRECT, /* past the page cache where the disk can do that; reads
                         then start and end at multiples of 4096 in memory
                         aligned so */
    OPEN_WRITE,       /* read and write what exists */
    OPEN_CREATE,      /* make it empty; ERR_CONFLICT when it exists */
    OPEN_REPLACE      /* make it, or empty it */
};

struct os {
    void *context;
    int error; /* errno of the last call that failed */

    enum err (*folder_open)(struct os *os, const char *path,
                            struct folder *out);
    void (*folder_close)(struct os *os, struct folder folder);

    /* `mode` is the file's permission bits if it is made: 0600 or 0644,
     * whatever the umask. */
    enum err (*open)(struct os *os, struct folder folder, const char *path,
                     enum open_mode how, unsigned mode, struct file *out);
    void (*close)(struct os *os, struct file file);

    /* Reads until `size` bytes or the end of the file; `*got` says how many. */
    enum err (*read_at)(struct os *os, struct file file, uint64_t at,
                        uint8_t *out, size_t size, size_t *got);

    /* Writes all of it; after an error any part may have been written. */
    enum err (*write_at)(struct os *os, struct file file, uint64_t at,
                         struct bytes in);

    /* fdatasync: what was written to the file is on the disk. */
    enum err (*sync)(struct os *os, struct file file);

    /* fsync of a folder below `folder` ("" is itself): its names are. */
    enum err (*sync_folder)(struct os *os, struct folder folder,
                            const char *path);

    /* syncfs: everything written to the file system of `folder` is. */
    enum err (*sync_all)(struct os *os, struct folder folder);

    enum err (*size)(struct os *os, struct file file, uint64_t *out);
    enum err (*truncate)(struct os *os, struct file file, uint64_t size);
    enum err (*rename)(struct os *os, struct folder folder, const char *from,
                       const char *to);
    enum err (*remove)(struct os *os, struct folder folder, const char *path);

    /* Makes one folder; OK when it is there already. */
    enum err (*make_folder)(struct os *os, struct folder folder,
                            const char *path, unsigned mode);
    enum err (*remove_folder)(struct os *os, struct folder folder,
                              const char *path);

    /*
     * Calls `each` for every name in the folder below `folder`, in no order,
     * without "." and ".."; stops when it returns other than OK, and returns
     * that.
     */
    enum err (*list)(struct os *os, struct folder folder, const char *path,
                     enum err (*each)(void *context, const char *name,
                                      bool is_folder),
                     void *context);

    /* Takes the one exclusive lock of a file until it is closed. ERR_BUSY. */
    enum err (*lock)(struct os *os, struct file file);

    struct instant (*now)(struct os *os);

    /* Nanoseconds of a clock that never jumps. */
    uint64_t (*monotonic_ns)(struct os *os);
};

/* The real one. `struct os` is copied; it needs no release. */
void os_posix_init(struct os *os);

/* ----- What is built from the above. ----- */

/* All of a small file into `out`; ERR_LIMIT past `out_size`. */
MUST_CHECK enum err os_read_file(struct os *os, struct folder folder,
                                 const char *path, uint8_t *out,
                                 size_t out_size, size_t *size);

/*
 * Replaces a file at once and durably: `path`.new is written, synced, renamed
 * over `path`, and the folder `parent` of both is synced. After a crash there
 * is the old content or the new.
 */
MUST_CHECK enum err os_replace_file(struct os *os, struct folder folder,
                                    const char *path, const char *parent,
                                    struct bytes content, unsigned mode);

/*
 * Removes a folder and all below it, `path`; OK when there is none. ERR_LIMIT
 * when a path is longer than OS_PATH_SIZE_MAX. Not synced.
 */
MUST_CHECK enum err os_remove_tree(struct os *os, struct folder folder,
                                   const char *path);

/* The number by which the kernel knows a file, which another file of the same
 * name does not have while the first is open. ERR_NOT_FOUND. */
MUST_CHECK enum err os_file_number(struct folder folder, const char *path,
                                   uint64_t *out);

/*
 * The zone `name` of the system's database ("Europe/Tirane") as a table, for
 * the years 1970 to 2199. ERR_NOT_FOUND when there is no such zone. Changes the
 * process's TZ: call it before there is a second thread.
 */
MUST_CHECK enum err os_zone(const char *name, struct zone *out);

#endif
