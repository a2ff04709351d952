/*
 * One node of the country may be the enemy's. Its code is ours all the same:
 * what is wrong is what its owner does to its disk, and what he sends beside.
 */
#include "sim/cluster.h"

#include <string.h>

#include "node/grants.h"

#define HOUR_MS INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)

/* No link of the courier's: whatever is answered is for nobody. */
#define LIAR_LINK 1000

static void
send(struct cluster *cluster, unsigned to, const struct message *message)
{
    struct net_ends ends = {.from = cluster->liar, .to = to, .link = LIAR_LINK};

    if (to != cluster->liar && !cluster->sites[to].lost)
        net_ask(&cluster->net, &ends, message);
}

static void
again(struct cluster *cluster, int64_t most_ms,
      void (*run)(void *context, uint64_t argument))
{
    if (!cluster->quiet)
        world_after(&cluster->world, world_between(&cluster->world, 0, most_ms),
                    (struct world_task){.run = run, .context = cluster});
}

/* ----- Two histories. ----- */

/* A copy of the machine, as of a snapshot of its disk, lives on beside it. */
static void
fork_now(void *context, uint64_t argument)
{
    struct cluster *cluster = context;
    struct site *site = &cluster->sites[cluster->liar];
    struct site *twin;
    unsigned number;

    (void)argument;
    if (!site->machine.up || site->lost ||
        cluster->site_count == CLUSTER_SITES_MAX) {
        again(cluster, 10 * MINUTE_MS, fork_now);
        return;
    }
    number = cluster_add(cluster, site->origin, site->role, site->listens);
    twin = &cluster->sites[number];
    site->liar = true;
    twin->liar = true;
    twin->machine.entropy = site->machine.entropy;
    twin->machine.skew_ms = site->machine.skew_ms;
    sim_disk_deinit(&twin->machine.disk);
    sim_disk_copy(&twin->machine.disk, &site->machine.disk);
    sim_disk_power_cut(&twin->machine.disk);
    cluster_begin(twin);
    world_trace(&cluster->world, "%s is two from here on", site->origin);
}

static void
backup_restore(void *context, uint64_t argument)
{
    struct cluster *cluster = context;
    struct site *site = &cluster->sites[cluster->liar];

    (void)argument;
    if (site->lost)
        return;
    if (!site->machine.up || site->machine.disk.crashed) {
        again(cluster, 10 * MINUTE_MS, backup_restore);
        return;
    }
    judge_keep(cluster, site);
    machine_end(&site->machine, MACHINE_KILL);
    sim_disk_deinit(&site->machine.disk);
    sim_disk_copy(&site->machine.disk, &cluster->backup);
    sim_disk_power_cut(&site->machine.disk);
    site->liar = true;
    site_start(site);
    world_trace(&cluster->world, "%s is set back", site->origin);
}

static void
backup_take(void *context, uint64_t argument)
{
    struct cluster *cluster = context;
    struct site *site = &cluster->sites[cluster->liar];

    (void)argument;
    if (!site->machine.up || site->lost) {
        again(cluster, 10 * MINUTE_MS, backup_take);
        return;
    }
    sim_disk_copy(&cluster->backup, &site->machine.disk);
    cluster->has_backup = true;
    world_after(&cluster->world,
                world_between(&cluster->world, MINUTE_MS, 2 * HOUR_MS),
                (struct world_task){.run = backup_restore, .context = cluster});
}

/* ----- Forged rosters. ----- */

/* Too few of the custodians sign what the enemy wants; or nobody does; or what
 * they once signed is brought again. */
static void
forge(void *context, uint64_t argument)
{
    struct cluster *cluster = context;
    struct country *country = &cluster->country;
    struct world *world = &cluster->world;
    struct message message = {.timeout_ms = 20000, .reply_size_max = 65536};
    struct route route = {.kind = ROUTE_ROSTERS};
    static const unsigned signers[] = {COUNTRY_SIGNERS_FEW, 0};

    (void)argument;
    if (country->version == 1)
        cluster_spread_roster(cluster, (cluster->liar + 1) %
                                           (unsigned)cluster->site_count);
    route_encode(&route, &message);
    if (world_once_in(world, 2) && cluster->old_roster_size > 0)
        message.body =
            (struct bytes){cluster->old_roster, cluster->old_roster_size};
    else
        message.body = country_roster_of(
            country, country->version + 1 + world_below(world, 3),
            signers[world_below(world, 2)]);
    cluster->report.sent++;
    send(cluster, (unsigned)world_below(world, cluster->site_count), &message);
    again(cluster, 20 * MINUTE_MS, forge);
}

/* ----- Noise. ----- */

void
liar_heard(struct cluster *cluster, const struct message *message)
{
    struct liar_heard *heard =
        &cluster->heard[cluster->heard_count++ % LIAR_HEARD_MAX];

    if (cluster->lie != CLUSTER_REPLAYER || message->body.size > LIAR_BODY_MAX)
        return;
    heard->message = *message;
    memcpy(heard->body, message->body.p, message->body.size);
}

/* Bits of it are another. */
static void
spoil(struct world *world, struct message *message, uint8_t *body)
{
    size_t size = message->body.size;

    if (size > 0 && world_once_in(world, 2))
        body[world_below(world, size)] ^=
            (uint8_t)(1 + world_below(world, 255));
    if (size > 0 && world_once_in(world, 4))
        message->body.size = world_below(world, size);
    if (world_once_in(world, 6))
        message->path[world_below(world, strlen(message->path))] =
            (char)('!' + world_below(world, 90));
}

static void
replay(void *context, uint64_t argument)
{
    struct cluster *cluster = context;
    struct world *world = &cluster->world;
    uint8_t body[LIAR_BODY_MAX];
    unsigned count = world_once_in(world, 10) ? 100 : 1;

    (void)argument;
    for (unsigned i = 0; i < count; i++) {
        const struct liar_heard *heard =
            &cluster->heard[world_below(world, LIAR_HEARD_MAX)];
        struct message message = heard->message;

        if (message.timeout_ms == 0)
            continue;
        memcpy(body, heard->body, message.body.size);
        message.body.p = body;
        if (world_once_in(world, 2))
            spoil(world, &message, body);
        cluster->report.sent++;
        send(cluster, (unsigned)world_below(world, cluster->site_count),
             &message);
    }
    again(cluster, MINUTE_MS, replay);
}

/* ----- A centre that lets everybody through. ----- */

/* All alerts of a site, as far as it has them: some of them in vain. */
static void
withdraw_all(struct cluster *cluster, struct site *site, const struct site *of)
{
    struct event event = {.type = EVENT_WITHDRAWAL,
                          .actor = BYTES("officer-1"),
                          .withdrawal = {.node = bytes_of(of->machine.name),
                                         .reason = BYTES("no more needed")}};
    uint64_t index;

    for (size_t i = 0; i < of->booth.count && site->machine.up; i++) {
        if (of->booth.kept[i].type != EVENT_ALERT_PUT)
            continue;
        event.withdrawal.index = of->booth.kept[i].index;
        (void)machine_record(&site->machine, &event, &index);
        cluster->report.sent++;
    }
}

static void
withdraw(void *context, uint64_t argument)
{
    struct cluster *cluster = context;
    struct site *site = &cluster->sites[cluster->liar];

    (void)argument;
    site->liar = true;
    for (size_t i = 0; i < cluster->site_count; i++)
        if (i != cluster->liar)
            withdraw_all(cluster, site, &cluster->sites[i]);
    again(cluster, 2 * HOUR_MS, withdraw);
}

/* ----- Keys for those who may not have them. ----- */

/* A year of days before today, all of them its own. */
static enum err
old_keys(struct site *site, struct arena *arena, struct keyring *out)
{
    const struct machine *machine = &site->machine;
    uint32_t today = (uint32_t)(machine->book->last.ms / (24 * HOUR_MS));
    enum err e =
        keyring_init(out, arena, bytes_of(site->origin), KEYRINGS_NODES_FIRST);

    for (uint32_t day = today - 365; e == OK && day < today - 360; day++)
        e = keyring_open_epoch(out, day, &machine->random);
    return e;
}

static void
grant_one(struct cluster *cluster, struct site *site, const struct site *to)
{
    static uint8_t room[GRANT_ARENA_SIZE];
    static uint8_t out[GRANT_SIZE_MAX];
    const struct roster *roster = site->courier.host.roster;
    const struct roster_node *node = roster_find(roster, bytes_of(to->origin));
    struct keyring keyring = {0};
    struct grant_terms terms = {.from = bytes_of(site->origin),
                                .key = &site->machine.book->key,
                                .to = bytes_of(to->origin),
                                .keyring = &keyring,
                                .size = 1};
    struct arena arena;
    struct writer w;
    enum err e;

    if (node == NULL)
        return;
    terms.box = &node->box;
    terms.size = log_size(&site->machine.book->log);
    arena_init(&arena, room, sizeof(room));
    writer_init(&w, out, sizeof(out));
    e = old_keys(site, &arena, &keyring);
    if (e == OK)
        e = grant_make(&terms, &site->machine.random, &arena, &w);
    if (e == OK)
        e = grantbox_put(site->courier.grants, roster, writer_done(&w));
    keyring_deinit(&keyring);
    (void)machine_well(&site->machine, e);
    cluster->report.sent++;
}

static void
grant_all(void *context, uint64_t argument)
{
    struct cluster *cluster = context;
    struct site *site = &cluster->sites[cluster->liar];

    (void)argument;
    site->liar = true;
    machine_clock(&site->machine);
    for (size_t i = 0; i < cluster->site_count; i++)
        if (i != cluster->liar && site->machine.up && site->courier.speaks &&
            cluster->sites[i].role == ROSTER_POST && !cluster->sites[i].lost)
            grant_one(cluster, site, &cluster->sites[i]);
    again(cluster, HOUR_MS, grant_all);
}

/* ----- Who lies, and how. ----- */

void
liar_begin(struct cluster *cluster)
{
    struct world *world = &cluster->world;
    struct world_task task = {.context = cluster};
    static void (*const lies[])(void *context, uint64_t argument) = {
        [CLUSTER_FORK] = fork_now,       [CLUSTER_ROLLBACK] = backup_take,
        [CLUSTER_FORGER] = forge,        [CLUSTER_REPLAYER] = replay,
        [CLUSTER_WITHDRAWER] = withdraw, [CLUSTER_GRANTER] = grant_all,
    };

    cluster->lie = (enum cluster_lie)world_below(world, CLUSTER_LIE_COUNT);
    cluster->liar = (unsigned)world_below(world, cluster->site_count);
    if (cluster->lie == CLUSTER_WITHDRAWER)
        cluster->liar = 0; /* the centre */
    if (cluster->lie == CLUSTER_HONEST)
        return;
    task.run = lies[cluster->lie];
    world_trace(world, "%s lies: %d", cluster->sites[cluster->liar].origin,
                (int)cluster->lie);
    world_after(world, world_between(world, MINUTE_MS, HOUR_MS), task);
}
