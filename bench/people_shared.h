/*
 * Invented people by the million, for benchmarks: person `i` of a seed is
 * always the same. Names follow the frequencies of real ones: each culture has
 * common names at its head (of which a few serve a tenth of its people) and a
 * long tail put together from its syllables, given names by Zipf's law over
 * thousands, surnames over hundreds of thousands.
 */
#ifndef BENCH_PEOPLE_SHARED_H
#define BENCH_PEOPLE_SHARED_H

#include "screen/person.h"

#define PEOPLE_PART_SIZE 40

/* One person; `person` points into the struct itself. */
struct people_person {
    char surname[PEOPLE_PART_SIZE];
    char given[PEOPLE_PART_SIZE];
    struct person_name name;
    struct birth birth;
    struct bytes nationality;
    struct person person;
};

/* A traveller always has a whole birth date; a listed person may have a year
 * only, an approximate one, or none. */
enum people_kind { PEOPLE_LISTED, PEOPLE_TRAVELLER };

void people_make(uint64_t seed, uint64_t i, enum people_kind kind,
                 struct people_person *out);

#endif
