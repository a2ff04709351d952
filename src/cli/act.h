/*
 * An officer's or operator's act on the command line: one request to the node
 * of a folder, which records it. With a node that runs, through it; with one
 * that does not, into its log all the same, by the same rules.
 */
#ifndef CLI_ACT_H
#define CLI_ACT_H

#include "base/arena.h"
#include "base/json.h"
#include "cli/cli.h"

/* What an act's request may have, and its answer. */
#define ACT_REQUEST_SIZE_MAX 16384
#define ACT_ARENA_SIZE (4u << 20)

/*
 * method, path  "POST", "/v1/alerts"
 * body          JSON; none for GET
 * key           an Idempotency-Key, or NULL
 */
struct act {
    const char *dir;
    const char *address; /* NULL: as DIR says */
    const char *method;
    const char *path;
    const char *key;
    struct bytes body;
};

/*
 * The exit status; with CLI_DONE the node's answer, in a heap block of
 * ACT_ARENA_SIZE that `arena` holds and act_done() gives back in any case.
 * Complains of all else.
 */
int act_do(struct cli *cli, const struct act *act, struct arena *arena,
           struct bytes *answer);
void act_done(struct arena *arena);

/*
 * The same for an act that is told in one line: the answer as it is, with
 * `as_json`, or the text that its member `member` has.
 */
int act_tell(struct cli *cli, const struct act *act, const char *member,
             bool as_json);

/* A text of an object, or "-", in a column of `width`; for lists. */
void act_put(struct cli *cli, const struct json *object, const char *name,
             int width);

/* "STATE/NUMBER" as the members issuing_state and document_number; false, and
 * complained of, when there is no slash. */
bool act_document(struct cli *cli, struct json_writer *j, const char *text);

/* The pair, when `value` is there. */
void act_pair(struct json_writer *j, const char *name, const char *value);

#endif
