#include "tlog/checkpoint.h"

#include "base/base64.h"
#include "base/reader.h"
#include "tlog/tree.h"

enum err
checkpoint_parse(struct bytes text, struct checkpoint *out, struct fault *fault)
{
    struct reader r = {.in = text};
    struct checkpoint c = {.size = 0};
    struct hash empty = hash_of((struct bytes){0});
    enum err e;

    c.origin = reader_line(&r, "LOG 3.1");
    if (c.origin.size == 0)
        reader_refuse(&r, ERR_FORMAT, "LOG 3.2", "the origin is empty");
    if (!bytes_decimal(reader_line(&r, "LOG 3.1"), TREE_SIZE_MAX, &c.size))
        reader_refuse(&r, ERR_FORMAT, "LOG 3.3", "the size is no number");
    if (base64_parse_exact(reader_line(&r, "LOG 3.1"), c.root.b, HASH_SIZE))
        reader_refuse(&r, ERR_FORMAT, "LOG 3.4", "the root is no hash");
    if (c.size == 0 && !hash_equal(&c.root, &empty))
        reader_refuse(&r, ERR_FORMAT, "LOG 3.4", "not the empty tree's root");
    c.extensions = bytes_slice(text, r.at, reader_left(&r));
    while (reader_left(&r) > 0)
        if (reader_line(&r, "LOG 3.5").size == 0)
            reader_refuse(&r, ERR_FORMAT, "LOG 3.5", "an empty line");
    e = reader_end(&r, "LOG 3.1", fault);
    if (e == OK)
        *out = c;
    return e;
}

void
checkpoint_encode(struct writer *w, const struct checkpoint *checkpoint)
{
    writer_bytes(w, checkpoint->origin);
    writer_u8(w, '\n');
    writer_decimal(w, checkpoint->size);
    writer_u8(w, '\n');
    base64_write(w, hash_bytes(&checkpoint->root));
    writer_u8(w, '\n');
    writer_bytes(w, checkpoint->extensions);
}

void
checkpoint_sign(struct writer *w, const struct checkpoint *checkpoint,
                const struct sign_key *key)
{
    size_t start = w->at;
    struct bytes text;

    checkpoint_encode(w, checkpoint);
    if (w->full)
        return;
    text = bytes_slice(writer_done(w), start, w->at - start);
    writer_u8(w, '\n');
    note_sign(w, checkpoint->origin, key, text);
}

enum err
checkpoint_open(struct bytes in, const struct note_key *key,
                struct checkpoint *out, struct fault *fault)
{
    struct checkpoint checkpoint;
    struct note note;
    enum err e = note_parse(in, &note, fault);

    if (e != OK)
        return e;
    if (note_verify(&note, key, 1, NULL) != OK)
        return fault_set(fault, ERR_SIGNATURE, note.text.size, "LOG 3.6",
                         "not signed by the log's key");
    e = checkpoint_parse(note.text, &checkpoint, fault);
    if (e != OK)
        return e;
    if (!bytes_equal(checkpoint.origin, key->name))
        return fault_set(fault, ERR_SIGNATURE, 0, "LOG 3.6",
                         "another log's checkpoint");
    *out = checkpoint;
    return OK;
}
