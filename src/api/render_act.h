/* What officers and operators record beside crossings, as JSON. API 4.13 to
 * 4.19 */
#ifndef API_RENDER_ACT_H
#define API_RENDER_ACT_H

#include "api/render.h"
#include "store/known.h"

/* The members of the event's own, if it is of a type of these; else none. */
void render_act(const struct api *api, struct json_writer *j,
                const struct event *event);

/* The members of an alert and of an order, whether recorded or in force. */
void render_alert(struct json_writer *j, const struct alert_put *alert);
void render_order(struct json_writer *j, const struct exit_order *order);

/* The members of a list but its age. */
void render_list(struct json_writer *j, const struct list_imported *list);

/* A traveller by what tells one from another, an object. */
void render_identity(struct json_writer *j, const struct identity *identity);

/* The findings and hits of an inspection as they were recorded. */
void render_found(const struct api *api, struct json_writer *j, uint64_t index,
                  const struct inspection *inspection);

/* The pair, or null when the text is empty. */
void render_pair_or_null(struct json_writer *j, const char *key,
                         struct bytes text);

#endif
