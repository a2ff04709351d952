/*
 * The events that a node records, and their one encoding: deterministic CBOR,
 * positional, as spec/record.md has it field by field and spec/record.cddl as
 * a schema. event_encode() of what event_parse() made gives the same bytes;
 * all other bytes are refused.
 *
 * Both directions keep the same rules, so that nothing can be recorded that
 * cannot be read again. All texts are UTF-8 without control characters, save
 * the lines of an inspection, which are kept as they were scanned.
 */
#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/date.h"
#include "base/err.h"
#include "base/writer.h"

/* REC 2.2. Types without a struct below are defined in spec/ only, and are
 * refused until they are implemented. */
enum event_type {
    EVENT_CROSSING = 1,
    EVENT_INSPECTION = 2,
    EVENT_HIT_RESOLUTION = 3,
    EVENT_CORRECTION = 4,
    EVENT_LATE_RECORD = 5,
    EVENT_ALERT_PUT = 6,
    EVENT_WITHDRAWAL = 7,
    EVENT_LIST_IMPORTED = 8,
    EVENT_MANIFEST = 9,
    EVENT_EXIT_ORDER = 10,
    EVENT_ACCESS = 11,
    EVENT_OFFICER_ENROLLED = 12,
    EVENT_OFFICER_CHANGED = 13,
    EVENT_SESSION = 14,
    EVENT_MODE_CHANGE = 15,
    EVENT_CHECKPOINT_SEEN = 16,
    EVENT_KEY_EPOCH_OPENED = 17,
    EVENT_ERASURE = 18,
    EVENT_ROSTER_CHANGE = 19,
    EVENT_INCIDENT = 20,
    EVENT_INDICATOR = 21,
    EVENT_CLOCK_JUMP = 22,
    EVENT_NODE_START = 23,
    EVENT_NODE_STOP = 24,
    EVENT_PERSON_LINKED = 25,
    EVENT_ORDER = 26
};
#define EVENT_TYPE_COUNT (EVENT_ORDER + 1)

/*
 * Bounds in bytes. A name in a document's machine readable zone has 39
 * characters; one copied from paper may be longer and in any script. They are
 * such that the largest event, an inspection with all there can be in it, is
 * below EVENT_SIZE_MAX and fits an entry of the log (65,535) sealed; a usual
 * crossing has about 160.
 */
#define EVENT_SIZE_MAX 24576
#define ACTOR_SIZE_MAX 64
#define PLACE_SIZE_MAX 128
#define LANE_SIZE_MAX 16
#define PURPOSE_SIZE_MAX 256
#define ACCESS_LIST_SIZE_MAX 32
#define REASON_SIZE_MAX 512
#define REFERENCE_SIZE_MAX 64
#define FIELD_SIZE_MAX 32
#define VALUE_SIZE_MAX 256
#define VERSION_SIZE_MAX 64
#define ZONE_NAME_SIZE_MAX 64
#define DOCUMENT_FORMAT_SIZE_MAX 6
#define DOCUMENT_CODE_SIZE_MAX 8
#define STATE_SIZE_MAX 16
#define DOCUMENT_NUMBER_SIZE_MAX 64
#define NAME_SIZE_MAX 160
#define DATE_SIZE_MAX 10
#define SEX_SIZE_MAX 1
#define OPTIONAL_DATA_SIZE_MAX 64
#define INSPECTION_LINES_MAX 3
#define INSPECTION_LINE_SIZE_MAX 512
#define DOCUMENT_FAULTS_MAX 64
#define FAULT_CODE_SIZE_MAX 32
#define FAULT_CLAUSE_SIZE_MAX 16
#define FAULT_COLUMN_MAX 65535
#define INSPECTION_HITS_MAX 16
#define INSPECTION_FINDINGS_MAX 48
#define HIT_REASONS_MAX 8
#define HIT_REASON_MAX 255
#define HIT_POINTS_MAX 1000
#define HIT_LIST_SIZE_MAX 64
#define HIT_ENTRY_SIZE_MAX 64
#define LIST_SOURCE_SIZE_MAX 16
#define LIST_REASON_MAX 12 /* enum list_reason of screen/screen.h */
#define ENTRY_HASH_SIZE 8
#define SHA256_SIZE 32
#define FINDING_CODE_SIZE_MAX 32
#define EVIDENCE_SIZE_MAX 160
#define SEVERITY_MAX 2
#define RECOMMENDATION_MAX 2
#define VOYAGE_SIZE_MAX 16
#define ALERT_NAMES_MAX 8
#define ALERT_ACTION_SIZE_MAX 256
#define BORN_SIZE_MAX 21 /* "1970-01-01/1974-12-31" */
#define OWNER_SIZE_MAX 64
#define ORDER_REASON_SIZE_MAX 256 /* a row of a table holds it: STO 2 */
#define INCIDENT_CODE_SIZE_MAX 32
#define SEEN_ORIGIN_SIZE_MAX 128 /* ORIGIN_SIZE_MAX of record/name.h */
#define SEEN_LOGS_MAX 64         /* more of them take another event */
#define SEEN_ROLE_MAX 3
#define ORDER_NOTE_SIZE_MAX 16384

/* What event_parse() takes from an arena at most: an inspection's faults, hits
 * and findings, or the logs that were seen. */
#define EVENT_ARENA_SIZE 8192

/* An epoch has 2^24 slots (REC 6.1); a floor may stand past the last. Epochs
 * are UTC days up to the year 9999. 2^53 - 1 is the last index (REC 3.2). */
#define EVENT_SLOTS 0x1000000u
#define EVENT_EPOCH_MAX 2932896u
#define EVENT_INDEX_MAX INT64_C(0x1fffffffffffff)

enum direction { DIRECTION_ENTRY = 0, DIRECTION_EXIT = 1 };

enum decision {
    DECISION_ADMIT = 0,
    DECISION_REFUSE = 1,
    DECISION_HAND_OVER = 2 /* to the second line */
};

/* Reasons of a refusal, a bit each: bit 0 is A, bit 8 is I. REC 4.4. */
#define REASONS_ALL 0x1ffu

/* A travel document as it was read; every text may be empty. Dates are texts
 * because their year, month or day may be unknown: "1974-XX-XX". */
struct document {
    struct bytes format; /* TD1, TD2, TD3, MRV-A, MRV-B, FRA-ID; or empty */
    struct bytes code;
    struct bytes issuing_state;
    struct bytes number;
    struct bytes surname;
    struct bytes given_names;
    struct bytes nationality;
    struct bytes date_of_birth;
    struct bytes sex; /* F, M, X */
    struct bytes date_of_expiry;
    struct bytes optional_1;
    struct bytes optional_2;
    bool name_truncated; /* possibly */
};

/* By which a repeated request is known: REC 4.5. */
#define REQUEST_KEY_SIZE 16
struct request_key {
    bool present;
    uint8_t key[REQUEST_KEY_SIZE];     /* of the Idempotency-Key */
    uint8_t request[REQUEST_KEY_SIZE]; /* of what was asked */
};

struct crossing {
    bool has_inspection;
    uint64_t inspection; /* its index in this log */
    enum direction direction;
    enum decision decision;
    uint16_t reasons; /* at least one when refused, else none */
    struct document document;
    struct request_key key;
};

struct document_fault {
    struct bytes code;
    struct bytes field;
    struct bytes clause;
    uint8_t line;    /* from 1; 0 when it is of no line */
    uint16_t column; /* from 1; 0 when it is of no column */
};

/* A hit as it was shown. Numbers are those of screen/screen.h and score.h. */
struct inspection_hit {
    uint8_t kind; /* 0 name, 1 document */
    struct bytes list;
    struct bytes entry;
    uint8_t entry_hash[ENTRY_HASH_SIZE]; /* of what the list says of it */
    uint16_t points;
    uint8_t reason; /* enum list_reason */
    uint8_t reason_count;
    uint8_t reasons[HIT_REASONS_MAX]; /* why it is a hit */
};

/* A finding as it was shown. Numbers are those of inspect/inspect.h. */
struct inspection_finding {
    struct bytes code;
    uint8_t severity;
    struct bytes evidence; /* may be empty */
};

/*
 * `faults`, `hits` and `findings` are of the arena that the event was parsed
 * with. A hit is named by the inspection and its number among `hits`.
 */
struct inspection {
    enum direction direction;
    size_t line_count; /* 1 to INSPECTION_LINES_MAX */
    struct bytes lines[INSPECTION_LINES_MAX];
    bool has_document;
    struct document document;
    size_t fault_count; /* at most DOCUMENT_FAULTS_MAX */
    const struct document_fault *faults;
    bool accompanied;    /* by an adult: the officer says so */
    struct bytes voyage; /* or empty */
    size_t hit_count;    /* at most INSPECTION_HITS_MAX */
    const struct inspection_hit *hits;
    size_t finding_count; /* at most INSPECTION_FINDINGS_MAX */
    const struct inspection_finding *findings;
    uint8_t recommendation; /* enum recommendation of inspect/inspect.h */
};

/* By what the same traveller is known again: REC 4.24, STO 2.1. */
struct identity {
    struct bytes surname;
    struct bytes given_names;
    struct bytes date_of_birth;
    struct bytes sex;
    struct bytes nationality;
};

enum verdict {
    VERDICT_SAME = 0,  /* one person */
    VERDICT_OTHER = 1, /* not the same */
    VERDICT_UNSURE = 2
};

/* What an officer says of a hit, about the traveller `identity`. */
struct hit_resolution {
    uint64_t inspection; /* its index in this log */
    uint8_t hit;         /* number of the hit in it */
    struct bytes list;
    struct bytes entry;
    uint8_t entry_hash[ENTRY_HASH_SIZE];
    struct identity identity;
    enum verdict verdict;
    struct bytes reason;
    struct request_key key;
};

enum alert_kind { ALERT_DOCUMENT = 0, ALERT_PERSON = 1 };

/* A document (state, type, number) or a person (the rest) that is looked for;
 * members that are not of the kind are empty. */
struct alert_put {
    enum alert_kind kind;
    struct bytes issuing_state;
    struct bytes document_type; /* "P", "I", "V"; may be empty */
    struct bytes number;
    struct bytes surname; /* this or the given names may be empty */
    struct bytes given_names;
    size_t other_name_count; /* at most ALERT_NAMES_MAX; as a whole each */
    struct bytes other_names[ALERT_NAMES_MAX];
    struct bytes born; /* "1974", "1974-08", "1974-08-12", "1970/1974"; or
                          empty */
    struct bytes sex;
    struct bytes nationality;
    uint8_t reason;       /* enum list_reason: 1 to LIST_REASON_MAX */
    struct bytes action;  /* what the officer is to do */
    struct bytes owner;   /* whose alert it is */
    struct bytes expires; /* the last day it is in force; or empty */
    struct request_key key;
};

/* Of an alert or an exit order. */
struct withdrawal {
    struct bytes node;
    uint64_t index;
    struct bytes reason;
    struct request_key key;
};

/* The list of that name is from here on the file of that hash. */
struct list_imported {
    struct bytes name;
    struct bytes source;
    uint8_t sha256[SHA256_SIZE];
    struct bytes list_date; /* the date that the source gives; or empty */
    uint64_t entries;
    uint64_t persons;
    uint64_t names;
    uint64_t documents;
    uint64_t size; /* of the file */
    bool shrink_accepted;
};

/* A passenger of a voyage. */
struct manifest {
    struct bytes voyage;
    struct bytes day; /* on which it crosses the border, of the post's zone */
    enum direction direction;
    struct document document;
    struct request_key key;
};

/* A person, known by a document's number or by a name, has to leave. */
struct exit_order {
    struct document document; /* a number, or a surname and date of birth */
    struct instant deadline;
    struct bytes reason;
    struct bytes owner;
    struct request_key key;
};

/* Two travellers of the tables are one person, or are not. */
struct person_linked {
    struct identity a;
    struct identity b;
    enum verdict verdict; /* same or other */
    struct bytes reason;
    struct request_key key;
};

/* A crossing that was written on paper first; where, is the event's place. */
struct late_record {
    struct instant occurred; /* not after the event's time */
    struct bytes reason;     /* why on paper */
    struct bytes recorder;   /* who wrote it there */
    struct bytes reference;  /* number in the paper register, or empty */
    enum direction direction;
    enum decision decision;
    uint16_t reasons;
    struct document document;
    struct request_key key;
};

/* What an earlier record should have said; that record stays. */
struct correction {
    struct bytes node; /* record corrected: node and index */
    uint64_t index;
    struct bytes field;
    struct bytes value;
    struct bytes reason;
    struct request_key key;
};

enum access_kind {
    ACCESS_DOCUMENT = 0, /* issuing_state, number */
    ACCESS_PERSON = 1,   /* surname, given_names, date_of_birth */
    ACCESS_RECORD = 2,   /* node, index */
    ACCESS_LIST = 3      /* list */
};

/* A look at a traveller's data; members that are not of the kind are empty. */
struct access {
    struct bytes purpose;
    enum access_kind kind;
    struct bytes issuing_state;
    struct bytes number;
    struct bytes surname;
    struct bytes given_names;
    struct bytes date_of_birth;
    struct bytes node;
    uint64_t index;
    struct bytes list; /* of whom: "overstayers", "alerts" */
};

enum mode { MODE_NORMAL = 0, MODE_ISOLATED = 1, MODE_MAINTENANCE = 2 };

struct mode_change {
    enum mode mode;
    struct bytes reason;
};

/* The clock said `to` when by the steady clock it should have said `from`. */
struct clock_jump {
    struct instant from;
    struct instant to;
};

enum start_reason { START_INIT = 0, START_AGAIN = 1 };
enum node_kind { NODE_LAND = 0, NODE_SEA = 1, NODE_AIR = 2 };

struct node_start {
    enum start_reason reason;
    bool sample; /* all its travellers are invented */
    enum node_kind kind;
    struct bytes country; /* ISO 3166-1 alpha-3 */
    struct bytes zone;    /* of the time zone database, or empty for UTC */
    struct bytes version; /* of the software */
    uint32_t epoch;
    uint32_t slot_floor; /* no slot of `epoch` below it is used from here on */
};

enum stop_reason {
    STOP_ASKED = 0,  /* by a signal or an operator */
    STOP_TROUBLE = 1 /* the node could not go on */
};

struct node_stop {
    enum stop_reason reason;
};

/* What a log's node is in the country, as the roster says: the numbers are
 * those of enum roster_role. */
enum seen_role { SEEN_POST, SEEN_CENTRE, SEEN_WITNESS, SEEN_MIRROR };

/* The first `size` entries of another node's log; `root` is theirs. */
struct seen_log {
    struct bytes origin;
    enum seen_role role;
    uint64_t size; /* not 0 */
    uint8_t root[SHA256_SIZE];
};

/*
 * This node holds other logs up to here, verified, and from here on believes
 * what they say: the entries that are new are folded before this event, log
 * after log. `logs` are of the arena that the event was parsed with. STO 6
 */
struct checkpoint_seen {
    size_t log_count; /* 1 to SEEN_LOGS_MAX */
    const struct seen_log *logs;
};

/* The roster in force from here on. */
struct roster_change {
    uint64_t version;
    uint8_t sha256[SHA256_SIZE]; /* of its note */
};

/* What an officer must be told; open until a correction closes it: STO 2.17. */
struct incident {
    struct bytes code;   /* "fork", "rollback", "order_refused" */
    struct bytes origin; /* whose log it is about; or empty */
    struct bytes summary;
    bool has_evidence;
    uint8_t evidence[SHA256_SIZE]; /* of what is kept of it */
};

/* An order of the custodians came, and was taken or not. */
struct order_event {
    struct bytes note; /* as it was signed: any bytes */
    bool refused;
};

/* A new epoch of entry keys; or, within the same, a higher floor. */
struct key_epoch_opened {
    uint32_t epoch;
    uint32_t slot_floor; /* no slot of `epoch` below it is used from here on */
};

struct event {
    enum event_type type;
    struct instant time; /* from 1970 on */
    struct bytes actor;  /* officer or machine; not empty */
    struct bytes place;  /* not empty */
    struct bytes lane;   /* empty when there is none */
    union {
        struct crossing crossing;
        struct inspection inspection;
        struct hit_resolution hit_resolution;
        struct correction correction;
        struct late_record late_record;
        struct alert_put alert_put;
        struct withdrawal withdrawal;
        struct list_imported list_imported;
        struct manifest manifest;
        struct exit_order exit_order;
        struct access access;
        struct mode_change mode_change;
        struct clock_jump clock_jump;
        struct node_start node_start;
        struct node_stop node_stop;
        struct key_epoch_opened key_epoch_opened;
        struct person_linked person_linked;
        struct checkpoint_seen checkpoint_seen;
        struct roster_change roster_change;
        struct incident incident;
        struct order_event order_event;
    };
};

/*
 * Appends the encoding of the event to `w`.
 *
 * ERR_FORMAT, ERR_LIMIT when the event breaks a clause, which `fault` then
 * names; ERR_LIMIT without a clause when `w` has no room. What `w` then holds
 * past its old end is to be thrown away.
 */
MUST_CHECK enum err event_encode(struct writer *w, const struct event *event,
                                 struct fault *fault);

/*
 * Parses one event. `*out` borrows its texts from `in`, and the faults, hits
 * and findings of an inspection, or the logs of a checkpoint_seen, from
 * `arena`, EVENT_ARENA_SIZE at most; no other type takes anything from it.
 *
 * ERR_FORMAT, ERR_SHORT, ERR_LIMIT with the clause in `fault`; ERR_LIMIT also
 * when the arena is spent.
 */
MUST_CHECK enum err event_parse(struct bytes in, struct arena *arena,
                                struct event *out, struct fault *fault);

/* Whether events of the type hold personal data: then their entry is sealed. */
bool event_holds_person(const struct event *event);

/* Whether a look at the event must itself be recorded: all that hold personal
 * data but accesses, since each look would call for another. */
bool event_look_is_recorded(const struct event *event);

#endif
