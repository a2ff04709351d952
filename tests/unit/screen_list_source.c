/*
 * Other people's lists become entries (SCR 3.2 to 3.5): each sample of
 * tests/data/list/good gives the text beside it in `.expected`. A sample that
 * is cut anywhere is refused, or was cut between two rows; flipped bits are
 * refused with a clause, or taken. The real
 * lists of OFAC and the UN, where they are, have as many entries as their
 * publishers say.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "list_read.h"

#define GOOD "tests/data/list/good/"
#define OUT_SIZE_MAX 65536
#define COUNT(items) (sizeof(items) / sizeof((items)[0]))

/* ----- Entries as text, to compare. ----- */

static void
put_names(struct writer *w, const struct person *person)
{
    for (size_t i = 0; i < person->name_count; i++) {
        const struct person_name *name = &person->names[i];

        writer_text(w, "  name ");
        writer_decimal(w, (uint64_t)name->quality);
        writer_u8(w, ' ');
        writer_bytes(w, name->whole);
        if (name->whole.size == 0) {
            writer_bytes(w, name->surname);
            writer_text(w, " / ");
            writer_bytes(w, name->given_names);
        }
        writer_u8(w, '\n');
    }
}

static void
put_person(struct writer *w, const struct person *person)
{
    put_names(w, person);
    for (size_t i = 0; i < person->birth_count; i++) {
        writer_text(w, person->births[i].about ? "  about " : "  born ");
        date_write(w, person->births[i].from);
        writer_u8(w, ' ');
        date_write(w, person->births[i].to);
        writer_u8(w, '\n');
    }
    for (size_t i = 0; i < person->nationality_count; i++) {
        writer_text(w, "  of ");
        writer_bytes(w, person->nationalities[i]);
        writer_u8(w, '\n');
    }
    for (size_t i = 0; i < person->place_count; i++) {
        writer_text(w, "  at ");
        writer_bytes(w, person->places_of_birth[i]);
        writer_u8(w, '\n');
    }
    for (size_t i = 0; i < person->document_count; i++) {
        writer_text(w, "  document ");
        writer_bytes(w, person->documents[i].state);
        writer_u8(w, '/');
        writer_bytes(w, person->documents[i].type);
        writer_u8(w, '/');
        writer_bytes(w, person->documents[i].number);
        writer_u8(w, '\n');
    }
}

static void
put_pair(struct writer *w, const char *name, struct bytes value)
{
    if (value.size == 0)
        return;
    writer_text(w, name);
    writer_bytes(w, value);
    writer_u8(w, '\n');
}

static enum err
emit(void *context, const struct list_entry *entry)
{
    static const char *const KINDS[] = {"person ", "entity ", "document "};
    struct writer *w = context;

    writer_text(w, KINDS[entry->kind]);
    writer_bytes(w, entry->reference);
    writer_u8(w, ' ');
    if (entry->person.sex != 0)
        writer_u8(w, entry->person.sex);
    writer_u8(w, ' ');
    writer_text(w, list_reason_word(entry->reason));
    writer_u8(w, '\n');
    put_person(w, &entry->person);
    put_pair(w, "  to ", entry->number_to);
    put_pair(w, "  action ", entry->action);
    put_pair(w, "  remark ", entry->remark);
    if (entry->has_expiry) {
        writer_text(w, "  until ");
        date_write(w, entry->expiry);
        writer_u8(w, '\n');
    }
    return writer_end(w);
}

static void
put_end(struct writer *w, const struct list_reading *reading)
{
    if (reading->has_date) {
        writer_text(w, "date ");
        date_write(w, reading->date);
        writer_u8(w, '\n');
    }
    for (int i = 0; i < LOSS_COUNT; i++) {
        if (reading->losses[i] == 0)
            continue;
        writer_decimal(w, reading->losses[i]);
        writer_u8(w, ' ');
        writer_text(w, list_loss_text((enum list_loss)i));
        writer_u8(w, '\n');
    }
}

static enum err
read_files(void **state, enum list_source source, struct list_read *files,
           struct list_reading *reading, struct writer *w)
{
    static uint8_t out[OUT_SIZE_MAX];

    writer_init(w, out, sizeof(out));
    *reading = (struct list_reading){.emit = emit, .context = w};
    return list_read(state, source, files, reading);
}

static const struct {
    enum list_source source;
    const char *expected;
    const char *names[5];
} SAMPLES[] = {
    {LIST_OFAC,
     "ofac.expected",
     {"sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv", NULL}},
    {LIST_OFAC, "ofac_xml.expected", {"sdn.xml", NULL}},
    {LIST_UN, "un.expected", {"un.xml", NULL}},
    {LIST_EU, "eu.expected", {"eu.xml", NULL}},
    {LIST_OPENSANCTIONS, "opensanctions.expected", {"opensanctions.csv", NULL}},
    {LIST_DOCUMENTS, "documents.expected", {"documents.csv", NULL}},
    {LIST_CSV, "people.expected", {"people.csv", NULL}},
};

static struct bytes
sample_file(const char *name)
{
    char path[128];

    (void)snprintf(path, sizeof(path), GOOD "%s", name);
    return test_file(path);
}

static void
sample_load(size_t which, struct list_read *out)
{
    *out = (struct list_read){0};
    for (; SAMPLES[which].names[out->count] != NULL; out->count++) {
        out->names[out->count] = SAMPLES[which].names[out->count];
        out->bytes[out->count] = sample_file(out->names[out->count]);
    }
}

static void
sample_free(struct list_read *files)
{
    for (size_t i = 0; i < files->count; i++)
        test_file_free(files->bytes[i]);
}

/* With KUFI_EXPECT=1 the text is shown instead of compared. */
static void
samples_give_their_entries(void **state)
{
    for (size_t i = 0; i < COUNT(SAMPLES); i++) {
        struct list_reading reading;
        struct list_read files;
        struct writer w;

        sample_load(i, &files);
        assert_err(read_files(state, SAMPLES[i].source, &files, &reading, &w),
                   OK);
        put_end(&w, &reading);
        if (getenv("KUFI_EXPECT") != NULL) {
            print_message("==== %s\n%.*s", SAMPLES[i].expected, (int)w.at, w.p);
        } else {
            struct bytes expected = sample_file(SAMPLES[i].expected);

            assert_bytes(writer_done(&w), expected);
            test_file_free(expected);
        }
        sample_free(&files);
    }
}

/* SCR 3.4.1: OFAC's files come in any order. */
static void
order_of_files_is_no_matter(void **state)
{
    struct bytes expected = sample_file("ofac.expected");
    struct list_read files;

    sample_load(0, &files);
    for (size_t turn = 0; turn < files.count; turn++) {
        struct list_read turned = {.count = files.count};
        struct list_reading reading;
        struct writer w;

        for (size_t i = 0; i < files.count; i++) {
            turned.names[i] = files.names[(i + turn) % files.count];
            turned.bytes[i] = files.bytes[(i + turn) % files.count];
        }
        assert_err(read_files(state, LIST_OFAC, &turned, &reading, &w), OK);
        put_end(&w, &reading);
        assert_bytes(writer_done(&w), expected);
    }
    test_file_free(expected);
    sample_free(&files);
}

/* A cut between two rows cannot be seen in CSV; nor can the loss of white
 * space behind the last element of XML. */
static bool
cut_is_seen(struct bytes whole, size_t size)
{
    bool xml = whole.p[0] == '<';
    bool end_mark = whole.p[whole.size - 1] == 0x1A;

    if (xml)
        return size < whole.size - 1;
    if (size == 0)
        return true;
    return !(whole.p[size - 1] == '\n' || (end_mark && size == whole.size));
}

static void
cut_anywhere(void **state)
{
    for (size_t i = 0; i < COUNT(SAMPLES); i++) {
        struct list_read files;
        struct bytes whole;

        sample_load(i, &files);
        whole = files.bytes[0];
        for (size_t size = 0; size < whole.size; size++) {
            struct list_reading reading;
            struct writer w;
            uint8_t *copy = malloc(size + 1);
            enum err e;

            memcpy(copy, whole.p, size);
            files.bytes[0] = (struct bytes){copy, size};
            e = read_files(state, SAMPLES[i].source, &files, &reading, &w);
            if (cut_is_seen(whole, size) && e == OK)
                fail_msg("%s cut at %zu", SAMPLES[i].expected, size);
            assert_true(e == OK || e == ERR_SHORT || e == ERR_FORMAT);
            if (e != OK)
                assert_non_null(reading.fault.fault.clause);
            free(copy);
        }
        files.bytes[0] = whole;
        sample_free(&files);
    }
}

static void
bits_flipped(void **state)
{
    for (size_t i = 0; i < COUNT(SAMPLES); i++) {
        struct list_read files;
        uint8_t *copy;
        struct bytes whole;

        sample_load(i, &files);
        whole = files.bytes[0];
        copy = malloc(whole.size);
        memcpy(copy, whole.p, whole.size);
        files.bytes[0].p = copy;
        for (size_t bit = 0; bit < 8 * whole.size; bit++) {
            struct list_reading reading;
            struct writer w;
            enum err e;

            copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
            e = read_files(state, SAMPLES[i].source, &files, &reading, &w);
            if (e != OK)
                assert_non_null(reading.fault.fault.clause);
            copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        free(copy);
        files.bytes[0] = whole;
        sample_free(&files);
    }
}

static void
memory_grows_until_enough(void **state)
{
    struct arena *arena = list_read_arena(state);

    for (size_t i = 0; i < COUNT(SAMPLES); i++) {
        struct list_read files;
        struct list_reading reading;
        struct writer w;
        size_t size = 0;
        enum err e;

        sample_load(i, &files);
        do {
            arena->size = size;
            size = size == 0 ? 64 : size + size / 3;
            if (size > LIST_SOURCE_ARENA_SIZE)
                size = LIST_SOURCE_ARENA_SIZE;
            e = read_files(state, SAMPLES[i].source, &files, &reading, &w);
            assert_true(e == OK || e == ERR_LIMIT);
        } while (e != OK && arena->size < LIST_SOURCE_ARENA_SIZE);
        assert_err(e, OK);
        arena->size = LIST_SOURCE_ARENA_SIZE;
        sample_free(&files);
    }
}

static void
sources_are_guessed(void **state)
{
    static const struct {
        const char *name;
        enum list_source source;
    } cases[] = {
        {"sdn.csv", LIST_OFAC},
        {"sdn.xml", LIST_OFAC},
        {"un.xml", LIST_UN},
        {"eu.xml", LIST_EU},
        {"documents.csv", LIST_DOCUMENTS},
        {"opensanctions.csv", LIST_OPENSANCTIONS},
    };
    enum list_source source;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes file = sample_file(cases[i].name);

        assert_true(list_source_guess(file, &source));
        assert_int_equal(source, cases[i].source);
        test_file_free(file);
    }
    assert_true(list_source_guess(BYTES("surname,given\n"), &source));
    assert_int_equal(source, LIST_CSV);
    assert_false(list_source_guess(BYTES("#!/bin/sh\n"), &source));
    assert_false(list_source_guess(BYTES(""), &source));
}

/* ----- The real ones. ----- */

struct counted {
    uint64_t entries;
    uint64_t persons;
    uint64_t entities;
    uint64_t other_names;
    uint64_t with_birth;
    uint64_t with_passport;
};

static enum err
count_entry(void *context, const struct list_entry *entry)
{
    struct counted *counted = context;
    const struct person *person = &entry->person;
    bool passport = false;

    counted->entries++;
    counted->persons += entry->kind == LIST_PERSON ? 1 : 0;
    counted->entities += entry->kind == LIST_ENTITY ? 1 : 0;
    for (size_t i = 1; i < person->name_count; i++)
        counted->other_names += 1;
    counted->with_birth += person->birth_count > 0 ? 1 : 0;
    for (size_t i = 0; i < person->document_count; i++)
        passport =
            passport || bytes_equal(person->documents[i].type, BYTES("P"));
    counted->with_passport += passport ? 1 : 0;
    return OK;
}

/* Opens a file of KUFI_DATA; false when it is not there. */
static bool
real_file(const char *name, struct bytes *out)
{
    const char *data = getenv("KUFI_DATA");
    char path[512];
    FILE *in;

    (void)snprintf(path, sizeof(path), "%s/%s",
                   data != NULL ? data : "../shared/data", name);
    in = fopen(path, "rb");
    if (in == NULL)
        return false;
    fclose(in);
    *out = test_file(path);
    return true;
}

static enum err
count_real(void **state, enum list_source source, struct list_read *files,
           struct counted *counted)
{
    struct list_reading reading = {.emit = count_entry, .context = counted};

    *counted = (struct counted){0};
    return list_read(state, source, files, &reading);
}

static void
ofac_has_what_it_says(void **state)
{
    struct list_read files = {
        4, {"sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"}, {{0}}};
    struct counted counted;

    if (!real_file("ofac/sdn.csv", &files.bytes[0]) ||
        !real_file("ofac/alt.csv", &files.bytes[1]) ||
        !real_file("ofac/add.csv", &files.bytes[2]) ||
        !real_file("ofac/sdn_comments.csv", &files.bytes[3])) {
        test_absent();
        return;
    }
    assert_err(count_real(state, LIST_OFAC, &files, &counted), OK);
    assert_int_equal(counted.entries, 8976);
    assert_int_equal(counted.persons, 4620);
    assert_int_equal(counted.with_birth, 4428);
    /* 11,910 in alt.csv, the rest weak ones in remarks. */
    assert_true(counted.other_names > 11910);
    assert_true(counted.with_passport >= 1191);
    sample_free(&files);
}

static void
un_has_what_it_says(void **state)
{
    struct list_read files = {1, {"un.xml"}, {{0}}};
    struct counted counted;

    if (!real_file("un/UN_consolidated_2026-02-27.xml", &files.bytes[0])) {
        test_absent();
        return;
    }
    assert_err(count_real(state, LIST_UN, &files, &counted), OK);
    assert_int_equal(counted.persons, 730);
    assert_int_equal(counted.entities, 273);
    /* 2,139 of persons and 613 of entities; 336 and 42 in another script. */
    assert_int_equal(counted.other_names, 2139 + 613 + 336 + 42);
    sample_free(&files);
}

int
main(void)
{
#define WITH_STATE(test)                                                       \
    cmocka_unit_test_setup_teardown(test, list_read_setup, list_read_teardown)
    static const struct CMUnitTest tests[] = {
        WITH_STATE(samples_give_their_entries),
        WITH_STATE(order_of_files_is_no_matter),
        WITH_STATE(cut_anywhere),
        WITH_STATE(bits_flipped),
        WITH_STATE(memory_grows_until_enough),
        cmocka_unit_test(sources_are_guessed),
        WITH_STATE(ofac_has_what_it_says),
        WITH_STATE(un_has_what_it_says),
    };

    return TEST_RUN(tests);
}
