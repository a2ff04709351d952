#include "screen/country.h"

#include "document/state.h"

/*
 * What lists call countries otherwise than ISO 3166-1 does: OFAC's SDN list,
 * the UN's consolidated list, the EU's financial sanctions file and the
 * country codes of OpenSanctions (FollowTheMoney), and words for nationals.
 */
static const struct {
    const char *name;
    const char *code;
} OTHERS[] = {
    {"Bolivia, Plurinational State of", "BOL"},
    {"Bolivia (Plurinational State of)", "BOL"},
    {"British", "GBR"},
    {"British Virgin Islands", "VGB"},
    {"Brunei", "BRN"},
    {"Burma", "MMR"},
    {"Cape Verde", "CPV"},
    {"China, People's Republic of", "CHN"},
    {"Congo, Democratic Republic of the", "COD"},
    {"Congo (Democratic Republic of)", "COD"},
    {"Congo (Democratic Republic of the)", "COD"},
    {"Democratic Republic of the Congo", "COD"},
    {"Democratic Republic of Congo", "COD"},
    {"Congo, Republic of the", "COG"},
    {"Republic of the Congo", "COG"},
    {"Cote d'Ivoire", "CIV"},
    {"Cote d Ivoire", "CIV"},
    {"Ivory Coast", "CIV"},
    {"Czech Republic", "CZE"},
    {"Democratic People's Republic of Korea", "PRK"},
    {"Korea, North", "PRK"},
    {"North Korea", "PRK"},
    {"Korea (North)", "PRK"},
    {"DPRK", "PRK"},
    {"Republic of Korea", "KOR"},
    {"Korea, South", "KOR"},
    {"South Korea", "KOR"},
    {"Korea, Republic of", "KOR"},
    {"East Timor", "TLS"},
    {"Eritrean", "ERI"},
    {"Falkland Islands", "FLK"},
    {"former Yugoslav Republic of Macedonia", "MKD"},
    {"Macedonia, The Former Yugoslav Republic of", "MKD"},
    {"Macedonia", "MKD"},
    {"North Macedonia, The Republic of", "MKD"},
    {"Great Britain", "GBR"},
    {"England", "GBR"},
    {"United Kingdom of Great Britain and Northern Ireland", "GBR"},
    {"gb-eng", "GBR"},
    {"gb-nir", "GBR"},
    {"gb-sct", "GBR"},
    {"gb-wls", "GBR"},
    {"UK", "GBR"},
    {"Holy See", "VAT"},
    {"Utopia", "UTO"},
    {"Vatican", "VAT"},
    {"Vatican City", "VAT"},
    {"Hong Kong SAR", "HKG"},
    {"Iran (Islamic Republic of)", "IRN"},
    {"Iran, Islamic Republic of", "IRN"},
    {"XKX", "RKS"},
    {"Laos", "LAO"},
    {"Lao People's Democratic Republic", "LAO"},
    {"Lao PDR", "LAO"},
    {"Libyan Arab Jamahiriya", "LBY"},
    {"Macau", "MAC"},
    {"Macao", "MAC"},
    {"Micronesia (Federated States of)", "FSM"},
    {"Micronesia", "FSM"},
    {"Moldova", "MDA"},
    {"Republic of Moldova", "MDA"},
    {"Moldova, Republic of", "MDA"},
    {"Netherlands (Kingdom of the)", "NLD"},
    {"Netherlands, The", "NLD"},
    {"The Netherlands", "NLD"},
    {"Palestine", "PSE"},
    {"State of Palestine", "PSE"},
    {"Palestinian", "PSE"},
    {"Palestinian Territory, occupied", "PSE"},
    {"Occupied Palestinian Territory", "PSE"},
    {"West Bank", "PSE"},
    {"Gaza", "PSE"},
    {"Russia", "RUS"},
    {"Saint Lucia", "LCA"},
    {"Saint Vincent and the Grenadines", "VCT"},
    {"St. Kitts and Nevis", "KNA"},
    {"Samoa (Western)", "WSM"},
    {"Sao Tome and Principe", "STP"},
    {"Swaziland", "SWZ"},
    {"Eswatini", "SWZ"},
    {"Taiwan", "TWN"},
    {"Taiwan, Province of China", "TWN"},
    {"Tanzania", "TZA"},
    {"United Republic of Tanzania", "TZA"},
    {"Tanzania, United Republic of", "TZA"},
    {"The Bahamas", "BHS"},
    {"Bahamas, The", "BHS"},
    {"The Gambia", "GMB"},
    {"Gambia, The", "GMB"},
    {"Turkey", "TUR"},
    {"Turkiye", "TUR"},
    {"T\xC3\xBCrkiye", "TUR"},
    {"U.S.A.", "USA"},
    {"United States of America", "USA"},
    {"Venezuela (Bolivarian Republic of)", "VEN"},
    {"Venezuela, Bolivarian Republic of", "VEN"},
    {"Viet Nam", "VNM"},
    {"Vietnam", "VNM"},
};

#define OTHERS_COUNT (sizeof(OTHERS) / sizeof(OTHERS[0]))

static uint8_t
lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool
same(struct bytes a, const char *name)
{
    struct bytes b = bytes_of(name);

    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

/* 9303 gives Germany one letter; ISO has three. */
static struct bytes
code_of(const char *alpha3)
{
    struct bytes code = bytes_of(alpha3);

    return bytes_equal(code, BYTES("DEU")) ? BYTES("D") : code;
}

struct bytes
country_code(struct bytes text)
{
    const struct state *state;

    text = bytes_trim(text);
    for (size_t i = 0; i < OTHERS_COUNT; i++)
        if (same(text, OTHERS[i].name))
            return code_of(OTHERS[i].code);
    for (size_t i = 0; (state = state_at(i)) != NULL; i++)
        if (same(text, state->alpha3) ||
            (text.size == 2 && same(text, state->alpha2)) ||
            same(text, state->name))
            return code_of(state->alpha3);
    return (struct bytes){0};
}
