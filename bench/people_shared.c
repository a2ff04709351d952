#include "people_shared.h"

#include <math.h>
#include <string.h>

#include "cli/sample_person.h"

#define GIVEN_COUNT 6000
#define SURNAME_COUNT 300000
#define HEAD_MAX 24
#define SYLLABLES_MAX 24
#define ENDINGS_MAX 8

/*
 * One culture. Common names are those that any telephone book of it begins
 * with, in the spelling of passports.
 *
 * weight  in thousandths of all people
 */
struct culture {
    unsigned weight;
    const char *state;
    unsigned given_max; /* given names of one person, at most */
    const char *given[HEAD_MAX];
    const char *surnames[HEAD_MAX];
    const char *syllables[SYLLABLES_MAX];
    const char *endings[ENDINGS_MAX];
};

static const struct culture cultures[] = {
    {190,
     "SYR",
     3,
     {"MOHAMMED", "AHMED",   "ALI",     "MOHAMED", "MUHAMMAD", "MAHMOUD",
      "HASSAN",   "HUSSEIN", "IBRAHIM", "OMAR",    "KHALED",   "YOUSEF",
      "ABDULLAH", "FATIMA",  "MUSTAFA", "SAID",    "HAMZA",    "SALEH",
      "MARYAM",   "KARIM",   "NASSER"},
     {"ALI",     "HASSAN", "AHMED",   "MOHAMMED", "IBRAHIM",
      "HUSSEIN", "SALEH",  "MAHMOUD", "KHALIL",   "SAID",
      "OMAR",    "HAMAD",  "MANSOUR", "AL MASRI", "AL HASSAN",
      "HADDAD",  "NASSER", "YOUSEF",  "AL ALI",   "KHOURY"},
     {"AB", "BAR", "DAL", "FAR", "GHA", "HAM", "JAB", "KHA",
      "LA", "MAS", "NAJ", "QAS", "RAH", "SAL", "TAM", "WAH",
      "YA", "ZAH", "HUR", "SHA", "DIN", "MU"},
     {"I", "AN", "AWI", "ANI", "IR", "OUR", "AH", "IM"}},
    {150,
     "PAK",
     2,
     {"MUHAMMAD", "ABDUL",  "SYED",   "IMRAN",  "ASIF",  "RAJESH", "SANJAY",
      "SUNITA",   "RAM",    "GHULAM", "BIBI",   "NOOR",  "ANIL",   "VIJAY",
      "GUL",      "RAHMAN", "AMIT",   "SHAHID", "TARIQ", "LAKSHMI"},
     {"KHAN", "SINGH", "KUMAR", "AHMED", "HUSSAIN", "SHARMA", "ALI", "IQBAL",
      "PATEL", "MALIK", "SHAH", "DAS", "BEGUM", "RAHMAN", "AKHTAR", "GUPTA",
      "ISLAM", "HOSSAIN", "MAHMOOD"},
     {"AN",  "BHA",  "CHA", "DEV", "GAN", "HAR", "JAY", "KUL",
      "LAK", "MAN",  "NAR", "PRA", "RAJ", "SUR", "TRI", "UD",
      "VEN", "YASH", "ZUL", "SHI", "KRI", "BAL"},
     {"A", "AN", "ESH", "INDER", "ULLAH", "WAL", "ANI", "KAR"}},
    {120,
     "RUS",
     2,
     {"ALEKSANDR", "SERGEI",  "VLADIMIR", "ANDREI",  "DMITRII",
      "ELENA",     "OLGA",    "IVAN",     "NATALIA", "ALEKSEI",
      "MIKHAIL",   "NIKOLAI", "TATIANA",  "IGOR",    "OLEKSANDR",
      "PETR",      "YURI",    "MARIIA",   "VIKTOR",  "ANNA"},
     {"IVANOV",    "PETROV",   "SMIRNOV",    "KUZNETSOV", "POPOV",
      "VASILEV",   "IVANOVA",  "PETROVA",    "NOVAK",     "KOVACEVIC",
      "JOVANOVIC", "PETROVIC", "SHEVCHENKO", "KOVALENKO", "BONDARENKO",
      "SOKOLOV",   "MOROZOV",  "NIKOLIC",    "DIMITROV",  "GEORGIEV"},
     {"BAR", "BOG", "CHER", "DOB", "DRA", "GOR", "GRI", "KAR",
      "KOS", "KRA", "LES",  "MAL", "MIL", "NOV", "PAV", "RAD",
      "SLA", "STE", "TOL",  "VAS", "ZAI", "ZHU"},
     {"OV", "EV", "IN", "SKI", "ENKO", "OVA", "EVA", "IC"}},
    {140,
     "ESP",
     2,
     {"JOSE",  "MARIA",  "JUAN",      "LUIS",   "CARLOS",   "ANTONIO",
      "JORGE", "MANUEL", "FRANCISCO", "ANA",    "PEDRO",    "MIGUEL",
      "JESUS", "CARMEN", "JOAO",      "RAFAEL", "FERNANDO", "ROSA",
      "PAULO", "DANIEL", "DAVID",     "ROBERTO"},
     {"GARCIA", "RODRIGUEZ",  "MARTINEZ", "LOPEZ",    "GONZALEZ",   "HERNANDEZ",
      "PEREZ",  "SANCHEZ",    "RAMIREZ",  "DA SILVA", "DOS SANTOS", "FERNANDEZ",
      "TORRES", "FLORES",     "DIAZ",     "OLIVEIRA", "PEREIRA",    "GOMEZ",
      "CRUZ",   "DE LA CRUZ", "RUIZ"},
     {"AL",  "BAR", "CAS", "DEL", "ES",  "FER", "GUA", "HER",
      "IZ",  "JAR", "LAN", "MON", "NAV", "OR",  "PAL", "QUI",
      "ROS", "SAL", "TOR", "VAL", "ZA",  "MEN"},
     {"EZ", "ADO", "ERO", "INO", "ALES", "ERA", "AL", "OS"}},
    {120,
     "CHN",
     1,
     {"WEI",       "FANG", "XIAOMING", "JUN", "LI",      "MIN",     "YAN",
      "JIE",       "PING", "HAO",      "XIN", "LEI",     "JING",    "YING",
      "XIAO PING", "BO",   "YU",       "HUI", "JIANGUO", "GUOQIANG"},
     {"WANG", "LI",   "ZHANG",  "LIU",  "CHEN", "YANG", "HUANG", "ZHAO",
      "WU",   "ZHOU", "XU",     "SUN",  "MA",   "ZHU",  "HU",    "GUO",
      "HE",   "LIN",  "NGUYEN", "TRAN", "KIM",  "PARK", "LEE",   "CHOI"},
     {"BAI",  "CHAO", "DE",   "FU",   "GUANG", "HONG", "JIA", "KAI",
      "LONG", "MEI",  "NING", "PENG", "QI",    "RUI",  "SHU", "TIAN",
      "WEN",  "XIU",  "YI",   "ZHEN", "ZE",    "MAO"},
     {"", "", "", "HUA", "GANG", "LAN", "YUN", "SHENG"}},
    {70,
     "ALB",
     2,
     {"ARBEN", "ARTAN", "DRITAN", "GENTIAN", "ILIR", "FATMIR", "AGIM", "BESNIK",
      "MIRA", "VALBONA", "FLUTURA", "ELIRA", "ALTIN", "ARDIT", "BLERIM",
      "SHPRESA", "LULJETA"},
     {"HOXHA", "SHEHU", "DERVISHI", "GASHI", "KRASNIQI", "BERISHA", "HASANI",
      "PRIFTI", "LEKA", "MUCA", "DODA", "GJONI", "KOLA", "HALILI", "MORINA",
      "SHALA", "BYTYQI", "XHAFERI", "THACI"},
     {"BA", "BRA", "CE",  "DRI", "FI", "GJE", "HA",  "KO", "LU",  "MU",  "NDRE",
      "PE", "QE",  "RRA", "SHA", "TA", "VE",  "XHE", "ZE", "MAR", "KUR", "TRO"},
     {"AJ", "I", "ASHI", "ANI", "JA", "U", "ARI", "OLLI"}},
    {60,
     "TUR",
     2,
     {"MEHMET", "MUSTAFA", "AHMET", "ALI",     "HUSEYIN", "HASAN", "IBRAHIM",
      "FATMA",  "AYSE",    "EMINE", "MURAT",   "OMER",    "YUSUF", "RECEP",
      "OSMAN",  "ZEYNEP",  "REZA",  "ALIREZA", "HOSSEIN", "MEHDI"},
     {"YILMAZ", "KAYA", "DEMIR", "CELIK", "SAHIN", "YILDIZ", "YILDIRIM",
      "OZTURK", "AYDIN", "OZDEMIR", "ARSLAN", "DOGAN", "KILIC", "ASLAN",
      "HOSSEINI", "AHMADI", "MOHAMMADI", "KARIMI", "REZAEI"},
     {"AK",  "BAS", "CAN", "DE",  "ER",  "GUL", "KAR", "KOR",
      "OZ",  "SAR", "TAS", "UC",  "YA",  "YEN", "TOP", "BOZ",
      "GUN", "ERD", "KAP", "ALT", "TUR", "SOY"},
     {"OGLU", "CI", "LU", "MAZ", "AN", "ER", "ZADEH", "POUR"}},
    {100,
     "D",
     2,
     {"THOMAS", "MICHAEL", "ANDREAS",  "PETER",     "JOHN",   "DAVID",
      "JAMES",  "ANNA",    "MARIA",    "CHRISTIAN", "ROBERT", "PIERRE",
      "JEAN",   "MARIE",   "GIUSEPPE", "WILLIAM",   "STEFAN", "MARTIN",
      "PAUL",   "JAN",     "SUSANNE"},
     {"MUELLER", "SCHMIDT", "SMITH",    "JONES", "MARTIN",   "ROSSI",
      "MEYER",   "WEBER",   "JOHNSON",  "BROWN", "JANSEN",   "BERNARD",
      "HANSEN",  "NIELSEN", "VAN DIJK", "BAUER", "WILLIAMS", "TAYLOR",
      "DUBOIS",  "WAGNER",  "FISCHER",  "RUSSO"},
     {"ACH",    "BER",   "BRAN", "DER", "EICH", "FEL", "GROS", "HAR",
      "HOL",    "KER",   "LAM",  "LIN", "NOR",  "OST", "RICH", "ROT",
      "SCHWAR", "STEIN", "THAL", "VOL", "WAL",  "WIN"},
     {"MANN", "ER", "SEN", "BERG", "HAUS", "SON", "IERE", "ELLI"}},
    {50,
     "NGA",
     2,
     {"EMMANUEL", "IBRAHIM", "AMINATA", "MAMADOU", "MUSA", "GRACE", "JOSEPH",
      "FATOU", "OUSMANE", "KWAME", "BLESSING", "ABDOU", "SAMUEL", "MOUSSA",
      "TESFAYE", "ABEBE"},
     {"DIALLO", "TRAORE", "COULIBALY", "IBRAHIM", "DIOP", "KEITA", "MUSA",
      "OKAFOR", "MENSAH", "ABUBAKAR", "OKONKWO", "NDIAYE", "CAMARA", "SOW",
      "TESFAYE", "MOHAMUD", "NKOSI"},
     {"A",   "BA",  "CHI", "DE", "E",   "FO", "GBO", "IFE",  "KA", "KWE", "LU",
      "MBA", "NDU", "NKE", "O",  "OLU", "SE", "TU",  "UCHE", "WA", "YA",  "ZU"},
     {"KA", "RE", "DE", "NI", "MBE", "FOR", "LA", "BI"}},
};

#define CULTURE_COUNT (sizeof(cultures) / sizeof(cultures[0]))

/* Numbers 0 to 2^32 - 1 one after another out of one state. */
static uint32_t
next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(sample_mix(*state, 1, 2) >> 32);
}

static unsigned
below(uint64_t *state, unsigned bound)
{
    return (unsigned)((uint64_t)next(state) * bound >> 32);
}

/* Zipf's law over `count` ranks: the density falls as one over the rank. */
static unsigned
rank(uint64_t *state, unsigned count)
{
    double u = (double)next(state) / 4294967296.0;
    double r = pow((double)count + 1, u) - 1;

    return r >= count ? count - 1 : (unsigned)r;
}

static void
append(char *out, const char *text)
{
    size_t size = strlen(out);
    size_t more = strlen(text);

    if (size + more >= PEOPLE_PART_SIZE)
        return;
    memcpy(out + size, text, more + 1);
}

static unsigned
filled(const char *const *names, unsigned max)
{
    unsigned n = 0;

    while (n < max && names[n] != NULL)
        n++;
    return n;
}

/* The name of a rank: from the head, or made of two or three syllables. */
static void
name_of(const struct culture *culture, const char *const *head, unsigned r,
        uint64_t salt, char *out)
{
    unsigned heads = filled(head, HEAD_MAX);
    unsigned syllables = filled(culture->syllables, SYLLABLES_MAX);
    unsigned endings = filled(culture->endings, ENDINGS_MAX);
    uint64_t state = sample_mix(salt, r, 7);
    unsigned count;

    if (r < heads) {
        append(out, head[r]);
        return;
    }
    count = 1 + below(&state, 2) + (r > 2000 ? 1 : 0);
    for (unsigned i = 0; i < count; i++)
        append(out, culture->syllables[below(&state, syllables)]);
    append(out, culture->endings[below(&state, endings)]);
}

static const struct culture *
culture_of(uint64_t *state)
{
    unsigned at = below(state, 1000);
    size_t i = 0;

    while (i < CULTURE_COUNT - 1 && at >= cultures[i].weight)
        at -= cultures[i++].weight;
    return &cultures[i];
}

static struct birth
birth_of(uint64_t *state)
{
    struct civil civil = {.year = (int16_t)(1935 + below(state, 75)),
                          .month = (uint8_t)(1 + below(state, 12)),
                          .day = (uint8_t)(1 + below(state, 28))};
    struct date date = date_of(civil);

    return (struct birth){.from = date, .to = date};
}

/* Lists know less: eight in a hundred a year only, two about, five nothing. */
static void
forget(uint64_t *state, struct people_person *p)
{
    unsigned hundredth = below(state, 100);
    struct civil civil = date_civil(p->birth.from);

    if (hundredth < 5)
        p->person.birth_count = 0;
    if (hundredth >= 15)
        return;
    civil.month = 1;
    civil.day = 1;
    p->birth.from = date_of(civil);
    civil.month = 12;
    civil.day = 31;
    p->birth.to = date_of(civil);
    p->birth.about = hundredth >= 13;
}

void
people_make(uint64_t seed, uint64_t i, enum people_kind kind,
            struct people_person *out)
{
    uint64_t state = sample_mix(seed, i, 11);
    const struct culture *c = culture_of(&state);
    uint64_t salt = (uint64_t)(c - cultures);
    unsigned count = 1 + below(&state, c->given_max);

    memset(out, 0, sizeof(*out));
    name_of(c, c->surnames, rank(&state, SURNAME_COUNT), salt, out->surname);
    for (unsigned k = 0; k < count; k++) {
        if (k > 0)
            append(out->given, " ");
        name_of(c, c->given, rank(&state, GIVEN_COUNT), salt + 100, out->given);
    }
    out->birth = birth_of(&state);
    out->nationality = bytes_of(c->state);
    out->name.surname = bytes_of(out->surname);
    out->name.given_names = bytes_of(out->given);
    out->person = (struct person){.name_count = 1,
                                  .names = &out->name,
                                  .birth_count = 1,
                                  .births = &out->birth,
                                  .sex = below(&state, 4) > 0 ? 'M' : 'F',
                                  .nationality_count = 1,
                                  .nationalities = &out->nationality};
    if (kind == PEOPLE_LISTED)
        forget(&state, out);
}
