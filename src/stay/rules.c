/*
 * The rules file, STY 4: lines of words. Nothing is copied; what a rule says
 * of nationalities, documents and types stays the text that it is, and is gone
 * through when a traveller is judged, which is seldom and soon done.
 */
#include "stay/rules_int.h"

#define HEAD BYTES("kufi stay rules 1")
#define NAME_SIZE_MAX 32

_Static_assert(STAY_RULES_MAX * sizeof(struct stay_rule) +
                       STAY_GROUPS_MAX * sizeof(struct stay_group) +
                       sizeof(struct stay_rules) + 64 <=
                   STAY_RULES_ARENA_SIZE,
               "room for the largest file");

struct parse {
    struct bytes in;
    struct stay_rules *rules;
    size_t rules_max; /* there is room for */
    size_t line_at;   /* of the line being read */
    bool has_date;
    bool ended;
    struct fault *fault;
};

/* Where a word stands; one that is missing, at its line. */
static size_t
place_of(const struct parse *parse, struct bytes word)
{
    return word.p == NULL ? parse->line_at : (size_t)(word.p - parse->in.p);
}

static enum err
refuse(const struct parse *parse, struct bytes word, const char *clause,
       const char *what)
{
    return fault_set(parse->fault, ERR_FORMAT, place_of(parse, word), clause,
                     what);
}

/* The next word of a line, of blanks and tabs nothing. */
static struct bytes
word_take(struct bytes *line)
{
    size_t size = 0;
    struct bytes word;

    *line = bytes_trim(*line);
    while (size < line->size && line->p[size] != ' ' && line->p[size] != '\t')
        size++;
    word = bytes_slice(*line, 0, size);
    *line = bytes_slice(*line, size, line->size - size);
    return word;
}

/* 1 to `size_max` capital letters and digits, the first a letter. */
static bool
is_code(struct bytes text, size_t size_max)
{
    if (text.size == 0 || text.size > size_max)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        bool letter = text.p[i] >= 'A' && text.p[i] <= 'Z';

        if (!letter && (i == 0 || text.p[i] < '0' || text.p[i] > '9'))
            return false;
    }
    return true;
}

/* 1 to NAME_SIZE_MAX small letters, digits and '-'. */
static bool
is_name(struct bytes text)
{
    if (text.size == 0 || text.size > NAME_SIZE_MAX)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

static const struct stay_group *
group_find(const struct stay_rules *rules, struct bytes name)
{
    for (size_t i = 0; i < rules->group_count; i++) {
        if (bytes_equal(rules->groups[i].name, name))
            return &rules->groups[i];
    }
    return NULL;
}

static enum err
date_line(struct parse *parse, struct bytes rest)
{
    struct bytes word = word_take(&rest);

    if (parse->has_date)
        return refuse(parse, word, "STY 4.1", "a second date");
    if (date_parse(word, &parse->rules->date) != OK)
        return refuse(parse, word, "STY 4.1", "no date like 2026-07-01");
    parse->has_date = true;
    if (bytes_trim(rest).size > 0)
        return refuse(parse, rest, "STY 4.1", "more than a date");
    return OK;
}

/* group NAME CODE... */
static enum err
group_line(struct parse *parse, struct bytes rest)
{
    struct stay_rules *rules = parse->rules;
    struct bytes name = word_take(&rest);
    struct bytes codes = bytes_trim(rest);
    struct bytes left = codes;

    if (!is_name(name))
        return refuse(parse, name, "STY 4.2", "no name of a group");
    if (group_find(rules, name) != NULL)
        return refuse(parse, name, "STY 4.2", "a group of this name is there");
    if (rules->group_count == STAY_GROUPS_MAX)
        return fault_set(parse->fault, ERR_LIMIT, place_of(parse, name),
                         "STY 4.2", "too many groups");
    if (codes.size == 0)
        return refuse(parse, rest, "STY 4.2", "a group without codes");
    while (left.size > 0) {
        struct bytes code = word_take(&left);

        if (!is_code(code, 3))
            return refuse(parse, code, "STY 4.2", "no code of a nationality");
    }
    rules->groups[rules->group_count++] = (struct stay_group){name, codes};
    return OK;
}

/* Codes with commas between; of nationalities also @GROUP. */
static enum err
codes_take(struct parse *parse, struct bytes value, size_t size_max,
           bool groups, struct bytes *out)
{
    struct bytes rest = value;

    if (out->size > 0)
        return refuse(parse, value, "STY 4.4", "a condition twice");
    if (value.size == 0 || value.p[value.size - 1] == ',')
        return refuse(parse, value, "STY 4.4", "a code is missing");
    while (rest.size > 0) {
        struct bytes code = bytes_split(&rest, ',');

        if (groups && code.size > 0 && code.p[0] == '@') {
            if (group_find(parse->rules, bytes_slice(code, 1, code.size)) ==
                NULL)
                return refuse(parse, code, "STY 4.4", "no such group above");
        } else if (!is_code(code, size_max)) {
            return refuse(parse, code, "STY 4.4", "no such code");
        }
    }
    *out = value;
    return OK;
}

static enum err
day_take(struct parse *parse, struct bytes value, bool *has, struct date *out)
{
    if (*has)
        return refuse(parse, value, "STY 4.4", "a condition twice");
    if (date_parse(value, out) != OK)
        return refuse(parse, value, "STY 4.4", "no date like 2026-07-01");
    *has = true;
    return OK;
}

static enum err
title_take(struct parse *parse, struct bytes value, struct stay_rule *rule)
{
    static const char *const WORDS[] = {"none", "visa", "permit"};

    if (rule->has_title)
        return refuse(parse, value, "STY 4.4", "a condition twice");
    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        if (!bytes_equal(value, bytes_of(WORDS[i])))
            continue;
        rule->title = (enum stay_title)i;
        rule->has_title = true;
        return OK;
    }
    return refuse(parse, value, "STY 4.4", "a title is none, visa or permit");
}

static enum err
grant_take(struct parse *parse, struct bytes value, struct stay_rule *rule)
{
    if (rule->has_grant)
        return refuse(parse, value, "STY 4.5", "two lengths of stay");
    rule->has_grant = true;
    rule->grant = GRANT_LIMIT;
    if (bytes_equal(value, BYTES("free")))
        rule->grant = GRANT_FREE;
    else if (bytes_equal(value, BYTES("none")))
        rule->grant = GRANT_NONE;
    else if (stay_limit_parse(value, &rule->limit) != OK)
        return refuse(parse, value, "STY 4.5",
                      "a stay is free, none, 90/180 or 365+90");
    return OK;
}

/* WORD=VALUE */
static enum err
condition_take(struct parse *parse, struct bytes word, struct stay_rule *rule)
{
    struct bytes value = word;
    struct bytes key = bytes_split(&value, '=');

    if (key.size == word.size)
        return refuse(parse, word, "STY 4.3", "no condition");
    if (bytes_equal(key, BYTES("nationality")))
        return codes_take(parse, value, 3, true, &rule->nationalities);
    if (bytes_equal(key, BYTES("document")))
        return codes_take(parse, value, 2, false, &rule->documents);
    if (bytes_equal(key, BYTES("type")))
        return codes_take(parse, value, 8, false, &rule->types);
    if (bytes_equal(key, BYTES("from")))
        return day_take(parse, value, &rule->has_from, &rule->from);
    if (bytes_equal(key, BYTES("until")))
        return day_take(parse, value, &rule->has_until, &rule->until);
    if (bytes_equal(key, BYTES("title")))
        return title_take(parse, value, rule);
    if (bytes_equal(key, BYTES("stay")))
        return grant_take(parse, value, rule);
    return refuse(parse, word, "STY 4.3", "no such condition");
}

/* rule NAME WORD=VALUE... */
static enum err
rule_line(struct parse *parse, struct bytes rest)
{
    struct stay_rules *rules = parse->rules;
    struct bytes name = word_take(&rest);
    struct stay_rule rule = {.name = name};

    if (!is_name(name))
        return refuse(parse, name, "STY 4.3", "no name of a rule");
    for (size_t i = 0; i < rules->count; i++) {
        if (bytes_equal(rules->items[i].name, name))
            return refuse(parse, name, "STY 4.3",
                          "a rule of this name is there");
    }
    if (rules->count == parse->rules_max)
        return fault_set(parse->fault, ERR_LIMIT, place_of(parse, name),
                         "STY 4.3", "too many rules");
    while (bytes_trim(rest).size > 0) {
        enum err e = condition_take(parse, word_take(&rest), &rule);

        if (e != OK)
            return e;
    }
    if (!rule.has_grant)
        return refuse(parse, name, "STY 4.5", "no stay=");
    if (rule.types.size > 0 &&
        (!rule.has_title || rule.title == STAY_TITLE_NONE))
        return refuse(parse, name, "STY 4.4", "a type without a title");
    if (rule.has_from && rule.has_until && rule.until.days < rule.from.days)
        return refuse(parse, name, "STY 4.4", "it ends before it begins");
    rules->items[rules->count++] = rule;
    return OK;
}

static enum err
line_parse(struct parse *parse, struct bytes line)
{
    struct bytes rest = line;
    struct bytes word = word_take(&rest);

    if (word.size == 0 || word.p[0] == '#')
        return OK;
    if (parse->ended)
        return refuse(parse, word, "STY 4.1", "something behind the end");
    if (bytes_equal(word, BYTES("date")))
        return date_line(parse, rest);
    if (!parse->has_date)
        return refuse(parse, word, "STY 4.1", "the date comes first");
    if (bytes_equal(word, BYTES("group")))
        return group_line(parse, rest);
    if (bytes_equal(word, BYTES("rule")))
        return rule_line(parse, rest);
    if (!bytes_equal(line, BYTES("end")))
        return refuse(parse, word, "STY 4.1", "no date, group, rule or end");
    parse->ended = true;
    return OK;
}

/* Room for as many rules as there are lines, within the bound. */
static enum err
rules_room(struct parse *parse, struct arena *arena)
{
    size_t lines = 1;

    if (parse->in.size > STAY_RULES_SIZE_MAX)
        return fault_set(parse->fault, ERR_LIMIT, STAY_RULES_SIZE_MAX,
                         "STY 4.1", "larger than any rules file");
    for (size_t i = 0; i < parse->in.size; i++)
        lines += parse->in.p[i] == '\n';
    parse->rules_max = lines < STAY_RULES_MAX ? lines : STAY_RULES_MAX;
    parse->rules = arena_take(arena, sizeof(*parse->rules));
    if (parse->rules == NULL)
        return fault_set(parse->fault, ERR_LIMIT, 0, NULL, "no memory");
    parse->rules->items =
        arena_array(arena, parse->rules_max, sizeof(*parse->rules->items));
    parse->rules->groups =
        arena_array(arena, STAY_GROUPS_MAX, sizeof(*parse->rules->groups));
    if (parse->rules->items == NULL || parse->rules->groups == NULL)
        return fault_set(parse->fault, ERR_LIMIT, 0, NULL, "no memory");
    return OK;
}

enum err
stay_rules_parse(struct bytes in, struct arena *arena,
                 const struct stay_rules **out, struct fault *fault)
{
    struct parse parse = {.in = in, .fault = fault};
    struct bytes rest = in;
    enum err e;

    if (!bytes_equal(bytes_trim(bytes_split(&rest, '\n')), HEAD))
        return fault_set(fault, ERR_FORMAT, 0, "STY 4.1",
                         "the first line is not: kufi stay rules 1");
    if (!bytes_utf8(in))
        return fault_set(fault, ERR_FORMAT, 0, "STY 4.1", "not UTF-8");
    e = rules_room(&parse, arena);
    while (e == OK && rest.size > 0) {
        parse.line_at = (size_t)(rest.p - in.p);
        e = line_parse(&parse, bytes_trim(bytes_split(&rest, '\n')));
    }
    if (e != OK)
        return e;
    if (!parse.ended)
        return fault_set(fault, ERR_SHORT, in.size, "STY 4.1",
                         "the last line is not: end");
    *out = parse.rules;
    return OK;
}

size_t
stay_rules_count(const struct stay_rules *rules)
{
    return rules->count;
}

uint16_t
stay_rules_days_min(const struct stay_rules *rules)
{
    uint16_t days = STAY_USUAL_DAYS;

    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        const struct stay_rule *rule = &rules->items[i];

        if (rule->grant == GRANT_LIMIT && rule->limit.days < days)
            days = rule->limit.days;
    }
    return days;
}

struct date
stay_rules_date(const struct stay_rules *rules)
{
    return rules->date;
}

static bool
group_holds(struct bytes codes, struct bytes code)
{
    while (codes.size > 0) {
        if (bytes_equal(word_take(&codes), code))
            return true;
    }
    return false;
}

/* Whether the list, which is lawful, names the code; an empty one takes any. */
static bool
list_holds(const struct stay_rules *rules, struct bytes list, struct bytes code)
{
    if (list.size == 0)
        return true;
    while (list.size > 0) {
        struct bytes item = bytes_split(&list, ',');

        if (bytes_equal(item, code))
            return true;
        if (item.p[0] == '@' &&
            group_holds(
                group_find(rules, bytes_slice(item, 1, item.size))->codes,
                code))
            return true;
    }
    return false;
}

const struct stay_rule *
stay_rules_find(const struct stay_rules *rules,
                const struct stay_traveller *traveller, struct date on)
{
    const struct stay_permit *permit = &traveller->permit;

    for (size_t i = 0; i < rules->count; i++) {
        const struct stay_rule *rule = &rules->items[i];

        if (rule->has_from && on.days < rule->from.days)
            continue;
        if (rule->has_until && on.days > rule->until.days)
            continue;
        if (rule->has_title && rule->title != permit->title)
            continue;
        if (list_holds(rules, rule->types, permit->type) &&
            list_holds(rules, rule->nationalities, traveller->nationality) &&
            list_holds(rules, rule->documents, traveller->document_code))
            return rule;
    }
    return NULL;
}
