#include "cli/sample_person.h"

#include <assert.h>
#include <string.h>

#define SERIAL_BITS 29 /* the most that nine digits hold */
#define SERIAL_MASK ((UINT32_C(1) << SERIAL_BITS) - 1)
#define RENEWALS_MAX                                                           \
    8 /* passports of five years in SAMPLE_DAYS_MAX and more                   \
       */
#define DAYS_A_YEAR 365
#define ISSUED_DAYS 0 /* 1970-01-01: issue dates are counted from it */

_Static_assert(SAMPLE_TRAVELLERS_MAX *RENEWALS_MAX < SERIAL_MASK,
               "every document has a serial number of its own");

struct family {
    const char *stems[6]; /* "sample", "specimen", "example" */
    const char *endings[4];
};

enum family_name { ALBANIAN, SLAVIC, GREEK, LATIN, GERMANIC, EASTERN };

static const struct family families[] = {
    [ALBANIAN] = {{"SHEMBULL", "MOSTR", "KAMPION", "PROV", "GJEDH", "MODEL"},
                  {"I", "AJ", "U", "A"}},
    [SLAVIC] = {{"UZOR", "PRIMJER", "OBRAZ", "VZOR", "PROB", "PRZYKLAD"},
                {"OVIC", "SKI", "EC", "EK"}},
    [GREEK] = {{"PARADEIGM", "DEIGM", "PROTYP", "DOKIM", "YPODEIGM", "MORF"},
               {"OPOULOS", "AKIS", "IDIS", "OU"}},
    [LATIN] = {{"ESEMP", "CAMPION", "EJEMPL", "EXEMPL", "MODEL", "SPECIM"},
               {"INI", "ELLI", "EZ", "EAU"}},
    [GERMANIC] = {{"MUSTER", "BEISPIEL", "VOORBEELD", "SPECIMEN", "EXEMPEL",
                   "SAMPLE"},
                  {"MANN", "SSON", "MAN", "STEIN"}},
    [EASTERN] = {{"NUMUNE", "ORNEK", "NAMUNA", "MITHAL", "YANGBEN", "ULIRAN"},
                 {"OGLU", "I", "AN", "U"}},
};

static const char *const syllables[] = {
    "BA", "DRI", "FLO", "GE", "KA", "LI", "MO", "NE", "PRI", "RU", "SHA", "TA",
    "VE", "XHE", "ZI",  "QO", "HU", "JA", "LE", "MI", "NO",  "PO", "SU",  "TRO",
};

#define SYLLABLE_COUNT (sizeof syllables / sizeof syllables[0])

/*
 * Who crosses a border of the western Balkans, in thousandths of travellers;
 * invented, but of the right order.
 *
 * card        the identity card's format in hundredths of travellers with it
 * letters     how many letters the document number begins with
 * here        hundredths of them who live in the country
 */
struct nation {
    const char *code;
    uint16_t weight;
    enum family_name family;
    enum sample_format card;
    uint8_t card_share;
    uint8_t letters;
    uint8_t here;
    const char *card_code;
};

static const struct nation nations[] = {
    {"ALB", 430, ALBANIAN, SAMPLE_TD1, 35, 2, 68, "ID"},
    {"RKS", 200, ALBANIAN, SAMPLE_TD1, 60, 1, 2, "ID"},
    {"MKD", 60, SLAVIC, SAMPLE_TD1, 50, 1, 1, "ID"},
    {"ITA", 50, LATIN, SAMPLE_TD1, 45, 2, 6, "C"},
    {"MNE", 40, SLAVIC, SAMPLE_TD1, 55, 1, 1, "ID"},
    {"GRC", 34, GREEK, SAMPLE_TD3, 0, 2, 2, "P"},
    {"D", 32, GERMANIC, SAMPLE_TD1, 30, 2, 1, "ID"},
    {"POL", 28, SLAVIC, SAMPLE_TD1, 30, 3, 0, "I"},
    {"GBR", 18, GERMANIC, SAMPLE_TD3, 0, 0, 1, "P"},
    {"TUR", 14, EASTERN, SAMPLE_TD3, 0, 1, 3, "P"},
    {"FRA", 14, LATIN, SAMPLE_FRA_ID, 40, 2, 1, "ID"},
    {"USA", 12, GERMANIC, SAMPLE_TD3, 0, 0, 2, "P"},
    {"SRB", 10, SLAVIC, SAMPLE_TD1, 40, 0, 0, "ID"},
    {"CHE", 9, GERMANIC, SAMPLE_TD1, 30, 1, 0, "ID"},
    {"ESP", 8, LATIN, SAMPLE_TD1, 30, 3, 0, "ID"},
    {"ROU", 7, LATIN, SAMPLE_TD2, 55, 2, 0, "ID"},
    {"CZE", 7, SLAVIC, SAMPLE_TD1, 30, 0, 0, "ID"},
    {"NLD", 6, GERMANIC, SAMPLE_TD1, 30, 2, 0, "I"},
    {"ISR", 5, EASTERN, SAMPLE_TD3, 0, 0, 0, "P"},
    {"BEL", 5, LATIN, SAMPLE_TD1, 30, 2, 0, "ID"},
    {"SWE", 5, GERMANIC, SAMPLE_TD1, 20, 2, 0, "I"},
    {"BGR", 5, SLAVIC, SAMPLE_TD1, 35, 0, 0, "ID"},
    {"AUT", 5, GERMANIC, SAMPLE_TD1, 30, 1, 0, "ID"},
    {"UKR", 4, SLAVIC, SAMPLE_TD3, 0, 2, 3, "P"},
    {"HRV", 4, SLAVIC, SAMPLE_TD1, 35, 0, 0, "IO"},
    {"BIH", 4, SLAVIC, SAMPLE_TD1, 30, 1, 0, "ID"},
    {"CAN", 3, GERMANIC, SAMPLE_TD3, 0, 2, 0, "P"},
    {"HUN", 3, SLAVIC, SAMPLE_TD1, 30, 2, 0, "I"},
    {"CHN", 3, EASTERN, SAMPLE_MRV_A, 40, 2, 2, "V"},
    {"IND", 3, EASTERN, SAMPLE_MRV_A, 85, 1, 4, "V"},
    {"PHL", 3, EASTERN, SAMPLE_MRV_B, 85, 1, 6, "V"},
    {"EGY", 2, EASTERN, SAMPLE_MRV_B, 85, 1, 2, "V"},
    {"BGD", 2, EASTERN, SAMPLE_MRV_A, 90, 2, 5, "V"},
    {"AUS", 2, GERMANIC, SAMPLE_TD3, 0, 2, 0, "P"},
    {"JPN", 1, EASTERN, SAMPLE_TD3, 0, 2, 0, "P"},
    {"UNO", 1, LATIN, SAMPLE_TD3, 0, 0, 3, "P"},
    {"XXA", 1, EASTERN, SAMPLE_TD3, 0, 0, 10, "P"},
};

#define NATION_COUNT (sizeof nations / sizeof nations[0])

/* Whose visas are among the documents. */
#define VISA_STATE "ALB"

uint64_t
sample_mix(uint64_t seed, uint64_t a, uint64_t b)
{
    uint64_t z = seed + a * UINT64_C(0x9e3779b97f4a7c15) +
                 b * UINT64_C(0xd1b54a32d192ed03);

    /* The finish of SplitMix64: Steele, Lea and Flood, OOPSLA 2014. */
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 to `bound` - 1 out of `*random`, which is used up a little. */
static uint32_t
pick(uint64_t *random, uint32_t bound)
{
    uint64_t high = *random >> 32;

    *random =
        *random * UINT64_C(0x5851f42d4c957f2d) + UINT64_C(0x14057b7ef767814f);
    return (uint32_t)(high * bound >> 32);
}

static size_t
pick_nation(uint64_t *random)
{
    uint32_t total = 0;
    uint32_t at;
    size_t i = 0;

    for (size_t k = 0; k < NATION_COUNT; k++)
        total += nations[k].weight;
    at = pick(random, total);
    while (at >= nations[i].weight)
        at -= nations[i++].weight;
    return i;
}

/* Commuters live near the border, so they are its neighbours or its own. */
static enum sample_habit
pick_habit(uint64_t *random, size_t nation, bool lives_here)
{
    uint32_t thousandth = pick(random, 1000);
    bool near = nation < 6;

    if (near && thousandth < 6)
        return SAMPLE_COMMUTER;
    if (thousandth < 16)
        return SAMPLE_DRIVER;
    return lives_here ? SAMPLE_RESIDENT : SAMPLE_VISITOR;
}

struct sample_person
sample_person_make(const struct sample_world *world, uint32_t traveller)
{
    uint64_t random = sample_mix(world->seed, traveller, 1);
    struct sample_person person = {.traveller = traveller,
                                   .random =
                                       sample_mix(world->seed, traveller, 2)};

    person.nation = pick_nation(&random);
    person.lives_here = pick(&random, 100) < nations[person.nation].here;
    person.habit = pick_habit(&random, person.nation, person.lives_here);
    return person;
}

/*
 * One to one between (traveller, renewal) and a number of SERIAL_BITS bits:
 * odd products and shifted sums can both be undone.
 */
static uint32_t
serial(uint64_t seed, uint32_t traveller, uint32_t renewal)
{
    uint32_t n = traveller * RENEWALS_MAX + renewal;
    uint32_t odd = (uint32_t)sample_mix(seed, 0, 3) | 1;

    n = (n * odd) & SERIAL_MASK;
    n ^= n >> 15;
    n = (n * UINT32_C(0x2c1b3c6d)) & SERIAL_MASK;
    n ^= n >> 13;
    return n;
}

/*
 * `letters` letters, then digits, nine in all; different serials give different
 * numbers, since 10^9 and more are above 2^29.
 */
static void
write_number(char *out, uint32_t n, size_t letters)
{
    for (size_t i = 9; i-- > letters;) {
        out[i] = (char)('0' + n % 10);
        n /= 10;
    }
    for (size_t i = letters; i-- > 0;) {
        out[i] = (char)('A' + n % 26);
        n /= 26;
    }
    out[9] = '\0';
}

/* Year and month of issue, department, five digits in sequence. */
static void
write_french(struct sample_document *out, uint32_t n)
{
    uint32_t sequence = n % 100000;
    uint32_t department = n / 100000 % 95 + 1;
    uint32_t month = n / 9500000; /* below 57 */
    uint32_t parts[12] = {1,
                          4 + month / 12 % 10,
                          (month % 12 + 1) / 10,
                          (month % 12 + 1) % 10,
                          department / 10,
                          department % 10,
                          1,
                          sequence / 10000,
                          sequence / 1000 % 10,
                          sequence / 100 % 10,
                          sequence / 10 % 10,
                          sequence % 10};

    for (size_t i = 0; i < 12; i++)
        out->number[i] = (char)('0' + parts[i]);
    out->number[12] = '\0';
    memcpy(out->optional, out->number + 4, 2);
    memcpy(out->optional + 2, "1001", 5);
}

static void
append(char *text, const char *more)
{
    size_t size = strlen(text);
    size_t more_size = strlen(more);

    assert(size + more_size <= SAMPLE_NAME_SIZE_MAX);
    memcpy(text + size, more, more_size + 1);
}

static void
append_syllables(char *text, uint64_t *random, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        append(text, syllables[pick(random, SYLLABLE_COUNT)]);
}

static void
write_surname(char *out, uint64_t *random, const struct family *family)
{
    append(out, family->stems[pick(random, 6)]);
    append_syllables(out, random, 1 + pick(random, 2));
    append(out, family->endings[pick(random, 4)]);
}

static void
write_names(const struct sample_person *person, struct sample_document *out)
{
    static const char *const endings[2][4] = {{"O", "IN", "AR", "IS"},
                                              {"A", "ELA", "INA", "E"}};
    const struct family *family = &families[nations[person->nation].family];
    uint64_t random = person->random;
    uint32_t kind = pick(&random, 100);
    uint32_t given_count = kind < 78 ? 1 : kind < 98 ? 2 : 4;

    out->sex = pick(&random, 1000) == 0  ? '<'
               : pick(&random, 100) < 54 ? 'M'
                                         : 'F';
    out->surname[0] = '\0';
    out->given[0] = '\0';
    write_surname(out->surname, &random, family);
    if (pick(&random, 100) < 5) {
        append(out->surname, " ");
        write_surname(out->surname, &random, family);
    }
    if (pick(&random, 1000) < 2)
        return; /* some people have one name only */
    for (uint32_t i = 0; i < given_count; i++) {
        if (i > 0)
            append(out->given, " ");
        append_syllables(out->given, &random, 2);
        append(out->given, endings[out->sex == 'F'][pick(&random, 4)]);
    }
}

/* Ages 1 to 88 on the first day, most of them between 20 and 60. */
static struct civil
birth_date(uint64_t *random, struct date first)
{
    uint32_t years = 1 + pick(random, 30) + pick(random, 30) + pick(random, 30);
    uint32_t days = years * DAYS_A_YEAR + pick(random, DAYS_A_YEAR);

    return date_civil((struct date){first.days - (int32_t)days});
}

void
sample_person_document(const struct sample_person *person,
                       const struct sample_world *world, struct date day,
                       struct sample_document *out)
{
    const struct nation *nation = &nations[person->nation];
    uint64_t random = sample_mix(person->random, 0, 4);
    int32_t validity = DAYS_A_YEAR * (pick(&random, 4) == 0 ? 5 : 10);
    int32_t since = (int32_t)pick(&random, (uint32_t)validity);
    int32_t age = day.days - ISSUED_DAYS + since;
    uint32_t renewal = (uint32_t)(age / validity) % RENEWALS_MAX;
    uint32_t n = serial(world->seed, person->traveller, renewal);
    bool card = pick(&random, 100) < nation->card_share;
    bool visa;

    out->format = card ? nation->card : SAMPLE_TD3;
    visa = out->format == SAMPLE_MRV_A || out->format == SAMPLE_MRV_B;
    out->code = card ? nation->card_code : "P";
    out->state = visa ? VISA_STATE : nation->code;
    out->nationality = nation->code;
    out->expiry =
        date_civil((struct date){day.days - age % validity + validity - 1});
    out->birth = birth_date(&random, world->first);
    out->optional[0] = '\0';
    write_names(person, out);
    if (out->format == SAMPLE_FRA_ID) {
        write_french(out, n);
        return;
    }
    write_number(out->number, n, nation->letters);
    /* Some states print a personal number beside the document's. */
    if (nation->here > 50)
        write_number(out->optional, serial(world->seed, person->traveller, 0),
                     1);
}
