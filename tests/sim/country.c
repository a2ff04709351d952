#include "sim/country.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/keys.h"

#define DAY_MS INT64_C(86400000)

static const char *const CUSTODIANS[COUNTRY_CUSTODIANS] = {"alice", "bob",
                                                           "carol"};

void
country_init(struct country *country, struct world *world)
{
    *country = (struct country){.world = world, .hot_days = 180};
    for (size_t i = 0; i < COUNTRY_CUSTODIANS; i++) {
        uint8_t seed[SIGN_SEED_SIZE];

        for (size_t k = 0; k < sizeof(seed); k++)
            seed[k] = (uint8_t)world_below(world, 256);
        sign_key_init(&country->custodians[i], seed);
    }
    country->roster = calloc(1, sizeof(*country->roster));
    country->order = calloc(1, sizeof(*country->order));
    if (country->roster == NULL || country->order == NULL)
        abort();
}

void
country_deinit(struct country *country)
{
    free(country->roster);
    free(country->order);
}

/* ----- Nodes. ----- */

void
country_admit(struct country *country, struct machine *machine,
              enum roster_role role, bool listens)
{
    struct country_node *node = &country->nodes[country->node_count++];
    struct bytes origin = bytes_of(machine->config.origin);
    struct os *os = &machine->disk.os;
    struct folder dir = sim_disk_root(&machine->disk);
    struct sign_key log;
    struct sign_key cosign;
    struct box_key box;

    if (country->node_count > COUNTRY_NODES_MAX ||
        key_load(os, dir, origin, &log) != OK ||
        cosign_key_load(os, dir, origin, &cosign) != OK ||
        box_key_load(os, dir, &box) != OK)
        world_broken(country->world, "sim", "%s has no keys", machine->name);
    *node = (struct country_node){.machine = machine,
                                  .role = role,
                                  .listens = listens,
                                  .log = log.public,
                                  .cosign = cosign.public,
                                  .box = box.public};
    (void)snprintf(node->cosigner, sizeof(node->cosigner), "%s%s",
                   machine->config.origin, ROSTER_COSIGNER_SUFFIX);
    sign_key_deinit(&log);
    sign_key_deinit(&cosign);
    box_key_deinit(&box);
    os->folder_close(os, dir);
}

void
country_revoke(struct country *country, const struct machine *machine)
{
    for (size_t i = 0; i < country->node_count; i++)
        if (country->nodes[i].machine == machine &&
            country->nodes[i].revoked == 0)
            country->nodes[i].revoked = country->version + 1;
}

/* ----- Rosters. ----- */

static int
by_origin(const void *a, const void *b)
{
    const struct roster_node *x = a;
    const struct roster_node *y = b;

    return bytes_compare(x->origin, y->origin);
}

static int
by_revoked_origin(const void *a, const void *b)
{
    const struct roster_revoked *x = a;
    const struct roster_revoked *y = b;

    return bytes_compare(x->origin, y->origin);
}

static void
node_fill(const struct country_node *from, size_t number,
          struct roster_node *out)
{
    struct bytes origin = bytes_of(from->machine->config.origin);

    *out = (struct roster_node){
        .origin = origin,
        .role = from->role,
        .log = note_key_of(origin, NOTE_ED25519, &from->log),
        .cosign = note_key_of(bytes_of(from->cosigner), NOTE_COSIGNATURE,
                              &from->cosign),
        .tls_pin = hash_of(origin),
        .box = from->box,
        .place = bytes_of(from->machine->config.place),
    };
    if (!from->listens)
        return;
    out->address_count = 1;
    out->addresses[0].host = BYTES("10.0.0.1");
    out->addresses[0].port = (uint16_t)(8700 + number);
}

static void
nodes_fill(const struct country *country, struct roster *roster)
{
    for (size_t i = 0; i < country->node_count; i++) {
        const struct country_node *from = &country->nodes[i];
        struct roster_node node;

        node_fill(from, i, &node);
        if (from->revoked == 0)
            roster->nodes[roster->node_count++] = node;
        else
            roster->revoked[roster->revoked_count++] =
                (struct roster_revoked){.origin = node.origin,
                                        .version = from->revoked,
                                        .role = node.role,
                                        .log = node.log};
    }
    qsort(roster->nodes, roster->node_count, sizeof(roster->nodes[0]),
          by_origin);
    qsort(roster->revoked, roster->revoked_count, sizeof(roster->revoked[0]),
          by_revoked_origin);
}

/* The text in country->text with signatures behind it. */
static struct bytes
note_make(struct country *country, struct writer *text, unsigned signers)
{
    struct writer w;

    writer_init(&w, country->note, sizeof(country->note));
    writer_bytes(&w, writer_done(text));
    writer_text(&w, "\n");
    for (size_t i = 0; i < COUNTRY_CUSTODIANS; i++)
        if ((signers >> i & 1) != 0)
            note_sign(&w, bytes_of(CUSTODIANS[i]), &country->custodians[i],
                      writer_done(text));
    if (writer_end(text) != OK || writer_end(&w) != OK)
        world_broken(country->world, "sim", "a note is too large");
    return writer_done(&w);
}

static struct instant
whole_second(struct instant at)
{
    return (struct instant){at.ms / 1000 * 1000};
}

struct bytes
country_roster_of(struct country *country, uint64_t version, unsigned signers)
{
    struct roster *roster = country->roster;
    struct instant now = whole_second(world_time(country->world));
    struct writer w;

    *roster = (struct roster){
        .country = BYTES("UTO"),
        .version = version,
        .made = now,
        .expires = {now.ms + 365 * DAY_MS},
        .threshold = COUNTRY_THRESHOLD,
        .hot_days = country->hot_days,
        .rights = {[ROSTER_POST] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN |
                                   ROSTER_RIGHT_KEYS_HOT | ROSTER_RIGHT_ALERTS,
                   [ROSTER_CENTRE] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN |
                                     ROSTER_RIGHT_KEYS_ALL |
                                     ROSTER_RIGHT_ALERTS | ROSTER_RIGHT_LISTS,
                   [ROSTER_WITNESS] = ROSTER_RIGHT_COSIGN,
                   [ROSTER_MIRROR] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN},
        .custodian_count = COUNTRY_CUSTODIANS,
    };
    for (size_t i = 0; i < COUNTRY_CUSTODIANS; i++)
        roster->custodians[i] =
            note_key_of(bytes_of(CUSTODIANS[i]), NOTE_ED25519,
                        &country->custodians[i].public);
    nodes_fill(country, roster);
    writer_init(&w, country->text, sizeof(country->text));
    roster_encode(&w, roster);
    return note_make(country, &w, signers);
}

struct bytes
country_roster(struct country *country, unsigned signers)
{
    return country_roster_of(country, ++country->version, signers);
}

/* ----- Orders. ----- */

struct bytes
country_withdraw(struct country *country, const char *node, uint64_t first,
                 uint64_t last, unsigned signers)
{
    struct order *order = country->order;
    struct instant now = whole_second(world_time(country->world));
    struct writer w;

    *order = (struct order){.country = BYTES("UTO"),
                            .made = now,
                            .expires = {now.ms + DAY_MS},
                            .kind = ORDER_WITHDRAW,
                            .range_count = 1};
    for (size_t i = 0; i < ORDER_ID_SIZE; i++)
        order->id.b[i] = (uint8_t)world_below(country->world, 256);
    order->ranges[0] = (struct order_range){
        .name = bytes_of(node), .first = first, .last = last};
    writer_init(&w, country->text, sizeof(country->text));
    order_encode(&w, order);
    return note_make(country, &w, signers);
}
