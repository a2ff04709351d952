/* Travellers of the tables whom the one in hand may be. API 4.1 */
#ifndef API_SIMILAR_H
#define API_SIMILAR_H

#include "api/question.h"

/* The likeliest first; also whoever used the document in hand under another
 * name. Errors are the store's; ERR_LIMIT the arena is spent. */
MUST_CHECK enum err similar_read(const struct api *api, struct arena *arena,
                                 const struct identity *identity,
                                 struct question *question);

#endif
