/*
 * `kufi match`: pairs of persons in, one a line, tab-separated; one JSON object
 * a line out with their score and the reasons. SCR 4.11
 */
#include "cli/cli.h"

#include <string.h>

#include "base/json.h"
#include "cli/filter.h"
#include "cli/options.h"
#include "screen/name.h"
#include "screen/score.h"
#include "screen/script.h"

/* Two names of any length that is read, and six short columns. */
#define LINE_SIZE_MAX (1 << 16)
#define JSON_SIZE_MAX 2048
#define COLUMN_COUNT 8

enum column {
    COLUMN_NAME = 0, /* two of each */
    COLUMN_BIRTH = 2,
    COLUMN_SEX = 4,
    COLUMN_NATIONALITY = 6
};

/* One of the two: a person with what a line may say of it. */
struct half {
    struct person_name written;
    struct name name;
    struct birth birth;
    struct bytes nationality;
    struct person person;
};

struct run {
    struct cli *cli;
    struct script script;
    uint64_t threshold;
    uint64_t line;
    bool refused;
};

static void
complain(struct run *run, size_t column, const char *what)
{
    cli_complain(run->cli, "line %llu, column %zu: %s",
                 (unsigned long long)run->line, column + 1, what);
    run->refused = true;
}

/* M and F, in either case, or the words; all else is not known. */
static bool
sex_read(struct bytes text, uint8_t *out)
{
    static const struct {
        const char *word;
        uint8_t sex;
    } WORDS[] = {{"", 0},         {"M", 'M'},    {"F", 'F'},      {"m", 'M'},
                 {"f", 'F'},      {"male", 'M'}, {"female", 'F'}, {"Male", 'M'},
                 {"Female", 'F'}, {"X", 0},      {"x", 0},        {"U", 0},
                 {"<", 0}};

    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
        if (bytes_equal(text, bytes_of(WORDS[i].word))) {
            *out = WORDS[i].sex;
            return true;
        }
    return false;
}

static bool
half_read(struct run *run, const struct bytes *columns, size_t which,
          struct half *out)
{
    struct bytes nationality = columns[COLUMN_NATIONALITY + which];
    bool born;

    out->written = (struct person_name){.whole = columns[which]};
    out->person = (struct person){.name_count = 1, .names = &out->written};
    if (name_read(&run->script, &out->written, &out->name) != OK) {
        complain(run, which, "not UTF-8");
        return false;
    }
    if (birth_parse(columns[COLUMN_BIRTH + which], &out->birth, &born) != OK) {
        complain(run, COLUMN_BIRTH + which,
                 "not a date: YYYY, YYYY-MM or YYYY-MM-DD");
        return false;
    }
    if (!sex_read(columns[COLUMN_SEX + which], &out->person.sex)) {
        complain(run, COLUMN_SEX + which, "not a sex: M or F");
        return false;
    }
    out->person.birth_count = born ? 1 : 0;
    out->person.births = &out->birth;
    out->nationality = nationality;
    out->person.nationality_count = nationality.size > 0 ? 1 : 0;
    out->person.nationalities = &out->nationality;
    return true;
}

static void
score_write(struct run *run, const struct score *score)
{
    uint8_t text[JSON_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, text, sizeof(text));
    json_begin_object(&j);
    json_pair_integer(&j, "score", score->points);
    json_pair_boolean(&j, "hit", score->points >= run->threshold);
    json_key(&j, "reasons");
    json_begin_array(&j);
    for (size_t i = 0; i < score->reason_count; i++)
        json_put_text(&j, bytes_of(score_reason_text(score->reasons[i])));
    json_end_array(&j);
    json_end_object(&j);
    writer_u8(&w, '\n');
    cli_write(run->cli, writer_done(&w));
}

/* A line that cannot be read still has its answer, an empty object, so that
 * lines out answer lines in. */
static void
line_answer(struct run *run, struct bytes line)
{
    struct bytes columns[COLUMN_COUNT] = {{0}};
    struct half halves[2];
    struct subject query = {&halves[0].person, &halves[0].name};
    struct subject listed = {&halves[1].person, &halves[1].name};
    struct score score;
    size_t count = 0;

    while (line.size > 0 && count < COLUMN_COUNT)
        columns[count++] = bytes_trim(bytes_split(&line, '\t'));
    if (count < 2) {
        complain(run, 1, "no second name");
        cli_write(run->cli, BYTES("{}\n"));
        return;
    }
    if (!half_read(run, columns, 0, &halves[0]) ||
        !half_read(run, columns, 1, &halves[1])) {
        cli_write(run->cli, BYTES("{}\n"));
        return;
    }
    score_persons(&query, &listed, &score);
    score_write(run, &score);
}

/* Reads up to the next LF or the end; false when there was nothing at all.
 * `*size` counts what did not fit too. */
static bool
line_read(FILE *in, uint8_t *line, size_t *size)
{
    int c;

    *size = 0;
    while ((c = getc_unlocked(in)) != EOF && c != '\n') {
        if (*size < LINE_SIZE_MAX)
            line[*size] = (uint8_t)c;
        ++*size;
    }
    return c == '\n' || *size > 0;
}

/* False when the file broke off; `name` is for the complaint alone. */
static bool
stream(void *context, FILE *in, const char *name)
{
    struct run *run = context;
    uint8_t line[LINE_SIZE_MAX];
    size_t size;

    for (run->line = 1; line_read(in, line, &size); run->line++) {
        if (size > 0 && size <= LINE_SIZE_MAX && line[size - 1] == '\r')
            size--;
        if (size <= LINE_SIZE_MAX) {
            line_answer(run, (struct bytes){line, size});
            continue;
        }
        complain(run, 0, "a line longer than any two names");
        cli_write(run->cli, BYTES("{}\n"));
    }
    if (!ferror(in))
        return true;
    cli_complain(run->cli, "%s: cannot be read", name);
    return false;
}

int
command_match(struct cli *cli, int argc, char **argv)
{
    const char *threshold = NULL;
    struct option table[] = {
        {.name = "--threshold",
         .value_name = "POINTS",
         .help = "from which score on it is a hit; without it 700",
         .values = &threshold,
         .values_max = 1},
    };
    struct options options = {
        .arguments = "[FILE]...",
        .about =
            "Says how much two persons look like one, and why. A line in has "
            "columns parted by\ntabs: name, name, and as far as known date of "
            "birth, date of birth, sex, sex,\nnationality, nationality; one "
            "JSON object a line out. Without FILE it reads\nstandard input. "
            "Exit status: 0 all lines read, 1 some not.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_max = 1 << 20,
    };
    struct run run = {.cli = cli, .threshold = SCORE_THRESHOLD_DEFAULT};
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (threshold != NULL &&
        !options_number(cli, &table[0], 1, SCORE_MAX, &run.threshold))
        return CLI_USAGE;
    if (script_open(&run.script) != OK)
        return cli_fail(cli, ERR_IO, "ICU's data");
    if (!filter_files(cli, &options, stream, &run))
        status = CLI_TROUBLE;
    else
        status = run.refused ? CLI_NO : CLI_DONE;
    script_close(&run.script);
    return status;
}
