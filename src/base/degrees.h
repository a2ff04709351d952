/*
 * Places on the earth as an operator writes them, "41.3231" degrees north or
 * "-0.4543" east, in 1/10,000 of a degree (some 11 metres); no floating point.
 */
#ifndef BASE_DEGREES_H
#define BASE_DEGREES_H

#include "base/writer.h"

#define DEGREES_SCALE 10000
#define POSITION_LATITUDE_MAX 900000
#define POSITION_LONGITUDE_MAX 1800000

/* In 1/10,000 of a degree, north and east positive: 11 m at most. */
struct position {
    bool known;
    int32_t latitude;
    int32_t longitude;
};

/*
 * Decimal degrees with up to nine digits behind the point, of which those past
 * the fourth are cut. False for all else, and past `max` either way.
 */
bool degrees_parse(struct bytes text, int32_t max, int32_t *out);
void degrees_write(struct writer *w, int32_t degrees);

/* "41.3231,19.4414": latitude and longitude, blanks around them allowed. */
bool degrees_parse_pair(struct bytes text, struct position *out);

#endif
