/* Countries by the names that lists give them: a table, and every state of
 * Doc 9303 by its own name and codes. SCR 3.5 */
#include "test.h"

#include "document/state.h"
#include "screen/country.h"

static const char *const CASES[][2] = {
    {"Germany", "D"},
    {"DEU", "D"},
    {"de", "D"},
    {"D", "D"},
    {"GERMANY", "D"},
    {" Utopia ", "UTO"},
    /* The UN's list */
    {"Iran (Islamic Republic of)", "IRN"},
    {"Democratic People's Republic of Korea", "PRK"},
    {"United Kingdom of Great Britain and Northern Ireland", "GBR"},
    {"State of Palestine", "PSE"},
    {"T\xC3\xBCrkiye", "TUR"},
    {"United Republic of Tanzania", "TZA"},
    {"Congo", "COG"},
    /* OFAC's */
    {"Korea, North", "PRK"},
    {"Burma", "MMR"},
    {"Congo, Democratic Republic of the", "COD"},
    {"The Gambia", "GMB"},
    {"Palestinian", "PSE"},
    /* FollowTheMoney's codes */
    {"xk", "RKS"},
    {"gb-sct", "GBR"},
    /* States that are no more, and no states */
    {"Soviet Union", ""},
    {"suhh", ""},
    {"Atlantis", ""},
    {"", ""},
};

static void
names_become_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
        assert_bytes(country_code(bytes_of(CASES[i][0])),
                     bytes_of(CASES[i][1]));
}

static void
every_state_is_known(void **state)
{
    const struct state *each;

    (void)state;
    for (size_t i = 0; (each = state_at(i)) != NULL; i++) {
        struct bytes code = country_code(bytes_of(each->alpha3));

        assert_non_null(state_find(code));
        assert_true(country_code(bytes_of(each->name)).size > 0);
    }
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_become_codes),
        cmocka_unit_test(every_state_is_known),
    };

    return TEST_RUN(tests);
}
