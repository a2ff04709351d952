#include "node/carry.h"

#include <stdlib.h>
#include <string.h>

#include "node/carry_out.h"
#include "sync/serve.h"

#define ROSTER_FILE "roster"

/* Rounds of the link in which nothing was asked but the medium's state: then
 * there is no more. Two, since the first may follow something half done. */
#define QUIET_ROUNDS 2

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

    /* When there is no more. */
    uint64_t round;
    unsigned asked; /* in this round */
    unsigned quiet; /* rounds */
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

const struct link_figures *
carry_figures(const struct carry *carry)
{
    return &carry->link.figures;
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
    link_reply(&carry->link, carry->host, now_ns, want->id, reply);
}

static enum carry_step
wait_or_end(struct carry *carry, uint64_t *now_ns, uint64_t until_ns)
{
    uint64_t round = carry->link.figures.rounds;

    if (round != carry->round) {
        carry->quiet = carry->asked <= 1 ? carry->quiet + 1 : 0;
        carry->asked = 0;
        carry->round = round;
        if (carry->quiet == QUIET_ROUNDS)
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
    link_done(&carry->link, carry->host, now_ns, answer);
}
