#include "api/render_act.h"

#include "api/render_inspect.h"
#include "record/word.h"

static void
pair_word(struct json_writer *j, const char *key, const char *word)
{
    json_pair_text(j, key, bytes_of(word));
}

void
render_identity(struct json_writer *j, const struct identity *identity)
{
    json_begin_object(j);
    json_pair_text(j, "surname", identity->surname);
    json_pair_text(j, "given_names", identity->given_names);
    json_pair_text(j, "date_of_birth", identity->date_of_birth);
    json_pair_text(j, "sex", identity->sex);
    json_pair_text(j, "nationality", identity->nationality);
    json_end_object(j);
}

static void
hit_resolution_render(const struct api *api, struct json_writer *j,
                      const struct hit_resolution *resolution)
{
    struct hit_id id = {resolution->inspection, resolution->hit};

    render_hit_id(api, j, "hit", &id);
    json_pair_text(j, "list", resolution->list);
    json_pair_text(j, "entry", resolution->entry);
    json_key(j, "traveller");
    render_identity(j, &resolution->identity);
    pair_word(j, "verdict", verdict_word(resolution->verdict));
    json_pair_text(j, "reason", resolution->reason);
}

static void
alert_document_render(struct json_writer *j, const struct alert_put *alert)
{
    json_key(j, "document");
    if (alert->kind != ALERT_DOCUMENT) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    json_pair_text(j, "issuing_state", alert->issuing_state);
    json_pair_text(j, "document_number", alert->number);
    render_pair_or_null(j, "document_code", alert->document_type);
    json_end_object(j);
}

static void
alert_person_render(struct json_writer *j, const struct alert_put *alert)
{
    json_key(j, "person");
    if (alert->kind != ALERT_PERSON) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    json_pair_text(j, "surname", alert->surname);
    json_pair_text(j, "given_names", alert->given_names);
    json_key(j, "other_names");
    json_begin_array(j);
    for (size_t i = 0; i < alert->other_name_count; i++)
        json_put_text(j, alert->other_names[i]);
    json_end_array(j);
    render_pair_or_null(j, "born", alert->born);
    render_pair_or_null(j, "sex", alert->sex);
    render_pair_or_null(j, "nationality", alert->nationality);
    json_end_object(j);
}

void
render_alert(struct json_writer *j, const struct alert_put *alert)
{
    alert_document_render(j, alert);
    alert_person_render(j, alert);
    pair_word(j, "reason", list_reason_word((enum list_reason)alert->reason));
    json_pair_text(j, "action", alert->action);
    json_pair_text(j, "owner", alert->owner);
    render_pair_or_null(j, "expires", alert->expires);
}

void
render_order(struct json_writer *j, const struct exit_order *order)
{
    json_key(j, "document");
    render_document(j, &order->document);
    render_time(j, "deadline", order->deadline);
    json_pair_text(j, "reason", order->reason);
    json_pair_text(j, "owner", order->owner);
}

static void
hex_render(struct json_writer *j, const char *key,
           const uint8_t hash[SHA256_SIZE])
{
    uint8_t text[2 * SHA256_SIZE];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    for (size_t i = 0; i < SHA256_SIZE; i++)
        writer_hex(&w, hash[i], 2);
    json_pair_text(j, key, writer_done(&w));
}

void
render_list(struct json_writer *j, const struct list_imported *list)
{
    json_pair_text(j, "name", list->name);
    json_pair_text(j, "source", list->source);
    hex_render(j, "sha256", list->sha256);
    render_pair_or_null(j, "list_date", list->list_date);
    json_pair_integer(j, "entries", (int64_t)list->entries);
    json_pair_integer(j, "persons", (int64_t)list->persons);
    json_pair_integer(j, "names", (int64_t)list->names);
    json_pair_integer(j, "documents", (int64_t)list->documents);
    json_pair_integer(j, "size", (int64_t)list->size);
}

static void
withdrawal_render(const struct api *api, struct json_writer *j,
                  const struct withdrawal *withdrawal)
{
    /* Records of other nodes cannot be withdrawn here: the name is ours. */
    render_name(api, j, "withdraws", withdrawal->index);
    json_pair_text(j, "reason", withdrawal->reason);
}

static void
manifest_render(struct json_writer *j, const struct manifest *manifest)
{
    json_pair_text(j, "voyage", manifest->voyage);
    json_pair_text(j, "day", manifest->day);
    pair_word(j, "direction", direction_word(manifest->direction));
    json_key(j, "document");
    render_document(j, &manifest->document);
}

static void
person_linked_render(struct json_writer *j, const struct person_linked *linked)
{
    json_key(j, "a");
    render_identity(j, &linked->a);
    json_key(j, "b");
    render_identity(j, &linked->b);
    pair_word(j, "verdict", verdict_word(linked->verdict));
    json_pair_text(j, "reason", linked->reason);
}

void
render_act(const struct api *api, struct json_writer *j,
           const struct event *event)
{
    switch ((int)event->type) {
    case EVENT_HIT_RESOLUTION:
        hit_resolution_render(api, j, &event->hit_resolution);
        break;
    case EVENT_ALERT_PUT:
        render_alert(j, &event->alert_put);
        break;
    case EVENT_WITHDRAWAL:
        withdrawal_render(api, j, &event->withdrawal);
        break;
    case EVENT_LIST_IMPORTED:
        render_list(j, &event->list_imported);
        json_pair_boolean(j, "shrink_accepted",
                          event->list_imported.shrink_accepted);
        break;
    case EVENT_MANIFEST:
        manifest_render(j, &event->manifest);
        break;
    case EVENT_EXIT_ORDER:
        render_order(j, &event->exit_order);
        break;
    case EVENT_PERSON_LINKED:
        person_linked_render(j, &event->person_linked);
        break;
    default:
        break;
    }
}

/* ----- An inspection as it was recorded. ----- */

static void
found_hit_render(const struct api *api, struct json_writer *j,
                 const struct hit_id *id, const struct inspection_hit *hit)
{
    json_begin_object(j);
    render_hit_id(api, j, "id", id);
    pair_word(j, "kind", hit->kind == HIT_NAME ? "name" : "document");
    json_pair_text(j, "list", hit->list);
    json_pair_text(j, "entry", hit->entry);
    json_pair_integer(j, "score", hit->points);
    render_reasons(j, hit->reasons, hit->reason_count);
    pair_word(j, "reason", list_reason_word((enum list_reason)hit->reason));
    json_end_object(j);
}

/* A code that this version does not know is shown without its title. */
static void
found_finding_render(struct json_writer *j,
                     const struct inspection_finding *finding)
{
    enum finding_code code;
    bool known = finding_parse(finding->code, &code) == OK;

    json_begin_object(j);
    json_pair_text(j, "code", finding->code);
    pair_word(j, "severity", severity_word((enum severity)finding->severity));
    pair_word(j, "title", known ? finding_title(code) : "");
    json_pair_text(j, "evidence", finding->evidence);
    pair_word(j, "next", known ? finding_next(code) : "");
    pair_word(j, "clause", known ? finding_clause(code) : "");
    json_end_object(j);
}

void
render_found(const struct api *api, struct json_writer *j, uint64_t index,
             const struct inspection *inspection)
{
    json_pair_boolean(j, "accompanied", inspection->accompanied);
    render_pair_or_null(j, "voyage", inspection->voyage);
    pair_word(
        j, "recommendation",
        recommendation_word((enum recommendation)inspection->recommendation));
    json_key(j, "findings");
    json_begin_array(j);
    for (size_t i = 0; i < inspection->finding_count; i++)
        found_finding_render(j, &inspection->findings[i]);
    json_end_array(j);
    json_key(j, "hits");
    json_begin_array(j);
    for (size_t i = 0; i < inspection->hit_count; i++)
        found_hit_render(api, j, &(struct hit_id){index, (uint8_t)i},
                         &inspection->hits[i]);
    json_end_array(j);
}
