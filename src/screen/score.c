#include "screen/score.h"

#include <string.h>

#include "screen/document_key.h"
#include "screen/score_int.h"

/* Where nothing is known of the listed one's birth. */
#define UNBORN_COMMON_PERCENT 92
#define UNBORN_NEAR_PERCENT 88
#define UNBORN_MISSING_PERCENT 95
#define ALONE_PERCENT 40

/* Of the way up that a shared one is worth: SCR 4.7, 4.8. */
#define NATIONALITY_PERCENT 6
#define PLACE_PERCENT 10

/* `percent` of the way up to SCORE_MAX. */
static unsigned
raised(unsigned points, unsigned percent)
{
    return points + (SCORE_MAX - points) * percent / 100;
}

/* Who is asked for by name alone is asked for by little; but not everybody who
 * bears one name is meant: 4.5. */
static unsigned
alone_weigh(unsigned points, bool single, const struct person *query)
{
    return query->birth_count == 0 && !single ? raised(points, ALONE_PERCENT)
                                              : points;
}

/* What a birth does to the points of the names: SCR 4.5. */
static unsigned
birth_weigh(unsigned points, enum score_reason reason, unsigned years)
{
    switch (reason) {
    case REASON_BORN_SAME_DAY:
        return raised(points, 54);
    case REASON_BORN_SWAPPED:
        return raised(points, 35);
    case REASON_BORN_DIGIT:
        return raised(points, 25);
    case REASON_BORN_WITHIN:
        return raised(points, 16);
    case REASON_BORN_ABOUT:
        return raised(points, 6);
    case REASON_BORN_OTHER_DAY:
        return points * 80 / 100;
    case REASON_BORN_NEAR:
        return points * 78 / 100;
    case REASON_BORN_APART:
        return points * (years >= 10 ? 50 : years >= 5 ? 60 : 68) / 100;
    default:
        return points;
    }
}

static bool
nationality_shared(const struct person *a, const struct person *b)
{
    for (size_t i = 0; i < a->nationality_count; i++)
        for (size_t k = 0; k < b->nationality_count; k++)
            if (bytes_equal(a->nationalities[i], b->nationalities[k]))
                return true;
    return false;
}

/* The first word of a place, letters of ASCII without case. */
static bool
place_equal(struct bytes a, struct bytes b)
{
    size_t size = 0;

    a = bytes_trim(a);
    b = bytes_trim(b);
    for (; size < a.size && size < b.size; size++) {
        uint8_t x = a.p[size];
        uint8_t y = b.p[size];

        if (x == ',' || x == ' ' || y == ',' || y == ' ')
            break;
        x = x >= 'a' && x <= 'z' ? (uint8_t)(x - 32) : x;
        y = y >= 'a' && y <= 'z' ? (uint8_t)(y - 32) : y;
        if (x != y)
            return false;
    }
    return size >= 3 &&
           (size == a.size || a.p[size] == ',' || a.p[size] == ' ') &&
           (size == b.size || b.p[size] == ',' || b.p[size] == ' ');
}

static bool
place_shared(const struct person *a, const struct person *b)
{
    for (size_t i = 0; i < a->place_count; i++)
        for (size_t k = 0; k < b->place_count; k++)
            if (place_equal(a->places_of_birth[i], b->places_of_birth[k]))
                return true;
    return false;
}

static bool
document_shared(const struct person *a, const struct person *b)
{
    for (size_t i = 0; i < a->document_count; i++)
        for (size_t k = 0; k < b->document_count; k++) {
            struct document_range range;
            struct document_key key;

            if (document_key_read(&a->documents[i], &key) &&
                document_range_read(&b->documents[k], (struct bytes){0},
                                    &range) == OK &&
                document_range_holds(&range, &key))
                return true;
        }
    return false;
}

static void
reason_add(struct score *out, enum score_reason reason)
{
    if (out->reason_count < SCORE_REASONS_MAX)
        out->reasons[out->reason_count++] = (uint8_t)reason;
}

/* A common name, or one that is only alike, is shared by many: a traveller
 * whose birth is known would have been told apart by that of a namesake. */
static unsigned
unborn_weigh(unsigned points, const struct name_score *names,
             const struct person *query, const struct person *listed)
{
    if (query->birth_count == 0 || listed->birth_count > 0)
        return points;
    if (names->weight < SCORE_COMMON_WEIGHT)
        points = points * UNBORN_COMMON_PERCENT / 100;
    if (!names->exact)
        points = points * UNBORN_NEAR_PERCENT / 100;
    return names->whole ? points : points * UNBORN_MISSING_PERCENT / 100;
}

/* What is known besides names and births: SCR 4.6 to 4.8. */
static unsigned
rest_weigh(unsigned points, const struct name_score *names,
           const struct person *query, const struct person *listed,
           struct score *out)
{
    bool common = names->weight < SCORE_COMMON_WEIGHT;

    points = unborn_weigh(points, names, query, listed);
    if (query->sex != 0 && listed->sex != 0 && query->sex != listed->sex) {
        points = points * 68 / 100;
        reason_add(out, REASON_SEX_OTHER);
    }
    if (query->nationality_count > 0 && listed->nationality_count > 0) {
        bool shared = nationality_shared(query, listed);

        points = shared ? raised(points, NATIONALITY_PERCENT)
                        : points * (common ? 88 : 96) / 100;
        reason_add(out,
                   shared ? REASON_NATIONALITY_SAME : REASON_NATIONALITY_OTHER);
    }
    if (place_shared(query, listed)) {
        points = raised(points, PLACE_PERCENT);
        reason_add(out, REASON_PLACE_SAME);
    }
    return points;
}

unsigned
score_persons_ceiling(unsigned points, enum score_reason birth,
                      unsigned years_apart, const struct person *query)
{
    points = birth_weigh(alone_weigh(points, false, query), birth, years_apart);
    if (query->nationality_count > 0)
        points = raised(points, NATIONALITY_PERCENT);
    return query->place_count > 0 ? raised(points, PLACE_PERCENT) : points;
}

unsigned
score_persons_most(const struct name_score *names,
                   const struct birth_match *birth, const struct person *query,
                   const struct person *listed)
{
    unsigned points = alone_weigh(names->points, false, query);
    struct score unused = {0};

    points = birth_weigh(points, birth->reason, birth->years);
    return rest_weigh(points, names, query, listed, &unused);
}

unsigned
score_unborn_ceiling(const struct name_score *names, const struct person *query)
{
    static const struct person nobody;
    unsigned points = unborn_weigh(alone_weigh(names->points, false, query),
                                   names, query, &nobody);

    if (query->nationality_count > 0)
        points = raised(points, NATIONALITY_PERCENT);
    return query->place_count > 0 ? raised(points, PLACE_PERCENT) : points;
}

void
score_names_best(const struct subject *query, const struct subject *listed,
                 bool lenient, struct name_match *out)
{
    *out = (struct name_match){0};
    for (size_t i = 0; i < query->person->name_count; i++)
        for (size_t k = 0; k < listed->person->name_count; k++) {
            struct name_score score;

            score_names(&query->names[i], &listed->names[k], lenient, &score);
            if (score.points <= out->names.points)
                continue;
            *out = (struct name_match){
                .names = score, .query = (uint16_t)i, .listed = (uint16_t)k};
        }
}

void
score_matched(const struct name_match *match, const struct birth_match *birth,
              const struct person *query, const struct person *listed,
              struct score *out)
{
    const struct name_score *names = &match->names;
    unsigned points = names->points;

    *out = (struct score){.query_name = match->query,
                          .listed_name = match->listed};
    if (document_shared(query, listed)) {
        points = SCORE_MAX;
        reason_add(out, REASON_DOCUMENT_SAME);
    } else if (points == 0) {
        return;
    }
    for (size_t i = 0; i < names->reason_count; i++)
        reason_add(out, (enum score_reason)names->reasons[i]);
    if (names->points > 0 && names->weight < SCORE_COMMON_WEIGHT)
        reason_add(out, REASON_NAME_COMMON);
    if (birth->reason != REASON_NONE)
        reason_add(out, birth->reason);
    if (out->reasons[0] != REASON_DOCUMENT_SAME)
        points = birth_weigh(alone_weigh(points, names->single, query),
                             birth->reason, birth->years);
    points = rest_weigh(points, names, query, listed, out);
    if (out->reasons[0] == REASON_DOCUMENT_SAME)
        points = SCORE_MAX;
    out->points = (uint16_t)points;
}

void
score_persons(const struct subject *query, const struct subject *listed,
              struct score *out)
{
    struct birth_match birth;
    struct name_match match;

    birth.reason = score_births(query->person, listed->person, &birth.years);
    score_names_best(query, listed, birth.reason == REASON_BORN_SAME_DAY,
                     &match);
    score_matched(&match, &birth, query->person, listed->person, out);
}
