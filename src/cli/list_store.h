/*
 * The lists in force at the node of a folder, as its store has them: read
 * beside a running node, or while none runs.
 */
#ifndef CLI_LIST_STORE_H
#define CLI_LIST_STORE_H

#include "cli/cli.h"
#include "os/os.h"
#include "store/known.h"

#define LIST_STORE_ARENA_SIZE 65536

struct list_store {
    struct folder dir;
    size_t count;
    struct store_list lists[STORE_LISTS_MAX];
    uint8_t block[LIST_STORE_ARENA_SIZE]; /* their texts */
};

/* Opens the folder and reads; complains, and false, when it cannot. */
MUST_CHECK bool list_store_open(struct cli *cli, struct list_store *lists,
                                const char *dir);
void list_store_close(struct cli *cli, struct list_store *lists);

/* Reads again what is in force. */
MUST_CHECK bool list_store_read(struct cli *cli, struct list_store *lists,
                                const char *dir);

/* NULL when no list of that name is in force. */
const struct store_list *list_store_find(const struct list_store *lists,
                                         struct bytes name);

#endif
