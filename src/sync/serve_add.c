#include "sync/serve_int.h"

#include "base/reader.h"

/* A log of a node, or of one that was revoked, when our role is to mirror; else
 * the reply is set. */
static struct mirrors_log *
log_find(struct serve_call *call, const struct sync_host *host)
{
    const struct roster_node *own = roster_find(host->roster, host->origin);
    struct mirrors_log *log;

    serve_status(call, 404);
    if (!roster_right(host->roster, own->role, ROSTER_RIGHT_MIRROR))
        return NULL;
    log = mirrors_find(host->mirrors, host, &call->route.hash);
    return log;
}

static bool
body_parse(struct bytes body, struct mirror_offer *out)
{
    struct reader r = {.in = body};
    uint32_t size = reader_be32(&r, "SYN 6.5");

    if (size > NOTE_SIZE_MAX)
        reader_refuse(&r, ERR_LIMIT, "SYN 6.5", "the checkpoint is too long");
    out->note = reader_bytes(&r, size, "SYN 6.5");
    if (r.fault.code != OK)
        return false;
    return package_parse(bytes_slice(body, r.at, body.size), &out->package,
                         NULL) == OK;
}

void
serve_add_entries(struct serve_call *call, const struct sync_host *host,
                  struct bytes body, uint64_t now_ns)
{
    struct mirrors *mirrors = host->mirrors;
    struct mirrors_log *log = log_find(call, host);
    struct mirror_offer offer = {.roster = host->roster};
    struct evidence found;
    enum err e;

    if (log == NULL)
        return;
    serve_status(call, 400);
    if (!body_parse(body, &offer))
        return;
    offer.key = sync_log_key(host, mirror_origin(&log->mirror));
    if (!cosignatures_vouch(host->roster, mirror_origin(&log->mirror),
                            offer.note)) {
        serve_status(call, 422);
        return;
    }
    if (mirrors->broken != OK || log->fetch_ns > now_ns) {
        serve_status(call, 503);
        return;
    }
    if (offer.package.count == 0)
        e = mirror_past(&log->mirror, &offer, &found);
    else
        e = mirror_add(&log->mirror, &offer, mirrors->scratch, &found);
    if (e == ERR_CONFLICT)
        mirrors_contradiction(mirrors, mirror_origin(&log->mirror), &found);
    if (e == ERR_IO)
        mirrors->broken = e;
    if (e == OK)
        serve_status(call, 200);
    else if (e == ERR_BUSY)
        serve_size(call, mirror_size(&log->mirror));
    else
        serve_status(call, e == ERR_FULL || e == ERR_IO ? 503 : 422);
}

void
serve_merge(struct serve_call *call, const struct sync_host *host,
            struct bytes body)
{
    struct mirrors_log *log = log_find(call, host);
    const struct note_key *key;
    struct checkpoint checkpoint;
    struct evidence found;
    enum err e;
    bool more;

    if (log == NULL)
        return;
    key = sync_log_key(host, mirror_origin(&log->mirror));
    e = mirror_judge(&log->mirror, key, body, &checkpoint, &found);
    if (e == ERR_CONFLICT)
        mirrors_contradiction(host->mirrors, mirror_origin(&log->mirror),
                              &found);
    if (e == OK)
        e = mirror_merge(&log->mirror, host->roster, key, body, &more);
    if (e == OK)
        serve_status(call, 200);
    else
        serve_status(call, e == ERR_NOT_FOUND ? 404 : 422);
}
