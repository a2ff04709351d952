#include "sync/host.h"

bool
sync_host_open(const struct sync_host *host)
{
    return host->roster != NULL && host->state != NULL &&
           host->state->mode != ERRAND_ISOLATED &&
           roster_find(host->roster, host->origin) != NULL;
}

const struct note_key *
sync_log_key(const struct sync_host *host, struct bytes origin)
{
    const struct roster_node *node = roster_find(host->roster, origin);
    const struct roster_revoked *revoked;

    if (node != NULL)
        return &node->log;
    revoked = roster_find_revoked(host->roster, origin);
    return revoked == NULL ? NULL : &revoked->log;
}

struct log_view
sync_own_view(const struct sync_host *host)
{
    return (struct log_view){
        .os = host->os, .dir = host->dir, .prefix = VIEW_LOG_PREFIX};
}
