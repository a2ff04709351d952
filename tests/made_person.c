#include "made_person.h"

#include <string.h>

/* Words that are like each other stand side by side. */
static const char *const WORDS[] = {
    "MOHAMMED",  "MUHAMMAD",  "MOHAMED",  "MEHMET",    "AHMED",    "AHMAD",
    "ALI",       "ABDUL",     "ABDULLAH", "RAHMAN",    "KARIM",    "HASSAN",
    "HUSSEIN",   "HUSAYN",    "YUSUF",    "JUSUF",     "IBRAHIM",  "OMAR",
    "IVANOV",    "IVANOVA",   "PETROV",   "PETROVIC",  "SERGEI",   "SERGEY",
    "ALEKSANDR", "ALEXANDER", "HOXHA",    "HODJA",     "HODZA",    "BERISHA",
    "GARCIA",    "RODRIGUEZ", "MARIA",    "MARIE",     "JOSE",     "LUIS",
    "WANG",      "WEI",       "XIAO",     "PING",      "XIAOPING", "CHEN",
    "NGUYEN",    "VAN",       "DE",       "LA",        "CRUZ",     "SILVA",
    "MUELLER",   "MULLER",    "SCHMIDT",  "SCHMITT",   "ERIKSSON", "ANNA",
    "KOVACEVIC", "KOVALENKO", "QADHAFI",  "GADDAFI",   "AL",       "EL",
    "BIN",       "J",         "M",        "STOYANOVA", "GENTIAN",  "KRASNIQI",
};

#define WORD_COUNT (sizeof(WORDS) / sizeof(WORDS[0]))

static const char *
word(struct test_random *numbers)
{
    /* The first words are the common ones. */
    size_t bound = 1 + (size_t)test_random_below(numbers, WORD_COUNT);

    return WORDS[test_random_below(numbers, bound)];
}

static void
words_join(struct test_random *numbers, char *out, size_t count)
{
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const char *next = word(numbers);

        if (strlen(out) + strlen(next) + 2 > MADE_TEXT_SIZE)
            return;
        if (i > 0)
            strcat(out, " ");
        strcat(out, next);
    }
}

static void
name_make(struct test_random *numbers, struct made_person *made, size_t i)
{
    struct person_name *name = &made->person_names[i];

    words_join(numbers, made->texts[i][0], 1 + test_random_below(numbers, 2));
    words_join(numbers, made->texts[i][1], test_random_below(numbers, 3));
    if (test_random_below(numbers, 5) == 0)
        name->whole = bytes_of(made->texts[i][0]);
    else
        name->surname = bytes_of(made->texts[i][0]);
    if (name->whole.size == 0)
        name->given_names = bytes_of(made->texts[i][1]);
    name->truncated = test_random_below(numbers, 8) == 0;
}

/* A day; the year of it, its month, or somewhat more than a year. */
static struct birth
birth_of(struct test_random *numbers, struct civil civil)
{
    struct birth birth = {.from = date_of(civil), .to = date_of(civil)};

    birth.about = test_random_below(numbers, 8) == 0;
    switch (test_random_below(numbers, 12)) {
    case 0:
        civil.day = 1;
        birth.from = date_of(civil);
        birth.to.days = birth.from.days + 27;
        break;
    case 1:
        birth.to.days += 364;
        break;
    case 2:
    case 3:
        birth.from = date_of((struct civil){civil.year, 1, 1});
        birth.to = date_of((struct civil){civil.year, 12, 31});
        break;
    default:
        break;
    }
    return birth;
}

static void
birth_make(struct test_random *numbers, struct made_person *made)
{
    for (size_t i = 0; i < 2; i++) {
        struct civil civil = {
            .year = (int16_t)(1950 + test_random_below(numbers, 50)),
            .month = (uint8_t)(1 + test_random_below(numbers, 12)),
            .day = (uint8_t)(1 + test_random_below(numbers, 28))};

        if (test_random_below(numbers, 20) == 0)
            civil = (struct civil){.year = 1849, .month = 12, .day = 31};
        made->births[i] = birth_of(numbers, civil);
    }
    made->person.births = made->births;
    made->person.birth_count = test_random_below(numbers, 6) > 0;
    if (test_random_below(numbers, 12) == 0)
        made->person.birth_count = 2;
}

/* As births are written wrongly: SCR 4.5. */
static void
birth_change(struct test_random *numbers, struct made_person *made)
{
    struct civil civil = date_civil(made->births[0].from);
    uint8_t day = civil.day;

    switch (test_random_below(numbers, 6)) {
    case 0:
        civil.day = civil.month;
        civil.month = day > 12 ? 1 : day;
        break;
    case 1:
        civil.month = (uint8_t)(1 + test_random_below(numbers, 12));
        break;
    case 2:
        civil.day = (uint8_t)(1 + test_random_below(numbers, 28));
        break;
    case 3:
        civil.year = (int16_t)(civil.year - 10 +
                               10 * (int)test_random_below(numbers, 3));
        break;
    case 4:
        civil.year =
            (int16_t)(civil.year - 3 + (int)test_random_below(numbers, 7));
        break;
    default:
        civil = (struct civil){civil.year, 7, 1};
    }
    if (civil.day > 28)
        civil.day = 28;
    made->births[0] = birth_of(numbers, civil);
}

void
made_person_read(struct made_person *made)
{
    for (size_t i = 0; i < made->person.name_count; i++)
        assert_err(name_read(NULL, &made->person_names[i], &made->names[i]),
                   OK);
}

void
made_person(struct test_random *numbers, struct made_person *made)
{
    memset(made, 0, sizeof(*made));
    made->person.name_count = 1 + test_random_below(numbers, MADE_NAMES_MAX);
    made->person.names = made->person_names;
    for (size_t i = 0; i < made->person.name_count; i++)
        name_make(numbers, made, i);
    birth_make(numbers, made);
    made->person.sex = test_random_below(numbers, 3) == 0 ? 'F' : 'M';
    made->nationality = BYTES("UTO");
    made->person.nationalities = &made->nationality;
    made->person.nationality_count = test_random_below(numbers, 2);
    made_person_read(made);
    made->subject = (struct subject){&made->person, made->names};
}

/* One letter of a text is lost, doubled or another. */
static void
letter_change(struct test_random *numbers, char *text)
{
    size_t size = strlen(text);
    size_t at;

    if (size < 2 || size + 2 > MADE_TEXT_SIZE)
        return;
    at = (size_t)test_random_below(numbers, size);
    switch (test_random_below(numbers, 3)) {
    case 0:
        memmove(text + at, text + at + 1, size - at);
        break;
    case 1:
        memmove(text + at + 1, text + at, size - at + 1);
        break;
    default:
        text[at] = (char)('A' + test_random_below(numbers, 26));
    }
}

void
made_person_change(struct test_random *numbers, const struct made_person *from,
                   struct made_person *out)
{
    memset(out, 0, sizeof(*out));
    memcpy(out->texts, from->texts, sizeof(out->texts));
    memcpy(out->births, from->births, sizeof(out->births));
    out->person = from->person;
    out->person.names = out->person_names;
    out->person.name_count = 1;
    out->person.births = out->births;
    if (test_random_below(numbers, 3) > 0)
        letter_change(numbers, out->texts[0][test_random_below(numbers, 2)]);
    out->person_names[0] =
        (struct person_name){.surname = bytes_of(out->texts[0][0]),
                             .given_names = bytes_of(out->texts[0][1]),
                             .truncated = test_random_below(numbers, 8) == 0};
    if (test_random_below(numbers, 4) == 0) {
        out->person_names[0].surname = bytes_of(out->texts[0][1]);
        out->person_names[0].given_names = bytes_of(out->texts[0][0]);
    }
    switch (test_random_below(numbers, 5)) {
    case 0:
        out->person.birth_count = 0;
        break;
    case 1:
        birth_make(numbers, out);
        break;
    case 2:
        birth_change(numbers, out);
        break;
    default:
        break;
    }
    made_person_read(out);
    out->subject = (struct subject){&out->person, out->names};
}
