/*
 * Travellers who by officers' word are one person. STO 2.14
 */
#ifndef STORE_GROUP_H
#define STORE_GROUP_H

#include "store/known.h"

/* Links of one traveller that are looked at, the newest first. */
#define GROUP_LINKS_MAX 64

/* Rows of travellers; `same` in the order in which they were met. */
struct group {
    size_t same_count;
    int64_t same[STORE_GROUP_MAX];
    size_t other_count; /* told apart from one of them */
    int64_t other[GROUP_LINKS_MAX];
};

/* Adds a traveller to begin with; one more than there is room for is left out.
 */
void group_add(struct group *group, int64_t person);
bool group_has(const struct group *group, int64_t person);
bool group_parts(const struct group *group, int64_t person);

/* All who are linked to those that are in it, and so on. */
MUST_CHECK enum err group_close(struct store *store, struct group *group);

#endif
