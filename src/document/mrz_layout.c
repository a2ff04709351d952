#include "document/mrz_layout.h"

#define D CLASS_DIGIT
#define L CLASS_LETTER
#define F CLASS_FILLER
#define P CLASS_PRINTABLE

const uint8_t MRZ_CLASS[256] = {
    [' '] = P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
    ['0'] = D, D, D, D, D, D, D, D, D, D, P, P, F, P, P, P,
    ['@'] = P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    ['P'] = L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, P,
    ['`'] = P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
    ['p'] = P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, 0,
};

const uint8_t MRZ_VALUE[256] = {
    ['0'] = 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,              /* 0 to 9 */
    ['A'] = 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, /* A to M */
    ['N'] = 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, /* N to Z */
};

/* A check digit may be a filler: 4.3 and 4.4 say where that is right. */
const uint8_t PLACE_CLASS[PLACE_COUNT] = {
    [PLACE_CODE] = L | F,
    [PLACE_STATE] = L | F,
    [PLACE_NUMBER] = CLASS_NUMBER,
    [PLACE_NUMBER_CHECK] = D | F,
    [PLACE_NATIONALITY] = L | F,
    [PLACE_BIRTH] = D | F,
    [PLACE_BIRTH_CHECK] = D | F,
    [PLACE_SEX] = CLASS_NUMBER,
    [PLACE_EXPIRY] = D,
    [PLACE_EXPIRY_CHECK] = D | F,
    [PLACE_OPTIONAL_1] = CLASS_NUMBER,
    [PLACE_OPTIONAL_1_CHECK] = D | F,
    [PLACE_OPTIONAL_2] = CLASS_NUMBER,
    [PLACE_SURNAME] = L | F,
    [PLACE_GIVEN] = L | F,
    [PLACE_COMPOSITE] = D | F,
};

const uint8_t PLACE_FIELD[PLACE_COUNT] = {
    [PLACE_CODE] = MRZ_OF_DOCUMENT_CODE,
    [PLACE_STATE] = MRZ_OF_ISSUING_STATE,
    [PLACE_NUMBER] = MRZ_OF_DOCUMENT_NUMBER,
    [PLACE_NUMBER_CHECK] = MRZ_OF_DOCUMENT_NUMBER,
    [PLACE_NATIONALITY] = MRZ_OF_NATIONALITY,
    [PLACE_BIRTH] = MRZ_OF_DATE_OF_BIRTH,
    [PLACE_BIRTH_CHECK] = MRZ_OF_DATE_OF_BIRTH,
    [PLACE_SEX] = MRZ_OF_SEX,
    [PLACE_EXPIRY] = MRZ_OF_DATE_OF_EXPIRY,
    [PLACE_EXPIRY_CHECK] = MRZ_OF_DATE_OF_EXPIRY,
    [PLACE_OPTIONAL_1] = MRZ_OF_OPTIONAL_DATA_1,
    [PLACE_OPTIONAL_1_CHECK] = MRZ_OF_OPTIONAL_DATA_1,
    [PLACE_OPTIONAL_2] = MRZ_OF_OPTIONAL_DATA_2,
    [PLACE_SURNAME] = MRZ_OF_SURNAME,
    [PLACE_GIVEN] = MRZ_OF_GIVEN_NAMES,
    [PLACE_COMPOSITE] = MRZ_OF_FORMAT,
};

/* The lower line of every ICAO format with two lines begins alike. */
#define TWO_LINES                                                              \
    [PLACE_CODE] = {0, 0, 2}, [PLACE_STATE] = {0, 2, 3},                       \
    [PLACE_NUMBER] = {1, 0, 9}, [PLACE_NUMBER_CHECK] = {1, 9, 1},              \
    [PLACE_NATIONALITY] = {1, 10, 3}, [PLACE_BIRTH] = {1, 13, 6},              \
    [PLACE_BIRTH_CHECK] = {1, 19, 1}, [PLACE_SEX] = {1, 20, 1},                \
    [PLACE_EXPIRY] = {1, 21, 6}, [PLACE_EXPIRY_CHECK] = {1, 27, 1}

const struct mrz_layout MRZ_LAYOUTS[MRZ_FRA_ID + 1] = {
    /* 9303-5 sections 4.2.2 and 4.2.4 */
    [MRZ_TD1] = {.line_count = 3,
                 .line_size = 30,
                 .long_number = true,
                 .places = {[PLACE_CODE] = {0, 0, 2},
                            [PLACE_STATE] = {0, 2, 3},
                            [PLACE_NUMBER] = {0, 5, 9},
                            [PLACE_NUMBER_CHECK] = {0, 14, 1},
                            [PLACE_OPTIONAL_1] = {0, 15, 15},
                            [PLACE_BIRTH] = {1, 0, 6},
                            [PLACE_BIRTH_CHECK] = {1, 6, 1},
                            [PLACE_SEX] = {1, 7, 1},
                            [PLACE_EXPIRY] = {1, 8, 6},
                            [PLACE_EXPIRY_CHECK] = {1, 14, 1},
                            [PLACE_NATIONALITY] = {1, 15, 3},
                            [PLACE_OPTIONAL_2] = {1, 18, 11},
                            [PLACE_COMPOSITE] = {1, 29, 1},
                            [PLACE_SURNAME] = {2, 0, 30}},
                 .composed = {{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}}},
    /* 9303-6 sections 4.2.2 and 4.2.4 */
    [MRZ_TD2] =
        {.line_count = 2,
         .line_size = 36,
         .long_number = true,
         .places =
             {TWO_LINES, [PLACE_SURNAME] = {0, 5, 31},
              [PLACE_OPTIONAL_1] = {1, 28, 7}, [PLACE_COMPOSITE] = {1, 35, 1}},
         .composed = {{1, 0, 10}, {1, 13, 7}, {1, 21, 14}}},
    /* 9303-4 sections 4.2.2 and 4.2.4 */
    [MRZ_TD3] = {.line_count = 2,
                 .line_size = 44,
                 .places = {TWO_LINES, [PLACE_SURNAME] = {0, 5, 39},
                            [PLACE_OPTIONAL_1] = {1, 28, 14},
                            [PLACE_OPTIONAL_1_CHECK] = {1, 42, 1},
                            [PLACE_COMPOSITE] = {1, 43, 1}},
                 .composed = {{1, 0, 10}, {1, 13, 7}, {1, 21, 22}}},
    /* 9303-7 section 4.2.2 */
    [MRZ_MRV_A] = {.line_count = 2,
                   .line_size = 44,
                   .places = {TWO_LINES, [PLACE_SURNAME] = {0, 5, 39},
                              [PLACE_OPTIONAL_1] = {1, 28, 16}}},
    /* 9303-7 section 7.2.2 */
    [MRZ_MRV_B] = {.line_count = 2,
                   .line_size = 36,
                   .places = {TWO_LINES, [PLACE_SURNAME] = {0, 5, 31},
                              [PLACE_OPTIONAL_1] = {1, 28, 8}}},
    /* Decree 55-1397 and arrêté of 1 October 1987; DOC 2.8 */
    [MRZ_FRA_ID] = {.line_count = 2,
                    .line_size = 36,
                    .places = {[PLACE_CODE] = {0, 0, 2},
                               [PLACE_STATE] = {0, 2, 3},
                               [PLACE_SURNAME] = {0, 5, 25},
                               [PLACE_OPTIONAL_1] = {0, 30, 6},
                               [PLACE_NUMBER] = {1, 0, 12},
                               [PLACE_NUMBER_CHECK] = {1, 12, 1},
                               [PLACE_GIVEN] = {1, 13, 14},
                               [PLACE_BIRTH] = {1, 27, 6},
                               [PLACE_BIRTH_CHECK] = {1, 33, 1},
                               [PLACE_SEX] = {1, 34, 1},
                               [PLACE_COMPOSITE] = {1, 35, 1}},
                    .composed = {{0, 0, 36}, {1, 0, 35}}},
};

enum mrz_format
mrz_format_of(const struct bytes *lines, size_t count)
{
    size_t size = count == 0 ? 0 : lines[0].size;

    for (size_t i = 1; i < count; i++)
        if (lines[i].size != size)
            return MRZ_NONE;
    if (count == 3)
        return size == 30 ? MRZ_TD1 : MRZ_NONE;
    if (count != 2)
        return MRZ_NONE;
    if (size == 44)
        return lines[0].p[0] == 'V' ? MRZ_MRV_A : MRZ_TD3;
    if (size != 36)
        return MRZ_NONE;
    if (lines[0].p[0] == 'V')
        return MRZ_MRV_B;
    return bytes_begin(lines[0], BYTES("IDFRA")) ? MRZ_FRA_ID : MRZ_TD2;
}

size_t
mrz_number_rest(const struct mrz_layout *layout, const struct bytes *lines)
{
    struct span check = layout->places[PLACE_NUMBER_CHECK];
    struct span optional = layout->places[PLACE_OPTIONAL_1];
    struct bytes data;
    size_t rest;

    if (!layout->long_number || lines[check.line].p[check.at] != '<')
        return 0;
    data = bytes_slice(lines[optional.line], optional.at, optional.size);
    rest = bytes_find(data, '<');
    /* One character can be a check digit, but of no character. */
    return rest >= 2 ? rest : 0;
}
