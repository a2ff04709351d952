/*
 * Crossings on their way to the node: up to CROSS_WINDOW_MAX lines at once,
 * each by two requests, one after the other. Answers come out in the order in
 * which lines went in. A line waits while an earlier one with the same MRZ is
 * on its way, so that one traveller's records keep their order.
 *
 * When the node is away, or answers 503, what it did not answer is sent again:
 * the decision under the same Idempotency-Key, so that it is recorded once. An
 * inspection has no key; one whose answer was lost may stand twice in the log,
 * as a scan without a decision.
 */
#ifndef CLI_CROSS_WINDOW_H
#define CLI_CROSS_WINDOW_H

#include "cli/cross_line.h"
#include "http/client.h"
#include "os/os.h"

#define CROSS_WINDOW_MAX 64
#define CROSS_ANSWER_SIZE_MAX 16384 /* a record has about 1,000 bytes */
#define CROSS_ID_SIZE_MAX 160       /* a node's name and an index */
#define CROSS_HOLD_MS 250           /* between two tries to reach the node */

enum cross_stage {
    CROSS_FREE,
    CROSS_INSPECT, /* the inspection is to be sent, or sent */
    CROSS_DECIDE,  /* the decision is */
    CROSS_ANSWERED
};

struct cross_window;

struct cross_slot {
    struct cross_window *window;
    enum cross_stage stage;
    bool sent; /* a request is in flight */
    unsigned status;
    struct cross_line line;
    struct exchange exchange;
    uint8_t id[CROSS_ID_SIZE_MAX];
    size_t id_size;
    uint8_t body[CROSS_BODY_SIZE_MAX];
    uint8_t answer[CROSS_ANSWER_SIZE_MAX];
    size_t answer_size;
};

/*
 * inspected   called with each inspection's answer; may be NULL
 * wait_ms     how long the node may be away before cross_window_run() gives up
 * reached     the node has answered at least once
 * away_ns     since when it has not; 0: it is there
 */
struct cross_window {
    struct client *client;
    struct os *os;
    void (*inspected)(void *context, struct bytes answer);
    void *context;
    uint64_t wait_ms;
    uint64_t first; /* the oldest line's number */
    uint64_t next;  /* the number of the line that comes next */
    bool reached;
    uint64_t away_ns;
    uint64_t hold_ns;
    enum err error; /* why the node was away last */
    struct cross_slot slots[CROSS_WINDOW_MAX];
};

void cross_window_init(struct cross_window *window, struct client *client,
                       struct os *os);

/*
 * A slot for the next line, or NULL when the window is full. The caller fills
 * in `line` and calls cross_slot_send(), or cross_slot_refuse().
 */
struct cross_slot *cross_window_push(struct cross_window *window);
void cross_slot_send(struct cross_slot *slot);

/* Answers a line without the node, by a problem. `status` as in HTTP. */
void cross_slot_refuse(struct cross_slot *slot, unsigned status,
                       const char *title, const char *detail);

/* The oldest line when it is answered, else NULL; pop it afterwards. */
struct cross_slot *cross_window_oldest(struct cross_window *window);
void cross_window_pop(struct cross_window *window);

bool cross_window_empty(const struct cross_window *window);
bool cross_window_full(const struct cross_window *window);

/* Whether the node is away and no request is on its way to it. */
bool cross_window_stranded(struct cross_window *window);

/*
 * Sends what may be sent and waits for something to happen, also on `fd` (-1:
 * none). ERR_BUSY when the node has been away for longer than `wait_ms`.
 */
MUST_CHECK enum err cross_window_run(struct cross_window *window, int fd);

/* Answers every line that is still on its way: it may be recorded or not. */
void cross_window_abandon(struct cross_window *window);

#endif
