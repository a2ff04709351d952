/*
 * What the booth's question needs to know of a traveller, and of what is in
 * force: lists, alerts, orders to leave, what officers settled, manifests. STO
 * 2.9 .. 2.15
 *
 * Every function may be called between store_read_begin() and store_read_end(),
 * so that all of an answer is of one moment. Texts and arrays of what comes
 * back stand in the arena. Errors are those of store.h; ERR_LIMIT the arena is
 * spent.
 */
#ifndef STORE_KNOWN_H
#define STORE_KNOWN_H

#include "store/store.h"

/* Rows that one question may bring back, or look at. */
#define STORE_LISTS_MAX 64
#define STORE_PASSAGES_MAX 1000
#define STORE_GROUP_MAX 16
#define STORE_ORDERS_MAX 16
#define STORE_SCANS_MAX 256
/* Travellers looked at who may be the one in hand: of 20 million, some 60 have
 * the birthday and an initial, or the birthday and a given name. */
#define STORE_ALIKE_MAX 128

/* ----- Lists and alerts in force. ----- */

/* The list of a name: the last one imported. */
struct store_list {
    struct bytes name;
    struct bytes source;
    struct bytes list_date; /* or empty */
    uint8_t sha256[SHA256_SIZE];
    uint64_t entries;
    uint64_t persons;
    uint64_t names;
    uint64_t documents;
    uint64_t size;
    bool shrink_accepted;
    struct instant imported;
    struct record_name record; /* that says so */
};

/* In the order in which their names were first imported. STO 2.10 */
MUST_CHECK enum err store_lists(struct store *store, struct arena *arena,
                                struct store_list *out, size_t max,
                                size_t *count);

/*
 * Another number whenever a list or an alert came into force or went, 0 when
 * none ever did. One row is read.
 */
MUST_CHECK enum err store_lists_revision(struct store *store,
                                         uint64_t *revision);

/* An alert that was not withdrawn; whether it has expired is the caller's to
 * tell from its last day. `put.key` is absent. STO 2.11 */
struct store_alert {
    uint64_t at;               /* where it stands: see store_alerts() */
    struct record_name record; /* by which it is known */
    struct instant time;
    struct alert_put put;
};

/* From `from` on, 0 at first, in the order of nodes and records; the next
 * question's `from` is the last one's `at` plus one. */
MUST_CHECK enum err store_alerts(struct store *store, uint64_t from,
                                 struct arena *arena, struct store_alert *out,
                                 size_t max, size_t *count);

/* Where a record stands, or would, in the order of store_alerts() and
 * store_orders(): ERR_NOT_FOUND when its node is not known. */
MUST_CHECK enum err store_at(struct store *store,
                             const struct record_name *record, uint64_t *at);

/* ERR_NOT_FOUND when the record is no alert, or it was withdrawn. */
MUST_CHECK enum err store_alert_find(struct store *store,
                                     const struct record_name *record,
                                     struct arena *arena,
                                     struct store_alert *out);

/* ----- Orders to leave. ----- */

/*
 * `obeyed` when the person, as the order names him, was admitted at an exit
 * after the order, whether in time or late: `exit` is that crossing. STO 2.12
 */
struct store_order {
    uint64_t at; /* where it stands: see store_orders() */
    struct record_name record;
    struct instant time;
    struct instant deadline;
    struct bytes issuing_state; /* of the document, if one was named */
    struct bytes number;
    struct identity identity;
    struct bytes reason;
    struct bytes owner;
    bool obeyed;
    struct instant exit_time;
    struct record_name exit;
};

/* That name the document's number, or the surname, date of birth and (where the
 * order has them) given names; newest first; those withdrawn are not among
 * them. */
MUST_CHECK enum err store_orders_of(struct store *store,
                                    const struct document *document,
                                    struct arena *arena,
                                    struct store_order *out, size_t max,
                                    size_t *count);

/* All from `from` on, as store_alerts() has them. */
MUST_CHECK enum err store_orders(struct store *store, uint64_t from,
                                 struct arena *arena, struct store_order *out,
                                 size_t max, size_t *count);

/* ERR_NOT_FOUND */
MUST_CHECK enum err store_order_find(struct store *store,
                                     const struct record_name *record,
                                     struct arena *arena,
                                     struct store_order *out);

/* ----- What officers settled. ----- */

/* A hit of a traveller, as screening has it. */
struct store_hit {
    struct identity identity;
    struct bytes list;
    struct bytes entry;
    const uint8_t *entry_hash; /* ENTRY_HASH_SIZE */
};

/* The last resolution of it; ERR_NOT_FOUND also when the entry has changed
 * since, or the traveller's names, birth, sex or nationality. STO 2.13 */
struct store_settled {
    enum verdict verdict;
    struct record_name record; /* the resolution */
    struct instant time;
};
MUST_CHECK enum err store_settled(struct store *store,
                                  const struct store_hit *hit,
                                  struct store_settled *out);

/* ----- A traveller and whoever is the same person. ----- */

/* The traveller whom a document describes: borrowed from it. */
struct identity store_identity(const struct document *document);

/*
 * All travellers of the tables who by officers' word are the person described,
 * he himself first: those linked as the same, and whoever they are linked to.
 * The newest word on two of them counts, as corrected; at most STORE_GROUP_MAX.
 * None is no error. STO 2.14
 */
MUST_CHECK enum err store_group(struct store *store,
                                const struct identity *identity,
                                struct arena *arena, struct store_person *out,
                                size_t max, size_t *count);

/*
 * Travellers who may be the same person, for the caller to compare: of the same
 * birthday, with the same initial of the surname, or the same first given name,
 * or with surname and given names exchanged. Neither those of the group nor
 * whom an officer has told apart from the one described are among them. At most
 * STORE_ALIKE_MAX rows are looked at. STO 2.9
 */
MUST_CHECK enum err store_alike(struct store *store,
                                const struct identity *identity,
                                struct arena *arena, struct store_person *out,
                                size_t max, size_t *count);

/* A crossing without its document, as it stands after all corrections. */
struct store_passage {
    struct record_name record;
    int64_t person;
    struct instant time;
    enum direction direction;
    enum decision decision;
    uint16_t reasons;
    bool late;
    bool corrected;
    bool other_document; /* not of the number asked for */
    struct bytes lane;
    struct bytes place; /* empty: where the own node is */
};

/*
 * The crossings of all travellers of a group, newest first: those not before
 * `since` and the one before that of each; at most STORE_PASSAGES_MAX or `max`.
 * Few pages are touched: one for each.
 */
struct store_journey {
    size_t person_count; /* at most STORE_GROUP_MAX */
    const struct store_person *persons;
    struct store_number number; /* of the document in hand */
    struct instant since;
};
MUST_CHECK enum err store_passages(struct store *store,
                                   const struct store_journey *journey,
                                   struct arena *arena,
                                   struct store_passage *out, size_t max,
                                   size_t *count);

/* ----- A scan and a voyage. ----- */

/*
 * The last inspection of the same traveller that nobody has decided on and that
 * is not before `since`, among the last STORE_SCANS_MAX of each node that
 * nobody has decided on. ERR_NOT_FOUND. STO 2.6
 */
struct store_scan {
    struct record_name record;
    struct instant time;
    enum direction direction;
    struct bytes lane;
};
MUST_CHECK enum err store_last_scan(struct store *store,
                                    const struct identity *identity,
                                    struct instant since, struct arena *arena,
                                    struct store_scan *out);

/* Whether a traveller is on the manifest of a voyage: by the document's number,
 * else by surname and date of birth. STO 2.15 */
struct store_voyage {
    struct bytes voyage;
    struct bytes day; /* "2026-08-12" */
    enum direction direction;
};
enum store_manifest {
    STORE_MANIFEST_UNKNOWN, /* nothing is known of the voyage */
    STORE_MANIFEST_FOUND,
    STORE_MANIFEST_MISSING
};
MUST_CHECK enum err store_manifest(struct store *store,
                                   const struct store_voyage *voyage,
                                   const struct document *document,
                                   enum store_manifest *out);

/* ----- Everybody inside. ----- */

/*
 * Travellers who are inside, from id `*from` (0 at first) on: at most `max`.
 * `*from` is then where to go on, or -1 when there are no more. Looks at no
 * more than STORE_INSIDE_ROWS_MAX travellers, so that `*count` may be 0 though
 * there are more.
 */
#define STORE_INSIDE_ROWS_MAX 65536
MUST_CHECK enum err store_inside_next(struct store *store, int64_t *from,
                                      struct arena *arena,
                                      struct store_person *out, size_t max,
                                      size_t *count);

#endif
