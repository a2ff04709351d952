/*
 * Documents as a list of CSV: state, type, number and reason; ranges of blanks
 * by number_to. SCR 3.4.5.
 */
#include "screen/document_key.h"
#include "screen/list_source_int.h"

#include "screen/country.h"

#define CLAUSE "SCR 3.4.5"

enum {
    STATE,
    TYPE,
    NUMBER,
    NUMBER_TO,
    REASON,
    REFERENCE,
    ACTION,
    REMARK,
    EXPIRY,
    COLUMN_COUNT
};

static const char *const COLUMNS[COLUMN_COUNT] = {
    "state|issuing_state|country",
    "type|document_type",
    "number|document_number|number_from",
    "number_to",
    "reason",
    "reference|id|entry",
    "action",
    "remark|remarks",
    "expiry|expires"};

struct documents_reading {
    struct list_reading *reading;
    struct list_draft *draft;
    struct csv csv;
    size_t input;
    int columns[COLUMN_COUNT];
    struct bytes state; /* of the row before, and its code: rows come in runs */
    uint8_t state_text[64];
    struct bytes code;
};

static struct bytes
field(const struct documents_reading *in, int column)
{
    return bytes_trim(header_field(&in->csv, in->columns[column]));
}

static enum err
refuse(struct documents_reading *in, int column, const char *what)
{
    struct list_place place = {in->input, in->csv.line, in->csv.at};

    in->reading->fault.field = column >= 0 ? COLUMNS[column] : NULL;
    return reading_refuse(in->reading, ERR_FORMAT, &place, CLAUSE, what);
}

static enum err
state_take(struct documents_reading *in, struct bytes *out)
{
    struct bytes text = field(in, STATE);

    *out = (struct bytes){0};
    if (text.size == 0)
        return OK;
    if (in->code.size == 0 || !bytes_equal(text, in->state)) {
        in->code = country_code(text);
        in->state = (struct bytes){0};
        if (in->code.size == 0)
            return refuse(in, STATE, "a state is not known");
        for (size_t i = 0; i < text.size && i < sizeof(in->state_text); i++)
            in->state_text[i] = text.p[i];
        if (text.size <= sizeof(in->state_text))
            in->state = (struct bytes){in->state_text, text.size};
    }
    *out = in->code;
    return OK;
}

/* What the booth cannot look for is not taken for a list that is in force. */
static enum err
document_take(struct documents_reading *in, struct person_document *document)
{
    struct list_entry *entry = &in->draft->entry;
    struct document_range range;

    document->type = draft_clean(in->draft, field(in, TYPE));
    document->number = draft_clean(in->draft, field(in, NUMBER));
    entry->number_to = draft_clean(in->draft, field(in, NUMBER_TO));
    if (document->type.size > LIST_TYPE_SIZE_MAX)
        return refuse(in, TYPE, "a type is longer than any");
    if (document->number.size > LIST_NUMBER_SIZE_MAX)
        return refuse(in, NUMBER, "a number is longer than any");
    if (entry->number_to.size > LIST_NUMBER_SIZE_MAX)
        return refuse(in, NUMBER_TO, "a number is longer than any");
    if (document_range_read(document, entry->number_to, &range) == OK)
        return OK;
    if (entry->number_to.size == 0)
        return refuse(in, NUMBER, "there is no number");
    return refuse(in, NUMBER_TO, "the two numbers are not the ends of a range");
}

static enum err
row(struct documents_reading *in)
{
    struct list_place place = {in->input, in->csv.line, in->csv.at};
    struct list_draft *draft = in->draft;
    struct person_document *document = draft->documents;
    enum err e;

    draft_begin(draft, LIST_DOCUMENT, LIST_REASON_NONE);
    *document = (struct person_document){0};
    e = state_take(in, &document->state);
    if (e == OK)
        e = document_take(in, document);
    if (e != OK)
        return e;
    draft->entry.person.document_count = 1;
    if (list_reason_parse(field(in, REASON), &draft->entry.reason) != OK)
        return refuse(in, REASON, "a reason is none of those known");
    if (field(in, EXPIRY).size > 0) {
        draft->entry.has_expiry = true;
        if (date_parse(field(in, EXPIRY), &draft->entry.expiry) != OK)
            return refuse(in, EXPIRY, "a date is not YYYY-MM-DD");
    }
    draft_reference(draft, field(in, REFERENCE));
    draft->entry.action = draft_clean(draft, field(in, ACTION));
    draft_remark(draft, field(in, REMARK));
    return draft_end(draft, &place);
}

static enum err
header(struct documents_reading *in)
{
    static const struct header_names NAMES = {COLUMNS, COLUMN_COUNT, false};
    enum err e = csv_next(&in->csv);

    if (e == ERR_NOT_FOUND)
        return refuse(in, -1, "the file has no header");
    if (e != OK)
        return reading_csv_fault(in->reading, &in->csv, in->input, e);
    e = header_read(in->reading, &in->csv, in->input, &NAMES, in->columns);
    if (e != OK)
        return e;
    if (in->columns[NUMBER] < 0 || in->columns[STATE] < 0 ||
        in->columns[REASON] < 0)
        return refuse(in, -1, "the header has no state, number and reason");
    return OK;
}

enum err
list_documents_read(struct list_reading *reading, size_t input)
{
    struct documents_reading in = {.reading = reading, .input = input};
    size_t width;
    enum err e;

    in.draft = draft_make(reading);
    if (in.draft == NULL)
        return ERR_LIMIT;
    e = csv_open(&in.csv, &reading->inputs[input], reading->arena);
    if (e != OK)
        return reading_csv_fault(reading, &in.csv, input, e);
    e = header(&in);
    if (e != OK)
        return e;
    width = in.csv.count;
    while ((e = csv_next(&in.csv)) == OK) {
        if (in.csv.count != width)
            return refuse(&in, -1,
                          "a row has more or fewer fields than the header");
        e = row(&in);
        if (e != OK)
            return e;
    }
    return e == ERR_NOT_FOUND ? OK
                              : reading_csv_fault(reading, &in.csv, input, e);
}
