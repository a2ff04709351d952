#include "record/word.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const DIRECTIONS[] = {"entry", "exit"};
static const char *const DECISIONS[] = {"admit", "refuse", "hand_over"};
static const char *const ACCESS_KINDS[] = {"document", "person", "record",
                                           "list"};
static const char *const MODES[] = {"normal", "isolated", "maintenance"};
static const char *const START_REASONS[] = {"init", "start"};
static const char *const NODE_KINDS[] = {"land", "sea", "air"};
static const char *const STOP_REASONS[] = {"asked", "trouble"};
static const char *const VERDICTS[] = {"same", "other", "unsure"};
static const char *const ALERT_KINDS[] = {"document", "person"};
static const char *const EVENT_TYPES[] = {
    NULL,
    "crossing",
    "inspection",
    "hit_resolution",
    "correction",
    "late_record",
    "alert_put",
    "withdrawal",
    "list_imported",
    "manifest",
    "exit_order",
    "access",
    "officer_enrolled",
    "officer_changed",
    "session",
    "mode_change",
    "checkpoint_seen",
    "key_epoch_opened",
    "erasure",
    "roster_change",
    "incident",
    "indicator",
    "clock_jump",
    "node_start",
    "node_stop",
    "person_linked",
    "order",
};

_Static_assert(COUNT(EVENT_TYPES) == EVENT_TYPE_COUNT, "a word each");

static const char *
word_of(const char *const *words, size_t count, size_t number)
{
    return number < count ? words[number] : NULL;
}

const char *
event_type_word(enum event_type type)
{
    return word_of(EVENT_TYPES, COUNT(EVENT_TYPES), type);
}

const char *
direction_word(enum direction value)
{
    return word_of(DIRECTIONS, COUNT(DIRECTIONS), value);
}

const char *
decision_word(enum decision value)
{
    return word_of(DECISIONS, COUNT(DECISIONS), value);
}

const char *
access_kind_word(enum access_kind value)
{
    return word_of(ACCESS_KINDS, COUNT(ACCESS_KINDS), value);
}

const char *
mode_word(enum mode value)
{
    return word_of(MODES, COUNT(MODES), value);
}

const char *
start_reason_word(enum start_reason value)
{
    return word_of(START_REASONS, COUNT(START_REASONS), value);
}

const char *
node_kind_word(enum node_kind value)
{
    return word_of(NODE_KINDS, COUNT(NODE_KINDS), value);
}

const char *
stop_reason_word(enum stop_reason value)
{
    return word_of(STOP_REASONS, COUNT(STOP_REASONS), value);
}

const char *
verdict_word(enum verdict value)
{
    return word_of(VERDICTS, COUNT(VERDICTS), value);
}

const char *
alert_kind_word(enum alert_kind value)
{
    return word_of(ALERT_KINDS, COUNT(ALERT_KINDS), value);
}

/* The number of a word, or `count`. */
static size_t
number_of(const char *const *words, size_t count, struct bytes text)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(text, bytes_of(words[i])))
            return i;
    return count;
}

bool
direction_parse(struct bytes text, enum direction *out)
{
    size_t number = number_of(DIRECTIONS, COUNT(DIRECTIONS), text);

    if (number == COUNT(DIRECTIONS))
        return false;
    *out = (enum direction)number;
    return true;
}

bool
decision_parse(struct bytes text, enum decision *out)
{
    size_t number = number_of(DECISIONS, COUNT(DECISIONS), text);

    if (number == COUNT(DECISIONS))
        return false;
    *out = (enum decision)number;
    return true;
}

bool
node_kind_parse(struct bytes text, enum node_kind *out)
{
    size_t number = number_of(NODE_KINDS, COUNT(NODE_KINDS), text);

    if (number == COUNT(NODE_KINDS))
        return false;
    *out = (enum node_kind)number;
    return true;
}

bool
verdict_parse(struct bytes text, enum verdict *out)
{
    size_t number = number_of(VERDICTS, COUNT(VERDICTS), text);

    if (number == COUNT(VERDICTS))
        return false;
    *out = (enum verdict)number;
    return true;
}

bool
reason_parse(struct bytes text, uint16_t *bit)
{
    if (text.size != 1 || text.p[0] < 'A' || text.p[0] > 'I')
        return false;
    *bit = (uint16_t)(1u << (text.p[0] - 'A'));
    return true;
}
