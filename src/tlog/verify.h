/*
 * Checks a whole log in its folder: the checkpoint's signature, every entry
 * and every tile against the root, files that are left over, and checkpoints
 * that others kept; and names the place where it is wrong. LOG 6
 *
 * Memory does not grow with the log: it is read in windows of 65,536 entries,
 * each by all workers.
 */
#ifndef TLOG_VERIFY_H
#define TLOG_VERIFY_H

#include "os/os.h"
#include "os/pool.h"
#include "tlog/bundle.h"
#include "tlog/checkpoint.h"
#include "tlog/edge.h"

/* Older checkpoints in one run; each costs one bundle's hashes. */
#define VERIFY_OLD_MAX 64

/* Findings against a log before the rest of it is not looked at: a size made up
 * by who holds the key would keep a verifier busy for ever. */
#define VERIFY_FOUND_MAX 1000

/* Folders waiting to be looked into; those of 100 million entries are 40 KiB.
 */
#define VERIFY_FOLDERS_SIZE (1u << 20)

enum verify_kind {
    VERIFY_NOTE,      /* worth knowing; does not count against the log */
    VERIFY_TAMPERED,  /* missing, short or different */
    VERIFY_ROLLBACK,  /* smaller than it was */
    VERIFY_FORK,      /* another history than the one signed before */
    VERIFY_UNREADABLE /* the machine could not read it */
};
#define VERIFY_KIND_COUNT (VERIFY_UNREADABLE + 1)

/* The kind in one word: "tampered". */
const char *verify_kind_name(enum verify_kind kind);

/*
 * One thing found. `path` is below the log's folder, or what the caller called
 * an older checkpoint; borrowed for the call. Entries from `index` up to `end`
 * are concerned; where none can be named both are 0.
 */
struct verify_finding {
    enum verify_kind kind;
    const char *path;
    uint64_t index;
    uint64_t end;
    const char *clause;
    const char *what;
};

/* A checkpoint that somebody kept; `name` is what findings call it. */
struct verify_old {
    const char *name;
    struct bytes note;
};

/* What one thread works in: 17 MiB, touched as far as bundles are large. */
struct verify_worker {
    struct os os;
    struct hash leaves[TILE_WIDTH];      /* as the bundle leads to */
    struct hash tile[TILE_WIDTH];        /* as the tile has them */
    uint8_t bundle[BUNDLE_SIZE_MAX + 1]; /* one more shows what is too long */
};

struct verify_config {
    const struct os *os;  /* copied for each worker */
    struct folder folder; /* the log's: `checkpoint` and `tile` are in it */
    const struct note_key *key;
    const struct verify_old *olds;
    size_t old_count; /* at most VERIFY_OLD_MAX */
    struct verify_worker *workers;
    unsigned worker_count; /* 1 to POOL_THREADS_MAX */
    void (*found)(void *context, const struct verify_finding *finding);
    void (*progress)(void *context, uint64_t entries); /* may be NULL */
    void *context;
};

enum verify_verdict {
    VERIFY_GOOD,
    VERIFY_BAD,   /* tampered with, rolled back or forked */
    VERIFY_UNREAD /* nothing of that, but something could not be read */
};

/* What became of one bundle and the tile of leaves beside it. */
struct verify_slice {
    enum err bundle; /* ERR_NOT_FOUND, ERR_FORMAT, or as `os` has it */
    enum err tile;
    uint64_t bytes;
    uint16_t bad_at;  /* entry at which a malformed bundle ends */
    uint16_t differs; /* first entry whose hash is not the tile's; or width */
    struct hash bundle_root;
    struct hash tile_root;
};

/* The hashes of the unfinished tile of a level above the leaves. */
struct verify_row {
    uint64_t index;
    size_t count;
    struct hash hashes[TILE_WIDTH];
};

struct verify_past {
    uint64_t size;
    struct hash root;
    bool usable; /* a checkpoint of this log, and no larger than it */
    bool agrees;
};

/*
 * One verification; 1.2 MiB of the caller's memory, `= {0}` but for `config`
 * before. What stands below `report` is not to be looked into.
 */
struct verify {
    struct verify_config config;

    enum verify_verdict verdict;
    uint64_t entries; /* checked */
    uint64_t bytes;   /* of bundles */
    uint64_t waiting; /* entries in the journal that no checkpoint covers */
    uint64_t found[VERIFY_KIND_COUNT];
    bool opened; /* the checkpoint is the log's: the next ones are filled */
    struct checkpoint checkpoint;
    size_t note_size;
    uint8_t note[NOTE_SIZE_MAX + 1];

    bool lost; /* something had no root: hashes above it say nothing */
    struct tree tree;
    struct verify_row rows[TILE_LEVEL_COUNT]; /* [0] is not used */
    uint64_t window_index;                    /* of its first bundle */
    struct verify_slice slices[TILE_WIDTH];
    struct edge edge;
    struct verify_past pasts[VERIFY_OLD_MAX];
    size_t folders_size;
    char folders[VERIFY_FOLDERS_SIZE];
};

/* The whole check; answers in `verify` itself. */
void verify_log(struct verify *verify);

/*
 * After verify_log(): the journal in the node's own folder `dir` against the
 * log, whether or not the node runs. `buffer` has JOURNAL_FRAME_SIZE_MAX bytes
 * aligned to JOURNAL_BLOCK. Does nothing when the checkpoint was no good.
 */
void verify_journal(struct verify *verify, struct folder dir, uint8_t *buffer);

/* Whether nothing was found against the log and all of it was read so far. */
bool verify_clean(const struct verify *verify);

#endif
