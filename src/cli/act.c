#include "cli/act.h"

#include <stdlib.h>
#include <string.h>

#include "cli/post.h"

#define KEY_FIELD_SIZE_MAX 128

static int
exchange_do(struct cli *cli, struct post *post, const struct act *act,
            struct arena *arena, struct bytes *answer)
{
    char key[KEY_FIELD_SIZE_MAX];
    struct exchange exchange = {
        .method = act->method, .path = act->path, .body = act->body};
    enum err e;
    int status;

    if (act->key != NULL) {
        (void)snprintf(key, sizeof key, "Idempotency-Key: %s", act->key);
        exchange.fields[exchange.field_count++] = key;
    }
    e = client_exchange(&post->client, &exchange, arena);
    if (e != OK)
        return post_unreached(cli, post, e);
    status = post_exit_of(exchange.status);
    if (status == CLI_DONE)
        *answer = exchange.answer;
    else
        post_complain(cli, exchange.status, exchange.answer);
    return status;
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
    status = exchange_do(cli, &post, act, arena, answer);
    post_close(&post);
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
