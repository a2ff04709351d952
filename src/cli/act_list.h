/* What a node holds in pages, shown as one list on the command line. */
#ifndef CLI_ACT_LIST_H
#define CLI_ACT_LIST_H

#include "base/json.h"
#include "cli/options.h"

/*
 * path     "/v1/alerts", perhaps with a query
 * member   of the answer: an array of objects
 * heading  a line above the list
 * show     writes one object's line
 */
struct act_list {
    const char *dir;
    const char *address;
    const char *path;
    const char *member;
    const char *heading;
    void (*show)(struct cli *cli, const struct json *item);
    bool as_json; /* the node's answers as they are, a line each */
};

/* Asks page after page, and shows each as it comes; the exit status. */
int act_list(struct cli *cli, const struct act_list *list);

/* The options that such a command has at least, the first of its table. */
enum { ACT_LIST_ADDRESS, ACT_LIST_JSON, ACT_LIST_OPTIONS };
void act_list_take(struct option *table, const char **values);

#endif
