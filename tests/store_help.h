/*
 * Stores in a folder of their own, and invented events to fold into them; for
 * the tests of store/.
 */
#ifndef TESTS_STORE_HELP_H
#define TESTS_STORE_HELP_H

#include "record/event.h"
#include "store/store.h"
#include "test.h"

/* A temporary folder; removed with all that is in it. */
struct store_place {
    struct os os;
    struct folder folder;
    char folder_path[64];
    char path[96];
    struct store_config config; /* of a store in it, to fold into */
};

void store_place_init(struct store_place *place);
void store_place_deinit(struct store_place *place);

/* A store in a place of its own, to fold into and to ask. */
struct store_fixture {
    struct store_place place;
    struct store store;
    struct arena arena;
    uint8_t block[1 << 20];
};

/* For cmocka: `*state` is a struct store_fixture. */
int store_fixture_setup(void **state);
int store_fixture_teardown(void **state);

/* One entry in a batch of its own; its index. */
uint64_t store_fixture_fold(struct store_fixture *fixture,
                            const struct event *event);

/* What a traveller of a test is told by. */
struct store_traveller {
    const char *surname;
    const char *given_names;
    const char *nationality;
    const char *date_of_birth;
    const char *number; /* of the document, whose state is the nationality */
};

struct document store_document(const struct store_traveller *traveller);

/* The traveller was admitted; the record's index. */
uint64_t store_fixture_cross(struct store_fixture *fixture,
                             const struct store_traveller *who,
                             enum direction direction, int64_t time_ms);

/* A crossing of the store's own node, which must be there. */
struct store_crossing store_crossing_of(struct store *store, uint64_t index,
                                        struct arena *arena);

/* An event of the type with the time set and actor, place, lane as usual. */
struct event store_event(enum event_type type, int64_t time_ms);

/*
 * A stream of lawful events of one log, as a busy and careless border would
 * record them: scans with and without a decision, refusals, hand-overs, late
 * records of any age, corrections of what there is and of what there is not,
 * keys used again, erased entries; lists, alerts, orders to leave, manifests,
 * settled hits, links, withdrawals. Always the same for one seed.
 */
struct store_stream {
    struct test_random random;
    uint64_t index; /* of the next event */
    int64_t now_ms;
    uint64_t travellers; /* how many different ones there are */
    uint64_t put;        /* record of the last alert or order */
    uint64_t link;       /* of the last link */
    uint8_t texts[4096];
    size_t text_used;
    struct event event;
};

void store_stream_init(struct store_stream *stream, uint64_t seed,
                       uint64_t travellers);

/* The next event, borrowed until the next call; NULL is an erased one. */
const struct event *store_stream_next(struct store_stream *stream);

#endif
