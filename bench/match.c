/*
 * How well do names match? Three questions, one run, for the UN's and OFAC's
 * lists each (KUFI_DATA):
 *
 *     match [--show] [TRAVELLERS]
 *
 * pairs   each person's first name against each other name of the same person
 *         (but those of low quality), and against names of others: of anybody,
 *         and of those who share a word. Half of the pairs have dates of birth.
 *         Precision, recall and F1: Kufi at its default threshold; Levenshtein
 *         ratio, Jaro-Winkler and token-sort ratio, on the same folded ASCII,
 *         each at the threshold that is best for it here. `unlike`: names of
 *         one person that share no word at all, which no comparing can find.
 * changed each name changed in the ways of perturb_shared.h: how many still
 *         score above the threshold, by kind of change
 * alarms  travellers, invented (people_shared.h) or put together from the
 *         lists' own words, with dates of birth, against everybody: for how
 *         many in 10,000 somebody is shown
 *
 * --show writes what was lost and what fired wrongly to stderr.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "listed_shared.h"
#include "match_others_shared.h"
#include "people_shared.h"
#include "perturb_shared.h"
#include "screen/score.h"

#define SEED UINT64_C(20261123)
#define TRAVELLERS 10000
#define WHOLE_MAX 256
#define MATCHERS 4

static const char *const MATCHER_NAMES[MATCHERS] = {
    "kufi", "levenshtein_ratio", "jaro_winkler", "token_sort_ratio"};

/* How often each score was given, to pairs of one person and of two. */
struct tally {
    uint64_t same[SCORE_MAX + 1];
    uint64_t other[SCORE_MAX + 1];
};

struct bench {
    struct listed_all all;
    struct tally tallies[MATCHERS];
    uint64_t unlike;
    uint64_t state;
    bool show;
};

static double
seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The folded words as others see them: capitals with blanks between. */
static struct bytes
whole_of(const struct name *name, uint8_t *out)
{
    size_t size = 0;

    for (size_t i = 0; i < name->token_count; i++) {
        const struct token *token = &name->tokens[i];

        if (size + token->text_size + 1 > WHOLE_MAX)
            break;
        for (size_t k = 0; k < token->text_size; k++)
            out[size + k] = token->text[k] & (token->vowelless ? 0xDF : 0xFF);
        size += token->text_size;
        out[size++] = ' ';
    }
    return (struct bytes){out, size > 0 ? size - 1 : 0};
}

static void
show(const struct bench *bench, const char *what, const struct name *a,
     const struct name *b, unsigned points)
{
    uint8_t x[WHOLE_MAX];
    uint8_t y[WHOLE_MAX];
    struct bytes first = whole_of(a, x);
    struct bytes second = whole_of(b, y);

    if (bench->show)
        fprintf(stderr, "%s %u: %.*s | %.*s\n", what, points, (int)first.size,
                (const char *)first.p, (int)second.size,
                (const char *)second.p);
}

/* One name of each as a person; with dates of birth, or not. */
static unsigned
kufi_score(const struct listed *a, size_t name_a, const struct listed *b,
           size_t name_b, bool births)
{
    struct person first = a->person;
    struct person second = b->person;
    struct subject query = {&first, &a->names[name_a]};
    struct subject listed = {&second, &b->names[name_b]};
    struct score score;

    first.name_count = second.name_count = 1;
    first.names += name_a;
    second.names += name_b;
    if (!births)
        first.birth_count = second.birth_count = 0;
    score_persons(&query, &listed, &score);
    return score.points;
}

static void
pair_take(struct bench *bench, const struct listed *a, size_t name_a,
          const struct listed *b, size_t name_b)
{
    uint8_t x[WHOLE_MAX];
    uint8_t y[WHOLE_MAX];
    struct bytes first = whole_of(&a->names[name_a], x);
    struct bytes second = whole_of(&b->names[name_b], y);
    bool births = perturb_below(&bench->state, 2) == 0;
    unsigned scores[MATCHERS];

    scores[0] = kufi_score(a, name_a, b, name_b, births);
    scores[1] = levenshtein_ratio(first, second);
    scores[2] = jaro_winkler(first, second);
    scores[3] = token_sort_ratio(first, second);
    for (size_t i = 0; i < MATCHERS; i++)
        (a == b ? bench->tallies[i].same
                : bench->tallies[i].other)[scores[i]]++;
    if (a == b)
        bench->unlike += scores[0] == 0 ? 1 : 0;
    if (a == b && scores[0] < SCORE_THRESHOLD_DEFAULT)
        show(bench, births ? "lost with births" : "lost", &a->names[name_a],
             &b->names[name_b], scores[0]);
    if (a != b && scores[0] >= SCORE_THRESHOLD_DEFAULT)
        show(bench, "wrong", &a->names[name_a], &b->names[name_b], scores[0]);
}

/* Whether two names share a word of which nobody is sure to be known. */
static bool
words_shared(const struct name *a, const struct name *b)
{
    for (size_t i = 0; i < a->token_count; i++)
        for (size_t k = 0; k < b->token_count; k++)
            if (a->tokens[i].kind == TOKEN_WORD &&
                b->tokens[k].kind == TOKEN_WORD &&
                a->tokens[i].skeleton == b->tokens[k].skeleton)
                return true;
    return false;
}

/* Somebody else, from a random place on: anybody, or one sharing a word. */
static const struct listed *
other_find(struct bench *bench, const struct listed *item, bool sharing)
{
    size_t from = perturb_below(&bench->state, bench->all.count);

    for (size_t i = 0; i < bench->all.count; i++) {
        const struct listed *other =
            &bench->all.items[(from + i) % bench->all.count];

        if (other != item &&
            (!sharing || words_shared(&item->names[0], &other->names[0])))
            return other;
    }
    return NULL;
}

static void
pairs_make(struct bench *bench)
{
    for (size_t i = 0; i < bench->all.count; i++) {
        const struct listed *item = &bench->all.items[i];

        for (size_t k = 1; k < item->person.name_count; k++) {
            const struct listed *other =
                other_find(bench, item, perturb_below(&bench->state, 2) == 0);

            if (item->person.names[k].quality == NAME_WEAK)
                continue;
            pair_take(bench, item, 0, item, k);
            if (other != NULL)
                pair_take(
                    bench, item, 0, other,
                    perturb_below(&bench->state, other->person.name_count));
        }
    }
}

struct quality {
    double precision;
    double recall;
    double f1;
};

static struct quality
quality_at(const struct tally *tally, unsigned threshold)
{
    uint64_t hits = 0;
    uint64_t all = 0;
    uint64_t wrong = 0;
    struct quality q = {0};

    for (unsigned i = 0; i <= SCORE_MAX; i++) {
        all += tally->same[i];
        hits += i >= threshold ? tally->same[i] : 0;
        wrong += i >= threshold ? tally->other[i] : 0;
    }
    if (hits == 0)
        return q;
    q.precision = (double)hits / (double)(hits + wrong);
    q.recall = (double)hits / (double)all;
    q.f1 = 2 * q.precision * q.recall / (q.precision + q.recall);
    return q;
}

static void
pairs_say(const struct bench *bench, const char *list)
{
    uint64_t pairs = 0;

    for (unsigned i = 0; i <= SCORE_MAX; i++)
        pairs += bench->tallies[0].same[i] + bench->tallies[0].other[i];
    printf("match_%s_pairs %" PRIu64 " pairs, %" PRIu64 " of one person share "
           "no word\n",
           list, pairs, bench->unlike);
    for (size_t m = 0; m < MATCHERS; m++) {
        unsigned best = SCORE_THRESHOLD_DEFAULT;
        struct quality q = quality_at(&bench->tallies[m], best);

        for (unsigned t = 1; t <= SCORE_MAX && m > 0; t++)
            if (quality_at(&bench->tallies[m], t).f1 > q.f1) {
                best = t;
                q = quality_at(&bench->tallies[m], t);
            }
        printf("match_%s_pairs_%s precision %.3f recall %.3f F1 %.3f at %u%s\n",
               list, MATCHER_NAMES[m], q.precision, q.recall, q.f1, best,
               m > 0 ? ", the best for it" : "");
    }
}

/* A listed person asked for under a changed name; with the first birth when it
 * is a day. */
static unsigned
changed_score(struct bench *bench, const struct listed *item,
              const struct perturbed *changed)
{
    struct name name;
    struct person person = {.name_count = 1,
                            .names = &changed->name,
                            .births = item->person.births};
    struct subject query = {&person, &name};
    struct subject listed = {&item->person, item->names};
    struct score score;

    if (item->person.birth_count > 0 &&
        item->person.births[0].from.days == item->person.births[0].to.days)
        person.birth_count = 1;
    if (name_read(&bench->all.script, &changed->name, &name) != OK)
        return 0;
    score_persons(&query, &listed, &score);
    if (score.points < SCORE_THRESHOLD_DEFAULT)
        show(bench, "not found", &name, &item->names[0], score.points);
    return score.points;
}

static void
changed_say(struct bench *bench, const char *list)
{
    uint64_t asked_all = 0;
    uint64_t found_all = 0;

    for (size_t how = 0; how < PERTURB_COUNT; how++) {
        uint64_t asked = 0;
        uint64_t found = 0;

        for (size_t i = 0; i < bench->all.count; i++) {
            const struct listed *item = &bench->all.items[i];
            struct perturbed changed;

            if (!perturb(&bench->state, (enum perturbation)how,
                         &item->person.names[0], &changed))
                continue;
            asked++;
            found +=
                changed_score(bench, item, &changed) >= SCORE_THRESHOLD_DEFAULT
                    ? 1
                    : 0;
        }
        asked_all += asked;
        found_all += found;
        printf("match_%s_changed_%s %" PRIu64 " of %" PRIu64 ", %.4f\n", list,
               perturbation_name((enum perturbation)how), found, asked,
               asked == 0 ? 1.0 : (double)found / (double)asked);
    }
    printf("match_%s_changed %.4f found of %" PRIu64 "\n", list,
           (double)found_all / (double)asked_all, asked_all);
}

/* A word of somebody's first name. */
static struct bytes
word_pick(struct bench *bench)
{
    const struct listed_all *all = &bench->all;
    const struct name *name =
        &all->items[perturb_below(&bench->state, all->count)].names[0];
    const struct token *token =
        &name->tokens[name->token_count == 0
                          ? 0
                          : perturb_below(&bench->state, name->token_count)];

    return (struct bytes){token->text, token->text_size};
}

/* Words of three of the listed, born on any day. */
static void
mixed_make(struct bench *bench, struct people_person *out)
{
    struct bytes words[3] = {word_pick(bench), word_pick(bench),
                             word_pick(bench)};

    *out = (struct people_person){0};
    snprintf(out->surname, sizeof(out->surname), "%.*s", (int)words[0].size,
             (const char *)words[0].p);
    snprintf(out->given, sizeof(out->given), "%.*s %.*s", (int)words[1].size,
             (const char *)words[1].p, (int)words[2].size,
             (const char *)words[2].p);
    out->name = (struct person_name){.surname = bytes_of(out->surname),
                                     .given_names = bytes_of(out->given)};
    out->birth.from = date_of((struct civil){1945, 1, 1});
    out->birth.from.days += (int32_t)perturb_below(&bench->state, 65 * 365);
    out->birth.to = out->birth.from;
    out->person = (struct person){.name_count = 1,
                                  .names = &out->name,
                                  .birth_count = 1,
                                  .births = &out->birth};
}

static bool
alarm_raised(struct bench *bench, const struct people_person *traveller)
{
    struct name name;
    struct person person = traveller->person;
    struct subject query = {&person, &name};

    person.names = &traveller->name;
    person.births = &traveller->birth;
    if (name_read(&bench->all.script, &traveller->name, &name) != OK)
        return false;
    for (size_t i = 0; i < bench->all.count; i++) {
        const struct listed *item = &bench->all.items[i];
        struct subject listed = {&item->person, item->names};
        struct score score;

        score_persons(&query, &listed, &score);
        if (score.points < SCORE_THRESHOLD_DEFAULT)
            continue;
        show(bench, "alarm", &name, &item->names[score.listed_name],
             score.points);
        return true;
    }
    return false;
}

static void
alarms_say(struct bench *bench, const char *list, size_t travellers)
{
    uint64_t invented = 0;
    uint64_t mixed = 0;
    double from = seconds();

    for (size_t i = 0; i < travellers; i++) {
        struct people_person traveller;

        people_make(SEED, i, PEOPLE_TRAVELLER, &traveller);
        invented += alarm_raised(bench, &traveller) ? 1 : 0;
        mixed_make(bench, &traveller);
        mixed += alarm_raised(bench, &traveller) ? 1 : 0;
    }
    printf("match_%s_alarms %.1f in 10000 of invented travellers, %.1f of "
           "those with the list's words; %zu names\n",
           list, (double)invented * 1e4 / (double)travellers,
           (double)mixed * 1e4 / (double)travellers, bench->all.name_count);
    printf("match_%s_compared %.0f ns a name\n", list,
           (seconds() - from) * 1e9 / (double)travellers / 2 /
               (double)bench->all.name_count);
}

static void
list_bench(const char *list, size_t travellers, bool wants_show)
{
    static struct bench bench;

    bench = (struct bench){.state = SEED, .show = wants_show};
    if (!listed_load(&bench.all, list)) {
        printf("match_%s skipped: no files\n", list);
        return;
    }
    pairs_make(&bench);
    pairs_say(&bench, list);
    changed_say(&bench, list);
    alarms_say(&bench, list, travellers);
    script_close(&bench.all.script);
}

int
main(int argc, char **argv)
{
    size_t travellers = TRAVELLERS;
    bool wants_show = false;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--show") == 0)
            wants_show = true;
        else
            travellers = strtoul(argv[i], NULL, 10);
    list_bench("un", travellers, wants_show);
    list_bench("ofac", travellers, wants_show);
    return 0;
}
