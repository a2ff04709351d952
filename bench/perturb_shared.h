/*
 * Names as they come out of clerks, copies and other alphabets: what changes a
 * name without changing who is meant. For benchmarks of screening; the same
 * state gives the same changes.
 */
#ifndef BENCH_PERTURB_SHARED_H
#define BENCH_PERTURB_SHARED_H

#include "screen/person.h"

#define PERTURB_PART_SIZE 160

enum perturbation {
    PERTURB_NONE = 0,
    PERTURB_REPLACE,       /* one letter is another */
    PERTURB_DELETE,        /* one letter is missing */
    PERTURB_INSERT,        /* one letter too many */
    PERTURB_SWAP,          /* two neighbours swapped */
    PERTURB_SPELLING,      /* one sound written otherwise */
    PERTURB_SPELLING_MORE, /* all sounds that can be */
    PERTURB_REORDER,       /* surname and given names swapped */
    PERTURB_WHOLE,         /* parts not known: given names first, as one */
    PERTURB_MISSING,       /* a middle name left out */
    PERTURB_INITIAL,       /* a middle name shortened to its initial */
    PERTURB_JOIN,          /* two words written as one */
    PERTURB_SPLIT,         /* a word written as two */
    PERTURB_TRUNCATE,      /* to the 39 characters of an MRZ */
    PERTURB_COUNT
};

struct perturbed {
    char surname[PERTURB_PART_SIZE];
    char given[PERTURB_PART_SIZE];
    struct person_name name; /* points into the two */
};

const char *perturbation_name(enum perturbation how);

/*
 * Changes a name of ASCII letters. False: this cannot be done to this name (no
 * middle name, too short); `out` is then the name as it was. `*state` is any
 * number, and another one afterwards.
 */
bool perturb(uint64_t *state, enum perturbation how,
             const struct person_name *in, struct perturbed *out);

/* Day and month swapped, or one digit of the date another; false when it
 * cannot be. `birth` is a day. */
bool perturb_birth_swap(struct birth *birth);
bool perturb_birth_digit(uint64_t *state, struct birth *birth);

/* The next of the numbers that `*state` gives, below `bound`. */
uint64_t perturb_below(uint64_t *state, uint64_t bound);

#endif
