/*
 * What befalls a country that is nobody's lie: processes that die, power that
 * is cut, disks that fail, fill up or are lost, clocks that are wrong, lines
 * that are bad or cut, operators who isolate nodes and change the roster.
 */
#include "sim/cluster.h"

#include <inttypes.h>
#include <stdio.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS INT64_C(3600000)

static struct site *
any_site(struct cluster *cluster)
{
    return &cluster->sites[world_below(&cluster->world, cluster->site_count)];
}

/* ----- Processes and disks. ----- */

static void
restart(void *context, uint64_t argument)
{
    (void)argument;
    site_start(context);
}

static void
back_later(struct site *site, int64_t most_ms)
{
    world_after(&site->cluster->world,
                world_between(&site->cluster->world, 0, most_ms),
                (struct world_task){.run = restart, .context = site});
}

static void
life_ends(struct cluster *cluster, struct site *site)
{
    if (site->machine.up)
        machine_end(&site->machine,
                    (enum machine_end)world_below(&cluster->world, 3));
    back_later(site, world_once_in(&cluster->world, 3) ? HOUR_MS : MINUTE_MS);
}

/* Somewhere in what it does next. */
static void
disk_fails(struct cluster *cluster, struct site *site)
{
    struct sim_disk *disk = &site->machine.disk;
    uint64_t at = world_below(&cluster->world, 200);

    switch (world_below(&cluster->world, 3)) {
    case 0:
        sim_disk_crash(disk, at);
        return;
    case 1:
        sim_disk_fail(disk, at, ERR_IO);
        return;
    default:
        sim_disk_fail(disk, at, ERR_FULL);
        return;
    }
}

static void
clock_jumps(struct cluster *cluster, struct site *site)
{
    struct world *world = &cluster->world;
    int64_t most_ms = world_once_in(world, 4) ? 30 * HOUR_MS : 10 * MINUTE_MS;

    site->machine.skew_ms = world_between(world, -most_ms, most_ms);
    site->misdated = true;
    cluster->report.jumps++;
    world_trace(world, "%s: its clock is off by %" PRId64 " ms",
                site->machine.name, site->machine.skew_ms);
}

/* The disk is gone for good; another machine, with keys of its own, takes the
 * node's place. */
static void
wipe(struct cluster *cluster, struct site *site)
{
    char origin[64];
    unsigned number;

    if (cluster->wiped || site->liar || site->lost ||
        cluster->site_count == CLUSTER_SITES_MAX || !site->machine.up ||
        site->machine.disk.crashed)
        return;
    cluster->wiped = true;
    cluster->report.wipes++;
    judge_keep(cluster, site);
    site->lost = true;
    machine_end(&site->machine, MACHINE_CUT);
    world_trace(&cluster->world, "%s is wiped", site->machine.name);
    (void)snprintf(origin, sizeof(origin), "%.48s-again", site->origin);
    number = cluster_add(cluster, origin, site->role, site->listens);
    machine_make(&cluster->sites[number].machine);
    country_revoke(&cluster->country, &site->machine);
    country_admit(&cluster->country, &cluster->sites[number].machine,
                  site->role, site->listens);
    cluster_begin(&cluster->sites[number]);
    cluster_spread_roster(cluster, number);
}

/* ----- Lines. ----- */

static void
heal(void *context, uint64_t argument)
{
    struct cluster *cluster = context;

    (void)argument;
    net_heal(&cluster->net);
}

static void
lines_cut(struct cluster *cluster, struct site *site)
{
    struct world *world = &cluster->world;

    cluster->report.cuts++;
    if (world_once_in(world, 3)) {
        struct site *other = any_site(cluster);

        /* One way only. */
        cluster->net.lines[site->number][other->number].cut = true;
    } else {
        net_cut(&cluster->net, site->number, true);
    }
    world_trace(world, "%s is cut off", site->machine.name);
    world_after(
        world,
        world_between(world, MINUTE_MS,
                      world_once_in(world, 4) ? 3 * HOUR_MS : 20 * MINUTE_MS),
        (struct world_task){.run = heal, .context = cluster});
}

static void
lines_bad(struct cluster *cluster)
{
    struct world *world = &cluster->world;
    unsigned lost = (unsigned)world_below(world, 40);
    unsigned doubled = (unsigned)world_below(world, 40);
    int64_t delay_ms = world_between(world, 10, 15000);

    for (size_t from = 0; from < NET_MACHINES_MAX; from++) {
        for (size_t to = 0; to < NET_MACHINES_MAX; to++) {
            cluster->net.lines[from][to].lost_percent = lost;
            cluster->net.lines[from][to].doubled_percent = doubled;
            cluster->net.lines[from][to].delay_max_ms = delay_ms;
        }
    }
    world_after(world, world_between(world, MINUTE_MS, 40 * MINUTE_MS),
                (struct world_task){.run = heal, .context = cluster});
}

/* How closely couriers follow: the idle hours of a country take no time. */
static void
pace_changes(struct cluster *cluster)
{
    struct world *world = &cluster->world;
    int64_t lazy_ms = world_once_in(world, 4) ? 20000 : 90000;

    for (size_t i = 0; i < cluster->site_count; i++)
        cluster->sites[i].courier.lazy_ms = lazy_ms;
    cluster->pace_ms = world_once_in(world, 8)
                           ? 20000
                           : 60000 + (unsigned)world_below(world, 600000);
}

/* ----- Operators. ----- */

static void
rejoin(void *context, uint64_t argument)
{
    struct site *site = context;
    struct machine *machine = &site->machine;

    (void)argument;
    if (!machine->up)
        return;
    machine_clock(machine);
    (void)machine_well(machine, peers_rejoin(machine->peers, BYTES("officer-1"),
                                             BYTES("the drill is over")));
}

static void
isolate(struct cluster *cluster, struct site *site)
{
    struct machine *machine = &site->machine;

    if (!machine->up)
        return;
    machine_clock(machine);
    cluster->report.isolations++;
    world_trace(&cluster->world, "%s is isolated", machine->name);
    if (!machine_well(machine, peers_isolate(machine->peers, BYTES("officer-1"),
                                             BYTES("drill"))))
        return;
    world_after(&cluster->world,
                world_between(&cluster->world, MINUTE_MS, HOUR_MS),
                (struct world_task){.run = rejoin, .context = site});
}

/* ----- When. ----- */

static void
trouble(void *context, uint64_t argument)
{
    struct cluster *cluster = context;
    struct world *world = &cluster->world;
    struct site *site = any_site(cluster);

    (void)argument;
    if (cluster->quiet)
        return;
    switch (world_below(world, 20)) {
    case 0:
    case 1:
    case 2:
        life_ends(cluster, site);
        break;
    case 3:
    case 4:
    case 5:
    case 6:
        disk_fails(cluster, site);
        break;
    case 7:
    case 8:
    case 9:
        lines_cut(cluster, site);
        break;
    case 10:
    case 11:
        lines_bad(cluster);
        break;
    case 12:
        clock_jumps(cluster, site);
        break;
    case 13:
        isolate(cluster, site);
        break;
    case 14:
        if (world_once_in(world, 3))
            cluster_old_roster(cluster, site->number);
        else if (!site->lost && cluster->report.rosters < 20)
            cluster_spread_roster(cluster, site->number);
        break;
    case 15:
        if (world_once_in(world, 3))
            wipe(cluster, site);
        break;
    default:
        pace_changes(cluster);
        break;
    }
    world_after(world, world_between(world, 1000, 20 * MINUTE_MS),
                (struct world_task){.run = trouble, .context = cluster});
}

/* Operators look in now and then, and start what is not running. */
static void
watch(void *context, uint64_t argument)
{
    struct cluster *cluster = context;

    (void)argument;
    for (size_t i = 0; i < cluster->site_count; i++)
        if (!cluster->sites[i].machine.up && !cluster->sites[i].lost &&
            (cluster->quiet || world_once_in(&cluster->world, 3)))
            site_start(&cluster->sites[i]);
    world_after(&cluster->world, 10 * MINUTE_MS,
                (struct world_task){.run = watch, .context = cluster});
}

void
trouble_begin(struct cluster *cluster)
{
    world_after(&cluster->world, MINUTE_MS,
                (struct world_task){.run = trouble, .context = cluster});
    watch(cluster, 0);
}
