/*
 * OpenSanctions' targets.simple.csv: one row a target, with a header; several
 * values of a field have ';' between them.
 * https://www.opensanctions.org/docs/bulk/csv/ SCR 3.4.4.
 */
#include "screen/list_source_int.h"

enum {
    ID,
    SCHEMA,
    NAME,
    ALIASES,
    BIRTH_DATE,
    COUNTRIES,
    IDENTIFIERS,
    SANCTIONS,
    LAST_SEEN,
    LAST_CHANGE,
    COLUMN_COUNT
};

static const char *const COLUMNS[COLUMN_COUNT] = {
    "id",        "schema",      "name",      "aliases",   "birth_date",
    "countries", "identifiers", "sanctions", "last_seen", "last_change"};

/* A fault of a row: the field that it is about is named. */
static enum err
row_refuse(struct list_reading *reading, const struct csv *csv, size_t input,
           const char *what)
{
    struct list_place place = {input, csv->line, csv->at};

    return reading_refuse(reading, ERR_FORMAT, &place, "SCR 3.4.4", what);
}

static void
each_birth(struct list_draft *draft, struct bytes texts)
{
    while (texts.size > 0)
        draft_birth_text(draft, bytes_split(&texts, ';'));
}

static enum err
row(struct list_draft *draft, const struct csv *csv, const int *columns,
    size_t input)
{
    struct list_place place = {input, csv->line, csv->at};
    bool person =
        bytes_equal(header_field(csv, columns[SCHEMA]), BYTES("Person"));
    struct bytes each;

    draft_begin(draft, person ? LIST_PERSON : LIST_ENTITY,
                LIST_REASON_SANCTION);
    draft_reference(draft, header_field(csv, columns[ID]));
    draft_whole_name(draft, header_field(csv, columns[NAME]), NAME_PRIMARY);
    draft_whole_names(draft, header_field(csv, columns[ALIASES]), ';',
                      NAME_GOOD);
    if (person) {
        each_birth(draft, header_field(csv, columns[BIRTH_DATE]));
        each = header_field(csv, columns[COUNTRIES]);
        while (each.size > 0)
            draft_nationality(draft, bytes_split(&each, ';'));
    }
    /* Neither whose they are nor of what kind is said. */
    each = header_field(csv, columns[IDENTIFIERS]);
    while (each.size > 0)
        draft_document(draft, (struct bytes){0}, "", bytes_split(&each, ';'));
    draft_remark(draft, header_field(csv, columns[SANCTIONS]));
    reading_date(draft->reading, header_field(csv, columns[LAST_SEEN]));
    reading_date(draft->reading, header_field(csv, columns[LAST_CHANGE]));
    if (draft->entry.reference.size == 0)
        return row_refuse(draft->reading, csv, input,
                          "an entry has no reference");
    return draft_end(draft, &place);
}

enum err
list_opensanctions_read(struct list_reading *reading, size_t input)
{
    static const struct header_names NAMES = {COLUMNS, COLUMN_COUNT, true};
    struct list_draft *draft = draft_make(reading);
    struct csv csv;
    int columns[COLUMN_COUNT];
    size_t width;
    enum err e;

    if (draft == NULL)
        return ERR_LIMIT;
    e = csv_open(&csv, &reading->inputs[input], reading->arena);
    if (e == OK)
        e = csv_next(&csv);
    if (e == ERR_NOT_FOUND)
        return row_refuse(reading, &csv, input, "the file has no header");
    if (e != OK)
        return reading_csv_fault(reading, &csv, input, e);
    e = header_read(reading, &csv, input, &NAMES, columns);
    if (e != OK)
        return e;
    if (columns[ID] < 0 || columns[SCHEMA] < 0 || columns[NAME] < 0)
        return row_refuse(reading, &csv, input,
                          "the header has no id, schema and name");
    width = csv.count;
    while ((e = csv_next(&csv)) == OK) {
        if (csv.count != width)
            return row_refuse(reading, &csv, input,
                              "a row has more or fewer fields than the header");
        e = row(draft, &csv, columns, input);
        if (e != OK)
            return e;
    }
    return e == ERR_NOT_FOUND ? OK : reading_csv_fault(reading, &csv, input, e);
}
