/*
 * What the tests of inspect/ share: a traveller about whom there is nothing to
 * say, and a look at what is said of one who differs in one thing.
 */
#ifndef TESTS_INSPECT_HELP_H
#define TESTS_INSPECT_HELP_H

#include "inspect/inspect.h"
#include "test.h"

/* "2026-07-01T10:00:00Z", and any other; the test fails on what is none. */
struct instant moment(const char *text);

/*
 * A traveller of Utopia, born 1974-08-12, at lane 1 of a post in Durrës on
 * 2026-07-01 at noon, where clocks are two hours ahead of UTC; never seen
 * before, on no list; the passport is valid until 2035. Nothing is found.
 */
struct inspect_input quiet(enum direction direction);

/* An admitted crossing at this post, a day at lane 1. */
struct inspect_crossing passage(const char *time, enum direction direction);

/* Asks; the answer is good until the next call. */
const struct inspect_answer *asked(const struct inspect_input *in);

/* The only finding of the code, or NULL; the test fails on a second one. */
const struct finding *found_of(const struct inspect_answer *answer,
                               enum finding_code code);

/* Asks, and fails unless the code is found in this way. */
void expect(const struct inspect_input *in, enum finding_code code,
            enum severity severity, int64_t number, const char *evidence);

/* Asks, and fails when the code is found. */
void expect_none(const struct inspect_input *in, enum finding_code code);

#endif
