/*
 * What people type, in the form that the machine readable zone has it: so that
 * it finds, and stands beside, what was scanned. API 2.7.
 */
#ifndef API_NORMAL_H
#define API_NORMAL_H

#include "base/arena.h"
#include "base/err.h"

/*
 * A name: transliterated (DOC 9), fillers as blanks, none at the ends and never
 * two in a row. ERR_FORMAT for what has no such form; ERR_LIMIT.
 */
MUST_CHECK enum err normal_name(struct bytes in, struct arena *arena,
                                struct bytes *out);

/*
 * A state, number or other code: capitals; fillers and hyphens as blanks, none
 * at the ends. ERR_FORMAT for anything but ASCII letters, digits, blanks,
 * hyphens and fillers; ERR_LIMIT.
 */
MUST_CHECK enum err normal_code(struct bytes in, struct arena *arena,
                                struct bytes *out);

/* "1974-08-12", of which parts may be unknown: "1974-XX-XX". */
bool normal_date(struct bytes in);

#endif
