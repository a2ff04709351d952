/*
 * Whether a traveller who is inside has stayed too long, from what the tables
 * know: the one question behind GET /v1/overstayers. STY 7
 */
#ifndef API_OVERSTAY_H
#define API_OVERSTAY_H

#include "api/api.h"
#include "base/json.h"
#include "stay/rules.h"
#include "store/known.h"

struct overstay {
    struct store_person person;
    struct document document; /* the last one used */
    struct store_passage entry;
    struct stay_verdict verdict;
    bool title_unknown; /* whoever stays so needs a visa or a permit */
};

/* What all travellers are judged by. */
struct overstay_rules {
    const struct stay_rules *rules; /* NULL: the one that is built in */
    struct bytes country;
    struct date on;
    struct store_passage *passages; /* room for STORE_PASSAGES_MAX */
};

/*
 * Judges a traveller who is inside: `*over` whether the date is a day too many.
 * Then `out` is filled; texts are the person's and the arena's. One of several
 * travellers who are one person is judged by the entry that was the last.
 * Errors of the store; ERR_LIMIT the arena is spent.
 */
MUST_CHECK enum err overstay_judge(const struct api *api,
                                   const struct overstay_rules *rules,
                                   const struct store_person *person,
                                   struct arena *arena, struct overstay *out,
                                   bool *over);

/* One object. */
void overstay_render(struct json_writer *j, const struct overstay *overstay,
                     struct date on);

/* A member with a calendar day. */
void render_day(struct json_writer *j, const char *key, struct date day);

#endif
