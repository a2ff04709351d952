/*
 * What our cmocka tests share: TAP on stdout for `prove`, errors compared by
 * name, samples read from tests/data, and random numbers from a printed seed.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/err.h"

/*
 * Runs the tests and returns what main() returns. Tests run with the root of
 * the source tree as the working directory.
 */
int test_run(const struct CMUnitTest *tests, size_t count);

#define TEST_RUN(tests) test_run((tests), sizeof(tests) / sizeof((tests)[0]))

/* Fails the test unless the two codes are the same, and says them by name. */
#define assert_err(e, expected) test_err((e), (expected), __FILE__, __LINE__)
void test_err(enum err e, enum err expected, const char *file, int line);

/* Fails unless equal; shows the first difference in hexadecimal. */
#define assert_bytes(a, b) test_bytes((a), (b), __FILE__, __LINE__)
void test_bytes(struct bytes a, struct bytes b, const char *file, int line);

/* Says that the data of a test are not here; it then ends, and counts as held.
 * cmocka's skip() says "not ok", which prove(1) takes for a failure. */
void test_absent(void);

/* Hexadecimal digits as bytes; `out` has room. The test fails on others. */
struct bytes test_hex(const char *digits, uint8_t *out);

/*
 * A whole file, on the heap: test_file_free() takes it back. The test fails
 * when the file cannot be read.
 */
struct bytes test_file(const char *path);
void test_file_free(struct bytes file);

/*
 * Calls `visit` with the path of every regular file of a folder, in the order
 * of names, and returns how many there were.
 */
size_t test_each_file(const char *folder,
                      void (*visit)(void *context, const char *path),
                      void *context);

/*
 * Random numbers for tests that try many cases: the seed is taken from the
 * environment's KUFI_SEED or from the clock, and printed, so that a failure can
 * be had again.
 */
struct test_random {
    uint64_t state;
};

void test_random_init(struct test_random *random);
uint64_t test_random_next(struct test_random *random);
/* 0 to `bound` - 1; `bound` is not 0. */
uint64_t test_random_below(struct test_random *random, uint64_t bound);

#endif
