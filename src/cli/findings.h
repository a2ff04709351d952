/* What the node found at a scan, for a person in front of a terminal. */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include <stdio.h>

#include "base/json.h"

/* `answer` is that of POST /v1/inspections; what it has not is left out. */
void findings_show(FILE *out, const struct json *answer);

#endif
