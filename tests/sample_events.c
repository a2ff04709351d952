#include "sample_events.h"

#include <stdlib.h>
#include <string.h>

/* The specimen of ICAO Doc 9303 part 4. */
#define SPECIMEN                                                               \
    {                                                                          \
        .format = BYTES("TD3"), .code = BYTES("P"),                            \
        .issuing_state = BYTES("UTO"), .number = BYTES("L898902C3"),           \
        .surname = BYTES("ERIKSSON"), .given_names = BYTES("ANNA MARIA"),      \
        .nationality = BYTES("UTO"), .date_of_birth = BYTES("1974-08-12"),     \
        .sex = BYTES("F"), .date_of_expiry = BYTES("2012-04-15"),              \
        .optional_1 = BYTES("ZE184226B"),                                      \
    }

#define KEY                                                                    \
    {                                                                          \
        .present = true,                                                       \
        .key = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},         \
        .request = {16, 17, 18, 19, 20, 21, 22, 23,                            \
                    24, 25, 26, 27, 28, 29, 30, 31},                           \
    }

#define HEAD(kind)                                                             \
    .type = (kind), .time = {1790000000250}, .actor = BYTES("officer-17"),     \
    .place = BYTES("Durr\xc3\xabs"), .lane = BYTES("3")

#define BARE(kind) .type = (kind), .actor = BYTES("k"), .place = BYTES("p")

static const struct document_fault FAULTS[] = {
    {BYTES("check_digit"), BYTES("document_number"), BYTES("DOC 4.2"), 2, 10},
    {BYTES("layout"), {0}, {0}, 0, 0},
};

static const struct inspection_hit HITS[] = {
    {.kind = 0,
     .list = BYTES("sample"),
     .entry = BYTES("UTO.001"),
     .entry_hash = {1, 2, 3, 4, 5, 6, 7, 8},
     .points = 871,
     .reason = 6,
     .reason_count = 3,
     .reasons = {2, 7, HIT_REASON_MAX}},
    {.kind = 1,
     .list = BYTES("alert"),
     .entry = BYTES("durres/12"),
     .points = HIT_POINTS_MAX,
     .reason = LIST_REASON_MAX},
};

static const struct inspection_finding FINDINGS[] = {
    {BYTES("alert_name"), SEVERITY_MAX, BYTES("Listed as ERIKSON, born 1974")},
    {BYTES("already_inside"), 1, {0}},
};

static const struct seen_log SEEN[] = {
    {.origin = BYTES("kufi.example/centre"),
     .role = SEEN_CENTRE,
     .size = 4711,
     .root = {0xe3, 0xb0, [31] = 0x55}},
    {.origin = BYTES("kufi.example/rinas"), .size = EVENT_INDEX_MAX},
};

#define IDENTITY                                                               \
    {                                                                          \
        .surname = BYTES("ERIKSSON"), .given_names = BYTES("ANNA MARIA"),      \
        .date_of_birth = BYTES("1974-08-12"), .sex = BYTES("F"),               \
        .nationality = BYTES("UTO"),                                           \
    }

const struct sample_event SAMPLE_EVENTS[] = {
    {"crossing",
     {HEAD(EVENT_CROSSING), .crossing = {.has_inspection = true,
                                         .inspection = 182,
                                         .document = SPECIMEN,
                                         .key = KEY}}},
    {"crossing_refused",
     {HEAD(EVENT_CROSSING),
      .crossing = {.direction = DIRECTION_EXIT,
                   .decision = DECISION_REFUSE,
                   .reasons = REASONS_ALL,
                   .document = {.date_of_birth = BYTES("1974-XX-XX"),
                                .date_of_expiry = BYTES("XXXX-XX-XX"),
                                .name_truncated = true}}}},
    {"crossing_bare",
     {BARE(EVENT_CROSSING), .crossing = {.decision = DECISION_HAND_OVER}}},
    {"inspection",
     {HEAD(EVENT_INSPECTION),
      .inspection =
          {.direction = DIRECTION_EXIT,
           .line_count = 2,
           .lines = {BYTES("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
                     BYTES("L898902C36UTO7408122F1204159ZE184226B<<<<<10")},
           .has_document = true,
           .document = SPECIMEN,
           .fault_count = 2,
           .faults = FAULTS}}},
    {"inspection_bare",
     {BARE(EVENT_INSPECTION),
      .inspection = {.line_count = 1, .lines = {BYTES("\x1b\n\x7f")}}}},
    {"inspection_hits",
     {HEAD(EVENT_INSPECTION),
      .inspection = {.line_count = 1,
                     .lines = {BYTES("NO MRZ")},
                     .accompanied = true,
                     .voyage = BYTES("UT101"),
                     .hit_count = 2,
                     .hits = HITS,
                     .finding_count = 2,
                     .findings = FINDINGS,
                     .recommendation = RECOMMENDATION_MAX}}},
    {"hit_resolution",
     {HEAD(EVENT_HIT_RESOLUTION),
      .hit_resolution = {.inspection = 183,
                         .hit = INSPECTION_HITS_MAX - 1,
                         .list = BYTES("sample"),
                         .entry = BYTES("UTO.001"),
                         .entry_hash = {1, 2, 3, 4, 5, 6, 7, 8},
                         .identity = IDENTITY,
                         .verdict = VERDICT_UNSURE,
                         .reason = BYTES("another place of birth"),
                         .key = KEY}}},
    {"hit_resolution_bare",
     {BARE(EVENT_HIT_RESOLUTION),
      .hit_resolution = {.list = BYTES("l"),
                         .entry = BYTES("e"),
                         .identity = {.given_names = BYTES("A")},
                         .reason = BYTES("r")}}},
    {"alert_document",
     {HEAD(EVENT_ALERT_PUT), .alert_put = {.kind = ALERT_DOCUMENT,
                                           .issuing_state = BYTES("UTO"),
                                           .document_type = BYTES("P"),
                                           .number = BYTES("L898902C3"),
                                           .reason = 2,
                                           .action = BYTES("keep the passport"),
                                           .owner = BYTES("border police"),
                                           .expires = BYTES("2028-02-29"),
                                           .key = KEY}}},
    {"alert_person",
     {HEAD(EVENT_ALERT_PUT),
      .alert_put = {.kind = ALERT_PERSON,
                    .surname = BYTES("ERIKSSON"),
                    .given_names = BYTES("ANNA MARIA"),
                    .other_name_count = 2,
                    .other_names = {BYTES("Ana Eriksen"), BYTES("Anja")},
                    .born = BYTES("1974-08/1975-01"),
                    .sex = BYTES("F"),
                    .nationality = BYTES("UTO"),
                    .reason = LIST_REASON_MAX,
                    .action = BYTES("call the second line"),
                    .owner = BYTES("border police"),
                    .key = KEY}}},
    {"alert_person_bare",
     {BARE(EVENT_ALERT_PUT), .alert_put = {.kind = ALERT_PERSON,
                                           .surname = BYTES("S"),
                                           .reason = 1,
                                           .action = BYTES("a"),
                                           .owner = BYTES("o")}}},
    {"withdrawal",
     {HEAD(EVENT_WITHDRAWAL), .withdrawal = {.node = BYTES("durres"),
                                             .index = 12,
                                             .reason = BYTES("found"),
                                             .key = KEY}}},
    {"list_imported",
     {HEAD(EVENT_LIST_IMPORTED),
      .list_imported = {.name = BYTES("sample"),
                        .source = BYTES("csv"),
                        .sha256 = {0xe3, 0xb0, [31] = 0x55},
                        .list_date = BYTES("2026-08-12"),
                        .entries = 4,
                        .persons = 3,
                        .names = 7,
                        .documents = 2,
                        .size = 4711,
                        .shrink_accepted = true}}},
    {"manifest",
     {HEAD(EVENT_MANIFEST), .manifest = {.voyage = BYTES("UT101"),
                                         .day = BYTES("2026-08-12"),
                                         .direction = DIRECTION_EXIT,
                                         .document = SPECIMEN,
                                         .key = KEY}}},
    {"exit_order",
     {HEAD(EVENT_EXIT_ORDER), .exit_order = {.document = SPECIMEN,
                                             .deadline = {1790086400250},
                                             .reason = BYTES("expelled"),
                                             .owner = BYTES("ministry"),
                                             .key = KEY}}},
    {"person_linked",
     {HEAD(EVENT_PERSON_LINKED),
      .person_linked = {.a = IDENTITY,
                        .b = {.surname = BYTES("ERIKSSON SAMPLE"),
                              .given_names = BYTES("ANNA MARIA"),
                              .date_of_birth = BYTES("1974-08-12")},
                        .verdict = VERDICT_OTHER,
                        .reason = BYTES("another face"),
                        .key = KEY}}},
    {"correction",
     {HEAD(EVENT_CORRECTION),
      .correction = {.node = BYTES("durres"),
                     .index = EVENT_INDEX_MAX,
                     .field = BYTES("surname"),
                     .value = BYTES("ERIKSSON"),
                     .reason = BYTES("misread by the reader"),
                     .key = KEY}}},
    {"correction_bare",
     {BARE(EVENT_CORRECTION), .correction = {.node = BYTES("a"),
                                             .field = BYTES("f"),
                                             .reason = BYTES("r")}}},
    {"late_record",
     {HEAD(EVENT_LATE_RECORD), .late_record = {.occurred = {1790000000250},
                                               .reason = BYTES("no power"),
                                               .recorder = BYTES("officer-4"),
                                               .reference = BYTES("12/2026"),
                                               .direction = DIRECTION_EXIT,
                                               .decision = DECISION_REFUSE,
                                               .reasons = 1,
                                               .document = SPECIMEN,
                                               .key = KEY}}},
    {"late_record_bare",
     {BARE(EVENT_LATE_RECORD),
      .late_record = {.reason = BYTES("r"), .recorder = BYTES("w")}}},
    {"access_document",
     {HEAD(EVENT_ACCESS), .access = {.purpose = BYTES("second line check"),
                                     .kind = ACCESS_DOCUMENT,
                                     .issuing_state = BYTES("UTO"),
                                     .number = BYTES("L898902C3")}}},
    {"access_person",
     {HEAD(EVENT_ACCESS), .access = {.purpose = BYTES("p"),
                                     .kind = ACCESS_PERSON,
                                     .surname = BYTES("ERIKSSON"),
                                     .given_names = BYTES("ANNA MARIA"),
                                     .date_of_birth = BYTES("1974-08-12")}}},
    {"access_record",
     {HEAD(EVENT_ACCESS), .access = {.purpose = BYTES("p"),
                                     .kind = ACCESS_RECORD,
                                     .node = BYTES("durres"),
                                     .index = 183}}},
    {"access_list",
     {HEAD(EVENT_ACCESS), .access = {.purpose = BYTES("overstayers"),
                                     .kind = ACCESS_LIST,
                                     .list = BYTES("overstayers")}}},
    {"mode_change",
     {HEAD(EVENT_MODE_CHANGE),
      .mode_change = {MODE_MAINTENANCE, BYTES("new disk")}}},
    {"clock_jump",
     {HEAD(EVENT_CLOCK_JUMP),
      .clock_jump = {{1790000000000}, {INSTANT_MS_MAX}}}},
    {"node_start_init",
     {HEAD(EVENT_NODE_START), .node_start = {.reason = START_INIT,
                                             .sample = true,
                                             .kind = NODE_SEA,
                                             .country = BYTES("ALB"),
                                             .zone = BYTES("Europe/Tirane"),
                                             .version = BYTES("0.1.0"),
                                             .epoch = 20717}}},
    {"node_start",
     {HEAD(EVENT_NODE_START), .node_start = {.reason = START_AGAIN,
                                             .kind = NODE_AIR,
                                             .country = BYTES("UTO"),
                                             .version = BYTES("0.1.0"),
                                             .epoch = EVENT_EPOCH_MAX,
                                             .slot_floor = EVENT_SLOTS}}},
    {"node_stop", {HEAD(EVENT_NODE_STOP), .node_stop = {STOP_TROUBLE}}},
    {"key_epoch_opened",
     {HEAD(EVENT_KEY_EPOCH_OPENED), .key_epoch_opened = {20718, 0}}},
    {"checkpoint_seen",
     {HEAD(EVENT_CHECKPOINT_SEEN),
      .checkpoint_seen = {.log_count = 2, .logs = SEEN}}},
    {"roster_change",
     {HEAD(EVENT_ROSTER_CHANGE),
      .roster_change = {.version = 3, .sha256 = {0xe3, 0xb0, [31] = 0x55}}}},
    {"incident",
     {HEAD(EVENT_INCIDENT),
      .incident = {.code = BYTES("fork"),
                   .origin = BYTES("kufi.example/centre"),
                   .summary = BYTES("two checkpoints of one size"),
                   .has_evidence = true,
                   .evidence = {0xe3, 0xb0, [31] = 0x55}}}},
    {"incident_bare",
     {BARE(EVENT_INCIDENT),
      .incident = {.code = BYTES("c"), .summary = BYTES("s")}}},
    {"order",
     {HEAD(EVENT_ORDER),
      .order_event = {.note = BYTES("kufi order v1\nkind withdraw\n"),
                      .refused = true}}},
    {"order_bare", {BARE(EVENT_ORDER), .order_event = {.note = BYTES("\xff")}}},
};

const size_t SAMPLE_EVENTS_COUNT =
    sizeof(SAMPLE_EVENTS) / sizeof(SAMPLE_EVENTS[0]);

const struct event *
sample_event(const char *name)
{
    for (size_t i = 0; i < SAMPLE_EVENTS_COUNT; i++)
        if (strcmp(SAMPLE_EVENTS[i].name, name) == 0)
            return &SAMPLE_EVENTS[i].event;
    abort();
}
