#include "cli/post.h"

#include <string.h>

#include "base/json.h"
#include "node/address.h"
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

static bool
read_address(struct cli *cli, struct post *post, struct folder folder,
             const char *dir)
{
    struct config config;
    struct config_fault fault = {0};
    enum err e = config_read(cli->os, folder, &config, &fault);

    if (e != OK) {
        cli_complain(cli, "%s/" CONFIG_FILE ": %s", dir,
                     fault.what != NULL ? fault.what : err_text(e));
        return false;
    }
    _Static_assert(POST_ADDRESS_SIZE_MAX > LISTEN_SIZE_MAX,
                   "every address that a node may have");
    e = address_find(cli->os, folder, config.listen, post->address);
    if (e != OK) {
        cli_complain(cli, "%s/" ADDRESS_FILE ": %s", dir, err_text(e));
        return false;
    }
    return true;
}

/*
 * A running node leaves its address in DIR/address; without one it is where
 * config.ini says, if anywhere.
 */
static bool
left_address(struct cli *cli, struct post *post, struct folder folder)
{
    size_t size;

    if (os_read_file(cli->os, folder, ADDRESS_FILE, (uint8_t *)post->address,
                     sizeof post->address - 1, &size) != OK)
        return false;
    post->address[size] = '\0';
    post->address[strcspn(post->address, "\n")] = '\0';
    return true;
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
    *post = (struct post){.config = {.address = post->address,
                                     .connect_ms = POST_CONNECT_MS,
                                     .timeout_ms = POST_TIMEOUT_MS,
                                     .exchanges_max = exchanges_max}};
    good = read_token(cli, post, folder, dir) &&
           (address != NULL ? given_address(cli, post, address)
                            : left_address(cli, post, folder) ||
                                  read_address(cli, post, folder, dir));
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
