/*
 * The JSON body of a request, read member by member. What is wrong is gathered,
 * so that one answer names all of it. API 2.3, 2.4.
 *
 *     if (!form_open(&form, api, call))
 *         return;                                   already answered
 *     direction = form_text(&form, "direction", ...);
 *     if (!form_close(&form, names, count))
 *         return;                                   already answered
 *
 * What is taken lives in the request's arena.
 */
#ifndef API_FORM_H
#define API_FORM_H

#include "api/problem.h"
#include "base/json.h"

struct form {
    const struct api *api;
    struct api_call *call;
    struct json *owned;      /* given back by form_close() */
    const struct json *root; /* the object whose members are read */
    const char *base;        /* its pointer: NULL, or "/document" */
    struct member_errors errors;
};

/* How a text may be. */
struct form_rule {
    const char *name;
    const char *pointer; /* "/name" */
    size_t size_max;
    bool optional;  /* may be absent or null: no bytes then */
    bool may_empty; /* may be "" */
    bool raw;       /* may hold control characters */
};

/* A member of the body, which is "" where it may be absent. */
#define FORM_RULE(member, size, is_optional)                                   \
    &(const struct form_rule)                                                  \
    {                                                                          \
        .name = (member), .pointer = "/" member, .size_max = (size),           \
        .optional = (is_optional), .may_empty = (is_optional)                  \
    }

bool form_open(struct form *form, const struct api *api, struct api_call *call);

/*
 * The member `name`, an object, read as a form of its own; its errors have
 * `pointer` before theirs. False when it is absent, or refused when it is no
 * object or `optional` is not set; else form_leave() must follow.
 */
struct form_part {
    const char *name;
    const char *pointer; /* "/name" */
    const char *const *members;
    size_t member_count;
    bool optional;
};
bool form_enter(struct form *form, const struct form_part *part,
                struct form *inner);
void form_leave(struct form *form, const struct form *inner);

/* Whether there is such a member and it is not null. */
bool form_has(const struct form *form, const char *name);

struct bytes form_text(struct form *form, const struct form_rule *rule);

/* An array of 1 to `max` texts by the rule, whose pointer is for all of them;
 * how many there are. */
size_t form_texts(struct form *form, const struct form_rule *rule, size_t max,
                  struct bytes *out);

/* What may be absent: false, `absent`, no day. */
bool form_boolean(struct form *form, const char *name, const char *pointer);
uint64_t form_number(struct form *form, const char *name, const char *pointer,
                     uint64_t max, uint64_t absent);
bool form_day(struct form *form, const char *name, const char *pointer,
              struct date *out);

/* "durres/183": its index; the node must be this one, or the answer is 404. */
uint64_t form_record(struct form *form, const char *name, const char *pointer);

enum direction form_direction(struct form *form);
enum verdict form_verdict(struct form *form);

/* The member "voyage": capitals and digits, "UT101". */
struct bytes form_voyage(struct form *form, bool optional);
enum decision form_decision(struct form *form);

/* The reasons that go with the decision: API 4.2. */
uint16_t form_reasons(struct form *form, enum decision decision);

/* The member "lane", which may be absent. */
struct bytes form_lane(struct form *form);

/* The member "time" into call->ask, on sample nodes alone; and the moment that
 * the event will have, as far as the desk knows. */
struct instant form_time(struct form *form);

struct instant form_instant(struct form *form, const char *name,
                            const char *pointer);

void form_refuse(struct form *form, const char *pointer, const char *detail,
                 const char *clause);

/*
 * Refuses members other than the `count` named and gives the JSON back; true
 * when nothing was refused, else the call has been answered.
 */
bool form_close(struct form *form, const char *const *names, size_t count);

#endif
