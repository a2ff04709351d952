#include "os/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
channel_init(struct channel *channel, int fd, uint8_t *in, size_t in_size,
             uint8_t *out, size_t out_size)
{
    *channel = (struct channel){.fd = fd,
                                .in = in,
                                .in_size = in_size,
                                .out = out,
                                .out_size = out_size};
}

void
channel_close(struct channel *channel)
{
    (void)close(channel->fd);
    channel->fd = -1;
}

/* Moves what is left to the front of a block. */
static void
compact(uint8_t *block, size_t *at, size_t *end)
{
    if (*at == 0)
        return;
    memmove(block, block + *at, *end - *at);
    *end -= *at;
    *at = 0;
}

enum err
channel_read(struct channel *channel)
{
    ssize_t n;

    compact(channel->in, &channel->in_at, &channel->in_end);
    if (channel->in_end == channel->in_size)
        return ERR_BUSY;
    do
        n = recv(channel->fd, channel->in + channel->in_end,
                 channel->in_size - channel->in_end, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        return ERR_SHORT;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return ERR_BUSY;
    if (n < 0)
        return errno == ECONNRESET ? ERR_SHORT : ERR_IO;
    channel->in_end += (size_t)n;
    return OK;
}

enum err
channel_next(struct channel *channel, struct bytes *message)
{
    size_t left = channel->in_end - channel->in_at;
    const uint8_t *p = channel->in + channel->in_at;
    size_t size;

    if (left < CHANNEL_HEAD_SIZE)
        return ERR_SHORT;
    size = be32_read(p);
    if (size > channel->in_size - CHANNEL_HEAD_SIZE)
        return ERR_LIMIT;
    if (size > left - CHANNEL_HEAD_SIZE)
        return ERR_SHORT;
    *message = (struct bytes){p + CHANNEL_HEAD_SIZE, size};
    channel->in_at += CHANNEL_HEAD_SIZE + size;
    return OK;
}

void
channel_back(struct channel *channel, struct bytes message)
{
    channel->in_at -= CHANNEL_HEAD_SIZE + message.size;
}

size_t
channel_room(const struct channel *channel)
{
    size_t used = channel->out_end - channel->out_at;
    size_t room = channel->out_size - used;

    return room < CHANNEL_HEAD_SIZE ? 0 : room - CHANNEL_HEAD_SIZE;
}

enum err
channel_send(struct channel *channel, struct bytes message)
{
    size_t used = channel->out_end - channel->out_at;
    size_t room = channel->out_size - used;
    uint8_t *p;

    if (room < CHANNEL_HEAD_SIZE || message.size > room - CHANNEL_HEAD_SIZE ||
        message.size > UINT32_MAX)
        return ERR_LIMIT;
    if (channel->out_size - channel->out_end < CHANNEL_HEAD_SIZE + message.size)
        compact(channel->out, &channel->out_at, &channel->out_end);
    p = channel->out + channel->out_end;
    be32_write(p, (uint32_t)message.size);
    if (message.size > 0)
        memcpy(p + CHANNEL_HEAD_SIZE, message.p, message.size);
    channel->out_end += CHANNEL_HEAD_SIZE + message.size;
    return OK;
}

bool
channel_waits(const struct channel *channel)
{
    return channel->out_at < channel->out_end;
}

enum err
channel_write(struct channel *channel)
{
    while (channel_waits(channel)) {
        ssize_t n = send(channel->fd, channel->out + channel->out_at,
                         channel->out_end - channel->out_at,
                         MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return OK;
        if (n < 0)
            return ERR_IO;
        channel->out_at += (size_t)n;
    }
    channel->out_at = 0;
    channel->out_end = 0;
    return OK;
}
