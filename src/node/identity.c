#include "node/identity.h"

#include "node/keys.h"
#include "node/tls.h"
#include "sync/card.h"

static enum err
cosign_ensure(struct os *os, struct folder dir, struct bytes origin,
              const struct random *random, struct sign_public *out)
{
    struct sign_key key = {0};
    enum err e = cosign_key_load(os, dir, origin, &key);

    if (e == ERR_NOT_FOUND)
        e = cosign_key_make(os, dir, origin, random, &key);
    if (e == OK)
        *out = key.public;
    sign_key_deinit(&key);
    return e;
}

static enum err
box_ensure(struct os *os, struct folder dir, const struct random *random,
           struct box_public *out)
{
    struct box_key key = {0};
    enum err e = box_key_load(os, dir, &key);

    if (e == ERR_NOT_FOUND)
        e = box_key_make(os, dir, random, &key);
    if (e == OK)
        *out = key.public;
    box_key_deinit(&key);
    return e;
}

static enum err
tls_ensure(struct os *os, struct folder dir, struct bytes node,
           struct hash *out)
{
    struct certificate certificate = {0};
    enum err e = tls_pin(os, dir, out);

    if (e != ERR_NOT_FOUND)
        return e;
    e = tls_make(os, dir, node, &certificate);
    if (e == OK)
        e = certificate_pin(bytes_of(certificate.text), out);
    certificate_deinit(&certificate);
    return e;
}

/* The card, if it is not that one already. */
static enum err
card_ensure(struct os *os, struct folder dir, const struct roster_node *node,
            const struct sign_key *log_key)
{
    uint8_t text[CARD_SIZE_MAX];
    uint8_t there[CARD_SIZE_MAX];
    struct writer w;
    size_t size = 0;
    enum err e = os_read_file(os, dir, CARD_FILE, there, sizeof(there), &size);

    if (e != OK && e != ERR_NOT_FOUND && e != ERR_LIMIT)
        return e;
    writer_init(&w, text, sizeof(text));
    card_sign(&w, node, log_key);
    if (writer_end(&w) != OK)
        return ERR_LIMIT;
    if (e == OK && bytes_equal(writer_done(&w), (struct bytes){there, size}))
        return OK;
    return os_replace_file(os, dir, CARD_FILE, "", writer_done(&w), 0644);
}

static enum err
card_make(struct os *os, struct folder dir, const struct config *config,
          struct roster_node *node, const struct sign_public *cosign,
          const char **step)
{
    uint8_t name[KEY_NAME_SIZE_MAX];
    struct sign_key key = {0};
    struct writer w;
    enum err e = key_load(os, dir, node->origin, &key);

    *step = e == OK ? "making the card" : "reading log.key";
    if (e == OK) {
        writer_init(&w, name, sizeof(name));
        writer_bytes(&w, node->origin);
        writer_text(&w, COSIGN_NAME_END);
        node->log = note_key_of(node->origin, NOTE_ED25519, &key.public);
        node->cosign = note_key_of(writer_done(&w), NOTE_COSIGNATURE, cosign);
        node->position = config->position;
        node->place = bytes_of(config->place);
        e = card_ensure(os, dir, node, &key);
    }
    sign_key_deinit(&key);
    return e;
}

enum err
identity_make(struct os *os, struct folder dir, const struct config *config,
              const struct random *random, const char **step)
{
    struct roster_node node = {.origin = bytes_of(config->origin)};
    struct sign_public cosign = {0};
    enum err e;

    *step = "reading or making cosign.key";
    e = cosign_ensure(os, dir, node.origin, random, &cosign);
    if (e != OK)
        return e;
    *step = "reading or making box.key";
    e = box_ensure(os, dir, random, &node.box);
    if (e != OK)
        return e;
    *step = "reading or making tls.crt";
    e = tls_ensure(os, dir, config_node(config), &node.tls_pin);
    if (e != OK)
        return e;
    return card_make(os, dir, config, &node, &cosign, step);
}
