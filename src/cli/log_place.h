/*
 * Where a log is: a node's folder, which holds it in DIR/log beside the journal
 * and the public key, or the bare folder of a log, say a mirror's or a copy.
 */
#ifndef CLI_LOG_PLACE_H
#define CLI_LOG_PLACE_H

#include "cli/cli.h"
#include "os/os.h"
#include "tlog/checkpoint.h"

#define LOG_PATH_SIZE_MAX 4096 /* as the kernel has it */

struct log_place {
    struct folder dir; /* as given */
    struct folder log; /* the log's; the same when it is bare */
    bool is_node;
    struct note_key key; /* borrows from `key_text` or the argument */
    uint8_t key_text[NOTE_KEY_TEXT_SIZE_MAX + 2];
};

/*
 * Opens it and finds the key: `vkey` if not NULL, else DIR/log.vkey. Complains
 * and returns false when it cannot, with the exit status in `*status`.
 */
MUST_CHECK bool log_place_open(struct cli *cli, struct log_place *place,
                               const char *path, const char *vkey, int *status);
void log_place_close(struct cli *cli, struct log_place *place);

/* A key from the command line; complains. */
MUST_CHECK bool log_key_parse(struct cli *cli, const char *text,
                              struct note_key *key);

/*
 * A whole file, on the heap: free() takes it back. Complains, and gives NULL,
 * when it cannot be read or is larger than `size_max`.
 */
uint8_t *log_file_read(struct cli *cli, const char *path, size_t size_max,
                       struct bytes *out);

#endif
