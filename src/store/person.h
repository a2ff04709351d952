/*
 * Who a document describes: the rows of travellers and of their documents, and
 * the places in the tables where those are looked for. STO 2.1, 2.2
 */
#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include "record/event.h"
#include "store/tables.h"

/* The upper bits of an id come from what people search by, the lower ones from
 * the rest: so that all of one name, or of one number, stand together. */
#define HOME_REST_BITS 23

/* The first id that a traveller of that name, or such a document, may have;
 * the last, unless others stood in its way, is HOME_REST_MAX further on. */
#define HOME_REST_MAX ((INT64_C(1) << HOME_REST_BITS) - 1)
int64_t person_home(struct bytes surname, struct bytes date_of_birth);

/* All homes of travellers with the birthday and the initial of the surname:
 * from person_group() to PERSON_GROUP_MAX further on. */
#define PERSON_GROUP_MAX ((INT64_C(1) << 38) - 1)
int64_t person_group(struct bytes surname, struct bytes date_of_birth);

/* Of the rows that name travellers with the birthday and the first of the given
 * names. STO 2.9 */
int64_t alike_home(struct bytes given_names, struct bytes date_of_birth);
struct bytes person_first_name(struct bytes names);

/* A number by which a traveller is told from nearly all others. STO 2.6 */
int64_t scan_mark(const struct identity *identity);
int64_t document_home(struct bytes issuing_state, struct bytes number);

/* Where the rows of a document and of whom it describes are looked for first,
 * from their texts alone: what can be known before any row is. Of an
 * inspection, which has no rows of either, `scan` alone. */
struct places {
    int64_t person;
    int64_t document; /* of a traveller who stands at `person` */
    int64_t scan;     /* scan_mark() */
};

struct places person_places(const struct document *document);

struct holder {
    int64_t person;
    int64_t document;
};

/*
 * The rows of the document and of whom it describes, made where there are none
 * yet; false when something stuck in the tables. `places` are the document's.
 */
bool person_hold(struct tables *tables, const struct document *document,
                 const struct places *places, struct holder *out);

/* A document as its two rows' texts and numbers have it; texts borrowed. */
struct document person_document(const struct bytes *person,
                                const struct bytes *document, bool truncated);

/* The traveller's five texts. */
void person_texts(const struct document *document,
                  struct bytes texts[ROW_TEXTS_MAX]);
void identity_texts(const struct identity *identity,
                    struct bytes texts[ROW_TEXTS_MAX]);

/* The row of a traveller, made where there is none; `place` is person_place()
 * of the texts. NULL when something stuck in the tables. */
int64_t *person_row(struct tables *tables,
                    const struct bytes texts[ROW_TEXTS_MAX], int64_t place);

/* The id under which exactly these texts are looked for first. */
int64_t person_place(const struct bytes texts[ROW_TEXTS_MAX]);

#endif
