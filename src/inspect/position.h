/*
 * Places on the earth and how far they lie from one another, by integers alone,
 * so that every node reckons the same. INS 4.
 */
#ifndef INSPECT_POSITION_H
#define INSPECT_POSITION_H

#include "base/degrees.h"

/*
 * The great circle, in kilometres, rounded down; both must be known and within
 * the bounds above. Within a kilometre of the sphere's. INS 4.2
 */
uint32_t position_distance_km(struct position a, struct position b);

/* The fewest minutes in which anybody travels as far. INS 4.3 */
uint32_t travel_minutes(uint32_t distance_km);

#endif
