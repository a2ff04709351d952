#include "screen/list_birth.h"

/* Nobody listed was born before, and a year is told from a day by it. */
#define YEAR_MIN 1000
#define YEAR_MAX 9999

/* What a date is made of: numbers, and a month in letters. */
struct part {
    bool word;
    size_t digits;
    int value;
};

/* A day, a month and a year; more is no date. */
#define PARTS_MAX 3

static int
month_of(struct bytes word)
{
    static const char *const MONTHS[] = {
        "january", "february", "march",     "april",   "may",      "june",
        "july",    "august",   "september", "october", "november", "december"};

    if (word.size > 3 && word.p[word.size - 1] == '.')
        word.size--;
    if (word.size == 4 && (word.p[3] | 0x20) == 't')
        word.size--; /* "Sept" */
    for (int i = 0; i < 12; i++) {
        struct bytes month = bytes_of(MONTHS[i]);
        size_t at = 0;

        if (word.size < 3 || word.size > month.size ||
            (word.size > 3 && word.size < month.size))
            continue;
        while (at < word.size && (word.p[at] | 0x20) == month.p[at])
            at++;
        if (at == word.size)
            return i + 1;
    }
    return 0;
}

static bool
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool
is_separator(uint8_t c)
{
    return c == ' ' || c == '-' || c == '/' || c == '.' || c == ',';
}

/* Digits at the front, or a word without separators in it but a full stop at
 * its end. */
static size_t
part_size(struct bytes rest)
{
    size_t size = 0;

    if (is_digit(rest.p[0])) {
        while (size < rest.size && is_digit(rest.p[size]))
            size++;
        return size;
    }
    while (size < rest.size && !is_digit(rest.p[size]) &&
           !is_separator(rest.p[size]))
        size++;
    return size < rest.size && rest.p[size] == '.' ? size + 1 : size;
}

/* Takes one part off the front. */
static enum err
part_take(struct bytes *rest, struct part *out)
{
    struct bytes text = bytes_slice(*rest, 0, part_size(*rest));

    if (text.size == 0)
        return ERR_FORMAT;
    *out = (struct part){.word = !is_digit(text.p[0])};
    *rest = bytes_slice(*rest, text.size, rest->size - text.size);
    if (out->word) {
        out->value = month_of(text);
        return out->value == 0 ? ERR_FORMAT : OK;
    }
    out->digits = text.size;
    for (size_t i = 0; i < text.size && i < 4; i++)
        out->value = out->value * 10 + (text.p[i] - '0');
    return text.size > 4 ? ERR_FORMAT : OK;
}

/* The first and the last day of a day, month or year. */
static enum err
span(int year, int month, int day, struct birth *out)
{
    struct civil from = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    struct civil to = from;

    if (year < YEAR_MIN || year > YEAR_MAX || month > 12 || day > 31)
        return ERR_FORMAT;
    if (month == 0) {
        from.month = 1;
        to.month = 12;
    }
    if (day == 0) {
        from.day = 1;
        to.day = 31;
    }
    while (day == 0 && !civil_valid(to))
        to.day--;
    if (!civil_valid(from))
        return ERR_FORMAT;
    out->from = date_of(from);
    out->to = date_of(to);
    return OK;
}

/* Which part is which: the year has four digits, a month may be a word. */
static enum err
parts_span(const struct part *parts, size_t count, struct birth *out)
{
    int numbers[PARTS_MAX] = {0};

    for (size_t i = 0; i < count; i++) {
        if (parts[i].digits > 2 && parts[i].digits != 4)
            return ERR_FORMAT;
        if (parts[i].value == 0)
            return ERR_FORMAT;
        numbers[i] = parts[i].value;
    }
    if (count == 1)
        return parts[0].digits == 4 ? span(numbers[0], 0, 0, out) : ERR_FORMAT;
    if (count == 2 && parts[0].digits == 4)
        return span(numbers[0], numbers[1], 0, out);
    if (count == 2 && parts[1].digits == 4)
        return span(numbers[1], numbers[0], 0, out);
    if (count == 3 && parts[0].digits == 4)
        return span(numbers[0], numbers[1], numbers[2], out);
    if (count == 3 && parts[2].digits == 4 && parts[0].word)
        return span(numbers[2], numbers[0], numbers[1], out);
    if (count == 3 && parts[2].digits == 4)
        return span(numbers[2], numbers[1], numbers[0], out);
    return ERR_FORMAT;
}

static enum err
date_span(struct bytes text, struct birth *out)
{
    struct part parts[PARTS_MAX];
    size_t count = 0;

    text = bytes_trim(text);
    while (text.size > 0) {
        if (count == PARTS_MAX || part_take(&text, &parts[count++]) != OK)
            return ERR_FORMAT;
        while (text.size > 0 && is_separator(text.p[0]))
            text = bytes_slice(text, 1, text.size - 1);
    }
    return count == 0 ? ERR_FORMAT : parts_span(parts, count, out);
}

/* Takes a word that says "about" off the front. */
static bool
about_take(struct bytes *text)
{
    static const char *const WORDS[] = {
        "circa ", "Circa ",         "ca. ",           "c. ",
        "about ", "approximately ", "Approximately ", "approx. "};

    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        struct bytes word = bytes_of(WORDS[i]);

        if (!bytes_begin(*text, word))
            continue;
        *text = bytes_slice(*text, word.size, text->size - word.size);
        return true;
    }
    return false;
}

/* Where two dates meet: " to ", or what stands between two years. */
static bool
range_split(struct bytes text, struct bytes *from, struct bytes *to)
{
    for (size_t at = 1; at + 4 < text.size; at++) {
        if (!bytes_begin(bytes_slice(text, at, 4), BYTES(" to ")))
            continue;
        *from = bytes_slice(text, 0, at);
        *to = bytes_slice(text, at + 4, text.size - at - 4);
        return true;
    }
    if (text.size == 9 && (text.p[4] == '-' || text.p[4] == '/') &&
        is_digit(text.p[3]) && is_digit(text.p[5])) {
        *from = bytes_slice(text, 0, 4);
        *to = bytes_slice(text, 5, 4);
        return true;
    }
    /* 1970-01-01/1975-12-31 */
    if (text.size == 21 && text.p[10] == '/') {
        *from = bytes_slice(text, 0, 10);
        *to = bytes_slice(text, 11, 10);
        return true;
    }
    return false;
}

enum err
list_birth_parse(struct bytes text, struct birth *out)
{
    struct birth birth = {0};
    struct birth last;
    struct bytes from;
    struct bytes to;
    bool about;

    text = bytes_trim(text);
    about = about_take(&text);
    if (range_split(text, &from, &to)) {
        to = bytes_trim(to);
        about = about_take(&to) || about;
        if (date_span(from, &birth) != OK || date_span(to, &last) != OK)
            return ERR_FORMAT;
        birth.to = last.to;
    } else if (date_span(text, &birth) != OK) {
        return ERR_FORMAT;
    }
    if (birth.from.days > birth.to.days)
        return ERR_FORMAT;
    birth.about = about;
    *out = birth;
    return OK;
}

enum err
list_birth_years(int64_t from, int64_t to, bool about, struct birth *out)
{
    struct birth first;
    struct birth last;

    if (from < YEAR_MIN || from > to || to > YEAR_MAX)
        return ERR_FORMAT;
    if (span((int)from, 0, 0, &first) != OK || span((int)to, 0, 0, &last) != OK)
        return ERR_FORMAT;
    *out = (struct birth){first.from, last.to, about};
    return OK;
}
