/*
 * A document in a request: scanned, as the lines of its machine readable zone,
 * or written by hand, as members. API 2.7, 4.1, 4.3.
 */
#ifndef API_SCAN_H
#define API_SCAN_H

#include "api/form.h"
#include "document/mrz_repair.h"

struct scan {
    size_t line_count;
    struct bytes lines[MRZ_LINES_MAX];
    struct mrz mrz;
    struct mrz_repair repair;
    bool has_document; /* the lines are an MRZ */
    struct document document;
    size_t fault_count;
    struct document_fault faults[MRZ_FAULTS_MAX];
};

/* The member "mrz" into `*out`, in the request's arena; NULL, and refused in
 * the form, when it is not one to three texts. */
struct scan *scan_read(struct form *form, struct date today);

/* What must be known of a document, or of who holds it. */
enum document_need {
    NEED_DOCUMENT, /* state, number, nationality, birth, a name: API 4.3 */
    NEED_EITHER,   /* state and number, or a name and birth: API 4.14 */
    NEED_PERSON    /* a name, birth and nationality: API 4.15 */
};

/* The object `name`, written by hand. */
void scan_document(struct form *form, const char *name, const char *pointer,
                   enum document_need need, struct document *out);

#endif
