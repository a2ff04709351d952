#include "os/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* More connections at once than all our desks take. */
#define BACKLOG 4096

static enum err
refused(void)
{
    switch (errno) {
    case EADDRINUSE:
        return ERR_CONFLICT;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    case ENOENT:
        return ERR_NOT_FOUND;
    default:
        return ERR_IO;
    }
}

/* Gives the descriptor up unless it listens. */
static enum err
listening(int fd, const struct sockaddr *at, socklen_t size, int *out)
{
    enum err e = OK;

    if (bind(fd, at, size) != 0 || listen(fd, BACKLOG) != 0)
        e = refused();
    if (e == OK)
        *out = fd;
    else
        (void)close(fd);
    return e;
}

static enum err
listen_ip(const struct sockaddr *at, socklen_t size, int *fd)
{
    int on = 1;
    int new =
        socket(at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (new < 0)
        return ERR_IO;
    (void)setsockopt(new, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    return listening(new, at, size, fd);
}

enum err
socket_listen(struct bytes ip, uint16_t *port, int *fd)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(*port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                               .sin6_port = htons(*port)};
    struct sockaddr_in6 bound = {0}; /* the port is in the same place */
    socklen_t size = sizeof(bound);
    enum err e;

    if (ip.size == 4) {
        memcpy(&in.sin_addr, ip.p, 4);
        e = listen_ip((const struct sockaddr *)&in, sizeof(in), fd);
    } else {
        memcpy(&in6.sin6_addr, ip.p, 16);
        e = listen_ip((const struct sockaddr *)&in6, sizeof(in6), fd);
    }
    if (e == OK && getsockname(*fd, (struct sockaddr *)&bound, &size) == 0)
        *port = ntohs(bound.sin6_port);
    return e;
}

static bool
path_fill(struct sockaddr_un *at, const char *path)
{
    size_t size = strlen(path);

    *at = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (size >= sizeof(at->sun_path))
        return false;
    memcpy(at->sun_path, path, size);
    return true;
}

/* Whether the path is a socket that nobody listens on any more. */
static bool
is_left_over(const struct sockaddr_un *at)
{
    struct stat status;
    int fd;
    int n;

    if (lstat(at->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    n = connect(fd, (const struct sockaddr *)at, sizeof(*at));
    n = n != 0 ? errno : 0;
    (void)close(fd);
    return n == ECONNREFUSED;
}

enum err
socket_listen_unix(const char *path, int *fd)
{
    struct sockaddr_un at;
    enum err e;
    int new;

    if (!path_fill(&at, path))
        return ERR_LIMIT;
    if (is_left_over(&at))
        (void)unlink(path);
    new = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (new < 0)
        return ERR_IO;
    e = listening(new, (const struct sockaddr *)&at, sizeof(at), fd);
    if (e == OK && chmod(path, 0600) != 0) {
        e = refused();
        (void)close(*fd);
    }
    return e;
}

void
socket_unlink(const char *path)
{
    (void)unlink(path);
}

enum err
socket_pair(int fds[2])
{
    int new[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                   new) != 0)
        return ERR_IO;
    fds[0] = new[0];
    fds[1] = new[1];
    return OK;
}

void
socket_close(int fd)
{
    (void)close(fd);
}

union control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

bool
socket_ended(int fd)
{
    uint8_t byte;

    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

enum err
socket_send(int through, uint8_t byte, int fd)
{
    struct iovec part = {&byte, 1};
    union control control = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    struct cmsghdr *head;
    ssize_t n;

    if (fd >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof(control.bytes);
        head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(head), &fd, sizeof(int));
    }
    do
        n = sendmsg(through, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n == 1)
        return OK;
    return errno == EAGAIN || errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
}

enum err
socket_receive(int through, uint8_t *byte, int *fd)
{
    struct iovec part = {byte, 1};
    union control control = {0};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    const struct cmsghdr *head;
    ssize_t n;

    do
        n = recvmsg(through, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
    if (n == 0)
        return ERR_SHORT;
    *fd = -1;
    head = CMSG_FIRSTHDR(&message);
    if (head != NULL && head->cmsg_level == SOL_SOCKET &&
        head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(fd, CMSG_DATA(head), sizeof(int));
    return OK;
}

enum err
socket_tell(const char *path, struct bytes message)
{
    struct sockaddr_un at;
    socklen_t size;
    ssize_t n;
    int fd;

    if (!path_fill(&at, path))
        return ERR_LIMIT;
    size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (path[0] == '@')
        at.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR_IO;
    n = sendto(fd, message.p, message.size, MSG_DONTWAIT,
               (const struct sockaddr *)&at, size);
    (void)close(fd);
    return n == (ssize_t)message.size ? OK : ERR_IO;
}
