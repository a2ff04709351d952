/* `kufi drill`: the promises, tried on a throw-away country of real processes.
 */
#include "cli/drill.h"

#include <stdarg.h>
#include <string.h>

#include "cli/options.h"
#include "crypto/crypto.h"

#define ANSWER_SIZE_MAX 8192

struct drill_kind {
    const char *number;
    const char *name;
    const char *about;
    bool (*run)(struct drill *drill);
};

static const struct drill_kind kinds[] = {
    {"D1", "centre-gone", "the centre is gone at peak load, then back",
     drill_centre_gone},
    {"D2", "centre-overwritten", "the centre's disks are overwritten",
     drill_centre_overwritten},
    {"D3", "encrypted", "files are encrypted in place at centre and one post",
     drill_encrypted},
    {"D4", "post-wiped", "a post's disk is wiped mid-shift", drill_post_wiped},
    {"D5", "insider",
     "an administrator edits, deletes and back-dates with the "
     "node's own key",
     drill_insider},
    {"D6", "hostile-centre", "the centre itself is the enemy",
     drill_hostile_centre},
    {"D9", "power-cut", "every process everywhere dies at once",
     drill_power_cut},
    {"D10", "suspect", "all that is newer than a day is suspect",
     drill_suspect},
    {"D11", "isolation", "defenders cut the centre off and bring it back",
     drill_isolation},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

void
drill_say(char text[DRILL_TEXT_MAX], const char *format, ...)
{
    size_t at = strlen(text);
    va_list arguments;

    if (at != 0 && at + 2 < DRILL_TEXT_MAX) {
        memcpy(text + at, "; ", 3);
        at += 2;
    }
    va_start(arguments, format);
    (void)vsnprintf(text + at, DRILL_TEXT_MAX - at, format, arguments);
    va_end(arguments);
}

bool
drill_expect(struct drill *drill, bool holds, const char *promise)
{
    if (!holds && drill->failed[0] == '\0')
        (void)snprintf(drill->failed, sizeof(drill->failed), "%s", promise);
    return holds;
}

bool
drill_country(struct drill *drill)
{
    static const char *const names[][2] = {{"centre", "centre"},
                                           {"durres", "post"},
                                           {"tirana", "post"},
                                           {"morine", "post"},
                                           {"witness", "witness"}};
    struct country *country = &drill->country;
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (country_add(country, names[i][0], names[i][1]) == NULL)
            return false;
    }
    if (!country_roster(country, NULL))
        return false;
    for (i = 0; i < country->node_count; i++) {
        if (!country_start(country, &country->nodes[i]))
            return false;
    }
    return country_settle(country, NULL, 60);
}

bool
drill_cross(struct drill *drill, size_t count)
{
    struct country *country = &drill->country;
    size_t posts = 0;
    size_t done;
    size_t i;

    for (i = 0; i < country->node_count; i++)
        posts += country->nodes[i].pid != 0 &&
                 strcmp(country->nodes[i].role, "post") == 0;
    for (i = 0; i < country->node_count && posts > 0; i++) {
        struct country_node *node = &country->nodes[i];

        if (node->pid == 0 || strcmp(node->role, "post") != 0)
            continue;
        if (!country_cross(country, node, count / posts, &done))
            return false;
        (void)drill_expect(drill, done == count / posts,
                           "every crossing at a post is acknowledged");
    }
    return true;
}

void
drill_count(struct drill *drill, const struct country_node *of,
            const char *folder)
{
    drill->report.acknowledged += of->receipt_count;
    drill->report.back += country_receipts(&drill->country, of, folder);
}

struct country_node *
drill_successor(struct drill *drill, const struct country_node *lost,
                const char *name)
{
    struct country *country = &drill->country;
    struct country_node *node = country_add(country, name, lost->role);

    if (node == NULL || !country_roster(country, lost->name) ||
        !country_start(country, node))
        return NULL;
    return node;
}

/* ----- The command. ----- */

static void
line_show(struct cli *cli, const char *name, const char *text)
{
    if (text[0] != '\0')
        (void)fprintf(cli->out, "    %-10s %s\n", name, text);
}

static void
report_show(struct cli *cli, const struct drill_kind *kind,
            const struct drill *drill, uint64_t ms)
{
    const struct drill_report *report = &drill->report;

    (void)fprintf(cli->out, "%s  %s\n", kind->number, kind->about);
    line_show(cli, "attacked", report->attacked);
    (void)fprintf(cli->out,
                  "    %-10s %llu of %llu acknowledged crossings%s%s\n", "lost",
                  (unsigned long long)(report->acknowledged - report->back),
                  (unsigned long long)report->acknowledged,
                  report->lost[0] != '\0' ? "; " : "", report->lost);
    line_show(cli, "detected", report->detected);
    line_show(cli, "now", report->after);
    (void)fprintf(cli->out, "    %-10s %.1f s, repair %.1f s\n", "took",
                  (double)ms / 1000, (double)report->recovered_ms / 1000);
    (void)fprintf(
        cli->out, "    %s%s\n",
        drill->failed[0] == '\0' ? "passed" : "FAILED: ", drill->failed);
    (void)fflush(cli->out);
}

static void
report_json(struct cli *cli, const struct drill_kind *kind,
            const struct drill *drill, uint64_t ms)
{
    const struct drill_report *report = &drill->report;
    static uint8_t block[ANSWER_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, block, sizeof(block));
    json_begin_object(&j);
    json_pair_text(&j, "drill", bytes_of(kind->number));
    json_pair_text(&j, "name", bytes_of(kind->name));
    json_pair_text(&j, "attacked", bytes_of(report->attacked));
    json_pair_integer(&j, "acknowledged", (int64_t)report->acknowledged);
    json_pair_integer(&j, "back", (int64_t)report->back);
    json_pair_text(&j, "lost", bytes_of(report->lost));
    json_pair_text(&j, "detected", bytes_of(report->detected));
    json_pair_text(&j, "now", bytes_of(report->after));
    json_pair_integer(&j, "took_ms", (int64_t)ms);
    json_pair_integer(&j, "repair_ms", (int64_t)report->recovered_ms);
    json_pair_boolean(&j, "passed", drill->failed[0] == '\0');
    json_pair_text(&j, "failed", bytes_of(drill->failed));
    json_end_object(&j);
    writer_text(&w, "\n");
    cli_write(cli, writer_done(&w));
}

struct drill_options {
    size_t crossings;
    bool json;
    bool keep;
};

static int
drill_run(struct cli *cli, const struct drill_kind *kind,
          const struct drill_options *options)
{
    static struct drill drill;
    uint64_t start;
    bool tried;

    drill = (struct drill){.crossings = options->crossings};
    if (!country_open(&drill.country, cli))
        return CLI_TROUBLE;
    start = country_ms(&drill.country);
    tried = drill_country(&drill) && kind->run(&drill);
    if (!tried)
        (void)drill_expect(&drill, false, "the drill could be carried out");
    if (options->json)
        report_json(cli, kind, &drill, country_ms(&drill.country) - start);
    else
        report_show(cli, kind, &drill, country_ms(&drill.country) - start);
    if (options->keep)
        (void)fprintf(cli->err, "what is left of it: %s\n", drill.country.path);
    country_close(&drill.country, options->keep);
    if (!tried)
        return CLI_TROUBLE;
    return drill.failed[0] == '\0' ? CLI_DONE : CLI_NO;
}

static int
drill_list(struct cli *cli)
{
    size_t i;

    for (i = 0; i < KIND_COUNT; i++)
        (void)fprintf(cli->out, "%-4s %-19s %s\n", kinds[i].number,
                      kinds[i].name, kinds[i].about);
    return CLI_DONE;
}

static bool
chosen(const char *wanted, const struct drill_kind *kind)
{
    return strcmp(wanted, "all") == 0 || strcmp(wanted, kind->name) == 0 ||
           strcmp(wanted, kind->number) == 0;
}

int
command_drill(struct cli *cli, int argc, char **argv)
{
    const char *crossings = NULL;
    struct option table[] = {
        {.name = "--crossings",
         .value_name = "N",
         .help = "how many are recorded, about (300)",
         .values = &crossings},
        {.name = "--keep", .help = "leave the country's folder for a look"},
        {.name = "--json", .help = "one object a drill"},
    };
    struct options options = {
        .arguments = "[NAME|all]",
        .about =
            "Tries a promise on a throw-away country of a centre, three "
            "posts and a witness,\nby attacking it. Without a name it says "
            "which drills there are. The country is\nbelow TMPDIR.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_max = 1,
    };
    struct drill_options wanted;
    uint64_t count = 300;
    bool any = false;
    int status;
    size_t i;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (options.argc == 0)
        return drill_list(cli);
    if (crossings != NULL &&
        !options_number(cli, &table[0], 30, 10000000, &count))
        return CLI_USAGE;
    if (crypto_init() != OK)
        return cli_fail(cli, ERR_IO, "the kernel's random source");
    wanted = (struct drill_options){.crossings = (size_t)count,
                                    .keep = table[1].count > 0,
                                    .json = table[2].count > 0};
    status = CLI_DONE;
    for (i = 0; i < KIND_COUNT; i++) {
        int one;

        if (!chosen(options.argv[0], &kinds[i]))
            continue;
        any = true;
        one = drill_run(cli, &kinds[i], &wanted);
        status = one > status ? one : status;
    }
    if (!any) {
        cli_complain(cli, "there is no drill %s", options.argv[0]);
        return CLI_USAGE;
    }
    return status;
}
