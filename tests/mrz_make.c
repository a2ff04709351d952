#include "mrz_make.h"

#include <stdio.h>
#include <string.h>

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char NUMERALS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* The parts that a format's lines are put together from. */
struct parts {
    char code[3];
    char state[4];
    char head[13]; /* the number's field */
    char head_check[2];
    char data[20]; /* optional data 1, padded */
    char data_check[2];
    char birth[8];  /* with check digit */
    char expiry[8]; /* with check digit */
    char sex[2];
    char nationality[4];
    char data_2[12];
    char name[40];
};

char
mrz_make_check(const char *text)
{
    int sum = 0;

    for (int i = 0; text[i] != '\0'; i++) {
        const char *at = strchr(NUMERALS, text[i]);
        int value = at == NULL ? 0 : (int)(at - NUMERALS);

        sum += value * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
    }
    return (char)('0' + sum % 10);
}

static size_t
below(struct test_random *random, size_t bound)
{
    return (size_t)test_random_below(random, bound);
}

static void
random_text(struct test_random *random, const char *set, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++)
        out[i] = set[below(random, strlen(set))];
    out[size] = '\0';
}

/* `text` and fillers up to `size` characters. */
static void
padded(const char *text, size_t size, char *out)
{
    size_t length = strlen(text);

    memset(out, '<', size);
    memcpy(out, text, length < size ? length : size);
    out[size] = '\0';
}

static void
spaced(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '<')
            *text = ' ';
}

/* Puts the strings one after another, up to `size` characters and a NUL. */
static void
join(char *out, size_t size, const char *const *texts)
{
    size_t at = 0;

    for (size_t i = 0; texts[i] != NULL; i++)
        for (size_t c = 0; texts[i][c] != '\0' && at < size; c++)
            out[at++] = texts[i][c];
    out[at] = '\0';
}

#define JOIN(out, size, ...)                                                   \
    join((out), (size), (const char *const[]){__VA_ARGS__, NULL})

/* One or two words of two to six letters. */
static void
random_words(struct test_random *random, char *out)
{
    size_t first = 2 + below(random, 5);

    random_text(random, LETTERS, first, out);
    if (below(random, 2) == 0)
        return;
    out[first] = '<';
    random_text(random, LETTERS, 2 + below(random, 4), out + first + 1);
}

static void
make_name(struct test_random *random, struct mrz_made *out, struct parts *parts)
{
    char text[40];

    random_words(random, out->surname);
    random_words(random, out->given_names);
    if (below(random, 10) == 0)
        out->surname[0] = '\0';
    else if (below(random, 10) == 0)
        out->given_names[0] = '\0';
    JOIN(text, 39, out->surname, out->given_names[0] == '\0' ? "" : "<<",
         out->given_names);
    padded(text, sizeof(parts->name) - 1, parts->name);
}

/* A date as printed, and as shown. */
static void
date_put(int year, int month, int day, char *printed, char *shown)
{
    char text[40];

    snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
    join(shown, 10, (const char *const[]){text, NULL});
    memcpy(printed, text + 2, 2);
    memcpy(printed + 2, text + 5, 2);
    memcpy(printed + 4, text + 8, 2);
}

static void
make_dates(struct test_random *random, struct mrz_made *out,
           struct parts *parts)
{
    int year = 1927 + (int)below(random, 99);
    int month = 1 + (int)below(random, 12);
    int day = 1 + (int)below(random, 28);
    size_t unknown = below(random, 20);

    date_put(year, month, day, parts->birth, out->birth);
    if (unknown < 3) {
        memset(parts->birth + 4, '<', 2);
        memcpy(out->birth + 8, "XX", 2);
    }
    if (unknown < 2) {
        memset(parts->birth + 2, '<', 2);
        memcpy(out->birth + 5, "XX", 2);
    }
    if (unknown < 1) {
        memset(parts->birth, '<', 2);
        memcpy(out->birth, "XXXX", 4);
    }
    parts->birth[6] = mrz_make_check(parts->birth);
    year = 1980 + (int)below(random, 90);
    date_put(year, month, day, parts->expiry, out->expiry);
    parts->expiry[6] = mrz_make_check(parts->expiry);
}

/* A number of 10 characters or more, which goes on in the optional data. */
static void
make_long_number(struct test_random *random, size_t room, struct mrz_made *out,
                 struct parts *parts)
{
    size_t rest = 1 + below(random, room - 2);
    char sum[40];
    char data[40];
    char check[2] = "";

    random_text(random, NUMERALS, 9 + rest, out->number);
    out->long_number = true;
    out->other_convention = below(random, 2) == 0;
    memcpy(parts->head, out->number, 9);
    JOIN(sum, 39, parts->head, out->other_convention ? "<" : "",
         out->number + 9);
    check[0] = mrz_make_check(sum);
    parts->head_check[0] = '<';
    /* Both sums can be the same: then there is nothing to note. */
    if (check[0] == mrz_make_check(out->number))
        out->other_convention = false;
    if (rest + 1 + 3 <= room)
        random_text(random, NUMERALS, 2, out->optional_1);
    JOIN(data, 39, out->number + 9, check, "<", out->optional_1);
    padded(data, room, parts->data);
}

/* `room` is the size of optional data 1, `size` that of the number. */
static void
make_number(struct test_random *random, size_t size, size_t room,
            struct mrz_made *out, struct parts *parts)
{
    bool may_be_long = out->format == MRZ_TD1 || out->format == MRZ_TD2;

    if (may_be_long && below(random, 3) == 0) {
        make_long_number(random, room, out, parts);
        return;
    }
    random_text(random, NUMERALS, size - below(random, 3), out->number);
    padded(out->number, size, parts->head);
    parts->head_check[0] = mrz_make_check(parts->head);
    if (below(random, 2) == 0)
        random_text(random, NUMERALS, below(random, room + 1), out->optional_1);
    padded(out->optional_1, room, parts->data);
    parts->data_check[0] = mrz_make_check(parts->data);
    if (out->optional_1[0] == '\0' && below(random, 2) == 0)
        parts->data_check[0] = '<';
}

static void
lines_td1(struct mrz_made *out, const struct parts *p)
{
    char sum[80];
    char composite[2] = "";

    JOIN(out->text[0], 30, p->code, p->state, p->head, p->head_check, p->data);
    JOIN(sum, 79, out->text[0] + 5, p->birth, p->expiry, p->data_2);
    composite[0] = mrz_make_check(sum);
    JOIN(out->text[1], 30, p->birth, p->sex, p->expiry, p->nationality,
         p->data_2, composite);
    JOIN(out->text[2], 30, p->name);
}

static void
lines_two(struct mrz_made *out, const struct parts *p, size_t size)
{
    char sum[80];
    char composite[2] = "";
    const char *data_check = out->format == MRZ_TD3 ? p->data_check : "";

    JOIN(sum, 79, p->head, p->head_check, p->birth, p->expiry, p->data,
         data_check);
    if (out->format == MRZ_TD3 || out->format == MRZ_TD2)
        composite[0] = mrz_make_check(sum);
    JOIN(out->text[0], size, p->code, p->state, p->name);
    JOIN(out->text[1], size, p->head, p->head_check, p->nationality, p->birth,
         p->sex, p->expiry, p->data, data_check, composite);
}

static void
lines_fra(struct mrz_made *out, const struct parts *p)
{
    char surname[26];
    char given[15];
    char sum[80];
    char composite[2] = "";

    padded(out->surname, 25, surname);
    padded(out->given_names, 14, given);
    JOIN(out->text[0], 36, "IDFRA", surname, p->data);
    JOIN(sum, 79, out->text[0], p->head, p->head_check, given, p->birth,
         p->sex);
    composite[0] = mrz_make_check(sum);
    JOIN(out->text[1], 36, sum + 36, composite);
    out->expiry[0] = '\0';
}

static const char *
code_of(struct test_random *random, enum mrz_format format)
{
    static const char *const CARD[] = {"I<", "ID", "AC", "C<", "IR", "IP"};

    switch (format) {
    case MRZ_TD3:
        return below(random, 2) == 0 ? "P<" : "PD";
    case MRZ_MRV_A:
    case MRZ_MRV_B:
        return "V<";
    case MRZ_FRA_ID:
        return "ID";
    default:
        return CARD[below(random, sizeof(CARD) / sizeof(CARD[0]))];
    }
}

void
mrz_make(struct test_random *random, enum mrz_format format,
         struct mrz_made *out)
{
    static const char *const STATES[] = {"UTO", "ALB", "D<<", "RKS", "XXA"};
    static const size_t ROOM[] = {0, 15, 7, 14, 16, 8, 6};
    struct parts parts = {0};
    const char *state = STATES[below(random, 5)];

    *out = (struct mrz_made){.format = format, .count = 2};
    snprintf(parts.code, sizeof(parts.code), "%s", code_of(random, format));
    snprintf(parts.state, sizeof(parts.state), "%s", STATES[below(random, 5)]);
    snprintf(parts.nationality, sizeof(parts.nationality), "%s", state);
    snprintf(out->nationality, sizeof(out->nationality), "%.*s",
             (int)strcspn(state, "<"), state);
    parts.sex[0] = "FM<"[below(random, 3)];
    out->sex = parts.sex[0] == '<' ? 'X' : parts.sex[0];
    make_name(random, out, &parts);
    make_dates(random, out, &parts);
    make_number(random, format == MRZ_FRA_ID ? 12 : 9, ROOM[format], out,
                &parts);
    padded("", 11, parts.data_2);
    if (format == MRZ_TD1) {
        random_text(random, NUMERALS, below(random, 12), out->optional_2);
        padded(out->optional_2, 11, parts.data_2);
        out->count = 3;
        lines_td1(out, &parts);
    } else if (format == MRZ_FRA_ID) {
        snprintf(out->nationality, sizeof(out->nationality), "FRA");
        lines_fra(out, &parts);
    } else {
        bool wide = format == MRZ_TD3 || format == MRZ_MRV_A;

        lines_two(out, &parts, wide ? 44 : 36);
    }
    spaced(out->surname);
    spaced(out->given_names);
    mrz_made_refresh(out);
}

void
mrz_made_refresh(struct mrz_made *made)
{
    for (size_t i = 0; i < made->count; i++)
        made->lines[i] = bytes_of(made->text[i]);
}

static void
date_assert(struct mrz_date date, const char *expected)
{
    uint8_t text[MRZ_DATE_TEXT_SIZE];
    struct writer w;

    assert_int_equal(date.present, expected[0] != '\0');
    if (!date.present)
        return;
    writer_init(&w, text, sizeof(text));
    mrz_date_write(&w, date);
    assert_bytes(writer_done(&w), bytes_of(expected));
}

void
mrz_made_assert(const struct mrz_made *made, const struct mrz *mrz)
{
    assert_int_equal(mrz->format, made->format);
    assert_true(mrz->valid);
    assert_bytes(mrz_text_bytes(&mrz->document_number), bytes_of(made->number));
    assert_bytes(mrz_text_bytes(&mrz->surname), bytes_of(made->surname));
    assert_bytes(mrz_text_bytes(&mrz->given_names),
                 bytes_of(made->given_names));
    assert_bytes(mrz_text_bytes(&mrz->nationality),
                 bytes_of(made->nationality));
    assert_bytes(mrz_text_bytes(&mrz->optional_data_1),
                 bytes_of(made->optional_1));
    assert_bytes(mrz_text_bytes(&mrz->optional_data_2),
                 bytes_of(made->optional_2));
    date_assert(mrz->date_of_birth, made->birth);
    date_assert(mrz->date_of_expiry, made->expiry);
    assert_int_equal(mrz->sex, made->sex);
    assert_int_equal(mrz_has_fault(mrz, MRZ_NOTE_OTHER_CHECK_DIGIT_CONVENTION),
                     made->other_convention);
}

bool
mrz_has_fault(const struct mrz *mrz, enum mrz_code code)
{
    for (size_t i = 0; i < mrz->fault_count; i++)
        if (mrz->faults[i].code == code)
            return true;
    return false;
}
