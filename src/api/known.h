/* What the tables know of the traveller in hand, for the booth's question. */
#ifndef API_KNOWN_H
#define API_KNOWN_H

#include "api/question.h"

/*
 * Into the question's input and history, read at one moment; the hits must be
 * there already. Errors are the store's; ERR_LIMIT the arena is spent.
 */
MUST_CHECK enum err known_read(const struct api *api, struct arena *arena,
                               struct question *question);

#endif
