/*
 * A whole country in one process, from a seed: posts, a centre, a witness, on
 * disks that lose what they may, clocks that are wrong, and a network that does
 * what it likes; officers at work, operators who make mistakes, liars. The
 * nodes' own code does the rest: book, peers, links, mirrors.
 *
 *     struct cluster_plan plan = {.seed = 17, .hours = 5};
 *
 *     cluster_run(&plan, &report);
 *
 * What must hold is looked at all along and at the end, when all is healed and
 * has had time: cluster_judge.c. A broken promise ends the process.
 */
#ifndef SIM_CLUSTER_H
#define SIM_CLUSTER_H

#include "sim/booth.h"
#include "sim/country.h"
#include "sim/courier.h"
#include "sim/history.h"

#define CLUSTER_SITES_MAX 10
#define CLUSTER_HISTORIES_MAX 32
#define CLUSTER_SIGHTINGS_MAX 65536

/* What one of the nodes does that it may not. */
enum cluster_lie {
    CLUSTER_HONEST,
    CLUSTER_FORK,     /* a copy of it lives on beside it: two histories */
    CLUSTER_ROLLBACK, /* its disk is set back, and it goes on from there */
    CLUSTER_FORGER,   /* rosters without enough signatures, and old ones */
    CLUSTER_REPLAYER, /* whatever it ever heard, again, to anybody; and noise */
    CLUSTER_WITHDRAWER, /* a centre that withdraws alerts in bulk */
    CLUSTER_GRANTER,    /* grants posts keys of days that they may not read */
    CLUSTER_LIE_COUNT
};

struct cluster_plan {
    uint64_t seed;
    unsigned hours;
    bool tracing;
};

/* What came up, so that it is known what was tried. */
struct cluster_report {
    uint64_t acknowledged;
    uint64_t refused;
    uint64_t asked; /* messages */
    uint64_t lost;
    uint64_t doubled;
    uint64_t lives;
    uint64_t faults;
    uint64_t cuts;
    uint64_t wipes;
    uint64_t rosters;
    uint64_t isolations;
    uint64_t jumps;
    uint64_t cosigned;
    uint64_t mirrored;
    uint64_t incidents;
    uint64_t sent;      /* by a liar, beside what his node sends by itself */
    uint64_t lies;      /* of which two honest nodes know different halves */
    uint64_t caught;    /* lies for which there is evidence */
    uint64_t withdrawn; /* alerts that a liar withdrew with effect */
    uint64_t keyrings;  /* of others, at posts */
    uint64_t simulated_ms;
};

struct cluster;

struct site {
    struct cluster *cluster;
    unsigned number;
    struct machine machine;
    struct courier courier;
    struct booth booth;
    char origin[64];
    enum roster_role role;
    bool listens;
    bool liar;
    bool lost;     /* its disk is gone, and another node took its place */
    bool misdated; /* its clock was wrong once: what it recorded then says so */
    unsigned turn; /* which of the tasks is the one */
    uint64_t roster_version; /* never less, but on another disk */
    uint64_t mirrored_most;  /* by any honest node when its disk was lost */
};

/* One of the histories of a log. */
struct cluster_history {
    char origin[64];
    struct history history;
};

enum sighting_kind { SIGHTING_COSIGNED, SIGHTING_MIRRORED, SIGHTING_PUBLISHED };

/* A site took a checkpoint for true. */
struct sighting {
    enum sighting_kind kind;
    unsigned site;
    unsigned log; /* a site of that origin */
    uint64_t size;
    struct hash root;
};

/* What a liar has heard, to be said again. */
#define LIAR_HEARD_MAX 32
#define LIAR_BODY_MAX 65536
struct liar_heard {
    struct message message;
    uint8_t body[LIAR_BODY_MAX];
};

struct cluster {
    struct cluster_plan plan;
    struct cluster_report report;
    struct world world;
    struct country country;
    struct net net;
    size_t site_count;
    struct site sites[CLUSTER_SITES_MAX];
    bool quiet; /* all is healed: nothing is disturbed any more */
    enum cluster_lie lie;
    unsigned liar;
    struct sim_disk backup; /* of the one who will be rolled back */
    bool has_backup;
    bool wiped;
    unsigned pace_ms; /* between two acts of one officer */

    size_t heard_count;
    struct liar_heard heard[LIAR_HEARD_MAX];
    size_t old_roster_size; /* the first one */
    uint8_t old_roster[COUNTRY_NOTE_SIZE];

    size_t roster_count; /* all that custodians ever signed */
    struct hash rosters[64];
    size_t history_count;
    struct cluster_history histories[CLUSTER_HISTORIES_MAX];
    size_t sighting_count;
    struct sighting sightings[CLUSTER_SIGHTINGS_MAX];
};

void cluster_run(const struct cluster_plan *plan,
                 struct cluster_report *report);

/* ----- cluster.c, for the other files ----- */

/* A new site with a fresh node; its number. */
unsigned cluster_add(struct cluster *cluster, const char *origin,
                     enum roster_role role, bool listens);
/* Starts a node that has just been made, its officers and its turns. */
void cluster_begin(struct site *site);
/* Starts the node again, if it is not running. */
void site_start(struct site *site);
void site_turn_soon(struct site *site, int64_t delay_ms);
/* The next roster, into the hands of the operators of two sites. */
void cluster_spread_roster(struct cluster *cluster, unsigned first);
/* An operator finds the first one in a drawer. */
void cluster_old_roster(struct cluster *cluster, unsigned to);
bool site_honest(const struct site *site);
/* Which site is reached by whoever calls that origin; -1: none. */
int cluster_route(const struct cluster *cluster, unsigned from,
                  struct bytes origin);

/* ----- cluster_trouble.c ----- */
void trouble_begin(struct cluster *cluster);

/* ----- cluster_liar.c ----- */
void liar_begin(struct cluster *cluster);
/* A message came to the liar's node. */
void liar_heard(struct cluster *cluster, const struct message *message);

/* ----- cluster_judge.c ----- */

/* Takes down what a site believes from now on. */
void judge_saw(struct cluster *cluster, enum sighting_kind kind, unsigned site,
               struct bytes note);
/* Keeps the history of a site's log as it is now. */
void judge_keep(struct cluster *cluster, struct site *site);
/* A site has this roster in force. */
void judge_roster(struct site *site, uint64_t version);
/* Whether everybody has everything. */
bool judge_converged(struct cluster *cluster);
/* What must hold in the end. */
void judge_end(struct cluster *cluster);

/* ----- cluster_paths.c ----- */

/* Whether what one site writes has a way to another. */
bool paths_join(struct cluster *cluster, unsigned from, unsigned to);

/* ----- cluster_tables.c ----- */

/* What a site knows of others is what they recorded, as far as it may. */
void tables_judge(struct cluster *cluster, struct site *site);
/* How far they are. */
void tables_trace(struct site *site);
/* Whether the site's tables have all of the log that is published. */
bool tables_have(struct site *site, struct site *of);

#endif
