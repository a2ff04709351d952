#include "screen/csv.h"

#define CLAUSE "SCR 3.2"
#define END_MARK 0x1A

enum csv_state {
    FIELD_BEGINS,
    FIELD_BARE,
    FIELD_QUOTED,
    FIELD_CLOSED, /* a quote within quotes: the end, or the first of two */
    ROW_DONE
};

/* Where a row stands while it is read. */
struct csv_row {
    enum csv_state state;
    size_t used;  /* of csv->row */
    size_t start; /* of the running field in it */
};

enum err
csv_open(struct csv *csv, const struct list_input *input, struct arena *arena)
{
    *csv = (struct csv){0};
    csv->row = arena_room(arena, CSV_ROW_SIZE_MAX);
    if (csv->row == NULL)
        return ERR_LIMIT;
    return text_open(&csv->text, input, arena);
}

static enum err
refuse(struct csv *csv, enum err code, const char *what)
{
    return fault_set(&csv->text.fault, code, (size_t)text_at(&csv->text),
                     CLAUSE, what);
}

/* The running field is over; the CR before an LF is none of it. */
static enum err
field_end(struct csv *csv, struct csv_row *row, bool line_end)
{
    struct bytes field = {csv->row + row->start, row->used - row->start};

    if (line_end && row->state == FIELD_BARE && field.size > 0 &&
        field.p[field.size - 1] == '\r')
        field.size--;
    if (csv->count == CSV_FIELDS_MAX)
        return refuse(csv, ERR_LIMIT, "a row has too many fields");
    csv->fields[csv->count++] = field;
    row->start = row->used;
    row->state = line_end ? ROW_DONE : FIELD_BEGINS;
    return OK;
}

static enum err
keep(struct csv *csv, struct csv_row *row, uint8_t c)
{
    if (row->used == CSV_ROW_SIZE_MAX)
        return refuse(csv, ERR_LIMIT,
                      "a row is too long (is a quote not closed?)");
    csv->row[row->used++] = c;
    return OK;
}

/* One byte of the row. */
static enum err
step(struct csv *csv, struct csv_row *row, uint8_t c)
{
    switch (row->state) {
    case FIELD_BEGINS:
        if (c == '"') {
            row->state = FIELD_QUOTED;
            return OK;
        }
        row->state = FIELD_BARE;
        break;
    case FIELD_BARE:
        break;
    case FIELD_QUOTED:
        if (c == '"') {
            row->state = FIELD_CLOSED;
            return OK;
        }
        return keep(csv, row, c);
    case FIELD_CLOSED:
        if (c == '"') {
            row->state = FIELD_QUOTED;
            return keep(csv, row, c);
        }
        if (c != ',' && c != '\n' && c != '\r')
            return refuse(csv, ERR_FORMAT, "something follows a closed quote");
        if (c == '\r')
            return OK;
        break;
    case ROW_DONE:
        return OK;
    }
    if (c == ',' || c == '\n')
        return field_end(csv, row, c == '\n');
    return keep(csv, row, c);
}

/* One row, or what is between two ends of lines. */
static enum err
row_read(struct csv *csv, struct csv_row *row)
{
    struct text *text = &csv->text;

    while (row->state != ROW_DONE) {
        uint8_t c;
        enum err e = text->at == text->used ? text_more(text) : OK;

        if (e == ERR_NOT_FOUND && text_at(text) > csv->at)
            return refuse(csv, ERR_SHORT,
                          "the last line has no end: has the file been cut?");
        if (e != OK)
            return e;
        c = text->block[text->at];
        e = step(csv, row, c);
        if (e != OK)
            return e;
        text->at++;
        text->line += c == '\n' ? 1 : 0;
    }
    return OK;
}

/* DOS's mark of the end at the beginning of a row: nothing may follow. */
static enum err
end_mark_take(struct csv *csv)
{
    struct text *text = &csv->text;
    enum err e = OK;

    if (text->at == text->used)
        e = text_more(text);
    if (e != OK || text->block[text->at] != END_MARK)
        return e;
    text->at++;
    csv->end_mark = true;
    e = text->at == text->used ? text_more(text) : OK;
    return e == OK ? refuse(csv, ERR_FORMAT, "something follows the end's mark")
                   : e;
}

enum err
csv_next(struct csv *csv)
{
    for (;;) {
        struct csv_row row = {0};
        enum err e;

        csv->at = text_at(&csv->text);
        csv->line = csv->text.line;
        e = end_mark_take(csv);
        if (e != OK)
            return e;
        csv->count = 0;
        e = row_read(csv, &row);
        if (e != OK)
            return e;
        if (csv->count > 1 || csv->fields[0].size > 0)
            return OK;
    }
}

enum err
csv_seek(struct csv *csv, uint64_t at, uint64_t line)
{
    return text_seek(&csv->text, at, line);
}
