/* `kufi roster show`, `kufi roster verify`: what a roster says, and whether it
 * is good. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "cli/carried.h"
#include "cli/options.h"
#include "cli/roster_changes.h"
#include "cli/roster_file.h"
#include "crypto/crypto.h"

/* A line of a roster is two lines here at most. */
#define JSON_SIZE_MAX ((size_t)2 * ROSTER_SIZE_MAX)

static void
pair_moment(struct json_writer *j, const char *name, struct instant moment)
{
    uint8_t text[INSTANT_TEXT_SIZE];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    instant_write(&w, moment);
    json_pair_text(j, name, writer_done(&w));
}

static void
pair_key(struct json_writer *j, const char *name, const struct note_key *key)
{
    uint8_t text[NOTE_KEY_TEXT_SIZE_MAX];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    note_key_write(&w, key);
    json_pair_text(j, name, writer_done(&w));
}

static void
node_json(struct json_writer *j, const struct roster_node *node)
{
    uint8_t text[ROSTER_HOST_SIZE_MAX + 16];
    struct writer w;

    json_begin_object(j);
    json_pair_text(j, "origin", node->origin);
    json_pair_text(j, "role", bytes_of(roster_role_name(node->role)));
    json_pair_text(j, "place", node->place);
    pair_key(j, "log", &node->log);
    pair_key(j, "cosign", &node->cosign);
    json_key(j, "addresses");
    json_begin_array(j);
    for (size_t i = 0; i < node->address_count; i++) {
        writer_init(&w, text, sizeof(text));
        roster_address_write(&w, &node->addresses[i]);
        json_put_text(j, writer_done(&w));
    }
    json_end_array(j);
    json_end_object(j);
}

static void
custodians_json(struct json_writer *j, const struct roster_file *file)
{
    uint64_t signers = roster_file_signers(file);

    json_key(j, "custodians");
    json_begin_array(j);
    for (size_t i = 0; i < file->roster.custodian_count; i++) {
        json_begin_object(j);
        json_pair_text(j, "name", file->roster.custodians[i].name);
        pair_key(j, "vkey", &file->roster.custodians[i]);
        json_pair_boolean(j, "signed", (signers >> i & 1) != 0);
        json_end_object(j);
    }
    json_end_array(j);
}

static void
rights_json(struct json_writer *j, const struct roster *roster)
{
    json_key(j, "rights");
    json_begin_object(j);
    for (unsigned role = 0; role < ROSTER_ROLE_COUNT; role++) {
        json_key(j, roster_role_name((enum roster_role)role));
        json_begin_array(j);
        for (unsigned bit = 0; bit < ROSTER_RIGHT_COUNT; bit++)
            if ((roster->rights[role] >> bit & 1) != 0)
                json_put_text(j, bytes_of(roster_right_name(
                                     (enum roster_right)(1U << bit))));
        json_end_array(j);
    }
    json_end_object(j);
}

static void
roster_json(struct json_writer *j, const struct roster_file *file)
{
    const struct roster *roster = &file->roster;

    json_begin_object(j);
    json_pair_text(j, "country", roster->country);
    json_pair_integer(j, "version", (int64_t)roster->version);
    pair_moment(j, "made", roster->made);
    pair_moment(j, "expires", roster->expires);
    json_pair_integer(j, "threshold", roster->threshold);
    json_pair_integer(j, "hot_days", roster->hot_days);
    rights_json(j, roster);
    custodians_json(j, file);
    json_key(j, "nodes");
    json_begin_array(j);
    for (size_t i = 0; i < roster->node_count; i++)
        node_json(j, &roster->nodes[i]);
    json_end_array(j);
    json_key(j, "revoked");
    json_begin_array(j);
    for (size_t i = 0; i < roster->revoked_count; i++) {
        json_begin_object(j);
        json_pair_text(j, "origin", roster->revoked[i].origin);
        json_pair_integer(j, "version", (int64_t)roster->revoked[i].version);
        pair_key(j, "log", &roster->revoked[i].log);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
}

static int
show_json(struct cli *cli, const struct roster_file *file)
{
    uint8_t *block = malloc(JSON_SIZE_MAX);
    struct writer w;
    struct json_writer j = {.w = &w};
    int status = CLI_TROUBLE;

    if (block == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    writer_init(&w, block, JSON_SIZE_MAX);
    roster_json(&j, file);
    writer_text(&w, "\n");
    if (writer_end(&w) == OK) {
        cli_write(cli, writer_done(&w));
        status = CLI_DONE;
    }
    free(block);
    return status;
}

static void
day_put(struct cli *cli, const char *what, struct instant moment)
{
    uint8_t text[DATE_TEXT_SIZE];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    date_write(&w, instant_utc_date(moment));
    fprintf(cli->out, "%s%.*s", what, (int)sizeof(text), (const char *)text);
}

static void
nodes_show(struct cli *cli, const struct roster *roster)
{
    for (size_t i = 0; i < roster->node_count; i++) {
        const struct roster_node *node = &roster->nodes[i];
        uint8_t text[ROSTER_HOST_SIZE_MAX + 16];
        struct writer w;

        writer_init(&w, text, sizeof(text));
        if (node->address_count > 0)
            roster_address_write(&w, &node->addresses[0]);
        else
            writer_text(&w, "only calls");
        fprintf(cli->out, "  %-8s %-32.*s %-24.*s %.*s\n",
                roster_role_name(node->role), (int)node->origin.size,
                (const char *)node->origin.p, (int)w.at, (const char *)text,
                (int)node->place.size, (const char *)node->place.p);
    }
    for (size_t i = 0; i < roster->revoked_count; i++)
        fprintf(cli->out, "  revoked  %-32.*s since version %" PRIu64 "\n",
                (int)roster->revoked[i].origin.size,
                (const char *)roster->revoked[i].origin.p,
                roster->revoked[i].version);
}

static void
show_text(struct cli *cli, const struct roster_file *file)
{
    const struct roster *roster = &file->roster;
    uint64_t signers = roster_file_signers(file);

    fprintf(cli->out, "%.3s, version %" PRIu64, (const char *)roster->country.p,
            roster->version);
    day_put(cli, ", made ", roster->made);
    day_put(cli, ", until ", roster->expires);
    if (roster_expired(roster, carried_now(cli)))
        fputs(", PAST ITS DAY", cli->out);
    fprintf(cli->out,
            "\n%u of %zu custodians sign; posts read each other's records of "
            "%" PRIu32 " days\n",
            roster->threshold, roster->custodian_count, roster->hot_days);
    for (size_t i = 0; i < roster->custodian_count; i++)
        fprintf(cli->out, "  %-24.*s %s\n",
                (int)roster->custodians[i].name.size,
                (const char *)roster->custodians[i].name.p,
                (signers >> i & 1) != 0 ? "has signed" : "-");
    nodes_show(cli, roster);
}

/* `files` has room for the roster and the one before. */
static int
show(struct cli *cli, const char *path, const char *old, bool as_json,
     struct roster_file *files)
{
    int status = roster_file_read(cli, path, &files[0]);

    if (status == CLI_DONE && old != NULL)
        status = roster_file_read(cli, old, &files[1]);
    if (status != CLI_DONE)
        return status;
    if (as_json)
        return show_json(cli, &files[0]);
    show_text(cli, &files[0]);
    if (old != NULL) {
        fprintf(cli->out, "since version %" PRIu64 ":\n",
                files[1].roster.version);
        roster_changes(cli, &files[1].roster, &files[0].roster);
    }
    return CLI_DONE;
}

int
command_roster_show(struct cli *cli, int argc, char **argv)
{
    const char *old = NULL;
    struct option table[] = {{.name = "--json", .help = "answer in JSON"},
                             {.name = "--old",
                              .value_name = "FILE",
                              .help = "show what has changed since that one",
                              .values = &old}};
    struct options options = {
        .arguments = "FILE",
        .about = "Shows a roster, signed or not, and who has signed it.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct roster_file *files;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    files = calloc(2, sizeof(*files));
    if (files == NULL || crypto_init() != OK) {
        free(files);
        return cli_fail(cli, ERR_LIMIT, "memory");
    }
    status = show(cli, options.argv[0], old, table[0].count > 0, files);
    roster_file_close(&files[0]);
    roster_file_close(&files[1]);
    free(files);
    return status;
}

/* The roster in `files[0]`, as the one that follows that of `files[1]`. */
static int
verify(struct cli *cli, const char *path, const char *old,
       struct roster_file *files)
{
    struct fault fault = {0};
    struct roster *roster;
    enum err e = ERR_LIMIT;
    int status = roster_file_read(cli, path, &files[0]);

    if (status == CLI_DONE && old != NULL)
        status = roster_file_read(cli, old, &files[1]);
    if (status != CLI_DONE)
        return status;
    roster = malloc(sizeof(*roster));
    if (roster != NULL)
        e = roster_open(files[0].content, old != NULL ? &files[1].roster : NULL,
                        roster, &fault);
    free(roster);
    if (e == OK) {
        fprintf(cli->out, "good: %.3s, version %" PRIu64,
                (const char *)files[0].roster.country.p,
                files[0].roster.version);
        if (roster_expired(&files[0].roster, carried_now(cli)))
            day_put(cli, ", but past its day: ", files[0].roster.expires);
        fputs("\n", cli->out);
        return CLI_DONE;
    }
    if (!files[0].is_signed)
        cli_complain(cli,
                     "%s: nobody has signed it; %u custodians must"
                     " (SYN 2.10)",
                     path, files[0].roster.threshold);
    else
        cli_complain(cli, "%s: %s (%s)", path,
                     fault.what != NULL ? fault.what : err_text(e),
                     fault.clause != NULL ? fault.clause : "memory");
    return CLI_NO;
}

int
command_roster_verify(struct cli *cli, int argc, char **argv)
{
    const char *old = NULL;
    struct option table[] = {{.name = "--old",
                              .value_name = "FILE",
                              .help = "the roster that is in force",
                              .values = &old}};
    struct options options = {
        .arguments = "FILE",
        .about = "Whether enough custodians have signed a roster, and whether "
                 "it may follow the\none in force.",
        .table = table,
        .table_count = 1,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct roster_file *files;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    files = calloc(2, sizeof(*files));
    if (files == NULL || crypto_init() != OK) {
        free(files);
        return cli_fail(cli, ERR_LIMIT, "memory");
    }
    status = verify(cli, options.argv[0], old, files);
    roster_file_close(&files[0]);
    roster_file_close(&files[1]);
    free(files);
    return status;
}
