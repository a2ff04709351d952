/*
 * Other people's lists become entries (SCR 3.2 to 3.5): each sample of
 * tests/data/list/good gives the text beside it in `.expected`. A sample that
 * is cut anywhere is refused, or was cut between two rows; flipped bits are
 * refused with a clause, or taken; refused files say where and why. The real
 * lists of OFAC and the UN, where they are, have as many entries as their
 * publishers say.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "screen/list_source.h"

#define GOOD "tests/data/list/good/"
#define OUT_SIZE_MAX 65536
#define COUNT(items) (sizeof(items) / sizeof((items)[0]))

static enum err
read_at(void *context, uint64_t at, uint8_t *out, size_t size, size_t *got)
{
    const struct bytes *file = context;
    struct bytes part = bytes_slice(*file, (size_t)at, size);

    *got = part.size;
    if (part.size > 0)
        memcpy(out, part.p, part.size);
    return OK;
}

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

/* ----- Reading what is in memory. ----- */

struct files {
    size_t count;
    const char *names[4];
    struct bytes bytes[4];
};

struct state {
    struct arena arena;
    uint8_t *out;
};

static int
state_make(void **state)
{
    struct state *s = calloc(1, sizeof(*s));

    arena_init(&s->arena, malloc(LIST_SOURCE_ARENA_SIZE),
               LIST_SOURCE_ARENA_SIZE);
    s->out = malloc(OUT_SIZE_MAX);
    *state = s;
    return 0;
}

static int
state_free(void **state)
{
    struct state *s = *state;

    free(s->arena.p);
    free(s->out);
    free(s);
    return 0;
}

static enum err
read_files(struct state *s, enum list_source source, struct files *files,
           struct list_reading *reading, struct writer *w)
{
    struct list_input inputs[4];

    writer_init(w, s->out, OUT_SIZE_MAX);
    for (size_t i = 0; i < files->count; i++)
        inputs[i] = (struct list_input){bytes_of(files->names[i]), read_at,
                                        &files->bytes[i]};
    arena_reset(&s->arena);
    *reading = (struct list_reading){.input_count = files->count,
                                     .inputs = inputs,
                                     .arena = &s->arena,
                                     .emit = emit,
                                     .context = w};
    return list_source_read(reading, source);
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
sample_load(size_t which, struct files *out)
{
    *out = (struct files){0};
    for (; SAMPLES[which].names[out->count] != NULL; out->count++) {
        out->names[out->count] = SAMPLES[which].names[out->count];
        out->bytes[out->count] = sample_file(out->names[out->count]);
    }
}

static void
sample_free(struct files *files)
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
        struct files files;
        struct writer w;

        sample_load(i, &files);
        assert_err(read_files(*state, SAMPLES[i].source, &files, &reading, &w),
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
    struct files files;

    sample_load(0, &files);
    for (size_t turn = 0; turn < files.count; turn++) {
        struct files turned = {.count = files.count};
        struct list_reading reading;
        struct writer w;

        for (size_t i = 0; i < files.count; i++) {
            turned.names[i] = files.names[(i + turn) % files.count];
            turned.bytes[i] = files.bytes[(i + turn) % files.count];
        }
        assert_err(read_files(*state, LIST_OFAC, &turned, &reading, &w), OK);
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
        struct files files;
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
            e = read_files(*state, SAMPLES[i].source, &files, &reading, &w);
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
        struct files files;
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
            e = read_files(*state, SAMPLES[i].source, &files, &reading, &w);
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
    struct state *s = *state;

    for (size_t i = 0; i < COUNT(SAMPLES); i++) {
        struct files files;
        struct list_reading reading;
        struct writer w;
        size_t size = 0;
        enum err e;

        sample_load(i, &files);
        do {
            s->arena.size = size;
            size = size == 0 ? 64 : size + size / 3;
            if (size > LIST_SOURCE_ARENA_SIZE)
                size = LIST_SOURCE_ARENA_SIZE;
            e = read_files(s, SAMPLES[i].source, &files, &reading, &w);
            assert_true(e == OK || e == ERR_LIMIT);
        } while (e != OK && s->arena.size < LIST_SOURCE_ARENA_SIZE);
        assert_err(e, OK);
        s->arena.size = LIST_SOURCE_ARENA_SIZE;
        sample_free(&files);
    }
}

/* ----- Refused. ----- */

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define SDN "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"
#define PEOPLE "surname,given,reason,expiry\n"
#define PAPERS "state,type,number,number_to,reason\n"

/* `what` begins what the fault says. */
static const struct {
    enum list_source source;
    const char *name;
    const char *in;
    enum err e;
    const char *clause;
    uint64_t line;
    const char *what;
} REFUSED[] = {
    {LIST_CSV, "a", "", ERR_SHORT, "SCR 3.2", 1, "the file is empty"},
    {LIST_CSV, "a",
     "\xFF\xFE"
     "sURNAME",
     ERR_FORMAT, "SCR 3.2", 1, "the text is UTF-16"},
    {LIST_CSV, "a", PEOPLE "M\xDCLLER,A,,\n", ERR_FORMAT, "SCR 3.2", 1,
     "the text is not UTF-8 (is it Latin-1"},
    {LIST_CSV, "a", PEOPLE "MUELLER,A,,", ERR_SHORT, "SCR 3.2", 2,
     "the last line has no end"},
    {LIST_CSV, "a", PEOPLE "\"MUELLER\"X,A,,\n", ERR_FORMAT, "SCR 3.2", 2,
     "something follows a closed quote"},
    {LIST_CSV, "a", PEOPLE "\"MUELLER,A,,\n", ERR_SHORT, "SCR 3.2", 3,
     "the last line has no end"},
    {LIST_CSV, "a", PEOPLE "MUELLER,A,\n", ERR_FORMAT, "SCR 3.4.6", 2,
     "a row has more or fewer fields"},
    {LIST_CSV, "a", PEOPLE ",,wanted,\n", ERR_FORMAT, "SCR 3.4.6", 2,
     "an entry has no name"},
    {LIST_CSV, "a", PEOPLE "MUELLER,A,ugly,\n", ERR_FORMAT, "SCR 3.4.6", 2,
     "a reason is none"},
    {LIST_CSV, "a", PEOPLE "MUELLER,A,wanted,31.12.2030\n", ERR_FORMAT,
     "SCR 3.4.6", 2, "a date is not"},
    {LIST_CSV, "a", "surname,born\nMUELLER,soon\n", ERR_FORMAT, "SCR 3.4.6", 2,
     "a date of birth cannot be read"},
    {LIST_CSV, "a", "surname,nationality\nMUELLER,Atlantis\n", ERR_FORMAT,
     "SCR 3.4.6", 2, "a nationality is not known"},
    {LIST_CSV, "a", "surname,sex\nMUELLER,7\n", ERR_FORMAT, "SCR 3.4.6", 2,
     "a sex is none"},
    {LIST_CSV, "a", "surname,documents\nMUELLER,A/B/C/D\n", ERR_FORMAT,
     "SCR 3.4.6", 2, "a document has too many parts"},
    {LIST_CSV, "a", "given,sex\nA,F\n", ERR_FORMAT, "SCR 3.4.6", 1,
     "the header has neither surname nor name"},
    {LIST_CSV, "a", "surname,shoe_size\nA,7\n", ERR_FORMAT, "SCR 3.4", 1,
     "the header has a column that is not known"},
    {LIST_CSV, "a", "surname,last_name\nA,B\n", ERR_FORMAT, "SCR 3.4", 1,
     "the header has a column twice"},
    {LIST_DOCUMENTS, "a", PAPERS "Atlantis,P,1,,lost\n", ERR_FORMAT,
     "SCR 3.4.5", 2, "a state is not known"},
    {LIST_DOCUMENTS, "a", PAPERS "UTO,P,,,lost\n", ERR_FORMAT, "SCR 3.4.5", 2,
     "there is no number"},
    {LIST_DOCUMENTS, "a", PAPERS "UTO,P,A9,A1,blank\n", ERR_FORMAT, "SCR 3.4.5",
     2, "the two numbers are not the ends"},
    {LIST_DOCUMENTS, "a", PAPERS "UTO,P,1234567890123456789012345,,lost\n",
     ERR_FORMAT, "SCR 3.4.5", 2, "a number is longer"},
    {LIST_DOCUMENTS, "a", PAPERS "UTO,P,1,,sto\n", ERR_FORMAT, "SCR 3.4.5", 2,
     "a reason is none"},
    {LIST_DOCUMENTS, "a", "state,type\nUTO,P\n", ERR_FORMAT, "SCR 3.4.5", 1,
     "the header has no state, number and reason"},
    {LIST_OPENSANCTIONS, "a", "id,schema,name\n,Person,A\n", ERR_FORMAT,
     "SCR 3.4.4", 2, "an entry has no reference"},
    {LIST_OPENSANCTIONS, "a", "id,name\n1,A\n", ERR_FORMAT, "SCR 3.4.4", 1,
     "the header has no id, schema and name"},
    {LIST_OPENSANCTIONS, "a", "id,schema,name\n1,Person\n", ERR_FORMAT,
     "SCR 3.4.4", 2, "a row has more or fewer fields"},
    {LIST_OFAC, "list.csv", "1,\"A\"," SDN, ERR_FORMAT, "SCR 3.4.1", 0,
     "a file of OFAC's list is known by its name"},
    {LIST_OFAC, "alt.csv", "1,1,\"aka\",\"A\",-0- \r\n", ERR_FORMAT,
     "SCR 3.4.1", 0, "sdn.csv is missing"},
    {LIST_OFAC, "SDN.CSV", "x,\"A\",-0- ," SDN, ERR_FORMAT, "SCR 3.4.1", 1,
     "an entry has no number"},
    {LIST_OFAC, "sdn.csv", "1,\"A\"\r\n", ERR_FORMAT, "SCR 3.4.1", 1,
     "a row has more or fewer fields"},
    {LIST_OFAC, "sdn.csv", "1,\"A\",-0- ," SDN "\x1A.", ERR_FORMAT, "SCR 3.2",
     2, "something follows the end's mark"},
    {LIST_OFAC, "sdn.xml",
     XML "<sdnList><publshInformation><Record_Count>2</Record_Count>"
         "</publshInformation><sdnEntry><uid>1</uid><lastName>A</lastName>"
         "</sdnEntry></sdnList>",
     ERR_FORMAT, "SCR 3.4.1", 2, "the file has another number of entries"},
    {LIST_OFAC, "sdn.xml",
     XML "<sdnList><sdnEntry><lastName>A</lastName></sdnEntry></sdnList>",
     ERR_FORMAT, "SCR 3.4.1", 2, "an entry has no number"},
    {LIST_UN, "a", XML "<sdnList/>", ERR_FORMAT, "SCR 3.2", 2,
     "the outermost element has another name"},
    {LIST_UN, "a",
     XML "<CONSOLIDATED_LIST><ENTITY><FIRST_NAME>A</FIRST_NAME></ENTITY>"
         "</CONSOLIDATED_LIST>",
     ERR_FORMAT, "SCR 3.4.2", 2, "an entry has no reference"},
    {LIST_UN, "a", XML "<CONSOLIDATED_LIST><ENTITY></CONSOLIDATED_LIST>",
     ERR_FORMAT, "SCR 3.2", 2, "an end tag is not that"},
    {LIST_UN, "a", XML "<CONSOLIDATED_LIST><ENTITY>", ERR_SHORT, "SCR 3.2", 2,
     "the file ends too early"},
    {LIST_UN, "a", "surname,given\n", ERR_FORMAT, "SCR 3.2", 1,
     "the file is not well-formed XML"},
    {LIST_UN, "a",
     "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<CONSOLIDATED_LIST/>",
     ERR_FORMAT, "SCR 3.2", 1, "the file says that it is not in UTF-8"},
    {LIST_UN, "a",
     XML "<!DOCTYPE x [<!ENTITY a \"a\"><!ENTITY b \"&a;&a;&a;&a;&a;\">"
         "<!ENTITY c \"&b;&b;&b;&b;&b;\">]><CONSOLIDATED_LIST>&c;"
         "</CONSOLIDATED_LIST>",
     ERR_FORMAT, "SCR 3.2", 2, "a DOCTYPE is not taken"},
    {LIST_EU, "a", XML "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><export/>",
     ERR_FORMAT, "SCR 3.2", 2, "a DOCTYPE is not taken"},
    {LIST_EU, "a",
     XML "<export><sanctionEntity><nameAlias wholeName=\"A\"/>"
         "</sanctionEntity></export>",
     ERR_FORMAT, "SCR 3.4.3", 2, "an entry has no reference"},
    {LIST_RULES, "a", "x", ERR_FORMAT, "SCR 3.1", 0, "rules are no list"},
};

static void
refused_with_place_and_clause(void **state)
{
    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        struct files files = {1, {REFUSED[i].name}, {bytes_of(REFUSED[i].in)}};
        struct list_reading reading;
        struct writer w;
        enum err e =
            read_files(*state, REFUSED[i].source, &files, &reading, &w);
        const char *what = reading.fault.fault.what;

        if (what == NULL ||
            strncmp(what, REFUSED[i].what, strlen(REFUSED[i].what)) != 0)
            fail_msg("%zu: %s", i, what != NULL ? what : "-");
        assert_err(e, REFUSED[i].e);
        assert_string_equal(reading.fault.fault.clause, REFUSED[i].clause);
        assert_int_equal(reading.fault.line, REFUSED[i].line);
    }
}

/* What is larger than anything a list has. */
static void
absurd_sizes_are_refused(void **state)
{
    size_t size = 3u << 20;
    uint8_t *block = malloc(size);
    static const struct {
        enum list_source source;
        const char *start;
        const char *what;
    } cases[] = {
        {LIST_CSV, PEOPLE "\"", "a row is too long"},
        {LIST_CSV, PEOPLE, "a row is too long"},
        {LIST_UN, "<CONSOLIDATED_LIST><!--", "a tag or a comment is too long"},
        {LIST_UN, "<CONSOLIDATED_LIST a=\"", "a tag or a comment is too long"},
        {LIST_UN, "<CONSOLIDATED_LIST><ENTITY><FIRST_NAME>",
         "the file ends too early"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct files files = {1, {"a"}, {{block, size}}};
        struct list_reading reading;
        struct writer w;

        memset(block, 'A', size);
        memcpy(block, cases[i].start, strlen(cases[i].start));
        assert_true(read_files(*state, cases[i].source, &files, &reading, &w) !=
                    OK);
        if (strncmp(reading.fault.fault.what, cases[i].what,
                    strlen(cases[i].what)) != 0)
            fail_msg("%zu: %s", i, reading.fault.fault.what);
    }
    /* Elements in elements in elements. */
    for (size_t at = 0; at < 1000; at++)
        memcpy(block + 3 * at, "<a>", 3);
    memcpy(block, "<CONSOLIDATED_LIST><ENTITY><a>", 30);
    {
        struct files files = {1, {"a"}, {{block, 3000}}};
        struct list_reading reading;
        struct writer w;

        assert_err(read_files(*state, LIST_UN, &files, &reading, &w),
                   ERR_LIMIT);
        assert_string_equal(reading.fault.fault.what,
                            "elements stand too deep in each other");
    }
    free(block);
}

static enum err
long_files_count(void *context, const struct list_entry *entry)
{
    uint64_t *count = context;

    (*count)++;
    return bytes_equal(entry->person.names[0].whole,
                       BYTES("\xE2\x82\xAC\xC3\xA9\xF0\x9F\x98\x80,x"))
               ? OK
               : ERR_CORRUPT;
}

/* Characters of several bytes, and rows, across the window's edges. */
static void
long_files_come_whole(void **state)
{
    struct state *s = *state;
    size_t rows = 30000;
    size_t size_max = 64 + rows * 32;
    uint8_t *block = malloc(size_max);
    struct writer w;
    struct files files = {1, {"a"}, {{0}}};
    struct list_reading reading = {0};
    uint64_t count = 0;
    struct list_input input = {BYTES("a"), read_at, &files.bytes[0]};

    writer_init(&w, block, size_max);
    writer_text(&w, "reference,name\r\n");
    for (size_t i = 0; i < rows; i++) {
        writer_decimal(&w, i);
        writer_text(&w, ",\"\xE2\x82\xAC\xC3\xA9\xF0\x9F\x98\x80,x\"\r\n");
    }
    assert_err(writer_end(&w), OK);
    files.bytes[0] = writer_done(&w);
    arena_reset(&s->arena);
    reading.input_count = 1;
    reading.inputs = &input;
    reading.arena = &s->arena;
    reading.context = &count;
    reading.emit = long_files_count;
    assert_err(list_source_read(&reading, LIST_CSV), OK);
    assert_int_equal(count, rows);
    free(block);
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
count_real(struct state *s, enum list_source source, struct files *files,
           struct counted *counted)
{
    struct list_input inputs[4];
    struct list_reading reading = {.input_count = files->count,
                                   .inputs = inputs,
                                   .arena = &s->arena,
                                   .emit = count_entry,
                                   .context = counted};

    for (size_t i = 0; i < files->count; i++)
        inputs[i] = (struct list_input){bytes_of(files->names[i]), read_at,
                                        &files->bytes[i]};
    arena_reset(&s->arena);
    *counted = (struct counted){0};
    return list_source_read(&reading, source);
}

static void
ofac_has_what_it_says(void **state)
{
    struct files files = {
        4, {"sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"}, {{0}}};
    struct counted counted;

    if (!real_file("ofac/sdn.csv", &files.bytes[0]) ||
        !real_file("ofac/alt.csv", &files.bytes[1]) ||
        !real_file("ofac/add.csv", &files.bytes[2]) ||
        !real_file("ofac/sdn_comments.csv", &files.bytes[3]))
        skip();
    assert_err(count_real(*state, LIST_OFAC, &files, &counted), OK);
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
    struct files files = {1, {"un.xml"}, {{0}}};
    struct counted counted;

    if (!real_file("un/UN_consolidated_2026-02-27.xml", &files.bytes[0]))
        skip();
    assert_err(count_real(*state, LIST_UN, &files, &counted), OK);
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
    cmocka_unit_test_setup_teardown(test, state_make, state_free)
    static const struct CMUnitTest tests[] = {
        WITH_STATE(samples_give_their_entries),
        WITH_STATE(order_of_files_is_no_matter),
        WITH_STATE(cut_anywhere),
        WITH_STATE(bits_flipped),
        WITH_STATE(memory_grows_until_enough),
        WITH_STATE(refused_with_place_and_clause),
        WITH_STATE(absurd_sizes_are_refused),
        WITH_STATE(long_files_come_whole),
        cmocka_unit_test(sources_are_guessed),
        WITH_STATE(ofac_has_what_it_says),
        WITH_STATE(un_has_what_it_says),
    };

    return TEST_RUN(tests);
}
