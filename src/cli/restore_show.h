/* What `kufi restore` found, for a person or a program. */
#ifndef CLI_RESTORE_SHOW_H
#define CLI_RESTORE_SHOW_H

#include "cli/cli.h"
#include "node/restore.h"

void restore_show_text(struct cli *cli, const struct restore *restore);
void restore_show_json(struct cli *cli, const struct restore *restore);

#endif
