#include "cli/act_list.h"

#include "cli/act.h"

#define PATH_SIZE_MAX 512

void
act_list_take(struct option *table, const char **values)
{
    table[ACT_LIST_ADDRESS] =
        (struct option){.name = "--address",
                        .value_name = "ADDRESS",
                        .help = "where the node listens (DIR says)",
                        .values = &values[ACT_LIST_ADDRESS]};
    table[ACT_LIST_JSON] =
        (struct option){.name = "--json",
                        .help = "the node's answers as they are, a line each"};
}

/* True when anything was shown: the heading stands above the first. */
static bool
page_show(struct cli *cli, const struct act_list *list, struct bytes answer,
          const struct json *json, bool first)
{
    const struct json *items = json_member(json, list->member);

    if (list->as_json) {
        cli_write(cli, answer);
        fputc('\n', cli->out);
        return true;
    }
    if (first && json_count(items) > 0)
        fprintf(cli->out, "%s\n", list->heading);
    for (size_t i = 0; i < json_count(items); i++)
        list->show(cli, json_item(items, i));
    return json_count(items) > 0;
}

/* `next` as the answer names it, for the following page; false at the end. */
static bool
next_take(const struct json *answer, const char *path, char *out)
{
    struct bytes next = {0};
    bool has_query = bytes_find(bytes_of(path), '?') < bytes_of(path).size;
    int size;

    if (!json_get_text(json_member(answer, "next"), &next))
        return false;
    size = snprintf(out, PATH_SIZE_MAX, "%s%cfrom=%.*s", path,
                    has_query ? '&' : '?', (int)next.size, next.p);
    return size > 0 && size < PATH_SIZE_MAX;
}

struct act_page {
    char next[PATH_SIZE_MAX]; /* path of the page to come; "" at the end */
    bool shown;               /* something was */
};

static int
page_do(struct cli *cli, const struct act_list *list, struct act_page *page)
{
    struct act act = {.dir = list->dir,
                      .address = list->address,
                      .method = "GET",
                      .path = page->next};
    struct arena arena;
    struct bytes answer = {0};
    struct json *json = NULL;
    int status = act_do(cli, &act, &arena, &answer);

    if (status == CLI_DONE && json_parse(answer, &json, NULL) != OK) {
        cli_complain(cli, "the node's answer is no JSON");
        status = CLI_TROUBLE;
    }
    if (status == CLI_DONE) {
        if (page_show(cli, list, answer, json, !page->shown))
            page->shown = true;
        if (!next_take(json, list->path, page->next))
            page->next[0] = '\0';
    }
    json_close(json);
    act_done(&arena);
    return status;
}

int
act_list(struct cli *cli, const struct act_list *list)
{
    struct act_page page = {.shown = false};
    int status = CLI_DONE;

    (void)snprintf(page.next, sizeof page.next, "%s", list->path);
    while (status == CLI_DONE && page.next[0] != '\0')
        status = page_do(cli, list, &page);
    return status;
}
