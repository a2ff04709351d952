#include "screen/list_int.h"

#include "base/reader.h"

_Static_assert(LIST_REASON_COUNT <= 16, "a reason fits four bits of an entry");

static const char *const SOURCES[] = {
    [LIST_OFAC] = "ofac",
    [LIST_UN] = "un",
    [LIST_EU] = "eu",
    [LIST_OPENSANCTIONS] = "opensanctions",
    [LIST_DOCUMENTS] = "documents",
    [LIST_CSV] = "csv",
    [LIST_RULES] = "rules",
};

const char *
list_source_word(enum list_source source)
{
    return SOURCES[source];
}

enum err
list_source_parse(struct bytes word, enum list_source *out)
{
    for (int i = LIST_OFAC; i <= LIST_RULES; i++) {
        if (bytes_equal(word, bytes_of(SOURCES[i]))) {
            *out = (enum list_source)i;
            return OK;
        }
    }
    return ERR_FORMAT;
}

const struct list_bound *
list_bound(enum list_field field)
{
    static const struct list_bound BOUNDS[FIELD_COUNT] = {
        [FIELD_REFERENCE] = {1, LIST_REFERENCE_SIZE_MAX},
        /* The size of both parts, and what stands before them. */
        [FIELD_NAME] = {PERSON_NAMES_MAX, 2 * LIST_NAME_SIZE_MAX + 3},
        [FIELD_BIRTH] = {PERSON_BIRTHS_MAX, BIRTH_SIZE},
        [FIELD_NATIONALITY] = {PERSON_NATIONALITIES_MAX, 3},
        [FIELD_PLACE] = {PERSON_PLACES_MAX, LIST_PLACE_SIZE_MAX},
        [FIELD_DOCUMENT] = {PERSON_DOCUMENTS_MAX,
                            2 + 3 + LIST_TYPE_SIZE_MAX + LIST_NUMBER_SIZE_MAX},
        [FIELD_NUMBER_TO] = {1, LIST_NUMBER_SIZE_MAX},
        [FIELD_ACTION] = {1, LIST_ACTION_SIZE_MAX},
        [FIELD_REMARK] = {1, LIST_REMARK_SIZE_MAX},
        [FIELD_EXPIRY] = {1, 4},
    };

    return &BOUNDS[field];
}

void
list_foot_encode(struct writer *w, const struct list_head *head, uint64_t size)
{
    writer_bytes(w, LIST_END);
    writer_u8(w, LIST_VERSION);
    writer_u8(w, (uint8_t)head->source);
    writer_be16(w, head->threshold);
    writer_u8(w, head->has_date ? 1 : 0);
    for (int i = 0; i < 3; i++)
        writer_u8(w, 0);
    writer_be32(w, head->has_date ? (uint32_t)head->date.days : 0);
    writer_be32(w, 0);
    writer_be64(w, size);
    writer_be64(w, head->entries);
    writer_be64(w, head->persons);
    writer_be64(w, head->names);
    writer_be64(w, head->documents);
}

/* What is lawful in a foot; anything else has been damaged. */
static bool
head_lawful(const struct list_head *head, uint64_t date_bits)
{
    if (head->source < LIST_OFAC || head->source > LIST_RULES)
        return false;
    if (head->threshold < LIST_THRESHOLD_MIN || head->threshold > SCORE_MAX)
        return false;
    if (head->has_date
            ? head->date.days < DATE_DAYS_MIN || head->date.days > DATE_DAYS_MAX
            : date_bits != 0)
        return false;
    return head->persons <= head->entries;
}

enum err
list_foot_parse(struct bytes foot, uint64_t size, struct list_head *out)
{
    struct reader r = {.in = foot};
    struct list_head head = {0};
    uint64_t zeros;
    uint8_t has_date;
    uint32_t date;

    reader_expect(&r, LIST_END, "SCR 3.6");
    if (reader_u8(&r, "SCR 3.6") != LIST_VERSION)
        return ERR_CORRUPT;
    head.source = reader_u8(&r, "SCR 3.6");
    head.threshold = reader_be16(&r, "SCR 3.6");
    has_date = reader_u8(&r, "SCR 3.6");
    zeros = reader_u8(&r, "SCR 3.6");
    zeros |= reader_be16(&r, "SCR 3.6");
    date = reader_be32(&r, "SCR 3.6");
    zeros |= reader_be32(&r, "SCR 3.6");
    if (reader_be64(&r, "SCR 3.6") != size)
        return ERR_CORRUPT;
    head.entries = reader_be64(&r, "SCR 3.6");
    head.persons = reader_be64(&r, "SCR 3.6");
    head.names = reader_be64(&r, "SCR 3.6");
    head.documents = reader_be64(&r, "SCR 3.6");
    head.has_date = has_date == 1;
    head.date.days = (int32_t)date;
    if (reader_end(&r, "SCR 3.6", NULL) != OK || zeros != 0 || has_date > 1 ||
        !head_lawful(&head, date))
        return ERR_CORRUPT;
    *out = head;
    return OK;
}

enum err
list_open(struct bytes in, struct list_file *out)
{
    struct list_file file = {.in = in};

    if (in.size < LIST_MAGIC_SIZE + LIST_FOOT_SIZE ||
        !bytes_begin(in, LIST_MAGIC))
        return ERR_CORRUPT;
    if (list_foot_parse(
            bytes_slice(in, in.size - LIST_FOOT_SIZE, LIST_FOOT_SIZE), in.size,
            &file.head) != OK)
        return ERR_CORRUPT;
    *out = file;
    return OK;
}

struct bytes
list_text(const struct list_file *file)
{
    if (file->head.source != LIST_RULES)
        return (struct bytes){0};
    return bytes_slice(file->in, LIST_MAGIC_SIZE,
                       file->in.size - LIST_MAGIC_SIZE - LIST_FOOT_SIZE);
}
