/*
 * `kufi roster add`, `kufi roster revoke`: a node comes, by its card, and goes.
 * What the next version says is for the custodians to sign.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/log_place.h"
#include "cli/roster_edit.h"
#include "crypto/crypto.h"
#include "sync/card.h"

enum { CARD = ROSTER_EDIT_OPTION_COUNT, ROLE, ADDRESS, OPTION_COUNT };

/* Nodes look no names up. SYN 7.3 */
static bool
is_number(struct bytes host)
{
    if (bytes_find(host, ':') < host.size ||
        bytes_equal(host, BYTES("localhost")))
        return true;
    for (size_t i = 0; i < host.size; i++)
        if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9'))
            return false;
    return true;
}

static bool
addresses_set(struct cli *cli, const struct option *option,
              struct roster_node *node)
{
    for (size_t i = 0; i < option->count; i++) {
        if (!roster_address_parse(bytes_of(option->values[i]),
                                  &node->addresses[i]) ||
            !is_number(node->addresses[i].host)) {
            cli_complain(cli,
                         "--address %s: an IP address and a port are needed; "
                         "nodes look no names up",
                         option->values[i]);
            return false;
        }
    }
    node->address_count = option->count;
    return true;
}

/* Puts the node where its origin belongs, or in the place of itself. */
static int
node_put(struct roster_edit *edit, const struct roster_node *node)
{
    struct roster *roster = edit->roster;
    size_t at = roster->node_count;

    while (at > 0 &&
           bytes_compare(roster->nodes[at - 1].origin, node->origin) > 0)
        at--;
    if (at > 0 && bytes_equal(roster->nodes[at - 1].origin, node->origin)) {
        roster->nodes[at - 1] = *node;
        return CLI_DONE;
    }
    if (roster->node_count == ROSTER_NODES_MAX) {
        cli_complain(edit->cli, "there may be %d nodes", ROSTER_NODES_MAX);
        return CLI_NO;
    }
    memmove(&roster->nodes[at + 1], &roster->nodes[at],
            (roster->node_count - at) * sizeof(*node));
    roster->nodes[at] = *node;
    roster->node_count++;
    return CLI_DONE;
}

static int
add(struct cli *cli, const char *path, const struct option *table,
    struct roster_node *node)
{
    struct roster_edit *edit;
    const struct roster_node *before;
    int status;

    edit = roster_edit_open(cli, path, &status);
    if (edit == NULL)
        return status;
    before = roster_find(edit->roster, node->origin);
    if (before != NULL && !crypto_same(before->log.public.b, node->log.public.b,
                                       SIGN_PUBLIC_SIZE)) {
        cli_complain(cli,
                     "%.*s is a node already, with another log's key; a "
                     "node that lost its key comes back under another "
                     "origin",
                     (int)node->origin.size, (const char *)node->origin.p);
        status = CLI_NO;
    }
    if (status == CLI_DONE)
        status = node_put(edit, node);
    if (status == CLI_DONE)
        status = roster_edit_write(edit, path, table);
    roster_edit_close(edit);
    return status;
}

/* Says how to compare it with what the node itself shows. */
static void
card_tell(struct cli *cli, const struct roster_node *node)
{
    uint8_t text[NOTE_KEY_TEXT_SIZE_MAX];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    note_key_write(&w, &node->log);
    fprintf(cli->out, "%s %.*s\n", roster_role_name(node->role), (int)w.at,
            (const char *)text);
}

int
command_roster_add(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    const char *addresses[ROSTER_ADDRESSES_MAX];
    struct option table[OPTION_COUNT] = {
        [CARD] = {.name = "--card",
                  .value_name = "FILE",
                  .help = "the node's DIR/card",
                  .values = &values[CARD]},
        [ROLE] = {.name = "--role",
                  .value_name = "ROLE",
                  .help = "post, centre, witness or mirror",
                  .values = &values[ROLE]},
        [ADDRESS] = {.name = "--address",
                     .value_name = "IP:PORT",
                     .help = "where others reach it; a post needs none",
                     .values = addresses,
                     .values_max = ROSTER_ADDRESSES_MAX}};
    struct options options = {
        .arguments = "FILE",
        .about = "Makes the next version of a roster, with a node more, or "
                 "with another card of one\nthat is there. That the card is "
                 "the node's is yours to make sure of: compare the\nkey that "
                 "is printed with its DIR/log.vkey.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct roster_node node;
    struct fault fault = {0};
    struct bytes card;
    uint8_t *block;
    enum roster_role role;
    enum err e;
    int status;

    roster_edit_options(table, values);
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (values[CARD] == NULL || values[ROLE] == NULL ||
        !roster_role_parse(bytes_of(values[ROLE]), &role)) {
        cli_complain(cli, "--card and --role (post, centre, witness or "
                          "mirror) are needed");
        return CLI_USAGE;
    }
    if (crypto_init() != OK)
        return cli_fail(cli, ERR_IO, "randomness");
    block = log_file_read(cli, values[CARD], CARD_SIZE_MAX, &card);
    if (block == NULL)
        return CLI_TROUBLE;
    e = card_open(card, &node, &fault);
    node.role = role;
    status = CLI_NO;
    if (e != OK)
        cli_complain(cli, "%s: no card: %s (%s)", values[CARD],
                     fault.what != NULL ? fault.what : err_text(e),
                     fault.clause);
    else if (!addresses_set(cli, &table[ADDRESS], &node))
        status = CLI_USAGE;
    else
        status = add(cli, options.argv[0], table, &node);
    if (status == CLI_DONE)
        card_tell(cli, &node);
    free(block);
    return status;
}

/* From the nodes to the revoked ones. */
static int
revoke(struct roster_edit *edit, struct bytes origin)
{
    struct roster *roster = edit->roster;
    const struct roster_node *node = roster_find(roster, origin);
    size_t at = roster->revoked_count;
    struct roster_revoked gone;
    size_t i;

    if (node == NULL || at == ROSTER_REVOKED_MAX) {
        cli_complain(edit->cli, "%.*s: %s", (int)origin.size,
                     (const char *)origin.p,
                     node == NULL ? "no such node" : "too many are revoked");
        return CLI_NO;
    }
    gone = (struct roster_revoked){.origin = node->origin,
                                   .version = roster->version,
                                   .role = node->role,
                                   .log = node->log};
    i = (size_t)(node - roster->nodes);
    roster->node_count--;
    memmove(&roster->nodes[i], &roster->nodes[i + 1],
            (roster->node_count - i) * sizeof(*node));
    while (at > 0 && bytes_compare(roster->revoked[at - 1].origin, origin) > 0)
        at--;
    memmove(&roster->revoked[at + 1], &roster->revoked[at],
            (roster->revoked_count - at) * sizeof(gone));
    roster->revoked[at] = gone;
    roster->revoked_count++;
    return CLI_DONE;
}

int
command_roster_revoke(struct cli *cli, int argc, char **argv)
{
    const char *values[ROSTER_EDIT_OPTION_COUNT] = {NULL};
    struct option table[ROSTER_EDIT_OPTION_COUNT];
    struct options options = {
        .arguments = "FILE ORIGIN...",
        .about = "Makes the next version of a roster, in which a node is none "
                 "any more. Its log\nstays true up to what others cosigned.",
        .table = table,
        .table_count = ROSTER_EDIT_OPTION_COUNT,
        .arguments_min = 2,
        .arguments_max = 1 + ROSTER_NODES_MAX,
    };
    struct roster_edit *edit;
    int status;

    roster_edit_options(table, values);
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    edit = roster_edit_open(cli, options.argv[0], &status);
    if (edit == NULL)
        return status;
    if (edit->roster->version < 2) {
        cli_complain(cli, "nobody has signed this roster yet");
        status = CLI_NO;
    }
    for (int i = 1; status == CLI_DONE && i < options.argc; i++)
        status = revoke(edit, bytes_of(options.argv[i]));
    if (status == CLI_DONE)
        status = roster_edit_write(edit, options.argv[0], table);
    roster_edit_close(edit);
    return status;
}
