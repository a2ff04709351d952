#include "inspect/position.h"

#include <assert.h>

#define ANGLE_BITS 30
#define ONE (INT64_C(1) << ANGLE_BITS)
#define PI INT64_C(3373259426) /* all angles: radians times ONE */
#define HALF_TURN (2 * POSITION_LATITUDE_MAX)

/* The mean radius of the earth, of the International Union of Geodesy. */
#define EARTH_RADIUS_M 6371009

/* Nobody is faster than a car that never stops, and past what it does in the
 * time that boarding and leaving take, than an airliner. */
#define CAR_KM_PER_HOUR 150
#define AIRLINER_KM_PER_HOUR 1000
#define AIRPORT_MINUTES 60

/*
 * CORDIC (Volder 1959): a vector is turned by ever smaller angles whose
 * tangents are powers of two, which takes shifts and sums alone. ARCTAN[i] is
 * arctan(2^-i).
 */
#define STEPS 30
static const int32_t ARCTAN[STEPS] = {
    843314857, 497837829, 263043837, 133525159, 67021687, 33543516,
    16775851,  8388437,   4194283,   2097149,   1048576,  524288,
    262144,    131072,    65536,     32768,     16384,    8192,
    4096,      2048,      1024,      512,       256,      128,
    64,        32,        16,        8,         4,        2,
};
/* The product of all cosines, by which the steps lengthen a vector. */
#define SHRINK 652032874

struct turned {
    int64_t x;
    int64_t y;
};

/* Cosine and sine of an angle from -PI / 2 to PI / 2. */
static struct turned
turn(int64_t angle)
{
    struct turned v = {SHRINK, 0};

    for (int i = 0; i < STEPS; i++) {
        int64_t dx = v.y / (INT64_C(1) << i);
        int64_t dy = v.x / (INT64_C(1) << i);
        int64_t sign = angle < 0 ? -1 : 1;

        v.x -= sign * dx;
        v.y += sign * dy;
        angle -= sign * ARCTAN[i];
    }
    return v;
}

/* The angle of a vector in the first quadrant, which is not 0. */
static int64_t
angle_of(int64_t x, int64_t y)
{
    int64_t angle = 0;

    for (int i = 0; i < STEPS; i++) {
        int64_t dx = y / (INT64_C(1) << i);
        int64_t dy = x / (INT64_C(1) << i);
        int64_t sign = y < 0 ? 1 : -1;

        x -= sign * dx;
        y += sign * dy;
        angle -= sign * ARCTAN[i];
    }
    return angle;
}

/* Cosine and sine of a part of a turn, in the unit of positions. */
static struct turned
direction_of(int32_t parts)
{
    struct turned v;
    bool back = false;

    if (parts > HALF_TURN / 2) {
        parts -= HALF_TURN;
        back = true;
    } else if (parts < -HALF_TURN / 2) {
        parts += HALF_TURN;
        back = true;
    }
    v = turn(parts * PI / HALF_TURN);
    return back ? (struct turned){-v.x, -v.y} : v;
}

/* Rounded down. */
static uint64_t
root(uint64_t n)
{
    uint64_t result = 0;

    for (uint64_t bit = UINT64_C(1) << 62; bit > 0; bit >>= 2) {
        if (n >= result + bit) {
            n -= result + bit;
            result = (result >> 1) + bit;
        } else {
            result >>= 1;
        }
    }
    return result;
}

static bool
lawful(struct position p)
{
    return p.known && p.latitude >= -POSITION_LATITUDE_MAX &&
           p.latitude <= POSITION_LATITUDE_MAX &&
           p.longitude >= -POSITION_LONGITUDE_MAX &&
           p.longitude <= POSITION_LONGITUDE_MAX;
}

static int64_t
length(int64_t x, int64_t y, int64_t z)
{
    return (int64_t)root((uint64_t)(x * x + y * y + z * z));
}

/*
 * The difference of two unit vectors is twice the sine of half the angle
 * between them, their sum twice its cosine. Near one another and at opposite
 * ends of the earth alike this keeps the digits that either alone would lose.
 */
static uint32_t
distance_km(struct position a, struct position b)
{
    struct turned from = direction_of(a.latitude);
    struct turned to = direction_of(b.latitude);
    struct turned across;
    int32_t east = b.longitude - a.longitude;
    int64_t x;
    int64_t y;
    int64_t angle;

    if (east > HALF_TURN)
        east -= 2 * HALF_TURN;
    else if (east < -HALF_TURN)
        east += 2 * HALF_TURN;
    across = direction_of(east);
    x = to.x * across.x / ONE;
    y = to.x * across.y / ONE;
    angle = 2 * angle_of(length(x + from.x, y, to.y + from.y),
                         length(x - from.x, y, to.y - from.y));
    return (uint32_t)(angle < 0 ? 0 : angle * EARTH_RADIUS_M / ONE / 1000);
}

/* Rounding depends on where one begins: always at the same of the two. */
uint32_t
position_distance_km(struct position a, struct position b)
{
    bool turned = a.latitude > b.latitude ||
                  (a.latitude == b.latitude && a.longitude > b.longitude);

    assert(lawful(a));
    assert(lawful(b));
    return turned ? distance_km(b, a) : distance_km(a, b);
}

uint32_t
travel_minutes(uint32_t distance_km)
{
    uint32_t by_car = distance_km * 60 / CAR_KM_PER_HOUR;
    uint32_t by_air = AIRPORT_MINUTES + distance_km * 60 / AIRLINER_KM_PER_HOUR;

    return by_car < by_air ? by_car : by_air;
}
