#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/socket.h"

void
wire_fresh(struct wire *wire)
{
    for (int i = 0; i < WAYS; i++) {
        if (wire->ends[i] >= 0)
            close(wire->ends[i]);
        wire->ends[i] = -1;
        wire->passed[i] = 0;
        wire->flip_at[i] = 0;
        wire->cut_at[i] = SIZE_MAX;
    }
}

int
wire_dial(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

/* What is waiting at one end goes to the other, as much as that one takes;
 * false when an end is gone. */
static bool
wire_pass(struct wire *wire, enum way way)
{
    uint8_t block[16384];
    size_t most = wire->cut_at[way] - wire->passed[way];
    size_t room = most < sizeof(block) ? most : sizeof(block);
    ssize_t n = recv(wire->ends[way], block, room, MSG_PEEK);
    size_t flip = wire->flip_at[way] - 1 - wire->passed[way];

    if (n < 0)
        return errno == EAGAIN;
    if (n == 0)
        return false;
    if (wire->flip_at[way] > wire->passed[way] && flip < (size_t)n)
        block[flip] ^= 0x10;
    n = send(wire->ends[1 - way], block, (size_t)n, MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN;
    wire->passed[way] += (size_t)n;
    return recv(wire->ends[way], block, (size_t)n, 0) == n;
}

void
wire_cut(struct wire *wire)
{
    for (int i = 0; i < WAYS; i++) {
        if (wire->ends[i] >= 0)
            close(wire->ends[i]);
        wire->ends[i] = -1;
    }
}

void
wire_turn(struct wire *wire, uint16_t port)
{
    if (wire->ends[OUT] < 0) {
        wire->ends[OUT] =
            accept4(wire->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (wire->ends[OUT] >= 0)
            wire->ends[BACK] = wire_dial(port);
    }
    if (wire->ends[OUT] >= 0 &&
        (!wire_pass(wire, OUT) || !wire_pass(wire, BACK)))
        wire_cut(wire);
}

void
wire_open(struct wire *wire)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};

    *wire = (struct wire){.ends = {-1, -1}};
    assert_err(socket_listen((struct bytes){loopback, 4}, &wire->port,
                             &wire->listen_fd),
               OK);
    wire_fresh(wire);
}

void
wire_close(struct wire *wire)
{
    wire_cut(wire);
    close(wire->listen_fd);
}
