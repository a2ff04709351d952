#include "sim/courier.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tlog/bundle.h"

/* How old the keeper's state may be; the real one asks more often. */
#define STATE_MS 2000

/* A keeper has other work too. */
#define ERRAND_DELAY_MAX_MS 20

/* How soon the supervisor starts one again that failed. */
#define RESTART_MS 1000

static void courier_run(struct courier *courier);
static void courier_again(struct courier *courier, int64_t after_ms);

static void *
taken(size_t size)
{
    void *p = calloc(1, size);

    if (p == NULL)
        abort();
    return p;
}

static uint64_t
now_ns(const struct courier *courier)
{
    return (uint64_t)courier->machine->world->now_ms * 1000000u;
}

/* ----- When it looks again. ----- */

static void
pump(void *context, uint64_t argument)
{
    struct courier *courier = context;

    if (!courier->up || argument != courier->pump)
        return;
    courier->pump_ms = INT64_MAX;
    courier_run(courier);
}

static void
pump_at(struct courier *courier, int64_t at_ms)
{
    struct world *world = courier->machine->world;

    if (!courier->up || courier->pump_ms <= at_ms)
        return;
    courier->pump_ms = at_ms;
    courier->pump++;
    world_after(world, at_ms - world->now_ms,
                (struct world_task){.run = pump,
                                    .context = courier,
                                    .argument = courier->pump});
}

void
courier_wake(struct courier *courier)
{
    pump_at(courier, courier->machine->world->now_ms);
}

/* ----- Errands. ----- */

static void answer_hand(struct courier *courier,
                        const struct courier_errand *errand,
                        const struct errand_answer *answer);

static void
errand_take(struct courier *courier, const struct courier_errand *errand)
{
    struct machine *machine = courier->machine;
    struct bytes in = {errand->bytes, errand->size};
    struct errand_answer *answer = taken(sizeof(*answer));
    struct errand *asked = taken(sizeof(*asked));
    struct fault fault;
    struct writer w;
    enum err e;

    machine_clock(machine);
    writer_init(&w, courier->answer, ERRAND_ANSWER_SIZE_MAX);
    e = peers_errand(machine->peers, in, &w);
    if (machine_well(machine, e)) {
        if (e == OK)
            e = errand_answer_parse(writer_done(&w), answer, &fault);
        else
            *answer = (struct errand_answer){.verdict = ERRAND_LATER};
        if (errand_parse(in, asked, &fault) != OK || (e != OK && e != ERR_FULL))
            world_broken(machine->world, "sim", "an answer is none: %s",
                         fault.clause);
        courier->took(courier->took_context, asked, answer);
        answer_hand(courier, errand, answer);
    }
    free(asked);
    free(answer);
}

static void
errand_run(void *context, uint64_t argument)
{
    struct courier *courier = context;
    struct courier_errand errand = courier->errands[argument];

    courier->errands[argument] = (struct courier_errand){0};
    if (courier->up && errand.life == courier->life)
        errand_take(courier, &errand);
    free(errand.bytes);
    courier_wake(courier);
}

static void
errand_send(struct courier *courier, enum courier_owner owner, unsigned number,
            const struct errand *errand)
{
    struct world *world = courier->machine->world;
    struct errand sent = *errand;
    struct courier_errand *slot;
    struct writer w;
    size_t at = 0;

    while (at < COURIER_ERRANDS_MAX && courier->errands[at].used)
        at++;
    if (at == COURIER_ERRANDS_MAX)
        world_broken(world, "sim", "too many errands");
    slot = &courier->errands[at];
    sent.id = ++courier->errand_id;
    writer_init(&w, courier->answer, ERRAND_ANSWER_SIZE_MAX);
    errand_encode(&w, &sent);
    *slot = (struct courier_errand){.used = true,
                                    .life = courier->life,
                                    .owner = owner,
                                    .number = number,
                                    .bytes = taken(w.at + 1),
                                    .size = w.at};
    memcpy(slot->bytes, courier->answer, w.at);
    world_after(world, world_between(world, 0, ERRAND_DELAY_MAX_MS),
                (struct world_task){
                    .run = errand_run, .context = courier, .argument = at});
}

static void
state_take(struct courier *courier, const struct errand_answer *answer)
{
    struct fault fault;
    struct writer w;

    (void)answer;
    /* Its bytes are those of the buffer: they are to stay. */
    writer_init(&w, courier->state_bytes, ERRAND_ANSWER_SIZE_MAX);
    errand_answer_encode(&w, answer);
    if (errand_answer_parse(writer_done(&w), &courier->state, &fault) != OK)
        abort();
    courier->host.state = &courier->state.state;
    courier->asked_state = false;
    courier->state_ms = courier->machine->world->now_ms;
}

static void
call_end(struct courier *courier, struct courier_call *call)
{
    net_answer(courier->net, call->exchange, &call->call.reply);
    call->used = false;
}

static void
answer_hand(struct courier *courier, const struct courier_errand *errand,
            const struct errand_answer *answer)
{
    struct courier_call *call;

    switch (errand->owner) {
    case COURIER_STATE:
        state_take(courier, answer);
        return;
    case COURIER_MIRRORS:
        mirrors_done(&courier->mirrors, &courier->host, now_ns(courier),
                     answer);
        return;
    case COURIER_LINK:
        link_done(&courier->links[errand->number], &courier->host,
                  now_ns(courier), answer);
        return;
    case COURIER_CALL:
        call = &courier->calls[errand->number];
        serve_done(&courier->serve, &call->call, &courier->host, answer,
                   now_ns(courier));
        call_end(courier, call);
        return;
    }
}

/* ----- What it does when it looks. ----- */

static enum err
roster_load(struct courier *courier)
{
    struct sync_host *host = &courier->host;
    struct fault fault;
    size_t size;
    enum err e = os_read_file(host->os, host->dir, PEERS_ROSTER_FILE,
                              courier->roster_note, NOTE_SIZE_MAX, &size);

    if (e != OK)
        return e;
    host->roster_note = (struct bytes){courier->roster_note, size};
    e = roster_open(host->roster_note, NULL, courier->roster, &fault);
    if (e == OK)
        host->roster = courier->roster;
    return e;
}

static void
links_make(struct courier *courier)
{
    const struct roster *roster = courier->host.roster;

    for (size_t i = 0; i < roster->node_count; i++) {
        const struct roster_node *node = &roster->nodes[i];
        struct link *link = &courier->links[courier->link_count];

        if (node->address_count == 0 ||
            bytes_equal(node->origin, courier->host.origin) ||
            courier->link_count == COURIER_LINKS_MAX)
            continue;
        if (courier->memory[courier->link_count] == NULL)
            courier->memory[courier->link_count] = taken(LINK_MEMORY_SIZE);
        link_init(link, node->origin, courier->memory[courier->link_count]);
        courier->link_count++;
    }
}

static enum err
folders_make(struct courier *courier)
{
    static const char *const folders[] = {MIRROR_FOLDER, GRANTBOX_FOLDER,
                                          SYNC_LISTS_FOLDER};
    struct os *os = courier->host.os;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < sizeof(folders) / sizeof(folders[0]); i++)
        e = os->make_folder(os, courier->host.dir, folders[i], 0700);
    return e;
}

/* Once in a life: with a new mode or roster another one begins. */
static void
courier_settle(struct courier *courier)
{
    const struct errand_state *state = courier->host.state;
    struct block scratch = {courier->answer, ERRAND_ANSWER_SIZE_MAX};
    enum err e = folders_make(courier);

    courier->settled = true;
    courier->mode = state->mode;
    courier->roster_version = state->roster_version;
    if (e == OK && state->has_roster)
        e = roster_load(courier);
    courier->speaks = e == OK && sync_host_open(&courier->host);
    if (courier->speaks)
        e = grantbox_open(courier->grants, courier->host.os, courier->host.dir,
                          courier->roster, scratch);
    if (e != OK) {
        courier_again(courier, RESTART_MS);
        return;
    }
    if (courier->speaks)
        links_make(courier);
    world_trace(courier->machine->world,
                "%s: mode %d, roster %" PRIu64 ", %zu links",
                courier->machine->name, (int)courier->mode,
                courier->roster_version, courier->link_count);
}

static void
state_look(struct courier *courier)
{
    const struct errand_state *state = courier->host.state;
    struct errand errand = {.kind = ERRAND_STATE};
    int64_t now_ms = courier->machine->world->now_ms;

    if (state != NULL && courier->settled &&
        (state->mode != courier->mode ||
         state->roster_version != courier->roster_version))
        courier_again(courier, 0);
    else if (state != NULL && !courier->settled)
        courier_settle(courier);
    if (!courier->up || courier->asked_state ||
        (courier->host.state != NULL && now_ms - courier->state_ms < STATE_MS))
        return;
    courier->asked_state = true;
    errand_send(courier, COURIER_STATE, 0, &errand);
}

static void
link_ask(struct courier *courier, unsigned number, const struct link_want *want)
{
    const struct link *link = &courier->links[number];
    int to = courier->route(courier->route_context, courier->machine->number,
                            link_origin(link));
    struct net_ends ends = {.from = courier->machine->number,
                            .to = to < 0 ? 0 : (unsigned)to,
                            .life = courier->life,
                            .link = number,
                            .id = want->id};
    struct reply reply = {.error = ERR_BUSY};

    if (to < 0)
        courier_answered(courier, &ends, &reply);
    else
        net_ask(courier->net, &ends, &want->message);
}

/* Until it waits; when it wants to be called again, in `*due_ns`. */
static void
link_run(struct courier *courier, unsigned number, uint64_t *due_ns)
{
    struct link_want *want = taken(sizeof(*want));
    bool waiting = false;

    while (!waiting) {
        switch (link_next(&courier->links[number], &courier->host,
                          now_ns(courier), want)) {
        case LINK_ASK:
            link_ask(courier, number, want);
            break;
        case LINK_ERRAND:
            errand_send(courier, COURIER_LINK, number, &want->errand);
            break;
        case LINK_WAIT:
            waiting = true;
            if (want->until_ns < *due_ns)
                *due_ns = want->until_ns;
            break;
        }
    }
    free(want);
}

static void
courier_run(struct courier *courier)
{
    struct world *world = courier->machine->world;
    uint64_t due_ns = now_ns(courier) + UINT64_C(60000000000);
    struct errand errand;
    int64_t wait_ms;

    machine_clock(courier->machine);
    state_look(courier);
    if (!courier->up)
        return;
    for (unsigned i = 0; i < courier->link_count; i++)
        link_run(courier, i, &due_ns);
    if (courier->mirrors.broken != OK) {
        courier_again(courier, RESTART_MS);
        return;
    }
    if (courier->speaks && mirrors_next(&courier->mirrors, &courier->host,
                                        now_ns(courier), &errand))
        errand_send(courier, COURIER_MIRRORS, 0, &errand);
    wait_ms = due_ns > now_ns(courier)
                  ? (int64_t)((due_ns - now_ns(courier)) / 1000000u) + 1
                  : 1;
    pump_at(courier, world->now_ms + wait_ms +
                         world_between(world, 0, courier->lazy_ms));
}

void
courier_trace(const struct courier *courier)
{
    for (size_t i = 0; i < courier->link_count; i++) {
        const struct link_figures *figures = &courier->links[i].figures;

        world_trace(courier->machine->world,
                    "%s: link %zu: rounds %" PRIu64 ", entries in %" PRIu64
                    ", out %" PRIu64 ", failures %" PRIu64 ": %s",
                    courier->machine->name, i, figures->rounds,
                    figures->entries_in, figures->entries_out,
                    figures->failures,
                    figures->trouble == NULL ? "" : figures->trouble);
    }
}

/* ----- The network. ----- */

bool
courier_ask(struct courier *courier, unsigned exchange,
            struct bytes from_origin)
{
    const struct message *message = &courier->net->exchanges[exchange].message;
    struct courier_call *call = courier->calls;
    enum serve_step step;

    if (!courier->up || !courier->speaks ||
        roster_find(courier->host.roster, from_origin) == NULL)
        return false;
    while (call < courier->calls + COURIER_CALLS_MAX && call->used)
        call++;
    if (call == courier->calls + COURIER_CALLS_MAX)
        return false;
    machine_clock(courier->machine);
    arena_reset(&call->arena);
    call->used = true;
    call->exchange = exchange;
    call->call = (struct serve_call){.arena = &call->arena};
    step = serve_begin(&courier->serve, &call->call, &courier->host,
                       from_origin, message, now_ns(courier));
    if (step == SERVE_ERRAND)
        errand_send(courier, COURIER_CALL, (unsigned)(call - courier->calls),
                    &call->call.errand);
    else
        call_end(courier, call);
    pump_at(courier, courier->machine->world->now_ms + 500);
    return true;
}

void
courier_answered(struct courier *courier, const struct net_ends *ends,
                 const struct reply *reply)
{
    if (!courier->up || ends->life != courier->life ||
        ends->link >= courier->link_count)
        return;
    machine_clock(courier->machine);
    courier->replies += reply->error == OK ? 1 : 0;
    link_reply(&courier->links[ends->link], &courier->host, now_ns(courier),
               ends->id, reply);
    courier_wake(courier);
}

/* ----- Lives. ----- */

void
courier_init(struct courier *courier, struct machine *machine, struct net *net)
{
    *courier = (struct courier){.machine = machine, .net = net};
    courier->logs = taken(COURIER_LOGS_MAX * sizeof(*courier->logs));
    courier->scratch = taken(MIRROR_SCRATCH_SIZE);
    courier->answer = taken(ERRAND_ANSWER_SIZE_MAX);
    courier->state_bytes = taken(ERRAND_ANSWER_SIZE_MAX);
    courier->roster = taken(sizeof(*courier->roster));
    courier->roster_note = taken(NOTE_SIZE_MAX);
    courier->links = taken(COURIER_LINKS_MAX * sizeof(*courier->links));
    courier->calls = taken(COURIER_CALLS_MAX * sizeof(*courier->calls));
    courier->grants = taken(sizeof(*courier->grants));
    for (size_t i = 0; i < COURIER_CALLS_MAX; i++)
        arena_init(&courier->calls[i].arena, taken(SERVE_ARENA_SIZE),
                   SERVE_ARENA_SIZE);
}

void
courier_deinit(struct courier *courier)
{
    courier_end(courier);
    for (size_t i = 0; i < COURIER_LINKS_MAX; i++)
        free(courier->memory[i]);
    for (size_t i = 0; i < COURIER_CALLS_MAX; i++)
        free(courier->calls[i].arena.p);
    for (size_t i = 0; i < COURIER_ERRANDS_MAX; i++)
        free(courier->errands[i].bytes);
    free(courier->logs);
    free(courier->grants);
    free(courier->scratch);
    free(courier->answer);
    free(courier->state_bytes);
    free(courier->roster);
    free(courier->roster_note);
    free(courier->links);
    free(courier->calls);
}

void
courier_start(struct courier *courier)
{
    struct machine *machine = courier->machine;

    courier->host = (struct sync_host){
        .os = &machine->disk.os,
        .dir = machine->book_config.dir,
        .random = &machine->random,
        .origin = bytes_of(machine->config.origin),
        .mirrors = &courier->mirrors,
        .grants = courier->grants,
        .rate = &courier->rate,
    };
    memset(courier->logs, 0, COURIER_LOGS_MAX * sizeof(*courier->logs));
    mirrors_init(&courier->mirrors, courier->host.os, courier->host.dir,
                 courier->logs, COURIER_LOGS_MAX,
                 (struct block){courier->scratch, MIRROR_SCRATCH_SIZE});
    courier->serve = (struct serve){0};
    courier->up = true;
    courier->settled = false;
    courier->speaks = false;
    memset(courier->grants, 0, sizeof(*courier->grants));
    courier->link_count = 0;
    courier->asked_state = false;
    courier->pump_ms = INT64_MAX;
    courier_wake(courier);
}

void
courier_end(struct courier *courier)
{
    if (!courier->up)
        return;
    courier->up = false;
    courier->life++;
    for (size_t i = 0; i < COURIER_CALLS_MAX; i++) {
        if (courier->calls[i].used)
            net_drop(courier->net, courier->calls[i].exchange);
        courier->calls[i].used = false;
    }
    for (size_t i = 0; i < courier->link_count; i++)
        link_deinit(&courier->links[i], &courier->host);
}

static void
restart(void *context, uint64_t argument)
{
    struct courier *courier = context;

    if (!courier->up && courier->machine->up && courier->life == argument)
        courier_start(courier);
}

static void
courier_again(struct courier *courier, int64_t after_ms)
{
    struct world *world = courier->machine->world;

    courier_end(courier);
    world_after(world, after_ms,
                (struct world_task){.run = restart,
                                    .context = courier,
                                    .argument = courier->life});
}
