/* A hit's id: the inspection's node and index, and the hit's number in it:
 * "durres-183-0". A node's name may hold hyphens, so it is read from the right.
 * API 4.13 */
#ifndef API_HIT_ID_H
#define API_HIT_ID_H

#include "base/bytes.h"
#include "base/writer.h"

struct hit_id {
    uint64_t inspection;
    uint8_t number;
};

/* False for all that is no id of this node. */
bool hit_id_parse(struct bytes text, struct bytes node, struct hit_id *out);
void hit_id_write(struct writer *w, struct bytes node, const struct hit_id *id);

#endif
