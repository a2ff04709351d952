/*
 * A line of `kufi screen`: one JSON object that asks about one person. SCR 1.9.
 */
#ifndef CLI_SCREEN_QUERY_H
#define CLI_SCREEN_QUERY_H

#include "base/arena.h"
#include "base/json.h"
#include "screen/screen.h"

/* More than a person with all names and documents that there can be. */
#define SCREEN_LINE_SIZE_MAX (256u << 10)
#define SCREEN_QUERY_NAMES_MAX 32

/*
 * Reads the object into `out`; its texts are borrowed from `line` and the
 * arena. Members not named in SCR 1.9 are passed over.
 *
 * ERR_FORMAT, ERR_LIMIT: with what is wrong in `*what`, a constant.
 */
MUST_CHECK enum err screen_query_read(const struct json *line,
                                      struct date today, struct arena *arena,
                                      struct screen_query *out,
                                      const char **what);

#endif
