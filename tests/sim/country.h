/*
 * Who may say who is a node: the custodians of a simulated country, whose keys
 * no machine holds, and the rosters and orders that they sign. Liars ask for
 * their signatures in vain: what has too few of them is made here too.
 */
#ifndef SIM_COUNTRY_H
#define SIM_COUNTRY_H

#include "sim/machine.h"
#include "sync/order.h"
#include "sync/roster.h"

#define COUNTRY_NODES_MAX 16
#define COUNTRY_CUSTODIANS 3
#define COUNTRY_THRESHOLD 2
#define COUNTRY_SIGNERS_ENOUGH 0x5u /* the first and the last of them */
#define COUNTRY_SIGNERS_FEW 0x2u
#define COUNTRY_NOTE_SIZE 65536

struct country_node {
    const struct machine *machine;
    enum roster_role role;
    bool listens;
    uint64_t revoked; /* in which version; 0: it is a node */
    struct sign_public log;
    struct sign_public cosign;
    struct box_public box;
    char cosigner[ORIGIN_SIZE_MAX + sizeof(ROSTER_COSIGNER_SUFFIX)];
};

struct country {
    struct world *world;
    struct sign_key custodians[COUNTRY_CUSTODIANS];
    struct country_node nodes[COUNTRY_NODES_MAX];
    size_t node_count;
    uint64_t version; /* of the last roster made */
    uint32_t hot_days;
    struct roster *roster; /* while one is made */
    struct order *order;   /* likewise */
    uint8_t text[COUNTRY_NOTE_SIZE];
    uint8_t note[COUNTRY_NOTE_SIZE];
};

void country_init(struct country *country, struct world *world);
void country_deinit(struct country *country);

/* Names a machine in all rosters from now on, by the keys on its disk. */
void country_admit(struct country *country, struct machine *machine,
                   enum roster_role role, bool listens);

/* Names it no more. */
void country_revoke(struct country *country, const struct machine *machine);

/* The next roster, signed by those whose bits are set; borrowed until the next
 * note is made. */
struct bytes country_roster(struct country *country, unsigned signers);

/* A roster of any version, as it would be now. */
struct bytes country_roster_of(struct country *country, uint64_t version,
                               unsigned signers);

/* An order to withdraw records `first` to `last` of a node. Likewise. */
struct bytes country_withdraw(struct country *country, const char *node,
                              uint64_t first, uint64_t last, unsigned signers);

#endif
