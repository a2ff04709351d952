#include "api/render_sync.h"

#include "api/render_act.h"

/* A SHA-256 in hexadecimal. */
static void
put_hash(struct json_writer *j, const char *name,
         const uint8_t hash[SHA256_SIZE])
{
    uint8_t text[2 * SHA256_SIZE];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    for (size_t i = 0; i < SHA256_SIZE; i++)
        writer_hex(&w, hash[i], 2);
    json_pair_text(j, name, writer_done(&w));
}

static void
seen_render(struct json_writer *j, const struct checkpoint_seen *seen)
{
    static const char *const roles[] = {"post", "centre", "witness", "mirror"};

    json_key(j, "logs");
    json_begin_array(j);
    for (size_t i = 0; i < seen->log_count; i++) {
        const struct seen_log *log = &seen->logs[i];

        json_begin_object(j);
        json_pair_text(j, "origin", log->origin);
        json_pair_text(j, "role", bytes_of(roles[log->role]));
        json_pair_integer(j, "size", (int64_t)log->size);
        put_hash(j, "root", log->root);
        json_end_object(j);
    }
    json_end_array(j);
}

static void
incident_render(struct json_writer *j, const struct incident *incident)
{
    json_pair_text(j, "code", incident->code);
    render_pair_or_null(j, "origin", incident->origin);
    json_pair_text(j, "summary", incident->summary);
    if (incident->has_evidence)
        put_hash(j, "evidence", incident->evidence);
}

/* A refused order is whatever was brought, and may be no text at all. */
static void
order_render(struct json_writer *j, const struct order_event *order)
{
    json_pair_boolean(j, "refused", order->refused);
    json_key(j, "note");
    json_put_base64(j, order->note);
}

void
render_sync(struct json_writer *j, const struct event *event)
{
    switch ((int)event->type) {
    case EVENT_CHECKPOINT_SEEN:
        seen_render(j, &event->checkpoint_seen);
        break;
    case EVENT_ROSTER_CHANGE:
        json_pair_integer(j, "version", (int64_t)event->roster_change.version);
        put_hash(j, "sha256", event->roster_change.sha256);
        break;
    case EVENT_INCIDENT:
        incident_render(j, &event->incident);
        break;
    case EVENT_ORDER:
        order_render(j, &event->order_event);
        break;
    default:
        break;
    }
}
