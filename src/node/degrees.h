/*
 * Places on the earth as an operator writes them, "41.3231" degrees north or
 * "-0.4543" east, in 1/10,000 of a degree (some 11 metres); no floating point.
 */
#ifndef NODE_DEGREES_H
#define NODE_DEGREES_H

#include "base/writer.h"
#include "inspect/position.h"

#define DEGREES_SCALE 10000

/*
 * Decimal degrees with up to nine digits behind the point, of which those past
 * the fourth are cut. False for all else, and past `max` either way.
 */
bool degrees_parse(struct bytes text, int32_t max, int32_t *out);
void degrees_write(struct writer *w, int32_t degrees);

/* "41.3231,19.4414": latitude and longitude, blanks around them allowed. */
bool degrees_parse_pair(struct bytes text, struct position *out);

#endif
