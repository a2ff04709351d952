/*
 * The two dates of an MRZ: six characters to a day of a century. Private to
 * document/. DOC chapter 5.
 */
#ifndef DOCUMENT_MRZ_DATE_H
#define DOCUMENT_MRZ_DATE_H

#include "document/mrz.h"

#define MRZ_DATE_SIZE 6 /* YYMMDD */

/*
 * Both read MRZ_DATE_SIZE characters at `p`, and are false, with nothing
 * written, when these name no date. Parts of a birth may be fillers.
 */
bool mrz_birth_parse(const uint8_t *p, struct civil today,
                     struct mrz_date *out);
bool mrz_expiry_parse(const uint8_t *p, struct civil today,
                      struct mrz_date *out);

#endif
