#include "tlog/proof.h"

#include <assert.h>
#include <string.h>

#include "base/base64.h"
#include "base/reader.h"

#define PROOF_FILE_FIRST_LINE "c2sp.org/tlog-proof@v1"

/* One step up a path: the node at `at` among those up to `last` on a level. */
static void
step_up(uint64_t *at, uint64_t *last)
{
    *at >>= 1;
    *last >>= 1;
}

enum err
proof_verify_inclusion(const struct proof *proof, uint64_t index,
                       const struct hash *leaf, uint64_t size,
                       const struct hash *root)
{
    uint64_t at = index;
    uint64_t last = size - 1;
    struct hash hash = *leaf;

    if (index >= size || size > TREE_SIZE_MAX)
        return ERR_SIGNATURE;
    for (size_t i = 0; i < proof->count; i++) {
        if (last == 0)
            return ERR_SIGNATURE;
        if ((at & 1) != 0 || at == last) {
            hash = tree_node(&proof->hashes[i], &hash);
            while (at != 0 && (at & 1) == 0)
                step_up(&at, &last);
        } else {
            hash = tree_node(&hash, &proof->hashes[i]);
        }
        step_up(&at, &last);
    }
    return last == 0 && hash_equal(&hash, root) ? OK : ERR_SIGNATURE;
}

/* The trees differ in size and neither is empty. RFC 9162 section 2.1.4.2 */
static enum err
growth_verify(const struct proof *proof, uint64_t old_size,
              const struct hash *old_root, uint64_t size,
              const struct hash *root)
{
    bool whole = (old_size & (old_size - 1)) == 0;
    uint64_t at = old_size - 1;
    uint64_t last = size - 1;
    size_t i = whole ? 0 : 1;
    struct hash old;
    struct hash new;

    if (proof->count == 0)
        return ERR_SIGNATURE;
    old = new = whole ? *old_root : proof->hashes[0];
    while ((at & 1) != 0)
        step_up(&at, &last);
    for (; i < proof->count; i++) {
        if (last == 0)
            return ERR_SIGNATURE;
        if ((at & 1) != 0 || at == last) {
            old = tree_node(&proof->hashes[i], &old);
            new = tree_node(&proof->hashes[i], &new);
            while (at != 0 && (at & 1) == 0)
                step_up(&at, &last);
        } else {
            new = tree_node(&new, &proof->hashes[i]);
        }
        step_up(&at, &last);
    }
    return last == 0 && hash_equal(&old, old_root) && hash_equal(&new, root)
               ? OK
               : ERR_SIGNATURE;
}

enum err
proof_verify_consistency(const struct proof *proof, uint64_t old_size,
                         const struct hash *old_root, uint64_t size,
                         const struct hash *root)
{
    struct hash empty = hash_of((struct bytes){0});

    if (old_size > size || size > TREE_SIZE_MAX)
        return ERR_SIGNATURE;
    if (old_size == size)
        return proof->count == 0 && hash_equal(old_root, root) ? OK
                                                               : ERR_SIGNATURE;
    if (old_size == 0)
        return proof->count == 0 && hash_equal(old_root, &empty)
                   ? OK
                   : ERR_SIGNATURE;
    return growth_verify(proof, old_size, old_root, size, root);
}

/* A tree of `size` leaves, read from its tiles; the last tile read is kept, as
 * the hashes of a proof often stand in one. */
struct shelf {
    const struct tile_source *source;
    uint64_t size;
    struct tile_id id; /* width 0: none is kept */
    struct hash hashes[TILE_WIDTH];
};

/* The root of node number `at` of the complete subtrees of 2^level leaves. */
static enum err
subtree_root(struct shelf *shelf, unsigned level, uint64_t at,
             struct hash *root)
{
    unsigned bits = level % TILE_BITS;
    uint64_t first = at << bits;
    struct tile_id id = {.level = (uint8_t)(level / TILE_BITS),
                         .index = first / TILE_WIDTH};
    enum err e;

    id.width = tile_width(shelf->size, id.level, id.index);
    assert(id.width >= first % TILE_WIDTH + (UINT64_C(1) << bits));
    if (shelf->id.width == 0 || shelf->id.level != id.level ||
        shelf->id.index != id.index) {
        shelf->id.width = 0;
        e = shelf->source->read(shelf->source->context, &id, shelf->hashes);
        if (e != OK)
            return e;
        shelf->id = id;
    }
    *root = tree_root_of(shelf->hashes + first % TILE_WIDTH, (size_t)1 << bits);
    return OK;
}

/* The same where the tree may end within the subtree. */
static enum err
node_root(struct shelf *shelf, unsigned level, uint64_t at, struct hash *root)
{
    uint64_t start = at << level;
    uint64_t left = shelf->size - start;
    struct tree tree = {.size = 0};

    if (left >> level != 0)
        return subtree_root(shelf, level, at, root);
    for (unsigned bit = level; bit-- > 0;) {
        struct hash part;
        enum err e;

        if ((left >> bit & 1) == 0)
            continue;
        e = subtree_root(shelf, bit, (start + tree.size) >> bit, &part);
        if (e != OK)
            return e;
        tree_append_subtree(&tree, bit, &part);
    }
    *root = tree_root(&tree);
    return OK;
}

static enum err
proof_add(struct shelf *shelf, unsigned level, uint64_t at, struct proof *proof)
{
    assert(proof->count < PROOF_HASHES_MAX);
    return node_root(shelf, level, at, &proof->hashes[proof->count++]);
}

/* The siblings on the way from a node to the root. */
static enum err
siblings_add(struct shelf *shelf, unsigned level, uint64_t at,
             struct proof *proof)
{
    uint64_t last = (shelf->size - 1) >> level;

    for (; last > 0; level++, step_up(&at, &last)) {
        enum err e = OK;

        if ((at & 1) != 0)
            e = proof_add(shelf, level, at - 1, proof);
        else if (at < last)
            e = proof_add(shelf, level, at + 1, proof);
        if (e != OK)
            return e;
    }
    return OK;
}

enum err
proof_make_inclusion(const struct tile_source *source, uint64_t index,
                     uint64_t size, struct proof *out)
{
    struct shelf shelf = {.source = source, .size = size};

    out->count = 0;
    if (index >= size)
        return ERR_NOT_FOUND;
    if (size > TREE_SIZE_MAX)
        return ERR_LIMIT;
    return siblings_add(&shelf, 0, index, out);
}

enum err
proof_make_consistency(const struct tile_source *source, uint64_t old_size,
                       uint64_t size, struct proof *out)
{
    struct shelf shelf = {.source = source, .size = size};
    uint64_t at = old_size - 1;
    unsigned level = 0;

    out->count = 0;
    if (old_size > size)
        return ERR_NOT_FOUND;
    if (size > TREE_SIZE_MAX)
        return ERR_LIMIT;
    if (old_size == 0 || old_size == size)
        return OK;
    for (; (at & 1) != 0; at >>= 1)
        level++;
    if (at > 0) {
        enum err e = proof_add(&shelf, level, at, out);

        if (e != OK)
            return e;
    }
    return siblings_add(&shelf, level, at, out);
}

enum err
proof_root(const struct tile_source *source, uint64_t size, struct hash *out)
{
    struct shelf shelf = {.source = source, .size = size};

    if (size > TREE_SIZE_MAX)
        return ERR_LIMIT;
    return node_root(&shelf, TREE_HEIGHT_MAX, 0, out);
}

/* What follows "name " on the line. */
static struct bytes
value_read(struct reader *r, struct bytes name, const char *clause)
{
    reader_expect(r, name, clause);
    return reader_line(r, clause);
}

static void
hashes_read(struct reader *r, struct proof *proof)
{
    for (;;) {
        struct bytes line = reader_line(r, "LOG 5.4");

        if (line.size == 0)
            return;
        if (proof->count == PROOF_HASHES_MAX)
            reader_refuse(r, ERR_LIMIT, "LOG 5.4", "too many hashes");
        else if (base64_parse_exact(line, proof->hashes[proof->count].b,
                                    HASH_SIZE) != OK)
            reader_refuse(r, ERR_FORMAT, "LOG 5.4", "a line is no hash");
        else
            proof->count++;
    }
}

enum err
proof_file_parse(struct bytes in, struct proof_file *out, struct fault *fault)
{
    struct reader r = {.in = in};
    struct proof_file file = {.index = 0};
    struct note note;
    size_t size;
    enum err e;

    if (in.size > PROOF_FILE_SIZE_MAX)
        return fault_set(fault, ERR_LIMIT, 0, "LOG 5.4",
                         "the file is too long");
    reader_expect(&r, BYTES(PROOF_FILE_FIRST_LINE "\n"), "LOG 5.4");
    if (bytes_begin(bytes_slice(in, r.at, reader_left(&r)), BYTES("extra "))) {
        file.extra = value_read(&r, BYTES("extra "), "LOG 5.4");
        if (file.extra.size == 0 || base64_check(file.extra, &size) != OK)
            reader_refuse(&r, ERR_FORMAT, "LOG 5.4", "extra is no base64");
        if (file.extra.size > PROOF_FILE_EXTRA_SIZE_MAX)
            reader_refuse(&r, ERR_LIMIT, "LOG 5.4", "extra is too long");
    }
    if (!bytes_decimal(value_read(&r, BYTES("index "), "LOG 5.4"),
                       TREE_SIZE_MAX - 1, &file.index))
        reader_refuse(&r, ERR_FORMAT, "LOG 5.4", "the index is no number");
    hashes_read(&r, &file.proof);
    file.checkpoint = reader_bytes(&r, reader_left(&r), "LOG 5.4");
    e = reader_end(&r, "LOG 5.4", fault);
    if (e == OK)
        e = note_parse(file.checkpoint, &note, fault);
    if (e == OK)
        *out = file;
    return e;
}

void
proof_file_encode(struct writer *w, const struct proof_file *file)
{
    writer_text(w, PROOF_FILE_FIRST_LINE "\n");
    if (file->extra.size > 0) {
        writer_text(w, "extra ");
        writer_bytes(w, file->extra);
        writer_u8(w, '\n');
    }
    writer_text(w, "index ");
    writer_decimal(w, file->index);
    writer_u8(w, '\n');
    for (size_t i = 0; i < file->proof.count; i++) {
        base64_write(w, hash_bytes(&file->proof.hashes[i]));
        writer_u8(w, '\n');
    }
    writer_u8(w, '\n');
    writer_bytes(w, file->checkpoint);
}

enum err
proof_file_verify(const struct proof_file *file, const struct hash *leaf,
                  const struct note_key *key, struct checkpoint *checkpoint,
                  struct fault *fault)
{
    struct checkpoint opened;
    enum err e = checkpoint_open(file->checkpoint, key, &opened, fault);

    if (e != OK)
        return e;
    if (proof_verify_inclusion(&file->proof, file->index, leaf, opened.size,
                               &opened.root) != OK)
        return fault_set(fault, ERR_SIGNATURE, 0, "LOG 5.5",
                         "the proof leads to another root");
    if (checkpoint != NULL)
        *checkpoint = opened;
    return OK;
}
