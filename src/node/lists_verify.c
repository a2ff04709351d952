/* Are the lists under DIR/lists what was imported, and their indexes what is
 * built from them? SCR 3.9 */
#include "node/lists_int.h"

#include <string.h>

#define CHECK_NEW LISTS_FOLDER "/verify.new"
/* What is hashed at once, so that little of the file is mapped in memory. */
#define HASHED_AT_ONCE ((size_t)1 << 20)

const char *
lists_verdict_text(enum lists_verdict verdict)
{
    static const char *const TEXTS[] = {
        [LISTS_GOOD] = "is as it was imported",
        [LISTS_NO_FILE] = "is missing",
        [LISTS_OTHER_HASH] = "is not what was imported",
        [LISTS_NO_INDEX] = "has no index: kufi list verify --rebuild",
        [LISTS_OTHER_INDEX] =
            "has an index that is not its own: kufi list verify --rebuild",
        [LISTS_BAD_ENTRY] = "has an entry that cannot be read",
    };

    return TEXTS[verdict];
}

static struct hash
hash_all(struct bytes in)
{
    struct hash_stream stream;

    hash_begin(&stream);
    for (size_t at = 0; at < in.size; at += HASHED_AT_ONCE)
        hash_add(&stream, bytes_slice(in, at, HASHED_AT_ONCE));
    return hash_end(&stream);
}

/* Whether the files of two paths hold the same. */
static enum err
same_files(struct lists_work *work, const char *a, const char *b, bool *out)
{
    struct map x = {0};
    struct map y = {0};
    enum err e = map_open(work->os, work->dir, a, &x);

    if (e == OK)
        e = map_open(work->os, work->dir, b, &y);
    if (e == OK)
        *out = bytes_equal(map_bytes(&x), map_bytes(&y));
    map_close(&x);
    map_close(&y);
    return e;
}

/* One index, built anew beside the one that is there. */
static enum err
index_verify(struct lists_work *work, const struct list_file *list,
             const struct hash *sha256, enum lists_file which,
             enum lists_verdict *out)
{
    char path[LISTS_PATH_SIZE];
    bool same = false;
    enum err e = lists_index_build(work, list, sha256, which, CHECK_NEW);

    if (e != OK) {
        *out = LISTS_BAD_ENTRY;
        return e == ERR_CORRUPT ? OK : e;
    }
    lists_path(sha256, which, path);
    e = same_files(work, path, CHECK_NEW, &same);
    if (e == ERR_NOT_FOUND)
        *out = LISTS_NO_INDEX;
    else if (e == OK && !same)
        *out = LISTS_OTHER_INDEX;
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
index_replace(struct lists_work *work, const struct hash *sha256,
              enum lists_file which)
{
    struct os *os = work->os;
    char path[LISTS_PATH_SIZE];
    enum err e;

    lists_path(sha256, which, path);
    e = os->rename(os, work->dir, CHECK_NEW, path);
    if (e == OK)
        e = os->sync_folder(os, work->dir, LISTS_FOLDER);
    return e == OK ? OK : lists_failed(work, e, "replacing an index");
}

static enum err
indexes_verify(struct lists_work *work, const struct list_file *list,
               const struct hash *sha256, bool rebuild, enum lists_verdict *out)
{
    for (int i = LISTS_NAMES; i <= LISTS_DOCUMENTS; i++) {
        enum lists_verdict verdict = LISTS_GOOD;
        enum err e = OK;

        if (!lists_index_due(&list->head, (enum lists_file)i))
            continue;
        e = index_verify(work, list, sha256, (enum lists_file)i, &verdict);
        if (e == OK && rebuild &&
            (verdict == LISTS_NO_INDEX || verdict == LISTS_OTHER_INDEX)) {
            e = index_replace(work, sha256, (enum lists_file)i);
            verdict = LISTS_GOOD;
        }
        if (e != OK)
            return e;
        if (*out == LISTS_GOOD)
            *out = verdict;
    }
    return OK;
}

enum err
lists_verify(struct lists_work *work, const struct hash *sha256, bool rebuild,
             enum lists_verdict *out)
{
    struct os *os = work->os;
    char path[LISTS_PATH_SIZE];
    struct list_file list;
    struct map map = {0};
    struct hash found;
    enum err e;

    *out = LISTS_GOOD;
    lists_path(sha256, LISTS_LIST, path);
    e = map_open(os, work->dir, path, &map);
    if (e == ERR_NOT_FOUND) {
        *out = LISTS_NO_FILE;
        return OK;
    }
    if (e != OK)
        return lists_failed(work, e, "reading a list");
    found = hash_all(map_bytes(&map));
    if (!hash_equal(&found, sha256) || list_open(map_bytes(&map), &list) != OK)
        *out = LISTS_OTHER_HASH;
    else if (list.head.source != LIST_RULES)
        e = indexes_verify(work, &list, sha256, rebuild, out);
    (void)os->remove(os, work->dir, CHECK_NEW);
    map_close(&map);
    return e;
}
