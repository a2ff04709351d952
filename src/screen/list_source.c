#include "screen/list_source_int.h"

const char *
list_loss_text(enum list_loss loss)
{
    static const char *const TEXTS[LOSS_COUNT] = {
        [LOSS_BIRTH] = "dates of birth cannot be read",
        [LOSS_COUNTRY] = "countries are not known",
        [LOSS_NUMBER] = "document numbers are longer than any MRZ has them",
        [LOSS_SURPLUS] = "names or dates are more than an entry may have",
        [LOSS_CUT] = "remarks or places were cut",
        [LOSS_ORPHAN] = "rows are about entries that are not there",
        [LOSS_NAMELESS] = "entries have no name",
        [LOSS_UNMARKED] = "files end without the mark 0x1A",
    };

    return TEXTS[loss];
}

static bool
contains(struct bytes whole, const char *text)
{
    struct bytes part = bytes_of(text);

    for (size_t at = 0; at + part.size <= whole.size; at++)
        if (bytes_equal(bytes_slice(whole, at, part.size), part))
            return true;
    return false;
}

static struct bytes
first_line(struct bytes start)
{
    return bytes_slice(start, 0, bytes_find(start, '\n'));
}

bool
list_source_guess(struct bytes start, enum list_source *out)
{
    struct bytes line = first_line(start);

    if (contains(start, "<CONSOLIDATED_LIST"))
        *out = LIST_UN;
    else if (contains(start, "<sdnList") || contains(line, "-0- "))
        *out = LIST_OFAC;
    else if (contains(start, "<export") && contains(start, "/fpi/fsd"))
        *out = LIST_EU;
    else if (contains(line, "schema") && contains(line, "aliases"))
        *out = LIST_OPENSANCTIONS;
    else if (contains(line, "surname") || contains(line, "given"))
        *out = LIST_CSV;
    else if (contains(line, "number") && contains(line, "state"))
        *out = LIST_DOCUMENTS;
    else
        return false;
    return true;
}

enum err
reading_csv_fault(struct list_reading *reading, const struct csv *csv,
                  size_t input, enum err e)
{
    reading->fault.fault = csv->text.fault;
    reading->fault.input = input;
    reading->fault.line = csv->text.line;
    return e;
}

enum err
reading_xml(struct list_reading *reading, struct xml_reading *xml, size_t input)
{
    enum err e;

    xml->input = &reading->inputs[input];
    xml->arena = reading->arena;
    e = xml_read(xml);
    if (e != OK && xml->fault.code != OK) {
        reading->fault.fault = xml->fault;
        reading->fault.input = input;
        reading->fault.line = xml->line;
    }
    return e;
}

static uint8_t
lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* `name` is one, or several with '|' between them. */
static bool
same_name(struct bytes field, const char *name)
{
    struct bytes names = bytes_of(name);

    field = bytes_trim(field);
    while (names.size > 0) {
        struct bytes text = bytes_split(&names, '|');
        size_t at = 0;

        while (at < field.size && at < text.size &&
               lower(field.p[at] == ' ' ? '_' : field.p[at]) == text.p[at])
            at++;
        if (at == field.size && at == text.size)
            return true;
    }
    return false;
}

enum err
header_read(struct list_reading *reading, const struct csv *csv, size_t input,
            const struct header_names *names, int *found)
{
    struct list_place place = {input, csv->line, csv->at};

    for (size_t i = 0; i < names->count; i++)
        found[i] = -1;
    for (size_t at = 0; at < csv->count; at++) {
        size_t i = 0;

        while (i < names->count &&
               !same_name(csv->fields[at], names->columns[i]))
            i++;
        if (i == names->count && names->others)
            continue;
        if (i == names->count)
            return reading_refuse(reading, ERR_FORMAT, &place, "SCR 3.4",
                                  "the header has a column that is not known");
        if (found[i] >= 0) {
            reading->fault.field = names->columns[i];
            return reading_refuse(reading, ERR_FORMAT, &place, "SCR 3.4",
                                  "the header has a column twice");
        }
        found[i] = (int)at;
    }
    return OK;
}

struct bytes
header_field(const struct csv *csv, int column)
{
    if (column < 0 || (size_t)column >= csv->count)
        return (struct bytes){0};
    return csv->fields[column];
}

void
reading_date(struct list_reading *reading, struct bytes text)
{
    struct date date;

    if (date_parse(bytes_slice(bytes_trim(text), 0, DATE_TEXT_SIZE), &date) !=
        OK)
        return;
    if (!reading->has_date || date.days > reading->date.days)
        reading->date = date;
    reading->has_date = true;
}

/* Whether the first bytes that are no blanks are those of XML. */
static enum err
is_xml(struct list_reading *reading, bool *out)
{
    const struct list_input *input = &reading->inputs[0];
    uint8_t start[64];
    struct bytes text = {start, 0};
    enum err e =
        input->read_at(input->context, 0, start, sizeof(start), &text.size);

    if (e != OK)
        return e;
    if (bytes_begin(text, BYTES("\xEF\xBB\xBF")))
        text = bytes_slice(text, 3, text.size);
    while (text.size > 0 && text.p[0] <= ' ')
        text = bytes_slice(text, 1, text.size);
    *out = text.size > 0 && text.p[0] == '<';
    return OK;
}

static enum err
ofac_read(struct list_reading *reading)
{
    bool xml = false;
    enum err e = is_xml(reading, &xml);

    if (e != OK)
        return e;
    return xml ? list_ofac_xml_read(reading) : list_ofac_csv_read(reading);
}

/* Each file after the other; the caller has put them in an order. */
static enum err
each_read(struct list_reading *reading,
          enum err (*parse)(struct list_reading *reading, size_t input))
{
    struct arena *arena = reading->arena;
    size_t used = arena->used;

    for (size_t i = 0; i < reading->input_count; i++) {
        enum err e = parse(reading, i);

        if (e != OK)
            return e;
        arena->used = used;
    }
    return OK;
}

static enum err
one_file(struct list_reading *reading, enum err (*parse)(struct list_reading *))
{
    static const struct list_place second = {.input = 1};

    if (reading->input_count > 1)
        return reading_refuse(reading, ERR_FORMAT, &second, "SCR 3.1",
                              "this source has one file");
    return parse(reading);
}

enum err
list_source_read(struct list_reading *reading, enum list_source source)
{
    static const struct list_place nowhere = {0};

    reading->has_date = false;
    reading->fault = (struct list_fault){0};
    for (size_t i = 0; i < LOSS_COUNT; i++)
        reading->losses[i] = 0;
    switch (source) {
    case LIST_OFAC:
        return ofac_read(reading);
    case LIST_UN:
        return one_file(reading, list_un_read);
    case LIST_EU:
        return one_file(reading, list_eu_read);
    case LIST_OPENSANCTIONS:
        return each_read(reading, list_opensanctions_read);
    case LIST_DOCUMENTS:
        return each_read(reading, list_documents_read);
    case LIST_CSV:
        return each_read(reading, list_csv_read);
    case LIST_RULES:
        break;
    }
    return reading_refuse(reading, ERR_FORMAT, &nowhere, "SCR 3.1",
                          "rules are no list of entries");
}
