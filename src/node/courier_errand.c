#include <assert.h>
#include <string.h>

#include "node/courier_int.h"

static uint64_t
id_of(const struct courier *courier, const struct courier_errand *slot)
{
    return (uint64_t)slot->turn << 32 | (uint64_t)(slot - courier->errands);
}

/* False when the channel has no room yet. */
static bool
errand_send(struct courier *courier, struct courier_errand *slot)
{
    struct writer w;

    writer_init(&w, courier->errand_block, ERRAND_SIZE_MAX);
    slot->errand.id = id_of(courier, slot);
    errand_encode(&w, &slot->errand);
    if (writer_end(&w) != OK) {
        courier_end(courier, CHILD_TROUBLE);
        return false;
    }
    slot->sent = channel_send(&courier->channel, writer_done(&w)) == OK;
    return slot->sent;
}

static struct bytes
origin_keep(struct courier_errand *slot, struct bytes origin)
{
    assert(origin.size <= sizeof(slot->origin));
    if (origin.size > 0)
        memcpy(slot->origin, origin.p, origin.size);
    return (struct bytes){slot->origin, origin.size};
}

void
courier_errand_ask(struct courier *courier, enum courier_asker asker,
                   size_t place, const struct errand *errand)
{
    for (size_t i = 0; i < COURIER_ERRANDS_MAX; i++) {
        struct courier_errand *slot = &courier->errands[i];

        if (slot->used)
            continue;
        slot->used = true;
        slot->sent = false;
        slot->held = errand->kind == ERRAND_FETCHED;
        slot->asker = asker;
        slot->place = place;
        slot->turn++;
        slot->number = ++courier->numbers;
        slot->errand = *errand;
        slot->errand.origin = origin_keep(slot, errand->origin);
        if (slot->held && courier_index_ask(courier, &errand->sha256) != OK)
            courier_end(courier, CHILD_TROUBLE);
        courier_errands_send(courier);
        return;
    }
    assert(!"an asker has two errands under way");
}

/* The oldest that waits to be sent. */
static struct courier_errand *
errand_next(struct courier *courier)
{
    struct courier_errand *oldest = NULL;

    for (size_t i = 0; i < COURIER_ERRANDS_MAX; i++) {
        struct courier_errand *slot = &courier->errands[i];

        if (slot->used && !slot->sent && !slot->held &&
            (oldest == NULL || slot->number < oldest->number))
            oldest = slot;
    }
    return oldest;
}

void
courier_errands_send(struct courier *courier)
{
    struct courier_errand *next = errand_next(courier);

    while (courier->connected && next != NULL && errand_send(courier, next))
        next = errand_next(courier);
}

/* Who asked learns that its list is none, as if the keeper had said so. */
static void
errand_refuse(struct courier *courier, struct courier_errand *slot)
{
    struct errand_answer *answer = courier->answer;

    *answer = (struct errand_answer){
        .verdict = ERRAND_REFUSED,
        .why = BYTES("SCR 3.9: the list cannot be indexed")};
    slot->used = false;
    if (slot->asker == ASKER_INBOX)
        courier_inbox_done(courier, answer);
    else
        courier_link_done(courier, slot->place, answer);
}

void
courier_errand_release(struct courier *courier, const struct hash *sha256,
                       bool good)
{
    for (size_t i = 0; i < COURIER_ERRANDS_MAX; i++) {
        struct courier_errand *slot = &courier->errands[i];

        if (!slot->used || !slot->held ||
            !hash_equal(&slot->errand.sha256, sha256))
            continue;
        slot->held = false;
        if (!good)
            errand_refuse(courier, slot);
    }
    courier_errands_send(courier);
}

/* Kept with the bytes that it borrows, until the next one. */
static bool
state_take(struct courier *courier, struct bytes message)
{
    struct errand_answer *answer = courier->answer;
    struct fault fault;

    if (message.size > COURIER_STATE_SIZE_MAX)
        return false;
    memcpy(courier->state_block, message.p, message.size);
    message.p = courier->state_block;
    if (errand_answer_parse(message, answer, &fault) != OK ||
        !answer->has_state)
        return false;
    *courier->state_room = answer->state;
    courier->state = courier->state_room;
    courier->host.state = courier->state;
    return true;
}

/* Links have keys sealed, too, when they come to it; a node that calls nobody,
 * or whom nobody answers, has others fetch theirs. One at a time. SYN 8.5 */
void
courier_seals_drive(struct courier *courier)
{
    const struct errand_state *state = courier->state;
    struct grantbox *box = courier->grants;
    struct errand errand = {.kind = ERRAND_SEAL};
    uint64_t now = courier_now_ns(courier);

    if (courier->sealing || now < box->seal_ns || state->mode != ERRAND_NORMAL)
        return;
    for (; courier->seal_at < state->log_count; courier->seal_at++) {
        if (!state->logs[courier->seal_at].seal_due)
            continue;
        errand.origin = state->logs[courier->seal_at++].origin;
        courier->sealing = true;
        courier_errand_ask(courier, ASKER_SEAL, 0, &errand);
        return;
    }
    courier->seal_at = 0;
    box->seal_ns = now + GRANTBOX_SEAL_NS;
}

/* What does not fit or is none is asked for again. */
static void
seal_take(struct courier *courier, const struct errand_answer *answer)
{
    courier->sealing = false;
    if (answer->verdict == ERRAND_TAKEN && answer->note.size > 0)
        (void)!grantbox_put(courier->grants, courier->roster, answer->note);
}

bool
courier_answer_take(struct courier *courier, struct bytes message)
{
    struct errand_answer *answer = courier->answer;
    struct courier_errand *slot;
    struct fault fault;
    size_t i;

    if (errand_answer_parse(message, answer, &fault) != OK)
        return false;
    i = (size_t)(answer->id & 0xffffffffu);
    if (i >= COURIER_ERRANDS_MAX || !courier->errands[i].used ||
        !courier->errands[i].sent ||
        id_of(courier, &courier->errands[i]) != answer->id)
        return false;
    slot = &courier->errands[i];
    slot->used = false;
    switch (slot->asker) {
    case ASKER_STATE:
        courier->asking = false;
        return state_take(courier, message);
    case ASKER_SEAL:
        seal_take(courier, answer);
        break;
    case ASKER_HEARD:
        courier->hearing = false;
        break;
    case ASKER_LINK:
        courier_link_done(courier, slot->place, answer);
        break;
    case ASKER_CALL:
        courier_call_done(courier, slot->place, answer);
        break;
    case ASKER_MIRRORS:
        mirrors_done(&courier->mirrors, &courier->host, courier_now_ns(courier),
                     answer);
        break;
    case ASKER_INBOX:
        courier_inbox_done(courier, answer);
        break;
    }
    return true;
}
