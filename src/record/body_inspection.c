#include "record/body_int.h"

_Static_assert(DOCUMENT_FAULTS_MAX * sizeof(struct document_fault) +
                       INSPECTION_HITS_MAX * sizeof(struct inspection_hit) +
                       INSPECTION_FINDINGS_MAX *
                           sizeof(struct inspection_finding) +
                       3 * _Alignof(max_align_t) <=
                   EVENT_ARENA_SIZE,
               "the arena of one event holds the largest");

static void
document_fault_codec(struct codec *c, struct document_fault *fault)
{
    codec_array(c, 5, "REC 4.6");
    codec_text_due(c, &fault->code, FAULT_CODE_SIZE_MAX, "REC 4.6");
    codec_text(c, &fault->field, FIELD_SIZE_MAX, "REC 4.6");
    codec_text(c, &fault->clause, FAULT_CLAUSE_SIZE_MAX, "REC 4.6");
    fault->line =
        (uint8_t)codec_choice(c, fault->line, INSPECTION_LINES_MAX, "REC 4.6");
    fault->column =
        (uint16_t)codec_choice(c, fault->column, FAULT_COLUMN_MAX, "REC 4.6");
}

static void
hit_codec(struct codec *c, struct inspection_hit *hit)
{
    size_t count = hit->reason_count;

    codec_array(c, 7, "REC 4.15");
    hit->kind = (uint8_t)codec_choice(c, hit->kind, 1, "REC 4.15");
    codec_text_due(c, &hit->list, HIT_LIST_SIZE_MAX, "REC 4.15");
    codec_text_due(c, &hit->entry, HIT_ENTRY_SIZE_MAX, "REC 4.15");
    codec_fixed(c, hit->entry_hash, sizeof(hit->entry_hash), "REC 4.15");
    hit->points =
        (uint16_t)codec_choice(c, hit->points, HIT_POINTS_MAX, "REC 4.15");
    hit->reason =
        (uint8_t)codec_choice(c, hit->reason, LIST_REASON_MAX, "REC 4.15");
    codec_count(c, &count, 0, HIT_REASONS_MAX, "REC 4.15");
    hit->reason_count = (uint8_t)count;
    for (size_t i = 0; i < count; i++)
        hit->reasons[i] = (uint8_t)codec_choice(c, hit->reasons[i],
                                                HIT_REASON_MAX, "REC 4.15");
}

static void
finding_codec(struct codec *c, struct inspection_finding *finding)
{
    codec_array(c, 3, "REC 4.16");
    codec_text_due(c, &finding->code, FINDING_CODE_SIZE_MAX, "REC 4.16");
    finding->severity =
        (uint8_t)codec_choice(c, finding->severity, SEVERITY_MAX, "REC 4.16");
    codec_text(c, &finding->evidence, EVIDENCE_SIZE_MAX, "REC 4.16");
}

/*
 * Room for what an array holds, which `*kept` then is; NULL when there is
 * nothing to keep: when writing, and of an empty array.
 */
static void *
room_for(struct codec *c, size_t count, size_t size, const char *clause)
{
    void *room;

    if (c->w != NULL || count == 0)
        return NULL;
    room = arena_array(c->arena, count, size);
    if (room == NULL)
        codec_refuse(c, ERR_LIMIT, clause, "no room for an array");
    return room;
}

static void
faults_codec(struct codec *c, struct inspection *inspection)
{
    const struct document_fault *given = inspection->faults;
    struct document_fault *kept;

    codec_count(c, &inspection->fault_count, 0, DOCUMENT_FAULTS_MAX, "REC 4.6");
    kept = room_for(c, inspection->fault_count, sizeof(*kept), "REC 4.6");
    inspection->faults = kept;
    for (size_t i = 0; c->r.fault.code == OK && i < inspection->fault_count;
         i++) {
        struct document_fault fault = {0};

        if (kept == NULL)
            fault = given[i];
        document_fault_codec(c, &fault);
        if (kept != NULL)
            kept[i] = fault;
    }
}

static void
hits_codec(struct codec *c, struct inspection *inspection)
{
    const struct inspection_hit *given = inspection->hits;
    struct inspection_hit *kept;

    codec_count(c, &inspection->hit_count, 0, INSPECTION_HITS_MAX, "REC 4.15");
    kept = room_for(c, inspection->hit_count, sizeof(*kept), "REC 4.15");
    inspection->hits = kept;
    for (size_t i = 0; c->r.fault.code == OK && i < inspection->hit_count;
         i++) {
        struct inspection_hit hit = {0};

        if (kept == NULL)
            hit = given[i];
        hit_codec(c, &hit);
        if (kept != NULL)
            kept[i] = hit;
    }
}

static void
findings_codec(struct codec *c, struct inspection *inspection)
{
    const struct inspection_finding *given = inspection->findings;
    struct inspection_finding *kept;

    codec_count(c, &inspection->finding_count, 0, INSPECTION_FINDINGS_MAX,
                "REC 4.16");
    kept = room_for(c, inspection->finding_count, sizeof(*kept), "REC 4.16");
    inspection->findings = kept;
    for (size_t i = 0; c->r.fault.code == OK && i < inspection->finding_count;
         i++) {
        struct inspection_finding finding = {0};

        if (kept == NULL)
            finding = given[i];
        finding_codec(c, &finding);
        if (kept != NULL)
            kept[i] = finding;
    }
}

void
body_inspection(struct codec *c, struct inspection *inspection)
{
    codec_array(c, 9, "REC 4.6");
    inspection->direction = part_direction(c, inspection->direction);
    codec_count(c, &inspection->line_count, 1, INSPECTION_LINES_MAX, "REC 4.6");
    for (size_t i = 0; i < inspection->line_count; i++)
        codec_raw_text(c, &inspection->lines[i], INSPECTION_LINE_SIZE_MAX,
                       "REC 4.6");
    inspection->has_document = codec_present(c, inspection->has_document);
    if (inspection->has_document)
        part_document(c, &inspection->document);
    faults_codec(c, inspection);
    codec_bool(c, &inspection->accompanied, "REC 4.6");
    codec_text(c, &inspection->voyage, VOYAGE_SIZE_MAX, "REC 4.6");
    hits_codec(c, inspection);
    findings_codec(c, inspection);
    inspection->recommendation = (uint8_t)codec_choice(
        c, inspection->recommendation, RECOMMENDATION_MAX, "REC 4.6");
}
