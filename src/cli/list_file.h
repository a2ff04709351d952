/* The files of a list's source, opened to be read as list_source.h asks. */
#ifndef CLI_LIST_FILE_H
#define CLI_LIST_FILE_H

#include "cli/cli.h"
#include "crypto/hash.h"
#include "node/lists.h"
#include "screen/list_source.h"

struct list_files;

/* One file; what it was read up to, so that it is not sought in vain. */
struct list_file_in {
    struct list_files *files;
    const char *path;
    FILE *in;
    uint64_t at;
    struct hash hash; /* of all of it: list_files_order() */
};

struct list_files {
    size_t count;
    const char *paths[LIST_INPUTS_MAX];
    struct list_file_in opened[LIST_INPUTS_MAX];
    struct list_input inputs[LIST_INPUTS_MAX];
    uint64_t size; /* of all of them */
    uint64_t done;
    const struct list_file_in *failed; /* it could not be read */
    void (*progress)(void *context, enum lists_stage stage, uint64_t done,
                     uint64_t total);
    void *progress_context;
};

/* The struct must stay where it is. Complains, and false, when one cannot be
 * opened. */
MUST_CHECK bool list_files_open(struct cli *cli, struct list_files *files,
                                char **paths, size_t count);
void list_files_close(struct list_files *files);

/* Puts several files into an order that their content decides, since the same
 * files in any order make the same list. What cannot be read is found later. */
void list_files_order(struct list_files *files);

#endif
