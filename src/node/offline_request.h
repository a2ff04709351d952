/*
 * A request to the node of a folder while it does not run: the command takes
 * keeper's and desk's place for a moment, by the same rules.
 */
#ifndef NODE_OFFLINE_REQUEST_H
#define NODE_OFFLINE_REQUEST_H

#include "http/request.h"
#include "node/book.h"

/*
 * Answers `request`, which needs no token; `response` lies in its arena. What
 * is recorded is durable, folded and published; and so is that a node started
 * and stopped. `config->dir` is not looked at.
 *
 * ERR_BUSY  a keeper runs: ask it
 * and those of book_open(); `step` says what was being done when it failed.
 */
MUST_CHECK enum err offline_request(const struct book_config *config,
                                    const struct zone *zone,
                                    struct request *request,
                                    struct response *response,
                                    const char **step);

#endif
