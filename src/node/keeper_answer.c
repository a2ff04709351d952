/* Answers of the keeper: now, when the batch is durable, when it is folded,
 * when a checkpoint covers it. */
#include "node/keeper_int.h"

#include <errno.h>

struct answer
keeper_answer(const struct keeper *keeper, uint64_t id)
{
    const struct book *book = &keeper->book;

    if (keeper->refusing)
        return (struct answer){.id = id};
    return (struct answer){.id = id,
                           .size = log_size(&book->log),
                           .published = log_published(&book->log),
                           .folded = store_position(&book->store)};
}

/* A desk that does not take its answers is let go. */
void
keeper_send(struct keeper *keeper, struct keeper_desk *desk,
            const struct answer *answer)
{
    struct writer w;

    if (!desk->open || desk->closing)
        return;
    writer_init(&w, keeper->answer_block, ANSWER_SIZE_MAX);
    answer_encode(&w, answer);
    if (writer_end(&w) != OK ||
        channel_send(&desk->channel, writer_done(&w)) != OK)
        desk->closing = true;
}

void
keeper_refuse(struct keeper *keeper, struct keeper_desk *desk, uint64_t id,
              enum problem problem)
{
    struct answer answer = keeper_answer(keeper, id);

    answer.problem = problem;
    keeper_send(keeper, desk, &answer);
}

enum problem
keeper_problem(const struct keeper *keeper, enum err e)
{
    if (e == ERR_FULL)
        return PROBLEM_DISK_FULL;
    if (e == ERR_IO && keeper->child.os->error == EROFS)
        return PROBLEM_READ_ONLY;
    return PROBLEM_TROUBLE;
}

enum err
keeper_send_record(struct keeper *keeper, struct keeper_desk *desk, uint64_t id,
                   uint64_t index, bool with_entry)
{
    struct answer answer = keeper_answer(keeper, id);
    struct book_entry read;
    enum err e = book_read(&keeper->book, index, &read);

    if (e == ERR_DENIED) {
        keeper_refuse(keeper, desk, id, PROBLEM_ERASED);
        return OK;
    }
    if (e != OK)
        return e;
    answer.has_record = true;
    answer.index = index;
    answer.leaf = read.leaf;
    answer.event = read.plain;
    answer.has_entry = with_entry;
    if (with_entry)
        answer.entry = read.entry;
    keeper_send(keeper, desk, &answer);
    return OK;
}

/* A record that waits for its checkpoint, if that is not there already. */
static enum err
prove_later(struct keeper *keeper, const struct keeper_reply *reply)
{
    if (log_published(&keeper->book.log) > reply->index)
        return keeper_send_record(keeper, reply->desk, reply->id, reply->index,
                                  true);
    if (keeper->proof_count == KEEPER_PROOFS_MAX) {
        keeper_refuse(keeper, reply->desk, reply->id, PROBLEM_TROUBLE);
        return OK;
    }
    keeper->proofs[keeper->proof_count++] = *reply;
    return OK;
}

static enum err
reply_send(struct keeper *keeper, struct keeper_reply *reply)
{
    struct book *book = &keeper->book;
    struct answer answer = keeper_answer(keeper, reply->id);

    if (reply->bare) {
        keeper_send(keeper, reply->desk, &answer);
        return OK;
    }
    if (!reply->look)
        reply->index = book_index(book, reply->item);
    if (reply->wants_proof)
        return prove_later(keeper, reply);
    if (reply->look)
        return keeper_send_record(keeper, reply->desk, reply->id, reply->index,
                                  false);
    answer.has_record = true;
    answer.index = reply->index;
    answer.leaf = *book_leaf(book, reply->item);
    answer.event = book->items[reply->item].plain;
    keeper_send(keeper, reply->desk, &answer);
    return OK;
}

enum err
keeper_reply_all(struct keeper *keeper, bool folded)
{
    size_t i;
    enum err e = OK;

    for (i = 0; i < keeper->reply_count && e == OK; i++) {
        if (keeper->replies[i].wants_fold == folded)
            e = reply_send(keeper, &keeper->replies[i]);
    }
    return e;
}

void
keeper_refuse_all(struct keeper *keeper, bool folded, enum problem problem)
{
    size_t i;

    for (i = 0; i < keeper->reply_count; i++) {
        const struct keeper_reply *reply = &keeper->replies[i];

        if (reply->wants_fold == folded)
            keeper_refuse(keeper, reply->desk, reply->id, problem);
    }
}

enum err
keeper_prove(struct keeper *keeper)
{
    uint64_t published = log_published(&keeper->book.log);
    size_t kept = 0;
    size_t i;
    enum err e = OK;

    for (i = 0; i < keeper->proof_count && e == OK; i++) {
        const struct keeper_reply *reply = &keeper->proofs[i];

        if (reply->index < published)
            e = keeper_send_record(keeper, reply->desk, reply->id, reply->index,
                                   true);
        else
            keeper->proofs[kept++] = *reply;
    }
    keeper->proof_count = kept;
    return e;
}
