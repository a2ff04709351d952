#include "cli/sample_mrz.h"

#include <string.h>

/* The value of a character in a check digit: ICAO 9303-3 section 4.9. */
static unsigned
value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A') + 10;
    return 0;
}

/* The sum so far, `at` characters having been added before. */
static unsigned
weigh(unsigned sum, size_t at, const char *text, size_t size)
{
    static const unsigned weights[3] = {7, 3, 1};

    for (size_t i = 0; i < size; i++)
        sum += value(text[i]) * weights[(at + i) % 3];
    return sum;
}

static char
check_digit(const char *text, size_t size)
{
    return (char)('0' + weigh(0, 0, text, size) % 10);
}

/* `text` into a field of fillers, blanks as fillers, cut at its end. */
static void
put(char *field, size_t size, const char *text)
{
    for (size_t i = 0; i < size && text[i] != '\0'; i++)
        field[i] = text[i] == ' ' ? '<' : text[i];
}

static void
put_checked(char *field, size_t size, const char *text)
{
    put(field, size, text);
    field[size] = check_digit(field, size);
}

static void
put_date(char *field, struct civil day)
{
    const int parts[3] = {day.year % 100, day.month, day.day};

    for (size_t i = 0; i < 3; i++) {
        field[2 * i] = (char)('0' + parts[i] / 10);
        field[2 * i + 1] = (char)('0' + parts[i] % 10);
    }
    field[6] = check_digit(field, 6);
}

/*
 * Surname, two fillers, given names. A surname that would leave no room is cut,
 * so that at least a letter of the given names is there: 9303-3 section 4.6.
 */
static void
put_names(char *field, size_t size, const struct sample_document *document)
{
    size_t surname = strlen(document->surname);

    if (document->given[0] == '\0') {
        put(field, size, document->surname);
        return;
    }
    if (surname > size - 3)
        surname = size - 3;
    put(field, surname, document->surname);
    put(field + surname + 2, size - surname - 2, document->given);
}

static void
write_td1(const struct sample_document *document, struct sample_mrz *out)
{
    char *one = out->lines[0];
    char *two = out->lines[1];
    unsigned sum;

    put_checked(one + 5, 9, document->number);
    put(one + 15, 15, document->optional);
    put_date(two, document->birth);
    two[7] = document->sex;
    put_date(two + 8, document->expiry);
    put(two + 15, 3, document->nationality);
    put_names(out->lines[2], 30, document);
    sum = weigh(0, 0, one + 5, 25);
    sum = weigh(sum, 25, two, 7);
    sum = weigh(sum, 32, two + 8, 7);
    sum = weigh(sum, 39, two + 18, 11);
    two[29] = (char)('0' + sum % 10);
}

/*
 * Line two of all formats of two lines begins alike; TD2 and TD3 end in a
 * composite check digit, visas in optional data.
 */
static void
write_two_lines(const struct sample_document *document, struct sample_mrz *out)
{
    char *two = out->lines[1];
    size_t last = out->size - 1;
    unsigned sum;

    put_names(out->lines[0] + 5, out->size - 5, document);
    put_checked(two, 9, document->number);
    put(two + 10, 3, document->nationality);
    put_date(two + 13, document->birth);
    two[20] = document->sex;
    put_date(two + 21, document->expiry);
    if (document->format == SAMPLE_TD3)
        put_checked(two + 28, 14, document->optional);
    if (document->format == SAMPLE_TD2)
        put(two + 28, 7, document->optional);
    if (document->format == SAMPLE_MRV_A || document->format == SAMPLE_MRV_B)
        return;
    sum = weigh(0, 0, two, 10);
    sum = weigh(sum, 10, two + 13, 7);
    sum = weigh(sum, 17, two + 21, last - 21);
    two[last] = (char)('0' + sum % 10);
}

/* The optional data are the office of issue here: department and bureau. */
static void
write_fra_id(const struct sample_document *document, struct sample_mrz *out)
{
    char *two = out->lines[1];
    unsigned sum;

    put(out->lines[0] + 5, 25, document->surname);
    put(out->lines[0] + 30, 6, document->optional);
    put_checked(two, 12, document->number);
    put(two + 13, 14, document->given);
    put_date(two + 27, document->birth);
    two[34] = document->sex;
    sum = weigh(0, 0, out->lines[0], 36);
    sum = weigh(sum, 36, two, 35);
    two[35] = (char)('0' + sum % 10);
}

void
sample_mrz_write(const struct sample_document *document, struct sample_mrz *out)
{
    static const struct {
        size_t count;
        size_t size;
    } shapes[] = {
        [SAMPLE_TD1] = {3, 30},   [SAMPLE_TD2] = {2, 36},
        [SAMPLE_TD3] = {2, 44},   [SAMPLE_MRV_A] = {2, 44},
        [SAMPLE_MRV_B] = {2, 36}, [SAMPLE_FRA_ID] = {2, 36},
    };

    memset(out->lines, '<', sizeof out->lines);
    out->count = shapes[document->format].count;
    out->size = shapes[document->format].size;
    put(out->lines[0], 2, document->code);
    put(out->lines[0] + 2, 3, document->state);
    if (document->format == SAMPLE_TD1)
        write_td1(document, out);
    else if (document->format == SAMPLE_FRA_ID)
        write_fra_id(document, out);
    else
        write_two_lines(document, out);
}
