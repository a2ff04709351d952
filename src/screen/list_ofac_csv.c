/*
 * OFAC's SDN list in its CSV form: four files without headers, each known by
 * its name, joined by the entry's number; empty fields are "-0- ".
 * https://ofac.treasury.gov, "SDN data formats". SCR 3.4.1.
 *
 * sdn.csv is read as a stream. Where each row of the two others that are
 * joined begins is kept in memory, ordered by entry, and the row is read when
 * its entry comes.
 */
#include "screen/list_ofac.h"
#include "screen/list_source_int.h"

#include <stdlib.h>

#define CLAUSE "SCR 3.4.1"

/* Rows of alt.csv, and of sdn_comments.csv: a hundred times what there were in
 * 2021. */
#define SIDE_ROWS_MAX ((size_t)1 << 21)
#define REMARK_SIZE_MAX ((size_t)1 << 20)

enum { SDN, ALT, ADD, COMMENTS, FILE_COUNT };

static const struct {
    const char *name;
    size_t fields;
} FILES[FILE_COUNT] = {
    [SDN] = {"sdn.csv", 12},
    [ALT] = {"alt.csv", 5},
    [ADD] = {"add.csv", 6},
    [COMMENTS] = {"sdn_comments.csv", 2},
};

/* Columns of sdn.csv and of the files beside it. */
enum { SDN_NUMBER, SDN_NAME, SDN_TYPE, SDN_REMARKS = 11 };
enum { ALT_NAME = 3, COMMENT = 1 };

struct side_row {
    uint64_t at;
    uint32_t line;
    uint32_t number;
};

struct side {
    bool present;
    size_t input;
    struct csv csv;
    struct side_row *rows;
    size_t count;
    size_t used; /* rows that an entry was found for */
};

struct ofac_reading {
    struct list_reading *reading;
    struct list_draft *draft;
    struct side files[FILE_COUNT];
    uint8_t *remark; /* REMARK_SIZE_MAX */
};

static enum err
refuse(struct ofac_reading *ofac, int which, enum err code, const char *what)
{
    const struct side *side = &ofac->files[which];
    struct list_place place = {side->input, side->csv.line, side->csv.at};

    return reading_refuse(ofac->reading, code, &place, CLAUSE, what);
}

static uint8_t
lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool
same_name(struct bytes a, const char *name)
{
    struct bytes b = bytes_of(name);

    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.p[i]) != b.p[i])
            return false;
    return true;
}

static enum err
files_know(struct ofac_reading *ofac)
{
    struct list_reading *reading = ofac->reading;

    for (size_t i = 0; i < reading->input_count; i++) {
        struct list_place place = {.input = i};
        int which = 0;

        while (which < FILE_COUNT &&
               !same_name(reading->inputs[i].name, FILES[which].name))
            which++;
        if (which == FILE_COUNT)
            return reading_refuse(reading, ERR_FORMAT, &place, CLAUSE,
                                  "a file of OFAC's list is known by its name");
        if (ofac->files[which].present)
            return reading_refuse(reading, ERR_FORMAT, &place, CLAUSE,
                                  "the same file is given twice");
        ofac->files[which].present = true;
        ofac->files[which].input = i;
    }
    if (!ofac->files[SDN].present)
        return refuse(ofac, SDN, ERR_FORMAT, "sdn.csv is missing");
    return OK;
}

static struct bytes
field(const struct csv *csv, size_t at)
{
    struct bytes text = bytes_trim(csv->fields[at]);

    if (bytes_equal(text, BYTES("-0-")))
        return (struct bytes){0};
    return text;
}

/* The next row, with as many fields as the file has, and its entry's number. */
static enum err
row_next(struct ofac_reading *ofac, int which, uint32_t *number)
{
    struct side *side = &ofac->files[which];
    uint64_t value;
    enum err e = csv_next(&side->csv);

    if (e == ERR_NOT_FOUND)
        return e;
    if (e != OK)
        return reading_csv_fault(ofac->reading, &side->csv, side->input, e);
    if (side->csv.count != FILES[which].fields)
        return refuse(ofac, which, ERR_FORMAT,
                      "a row has more or fewer fields than the file's rows");
    if (!bytes_decimal(bytes_trim(side->csv.fields[0]), UINT32_MAX, &value)) {
        ofac->reading->fault.field = "ent_num";
        return refuse(ofac, which, ERR_FORMAT, "an entry has no number");
    }
    *number = (uint32_t)value;
    return OK;
}

static int
side_order(const void *a, const void *b)
{
    const struct side_row *x = a;
    const struct side_row *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static enum err
file_open(struct ofac_reading *ofac, int which)
{
    struct side *side = &ofac->files[which];
    struct list_reading *reading = ofac->reading;
    enum err e;

    e = csv_open(&side->csv, &reading->inputs[side->input], reading->arena);
    return e == OK ? OK
                   : reading_csv_fault(reading, &side->csv, side->input, e);
}

/* All rows of a file beside sdn.csv; where they begin is kept if asked for. */
static enum err
side_read(struct ofac_reading *ofac, int which, bool keep)
{
    struct side *side = &ofac->files[which];
    uint32_t last = 0;
    uint32_t number = 0;
    bool ordered = true;
    enum err e;

    if (!side->present)
        return OK;
    e = file_open(ofac, which);
    if (e != OK)
        return e;
    if (keep)
        side->rows = arena_room(ofac->reading->arena,
                                SIDE_ROWS_MAX * sizeof(*side->rows));
    if (keep && side->rows == NULL)
        return ERR_LIMIT;
    while ((e = row_next(ofac, which, &number)) == OK) {
        if (!keep)
            continue;
        if (side->count == SIDE_ROWS_MAX || side->csv.line > UINT32_MAX)
            return refuse(ofac, which, ERR_LIMIT, "the file has too many rows");
        ordered = ordered && number >= last;
        last = number;
        side->rows[side->count++] =
            (struct side_row){side->csv.at, (uint32_t)side->csv.line, number};
    }
    if (e != ERR_NOT_FOUND)
        return e;
    if (!ordered)
        qsort(side->rows, side->count, sizeof(*side->rows), side_order);
    if (!side->csv.end_mark && which != COMMENTS)
        ofac->reading->losses[LOSS_UNMARKED]++;
    return OK;
}

/* The first row of an entry, or where it would stand. */
static size_t
side_find(const struct side *side, uint32_t number)
{
    size_t low = 0;
    size_t high = side->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (side->rows[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum err
side_row_read(struct ofac_reading *ofac, int which, size_t at)
{
    struct side *side = &ofac->files[which];
    uint32_t number = 0;
    enum err e;

    e = csv_seek(&side->csv, side->rows[at].at, side->rows[at].line);
    if (e == OK)
        e = row_next(ofac, which, &number);
    if (e == ERR_NOT_FOUND)
        return refuse(ofac, which, ERR_SHORT, "the file changed meanwhile");
    side->used++;
    return e;
}

static enum err
other_names(struct ofac_reading *ofac, uint32_t number)
{
    struct side *side = &ofac->files[ALT];
    size_t at = side_find(side, number);

    for (; at < side->count && side->rows[at].number == number; at++) {
        enum err e = side_row_read(ofac, ALT, at);

        if (e != OK)
            return e;
        ofac_name(ofac->draft, field(&side->csv, ALT_NAME), NAME_GOOD);
    }
    return OK;
}

/* The remark of sdn.csv ends after a thousand characters, wherever that is:
 * the rest is in sdn_comments.csv. */
static enum err
remark(struct ofac_reading *ofac, uint32_t number)
{
    struct side *side = &ofac->files[COMMENTS];
    struct bytes start = field(&ofac->files[SDN].csv, SDN_REMARKS);
    size_t at = side_find(side, number);
    struct writer w;

    writer_init(&w, ofac->remark, REMARK_SIZE_MAX);
    writer_bytes(&w, start);
    for (; at < side->count && side->rows[at].number == number; at++) {
        enum err e = side_row_read(ofac, COMMENTS, at);

        if (e != OK)
            return e;
        writer_bytes(&w, field(&side->csv, COMMENT));
    }
    if (writer_end(&w) != OK)
        return refuse(ofac, SDN, ERR_LIMIT, "a remark is too long");
    ofac_remark(ofac->draft, writer_done(&w));
    return OK;
}

static enum err
entry(struct ofac_reading *ofac, uint32_t number)
{
    struct list_draft *draft = ofac->draft;
    const struct csv *csv = &ofac->files[SDN].csv;
    struct list_place place = {ofac->files[SDN].input, csv->line, csv->at};
    bool person = bytes_equal(field(csv, SDN_TYPE), BYTES("individual"));
    enum err e;

    draft_begin(draft, person ? LIST_PERSON : LIST_ENTITY,
                LIST_REASON_SANCTION);
    draft_reference(draft, field(csv, SDN_NUMBER));
    ofac_name(draft, field(csv, SDN_NAME), NAME_PRIMARY);
    e = other_names(ofac, number);
    if (e == OK)
        e = remark(ofac, number);
    return e == OK ? draft_end(draft, &place) : e;
}

/* Rows of files beside it that no entry asked for. */
static void
orphans_count(struct ofac_reading *ofac)
{
    for (int which = ALT; which < FILE_COUNT; which++)
        ofac->reading->losses[LOSS_ORPHAN] +=
            ofac->files[which].count - ofac->files[which].used;
}

static enum err
sdn_read(struct ofac_reading *ofac)
{
    struct side *sdn = &ofac->files[SDN];
    uint32_t number = 0;
    enum err e = file_open(ofac, SDN);

    if (e != OK)
        return e;
    while ((e = row_next(ofac, SDN, &number)) == OK) {
        e = entry(ofac, number);
        if (e != OK)
            return e;
    }
    if (e != ERR_NOT_FOUND)
        return e;
    if (!sdn->csv.end_mark)
        ofac->reading->losses[LOSS_UNMARKED]++;
    orphans_count(ofac);
    return OK;
}

enum err
list_ofac_csv_read(struct list_reading *reading)
{
    struct ofac_reading *ofac = arena_take(reading->arena, sizeof(*ofac));
    enum err e;

    if (ofac == NULL)
        return ERR_LIMIT;
    ofac->reading = reading;
    ofac->draft = draft_make(reading);
    ofac->remark = arena_room(reading->arena, REMARK_SIZE_MAX);
    if (ofac->draft == NULL || ofac->remark == NULL)
        return ERR_LIMIT;
    e = files_know(ofac);
    if (e == OK)
        e = side_read(ofac, ADD, false);
    if (e == OK)
        e = side_read(ofac, ALT, true);
    if (e == OK)
        e = side_read(ofac, COMMENTS, true);
    return e == OK ? sdn_read(ofac) : e;
}
