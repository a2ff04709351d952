#include "http/peer.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* The first certificate is the one whose key the client proves to hold; what
 * it sends behind that one is nothing to us. */
static bool
pin_take(gnutls_session_t session, struct hash *out)
{
    unsigned count = 0;
    const gnutls_datum_t *list = gnutls_certificate_get_peers(session, &count);
    gnutls_x509_crt_t certificate;
    size_t size = HASH_SIZE;
    int n;

    if (list == NULL || count == 0 ||
        gnutls_certificate_type_get2(session, GNUTLS_CTYPE_CLIENT) !=
            GNUTLS_CRT_X509 ||
        gnutls_x509_crt_init(&certificate) != 0)
        return false;
    n = gnutls_x509_crt_import(certificate, &list[0], GNUTLS_X509_FMT_DER);
    if (n == 0)
        n = gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256,
                                       out->b, &size);
    gnutls_x509_crt_deinit(certificate);
    return n == 0 && size == HASH_SIZE;
}

static int
verify(gnutls_session_t session)
{
    struct peer *peer = gnutls_session_get_ptr(session);

    if (peer == NULL || !pin_take(session, &peer->pin) ||
        !peer->admit(peer->context, &peer->pin))
        return GNUTLS_E_CERTIFICATE_ERROR;
    peer->admitted = true;
    return 0;
}

void
peer_demand(struct peer *peer, void *session)
{
    gnutls_session_set_ptr(session, peer);
    gnutls_session_set_verify_function(session, verify);
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
}
