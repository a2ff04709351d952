#include "sim/net.h"

#include <stdlib.h>
#include <string.h>

#define DELAY_MIN_MS 1
#define DELAY_MAX_MS 300

void
net_init(struct net *net, struct world *world, const struct net_calls *calls)
{
    *net = (struct net){.world = world, .calls = *calls};
    net_heal(net);
}

static void
exchange_release(struct net_exchange *exchange)
{
    free(exchange->body);
    free(exchange->reply_body);
    *exchange = (struct net_exchange){.use = exchange->use + 1};
}

void
net_deinit(struct net *net)
{
    for (size_t i = 0; i < NET_EXCHANGES_MAX; i++)
        exchange_release(&net->exchanges[i]);
}

static uint8_t *
copied(struct bytes in)
{
    uint8_t *p = malloc(in.size + 1);

    if (p == NULL)
        abort();
    if (in.size > 0)
        memcpy(p, in.p, in.size);
    return p;
}

static const struct net_line *
line_of(const struct net *net, unsigned from, unsigned to)
{
    return &net->lines[from][to];
}

static int64_t
delay(struct net *net, const struct net_line *line)
{
    return world_between(net->world, line->delay_min_ms, line->delay_max_ms);
}

static bool
chance(struct net *net, unsigned percent)
{
    return world_below(net->world, 100) < percent;
}

/* ----- One exchange, step by step. ----- */

static void
task_add(struct net *net, unsigned number, int64_t after_ms,
         void (*run)(void *context, uint64_t argument))
{
    net->exchanges[number].tasks++;
    world_after(
        net->world, after_ms,
        (struct world_task){.run = run, .context = net, .argument = number});
}

/* Comes back from a task; gives the exchange back after the last one. */
static void
task_done(struct net *net, unsigned number)
{
    struct net_exchange *exchange = &net->exchanges[number];

    exchange->tasks--;
    if (exchange->tasks == 0 && exchange->closed)
        exchange_release(exchange);
}

static void
close_with(struct net *net, unsigned number, const struct reply *reply)
{
    struct net_exchange *exchange = &net->exchanges[number];
    struct net_ends ends = exchange->ends;

    if (exchange->closed)
        return;
    exchange->closed = true;
    net->calls.answered(net->calls.context, &ends, reply);
}

static void
arrive(void *context, uint64_t argument)
{
    struct net *net = context;
    unsigned number = (unsigned)argument;
    struct net_exchange *exchange = &net->exchanges[number];
    const struct net_ends *ends = &exchange->ends;

    if (!line_of(net, ends->to, ends->from)->cut)
        close_with(net, number, &exchange->reply);
    task_done(net, number);
}

/* Most exchanges have ended long before. */
static void
give_up(void *context, uint64_t argument)
{
    struct net *net = context;
    unsigned number = (unsigned)(argument & UINT32_MAX);
    struct reply reply = {.error = ERR_SHORT};

    if (net->exchanges[number].use != argument >> 32)
        return;
    net->exchanges[number].tasks++;
    close_with(net, number, &reply);
    task_done(net, number);
}

static void
refused(void *context, uint64_t argument)
{
    struct net *net = context;
    struct reply reply = {.error = ERR_BUSY};

    close_with(net, (unsigned)argument, &reply);
    task_done(net, (unsigned)argument);
}

static void
deliver(void *context, uint64_t argument)
{
    struct net *net = context;
    unsigned number = (unsigned)argument;
    const struct net_ends *ends = &net->exchanges[number].ends;
    const struct net_line *back = line_of(net, ends->to, ends->from);

    if (!line_of(net, ends->from, ends->to)->cut) {
        net->exchanges[number].tasks++; /* of who answers */
        if (!net->calls.ask(net->calls.context, number)) {
            task_add(net, number, delay(net, back), refused);
            task_done(net, number);
        }
    }
    task_done(net, number);
}

static unsigned
exchange_new(struct net *net)
{
    for (unsigned i = 0; i < NET_EXCHANGES_MAX; i++)
        if (!net->exchanges[i].used)
            return i;
    world_broken(net->world, "sim", "too many exchanges");
}

void
net_ask(struct net *net, const struct net_ends *ends,
        const struct message *message)
{
    const struct net_line *line = line_of(net, ends->from, ends->to);
    unsigned number = exchange_new(net);
    struct net_exchange *exchange = &net->exchanges[number];

    *exchange =
        (struct net_exchange){.used = true, .ends = *ends, .message = *message};
    exchange->body = copied(message->body);
    exchange->message.body.p = exchange->body;
    net->asked++;
    net->bytes += message->body.size;
    world_after(net->world, message->timeout_ms,
                (struct world_task){.run = give_up,
                                    .context = net,
                                    .argument = (uint64_t)exchange->use << 32 |
                                                number});
    if (line->cut)
        return;
    if (chance(net, line->lost_percent))
        net->lost++;
    else
        task_add(net, number, delay(net, line), deliver);
    if (chance(net, line->doubled_percent)) {
        net->doubled++;
        task_add(net, number, delay(net, line), deliver);
    }
}

static void
reply_send(struct net *net, unsigned number, const struct reply *reply)
{
    struct net_exchange *exchange = &net->exchanges[number];
    const struct net_ends *ends = &exchange->ends;
    const struct net_line *line = line_of(net, ends->to, ends->from);

    net->bytes += reply->body.size;
    if (exchange->closed || exchange->reply_body != NULL)
        return;
    if (chance(net, line->lost_percent)) {
        net->lost++;
        return;
    }
    exchange->reply = *reply;
    exchange->reply_body = copied(reply->body);
    exchange->reply.body.p = exchange->reply_body;
    if (reply->body.size > exchange->message.reply_size_max)
        exchange->reply = (struct reply){.error = ERR_LIMIT};
    task_add(net, number, delay(net, line), arrive);
}

void
net_answer(struct net *net, unsigned number, const struct reply *reply)
{
    reply_send(net, number, reply);
    task_done(net, number);
}

void
net_drop(struct net *net, unsigned number)
{
    task_done(net, number);
}

/* ----- Lines. ----- */

void
net_heal(struct net *net)
{
    for (unsigned from = 0; from < NET_MACHINES_MAX; from++)
        for (unsigned to = 0; to < NET_MACHINES_MAX; to++)
            net->lines[from][to] = (struct net_line){
                .delay_min_ms = DELAY_MIN_MS, .delay_max_ms = DELAY_MAX_MS};
}

void
net_cut(struct net *net, unsigned machine, bool cut)
{
    for (unsigned other = 0; other < NET_MACHINES_MAX; other++) {
        net->lines[machine][other].cut = cut;
        net->lines[other][machine].cut = cut;
    }
}
