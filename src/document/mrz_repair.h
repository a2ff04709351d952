/*
 * A suggestion for an MRZ that an optical reader garbled: which of O0 I1 B8 S5
 * Z2 G6 it confused. Never applied by itself. DOC chapter 7.
 */
#ifndef DOCUMENT_MRZ_REPAIR_H
#define DOCUMENT_MRZ_REPAIR_H

#include "document/mrz.h"

/*
 * candidates  how many ways of fewest substitutions make every check digit
 *             hold, the MRZ being valid then: 0 when it was valid before, or
 *             when there is no way
 * line_count  0 unless `candidates` is 1; then the corrected lines, of
 *             `line_size` characters each
 */
struct mrz_repair {
    uint32_t candidates;
    uint8_t line_count;
    uint8_t line_size;
    uint8_t lines[MRZ_LINES_MAX][MRZ_LINE_SIZE_MAX];
};

/* `mrz` is what mrz_parse() made of the same lines. */
void mrz_repair(const struct bytes *lines, size_t count, const struct mrz *mrz,
                struct mrz_repair *out);

#endif
