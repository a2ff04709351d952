/*
 * What must hold in a country, whatever befalls it.
 *
 * P2  what an officer saw confirmed is in the node's log, unless its disk was
 *     lost; and tables folded anew are those that were folded as it came
 * P3  a log of an honest node has one history; nobody honest takes two of any
 *     log for true, nor ever goes back; and where two honest nodes hold what a
 *     liar's log cannot both have said, one of them at least has recorded it
 *     with evidence, of which there is none against anybody honest
 * P4  what anybody had mirrored of a node whose disk was lost is still there
 * P5  a roster in force is one that enough custodians signed, and never older
 *     than the one before
 *     and when all is healed, everybody has everything that has a way to him
 */
#include "sim/cluster.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sync/mirror.h"

#define NOTE_ROOM (MIRROR_NOTE_SIZE_MAX + 1)

/* ----- What sites believe. ----- */

static unsigned
log_of(const struct cluster *cluster, struct bytes origin)
{
    for (unsigned i = 0; i < cluster->site_count; i++)
        if (bytes_equal(bytes_of(cluster->sites[i].origin), origin))
            return i;
    world_broken(&cluster->world, "sim", "a log of nobody");
}

static bool
checkpoint_read(struct bytes in, struct checkpoint *out)
{
    struct note note;
    struct fault fault;

    return note_parse(in, &note, &fault) == OK &&
           checkpoint_parse(note.text, out, &fault) == OK;
}

/* The last one of the same kind. */
static const struct sighting *
sighting_before(const struct cluster *cluster, const struct sighting *of)
{
    for (size_t i = cluster->sighting_count; i-- > 0;) {
        const struct sighting *seen = &cluster->sightings[i];

        if (seen->kind == of->kind && seen->site == of->site &&
            seen->log == of->log)
            return seen;
    }
    return NULL;
}

static const char *
kind_name(enum sighting_kind kind)
{
    return kind == SIGHTING_COSIGNED   ? "cosigned"
           : kind == SIGHTING_MIRRORED ? "mirrored"
                                       : "published";
}

void
judge_saw(struct cluster *cluster, enum sighting_kind kind, unsigned site,
          struct bytes note)
{
    struct sighting seen = {.kind = kind, .site = site};
    const struct sighting *before;
    struct checkpoint checkpoint;

    if (!checkpoint_read(note, &checkpoint))
        world_broken(&cluster->world, "P3", "%s %s what is no checkpoint",
                     cluster->sites[site].machine.name, kind_name(kind));
    seen.log = log_of(cluster, checkpoint.origin);
    seen.size = checkpoint.size;
    seen.root = checkpoint.root;
    before = sighting_before(cluster, &seen);
    if (before != NULL && site_honest(&cluster->sites[site]) &&
        (before->size > seen.size ||
         (before->size == seen.size && !hash_equal(&before->root, &seen.root))))
        world_broken(
            &cluster->world, "P3", "%s %s %s at %" PRIu64 " after %" PRIu64,
            cluster->sites[site].machine.name, kind_name(kind),
            cluster->sites[seen.log].machine.name, seen.size, before->size);
    if (before != NULL && before->size == seen.size)
        return;
    if (cluster->sighting_count == CLUSTER_SIGHTINGS_MAX)
        world_broken(&cluster->world, "sim", "too many sightings");
    cluster->sightings[cluster->sighting_count++] = seen;
    cluster->report.cosigned += kind == SIGHTING_COSIGNED ? 1 : 0;
    cluster->report.mirrored += kind == SIGHTING_MIRRORED ? 1 : 0;
}

void
judge_roster(struct site *site, uint64_t version)
{
    if (site_honest(site) && version < site->roster_version)
        world_broken(&site->cluster->world, "P5",
                     "%s has roster %" PRIu64 " after %" PRIu64,
                     site->machine.name, version, site->roster_version);
    site->roster_version = version;
}

/* ----- Histories. ----- */

static void
history_keep(struct cluster *cluster, const struct site *site,
             const struct log_view *view, uint64_t size)
{
    struct cluster_history *kept = &cluster->histories[cluster->history_count];
    enum err e;

    if (cluster->history_count++ == CLUSTER_HISTORIES_MAX)
        world_broken(&cluster->world, "sim", "too many histories");
    (void)snprintf(kept->origin, sizeof(kept->origin), "%s", site->origin);
    e = history_read(&kept->history, view, size);
    if (e != OK)
        world_broken(&cluster->world, "P2", "the log of %s: %s",
                     site->machine.name, err_name(e));
}

void
judge_keep(struct cluster *cluster, struct site *site)
{
    struct machine *machine = &site->machine;
    struct log_view view = {machine->book_config.os, machine->book_config.dir,
                            VIEW_LOG_PREFIX};
    enum sim_fault fault = machine->disk.fault;

    /* What the judge reads is not what the disk is to fail at. */
    machine_clock(machine);
    machine->disk.fault = SIM_NO_FAULT;
    history_keep(cluster, site, &view, log_published(&machine->book->log));
    machine->disk.fault = fault;
}

/* Whether all that the site took for true of the log is of this history. */
static bool
is_of(const struct cluster *cluster, unsigned site, unsigned log,
      const struct history *history)
{
    for (size_t i = 0; i < cluster->sighting_count; i++) {
        const struct sighting *seen = &cluster->sightings[i];

        if (seen->site == site && seen->log == log &&
            !history_has(history, seen->size, &seen->root))
            return false;
    }
    return true;
}

static void
sightings_check(const struct cluster *cluster, unsigned site, unsigned log)
{
    for (size_t i = 0; i < cluster->history_count; i++) {
        const struct cluster_history *kept = &cluster->histories[i];

        if (strcmp(kept->origin, cluster->sites[log].origin) == 0 &&
            is_of(cluster, site, log, &kept->history))
            return;
    }
    world_broken(&cluster->world, "P3", "%s took two histories of %s for true",
                 cluster->sites[site].machine.name,
                 cluster->sites[log].machine.name);
}

/* ----- Mirrors. ----- */

static bool
may_mirror(const struct site *site)
{
    return site->role != ROSTER_WITNESS;
}

/* The checkpoint of a site's mirror of a log; its size, or 0. */
static uint64_t
mirror_size_of(struct site *site, const char *origin, struct checkpoint *out,
               uint8_t *room)
{
    struct machine *machine = &site->machine;
    char path[MIRROR_PREFIX_SIZE + 16];
    char hex[ORIGIN_HEX_SIZE];
    size_t size;
    enum err e;

    origin_hex(bytes_of(origin), hex);
    (void)snprintf(path, sizeof(path), "%s/%s/checkpoint", MIRROR_FOLDER, hex);
    machine_clock(machine);
    e = os_read_file(machine->book_config.os, machine->book_config.dir, path,
                     room, NOTE_ROOM, &size);
    if (e != OK || !checkpoint_read((struct bytes){room, size}, out))
        return 0;
    return out->size;
}

/* A mirror is a verified prefix of one of the log's histories. */
static void
mirror_check(struct cluster *cluster, struct site *site, const struct site *of)
{
    static uint8_t room[NOTE_ROOM];
    struct machine *machine = &site->machine;
    char prefix[MIRROR_PREFIX_SIZE];
    char hex[ORIGIN_HEX_SIZE];
    struct log_view view = {machine->book_config.os, machine->book_config.dir,
                            prefix};
    struct history history = {0};
    struct checkpoint checkpoint;
    uint64_t size = mirror_size_of(site, of->origin, &checkpoint, room);
    bool known = size == 0;
    enum err e = OK;

    origin_hex(bytes_of(of->origin), hex);
    (void)snprintf(prefix, sizeof(prefix), "%s/%s/", MIRROR_FOLDER, hex);
    if (size > 0)
        e = history_read(&history, &view, size);
    if (e != OK || (size > 0 && !history_has(&history, size, &checkpoint.root)))
        world_broken(&cluster->world, "P3", "%s's mirror of %s: %s",
                     machine->name, of->machine.name, err_name(e));
    for (size_t i = 0; i < cluster->history_count && !known; i++)
        known =
            strcmp(cluster->histories[i].origin, of->origin) == 0 &&
            history_common(&cluster->histories[i].history, &history) == size;
    if (!known)
        world_broken(&cluster->world, "P3", "%s's mirror of %s is of no log",
                     machine->name, of->machine.name);
    history_deinit(&history);
}

/* P4: what was mirrored of a lost node. */
static void
lost_check(struct cluster *cluster, const struct site *lost)
{
    static uint8_t room[NOTE_ROOM];
    struct checkpoint checkpoint;
    uint64_t most = 0;
    uint64_t taken = 0;

    for (size_t i = 0; i < cluster->sighting_count; i++) {
        const struct sighting *seen = &cluster->sightings[i];

        if (seen->kind == SIGHTING_MIRRORED && seen->log == lost->number &&
            seen->size > taken && site_honest(&cluster->sites[seen->site]))
            taken = seen->size;
    }
    for (size_t i = 0; i < cluster->site_count; i++) {
        uint64_t size = 0;

        if (site_honest(&cluster->sites[i]))
            size = mirror_size_of(&cluster->sites[i], lost->origin, &checkpoint,
                                  room);
        if (size > most)
            most = size;
    }
    if (most < taken)
        world_broken(&cluster->world, "P4",
                     "%" PRIu64 " entries of %s were mirrored, %" PRIu64
                     " are left",
                     taken, lost->machine.name, most);
}

/* ----- Convergence. ----- */

static bool
has_all(struct site *site, struct site *of)
{
    static uint8_t room[NOTE_ROOM];
    struct checkpoint checkpoint;

    return mirror_size_of(site, of->origin, &checkpoint, room) ==
           log_published(&of->machine.book->log);
}

/* Whether a site must have another's log in the end. */
static bool
must_have(struct cluster *cluster, unsigned site, unsigned of)
{
    return site != of && site_honest(&cluster->sites[site]) &&
           site_honest(&cluster->sites[of]) &&
           may_mirror(&cluster->sites[site]) && paths_join(cluster, of, site);
}

bool
judge_converged(struct cluster *cluster)
{
    for (unsigned i = 0; i < cluster->site_count; i++) {
        struct site *site = &cluster->sites[i];

        if (site_honest(site) && !site->machine.up)
            return false;
        for (unsigned k = 0; k < cluster->site_count; k++) {
            struct site *of = &cluster->sites[k];

            if (must_have(cluster, i, k) &&
                (!of->machine.up || !has_all(site, of) ||
                 !tables_have(site, of)))
                return false;
        }
    }
    return true;
}

static void
converged_check(struct cluster *cluster)
{
    for (unsigned i = 0; i < cluster->site_count; i++) {
        struct site *site = &cluster->sites[i];

        for (unsigned k = 0; k < cluster->site_count; k++) {
            struct site *of = &cluster->sites[k];

            if (!must_have(cluster, i, k))
                continue;
            if (!site->machine.up || !of->machine.up || !has_all(site, of))
                world_broken(&cluster->world, "P4",
                             "%s has not all of %s, long after all was healed",
                             site->machine.name, of->machine.name);
            if (!tables_have(site, of))
                world_broken(&cluster->world, "P1",
                             "%s's tables have not all of %s",
                             site->machine.name, of->machine.name);
        }
    }
}

/* ----- Evidence. ----- */

static void
incident_trace(const struct site *by, const struct incident *incident)
{
    world_trace(&by->cluster->world, "%s says of %.*s: %.*s: %.*s",
                by->machine.name, (int)incident->origin.size,
                (const char *)incident->origin.p, (int)incident->code.size,
                (const char *)incident->code.p, (int)incident->summary.size,
                (const char *)incident->summary.p);
}

/* What is counted of the incidents about a site. */
typedef bool incident_counts(const struct site *by, const struct site *about,
                             const struct incident *incident);

static bool
is_any(const struct site *by, const struct site *about,
       const struct incident *incident)
{
    (void)about;
    incident_trace(by, incident);
    return true;
}

/* What anybody can verify. */
static bool
is_evidence(const struct site *by, const struct site *about,
            const struct incident *incident)
{
    (void)by;
    (void)about;
    return incident->has_evidence;
}

/* That its clock is not that of the one who says so is true of honest nodes too
 * whose clocks were wrong. */
static bool
is_accusation(const struct site *by, const struct site *about,
              const struct incident *incident)
{
    return !bytes_equal(incident->code, BYTES("untimely")) ||
           (!by->misdated && !about->misdated);
}

/* Incidents about a site in the logs of honest nodes. */
static unsigned
incidents_of(struct cluster *cluster, const struct site *about,
             incident_counts *counts)
{
    unsigned count = 0;

    for (size_t i = 0; i < cluster->site_count; i++) {
        struct machine *machine = &cluster->sites[i].machine;
        struct book_entry read;

        if (!site_honest(&cluster->sites[i]))
            continue;
        machine_clock(machine);
        for (uint64_t at = 0; at < log_size(&machine->book->log); at++)
            if (book_read(machine->book, at, &read) == OK &&
                read.event.type == EVENT_INCIDENT &&
                bytes_equal(read.event.incident.origin,
                            bytes_of(about->origin)) &&
                counts(&cluster->sites[i], about, &read.event.incident))
                count++;
    }
    return count;
}

/* Whether an honest site holds what is of this history alone. */
static bool
holds(const struct cluster *cluster, unsigned log, size_t common,
      const struct history *history)
{
    for (size_t i = 0; i < cluster->sighting_count; i++) {
        const struct sighting *seen = &cluster->sightings[i];

        if (seen->log == log && seen->size > common &&
            seen->kind != SIGHTING_PUBLISHED &&
            site_honest(&cluster->sites[seen->site]) &&
            history_has(history, seen->size, &seen->root))
            return true;
    }
    return false;
}

/* P3: two histories, each with somebody honest who holds its end. */
static void
fork_check(struct cluster *cluster, size_t one, size_t other)
{
    const struct cluster_history *a = &cluster->histories[one];
    const struct cluster_history *b = &cluster->histories[other];
    size_t common = history_common(&a->history, &b->history);
    unsigned log;

    if (strcmp(a->origin, b->origin) != 0 || common == a->history.count ||
        common == b->history.count)
        return;
    log = log_of(cluster, bytes_of(a->origin));
    if (!holds(cluster, log, common, &a->history) ||
        !holds(cluster, log, common, &b->history))
        return;
    cluster->report.lies++;
    if (incidents_of(cluster, &cluster->sites[log], is_evidence) == 0)
        world_broken(&cluster->world, "P3",
                     "%s has two histories from entry %zu on, and nobody says "
                     "so",
                     cluster->sites[log].machine.name, common);
    cluster->report.caught++;
}

static void
incidents_check(struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->site_count; i++) {
        struct site *site = &cluster->sites[i];

        cluster->report.incidents += incidents_of(cluster, site, is_any);
        if (site_honest(site) &&
            incidents_of(cluster, site,
                         cluster->lie == CLUSTER_HONEST ? is_accusation
                                                        : is_evidence) > 0)
            world_broken(&cluster->world, "P3", "%s is accused and is honest",
                         site->machine.name);
    }
}

/* ----- Rosters, and tables. ----- */

static void
roster_check(struct cluster *cluster, struct site *site)
{
    static uint8_t room[COUNTRY_NOTE_SIZE];
    struct machine *machine = &site->machine;
    struct hash hash;
    size_t size = 0;
    enum err e;

    machine_clock(machine);
    e = os_read_file(machine->book_config.os, machine->book_config.dir,
                     PEERS_ROSTER_FILE, room, sizeof(room), &size);
    hash = hash_of((struct bytes){room, size});
    for (size_t i = 0; e == OK && i < cluster->roster_count; i++)
        if (hash_equal(&hash, &cluster->rosters[i]))
            return;
    world_broken(&cluster->world, "P5", "%s has a roster of nobody: %s",
                 machine->name, err_name(e));
}

static void
tables_of(struct site *site, struct store_table out[STORE_TABLE_COUNT])
{
    enum err e = ERR_IO;

    site_start(site);
    if (site->machine.up)
        e = store_tables(&site->machine.book->store, out);
    if (e != OK)
        world_broken(&site->cluster->world, "P2", "%s has no tables: %s",
                     site->machine.name, err_name(e));
    tables_trace(site);
    machine_end(&site->machine, MACHINE_KILL);
}

/* The same start twice: with the tables as they are, and with none. */
static void
tables_check(struct site *site)
{
    struct machine *machine = &site->machine;
    struct test_random entropy = machine->entropy;
    struct store_table before[STORE_TABLE_COUNT];
    struct store_table after[STORE_TABLE_COUNT];
    struct sim_disk saved;
    struct folder dir;

    machine_end(machine, MACHINE_KILL);
    sim_disk_copy(&saved, &machine->disk);
    tables_of(site, before);
    sim_disk_deinit(&machine->disk);
    sim_disk_copy(&machine->disk, &saved);
    sim_disk_deinit(&saved);
    machine->entropy = entropy;
    dir = sim_disk_root(&machine->disk);
    (void)machine->disk.os.remove(&machine->disk.os, dir, STORE_FILE);
    (void)machine->disk.os.remove(&machine->disk.os, dir, STORE_FILE "-wal");
    sim_disk_kill(&machine->disk);
    tables_of(site, after);
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
        if (before[i].rows != after[i].rows ||
            !hash_equal(&before[i].hash, &after[i].hash))
            world_broken(&site->cluster->world, "P2",
                         "%s: table %s has %" PRIu64 " rows, and %" PRIu64
                         " folded anew",
                         machine->name, before[i].name, before[i].rows,
                         after[i].rows);
}

/* ----- The end. ----- */

static void
logs_check(struct cluster *cluster)
{
    for (unsigned i = 0; i < cluster->site_count; i++) {
        struct site *site = &cluster->sites[i];

        if (site->lost)
            lost_check(cluster, site);
        if (!site_honest(site))
            continue;
        booth_check(&site->booth);
        roster_check(cluster, site);
        tables_judge(cluster, site);
        for (unsigned k = 0; k < cluster->site_count; k++) {
            if (k != i)
                mirror_check(cluster, site, &cluster->sites[k]);
            sightings_check(
                cluster, i,
                log_of(cluster, bytes_of(cluster->sites[k].origin)));
        }
    }
}

void
judge_end(struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->site_count; i++)
        if (cluster->sites[i].machine.up)
            judge_keep(cluster, &cluster->sites[i]);
    converged_check(cluster);
    logs_check(cluster);
    for (size_t i = 0; i < cluster->history_count; i++)
        for (size_t k = i + 1; k < cluster->history_count; k++)
            fork_check(cluster, i, k);
    incidents_check(cluster);
    for (size_t i = 0; i < cluster->site_count; i++)
        if (site_honest(&cluster->sites[i]))
            tables_check(&cluster->sites[i]);
}
