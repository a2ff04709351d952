/* A country is made, goes about its work, is healed, and is judged. */
#include "sim/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memo.h"

#define HOUR_MS INT64_C(3600000)

/* How long it may take, when nothing is wrong any more, until everybody has
 * everything. */
#define CALM_MS (2 * HOUR_MS)
#define CALM_STEP_MS INT64_C(60000)

/* A keeper looks again at latest. */
#define TURN_MAX_MS 60000

/* ----- Sites. ----- */

bool
site_honest(const struct site *site)
{
    return !site->liar && !site->lost;
}

int
cluster_route(const struct cluster *cluster, unsigned from, struct bytes origin)
{
    int found = -1;

    for (unsigned i = 0; i < cluster->site_count; i++) {
        const struct site *site = &cluster->sites[i];

        if (site->lost || i == from ||
            !bytes_equal(bytes_of(site->origin), origin))
            continue;
        /* Of two that claim to be the same, some reach one, some the other. */
        if (found < 0 || from % 2 == 0)
            found = (int)i;
    }
    return found;
}

static int
route(void *context, unsigned from, struct bytes origin)
{
    return cluster_route(context, from, origin);
}

static bool
asked(void *context, unsigned exchange)
{
    struct cluster *cluster = context;
    const struct net_ends *ends = &cluster->net.exchanges[exchange].ends;
    const struct site *from = &cluster->sites[ends->from];
    struct site *to = &cluster->sites[ends->to];

    if (!to->machine.up)
        return false;
    if (ends->to == cluster->liar)
        liar_heard(cluster, &cluster->net.exchanges[exchange].message);
    return courier_ask(&to->courier, exchange, bytes_of(from->origin));
}

static void
answered(void *context, const struct net_ends *ends, const struct reply *reply)
{
    struct cluster *cluster = context;

    courier_answered(&cluster->sites[ends->from].courier, ends, reply);
}

static void
gone(void *context)
{
    struct site *site = context;

    courier_end(&site->courier);
}

/* What the keeper takes from its courier. */
static void
took(void *context, const struct errand *errand,
     const struct errand_answer *answer)
{
    struct site *site = context;
    struct cluster *cluster = site->cluster;

    if (errand->kind == ERRAND_COSIGN && answer->status == 200)
        judge_saw(cluster, SIGHTING_COSIGNED, site->number, errand->note);
    if (errand->kind == ERRAND_MIRRORED && answer->verdict == ERRAND_TAKEN)
        judge_saw(cluster, SIGHTING_MIRRORED, site->number, errand->note);
    if (errand->kind == ERRAND_MIRRORED || errand->kind == ERRAND_ROSTER)
        site_turn_soon(site, world_between(&cluster->world, 0, 3000));
    if (answer->has_state)
        judge_roster(site, answer->state.roster_version);
}

unsigned
cluster_add(struct cluster *cluster, const char *origin, enum roster_role role,
            bool listens)
{
    unsigned number = (unsigned)cluster->site_count++;
    struct site *site = &cluster->sites[number];
    struct machine_place place = {origin, NODE_LAND, "Sample Pass"};

    if (cluster->site_count > CLUSTER_SITES_MAX)
        world_broken(&cluster->world, "sim", "too many sites");
    *site = (struct site){
        .cluster = cluster, .number = number, .role = role, .listens = listens};
    (void)snprintf(site->origin, sizeof(site->origin), "%s", origin);
    machine_init(&site->machine, &cluster->world, number, &place);
    site->machine.gone = gone;
    site->machine.gone_context = site;
    courier_init(&site->courier, &site->machine, &cluster->net);
    site->courier.route = route;
    site->courier.route_context = cluster;
    site->courier.took = took;
    site->courier.took_context = site;
    site->courier.lazy_ms = 30000;
    booth_init(&site->booth, &site->machine);
    return number;
}

void
site_start(struct site *site)
{
    if (site->lost || site->machine.up)
        return;
    if (machine_start(&site->machine))
        courier_start(&site->courier);
}

/* ----- Work. ----- */

static void
turn(void *context, uint64_t argument)
{
    struct site *site = context;
    struct machine *machine = &site->machine;
    struct cluster *cluster = site->cluster;
    uint64_t published = 0;
    int wait_ms = TURN_MAX_MS;

    if (argument != site->turn)
        return;
    if (machine->up) {
        published = log_published(&machine->book->log);
        machine_turn(machine);
    }
    if (machine->up && peers_stale(machine->peers)) {
        /* As the keeper: its next life folds anew. */
        machine_end(machine, MACHINE_STOP);
        site_start(site);
    }
    if (machine->up && log_published(&machine->book->log) != published) {
        judge_saw(cluster, SIGHTING_PUBLISHED, site->number,
                  log_checkpoint(&machine->book->log));
        courier_wake(&site->courier);
    }
    if (machine->up) {
        wait_ms = peers_wait_ms(machine->peers);
        if (log_published(&machine->book->log) < log_size(&machine->book->log))
            wait_ms = 300;
    }
    site_turn_soon(site, (wait_ms > TURN_MAX_MS ? TURN_MAX_MS : wait_ms) +
                             (int64_t)world_below(&cluster->world, 1000));
}

void
site_turn_soon(struct site *site, int64_t delay_ms)
{
    site->turn++;
    world_after(&site->cluster->world, delay_ms,
                (struct world_task){
                    .run = turn, .context = site, .argument = site->turn});
}

static void
act(void *context, uint64_t argument)
{
    struct site *site = context;
    struct cluster *cluster = site->cluster;

    (void)argument;
    if (cluster->quiet || site->lost)
        return;
    if (booth_act(&site->booth))
        site_turn_soon(site, world_between(&cluster->world, 0, 1000));
    world_after(&cluster->world,
                world_between(&cluster->world, 0, 2 * cluster->pace_ms),
                (struct world_task){.run = act, .context = site});
}

void
cluster_begin(struct site *site)
{
    site_start(site);
    site_turn_soon(site, 0);
    if (site->role == ROSTER_POST || site->role == ROSTER_CENTRE)
        world_after(&site->cluster->world, 1,
                    (struct world_task){.run = act, .context = site});
}

/* ----- Rosters. ----- */

static void
hand_over(struct site *site, struct bytes note)
{
    const char *why = "";
    enum err e;

    if (!site->machine.up)
        return;
    machine_clock(&site->machine);
    e = peers_join(site->machine.peers, note, &why);
    if (e == ERR_DENIED)
        world_trace(&site->cluster->world, "%s refuses a roster: %s",
                    site->machine.name, why);
    else
        (void)machine_well(&site->machine, e);
    courier_wake(&site->courier);
}

void
cluster_old_roster(struct cluster *cluster, unsigned to)
{
    hand_over(&cluster->sites[to],
              (struct bytes){cluster->old_roster, cluster->old_roster_size});
}

void
cluster_spread_roster(struct cluster *cluster, unsigned first)
{
    struct bytes note =
        country_roster(&cluster->country, COUNTRY_SIGNERS_ENOUGH);

    if (cluster->roster_count == 64)
        world_broken(&cluster->world, "sim", "too many rosters");
    cluster->rosters[cluster->roster_count++] = hash_of(note);
    cluster->report.rosters++;
    hand_over(&cluster->sites[first], note);
    hand_over(
        &cluster->sites[world_below(&cluster->world, cluster->site_count)],
        note);
}

/* ----- Its life. ----- */

static void
found(struct cluster *cluster)
{
    unsigned posts = 1 + (unsigned)world_below(&cluster->world, 3);
    struct bytes note;
    char origin[64];

    (void)cluster_add(cluster, "border.example/centre", ROSTER_CENTRE, true);
    (void)cluster_add(cluster, "border.example/witness", ROSTER_WITNESS, true);
    for (unsigned i = 0; i < posts; i++) {
        (void)snprintf(origin, sizeof(origin), "border.example/post%u", i + 1);
        (void)cluster_add(cluster, origin, ROSTER_POST, false);
    }
    if (world_once_in(&cluster->world, 3))
        (void)cluster_add(cluster, "border.example/mirror", ROSTER_MIRROR,
                          true);
    for (size_t i = 0; i < cluster->site_count; i++) {
        struct site *site = &cluster->sites[i];

        machine_make(&site->machine);
        country_admit(&cluster->country, &site->machine, site->role,
                      site->listens);
        cluster_begin(site);
    }
    note = country_roster(&cluster->country, COUNTRY_SIGNERS_ENOUGH);
    cluster->rosters[cluster->roster_count++] = hash_of(note);
    memcpy(cluster->old_roster, note.p, note.size);
    cluster->old_roster_size = note.size;
    for (size_t i = 0; i < cluster->site_count; i++)
        hand_over(&cluster->sites[i], note);
}

static void
calm(struct cluster *cluster)
{
    cluster->quiet = true;
    net_heal(&cluster->net);
    for (size_t i = 0; i < cluster->site_count; i++) {
        struct site *site = &cluster->sites[i];

        if (site->machine.up && site->machine.disk.crashed)
            machine_end(&site->machine, MACHINE_CUT);
        site->machine.disk.fault = SIM_NO_FAULT;
        site->machine.disk.capacity = UINT64_MAX;
        site->courier.lazy_ms = 2000;
        site_start(site);
        if (site->machine.up &&
            peers_mode(site->machine.peers) == ERRAND_ISOLATED)
            (void)machine_well(&site->machine,
                               peers_rejoin(site->machine.peers,
                                            BYTES("officer-1"),
                                            BYTES("all is well")));
    }
}

/* Whether the roster that a site has names an honest node that it can call. */
static bool
knows_honest(struct cluster *cluster, struct site *site)
{
    static uint8_t note[COUNTRY_NOTE_SIZE];
    static struct roster roster;
    struct machine *machine = &site->machine;
    struct fault fault;
    size_t size;

    machine_clock(machine);
    if (os_read_file(machine->book_config.os, machine->book_config.dir,
                     PEERS_ROSTER_FILE, note, sizeof(note), &size) != OK ||
        roster_open((struct bytes){note, size}, NULL, &roster, &fault) != OK)
        return false;
    for (size_t i = 0; i < cluster->site_count; i++)
        if (site_honest(&cluster->sites[i]) && cluster->sites[i].listens &&
            i != site->number &&
            roster_find(&roster, bytes_of(cluster->sites[i].origin)) != NULL)
            return true;
    return false;
}

/*
 * Custodians see to it that those who listen have the roster in force, and
 * those who know none of them: when a witness took another's place, and the
 * only other node that a post knows is the enemy's, who takes no roster, it has
 * nobody to hear of it from.
 */
static void
rosters_calm(struct cluster *cluster)
{
    struct country *country = &cluster->country;
    struct bytes note;

    if (country->version == 1)
        return;
    note = country_roster(country, COUNTRY_SIGNERS_ENOUGH);
    cluster->rosters[cluster->roster_count++] = hash_of(note);
    for (size_t i = 0; i < cluster->site_count; i++) {
        struct site *site = &cluster->sites[i];

        if (site_honest(site) &&
            (site->listens || !knows_honest(cluster, site)))
            hand_over(site, note);
    }
}

static void
settle(struct cluster *cluster)
{
    struct world *world = &cluster->world;
    int64_t end_ms = world->now_ms + CALM_MS;
    int64_t until_ms = world->now_ms;

    world_trace(world, "calm");
    while (until_ms < end_ms) {
        until_ms += CALM_STEP_MS;
        while (world_step(world, until_ms)) {
        }
        if (judge_converged(cluster))
            return;
    }
    for (size_t i = 0; i < cluster->site_count; i++)
        courier_trace(&cluster->sites[i].courier);
}

static void
report_fill(struct cluster *cluster)
{
    struct cluster_report *report = &cluster->report;

    for (size_t i = 0; i < cluster->site_count; i++) {
        const struct site *site = &cluster->sites[i];

        report->acknowledged += site->booth.count;
        report->refused += site->booth.refused;
        report->lives += site->machine.lives;
        report->faults += site->machine.faults;
    }
    report->asked = cluster->net.asked;
    report->lost = cluster->net.lost;
    report->doubled = cluster->net.doubled;
    report->simulated_ms = (uint64_t)cluster->world.now_ms;
}

static void
release(struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->site_count; i++) {
        machine_deinit(&cluster->sites[i].machine);
        courier_deinit(&cluster->sites[i].courier);
    }
    for (size_t i = 0; i < cluster->history_count; i++)
        history_deinit(&cluster->histories[i].history);
    if (cluster->has_backup)
        sim_disk_deinit(&cluster->backup);
    net_deinit(&cluster->net);
    country_deinit(&cluster->country);
    free(cluster);
}

void
cluster_run(const struct cluster_plan *plan, struct cluster_report *report)
{
    struct cluster *cluster = calloc(1, sizeof(*cluster));
    struct net_calls calls = {asked, answered, cluster};
    struct world *world = &cluster->world;

    if (cluster == NULL)
        abort();
    cluster->plan = *plan;
    memo_clear();
    world_init(world, plan->seed);
    world->tracing = plan->tracing;
    net_init(&cluster->net, world, &calls);
    country_init(&cluster->country, world);
    if (world_once_in(world, 4))
        cluster->country.hot_days = 1 + (uint32_t)world_below(world, 3);
    cluster->pace_ms = 60000 + (unsigned)world_below(world, 600000);
    found(cluster);
    trouble_begin(cluster);
    liar_begin(cluster);
    while (world_step(world, (int64_t)plan->hours * HOUR_MS)) {
    }
    calm(cluster);
    rosters_calm(cluster);
    settle(cluster);
    judge_end(cluster);
    report_fill(cluster);
    *report = cluster->report;
    release(cluster);
}
