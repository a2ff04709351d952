#include "sync/mirrors.h"

#include <assert.h>
#include <string.h>

void
mirrors_init(struct mirrors *mirrors, struct os *os, struct folder dir,
             struct mirrors_log *logs, size_t log_max, struct block scratch)
{
    assert(scratch.size >= MIRROR_SCRATCH_SIZE);
    memset(mirrors, 0, sizeof(*mirrors));
    mirrors->os = os;
    mirrors->dir = dir;
    mirrors->logs = logs;
    mirrors->log_max = log_max;
    mirrors->scratch = scratch;
}

/* ----- Finding. ----- */

static const struct errand_log *
state_of(const struct sync_host *host, struct bytes origin)
{
    const struct errand_state *state = host->state;

    for (size_t i = 0; state != NULL && i < state->log_count; i++)
        if (bytes_equal(state->logs[i].origin, origin))
            return &state->logs[i];
    return NULL;
}

static struct mirrors_log *
log_open_new(struct mirrors *mirrors, const struct sync_host *host,
             struct bytes origin)
{
    const struct note_key *key = sync_log_key(host, origin);
    const struct errand_log *told = state_of(host, origin);
    struct mirrors_log *log;

    if (key == NULL || bytes_equal(origin, host->origin) ||
        mirrors->log_count == mirrors->log_max || mirrors->broken != OK)
        return NULL;
    log = &mirrors->logs[mirrors->log_count];
    memset(log, 0, sizeof(*log));
    if (mirror_open(&log->mirror, mirrors->os, mirrors->dir, origin, key,
                    mirrors->scratch) != OK)
        return NULL;
    mirrors->log_count++;
    if (told != NULL) {
        log->told = told->mirrored;
        log->hint = told->cosigned;
    }
    return log;
}

struct mirrors_log *
mirrors_of(struct mirrors *mirrors, const struct sync_host *host,
           struct bytes origin)
{
    for (size_t i = 0; i < mirrors->log_count; i++) {
        struct mirrors_log *log = &mirrors->logs[i];

        if (bytes_equal(mirror_origin(&log->mirror), origin))
            return log;
    }
    return log_open_new(mirrors, host, origin);
}

struct mirrors_log *
mirrors_find(struct mirrors *mirrors, const struct sync_host *host,
             const struct hash *name)
{
    const struct roster *roster = host->roster;

    for (size_t i = 0; i < mirrors->log_count; i++)
        if (hash_equal(&mirrors->logs[i].mirror.name, name))
            return &mirrors->logs[i];
    for (size_t i = 0; i < roster->node_count + roster->revoked_count; i++) {
        struct bytes origin =
            i < roster->node_count
                ? roster->nodes[i].origin
                : roster->revoked[i - roster->node_count].origin;
        struct hash hash = hash_of(origin);

        if (hash_equal(&hash, name))
            return log_open_new(mirrors, host, origin);
    }
    return NULL;
}

/* ----- Putting on the disk. ----- */

static bool
settle_due(const struct mirrors *mirrors, uint64_t now_ns)
{
    if (mirrors->broken != OK ||
        (mirrors->settled_ns > 0 &&
         now_ns - mirrors->settled_ns < MIRRORS_SETTLE_NS))
        return false;
    for (size_t i = 0; i < mirrors->log_count; i++)
        if (mirror_unsettled(&mirrors->logs[i].mirror))
            return true;
    return false;
}

/* A disk that is full is no disaster: it is tried again. */
static enum err
judge(enum err e)
{
    return e == OK || e == ERR_FULL ? e : ERR_IO;
}

static enum err
each_do(struct mirrors *mirrors, enum err (*step)(struct mirror *mirror),
        bool (*wanted)(const struct mirror *mirror))
{
    enum err worst = OK;

    for (size_t i = 0; i < mirrors->log_count; i++) {
        struct mirror *mirror = &mirrors->logs[i].mirror;
        enum err e = OK;

        if (wanted(mirror))
            e = judge(step(mirror));
        if (e == ERR_IO)
            return e;
        if (e != OK)
            worst = e;
    }
    return worst;
}

static bool
is_prepared(const struct mirror *mirror)
{
    return mirror->prepared;
}

static bool
is_unswept(const struct mirror *mirror)
{
    return mirror->swept / TILE_WIDTH < mirror->kept.covers / TILE_WIDTH;
}

/* Two syncs for all mirrors: one before the checkpoints are put in place, so
 * that they cover what is there, and one after. SYN 5.5 */
static enum err
settle(struct mirrors *mirrors)
{
    struct os *os = mirrors->os;
    enum err e = each_do(mirrors, mirror_prepare, mirror_unsettled);

    if (e == ERR_IO || os->sync_all(os, mirrors->dir) != OK)
        return ERR_IO;
    e = each_do(mirrors, mirror_place, is_prepared);
    if (e == ERR_IO || os->sync_all(os, mirrors->dir) != OK)
        return ERR_IO;
    return each_do(mirrors, mirror_sweep, is_unswept);
}

/* ----- Errands. ----- */

/* The note of the checkpoint in place, kept until the answer. */
static void
ask_begin(struct mirrors *mirrors, struct mirrors_log *log,
          enum errand_kind kind)
{
    struct bytes note = mirror_checkpoint(&log->mirror);

    memcpy(mirrors->note, note.p, note.size);
    mirrors->note_size = note.size;
    mirrors->asked_log = log;
    mirrors->asked_evidence = NULL;
    mirrors->asked =
        (struct errand){.kind = kind,
                        .origin = mirror_origin(&log->mirror),
                        .size = mirror_kept(&log->mirror),
                        .note = {mirrors->note, mirrors->note_size}};
}

static bool
may_cosign(const struct sync_host *host, struct bytes origin)
{
    const struct roster_node *own = roster_find(host->roster, host->origin);

    return own != NULL && sync_log_key(host, origin) != NULL &&
           roster_right(host->roster, own->role, ROSTER_RIGHT_COSIGN);
}

/* The proof from the checkpoint cosigned last, made of the mirror's tiles. */
static bool
cosign_begin(struct mirrors *mirrors, struct mirrors_log *log)
{
    struct package_tiles tiles = {.view = mirror_view(&log->mirror),
                                  .size = mirror_kept(&log->mirror)};
    struct tile_source source = package_source(&tiles);
    struct proof proof;
    enum err e;

    if (log->hint > tiles.size) {
        log->cosigned = log->hint;
        return false;
    }
    e = proof_make_consistency(&source, log->hint, tiles.size, &proof);
    if (e != OK) {
        if (e == ERR_NOT_FOUND || e == ERR_CORRUPT)
            mirror_doubt(&log->mirror, mirrors->scratch);
        return false;
    }
    ask_begin(mirrors, log, ERRAND_COSIGN);
    mirrors->asked.size = log->hint;
    mirrors->asked.proof = proof;
    return true;
}

static bool
log_ask(struct mirrors *mirrors, const struct sync_host *host,
        struct mirrors_log *log, uint64_t now_ns)
{
    uint64_t kept = mirror_kept(&log->mirror);

    if (kept == 0 || now_ns < log->retry_ns)
        return false;
    if (kept > log->told) {
        ask_begin(mirrors, log, ERRAND_MIRRORED);
        return true;
    }
    if (kept <= log->cosigned || kept <= log->hint || now_ns < log->cosign_ns ||
        !may_cosign(host, mirror_origin(&log->mirror)))
        return false;
    return cosign_begin(mirrors, log);
}

static bool
evidence_ask(struct mirrors *mirrors)
{
    for (size_t i = 0; i < MIRRORS_EVIDENCE_MAX; i++) {
        struct mirrors_evidence *waiting = &mirrors->evidence[i];

        if (waiting->origin_size == 0)
            continue;
        mirrors->asked_log = NULL;
        mirrors->asked_evidence = waiting;
        mirrors->asked =
            (struct errand){.kind = ERRAND_EVIDENCE,
                            .origin = {waiting->origin, waiting->origin_size},
                            .note = waiting->evidence.known,
                            .other = waiting->evidence.other,
                            .sha256 = waiting->evidence.root,
                            .proof = waiting->evidence.proof,
                            .evidence = waiting->evidence.kind};
        return true;
    }
    return false;
}

bool
mirrors_next(struct mirrors *mirrors, const struct sync_host *host,
             uint64_t now_ns, struct errand *out)
{
    bool found;

    if (settle_due(mirrors, now_ns)) {
        mirrors->settled_ns = now_ns;
        if (settle(mirrors) == ERR_IO)
            mirrors->broken = ERR_IO;
    }
    if (mirrors->waiting || mirrors->broken != OK || !sync_host_open(host) ||
        host->state->mode != ERRAND_NORMAL)
        return false;
    found = evidence_ask(mirrors);
    for (size_t i = 0; !found && i < mirrors->log_count; i++) {
        mirrors->turn = (mirrors->turn + 1) % mirrors->log_count;
        found = log_ask(mirrors, host, &mirrors->logs[mirrors->turn], now_ns);
    }
    if (found)
        *out = mirrors->asked;
    mirrors->waiting = found;
    return found;
}

/* Our cosignature joins those that the checkpoint has, if it is still the one
 * in place. */
static void
cosignature_take(struct mirrors *mirrors, const struct sync_host *host,
                 struct mirrors_log *log, struct bytes line)
{
    const struct note_key *key =
        sync_log_key(host, mirror_origin(&log->mirror));
    uint8_t block[MIRROR_NOTE_SIZE_MAX + NOTE_LINE_SIZE_MAX];
    struct bytes note = {mirrors->note, mirrors->note_size};
    struct writer w;
    bool more;

    writer_init(&w, block, sizeof(block));
    if (key == NULL || cosignatures_bare(&w, key, note) != OK)
        return;
    writer_bytes(&w, line);
    /* One that has been replaced meanwhile is cosigned anew. */
    if (writer_end(&w) == OK)
        (void)!mirror_merge(&log->mirror, host->roster, key, writer_done(&w),
                            &more);
}

static void
cosign_done(struct mirrors *mirrors, const struct sync_host *host,
            uint64_t now_ns, const struct errand_answer *answer)
{
    struct mirrors_log *log = mirrors->asked_log;
    struct bytes note = {mirrors->note, mirrors->note_size};
    struct checkpoint checkpoint = {.size = 0};
    const struct note_key *key =
        sync_log_key(host, mirror_origin(&log->mirror));

    if (key == NULL || checkpoint_open(note, key, &checkpoint, NULL) != OK)
        return;
    if (answer->status == 409) {
        log->hint = answer->size;
        return;
    }
    log->cosign_ns = now_ns + MIRRORS_COSIGN_NS;
    /* What it refuses it will refuse again; a larger size is another matter. */
    log->cosigned = checkpoint.size;
    if (answer->status != 200)
        return;
    log->hint = checkpoint.size;
    cosignature_take(mirrors, host, log, answer->note);
}

void
mirrors_done(struct mirrors *mirrors, const struct sync_host *host,
             uint64_t now_ns, const struct errand_answer *answer)
{
    struct mirrors_log *log = mirrors->asked_log;

    if (!mirrors->waiting)
        return;
    mirrors->waiting = false;
    if (answer->verdict == ERRAND_LATER) {
        if (log != NULL)
            log->retry_ns = now_ns + MIRRORS_RETRY_NS;
        return;
    }
    switch (mirrors->asked.kind) {
    case ERRAND_MIRRORED:
        log->told = mirrors->asked.size;
        return;
    case ERRAND_COSIGN:
        cosign_done(mirrors, host, now_ns, answer);
        return;
    default:
        mirrors->asked_evidence->origin_size = 0;
        return;
    }
}

/* ----- Contradictions. ----- */

static uint64_t
contradiction_sum(struct bytes origin, const struct evidence *evidence)
{
    struct hash_stream stream;
    struct hash hash;

    hash_begin(&stream);
    hash_add(&stream, origin);
    hash_add(&stream, evidence->known);
    hash_add(&stream, evidence->other);
    hash = hash_end(&stream);
    return be64_read(hash.b);
}

static void
evidence_copy(struct mirrors_evidence *out, struct bytes origin,
              const struct evidence *evidence)
{
    out->evidence = *evidence;
    memcpy(out->known, evidence->known.p, evidence->known.size);
    memcpy(out->other, evidence->other.p, evidence->other.size);
    memcpy(out->origin, origin.p, origin.size);
    out->evidence.known.p = out->known;
    out->evidence.other.p = out->other;
    out->origin_size = origin.size;
}

void
mirrors_contradiction(struct mirrors *mirrors, struct bytes origin,
                      const struct evidence *evidence)
{
    uint64_t sum = contradiction_sum(origin, evidence);

    if (evidence->known.size > MIRROR_NOTE_SIZE_MAX ||
        evidence->other.size > MIRROR_NOTE_SIZE_MAX ||
        origin.size > KEY_NAME_SIZE_MAX)
        return;
    for (size_t i = 0; i < MIRRORS_TOLD_MAX; i++)
        if (mirrors->told[i] == sum)
            return;
    for (size_t i = 0; i < MIRRORS_EVIDENCE_MAX; i++) {
        if (mirrors->evidence[i].origin_size > 0)
            continue;
        evidence_copy(&mirrors->evidence[i], origin, evidence);
        mirrors->told[mirrors->told_at++ % MIRRORS_TOLD_MAX] = sum;
        return;
    }
}
