/*
 * Parts that several events have, in both directions, as codec_int.h has it.
 */
#ifndef RECORD_PART_INT_H
#define RECORD_PART_INT_H

#include "record/codec_int.h"
#include "record/event.h"

void part_document(struct codec *c, struct document *d);
void part_identity(struct codec *c, struct identity *identity,
                   const char *clause);

/* Empty, or with unknown parts: "1974-XX-XX". */
void part_date(struct codec *c, struct bytes *date, const char *clause);

/* Empty, or a day of the calendar. */
void part_day(struct codec *c, struct bytes *day, const char *clause);
void part_sex(struct codec *c, struct bytes *sex, const char *clause);

enum direction part_direction(struct codec *c, enum direction direction);
void part_decision(struct codec *c, enum decision *decision, uint16_t *reasons);
void part_request_key(struct codec *c, struct request_key *key);
void part_node_name(struct codec *c, struct bytes *node, const char *clause);

#endif
