/*
 * Corrections: which fields of a crossing or link can be corrected, to what,
 * and what that changes in the tables. STO 3.3, 3.6
 */
#ifndef STORE_CORRECT_H
#define STORE_CORRECT_H

#include "record/event.h"
#include "store/tables.h"

/*
 * Whether a correction of the field to the value would change anything: the
 * field is one of direction, decision, reasons (letters, "AC"), lane, or a
 * member of the document as JSON names it (document_number, surname, ...), and
 * the value may stand there.
 */
bool correction_valid(struct bytes field, struct bytes value);

/* `record` is the correction's own id. Changes nothing when not valid. */
void fold_correction(struct tables *tables, int64_t record,
                     const struct correction *correction);

#endif
