#include "sync/card.h"

#include "base/base64.h"
#include "sync/line.h"
#include "sync/roster_int.h"

static void
text_write(struct writer *w, const struct roster_node *node)
{
    writer_text(w, "kufi card v1\norigin ");
    writer_bytes(w, node->origin);
    writer_text(w, "\nlog ");
    note_key_write(w, &node->log);
    writer_text(w, "\ncosign ");
    note_key_write(w, &node->cosign);
    writer_text(w, "\ntls ");
    hex_write(w, node->tls_pin.b, HASH_SIZE);
    writer_text(w, "\nbox ");
    base64_write(w, (struct bytes){node->box.b, BOX_PUBLIC_SIZE});
    writer_text(w, "\nposition ");
    position_write(w, node->position);
    writer_text(w, "\nplace ");
    writer_bytes(w, node->place);
    writer_text(w, "\n");
}

void
card_sign(struct writer *w, const struct roster_node *node,
          const struct sign_key *log_key)
{
    size_t start = w->at;
    struct bytes text;

    text_write(w, node);
    if (w->full)
        return;
    text = bytes_slice(writer_done(w), start, w->at - start);
    writer_u8(w, '\n');
    note_sign(w, node->origin, log_key, text);
}

static enum err
text_parse(struct bytes text, struct roster_node *out, struct fault *fault)
{
    struct reader r = {.in = text};
    struct roster_node node = {.role = ROSTER_POST};
    struct bytes log;
    enum err e;

    reader_expect(&r, BYTES("kufi card v1\n"), "SYN 2.13");
    node.origin = field_origin(&r, line_value(&r, BYTES("origin "), "SYN 2.13"),
                               "SYN 2.13");
    log = line_value(&r, BYTES("log "), "SYN 2.13");
    roster_keys_read(&r, log, line_value(&r, BYTES("cosign "), "SYN 2.13"),
                     &node, "SYN 2.13");
    field_hex(&r, line_value(&r, BYTES("tls "), "SYN 2.13"), node.tls_pin.b,
              HASH_SIZE, "SYN 2.13");
    roster_box_read(&r, line_value(&r, BYTES("box "), "SYN 2.13"), &node.box,
                    "SYN 2.13");
    node.position = field_position(
        &r, line_value(&r, BYTES("position "), "SYN 2.13"), "SYN 2.13");
    node.place = field_place(&r, line_value(&r, BYTES("place "), "SYN 2.13"),
                             "SYN 2.13");
    e = reader_end(&r, "SYN 2.13", fault);
    if (e == OK)
        *out = node;
    return e;
}

enum err
card_open(struct bytes in, struct roster_node *out, struct fault *fault)
{
    struct roster_node node;
    struct note note;
    enum err e = note_parse_within(in, CARD_SIZE_MAX, &note, fault);

    /* The key that signs stands in the text. */
    if (e == OK)
        e = text_parse(note.text, &node, fault);
    if (e == OK && note_verify(&note, &node.log, 1, NULL) != OK)
        e = fault_set(fault, ERR_SIGNATURE, note.text.size, "SYN 2.13",
                      "not signed by the log's key that it names");
    if (e == OK)
        *out = node;
    return e;
}
