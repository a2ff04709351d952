#include "node/places.h"

#include <stdlib.h>

#include "node/peers.h"

static void
place_add(struct places_known *places, struct bytes place,
          struct position position)
{
    if (position.known && places->count < PLACES_MAX)
        places->items[places->count++] = (struct api_place){place, position};
}

/* The keeper has verified it: none else writes it. */
static enum err
roster_read(struct places_known *places, struct os *os, struct folder dir,
            struct roster *out)
{
    struct note note;
    size_t size;
    enum err e = os_read_file(os, dir, PEERS_ROSTER_FILE, places->note,
                              sizeof(places->note), &size);

    if (e == OK)
        e = note_parse((struct bytes){places->note, size}, &note, NULL);
    return e == OK ? roster_parse(note.text, out, NULL) : e;
}

void
places_load(struct places_known *places, struct os *os, struct folder dir,
            const struct config *config)
{
    struct roster *roster = calloc(1, sizeof(*roster));

    places->count = 0;
    for (size_t i = 0; i < config->post_count; i++)
        place_add(places, bytes_of(config->posts[i].place),
                  config->posts[i].position);
    if (roster != NULL && roster_read(places, os, dir, roster) == OK)
        for (size_t i = 0; i < roster->node_count; i++)
            place_add(places, roster->nodes[i].place,
                      roster->nodes[i].position);
    free(roster);
}
