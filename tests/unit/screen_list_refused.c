/*
 * What is no list is refused, with the clause it breaks and where (SCR 3.1 to
 * 3.4): a table of files, each bad in one thing; what is larger than anything a
 * list has; and characters and rows across the edges of the window through
 * which files are read (SCR 3.2).
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "list_read.h"

#define COUNT(items) (sizeof(items) / sizeof((items)[0]))

static enum err
emit(void *context, const struct list_entry *entry)
{
    (void)context;
    return entry->kind == LIST_DOCUMENT || entry->person.name_count > 0
               ? OK
               : ERR_CORRUPT;
}

static enum err
read_files(void **state, enum list_source source, struct list_read *files,
           struct list_reading *reading)
{
    *reading = (struct list_reading){.emit = emit};
    return list_read(state, source, files, reading);
}

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
    {LIST_CSV, "a", PEOPLE "M\xDCLLER,A,,\n", ERR_FORMAT, "SCR 3.2", 2,
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
    {LIST_OPENSANCTIONS, "a", "\xEF\xBB\xBF", ERR_FORMAT, "SCR 3.4.4", 1,
     "the file has no header"},
    {LIST_DOCUMENTS, "a", "\n", ERR_FORMAT, "SCR 3.4.5", 2,
     "the file has no header"},
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
        struct list_read files = {
            1, {REFUSED[i].name}, {bytes_of(REFUSED[i].in)}};
        struct list_reading reading;
        enum err e = read_files(state, REFUSED[i].source, &files, &reading);
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
        struct list_read files = {1, {"a"}, {{block, size}}};
        struct list_reading reading;

        memset(block, 'A', size);
        memcpy(block, cases[i].start, strlen(cases[i].start));
        assert_true(read_files(state, cases[i].source, &files, &reading) != OK);
        if (strncmp(reading.fault.fault.what, cases[i].what,
                    strlen(cases[i].what)) != 0)
            fail_msg("%zu: %s", i, reading.fault.fault.what);
    }
    /* Elements in elements in elements. */
    for (size_t at = 0; at < 1000; at++)
        memcpy(block + 3 * at, "<a>", 3);
    memcpy(block, "<CONSOLIDATED_LIST><ENTITY><a>", 30);
    {
        struct list_read files = {1, {"a"}, {{block, 3000}}};
        struct list_reading reading;

        assert_err(read_files(state, LIST_UN, &files, &reading), ERR_LIMIT);
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
    size_t rows = 30000;
    size_t size_max = 64 + rows * 32;
    uint8_t *block = malloc(size_max);
    struct writer w;
    struct list_read files = {1, {"a"}, {{0}}};
    uint64_t count = 0;
    struct list_reading reading = {.emit = long_files_count, .context = &count};

    writer_init(&w, block, size_max);
    writer_text(&w, "reference,name\r\n");
    for (size_t i = 0; i < rows; i++) {
        writer_decimal(&w, i);
        writer_text(&w, ",\"\xE2\x82\xAC\xC3\xA9\xF0\x9F\x98\x80,x\"\r\n");
    }
    assert_err(writer_end(&w), OK);
    files.bytes[0] = writer_done(&w);
    assert_err(list_read(state, LIST_CSV, &files, &reading), OK);
    assert_int_equal(count, rows);
    free(block);
}

int
main(void)
{
#define WITH_STATE(test)                                                       \
    cmocka_unit_test_setup_teardown(test, list_read_setup, list_read_teardown)
    static const struct CMUnitTest tests[] = {
        WITH_STATE(refused_with_place_and_clause),
        WITH_STATE(absurd_sizes_are_refused),
        WITH_STATE(long_files_come_whole),
    };

    return TEST_RUN(tests);
}
