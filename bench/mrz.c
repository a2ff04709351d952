/*
 * How many MRZs a core reads and checks in a second: one of each format in
 * turn, all in memory. The yardstick is SHA-256 of the same bytes, one hash an
 * MRZ. One line an answer: name, value, unit, comparison.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "crypto/hash.h"
#include "document/mrz.h"

#define ROUNDS 400000
#define SAMPLES 6
#define RUNS 5 /* the best counts: others share the machine */

static const char *const LINES[SAMPLES][MRZ_LINES_MAX] = {
    {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
     "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
    {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
     "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"},
    {"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
     "D231458907UTO7408122F1204159<<<<<<<6"},
    {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
     "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<"},
    {"I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<",
     "D23145890<UTO3407127M95071227349<<<8"},
    {"IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
     "8806923102858CORINNE<<<<<<<6512068F6"},
};

/* The lines of a sample, one after another in `whole`. */
struct sample {
    uint8_t whole[MRZ_LINES_MAX * MRZ_LINE_SIZE_MAX];
    size_t size;
    struct bytes lines[MRZ_LINES_MAX];
    size_t count;
};

static void
sample_init(struct sample *sample, const char *const *lines)
{
    *sample = (struct sample){0};
    while (sample->count < MRZ_LINES_MAX && lines[sample->count] != NULL) {
        struct bytes line = bytes_of(lines[sample->count]);
        uint8_t *at = sample->whole + sample->size;

        memcpy(at, line.p, line.size);
        sample->lines[sample->count++] = (struct bytes){at, line.size};
        sample->size += line.size;
    }
}

static int64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Which of the samples is the `i`-th: the one asked for, or each in turn. */
static const struct sample *
sample_of(const struct sample *samples, size_t only, size_t i)
{
    return &samples[only < SAMPLES ? only : i % SAMPLES];
}

/* Nanoseconds for ROUNDS MRZs. */
static int64_t
parse_run(const struct sample *samples, size_t only, size_t *valid)
{
    struct date today = date_of((struct civil){2026, 11, 23});
    int64_t start = now_ns();
    struct mrz mrz;

    *valid = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        const struct sample *s = sample_of(samples, only, i);

        mrz_parse(s->lines, s->count, today, &mrz);
        *valid += mrz.valid;
    }
    return now_ns() - start;
}

/* The same for their hashes; `mixed` keeps them from being left out. */
static int64_t
hash_run(const struct sample *samples, size_t only, uint8_t *mixed)
{
    int64_t start = now_ns();

    for (size_t i = 0; i < ROUNDS; i++) {
        const struct sample *s = sample_of(samples, only, i);
        struct hash hash = hash_of((struct bytes){s->whole, s->size});

        *mixed ^= hash.b[0];
    }
    return now_ns() - start;
}

static double
rate(int64_t ns)
{
    return ROUNDS * 1e9 / (double)ns;
}

int
main(void)
{
    static const char *const NAMES[SAMPLES + 1] = {
        "mrz_td3",      "mrz_td1",    "mrz_td2", "mrz_mrv_a",
        "mrz_td2_long", "mrz_fra_id", "mrz_all",
    };
    struct sample samples[SAMPLES];
    uint8_t mixed = 0;

    for (size_t i = 0; i < SAMPLES; i++)
        sample_init(&samples[i], LINES[i]);
    for (size_t only = 0; only <= SAMPLES; only++) {
        int64_t parsed = INT64_MAX;
        int64_t hashed = INT64_MAX;
        size_t valid = 0;

        for (int run = 0; run < RUNS; run++) {
            int64_t ns = parse_run(samples, only, &valid);

            parsed = ns < parsed ? ns : parsed;
            ns = hash_run(samples, only, &mixed);
            hashed = ns < hashed ? ns : hashed;
        }
        if (valid != ROUNDS)
            return 1;
        printf(
            "%s %.0f MRZ/s (aim 2000000; SHA-256 of the same bytes %.0f/s)\n",
            NAMES[only], rate(parsed), rate(hashed));
    }
    return mixed == 0 && samples[0].size == 0;
}
