/*
 * The node's TLS key and certificate: DIR/tls.key and DIR/tls.crt, PEM, mode
 * 0600 and 0644. SYN 7.2
 */
#ifndef NODE_TLS_H
#define NODE_TLS_H

#include "crypto/certificate.h"
#include "os/os.h"

#define TLS_KEY_FILE "tls.key"
#define TLS_CERTIFICATE_FILE "tls.crt"

/*
 * Makes both files durably. ERR_CONFLICT when there is a certificate already;
 * a key that a crash left without one is replaced: nobody has its pin.
 *
 * node  the node's own name, without the domain
 */
MUST_CHECK enum err tls_make(struct os *os, struct folder dir,
                             struct bytes node, struct certificate *out);

/* Reads both. ERR_NOT_FOUND, ERR_FORMAT when they do not belong together. */
MUST_CHECK enum err tls_load(struct os *os, struct folder dir,
                             struct certificate *out);

/* The pin of DIR/tls.crt, for the node's card. ERR_NOT_FOUND, ERR_FORMAT. */
MUST_CHECK enum err tls_pin(struct os *os, struct folder dir, struct hash *out);

#endif
