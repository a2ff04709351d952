/* Whose signatures a roster has, and whether it may follow another. SYN 2.10,
 * SYN 2.11. */
#include "sync/roster.h"

#include "sync/roster_int.h"

enum err
roster_signers(const struct roster *roster, const struct note *note,
               uint64_t *mask)
{
    struct note_signers signers;
    enum err e = note_verify(note, roster->custodians, roster->custodian_count,
                             &signers);

    if (e == OK)
        *mask = signers.mask;
    return e;
}

enum err
roster_verify(const struct roster *roster, const struct note *note)
{
    uint64_t mask = 0;
    enum err e = roster_signers(roster, note, &mask);

    if (e == OK && (unsigned)__builtin_popcountll(mask) < roster->threshold)
        e = ERR_SIGNATURE;
    return e;
}

/* A node stays with the log that it had, or is revoked since. */
static bool
node_follows(const struct roster *roster, const struct roster *old,
             const struct roster_node *before)
{
    const struct roster_node *now = roster_find(roster, before->origin);
    const struct roster_revoked *gone;

    if (now != NULL)
        return roster_key_same(&now->log, &before->log);
    gone = roster_find_revoked(roster, before->origin);
    return gone != NULL && gone->version > old->version &&
           gone->role == before->role &&
           roster_key_same(&gone->log, &before->log);
}

/* Who was revoked stays so, and what is known of him. */
static bool
revoked_follows(const struct roster *roster,
                const struct roster_revoked *before)
{
    const struct roster_revoked *now =
        roster_find_revoked(roster, before->origin);

    return now != NULL && now->version == before->version &&
           now->role == before->role &&
           roster_key_same(&now->log, &before->log);
}

/* SYN 2.11 */
static enum err
follow_check(const struct roster *roster, const struct roster *old,
             struct fault *fault)
{
    if (!bytes_equal(roster->country, old->country))
        return fault_set(fault, ERR_CONFLICT, 0, "SYN 2.11",
                         "another country's roster");
    if (roster->version <= old->version)
        return fault_set(fault, ERR_CONFLICT, 0, "SYN 2.11",
                         "the version is not above the one in force");
    for (size_t i = 0; i < old->node_count; i++)
        if (!node_follows(roster, old, &old->nodes[i]))
            return fault_set(fault, ERR_CONFLICT, 0, "SYN 2.11",
                             "a node is gone, or has another log");
    for (size_t i = 0; i < old->revoked_count; i++)
        if (!revoked_follows(roster, &old->revoked[i]))
            return fault_set(fault, ERR_CONFLICT, 0, "SYN 2.11",
                             "a revoked node is not as it was");
    return OK;
}

static enum err
unsigned_fault(struct fault *fault, const char *what)
{
    return fault_set(fault, ERR_SIGNATURE, 0, "SYN 2.10", what);
}

enum err
roster_open(struct bytes in, const struct roster *old, struct roster *out,
            struct fault *fault)
{
    struct note note;
    enum err e = note_parse_within(in, ROSTER_SIZE_MAX, &note, fault);

    *out = (struct roster){.version = 0};
    if (e != OK)
        return e;
    if (old != NULL && roster_verify(old, &note) != OK)
        return unsigned_fault(fault, "not signed by enough custodians of the "
                                     "roster in force");
    e = roster_parse(note.text, out, fault);
    if (e == OK && roster_verify(out, &note) != OK)
        e = unsigned_fault(fault, "not signed by enough of its custodians");
    if (e == OK && old != NULL)
        e = follow_check(out, old, fault);
    if (e != OK)
        *out = (struct roster){.version = 0};
    return e;
}
