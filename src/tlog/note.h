/*
 * Signed notes and their keys. LOG 2, C2SP signed-note and tlog-cosignature.
 *
 *     text, one or more lines
 *                                              one empty line, the last one
 *     — name base64(key ID, 4 bytes || signature)        one or more of these
 *
 *     vkey: name+<8 hex digits of the key ID>+base64(type || public key)
 */
#ifndef TLOG_NOTE_H
#define TLOG_NOTE_H

#include "base/writer.h"
#include "crypto/sign.h"

/* The specification asks for at least 16; a log, its mirrors and witnesses. */
#define NOTE_SIGNATURES_MAX 64

/* A post-quantum signature has up to 5,000 bytes and may stand beside ours. */
#define NOTE_SIGNATURE_SIZE_MAX 8192
#define NOTE_SIZE_MAX 65536

#define KEY_NAME_SIZE_MAX 255
#define NOTE_KEY_TEXT_SIZE_MAX (KEY_NAME_SIZE_MAX + 1 + 8 + 1 + 44)

/* One line of ours: "— name base64\n" with a time. */
#define NOTE_LINE_SIZE_MAX (3 + 1 + KEY_NAME_SIZE_MAX + 1 + 104 + 1)

/* How a key signs; the first byte of the key in a vkey. */
enum note_key_type {
    NOTE_ED25519 = 0x01,    /* the text, LOG 2.7 */
    NOTE_COSIGNATURE = 0x04 /* a time and the text, LOG 2.8 */
};

/* Whom we trust; `name` is borrowed from where it was parsed. */
struct note_key {
    struct bytes name;
    uint32_t id;
    enum note_key_type type;
    struct sign_public public;
};

/* One signature line; all borrowed. */
struct note_signature {
    struct bytes name;
    uint32_t id;
    struct bytes base64;
};

/* A note taken apart, nothing verified; all borrowed from the input. */
struct note {
    struct bytes text; /* its last LF included */
    size_t signature_count;
    struct note_signature signatures[NOTE_SIGNATURES_MAX];
};

/* LOG 2.4 */
bool note_name_valid(struct bytes name);

/* A key of this name; `name` must be valid and outlives the result. LOG 2.6 */
struct note_key note_key_of(struct bytes name, enum note_key_type type,
                            const struct sign_public *public);

/* LOG 2.9; a type that is not ours is ERR_FORMAT too. Borrows from `text`. */
MUST_CHECK enum err note_key_parse(struct bytes text, struct note_key *out,
                                   struct fault *fault);

/* At most NOTE_KEY_TEXT_SIZE_MAX bytes, no LF. */
void note_key_write(struct writer *w, const struct note_key *key);

/*
 * Takes a note apart. ERR_FORMAT, ERR_SHORT, ERR_LIMIT for too large a note or
 * too many signatures. LOG 2.1 .. 2.5
 */
MUST_CHECK enum err note_parse(struct bytes in, struct note *out,
                               struct fault *fault);

/* The same for notes that may be longer than a log's: rosters and grants name
 * their own bound. */
MUST_CHECK enum err note_parse_within(struct bytes in, size_t size_max,
                                      struct note *out, struct fault *fault);

/* Which of the keys signed, bit i for keys[i], and when a cosigner did so. */
struct note_signers {
    uint64_t mask;
    uint64_t time_s[64]; /* POSIX seconds; 0 for a key of type NOTE_ED25519 */
};

/*
 * OK when at least one of the `count` keys (64 at most) signed the note and
 * none of them is there with a bad signature; else ERR_SIGNATURE. Lines of
 * unknown keys are passed over. `signers` may be NULL. LOG 2.10
 */
MUST_CHECK enum err note_verify(const struct note *note,
                                const struct note_key *keys, size_t count,
                                struct note_signers *signers);

/* Writes a signature line over `text`, which ends in LF. LOG 2.7 */
void note_sign(struct writer *w, struct bytes name, const struct sign_key *key,
               struct bytes text);

/* The same as a cosigner at `time_s`, POSIX seconds, not negative. LOG 2.8 */
void note_cosign(struct writer *w, struct bytes name,
                 const struct sign_key *key, int64_t time_s, struct bytes text);

#endif
