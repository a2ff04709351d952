#include "cli/cross_window.h"

#include <assert.h>
#include <string.h>

#include "base/json.h"

#define IDLE_MS 250 /* how late progress may be shown */
#define NS_A_MS 1000000u

static void done(void *context, struct exchange *exchange);

void
cross_window_init(struct cross_window *window, struct client *client,
                  struct os *os)
{
    window->client = client;
    window->os = os;
    window->inspected = NULL;
    window->context = NULL;
    window->wait_ms = 0;
    window->first = 0;
    window->next = 0;
    window->reached = false;
    window->away_ns = 0;
    window->hold_ns = 0;
    window->error = OK;
    for (size_t i = 0; i < CROSS_WINDOW_MAX; i++) {
        window->slots[i].window = window;
        window->slots[i].stage = CROSS_FREE;
    }
}

static struct cross_slot *
slot_of(struct cross_window *window, uint64_t number)
{
    return &window->slots[number % CROSS_WINDOW_MAX];
}

bool
cross_window_empty(const struct cross_window *window)
{
    return window->first == window->next;
}

bool
cross_window_full(const struct cross_window *window)
{
    return window->next - window->first == CROSS_WINDOW_MAX;
}

struct cross_slot *
cross_window_push(struct cross_window *window)
{
    struct cross_slot *slot;

    if (cross_window_full(window))
        return NULL;
    slot = slot_of(window, window->next++);
    slot->sent = false;
    slot->answer_size = 0;
    slot->line.key = (struct bytes){0};
    return slot;
}

void
cross_slot_send(struct cross_slot *slot)
{
    slot->stage = CROSS_INSPECT;
}

void
cross_slot_refuse(struct cross_slot *slot, unsigned status, const char *title,
                  const char *detail)
{
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, slot->answer, sizeof slot->answer);
    json_begin_object(&j);
    json_pair_text(&j, "type", BYTES("about:blank"));
    json_pair_text(&j, "title", bytes_of(title));
    json_pair_integer(&j, "status", status);
    json_pair_text(&j, "detail", bytes_of(detail));
    if (slot->line.key.size > 0)
        json_pair_text(&j, "idempotency_key", slot->line.key);
    json_end_object(&j);
    assert(!w.full);
    slot->answer_size = w.at;
    slot->status = status;
    slot->stage = CROSS_ANSWERED;
}

struct cross_slot *
cross_window_oldest(struct cross_window *window)
{
    struct cross_slot *slot = slot_of(window, window->first);

    if (cross_window_empty(window) || slot->stage != CROSS_ANSWERED)
        return NULL;
    return slot;
}

void
cross_window_pop(struct cross_window *window)
{
    assert(cross_window_oldest(window) != NULL);
    slot_of(window, window->first++)->stage = CROSS_FREE;
}

/* Whether an earlier line of the same document is on its way. */
static bool
must_wait(struct cross_window *window, uint64_t number)
{
    const struct cross_slot *slot = slot_of(window, number);

    for (uint64_t i = window->first; i < number; i++) {
        const struct cross_slot *earlier = slot_of(window, i);

        if (earlier->stage != CROSS_ANSWERED &&
            hash_equal(&earlier->line.who, &slot->line.who))
            return true;
    }
    return false;
}

/* False when the client takes no more for now. */
static bool
send_request(struct cross_slot *slot)
{
    bool inspect = slot->stage == CROSS_INSPECT;
    struct writer w;

    slot->exchange =
        (struct exchange){.method = "POST",
                          .path = inspect ? "/v1/inspections" : "/v1/crossings",
                          .body = slot->line.inspection,
                          .done = done,
                          .context = slot};
    if (!inspect) {
        writer_init(&w, slot->body, sizeof slot->body);
        if (cross_line_crossing(&slot->line,
                                (struct bytes){slot->id, slot->id_size},
                                &w) != OK) {
            cross_slot_refuse(slot, 500, "Too long", "the request is too long");
            return true;
        }
        slot->exchange.body = writer_done(&w);
        slot->exchange.fields[0] = slot->line.key_field;
        slot->exchange.field_count = 1;
    }
    slot->sent = client_begin(slot->window->client, &slot->exchange) == OK;
    return slot->sent;
}

/* Tries again later; whether this was too long is for the run to say. */
static void
away(struct cross_window *window, enum err e)
{
    uint64_t now_ns = window->os->monotonic_ns(window->os);

    if (window->away_ns == 0)
        window->away_ns = now_ns;
    window->hold_ns = now_ns + (uint64_t)CROSS_HOLD_MS * NS_A_MS;
    window->error = e;
}

static void
inspected(struct cross_slot *slot, struct bytes answer)
{
    struct json *json;
    struct bytes id = {0};
    bool good = json_parse(answer, &json, NULL) == OK;

    if (good) {
        good = json_get_text(json_member(json, "id"), &id) && id.size > 0 &&
               id.size <= sizeof slot->id;
        if (good)
            memcpy(slot->id, id.p, id.size);
        slot->id_size = id.size;
        json_close(json);
    }
    if (!good) {
        cross_slot_refuse(slot, 502, "Not understood",
                          "the node's answer to the inspection has no id");
        return;
    }
    if (slot->window->inspected != NULL)
        slot->window->inspected(slot->window->context, answer);
    slot->stage = CROSS_DECIDE;
}

/* The answer on one line, whatever blanks are between its values. */
static void
answered(struct cross_slot *slot, unsigned status, struct bytes answer)
{
    if (answer.size == 0 || answer.size > sizeof slot->answer) {
        cross_slot_refuse(slot, 502, "Not understood",
                          "the node's answer is empty or too long");
        return;
    }
    for (size_t i = 0; i < answer.size; i++)
        slot->answer[i] =
            answer.p[i] == '\n' || answer.p[i] == '\r' ? ' ' : answer.p[i];
    slot->answer_size = answer.size;
    slot->status = status;
    slot->stage = CROSS_ANSWERED;
}

static void
done(void *context, struct exchange *exchange)
{
    struct cross_slot *slot = context;
    struct cross_window *window = slot->window;
    enum err e = exchange->error;

    slot->sent = false;
    if (e == OK && exchange->status == 503)
        e = ERR_BUSY;
    if (e == ERR_BUSY || e == ERR_SHORT) {
        away(window, e);
        return;
    }
    window->reached = true;
    window->away_ns = 0;
    window->hold_ns = 0;
    if (e != OK)
        cross_slot_refuse(slot, 502, "Not understood", err_text(e));
    else if (slot->stage == CROSS_INSPECT && exchange->status == 201)
        inspected(slot, exchange->answer);
    else
        answered(slot, exchange->status, exchange->answer);
}

static void
send_all(struct cross_window *window)
{
    for (uint64_t i = window->first; i < window->next; i++) {
        struct cross_slot *slot = slot_of(window, i);

        if (slot->sent || slot->stage == CROSS_ANSWERED)
            continue;
        if (slot->stage == CROSS_INSPECT && must_wait(window, i))
            continue;
        if (!send_request(slot))
            return;
        if (window->away_ns != 0)
            return; /* one request finds out whether the node is back */
    }
}

static bool
any_sent(struct cross_window *window)
{
    for (uint64_t i = window->first; i < window->next; i++)
        if (slot_of(window, i)->sent)
            return true;
    return false;
}

bool
cross_window_stranded(struct cross_window *window)
{
    return window->away_ns != 0 && !any_sent(window);
}

enum err
cross_window_run(struct cross_window *window, int fd)
{
    uint64_t now_ns = window->os->monotonic_ns(window->os);
    bool hold = now_ns < window->hold_ns;

    if (cross_window_stranded(window) &&
        now_ns - window->away_ns >= window->wait_ms * NS_A_MS)
        return ERR_BUSY;
    if (!hold && (window->away_ns == 0 || !any_sent(window)))
        send_all(window);
    return client_run(window->client, fd, IDLE_MS);
}

void
cross_window_abandon(struct cross_window *window)
{
    for (uint64_t i = window->first; i < window->next; i++) {
        struct cross_slot *slot = slot_of(window, i);

        if (slot->stage != CROSS_ANSWERED)
            cross_slot_refuse(slot, 503, "No answer",
                              "the node gave no answer; the crossing may be "
                              "recorded: ask again with the same key");
    }
}
