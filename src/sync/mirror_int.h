/* What the mirror's files share: mirror.c judges and takes packages,
 * mirror_open.c finds what is on the disk, mirror_place.c puts checkpoints in
 * place. */
#ifndef SYNC_MIRROR_INT_H
#define SYNC_MIRROR_INT_H

#include "sync/mirror.h"

/* How the scratch is divided. */
struct mirror_room {
    struct hash *leaves; /* PACKAGE_COUNT_MAX */
    struct edge *edge;
    struct block bundle;
};
struct mirror_room mirror_room(struct block scratch);

/* Fills `out` with the checkpoint, the cosignatures left out. ERR_LIMIT, and as
 * cosignatures_bare(). */
MUST_CHECK enum err mirror_note_set(struct mirror_note *out,
                                    const struct note_key *key,
                                    struct bytes note,
                                    const struct checkpoint *checkpoint);

struct bytes mirror_note_bytes(const struct mirror_note *note);

/* Back to what the checkpoint in place covers, or to nothing. */
void mirror_rewind(struct mirror *mirror);

/* Writes the partial tiles of the edge's size, but the bundle. */
MUST_CHECK enum err mirror_partials(const struct mirror *mirror,
                                    const struct edge *edge);

/* Appends a leaf and writes the tiles that it makes full. */
MUST_CHECK enum err mirror_leaf(const struct mirror *mirror, struct edge *edge,
                                const struct hash *leaf);

#endif
