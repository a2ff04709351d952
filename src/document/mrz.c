#include "document/mrz.h"

#include <assert.h>
#include <string.h>

#include "document/mrz_check.h"
#include "document/mrz_date.h"
#include "document/state.h"

/* What one call carries along. `bad` has a bit for each place whose characters
 * are not of its class: what they mean is not asked any more. */
struct parse {
    const struct bytes *lines;
    const struct mrz_layout *layout;
    struct civil today;
    uint32_t bad;
    struct mrz *out;
};

_Static_assert(PLACE_COUNT <= 32, "a bit for each place");

static void
fault_add(struct mrz *out, enum mrz_code code, enum mrz_field field,
          struct span at, const char *clause)
{
    assert(out->fault_count < MRZ_FAULTS_MAX);
    out->faults[out->fault_count++] = (struct mrz_fault){
        .code = code,
        .field = field,
        .line = (uint8_t)(at.line + 1),
        .column = (uint8_t)(at.at + 1),
        .clause = clause,
    };
    if (!mrz_code_is_note(code))
        out->valid = false;
}

static struct span
place_span(const struct parse *p, enum place place)
{
    return p->layout->places[place];
}

static void
place_fault(struct parse *p, enum place place, enum mrz_code code,
            const char *clause)
{
    fault_add(p->out, code, (enum mrz_field)PLACE_FIELD[place],
              place_span(p, place), clause);
}

static struct bytes
place_bytes(const struct parse *p, enum place place)
{
    struct span span = place_span(p, place);

    return (struct bytes){p->lines[span.line].p + span.at, span.size};
}

/* Says why lines are of no format: their number or their size. DOC 2.1. */
static void
parse_refused(const struct bytes *lines, size_t count, struct mrz *out)
{
    size_t expected;

    if (count < 2 || count > MRZ_LINES_MAX) {
        fault_add(out, MRZ_BAD_LAYOUT, MRZ_OF_FORMAT, (struct span){0},
                  "DOC 2.1");
        return;
    }
    expected = count == 3 ? 30 : lines[0].size < 40 ? 36 : 44;
    for (size_t i = 0; i < count; i++) {
        size_t size = lines[i].size;
        struct span at = {.line = (uint8_t)i};

        if (size == expected)
            continue;
        at.at = (uint8_t)(size < expected ? size : expected);
        fault_add(out, MRZ_BAD_LENGTH, MRZ_OF_FORMAT, at, "DOC 2.1");
    }
}

/* Whether some byte is no printable ASCII; the first is the fault. DOC 2.3. */
static bool
parse_foreign(const struct bytes *lines, size_t count, struct mrz *out)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < lines[i].size; at++) {
            if (MRZ_CLASS[lines[i].p[at]] != 0)
                continue;
            fault_add(out, MRZ_BAD_CHARACTERS, MRZ_OF_FORMAT,
                      (struct span){(uint8_t)i, (uint8_t)at, 1}, "DOC 2.3");
            return true;
        }
    }
    return false;
}

/* The first two fillers in a row part surname and given names: DOC 6.2. */
static size_t
name_split(struct bytes name)
{
    size_t at = 0;

    while (at + 1 < name.size && (name.p[at] != '<' || name.p[at + 1] != '<'))
        at++;
    return at + 1 < name.size ? at : name.size;
}

/* The member that character `i` of a place belongs to. */
static enum mrz_field
place_field(const struct parse *p, enum place place, size_t i)
{
    if (place == PLACE_SURNAME && place_span(p, PLACE_GIVEN).size == 0 &&
        i > name_split(place_bytes(p, PLACE_SURNAME)))
        return MRZ_OF_GIVEN_NAMES;
    return (enum mrz_field)PLACE_FIELD[place];
}

/* The first character of a place that may not stand there, or its size. */
static size_t
place_stray(const struct parse *p, enum place place)
{
    struct bytes field = place_bytes(p, place);
    unsigned int classes = PLACE_CLASS[place];
    size_t i = 0;

    while (i < field.size && (MRZ_CLASS[field.p[i]] & classes) != 0)
        i++;
    return i;
}

/* Which places hold a character that may not stand there. Every column of
 * every format belongs to some place. */
static uint32_t
places_bad(const struct parse *p)
{
    uint32_t bad = 0;

    for (unsigned int place = 0; place < PLACE_COUNT; place++)
        if (place_stray(p, (enum place)place) <
            place_span(p, (enum place)place).size)
            bad |= UINT32_C(1) << place;
    return bad;
}

static bool
place_bad(const struct parse *p, enum place place)
{
    return (p->bad >> place & 1) != 0;
}

/* One fault a place, at its first stray character. */
static void
parse_characters(struct parse *p)
{
    for (unsigned int i = 0; i < PLACE_COUNT; i++) {
        enum place place = (enum place)i;
        struct span span = place_span(p, place);
        size_t stray;

        if (!place_bad(p, place))
            continue;
        stray = place_stray(p, place);
        span.at = (uint8_t)(span.at + stray);
        fault_add(p->out, MRZ_BAD_CHARACTERS, place_field(p, place, stray),
                  span, "DOC 3.1");
    }
}

/* Fillers at both ends taken off. */
static struct bytes
filler_trim(struct bytes in)
{
    while (in.size > 0 && in.p[in.size - 1] == '<')
        in.size--;
    while (in.size > 0 && in.p[0] == '<') {
        in.p++;
        in.size--;
    }
    return in;
}

static void
text_store(struct bytes in, struct mrz_text *out)
{
    struct bytes field = filler_trim(in);

    assert(field.size <= MRZ_TEXT_SIZE_MAX);
    for (size_t i = 0; i < field.size; i++)
        out->b[i] = field.p[i] == '<' ? ' ' : field.p[i];
    out->size = (uint8_t)field.size;
}

/* The same, and a run of fillers is one blank: DOC 6.2. */
static void
name_store(struct bytes in, struct mrz_text *out)
{
    struct bytes field = filler_trim(in);
    size_t size = 0;

    assert(field.size <= MRZ_TEXT_SIZE_MAX);
    for (size_t i = 0; i < field.size; i++) {
        if (field.p[i] != '<')
            out->b[size++] = field.p[i];
        else if (field.p[i + 1] != '<') /* the last is no filler */
            out->b[size++] = ' ';
    }
    out->size = (uint8_t)size;
}

/* DOC 3.2 */
static bool
code_lawful(enum mrz_format format, uint8_t first, uint8_t second)
{
    if (format == MRZ_TD3)
        return first == 'P';
    if (format != MRZ_TD1 && format != MRZ_TD2)
        return true; /* the format was told by the code */
    if (first != 'A' && first != 'C' && first != 'I')
        return false;
    if (format == MRZ_TD1 && first == 'A' && second == 'I')
        return false;
    return second != 'V';
}

static void
parse_code(struct parse *p)
{
    struct bytes code = place_bytes(p, PLACE_CODE);

    text_store(code, &p->out->document_code);
    if (!code_lawful(p->out->format, code.p[0], code.p[1]))
        place_fault(p, PLACE_CODE, MRZ_BAD_DOCUMENT_CODE, "DOC 3.2");
}

/* DOC 3.3 */
static void
parse_state(struct parse *p, enum place place, struct mrz_text *out)
{
    text_store(place_bytes(p, place), out);
    if (!place_bad(p, place) && state_find(mrz_text_bytes(out)) == NULL)
        place_fault(p, place, MRZ_NOTE_UNKNOWN_STATE, "DOC 3.3");
}

/* A field with its own check digit beside it: DOC 4.2. */
static void
check_place(struct parse *p, enum place place, enum place digit)
{
    struct bytes field = place_bytes(p, place);
    uint32_t sum = mrz_sum(field.p, field.size, 0);

    if (!mrz_sum_is(sum, place_bytes(p, digit).p[0]))
        place_fault(p, digit, MRZ_BAD_CHECK_DIGIT, "DOC 4.2");
}

/* A number of more than nine characters, `rest` of which, the check digit
 * included, stand in the optional data: DOC 4.4. */
static void
parse_long_number(struct parse *p, size_t rest)
{
    struct bytes head = place_bytes(p, PLACE_NUMBER);
    struct bytes data = place_bytes(p, PLACE_OPTIONAL_1);
    struct mrz_text *number = &p->out->document_number;
    struct span digit = place_span(p, PLACE_OPTIONAL_1);
    uint32_t sum = mrz_sum(head.p, head.size, 0);
    uint32_t sum_other;

    text_store(head, number);
    number->size = (uint8_t)head.size;
    for (size_t i = 0; i < head.size; i++)
        number->b[i] = head.p[i] == '<' ? ' ' : head.p[i];
    memcpy(number->b + head.size, data.p, rest - 1);
    number->size = (uint8_t)(head.size + rest - 1);
    text_store(bytes_slice(data, rest, data.size), &p->out->optional_data_1);

    digit.at = (uint8_t)(digit.at + rest - 1);
    if (MRZ_CLASS[data.p[rest - 1]] != CLASS_DIGIT)
        fault_add(p->out, MRZ_BAD_CHARACTERS, MRZ_OF_DOCUMENT_NUMBER, digit,
                  "DOC 3.1");
    sum_other = sum + mrz_sum(data.p, rest - 1, head.size + 1);
    sum += mrz_sum(data.p, rest - 1, head.size);
    if (mrz_sum_is(sum, data.p[rest - 1]))
        return;
    fault_add(p->out,
              mrz_sum_is(sum_other, data.p[rest - 1])
                  ? MRZ_NOTE_OTHER_CHECK_DIGIT_CONVENTION
                  : MRZ_BAD_CHECK_DIGIT,
              MRZ_OF_DOCUMENT_NUMBER, digit, "DOC 4.4");
}

static void
parse_number(struct parse *p)
{
    size_t rest = mrz_number_rest(p->layout, p->lines);

    if (rest > 0) {
        parse_long_number(p, rest);
        return;
    }
    text_store(place_bytes(p, PLACE_NUMBER), &p->out->document_number);
    text_store(place_bytes(p, PLACE_OPTIONAL_1), &p->out->optional_data_1);
    check_place(p, PLACE_NUMBER, PLACE_NUMBER_CHECK);
}

static void
parse_dates(struct parse *p)
{
    struct mrz *out = p->out;

    if (!mrz_birth_parse(place_bytes(p, PLACE_BIRTH).p, p->today,
                         &out->date_of_birth))
        place_fault(p, PLACE_BIRTH, MRZ_BAD_DATE, "DOC 5.2");
    check_place(p, PLACE_BIRTH, PLACE_BIRTH_CHECK);
    if (place_span(p, PLACE_EXPIRY).size == 0)
        return;
    if (!mrz_expiry_parse(place_bytes(p, PLACE_EXPIRY).p, p->today,
                          &out->date_of_expiry))
        place_fault(p, PLACE_EXPIRY, MRZ_BAD_DATE, "DOC 5.3");
    check_place(p, PLACE_EXPIRY, PLACE_EXPIRY_CHECK);
}

/* DOC 3.6: the filler is what 9303 prints for X in this one place. */
static void
parse_sex(struct parse *p)
{
    uint8_t sex = place_bytes(p, PLACE_SEX).p[0];

    if (sex == '<')
        p->out->sex = 'X';
    else if (sex == 'F' || sex == 'M' || sex == 'X')
        p->out->sex = sex;
    if (sex != '<' && sex != 'F' && sex != 'M')
        place_fault(p, PLACE_SEX, MRZ_BAD_SEX, "DOC 3.6");
}

/* DOC 4.3: an unused field may carry a filler instead of its zero. */
static void
parse_optional_check(struct parse *p)
{
    if (place_span(p, PLACE_OPTIONAL_1_CHECK).size == 0)
        return;
    if (place_bytes(p, PLACE_OPTIONAL_1_CHECK).p[0] == '<' &&
        filler_trim(place_bytes(p, PLACE_OPTIONAL_1)).size == 0)
        return;
    check_place(p, PLACE_OPTIONAL_1, PLACE_OPTIONAL_1_CHECK);
}

static void
parse_composite(struct parse *p)
{
    if (place_span(p, PLACE_COMPOSITE).size == 0)
        return;
    if (!mrz_sum_is(mrz_composite_sum(p->layout, p->lines),
                    place_bytes(p, PLACE_COMPOSITE).p[0]))
        place_fault(p, PLACE_COMPOSITE, MRZ_BAD_COMPOSITE_CHECK_DIGIT,
                    "DOC 4.5");
}

/* A field that is full may have been cut: DOC 6.3. */
static void
name_full(struct parse *p, enum place place, enum mrz_field field)
{
    struct span span = place_span(p, place);

    span.at = (uint8_t)(span.at + span.size - 1);
    if (p->lines[span.line].p[span.at] == '<')
        return;
    p->out->name_possibly_truncated = true;
    fault_add(p->out, MRZ_NOTE_POSSIBLY_TRUNCATED, field, span, "DOC 6.3");
}

static void
parse_name(struct parse *p)
{
    struct bytes name = place_bytes(p, PLACE_SURNAME);
    struct mrz *out = p->out;

    if (place_span(p, PLACE_GIVEN).size > 0) {
        name_store(name, &out->surname);
        name_store(place_bytes(p, PLACE_GIVEN), &out->given_names);
        name_full(p, PLACE_SURNAME, MRZ_OF_SURNAME);
        name_full(p, PLACE_GIVEN, MRZ_OF_GIVEN_NAMES);
    } else {
        size_t split = name_split(name);

        name_store(bytes_slice(name, 0, split), &out->surname);
        name_store(bytes_slice(name, split, name.size), &out->given_names);
        name_full(p, PLACE_SURNAME,
                  split < name.size ? MRZ_OF_GIVEN_NAMES : MRZ_OF_SURNAME);
    }
    if (out->surname.size == 0 && out->given_names.size == 0)
        place_fault(p, PLACE_SURNAME, MRZ_BAD_NAME, "DOC 6.1");
}

void
mrz_parse(const struct bytes *lines, size_t count, struct date today,
          struct mrz *out)
{
    struct parse p = {.lines = lines, .out = out};
    enum mrz_format format = mrz_format_of(lines, count);

    /* Faults past `fault_count` are no one's: most MRZs have none. */
    memset(out, 0, offsetof(struct mrz, faults));
    out->today = today;
    out->valid = true;
    if (format == MRZ_NONE) {
        parse_refused(lines, count, out);
        return;
    }
    p.layout = &MRZ_LAYOUTS[format];
    p.bad = places_bad(&p);
    if (p.bad != 0 && parse_foreign(lines, count, out))
        return;
    out->format = format;
    p.today = date_civil(today);
    parse_characters(&p);
    parse_code(&p);
    parse_state(&p, PLACE_STATE, &out->issuing_state);
    parse_number(&p);
    /* The French card is given to nationals alone, and does not say so. */
    if (place_span(&p, PLACE_NATIONALITY).size == 0)
        out->nationality = out->issuing_state;
    else
        parse_state(&p, PLACE_NATIONALITY, &out->nationality);
    parse_dates(&p);
    parse_sex(&p);
    text_store(place_bytes(&p, PLACE_OPTIONAL_2), &out->optional_data_2);
    parse_optional_check(&p);
    parse_name(&p);
    parse_composite(&p);
}

bool
mrz_code_is_note(enum mrz_code code)
{
    return code >= MRZ_NOTE_UNKNOWN_STATE;
}

const char *
mrz_format_name(enum mrz_format format)
{
    static const char *const NAMES[] = {
        [MRZ_NONE] = NULL,       [MRZ_TD1] = "TD1",     [MRZ_TD2] = "TD2",
        [MRZ_TD3] = "TD3",       [MRZ_MRV_A] = "MRV-A", [MRZ_MRV_B] = "MRV-B",
        [MRZ_FRA_ID] = "FRA-ID",
    };

    return NAMES[format];
}

const char *
mrz_code_name(enum mrz_code code)
{
    static const char *const NAMES[] = {
        [MRZ_BAD_LENGTH] = "length",
        [MRZ_BAD_CHARACTERS] = "characters",
        [MRZ_BAD_LAYOUT] = "layout",
        [MRZ_BAD_CHECK_DIGIT] = "check_digit",
        [MRZ_BAD_COMPOSITE_CHECK_DIGIT] = "composite_check_digit",
        [MRZ_BAD_DATE] = "date",
        [MRZ_BAD_SEX] = "sex",
        [MRZ_BAD_DOCUMENT_CODE] = "document_code",
        [MRZ_BAD_NAME] = "name",
        [MRZ_NOTE_UNKNOWN_STATE] = "unknown_state",
        [MRZ_NOTE_POSSIBLY_TRUNCATED] = "possibly_truncated",
        [MRZ_NOTE_OTHER_CHECK_DIGIT_CONVENTION] =
            "other_check_digit_convention",
    };

    return NAMES[code];
}

const char *
mrz_field_name(enum mrz_field field)
{
    static const char *const NAMES[] = {
        [MRZ_OF_FORMAT] = "format",
        [MRZ_OF_DOCUMENT_CODE] = "document_code",
        [MRZ_OF_ISSUING_STATE] = "issuing_state",
        [MRZ_OF_DOCUMENT_NUMBER] = "document_number",
        [MRZ_OF_SURNAME] = "surname",
        [MRZ_OF_GIVEN_NAMES] = "given_names",
        [MRZ_OF_NATIONALITY] = "nationality",
        [MRZ_OF_DATE_OF_BIRTH] = "date_of_birth",
        [MRZ_OF_SEX] = "sex",
        [MRZ_OF_DATE_OF_EXPIRY] = "date_of_expiry",
        [MRZ_OF_OPTIONAL_DATA_1] = "optional_data_1",
        [MRZ_OF_OPTIONAL_DATA_2] = "optional_data_2",
    };

    return NAMES[field];
}

struct bytes
mrz_text_bytes(const struct mrz_text *text)
{
    return (struct bytes){text->b, text->size};
}

/* `digits` digits of a part, or as many X when it is unknown. */
static void
part_write(struct writer *w, unsigned int value, int digits)
{
    unsigned int divisor = digits == 4 ? 1000 : 10;

    for (; divisor > 0; divisor /= 10)
        writer_u8(w, value == 0 ? 'X' : (uint8_t)('0' + value / divisor % 10));
}

void
mrz_date_write(struct writer *w, struct mrz_date date)
{
    assert(date.present);
    part_write(w, (unsigned int)date.year, 4);
    writer_u8(w, '-');
    part_write(w, date.month, 2);
    writer_u8(w, '-');
    part_write(w, date.day, 2);
}

bool
mrz_date_civil(struct mrz_date date, struct civil *out)
{
    if (!date.present || date.year == 0 || date.month == 0 || date.day == 0)
        return false;
    *out = (struct civil){date.year, date.month, date.day};
    return true;
}
