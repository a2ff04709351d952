/*
 * What a node knows of the others, and may know.
 *
 * P1  what was recorded elsewhere is in the tables of every node that is
 *     granted the keys
 * P5  what one other node withdraws on one day has an effect up to a bound
 * P6  no post holds keys of days before its window
 */
#include "sim/cluster.h"

#include <inttypes.h>

#include "node/grants.h"
#include "store/nodes.h"

#define DAY_MS INT64_C(86400000)
#define ROOM_SIZE (1u << 20)

static bool
reads_others(const struct site *site)
{
    return site->role == ROSTER_POST || site->role == ROSTER_CENTRE;
}

/* False when the site's tables have nothing of the log. */
static bool
node_find(struct site *site, const struct site *of, struct store_node *out)
{
    static uint8_t room[ROOM_SIZE];
    struct arena arena;

    arena_init(&arena, room, sizeof(room));
    machine_clock(&site->machine);
    return store_node_find(&site->machine.book->store, bytes_of(of->origin),
                           &arena, out) == OK;
}

/* Entries up to the last one that is more than a word about others' logs:
 * for that alone nobody writes another. */
static uint64_t
size_worth(struct site *of)
{
    struct book *book = of->machine.book;
    uint64_t size = log_published(&book->log);
    struct book_entry read;

    machine_clock(&of->machine);
    while (size > 0 && book_read(book, size - 1, &read) == OK &&
           read.event.type == EVENT_CHECKPOINT_SEEN)
        size--;
    return size;
}

bool
tables_have(struct site *site, struct site *of)
{
    struct store_node node;

    return !reads_others(site) ||
           (node_find(site, of, &node) && node.folded >= size_worth(of));
}

/* The days that a node's own log has seen begin; its clock may have run far. */
static uint64_t
days_of(struct machine *machine)
{
    uint64_t days = 0;
    int64_t last = -1;
    struct book_entry read;

    for (uint64_t at = 0; at < log_size(&machine->book->log); at++) {
        if (book_read(machine->book, at, &read) != OK)
            continue;
        days += read.event.time.ms / DAY_MS != last ? 1 : 0;
        last = read.event.time.ms / DAY_MS;
    }
    return days;
}

static bool
is_withdrawn_by_itself(const struct booth *booth, uint64_t index)
{
    for (size_t i = 0; i < booth->count; i++)
        if (booth->kept[i].type == EVENT_WITHDRAWAL && booth->kept[i].own &&
            booth->kept[i].of == index)
            return true;
    return false;
}

/* Alerts of a site that another one has no more, though it has all of the log
 * and the site never withdrew them. */
static uint64_t
alerts_missing(struct site *site, const struct site *of)
{
    static uint8_t room[ROOM_SIZE];
    const struct booth *booth = &of->booth;
    uint64_t missing = 0;
    struct store_node node;

    if (!node_find(site, of, &node) || node.holes + node.closed > 0)
        return 0;
    for (size_t i = 0; i < booth->count; i++) {
        struct record_name record = {bytes_of(of->machine.name),
                                     booth->kept[i].index};
        struct store_alert alert;
        struct arena arena;

        if (booth->kept[i].type != EVENT_ALERT_PUT ||
            booth->kept[i].index >= node.folded ||
            is_withdrawn_by_itself(booth, booth->kept[i].index))
            continue;
        arena_init(&arena, room, sizeof(room));
        if (store_alert_find(&site->machine.book->store, &record, &arena,
                             &alert) == ERR_NOT_FOUND)
            missing++;
    }
    return missing;
}

static void
alerts_check(struct cluster *cluster, struct site *site)
{
    /* Each other node has a measure of its own. */
    uint64_t most = STORE_WITHDRAWALS_A_DAY_MAX * days_of(&site->machine) *
                    (cluster->site_count - 1);
    uint64_t missing = 0;

    for (size_t i = 0; i < cluster->site_count; i++)
        if (i != site->number && site_honest(&cluster->sites[i]) &&
            cluster->lie == CLUSTER_WITHDRAWER)
            missing += alerts_missing(site, &cluster->sites[i]);
    cluster->report.withdrawn += missing;
    if (missing > most)
        world_broken(&cluster->world, "P5",
                     "%s lost %" PRIu64 " alerts, not %" PRIu64 " at most",
                     site->machine.name, missing, most);
}

static void
keys_check(struct cluster *cluster, struct site *site)
{
    const struct machine *machine = &site->machine;
    int64_t day = machine->book->last.ms / DAY_MS;
    uint32_t first =
        grant_first_epoch((uint32_t)day, cluster->country.hot_days);

    for (size_t i = 0; i < machine->book->keyrings.count; i++) {
        const struct keyring *keyring =
            &machine->book->keyrings.items[i]->keyring;

        for (size_t k = 0; k < keyring->epoch_count; k++)
            if (keyring->epochs[k].epoch + 1 < first)
                world_broken(&cluster->world, "P6",
                             "%s has keys of day %u, its window begins at %u",
                             machine->name, keyring->epochs[k].epoch, first);
    }
    cluster->report.keyrings += machine->book->keyrings.count;
    if (site->role != ROSTER_POST && site->role != ROSTER_CENTRE &&
        machine->book->keyrings.count > 0)
        world_broken(&cluster->world, "P6", "%s has keys", machine->name);
}

void
tables_judge(struct cluster *cluster, struct site *site)
{
    if (site->role != ROSTER_CENTRE)
        keys_check(cluster, site);
    alerts_check(cluster, site);
}

void
tables_trace(struct site *site)
{
    static uint8_t room[ROOM_SIZE];
    struct store_node nodes[CLUSTER_SITES_MAX + 1];
    struct arena arena;
    size_t count = 0;

    arena_init(&arena, room, sizeof(room));
    if (!site->cluster->plan.tracing ||
        store_nodes(&site->machine.book->store, &arena, nodes,
                    CLUSTER_SITES_MAX + 1, &count) != OK)
        return;
    for (size_t i = 0; i < count; i++)
        world_trace(&site->cluster->world,
                    "%s: of %.*s %" PRIu64 " folded, %" PRIu64
                    " missing, %" PRIu64 " closed, %" PRIu64 " refused",
                    site->machine.name, (int)nodes[i].name.size,
                    (const char *)nodes[i].name.p, nodes[i].folded,
                    nodes[i].holes, nodes[i].closed, nodes[i].refused);
}
