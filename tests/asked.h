/*
 * The API without a socket: requests as structs, the keeper's answers by hand.
 */
#ifndef TESTS_ASKED_H
#define TESTS_ASKED_H

#include "test.h"

#include "api/api.h"

#define TOKEN "sample-token-of-a-test"
#define NOW INT64_C(1782914607250) /* 2026-07-01T14:03:27.250Z */

/* ICAO 9303-4, appendix B: the specimen. */
#define MRZ_1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define MRZ_2 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define MRZ_JSON "\"mrz\":[\"" MRZ_1 "\",\"" MRZ_2 "\"]"

/* The members of a late record but its document. */
#define LATE                                                                   \
    "\"occurred\":\"2026-07-01T10:00:00Z\",\"reason\":\"no power\","           \
    "\"recorder\":\"officer 7\",\"direction\":\"entry\",\"decision\":"         \
    "\"admit\""

/* One node's API, and the request under way. */
struct desk_made {
    struct os os;
    struct zone zone; /* UTC */
    struct api api;
    struct api_counters counters;
    struct request request;
    struct api_call call;
    size_t room; /* of the block, for the request; 0: all of it */
    uint8_t block[REQUEST_ARENA_SIZE];
    uint8_t event[EVENT_SIZE_MAX];
    char body[REQUEST_ARENA_SIZE];
};

/* For cmocka; `*state` is a struct desk_made of the node "durres". */
int asked_set_up(void **state);
int asked_tear_down(void **state);

#define ASKED_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, asked_set_up, asked_tear_down)

struct asked {
    enum method method;
    const char *target;
    const char *body;
    const char *key; /* Idempotency-Key */
    bool no_token;
    bool no_type;
};

#define POST(path, text)                                                       \
    {                                                                          \
        .method = METHOD_POST, .target = (path), .body = (text)                \
    }
#define GET(path)                                                              \
    {                                                                          \
        .method = METHOD_GET, .target = (path), .body = ""                     \
    }

void asked_begin(struct desk_made *f, const struct asked *asked);

/* The keeper's answer: what was asked is recorded as number 183. */
void asked_record(struct desk_made *f);

/* The answer's body as a text. */
const char *asked_body(struct desk_made *f);

/* Fails unless the call is answered so, in lawful JSON if it is JSON. */
void asked_expect(struct desk_made *f, unsigned status, const char *words);

/* The specimen's document. */
struct document asked_document(void);

#endif
