/*
 * A line of `kufi screen`: JSON to a question, asked of an alert. What is
 * refused says why; what is taken can be asked. SCR 1.9.
 */
#include <stdlib.h>

#include "cli/screen_query.h"
#include "screen/alerts.h"
#include "screen/set.h"

#define ARENA_SIZE (ALERTS_MEMORY(1) + ((size_t)64 << 20))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static void
alerts_make(struct arena *scratch, struct alerts *out)
{
    static max_align_t kept[ARENA_SIZE / sizeof(max_align_t)];
    static const struct alert_put put = {
        .kind = ALERT_PERSON,
        .surname = {(const uint8_t *)"UTO", 3},
        .given_names = {(const uint8_t *)"ANNA", 4}};
    static const struct alert_record record = {
        .entry = {(const uint8_t *)"durres/12", 9}, .put = &put};
    struct arena arena;

    arena_init(&arena, kept, sizeof(kept));
    must(alerts_build(&record, 1, NULL, &arena, scratch, out) == OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static max_align_t block[(1 << 20) / sizeof(max_align_t)];
    static max_align_t scratch[ARENA_SIZE / sizeof(max_align_t)];
    static struct alerts alerts;
    struct date today = date_of((struct civil){2026, 11, 23});
    struct screen_set set = {.alerts = &alerts};
    struct screen_hit hits[SCREEN_HITS_MAX];
    struct screen_query query;
    struct json *line = NULL;
    const char *what = NULL;
    struct arena arenas[2];
    size_t count = 0;

    arena_init(&arenas[0], block, sizeof(block));
    arena_init(&arenas[1], scratch, sizeof(scratch));
    if (alerts.count == 0)
        alerts_make(&arenas[1], &alerts);
    arena_reset(&arenas[1]);
    if (size > SCREEN_LINE_SIZE_MAX ||
        json_parse((struct bytes){data, size}, &line, NULL) != OK)
        return 0;
    if (screen_query_read(line, today, &arenas[0], &query, &what) == OK) {
        must(query.person.name_count <= SCREEN_QUERY_NAMES_MAX);
        must(screen_ask(&set, &query, &arenas[1], hits, SCREEN_HITS_MAX,
                        &count) == OK);
        must(count <= 1);
    } else {
        must(what != NULL);
    }
    json_close(line);
    return 0;
}
