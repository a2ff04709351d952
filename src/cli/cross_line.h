/*
 * One crossing to be recorded, as a line of the stream names it, turned into
 * the two requests that record it: the inspection, then the decision on it.
 *
 *     {"mrz": ["...", "..."], "direction": "entry"|"exit",
 *      "decision": "admit"|"refuse"|"hand_over", "reasons": ["A".."I"],
 *      "lane": "3", "idempotency_key": "...", "time": "..."}
 *
 * Only what kind of value each member has is tested here; what it may say is
 * the node's to judge. Without a decision it is "admit", and without a key a
 * random one is made, so that a repeated request records once.
 */
#ifndef CLI_CROSS_LINE_H
#define CLI_CROSS_LINE_H

#include "base/writer.h"
#include "crypto/crypto.h"
#include "crypto/hash.h"

#define CROSS_LINE_SIZE_MAX 8192 /* a lawful line has about 500 characters */
#define CROSS_BODY_SIZE_MAX (2 * CROSS_LINE_SIZE_MAX) /* both requests */
#define CROSS_KEY_SIZE_MAX 255 /* what the node takes, too */
#define CROSS_MRZ_LINES_MAX 3
#define CROSS_REASONS_MAX 9 /* A to I */

/* What the line says; texts are borrowed from it or from the command line. */
struct cross_request {
    size_t mrz_count;
    struct bytes mrz[CROSS_MRZ_LINES_MAX];
    struct bytes direction;
    struct bytes decision;
    size_t reason_count;
    struct bytes reasons[CROSS_REASONS_MAX];
    struct bytes lane; /* none: p is NULL, as for `key` and `time` */
    struct bytes key;
    struct bytes time;
};

/*
 * The same, ready to be sent, in a block of its own.
 *
 * who         equal for lines with the same MRZ
 * key_field   "Idempotency-Key: ..."
 * inspection  the body of the first request
 * rest        the members of the second behind the inspection's id
 */
struct cross_line {
    struct hash who;
    char key_field[CROSS_KEY_SIZE_MAX + 20];
    struct bytes key; /* within key_field */
    struct bytes inspection;
    struct bytes rest;
    uint8_t block[CROSS_BODY_SIZE_MAX];
};

/*
 * From the request to what is sent. ERR_FORMAT, with what is wrong, when the
 * key cannot be a header's value or the bodies do not fit.
 */
MUST_CHECK enum err cross_line_make(struct cross_line *line,
                                    const struct cross_request *request,
                                    const struct random *random,
                                    struct fault *fault);

/* The same from a line of JSON; `fault->what` says what is wrong with it. */
MUST_CHECK enum err cross_line_parse(struct cross_line *line, struct bytes text,
                                     const struct random *random,
                                     struct fault *fault);

/* The body of the second request. */
MUST_CHECK enum err cross_line_crossing(const struct cross_line *line,
                                        struct bytes inspection_id,
                                        struct writer *w);

#endif
