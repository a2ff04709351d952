/*
 *     frame   page:4 | pages of the file after a commit, else 0:4 | ...:16
 *             page
 *
 * Frames are written in order. What does not follow the last write goes to the
 * file at once, as does a transaction with the page that ends it; before the
 * file is read, synced, cut, measured or closed, it gets what was gathered.
 */
#include "store/wal.h"

#include "base/bytes.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_HEAD_SIZE 24
#define FRAME_COMMIT_AT 4

/* The largest page, and so the most that SQLite itself ever writes at once: its
 * file systems do not take twice as much. */
#define GATHERED_SIZE_MAX ((size_t)65536)

struct wal {
    struct sqlite3_io_methods methods; /* first: wal_of() casts back */
    const struct sqlite3_io_methods *inner;
    sqlite3_int64 at; /* where `gathered` belongs */
    size_t size;
    bool commits; /* the last write was the head of a transaction's last frame
                   */
    uint8_t gathered[GATHERED_SIZE_MAX];
};

static struct wal *
wal_of(struct sqlite3_file *file)
{
    return (struct wal *)(uintptr_t)file->pMethods;
}

/* What fails is forgotten, as is the transaction, whose writing fails. */
static int
flush(struct sqlite3_file *file)
{
    struct wal *wal = wal_of(file);
    sqlite3_int64 at = wal->at;
    int size = (int)wal->size;

    if (size == 0)
        return SQLITE_OK;
    wal->at += size;
    wal->size = 0;
    return wal->inner->xWrite(file, wal->gathered, size, at);
}

static int
wal_write(struct sqlite3_file *file, const void *p, int size, sqlite3_int64 at)
{
    struct wal *wal = wal_of(file);
    bool follows = at == wal->at + (sqlite3_int64)wal->size;
    bool head = size == FRAME_HEAD_SIZE;
    bool ends = wal->commits && !head;
    int code = SQLITE_OK;

    wal->commits = head && be32_read((const uint8_t *)p + FRAME_COMMIT_AT) != 0;
    if (!follows || (size_t)size > GATHERED_SIZE_MAX - wal->size)
        code = flush(file);
    if (code != SQLITE_OK)
        return code;
    if (!follows) {
        wal->at = at + size;
        return wal->inner->xWrite(file, p, size, at);
    }
    memcpy(wal->gathered + wal->size, p, (size_t)size);
    wal->size += (size_t)size;
    return ends ? flush(file) : SQLITE_OK;
}

static int
wal_read(struct sqlite3_file *file, void *p, int size, sqlite3_int64 at)
{
    int code = flush(file);

    return code == SQLITE_OK ? wal_of(file)->inner->xRead(file, p, size, at)
                             : code;
}

static int
wal_truncate(struct sqlite3_file *file, sqlite3_int64 size)
{
    int code = flush(file);

    return code == SQLITE_OK ? wal_of(file)->inner->xTruncate(file, size)
                             : code;
}

static int
wal_sync(struct sqlite3_file *file, int flags)
{
    int code = flush(file);

    return code == SQLITE_OK ? wal_of(file)->inner->xSync(file, flags) : code;
}

static int
wal_file_size(struct sqlite3_file *file, sqlite3_int64 *size)
{
    int code = flush(file);

    return code == SQLITE_OK ? wal_of(file)->inner->xFileSize(file, size)
                             : code;
}

static int
wal_close(struct sqlite3_file *file)
{
    const struct sqlite3_io_methods *inner = wal_of(file)->inner;
    int code = flush(file);
    int closed = inner->xClose(file);

    return code == SQLITE_OK ? closed : code;
}

enum err
wal_gather(struct sqlite3 *db, struct wal **out)
{
    struct sqlite3_file *file = NULL;
    struct wal *wal;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
                                    (void *)&file);

    if (code != SQLITE_OK || file == NULL || file->pMethods == NULL)
        return ERR_IO;
    wal = calloc(1, sizeof(*wal));
    if (wal == NULL)
        return ERR_LIMIT;
    wal->inner = file->pMethods;
    wal->methods = *wal->inner;
    wal->methods.xClose = wal_close;
    wal->methods.xRead = wal_read;
    wal->methods.xWrite = wal_write;
    wal->methods.xTruncate = wal_truncate;
    wal->methods.xSync = wal_sync;
    wal->methods.xFileSize = wal_file_size;
    file->pMethods = &wal->methods;
    *out = wal;
    return OK;
}
