/*
 * Shows that a rules file is read as STY 4 says and that nothing else is: the
 * sample of packaging/, each kind of bad line with its place and clause, the
 * sample cut at every byte, each bit of it flipped, and an arena that grows
 * until it is enough. What rules say of travellers is shown in stay_judge.
 */
#include "stay/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#define SAMPLE "packaging/stay-rules.sample"
#define ARENA_SIZE STAY_RULES_ARENA_SIZE
#define HEAD "kufi stay rules 1\ndate 2026-11-01\n"

static uint8_t block[ARENA_SIZE];

static enum err
parse(struct bytes in, const struct stay_rules **rules, struct fault *fault)
{
    struct arena arena;

    *fault = (struct fault){0};
    arena_init(&arena, block, sizeof(block));
    return stay_rules_parse(in, &arena, rules, fault);
}

/* `mark` is where the fault stands: the first such text of the file. */
static const struct {
    const char *text;
    enum err e;
    const char *clause;
    const char *mark;
} CASES[] = {
    {HEAD "end\n", OK, NULL, NULL},
    {HEAD "end", OK, NULL, NULL},
    {"kufi stay rules 1\r\n\r\n# x\r\ndate 2026-11-01\r\nend\r\n", OK, NULL,
     NULL},
    {HEAD "rule a stay=free\nend\n", OK, NULL, NULL},
    {HEAD "rule a\tstay=90/180 \t nationality=D,USA \nend\n", OK, NULL, NULL},
    {HEAD "group g D\nrule a nationality=USA,@g stay=none\nend\n", OK, NULL,
     NULL},
    {HEAD "rule a title=visa type=C,D from=2026-01-01 until=2026-01-01 "
          "document=P,PD stay=365+90\nend\n",
     OK, NULL, NULL},
    /* 4.1 */
    {"", ERR_FORMAT, "STY 4.1", ""},
    {"kufi stay rules 2\ndate 2026-11-01\nend\n", ERR_FORMAT, "STY 4.1", ""},
    {"kufi stay rules 1\n", ERR_SHORT, "STY 4.1", NULL},
    {HEAD, ERR_SHORT, "STY 4.1", NULL},
    {HEAD "rule a stay=free\n", ERR_SHORT, "STY 4.1", NULL},
    {"kufi stay rules 1\nend\n", ERR_FORMAT, "STY 4.1", "end"},
    {"kufi stay rules 1\nrule a stay=free\ndate 2026-11-01\nend\n", ERR_FORMAT,
     "STY 4.1", "rule a"},
    {"kufi stay rules 1\ndate 2026-11-31\nend\n", ERR_FORMAT, "STY 4.1",
     "2026-11-31"},
    {"kufi stay rules 1\ndate\nend\n", ERR_FORMAT, "STY 4.1", "date"},
    {"kufi stay rules 1\ndate 2026-11-01 x\nend\n", ERR_FORMAT, "STY 4.1",
     " x"},
    {HEAD "date 2026-11-02\nend\n", ERR_FORMAT, "STY 4.1", "2026-11-02"},
    {HEAD "end\nrule a stay=free\n", ERR_FORMAT, "STY 4.1", "rule a"},
    {HEAD "end x\n", ERR_FORMAT, "STY 4.1", "end x"},
    {HEAD "rules a stay=free\nend\n", ERR_FORMAT, "STY 4.1", "rules a"},
    {HEAD "# \xFF\nend\n", ERR_FORMAT, "STY 4.1", ""},
    /* 4.2 */
    {HEAD "group\nend\n", ERR_FORMAT, "STY 4.2", "group"},
    {HEAD "group G D\nend\n", ERR_FORMAT, "STY 4.2", "G D"},
    {HEAD "group g\nend\n", ERR_FORMAT, "STY 4.2", "group g"},
    {HEAD "group g D USAX\nend\n", ERR_FORMAT, "STY 4.2", "USAX"},
    {HEAD "group g D usa\nend\n", ERR_FORMAT, "STY 4.2", "usa"},
    {HEAD "group g D\ngroup g USA\nend\n", ERR_FORMAT, "STY 4.2", "g USA"},
    /* 4.3 */
    {HEAD "rule\nend\n", ERR_FORMAT, "STY 4.3", "rule\n"},
    {HEAD "rule A stay=free\nend\n", ERR_FORMAT, "STY 4.3", "A stay"},
    {HEAD "rule a_b stay=free\nend\n", ERR_FORMAT, "STY 4.3", "a_b"},
    {HEAD "rule abcdefghijklmnopqrstuvwxyz-0123456 stay=free\nend\n",
     ERR_FORMAT, "STY 4.3", "abcdef"},
    {HEAD "rule a stay=free\nrule a stay=none\nend\n", ERR_FORMAT, "STY 4.3",
     "a stay=none"},
    {HEAD "rule a free\nend\n", ERR_FORMAT, "STY 4.3", "free"},
    {HEAD "rule a stay=free sex=F\nend\n", ERR_FORMAT, "STY 4.3", "sex=F"},
    {HEAD "rule a =\nend\n", ERR_FORMAT, "STY 4.3", "="},
    /* 4.4 */
    {HEAD "rule a nationality= stay=free\nend\n", ERR_FORMAT, "STY 4.4",
     " stay=free"},
    {HEAD "rule a nationality=D, stay=free\nend\n", ERR_FORMAT, "STY 4.4",
     "D, stay"},
    {HEAD "rule a nationality=,D stay=free\nend\n", ERR_FORMAT, "STY 4.4",
     ",D stay"},
    {HEAD "rule a nationality=d stay=free\nend\n", ERR_FORMAT, "STY 4.4",
     "d stay"},
    {HEAD "rule a nationality=@g stay=free\nend\n", ERR_FORMAT, "STY 4.4",
     "@g"},
    {HEAD "rule a nationality=@ stay=free\nend\n", ERR_FORMAT, "STY 4.4", "@"},
    {HEAD "rule a nationality=D nationality=USA stay=free\nend\n", ERR_FORMAT,
     "STY 4.4", "USA"},
    {HEAD "group g D\nrule a document=@g stay=free\nend\n", ERR_FORMAT,
     "STY 4.4", "@g"},
    {HEAD "rule a document=PPP stay=free\nend\n", ERR_FORMAT, "STY 4.4", "PPP"},
    {HEAD "rule a title=x stay=free\nend\n", ERR_FORMAT, "STY 4.4", "x stay"},
    {HEAD "rule a title=visa title=none stay=free\nend\n", ERR_FORMAT,
     "STY 4.4", "none"},
    {HEAD "rule a type=C stay=free\nend\n", ERR_FORMAT, "STY 4.4", "a type=C"},
    {HEAD "rule a title=none type=C stay=free\nend\n", ERR_FORMAT, "STY 4.4",
     "a title"},
    {HEAD "rule a from=2026 stay=free\nend\n", ERR_FORMAT, "STY 4.4",
     "2026 stay"},
    {HEAD "rule a from=2026-01-02 until=2026-01-01 stay=free\nend\n",
     ERR_FORMAT, "STY 4.4", "a from"},
    {HEAD "rule a until=2026-01-02 until=2026-01-03 stay=free\nend\n",
     ERR_FORMAT, "STY 4.4", "2026-01-03"},
    /* 4.5 */
    {HEAD "rule a\nend\n", ERR_FORMAT, "STY 4.5", "a\nend"},
    {HEAD "rule a stay=\nend\n", ERR_FORMAT, "STY 4.5", NULL},
    {HEAD "rule a stay=180/90\nend\n", ERR_FORMAT, "STY 4.5", "180/90"},
    {HEAD "rule a stay=FREE\nend\n", ERR_FORMAT, "STY 4.5", "FREE"},
    {HEAD "rule a stay=free stay=none\nend\n", ERR_FORMAT, "STY 4.5", "none"},
};

static void
test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        const struct stay_rules *rules = NULL;
        struct fault fault;

        print_message("# %zu\n", i);
        assert_err(parse(bytes_of(CASES[i].text), &rules, &fault), CASES[i].e);
        if (CASES[i].e == OK) {
            assert_int_equal(stay_rules_date(rules).days, 20758);
            continue;
        }
        assert_null(rules);
        assert_err(fault.code, CASES[i].e);
        assert_string_equal(fault.clause, CASES[i].clause);
        assert_non_null(fault.what);
        if (CASES[i].mark != NULL)
            assert_int_equal(fault.at, strstr(CASES[i].text, CASES[i].mark) -
                                           CASES[i].text);
    }
}

static void
test_sample(void **state)
{
    struct bytes file = test_file(SAMPLE);
    const struct stay_rules *rules = NULL;
    struct fault fault;
    struct arena arena;
    enum err e = ERR_LIMIT;
    size_t size;
    size_t end = file.size;

    (void)state;
    assert_err(parse(file, &rules, &fault), OK);
    assert_in_range(stay_rules_count(rules), 8, 100);
    for (size = 0; e == ERR_LIMIT; size += 97) {
        assert_true(size <= sizeof(block));
        arena_init(&arena, block, size);
        e = stay_rules_parse(file, &arena, &rules, &fault);
    }
    assert_err(e, OK);
    while (file.p[end - 1] == '\n')
        end--;
    for (size_t cut = 0; cut < end; cut++) {
        e = parse((struct bytes){file.p, cut}, &rules, &fault);
        assert_true(e == ERR_SHORT || e == ERR_FORMAT);
        assert_true(fault.at <= cut && fault.clause != NULL);
    }
    test_file_free(file);
}

/* Whatever a bit does, the answer is clean; most are refused, and what is not
 * is comments and other lawful codes. */
static void
test_bits(void **state)
{
    struct bytes file = test_file(SAMPLE);
    uint8_t *copy = malloc(file.size);
    size_t refused = 0;

    (void)state;
    assert_non_null(copy);
    memcpy(copy, file.p, file.size);
    for (size_t bit = 0; bit < file.size * 8; bit++) {
        const struct stay_rules *rules;
        struct fault fault;
        enum err e;

        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        e = parse((struct bytes){copy, file.size}, &rules, &fault);
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(e == OK || e == ERR_FORMAT || e == ERR_SHORT);
        assert_true(e == OK || fault.at <= file.size);
        refused += e != OK;
    }
    print_message("# %zu of %zu refused\n", refused, file.size * 8);
    free(copy);
    test_file_free(file);
}

/* STY 4.1, STY 4.2, STY 4.3: as much as there may be, and one more. */
static void
test_bounds(void **state)
{
    size_t size = STAY_RULES_SIZE_MAX + 1;
    char *text = malloc(size + 1);
    const struct stay_rules *rules;
    struct fault fault;
    int at;

    (void)state;
    assert_non_null(text);
    for (int more = 0; more < 2; more++) {
        at = snprintf(text, size, HEAD);
        for (int i = 0; i < STAY_RULES_MAX + more; i++)
            at += snprintf(text + at, size - (size_t)at, "rule r%d stay=free\n",
                           i);
        snprintf(text + at, size - (size_t)at, "end\n");
        assert_err(parse(bytes_of(text), &rules, &fault),
                   more ? ERR_LIMIT : OK);
        at = snprintf(text, size, HEAD);
        for (int i = 0; i < STAY_GROUPS_MAX + more; i++)
            at += snprintf(text + at, size - (size_t)at, "group g%d D\n", i);
        snprintf(text + at, size - (size_t)at, "end\n");
        assert_err(parse(bytes_of(text), &rules, &fault),
                   more ? ERR_LIMIT : OK);
    }
    memset(text, '\n', size);
    memcpy(text, HEAD, strlen(HEAD));
    memcpy(text + size - 4, "\nend", 4);
    text[size] = '\0';
    assert_err(parse((struct bytes){(uint8_t *)text, size}, &rules, &fault),
               ERR_LIMIT);
    memcpy(text + size - 5, "\nend\n", 5);
    assert_err(parse((struct bytes){(uint8_t *)text, size - 1}, &rules, &fault),
               OK);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_sample),
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_bounds),
    };

    return TEST_RUN(tests);
}
