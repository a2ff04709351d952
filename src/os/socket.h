/*
 * Sockets: those that listen on this machine only, pairs between our
 * processes, and descriptors handed from one to the other.
 */
#ifndef OS_SOCKET_H
#define OS_SOCKET_H

#include "base/bytes.h"
#include "base/err.h"

/*
 * Listens on an IPv4 (4 bytes) or IPv6 (16 bytes) address; `*port` 0 is any,
 * and is then the one that was found. The socket does not block. ERR_CONFLICT
 * when the port is taken, ERR_DENIED, ERR_IO.
 */
MUST_CHECK enum err socket_listen(struct bytes ip, uint16_t *port, int *fd);

/*
 * Listens on a Unix socket, mode 0600. One that nobody listens on any more is
 * replaced; ERR_CONFLICT when somebody does or the path is something else.
 */
MUST_CHECK enum err socket_listen_unix(const char *path, int *fd);
void socket_unlink(const char *path);

/* Two ends of a stream that do not block. ERR_IO. */
MUST_CHECK enum err socket_pair(int fds[2]);

void socket_close(int fd);

/* Whether the other end has sent its last byte, and all were read. */
bool socket_ended(int fd);

/* Hands `fd` (-1: none) with a byte to the other end, which gets its own copy.
 * ERR_BUSY when the other end reads too slowly, ERR_IO. */
MUST_CHECK enum err socket_send(int through, uint8_t byte, int fd);

/* ERR_BUSY: nothing there; ERR_SHORT: the other end is gone. `*fd` -1: none. */
MUST_CHECK enum err socket_receive(int through, uint8_t *byte, int *fd);

/* Sends one datagram to a Unix socket; '@' begins an abstract name. */
MUST_CHECK enum err socket_tell(const char *path, struct bytes message);

#endif
