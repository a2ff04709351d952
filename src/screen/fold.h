/*
 * How a word sounds, as far as the spellings of most languages agree: one sign
 * a sound. Capitals sound as written; small letters stand for two or more: s
 * for SH, c CH, k KH, g GH, d DH, t TH, z ZH, j DJ, x TS, e EI, o AU. SCR 2.7
 */
#ifndef SCREEN_FOLD_H
#define SCREEN_FOLD_H

#include "base/bytes.h"

/*
 * Writes at most `max` signs and returns how many. `text` is A to Z and 0 to 9;
 * there are never more signs than letters, but an X within a word makes two.
 */
size_t fold_write(struct bytes text, bool vowelless, uint8_t *out, size_t max);

/* The fold without what a script without vowels leaves out. */
size_t fold_bare(struct bytes fold, uint8_t *out, size_t max);

/* The consonants of a fold by kinds of sound: five bits each, twelve at most,
 * from the lowest bits on. SCR 2.8 */
uint64_t fold_skeleton(struct bytes fold);

/* A bit for each sign that is there. */
uint64_t fold_signs(struct bytes fold);

bool fold_vowel(uint8_t sign);

/*
 * What it costs to make one fold of the other, 100 for a sign that is quite
 * another; vowels cost little when one of the words has none. SCR 4.2
 */
unsigned fold_cost(struct bytes a, struct bytes b, bool vowelless);

/* Whether `max` edits, 1 or 2, are enough: a sign put in, left out or replaced,
 * or two neighbours swapped, no sign touched twice. */
bool fold_near(struct bytes a, struct bytes b, unsigned max);

#endif
