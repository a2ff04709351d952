#include "sync/host.h"

#include <assert.h>

#include "sync/message.h"

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

void
sync_roster_path(uint64_t version, char out[OS_PATH_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, out, OS_PATH_SIZE_MAX - 1);
    writer_text(&w, "rosters/");
    writer_decimal(&w, version);
    out[w.at] = '\0';
}

void
sync_witness_path(const struct hash *name, char out[OS_PATH_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, out, OS_PATH_SIZE_MAX - 1);
    writer_text(&w, "witness/");
    message_hash_write(&w, name);
    out[w.at] = '\0';
}

void
sync_list_path(const struct hash *sha256, const char *ending,
               char out[OS_PATH_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, out, OS_PATH_SIZE_MAX - 1);
    writer_text(&w, SYNC_LISTS_FOLDER "/");
    message_hash_write(&w, sha256);
    writer_text(&w, ending);
    assert(!w.full);
    out[w.at] = '\0';
}

struct log_view
sync_own_view(const struct sync_host *host)
{
    return (struct log_view){
        .os = host->os, .dir = host->dir, .prefix = VIEW_LOG_PREFIX};
}
