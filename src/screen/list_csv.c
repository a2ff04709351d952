/*
 * Persons as a list of CSV with a header: the form of a country's own lists,
 * and of what anybody exports from a table. SCR 3.4.6.
 */
#include "screen/list_source_int.h"

#include "screen/country.h"
#include "screen/list_birth.h"

#define CLAUSE "SCR 3.4.6"

enum {
    REFERENCE,
    SURNAME,
    GIVEN,
    NAME,
    ALIASES,
    DATE_OF_BIRTH,
    YEAR_OF_BIRTH,
    RANGE_OF_BIRTH,
    SEX,
    NATIONALITY,
    PLACE_OF_BIRTH,
    DOCUMENTS,
    ACTION,
    REASON,
    REMARK,
    EXPIRY,
    COLUMN_COUNT
};

static const char *const COLUMNS[COLUMN_COUNT] = {
    "reference|id|entry",
    "surname|surnames|family_name|last_name",
    "given|given_names|given_name|first_name",
    "name|full_name|whole_name",
    "aliases|alias|other_names",
    "date_of_birth|born|birth|dob|birth_date|dates_of_birth",
    "year_of_birth|birth_year",
    "range_of_birth|years_of_birth",
    "sex|gender",
    "nationality|nationalities|citizenship",
    "place_of_birth|birth_place",
    "documents|document",
    "action|actions",
    "reason|reasons",
    "remark|remarks",
    "expiry|expires|date_of_expiry"};

struct csv_reading {
    struct list_reading *reading;
    struct list_draft *draft;
    struct csv csv;
    size_t input;
    int columns[COLUMN_COUNT];
};

static struct bytes
field(const struct csv_reading *in, int column)
{
    return bytes_trim(header_field(&in->csv, in->columns[column]));
}

static enum err
refuse(struct csv_reading *in, int column, const char *what)
{
    struct list_place place = {in->input, in->csv.line, in->csv.at};

    in->reading->fault.field = column >= 0 ? COLUMNS[column] : NULL;
    return reading_refuse(in->reading, ERR_FORMAT, &place, CLAUSE, what);
}

/* "SURNAME, GIVEN" by its parts, else whole. */
static void
alias(struct list_draft *draft, struct bytes text)
{
    struct bytes rest = text;
    struct bytes surname = bytes_trim(bytes_split(&rest, ','));

    if (surname.size > 0 && bytes_trim(rest).size > 0)
        draft_name(draft, surname, rest, NAME_GOOD);
    else
        draft_whole_name(draft, text, NAME_GOOD);
}

static void
names(struct csv_reading *in)
{
    struct bytes aliases = field(in, ALIASES);

    draft_name(in->draft, field(in, SURNAME), field(in, GIVEN), NAME_PRIMARY);
    draft_whole_name(in->draft, field(in, NAME),
                     in->draft->entry.person.name_count == 0 ? NAME_PRIMARY
                                                             : NAME_GOOD);
    while (aliases.size > 0)
        alias(in->draft, bytes_split(&aliases, ';'));
}

/* Whoever writes a list of his own is told of a date that cannot be read. */
static enum err
births(struct csv_reading *in, int column)
{
    struct bytes texts = field(in, column);

    while (texts.size > 0) {
        struct bytes text = bytes_trim(bytes_split(&texts, ';'));
        struct birth birth;

        if (text.size == 0)
            continue;
        if (list_birth_parse(text, &birth) != OK)
            return refuse(in, column, "a date of birth cannot be read");
        draft_birth(in->draft, &birth);
    }
    return OK;
}

static enum err
nationalities(struct csv_reading *in)
{
    struct bytes texts = field(in, NATIONALITY);

    while (texts.size > 0) {
        struct bytes text = bytes_trim(bytes_split(&texts, ';'));

        if (text.size > 0 && country_code(text).size == 0)
            return refuse(in, NATIONALITY, "a nationality is not known");
        draft_nationality(in->draft, text);
    }
    return OK;
}

/* "STATE/NUMBER", "STATE/TYPE/NUMBER" or a number alone. */
static enum err
document(struct csv_reading *in, struct bytes text)
{
    static const char *const TYPES[] = {"P", "I", "V", "A", "C", ""};
    struct bytes parts[3] = {0};
    size_t count = 0;
    size_t type = 0;

    while (text.size > 0 && count < 3)
        parts[count++] = bytes_trim(bytes_split(&text, '/'));
    if (text.size > 0)
        return refuse(in, DOCUMENTS, "a document has too many parts");
    if (count == 1) {
        draft_document(in->draft, (struct bytes){0}, "", parts[0]);
        return OK;
    }
    if (parts[0].size > 0 && country_code(parts[0]).size == 0)
        return refuse(in, DOCUMENTS, "the state of a document is not known");
    if (count == 2) {
        draft_document(in->draft, parts[0], "", parts[1]);
        return OK;
    }
    while (type < 6 && !bytes_equal(parts[1], bytes_of(TYPES[type])))
        type++;
    if (type == 6)
        return refuse(in, DOCUMENTS, "a document's type is none of P, I, V");
    draft_document(in->draft, parts[0], TYPES[type], parts[2]);
    return OK;
}

static enum err
documents(struct csv_reading *in)
{
    struct bytes texts = field(in, DOCUMENTS);
    enum err e = OK;

    while (texts.size > 0 && e == OK) {
        struct bytes text = bytes_trim(bytes_split(&texts, ';'));

        if (text.size > 0)
            e = document(in, text);
    }
    return e;
}

static enum err
rest(struct csv_reading *in)
{
    struct list_entry *entry = &in->draft->entry;
    struct bytes sex = field(in, SEX);
    struct bytes reason = field(in, REASON);
    struct bytes expiry = field(in, EXPIRY);
    struct bytes places = field(in, PLACE_OF_BIRTH);

    draft_sex(in->draft, sex);
    if (sex.size > 0 && entry->person.sex == 0 &&
        !bytes_equal(sex, BYTES("X")) && !bytes_equal(sex, BYTES("<")))
        return refuse(in, SEX, "a sex is none of F, M, X");
    if (reason.size > 0 && list_reason_parse(reason, &entry->reason) != OK)
        return refuse(in, REASON, "a reason is none of those known");
    entry->has_expiry = expiry.size > 0;
    if (entry->has_expiry && date_parse(expiry, &entry->expiry) != OK)
        return refuse(in, EXPIRY, "a date is not YYYY-MM-DD");
    while (places.size > 0)
        draft_place(in->draft, bytes_split(&places, ';'));
    draft_reference(in->draft, field(in, REFERENCE));
    entry->action = draft_clean(in->draft, field(in, ACTION));
    draft_remark(in->draft, field(in, REMARK));
    return OK;
}

static enum err
row(struct csv_reading *in)
{
    struct list_place place = {in->input, in->csv.line, in->csv.at};
    enum err e;

    draft_begin(in->draft, LIST_PERSON, LIST_REASON_NONE);
    names(in);
    if (in->draft->entry.person.name_count == 0)
        return refuse(in, SURNAME, "an entry has no name");
    e = births(in, DATE_OF_BIRTH);
    if (e == OK)
        e = births(in, YEAR_OF_BIRTH);
    if (e == OK)
        e = births(in, RANGE_OF_BIRTH);
    if (e == OK)
        e = nationalities(in);
    if (e == OK)
        e = documents(in);
    if (e == OK)
        e = rest(in);
    return e == OK ? draft_end(in->draft, &place) : e;
}

static enum err
header(struct csv_reading *in)
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
    if (in->columns[SURNAME] < 0 && in->columns[NAME] < 0)
        return refuse(in, -1, "the header has neither surname nor name");
    return OK;
}

enum err
list_csv_read(struct list_reading *reading, size_t input)
{
    struct csv_reading in = {.reading = reading, .input = input};
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
