/* A document as the person that screening compares. API 4.1 */
#ifndef API_SUBJECT_H
#define API_SUBJECT_H

#include "record/event.h"
#include "screen/person.h"

/* `person` borrows from the rest of the struct, which must stay where it is,
 * and from the document. */
struct subject_of {
    struct person person;
    struct person_name name;
    struct birth birth;
    struct bytes nationality;
    struct person_document document;
};

void subject_of(const struct document *document, struct subject_of *out);

#endif
