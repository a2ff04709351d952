/* Words in lines of 80 columns. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include <stdio.h>

#include "base/bytes.h"

#define WRAP_WIDTH 80

/*
 * Writes the words of `text`; a space before each but the first of a line.
 *
 * at      the column that the line has come to; at `indent` it is empty
 * indent  where the lines after it begin
 *
 * Returns the column it has come to. Columns are characters of UTF-8.
 */
int wrap_words(FILE *out, struct bytes text, int at, int indent);

#endif
