/*
 * The code that an MRZ uses for a country, by the names that lists give it.
 * SCR 3.5.
 */
#ifndef SCREEN_COUNTRY_H
#define SCREEN_COUNTRY_H

#include "base/bytes.h"

/*
 * The 9303 code (Germany is D) of a country's short name in English, of the
 * names that the UN, OFAC and the EU use, or of a code of two or three letters,
 * in any case; a constant. Empty when it is not known.
 */
struct bytes country_code(struct bytes text);

#endif
