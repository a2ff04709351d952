/*
 * A look through a list of many, page by page: it is recorded as an access that
 * names the list and nobody on it, then answered. API 4.14, 4.16
 */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/call_int.h"
#include "record/name.h"

/* Items of one page; the largest alert has some 3 KB as JSON. */
#define PAGE_ITEMS 100

/* Of the request, kept in call->state. */
struct page {
    bool has_from;
    struct record_name from; /* the first record that may be on it */
    bool overdue;
};

/*
 * The query's `from`, and `overdue` where the list has it, and the ask to
 * record the look. False when the call has been answered.
 */
bool page_begin(const struct api *api, struct api_call *call, const char *list,
                bool has_overdue);

/* Where the page begins in the tables; past the end when no such node is known.
 */
MUST_CHECK enum err page_from(const struct api *api, const struct page *page,
                              uint64_t *from);

/* The members access and `name`, whose array is then open. */
void page_open(const struct api *api, struct json_writer *j, uint64_t access,
               const char *name);

/* Closes the array and the answer, behind the last record that was looked at;
 * NULL: there are no more. */
void page_close(const struct api *api, struct api_call *call,
                struct json_writer *j, const struct record_name *last);

/* 503, or 422 when the arena is spent. */
void page_failed(const struct api *api, struct api_call *call, enum err e,
                 const char *clause);

#endif
