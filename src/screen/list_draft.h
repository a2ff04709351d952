/*
 * An entry while a source's file gives its parts, one after another: text is
 * cleaned, what is past a bound is left out and counted, and the whole goes to
 * whoever reads the list. SCR 3.3.
 */
#ifndef SCREEN_LIST_DRAFT_H
#define SCREEN_LIST_DRAFT_H

#include "screen/list_source.h"

/* Text of one entry: twice the longest row of CSV or tree of XML. */
#define LIST_DRAFT_TEXT_SIZE ((size_t)20 << 20)

struct list_draft {
    struct list_reading *reading;
    struct arena text;
    bool full; /* the arena was spent: the entry is too large */
    struct list_entry entry;
    struct person_name names[PERSON_NAMES_MAX];
    struct birth births[PERSON_BIRTHS_MAX];
    struct bytes nationalities[PERSON_NATIONALITIES_MAX];
    struct bytes places[PERSON_PLACES_MAX];
    struct person_document documents[PERSON_DOCUMENTS_MAX];
};

/* Takes its memory from the reading's arena, once for a list. NULL when that is
 * spent. */
struct list_draft *draft_make(struct list_reading *reading);

/* A new entry. */
void draft_begin(struct list_draft *draft, enum list_kind kind,
                 enum list_reason reason);

/* A copy without control characters and without blanks at the ends or in a
 * row. */
struct bytes draft_clean(struct list_draft *draft, struct bytes text);

/* Texts need not be clean; empty ones add nothing. */
void draft_reference(struct list_draft *draft, struct bytes text);
void draft_whole_name(struct list_draft *draft, struct bytes text,
                      enum name_quality quality);
void draft_name(struct list_draft *draft, struct bytes surname,
                struct bytes given_names, enum name_quality quality);
void draft_birth(struct list_draft *draft, const struct birth *birth);
/* As it is written: list_birth_parse(). */
void draft_birth_text(struct list_draft *draft, struct bytes text);
/* A country in any of its names: country_code(). */
void draft_nationality(struct list_draft *draft, struct bytes country);
void draft_place(struct list_draft *draft, struct bytes text);
void draft_sex(struct list_draft *draft, struct bytes text);
void draft_document(struct list_draft *draft, struct bytes country,
                    const char *type, struct bytes number);
void draft_remark(struct list_draft *draft, struct bytes text);

/* Several names in one field, `separator` between them. */
void draft_whole_names(struct list_draft *draft, struct bytes texts,
                       uint8_t separator, enum name_quality quality);

/*
 * The entry is whole: it goes out, unless it is nobody's. `line` and `at` are
 * where it began in file `input`, for the fault. ERR_LIMIT, ERR_FORMAT,
 * ERR_CONFLICT with the reading's fault filled; or what `emit` said.
 */
MUST_CHECK enum err draft_end(struct list_draft *draft,
                              const struct list_place *place);

/* Fills the reading's fault, and returns `code`. */
enum err reading_refuse(struct list_reading *reading, enum err code,
                        const struct list_place *place, const char *clause,
                        const char *what);

#endif
