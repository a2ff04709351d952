/* Files that are carried between people and machines: rosters, orders, cards,
 * keys. Made and replaced as a whole and durably, or not at all. */
#ifndef CLI_CARRIED_H
#define CLI_CARRIED_H

#include "cli/cli.h"
#include "crypto/password.h"

#define PASSPHRASE_SIZE_MAX 1024
#define PASSPHRASE_SIZE_MIN 8

/* A passphrase: whoever holds one wipes it. */
struct passphrase {
    uint8_t b[PASSPHRASE_SIZE_MAX];
    size_t size;
};

/* A file that must not be there yet. The exit status; complains. */
MUST_CHECK int carried_make(struct cli *cli, const char *path,
                            struct bytes content, unsigned mode);

/* A file that is replaced when it is there. The exit status; complains. */
MUST_CHECK int carried_put(struct cli *cli, const char *path,
                           struct bytes content, unsigned mode);

/*
 * The first line of the file at `path`, or, when that is NULL, what is typed at
 * the terminal; `twice` for a new one. The exit status; complains.
 */
MUST_CHECK int passphrase_get(struct cli *cli, const char *path, bool twice,
                              struct passphrase *out);

/* Now, in whole seconds. */
struct instant carried_now(struct cli *cli);

/* A day, "2027-11-23", as its first moment in UTC; complains. */
MUST_CHECK bool carried_day(struct cli *cli, const char *option,
                            const char *text, struct instant *out);

#endif
