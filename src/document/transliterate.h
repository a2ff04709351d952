/*
 * A name as people write it to a name as the MRZ has it: ICAO Doc 9303-3
 * sections 4.6 and 6. DOC chapter 9.
 */
#ifndef DOCUMENT_TRANSLITERATE_H
#define DOCUMENT_TRANSLITERATE_H

#include "base/err.h"
#include "base/writer.h"

/*
 * Writes the MRZ form of a UTF-8 name, A to Z and fillers, not truncated. An
 * "ERR_FORMAT" fault tells where the name stops being UTF-8 or holds a letter
 * or digit of no table; then part of the output may have been written.
 * ERR_LIMIT when it does not fit.
 */
MUST_CHECK enum err transliterate(struct bytes name, struct writer *w,
                                  struct fault *fault);

#endif
