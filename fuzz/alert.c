/*
 * An event as it may stand in a log; when it puts an alert, the alert is built
 * into what is in force and asked about itself: it hits by its document, or
 * does without fault. SCR 1.
 */
#include <stdlib.h>

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

static size_t
ask(const struct alerts *alerts, struct arena *arena, struct date today)
{
    struct screen_set set = {.alerts = alerts};
    struct screen_query query = {.person = alerts->alerts[0].person,
                                 .today = today};
    struct screen_hit hits[SCREEN_HITS_MAX];
    size_t count = 0;

    arena_reset(arena);
    must(screen_ask(&set, &query, arena, hits, SCREEN_HITS_MAX, &count) == OK);
    must(count <= 1);
    for (size_t i = 0; i < count; i++) {
        must(hits[i].points <= SCORE_MAX);
        must(bytes_equal(hits[i].entry, BYTES("durres/12")));
    }
    return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static max_align_t block[EVENT_ARENA_SIZE / sizeof(max_align_t)];
    static max_align_t kept[ARENA_SIZE / sizeof(max_align_t)];
    static max_align_t scratch[ARENA_SIZE / sizeof(max_align_t)];
    struct alert_record record = {.entry = BYTES("durres/12")};
    struct arena arenas[3];
    struct document_key key;
    struct alerts alerts;
    struct event event;
    size_t hits;

    arena_init(&arenas[0], block, sizeof(block));
    arena_init(&arenas[1], kept, sizeof(kept));
    arena_init(&arenas[2], scratch, sizeof(scratch));
    if (event_parse((struct bytes){data, size}, &arenas[0], &event, NULL) !=
            OK ||
        event.type != EVENT_ALERT_PUT)
        return 0;
    record.put = &event.alert_put;
    must(alerts_build(&record, 1, NULL, &arenas[1], &arenas[2], &alerts) == OK);
    must(alerts.count == 1);
    hits = ask(&alerts, &arenas[2], (struct date){-200000});
    if (event.alert_put.kind == ALERT_DOCUMENT &&
        document_key_read(alerts.alerts[0].person.documents, &key))
        must(hits == 1);
    return 0;
}
