/*
 * A source's files in memory, read as a list; for tests of lists.
 */
#ifndef TESTS_LIST_READ_H
#define TESTS_LIST_READ_H

#include "screen/list_source.h"

#define LIST_READ_FILES_MAX 4

struct list_read {
    size_t count;
    const char *names[LIST_READ_FILES_MAX];
    struct bytes bytes[LIST_READ_FILES_MAX];
};

/* A state with memory for the reading; setup and teardown of a test. */
int list_read_setup(void **state);
int list_read_teardown(void **state);

/* That memory: how much of it may be used can be set. */
struct arena *list_read_arena(void **state);

/* Reads them, each entry going to `emit`. */
enum err list_read(void **state, enum list_source source,
                   const struct list_read *files, struct list_reading *reading);

#endif
