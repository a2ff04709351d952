/*
 * Invented persons whose names are like each other's, with all that births are,
 * and the same persons as they are written wrongly; for tests of searching.
 */
#ifndef TESTS_MADE_PERSON_H
#define TESTS_MADE_PERSON_H

#include "screen/name.h"
#include "screen/score.h"
#include "test.h"

#define MADE_NAMES_MAX 3
#define MADE_TEXT_SIZE 48

/* Points into itself: never copied but with `subject` made anew. */
struct made_person {
    char texts[MADE_NAMES_MAX][2][MADE_TEXT_SIZE];
    struct person_name person_names[MADE_NAMES_MAX];
    struct name names[MADE_NAMES_MAX];
    struct birth births[2];
    struct bytes nationality;
    struct person person;
    struct subject subject;
};

/* Some person. */
void made_person(struct test_random *numbers, struct made_person *made);

/* The same, with the first name changed, and the birth kept or not. */
void made_person_change(struct test_random *numbers,
                        const struct made_person *from,
                        struct made_person *out);

/* Reads the names again after their texts have been changed. */
void made_person_read(struct made_person *made);

#endif
