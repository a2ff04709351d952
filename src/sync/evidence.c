#include "sync/evidence.h"

#include <assert.h>

#include "base/base64.h"
#include "base/reader.h"

static const char *const names[] = {
    [EVIDENCE_FORK] = "fork",
    [EVIDENCE_ROLLBACK] = "rollback",
    [EVIDENCE_BAD_PROOF] = "proof",
    [EVIDENCE_BAD_ENTRY] = "entry",
};

_Static_assert(sizeof(names) / sizeof(names[0]) == EVIDENCE_KIND_MAX + 1,
               "each has a name");

const char *
evidence_kind_name(enum evidence_kind kind)
{
    assert(kind >= EVIDENCE_FORK && kind <= EVIDENCE_KIND_MAX);
    return names[kind];
}

static enum evidence_kind
kind_read(struct reader *r)
{
    struct bytes name = reader_line(r, "SYN 5.8");

    for (unsigned kind = EVIDENCE_FORK; kind <= EVIDENCE_KIND_MAX; kind++)
        if (bytes_equal(name, bytes_of(names[kind])))
            return (enum evidence_kind)kind;
    reader_refuse(r, ERR_FORMAT, "SYN 5.8", "no such kind");
    return EVIDENCE_FORK;
}

static bool
hash_read(struct reader *r, const char *name, struct hash *out)
{
    struct bytes rest = bytes_slice(r->in, r->at, reader_left(r));

    if (!bytes_begin(rest, bytes_of(name)))
        return false;
    reader_expect(r, bytes_of(name), "SYN 5.8");
    if (base64_parse_exact(reader_line(r, "SYN 5.8"), out->b, HASH_SIZE) != OK)
        reader_refuse(r, ERR_FORMAT, "SYN 5.8", "a line is no hash");
    return true;
}

static void
root_read(struct reader *r, struct evidence *evidence)
{
    struct proof *proof = &evidence->proof;
    struct hash hash;

    if (evidence->kind != EVIDENCE_BAD_PROOF)
        return;
    evidence->has_root = hash_read(r, "root ", &evidence->root);
    while (evidence->has_root && hash_read(r, "hash ", &hash)) {
        if (proof->count == PROOF_HASHES_MAX)
            reader_refuse(r, ERR_LIMIT, "SYN 5.8", "too many hashes");
        else
            proof->hashes[proof->count++] = hash;
    }
}

enum err
evidence_parse(struct bytes in, struct evidence *out, struct fault *fault)
{
    struct reader r = {.in = in};
    struct evidence evidence = {.kind = EVIDENCE_FORK};
    struct bytes sizes;
    uint64_t known = 0;
    uint64_t other = 0;
    enum err e;

    reader_expect(&r, BYTES("kufi evidence v1\nkind "), "SYN 5.8");
    evidence.kind = kind_read(&r);
    reader_expect(&r, BYTES("sizes "), "SYN 5.8");
    sizes = reader_line(&r, "SYN 5.8");
    if (!bytes_decimal(bytes_split(&sizes, ' '), NOTE_SIZE_MAX, &known) ||
        !bytes_decimal(sizes, NOTE_SIZE_MAX, &other))
        reader_refuse(&r, ERR_FORMAT, "SYN 5.8", "no sizes of two notes");
    root_read(&r, &evidence);
    reader_expect(&r, BYTES("\n"), "SYN 5.8");
    evidence.known = reader_bytes(&r, (size_t)known, "SYN 5.8");
    evidence.other = reader_bytes(&r, (size_t)other, "SYN 5.8");
    e = reader_end(&r, "SYN 5.8", fault);
    if (e == OK)
        *out = evidence;
    return e;
}

static void
hash_write(struct writer *w, const char *name, const struct hash *hash)
{
    writer_text(w, name);
    base64_write(w, hash_bytes(hash));
    writer_u8(w, '\n');
}

void
evidence_encode(struct writer *w, const struct evidence *evidence)
{
    assert(!evidence->has_root || evidence->kind == EVIDENCE_BAD_PROOF);
    writer_text(w, "kufi evidence v1\nkind ");
    writer_text(w, evidence_kind_name(evidence->kind));
    writer_text(w, "\nsizes ");
    writer_decimal(w, evidence->known.size);
    writer_u8(w, ' ');
    writer_decimal(w, evidence->other.size);
    writer_u8(w, '\n');
    if (evidence->has_root)
        hash_write(w, "root ", &evidence->root);
    for (size_t i = 0; evidence->has_root && i < evidence->proof.count; i++)
        hash_write(w, "hash ", &evidence->proof.hashes[i]);
    writer_u8(w, '\n');
    writer_bytes(w, evidence->known);
    writer_bytes(w, evidence->other);
}

/* Whether the larger tree begins otherwise than the smaller one. */
static bool
begins_otherwise(const struct evidence *evidence,
                 const struct checkpoint *smaller,
                 const struct checkpoint *larger)
{
    return proof_verify_consistency(&evidence->proof, smaller->size,
                                    &evidence->root, larger->size,
                                    &larger->root) == OK &&
           !hash_equal(&evidence->root, &smaller->root);
}

static bool
contradicts(const struct evidence *evidence, const struct checkpoint *known,
            const struct checkpoint *other)
{
    switch (evidence->kind) {
    case EVIDENCE_FORK:
        return known->size == other->size &&
               !hash_equal(&known->root, &other->root);
    case EVIDENCE_ROLLBACK:
        return other->size < known->size;
    case EVIDENCE_BAD_PROOF:
        if (!evidence->has_root)
            return known->size != other->size;
        return known->size < other->size
                   ? begins_otherwise(evidence, known, other)
                   : begins_otherwise(evidence, other, known);
    default:
        return true;
    }
}

enum err
evidence_verify(const struct evidence *evidence, const struct note_key *log_key,
                struct fault *fault)
{
    struct checkpoint known;
    struct checkpoint other;

    if (checkpoint_open(evidence->known, log_key, &known, fault) != OK ||
        checkpoint_open(evidence->other, log_key, &other, fault) != OK)
        return ERR_SIGNATURE;
    if (!contradicts(evidence, &known, &other))
        return fault_set(fault, ERR_SIGNATURE, 0, "SYN 5.8",
                         "the two do not contradict each other so");
    return OK;
}
