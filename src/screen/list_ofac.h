/*
 * What OFAC's list has in both of its forms: free text in remarks, and numbers
 * of many kinds. SCR 3.4.1.
 */
#ifndef SCREEN_LIST_OFAC_H
#define SCREEN_LIST_OFAC_H

#include "screen/list_draft.h"

/* "DOB 12 Aug 1974; alt. DOB 1975; POB Zenith, Utopia; nationality Utopia;
 * Passport A123 (Utopia); Gender Female; a.k.a. 'ANNI'." into the draft; what
 * is anything else stays in the remark. */
void ofac_remark(struct list_draft *draft, struct bytes remark);

/* "P" or "I" for a document that a traveller may show, by what OFAC calls it;
 * NULL for all others. */
const char *ofac_document_type(struct bytes kind);

/* "ERIKSSON, Anna Maria": an individual's by its parts, all others whole. */
void ofac_name(struct list_draft *draft, struct bytes name,
               enum name_quality quality);

#endif
