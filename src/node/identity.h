/*
 * What a node is known by among others, besides its log: cosign.key, box.key,
 * tls.key and tls.crt, and the card that carries their public halves to the
 * custodians. SYN 2.13
 */
#ifndef NODE_IDENTITY_H
#define NODE_IDENTITY_H

#include "crypto/crypto.h"
#include "node/config.h"

#define CARD_FILE "card"

/*
 * Makes what is not there yet: all of it in a new folder whose log.key is, the
 * rest in one that was made before there were peers. The card is written anew
 * when the configuration says something else by now. `step` says what was being
 * done when it failed. ERR_FORMAT, ERR_CORRUPT when a file is not what we
 * wrote; those of `os`.
 */
MUST_CHECK enum err identity_make(struct os *os, struct folder dir,
                                  const struct config *config,
                                  const struct random *random,
                                  const char **step);

#endif
