/* What a roster changes of the one before, in lines for those who sign it. */
#ifndef CLI_ROSTER_CHANGES_H
#define CLI_ROSTER_CHANGES_H

#include "cli/cli.h"
#include "sync/roster.h"

/* A line for each change but version and times; one that says so when there is
 * none. */
void roster_changes(struct cli *cli, const struct roster *old,
                    const struct roster *now);

#endif
