#include "cli/act.h"

#include <stdlib.h>
#include <string.h>

#include "cli/post.h"
#include "crypto/crypto.h"
#include "http/target.h"
#include "node/offline_request.h"

#define KEY_FIELD_SIZE_MAX 128

/* No node listens: not an exit status. */
#define NO_NODE (-1)

/* What an answer of either way means. */
static int
answer_take(struct cli *cli, unsigned status, struct bytes body,
            struct bytes *answer)
{
    int exit = post_exit_of(status);

    if (exit == CLI_DONE)
        *answer = body;
    else
        post_complain(cli, status, body);
    return exit;
}

static int
online(struct cli *cli, struct post *post, const struct act *act,
       struct arena *arena, struct bytes *answer)
{
    char key[KEY_FIELD_SIZE_MAX];
    struct exchange exchange = {
        .method = act->method, .path = act->path, .body = act->body};
    enum err e;

    if (act->key != NULL) {
        (void)snprintf(key, sizeof key, "Idempotency-Key: %s", act->key);
        exchange.fields[exchange.field_count++] = key;
    }
    e = client_exchange(&post->client, &exchange, arena);
    if (e == ERR_BUSY && act->address == NULL)
        return NO_NODE;
    if (e != OK)
        return post_unreached(cli, post, e);
    return answer_take(cli, exchange.status, exchange.answer, answer);
}

static bool
config_find(struct cli *cli, const char *dir, struct config *config,
            struct zone *zone)
{
    struct config_fault fault;
    struct folder folder;
    enum err e = cli->os->folder_open(cli->os, dir, &folder);

    *zone = (struct zone){0};
    if (e == OK) {
        e = config_read(cli->os, folder, config, &fault);
        cli->os->folder_close(cli->os, folder);
    }
    if (e == OK && strcmp(config->zone, "UTC") != 0)
        e = os_zone(config->zone, zone);
    if (e == OK)
        e = crypto_init();
    if (e != OK)
        cli_complain(cli, "%s/" CONFIG_FILE ": %s", dir, err_text(e));
    return e == OK;
}

static bool
request_make(const struct act *act, struct arena *arena, struct request *out)
{
    *out = (struct request){
        .method = strcmp(act->method, "GET") == 0 ? METHOD_GET : METHOD_POST,
        .content_type = BYTES("application/json"),
        .idempotency_key = bytes_of(act->key),
        .body = act->body};
    if (target_parse(bytes_of(act->path), arena, &out->path, &out->query,
                     NULL) != OK)
        return false;
    out->arena = *arena;
    return true;
}

/* The node does not run: its log is written by the same rules. */
static int
offline(struct cli *cli, const struct act *act, struct arena *arena,
        struct bytes *answer)
{
    struct config config;
    struct zone zone;
    struct book_config book = {.os = cli->os,
                               .path = act->dir,
                               .config = &config,
                               .random = &crypto_random};
    struct request request;
    struct response response;
    const char *step = NULL;
    enum err e;

    if (!config_find(cli, act->dir, &config, &zone))
        return CLI_TROUBLE;
    if (!request_make(act, arena, &request)) {
        cli_complain(cli, "%s cannot be asked for", act->path);
        return CLI_USAGE;
    }
    e = offline_request(&book, &zone, &request, &response, &step);
    if (e == OK)
        return answer_take(cli, response.status, response.body, answer);
    if (e == ERR_BUSY)
        cli_complain(cli, "a node runs on %s but cannot be asked", act->dir);
    else
        cli_complain(cli, "%s: %s", step, err_text(e));
    return CLI_TROUBLE;
}

int
act_do(struct cli *cli, const struct act *act, struct arena *arena,
       struct bytes *answer)
{
    void *block = malloc(ACT_ARENA_SIZE);
    struct post post;
    int status;

    *arena = (struct arena){0};
    if (block == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    arena_init(arena, block, ACT_ARENA_SIZE);
    if (!post_open(cli, &post, act->dir, act->address, 1))
        return CLI_TROUBLE;
    status = online(cli, &post, act, arena, answer);
    post_close(&post);
    if (status == NO_NODE)
        status = offline(cli, act, arena, answer);
    return status;
}

void
act_done(struct arena *arena)
{
    free(arena->p);
    *arena = (struct arena){0};
}

int
act_tell(struct cli *cli, const struct act *act, const char *member,
         bool as_json)
{
    struct arena arena;
    struct bytes answer = {0};
    struct bytes text = {0};
    struct json *json = NULL;
    int status = act_do(cli, act, &arena, &answer);

    if (status == CLI_DONE && as_json)
        cli_write(cli, answer);
    if (status == CLI_DONE && !as_json) {
        if (json_parse(answer, &json, NULL) == OK &&
            json_get_text(json_member(json, member), &text)) {
            cli_write(cli, text);
        } else {
            cli_complain(cli, "the node's answer is not what was expected");
            status = CLI_TROUBLE;
        }
        json_close(json);
    }
    if (status == CLI_DONE)
        cli_write(cli, BYTES("\n"));
    act_done(&arena);
    return status;
}

void
act_put(struct cli *cli, const struct json *object, const char *name, int width)
{
    struct bytes text = {0};

    if (!json_get_text(json_member(object, name), &text) || text.size == 0)
        text = BYTES("-");
    fprintf(cli->out, "%-*.*s ", width, (int)text.size, text.p);
}

bool
act_document(struct cli *cli, struct json_writer *j, const char *text)
{
    struct bytes rest = bytes_of(text);
    struct bytes state = bytes_split(&rest, '/');

    if (state.size == 0 || rest.size == 0) {
        cli_complain(cli, "a document is STATE/NUMBER, as in ALB/BA1234567");
        return false;
    }
    json_pair_text(j, "issuing_state", state);
    json_pair_text(j, "document_number", rest);
    return true;
}

void
act_pair(struct json_writer *j, const char *name, const char *value)
{
    if (value != NULL)
        json_pair_text(j, name, bytes_of(value));
}
