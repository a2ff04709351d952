/*
 * `kufi sample`: an invented border, as the stream that `kufi cross` takes.
 *
 * Each traveller has one next day, kept in a list of that day's travellers; the
 * days are taken in turn, and each day's crossings are sorted by time. So the
 * memory is a few bytes a traveller, and the stream as long as one likes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/options.h"
#include "cli/sample_person.h"
#include "os/os.h"

#define NOBODY UINT32_MAX
#define DAY_MS 86400000u
#define HOUR_MS 3600000u
#define LANE_COUNT 8
#define WEEKDAY_WEIGHT_MAX 135
#define BUFFER_SIZE 65536
#define LINE_SIZE_MAX 512 /* the longest line has about 340 characters */

enum decision { ADMIT, REFUSE, HAND_OVER };

/*
 * next     by traveller: who comes after in the same day's list
 * inside   by traveller: whether in the country
 * first    by day: the list's beginning
 * coming   by day: weights added up, for choosing a first day
 * events   the day's crossings: see event_make()
 */
struct sample {
    struct sample_world world;
    uint32_t travellers;
    uint32_t days;
    uint32_t *next;
    bool *inside;
    uint32_t *first;
    uint64_t *coming;
    uint64_t *events;
    size_t event_count;
    struct writer w;
    FILE *out;
    uint8_t buffer[BUFFER_SIZE];
};

/*
 * An event is one number, so that sorting numbers sorts by time: milliseconds
 * of the day, traveller, decision, whether an entry.
 */
static uint64_t
event_make(uint32_t ms, uint32_t traveller, enum decision decision, bool entry)
{
    return (uint64_t)ms << 35 | (uint64_t)traveller << 3 |
           (uint64_t)decision << 1 | entry;
}

static int
event_compare(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;

    return (*x > *y) - (*x < *y);
}

/* 0 to `bound` - 1 out of `*random`, which is divided by it. */
static uint32_t
pick(uint64_t *random, uint32_t bound)
{
    uint32_t picked = (uint32_t)(*random % bound);

    *random /= bound;
    return picked;
}

static uint32_t
weekday_weight(struct date day)
{
    /* 1970-01-01 was a Thursday. */
    static const uint32_t weights[7] = {90, 115, 135, 125, 90, 80, 80};

    return weights[(uint32_t)(day.days % 7 + 7) % 7];
}

static uint32_t
season_weight(struct date day)
{
    static const uint32_t weights[12] = {55,  50,  60,  80, 95, 130,
                                         190, 210, 130, 90, 65, 85};

    return weights[date_civil(day).month - 1];
}

static struct date
sample_day(const struct sample *sample, uint32_t day)
{
    return (struct date){sample->world.first.days + (int32_t)day};
}

static void
come(struct sample *sample, uint32_t traveller, uint64_t day)
{
    if (day >= sample->days)
        return;
    sample->next[traveller] = sample->first[day];
    sample->first[day] = traveller;
}

/* The first day whose added weight is above `at`. */
static uint32_t
first_day(const struct sample *sample, uint64_t at)
{
    uint32_t low = 0;
    uint32_t high = sample->days - 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (sample->coming[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void
begin(struct sample *sample)
{
    uint64_t total = 0;

    assert(sample->days > 0);
    for (uint32_t day = 0; day < sample->days; day++) {
        struct date date = sample_day(sample, day);

        total += (uint64_t)season_weight(date) * weekday_weight(date);
        sample->coming[day] = total;
        sample->first[day] = NOBODY;
    }
    assert(total > 0);
    for (uint32_t i = 0; i < sample->travellers; i++) {
        struct sample_person person = sample_person_make(&sample->world, i);
        uint64_t random = sample_mix(person.random, 0, 5);
        bool often =
            person.habit == SAMPLE_COMMUTER || person.habit == SAMPLE_DRIVER;

        sample->inside[i] = person.lives_here;
        if (often)
            come(sample, i, random % 7 % sample->days);
        else
            come(sample, i, first_day(sample, random % total));
    }
}

/* A time of day, in UTC, by the hours at which people travel. */
static uint32_t
time_of_day(uint64_t *random)
{
    static const uint32_t weights[24] = {14, 10, 8,  12, 24, 38, 52, 60,
                                         64, 66, 64, 60, 58, 58, 62, 66,
                                         68, 64, 54, 44, 34, 26, 20, 16};
    uint32_t at = pick(random, 1042); /* the sum of the weights */
    uint32_t hour = 0;

    while (at >= weights[hour])
        at -= weights[hour++];
    return hour * HOUR_MS + pick(random, HOUR_MS);
}

/* Days away or on a visit; 0 is back the same day. */
static uint32_t
stay_days(uint64_t *random)
{
    uint32_t thousandth = pick(random, 1000);

    if (thousandth < 170)
        return 0;
    if (thousandth < 600)
        return 1 + pick(random, 4);
    if (thousandth < 900)
        return 5 + pick(random, 10);
    if (thousandth < 980)
        return 15 + pick(random, 16);
    if (thousandth < 997)
        return 31 + pick(random, 58);
    return 91 + pick(random, 40); /* too long, for those who need leave */
}

/* Days until the next trip; NOBODY when there is none. */
static uint32_t
pause_days(const struct sample_person *person, uint64_t *random)
{
    switch (person->habit) {
    case SAMPLE_COMMUTER:
        return pick(random, 8) == 0 ? 2 + pick(random, 4) : 1;
    case SAMPLE_DRIVER:
        return 1 + pick(random, 5);
    case SAMPLE_RESIDENT:
        return 10 + pick(random, 200);
    case SAMPLE_VISITOR:
        break;
    }
    return pick(random, 4) == 0 ? NOBODY : 20 + pick(random, 310);
}

static uint32_t
trip_days(const struct sample_person *person, uint64_t *random)
{
    if (person->habit == SAMPLE_COMMUTER)
        return pick(random, 40) == 0;
    if (person->habit == SAMPLE_DRIVER)
        return pick(random, 4);
    return stay_days(random);
}

/* Puts a day off until one on which people rather travel. */
static uint64_t
likely_day(const struct sample *sample, uint64_t day, uint64_t *random)
{
    for (int tries = 0; tries < 3 && day < sample->days; tries++) {
        struct date date = sample_day(sample, (uint32_t)day);

        if (pick(random, WEEKDAY_WEIGHT_MAX) < weekday_weight(date))
            break;
        day++;
    }
    return day;
}

static enum decision
decide(const struct sample_person *person, bool entry, uint64_t *random)
{
    uint32_t in_ten_thousand = pick(random, 10000);

    if (in_ten_thousand < 4)
        return HAND_OVER;
    if (entry && !person->lives_here && in_ten_thousand < 50)
        return REFUSE;
    return ADMIT;
}

/* One traveller's day: one crossing, or two, and the day of the next. */
static void
travel(struct sample *sample, uint32_t traveller, uint32_t day)
{
    struct sample_person person = sample_person_make(&sample->world, traveller);
    uint64_t random = sample_mix(person.random, day, 6);
    uint64_t dice = sample_mix(person.random, day, 7);
    bool entry = !sample->inside[traveller];
    bool setting_out = sample->inside[traveller] == person.lives_here;
    enum decision decision = decide(&person, entry, &dice);
    uint32_t ms = time_of_day(&random);
    uint32_t days = 0;

    if (decision == ADMIT && setting_out)
        days = trip_days(&person, &dice);
    if (decision == ADMIT && setting_out && days == 0) {
        uint32_t other_ms = time_of_day(&random);
        uint32_t early_ms = ms < other_ms ? ms : other_ms;

        sample->events[sample->event_count++] =
            event_make(early_ms, traveller, decision, entry);
        ms = ms < other_ms ? other_ms : ms;
        entry = !entry;
        setting_out = false;
    } else if (decision == ADMIT) {
        sample->inside[traveller] = entry;
    }
    sample->events[sample->event_count++] =
        event_make(ms, traveller, decision, entry);
    if (decision != ADMIT || !setting_out)
        days = pause_days(&person, &dice);
    if (days != NOBODY)
        come(sample, traveller,
             likely_day(sample, (uint64_t)day + days, &dice));
}

static void
write_reasons(struct json_writer *j, enum decision decision, uint64_t random)
{
    /* As often as the EU's member states give them, roughly. */
    static const char reasons[] = "EEEEEECCCCCGGGAAAFFFIHBD";
    uint32_t one = pick(&random, sizeof reasons - 1);
    uint32_t two = pick(&random, sizeof reasons - 1);

    json_key(j, "reasons");
    json_begin_array(j);
    if (decision == REFUSE) {
        json_put_text(j, (struct bytes){(const uint8_t *)reasons + one, 1});
        if (reasons[two] > reasons[one])
            json_put_text(j, (struct bytes){(const uint8_t *)reasons + two, 1});
    }
    json_end_array(j);
}

static void
write_key(struct sample *sample, struct json_writer *j, uint32_t day,
          uint64_t event)
{
    uint8_t text[64];
    struct writer w;

    writer_init(&w, text, sizeof text);
    writer_text(&w, "sample-");
    writer_decimal(&w, sample->world.seed);
    writer_u8(&w, '-');
    writer_signed(&w, sample_day(sample, day).days);
    writer_u8(&w, '-');
    writer_hex(&w, event, 16);
    json_pair_text(j, "idempotency_key", writer_done(&w));
}

static void
write_event(struct sample *sample, uint32_t day, uint64_t event)
{
    static const char *const decisions[] = {"admit", "refuse", "hand_over"};
    uint32_t traveller = (uint32_t)(event >> 3);
    enum decision decision = (enum decision)(event >> 1 & 3);
    struct sample_person person = sample_person_make(&sample->world, traveller);
    uint64_t random = sample_mix(person.random, event, day);
    struct date date = sample_day(sample, day);
    char lane = (char)('1' + pick(&random, LANE_COUNT));
    struct instant now = {date.days * (int64_t)DAY_MS + (int64_t)(event >> 35)};
    struct json_writer j = {.w = &sample->w};
    struct sample_document document;
    struct sample_mrz mrz;
    uint8_t time[INSTANT_TEXT_SIZE];
    struct writer w;

    sample_person_document(&person, &sample->world, date, &document);
    sample_mrz_write(&document, &mrz);
    json_begin_object(&j);
    json_key(&j, "mrz");
    json_begin_array(&j);
    for (size_t i = 0; i < mrz.count; i++)
        json_put_text(&j,
                      (struct bytes){(const uint8_t *)mrz.lines[i], mrz.size});
    json_end_array(&j);
    json_pair_text(&j, "direction", bytes_of(event & 1 ? "entry" : "exit"));
    json_pair_text(&j, "decision", bytes_of(decisions[decision]));
    write_reasons(&j, decision, random);
    json_pair_text(&j, "lane", (struct bytes){(uint8_t *)&lane, 1});
    write_key(sample, &j, day, event);
    writer_init(&w, time, sizeof time);
    instant_write(&w, now);
    json_pair_text(&j, "time", writer_done(&w));
    json_end_object(&j);
    writer_u8(&sample->w, '\n');
}

static void
flush(struct sample *sample)
{
    fwrite(sample->w.p, 1, sample->w.at, sample->out);
    sample->w.at = 0;
}

/* False when the output can take no more. */
static bool
run_day(struct sample *sample, uint32_t day)
{
    uint32_t next;

    sample->event_count = 0;
    for (uint32_t i = sample->first[day]; i != NOBODY; i = next) {
        next = sample->next[i]; /* travel() puts the traveller elsewhere */
        travel(sample, i, day);
    }
    qsort(sample->events, sample->event_count, sizeof *sample->events,
          event_compare);
    for (size_t i = 0; i < sample->event_count; i++) {
        write_event(sample, day, sample->events[i]);
        if (sample->w.size - sample->w.at < LINE_SIZE_MAX)
            flush(sample);
        if (ferror(sample->out))
            return false;
    }
    return true;
}

static int
run(struct cli *cli, struct sample *sample)
{
    uint32_t travellers = sample->travellers;

    sample->next = malloc(travellers * sizeof *sample->next);
    sample->inside = malloc(travellers * sizeof *sample->inside);
    sample->events = malloc(2 * travellers * sizeof *sample->events);
    sample->first = malloc(sample->days * sizeof *sample->first);
    sample->coming = malloc(sample->days * sizeof *sample->coming);
    if (sample->next == NULL || sample->inside == NULL ||
        sample->events == NULL || sample->first == NULL ||
        sample->coming == NULL) {
        cli_complain(cli, "not enough memory for so many travellers");
        return CLI_TROUBLE;
    }
    sample->out = cli->out;
    writer_init(&sample->w, sample->buffer, sizeof sample->buffer);
    begin(sample);
    for (uint32_t day = 0; day < sample->days; day++)
        if (!run_day(sample, day))
            return CLI_TROUBLE;
    flush(sample);
    return CLI_DONE;
}

static void
deinit(struct sample *sample)
{
    free(sample->next);
    free(sample->inside);
    free(sample->events);
    free(sample->first);
    free(sample->coming);
}

int
command_sample(struct cli *cli, int argc, char **argv)
{
    const char *values[4] = {"1000", "30", "1", NULL};
    struct option table[] = {
        {.name = "--travellers",
         .value_name = "N",
         .values = &values[0],
         .help = "how many people (1000)"},
        {.name = "--days",
         .value_name = "D",
         .values = &values[1],
         .help = "over how many days (30)"},
        {.name = "--seed",
         .value_name = "S",
         .values = &values[2],
         .help = "another number, other people (1)"},
        {.name = "--until",
         .value_name = "YYYY-MM-DD",
         .values = &values[3],
         .help = "the last day (yesterday, in UTC)"},
        {.name = "--json", .help = "the output is always JSON lines"},
    };
    struct options options = {
        .arguments = "",
        .about =
            "Writes the crossings of invented travellers, in the order of "
            "time, as the JSON\nlines that kufi cross takes. The same numbers "
            "and the same last day give the same\nlines, byte for byte.",
        .table = table,
        .table_count = sizeof table / sizeof table[0],
    };
    uint64_t travellers;
    uint64_t days;
    struct sample sample = {0};
    struct date last = {0};
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (!options_number(cli, &table[0], 1, SAMPLE_TRAVELLERS_MAX,
                        &travellers) ||
        !options_number(cli, &table[1], 1, SAMPLE_DAYS_MAX, &days) ||
        !options_number(cli, &table[2], 0, UINT64_MAX, &sample.world.seed))
        return CLI_USAGE;
    last.days = instant_utc_date(cli->os->now(cli->os)).days - 1;
    if (values[3] != NULL && date_parse(bytes_of(values[3]), &last) != OK) {
        cli_complain(cli, "--until needs a day as YYYY-MM-DD");
        return CLI_USAGE;
    }
    sample.travellers = (uint32_t)travellers;
    sample.days = (uint32_t)days;
    sample.world.first.days = last.days - (int32_t)days + 1;
    if (sample.world.first.days < 0) {
        cli_complain(cli, "the first day would be before 1970");
        return CLI_USAGE;
    }
    status = run(cli, &sample);
    deinit(&sample);
    return status;
}
