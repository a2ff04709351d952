/*
 * Dates of birth as lists write them: "12 Aug 1974", "circa 1960", "1958 to
 * 1960", "1974-08". SCR 3.4.
 */
#ifndef SCREEN_LIST_BIRTH_H
#define SCREEN_LIST_BIRTH_H

#include "base/err.h"
#include "screen/person.h"

/*
 * A day, a month or a year, or two of them with "to", "-" or "/" between, and
 * "circa", "ca.", "approximately" before. The month in English words or their
 * first three letters; the day may stand first (12 Aug 1974, 12/08/1974,
 * 12.08.1974) or last (1974-08-12). ERR_FORMAT for all else.
 */
MUST_CHECK enum err list_birth_parse(struct bytes text, struct birth *out);

/* Years alone, both belong to it; ERR_FORMAT when `from` is past `to`, or no
 * such year. */
MUST_CHECK enum err list_birth_years(int64_t from, int64_t to, bool about,
                                     struct birth *out);

#endif
