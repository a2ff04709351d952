/*
 * What an attacker does to a folder: three ways of losing it. All go through
 * every file below, whatever process has it open.
 */
#ifndef CLI_DRILL_DAMAGE_H
#define CLI_DRILL_DAMAGE_H

#include "os/os.h"

enum damage {
    DAMAGE_OVERWRITE, /* other bytes in place, the sizes stay */
    DAMAGE_ENCRYPT,   /* likewise, and a note of ransom beside them */
    DAMAGE_WIPE       /* removed */
};

struct damage_done {
    uint64_t files;
    uint64_t bytes;
};

/* ERR_LIMIT when there are more folders than anybody keeps; those of `os`. */
MUST_CHECK enum err damage_folder(struct os *os, const char *path,
                                  enum damage how, struct damage_done *done);

#endif
