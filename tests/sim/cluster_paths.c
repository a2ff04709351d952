/*
 * Who can hear of whom when all is healed.
 *
 * A post calls those who listen and nobody calls it, so what it writes comes to
 * another post by a node between them; and that one may be the enemy's. One
 * that passes things on, whatever else it does, is a way. These are none:
 *
 * - two that claim to be one: some posts reach the one, some the other, and
 *   neither hears of its twin
 * - one that was set back and then isolated: its log is less than what others
 *   hold of it, so it must not come back (SYN 6.8), and is asked in vain
 *
 * Between those whose only ways are such, nobody can promise anything.
 */
#include "sim/cluster.h"

#include <string.h>

/* No node calls its own name. */
static bool
calls(const struct cluster *cluster, const struct site *from,
      const struct site *to)
{
    return to->listens && strcmp(from->origin, to->origin) != 0 &&
           cluster_route(cluster, from->number, bytes_of(to->origin)) ==
               (int)to->number;
}

/* Of an honest one, and of one whose log has one history, it is demanded that
 * it comes back from its isolation. */
static bool
must_be_back(const struct cluster *cluster, const struct site *site)
{
    return site_honest(site) ||
           (cluster->lie != CLUSTER_FORK && cluster->lie != CLUSTER_ROLLBACK);
}

static bool
passes_on(const struct cluster *cluster, const struct site *site)
{
    if (site->lost || site->role == ROSTER_WITNESS)
        return false;
    return must_be_back(cluster, site) ||
           (site->machine.up &&
            peers_mode(site->machine.peers) == ERRAND_NORMAL);
}

/* Those who exchange with one of `sites`. */
static unsigned
beside(const struct cluster *cluster, const struct site *site)
{
    unsigned found = 0;

    for (unsigned i = 0; i < cluster->site_count; i++) {
        const struct site *other = &cluster->sites[i];

        if (i != site->number && !other->lost &&
            (calls(cluster, site, other) || calls(cluster, other, site)))
            found |= 1u << i;
    }
    return found;
}

bool
paths_join(struct cluster *cluster, unsigned from, unsigned to)
{
    unsigned reached = 1u << from;

    /* No way is longer than there are sites. */
    for (size_t step = 0; step < cluster->site_count; step++) {
        unsigned before = reached;

        for (unsigned i = 0; i < cluster->site_count; i++) {
            const struct site *site = &cluster->sites[i];

            if ((before >> i & 1) != 0 &&
                (i == from || passes_on(cluster, site)))
                reached |= beside(cluster, site);
        }
    }
    return (reached >> to & 1) != 0;
}
