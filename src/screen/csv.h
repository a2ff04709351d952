/*
 * Rows of comma-separated values (RFC 4180), one after another: fields in
 * quotes may hold separators, line ends and doubled quotes. Lines end with LF
 * or CRLF, the last one too: without it the file may have been cut. SCR 3.2.
 */
#ifndef SCREEN_CSV_H
#define SCREEN_CSV_H

#include "screen/text.h"

#define CSV_FIELDS_MAX 64
/* A row of OpenSanctions may have hundreds of names and addresses. */
#define CSV_ROW_SIZE_MAX ((size_t)1 << 20)

struct csv {
    struct text text;
    uint8_t *row;  /* CSV_ROW_SIZE_MAX */
    bool end_mark; /* 0x1A stood at the end, as in the files of DOS */

    /* The row that was read, borrowed until the next is. */
    uint64_t at;   /* of the file, where it began */
    uint64_t line; /* and its line */
    size_t count;
    struct bytes fields[CSV_FIELDS_MAX];
};

MUST_CHECK enum err csv_open(struct csv *csv, const struct list_input *input,
                             struct arena *arena);

/*
 * The next row that is not empty. ERR_NOT_FOUND after the last; ERR_SHORT: the
 * file ends within it; ERR_FORMAT, ERR_LIMIT. text.fault tells why.
 */
MUST_CHECK enum err csv_next(struct csv *csv);

/* Goes back, or on, to a row whose `at` and `line` are known. */
MUST_CHECK enum err csv_seek(struct csv *csv, uint64_t at, uint64_t line);

#endif
