/* What book.c and book_open.c share. */
#ifndef NODE_BOOK_INT_H
#define NODE_BOOK_INT_H

#include "node/book.h"

/* Records the first event of a log, at index 0. */
MUST_CHECK enum err book_first(struct book *book);

/* On how many threads much is sealed or opened: 1 to BOOK_SEALERS_MAX. */
unsigned book_threads(void);

/* Makes the entries of the batch's items, the sealed ones from `slot` on. */
MUST_CHECK enum err book_seal(struct book *book, uint32_t slot);

/* Wipes the keys, closes the store, and gives memory back; the log is closed.
 */
void book_release(struct book *book);

#endif
