/*
 * A log put together again from whatever is left of it: mirrors, other nodes'
 * folders, media, the damaged folder itself. Nothing is believed but what the
 * log's key signed: the largest checkpoint that can be proved is taken, and
 * every bundle is compared with its tree before it is written, from whichever
 * place has it whole. What nobody has is known by number. SYN 9
 *
 *     restore_init(&restore, &config);
 *     e = restore_add(&restore, path);                 for each place
 *     e = restore_find(&restore);
 *     e = restore_write(&restore, &view);
 */
#ifndef NODE_RESTORE_H
#define NODE_RESTORE_H

#include "base/arena.h"
#include "sync/mirror.h"
#include "sync/roster.h"
#include "tlog/edge.h"

/* Each node of a roster, and a medium or two. */
#define RESTORE_SOURCES_MAX 300
#define RESTORE_MARKS_MAX 2048
/* Stretches that nobody has; with more of them there is no log left. */
#define RESTORE_LOST_MAX 64
/* Files of a place that are looked at to say what became of it. */
#define RESTORE_SAMPLES 64

/* What the files of a place that were looked at are like. */
enum restore_file {
    RESTORE_GOOD,
    RESTORE_MISSING,
    RESTORE_CUT,     /* it begins well and ends too early */
    RESTORE_BLANK,   /* one byte over and over */
    RESTORE_RANDOM,  /* no file of a log: its bytes look like a cipher's */
    RESTORE_ALTERED, /* lawful but not what was signed, or damaged */
    RESTORE_UNREADABLE
};
#define RESTORE_FILE_COUNT (RESTORE_UNREADABLE + 1)

/* Where files of the log are. */
struct restore_source {
    const char *path; /* as given; borrowed */
    struct folder folder;
    char prefix[MIRROR_PREFIX_SIZE]; /* the log's, below it */
    enum restore_file checkpoint;
    size_t files[RESTORE_FILE_COUNT]; /* of those looked at */
    uint64_t bundles;                 /* taken from here */
};

enum restore_kind {
    RESTORE_SIGNED,   /* a checkpoint with the log's signature */
    RESTORE_COSIGNED, /* the same, and another node's, of a time */
    RESTORE_SEEN      /* another node's log says so, of a time */
};

enum restore_verdict {
    RESTORE_BEYOND, /* past what was put together */
    RESTORE_AGREES,
    RESTORE_DIFFERS /* another history: a fork */
};

/* A size and a root that somebody vouches for. */
struct restore_mark {
    uint64_t size;
    struct hash root;
    enum restore_kind kind;
    enum restore_verdict verdict;
    int64_t time_s;    /* of a cosignature or an event; POSIX */
    struct bytes by;   /* origin of who cosigned or recorded it; or none */
    struct bytes note; /* the whole note, but for RESTORE_SEEN */
    const char *path;  /* where it was found */
};

/* Entries `first` to `end` - 1. */
struct restore_range {
    uint64_t first;
    uint64_t end;
};

struct restore_config {
    const struct os *os; /* copied */
    struct bytes origin;
    const struct note_key *key;  /* the log's */
    const struct roster *roster; /* for cosigners and other logs; or NULL */
    bool trusted_only_before;    /* asked for, and then: */
    struct instant trusted_before;
    struct arena *arena;   /* RESTORE_ARENA_SIZE for notes */
    uint64_t journal_size; /* of the log that goes on; 0: the usual */
};

/* Thirty-two notes as large as can be; hundreds as they are. */
#define RESTORE_ARENA_SIZE ((size_t)4 << 20)

/* A verified tile on the way from the root to where we are. */
struct restore_row {
    bool known;
    bool good;
    uint64_t index;
    struct hash hashes[TILE_WIDTH];
};

/* 18 MB, of which most is touched only as far as bundles are large. What stands
 * below `proved` is not to be looked into. */
struct restore {
    struct restore_config config;
    struct os os;
    struct hash name; /* SHA-256 of the origin */
    size_t source_count;
    struct restore_source sources[RESTORE_SOURCES_MAX];
    size_t mark_count;
    struct restore_mark marks[RESTORE_MARKS_MAX]; /* by size */

    /* After restore_find(): */
    const struct restore_mark *goal; /* the largest one whose tree was found */
    const struct restore_mark *best; /* the largest before anything is lost */
    bool fork;                       /* somebody vouches for another history */
    uint64_t latest;                 /* the largest size that was signed */
    size_t lost_count;
    struct restore_range lost[RESTORE_LOST_MAX]; /* below `goal` */
    /* The newest proof from before the time asked for. */
    const struct restore_mark *proved;

    struct edge goal_edge;
    struct restore_row rows[TILE_LEVEL_COUNT];
    struct edge edge;      /* of what was read in order */
    struct edge best_edge; /* of `best` */
    size_t source_at;      /* which had the last bundle */
    struct hash leaves[TILE_WIDTH];
    struct hash tile[TILE_WIDTH];
    size_t bundle_size;
    uint8_t bundle[BUNDLE_SIZE_MAX];
};

void restore_init(struct restore *restore, const struct restore_config *config);
void restore_deinit(struct restore *restore);

/*
 * A place to look: a node's folder, a mirror's or any other copy of a log's, a
 * medium of `kufi export`. `path` is borrowed. ERR_NOT_FOUND when nothing of
 * the log is there; ERR_LIMIT; those of `os`.
 */
MUST_CHECK enum err restore_add(struct restore *restore, const char *path);

/* The verdict about a place in a few words: "looks encrypted". A constant. */
const char *restore_source_says(const struct restore_source *source);

/*
 * Chooses the history, and finds out what is left of it. ERR_NOT_FOUND when no
 * checkpoint can be proved.
 */
MUST_CHECK enum err restore_find(struct restore *restore);

/*
 * Writes the log up to `restore->best` to the view, which is of another folder
 * than all places: tiles, bundles, and when all is on the disk the checkpoint
 * with all cosignatures that are known. Those of `os`.
 */
MUST_CHECK enum err restore_write(struct restore *restore,
                                  const struct log_view *out);

#endif
