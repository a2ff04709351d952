/* What an inspection found, as JSON: as it was answered, and as it was
 * recorded. API 4.1, 4.5. */
#ifndef API_RENDER_INSPECT_H
#define API_RENDER_INSPECT_H

#include "api/hit_id.h"
#include "api/question.h"
#include "base/json.h"

/* The members recommendation, findings, hits, hits_more, stay, similar and
 * lists of the inspection with that index. */
/* The member "reasons": why a score is what it is, in an officer's words. */
void render_reasons(struct json_writer *j, const uint8_t *reasons,
                    size_t count);

/* The pair of a hit's id, "durres-183-0". */
void render_hit_id(const struct api *api, struct json_writer *j,
                   const char *key, const struct hit_id *id);

void render_question(const struct api *api, struct json_writer *j,
                     uint64_t index, const struct question *question);

#endif
