/*
 * A throw-away country for a drill: nodes in folders of their own below one
 * temporary one, run as real processes of this very program, which speak to
 * each other over loopback; and custodians with their keys. Whatever a drill
 * does, it does as an operator would, by commands, or as an attacker would, by
 * files and signals.
 *
 * Complaints go to cli->err, with the last words of the command that failed.
 */
#ifndef CLI_DRILL_COUNTRY_H
#define CLI_DRILL_COUNTRY_H

#include "base/json.h"
#include "cli/cli.h"
#include "crypto/hash.h"
#include "os/process.h"

#define COUNTRY_NODES_MAX 12
#define COUNTRY_CUSTODIANS 3
#define COUNTRY_THRESHOLD 2
#define COUNTRY_PATH_MAX 512
#define COUNTRY_ARGUMENTS_MAX 32

/* An acknowledged crossing, as its receipt has it. */
struct receipt {
    uint64_t index;
    struct hash leaf;
};

struct country_node {
    char name[32];
    char origin[64];
    char role[16];
    char dir[COUNTRY_PATH_MAX];
    uint16_t port; /* for peers; 0: it lets nobody in */
    pid_t pid;     /* 0: not running */
    bool named;    /* in a roster */
    bool revoked;
    bool lost; /* its folder is no node's any more */
    size_t receipt_count;
    size_t receipt_room;
    struct receipt *receipts;
};

struct country {
    struct cli *cli;
    char path[COUNTRY_PATH_MAX];
    char roster[COUNTRY_PATH_MAX + 32]; /* the one in force */
    size_t node_count;
    struct country_node nodes[COUNTRY_NODES_MAX];
    unsigned sample_seed; /* of the next travellers */
    char *answer;         /* of the last command, NUL-terminated */
    size_t answer_size;
};

/* A folder below TMPDIR, and custodians' keys in it. False: complained. */
MUST_CHECK bool country_open(struct country *country, struct cli *cli);

/* Kills what runs; removes the folder unless it is to be looked at. */
void country_close(struct country *country, bool keep);

/*
 * A new node, not yet in the roster. Nodes of role post let nobody in.
 * NULL: complained.
 */
struct country_node *country_add(struct country *country, const char *name,
                                 const char *role);
struct country_node *country_find(struct country *country, const char *name);

/*
 * Names in a new roster all nodes that are not in the last one, revokes
 * `revoked` (or NULL), has it signed by as many custodians as it takes, and
 * hands it to every node that is not revoked.
 */
MUST_CHECK bool country_roster(struct country *country, const char *revoked);

/* Has a roster or an order signed by the first so many custodians. */
MUST_CHECK bool country_sign(struct country *country, const char *path,
                             unsigned signers);

/* Hands a node the roster in force. */
MUST_CHECK bool country_join(struct country *country,
                             struct country_node *node);

/* Runs a command to its end, its words in `country->answer`; returns its exit
 * status. The list of arguments ends with NULL; `in` is a file or NULL. */
int country_call(struct country *country, const char *in,
                 const char *const *argv);

/* The same, complained of when the exit status is another than 0. */
MUST_CHECK bool country_do(struct country *country, const char *const *argv);

/* Starts a node and waits until it answers. */
MUST_CHECK bool country_start(struct country *country,
                              struct country_node *node);
/* By SIGTERM or SIGKILL, with all its processes; waits for its end. */
void country_stop(struct country *country, struct country_node *node,
                  int signal);

/*
 * Records so many crossings of invented travellers at a node and keeps their
 * receipts. Less than asked when the node went away meanwhile: `*done`.
 */
MUST_CHECK bool country_cross(struct country *country,
                              struct country_node *node, size_t count,
                              size_t *done);

/* `kufi status --json` of a node; NULL when it does not answer. To be released
 * by json_close(). */
struct json *country_status(struct country *country, struct country_node *node);

/* How far `node` has the log of `of`, in entries: its own, or mirrored; and
 * another number that it tells of that log. 0 when it tells none. */
uint64_t country_size(struct country *country, struct country_node *node,
                      const struct country_node *of);
uint64_t country_figure(struct country *country, struct country_node *node,
                        const struct country_node *of, const char *member);

/* Whether a node's status gives the state of a log by this word. */
bool country_state(struct country *country, struct country_node *node,
                   const struct country_node *of, const char *state);

/* Whether a node's alarms name a code ("fork"); and how long until they do,
 * for `seconds` at most. */
bool country_alarmed(struct country *country, struct country_node *node,
                     const char *code);
MUST_CHECK bool country_await_alarm(struct country *country,
                                    struct country_node *node, const char *code,
                                    unsigned seconds, uint64_t *ms);

/*
 * Waits until every running node but `but` (or NULL) has mirrored every log up
 * to what its owner has now, for `seconds` at most.
 */
MUST_CHECK bool country_settle(struct country *country,
                               const struct country_node *but,
                               unsigned seconds);

/*
 * How many receipts of `of` are, with their leaf hashes, in a folder that holds
 * a log: DIR/log, or DIR/peers/HEX.
 */
size_t country_receipts(struct country *country, const struct country_node *of,
                        const char *folder);

/* Where `node` keeps the mirror of `of`. */
void country_mirror(const struct country_node *node,
                    const struct country_node *of, char *out, size_t size);
void country_mirror_in(const char *dir, const struct country_node *of,
                       char *out, size_t size);

/* The first entry by which a node's own log and a mirror of it differ. */
uint64_t country_differs(struct country *country,
                         const struct country_node *node, const char *mirror);

MUST_CHECK bool country_copy(struct country *country, const char *from,
                             const char *to);

/* Now, as commands take it: "2026-11-23T10:00:00Z". */
void country_time(const struct country *country, char *out, size_t size);

/* Milliseconds of a clock that never jumps. */
uint64_t country_ms(const struct country *country);
void country_sleep(unsigned ms);

#endif
