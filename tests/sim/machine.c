#include "sim/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/keys.h"
#include "sim/bug.h"
#include "sim/vfs.h"

/* The journal is begun anew by whoever finds it fuller than this. */
#define JOURNAL_USED_MAX 75

/* Then others have their turn. */
#define ROUNDS_MAX 8

static void
entropy_fill(void *context, void *out, size_t size)
{
    struct test_random *entropy = context;
    uint8_t *p = out;

    for (size_t i = 0; i < size; i++)
        p[i] = (uint8_t)(test_random_next(entropy) >> 56);
}

void
machine_init(struct machine *machine, struct world *world, unsigned number,
             const struct machine_place *place)
{
    struct config *config = &machine->config;
    const char *name = strrchr(place->origin, '/') + 1;

    *machine = (struct machine){.world = world, .number = number};
    (void)snprintf(machine->name, sizeof(machine->name), "%s", name);
    *config = (struct config){.kind = place->kind,
                              .country = "UTO",
                              .zone = "UTC",
                              .listen = LISTEN_DEFAULT};
    (void)snprintf(config->origin, sizeof(config->origin), "%s", place->origin);
    (void)snprintf(config->place, sizeof(config->place), "%s", place->place);
    machine->entropy.state = test_random_next(&world->random);
    machine->random = (struct random){entropy_fill, &machine->entropy};
    machine->book = calloc(1, sizeof(*machine->book));
    assert_non_null(machine->book);
    sim_disk_init(&machine->disk, test_random_next(&world->random));
}

void
machine_deinit(struct machine *machine)
{
    if (machine->up)
        machine_end(machine, MACHINE_KILL);
    sim_disk_deinit(&machine->disk);
    free(machine->book);
    machine->book = NULL;
}

void
machine_clock(struct machine *machine)
{
    const struct world *world = machine->world;

    machine->disk.now.ms = world_time(world).ms + machine->skew_ms;
    machine->disk.monotonic_ns = (uint64_t)world->now_ms * 1000000u;
}

/* A process finds no open files. */
static void
machine_begin(struct machine *machine)
{
    struct book_config *config = &machine->book_config;

    bug_disk(&machine->disk);
    machine->disk.struck = false;
    machine_clock(machine);
    *config = (struct book_config){.os = &machine->disk.os,
                                   .dir = sim_disk_root(&machine->disk),
                                   .path = "node",
                                   .config = &machine->config,
                                   .random = &machine->random,
                                   .journal_size = MACHINE_JOURNAL_SIZE};
    config->vfs = sim_vfs_of(machine->number, config->os, config->dir);
}

/* As `kufi init`, but for TLS, of which there is none here. */
static enum err
keys_make(struct machine *machine)
{
    const struct book_config *config = &machine->book_config;
    struct bytes origin = bytes_of(machine->config.origin);
    struct sign_key cosign = {0};
    struct box_key box = {0};
    enum err e = cosign_key_make(config->os, config->dir, origin,
                                 config->random, &cosign);

    if (e == OK)
        e = box_key_make(config->os, config->dir, config->random, &box);
    sign_key_deinit(&cosign);
    box_key_deinit(&box);
    return e;
}

void
machine_make(struct machine *machine)
{
    enum err e;

    sim_disk_deinit(&machine->disk);
    sim_disk_init(&machine->disk, test_random_next(&machine->world->random));
    machine_begin(machine);
    e = book_create(machine->book, &machine->book_config);
    if (e == OK)
        e = keys_make(machine);
    if (e != OK)
        world_broken(machine->world, "sim", "%s cannot be made: %s, %s",
                     machine->name, err_name(e), machine->book->step);
    sim_disk_settle(&machine->disk);
    sim_disk_kill(&machine->disk);
}

/* Nothing more reaches the disk, whatever the process still tries. */
static void
machine_dead(struct machine *machine)
{
    struct sim_disk *disk = &machine->disk;

    if (!disk->crashed)
        sim_disk_crash(disk, 0);
}

static void
machine_gone(struct machine *machine, bool power)
{
    bool was_up = machine->up;

    machine->up = false;
    machine->full = false;
    if (was_up && machine->gone != NULL)
        machine->gone(machine->gone_context);
    if (power)
        sim_disk_power_cut(&machine->disk);
    else
        sim_disk_kill(&machine->disk);
}

/* The disk made it fail: that is no fault of the node. */
static void
blame(struct machine *machine, enum err e)
{
    const struct book *book = machine->book;

    if (!machine->disk.struck && !machine->disk.crashed)
        world_broken(machine->world, "P2", "%s failed by itself: %s, %s, %s",
                     machine->name, err_name(e),
                     book->step == NULL ? "" : book->step,
                     book->fault.clause == NULL ? "" : book->fault.clause);
    machine->faults++;
}

/* Lets go of all that the keeper's process holds, without another write. */
static void
machine_let_go(struct machine *machine)
{
    peers_close(machine->peers);
    machine->peers = NULL;
    book_abandon(machine->book);
}

static enum err
machine_open(struct machine *machine)
{
    struct book_report report;
    enum err e = book_open(machine->book, &machine->book_config, &report);

    if (e != OK)
        return e;
    e = book_start(machine->book);
    if (e == OK)
        e = book_fold(machine->book);
    if (e == OK)
        e = peers_open(&machine->peers, machine->book);
    if (e != OK)
        machine_let_go(machine);
    return e;
}

bool
machine_start(struct machine *machine)
{
    enum err e;

    machine_begin(machine);
    e = machine_open(machine);
    world_trace(machine->world, "%s starts: %s", machine->name, err_name(e));
    if (e != OK) {
        blame(machine, e);
        machine_gone(machine, machine->disk.crashed);
        return false;
    }
    machine->lives++;
    machine->up = true;
    machine->full = false;
    return true;
}

void
machine_end(struct machine *machine, enum machine_end how)
{
    bool power = how == MACHINE_CUT;
    enum err e;

    machine_clock(machine);
    world_trace(machine->world, "%s ends: %s", machine->name,
                how == MACHINE_STOP   ? "asked to"
                : how == MACHINE_KILL ? "killed"
                                      : "power cut");
    if (how == MACHINE_STOP) {
        peers_close(machine->peers);
        machine->peers = NULL;
        e = book_stop(machine->book, STOP_ASKED);
        if (e != OK && e != ERR_FULL)
            blame(machine, e);
        power = machine->disk.crashed;
    } else {
        machine_dead(machine);
        machine_let_go(machine);
    }
    machine_gone(machine, power);
}

bool
machine_well(struct machine *machine, enum err e)
{
    struct sim_disk *disk = &machine->disk;
    bool crashed = disk->crashed;

    if (e == OK)
        return true;
    blame(machine, e);
    world_trace(machine->world, "%s fails: %s, %s", machine->name, err_name(e),
                machine->book->step);
    if (e == ERR_FULL) {
        machine->full = true;
        return true;
    }
    machine_let_go(machine);
    machine_gone(machine, crashed);
    return false;
}

static enum err
record(struct machine *machine, struct event *event, uint64_t *index)
{
    struct book *book = machine->book;
    size_t item = 0;
    enum err e = book_begin(book);

    if (e == OK)
        e = book_put(book, event, false, &item);
    if (e == OK)
        e = book_commit(book);
    if (e != OK)
        return e;
    *index = book_index(book, item);
    machine->leaf = *book_leaf(book, item);
    return OK;
}

bool
machine_record(struct machine *machine, struct event *event, uint64_t *index)
{
    enum err e;

    machine_clock(machine);
    if (machine->full)
        return false;
    e = record(machine, event, index);
    if (e != OK) {
        (void)machine_well(machine, e);
        return false;
    }
    /* It was answered: what fails from here on does not undo it. */
    e = book_fold(machine->book);
    if (e == OK)
        e = book_flush(machine->book);
    (void)machine_well(machine, e);
    return true;
}

void
machine_turn(struct machine *machine)
{
    struct book *book = machine->book;
    bool more = !machine->full;
    enum err e = OK;

    machine_clock(machine);
    if (machine->full) {
        e = book_settle(book);
        if (e == OK)
            machine->full = false;
    }
    if (e == OK && log_publish_due(&book->log, machine->disk.monotonic_ns))
        e = book_publish(book);
    if (e == OK && log_journal_used(&book->log) > JOURNAL_USED_MAX)
        e = log_settle(&book->log);
    for (unsigned i = 0; i < ROUNDS_MAX && e == OK && more; i++)
        e = peers_round(machine->peers, &more);
    (void)machine_well(machine, e);
}
