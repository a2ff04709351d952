/*
 * The secrets of a node that are files by themselves, a line each.
 *
 *     log.key     PRIVATE+KEY+<origin>+<8 hex digits of the key ID>+
 *                 base64(0x01 || seed): what signed notes use elsewhere
 *     log.vkey    the same key's public half, LOG 2.9
 *     cosign.key  likewise, named <origin>/witness, base64(0x04 || seed): what
 *                 cosigns other logs, LOG 2.8
 *     box.key     32 random bytes in base64: what record keys are sealed to,
 *                 SYN 8.1
 *     token       32 random bytes in base64url: the bearer token
 *
 * Secrets are mode 0600; the public key is 0644 inside a folder of 0700.
 */
#ifndef NODE_KEYS_H
#define NODE_KEYS_H

#include "base/err.h"
#include "crypto/box.h"
#include "crypto/crypto.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "os/os.h"
#include "tlog/note.h"

#define KEY_FILE "log.key"
#define VKEY_FILE "log.vkey"
#define TOKEN_FILE "token"
#define BOX_FILE "box.key"
#define COSIGN_FILE "cosign.key"

/* What stands behind the origin in the name of a cosigner's key. */
#define COSIGN_NAME_END "/witness"

#define TOKEN_SIZE 43 /* characters */
#define KEY_FILE_SIZE_MAX (12 + KEY_NAME_SIZE_MAX + 1 + 8 + 1 + 44 + 1)

/* Writes a line of log.key into `w`; a secret. */
void key_encode(struct writer *w, struct bytes origin,
                const struct sign_key *key);

/* ERR_FORMAT for another key's name, an ID that is not the key's, or anything
 * else that key_encode() would not have written. */
MUST_CHECK enum err key_parse(struct bytes text, struct bytes origin,
                              struct sign_key *out);

/* A fresh signing key, in DIR/log.key and DIR/log.vkey, which must not be
 * there: ERR_CONFLICT; those of `os`. */
MUST_CHECK enum err key_make(struct os *os, struct folder dir,
                             struct bytes origin, const struct random *random,
                             struct sign_key *out);

/* Reads DIR/log.key. ERR_FORMAT as key_parse(). */
MUST_CHECK enum err key_load(struct os *os, struct folder dir,
                             struct bytes origin, struct sign_key *out);

/* The same for the key that cosigns. */
MUST_CHECK enum err cosign_key_make(struct os *os, struct folder dir,
                                    struct bytes origin,
                                    const struct random *random,
                                    struct sign_key *out);
MUST_CHECK enum err cosign_key_load(struct os *os, struct folder dir,
                                    struct bytes origin, struct sign_key *out);

MUST_CHECK enum err token_make(struct os *os, struct folder dir,
                               const struct random *random);

/* The hash of the token, as the desk compares it; the token itself is wiped.
 * ERR_FORMAT when the file holds no token. */
MUST_CHECK enum err token_load(struct os *os, struct folder dir,
                               struct hash *out);

/* A fresh key for boxes, in DIR/box.key. ERR_CONFLICT when one is there; those
 * of `os`. */
MUST_CHECK enum err box_key_make(struct os *os, struct folder dir,
                                 const struct random *random,
                                 struct box_key *out);

/* Reads DIR/box.key. ERR_FORMAT when it holds no key; ERR_NOT_FOUND. */
MUST_CHECK enum err box_key_load(struct os *os, struct folder dir,
                                 struct box_key *out);

#endif
