/*
 * The words that stand for the numbers of an event wherever people and
 * programs see it: JSON, the command line, statistics. REC 2.2, 4.
 */
#ifndef RECORD_WORD_H
#define RECORD_WORD_H

#include "record/event.h"

/* String constants; NULL for a number without a word. */
const char *event_type_word(enum event_type type); /* "late_record" */
const char *direction_word(enum direction value);  /* "entry", "exit" */
const char *decision_word(enum decision value);    /* "hand_over" */
const char *access_kind_word(enum access_kind value);
const char *mode_word(enum mode value);
const char *start_reason_word(enum start_reason value); /* "init", "start" */
const char *node_kind_word(enum node_kind value); /* "land", "sea", "air" */
const char *stop_reason_word(enum stop_reason value);
const char *verdict_word(enum verdict value);       /* "same", "other" */
const char *alert_kind_word(enum alert_kind value); /* "document", "person" */

/* False, and nothing written, for any other text. */
bool direction_parse(struct bytes text, enum direction *out);
bool decision_parse(struct bytes text, enum decision *out);
bool node_kind_parse(struct bytes text, enum node_kind *out);
bool verdict_parse(struct bytes text, enum verdict *out);

/* One letter "A" to "I" to its bit; false for any other text. */
bool reason_parse(struct bytes text, uint16_t *bit);

#endif
