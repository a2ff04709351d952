#include "sync/roster.h"

#include "base/base64.h"
#include "crypto/crypto.h"
#include "sync/line.h"
#include "sync/roster_int.h"

static const char *const role_names[ROSTER_ROLE_COUNT] = {"post", "centre",
                                                          "witness", "mirror"};

const char *const roster_rights[ROSTER_RIGHT_COUNT] = {
    "mirror", "cosign", "keys-hot", "keys-all", "alerts", "lists"};

const char *
roster_role_name(enum roster_role role)
{
    return role_names[role];
}

bool
roster_role_parse(struct bytes text, enum roster_role *out)
{
    for (size_t i = 0; i < ROSTER_ROLE_COUNT; i++) {
        if (bytes_equal(text, bytes_of(role_names[i]))) {
            *out = (enum roster_role)i;
            return true;
        }
    }
    return false;
}

bool
roster_right_parse(struct bytes text, enum roster_right *out)
{
    for (unsigned i = 0; i < ROSTER_RIGHT_COUNT; i++) {
        if (bytes_equal(text, bytes_of(roster_rights[i]))) {
            *out = (enum roster_right)(1U << i);
            return true;
        }
    }
    return false;
}

const char *
roster_right_name(enum roster_right right)
{
    return roster_rights[__builtin_ctz((unsigned)right)];
}

bool
roster_key_same(const struct note_key *a, const struct note_key *b)
{
    return crypto_same(a->public.b, b->public.b, SIGN_PUBLIC_SIZE);
}

/* Behind the slash of the origin. */
static struct bytes
node_name(struct bytes origin)
{
    return bytes_slice(origin, bytes_find(origin, '/'), origin.size);
}

bool
roster_custodians_differ(const struct roster *roster)
{
    for (size_t i = 0; i < roster->custodian_count; i++)
        for (size_t j = 0; j < i; j++)
            if (roster_key_same(&roster->custodians[i], &roster->custodians[j]))
                return false;
    return true;
}

bool
roster_custodians_apart(const struct roster *roster)
{
    for (size_t i = 0; i < roster->custodian_count; i++) {
        const struct note_key *key = &roster->custodians[i];

        for (size_t j = 0; j < roster->node_count; j++)
            if (roster_key_same(key, &roster->nodes[j].log) ||
                roster_key_same(key, &roster->nodes[j].cosign))
                return false;
        for (size_t j = 0; j < roster->revoked_count; j++)
            if (roster_key_same(key, &roster->revoked[j].log))
                return false;
    }
    return true;
}

static bool
nodes_differ(const struct roster_node *a, const struct roster_node *b)
{
    return !bytes_equal(node_name(a->origin), node_name(b->origin)) &&
           !roster_key_same(&a->log, &b->log) &&
           !roster_key_same(&a->cosign, &b->cosign) &&
           !hash_equal(&a->tls_pin, &b->tls_pin) &&
           !crypto_same(a->box.b, b->box.b, BOX_PUBLIC_SIZE);
}

bool
roster_nodes_differ(const struct roster *roster)
{
    for (size_t i = 0; i < roster->node_count; i++)
        for (size_t j = 0; j < i; j++)
            if (!nodes_differ(&roster->nodes[i], &roster->nodes[j]))
                return false;
    /* A signature of the log is not to be taken for one of a cosigner. */
    for (size_t i = 0; i < roster->node_count; i++)
        for (size_t j = 0; j < roster->node_count; j++)
            if (roster_key_same(&roster->nodes[i].log,
                                &roster->nodes[j].cosign))
                return false;
    return true;
}

bool
roster_logs_differ(const struct roster *roster)
{
    for (size_t i = 0; i < roster->revoked_count; i++) {
        const struct roster_revoked *gone = &roster->revoked[i];

        for (size_t j = 0; j < roster->node_count; j++)
            if (bytes_equal(node_name(gone->origin),
                            node_name(roster->nodes[j].origin)) ||
                roster_key_same(&gone->log, &roster->nodes[j].log))
                return false;
        for (size_t j = 0; j < i; j++)
            if (bytes_equal(node_name(gone->origin),
                            node_name(roster->revoked[j].origin)) ||
                roster_key_same(&gone->log, &roster->revoked[j].log))
                return false;
    }
    return true;
}

static void
addresses_write(struct writer *w, const struct roster_node *node)
{
    if (node->address_count == 0)
        writer_text(w, "-");
    for (size_t i = 0; i < node->address_count; i++) {
        const struct roster_address *address = &node->addresses[i];

        if (i > 0)
            writer_text(w, ",");
        roster_address_write(w, address);
    }
}

void
roster_address_write(struct writer *w, const struct roster_address *address)
{
    bool is_ipv6 = bytes_find(address->host, ':') < address->host.size;

    writer_text(w, is_ipv6 ? "[" : "");
    writer_bytes(w, address->host);
    writer_text(w, is_ipv6 ? "]:" : ":");
    writer_decimal(w, address->port);
}

static void
node_write(struct writer *w, const struct roster_node *node)
{
    writer_text(w, "node ");
    writer_bytes(w, node->origin);
    writer_text(w, " ");
    writer_text(w, roster_role_name(node->role));
    writer_text(w, " ");
    note_key_write(w, &node->log);
    writer_text(w, " ");
    note_key_write(w, &node->cosign);
    writer_text(w, " ");
    hex_write(w, node->tls_pin.b, HASH_SIZE);
    writer_text(w, " ");
    base64_write(w, (struct bytes){node->box.b, BOX_PUBLIC_SIZE});
    writer_text(w, " ");
    position_write(w, node->position);
    writer_text(w, " ");
    addresses_write(w, node);
    writer_text(w, " ");
    writer_bytes(w, node->place);
    writer_text(w, "\n");
}

static void
revoked_write(struct writer *w, const struct roster_revoked *gone)
{
    writer_text(w, "revoked ");
    writer_bytes(w, gone->origin);
    writer_text(w, " ");
    writer_decimal(w, gone->version);
    writer_text(w, " ");
    writer_text(w, roster_role_name(gone->role));
    writer_text(w, " ");
    note_key_write(w, &gone->log);
    writer_text(w, "\n");
}

static void
rights_write(struct writer *w, const struct roster *roster)
{
    for (size_t i = 0; i < ROSTER_ROLE_COUNT; i++) {
        writer_text(w, "right ");
        writer_text(w, role_names[i]);
        if (roster->rights[i] == 0)
            writer_text(w, " -");
        for (size_t j = 0; j < ROSTER_RIGHT_COUNT; j++) {
            if ((roster->rights[i] >> j & 1) == 0)
                continue;
            writer_text(w, " ");
            writer_text(w, roster_rights[j]);
        }
        writer_text(w, "\n");
    }
}

void
roster_encode(struct writer *w, const struct roster *roster)
{
    writer_text(w, "kufi roster v1\ncountry ");
    writer_bytes(w, roster->country);
    writer_text(w, "\nversion ");
    writer_decimal(w, roster->version);
    writer_text(w, "\nmade ");
    moment_write(w, roster->made);
    writer_text(w, "\nexpires ");
    moment_write(w, roster->expires);
    writer_text(w, "\nthreshold ");
    writer_decimal(w, roster->threshold);
    writer_text(w, "\nhot-days ");
    writer_decimal(w, roster->hot_days);
    writer_text(w, "\n");
    rights_write(w, roster);
    for (size_t i = 0; i < roster->custodian_count; i++) {
        writer_text(w, "custodian ");
        note_key_write(w, &roster->custodians[i]);
        writer_text(w, "\n");
    }
    for (size_t i = 0; i < roster->node_count; i++)
        node_write(w, &roster->nodes[i]);
    for (size_t i = 0; i < roster->revoked_count; i++)
        revoked_write(w, &roster->revoked[i]);
}

const struct roster_node *
roster_find(const struct roster *roster, struct bytes origin)
{
    for (size_t i = 0; i < roster->node_count; i++)
        if (bytes_equal(roster->nodes[i].origin, origin))
            return &roster->nodes[i];
    return NULL;
}

const struct roster_node *
roster_find_pin(const struct roster *roster, const struct hash *tls_pin)
{
    for (size_t i = 0; i < roster->node_count; i++)
        if (hash_equal(&roster->nodes[i].tls_pin, tls_pin))
            return &roster->nodes[i];
    return NULL;
}

const struct roster_revoked *
roster_find_revoked(const struct roster *roster, struct bytes origin)
{
    for (size_t i = 0; i < roster->revoked_count; i++)
        if (bytes_equal(roster->revoked[i].origin, origin))
            return &roster->revoked[i];
    return NULL;
}

bool
roster_right(const struct roster *roster, enum roster_role role,
             enum roster_right right)
{
    return (roster->rights[role] & right) != 0;
}

bool
roster_expired(const struct roster *roster, struct instant now)
{
    return now.ms >= roster->expires.ms;
}

void
origin_hex(struct bytes origin, char out[ORIGIN_HEX_SIZE])
{
    struct hash hash = hash_of(origin);
    struct writer w;

    writer_init(&w, out, ORIGIN_HEX_SIZE - 1);
    hex_write(&w, hash.b, HASH_SIZE);
    out[ORIGIN_HEX_SIZE - 1] = '\0';
}
