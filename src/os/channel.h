/*
 * Messages between two of our processes, over a stream socket that never
 * blocks: each message after its size (four bytes, big-endian). Both ends
 * treat the other as hostile: what is too large closes the channel.
 */
#ifndef OS_CHANNEL_H
#define OS_CHANNEL_H

#include "base/bytes.h"
#include "base/err.h"

#define CHANNEL_HEAD_SIZE 4

/*
 * The two blocks are the caller's and outlive the channel.
 *
 * in   holds the largest message that is taken, and its head
 * out  what the other end has not taken yet
 */
struct channel {
    int fd;
    uint8_t *in;
    size_t in_size;
    size_t in_at; /* start of what no channel_next() has handed out */
    size_t in_end;
    uint8_t *out;
    size_t out_size;
    size_t out_at;
    size_t out_end;
};

/* Takes `fd`, a stream socket that does not block. */
void channel_init(struct channel *channel, int fd, uint8_t *in, size_t in_size,
                  uint8_t *out, size_t out_size);
void channel_close(struct channel *channel);

/*
 * Reads what has come. OK when there was something; ERR_BUSY when there was
 * not, or no room is left before channel_next() takes some; ERR_SHORT when the
 * other end is gone; ERR_IO. Messages handed out before are then void.
 */
MUST_CHECK enum err channel_read(struct channel *channel);

/*
 * The next whole message, borrowed until channel_read(). ERR_SHORT: none yet;
 * ERR_LIMIT: larger than fits, there is no going on.
 */
MUST_CHECK enum err channel_next(struct channel *channel,
                                 struct bytes *message);

/* Puts the message that channel_next() gave last back before the others. */
void channel_back(struct channel *channel, struct bytes message);

/* How large a message channel_send() would take now. */
size_t channel_room(const struct channel *channel);

/* Puts a message behind those that wait. ERR_LIMIT when there is no room. */
MUST_CHECK enum err channel_send(struct channel *channel, struct bytes message);

/* Whether something waits to be written. */
bool channel_waits(const struct channel *channel);

/* Writes as much as the socket takes. ERR_IO when the other end is gone. */
MUST_CHECK enum err channel_write(struct channel *channel);

#endif
