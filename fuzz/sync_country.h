/*
 * Two nodes for fuzz targets, with keys that are in the seeds of the corpus:
 * "a/own", whose part is tried, and "a/peer", a centre.
 */
#ifndef FUZZ_SYNC_COUNTRY_H
#define FUZZ_SYNC_COUNTRY_H

#include "crypto/crypto.h"
#include "sync/roster.h"

static inline void
sync_country(struct roster *roster, struct sign_key keys[2])
{
    const struct bytes origins[2] = {BYTES("a/own"), BYTES("a/peer")};
    const struct bytes cosigners[2] = {BYTES("a/own/witness"),
                                       BYTES("a/peer/witness")};

    *roster = (struct roster){.version = 3, .node_count = 2};
    for (unsigned i = 0; i < ROSTER_ROLE_COUNT; i++)
        roster->rights[i] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN;
    for (unsigned i = 0; i < 2; i++) {
        const uint8_t seed[SIGN_SEED_SIZE] = {(uint8_t)(i + 1)};

        sign_key_init(&keys[i], seed);
        roster->nodes[i] = (struct roster_node){
            .origin = origins[i],
            .role = ROSTER_CENTRE,
            .log = note_key_of(origins[i], NOTE_ED25519, &keys[i].public),
            .cosign =
                note_key_of(cosigners[i], NOTE_COSIGNATURE, &keys[i].public)};
    }
}

#endif
