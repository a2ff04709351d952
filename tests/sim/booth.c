#include "sim/booth.h"

#include <inttypes.h>

#define TRAVELLERS 40

void
booth_init(struct booth *booth, struct machine *machine)
{
    *booth = (struct booth){.machine = machine};
    store_stream_init(&booth->stream, test_random_next(&machine->world->random),
                      TRAVELLERS);
}

/*
 * Lawful things that officers record. Lists and modes are not theirs; and the
 * stream knows one node only, by which most of them mean their own.
 */
static bool
event_next(struct booth *booth, struct event *out)
{
    const struct machine *machine = booth->machine;
    const struct event *event;
    bool elsewhere = world_once_in(machine->world, 10);

    booth->stream.index = log_size(&machine->book->log);
    booth->stream.now_ms = machine->disk.now.ms;
    event = store_stream_next(&booth->stream);
    if (event == NULL || event->type == EVENT_LIST_IMPORTED ||
        event->type == EVENT_MODE_CHANGE)
        return false;
    *out = *event;
    if (out->type == EVENT_LATE_RECORD &&
        out->late_record.occurred.ms > machine->disk.now.ms)
        out->late_record.occurred = machine->disk.now;
    if (out->type == EVENT_CORRECTION && !elsewhere)
        out->correction.node = bytes_of(machine->name);
    if (out->type == EVENT_WITHDRAWAL && !elsewhere)
        out->withdrawal.node = bytes_of(machine->name);
    return true;
}

bool
booth_act(struct booth *booth)
{
    struct machine *machine = booth->machine;
    struct event event;
    struct booth_kept kept = {0};

    if (!machine->up || booth->count == BOOTH_KEPT_MAX)
        return false;
    machine_clock(machine);
    if (!event_next(booth, &event))
        return false;
    if (!machine_record(machine, &event, &kept.index)) {
        booth->refused++;
        return false;
    }
    kept.leaf = machine->leaf;
    kept.type = event.type;
    if (event.type == EVENT_WITHDRAWAL) {
        kept.of = event.withdrawal.index;
        kept.own = bytes_equal(event.withdrawal.node, bytes_of(machine->name));
    }
    booth->kept[booth->count++] = kept;
    booth->acknowledged_ms = machine->world->now_ms;
    return true;
}

void
booth_check(const struct booth *booth)
{
    struct machine *machine = booth->machine;

    machine_clock(machine);
    for (size_t i = 0; i < booth->count; i++) {
        const struct booth_kept *kept = &booth->kept[i];
        struct book_entry read;
        enum err e = book_read(machine->book, kept->index, &read);

        if (e != OK || !hash_equal(&read.leaf, &kept->leaf))
            world_broken(machine->world, "P2",
                         "%s/%" PRIu64 " was acknowledged: %s", machine->name,
                         kept->index,
                         e == OK ? "another is there" : err_name(e));
    }
}
