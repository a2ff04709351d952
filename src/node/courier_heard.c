/*
 * Which nodes were heard: by an answer of theirs, or a question. The keeper is
 * told every few seconds, so that silence shows. SYN 7.8
 */
#include "node/courier_int.h"

#define HEARD_NS UINT64_C(5000000000)

void
courier_heard(struct courier *courier, const struct roster_node *node)
{
    size_t i = (size_t)(node - courier->roster->nodes);

    courier->heard[i] = true;
    if (courier->heard_once[i])
        return;
    courier->heard_once[i] = true;
    courier->heard_ns = 0;
}

void
courier_heard_drive(struct courier *courier)
{
    const struct roster *roster = courier->roster;
    struct errand errand = {.kind = ERRAND_HEARD};
    uint64_t now = courier_now_ns(courier);

    if (courier->hearing || now < courier->heard_ns)
        return;
    for (; courier->heard_at < roster->node_count; courier->heard_at++) {
        if (!courier->heard[courier->heard_at])
            continue;
        courier->heard[courier->heard_at] = false;
        errand.origin = roster->nodes[courier->heard_at++].origin;
        courier->hearing = true;
        courier_errand_ask(courier, ASKER_HEARD, 0, &errand);
        return;
    }
    courier->heard_at = 0;
    courier->heard_ns = now + HEARD_NS;
}
