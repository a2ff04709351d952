#include "sync/witness.h"

#include <assert.h>
#include <string.h>

#include "base/base64.h"
#include "base/reader.h"

enum err
witness_request_parse(struct bytes in, struct witness_request *out,
                      struct fault *fault)
{
    struct reader r = {.in = in};
    struct witness_request request = {.old_size = 0};
    enum err e;

    reader_expect(&r, BYTES("old "), "SYN 4.1");
    if (!bytes_decimal(reader_line(&r, "SYN 4.1"), TREE_SIZE_MAX,
                       &request.old_size))
        reader_refuse(&r, ERR_FORMAT, "SYN 4.1", "the old size is no number");
    for (;;) {
        struct bytes line = reader_line(&r, "SYN 4.1");
        struct proof *proof = &request.proof;

        if (line.size == 0)
            break;
        if (proof->count == WITNESS_HASHES_MAX)
            reader_refuse(&r, ERR_LIMIT, "SYN 4.1", "too many hashes");
        else if (base64_parse_exact(line, proof->hashes[proof->count].b,
                                    HASH_SIZE) != OK)
            reader_refuse(&r, ERR_FORMAT, "SYN 4.1", "a line is no hash");
        else
            proof->count++;
    }
    request.note = reader_bytes(&r, reader_left(&r), "SYN 4.1");
    if (request.note.size == 0)
        reader_refuse(&r, ERR_SHORT, "SYN 4.1", "no checkpoint");
    else if (request.note.size > NOTE_SIZE_MAX)
        reader_refuse(&r, ERR_LIMIT, "SYN 4.1", "the checkpoint is too long");
    e = reader_end(&r, "SYN 4.1", fault);
    if (e == OK)
        *out = request;
    return e;
}

void
witness_request_encode(struct writer *w, const struct witness_request *request)
{
    assert(request->proof.count <= WITNESS_HASHES_MAX);
    writer_text(w, "old ");
    writer_decimal(w, request->old_size);
    writer_u8(w, '\n');
    for (size_t i = 0; i < request->proof.count; i++) {
        base64_write(w, hash_bytes(&request->proof.hashes[i]));
        writer_u8(w, '\n');
    }
    writer_u8(w, '\n');
    writer_bytes(w, request->note);
}

enum err
witness_origin(const struct witness_request *request, struct bytes *origin)
{
    size_t size = bytes_find(request->note, '\n');

    if (size == 0 || size == request->note.size)
        return ERR_FORMAT;
    *origin = bytes_slice(request->note, 0, size);
    return OK;
}

/* The one fault of a checkpoint that is no fault of form: 422. */
static bool
is_empty_of_other_root(struct bytes text)
{
    struct hash empty = hash_of((struct bytes){0});
    struct reader r = {.in = text};
    struct bytes size;
    struct hash root = {0};

    (void)reader_line(&r, "LOG 3.1");
    size = reader_line(&r, "LOG 3.1");
    return bytes_equal(size, BYTES("0")) &&
           base64_parse_exact(reader_line(&r, "LOG 3.1"), root.b, HASH_SIZE) ==
               OK &&
           !hash_equal(&root, &empty);
}

/* Of a checkpoint that the log's key signed: what it says. */
static unsigned
checkpoint_judge(const struct witness_last *last,
                 const struct witness_request *request, bool *fork,
                 const struct checkpoint *checkpoint)
{
    const struct hash empty = hash_of((struct bytes){0});
    const struct hash *root = last->any ? &last->root : &empty;
    uint64_t size = last->any ? last->size : 0;

    *fork = last->any && checkpoint->size == size &&
            !hash_equal(&checkpoint->root, root);
    if (request->old_size > checkpoint->size)
        return 400;
    if (request->old_size != size)
        return 409;
    return proof_verify_consistency(&request->proof, size, root,
                                    checkpoint->size, &checkpoint->root) == OK
               ? 200
               : 422;
}

void
witness_judge(const struct witness_last *last,
              const struct witness_request *request,
              const struct note_key *log_key, struct witness_verdict *out)
{
    struct checkpoint checkpoint;
    struct note note;

    *out = (struct witness_verdict){.status = 400,
                                    .size = last->any ? last->size : 0};
    if (note_parse(request->note, &note, NULL) != OK)
        return;
    if (log_key == NULL) {
        out->status = 404;
        return;
    }
    if (note_verify(&note, log_key, 1, NULL) != OK) {
        out->status = 403;
        return;
    }
    if (is_empty_of_other_root(note.text)) {
        out->status = request->old_size > 0 ? 400 : 422;
        return;
    }
    if (checkpoint_parse(note.text, &checkpoint, NULL) != OK ||
        !bytes_equal(checkpoint.origin, log_key->name))
        return;
    out->status = checkpoint_judge(last, request, &out->fork, &checkpoint);
    out->checkpoint = checkpoint;
}

enum err
witness_size_parse(struct bytes body, uint64_t *out)
{
    struct reader r = {.in = body};
    uint64_t size = 0;

    if (!bytes_decimal(reader_line(&r, "SYN 4.2"), TREE_SIZE_MAX, &size))
        reader_refuse(&r, ERR_FORMAT, "SYN 4.2", "the size is no number");
    if (reader_end(&r, "SYN 4.2", NULL) != OK)
        return ERR_FORMAT;
    *out = size;
    return OK;
}
