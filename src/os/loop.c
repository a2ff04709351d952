#include "os/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

enum err
loop_open(struct loop *loop)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);

    if (fd < 0)
        return ERR_IO;
    loop->fd = fd;
    return OK;
}

void
loop_close(struct loop *loop)
{
    (void)close(loop->fd);
}

static enum err
watch(struct loop *loop, int how, int fd, struct epoll_event event)
{
    return epoll_ctl(loop->fd, how, fd, &event) == 0 ? OK : ERR_IO;
}

enum err
loop_add(struct loop *loop, int fd, uint64_t tag, bool write)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};

    if (write)
        event.events |= EPOLLOUT;
    return watch(loop, EPOLL_CTL_ADD, fd, event);
}

enum err
loop_change(struct loop *loop, int fd, uint64_t tag, bool read, bool write)
{
    struct epoll_event event = {.data.u64 = tag};

    if (read)
        event.events |= EPOLLIN;
    if (write)
        event.events |= EPOLLOUT;
    return watch(loop, EPOLL_CTL_MOD, fd, event);
}

void
loop_remove(struct loop *loop, int fd)
{
    (void)epoll_ctl(loop->fd, EPOLL_CTL_DEL, fd, NULL);
}

size_t
loop_wait(struct loop *loop, int timeout_ms,
          struct loop_ready out[LOOP_READY_MAX])
{
    struct epoll_event events[LOOP_READY_MAX];
    int count = epoll_wait(loop->fd, events, LOOP_READY_MAX, timeout_ms);
    int i;

    for (i = 0; i < count; i++) {
        uint32_t what = events[i].events;

        out[i] = (struct loop_ready){
            .tag = events[i].data.u64,
            .readable = (what & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
            .writable = (what & EPOLLOUT) != 0,
        };
    }
    return count < 0 ? 0 : (size_t)count;
}
