/* How a keeper comes to life: memory, cage, identity, book, peers. */
#include "node/keeper_int.h"

#include <stdlib.h>

#include "node/identity.h"
#include "node/profile.h"

/* The old keeper of a killed node may take a moment to go. */
#define LOCK_TRIES 100
#define LOCK_WAIT_MS 20

enum err
keeper_memory(struct keeper *keeper)
{
    size_t i;

    keeper->recent = calloc(1, sizeof(*keeper->recent));
    keeper->batch = calloc(1, sizeof(*keeper->batch));
    keeper->replies = calloc(BOOK_BATCH_MAX, sizeof(*keeper->replies));
    keeper->proofs = calloc(KEEPER_PROOFS_MAX, sizeof(*keeper->proofs));
    keeper->answer_block = calloc(1, ANSWER_SIZE_MAX);
    if (keeper->recent == NULL || keeper->batch == NULL ||
        keeper->replies == NULL || keeper->proofs == NULL ||
        keeper->answer_block == NULL)
        return ERR_LIMIT;
    for (i = 0; i < KEEPER_DESKS_MAX; i++) {
        struct keeper_desk *desk = &keeper->desks[i];

        desk->in = calloc(1, KEEPER_IN_SIZE);
        desk->out = calloc(1, KEEPER_OUT_SIZE);
        if (desk->in == NULL || desk->out == NULL)
            return ERR_LIMIT;
    }
    keeper->courier.in = calloc(1, KEEPER_ERRAND_SIZE);
    keeper->courier.out = calloc(1, KEEPER_ERRAND_ANSWER_SIZE);
    keeper->errand_block = calloc(1, ERRAND_ANSWER_SIZE_MAX);
    return keeper->courier.in != NULL && keeper->courier.out != NULL &&
                   keeper->errand_block != NULL
               ? OK
               : ERR_LIMIT;
}

/* The lock of a keeper that was just killed is waited for. */
static enum err
open_book(struct keeper *keeper, struct book_report *report)
{
    const struct child *child = &keeper->child;
    struct book_config config = {.os = child->os,
                                 .dir = child->dir,
                                 .path = child->path,
                                 .config = child->config,
                                 .random = &crypto_random};
    struct loop_ready ready[LOOP_READY_MAX];
    struct loop nothing;
    enum err e = loop_open(&nothing);
    int i;

    if (e != OK)
        return e;
    e = book_open(&keeper->book, &config, report);
    for (i = 0; i < LOCK_TRIES && e == ERR_BUSY; i++) {
        (void)loop_wait(&nothing, LOCK_WAIT_MS, ready);
        e = book_open(&keeper->book, &config, report);
    }
    loop_close(&nothing);
    return e;
}

static void
tell_start(const struct keeper *keeper, const struct book_report *report)
{
    const struct say *s = &keeper->say;

    if (report->log.torn)
        say(s, SAY_NOTICE, "cut off a torn tail that was never acknowledged");
    if (report->rebuilt != NULL)
        say(s, SAY_WARNING, "rebuilt the store from the log: %s",
            report->rebuilt);
    say(s, SAY_INFO, "%llu entries, %llu of them from the journal, %llu folded",
        (unsigned long long)report->log.size,
        (unsigned long long)report->log.replayed,
        (unsigned long long)report->folded);
}

/* Into the cage first: what opening the book reads is not believed either. */
enum err
keeper_start(struct keeper *keeper)
{
    struct os *os = keeper->child.os;
    struct sandbox sandbox;
    struct sandbox_report cage;
    struct book_report report;
    const char *step = NULL;
    enum err e;

    e = identity_make(os, keeper->child.dir, keeper->child.config,
                      &crypto_random, &step);
    if (e != OK)
        return book_failed(&keeper->book, e, step);
    profile_keeper(keeper->child.dir, &sandbox);
    if (sandbox_enter(&sandbox, &cage) != OK)
        return book_failed(&keeper->book, ERR_DENIED, "entering the sandbox");
    if (cage.landlock == 0)
        say(&keeper->say, SAY_WARNING,
            "this kernel has no Landlock: files are guarded by rights alone");
    e = open_book(keeper, &report);
    if (e != OK)
        return e;
    tell_start(keeper, &report);
    keeper->started = os->now(os);
    e = book_start(&keeper->book);
    if (e == OK)
        e = book_fold(&keeper->book);
    if (e == OK)
        e = peers_open(&keeper->peers, &keeper->book);
    if (e != OK)
        book_abandon(&keeper->book);
    return e;
}
