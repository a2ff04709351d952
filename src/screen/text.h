/*
 * A long text file through a window of memory: UTF-8 is verified as it comes,
 * a byte order mark is passed over, other encodings are named. SCR 3.2.
 */
#ifndef SCREEN_TEXT_H
#define SCREEN_TEXT_H

#include "base/arena.h"
#include "screen/list_source.h"

#define TEXT_BLOCK_SIZE ((size_t)256 << 10)

/*
 * What stands in the window and was not taken yet is block[at] to
 * block[used - 1]; block[0] is byte `base` of the file.
 */
struct text {
    const struct list_input *input;
    uint8_t *block;
    size_t at;
    size_t used;
    size_t held; /* bytes past `used`: the beginning of a character */
    uint64_t base;
    uint64_t line; /* of `at`, 1-based, when whoever takes it counts */
    struct fault fault;
};

/* Takes the block from the arena and reads the first bytes. ERR_LIMIT,
 * ERR_FORMAT for another encoding, and what reading says. An empty file is
 * ERR_SHORT. */
MUST_CHECK enum err text_open(struct text *text, const struct list_input *input,
                              struct arena *arena);

/* The next bytes into the window, once all of it was taken. ERR_NOT_FOUND at
 * the end of the file; ERR_FORMAT where it is not UTF-8. */
MUST_CHECK enum err text_more(struct text *text);

/* Goes to where a line begins. */
MUST_CHECK enum err text_seek(struct text *text, uint64_t at, uint64_t line);

/* Byte of the file at which the window's rest begins. */
uint64_t text_at(const struct text *text);

#endif
