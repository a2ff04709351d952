/* JSON: what RFC 8259 has and what it has not, depth and doubled names refused,
 * values asked for by kind; and what is written can be read again. */
#include "test.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text;
    enum err e;
} TEXTS[] = {
    {"{}", OK},
    {"[]", OK},
    {" {\"a\" : [1, -0, 1.5e3, true, false, null, \"\\u00eb\\n\"]} \n", OK},
    {"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", OK},
    {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", ERR_LIMIT},
    {"{\"[[[[[[[[[[[[[[[[[[[[\": \"\\\"[[[[[[[[[[[[[[[[\"}", OK},
    {"", ERR_FORMAT},
    {"1", ERR_FORMAT},
    {"\"a\"", ERR_FORMAT},
    {"{\"a\":1,\"a\":2}", ERR_FORMAT},
    {"{\"a\":1,}", ERR_FORMAT},
    {"{a:1}", ERR_FORMAT},
    {"{'a':1}", ERR_FORMAT},
    {"[01]", ERR_FORMAT},
    {"[+1]", ERR_FORMAT},
    {"[1.]", ERR_FORMAT},
    {"[NaN]", ERR_FORMAT},
    {"[99999999999999999999]", ERR_FORMAT},
    {"[\"\t\"]", ERR_FORMAT},
    {"[\"\\x\"]", ERR_FORMAT},
    {"[\"\\u0000\"]", ERR_FORMAT},
    {"[\"\\ud800\"]", ERR_FORMAT},
    {"[\"\xff\"]", ERR_FORMAT},
    {"[\"\xc0\x80\"]", ERR_FORMAT},
    {"[] []", ERR_FORMAT},
    {"[]x", ERR_FORMAT},
    {"[", ERR_FORMAT},
    {"]", ERR_FORMAT},
    {"\xef\xbb\xbf[]", ERR_FORMAT},
    {"[1 /* no */]", ERR_FORMAT},
};

static enum err
parse(struct bytes in, struct json **out)
{
    struct fault fault = {0};
    uint8_t *exact = malloc(in.size + 1);
    enum err e;

    assert_non_null(exact);
    memcpy(exact, in.p, in.size);
    e = json_parse((struct bytes){exact, in.size}, out, &fault);
    free(exact);
    if (e != OK) {
        assert_int_equal(fault.code, e);
        assert_string_equal(fault.clause, "API 2.3");
        assert_true(fault.at <= in.size);
    }
    return e;
}

static void
takes_rfc_8259_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
        struct bytes text = bytes_of(TEXTS[i].text);
        struct json *root = NULL;
        enum err e = parse(text, &root);

        if (e != TEXTS[i].e)
            print_message("# %s\n", TEXTS[i].text);
        assert_err(e, TEXTS[i].e);
        if (e != OK)
            continue;
        json_close(root);
        while (text.size > 0 && text.p[text.size - 1] <= ' ')
            text.size--;
        for (size_t cut = 0; cut < text.size; cut++)
            assert_err(parse((struct bytes){text.p, cut}, &root), ERR_FORMAT);
    }
    assert_err(json_parse((struct bytes){0}, &(struct json *){NULL}, NULL),
               ERR_FORMAT);
}

static void
gives_values_by_kind(void **state)
{
    static const char TEXT[] =
        "{\"text\":\"Durr\\u00ebs\",\"integer\":-9223372036854775808,"
        "\"real\":1.5,\"yes\":true,\"no\":false,\"null\":null,"
        "\"array\":[1,2,3],\"object\":{}}";
    static const char *const NAMES[] = {"text", "integer", "real",  "yes",
                                        "no",   "null",    "array", "object"};
    static const enum json_kind KINDS[] = {
        JSON_OF_TEXT,    JSON_OF_INTEGER, JSON_OF_REAL,  JSON_OF_BOOLEAN,
        JSON_OF_BOOLEAN, JSON_OF_NULL,    JSON_OF_ARRAY, JSON_OF_OBJECT};
    struct json *root;
    struct bytes text = {0};
    int64_t integer = 0;
    bool boolean = false;

    (void)state;
    assert_err(parse(bytes_of(TEXT), &root), OK);
    assert_int_equal(json_member_count(root), 8);
    for (size_t i = 0; i < 8; i++) {
        const struct json *value = json_member(root, NAMES[i]);
        enum json_kind kind = json_kind(value);

        assert_int_equal(kind, KINDS[i]);
        assert_int_equal(json_get_text(value, &text), kind == JSON_OF_TEXT);
        assert_int_equal(json_get_integer(value, &integer),
                         kind == JSON_OF_INTEGER);
        assert_int_equal(json_get_boolean(value, &boolean),
                         kind == JSON_OF_BOOLEAN);
        assert_int_equal(json_count(value), kind == JSON_OF_ARRAY ? 3 : 0);
    }
    assert_bytes(text, BYTES("Durr\xc3\xabs"));
    assert_true(integer == INT64_MIN);
    assert_true(
        json_get_integer(json_item(json_member(root, "array"), 2), &integer));
    assert_int_equal(integer, 3);
    assert_null(json_item(json_member(root, "array"), 3));
    assert_null(json_member(root, "none"));
    assert_null(json_member(json_member(root, "text"), "none"));
    assert_int_equal(json_kind(NULL), JSON_NONE);
    assert_true(json_only(root, NAMES, 8));
    assert_false(json_only(root, NAMES, 7));
    json_close(root);
}

/* Every code point below U+0300 in a text, and all kinds around it. */
static void
writes_what_can_be_read(void **state)
{
    uint8_t block[4096];
    uint8_t text_block[2048];
    struct writer text;
    struct writer w;
    struct json_writer j = {.w = &w};
    struct json *root;
    struct bytes back;
    int64_t integer;

    (void)state;
    writer_init(&text, text_block, sizeof(text_block));
    for (uint32_t c = 1; c < 0x300; c++) {
        if (c >= 0x80)
            writer_u8(&text, (uint8_t)(0xc0 | c >> 6));
        writer_u8(&text, (uint8_t)(c < 0x80 ? c : 0x80 | (c & 63)));
    }
    writer_init(&w, block, sizeof(block));
    json_begin_object(&j);
    json_pair_text(&j, "te\"xt\n", writer_done(&text));
    json_pair_integer(&j, "integer", INT64_MIN);
    json_pair_boolean(&j, "yes", true);
    json_key(&j, "array");
    json_begin_array(&j);
    json_put_null(&j);
    json_put_base64(&j, BYTES("foob"));
    json_put_raw(&j, BYTES("{\"raw\":1}"));
    json_begin_array(&j);
    json_end_array(&j);
    json_put_integer(&j, INT64_MAX);
    json_end_array(&j);
    json_end_object(&j);
    assert_err(writer_end(&w), OK);
    for (size_t i = 0; i < w.at; i++)
        assert_true(block[i] >= 0x20 && block[i] != 0x7f); /* one line */
    assert_err(parse(writer_done(&w), &root), OK);
    assert_true(json_get_text(json_member(root, "te\"xt\n"), &back));
    assert_bytes(back, writer_done(&text));
    assert_true(json_get_integer(json_member(root, "integer"), &integer));
    assert_true(integer == INT64_MIN);
    assert_int_equal(json_count(json_member(root, "array")), 5);
    assert_true(json_get_text(json_item(json_member(root, "array"), 1), &back));
    assert_bytes(back, BYTES("Zm9vYg=="));
    json_close(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_rfc_8259_alone),
        cmocka_unit_test(gives_values_by_kind),
        cmocka_unit_test(writes_what_can_be_read),
    };

    return TEST_RUN(tests);
}
