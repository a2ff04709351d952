#include "document/mrz_repair.h"

#include <assert.h>
#include <string.h>

#include "document/mrz_check.h"

/* The longest number: nine characters and all of a TD1's optional data but
 * the check digit. */
#define NUMBER_SIZE_MAX 23

/* By character: the one it is confused with, or 0. DOC 7.1. */
static const uint8_t PAIR[256] = {
    ['O'] = '0', ['0'] = 'O', ['I'] = '1', ['1'] = 'I',
    ['B'] = '8', ['8'] = 'B', ['S'] = '5', ['5'] = 'S',
    ['Z'] = '2', ['2'] = 'Z', ['G'] = '6', ['6'] = 'G',
};

/* What a substitution moves, modulo 10: the sum of the number as 9303 has it,
 * and the one of the other convention. */
#define RESIDUES 100

/* Ways to reach a pair of residues; `mask` is one of them. */
struct way {
    uint32_t count;
    uint32_t mask;
};

struct repair {
    const struct mrz_layout *layout;
    struct bytes lines[MRZ_LINES_MAX];
    struct mrz_repair *out;
    /* The number: where its characters are, how many, their check digit. */
    uint8_t *number[NUMBER_SIZE_MAX];
    size_t size;
    uint8_t digit;
    bool is_long;
};

static uint8_t *
place_at(struct repair *r, enum place place)
{
    struct span span = r->layout->places[place];

    return r->out->lines[span.line] + span.at;
}

/* Changes what is not of the class where its pair is. DOC 7.2. */
static void
force(uint8_t *p, size_t size, unsigned int classes)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t pair = PAIR[p[i]];

        if ((MRZ_CLASS[p[i]] & classes) == 0 && pair != 0 &&
            (MRZ_CLASS[pair] & classes) != 0)
            p[i] = pair;
    }
}

/*
 * Copies the lines and forces every character that has no choice. The code and
 * the state come first, since all formats have them and they tell the format.
 */
static void
repair_force(struct repair *r, const struct bytes *lines, size_t count)
{
    enum mrz_format format;

    for (size_t i = 0; i < count; i++) {
        memcpy(r->out->lines[i], lines[i].p, lines[i].size);
        r->lines[i] = (struct bytes){r->out->lines[i], lines[i].size};
    }
    force(r->out->lines[0], 5, CLASS_LETTER | CLASS_FILLER);
    format = mrz_format_of(r->lines, count);
    assert(format != MRZ_NONE); /* the sizes are what they were */
    r->layout = &MRZ_LAYOUTS[format];
    for (unsigned int place = 0; place < PLACE_COUNT; place++)
        force(place_at(r, (enum place)place), r->layout->places[place].size,
              PLACE_CLASS[place]);
}

/* Collects the characters of the number; its check digit is forced. */
static void
repair_number(struct repair *r)
{
    size_t rest = mrz_number_rest(r->layout, r->lines);
    uint8_t *head = place_at(r, PLACE_NUMBER);
    uint8_t *data = place_at(r, PLACE_OPTIONAL_1);
    size_t head_size = r->layout->places[PLACE_NUMBER].size;

    for (size_t i = 0; i < head_size; i++)
        r->number[r->size++] = head + i;
    r->is_long = rest > 0;
    if (!r->is_long) {
        r->digit = *place_at(r, PLACE_NUMBER_CHECK);
        return;
    }
    for (size_t i = 0; i < rest - 1; i++)
        r->number[r->size++] = data + i;
    assert(r->size <= NUMBER_SIZE_MAX);
    force(data + rest - 1, 1, CLASS_DIGIT);
    r->digit = data[rest - 1];
}

/*
 * Whether nothing is left wrong but what the number can mend: its own check
 * digit and the composite one. DOC 7.4.
 */
static bool
others_hold(const struct repair *r, struct date today)
{
    struct mrz mrz;

    mrz_parse(r->lines, r->layout->line_count, today, &mrz);
    for (size_t i = 0; i < mrz.fault_count; i++) {
        const struct mrz_fault *fault = &mrz.faults[i];

        if (!mrz_code_is_note(fault->code) &&
            fault->code != MRZ_BAD_COMPOSITE_CHECK_DIGIT &&
            (fault->code != MRZ_BAD_CHECK_DIGIT ||
             fault->field != MRZ_OF_DOCUMENT_NUMBER))
            return false;
    }
    return true;
}

/* Where a character of the number stands in the sum of the other convention,
 * which counts the filler after the ninth. */
static size_t
other_index(size_t index)
{
    return index < 9 ? index : index + 1;
}

static uint32_t
number_sum(const struct repair *r, bool other)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < r->size; i++)
        sum += mrz_sum(r->number[i], 1, other ? other_index(i) : i);
    return sum;
}

/* By how much, modulo 10, the pair of character `i` moves a sum. */
static uint32_t
pair_moves(const struct repair *r, size_t i, size_t index)
{
    uint8_t c = *r->number[i];

    return (mrz_sum(&PAIR[c], 1, index) + 10 - mrz_sum(&c, 1, index) % 10) % 10;
}

/*
 * Whether all check digits hold once the sums have moved so far. The composite
 * one moves with the sum whose weights fall on the same characters: in TD1 it
 * counts the filler after the ninth character, elsewhere the rest of the number
 * stands where it falls in step with the sum of 9303.
 */
static bool
moved_holds(const struct repair *r, uint32_t moved)
{
    uint32_t own = moved % 10;
    uint32_t other = moved / 10;
    struct span composite = r->layout->places[PLACE_COMPOSITE];
    uint32_t sum = r->layout->line_count == 3 && r->is_long ? other : own;

    if (!mrz_sum_is(number_sum(r, false) + own, r->digit) &&
        (!r->is_long || !mrz_sum_is(number_sum(r, true) + other, r->digit)))
        return false;
    if (composite.size == 0)
        return true;
    sum += mrz_composite_sum(r->layout, r->lines);
    return mrz_sum_is(sum, r->out->lines[composite.line][composite.at]);
}

/*
 * Adds character `i` to the ways found so far: `ways[n]` are those of `n`
 * substitutions. From many to few, so that none is used twice.
 */
static void
ways_extend(struct way ways[][RESIDUES], const struct repair *r, size_t i)
{
    uint32_t own = pair_moves(r, i, i);
    uint32_t other = pair_moves(r, i, other_index(i));

    for (size_t n = i + 1; n-- > 0;) {
        for (uint32_t from = 0; from < RESIDUES; from++) {
            uint32_t to =
                (from % 10 + own) % 10 + (from / 10 + other) % 10 * 10;

            if (ways[n][from].count == 0)
                continue;
            ways[n + 1][to].count += ways[n][from].count;
            ways[n + 1][to].mask = ways[n][from].mask | UINT32_C(1) << i;
        }
    }
}

/*
 * Finds the fewest substitutions that make every check digit hold, and how many
 * ways there are. One way through all subsets by their two residues: what the
 * number's text is cannot make the search long. DOC 7.3.
 */
static struct way
repair_search(const struct repair *r)
{
    struct way ways[NUMBER_SIZE_MAX + 1][RESIDUES] = {0};
    struct way found = {0};

    ways[0][0].count = 1;
    for (size_t i = 0; i < r->size; i++)
        if (PAIR[*r->number[i]] != 0)
            ways_extend(ways, r, i);
    for (size_t n = 0; n <= r->size && found.count == 0; n++) {
        for (uint32_t moved = 0; moved < RESIDUES; moved++) {
            if (ways[n][moved].count == 0 || !moved_holds(r, moved))
                continue;
            found.count += ways[n][moved].count;
            found.mask = ways[n][moved].mask;
        }
    }
    return found;
}

void
mrz_repair(const struct bytes *lines, size_t count, const struct mrz *mrz,
           struct mrz_repair *out)
{
    struct repair r = {.out = out};
    struct way found;

    *out = (struct mrz_repair){0};
    if (mrz->valid || mrz->format == MRZ_NONE)
        return;
    repair_force(&r, lines, count);
    repair_number(&r);
    if (!others_hold(&r, mrz->today))
        return;
    found = repair_search(&r);
    for (size_t i = 0; found.count == 1 && i < r.size; i++)
        if ((found.mask >> i & 1) != 0)
            *r.number[i] = PAIR[*r.number[i]];
    out->candidates = found.count;
    if (found.count != 1)
        return;
    out->line_count = r.layout->line_count;
    out->line_size = r.layout->line_size;
}
