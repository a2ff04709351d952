/*
 * Whether what a desk or a command wants recorded may be: the rules that look
 * into the log, the tables or the node's folder, the same for the keeper and
 * for a command that runs while no keeper does. API 3.3
 */
#ifndef NODE_ADMIT_H
#define NODE_ADMIT_H

#include "api/ask.h"
#include "node/book.h"

/* An event, with room for what is put into it; must stay where it is. */
struct admitted {
    struct event event;
    uint8_t date[DATE_TEXT_SIZE];
};

/*
 * Judges an event, and puts into it what is the node's to say: the key of the
 * request, what a hit was, what a list holds. Some of that stands only until
 * the book reads another entry: book_put() is to follow at once. `*problem` is
 * PROBLEM_NONE when it may be recorded. Errors are the book's.
 */
MUST_CHECK enum err admit_event(struct book *book,
                                const struct request_key *key,
                                struct admitted *admitted,
                                enum problem *problem);

#endif
