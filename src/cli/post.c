#include "cli/post.h"

#include <string.h>

#include "base/json.h"
#include "node/address.h"
#include "node/config.h"

#define TOKEN_FILE "token"

static bool
read_token(struct cli *cli, struct post *post, struct folder folder,
           const char *dir)
{
    size_t size;
    enum err e = os_read_file(cli->os, folder, TOKEN_FILE, post->token,
                              sizeof post->token, &size);
    struct bytes token = {post->token, size};

    if (e != OK) {
        cli_complain(cli, "%s/" TOKEN_FILE ": %s", dir, err_text(e));
        return false;
    }
    post->config.token = bytes_split(&token, '\n');
    return true;
}

/* Where the node is, or will be once it runs. */
static enum err
find_address(struct cli *cli, struct post *post, struct folder folder)
{
    struct config config;
    struct config_fault fault;
    enum err e = config_read(cli->os, folder, &config, &fault);

    _Static_assert(POST_ADDRESS_SIZE_MAX > LISTEN_SIZE_MAX,
                   "every address that a node may have");
    if (e != OK)
        return e;
    return address_find(cli->os, folder, config.listen, post->address);
}

static bool
given_address(struct cli *cli, struct post *post, const char *address)
{
    size_t size = strlen(address) + 1;

    if (size > sizeof post->address) {
        cli_complain(cli, "the address is too long");
        return false;
    }
    memcpy(post->address, address, size);
    return true;
}

bool
post_open(struct cli *cli, struct post *post, const char *dir,
          const char *address, unsigned exchanges_max)
{
    struct folder folder;
    enum err e = cli->os->folder_open(cli->os, dir, &folder);
    bool good;

    if (e != OK) {
        cli_complain(cli, "%s: %s", dir, err_text(e));
        return false;
    }
    *post = (struct post){.dir = dir,
                          .address_given = address != NULL,
                          .config = {.address = post->address,
                                     .connect_ms = POST_CONNECT_MS,
                                     .timeout_ms = POST_TIMEOUT_MS,
                                     .exchanges_max = exchanges_max}};
    good = read_token(cli, post, folder, dir);
    if (good && address != NULL) {
        good = given_address(cli, post, address);
    } else if (good) {
        e = find_address(cli, post, folder);
        good = e == OK;
        if (!good)
            cli_complain(cli, "%s/" CONFIG_FILE ": %s", dir, err_text(e));
    }
    cli->os->folder_close(cli->os, folder);
    if (!good)
        return false;
    e = client_open(&post->client, &post->config);
    if (e != OK)
        cli_complain(cli, "%s: %s", post->address, err_text(e));
    return e == OK;
}

void
post_close(struct post *post)
{
    client_close(&post->client);
}

void
post_follow(struct cli *cli, struct post *post)
{
    struct folder folder;
    char before[POST_ADDRESS_SIZE_MAX];

    if (post->address_given ||
        cli->os->folder_open(cli->os, post->dir, &folder) != OK)
        return;
    memcpy(before, post->address, sizeof before);
    if (find_address(cli, post, folder) == OK &&
        strcmp(before, post->address) != 0) {
        client_close(&post->client);
        if (client_open(&post->client, &post->config) != OK)
            cli_complain(cli, "%s: not an address", post->address);
    }
    cli->os->folder_close(cli->os, folder);
}

int
post_unreached(struct cli *cli, const struct post *post, enum err e)
{
    cli_complain(cli, "%s: %s", post->address,
                 e == ERR_BUSY    ? "the node cannot be reached"
                 : e == ERR_SHORT ? "the node broke off"
                                  : err_text(e));
    return CLI_TROUBLE;
}

int
post_exit_of(unsigned status)
{
    if (status >= 200 && status < 300)
        return CLI_DONE;
    if (status == 401 || status < 400 || status >= 500)
        return CLI_TROUBLE;
    return CLI_NO;
}

static struct bytes
text_member(const struct json *object, const char *name)
{
    struct bytes text = {0};

    if (!json_get_text(json_member(object, name), &text))
        return BYTES("");
    return text;
}

void
post_complain(struct cli *cli, unsigned status, struct bytes problem)
{
    struct json *json;
    struct bytes title;
    struct bytes detail;
    struct bytes clause;

    if (json_parse(problem, &json, NULL) != OK) {
        cli_complain(cli, "the node answered with status %u", status);
        return;
    }
    title = text_member(json, "title");
    detail = text_member(json, "detail");
    clause = text_member(json, "clause");
    cli_complain(cli, "%.*s%s%.*s%s%.*s%s", (int)title.size, title.p,
                 detail.size > 0 ? ": " : "", (int)detail.size, detail.p,
                 clause.size > 0 ? " (" : "", (int)clause.size, clause.p,
                 clause.size > 0 ? ")" : "");
    json_close(json);
}
