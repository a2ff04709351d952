/* How far two folds are from each other: weighed, and by counting. SCR 4.2 */
#include "screen/fold.h"

#include <assert.h>
#include <string.h>

#define FOLD_MAX 32
#define COST_OTHER 100
#define COST_SWAP 70

/*
 * What it costs to read one sign for another, where languages or clerks do so;
 * all else is COST_OTHER. Each pair once, the smaller sign first.
 */
static const uint8_t COSTS[128][128] = {
    ['A'] = {['E'] = 20,
             ['I'] = 50,
             ['O'] = 40,
             ['U'] = 45,
             ['Y'] = 50,
             ['e'] = 25,
             ['o'] = 25},
    ['B'] = {['P'] = 40, ['V'] = 35, ['W'] = 60},
    ['C'] = {['G'] = 60,
             ['J'] = 40,
             ['K'] = 5,
             ['Q'] = 15,
             ['S'] = 25,
             ['Z'] = 40,
             ['c'] = 20,
             ['j'] = 35,
             ['k'] = 30,
             ['s'] = 35,
             ['x'] = 10,
             ['z'] = 40},
    ['D'] = {['T'] = 30, ['Z'] = 50, ['d'] = 5, ['t'] = 35, ['j'] = 50},
    ['E'] = {['I'] = 20,
             ['O'] = 45,
             ['U'] = 45,
             ['Y'] = 25,
             ['e'] = 10,
             ['o'] = 50},
    ['F'] = {['P'] = 50, ['V'] = 25, ['W'] = 40},
    ['G'] = {['H'] = 50,
             ['J'] = 40,
             ['K'] = 35,
             ['Q'] = 25,
             ['g'] = 5,
             ['j'] = 25,
             ['k'] = 40,
             ['z'] = 40},
    ['H'] = {['K'] = 50,
             ['J'] = 40,
             ['Q'] = 60,
             ['c'] = 40,
             ['g'] = 40,
             ['k'] = 12},
    ['I'] = {['J'] = 15, ['U'] = 45, ['O'] = 50, ['Y'] = 5, ['e'] = 20},
    ['J'] = {['S'] = 60,
             ['Y'] = 12,
             ['Z'] = 30,
             ['c'] = 30,
             ['j'] = 8,
             ['k'] = 40,
             ['s'] = 45,
             ['z'] = 15},
    ['K'] = {['Q'] = 8, ['c'] = 35, ['g'] = 40, ['k'] = 20},
    ['L'] = {['R'] = 60},
    ['M'] = {['N'] = 50},
    ['O'] = {['U'] = 12, ['W'] = 50, ['o'] = 15},
    ['Q'] = {['c'] = 40, ['g'] = 25, ['k'] = 25},
    ['S'] = {['Z'] = 20,
             ['c'] = 35,
             ['s'] = 15,
             ['t'] = 40,
             ['x'] = 30,
             ['z'] = 35},
    ['T'] = {['c'] = 50, ['d'] = 35, ['t'] = 5, ['x'] = 40},
    ['U'] = {['V'] = 40, ['W'] = 12, ['Y'] = 40, ['o'] = 20},
    ['V'] = {['W'] = 8},
    ['Y'] = {['e'] = 30, ['j'] = 30},
    ['Z'] = {['c'] = 45,
             ['d'] = 30,
             ['j'] = 25,
             ['s'] = 35,
             ['x'] = 20,
             ['z'] = 12},
    ['c'] = {['j'] = 30, ['k'] = 35, ['s'] = 15, ['x'] = 20, ['z'] = 30},
    ['d'] = {['j'] = 45, ['t'] = 20, ['z'] = 40},
    ['g'] = {['k'] = 30},
    ['j'] = {['x'] = 30, ['z'] = 12},
    ['s'] = {['z'] = 20, ['x'] = 35},
};

static unsigned
cost_replace(uint8_t a, uint8_t b)
{
    unsigned cost;

    if (a == b)
        return 0;
    cost = a < b ? COSTS[a & 0x7F][b & 0x7F] : COSTS[b & 0x7F][a & 0x7F];
    return cost == 0 ? COST_OTHER : cost;
}

/* What it costs to leave a sign out. */
static unsigned
cost_leave(uint8_t sign, bool vowelless)
{
    if (fold_vowel(sign))
        return vowelless ? 6 : 35;
    if (sign == 'Y' || sign == 'W' || sign == 'J')
        return vowelless ? 10 : 45;
    return sign == 'H' ? 20 : COST_OTHER;
}

static unsigned
min_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned
fold_cost(struct bytes a, struct bytes b, bool vowelless)
{
    unsigned rows[3][FOLD_MAX + 1];
    unsigned leaves[FOLD_MAX];
    unsigned *above2 = rows[0];
    unsigned *above = rows[1];
    unsigned *row = rows[2];

    assert(a.size <= FOLD_MAX && b.size <= FOLD_MAX);
    above[0] = 0;
    for (size_t k = 0; k < b.size; k++) {
        leaves[k] = cost_leave(b.p[k], vowelless);
        above[k + 1] = above[k] + leaves[k];
    }
    for (size_t i = 0; i < a.size; i++) {
        unsigned leave = cost_leave(a.p[i], vowelless);
        unsigned *spare;

        row[0] = above[0] + leave;
        for (size_t k = 0; k < b.size; k++) {
            unsigned best = above[k] + cost_replace(a.p[i], b.p[k]);

            best = min_of(best, above[k + 1] + leave);
            best = min_of(best, row[k] + leaves[k]);
            if (i > 0 && k > 0 && a.p[i] == b.p[k - 1] && a.p[i - 1] == b.p[k])
                best = min_of(best, above2[k - 1] + COST_SWAP);
            row[k + 1] = best;
        }
        spare = above2;
        above2 = above;
        above = row;
        row = spare;
    }
    return above[b.size];
}

/* What is left when both have lost what they share at the ends. */
static void
ends_drop(struct bytes *a, struct bytes *b)
{
    while (a->size > 0 && b->size > 0 && a->p[0] == b->p[0]) {
        *a = bytes_slice(*a, 1, a->size - 1);
        *b = bytes_slice(*b, 1, b->size - 1);
    }
    while (a->size > 0 && b->size > 0 &&
           a->p[a->size - 1] == b->p[b->size - 1]) {
        a->size--;
        b->size--;
    }
}

/*
 * Edits, two neighbours swapped being one: a column of the table of distances
 * at a time, each as the bits of how its cells differ. H. Hyyro, "A Bit-Vector
 * Algorithm for Computing Levenshtein and Damerau Edit Distances", 2003.
 */
static unsigned
edits_count(struct bytes a, struct bytes b)
{
    uint32_t places[256]; /* of a sign in `a`; only of signs that are there */
    uint32_t last = UINT32_C(1) << (a.size - 1);
    uint32_t up = UINT32_MAX; /* the cell is one more than the one above */
    uint32_t down = 0;
    uint32_t diagonal = 0;
    uint32_t before = 0;
    unsigned edits = (unsigned)a.size;

    for (size_t k = 0; k < b.size; k++)
        places[b.p[k]] = 0;
    for (size_t i = 0; i < a.size; i++)
        places[a.p[i]] = 0;
    for (size_t i = 0; i < a.size; i++)
        places[a.p[i]] |= UINT32_C(1) << i;
    for (size_t k = 0; k < b.size; k++) {
        uint32_t equal = places[b.p[k]];
        uint32_t swapped = (~diagonal & equal) << 1 & before;
        uint32_t more;
        uint32_t less;

        diagonal = (((equal & up) + up) ^ up) | equal | down | swapped;
        more = down | ~(diagonal | up);
        less = diagonal & up;
        edits += (more & last) != 0;
        edits -= (less & last) != 0;
        more = more << 1 | 1;
        up = less << 1 | ~(diagonal | more);
        down = diagonal & more;
        before = equal;
    }
    return edits;
}

bool
fold_near(struct bytes a, struct bytes b, unsigned max)
{
    size_t apart = a.size > b.size ? a.size - b.size : b.size - a.size;

    if (apart > max)
        return false;
    ends_drop(&a, &b);
    if (a.size <= 1 && b.size <= 1)
        return a.size + b.size == 0 || max >= 1;
    if (a.size == 0 || b.size == 0)
        return a.size + b.size <= max;
    if (max == 1)
        return a.size == 2 && b.size == 2 && a.p[0] == b.p[1] &&
               a.p[1] == b.p[0];
    return edits_count(a, b) <= max;
}
