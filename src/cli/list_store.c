#include "cli/list_store.h"

#include "node/book.h"
#include "node/config.h"

bool
list_store_read(struct cli *cli, struct list_store *lists, const char *dir)
{
    char path[BOOK_PATH_SIZE_MAX];
    struct config config;
    struct config_fault fault;
    struct store store = {0};
    struct arena arena;
    struct store_config store_config = {
        .os = cli->os, .folder = lists->dir, .path = path, .mode = STORE_READ};
    enum err e = config_read(cli->os, lists->dir, &config, &fault);
    int size = snprintf(path, sizeof(path), "%s/" STORE_FILE, dir);

    if (e != OK || size < 0 || (size_t)size >= sizeof(path)) {
        cli_complain(cli, "%s/" CONFIG_FILE ": %s", dir,
                     err_text(e != OK ? e : ERR_LIMIT));
        return false;
    }
    store_config.node = config_node(&config);
    arena_init(&arena, lists->block, sizeof(lists->block));
    e = store_open(&store, &store_config);
    if (e == OK) {
        e = store_lists(&store, &arena, lists->lists, STORE_LISTS_MAX,
                        &lists->count);
        store_close(&store);
    }
    if (e != OK)
        cli_complain(cli, "%s: %s", path, err_text(e));
    return e == OK;
}

bool
list_store_open(struct cli *cli, struct list_store *lists, const char *dir)
{
    enum err e = cli->os->folder_open(cli->os, dir, &lists->dir);

    if (e != OK) {
        cli_complain(cli, "%s: %s", dir, err_text(e));
        return false;
    }
    if (list_store_read(cli, lists, dir))
        return true;
    cli->os->folder_close(cli->os, lists->dir);
    return false;
}

void
list_store_close(struct cli *cli, struct list_store *lists)
{
    cli->os->folder_close(cli->os, lists->dir);
}

const struct store_list *
list_store_find(const struct list_store *lists, struct bytes name)
{
    for (size_t i = 0; i < lists->count; i++)
        if (bytes_equal(lists->lists[i].name, name))
            return &lists->lists[i];
    return NULL;
}
