/*
 * Whether what a desk or a command wants recorded may be: the rules that look
 * into the log, the tables or the node's folder, the same for the keeper and
 * for a command that runs while no keeper does. API 3.3
 */
#ifndef NODE_ADMIT_H
#define NODE_ADMIT_H

#include "api/ask.h"
#include "node/book.h"

/*
 * Judges an event, and puts into it what is the node's to say: the key of the
 * request. `*problem` is PROBLEM_NONE when it may be recorded. Errors are the
 * book's.
 */
MUST_CHECK enum err admit_event(struct book *book,
                                const struct request_key *key,
                                struct event *event, enum problem *problem);

#endif
