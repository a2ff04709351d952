#include "node/admit.h"

#include "store/correct.h"

/* Whether what a correction names is there and can be corrected so. */
static enum err
correction_judge(struct book *book, const struct correction *correction,
                 enum problem *problem)
{
    struct book_entry read;
    enum err e;

    *problem = PROBLEM_NO_SUCH_RECORD;
    if (!bytes_equal(correction->node, book->node))
        return OK;
    e = book_read(book, correction->index, &read);
    if (e == ERR_NOT_FOUND)
        return OK;
    *problem = PROBLEM_ERASED;
    if (e != OK)
        return e == ERR_DENIED ? OK : e;
    *problem = PROBLEM_NOT_CORRECTABLE;
    if ((read.event.type == EVENT_CROSSING ||
         read.event.type == EVENT_LATE_RECORD) &&
        correction_valid(correction->field, correction->value))
        *problem = PROBLEM_NONE;
    return OK;
}

enum err
admit_event(struct book *book, const struct request_key *key,
            struct event *event, enum problem *problem)
{
    *problem = PROBLEM_NONE;
    switch ((int)event->type) {
    case EVENT_INSPECTION:
    case EVENT_ACCESS:
        return OK;
    case EVENT_LATE_RECORD:
        event->late_record.key = *key;
        return OK;
    case EVENT_CORRECTION:
        event->correction.key = *key;
        return correction_judge(book, &event->correction, problem);
    default:
        *problem = PROBLEM_MALFORMED;
        return OK;
    }
}
