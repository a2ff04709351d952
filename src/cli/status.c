/* `kufi status`: what is wrong first, then each log with who holds it and who
 * cosigned it. */
#include "cli/status.h"

#include "base/date.h"
#include "cli/act.h"
#include "cli/options.h"
#include "cli/wrap.h"
#include "os/os.h"
#include "record/name.h"

#define AGE_SIZE 40
#define ALARM_INDENT 4
#define HOLDER_SIZE 96
#define HOLDER_INDENT 17

static struct bytes
text_of(const struct json *object, const char *name)
{
    struct bytes text = {0};

    if (!json_get_text(json_member(object, name), &text))
        return BYTES("");
    return text;
}

static int64_t
number_of(const struct json *object, const char *name)
{
    int64_t number = 0;

    return json_get_integer(json_member(object, name), &number) ? number : 0;
}

/* "durres" of "border.example/durres". */
static struct bytes
node_of(struct bytes origin)
{
    struct bytes rest = origin;

    (void)bytes_split(&rest, '/');
    return rest.size > 0 ? rest : origin;
}

/* "4 s", "3 min", "5 h", "12 days": how long ago. */
static int
age_text(struct cli *cli, struct bytes time, char out[AGE_SIZE])
{
    struct instant then;
    int64_t ago_s;

    if (instant_parse(time, &then) != OK)
        return snprintf(out, AGE_SIZE, "never");
    ago_s = (cli->os->now(cli->os).ms - then.ms) / 1000;
    if (ago_s < 0)
        ago_s = 0;
    if (ago_s < 120)
        return snprintf(out, AGE_SIZE, "%lld s ago", (long long)ago_s);
    if (ago_s < 7200)
        return snprintf(out, AGE_SIZE, "%lld min ago", (long long)(ago_s / 60));
    if (ago_s < 172800)
        return snprintf(out, AGE_SIZE, "%lld h ago", (long long)(ago_s / 3600));
    return snprintf(out, AGE_SIZE, "%lld days ago", (long long)(ago_s / 86400));
}

static void
put_age(struct cli *cli, struct bytes time)
{
    char text[AGE_SIZE];

    (void)age_text(cli, time, text);
    fputs(text, cli->out);
}

/* ----- The head. ----- */

static void
put_head(struct cli *cli, const struct json *json)
{
    struct bytes origin = text_of(json, "origin");
    struct bytes mode = text_of(json, "mode");
    struct bytes reason = text_of(json, "reason");
    const struct json *roster = json_member(json, "roster");

    fprintf(cli->out, "%.*s   %.*s", (int)origin.size, origin.p, (int)mode.size,
            mode.p);
    if (!bytes_equal(mode, BYTES("normal"))) {
        fputs(", since ", cli->out);
        put_age(cli, text_of(json, "mode_since"));
        fprintf(cli->out, ": %.*s", (int)reason.size, reason.p);
    }
    fputc('\n', cli->out);
    if (json_kind(roster) != JSON_OF_OBJECT) {
        fputs("no roster: a node alone; kufi join takes one\n", cli->out);
        return;
    }
    fprintf(cli->out,
            "roster %lld, %lld days left, signed by %lld of %lld custodians\n",
            (long long)number_of(roster, "version"),
            (long long)number_of(roster, "days_left"),
            (long long)number_of(roster, "threshold"),
            (long long)number_of(roster, "custodians"));
}

static void
put_alarms(struct cli *cli, const struct json *alarms)
{
    size_t count = json_count(alarms);

    if (count > 0)
        fprintf(cli->out, "\nALARM%s\n", count == 1 ? "" : "S");
    for (size_t i = 0; i < count; i++) {
        const struct json *alarm = json_item(alarms, i);
        struct bytes code = text_of(alarm, "code");
        struct bytes origin = text_of(alarm, "origin");
        struct bytes text = text_of(alarm, "text");
        struct bytes record = text_of(alarm, "record");

        int at = fprintf(cli->out, "  %.*s:", (int)code.size, code.p);

        at = wrap_words(cli->out, origin, at, ALARM_INDENT);
        (void)wrap_words(cli->out, text, at, ALARM_INDENT);
        if (record.size > 0) {
            fprintf(cli->out, "\n%*s%.*s, ", ALARM_INDENT, "", (int)record.size,
                    record.p);
            put_age(cli, text_of(alarm, "at"));
        }
        fputc('\n', cli->out);
    }
}

/* ----- Logs. ----- */

/* "    mirrored to  tirana 183 (2 s ago), centre 180 (4 s ago)"; what is said
 * of one node stays on a line. */
static void
put_holders(struct cli *cli, const struct json *log, const char *member,
            const char *what)
{
    const struct json *holders = json_member(log, member);
    size_t count = json_count(holders);
    int at = HOLDER_INDENT;

    if (count > 0)
        fprintf(cli->out, "%-*s", HOLDER_INDENT, what);
    for (size_t i = 0; i < count; i++) {
        const struct json *holder = json_item(holders, i);
        struct bytes node = node_of(text_of(holder, "by"));
        char text[HOLDER_SIZE];
        char age[AGE_SIZE];
        int size;

        (void)age_text(cli, text_of(holder, "at"), age);
        size = snprintf(text, sizeof(text), "%.*s %lld (%s)%s",
                        (int)bytes_slice(node, 0, NODE_NAME_SIZE_MAX).size,
                        node.p, (long long)number_of(holder, "size"), age,
                        i + 1 < count ? "," : "");
        if (at > HOLDER_INDENT && at + 1 + size > WRAP_WIDTH) {
            fprintf(cli->out, "\n%*s", HOLDER_INDENT, "");
            at = HOLDER_INDENT;
        }
        at += fprintf(cli->out, "%s%s", at > HOLDER_INDENT ? " " : "", text);
    }
    if (count > 0)
        fputc('\n', cli->out);
}

/* When something came of it last. What was held before the start, nobody knows
 * since when; of what is only cosigned, when its node was heard. */
static void
put_when(struct cli *cli, const struct json *log, int64_t held)
{
    struct bytes mirrored = text_of(log, "mirrored_at");

    if (mirrored.size > 0)
        put_age(cli, mirrored);
    else if (held > 0)
        fputs("before the start", cli->out);
    else
        put_age(cli, text_of(log, "heard_at"));
}

static void
put_log(struct cli *cli, const struct json *log)
{
    struct bytes node = node_of(text_of(log, "origin"));
    struct bytes role = text_of(log, "role");
    struct bytes state = text_of(log, "state");
    bool own = bytes_equal(state, BYTES("own"));
    int64_t held = number_of(log, "size");
    int64_t closed = number_of(log, "closed");
    int64_t holes = number_of(log, "holes");

    fprintf(cli->out, "%-16.*s %-8.*s %10lld %10lld  %-12.*s ", (int)node.size,
            node.p, (int)role.size, role.p,
            (long long)(held > 0 ? held : number_of(log, "witnessed")),
            (long long)number_of(log, own ? "published" : "folded"),
            (int)state.size, state.p);
    if (!own)
        put_when(cli, log, held);
    if (closed > 0)
        fprintf(cli->out, ", %lld without a key", (long long)closed);
    if (holes > 0)
        fprintf(cli->out, ", %lld missing", (long long)holes);
    fputc('\n', cli->out);
    put_holders(cli, log, "mirrored_to", "    mirrored to  ");
    put_holders(cli, log, "cosigned", "    cosigned by  ");
}

size_t
status_checks(struct cli *cli, const struct json *answer)
{
    const struct json *checks = json_member(answer, "checks");
    size_t differ = 0;

    for (size_t i = 0; i < json_count(checks); i++) {
        const struct json *check = json_item(checks, i);
        struct bytes node = node_of(text_of(check, "origin"));
        struct bytes verdict = text_of(check, "verdict");
        long long size = (long long)number_of(check, "size");

        fprintf(cli->out, "  %-16.*s ", (int)node.size, node.p);
        if (bytes_equal(verdict, BYTES("same")))
            fprintf(cli->out,
                    "holds %lld entries, which this log begins "
                    "with\n",
                    size);
        else if (bytes_equal(verdict, BYTES("nothing")))
            fputs("holds nothing of this log\n", cli->out);
        else if (bytes_equal(verdict, BYTES("unasked")))
            fputs("was not reached\n", cli->out);
        else {
            differ++;
            fprintf(cli->out,
                    "DIFFERS: holds %lld entries signed by this "
                    "node, %s\n",
                    size,
                    bytes_equal(verdict, BYTES("ahead")) ? "more than it has"
                                                         : "of another past");
        }
    }
    return differ;
}

bool
status_show(struct cli *cli, struct bytes answer)
{
    const struct json *logs;
    struct json *json = NULL;

    if (json_parse(answer, &json, NULL) != OK)
        return false;
    put_head(cli, json);
    put_alarms(cli, json_member(json, "alarms"));
    logs = json_member(json, "logs");
    fputs("\nLOG              ROLE           SIZE     FOLDED  STATE        "
          "MIRRORED\n",
          cli->out);
    for (size_t i = 0; i < json_count(logs); i++)
        put_log(cli, json_item(logs, i));
    if (json_count(json_member(json, "checks")) > 0) {
        fputs("\nWHAT PEERS HOLD OF THIS NODE\n", cli->out);
        (void)status_checks(cli, json);
    }
    json_close(json);
    return true;
}

enum { ADDRESS, JSON, OPTION_COUNT };

int
command_status(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Shows how a node stands with others: alarms first, then each "
                 "log: its size, how\nmuch of it is in the tables, who holds "
                 "it and who cosigned it, and when. Also of\na node that does "
                 "not run, as far as its folder says.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct act act = {.method = "GET", .path = "/v1/peers"};
    struct arena arena;
    struct bytes answer = {0};
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    act.dir = options.argv[0];
    act.address = values[ADDRESS];
    status = act_do(cli, &act, &arena, &answer);
    if (status == CLI_DONE && table[JSON].count > 0) {
        cli_write(cli, answer);
        cli_write(cli, BYTES("\n"));
    } else if (status == CLI_DONE && !status_show(cli, answer)) {
        cli_complain(cli, "the node's answer is not what was expected");
        status = CLI_TROUBLE;
    }
    act_done(&arena);
    return status;
}
