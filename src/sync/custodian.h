/*
 * A custodian: one of those whose signatures together change who is a node. The
 * key lies in a file that is kept off-line, behind a passphrase. SYN 2.14.
 *
 *     kufi custodian key v1
 *     vkey <vkey>                         of type 0x01, with the name
 *     argon2id <passes> <memory in KiB> <salt, base64>
 *     box <base64(nonce || sealed seed)>
 */
#ifndef SYNC_CUSTODIAN_H
#define SYNC_CUSTODIAN_H

#include "base/writer.h"
#include "crypto/crypto.h"
#include "crypto/password.h"
#include "tlog/note.h"

#define CUSTODIAN_FILE_SIZE_MAX 1024
#define CUSTODIAN_NAME_SIZE_MAX 64

/* What lies in the file; `key` borrows its name from it. */
struct custodian_file {
    struct note_key key;
    struct password_sealed sealed;
};

/*
 * A fresh key behind a passphrase, as the file's text. `name` is a lawful name
 * of a key, at most CUSTODIAN_NAME_SIZE_MAX bytes. ERR_LIMIT when the memory
 * that `cost` asks for is not to be had.
 */
MUST_CHECK enum err custodian_make(struct writer *w, struct bytes name,
                                   struct bytes passphrase,
                                   struct password_cost cost,
                                   const struct random *random);

/* ERR_SHORT, ERR_FORMAT, ERR_LIMIT; `out` borrows from `text`. */
MUST_CHECK enum err custodian_parse(struct bytes text,
                                    struct custodian_file *out,
                                    struct fault *fault);

/* The secret key. ERR_SIGNATURE for another passphrase or a changed file,
 * ERR_LIMIT as above. */
MUST_CHECK enum err custodian_open(const struct custodian_file *file,
                                   struct bytes passphrase,
                                   struct sign_key *out);

/* Whether signatures stand behind the text of a roster or an order, which has
 * no empty line itself. */
bool custodian_is_signed(struct bytes in);

/*
 * Writes `in`, a text or a signed note, with the custodian's signature behind
 * those that are there; a note that has it already stays as it is. What is
 * signed is the caller's to have read. ERR_SHORT, ERR_FORMAT and ERR_LIMIT of
 * note_parse_within(); ERR_LIMIT when `w` is too small; ERR_SIGNATURE when the
 * note has a bad signature of this very key.
 */
MUST_CHECK enum err custodian_sign(struct writer *w, struct bytes in,
                                   size_t size_max, struct bytes name,
                                   const struct sign_key *key);

#endif
