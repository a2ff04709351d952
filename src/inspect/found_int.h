/*
 * What the families of findings share: the question, the answer under way, and
 * evidence being written. Private to inspect/.
 */
#ifndef INSPECT_FOUND_INT_H
#define INSPECT_FOUND_INT_H

#include "inspect/inspect.h"

/* A name or reference in a sentence, past which it is cut. */
#define EVIDENCE_PART_SIZE_MAX 40

#define MINUTE_MS INT64_C(60000)

struct found {
    const struct inspect_input *in;
    struct arena *arena;
    struct inspect_answer *out;
    struct date today; /* in the country */
    bool own;          /* the traveller is a national */
    enum err e;        /* the first one sticks */
};

/* A sentence of FINDING_EVIDENCE_SIZE_MAX bytes at most. What does not fit is
 * cut between two characters, and so is all that follows. */
struct evidence {
    size_t size;
    bool full;
    uint8_t b[FINDING_EVIDENCE_SIZE_MAX];
};

void evidence_text(struct evidence *evidence, const char *text);
void evidence_number(struct evidence *evidence, uint64_t number);
/* "3 days", "1 day". */
void evidence_count(struct evidence *evidence, uint64_t count,
                    const char *what);
/* A text of a record or list, cut; nothing of one that may not be recorded. */
void evidence_part(struct evidence *evidence, struct bytes text);
/* A word of the code, its underscores as blanks. */
void evidence_word(struct evidence *evidence, struct bytes word);
void evidence_date(struct evidence *evidence, struct date date);
/* Day and time in the zone: "2026-05-01 14:05". */
void evidence_time(struct evidence *evidence, const struct zone *zone,
                   struct instant time);
/* "this post" for an empty one. */
void evidence_place(struct evidence *evidence, struct bytes place);
/* " and 3 more", or nothing for 0. */
void evidence_more(struct evidence *evidence, size_t more);

/* Takes the finding with its evidence into the answer; `finding->evidence` is
 * of no account. */
void found_add(struct found *found, const struct finding *finding,
               const struct evidence *evidence);

/* The families, each in the file of its name. INS 2 */
void find_document(struct found *found);
void find_hits(struct found *found);
void find_stay(struct found *found);
void find_history(struct found *found);
void find_travel(struct found *found);
void find_orders(struct found *found);
void find_similar(struct found *found);
void find_post(struct found *found);

#endif
