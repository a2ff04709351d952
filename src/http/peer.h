/*
 * The client of a TLS connection, as the server knows it: the door to GnuTLS,
 * on which libmicrohttpd stands. SYN 7.2
 */
#ifndef HTTP_PEER_H
#define HTTP_PEER_H

#include "crypto/hash.h"

/* One version, one kind of key, two groups: what our own client offers. */
#define PEER_PRIORITIES                                                        \
    "SECURE128:-VERS-ALL:+VERS-TLS1.3:-SIGN-ALL:+SIGN-ECDSA-SECP256R1-SHA256:" \
    "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1"

/*
 * admit     whether the holder of this key may go on
 * admitted  it was asked and said so
 */
struct peer {
    bool (*admit)(void *context, const struct hash *pin);
    void *context;
    bool admitted;
    struct hash pin;
};

/*
 * Before the handshake: the client of `session` (a gnutls_session_t) must show
 * a certificate, and the handshake ends unless its key is admitted. `peer`
 * stays where it is as long as the session lives.
 */
void peer_demand(struct peer *peer, void *session);

#endif
