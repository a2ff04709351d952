/*
 * Reading an entry: twice through its fields, first to count them, so that
 * arrays of the right size are taken, then to fill them.
 *
 * The bytes are our own and their hash was verified at import, but a disk
 * decays, and an index passes on offsets it has not looked at: whatever is not
 * as list_writer_add() writes it is ERR_CORRUPT.
 */
#include "screen/list_int.h"

#include "base/reader.h"

#define CLAUSE "SCR 3.6"

/* Little groups of seven bits, the lowest first, in as few bytes as it takes:
 * LEB128. */
static uint32_t
varint_take(struct reader *r)
{
    uint32_t value = 0;

    for (unsigned shift = 0; shift < 28; shift += 7) {
        uint8_t b = reader_u8(r, CLAUSE);

        value |= (uint32_t)(b & 0x7F) << shift;
        if ((b & 0x80) == 0) {
            if (b == 0 && shift > 0)
                reader_refuse(r, ERR_CORRUPT, CLAUSE, "a longer number");
            return value;
        }
    }
    reader_refuse(r, ERR_CORRUPT, CLAUSE, "too long a number");
    return 0;
}

static struct bytes
field_take(struct reader *r, enum list_field *field)
{
    *field = reader_u8(r, CLAUSE);
    return reader_bytes(r, varint_take(r), CLAUSE);
}

/* How many there are of each, in order and within their bounds. */
static void
fields_count(struct reader *r, size_t counts[FIELD_COUNT])
{
    enum list_field last = FIELD_REFERENCE;

    while (reader_left(r) > 0) {
        enum list_field field;
        struct bytes value = field_take(r, &field);

        if (field < last || field >= FIELD_COUNT || value.size == 0 ||
            value.size > list_bound(field)->size ||
            counts[field] >= list_bound(field)->count) {
            reader_refuse(r, ERR_CORRUPT, CLAUSE, "a field is out of order");
            return;
        }
        counts[field]++;
        last = field;
    }
}

/* The arrays, mutable while they are filled. */
struct entry_arrays {
    struct person_name *names;
    struct birth *births;
    struct bytes *nationalities;
    struct bytes *places;
    struct person_document *documents;
};

static bool
arrays_take(struct arena *arena, const size_t counts[FIELD_COUNT],
            struct entry_arrays *out)
{
    out->names =
        arena_array(arena, counts[FIELD_NAME], sizeof(struct person_name));
    out->births = arena_array(arena, counts[FIELD_BIRTH], sizeof(struct birth));
    out->nationalities =
        arena_array(arena, counts[FIELD_NATIONALITY], sizeof(struct bytes));
    out->places = arena_array(arena, counts[FIELD_PLACE], sizeof(struct bytes));
    out->documents = arena_array(arena, counts[FIELD_DOCUMENT],
                                 sizeof(struct person_document));
    return out->names != NULL && out->births != NULL &&
           out->nationalities != NULL && out->places != NULL &&
           out->documents != NULL;
}

static struct bytes
text_take(struct reader *r, size_t size)
{
    struct bytes text = reader_bytes(r, size, CLAUSE);

    if (!bytes_plain(text))
        reader_refuse(r, ERR_CORRUPT, CLAUSE, "a text is not plain");
    return text;
}

static struct person_name
name_take(struct reader *r)
{
    struct person_name name = {0};
    uint8_t head = reader_u8(r, CLAUSE);

    name.quality = head & NAME_QUALITY_MASK;
    if (name.quality > NAME_WEAK ||
        (head & ~(NAME_QUALITY_MASK | NAME_PARTS)) != 0)
        reader_refuse(r, ERR_CORRUPT, CLAUSE, "no kind of name");
    if ((head & NAME_PARTS) != 0) {
        name.surname = text_take(r, varint_take(r));
        name.given_names = text_take(r, reader_left(r));
    } else {
        name.whole = text_take(r, reader_left(r));
    }
    if (name.surname.size + name.given_names.size + name.whole.size == 0)
        reader_refuse(r, ERR_CORRUPT, CLAUSE, "a name is empty");
    return name;
}

static struct date
day_take(struct reader *r)
{
    struct date day = {(int32_t)reader_be32(r, CLAUSE)};

    if (day.days < DATE_DAYS_MIN || day.days > DATE_DAYS_MAX)
        reader_refuse(r, ERR_CORRUPT, CLAUSE, "no day");
    return day;
}

static struct birth
birth_take(struct reader *r)
{
    struct birth birth = {0};
    uint8_t about = reader_u8(r, CLAUSE);

    birth.about = about == 1;
    birth.from = day_take(r);
    birth.to = day_take(r);
    if (about > 1 || birth.from.days > birth.to.days)
        reader_refuse(r, ERR_CORRUPT, CLAUSE, "no birth");
    return birth;
}

static struct person_document
document_take(struct reader *r)
{
    struct person_document document = {0};

    document.state = text_take(r, reader_u8(r, CLAUSE));
    document.type = text_take(r, reader_u8(r, CLAUSE));
    document.number = text_take(r, reader_left(r));
    if (document.state.size > 3 || document.type.size > LIST_TYPE_SIZE_MAX ||
        document.number.size == 0 ||
        document.number.size > LIST_NUMBER_SIZE_MAX)
        reader_refuse(r, ERR_CORRUPT, CLAUSE, "no document");
    return document;
}

/* One field's value into its place; false when it is not lawful. */
static bool
field_fill(struct reader *value, enum list_field field,
           struct entry_arrays *arrays, struct list_entry *out)
{
    switch (field) {
    case FIELD_REFERENCE:
        out->reference = text_take(value, reader_left(value));
        break;
    case FIELD_NAME:
        arrays->names[out->person.name_count++] = name_take(value);
        break;
    case FIELD_BIRTH:
        arrays->births[out->person.birth_count++] = birth_take(value);
        break;
    case FIELD_NATIONALITY:
        arrays->nationalities[out->person.nationality_count++] =
            text_take(value, reader_left(value));
        break;
    case FIELD_PLACE:
        arrays->places[out->person.place_count++] =
            text_take(value, reader_left(value));
        break;
    case FIELD_DOCUMENT:
        arrays->documents[out->person.document_count++] = document_take(value);
        break;
    case FIELD_NUMBER_TO:
        out->number_to = text_take(value, reader_left(value));
        break;
    case FIELD_ACTION:
        out->action = text_take(value, reader_left(value));
        break;
    case FIELD_REMARK:
        out->remark = text_take(value, reader_left(value));
        break;
    case FIELD_EXPIRY:
        out->has_expiry = true;
        out->expiry = day_take(value);
        break;
    }
    return reader_end(value, CLAUSE, NULL) == OK;
}

/* The first byte; its reserved value of sex is refused. */
static bool
first_fill(uint8_t first, struct list_entry *out)
{
    static const uint8_t SEXES[] = {0, 'F', 'M', '?'};
    uint8_t sex = SEXES[first >> ENTRY_SEX_SHIFT & 3];
    unsigned kind = first & ENTRY_KIND_MASK;
    unsigned reason = first >> ENTRY_REASON_SHIFT;

    if (kind > LIST_DOCUMENT || reason >= LIST_REASON_COUNT || sex == '?')
        return false;
    out->kind = (enum list_kind)kind;
    out->reason = (enum list_reason)reason;
    out->person.sex = sex;
    return true;
}

/* What an entry of its kind must have. */
static bool
counts_lawful(enum list_kind kind, const size_t counts[FIELD_COUNT])
{
    if (kind == LIST_DOCUMENT)
        return counts[FIELD_DOCUMENT] == 1 && counts[FIELD_NAME] == 0;
    return counts[FIELD_NAME] > 0 && counts[FIELD_REFERENCE] == 1 &&
           counts[FIELD_NUMBER_TO] == 0;
}

static enum err
entry_parse(struct bytes in, struct arena *arena, struct list_entry *out)
{
    struct list_entry entry = {.encoded = in};
    struct reader r = {.in = in};
    size_t counts[FIELD_COUNT] = {0};
    struct entry_arrays arrays;

    if (!first_fill(reader_u8(&r, CLAUSE), &entry))
        return ERR_CORRUPT;
    fields_count(&r, counts);
    if (r.fault.code != OK || !counts_lawful(entry.kind, counts))
        return ERR_CORRUPT;
    if (!arrays_take(arena, counts, &arrays))
        return ERR_LIMIT;
    r = (struct reader){.in = in, .at = 1};
    while (reader_left(&r) > 0) {
        enum list_field field;
        struct reader value = {.in = field_take(&r, &field)};

        if (!field_fill(&value, field, &arrays, &entry))
            return ERR_CORRUPT;
    }
    entry.person.names = arrays.names;
    entry.person.births = arrays.births;
    entry.person.nationalities = arrays.nationalities;
    entry.person.places_of_birth = arrays.places;
    entry.person.documents = arrays.documents;
    *out = entry;
    return OK;
}

enum err
list_next(const struct list_file *file, uint64_t *at, struct arena *arena,
          struct list_entry *out)
{
    size_t end = file->in.size - LIST_FOOT_SIZE;
    struct reader r = {.in = {file->in.p, end}};
    struct bytes encoded;
    enum err e;

    if (file->head.source == LIST_RULES || *at == end)
        return ERR_NOT_FOUND;
    if (*at < LIST_MAGIC_SIZE || *at > end)
        return ERR_CORRUPT;
    r.at = (size_t)*at;
    encoded = reader_bytes(&r, varint_take(&r), CLAUSE);
    if (r.fault.code != OK || encoded.size == 0 ||
        encoded.size > LIST_ENTRY_SIZE_MAX)
        return ERR_CORRUPT;
    e = entry_parse(encoded, arena, out);
    if (e == OK)
        *at = r.at;
    return e;
}

struct bytes
list_reference(const struct list_entry *entry, struct arena *arena)
{
    const struct person_document *document = entry->person.documents;
    struct writer w;
    uint8_t *room;
    size_t size;

    if (entry->reference.size > 0 || entry->person.document_count == 0)
        return entry->reference;
    size = document->state.size + document->type.size + document->number.size +
           entry->number_to.size + 3;
    room = arena_take(arena, size);
    if (room == NULL)
        return (struct bytes){0};
    writer_init(&w, room, size);
    writer_bytes(&w, document->state);
    writer_u8(&w, '/');
    writer_bytes(&w, document->type);
    writer_u8(&w, '/');
    writer_bytes(&w, document->number);
    if (entry->number_to.size > 0)
        writer_u8(&w, '-');
    writer_bytes(&w, entry->number_to);
    return writer_done(&w);
}
