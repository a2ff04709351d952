#include "store_help.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/known.h"

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

int
store_fixture_setup(void **state)
{
    static struct store_fixture fixture;

    fixture = (struct store_fixture){0};
    store_place_init(&fixture.place);
    arena_init(&fixture.arena, fixture.block, sizeof(fixture.block));
    assert_err(store_open(&fixture.store, &fixture.place.config), OK);
    *state = &fixture;
    return 0;
}

int
store_fixture_teardown(void **state)
{
    struct store_fixture *fixture = *state;

    store_close(&fixture->store);
    store_place_deinit(&fixture->place);
    return 0;
}

uint64_t
store_fixture_fold(struct store_fixture *fixture, const struct event *event)
{
    struct store *store = &fixture->store;
    uint64_t index = store_position(store);

    assert_err(store_begin(store), OK);
    assert_err(store_fold(store, index, event), OK);
    assert_err(store_commit(store), OK);
    return index;
}

uint64_t
store_fixture_cross(struct store_fixture *fixture,
                    const struct store_traveller *who, enum direction direction,
                    int64_t time_ms)
{
    struct event event = store_event(EVENT_CROSSING, time_ms);

    event.crossing.direction = direction;
    event.crossing.document = store_document(who);
    return store_fixture_fold(fixture, &event);
}

struct store_crossing
store_crossing_of(struct store *store, uint64_t index, struct arena *arena)
{
    const struct record_name record = {BYTES("durres"), index};
    struct store_crossing found;

    assert_err(store_crossing_find(store, &record, arena, &found), OK);
    return found;
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
        {"verdict", "same"},
        {"verdict", "other"},
        {"verdict", "unsure"},
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
    if (bytes_equal(correction->field, BYTES("verdict")) && below(stream, 3))
        correction->index = stream->link;
}

static struct identity
any_identity(struct store_stream *stream)
{
    struct document document = any_document(stream);

    return store_identity(&document);
}

static void
any_resolution(struct store_stream *stream, struct hit_resolution *resolution)
{
    *resolution = (struct hit_resolution){
        .inspection = below(stream, stream->index + 1),
        .list = below(stream, 2) ? BYTES("sample") : BYTES("alert"),
        .entry = text_number(stream, "E", below(stream, 3)),
        .entry_hash = {(uint8_t)below(stream, 3)},
        .identity = any_identity(stream),
        .verdict = (enum verdict)below(stream, 3),
        .reason = BYTES("another face"),
        .key = any_key(stream),
    };
}

static void
any_alert(struct store_stream *stream, struct alert_put *put)
{
    struct document document = any_document(stream);

    *put = (struct alert_put){.kind = (enum alert_kind)below(stream, 2),
                              .reason = (uint8_t)(1 + below(stream, 12)),
                              .action = BYTES("look"),
                              .owner = BYTES("border police"),
                              .key = any_key(stream)};
    stream->put = stream->index;
    if (put->kind == ALERT_DOCUMENT) {
        put->issuing_state = document.issuing_state;
        put->number = document.number;
        return;
    }
    put->surname = document.surname;
    put->given_names = document.given_names;
    put->other_name_count = below(stream, ALERT_NAMES_MAX + 1);
    for (size_t i = 0; i < put->other_name_count; i++)
        put->other_names[i] = text_number(stream, "ALIAS ", i);
}

static void
any_list(struct store_stream *stream, struct list_imported *list)
{
    *list = (struct list_imported){
        .name = text_number(stream, "list", below(stream, 4)),
        .source = BYTES("csv"),
        .list_date = below(stream, 2) ? BYTES("2026-08-12") : (struct bytes){0},
        .entries = below(stream, 100),
        .size = below(stream, 100000),
        .shrink_accepted = below(stream, 2) == 1,
    };
    be64_write(list->sha256, test_random_next(&stream->random));
}

static void
any_order(struct store_stream *stream, struct exit_order *order)
{
    *order = (struct exit_order){
        .document = any_document(stream),
        .deadline = {stream->now_ms + (int64_t)below(stream, 90000000)},
        .reason = BYTES("expelled"),
        .owner = BYTES("ministry"),
        .key = any_key(stream),
    };
    stream->put = stream->index;
    if (below(stream, 4) == 0)
        order->document.number = (struct bytes){0};
}

static void
any_link(struct store_stream *stream, struct person_linked *linked)
{
    *linked = (struct person_linked){
        .a = any_identity(stream),
        .b = any_identity(stream),
        .verdict = (enum verdict)below(stream, 2),
        .reason = BYTES("the same face"),
        .key = any_key(stream),
    };
    linked->b.sex = BYTES("F"); /* never the same as the other */
    stream->link = stream->index;
}

static void
any_known(struct store_stream *stream, struct event *event)
{
    static const enum event_type TYPES[] = {
        EVENT_HIT_RESOLUTION, EVENT_ALERT_PUT,     EVENT_ALERT_PUT,
        EVENT_WITHDRAWAL,     EVENT_LIST_IMPORTED, EVENT_MANIFEST,
        EVENT_EXIT_ORDER,     EVENT_PERSON_LINKED,
    };

    *event = store_event(TYPES[below(stream, 8)], stream->now_ms);
    switch ((int)event->type) {
    case EVENT_HIT_RESOLUTION:
        any_resolution(stream, &event->hit_resolution);
        return;
    case EVENT_ALERT_PUT:
        any_alert(stream, &event->alert_put);
        return;
    case EVENT_WITHDRAWAL:
        event->withdrawal = (struct withdrawal){.node = BYTES("durres"),
                                                .index = stream->put,
                                                .reason = BYTES("found"),
                                                .key = any_key(stream)};
        return;
    case EVENT_LIST_IMPORTED:
        any_list(stream, &event->list_imported);
        return;
    case EVENT_MANIFEST:
        event->manifest = (struct manifest){
            .voyage = text_number(stream, "UT", below(stream, 3)),
            .day = BYTES("2026-08-12"),
            .document = any_document(stream),
            .key = any_key(stream)};
        return;
    case EVENT_EXIT_ORDER:
        any_order(stream, &event->exit_order);
        return;
    default:
        any_link(stream, &event->person_linked);
        return;
    }
}

static void
any_late(struct store_stream *stream, struct event *event)
{
    struct late_record *late = &event->late_record;

    if (below(stream, 2) == 0)
        event->place = BYTES("Vlore");
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
    if (below(stream, 10) == 0) {
        any_known(stream, event);
    } else if (n < 40) {
        *event = store_event(EVENT_INSPECTION, stream->now_ms);
        event->inspection.direction = n % 2 ? DIRECTION_ENTRY : DIRECTION_EXIT;
        event->inspection.line_count = 1;
        event->inspection.lines[0] = BYTES("NO MRZ");
        event->inspection.has_document = below(stream, 4) > 0;
        if (event->inspection.has_document)
            event->inspection.document = any_document(stream);
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
