/*
 * What links, answers and mirrors of one node stand on. Nothing here blocks or
 * calls back: who drives them (the courier, a simulation) asks each what it
 * wants next, and hands in what came. What they want of the keeper is an
 * errand, sync/errand.h, answered some time later.
 */
#ifndef SYNC_HOST_H
#define SYNC_HOST_H

#include "crypto/crypto.h"
#include "os/os.h"
#include "sync/errand.h"
#include "sync/rate.h"
#include "sync/roster.h"
#include "tlog/view.h"

struct mirrors;
struct grantbox;

/*
 * roster, roster_note  in force, as the keeper put it into DIR/roster; may be
 *                      replaced between calls. NULL: no link does anything and
 *                      every question is refused
 * state                the keeper's last answer to ERRAND_STATE, at most some
 *                      seconds old; NULL before the first: likewise
 */
struct sync_host {
    struct os *os;
    struct folder dir; /* DIR of the node */
    const struct random *random;
    struct bytes origin; /* our own */
    const struct roster *roster;
    struct bytes roster_note;
    const struct errand_state *state;
    struct mirrors *mirrors;
    struct grantbox *grants;
    struct rate *rate; /* of all links together */
};

/* Whether peers may be spoken to: there are a roster that names us and a state,
 * and we are not isolated. */
bool sync_host_open(const struct sync_host *host);

/* The key of a log, of a node or of one that was revoked; NULL. */
const struct note_key *sync_log_key(const struct sync_host *host,
                                    struct bytes origin);

/* A roster that was in force, below DIR. */
void sync_roster_path(uint64_t version, char out[OS_PATH_SIZE_MAX]);

/* What our keeper cosigned last of a log, below DIR; its name is the SHA-256 of
 * the origin. */
void sync_witness_path(const struct hash *name, char out[OS_PATH_SIZE_MAX]);

/* A list's file below DIR, or one that is on its way. */
#define SYNC_LISTS_FOLDER "lists"
#define SYNC_LIST_ENDING ".list"
#define SYNC_LIST_PART_ENDING ".part"
void sync_list_path(const struct hash *sha256, const char *ending,
                    char out[OS_PATH_SIZE_MAX]);

/* The files of our own log. */
struct log_view sync_own_view(const struct sync_host *host);

#endif
