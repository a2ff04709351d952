/*
 * Bodies of what a node learns of others: how far it holds their logs, which
 * roster is in force, what went wrong, what the custodians ordered.
 */
#include "record/body_int.h"
#include "record/name.h"

_Static_assert(SEEN_ORIGIN_SIZE_MAX == ORIGIN_SIZE_MAX, "the same bound");
_Static_assert(SEEN_LOGS_MAX * sizeof(struct seen_log) +
                       _Alignof(max_align_t) <=
                   EVENT_ARENA_SIZE,
               "the arena of one event holds the largest");

static void
origin_codec(struct codec *c, struct bytes *text, const char *clause)
{
    struct origin origin;

    codec_text(c, text, ORIGIN_SIZE_MAX, clause);
    if (c->r.fault.code == OK && origin_parse(*text, &origin) != OK)
        codec_refuse(c, ERR_FORMAT, "REC 3.3", "not the origin of a log");
}

static void
seen_log_codec(struct codec *c, struct seen_log *log)
{
    codec_array(c, 4, "REC 4.25");
    origin_codec(c, &log->origin, "REC 4.25");
    log->role =
        (enum seen_role)codec_choice(c, log->role, SEEN_ROLE_MAX, "REC 4.25");
    codec_uint(c, &log->size, EVENT_INDEX_MAX, "REC 4.25");
    codec_fixed(c, log->root, sizeof(log->root), "REC 4.25");
    if (c->r.fault.code == OK && log->size == 0)
        codec_refuse(c, ERR_FORMAT, "REC 4.25", "nothing was seen of a log");
}

void
body_checkpoint_seen(struct codec *c, struct checkpoint_seen *seen)
{
    const struct seen_log *given = seen->logs;
    struct seen_log *kept = NULL;

    codec_count(c, &seen->log_count, 1, SEEN_LOGS_MAX, "REC 4.25");
    if (c->w == NULL && c->r.fault.code == OK) {
        kept = arena_array(c->arena, seen->log_count, sizeof(*kept));
        if (kept == NULL)
            codec_refuse(c, ERR_LIMIT, "REC 4.25", "no room for an array");
    }
    seen->logs = kept;
    for (size_t i = 0; c->r.fault.code == OK && i < seen->log_count; i++) {
        struct seen_log log = {0};

        if (kept == NULL)
            log = given[i];
        seen_log_codec(c, &log);
        if (kept != NULL)
            kept[i] = log;
    }
}

void
body_roster_change(struct codec *c, struct roster_change *change)
{
    codec_array(c, 2, "REC 4.26");
    codec_uint(c, &change->version, EVENT_INDEX_MAX, "REC 4.26");
    codec_fixed(c, change->sha256, sizeof(change->sha256), "REC 4.26");
}

void
body_incident(struct codec *c, struct incident *incident)
{
    codec_array(c, 4, "REC 4.27");
    codec_text_due(c, &incident->code, INCIDENT_CODE_SIZE_MAX, "REC 4.27");
    if (codec_present(c, incident->origin.size > 0))
        origin_codec(c, &incident->origin, "REC 4.27");
    codec_text_due(c, &incident->summary, REASON_SIZE_MAX, "REC 4.27");
    incident->has_evidence = codec_present(c, incident->has_evidence);
    if (incident->has_evidence)
        codec_fixed(c, incident->evidence, sizeof(incident->evidence),
                    "REC 4.27");
}

void
body_order(struct codec *c, struct order_event *order)
{
    codec_array(c, 2, "REC 4.28");
    codec_bytes_due(c, &order->note, ORDER_NOTE_SIZE_MAX, "REC 4.28");
    order->refused = codec_choice(c, order->refused, 1, "REC 4.28") != 0;
}
