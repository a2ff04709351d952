/*
 * Common names: which spellings are one name, and how little it says that two
 * people share it. SCR 2.9
 */
#ifndef SCREEN_FAMILY_H
#define SCREEN_FAMILY_H

#include "base/bytes.h"

#define FAMILY_FOLD_MAX 13

/* A fold, padded with zeros, in order of bytes; or a star and a fold without
 * vowels. */
struct family_entry {
    char fold[FAMILY_FOLD_MAX + 1];
    uint16_t family;
    uint8_t weight;
};

/* The table of family_data.c, which `tests/unit/screen_family.c` keeps as
 * tests/data/names/families.txt has it. */
extern const struct family_entry family_entries[];
extern const size_t family_entry_count;

/* The name that a fold is a spelling of. False: none that is common. */
bool family_find(struct bytes fold, uint16_t *family, uint8_t *weight);

#endif
