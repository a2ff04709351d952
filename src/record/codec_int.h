/*
 * One description of each event serves both directions: a field is either
 * written from the struct or read into it, under the same rules. So what is
 * encoded can be parsed, and the two encodings of a field cannot drift apart.
 *
 * The first fault sticks; later fields then read as zeros or write nothing.
 */
#ifndef RECORD_CODEC_INT_H
#define RECORD_CODEC_INT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/reader.h"
#include "base/writer.h"

struct codec {
    struct writer *w; /* NULL when reading */
    struct reader r;  /* when writing only its fault is used */
    struct arena *arena;
};

void codec_refuse(struct codec *c, enum err code, const char *clause,
                  const char *what);

/* An array of exactly `count` items follows. */
void codec_array(struct codec *c, size_t count, const char *clause);

/* An array of `min` to `max` items follows. */
void codec_count(struct codec *c, size_t *count, size_t min, size_t max,
                 const char *clause);

/* Null, and false; or true, and what comes next is not null. */
bool codec_present(struct codec *c, bool present);

void codec_null(struct codec *c, const char *clause);
void codec_bool(struct codec *c, bool *value, const char *clause);
void codec_uint(struct codec *c, uint64_t *value, uint64_t max,
                const char *clause);
void codec_instant(struct codec *c, struct instant *value, const char *clause);

/* A number 0 to `max` that fits an enumeration or a narrower integer. */
unsigned codec_choice(struct codec *c, unsigned value, unsigned max,
                      const char *clause);

/* A text without control characters, of at most `max` bytes. */
void codec_text(struct codec *c, struct bytes *text, size_t max,
                const char *clause);

/* The same, and not empty. */
void codec_text_due(struct codec *c, struct bytes *text, size_t max,
                    const char *clause);

/* A text with any character. */
void codec_raw_text(struct codec *c, struct bytes *text, size_t max,
                    const char *clause);

/* A byte string of 1 to `max` bytes, borrowed when reading. */
void codec_bytes_due(struct codec *c, struct bytes *bytes, size_t max,
                     const char *clause);

/* A byte string of exactly `size`. */
void codec_fixed(struct codec *c, uint8_t *bytes, size_t size,
                 const char *clause);

#endif
