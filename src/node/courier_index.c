#include <stdlib.h>
#include <string.h>

#include "node/courier_int.h"
#include "node/indexer.h"

enum err
courier_index_open(struct courier *courier)
{
    const int others[] = {courier->channel.fd, courier->loop.fd,
                          courier->signal_fd};
    int fd;
    enum err e;

    courier->indexer_in = calloc(1, INDEXER_BLOCK_SIZE);
    courier->indexer_out = calloc(1, INDEXER_BLOCK_SIZE);
    if (courier->indexer_in == NULL || courier->indexer_out == NULL)
        return ERR_LIMIT;
    e = indexer_start(&courier->child, others,
                      sizeof(others) / sizeof(others[0]), &fd);
    if (e != OK)
        return e;
    channel_init(&courier->indexer, fd, courier->indexer_in, INDEXER_BLOCK_SIZE,
                 courier->indexer_out, INDEXER_BLOCK_SIZE);
    return loop_add(&courier->loop, fd, COURIER_TAG_INDEXER, false);
}

/* What waits is less than the socket takes, whose other end reads at once
 * between two lists. */
enum err
courier_index_ask(struct courier *courier, const struct hash *sha256)
{
    enum err e = channel_send(&courier->indexer, hash_bytes(sha256));

    return e == OK ? channel_write(&courier->indexer) : e;
}

static enum err
answer_take(struct courier *courier, struct bytes answer)
{
    struct hash sha256;

    if (answer.size != INDEXER_ANSWER_SIZE)
        return ERR_FORMAT;
    memcpy(sha256.b, answer.p, HASH_SIZE);
    courier_errand_release(courier, &sha256, answer.p[HASH_SIZE] == LISTS_GOOD);
    return OK;
}

void
courier_index_read(struct courier *courier)
{
    struct bytes answer;
    enum err e = channel_read(&courier->indexer);

    while (e == OK) {
        e = channel_next(&courier->indexer, &answer);
        if (e == OK)
            e = answer_take(courier, answer);
        else if (e == ERR_SHORT)
            e = channel_read(&courier->indexer);
    }
    if (e != ERR_BUSY)
        courier_end(courier, CHILD_TROUBLE);
}
