/*
 * `kufi stay`: trips, a rule and a date in; days used and days left out. One
 * traveller a file, or one a line. STY 6.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "cli/options.h"
#include "stay/stay.h"

#define LINE_SIZE_MAX 131072 /* 4096 trips have 90 KB: STY 6.1 */
/* Trips, and as much again to put them in order. */
#define ARENA_SIZE ((size_t)(STAY_TRIPS_MAX + 1) * 32)
/* An identifier, each byte of it escaped, and the rest. */
#define ANSWER_SIZE_MAX (6 * LINE_SIZE_MAX + 1024)

enum form { FORM_UNKNOWN, FORM_TRIPS, FORM_CASES };

/* All of it in one block of the heap. */
struct room {
    uint8_t line[LINE_SIZE_MAX];
    uint8_t answer[ANSWER_SIZE_MAX];
    struct stay_trip trips[STAY_TRIPS_MAX];
    uint8_t arena[ARENA_SIZE];
};

struct run {
    struct cli *cli;
    struct room *room;
    struct stay_limit limit;
    bool has_on;
    struct date on;
    enum form form;
    size_t trip_count;
    uint64_t line; /* lines read */
    bool refused;
};

/* Reads up to the next LF or the end: OK, ERR_LIMIT for a line that is too
 * long, ERR_NOT_FOUND when there was nothing at all. */
static enum err
line_read(struct run *run, FILE *in, struct bytes *line)
{
    size_t size = 0;
    int c;

    while ((c = getc_unlocked(in)) != EOF && c != '\n') {
        if (size < LINE_SIZE_MAX)
            run->room->line[size] = (uint8_t)c;
        size++;
    }
    if (c == EOF && size == 0)
        return ERR_NOT_FOUND;
    run->line++;
    if (size > LINE_SIZE_MAX)
        return ERR_LIMIT;
    *line = (struct bytes){run->room->line, size};
    return OK;
}

static void
complain(struct run *run, const struct fault *fault)
{
    cli_complain(run->cli, "line %" PRIu64 ", column %zu: %s (%s)", run->line,
                 fault->at + 1, fault->what, fault->clause);
    run->refused = true;
}

/* A date of the line, blanks around it allowed. */
static enum err
date_take(struct run *run, struct bytes text, struct date *out,
          struct fault *fault)
{
    struct bytes trimmed = bytes_trim(text);
    size_t at = (size_t)(trimmed.p - run->room->line);

    if (date_parse(trimmed, out) == OK)
        return OK;
    return fault_set(fault, ERR_FORMAT, at, "STY 6.1",
                     "no date like 2026-07-01");
}

/* One trip more: "ENTRY", "ENTRY/", "ENTRY,EXIT". */
static enum err
trip_take(struct run *run, struct bytes text, struct fault *fault)
{
    size_t at = (size_t)(text.p - run->room->line);
    size_t comma = bytes_find(text, ',');
    uint8_t separator = comma < text.size ? ',' : '/';
    struct bytes exit = text;
    struct bytes entry = bytes_split(&exit, separator);
    struct stay_trip trip = {0};
    enum err e;

    if (run->trip_count == STAY_TRIPS_MAX)
        return fault_set(fault, ERR_LIMIT, at, "STY 2.1", "too many trips");
    e = date_take(run, entry, &trip.entry, fault);
    trip.has_exit = bytes_trim(exit).size > 0;
    if (e == OK && trip.has_exit)
        e = date_take(run, exit, &trip.exit, fault);
    if (e != OK)
        return e;
    if (trip.has_exit && trip.exit.days < trip.entry.days)
        return fault_set(fault, ERR_FORMAT, at, "STY 2.1",
                         "an exit before its entry");
    run->room->trips[run->trip_count++] = trip;
    return OK;
}

static void
put_date(struct json_writer *j, const char *name, bool has, struct date date)
{
    uint8_t text[DATE_TEXT_SIZE];
    struct writer w;

    json_key(j, name);
    if (!has) {
        json_put_null(j);
        return;
    }
    writer_init(&w, text, sizeof(text));
    date_write(&w, date);
    json_put_text(j, writer_done(&w));
}

static void
put_answer(struct json_writer *j, const struct stay_answer *answer)
{
    put_date(j, "window_start", true, answer->window_start);
    json_pair_integer(j, "days_used", answer->days_used);
    json_pair_integer(j, "days_remaining", answer->days_remaining);
    json_key(j, "max_stay_if_entering");
    if (answer->endless)
        json_put_null(j);
    else
        json_put_integer(j, answer->max_stay);
    put_date(j, "last_allowed_day", answer->has_last_allowed,
             answer->last_allowed);
    put_date(j, "first_overstay_day", answer->has_first_overstay,
             answer->first_overstay);
    json_pair_integer(j, "overstay_days", answer->overstay_days);
}

/* The object of one case; without an answer, of what is wrong with it. */
static void
answer_write(struct run *run, const struct bytes *id,
             const struct stay_answer *answer, const struct fault *fault)
{
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, run->room->answer, ANSWER_SIZE_MAX);
    json_begin_object(&j);
    json_key(&j, "id");
    if (id != NULL)
        json_put_text(&j, *id);
    else
        json_put_null(&j);
    if (answer != NULL)
        put_answer(&j, answer);
    else
        json_pair_text(&j, "error", bytes_of(fault->what));
    json_end_object(&j);
    writer_u8(&w, '\n');
    cli_write(run->cli, writer_done(&w));
    /* Whoever sends one at a time waits for each answer. */
    fflush(run->cli->out);
}

static enum err
count(struct run *run, struct date on, struct stay_answer *answer,
      struct fault *fault)
{
    struct arena arena;
    enum err e;

    arena_init(&arena, run->room->arena, ARENA_SIZE);
    e = stay_count(run->room->trips, run->trip_count, &run->limit, on, &arena,
                   answer);
    if (e != OK)
        return fault_set(fault, e, 0, "STY 2.1", "trips cannot be counted");
    return OK;
}

/* ID<TAB>TRIP;TRIP<TAB>DATE */
static enum err
case_count(struct run *run, struct bytes line, struct stay_answer *answer,
           struct fault *fault)
{
    struct bytes rest = line;
    struct bytes trips;
    struct date on = run->on;

    (void)bytes_split(&rest, '\t');
    trips = bytes_split(&rest, '\t');
    run->trip_count = 0;
    while (trips.size > 0) {
        struct bytes piece = bytes_split(&trips, ';');
        enum err e = OK;

        if (bytes_trim(piece).size > 0)
            e = trip_take(run, piece, fault);
        if (e != OK)
            return e;
    }
    if (bytes_trim(rest).size > 0) {
        enum err e = date_take(run, rest, &on, fault);

        if (e != OK)
            return e;
    } else if (!run->has_on) {
        return fault_set(fault, ERR_FORMAT, line.size, "STY 6.1",
                         "no date, and no --on");
    }
    return count(run, on, answer, fault);
}

static void
case_answer(struct run *run, struct bytes line)
{
    struct bytes id = bytes_slice(line, 0, bytes_find(line, '\t'));
    struct stay_answer answer;
    struct fault fault = {0};
    bool has_id = bytes_utf8(id);
    enum err e = OK;

    if (id.size == line.size)
        e = fault_set(&fault, ERR_FORMAT, line.size, "STY 6.1",
                      "no tab, and the first line has one");
    else if (!has_id)
        e = fault_set(&fault, ERR_FORMAT, 0, "STY 6.1",
                      "the identifier is not UTF-8");
    else
        e = case_count(run, line, &answer, &fault);
    if (e != OK)
        complain(run, &fault);
    answer_write(run, has_id ? &id : NULL, e == OK ? &answer : NULL, &fault);
}

static void
line_answer(struct run *run, struct bytes line)
{
    struct fault fault = {0};
    bool tab = bytes_find(line, '\t') < line.size;

    if (run->form == FORM_UNKNOWN)
        run->form = tab ? FORM_CASES : FORM_TRIPS;
    if (run->form == FORM_CASES)
        case_answer(run, line);
    else if (trip_take(run, line, &fault) != OK)
        complain(run, &fault);
}

static void
long_line(struct run *run)
{
    struct fault fault = {.at = LINE_SIZE_MAX,
                          .clause = "STY 6.1",
                          .what = "longer than any case"};

    complain(run, &fault);
    if (run->form == FORM_CASES)
        answer_write(run, NULL, NULL, &fault);
}

/* Once all trips of one traveller are read. */
static int
traveller_answer(struct run *run)
{
    struct stay_answer answer;
    struct fault fault = {0};

    if (!run->has_on) {
        cli_complain(run->cli, "these trips need --on DATE");
        return CLI_USAGE;
    }
    if (run->refused)
        return CLI_NO;
    if (count(run, run->on, &answer, &fault) != OK) {
        complain(run, &fault);
        return CLI_NO;
    }
    answer_write(run, NULL, &answer, &fault);
    return CLI_DONE;
}

static int
stream(struct run *run, FILE *in, const char *name)
{
    struct bytes line;
    enum err e;

    while ((e = line_read(run, in, &line)) != ERR_NOT_FOUND) {
        if (e != OK)
            long_line(run);
        else if (bytes_trim(line).size > 0)
            line_answer(run, line);
    }
    if (ferror(in)) {
        cli_complain(run->cli, "%s: cannot be read", name);
        return CLI_TROUBLE;
    }
    if (run->form == FORM_TRIPS || (run->form == FORM_UNKNOWN && run->has_on))
        return traveller_answer(run);
    return run->refused ? CLI_NO : CLI_DONE;
}

static int
run_file(struct run *run, const char *path)
{
    FILE *in = run->cli->in;
    int status;

    if (path != NULL)
        in = fopen(path, "rb");
    if (in == NULL) {
        cli_complain(run->cli, "%s: cannot be opened", path);
        return CLI_TROUBLE;
    }
    run->room = malloc(sizeof(*run->room));
    if (run->room == NULL)
        status = cli_fail(run->cli, ERR_LIMIT, "memory");
    else
        status = stream(run, in, path != NULL ? path : "standard input");
    free(run->room);
    if (path != NULL)
        fclose(in);
    return status;
}

int
command_stay(struct cli *cli, int argc, char **argv)
{
    const char *rule = "90/180";
    const char *on = NULL;
    struct option table[] = {
        {.name = "--rule",
         .value_name = "DAYS/WINDOW",
         .help = "the rule; without it 90/180",
         .values = &rule,
         .values_max = 1},
        {.name = "--on",
         .value_name = "YYYY-MM-DD",
         .help = "the date asked for",
         .values = &on,
         .values_max = 1},
        {.name = "--json", .help = "the answers are JSON in any case"},
    };
    struct options options = {
        .arguments = "[FILE]",
        .about = "Counts days of stay. Reads the trips of one traveller, "
                 "ENTRY[,EXIT] a line, or one\ncase a line, ID, trips "
                 "ENTRY/EXIT;ENTRY/EXIT... and a date with tabs between them,\n"
                 "and writes one JSON object for each. Without FILE it reads "
                 "standard input.\nExit status: 0 all counted, 1 some refused.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_max = 1,
    };
    struct run run = {.cli = cli};
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (stay_limit_parse(bytes_of(rule), &run.limit) != OK) {
        cli_complain(cli, "--rule takes days and a window, 90/180");
        return CLI_USAGE;
    }
    run.has_on = on != NULL;
    if (run.has_on && date_parse(bytes_of(on), &run.on) != OK) {
        cli_complain(cli, "--on takes a date, 2026-07-01");
        return CLI_USAGE;
    }
    return run_file(&run, options.argc > 0 ? options.argv[0] : NULL);
}
