/*
 * The target of a request: "/v1/health?x=y" or "http://host/v1/health". API 1.4
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "base/arena.h"
#include "base/err.h"

/*
 * Takes a target apart: the path decoded into the arena, the query borrowed as
 * it stands (empty when there is none).
 *
 * ERR_FORMAT for anything but visible ASCII, a path that does not begin with
 * '/', has an empty segment or one of dots, a wrong escape, or an escaped
 * slash, backslash or control character. ERR_LIMIT past the sizes of
 * http/request.h, or when the arena is spent.
 */
MUST_CHECK enum err target_parse(struct bytes target, struct arena *arena,
                                 struct bytes *path, struct bytes *query,
                                 struct fault *fault);

/*
 * Decodes "%41" and, when `plus_is_blank`, '+'. ERR_FORMAT for a wrong escape;
 * ERR_LIMIT when the arena is spent.
 */
MUST_CHECK enum err percent_decode(struct bytes in, bool plus_is_blank,
                                   struct arena *arena, struct bytes *out);

#endif
