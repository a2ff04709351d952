/*
 * The real os with a clock that the test sets, and with the n-th call that can
 * fail failing: for what needs a real disk beside `os`, as SQLite does.
 */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include "os/os.h"

/*
 * calls    how many were made that can fail
 * fail_at  the one that fails, from 1; 0: none
 * stay     all later ones fail too, as when the disk is gone
 * error    what they return
 */
struct failing {
    struct os os; /* to be handed down */
    struct os real;
    uint64_t calls;
    uint64_t fail_at;
    bool stay;
    enum err error;
    int64_t now_ms;
    uint64_t steady_ns;
};

/* The struct must stay where it is. */
void failing_init(struct failing *failing);

/* Both clocks go on. */
void failing_pass(struct failing *failing, int64_t ms);

#endif
