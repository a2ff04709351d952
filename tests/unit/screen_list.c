/*
 * A list is written once and read back as it was, byte for byte (SCR 3.6),
 * and a damaged one is said to be so: every list cut at every byte, each of its
 * bits flipped (what is still read encodes to the very bytes it was read from),
 * an arena growing until it is enough, every offset tried as an entry's, and a
 * table of entries that may not be written.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "screen/list.h"

#define FILE_SIZE_MAX (1 << 16)

static enum err
put(void *context, struct bytes in)
{
    writer_bytes(context, in);
    return writer_end(context);
}

static const struct person_name names[] = {
    {.surname = BYTES("ERIKSSON"),
     .given_names = BYTES("ANNA MARIA"),
     .quality = NAME_PRIMARY},
    {.whole = BYTES("\xD0\x90\xD0\xBD\xD0\xBD\xD0\xB0"), .quality = NAME_GOOD},
    {.given_names = BYTES("ANNI"), .quality = NAME_WEAK},
};
static const struct birth births[] = {
    {{1684}, {1684}, false},
    {{-7305}, {-6941}, true},
};
static const struct bytes states[] = {BYTES("UTO"), BYTES("D")};
static const struct bytes places[] = {BYTES("Zenith, Utopia")};
static const struct person_document documents[] = {
    {BYTES("UTO"), BYTES("P"), BYTES("L898902C3")},
    {{0}, {0}, BYTES("D23145890")},
};

static const struct list_entry ENTRIES[] = {
    {.kind = LIST_PERSON,
     .reason = LIST_REASON_SANCTION,
     .person = {.name_count = 3,
                .names = names,
                .birth_count = 2,
                .births = births,
                .sex = 'F',
                .nationality_count = 2,
                .nationalities = states,
                .place_count = 1,
                .places_of_birth = places,
                .document_count = 2,
                .documents = documents},
     .reference = BYTES("UTi.001"),
     .action = BYTES("refer to the second line"),
     .remark = BYTES("invented"),
     .has_expiry = true,
     .expiry = {20000}},
    {.kind = LIST_ENTITY,
     .person = {.name_count = 1, .names = names + 1},
     .reference = BYTES("UTe.001")},
    {.kind = LIST_DOCUMENT,
     .reason = LIST_REASON_BLANK,
     .person = {.document_count = 1, .documents = documents},
     .number_to = BYTES("L898902C9")},
};

static struct bytes
list_made(uint8_t *room, uint8_t *block, size_t entries)
{
    struct writer out;
    struct list_writer w = {.room = room, .put = put, .context = &out};

    writer_init(&out, block, FILE_SIZE_MAX);
    assert_err(list_writer_begin(&w, LIST_CSV), OK);
    for (size_t i = 0; i < entries; i++)
        assert_err(list_writer_add(&w, &ENTRIES[i]), OK);
    w.head.has_date = true;
    w.head.date.days = 20500;
    assert_err(list_writer_end(&w), OK);
    assert_int_equal(w.size, out.at);
    return writer_done(&out);
}

struct block {
    uint8_t *room;
    uint8_t *file;
    uint8_t *other;
    uint8_t *arena;
};

static int
blocks_take(void **state)
{
    struct block *b = calloc(1, sizeof(*b));

    b->room = malloc(LIST_ROOM_SIZE);
    b->file = malloc(FILE_SIZE_MAX);
    b->other = malloc(FILE_SIZE_MAX);
    b->arena = malloc(LIST_ENTRY_ARENA_SIZE);
    *state = b;
    return 0;
}

static int
blocks_free(void **state)
{
    struct block *b = *state;

    free(b->room);
    free(b->file);
    free(b->other);
    free(b->arena);
    free(b);
    return 0;
}

/* What was read is written again. */
static struct bytes
again(const struct list_file *file, struct block *b, enum err *result)
{
    struct writer out;
    struct list_writer w = {.room = b->room, .put = put, .context = &out};
    uint64_t at = LIST_MAGIC_SIZE;
    struct arena arena;
    struct list_entry entry;

    writer_init(&out, b->other, FILE_SIZE_MAX);
    assert_err(list_writer_begin(&w, file->head.source), OK);
    for (;;) {
        arena_init(&arena, b->arena, LIST_ENTRY_ARENA_SIZE);
        *result = list_next(file, &at, &arena, &entry);
        if (*result != OK)
            break;
        assert_err(list_writer_add(&w, &entry), OK);
    }
    w.head.has_date = file->head.has_date;
    w.head.date = file->head.date;
    w.head.threshold = file->head.threshold;
    if (file->head.source == LIST_RULES)
        assert_err(list_writer_text(&w, list_text(file)), OK);
    assert_err(list_writer_end(&w), OK);
    return writer_done(&out);
}

static void
is_read_as_it_was_written(void **state)
{
    struct block *b = *state;
    struct bytes in = list_made(b->room, b->file, 3);
    struct list_file file;
    uint64_t at = LIST_MAGIC_SIZE;
    struct arena arena;
    struct list_entry entry;
    enum err e;

    assert_err(list_open(in, &file), OK);
    assert_int_equal(file.head.source, LIST_CSV);
    assert_int_equal(file.head.entries, 3);
    assert_int_equal(file.head.persons, 1);
    assert_int_equal(file.head.names, 4);
    assert_int_equal(file.head.documents, 3);
    assert_int_equal(file.head.date.days, 20500);
    assert_int_equal(file.head.threshold, SCORE_THRESHOLD_DEFAULT);

    arena_init(&arena, b->arena, LIST_ENTRY_ARENA_SIZE);
    assert_err(list_next(&file, &at, &arena, &entry), OK);
    assert_int_equal(entry.kind, LIST_PERSON);
    assert_int_equal(entry.reason, LIST_REASON_SANCTION);
    assert_int_equal(entry.person.sex, 'F');
    assert_int_equal(entry.person.name_count, 3);
    assert_bytes(entry.person.names[0].given_names, BYTES("ANNA MARIA"));
    assert_bytes(entry.person.names[1].whole, names[1].whole);
    assert_int_equal(entry.person.births[1].from.days, -7305);
    assert_true(entry.person.births[1].about);
    assert_bytes(entry.person.documents[1].number, BYTES("D23145890"));
    assert_bytes(entry.action, BYTES("refer to the second line"));
    assert_true(entry.has_expiry && entry.expiry.days == 20000);
    assert_bytes(list_reference(&entry, &arena), BYTES("UTi.001"));
    assert_err(list_next(&file, &at, &arena, &entry), OK);
    assert_int_equal(entry.kind, LIST_ENTITY);
    assert_err(list_next(&file, &at, &arena, &entry), OK);
    assert_int_equal(entry.kind, LIST_DOCUMENT);
    assert_bytes(list_reference(&entry, &arena),
                 BYTES("UTO/P/L898902C3-L898902C9"));
    assert_err(list_next(&file, &at, &arena, &entry), ERR_NOT_FOUND);
    assert_bytes(again(&file, b, &e), in);
}

static void
cut_anywhere_is_no_list(void **state)
{
    struct block *b = *state;
    struct bytes in = list_made(b->room, b->file, 3);
    struct list_file file;

    for (size_t size = 0; size < in.size; size++) {
        uint8_t *copy = malloc(size + 1);

        memcpy(copy, in.p, size);
        assert_err(list_open((struct bytes){copy, size}, &file), ERR_CORRUPT);
        free(copy);
    }
}

static void
flipped_bits_are_seen_or_lawful(void **state)
{
    struct block *b = *state;
    struct bytes in = list_made(b->room, b->file, 3);

    for (size_t bit = 0; bit < 8 * in.size; bit++) {
        struct list_file file;
        enum err e;

        b->file[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (list_open(in, &file) == OK) {
            struct bytes out = again(&file, b, &e);

            assert_true(e == ERR_NOT_FOUND || e == ERR_CORRUPT);
            /* The counts of a foot are believed: verifying is by the hash. */
            if (e == ERR_NOT_FOUND && file.head.source != LIST_RULES)
                assert_memory_equal(out.p, in.p, in.size - LIST_FOOT_SIZE);
        }
        b->file[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void
any_offset_is_safe(void **state)
{
    struct block *b = *state;
    struct bytes in = list_made(b->room, b->file, 3);
    struct list_file file;
    struct list_entry entry;
    struct arena arena;
    uint64_t past = UINT64_MAX;

    assert_err(list_open(in, &file), OK);
    for (uint64_t at = 0; at < in.size + 10; at++) {
        uint64_t next = at;
        enum err e;

        arena_init(&arena, b->arena, LIST_ENTRY_ARENA_SIZE);
        e = list_next(&file, &next, &arena, &entry);
        assert_true(e == OK || e == ERR_CORRUPT || e == ERR_NOT_FOUND);
        if (e == OK)
            assert_true(next <= in.size - LIST_FOOT_SIZE);
        else
            assert_true(next == at);
    }
    assert_err(list_next(&file, &past, &arena, &entry), ERR_CORRUPT);
}

static void
arena_grows_until_enough(void **state)
{
    struct block *b = *state;
    struct bytes in = list_made(b->room, b->file, 1);
    struct list_file file;
    struct list_entry entry;
    struct arena arena;
    size_t size = 0;

    assert_err(list_open(in, &file), OK);
    for (;; size++) {
        uint64_t at = LIST_MAGIC_SIZE;
        enum err e;

        arena_init(&arena, b->arena, size);
        e = list_next(&file, &at, &arena, &entry);
        if (e == OK)
            break;
        assert_err(e, ERR_LIMIT);
        assert_int_equal(at, LIST_MAGIC_SIZE);
    }
    assert_true(size > 0 && size < LIST_ENTRY_ARENA_SIZE);
}

/* As large an entry as may be written is read in LIST_ENTRY_ARENA_SIZE. */
static void
largest_entry_fits(void **state)
{
    static struct person_name many[PERSON_NAMES_MAX];
    static struct person_document papers[PERSON_DOCUMENTS_MAX];
    static struct birth days[PERSON_BIRTHS_MAX];
    static struct bytes from[PERSON_NATIONALITIES_MAX];
    static struct bytes born[PERSON_PLACES_MAX];
    struct list_entry entry = ENTRIES[0];
    struct block *b = *state;
    uint8_t *block = malloc(LIST_ROOM_SIZE);
    struct writer out;
    struct list_writer w = {.room = b->room, .put = put, .context = &out};
    struct list_file file;
    struct arena arena;
    uint64_t at = LIST_MAGIC_SIZE;

    for (size_t i = 0; i < PERSON_NAMES_MAX; i++)
        many[i] = names[i % 2];
    for (size_t i = 0; i < PERSON_DOCUMENTS_MAX; i++)
        papers[i] = documents[0];
    for (size_t i = 0; i < PERSON_BIRTHS_MAX; i++)
        days[i] = births[0];
    for (size_t i = 0; i < PERSON_NATIONALITIES_MAX; i++)
        from[i] = states[0];
    for (size_t i = 0; i < PERSON_PLACES_MAX; i++)
        born[i] = places[0];
    entry.person =
        (struct person){.name_count = PERSON_NAMES_MAX,
                        .names = many,
                        .birth_count = PERSON_BIRTHS_MAX,
                        .births = days,
                        .nationality_count = PERSON_NATIONALITIES_MAX,
                        .nationalities = from,
                        .place_count = PERSON_PLACES_MAX,
                        .places_of_birth = born,
                        .document_count = PERSON_DOCUMENTS_MAX,
                        .documents = papers};
    writer_init(&out, block, LIST_ROOM_SIZE);
    assert_err(list_writer_begin(&w, LIST_CSV), OK);
    assert_err(list_writer_add(&w, &entry), OK);
    entry.person.name_count++;
    assert_err(list_writer_add(&w, &entry), ERR_LIMIT);
    assert_err(list_writer_end(&w), OK);
    assert_err(list_open(writer_done(&out), &file), OK);
    arena_init(&arena, b->arena, LIST_ENTRY_ARENA_SIZE);
    assert_err(list_next(&file, &at, &arena, &entry), OK);
    assert_int_equal(entry.person.name_count, PERSON_NAMES_MAX);
    free(block);
}

/* Each from the first of ENTRIES by one change. */
static void
person_unlawful(struct list_entry *entry, int which, enum err *expected)
{
    static const uint8_t LONG[LIST_NAME_SIZE_MAX + 1] = {[0] = 'A'};
    static const struct person_name empty_name = {.quality = NAME_GOOD};
    static const struct person_name both = {.surname = BYTES("A"),
                                            .whole = BYTES("A B")};
    static const struct person_name control = {.whole = BYTES("A\nB")};
    static const struct person_name latin1 = {.whole = BYTES("\xC9RIC")};
    static const struct birth turned = {{2}, {1}, false};
    static const struct birth no_day = {{DATE_DAYS_MIN - 1}, {1}, false};
    static const struct person_document no_number = {.state = BYTES("UTO")};
    static const struct person_document long_state = {.state = BYTES("UTOP"),
                                                      .number = BYTES("1")};
    struct person *person = &entry->person;

    *expected = ERR_FORMAT;
    switch (which) {
    case 0:
        person->name_count = 0;
        break;
    case 1:
        person->names = &empty_name;
        break;
    case 2:
        person->names = &both;
        break;
    case 3:
        person->names = &control;
        break;
    case 4:
        person->names = &latin1;
        break;
    case 5:
        person->births = &turned;
        break;
    case 6:
        person->births = &no_day;
        break;
    case 7:
        person->documents = &no_number;
        break;
    case 8:
        person->sex = 'X';
        break;
    case 9:
        entry->reference = (struct bytes){0};
        break;
    case 10:
        entry->number_to = BYTES("2");
        break;
    case 11:
        entry->expiry.days = DATE_DAYS_MAX + 1;
        break;
    case 12:
        entry->remark = BYTES("a\tb");
        break;
    default:
        *expected = ERR_LIMIT;
        break;
    }
    if (which == 13)
        entry->reference = (struct bytes){LONG, LIST_REFERENCE_SIZE_MAX + 1};
    if (which == 14)
        person->documents = &long_state;
    if (which == 15)
        person->nationality_count = PERSON_NATIONALITIES_MAX + 1;
}

#define UNLAWFUL_COUNT 16

static void
unlawful_entries_are_not_written(void **state)
{
    struct block *b = *state;
    struct writer out;
    struct list_writer w = {.room = b->room, .put = put, .context = &out};

    writer_init(&out, b->file, FILE_SIZE_MAX);
    assert_err(list_writer_begin(&w, LIST_CSV), OK);
    for (int i = 0; i < UNLAWFUL_COUNT; i++) {
        struct list_entry entry = ENTRIES[0];
        enum err expected;

        entry.person.name_count = 1;
        entry.person.birth_count = 1;
        entry.person.document_count = 1;
        person_unlawful(&entry, i, &expected);
        assert_err(list_writer_add(&w, &entry), expected);
        assert_int_equal(w.held, LIST_MAGIC_SIZE);
        assert_int_equal(w.head.entries, 0);
    }
}

static enum err
put_fails(void *context, struct bytes in)
{
    (void)context;
    (void)in;
    return ERR_FULL;
}

static void
a_full_disk_is_said(void **state)
{
    struct block *b = *state;
    struct list_writer w = {.room = b->room, .put = put_fails};
    enum err e = OK;

    assert_err(list_writer_begin(&w, LIST_CSV), OK);
    for (size_t i = 0; e == OK && i < LIST_ROOM_SIZE; i++)
        e = list_writer_add(&w, &ENTRIES[0]);
    assert_err(e, ERR_FULL);
    assert_err(list_writer_begin(&w, LIST_CSV), OK);
    assert_err(list_writer_end(&w), ERR_FULL);
}

static void
rules_are_kept_as_text(void **state)
{
    struct block *b = *state;
    struct writer out;
    struct list_writer w = {.room = b->room, .put = put, .context = &out};
    struct list_file file;
    uint64_t at = LIST_MAGIC_SIZE;
    struct arena arena = {0};
    struct list_entry entry;

    writer_init(&out, b->file, FILE_SIZE_MAX);
    assert_err(list_writer_begin(&w, LIST_RULES), OK);
    assert_err(list_writer_text(&w, BYTES("a rule\nanother\n")), OK);
    assert_err(list_writer_end(&w), OK);
    assert_err(list_open(writer_done(&out), &file), OK);
    assert_bytes(list_text(&file), BYTES("a rule\nanother\n"));
    assert_err(list_next(&file, &at, &arena, &entry), ERR_NOT_FOUND);
    assert_err(list_open(list_made(b->room, b->file, 1), &file), OK);
    assert_int_equal(list_text(&file).size, 0);
}

static void
sources_have_words(void **state)
{
    enum list_source source;

    (void)state;
    for (int i = LIST_OFAC; i <= LIST_RULES; i++) {
        assert_err(
            list_source_parse(bytes_of(list_source_word((enum list_source)i)),
                              &source),
            OK);
        assert_int_equal(source, i);
    }
    assert_err(list_source_parse(BYTES("interpol"), &source), ERR_FORMAT);
    assert_err(list_source_parse(BYTES(""), &source), ERR_FORMAT);
}

int
main(void)
{
#define WITH_BLOCKS(test)                                                      \
    cmocka_unit_test_setup_teardown(test, blocks_take, blocks_free)
    static const struct CMUnitTest tests[] = {
        WITH_BLOCKS(is_read_as_it_was_written),
        WITH_BLOCKS(cut_anywhere_is_no_list),
        WITH_BLOCKS(flipped_bits_are_seen_or_lawful),
        WITH_BLOCKS(any_offset_is_safe),
        WITH_BLOCKS(arena_grows_until_enough),
        WITH_BLOCKS(largest_entry_fits),
        WITH_BLOCKS(unlawful_entries_are_not_written),
        WITH_BLOCKS(a_full_disk_is_said),
        WITH_BLOCKS(rules_are_kept_as_text),
        cmocka_unit_test(sources_have_words),
    };

    return TEST_RUN(tests);
}
