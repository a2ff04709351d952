#include "store/correct.h"

#include "record/word.h"
#include "store/chain.h"
#include "store/fold.h"
#include "store/person.h"
#include "store/store.h"

#include <string.h>

/* What of a crossing can be corrected, while it is. */
struct passage {
    enum direction direction;
    enum decision decision;
    uint16_t reasons;
    struct bytes lane;
    struct bytes place; /* stays as it is */
    struct document document;
};

/* The members of a document, as JSON has them. */
struct member {
    const char *name;
    size_t at; /* of its struct bytes in struct document */
};

#define MEMBER(name, member)                                                   \
    {                                                                          \
        name, offsetof(struct document, member)                                \
    }

static const struct member MEMBERS[] = {
    MEMBER("document_code", code),
    MEMBER("issuing_state", issuing_state),
    MEMBER("document_number", number),
    MEMBER("surname", surname),
    MEMBER("given_names", given_names),
    MEMBER("nationality", nationality),
    MEMBER("date_of_birth", date_of_birth),
    MEMBER("sex", sex),
    MEMBER("date_of_expiry", date_of_expiry),
    MEMBER("optional_data_1", optional_1),
    MEMBER("optional_data_2", optional_2),
};

/* "AC"; none is "". A letter twice is no list of reasons. */
static bool
reasons_parse(struct bytes text, uint16_t *out)
{
    uint16_t reasons = 0;
    uint16_t bit;

    for (size_t i = 0; i < text.size; i++) {
        if (!reason_parse(bytes_slice(text, i, 1), &bit))
            return false;
        if ((reasons & bit) != 0)
            return false;
        reasons = (uint16_t)(reasons | bit);
    }
    *out = reasons;
    return true;
}

/* Whether a crossing could be recorded with the document. REC 4.1 */
static bool
document_valid(const struct document *document)
{
    const struct event event = {.type = EVENT_CROSSING,
                                .actor = BYTES("officer"),
                                .place = BYTES("place"),
                                .crossing = {.document = *document}};
    uint8_t block[EVENT_SIZE_MAX];
    struct writer w;

    writer_init(&w, block, sizeof(block));
    return event_encode(&w, &event, NULL) == OK;
}

static bool
document_correct(struct document *document, struct bytes field,
                 struct bytes value)
{
    for (size_t i = 0; i < sizeof(MEMBERS) / sizeof(MEMBERS[0]); i++) {
        const struct member *member = &MEMBERS[i];

        if (!bytes_equal(field, bytes_of(member->name)))
            continue;
        memcpy((uint8_t *)document + member->at, &value, sizeof(value));
        return document_valid(document);
    }
    return false;
}

/* False when the field is none, or the value cannot stand in it. */
static bool
passage_correct(struct passage *passage, struct bytes field, struct bytes value)
{
    if (bytes_equal(field, BYTES("direction")))
        return direction_parse(value, &passage->direction);
    if (bytes_equal(field, BYTES("decision")))
        return decision_parse(value, &passage->decision);
    if (bytes_equal(field, BYTES("reasons")))
        return reasons_parse(value, &passage->reasons);
    if (!bytes_equal(field, BYTES("lane")))
        return document_correct(&passage->document, field, value);
    passage->lane = value;
    return value.size <= LANE_SIZE_MAX;
}

bool
correction_valid(struct bytes field, struct bytes value)
{
    struct passage passage = {0};

    return passage_correct(&passage, field, value);
}

/* The document of a crossing; its texts stand in `copy`. */
static bool
document_of(struct tables *tables, const int64_t *crossing,
            uint8_t copy[2][TABLES_TEXT_SIZE_MAX], struct document *out)
{
    static const enum table OF[2] = {TABLE_PERSON, TABLE_DOCUMENT};
    const int64_t ids[2] = {crossing[CROSSING_PERSON],
                            crossing[CROSSING_DOCUMENT]};
    struct bytes texts[2][ROW_TEXTS_MAX];
    bool truncated = false;

    for (size_t i = 0; i < 2; i++) {
        const int64_t *row = tables_find(tables, OF[i], ids[i]);
        struct bytes text;

        if (row == NULL)
            return false;
        text = tables_text(tables, row);
        memcpy(copy[i], text.p, text.size);
        text.p = copy[i];
        texts_split(text, SHAPES[OF[i]].text_count, texts[i]);
        truncated = OF[i] == TABLE_DOCUMENT && row[DOCUMENT_TRUNCATED] != 0;
    }
    *out = person_document(texts[0], texts[1], truncated);
    return true;
}

/* A crossing was taken from the document: it may have none left. STO 2.2 */
static void
document_leave(struct tables *tables, int64_t document)
{
    int64_t *row = tables_find(tables, TABLE_DOCUMENT, document);

    if (row == NULL || row[DOCUMENT_LEFT] != 0)
        return;
    row[DOCUMENT_LEFT] = 1;
    tables_touch(tables, TABLE_DOCUMENT, row);
}

static void
passage_write(struct tables *tables, int64_t target, int64_t record,
              const struct passage *passage)
{
    const struct places places = person_places(&passage->document);
    const struct bytes texts[] = {
        [CROSSING_LANE] = passage->lane, [CROSSING_PLACE] = passage->place};
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    struct holder holder;
    int64_t *row = tables_find(tables, TABLE_CROSSING, target);

    if (row == NULL ||
        !person_hold(tables, &passage->document, &places, &holder))
        return;
    if (holder.document != row[CROSSING_DOCUMENT])
        document_leave(tables, row[CROSSING_DOCUMENT]);
    row[CROSSING_PERSON] = holder.person;
    row[CROSSING_DOCUMENT] = holder.document;
    row[CROSSING_DIRECTION] = passage->direction;
    row[CROSSING_DECISION] = passage->decision;
    row[CROSSING_REASONS_LATE] =
        passage->reasons << 1 | (row[CROSSING_REASONS_LATE] & 1);
    row[CROSSING_CORRECTION] = record;
    tables_text_set(tables, TABLE_CROSSING, row,
                    texts_join(texts, SHAPES[TABLE_CROSSING].text_count, joined,
                               sizeof(joined)));
}

static bool
link_verdict(const struct correction *correction, enum verdict *out)
{
    return bytes_equal(correction->field, BYTES("verdict")) &&
           verdict_parse(correction->value, out) && *out != VERDICT_UNSURE;
}

/* STO 3.6 */
static void
link_correct(struct tables *tables, int64_t target, int64_t record,
             const struct correction *correction)
{
    int64_t *row = tables_find(tables, TABLE_LINK, target);
    enum verdict verdict;

    if (row == NULL || !link_verdict(correction, &verdict))
        return;
    row[LINK_VERDICT] = verdict;
    row[LINK_CORRECTION] = record;
    tables_touch(tables, TABLE_LINK, row);
}

/* STO 3.3 */
static void
crossing_correct(struct tables *tables, const int64_t *row, int64_t record,
                 const struct correction *correction)
{
    uint8_t copy[2][TABLES_TEXT_SIZE_MAX];
    uint8_t own[TABLES_TEXT_SIZE_MAX];
    struct bytes texts[ROW_TEXTS_MAX];
    struct bytes text = tables_text(tables, row);
    struct passage passage;
    int64_t target = tables_id(row);

    memcpy(own, text.p, text.size);
    text.p = own;
    texts_split(text, SHAPES[TABLE_CROSSING].text_count, texts);
    if (!document_of(tables, row, copy, &passage.document))
        return;
    passage.direction = (enum direction)row[CROSSING_DIRECTION];
    passage.decision = (enum decision)row[CROSSING_DECISION];
    passage.reasons = (uint16_t)(row[CROSSING_REASONS_LATE] >> 1);
    passage.lane = texts[CROSSING_LANE];
    passage.place = texts[CROSSING_PLACE];
    if (!passage_correct(&passage, correction->field, correction->value))
        return;
    chain_unlink(tables, target);
    passage_write(tables, target, record, &passage);
    chain_link(tables, target);
}

/* Whether it is said of an incident. STO 2.17 */
static bool
incident_close(struct tables *tables, int64_t target,
               const struct correction *correction)
{
    if (!bytes_equal(correction->field, BYTES("state")))
        return false;
    if (bytes_equal(correction->value, BYTES("closed")) &&
        tables_find(tables, TABLE_INCIDENT, target) != NULL)
        tables_remove(tables, TABLE_INCIDENT, target);
    return true;
}

void
fold_correction(struct tables *tables, int64_t record,
                const struct correction *correction)
{
    int64_t target;
    const int64_t *row;

    if (correction->index > STORE_INDEX_MAX)
        return;
    target = record_id(record_node(record), correction->index);
    if (incident_close(tables, target, correction))
        return;
    row = tables_find(tables, TABLE_CROSSING, target);
    if (row != NULL)
        crossing_correct(tables, row, record, correction);
    else
        link_correct(tables, target, record, correction);
}
