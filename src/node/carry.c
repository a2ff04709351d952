#include "node/carry.h"

#include <stdlib.h>
#include <string.h>

#include "node/carry_out.h"
#include "sync/serve.h"

#define ROSTER_FILE "roster"

/*
 * Rounds of the link in which nothing was asked but the medium's state: then
 * there is no more. Two, since the first may follow something half done; some
 * seconds of them after new entries, which may make the node want one of the
 * medium's lists when they are folded; more where it has not all yet of what
 * lies there.
 */
#define QUIET_ROUNDS 2
#define QUIET_ROUNDS_NEWS 8
#define QUIET_ROUNDS_SHORT 24
/* Rounds that asked again for what they did not get. */
#define IDLE_ROUNDS 32
/* Rounds that broke off, one after another. */
#define STALLS_MAX 6

struct carry {
    const struct sync_host *host; /* who reads the medium */
    struct link link;
    uint8_t *link_memory;

    /* The medium as a node. */
    struct os *os;
    struct folder folder;
    struct sync_host medium;
    struct errand_state state;
    struct roster roster;
    uint8_t roster_note[ROSTER_SIZE_MAX];
    size_t origin_size;
    uint8_t origin[ORIGIN_SIZE_MAX];
    struct mirrors mirrors;
    struct mirrors_log *logs;
    uint8_t *scratch;
    struct grantbox grants;
    struct serve serve;
    struct arena arena;
    struct carry_report report;

    /* When there is no more. */
    uint64_t round;
    unsigned asked; /* in this round */
    unsigned quiet; /* rounds */
    unsigned stalls;
    unsigned idle; /* rounds that asked, and brought nothing */
    uint64_t brought;
};

/* ----- Opening. ----- */

static enum err
names_read(struct carry *carry)
{
    struct fault fault;
    size_t size;
    enum err e =
        os_read_file(carry->os, carry->folder, CARRY_ORIGIN_FILE, carry->origin,
                     sizeof(carry->origin), &carry->origin_size);

    if (e == OK)
        e = os_read_file(carry->os, carry->folder, ROSTER_FILE,
                         carry->roster_note, sizeof(carry->roster_note), &size);
    if (e != OK)
        return e == ERR_LIMIT ? ERR_CORRUPT : e;
    carry->medium.origin = (struct bytes){carry->origin, carry->origin_size};
    carry->medium.roster_note = (struct bytes){carry->roster_note, size};
    if (roster_open(carry->medium.roster_note, NULL, &carry->roster, &fault) !=
        OK)
        return ERR_CORRUPT;
    carry->medium.roster = &carry->roster;
    if (bytes_equal(carry->medium.origin, carry->host->origin))
        return ERR_CONFLICT;
    if (roster_find(carry->host->roster, carry->medium.origin) == NULL ||
        roster_find(&carry->roster, carry->host->origin) == NULL)
        return ERR_DENIED;
    return OK;
}

static enum err
memory_take(struct carry *carry)
{
    uint8_t *arena = malloc(SERVE_ARENA_SIZE);

    arena_init(&carry->arena, arena, arena == NULL ? 0 : SERVE_ARENA_SIZE);
    carry->link_memory = malloc(LINK_MEMORY_SIZE);
    carry->scratch = calloc(1, MIRROR_SCRATCH_SIZE);
    carry->logs =
        calloc(ROSTER_NODES_MAX + ROSTER_REVOKED_MAX, sizeof(*carry->logs));
    return arena == NULL || carry->link_memory == NULL ||
                   carry->scratch == NULL || carry->logs == NULL
               ? ERR_LIMIT
               : OK;
}

static enum err
medium_begin(struct carry *carry)
{
    struct block scratch = {carry->scratch, MIRROR_SCRATCH_SIZE};
    enum err e = names_read(carry);

    if (e != OK)
        return e;
    carry->state.mode = ERRAND_NORMAL;
    carry->state.has_roster = true;
    carry->state.roster_version = carry->roster.version;
    carry->medium.os = carry->os;
    carry->medium.dir = carry->folder;
    carry->medium.random = carry->host->random;
    carry->medium.state = &carry->state;
    carry->medium.mirrors = &carry->mirrors;
    carry->medium.grants = &carry->grants;
    mirrors_init(&carry->mirrors, carry->os, carry->folder, carry->logs,
                 ROSTER_NODES_MAX + ROSTER_REVOKED_MAX, scratch);
    e = grantbox_open(&carry->grants, carry->os, carry->folder, &carry->roster,
                      scratch);
    link_init(&carry->link, carry->medium.origin, carry->link_memory);
    return e;
}

enum err
carry_open(struct carry **out, const struct sync_host *host, const char *path)
{
    struct carry *carry = calloc(1, sizeof(*carry));
    enum err e;

    if (carry == NULL)
        return ERR_LIMIT;
    carry->host = host;
    carry->os = host->os;
    e = carry->os->folder_open(carry->os, path, &carry->folder);
    if (e != OK) {
        free(carry);
        return e;
    }
    e = memory_take(carry);
    if (e == OK)
        e = medium_begin(carry);
    if (e == OK)
        *out = carry;
    else
        carry_close(carry);
    return e;
}

void
carry_close(struct carry *carry)
{
    link_deinit(&carry->link, carry->host);
    carry->os->folder_close(carry->os, carry->folder);
    free(carry->arena.p);
    free(carry->link_memory);
    free(carry->scratch);
    free(carry->logs);
    free(carry);
}

struct bytes
carry_origin(const struct carry *carry)
{
    return carry->medium.origin;
}

/* ----- Asking. ----- */

/* Nothing is left with a medium: what would change it is refused. */
static void
exchange(struct carry *carry, const struct link_want *want, uint64_t now_ns)
{
    struct serve_call call = {.arena = &carry->arena};
    struct reply refused = {.status = 403};
    const struct reply *reply = &refused;

    arena_reset(&carry->arena);
    if (want->message.method == MESSAGE_GET) {
        if (serve_begin(&carry->serve, &call, &carry->medium,
                        carry->host->origin, &want->message,
                        now_ns) == SERVE_ERRAND)
            serve_cancel(&carry->serve, &call);
        else
            reply = &call.reply;
    }
    if (reply->status == 503)
        carry->report.unread = true;
    link_reply(&carry->link, carry->host, now_ns, want->id, reply);
}

static unsigned
quiet_rounds(const struct carry *carry)
{
    struct carry_report report = {0};

    carry_report(carry, &report);
    if (report.short_count > 0 || report.lists_short > 0)
        return QUIET_ROUNDS_SHORT;
    return report.entries > 0 && carry->link.state.list_count > 0
               ? QUIET_ROUNDS_NEWS
               : QUIET_ROUNDS;
}

static enum carry_step
wait_or_end(struct carry *carry, uint64_t *now_ns, uint64_t until_ns)
{
    uint64_t round = carry->link.figures.rounds;
    uint64_t brought = carry->link.figures.entries_in + carry->report.rosters +
                       carry->report.grants + carry->report.lists;

    /* What lies there does not change: it is not asked for ever. */
    carry->stalls = round == carry->round ? carry->stalls + 1 : 0;
    if (carry->stalls == STALLS_MAX) {
        carry->report.unread = true;
        return CARRY_DONE;
    }
    if (round != carry->round) {
        carry->quiet = carry->asked <= 1 ? carry->quiet + 1 : 0;
        carry->idle = brought == carry->brought ? carry->idle + 1 : 0;
        carry->asked = 0;
        carry->round = round;
        carry->brought = brought;
        if (carry->idle == IDLE_ROUNDS)
            return CARRY_DONE;
        if (carry->quiet >= QUIET_ROUNDS && carry->quiet >= quiet_rounds(carry))
            return CARRY_DONE;
    }
    if (until_ns > *now_ns)
        *now_ns = until_ns;
    return CARRY_AGAIN;
}

enum carry_step
carry_next(struct carry *carry, uint64_t *now_ns, struct errand *errand)
{
    struct link_want want;

    switch (link_next(&carry->link, carry->host, *now_ns, &want)) {
    case LINK_ASK:
        carry->asked++;
        exchange(carry, &want, *now_ns);
        return CARRY_AGAIN;
    case LINK_ERRAND:
        carry->asked++;
        *errand = want.errand;
        return CARRY_ERRAND;
    case LINK_WAIT:
        return wait_or_end(carry, now_ns, want.until_ns);
    }
    return CARRY_DONE;
}

void
carry_done(struct carry *carry, uint64_t now_ns,
           const struct errand_answer *answer)
{
    carry_report_count(&carry->report, carry->link.errand.kind, answer);
    link_done(&carry->link, carry->host, now_ns, answer);
}

/* ----- The inbox. ----- */

static enum err
name_pass(void *context, const char *name, bool is_folder)
{
    (void)context;
    (void)name;
    (void)is_folder;
    return OK;
}

bool
carry_inbox_waits(struct os *os, struct folder dir)
{
    return os->list(os, dir, CARRY_INBOX_MEDIUM, name_pass, NULL) == OK;
}

/* ----- What came of it. ----- */

static bool
may_mirror(const struct sync_host *host)
{
    const struct roster_node *self = roster_find(host->roster, host->origin);

    return self != NULL &&
           roster_right(host->roster, self->role, ROSTER_RIGHT_MIRROR);
}

/* Of a node that was revoked no more is taken than others vouched for. */
static void
short_count(const struct carry *carry, const struct state_log *log,
            struct carry_report *out)
{
    const struct sync_host *host = carry->host;
    struct carry_short found = {.there = log->size};
    struct mirrors_log *mirror;

    if (bytes_equal(log->origin, host->origin) ||
        roster_find(host->roster, log->origin) == NULL)
        return;
    mirror = mirrors_of(host->mirrors, host, log->origin);
    if (mirror != NULL)
        found.here = mirror_kept(&mirror->mirror);
    if (mirror == NULL || found.here >= found.there)
        return;
    if (out->short_count < CARRY_SHORTS_MAX &&
        log->origin.size <= sizeof(found.origin)) {
        found.origin_size = log->origin.size;
        memcpy(found.origin, log->origin.p, log->origin.size);
        out->shorts[out->short_count] = found;
    }
    out->short_count++;
}

static bool
medium_has_list(const struct carry *carry, const struct hash *list)
{
    for (size_t i = 0; i < carry->link.state.list_count; i++)
        if (hash_equal(&carry->link.state.lists[i], list))
            return true;
    return false;
}

void
carry_report(const struct carry *carry, struct carry_report *out)
{
    const struct state *state = &carry->link.state;
    const struct errand_state *own = carry->host->state;
    bool owner = false;

    carry_report_add(out, &carry->report);
    out->entries += carry->link.figures.entries_in;
    for (size_t i = 0; i < state->log_count; i++) {
        owner |= bytes_equal(state->logs[i].origin, carry->medium.origin);
        if (may_mirror(carry->host))
            short_count(carry, &state->logs[i], out);
    }
    out->unread = carry->report.unread;
    out->ownerless = !owner && !out->unread;
    for (size_t i = 0; i < own->list_count; i++)
        out->lists_short += medium_has_list(carry, &own->lists[i].sha256);
}
