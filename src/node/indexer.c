#include "node/indexer.h"

#include <stdlib.h>
#include <string.h>

#include "node/lists_int.h"
#include "node/profile.h"
#include "node/say.h"
#include "os/loop.h"
#include "os/socket.h"

/* Another import has the lock: how often it is tried again. */
#define LOCK_WAIT_MS 500

#define YIELD_MOST 19

struct indexer {
    struct child child;
    struct say say;
    struct loop loop;
    struct loop pause; /* of nothing, to wait at */
    struct channel channel;
    uint8_t in[INDEXER_BLOCK_SIZE];
    uint8_t out[INDEXER_BLOCK_SIZE];
};

/* Nobody else writes or removes files of lists meanwhile. */
static enum err
lock_take(struct indexer *indexer, struct file *out)
{
    struct os *os = indexer->child.os;
    struct loop_ready ready[LOOP_READY_MAX];
    enum err e =
        os->open(os, indexer->child.dir, LISTS_LOCK, OPEN_WRITE, 0600, out);

    if (e == ERR_NOT_FOUND)
        e = os->open(os, indexer->child.dir, LISTS_LOCK, OPEN_REPLACE, 0600,
                     out);
    if (e != OK)
        return e;
    e = os->lock(os, *out);
    while (e == ERR_BUSY) {
        (void)loop_wait(&indexer->pause, LOCK_WAIT_MS, ready);
        e = os->lock(os, *out);
    }
    if (e != OK)
        os->close(os, *out);
    return e;
}

static enum err
index_make(struct indexer *indexer, const struct hash *sha256,
           enum lists_verdict *verdict)
{
    struct os *os = indexer->child.os;
    struct lists_work work = {.os = os, .dir = indexer->child.dir};
    struct file lock;
    enum err e = lock_take(indexer, &lock);

    if (e != OK)
        return e;
    e = lists_verify(&work, sha256, true, verdict);
    if (e == OK && *verdict == LISTS_GOOD)
        e = lists_losses_make(&work, sha256);
    os->close(os, lock);
    return e;
}

static enum err
ask_take(struct indexer *indexer, struct bytes ask)
{
    uint8_t answer[INDEXER_ANSWER_SIZE];
    enum lists_verdict verdict = LISTS_BAD_ENTRY;
    struct hash sha256;
    enum err e;

    if (ask.size != HASH_SIZE)
        return ERR_FORMAT;
    memcpy(sha256.b, ask.p, HASH_SIZE);
    e = index_make(indexer, &sha256, &verdict);
    if (e != OK)
        say(&indexer->say, SAY_WARNING, "a list has no index: %s", err_text(e));
    if (e != OK && verdict == LISTS_GOOD)
        verdict = LISTS_NO_INDEX;
    memcpy(answer, sha256.b, HASH_SIZE);
    answer[HASH_SIZE] = (uint8_t)verdict;
    return channel_send(&indexer->channel,
                        (struct bytes){answer, sizeof(answer)});
}

/* Until the courier is gone. */
static void
serve(struct indexer *indexer)
{
    struct loop_ready ready[LOOP_READY_MAX];
    struct bytes ask;
    enum err e = OK;

    while (e == OK) {
        e = channel_next(&indexer->channel, &ask);
        if (e == OK)
            e = ask_take(indexer, ask);
        else if (e == ERR_SHORT)
            e = channel_read(&indexer->channel);
        if (e == OK && channel_waits(&indexer->channel))
            e = channel_write(&indexer->channel);
        if (e == ERR_BUSY) {
            (void)loop_wait(&indexer->loop, -1, ready);
            e = OK;
        }
    }
}

static int
run(struct indexer *indexer, const struct child *child, int fd)
{
    struct sandbox sandbox;
    struct sandbox_report cage;

    say_init(&indexer->say, child->os, "kufi-indexer");
    indexer->child = *child;
    channel_init(&indexer->channel, fd, indexer->in, sizeof(indexer->in),
                 indexer->out, sizeof(indexer->out));
    if (loop_open(&indexer->loop) != OK || loop_open(&indexer->pause) != OK ||
        loop_add(&indexer->loop, fd, 0, false) != OK)
        return CHILD_TROUBLE;
    profile_indexer(child->dir, &sandbox);
    if (sandbox_enter(&sandbox, &cage) != OK)
        return CHILD_HOPELESS;
    serve(indexer);
    return CHILD_DONE;
}

_Noreturn static void
indexer_main(const struct child *child, int fd)
{
    struct indexer *indexer = calloc(1, sizeof(*indexer));

    process_name(child->process, "kufi-indexer");
    process_yield(YIELD_MOST);
    process_exit(indexer == NULL ? CHILD_TROUBLE : run(indexer, child, fd));
}

enum err
indexer_start(const struct child *child, const int *others, size_t other_count,
              int *fd)
{
    int ends[2];
    pid_t pid;
    enum err e = socket_pair(ends);

    if (e != OK)
        return e;
    e = process_fork(child->process, &pid);
    if (e == OK && pid == 0) {
        socket_close(ends[0]);
        socket_close(child->control_fd);
        for (size_t i = 0; i < other_count; i++)
            socket_close(others[i]);
        indexer_main(child, ends[1]);
    }
    socket_close(ends[1]);
    if (e == OK)
        *fd = ends[0];
    else
        socket_close(ends[0]);
    return e;
}
