/*
 * A list as Kufi keeps it: one immutable file, whatever the source's own format
 * was, named by its SHA-256. Written once as a stream, read where it is mapped.
 * The same source gives the same bytes. SCR 3.
 *
 * The file is "KUFILIST", the entries one after another (or, of rules, their
 * text as it came), and a foot of LIST_FOOT_SIZE bytes: SCR 3.6 has the layout.
 */
#ifndef SCREEN_LIST_H
#define SCREEN_LIST_H

#include "base/arena.h"
#include "base/date.h"
#include "screen/person.h"
#include "screen/screen.h"

#define LIST_MAGIC_SIZE 8
#define LIST_FOOT_SIZE 64

/* Bounds of one entry, from what sources have: longer is refused, but remarks,
 * which are cut. */
#define LIST_REFERENCE_SIZE_MAX 64 /* as an event has it */
#define LIST_NAME_SIZE_MAX 1024    /* an entity of OFAC has 300 */
#define LIST_PLACE_SIZE_MAX 512
#define LIST_NUMBER_SIZE_MAX 24 /* no MRZ has room for more */
#define LIST_TYPE_SIZE_MAX 8
#define LIST_ACTION_SIZE_MAX 256
#define LIST_REMARK_SIZE_MAX 4096
#define LIST_ENTRY_SIZE_MAX (1 << 20)
#define LIST_THRESHOLD_MIN 500

enum list_source {
    LIST_OFAC = 1,
    LIST_UN = 2,
    LIST_EU = 3,
    LIST_OPENSANCTIONS = 4,
    LIST_DOCUMENTS = 5,
    LIST_CSV = 6,
    LIST_RULES = 7 /* of stay: text, no entries */
};

/* "ofac", "un", "eu", "opensanctions", "documents", "csv", "rules". */
const char *list_source_word(enum list_source source);
MUST_CHECK enum err list_source_parse(struct bytes word, enum list_source *out);

/* An entity (company, ship) never fires on a person, but its documents may. */
enum list_kind { LIST_PERSON = 0, LIST_ENTITY = 1, LIST_DOCUMENT = 2 };

/*
 * One entry. All bytes and arrays are borrowed: from the mapped file and the
 * arena when it was read.
 *
 * reference  the list's own; may be empty for a document: list_reference()
 * number_to  of LIST_DOCUMENT: the last number of a range that begins with
 *            that of `person.documents[0]`; empty when it is no range
 * expiry     the last day on which the entry counts
 * encoded    the entry's own bytes, when it was read: their hash says whether
 *            an entry has changed from one list to the next
 */
struct list_entry {
    enum list_kind kind;
    enum list_reason reason;
    struct person person; /* `sex` too */
    struct bytes reference;
    struct bytes number_to;
    struct bytes action;
    struct bytes remark;
    bool has_expiry;
    struct date expiry;
    struct bytes encoded;
};

/* What a list says of itself in its foot. */
struct list_head {
    enum list_source source;
    bool has_date;
    struct date date; /* on which the source says it was made */
    uint16_t threshold;
    uint64_t entries;
    uint64_t persons;   /* entries that are one */
    uint64_t names;     /* of persons and entities */
    uint64_t documents; /* of all entries; a range is one */
};

/* A whole list over borrowed bytes, mapped or not. */
struct list_file {
    struct bytes in;
    struct list_head head;
};

/* ERR_CORRUPT: these bytes are no list. The entries are not looked at. */
MUST_CHECK enum err list_open(struct bytes in, struct list_file *out);

/* The foot alone, the last LIST_FOOT_SIZE bytes of a file of `size` bytes. */
MUST_CHECK enum err list_foot_parse(struct bytes foot, uint64_t size,
                                    struct list_head *out);

/* The text of rules; empty for other sources. */
struct bytes list_text(const struct list_file *file);

/*
 * The entry at `*at`, which then stands at the next; the first is at
 * LIST_MAGIC_SIZE. `at` is what indexes keep: they pass what they read from a
 * file of theirs without looking.
 *
 * ERR_NOT_FOUND  there are no more (`*at` is the foot)
 * ERR_CORRUPT    no entry begins there, or it is damaged
 * ERR_LIMIT      the arena is spent; LIST_ENTRY_ARENA_SIZE is always enough
 */
MUST_CHECK enum err list_next(const struct list_file *file, uint64_t *at,
                              struct arena *arena, struct list_entry *out);
#define LIST_ENTRY_ARENA_SIZE (64 * 1024)

/* The list's own reference, or made from the document ("ALB/P/BA1234567");
 * in the arena. Its `p` is NULL when that is spent. */
struct bytes list_reference(const struct list_entry *entry,
                            struct arena *arena);

#define LIST_ROOM_SIZE (2 * LIST_ENTRY_SIZE_MAX)

/*
 * Writes a list as a stream through `put`, which is called with the bytes one
 * after another. `room` is the caller's, of LIST_ROOM_SIZE.
 */
struct list_writer {
    uint8_t *room;
    enum err (*put)(void *context, struct bytes in);
    void *context;
    size_t held;   /* bytes in the room, not yet put */
    uint64_t size; /* of the file so far */
    struct list_head head;
};

/* Sets nothing but the first bytes; `head` counts while entries come. */
MUST_CHECK enum err list_writer_begin(struct list_writer *w,
                                      enum list_source source);

/* ERR_LIMIT: a field or the entry is past its bound, and nothing was written;
 * ERR_FORMAT: the entry is not lawful; else what `put` said. */
MUST_CHECK enum err list_writer_add(struct list_writer *w,
                                    const struct list_entry *entry);

/* Text of rules, as it came. */
MUST_CHECK enum err list_writer_text(struct list_writer *w, struct bytes text);

/* The foot; `head` may have been given a date and a threshold before. */
MUST_CHECK enum err list_writer_end(struct list_writer *w);

#endif
