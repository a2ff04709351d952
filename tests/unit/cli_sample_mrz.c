/*
 * Invented documents have zones that any reader accepts: shown by writing the
 * specimens that ICAO 9303 prints (parts 4 to 7, 8th edition) and the one of
 * the French card, and comparing every character; and by names that do not fit.
 */
#include "test.h"

#include <string.h>

#include "cli/sample_mrz.h"

static const struct {
    struct sample_document document;
    const char *lines[SAMPLE_LINES_MAX];
} cases[] = {
    {{SAMPLE_TD3,
      "P",
      "UTO",
      "UTO",
      "L898902C3",
      "ERIKSSON",
      "ANNA MARIA",
      "ZE184226B",
      {1974, 8, 12},
      {2012, 4, 15},
      'F'},
     {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10"}},
    {{SAMPLE_TD1,
      "I",
      "UTO",
      "UTO",
      "D23145890",
      "ERIKSSON",
      "ANNA MARIA",
      "",
      {1974, 8, 12},
      {2012, 4, 15},
      'F'},
     {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
      "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"}},
    {{SAMPLE_TD2,
      "I",
      "UTO",
      "UTO",
      "D23145890",
      "ERIKSSON",
      "ANNA MARIA",
      "",
      {1974, 8, 12},
      {2012, 4, 15},
      'F'},
     {"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
      "D231458907UTO7408122F1204159<<<<<<<6"}},
    {{SAMPLE_MRV_A,
      "V",
      "UTO",
      "UTO",
      "L8988901C",
      "ERIKSSON",
      "ANNA MARIA",
      "",
      {1940, 9, 7},
      {1996, 12, 10},
      'F'},
     {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L8988901C4UTO4009078F9612109<<<<<<<<<<<<<<<<"}},
    {{SAMPLE_MRV_B,
      "V",
      "UTO",
      "UTO",
      "L8988901C",
      "ERIKSSON",
      "ANNA MARIA",
      "",
      {1940, 9, 7},
      {1996, 12, 10},
      'F'},
     {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
      "L8988901C4UTO4009078F9612109<<<<<<<<"}},
    {{SAMPLE_FRA_ID,
      "ID",
      "FRA",
      "FRA",
      "880692310285",
      "BERTHIER",
      "CORINNE",
      "",
      {1965, 12, 6},
      {0, 0, 0},
      'F'},
     {"IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
      "8806923102858CORINNE<<<<<<<6512068F6"}},
    {{SAMPLE_TD1,
      "I",
      "UTO",
      "UTO",
      "D23145890",
      "NILAVADHANANANDASOMEWHATLONGER SURNAME",
      "ANNA",
      "",
      {1974, 8, 12},
      {2012, 4, 15},
      '<'},
     {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122<1204159UTO<<<<<<<<<<<6",
      "NILAVADHANANANDASOMEWHATLON<<A"}},
    {{SAMPLE_TD3,
      "P",
      "D",
      "D",
      "C01X0006H",
      "ARKFREITH",
      "",
      "",
      {1974, 8, 12},
      {2012, 4, 15},
      'M'},
     {"P<D<<ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", NULL}},
};

static void
specimens_as_printed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sample_mrz mrz;

        sample_mrz_write(&cases[i].document, &mrz);
        for (size_t k = 0; k < SAMPLE_LINES_MAX; k++) {
            if (cases[i].lines[k] == NULL)
                continue;
            assert_in_range(k, 0, mrz.count - 1);
            assert_bytes(((struct bytes){(uint8_t *)mrz.lines[k], mrz.size}),
                         bytes_of(cases[i].lines[k]));
        }
    }
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(specimens_as_printed),
    };

    return TEST_RUN(tests);
}
