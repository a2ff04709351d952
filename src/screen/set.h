/*
 * What is in force: the lists, as files mapped by the caller, and the alerts.
 * SCR 1.
 */
#ifndef SCREEN_SET_H
#define SCREEN_SET_H

#include "base/date.h"
#include "screen/list.h"

struct alerts;         /* screen/alerts.h */
struct document_index; /* screen/document_index.h */
struct name_index;     /* screen/name_index.h */
struct script;         /* screen/script.h */

/* A country's own, some neighbours', the UN's, the EU's, OFAC's, a few more. */
#define SCREEN_LISTS_MAX 64
#define SCREEN_LIST_NAME_SIZE_MAX 64 /* as an event has it */

enum screen_list_state {
    SCREEN_LIST_READY = 0,
    SCREEN_LIST_MISSING = 1, /* its file or an index of it is not there */
    SCREEN_LIST_DAMAGED = 2  /* or is not what was imported */
};

/*
 * One list in force; all is borrowed.
 *
 * name       by which it was imported: "ofac"
 * file       NULL unless it is ready
 * names      NULL when it has no entries with names
 * documents  NULL when it has none
 */
struct screen_list {
    struct bytes name;
    enum screen_list_state state;
    enum list_source source;
    bool has_date;
    struct date date; /* on which its source says it was made */
    struct instant imported;
    uint16_t threshold;
    const struct list_file *file;
    const struct name_index *names;
    const struct document_index *documents;
};

/*
 * Rules of stay are a list too, but nobody is on it: they are not here.
 *
 * lists    in the order of their names
 * alerts   NULL: there are none; or they could not be had, and
 *          `alerts_missing` says so
 * script   as name_read() takes it
 */
struct screen_set {
    size_t list_count;
    const struct screen_list *lists;
    const struct alerts *alerts;
    bool alerts_missing;
    const struct script *script;
};

const char *screen_list_state_word(enum screen_list_state state);

#endif
