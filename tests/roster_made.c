#include "roster_made.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

void
made_key(const char *name, struct sign_key *out)
{
    struct hash seed = hash_of(bytes_of(name));

    sign_key_init(out, seed.b);
}

void
made_box(const char *name, struct box_key *out)
{
    struct hash secret = hash_of_parts('b', bytes_of(name), BYTES(""));

    box_key_init(out, secret.b);
}

struct note_key
made_custodian(const char *name)
{
    struct sign_key key;

    made_key(name, &key);
    return note_key_of(bytes_of(name), NOTE_ED25519, &key.public);
}

struct roster_node
made_node(const char *origin, enum roster_role role,
          char names[KEY_NAME_SIZE_MAX + 1])
{
    struct roster_node node = {.origin = bytes_of(origin), .role = role};
    struct sign_key log;
    struct sign_key cosign;
    struct box_key box;

    snprintf(names, KEY_NAME_SIZE_MAX + 1, "%s" ROSTER_COSIGNER_SUFFIX, origin);
    made_key(origin, &log);
    made_key(names, &cosign);
    made_box(origin, &box);
    node.log = note_key_of(node.origin, NOTE_ED25519, &log.public);
    node.cosign =
        note_key_of(bytes_of(names), NOTE_COSIGNATURE, &cosign.public);
    node.tls_pin = hash_of_parts('t', node.origin, BYTES(""));
    node.box = box.public;
    node.place = node.origin;
    return node;
}

void
roster_made(struct roster_made *out)
{
    struct roster *roster = &out->roster;

    *roster = (struct roster){
        .country = BYTES("UTO"),
        .version = 1,
        .made = {INT64_C(1795000000000)},
        .expires = {INT64_C(1826000000000)},
        .threshold = 2,
        .hot_days = 180,
        .rights = {[ROSTER_POST] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN |
                                   ROSTER_RIGHT_KEYS_HOT | ROSTER_RIGHT_ALERTS,
                   [ROSTER_CENTRE] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN |
                                     ROSTER_RIGHT_KEYS_ALL |
                                     ROSTER_RIGHT_ALERTS | ROSTER_RIGHT_LISTS,
                   [ROSTER_WITNESS] = ROSTER_RIGHT_COSIGN},
        .custodian_count = 3,
        .node_count = 4,
    };
    roster->custodians[0] = made_custodian("alice");
    roster->custodians[1] = made_custodian("bob");
    roster->custodians[2] = made_custodian("carol");
    roster->nodes[0] =
        made_node("utopia.example/arden", ROSTER_POST, out->names[0]);
    roster->nodes[1] =
        made_node("utopia.example/brink", ROSTER_POST, out->names[1]);
    roster->nodes[2] =
        made_node("utopia.example/centre", ROSTER_CENTRE, out->names[2]);
    roster->nodes[3] =
        made_node("utopia.example/watch", ROSTER_WITNESS, out->names[3]);
    roster->nodes[0].place = BYTES("Arden Forest");
    roster->nodes[0].position = (struct position){
        .known = true, .latitude = 413231, .longitude = -4543};
    roster->nodes[2].address_count = 2;
    roster->nodes[2].addresses[0] =
        (struct roster_address){BYTES("centre.utopia.example"), 8700};
    roster->nodes[2].addresses[1] = (struct roster_address){BYTES("::1"), 8701};
}

struct bytes
made_note(struct bytes text, const char *signers, uint8_t *out, size_t out_size)
{
    struct bytes rest = bytes_of(signers);
    struct writer w;

    writer_init(&w, out, out_size);
    writer_bytes(&w, text);
    writer_u8(&w, '\n');
    while (rest.size > 0) {
        struct bytes name = bytes_split(&rest, ' ');
        struct hash seed = hash_of(name);
        struct sign_key key;

        sign_key_init(&key, seed.b);
        note_sign(&w, name, &key, text);
    }
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

struct bytes
roster_made_note(const struct roster *roster, const char *signers, uint8_t *out,
                 size_t out_size)
{
    static uint8_t block[ROSTER_SIZE_MAX];
    struct writer w;

    writer_init(&w, block, sizeof(block));
    roster_encode(&w, roster);
    assert_err(writer_end(&w), OK);
    return made_note(writer_done(&w), signers, out, out_size);
}

struct bytes
made_changed(struct bytes text, const char *from, const char *to, uint8_t *out,
             size_t out_size)
{
    const uint8_t *at = memmem(text.p, text.size, from, strlen(from));
    size_t before;
    struct writer w;

    if (at == NULL)
        fail_msg("no \"%s\" to change", from);
    before = (size_t)(at - text.p);
    writer_init(&w, out, out_size);
    writer_bytes(&w, bytes_slice(text, 0, before));
    writer_text(&w, to);
    writer_bytes(&w, bytes_slice(text, before + strlen(from), text.size));
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}
