/*
 * Invented travellers. Everything about one follows from the seed and the
 * traveller's number, so that ten million of them need no memory. The names are
 * words for "sample" in many languages with invented syllables: no person is
 * called so.
 */
#ifndef CLI_SAMPLE_PERSON_H
#define CLI_SAMPLE_PERSON_H

#include "cli/sample_mrz.h"

/* Why somebody crosses, which decides how often and for how long. */
enum sample_habit {
    SAMPLE_VISITOR,  /* lives abroad: enters, stays some days, leaves */
    SAMPLE_RESIDENT, /* lives here: leaves, enters again */
    SAMPLE_COMMUTER, /* crosses on most working days, and back */
    SAMPLE_DRIVER    /* drives a lorry or a coach: every few days */
};

struct sample_person {
    uint32_t traveller;
    uint64_t random; /* 64 bits of this traveller's own */
    size_t nation;   /* a row of the table of nationalities */
    enum sample_habit habit;
    bool lives_here;
};

/* What all travellers of one stream share. */
struct sample_world {
    uint64_t seed;
    struct date first; /* the first day: nobody is born after it */
};

/* The serial numbers of documents have room for so many. */
#define SAMPLE_TRAVELLERS_MAX 50000000
/* So that no traveller renews a document often enough to use up its numbers. */
#define SAMPLE_DAYS_MAX 3660

/* A number that looks random and depends on all three. */
uint64_t sample_mix(uint64_t seed, uint64_t a, uint64_t b);

struct sample_person sample_person_make(const struct sample_world *world,
                                        uint32_t traveller);

/*
 * The document that the person carries on a day: valid that day, renewed under
 * a new number when the last one ran out. No two travellers ever share one.
 */
void sample_person_document(const struct sample_person *person,
                            const struct sample_world *world, struct date day,
                            struct sample_document *out);

#endif
