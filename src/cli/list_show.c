/*
 * `kufi list show`: the lists in force; `kufi list age`: whether any of them is
 * too old; `kufi list verify`: whether their files are what was imported.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/list_store.h"
#include "cli/options.h"
#include "crypto/crypto.h"
#include "node/lists.h"

#define LINE_SIZE_MAX 2048
#define HOUR_S 3600
#define MAX_AGE_HOURS 48
#define MAX_AGE_HOURS_MAX 87600 /* ten years */

static int64_t
age_s(struct cli *cli, const struct store_list *list)
{
    int64_t age_ms = cli->os->now(cli->os).ms - list->imported.ms;

    return age_ms < 0 ? 0 : age_ms / 1000;
}

static struct bytes
sha256_text(const struct store_list *list, uint8_t out[2 * SHA256_SIZE])
{
    struct writer w;

    writer_init(&w, out, (size_t)2 * SHA256_SIZE);
    for (size_t i = 0; i < SHA256_SIZE; i++)
        writer_hex(&w, list->sha256[i], 2);
    return writer_done(&w);
}

static void
show_json(struct cli *cli, const struct store_list *list)
{
    uint8_t block[LINE_SIZE_MAX];
    uint8_t digits[2 * SHA256_SIZE];
    uint8_t time[INSTANT_TEXT_SIZE];
    struct writer w;
    struct writer t;
    struct json_writer j = {.w = &w};

    writer_init(&w, block, sizeof(block));
    writer_init(&t, time, sizeof(time));
    instant_write(&t, list->imported);
    json_begin_object(&j);
    json_pair_text(&j, "name", list->name);
    json_pair_text(&j, "source", list->source);
    json_pair_text(&j, "sha256", sha256_text(list, digits));
    json_key(&j, "list_date");
    if (list->list_date.size > 0)
        json_put_text(&j, list->list_date);
    else
        json_put_null(&j);
    json_pair_integer(&j, "entries", (int64_t)list->entries);
    json_pair_text(&j, "imported_at", writer_done(&t));
    json_pair_integer(&j, "age_s", age_s(cli, list));
    json_pair_integer(&j, "persons", (int64_t)list->persons);
    json_pair_integer(&j, "names", (int64_t)list->names);
    json_pair_integer(&j, "documents", (int64_t)list->documents);
    json_pair_integer(&j, "size", (int64_t)list->size);
    json_pair_boolean(&j, "shrink_accepted", list->shrink_accepted);
    json_end_object(&j);
    writer_u8(&w, '\n');
    cli_write(cli, writer_done(&w));
}

static void
show_text(struct cli *cli, const struct store_list *list)
{
    uint8_t digits[2 * SHA256_SIZE];
    struct bytes sha256 = sha256_text(list, digits);
    struct bytes date = list->list_date;

    if (date.size == 0)
        date = BYTES("-");
    fprintf(cli->out, "%-16.*s %-13.*s %-10.*s %10" PRIu64 " %8" PRId64 "h ",
            (int)list->name.size, list->name.p, (int)list->source.size,
            list->source.p, (int)date.size, date.p, list->entries,
            age_s(cli, list) / HOUR_S);
    fprintf(cli->out, "%.*s\n", 16, sha256.p);
}

static int
show(struct cli *cli, const char *dir, bool as_json)
{
    struct list_store *lists = malloc(sizeof(*lists));
    bool good = lists != NULL && list_store_open(cli, lists, dir);

    if (good && !as_json)
        fprintf(cli->out, "%-16s %-13s %-10s %10s %9s %s\n", "NAME", "SOURCE",
                "DATE", "ENTRIES", "AGE", "SHA-256");
    for (size_t i = 0; good && i < lists->count; i++) {
        if (as_json)
            show_json(cli, &lists->lists[i]);
        else
            show_text(cli, &lists->lists[i]);
    }
    if (good)
        list_store_close(cli, lists);
    free(lists);
    return good ? CLI_DONE : CLI_TROUBLE;
}

int
command_list_show(struct cli *cli, int argc, char **argv)
{
    struct option table[] = {
        {.name = "--json", .help = "one JSON object a line, one for each list"},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Shows the lists in force at the node of DIR, whether it runs "
                 "or not.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_min = 1,
        .arguments_max = 1,
    };
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    return show(cli, options.argv[0], table[0].count > 0);
}

/* ----- age ----- */

static int
ages_judge(struct cli *cli, const struct list_store *lists, uint64_t hours)
{
    int status = CLI_DONE;

    for (size_t i = 0; i < lists->count; i++) {
        const struct store_list *list = &lists->lists[i];
        int64_t age = age_s(cli, list);
        bool old = (uint64_t)age > hours * HOUR_S;

        /* Rules hold until others come. */
        if (bytes_equal(list->source, BYTES("rules")))
            continue;
        fprintf(cli->out, "%-16.*s %" PRId64 " h%s\n", (int)list->name.size,
                list->name.p, age / HOUR_S, old ? " OLD" : "");
        if (old)
            status = CLI_NO;
    }
    return status;
}

int
command_list_age(struct cli *cli, int argc, char **argv)
{
    const char *hours_text = NULL;
    struct option table[] = {
        {.name = "--max-age",
         .value_name = "HOURS",
         .help = "how old a list may be; without it, 48",
         .values = &hours_text,
         .values_max = 1},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Says how long ago each list in force was imported. Exit "
                 "status: 1 when one is\nolder than it may be.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct list_store *lists;
    uint64_t hours = MAX_AGE_HOURS;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (hours_text != NULL &&
        !options_number(cli, &table[0], 0, MAX_AGE_HOURS_MAX, &hours))
        return CLI_USAGE;
    lists = malloc(sizeof(*lists));
    if (lists == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    status = CLI_TROUBLE;
    if (list_store_open(cli, lists, options.argv[0])) {
        status = ages_judge(cli, lists, hours);
        list_store_close(cli, lists);
    }
    free(lists);
    return status;
}

/* ----- verify ----- */

static int
verify(struct cli *cli, const struct list_store *lists, bool rebuild)
{
    struct lists_work work = {.os = cli->os, .dir = lists->dir};
    int status = CLI_DONE;

    for (size_t i = 0; i < lists->count; i++) {
        const struct store_list *list = &lists->lists[i];
        enum lists_verdict verdict;
        struct hash sha256;
        enum err e;

        memcpy(sha256.b, list->sha256, HASH_SIZE);
        e = lists_verify(&work, &sha256, rebuild, &verdict);
        if (e != OK) {
            cli_complain(cli, "%s: %s",
                         work.step != NULL ? work.step : "verifying",
                         err_text(e));
            return CLI_TROUBLE;
        }
        fprintf(cli->out, "%.*s %s\n", (int)list->name.size, list->name.p,
                lists_verdict_text(verdict));
        if (verdict != LISTS_GOOD)
            status = CLI_NO;
    }
    return status;
}

int
command_list_verify(struct cli *cli, int argc, char **argv)
{
    struct option table[] = {
        {.name = "--rebuild",
         .help = "build indexes that are missing or not a list's own"},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Hashes each list in force and builds its indexes anew, to "
                 "compare both with what\nis there. Exit status: 1 when "
                 "something is not as it was imported.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct list_store *lists;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    lists = malloc(sizeof(*lists));
    if (lists == NULL || crypto_init() != OK) {
        free(lists);
        return cli_fail(cli, ERR_LIMIT, "memory");
    }
    status = CLI_TROUBLE;
    if (list_store_open(cli, lists, options.argv[0])) {
        status = verify(cli, lists, table[0].count > 0);
        list_store_close(cli, lists);
    }
    free(lists);
    return status;
}
