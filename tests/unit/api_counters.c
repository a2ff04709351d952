/*
 * The histogram of scans: each bound counts what took as long or less, and the
 * text is Prometheus's. API 4.9
 */
#include "test.h"

#include "api/counters.h"

#include <stdio.h>
#include <string.h>

static const char *
written(struct api_counters *counters)
{
    static char text[16384];
    struct writer w;

    writer_init(&w, text, sizeof(text) - 1);
    counters_write(&w, counters);
    assert_err(writer_end(&w), OK);
    text[w.at] = '\0';
    return text;
}

static void
scans_fall_under_their_bounds(void **state)
{
    static const struct {
        uint64_t ns;
        const char *below; /* the last bound that does not count it */
        const char *at;    /* the first that does */
    } CASES[] = {
        {0, NULL, "0.000020000"},
        {20000, NULL, "0.000020000"},
        {20001, "0.000020000", "0.000024000"},
        {32000, "0.000028000", "0.000032000"},
        {32001, "0.000032000", "0.000040000"},
        {2000000, "0.001792000", "0.002048000"},
        {65536000, "0.057344000", "0.065536000"},
        {65536001, "0.065536000", "+Inf"},
        {UINT64_C(3600000000000), "0.065536000", "+Inf"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct api_counters counters = {0};
        char line[96];

        counters_scan(&counters, CASES[i].ns);
        (void)snprintf(line, sizeof(line),
                       "kufi_scan_seconds_bucket{le=\"%s\"} 1\n", CASES[i].at);
        assert_non_null(strstr(written(&counters), line));
        (void)snprintf(line, sizeof(line),
                       "kufi_scan_seconds_bucket{le=\"%s\"} 0\n",
                       CASES[i].below);
        if (CASES[i].below != NULL)
            assert_non_null(strstr(written(&counters), line));
    }
}

static void
scans_are_summed(void **state)
{
    struct api_counters counters = {0};
    const char *text;

    (void)state;
    counters_scan(NULL, 1);
    counters_scan(&counters, 1500000000);
    counters_scan(&counters, 1);
    text = written(&counters);
    assert_non_null(strstr(text, "# TYPE kufi_scan_seconds histogram\n"));
    assert_non_null(strstr(text, "kufi_scan_seconds_sum 1.500000001\n"));
    assert_non_null(strstr(text, "kufi_scan_seconds_count 2\n"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scans_fall_under_their_bounds),
        cmocka_unit_test(scans_are_summed),
    };

    return TEST_RUN(tests);
}
