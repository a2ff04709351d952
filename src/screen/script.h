/*
 * Any script to Latin letters: the door to ICU. Opened once by whoever screens,
 * before the sandbox closes; ASCII never gets here. SCR 2.4
 */
#ifndef SCREEN_SCRIPT_H
#define SCREEN_SCRIPT_H

#include "base/err.h"
#include "base/writer.h"

struct script {
    void *any_latin; /* a UTransliterator; opaque outside script.c */
};

/* ERR_IO: ICU's data are not there. */
MUST_CHECK enum err script_open(struct script *script);
void script_close(struct script *script);

/* Whether the letter's script writes no vowels: Arabic, Hebrew, Syriac. */
bool script_vowelless(uint32_t code);

/* Kufi's own tables, for Cyrillic and the scripts without vowels: a letter in
 * Latin capitals, perhaps none; NULL for a letter of no table. */
const char *script_letter(uint32_t code);

/*
 * One word of UTF-8 in Latin letters, capitals A to Z, digits and blanks (where
 * a script puts none and Latin does: Chinese). `word` is well-formed.
 *
 * ERR_LIMIT it does not fit
 */
MUST_CHECK enum err script_latin(const struct script *script, struct bytes word,
                                 struct writer *w);

#endif
