/*
 * The store: the log folded into tables. Nothing in it is believed over the
 * log; dropping it and folding again loses nothing. STO 1.
 *
 * One process folds (STORE_FOLD, the keeper); others read beside it
 * (STORE_READ, the desks). A reader sees whole batches only, and as of one
 * moment between store_read_begin() and store_read_end().
 *
 * Errors of all functions besides what they say: ERR_IO, ERR_FULL (no space;
 * the batch is rolled back and can be folded again), ERR_BUSY (a reader met the
 * store being replaced: open it again), ERR_CORRUPT (the file is damaged: drop
 * it, rebuild).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/date.h"
#include "crypto/hash.h"
#include "os/os.h"
#include "record/event.h"
#include "record/name.h"

/* Changes whenever the tables or the meaning of a column do. */
#define STORE_VERSION 4

/* A record's index has 48 bits in the tables, a node's number 12. */
#define STORE_INDEX_MAX ((UINT64_C(1) << 48) - 1)

/* Entries in one batch; the keeper gathers no more at once. */
#define STORE_BATCH_MAX 4096

/* Rows that one question may bring back. */
#define STORE_HISTORY_MAX 1000
#define STORE_PERSONS_MAX 256
#define STORE_DOCUMENTS_MAX 256
#define STORE_STATISTICS_MAX 100000

#define STORE_TABLE_COUNT 19
#define STORE_STATEMENTS_MAX 112

enum store_mode { STORE_FOLD, STORE_READ };

/* `path` is what SQLite opens; its last part, the file's name, is below
 * `folder` for `os`, which makes the file (0600) and removes it. */
struct store_config {
    struct os *os;
    struct folder folder;
    const char *path;
    enum store_mode mode;
    const char *vfs;    /* SQLite's name of the file system; NULL: the usual */
    unsigned wal_pages; /* in the WAL before it is copied back; 0: the usual */
    struct bytes node;  /* "durres": whose log is folded; copied */
};

struct sqlite3;
struct sqlite3_stmt;
struct tables;
struct requests;
struct arrival;
struct node_name;

/* Private to store/; must not be moved while open; `= {0}` is a closed store.
 */
struct store {
    struct sqlite3 *db;
    struct sqlite3_stmt *statements[STORE_STATEMENTS_MAX];
    bool rows[STORE_STATEMENTS_MAX]; /* which have one, and may have more */
    struct tables *tables; /* rows of the running batch; when folding */
    enum store_mode mode;
    void *changes; /* where they are put in order */
    struct requests *requests;
    struct arrival *arrivals; /* of the running batch, with a key */
    size_t arrival_count;
    uint64_t position; /* committed */
    uint64_t next;     /* of the running batch */
    size_t depth;      /* of store_read_begin() */
    bool folding;      /* a batch is open */
    size_t node_size;
    uint8_t node[64];
    struct node_name *names; /* of other nodes, as they were met */
    size_t name_count;
};

/*
 * Opens; STORE_FOLD makes an empty store where there is no file. Takes memory
 * from the heap, which later calls do not.
 *
 * ERR_NOT_FOUND   STORE_READ and there is none yet, or not a whole one
 * ERR_CONFLICT    of another version or node, or an erasure has made it stale:
 *                 to be dropped and rebuilt. STO 1.4
 * ERR_CORRUPT     damaged: likewise
 */
MUST_CHECK enum err store_open(struct store *store,
                               const struct store_config *config);
void store_close(struct store *store);

/* Makes an empty store, in a file that no WAL belongs to, and closes it; says
 * on which page each table begins. */
MUST_CHECK enum err store_make(const struct store_config *config,
                               uint32_t roots[STORE_TABLE_COUNT]);

/* The file's name in its folder: the end of the path. */
const char *store_file_name(const struct store_config *config);

/* Removes the file and what SQLite keeps beside it, durably; fine when there is
 * none. */
MUST_CHECK enum err store_drop(const struct store_config *config);

/* ----- Folding; STORE_FOLD only. ----- */

/* The index of the first entry that is not folded yet, as committed. */
uint64_t store_position(const struct store *store);

/*
 * store_begin, store_fold for each entry from store_position() on without a
 * gap, store_commit: all of it is in the tables then, or after a crash none.
 * Not durable at once, since the log is. Any error leaves the store as it was
 * at the last commit.
 *
 * index   of the entry; `event` NULL when it is erased
 *
 * ERR_LIMIT past STORE_INDEX_MAX, or for more than STORE_BATCH_MAX entries in
 * one batch. No lawful event is refused: what makes no
 * sense (a correction of nothing) is in the log and changes nothing here.
 */
MUST_CHECK enum err store_begin(struct store *store);
MUST_CHECK enum err store_fold(struct store *store, uint64_t index,
                               const struct event *event);
MUST_CHECK enum err store_commit(struct store *store);

/*
 * Another node's log, within a batch: before an own checkpoint_seen is folded,
 * the entries that it covers are, for each of its logs in their order:
 *
 *     e = store_seen(store, &log, event->time, &source);
 *     while (e == OK && source.position < log.size)
 *         e = store_fold_foreign(store, &source, event);   or
 *         e = store_skip_foreign(store, &source, end);
 *
 * There may be any number of them in a batch, and a batch may end anywhere
 * between two: the next one goes on at the position. STO 6
 */
struct store_source {
    int64_t node;
    struct bytes name; /* borrowed from the log's origin */
    enum seen_role role;
    struct instant now;
    uint64_t position; /* the first entry that is not folded yet */
};

/* ERR_NOT_FOUND: nothing of that log is folded here. STO 6.1 */
MUST_CHECK enum err store_seen(struct store *store, const struct seen_log *log,
                               struct instant now, struct store_source *out);

/* The entry at the position; `event` is NULL when no key for it is held. */
MUST_CHECK enum err store_fold_foreign(struct store *store,
                                       struct store_source *source,
                                       const struct event *event);

/* The entries up to `end` are missing here, or damaged. */
MUST_CHECK enum err store_skip_foreign(struct store *store,
                                       struct store_source *source,
                                       uint64_t end);
void store_rollback(struct store *store);

/*
 * The entry has been erased: what it brought must go. Marks the store, durably,
 * as one to be rebuilt; from then on store_open() says ERR_CONFLICT. STO 1.5
 */
MUST_CHECK enum err store_erase(struct store *store, uint64_t index);

/*
 * Marks the store likewise, since what it was folded from has changed: keys of
 * other logs came or went, or entries that were missing. Outside of a batch.
 */
MUST_CHECK enum err store_stale(struct store *store);

/* The next two: outside of a batch. */

/* An inspection that nobody has decided on yet. */
struct store_pending {
    uint64_t index;
    struct instant time;
    enum direction direction;
};

/* ERR_NOT_FOUND when `index` is no inspection or has been decided. */
MUST_CHECK enum err store_pending(struct store *store, uint64_t index,
                                  struct store_pending *out);

/*
 * What was recorded under an idempotency key: the record's index and the hash
 * of what was asked then. ERR_NOT_FOUND also for what is older than the last
 * 1,048,576 keys. STO 3.4
 */
struct store_request {
    uint64_t index;
    uint8_t request[REQUEST_KEY_SIZE];
};
MUST_CHECK enum err store_request_find(struct store *store,
                                       const uint8_t key[REQUEST_KEY_SIZE],
                                       struct store_request *out);

/* Whether a correction of the field to the value would change a crossing: the
 * fields are direction, decision, reasons ("AC"), lane, and the document's
 * members as JSON has them. STO 3.3 */
bool store_correctable(struct bytes field, struct bytes value);

/* ----- Reading; either mode, outside of a batch. ----- */

/* Several questions to one state of the tables. May be nested. */
MUST_CHECK enum err store_read_begin(struct store *store);
void store_read_end(struct store *store);

/* How far the committed tables are folded; asks the file. */
MUST_CHECK enum err store_folded(struct store *store, uint64_t *position);

/* A crossing as it stands after all corrections; texts in the arena. The name
 * of a record's node, here and elsewhere, is the store's, until it is closed.
 */
struct store_crossing {
    struct record_name record;
    struct instant time; /* when it happened */
    enum direction direction;
    enum decision decision;
    uint16_t reasons;
    bool late; /* written on paper first */
    bool has_inspection;
    uint64_t inspection; /* an index of the same log */
    bool corrected;
    uint64_t correction; /* likewise, the last one's */
    struct bytes lane;
    struct bytes place; /* empty: where the own node is */
    struct document document;
};

/* ERR_NOT_FOUND when the record is no crossing or late record; ERR_LIMIT. */
MUST_CHECK enum err store_crossing_find(struct store *store,
                                        const struct record_name *record,
                                        struct arena *arena,
                                        struct store_crossing *out);

/* A traveller: the same names, date of birth, sex and nationality. STO 2.1 */
struct store_person {
    int64_t id; /* names the traveller within this store only */
    struct bytes surname;
    struct bytes given_names;
    struct bytes date_of_birth;
    struct bytes sex;
    struct bytes nationality;
    uint64_t crossings; /* all of what follows */
    uint64_t entries;   /* admitted ones */
    uint64_t exits;
    uint64_t refusals;
    uint64_t hand_overs;
    bool has_admitted;       /* was ever admitted in or out */
    bool inside;             /* the last time, in */
    struct instant admitted; /* when that was */
};

struct store_number {
    struct bytes issuing_state;
    struct bytes number;
};

/*
 * Travellers who used the document, in the order of their ids; at most `max`,
 * `*count` of them. No traveller is no error. ERR_LIMIT: arena spent.
 */
MUST_CHECK enum err store_persons_by_document(struct store *store,
                                              const struct store_number *number,
                                              struct arena *arena,
                                              struct store_person *out,
                                              size_t max, size_t *count);

/* The same by name; `given_names` empty: any. Byte for byte, as in the MRZ. */
struct store_name {
    struct bytes surname;
    struct bytes given_names;
    struct bytes date_of_birth;
};
MUST_CHECK enum err store_persons_by_name(struct store *store,
                                          const struct store_name *name,
                                          struct arena *arena,
                                          struct store_person *out, size_t max,
                                          size_t *count);

/* The traveller whom a document describes: ERR_NOT_FOUND, ERR_LIMIT. */
MUST_CHECK enum err store_person_of(struct store *store,
                                    const struct document *document,
                                    struct arena *arena,
                                    struct store_person *out);

struct store_stretch {
    int64_t person;
    uint64_t skip;
    size_t max;
};

/*
 * A traveller's crossings, newest first: `max` of them at most, for which `out`
 * has room, after leaving out `skip`. How many there are is in
 * store_person.crossings. ERR_LIMIT.
 */
MUST_CHECK enum err store_history(struct store *store,
                                  const struct store_stretch *stretch,
                                  struct arena *arena,
                                  struct store_crossing *out, size_t *count);

/* The documents that a traveller has used, the last one first. ERR_LIMIT. */
MUST_CHECK enum err store_documents(struct store *store, int64_t person,
                                    struct arena *arena, struct document *out,
                                    size_t max, size_t *count);

/* How many travellers are inside. */
MUST_CHECK enum err store_inside(struct store *store, uint64_t *count);

enum store_by {
    STORE_BY_HOUR,
    STORE_BY_DAY,
    STORE_BY_NATIONALITY,
    STORE_BY_KIND
};
enum store_kind {
    STORE_ENTRY,
    STORE_EXIT,
    STORE_REFUSAL,
    STORE_HAND_OVER,
    STORE_KIND_COUNT
};

/*
 * Crossings from `from` on and before `to`, which must fall on a quarter of an
 * hour (STORE_QUARTER_MS): ERR_FORMAT. Calendar days: the caller takes
 * zone_day_start() of the first day and of the day after the last. STO 4.2
 */
#define STORE_QUARTER_MS (15 * 60 * 1000)
struct store_question {
    struct instant from;
    struct instant to;
    enum store_by by;
    const struct zone *zone; /* for STORE_BY_DAY */
};

/* One group, by what was asked; none has a total of 0. */
struct store_count {
    struct instant hour;      /* STORE_BY_HOUR: in UTC */
    struct date day;          /* STORE_BY_DAY: in the zone */
    struct bytes nationality; /* STORE_BY_NATIONALITY: as in the MRZ */
    enum store_kind kind;     /* STORE_BY_KIND */
    uint64_t by_kind[STORE_KIND_COUNT];
};

/*
 * In ascending order of hour, day, nationality or kind; the array is taken from
 * the arena. ERR_LIMIT: more than STORE_STATISTICS_MAX, or the arena is spent.
 */
MUST_CHECK enum err store_statistics(struct store *store,
                                     const struct store_question *question,
                                     struct arena *arena,
                                     struct store_count **out, size_t *count);

/* ----- Showing that two stores are the same. ----- */

/* A table's name, rows and the SHA-256 of all rows in the order of their
 * primary keys. STO 1.6 */
struct store_table {
    const char *name;
    uint64_t rows;
    struct hash hash;
};
MUST_CHECK enum err store_tables(struct store *store,
                                 struct store_table out[STORE_TABLE_COUNT]);

#endif
