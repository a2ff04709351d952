#include "node/carry_in.h"

#include <stdlib.h>
#include <string.h>

#include "node/carry.h"
#include "node/lists.h"
#include "node/peers.h"

/* The keeper is asked for its state after so many turns at the latest. */
#define TURNS_A_STATE 64
/* How long the medium's clock goes on when a turn brought nothing, and how
 * often until all that was told by then is settled. */
#define STEP_NS UINT64_C(600000000)
#define SETTLE_TURNS 8

struct carrying {
    const struct book_config *config;
    struct carry_in *out;
    struct book *book;
    struct peers *peers;
    struct carry *carry;
    uint64_t now_ns;

    /* The courier's side. */
    struct sync_host host;
    struct roster *roster;
    uint8_t *roster_note;
    struct mirrors mirrors;
    struct mirrors_log *logs;
    struct grantbox *grants;
    uint8_t *scratch;
    struct errand_state state;
    uint8_t *state_block;

    /* Between the two. */
    uint8_t *asking;
    uint8_t *answering;
    struct errand_answer *answer;
    bool new_roster;
};

/* ----- The keeper. ----- */

static enum err
keeper_tell(struct carrying *c, const struct errand *errand, uint8_t *block)
{
    struct fault fault;
    struct writer in;
    struct writer answer;
    enum err e;

    writer_init(&in, c->asking, ERRAND_SIZE_MAX);
    writer_init(&answer, block, ERRAND_ANSWER_SIZE_MAX);
    errand_encode(&in, errand);
    e = writer_end(&in);
    if (e == OK)
        e = peers_errand(c->peers, writer_done(&in), &answer);
    return e == OK
               ? errand_answer_parse(writer_done(&answer), c->answer, &fault)
               : e;
}

/* The state borrows from the answer's bytes, and so has some of its own. */
static enum err
state_ask(struct carrying *c)
{
    const struct errand errand = {.kind = ERRAND_STATE};
    enum err e = keeper_tell(c, &errand, c->state_block);

    if (e == OK && !c->answer->has_state)
        return ERR_CORRUPT;
    if (e == OK)
        c->state = c->answer->state;
    return e;
}

/* A list is asked about by its indexes, which are made first. */
static enum err
list_index(struct carrying *c, const struct hash *sha256)
{
    struct lists_work work = {.os = c->config->os, .dir = c->config->dir};
    enum lists_verdict verdict;

    enum err e = lists_verify(&work, sha256, true, &verdict);

    return e == OK && verdict == LISTS_GOOD ? lists_losses_make(&work, sha256)
                                            : e;
}

static enum err
keeper_ask(struct carrying *c, const struct errand *errand)
{
    enum err e = OK;

    if (errand->kind == ERRAND_FETCHED)
        e = list_index(c, &errand->sha256);
    if (e == OK)
        e = keeper_tell(c, errand, c->answering);
    if (e == OK)
        c->new_roster |=
            errand->kind == ERRAND_ROSTER && c->answer->verdict == ERRAND_TAKEN;
    return e;
}

/* What the keeper does by itself: what was mirrored is folded. */
static enum err
keeper_work(struct carrying *c)
{
    bool more = true;
    enum err e = OK;

    while (e == OK && more)
        e = peers_round(c->peers, &more);
    return e == OK ? state_ask(c) : e;
}

/* ----- The courier. ----- */

static enum err
mirrors_work(struct carrying *c, bool *any)
{
    struct errand errand;
    enum err e = OK;

    *any = false;
    while (e == OK && mirrors_next(&c->mirrors, &c->host, c->now_ns, &errand)) {
        *any = true;
        e = keeper_ask(c, &errand);
        if (e == OK)
            carry_report_count(&c->out->report, errand.kind, c->answer);
        if (e == OK)
            mirrors_done(&c->mirrors, &c->host, c->now_ns, c->answer);
    }
    if (e == OK && c->mirrors.broken != OK)
        e = c->mirrors.broken;
    return e;
}

/* All that came is on the disk, told and folded. */
static enum err
settle(struct carrying *c)
{
    enum err e = OK;

    for (int i = 0; e == OK && i < SETTLE_TURNS; i++) {
        bool any;

        c->now_ns += STEP_NS;
        e = mirrors_work(c, &any);
        if (e == OK)
            e = keeper_work(c);
    }
    return e;
}

static enum err
medium_turns(struct carrying *c)
{
    enum carry_step step = CARRY_AGAIN;
    struct errand errand;
    bool any;
    enum err e = OK;

    for (unsigned turn = 1; e == OK && step != CARRY_DONE && !c->new_roster;
         turn++) {
        step = carry_next(c->carry, &c->now_ns, &errand);
        if (step == CARRY_ERRAND) {
            e = keeper_ask(c, &errand);
            if (e == OK)
                carry_done(c->carry, c->now_ns, c->answer);
        }
        if (e == OK)
            e = mirrors_work(c, &any);
        if (e == OK && turn % TURNS_A_STATE == 0)
            e = keeper_work(c);
    }
    return e;
}

/* Until a pass brings nothing: what a log says, when it is folded, may make the
 * node want a list of the same medium. */
static enum err
medium_take(struct carrying *c, const char *path)
{
    struct carry_report *report = &c->out->report;
    uint64_t had;
    enum err e;

    do {
        had = report->entries + report->lists + report->grants;
        c->new_roster = false;
        e = carry_open(&c->carry, &c->host, path);
        c->out->step = carry_refusal(e);
        c->out->medium = e != OK;
        if (e != OK)
            return e;
        c->out->step = "taking the medium in";
        e = medium_turns(c);
        if (e == OK)
            e = settle(c);
        carry_report(c->carry, report);
        carry_close(c->carry);
    } while (e == OK && !c->new_roster &&
             report->entries + report->lists + report->grants > had);
    return e;
}

/* ----- Opening and closing. ----- */

static enum err
roster_load(struct carrying *c)
{
    struct fault fault;
    size_t size;
    enum err e = os_read_file(c->config->os, c->config->dir, PEERS_ROSTER_FILE,
                              c->roster_note, ROSTER_SIZE_MAX, &size);

    if (e == ERR_NOT_FOUND) {
        c->out->step = "this node has no roster yet: kufi join gives it one";
        c->out->medium = true;
        return ERR_DENIED;
    }
    c->host.roster_note = (struct bytes){c->roster_note, size};
    if (e == OK)
        e = roster_open(c->host.roster_note, NULL, c->roster, &fault);
    if (e == OK)
        c->host.roster = c->roster;
    return e;
}

static enum err
host_open(struct carrying *c)
{
    struct block scratch = {c->scratch, MIRROR_SCRATCH_SIZE};
    enum err e;

    c->host = (struct sync_host){.os = c->config->os,
                                 .dir = c->config->dir,
                                 .random = c->config->random,
                                 .origin = c->book->origin,
                                 .state = &c->state,
                                 .mirrors = &c->mirrors,
                                 .grants = c->grants};
    e = roster_load(c);
    if (e == OK)
        e = state_ask(c);
    if (e == OK && !sync_host_open(&c->host)) {
        c->out->step = "this node is isolated: kufi rejoin lets it back";
        c->out->medium = true;
        e = ERR_DENIED;
    }
    memset(c->logs, 0,
           (ROSTER_NODES_MAX + ROSTER_REVOKED_MAX) * sizeof(*c->logs));
    mirrors_init(&c->mirrors, c->config->os, c->config->dir, c->logs,
                 ROSTER_NODES_MAX + ROSTER_REVOKED_MAX, scratch);
    return e == OK ? grantbox_open(c->grants, c->config->os, c->config->dir,
                                   c->roster, scratch)
                   : e;
}

/* Once more by each new roster that is on the medium. */
static enum err
all_take(struct carrying *c, const char *medium)
{
    enum err e;

    do {
        c->out->step = "reading the roster";
        e = host_open(c);
        if (e == OK)
            e = medium_take(c, medium);
    } while (e == OK && c->new_roster);
    return e;
}

static enum err
node_take(struct carrying *c, const char *medium)
{
    enum err stopped;
    enum err e = book_start(c->book);

    if (e == OK)
        e = peers_open(&c->peers, c->book);
    if (e != OK) {
        c->out->step = c->book->step;
        book_abandon(c->book);
        return e;
    }
    e = all_take(c, medium);
    c->out->rebuild = peers_stale(c->peers);
    peers_close(c->peers);
    if (e == ERR_IO || e == ERR_CORRUPT) {
        book_abandon(c->book);
        return e;
    }
    stopped = book_stop(c->book, STOP_ASKED);
    return e == OK ? stopped : e;
}

static bool
memory_take(struct carrying *c)
{
    c->book = calloc(1, sizeof(*c->book));
    c->roster = calloc(1, sizeof(*c->roster));
    c->roster_note = malloc(ROSTER_SIZE_MAX);
    c->logs = calloc(ROSTER_NODES_MAX + ROSTER_REVOKED_MAX, sizeof(*c->logs));
    c->grants = calloc(1, sizeof(*c->grants));
    c->scratch = calloc(1, MIRROR_SCRATCH_SIZE);
    c->state_block = malloc(ERRAND_ANSWER_SIZE_MAX);
    c->asking = malloc(ERRAND_SIZE_MAX);
    c->answering = malloc(ERRAND_ANSWER_SIZE_MAX);
    c->answer = calloc(1, sizeof(*c->answer));
    return c->book != NULL && c->roster != NULL && c->roster_note != NULL &&
           c->logs != NULL && c->grants != NULL && c->scratch != NULL &&
           c->state_block != NULL && c->asking != NULL &&
           c->answering != NULL && c->answer != NULL;
}

static void
memory_give(struct carrying *c)
{
    free(c->book);
    free(c->roster);
    free(c->roster_note);
    free(c->logs);
    free(c->grants);
    free(c->scratch);
    free(c->state_block);
    free(c->asking);
    free(c->answering);
    free(c->answer);
}

enum err
carry_in(const struct book_config *config, const char *medium,
         struct carry_in *out)
{
    struct book_config inside = *config;
    struct carrying *c = calloc(1, sizeof(*c));
    struct book_report report;
    enum err e = ERR_LIMIT;

    *out = (struct carry_in){.step = "taking memory"};
    if (c == NULL)
        return e;
    *c = (struct carrying){
        .config = &inside, .out = out, .now_ns = UINT64_C(1000000000)};
    if (memory_take(c)) {
        out->step = "opening the folder";
        e = config->os->folder_open(config->os, config->path, &inside.dir);
    }
    if (e == OK) {
        e = book_open(c->book, &inside, &report);
        if (e == OK)
            e = node_take(c, medium);
        else
            out->step = c->book->step;
        config->os->folder_close(config->os, inside.dir);
    }
    memory_give(c);
    free(c);
    return e;
}
