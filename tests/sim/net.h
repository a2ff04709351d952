/*
 * The network between machines: exchanges of a message and its reply, each of
 * which may be slow, lost, or delivered twice, and overtake another; lines that
 * are cut, both ways or one way only. Nobody on it can change a byte: that is
 * what TLS is for; liars sit at its ends.
 */
#ifndef SIM_NET_H
#define SIM_NET_H

#include "sim/world.h"
#include "sync/message.h"

#define NET_MACHINES_MAX 16
#define NET_EXCHANGES_MAX 512

/* Who asks whom, and what the answer is to be known by. */
struct net_ends {
    unsigned from;
    unsigned to;
    unsigned life; /* of the machine that asks, */
    unsigned link; /* and its link */
    uint64_t id;   /* the link's own */
};

struct net_exchange {
    bool used;
    bool closed;    /* whoever asked has an answer, or gave up */
    unsigned tasks; /* that will still come back to it, but for giving up */
    uint32_t use;   /* how often this place was used */
    struct net_ends ends;
    struct message message; /* its body is the exchange's own */
    struct reply reply;     /* likewise */
    uint8_t *body;
    uint8_t *reply_body;
};

struct net_line {
    bool cut;
    int64_t delay_min_ms;
    int64_t delay_max_ms;
    unsigned lost_percent;
    unsigned doubled_percent;
};

/*
 * ask       a message reaches a machine, which calls net_answer() or net_drop()
 *           once, now or later, and until then may look at the exchange; or it
 *           is down: then false
 * answered  an answer reaches who asked, or it is said that none came
 */
struct net_calls {
    bool (*ask)(void *context, unsigned exchange);
    void (*answered)(void *context, const struct net_ends *ends,
                     const struct reply *reply);
    void *context;
};

struct net {
    struct world *world;
    struct net_calls calls;
    struct net_line lines[NET_MACHINES_MAX][NET_MACHINES_MAX]; /* from, to */
    struct net_exchange exchanges[NET_EXCHANGES_MAX];

    /* Read these. */
    uint64_t asked;
    uint64_t lost;
    uint64_t doubled;
    uint64_t bytes;
};

void net_init(struct net *net, struct world *world,
              const struct net_calls *calls);
void net_deinit(struct net *net);

/* Copies the message. */
void net_ask(struct net *net, const struct net_ends *ends,
             const struct message *message);

/* Copies the reply; of an exchange delivered twice the first one. */
void net_answer(struct net *net, unsigned number, const struct reply *reply);

/* Nobody will answer: the machine died over it. */
void net_drop(struct net *net, unsigned number);

/* Every line as it is when nobody is at it. */
void net_heal(struct net *net);

/* Cuts a machine off from all others, or puts its lines back. */
void net_cut(struct net *net, unsigned machine, bool cut);

#endif
