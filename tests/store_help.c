#include "store_help.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
store_place_init(struct store_place *place)
{
    *place = (struct store_place){0};
    /* In memory where there is such a folder: nothing here is about disks. */
    (void)snprintf(place->folder_path, sizeof(place->folder_path),
                   "%s/kufi-store-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(place->folder_path));
    os_posix_init(&place->os);
    assert_err(
        place->os.folder_open(&place->os, place->folder_path, &place->folder),
        OK);
    (void)snprintf(place->path, sizeof(place->path), "%s/store.db",
                   place->folder_path);
    place->config = (struct store_config){.os = &place->os,
                                          .folder = place->folder,
                                          .path = place->path,
                                          .mode = STORE_FOLD,
                                          .node = BYTES("durres")};
}

static int
remove_one(const char *path, const struct stat *found, int type,
           struct FTW *walk)
{
    (void)found;
    (void)type;
    (void)walk;
    return remove(path);
}

void
store_place_deinit(struct store_place *place)
{
    place->os.folder_close(&place->os, place->folder);
    assert_int_equal(
        nftw(place->folder_path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

struct document
store_document(const struct store_traveller *traveller)
{
    return (struct document){
        .format = BYTES("TD3"),
        .code = BYTES("P"),
        .issuing_state = bytes_of(traveller->nationality),
        .number = bytes_of(traveller->number),
        .surname = bytes_of(traveller->surname),
        .given_names = bytes_of(traveller->given_names),
        .nationality = bytes_of(traveller->nationality),
        .date_of_birth = bytes_of(traveller->date_of_birth),
        .sex = BYTES("F"),
        .date_of_expiry = BYTES("2031-04-15"),
    };
}

struct event
store_event(enum event_type type, int64_t time_ms)
{
    return (struct event){.type = type,
                          .time = {time_ms},
                          .actor = BYTES("officer-1"),
                          .place = BYTES("Durres"),
                          .lane = BYTES("3")};
}

void
store_stream_init(struct store_stream *stream, uint64_t seed,
                  uint64_t travellers)
{
    *stream = (struct store_stream){.random = {seed},
                                    .now_ms = INT64_C(1780000000000),
                                    .travellers = travellers};
}

static uint64_t
below(struct store_stream *stream, uint64_t bound)
{
    return test_random_below(&stream->random, bound);
}

static struct bytes
text_number(struct store_stream *stream, const char *start, uint64_t number)
{
    uint8_t *p = stream->texts + stream->text_used;
    size_t room = sizeof(stream->texts) - stream->text_used;
    int size =
        snprintf((char *)p, room, "%s%llu", start, (unsigned long long)number);

    assert_true(size > 0 && (size_t)size < room);
    stream->text_used += (size_t)size;
    return (struct bytes){p, (size_t)size};
}

/* Many share a surname and a birthday; one in eight has a second document, and
 * documents are now and then read differently. */
static struct document
any_document(struct store_stream *stream)
{
    static const char *const STATES[] = {"UTO", "XXA", "D", "XOM"};
    uint64_t who = below(stream, stream->travellers);
    uint64_t second = below(stream, 8) == 0;
    struct document document = {
        .format = BYTES("TD3"),
        .code = BYTES("P"),
        .sex = BYTES("M"),
        .date_of_expiry = BYTES("2031-04-15"),
        .name_truncated = below(stream, 50) == 0,
    };

    document.issuing_state = bytes_of(STATES[who % 4]);
    document.nationality = bytes_of(STATES[who % 4]);
    document.number = text_number(stream, "X", who * 2 + second);
    document.surname = text_number(stream, "SAMPLE", who / 5);
    document.given_names = text_number(stream, "INVENTED ", who % 5);
    document.date_of_birth = text_number(stream, "1970-01-0", 1 + who % 3);
    if (below(stream, 40) == 0)
        document.optional_1 = text_number(stream, "O", below(stream, 3));
    return document;
}

static struct request_key
any_key(struct store_stream *stream)
{
    struct request_key key = {.present = below(stream, 3) > 0};
    uint64_t number = below(stream, stream->index * 2 + 4);

    be64_write(key.key, number * UINT64_C(0x9e3779b97f4a7c15));
    be64_write(key.key + 8, number);
    be64_write(key.request, below(stream, 5));
    return key;
}

static enum decision
any_decision(struct store_stream *stream, uint16_t *reasons)
{
    uint64_t n = below(stream, 20);

    *reasons = 0;
    if (n > 1)
        return DECISION_ADMIT;
    if (n == 1)
        return DECISION_HAND_OVER;
    *reasons = (uint16_t)(1 + below(stream, REASONS_ALL));
    return DECISION_REFUSE;
}

static void
any_correction(struct store_stream *stream, struct correction *correction)
{
    static const char *const FIELDS[][2] = {
        {"direction", "entry"},
        {"direction", "exit"},
        {"direction", "sideways"},
        {"decision", "admit"},
        {"decision", "refuse"},
        {"decision", "hand_over"},
        {"reasons", "AC"},
        {"reasons", "AA"},
        {"lane", "7"},
        {"lane", "a lane far too long to be one"},
        {"surname", "SAMPLE1"},
        {"surname", "CORRECTED"},
        {"document_number", "X11"},
        {"nationality", "UTO"},
        {"date_of_birth", "1971-XX-XX"},
        {"date_of_birth", "1971"},
        {"no_such_field", "1"},
    };
    size_t i = below(stream, sizeof(FIELDS) / sizeof(FIELDS[0]));
    bool elsewhere = below(stream, 20) == 0;

    *correction = (struct correction){
        .node = elsewhere ? BYTES("vlore") : BYTES("durres"),
        .index = below(stream, stream->index + 2),
        .field = bytes_of(FIELDS[i][0]),
        .value = bytes_of(FIELDS[i][1]),
        .reason = BYTES("mistyped"),
        .key = any_key(stream),
    };
}

static void
any_late(struct store_stream *stream, struct event *event)
{
    struct late_record *late = &event->late_record;

    late->occurred.ms = stream->now_ms - (int64_t)below(stream, 90000000);
    late->reason = BYTES("no power");
    late->recorder = BYTES("officer-2");
    late->direction = below(stream, 2) ? DIRECTION_ENTRY : DIRECTION_EXIT;
    late->decision = any_decision(stream, &late->reasons);
    late->document = any_document(stream);
    late->key = any_key(stream);
}

static void
any_crossing(struct store_stream *stream, struct event *event)
{
    struct crossing *crossing = &event->crossing;

    crossing->has_inspection = stream->index > 0 && below(stream, 10) > 0;
    if (crossing->has_inspection)
        crossing->inspection =
            stream->index - 1 -
            below(stream, stream->index < 20 ? stream->index : 20);
    crossing->direction = below(stream, 2) ? DIRECTION_ENTRY : DIRECTION_EXIT;
    crossing->decision = any_decision(stream, &crossing->reasons);
    crossing->document = any_document(stream);
    crossing->key = any_key(stream);
}

const struct event *
store_stream_next(struct store_stream *stream)
{
    uint64_t n = below(stream, 100);
    struct event *event = &stream->event;

    stream->text_used = 0;
    stream->now_ms += (int64_t)below(stream, 200000);
    if (below(stream, 50) == 0)
        stream->now_ms -= 300000; /* a sample node takes any time */
    if (n < 40) {
        *event = store_event(EVENT_INSPECTION, stream->now_ms);
        event->inspection.direction = n % 2 ? DIRECTION_ENTRY : DIRECTION_EXIT;
        event->inspection.line_count = 1;
        event->inspection.lines[0] = BYTES("NO MRZ");
    } else if (n < 80) {
        *event = store_event(EVENT_CROSSING, stream->now_ms);
        any_crossing(stream, event);
    } else if (n < 86) {
        *event = store_event(EVENT_LATE_RECORD, stream->now_ms);
        any_late(stream, event);
    } else if (n < 96) {
        *event = store_event(EVENT_CORRECTION, stream->now_ms);
        any_correction(stream, &event->correction);
    } else {
        *event = store_event(EVENT_MODE_CHANGE, stream->now_ms);
        event->mode_change.reason = BYTES("drill");
    }
    stream->index++;
    return n == 99 ? NULL : event;
}
