/*
 * A traveller and the lists in force in; hits with their reasons out. Pure: the
 * lists are mapped files handed down by the caller. SCR 1, 6.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "base/arena.h"
#include "record/event.h"
#include "screen/score.h"

/* One list in force; see screen/set.h. */
struct screen_set;

/* Shown at most; the rest is counted. An officer settles one or two. */
#define SCREEN_HITS_MAX 32

enum hit_kind { HIT_NAME = 0, HIT_DOCUMENT = 1 };

/* Why a document or person is listed; a list may say nothing of it. SCR 3.4 */
enum list_reason {
    LIST_REASON_NONE = 0,
    LIST_REASON_LOST = 1,
    LIST_REASON_STOLEN = 2,
    LIST_REASON_REVOKED = 3,
    LIST_REASON_BLANK = 4, /* stolen blank */
    LIST_REASON_INVALID = 5,
    LIST_REASON_SANCTION = 6,
    LIST_REASON_WANTED = 7,
    LIST_REASON_REFUSED_ENTRY = 8,
    LIST_REASON_MISSING_MINOR = 9,
    LIST_REASON_DISCREET_CHECK = 10,
    LIST_REASON_PERMIT_REVOKED = 11, /* residence or visa revoked */
    LIST_REASON_OTHER = 12
};
#define LIST_REASON_COUNT (LIST_REASON_OTHER + 1)

/* "lost", "stolen", "revoked", "blank", "invalid", "sanction", "wanted",
 * "refused_entry", "missing_minor", "discreet_check", "permit_revoked",
 * "other"; "" for NONE. */
const char *list_reason_word(enum list_reason reason);
MUST_CHECK enum err list_reason_parse(struct bytes word, enum list_reason *out);

/*
 * Texts are borrowed from the mapped list or the alerts, or from the arena.
 *
 * list    its name ("ofac"), or "alert" for a single alert
 * entry   the list's own reference; for an alert its record's name
 * name    as the list writes the name that was hit, for the officer
 * action  what the officer is to do, as the list says; or empty
 * remark  what the list says besides; of an alert, whose it is
 * entry_hash  of what the list says of the entry: another one when it changes,
 *             so that what was settled of it is asked again
 */
struct screen_hit {
    enum hit_kind kind;
    struct bytes list;
    struct bytes entry;
    uint8_t entry_hash[ENTRY_HASH_SIZE];
    uint16_t points; /* of a document: 1000 */
    uint8_t reason_count;
    uint8_t reasons[SCORE_REASONS_MAX];
    enum list_reason reason;
    struct bytes name;
    struct bytes action;
    struct bytes remark;
    struct bytes issuing_state; /* of a document hit */
    struct bytes number;
};

struct screen_query {
    struct person person; /* documents included */
    struct date today;    /* entries that have expired do not hit */
};

/*
 * Every hit at or above its list's threshold, in the order of SCR 1.5; the
 * first `max` of them (at most SCREEN_HITS_MAX) in `out`, and how many there
 * are in `*count`, which may be more; of very many by name on one list, a
 * thousand are counted. Alerts and lists that are not ready are
 * passed over: the set says so.
 *
 * ERR_LIMIT    the arena is spent: SCREEN_ARENA_SIZE is always enough
 * ERR_CORRUPT  a mapped file is not what was built; `out` and `*count` then
 *              hold what all others gave
 */
#define SCREEN_ARENA_SIZE ((size_t)16 << 20)
MUST_CHECK enum err screen_ask(const struct screen_set *set,
                               const struct screen_query *query,
                               struct arena *arena, struct screen_hit *out,
                               size_t max, size_t *count);

#endif
