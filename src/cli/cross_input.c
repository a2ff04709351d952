#include "cli/cross_input.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void
cross_input_init(struct cross_input *input, int fd)
{
    input->fd = fd;
    input->ended = false;
    input->skipping = false;
    input->start = 0;
    input->end = 0;
}

enum err
cross_input_line(struct cross_input *input, struct bytes *line)
{
    for (;;) {
        struct bytes left = {input->block + input->start,
                             input->end - input->start};
        size_t size = bytes_find(left, '\n');
        bool whole = size < left.size;
        bool too_long = size > CROSS_LINE_SIZE_MAX;
        bool said = input->skipping;

        if (left.size == 0)
            return input->ended ? ERR_NOT_FOUND : ERR_SHORT;
        if (!whole && !input->ended && !too_long && !said)
            return ERR_SHORT;
        input->start += whole ? size + 1 : size;
        input->skipping = !whole && (too_long || said);
        if (said)
            continue;
        if (too_long)
            return ERR_LIMIT;
        *line = bytes_trim(bytes_slice(left, 0, size));
        return OK;
    }
}

enum err
cross_input_fill(struct cross_input *input)
{
    struct pollfd ready = {.fd = input->fd, .events = POLLIN};
    ssize_t got;

    if (input->ended || poll(&ready, 1, 0) <= 0)
        return OK;
    if (input->start > 0) {
        memmove(input->block, input->block + input->start,
                input->end - input->start);
        input->end -= input->start;
        input->start = 0;
    }
    if (input->end == sizeof input->block)
        return OK;
    got = read(input->fd, input->block + input->end,
               sizeof input->block - input->end);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN ? OK : ERR_IO;
    input->end += (size_t)got;
    input->ended = got == 0;
    return OK;
}
