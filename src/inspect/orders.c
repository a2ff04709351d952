/*
 * Findings about orders to leave the country, and their clock. INS 2.18, 2.19
 */
#include "inspect/found_int.h"

/* The one of earliest deadline that is running, or that is overdue; NULL when
 * there is none. `*count` says how many. */
static const struct inspect_order *
earliest(const struct inspect_input *in, bool overdue, size_t *count)
{
    const struct inspect_order *found = NULL;

    *count = 0;
    for (size_t i = 0; i < in->order_count; i++) {
        const struct inspect_order *order = &in->orders[i];

        if ((order->deadline.ms < in->now.ms) != overdue)
            continue;
        (*count)++;
        if (found == NULL || order->deadline.ms < found->deadline.ms)
            found = order;
    }
    return found;
}

static void
write_order(struct found *found, struct finding *finding,
            const struct inspect_order *order, size_t count)
{
    struct evidence evidence = {0};

    finding->hit = -1;
    finding->has_record = true;
    finding->record = order->record;
    evidence_text(&evidence, "To leave until ");
    evidence_time(&evidence, found->in->zone, order->deadline);
    evidence_text(&evidence, ", ");
    if (finding->number >= 120) {
        evidence_count(&evidence, (uint64_t)finding->number / 60, "hour");
    } else {
        evidence_count(&evidence, (uint64_t)finding->number, "minute");
    }
    evidence_text(&evidence,
                  finding->code == FINDING_EXIT_ORDER ? " left: " : " ago: ");
    evidence_part(&evidence, order->reason);
    evidence_text(&evidence, ".");
    evidence_more(&evidence, count - 1);
    found_add(found, finding, &evidence);
}

void
find_orders(struct found *found)
{
    const struct inspect_input *in = found->in;
    const struct inspect_order *order;
    size_t count;

    order = earliest(in, false, &count);
    if (order != NULL) {
        struct finding finding = {
            .code = FINDING_EXIT_ORDER,
            .severity =
                in->direction == DIRECTION_EXIT ? SEVERITY_NOTE : SEVERITY_LOOK,
            .number = (order->deadline.ms - in->now.ms) / MINUTE_MS};

        write_order(found, &finding, order, count);
    }
    order = earliest(in, true, &count);
    if (order != NULL) {
        struct finding finding = {.code = FINDING_EXIT_ORDER_OVERDUE,
                                  .severity = SEVERITY_REFER,
                                  .number = (in->now.ms - order->deadline.ms) /
                                            MINUTE_MS};

        write_order(found, &finding, order, count);
    }
}
