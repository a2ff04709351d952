#include "sync/line.h"

#include "record/event.h"
#include "record/name.h"

bool
line_next(const struct reader *r, struct bytes start)
{
    return bytes_begin(bytes_slice(r->in, r->at, reader_left(r)), start);
}

struct bytes
line_value(struct reader *r, struct bytes start, const char *clause)
{
    reader_expect(r, start, clause);
    return reader_line(r, clause);
}

uint64_t
field_number(struct reader *r, struct bytes field, uint64_t min, uint64_t max,
             const char *clause)
{
    uint64_t value = 0;

    if (!bytes_decimal(field, max, &value) || value < min) {
        reader_refuse(r, ERR_FORMAT, clause, "no number, or out of bounds");
        return 0;
    }
    return value;
}

uint64_t
line_number(struct reader *r, struct bytes start, uint64_t min, uint64_t max,
            const char *clause)
{
    return field_number(r, line_value(r, start, clause), min, max, clause);
}

void
moment_write(struct writer *w, struct instant moment)
{
    uint8_t text[INSTANT_TEXT_SIZE];
    struct writer whole;

    writer_init(&whole, text, sizeof(text));
    instant_write(&whole, moment);
    writer_bytes(w, (struct bytes){text, MOMENT_TEXT_SIZE - 1});
    writer_u8(w, 'Z');
}

bool
moment_parse(struct bytes text, struct instant *out)
{
    uint8_t again[MOMENT_TEXT_SIZE];
    struct instant moment;
    struct writer w;

    if (instant_parse(text, &moment) != OK)
        return false;
    writer_init(&w, again, sizeof(again));
    moment_write(&w, moment);
    if (!bytes_equal(writer_done(&w), text))
        return false;
    *out = moment;
    return true;
}

struct instant
line_moment(struct reader *r, struct bytes start, const char *clause)
{
    struct instant moment = {0};

    if (!moment_parse(line_value(r, start, clause), &moment))
        reader_refuse(r, ERR_FORMAT, clause, "no moment in whole seconds UTC");
    return moment;
}

struct bytes
field_next(struct bytes *line)
{
    return bytes_split(line, ' ');
}

struct note_key
field_key(struct reader *r, struct bytes field, enum note_key_type type,
          const char *clause)
{
    struct note_key key = {.type = type};

    if (note_key_parse(field, &key, NULL) != OK || key.type != type) {
        reader_refuse(r, ERR_FORMAT, clause, "no verifier key of this kind");
        return (struct note_key){.type = type};
    }
    return key;
}

static int
digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void
field_hex(struct reader *r, struct bytes field, uint8_t *out, size_t size,
          const char *clause)
{
    bool good = field.size == 2 * size;

    for (size_t i = 0; good && i < size; i++) {
        int high = digit_of(field.p[2 * i]);
        int low = digit_of(field.p[2 * i + 1]);

        good = high >= 0 && low >= 0;
        if (good)
            out[i] = (uint8_t)(high << 4 | low);
    }
    if (!good)
        reader_refuse(r, ERR_FORMAT, clause, "not in hexadecimal");
}

void
hex_write(struct writer *w, const uint8_t *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        writer_hex(w, p[i], 2);
}

void
position_write(struct writer *w, struct position position)
{
    if (!position.known) {
        writer_text(w, "-");
        return;
    }
    degrees_write(w, position.latitude);
    writer_text(w, ",");
    degrees_write(w, position.longitude);
}

struct position
field_position(struct reader *r, struct bytes field, const char *clause)
{
    struct position position = {.known = false};
    uint8_t again[32];
    struct writer w;

    if (bytes_equal(field, BYTES("-")))
        return position;
    writer_init(&w, again, sizeof(again));
    if (degrees_parse_pair(field, &position))
        position_write(&w, position);
    if (bytes_equal(writer_done(&w), field) && field.size > 0)
        return position;
    reader_refuse(r, ERR_FORMAT, clause, "no position in degrees");
    return (struct position){.known = false};
}

struct bytes
field_origin(struct reader *r, struct bytes field, const char *clause)
{
    struct origin origin;

    if (origin_parse(field, &origin) == OK)
        return field;
    reader_refuse(r, ERR_FORMAT, clause, "no origin of a log");
    return (struct bytes){0};
}

struct bytes
field_place(struct reader *r, struct bytes field, const char *clause)
{
    if (field.size > 0 && field.size <= PLACE_SIZE_MAX && bytes_plain(field) &&
        bytes_trim(field).size == field.size)
        return field;
    reader_refuse(r, ERR_FORMAT, clause, "no name of a place");
    return (struct bytes){0};
}
