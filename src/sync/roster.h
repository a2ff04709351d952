/*
 * The roster: who is a node of the country, what each role may do, and whose
 * signatures together may change that. A signed note of the custodians; nothing
 * is trusted that the roster in force does not name. SYN 2.
 *
 *     kufi roster v1
 *     country ALB
 *     version 3
 *     made 2026-11-23T10:00:00Z
 *     expires 2027-11-23T00:00:00Z
 *     threshold 2
 *     hot-days 180
 *     right <role> <right>... or -                  each role once, in order
 *     custodian <vkey>                              1 to 16, in order of names
 *     node <origin> <role> <log vkey> <cosigner's vkey> <TLS pin, hex>
 *          <box key, base64> <lat,long or -> <host:port,... or -> <place>
 *                                     one line each, in order of origins
 *     revoked <origin> <version> <role> <log vkey>  in order of origins
 */
#ifndef SYNC_ROSTER_H
#define SYNC_ROSTER_H

#include "base/date.h"
#include "base/degrees.h"
#include "base/writer.h"
#include "crypto/box.h"
#include "crypto/hash.h"
#include "record/name.h"
#include "tlog/note.h"

/* Every post of a large country; a node keeps one link and one mirror each. */
#define ROSTER_NODES_MAX 256
/* Nodes are replaced, and what they wrote has to be verified for ever. */
#define ROSTER_REVOKED_MAX 256
#define ROSTER_CUSTODIANS_MAX 16
#define ROSTER_ADDRESSES_MAX 4
#define ROSTER_HOST_SIZE_MAX 253 /* of a name, RFC 1035 */
#define ROSTER_HOT_DAYS_MAX 3660
/* All of the above at a generous length; a note of which has signatures too. */
#define ROSTER_SIZE_MAX 262144

/* A cosigner's key is named as its node's log, with this behind it. */
#define ROSTER_COSIGNER_SUFFIX "/witness"

/* As events name them. REC 4. */
enum roster_role {
    ROSTER_POST = 0,
    ROSTER_CENTRE = 1,
    ROSTER_WITNESS = 2,
    ROSTER_MIRROR = 3
};
#define ROSTER_ROLE_COUNT 4

/* Bits of what a role may do. SYN 2.6 */
#define ROSTER_RIGHT_COUNT 6
enum roster_right {
    ROSTER_RIGHT_MIRROR = 1,   /* holds the logs of all others */
    ROSTER_RIGHT_COSIGN = 2,   /* its cosignatures are asked for and count */
    ROSTER_RIGHT_KEYS_HOT = 4, /* is granted record keys of the hot window */
    ROSTER_RIGHT_KEYS_ALL = 8, /* is granted all record keys */
    ROSTER_RIGHT_ALERTS = 16,  /* its alerts and withdrawals hold elsewhere */
    ROSTER_RIGHT_LISTS = 32    /* the lists that it offers are taken */
};

/* Where a node listens: a name or an address without brackets, and a port. */
struct roster_address {
    struct bytes host;
    uint16_t port;
};

/* A node; all that is borrowed lives in the note. */
struct roster_node {
    struct bytes origin;
    enum roster_role role;
    struct note_key log;    /* NOTE_ED25519, named as the origin */
    struct note_key cosign; /* NOTE_COSIGNATURE, origin and suffix */
    struct hash tls_pin;    /* SHA-256 of the SubjectPublicKeyInfo */
    struct box_public box;
    struct position position; /* or not known */
    size_t address_count;     /* 0: it only calls, and is never called */
    struct roster_address addresses[ROSTER_ADDRESSES_MAX];
    struct bytes place; /* as its records name it */
};

/* A node that was one: its log stays true up to what others cosigned. */
struct roster_revoked {
    struct bytes origin;
    uint64_t version; /* the first roster that had it here */
    enum roster_role role;
    struct note_key log;
};

/* Some 120 KB: not for the stack of a small function. */
struct roster {
    struct bytes country; /* ISO 3166-1 alpha-3 */
    uint64_t version;     /* from 1 */
    struct instant made;  /* whole seconds */
    struct instant expires;
    unsigned threshold; /* how many custodians, 1 to custodian_count */
    uint32_t hot_days;
    unsigned rights[ROSTER_ROLE_COUNT]; /* of enum roster_right, by role */
    size_t custodian_count;
    struct note_key custodians[ROSTER_CUSTODIANS_MAX];
    size_t node_count;
    struct roster_node nodes[ROSTER_NODES_MAX];
    size_t revoked_count;
    struct roster_revoked revoked[ROSTER_REVOKED_MAX];
};

/*
 * The text of a roster, signed or not; `out` borrows from it, and is empty
 * after an error. Says nothing about who signed. ERR_SHORT, ERR_FORMAT,
 * ERR_LIMIT; ERR_CONFLICT when it contradicts itself. SYN 2.1 .. 2.9
 */
MUST_CHECK enum err roster_parse(struct bytes text, struct roster *out,
                                 struct fault *fault);

/* The text; `roster` holds what roster_parse() would accept. */
void roster_encode(struct writer *w, const struct roster *roster);

/*
 * A signed roster, as the one that follows `old`, or as the first one when
 * `old` is NULL: then whoever hands it over must have it from a safe hand.
 * `old` and `out` must not be the same; `out` borrows from `note`, and is
 * empty after an error.
 *
 * ERR_SIGNATURE  fewer custodians than the threshold of the old, or of this,
 *                have signed, or one of their signatures is bad: SYN 2.10
 * ERR_CONFLICT   its version is not above the old one's, or it is another
 *                country's, or a node's log is not what it was: SYN 2.11
 * and those of roster_parse()
 */
MUST_CHECK enum err roster_open(struct bytes note, const struct roster *old,
                                struct roster *out, struct fault *fault);

/* How many of the roster's custodians signed; ERR_SIGNATURE when any of them
 * signed badly. LOG 2.10 */
MUST_CHECK enum err roster_signers(const struct roster *roster,
                                   const struct note *note, uint64_t *mask);

/* OK when at least `threshold` of the roster's custodians signed the note and
 * none badly; else ERR_SIGNATURE. SYN 2.10 */
MUST_CHECK enum err roster_verify(const struct roster *roster,
                                  const struct note *note);

/* Three capital letters. SYN 2.2 */
bool roster_country_lawful(struct bytes country);

/* NULL when there is no such node; revoked ones are none. */
const struct roster_node *roster_find(const struct roster *roster,
                                      struct bytes origin);

/* The node whose certificate has this key; NULL when none has. */
const struct roster_node *roster_find_pin(const struct roster *roster,
                                          const struct hash *tls_pin);

/* NULL when no node of this origin was revoked. */
const struct roster_revoked *roster_find_revoked(const struct roster *roster,
                                                 struct bytes origin);

/* "mirror", "cosign", "keys-hot", ...; false for all else. */
bool roster_right_parse(struct bytes text, enum roster_right *out);
const char *roster_right_name(enum roster_right right);

/* Whether a node of this role has the right. */
bool roster_right(const struct roster *roster, enum roster_role role,
                  enum roster_right right);

/* A roster past its day stays in force, with an alarm. SYN 2.12 */
bool roster_expired(const struct roster *roster, struct instant now);

/* "host:8700", "[::1]:8700" */
void roster_address_write(struct writer *w,
                          const struct roster_address *address);

/* False for all else; borrows from `text`. */
bool roster_address_parse(struct bytes text, struct roster_address *out);

/* "post", "centre", "witness", "mirror": a string constant. */
const char *roster_role_name(enum roster_role role);

/* False for all else. */
bool roster_role_parse(struct bytes text, enum roster_role *out);

/* The folder of an origin's log: the origin's SHA-256 in lower-case hexadecimal
 * and a NUL. */
#define ORIGIN_HEX_SIZE (2 * HASH_SIZE + 1)
void origin_hex(struct bytes origin, char out[ORIGIN_HEX_SIZE]);

#endif
