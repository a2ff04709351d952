#include "cli/roster_changes.h"

#include <inttypes.h>

#include "crypto/crypto.h"

/* Who is told, and whether there was anything. */
struct telling {
    FILE *out;
    const struct roster *old;
    const struct roster *now;
    bool any;
};

static void
tell(struct telling *t, const char *sign, struct bytes name, const char *what)
{
    fprintf(t->out, "  %s %.*s %s\n", sign, (int)name.size,
            (const char *)name.p, what);
    t->any = true;
}

static void
tell_number(struct telling *t, const char *name, uint64_t old, uint64_t now)
{
    if (old == now)
        return;
    fprintf(t->out, "  ~ %s: %" PRIu64 ", was %" PRIu64 "\n", name, now, old);
    t->any = true;
}

/* A key's name and ID, which people compare. */
static void
tell_key(struct telling *t, const char *sign, const struct note_key *key,
         const char *what)
{
    fprintf(t->out, "  %s %.*s+%08" PRIx32 " %s\n", sign, (int)key->name.size,
            (const char *)key->name.p, key->id, what);
    t->any = true;
}

static bool
key_same(const struct note_key *a, const struct note_key *b)
{
    return bytes_equal(a->name, b->name) &&
           crypto_same(a->public.b, b->public.b, SIGN_PUBLIC_SIZE);
}

static bool
custodian_in(const struct roster *roster, const struct note_key *key)
{
    for (size_t i = 0; i < roster->custodian_count; i++)
        if (key_same(&roster->custodians[i], key))
            return true;
    return false;
}

static void
custodians(struct telling *t)
{
    for (size_t i = 0; i < t->old->custodian_count; i++)
        if (!custodian_in(t->now, &t->old->custodians[i]))
            tell_key(t, "-", &t->old->custodians[i], "is no custodian");
    for (size_t i = 0; i < t->now->custodian_count; i++)
        if (!custodian_in(t->old, &t->now->custodians[i]))
            tell_key(t, "+", &t->now->custodians[i], "is a custodian");
}

static void
rights(struct telling *t)
{
    for (unsigned role = 0; role < ROSTER_ROLE_COUNT; role++) {
        for (unsigned bit = 0; bit < ROSTER_RIGHT_COUNT; bit++) {
            enum roster_right right = (enum roster_right)(1U << bit);
            enum roster_role of = (enum roster_role)role;
            bool now = roster_right(t->now, of, right);

            if (now == roster_right(t->old, of, right))
                continue;
            fprintf(t->out, "  %s every %s %s\n", now ? "+" : "-",
                    roster_role_name(of), roster_right_name(right));
            t->any = true;
        }
    }
}

static bool
addresses_same(const struct roster_node *a, const struct roster_node *b)
{
    if (a->address_count != b->address_count)
        return false;
    for (size_t i = 0; i < a->address_count; i++)
        if (a->addresses[i].port != b->addresses[i].port ||
            !bytes_equal(a->addresses[i].host, b->addresses[i].host))
            return false;
    return true;
}

static void
node_changes(struct telling *t, const struct roster_node *old,
             const struct roster_node *now)
{
    if (old->role != now->role)
        tell(t, "~", now->origin, roster_role_name(now->role));
    if (!key_same(&old->log, &now->log))
        tell(t, "~", now->origin, "has another log's key");
    if (!key_same(&old->cosign, &now->cosign))
        tell(t, "~", now->origin, "cosigns with another key");
    if (!hash_equal(&old->tls_pin, &now->tls_pin))
        tell(t, "~", now->origin, "has another TLS key");
    if (!crypto_same(old->box.b, now->box.b, BOX_PUBLIC_SIZE))
        tell(t, "~", now->origin, "receives keys by another key");
    if (!addresses_same(old, now))
        tell(t, "~", now->origin, "listens elsewhere");
    if (!bytes_equal(old->place, now->place) ||
        old->position.known != now->position.known ||
        old->position.latitude != now->position.latitude ||
        old->position.longitude != now->position.longitude)
        tell(t, "~", now->origin, "is somewhere else");
}

static void
nodes(struct telling *t)
{
    for (size_t i = 0; i < t->old->node_count; i++) {
        const struct roster_node *old = &t->old->nodes[i];
        const struct roster_node *now = roster_find(t->now, old->origin);

        if (now != NULL)
            node_changes(t, old, now);
        else if (roster_find_revoked(t->now, old->origin) != NULL)
            tell_key(t, "-", &old->log, "is revoked");
        else
            tell_key(t, "-", &old->log, "is gone without being revoked");
    }
    for (size_t i = 0; i < t->now->node_count; i++) {
        const struct roster_node *now = &t->now->nodes[i];

        if (roster_find(t->old, now->origin) == NULL)
            tell_key(t, "+", &now->log, roster_role_name(now->role));
    }
}

void
roster_changes(struct cli *cli, const struct roster *old,
               const struct roster *now)
{
    struct telling t = {.out = cli->out, .old = old, .now = now};

    if (!bytes_equal(old->country, now->country))
        tell(&t, "~", now->country, "is another country");
    tell_number(&t, "signatures needed", old->threshold, now->threshold);
    tell_number(&t, "days of others' records", old->hot_days, now->hot_days);
    custodians(&t);
    rights(&t);
    nodes(&t);
    if (!t.any)
        fputs("  nothing but version and times\n", cli->out);
}
