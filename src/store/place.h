/*
 * Where the rows stand that tell what is known of somebody: orders to leave,
 * what officers settled, manifests. STO 2.12 .. 2.15
 */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include "record/event.h"
#include "store/known.h"
#include "store/tables.h"

/* The first of the ids of keys to orders that name the document's number, or
 * the name and birthday; they follow one another, up to HOME_REST_MAX. */
int64_t order_number_home(struct bytes number);
int64_t order_name_home(struct bytes surname, struct bytes date_of_birth);

/* Where what was settled of a hit is looked for first; `texts` are those of the
 * row. */
int64_t settled_home(const struct bytes texts[ROW_TEXTS_MAX]);
void settled_texts(const struct identity *identity, struct bytes list,
                   struct bytes entry, struct bytes texts[ROW_TEXTS_MAX]);

/* The row of a voyage, and of a passenger by number or by name: ROW_NONE when
 * nothing of the kind is known of him. */
enum manifest_by { MANIFEST_VOYAGE, MANIFEST_NUMBER, MANIFEST_NAME };
#define MANIFEST_BY_COUNT (MANIFEST_NAME + 1)
int64_t manifest_place(const struct store_voyage *voyage, enum manifest_by by,
                       const struct document *document);

#endif
