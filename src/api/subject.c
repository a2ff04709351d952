#include "api/subject.h"

void
subject_of(const struct document *document, struct subject_of *out)
{
    bool known = false;

    *out = (struct subject_of){
        .name = {.surname = document->surname,
                 .given_names = document->given_names,
                 .truncated = document->name_truncated},
        .nationality = document->nationality,
        .document = {.state = document->issuing_state,
                     .type = bytes_slice(document->code, 0, 1),
                     .number = document->number}};
    out->person.name_count =
        document->surname.size > 0 || document->given_names.size > 0;
    out->person.names = &out->name;
    /* A date of no calendar is a fault of the document: unknown here. */
    if (birth_parse(document->date_of_birth, &out->birth, &known) == OK &&
        known)
        out->person.birth_count = 1;
    out->person.births = &out->birth;
    if (document->sex.size > 0 && document->sex.p[0] != 'X')
        out->person.sex = document->sex.p[0];
    out->person.nationality_count = document->nationality.size > 0;
    out->person.nationalities = &out->nationality;
    out->person.document_count = document->number.size > 0;
    out->person.documents = &out->document;
}
