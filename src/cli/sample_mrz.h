/*
 * Machine readable zones of invented documents, with every check digit right
 * (ICAO 9303 parts 3 to 7; the French identity card as issued before 2021).
 */
#ifndef CLI_SAMPLE_MRZ_H
#define CLI_SAMPLE_MRZ_H

#include "base/date.h"

#define SAMPLE_LINES_MAX 3
#define SAMPLE_LINE_SIZE_MAX 44
#define SAMPLE_NUMBER_SIZE_MAX 12 /* the French card's; others have 9 */
#define SAMPLE_NAME_SIZE_MAX 64   /* more than any format prints */

enum sample_format {
    SAMPLE_TD1,
    SAMPLE_TD2,
    SAMPLE_TD3,
    SAMPLE_MRV_A,
    SAMPLE_MRV_B,
    SAMPLE_FRA_ID
};

/*
 * What a document says. Texts are capital letters, digits and blanks; states
 * have up to three letters ("D"). What does not fit is cut, as 9303 has it.
 */
struct sample_document {
    enum sample_format format;
    const char *code; /* "P", "ID", "V" */
    const char *state;
    const char *nationality;
    char number[SAMPLE_NUMBER_SIZE_MAX + 1];
    char surname[SAMPLE_NAME_SIZE_MAX + 1];
    char given[SAMPLE_NAME_SIZE_MAX + 1];
    char optional[SAMPLE_NUMBER_SIZE_MAX + 1];
    struct civil birth;
    struct civil expiry; /* the French card has none */
    char sex;            /* M, F, or < for unspecified */
};

struct sample_mrz {
    size_t count;
    size_t size; /* of each line */
    char lines[SAMPLE_LINES_MAX][SAMPLE_LINE_SIZE_MAX];
};

void sample_mrz_write(const struct sample_document *document,
                      struct sample_mrz *out);

#endif
