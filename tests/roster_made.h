/*
 * An invented country for tests: custodians and nodes whose keys come from
 * their names, and rosters of them, signed by whom the test says.
 */
#ifndef TESTS_ROSTER_MADE_H
#define TESTS_ROSTER_MADE_H

#include "crypto/box.h"
#include "sync/order.h"
#include "sync/roster.h"

/* The Ed25519 key of a name: the same in every run. */
void made_key(const char *name, struct sign_key *out);

/* The X25519 key of a node's name. */
void made_box(const char *name, struct box_key *out);

/* A custodian's vkey: "alice", "bob", "carol". `name` outlives it. */
struct note_key made_custodian(const char *name);

/*
 * A node of an origin, which outlives it: its log's key is made_key() of the
 * origin, its cosigner's that of the origin with the suffix, its pin the hash
 * of both. `names` has room for the cosigner's name.
 */
struct roster_node made_node(const char *origin, enum roster_role role,
                             char names[KEY_NAME_SIZE_MAX + 1]);

/*
 * Utopia with its centre (utopia.example/centre), the posts "arden" and
 * "brink", a witness "watch", and three custodians of whom two must sign;
 * version 1. Borrows from itself and from constants.
 */
struct roster_made {
    struct roster roster;
    char names[4][KEY_NAME_SIZE_MAX + 1];
};
void roster_made(struct roster_made *out);

/* The roster's note, signed by the custodians named, "alice bob". `out` has
 * `out_size` bytes; the test fails when that is too little. */
struct bytes roster_made_note(const struct roster *roster, const char *signers,
                              uint8_t *out, size_t out_size);

/* The same for any text. */
struct bytes made_note(struct bytes text, const char *signers, uint8_t *out,
                       size_t out_size);

/* A good text in which the first `from` became `to`; fails when there is no
 * `from`. */
struct bytes made_changed(struct bytes text, const char *from, const char *to,
                          uint8_t *out, size_t out_size);

#endif
