/*
 * A medium that `kufi export` wrote, called as if it were the node that wrote
 * it: a link asks, and what is on the medium answers. So what comes on a medium
 * is verified, stored and taken exactly as what comes over a network, and the
 * medium itself is never written to. SYN 10.2
 *
 *     switch (carry_next(carry, now_ns, &errand)) {
 *     case CARRY_ERRAND: hand it to the keeper; then carry_done()
 *     case CARRY_AGAIN:  call again
 *     case CARRY_DONE:   there is nothing on it that is not here, or that
 *                        could be taken: carry_report()
 *     }
 */
#ifndef NODE_CARRY_H
#define NODE_CARRY_H

#include "node/carry_report.h"
#include "sync/link.h"

/* Where a medium is put for a node that runs: as CARRY_INBOX_NEW while it is
 * copied, then under this name until its courier has taken it in and removes
 * it. SYN 10.3 */
#define CARRY_INBOX "inbox"
#define CARRY_INBOX_MEDIUM CARRY_INBOX "/medium"
#define CARRY_INBOX_NEW CARRY_INBOX "/new"
/* What came of it: one of these on a line, then words for a person. */
#define CARRY_INBOX_REPORT CARRY_INBOX "/report"
#define CARRY_GOOD "good\n"
#define CARRY_NOT_GOOD "not good\n"
#define CARRY_REFUSED "refused\n"

/* Whether a medium lies there, or what is left of one, in the node's folder. */
bool carry_inbox_waits(struct os *os, struct folder dir);

struct carry;

enum carry_step { CARRY_ERRAND, CARRY_AGAIN, CARRY_DONE };

/*
 * Opens the medium for the node of `host`, which is borrowed until
 * carry_close(). ERR_NOT_FOUND when it is no medium; ERR_CORRUPT when its
 * roster or its origin cannot be read; ERR_DENIED when one of the two nodes
 * does not know the other by its roster; ERR_CONFLICT when the node wrote it
 * itself; ERR_LIMIT; those of `os`.
 */
MUST_CHECK enum err carry_open(struct carry **out, const struct sync_host *host,
                               const char *path);
void carry_close(struct carry *carry);

/* Whose medium it is; borrowed. */
struct bytes carry_origin(const struct carry *carry);

/* Adds what came of it so far, and says anew what of it is not here: once, when
 * it is done. */
void carry_report(const struct carry *carry, struct carry_report *out);

/* `*now_ns` is the caller's clock, which goes on when there is nothing to do
 * but wait. The errand is borrowed until carry_done(). */
enum carry_step carry_next(struct carry *carry, uint64_t *now_ns,
                           struct errand *errand);
void carry_done(struct carry *carry, uint64_t now_ns,
                const struct errand_answer *answer);

#endif
