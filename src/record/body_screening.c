/*
 * Bodies of what screening and the booth's question rest on: what officers
 * settle, alerts, lists, manifests, orders to leave, links.
 */
#include "record/body_int.h"

void
body_hit_resolution(struct codec *c, struct hit_resolution *resolution)
{
    codec_array(c, 9, "REC 4.17");
    codec_uint(c, &resolution->inspection, EVENT_INDEX_MAX, "REC 4.17");
    resolution->hit = (uint8_t)codec_choice(
        c, resolution->hit, INSPECTION_HITS_MAX - 1, "REC 4.17");
    codec_text_due(c, &resolution->list, HIT_LIST_SIZE_MAX, "REC 4.17");
    codec_text_due(c, &resolution->entry, HIT_ENTRY_SIZE_MAX, "REC 4.17");
    codec_fixed(c, resolution->entry_hash, sizeof(resolution->entry_hash),
                "REC 4.17");
    part_identity(c, &resolution->identity, "REC 4.17");
    resolution->verdict = (enum verdict)codec_choice(
        c, resolution->verdict, VERDICT_UNSURE, "REC 4.17");
    codec_text_due(c, &resolution->reason, REASON_SIZE_MAX, "REC 4.17");
    part_request_key(c, &resolution->key);
}

/* "1974", "1974-08" or "1974-08-12", as the first day of what it says. */
static bool
born_parse(struct bytes text, struct date *out)
{
    uint8_t day[DATE_TEXT_SIZE] = {'0', '0', '0', '0', '-',
                                   '0', '1', '-', '0', '1'};

    if (text.size != 4 && text.size != 7 && text.size != DATE_TEXT_SIZE)
        return false;
    for (size_t i = 0; i < text.size; i++)
        day[i] = text.p[i];
    return date_parse((struct bytes){day, sizeof(day)}, out) == OK;
}

/* One of them, or two of the same kind, the earlier first. */
static bool
born_valid(struct bytes born)
{
    struct bytes to = born;
    struct bytes from = bytes_split(&to, '/');
    struct date first;
    struct date last;

    if (!born_parse(from, &first))
        return false;
    if (from.size == born.size)
        return true;
    return to.size == from.size && born_parse(to, &last) &&
           first.days <= last.days;
}

static void
alert_document_codec(struct codec *c, struct alert_put *alert)
{
    codec_text(c, &alert->issuing_state, STATE_SIZE_MAX, "REC 4.18");
    codec_text(c, &alert->document_type, DOCUMENT_CODE_SIZE_MAX, "REC 4.18");
    codec_text_due(c, &alert->number, DOCUMENT_NUMBER_SIZE_MAX, "REC 4.18");
}

static void
alert_person_codec(struct codec *c, struct alert_put *alert)
{
    codec_text(c, &alert->surname, NAME_SIZE_MAX, "REC 4.18");
    codec_text(c, &alert->given_names, NAME_SIZE_MAX, "REC 4.18");
    codec_count(c, &alert->other_name_count, 0, ALERT_NAMES_MAX, "REC 4.18");
    for (size_t i = 0; i < alert->other_name_count; i++)
        codec_text_due(c, &alert->other_names[i], NAME_SIZE_MAX, "REC 4.18");
    codec_text(c, &alert->born, BORN_SIZE_MAX, "REC 4.18");
    part_sex(c, &alert->sex, "REC 4.18");
    codec_text(c, &alert->nationality, STATE_SIZE_MAX, "REC 4.18");
    if (c->r.fault.code != OK)
        return;
    if (alert->surname.size == 0 && alert->given_names.size == 0)
        codec_refuse(c, ERR_FORMAT, "REC 4.18", "a person without a name");
    if (alert->born.size > 0 && !born_valid(alert->born))
        codec_refuse(c, ERR_FORMAT, "REC 4.18", "not a date of birth");
}

void
body_alert_put(struct codec *c, struct alert_put *alert)
{
    static const uint8_t ITEMS[] = {[ALERT_DOCUMENT] = 9, [ALERT_PERSON] = 12};
    size_t count = ITEMS[alert->kind <= ALERT_PERSON ? alert->kind : 0];

    codec_count(c, &count, ITEMS[ALERT_DOCUMENT], ITEMS[ALERT_PERSON],
                "REC 4.18");
    alert->kind =
        (enum alert_kind)codec_choice(c, alert->kind, ALERT_PERSON, "REC 4.18");
    if (c->r.fault.code == OK && count != ITEMS[alert->kind])
        codec_refuse(c, ERR_FORMAT, "REC 4.18",
                     "an array has another number of items");
    if (alert->kind == ALERT_DOCUMENT)
        alert_document_codec(c, alert);
    else
        alert_person_codec(c, alert);
    alert->reason =
        (uint8_t)codec_choice(c, alert->reason, LIST_REASON_MAX, "REC 4.18");
    if (c->r.fault.code == OK && alert->reason == 0)
        codec_refuse(c, ERR_FORMAT, "REC 4.18", "an alert without a reason");
    codec_text_due(c, &alert->action, ALERT_ACTION_SIZE_MAX, "REC 4.18");
    codec_text_due(c, &alert->owner, OWNER_SIZE_MAX, "REC 4.18");
    part_day(c, &alert->expires, "REC 4.18");
    part_request_key(c, &alert->key);
}

void
body_withdrawal(struct codec *c, struct withdrawal *withdrawal)
{
    codec_array(c, 4, "REC 4.19");
    part_node_name(c, &withdrawal->node, "REC 4.19");
    codec_uint(c, &withdrawal->index, EVENT_INDEX_MAX, "REC 4.19");
    codec_text_due(c, &withdrawal->reason, REASON_SIZE_MAX, "REC 4.19");
    part_request_key(c, &withdrawal->key);
}

void
body_list_imported(struct codec *c, struct list_imported *list)
{
    codec_array(c, 10, "REC 4.20");
    codec_text_due(c, &list->name, HIT_LIST_SIZE_MAX, "REC 4.20");
    codec_text_due(c, &list->source, LIST_SOURCE_SIZE_MAX, "REC 4.20");
    codec_fixed(c, list->sha256, sizeof(list->sha256), "REC 4.20");
    part_day(c, &list->list_date, "REC 4.20");
    codec_uint(c, &list->entries, EVENT_INDEX_MAX, "REC 4.20");
    codec_uint(c, &list->persons, EVENT_INDEX_MAX, "REC 4.20");
    codec_uint(c, &list->names, EVENT_INDEX_MAX, "REC 4.20");
    codec_uint(c, &list->documents, EVENT_INDEX_MAX, "REC 4.20");
    codec_uint(c, &list->size, EVENT_INDEX_MAX, "REC 4.20");
    codec_bool(c, &list->shrink_accepted, "REC 4.20");
}

void
body_manifest(struct codec *c, struct manifest *manifest)
{
    codec_array(c, 5, "REC 4.21");
    codec_text_due(c, &manifest->voyage, VOYAGE_SIZE_MAX, "REC 4.21");
    part_day(c, &manifest->day, "REC 4.21");
    if (c->r.fault.code == OK && manifest->day.size == 0)
        codec_refuse(c, ERR_FORMAT, "REC 4.21", "a voyage has a day");
    manifest->direction = part_direction(c, manifest->direction);
    part_document(c, &manifest->document);
    part_request_key(c, &manifest->key);
}

void
body_exit_order(struct codec *c, struct exit_order *order)
{
    const struct document *document = &order->document;

    codec_array(c, 5, "REC 4.22");
    part_document(c, &order->document);
    codec_instant(c, &order->deadline, "REC 4.22");
    codec_text_due(c, &order->reason, ORDER_REASON_SIZE_MAX, "REC 4.22");
    codec_text_due(c, &order->owner, OWNER_SIZE_MAX, "REC 4.22");
    part_request_key(c, &order->key);
    if (c->r.fault.code == OK && document->number.size == 0 &&
        (document->surname.size == 0 || document->date_of_birth.size == 0))
        codec_refuse(c, ERR_FORMAT, "REC 4.22",
                     "nobody can be found by what the order says of him");
}

static bool
identity_equal(const struct identity *a, const struct identity *b)
{
    return bytes_equal(a->surname, b->surname) &&
           bytes_equal(a->given_names, b->given_names) &&
           bytes_equal(a->date_of_birth, b->date_of_birth) &&
           bytes_equal(a->sex, b->sex) &&
           bytes_equal(a->nationality, b->nationality);
}

void
body_person_linked(struct codec *c, struct person_linked *linked)
{
    codec_array(c, 5, "REC 4.23");
    part_identity(c, &linked->a, "REC 4.23");
    part_identity(c, &linked->b, "REC 4.23");
    linked->verdict = (enum verdict)codec_choice(c, linked->verdict,
                                                 VERDICT_OTHER, "REC 4.23");
    codec_text_due(c, &linked->reason, REASON_SIZE_MAX, "REC 4.23");
    part_request_key(c, &linked->key);
    if (c->r.fault.code == OK && identity_equal(&linked->a, &linked->b))
        codec_refuse(c, ERR_FORMAT, "REC 4.23",
                     "a traveller is linked with himself");
}
