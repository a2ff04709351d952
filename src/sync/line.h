/*
 * What the lines of rosters, cards, orders and custodians' keys are made of: a
 * word, a blank, fields with one blank between them, LF. One encoding: what is
 * not as it would be written is refused. SYN 2.1.
 *
 * Readings refuse by reader_refuse() and then yield zeros.
 */
#ifndef SYNC_LINE_H
#define SYNC_LINE_H

#include "base/date.h"
#include "base/degrees.h"
#include "base/reader.h"
#include "base/writer.h"
#include "crypto/hash.h"
#include "tlog/note.h"

#define MOMENT_TEXT_SIZE 20 /* 2026-11-23T10:00:00Z */

/* Whether the next line begins so. */
bool line_next(const struct reader *r, struct bytes start);

/* What stands behind `start` on the next line, which must begin so. */
struct bytes line_value(struct reader *r, struct bytes start,
                        const char *clause);

/* The same when it has to be a number from `min` to `max`. */
uint64_t line_number(struct reader *r, struct bytes start, uint64_t min,
                     uint64_t max, const char *clause);

/* The same for a moment in whole seconds, UTC. */
struct instant line_moment(struct reader *r, struct bytes start,
                           const char *clause);

/* The next field of a line, up to the next blank; empty past the last. */
struct bytes field_next(struct bytes *line);

uint64_t field_number(struct reader *r, struct bytes field, uint64_t min,
                      uint64_t max, const char *clause);

/* A vkey; its type must be `type`. */
struct note_key field_key(struct reader *r, struct bytes field,
                          enum note_key_type type, const char *clause);

/* `size` bytes in lower-case hexadecimal. */
void field_hex(struct reader *r, struct bytes field, uint8_t *out, size_t size,
               const char *clause);

/* "41.3231,19.4414" with four digits behind each point, or "-". */
struct position field_position(struct reader *r, struct bytes field,
                               const char *clause);

/* "border.example/durres" */
struct bytes field_origin(struct reader *r, struct bytes field,
                          const char *clause);

/* A crossing point as records name it; all that is left of the line. */
struct bytes field_place(struct reader *r, struct bytes field,
                         const char *clause);

/* As "2026-11-23T10:00:00Z", and nothing else; false for all else. */
bool moment_parse(struct bytes text, struct instant *out);
void moment_write(struct writer *w, struct instant moment);

void hex_write(struct writer *w, const uint8_t *p, size_t size);
void position_write(struct writer *w, struct position position);

#endif
