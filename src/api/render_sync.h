/* What a node records of others, as JSON: logs seen, rosters, incidents, orders
 * of the custodians. API 4.5 */
#ifndef API_RENDER_SYNC_H
#define API_RENDER_SYNC_H

#include "api/render.h"

/* The members of the event's own, if it is of a type of these; else none. */
void render_sync(struct json_writer *j, const struct event *event);

#endif
