/*
 * `kufi mrz`: machine readable zones in, one JSON object a line out; or, asked
 * to transliterate, names in and their MRZ form out. DOC 8.4, 9.6.
 */
#include "cli/cli.h"

#include "base/date.h"
#include "cli/filter.h"
#include "cli/options.h"
#include "document/mrz_json.h"
#include "document/transliterate.h"
#include "os/os.h"

/* One line more than an MRZ can have, and more of each than a line can hold:
 * what is kept of longer input is enough to see that it is no MRZ. */
#define LINES_KEPT (MRZ_LINES_MAX + 1)
#define LINE_KEPT (2 * MRZ_LINE_SIZE_MAX)

/* More than any name; a longer line is refused. */
#define NAME_SIZE_MAX 1024
/* Three characters of the MRZ, doubled, for two bytes of Arabic. */
#define NAME_MRZ_SIZE_MAX (3 * NAME_SIZE_MAX)

/* A line without its end: what was kept of it, and its true size without the
 * blanks and carriage returns at its end. */
struct line {
    uint8_t *kept;
    size_t kept_max;
    size_t size;
};

/* The lines between two empty ones. */
struct block {
    uint8_t kept[LINES_KEPT][LINE_KEPT];
    struct bytes lines[LINES_KEPT];
    size_t count;
};

struct run {
    struct cli *cli;
    struct date today;
    bool transliterate;
    bool refused;  /* some MRZ was not valid, or some name had no form */
    uint64_t line; /* lines read of this file */
};

/* Reads up to the next LF or the end; false when there was nothing at all. */
static bool
line_read(FILE *in, struct line *line)
{
    size_t at = 0;
    int c;

    line->size = 0;
    while ((c = getc_unlocked(in)) != EOF && c != '\n') {
        if (at < line->kept_max)
            line->kept[at] = (uint8_t)c;
        at++;
        if (c != ' ' && c != '\t' && c != '\r')
            line->size = at;
    }
    return c == '\n' || at > 0;
}

static void
block_answer(struct run *run, struct block *block)
{
    uint8_t text[MRZ_JSON_SIZE_MAX + 1];
    struct writer w;
    struct json_writer j = {.w = &w};
    struct mrz mrz;
    struct mrz_repair repair;

    if (block->count == 0)
        return;
    mrz_parse(block->lines, block->count, run->today, &mrz);
    mrz_repair(block->lines, block->count, &mrz, &repair);
    writer_init(&w, text, sizeof(text));
    mrz_json_write(&j, &mrz, &repair);
    writer_u8(&w, '\n');
    cli_write(run->cli, writer_done(&w));
    /* Whoever sends one at a time waits for each answer. */
    fflush(run->cli->out);
    run->refused = run->refused || !mrz.valid;
    block->count = 0;
}

static void
mrz_stream(struct run *run, FILE *in)
{
    struct block block = {0};
    struct line line;

    for (;;) {
        bool kept = block.count < LINES_KEPT;

        line.kept = kept ? block.kept[block.count] : NULL;
        line.kept_max = kept ? LINE_KEPT : 0;
        if (!line_read(in, &line))
            break;
        if (line.size == 0) {
            block_answer(run, &block);
        } else if (kept) {
            if (line.size > LINE_KEPT)
                line.size = LINE_KEPT;
            block.lines[block.count++] = (struct bytes){line.kept, line.size};
        }
    }
    block_answer(run, &block);
}

/* A name without an MRZ form still has its line, an empty one, so that lines
 * out answer lines in. What it said is not repeated. */
static void
name_answer(struct run *run, const struct line *line)
{
    uint8_t mrz[NAME_MRZ_SIZE_MAX];
    struct writer w;
    struct fault fault = {.what = "longer than any name", .clause = "DOC 9.6"};
    enum err e = ERR_LIMIT;

    writer_init(&w, mrz, sizeof(mrz));
    if (line->size <= line->kept_max)
        e = transliterate((struct bytes){line->kept, line->size}, &w, &fault);
    if (e == OK) {
        cli_write(run->cli, writer_done(&w));
    } else {
        cli_complain(run->cli, "line %llu, byte %zu: %s (%s)",
                     (unsigned long long)run->line, fault.at + 1, fault.what,
                     fault.clause);
        run->refused = true;
    }
    cli_write(run->cli, BYTES("\n"));
    fflush(run->cli->out);
}

static void
name_stream(struct run *run, FILE *in)
{
    uint8_t kept[NAME_SIZE_MAX];
    struct line line = {.kept = kept, .kept_max = sizeof(kept)};

    for (run->line = 1; line_read(in, &line); run->line++)
        name_answer(run, &line);
}

/* False when the file broke off; `name` is for the complaint alone. */
static bool
stream(void *context, FILE *in, const char *name)
{
    struct run *run = context;

    if (run->transliterate)
        name_stream(run, in);
    else
        mrz_stream(run, in);
    if (!ferror(in))
        return true;
    cli_complain(run->cli, "%s: cannot be read", name);
    return false;
}

int
command_mrz(struct cli *cli, int argc, char **argv)
{
    const char *today = NULL;
    struct option table[] = {
        {.name = "--today",
         .value_name = "YYYY-MM-DD",
         .help = "the reading date; without it, today in UTC",
         .values = &today,
         .values_max = 1},
        {.name = "--transliterate",
         .help = "names in, their form in an MRZ out"},
        {.name = "--json", .help = "the answers are JSON in any case"},
    };
    struct options options = {
        .arguments = "[FILE]...",
        .about = "Reads machine readable zones, separated by empty lines, and "
                 "writes one JSON\nobject a line for each. Without FILE it "
                 "reads standard input. Exit status: 0 all\nvalid, 1 some not.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_max = 1 << 20,
    };
    struct run run = {.cli = cli};
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    run.transliterate = table[1].count > 0;
    run.today = instant_utc_date(cli->os->now(cli->os));
    if (today != NULL && date_parse(bytes_of(today), &run.today) != OK) {
        cli_complain(cli, "--today takes a date, 2026-07-01");
        return CLI_USAGE;
    }
    if (!filter_files(cli, &options, stream, &run))
        return CLI_TROUBLE;
    return run.refused ? CLI_NO : CLI_DONE;
}
