/*
 * The running node of a folder, as a command reaches it: the address from
 * DIR/address or else DIR/config.ini, the token from DIR/token, and a client
 * that speaks to it.
 */
#ifndef CLI_POST_H
#define CLI_POST_H

#include "cli/cli.h"
#include "http/client.h"

#define POST_TOKEN_SIZE_MAX 128
#define POST_ADDRESS_SIZE_MAX 128

#define POST_CONNECT_MS 2000
/* Above what the node gives itself for an answer (API_DEADLINE_MS). */
#define POST_TIMEOUT_MS 15000

struct post {
    const char *dir;
    bool address_given;
    char address[POST_ADDRESS_SIZE_MAX];
    uint8_t token[POST_TOKEN_SIZE_MAX];
    struct client_config config; /* points to the two above */
    struct client client;
};

/*
 * Reads DIR and opens the client; `post` must stay where it is, and the strings
 * too, until it is closed. Complains and returns false when it cannot; nothing
 * is sent yet.
 *
 * address        where the node listens; NULL: as the folder says
 * exchanges_max  requests in flight
 */
MUST_CHECK bool post_open(struct cli *cli, struct post *post, const char *dir,
                          const char *address, unsigned exchanges_max);

void post_close(struct post *post);

/*
 * A node that was started again may listen elsewhere: looks where, and if so
 * goes there. No exchange may be in flight.
 */
void post_follow(struct cli *cli, struct post *post);

/* Complains that the node gave no answer, in words for `e`; CLI_TROUBLE. */
int post_unreached(struct cli *cli, const struct post *post, enum err e);

/*
 * What an answer's status means for the exit status: done, no (4xx), or
 * trouble (5xx, and a token that the node does not know).
 */
int post_exit_of(unsigned status);

/* Shows a person a refused request's problem: title, detail, clause. */
void post_complain(struct cli *cli, unsigned status, struct bytes problem);

#endif
