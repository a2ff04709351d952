/*
 * Records as JSON, the same wherever they are shown. API 4.5.
 */
#ifndef API_RENDER_H
#define API_RENDER_H

#include "api/api.h"
#include "base/json.h"
#include "store/store.h"

/* The members of `kufi mrz` without its faults and repair; DOC 8. */
void render_document(struct json_writer *j, const struct document *document);

/* The value of a member "faults". */
void render_faults(struct json_writer *j, const struct document_fault *faults,
                   size_t count);

/* The value of a member "record": "durres/183". */
void render_name(const struct api *api, struct json_writer *j, const char *key,
                 uint64_t index);

/* A record of any node. */
void render_record(struct json_writer *j, const char *key,
                   const struct record_name *record);

void render_time(struct json_writer *j, const char *key, struct instant time);

/* The member "receipt"; `leaf` NULL: as yet unpublished, shown as null. */
void render_receipt(const struct api *api, struct json_writer *j,
                    uint64_t index, const struct hash *leaf);

/* The members of an event's record, between the braces that the caller puts. */
void render_event(const struct api *api, struct json_writer *j, uint64_t index,
                  const struct event *event, const struct hash *leaf);

/* A whole record of the store: a crossing as it stands after corrections. */
void render_crossing(const struct api *api, struct json_writer *j,
                     const struct store_crossing *crossing,
                     const struct hash *leaf);

/* "sample": true, on a sample node. */
void render_sample(const struct api *api, struct json_writer *j);

/* "/v1/records/durres/183", NUL-terminated, in the arena; NULL when spent. */
const char *render_location(const struct api *api, struct arena *arena,
                            uint64_t index);

#endif
