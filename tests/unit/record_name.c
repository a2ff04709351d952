/*
 * Names of nodes, records and origins: tables of what is one and what is not,
 * and that each is written as it was read. REC 3.1, REC 3.2, REC 3.3.
 */
#include "test.h"

#include "record/name.h"

#include <string.h>

#define LABEL_32 "abcdefghijklmnopqrstuvwxyz012345"
#define LABEL_63                                                               \
    "a23456789012345678901234567890123456789012345678901234567890123"
#define DOMAIN_95 LABEL_63 ".b234567890123456789012345678901"

static const struct {
    const char *text;
    bool valid;
} NODES[] = {
    {"durres", true},
    {"a", true},
    {"0", true},
    {"rinas-2", true},
    {LABEL_32, true},
    {LABEL_32 "6", false},
    {"", false},
    {"-a", false},
    {"a-", false},
    {"Durres", false},
    {"a b", false},
    {"a/b", false},
    {"durr\xc3\xabs", false},
    {"a.b", false},
    {"a_b", false},
};

static void
node_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(NODES) / sizeof(NODES[0]); i++)
        assert_int_equal(node_name_valid(bytes_of(NODES[i].text)),
                         NODES[i].valid);
    assert_false(node_name_valid((struct bytes){(const uint8_t *)"a\0b", 3}));
}

static const struct {
    const char *text;
    enum err e;
    const char *node;
    uint64_t index;
} RECORDS[] = {
    {"durres/183", OK, "durres", 183},
    {"a/0", OK, "a", 0},
    {LABEL_32 "/9007199254740991", OK, LABEL_32, 9007199254740991},
    {"durres/9007199254740992", ERR_FORMAT, NULL, 0},
    {"durres/18446744073709551616", ERR_FORMAT, NULL, 0},
    {"durres/0183", ERR_FORMAT, NULL, 0},
    {"durres/-1", ERR_FORMAT, NULL, 0},
    {"durres/+1", ERR_FORMAT, NULL, 0},
    {"durres/", ERR_FORMAT, NULL, 0},
    {"durres", ERR_FORMAT, NULL, 0},
    {"/183", ERR_FORMAT, NULL, 0},
    {"", ERR_FORMAT, NULL, 0},
    {"durres/183/", ERR_FORMAT, NULL, 0},
    {"durres/18 3", ERR_FORMAT, NULL, 0},
    {"durres/183\n", ERR_FORMAT, NULL, 0},
    {"Durres/183", ERR_FORMAT, NULL, 0},
};

static void
record_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(RECORDS) / sizeof(RECORDS[0]); i++) {
        struct bytes text = bytes_of(RECORDS[i].text);
        uint8_t block[RECORD_NAME_SIZE_MAX];
        struct record_name name;
        struct writer w;

        assert_err(record_name_parse(text, &name), RECORDS[i].e);
        if (RECORDS[i].e != OK)
            continue;
        assert_bytes(name.node, bytes_of(RECORDS[i].node));
        assert_int_equal(name.index, RECORDS[i].index);
        writer_init(&w, block, sizeof(block));
        record_name_write(&w, &name);
        assert_err(writer_end(&w), OK);
        assert_bytes(writer_done(&w), text);
    }
}

static const struct {
    const char *text;
    enum err strict;
    enum err short_form;
    const char *domain;
    const char *node;
} ORIGINS[] = {
    {"border.example/durres", OK, OK, "border.example", "durres"},
    {"localhost/a", OK, OK, "localhost", "a"},
    {DOMAIN_95 "/" LABEL_32, OK, OK, DOMAIN_95, LABEL_32},
    {"durres", ERR_FORMAT, OK, ORIGIN_DOMAIN_ASSUMED, "durres"},
    {DOMAIN_95 "2/a", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {LABEL_63 "4/a", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"border.example/", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"/durres", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"border..example/durres", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {".example/durres", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"border./durres", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"-border.example/durres", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"Border.example/durres", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"border.example/durres/2", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"border.example/durr es", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"border.example+a/durres", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
    {"", ERR_FORMAT, ERR_FORMAT, NULL, NULL},
};

static void
origins(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ORIGINS) / sizeof(ORIGINS[0]); i++) {
        struct bytes text = bytes_of(ORIGINS[i].text);
        uint8_t block[ORIGIN_SIZE_MAX];
        struct origin origin;
        struct writer w;

        assert_err(origin_parse_short(text, &origin), ORIGINS[i].short_form);
        if (ORIGINS[i].short_form == OK) {
            assert_bytes(origin.domain, bytes_of(ORIGINS[i].domain));
            assert_bytes(origin.node, bytes_of(ORIGINS[i].node));
        }
        assert_err(origin_parse(text, &origin), ORIGINS[i].strict);
        if (ORIGINS[i].strict != OK)
            continue;
        writer_init(&w, block, sizeof(block));
        origin_write(&w, &origin);
        assert_err(writer_end(&w), OK);
        assert_bytes(writer_done(&w), text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(node_names),
        cmocka_unit_test(record_names),
        cmocka_unit_test(origins),
    };

    return TEST_RUN(tests);
}
