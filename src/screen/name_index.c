/*
 * A name index as it is mapped: what its head promises is compared with the
 * file's size once; what is read later is bounded where it is read.
 */
#include "screen/name_index.h"

#include "base/reader.h"
#include "base/sum.h"
#include "screen/name_index_int.h"

static const size_t part_sizes[SECTION_COUNT] = {
    [SECTION_TERMS] = TERM_SIZE,
    [SECTION_TEXTS] = 1,
    [SECTION_KEY_STARTS] = 4,
    [SECTION_KEYS] = KEY_SIZE,
    [SECTION_INITIALS] = INITIAL_SIZE,
    [SECTION_DENSE] = 4,
    [SECTION_POSTINGS] = 4,
    [SECTION_DAYS] = DAY_SIZE,
    [SECTION_PLACES] = 4,
    [SECTION_RECORDS] = 1,
};

/*
 * Not proof against somebody, who would have to change the list's own event:
 * it finds disks that forget. Multiplying and rotating carries every bit of a
 * word into the sum.
 */
uint64_t
name_index_sum(struct bytes file, size_t from)
{
    uint64_t sum = UINT64_C(0x9e3779b97f4a7c15);

    for (size_t at = from; at + 8 <= file.size; at += 8) {
        uint64_t word;

        memcpy(&word, file.p + at, sizeof(word));
        sum ^= __builtin_bswap64(word);
        sum = (sum << 23 | sum >> 41) * UINT64_C(0xd1b54a32d192ed03);
    }
    return sum;
}

/* Of more days than one their year counts, as its first day or as a year about
 * which they are. */
static int32_t
birth_day(const struct person *person)
{
    const struct birth *birth = person->births;
    struct civil first;

    if (person->birth_count == 0)
        return BIRTH_NONE_DAY;
    first = date_civil(birth->from);
    if (person->birth_count > 1 || birth->from.days < BIRTH_SLOT_FIRST ||
        birth->to.days > BIRTH_SLOT_LAST ||
        first.year != date_civil(birth->to).year)
        return BIRTH_WIDE_DAY;
    if (birth->from.days == birth->to.days)
        return birth->about ? BIRTH_WIDE_DAY : birth->from.days;
    return birth->about ? BIRTH_ABOUT_FIRST + first.year - BIRTH_YEAR_FIRST
                        : date_of((struct civil){first.year, 1, 1}).days;
}

uint32_t
name_index_slot(const struct person *person)
{
    return (uint32_t)(birth_day(person) - BIRTH_SLOT_FIRST);
}

static struct name_index_section *
part(struct name_index *index, size_t which)
{
    struct name_index_section *const parts[SECTION_COUNT] = {
        [SECTION_TERMS] = &index->terms,
        [SECTION_TEXTS] = &index->texts,
        [SECTION_KEY_STARTS] = &index->key_starts,
        [SECTION_KEYS] = &index->keys,
        [SECTION_INITIALS] = &index->initials,
        [SECTION_DENSE] = &index->dense,
        [SECTION_POSTINGS] = &index->postings,
        [SECTION_DAYS] = &index->days,
        [SECTION_PLACES] = &index->places,
        [SECTION_RECORDS] = &index->records,
    };

    return parts[which];
}

/* Sections follow each other without a gap and fill the file. */
static enum err
sections_read(struct name_index *index, struct reader *r)
{
    size_t at = NAME_INDEX_HEAD_SIZE;

    for (size_t i = 0; i < SECTION_COUNT; i++) {
        struct name_index_section *section = part(index, i);
        uint64_t count = reader_be64(r, "SCR 5.4");
        size_t size;

        if (!size_mul((size_t)count, part_sizes[i], &size) ||
            size > index->file.size - at)
            return ERR_CORRUPT;
        section->count = (size_t)count;
        section->p = index->file.p + at;
        size = (size + 7) / 8 * 8;
        if (size > index->file.size - at)
            return ERR_CORRUPT;
        at += size;
    }
    return at == index->file.size ? OK : ERR_CORRUPT;
}

/* What searching relies on without looking again. */
static bool
counts_agree(const struct name_index *index)
{
    return index->terms.count > 0 && index->terms.count <= UINT32_MAX &&
           index->key_bits >= 1 && index->key_bits <= 28 &&
           index->key_starts.count == ((size_t)1 << index->key_bits) + 1 &&
           index->initials.count == INITIAL_COUNT && index->days.count > 0 &&
           index->name_count <= NAME_INDEX_NAMES_MAX &&
           index->places.count == index->name_count + 1 &&
           index->unborn_from <= index->name_count;
}

enum err
name_index_open(struct name_index *out, struct bytes file)
{
    struct name_index index = {.file = file};
    struct reader r = {.in = file};
    struct bytes head = bytes_slice(file, 0, NAME_INDEX_SUM_AT + 8);
    struct bytes sha256;
    enum err e;

    reader_expect(&r, BYTES(NAME_INDEX_MAGIC), "SCR 5.4");
    if (reader_be32(&r, "SCR 5.4") != NAME_INDEX_VERSION ||
        file.size < NAME_INDEX_HEAD_SIZE || r.fault.code != OK)
        return ERR_FORMAT;
    if (be64_read(file.p + head.size) != name_index_sum(head, 0))
        return ERR_CORRUPT;
    index.key_bits = reader_be32(&r, "SCR 5.4");
    sha256 = reader_bytes(&r, NAME_INDEX_SHA256_SIZE, "SCR 5.4");
    memcpy(index.list_sha256, sha256.p, sha256.size);
    index.entry_count = (size_t)reader_be64(&r, "SCR 5.4");
    index.name_count = (size_t)reader_be64(&r, "SCR 5.4");
    e = sections_read(&index, &r);
    if (e != OK)
        return e;
    if (index.days.count > 0)
        index.unborn_from =
            u32_at(index.days.p + (index.days.count - 1) * DAY_SIZE + 4);
    if (!counts_agree(&index))
        return ERR_CORRUPT;
    *out = index;
    return OK;
}

enum err
name_index_verify(const struct name_index *index)
{
    uint64_t sum = be64_read(index->file.p + NAME_INDEX_SUM_AT);

    return name_index_sum(index->file, NAME_INDEX_HEAD_SIZE) == sum
               ? OK
               : ERR_CORRUPT;
}
