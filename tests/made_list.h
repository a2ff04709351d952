/*
 * Lists of invented entries with both indexes, in memory or as the files of a
 * node; for the tests of those who ask them.
 */
#ifndef TESTS_MADE_LIST_H
#define TESTS_MADE_LIST_H

#include "os/os.h"
#include "screen/document_index.h"
#include "screen/list.h"
#include "screen/name_index.h"
#include "screen/set.h"
#include "test.h"

/*
 * An entry: a person when it has a surname or a name, else a document. NULL
 * members are left out.
 */
struct made_entry {
    const char *reference;
    enum list_kind kind;
    enum list_reason reason;
    const char *surname;
    const char *given_names;
    const char *name;  /* whole; the first name if there is no surname */
    const char *alias; /* whole */
    const char *born;  /* "1974-08-12" */
    const char *state; /* of a document */
    const char *number;
    const char *number_to;
    const char *action;
    const char *expiry; /* "2026-07-01" */
};

/* All on the heap until made_list_free(). The indexes are empty when there is
 * nothing to be in them. */
struct made_list {
    struct bytes list;
    struct bytes names;
    struct bytes documents;
    uint8_t sha256[32];
    struct list_file file;
    struct name_index name_index;
    struct document_index document_index;
};

void made_list_init(struct made_list *made, enum list_source source,
                    const struct made_entry *entries, size_t count);
void made_list_free(struct made_list *made);

/* As it stands in a set, ready. */
struct screen_list made_list_shown(const struct made_list *made,
                                   const char *name);

/* Writes the files below `lists/` of the folder. */
void made_list_write(const struct made_list *made, struct os *os,
                     struct folder folder);

/* The path of one of them; `ending` is ".list", ".names" or ".documents". */
#define MADE_LIST_PATH_SIZE 96
void made_list_path(const struct made_list *made, const char *ending,
                    char out[MADE_LIST_PATH_SIZE]);

#endif
