/*
 * The journal of a node's own folder against its log. Frames come into being
 * while this reads, and the journal may begin anew: what is found wrong counts
 * when a second walk finds the same at the same place. LOG 6.10
 */
#include "tlog/verify_int.h"

#include "tlog/proof.h"
#include "tlog/walk.h"

/* A journal takes seconds to fill, a walk a tenth of one. */
#define WALKS_MAX 16

struct outcome {
    bool wrong;
    enum verify_kind kind;
    uint64_t block;
    uint64_t index;
    uint64_t end;
    const char *clause;
    const char *what;
};

struct journal_check {
    struct verify *v;
    struct journal_walk walk;
    struct outcome outcome;
    uint64_t signed_size; /* of the checkpoint signed last */
    uint64_t placed_size; /* of one that was put in place before that */
    bool torn;
};

/* The first thing that is wrong is kept. */
static void
wrong(struct journal_check *check, enum verify_kind kind, const char *clause,
      const char *what)
{
    if (check->outcome.wrong)
        return;
    check->outcome = (struct outcome){
        .wrong = true,
        .kind = kind,
        .block = check->walk.block,
        .index = check->walk.next_index,
        .end = check->v->edge.tree.size,
        .clause = clause,
        .what = what,
    };
    if (check->outcome.end < check->outcome.index)
        check->outcome.end = check->outcome.index;
}

static void
wrong_err(struct journal_check *check, enum err e, const struct fault *fault)
{
    if (e == ERR_CORRUPT || e == ERR_FORMAT || e == ERR_SIGNATURE)
        wrong(check, VERIFY_TAMPERED,
              fault->clause == NULL ? "LOG 6.10" : fault->clause,
              fault->what == NULL ? "the journal is damaged" : fault->what);
    else
        wrong(check, VERIFY_UNREADABLE, "LOG 6.8", err_text(e));
}

static enum err
tile_read(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    struct verify *v = context;

    return verify_tile(&v->config.workers[0].os, v->config.folder, id, out);
}

/* Tiles could not be had; those of the checkpoint's size were found already,
 * the journal may begin with more. */
static void
wrong_tiles(struct journal_check *check, enum err e)
{
    if (e == ERR_NOT_FOUND || e == ERR_FORMAT || e == ERR_LIMIT)
        wrong(check, VERIFY_TAMPERED, "LOG 6.10",
              "the tiles that the journal begins with are not whole");
    else
        wrong(check, VERIFY_UNREADABLE, "LOG 6.8", err_text(e));
}

/* Whether the tree that the journal begins with goes on from this one. */
static void
base_check(struct journal_check *check, const struct checkpoint *older)
{
    const struct journal_header *header = &check->walk.header;
    struct tile_source source = {tile_read, check->v};
    struct proof proof;
    enum err e =
        proof_make_consistency(&source, older->size, header->base_size, &proof);

    if (e != OK)
        wrong_tiles(check, e);
    else if (proof_verify_consistency(&proof, older->size, &older->root,
                                      header->base_size,
                                      &header->base_root) != OK)
        wrong(check, VERIFY_FORK, "LOG 6.10",
              "the journal begins with another history");
}

/* A checkpoint that the journal holds is of this log. */
static bool
note_open(struct journal_check *check, struct bytes note,
          struct checkpoint *out)
{
    if (checkpoint_open(note, check->v->config.key, out, NULL) == OK)
        return true;
    wrong(check, VERIFY_TAMPERED, "LOG 6.10",
          "the journal's checkpoint is not signed by the log's key");
    return false;
}

static void
header_check(struct journal_check *check)
{
    struct verify *v = check->v;
    const struct journal_header *header = &check->walk.header;
    struct tile_source source = {tile_read, v};
    struct checkpoint note;
    struct hash root;
    enum err e;

    if (!bytes_equal(header->origin, v->config.key->name))
        wrong(check, VERIFY_TAMPERED, "LOG 6.10", "another log's journal");
    e = edge_restore(&v->edge, header->base_size, &source);
    if (e != OK) {
        wrong_tiles(check, e);
        return;
    }
    root = edge_root(&v->edge);
    if (!hash_equal(&root, &header->base_root))
        wrong(check, VERIFY_TAMPERED, "LOG 6.10",
              "the tiles do not lead to the root that the journal begins with");
    if (v->checkpoint.size <= header->base_size)
        base_check(check, &v->checkpoint);
    if (header->note.size == 0 || !note_open(check, header->note, &note))
        return;
    check->signed_size = check->placed_size = note.size;
    if (note.size > header->base_size)
        wrong(check, VERIFY_FORK, "LOG 6.10",
              "the journal's checkpoint covers more than there was");
    else
        base_check(check, &note);
}

/* Adds the entries; the root on the way must be the checkpoint's. */
static enum err
entries_add(struct journal_check *check, struct bytes payload, uint32_t count)
{
    struct verify *v = check->v;
    struct bundle bundle = bundle_of(payload, count);
    struct bytes entry;

    while (bundle_next(&bundle, &entry)) {
        struct hash leaf = tree_leaf(entry);
        struct hash root;

        edge_append(&v->edge, &leaf);
        if (v->edge.tree.size != v->checkpoint.size)
            continue;
        root = edge_root(&v->edge);
        if (!hash_equal(&root, &v->checkpoint.root))
            wrong(check, VERIFY_FORK, "LOG 6.10",
                  "the journal's entries are not those of the tiles");
    }
    return bundle.left > 0 ? ERR_SHORT : bundle_end(&bundle, NULL);
}

/* Whether the frame is good; the walk ends before one that is not. */
static bool
frame_check(struct journal_check *check, const struct journal_frame *frame,
            struct bytes payload)
{
    struct verify *v = check->v;
    struct checkpoint note;
    struct hash root;

    if (entries_add(check, payload, frame->count) != OK)
        return false;
    root = edge_root(&v->edge);
    if (!hash_equal(&root, &frame->root))
        return false;
    if (frame->note.size == 0 || !note_open(check, frame->note, &note))
        return true;
    if (note.size != v->edge.tree.size || !hash_equal(&note.root, &root))
        wrong(check, VERIFY_FORK, "LOG 6.10",
              "the journal's checkpoint is of another history");
    check->placed_size = check->signed_size;
    check->signed_size = note.size;
    return true;
}

static enum err
frames_check(struct journal_check *check, struct fault *fault)
{
    struct journal_frame frame;
    struct bytes payload;
    enum err e;

    for (;;) {
        e = journal_walk_next(&check->walk, &frame, &payload);
        if (e != OK || !frame_check(check, &frame, payload))
            break;
        journal_walk_accept(&check->walk, &frame);
    }
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    e = journal_walk_end(&check->walk, &check->torn, fault);
    if (e == OK && check->walk.next_index < check->v->checkpoint.size)
        wrong(check, VERIFY_TAMPERED, "LOG 6.10",
              "the journal ends before the checkpoint");
    return e;
}

/* One walk from beginning to end. ERR_BUSY when it is to be done again. */
static enum err
walk_once(struct journal_check *check, struct file file, uint8_t *buffer)
{
    struct verify *v = check->v;
    struct os *os = &v->config.workers[0].os;
    struct fault fault = {0};
    enum err e = journal_walk_begin(&check->walk, os, file, buffer, &fault);

    if (e == OK) {
        header_check(check);
        e = frames_check(check, &fault);
    }
    if (e != OK)
        wrong_err(check, e, &fault);
    e = journal_walk_same(&check->walk);
    return e == OK || check->outcome.wrong ? OK : e;
}

static bool
outcome_same(const struct outcome *a, const struct outcome *b)
{
    return a->wrong && b->wrong && a->block == b->block && a->what == b->what;
}

/* Walks until the answer can be believed. */
static void
walk_all(struct journal_check *check, struct file file, uint8_t *buffer)
{
    struct verify *v = check->v;

    for (unsigned i = 0; i < WALKS_MAX; i++) {
        struct outcome before = check->outcome;
        enum err e;

        *check = (struct journal_check){.v = v};
        e = walk_once(check, file, buffer);
        if (e == OK && !check->outcome.wrong)
            return;
        if (outcome_same(&before, &check->outcome))
            return;
        if (e != OK && e != ERR_BUSY)
            wrong(check, VERIFY_UNREADABLE, "LOG 6.8", err_text(e));
    }
    if (!check->outcome.wrong)
        wrong(check, VERIFY_UNREADABLE, "LOG 6.8", err_text(ERR_BUSY));
}

static void
journal_found(struct verify *v, enum verify_kind kind, const char *path,
              const struct outcome *outcome)
{
    struct verify_finding finding = {
        .kind = kind,
        .path = path,
        .index = outcome->index,
        .end = outcome->end,
        .clause = outcome->clause,
        .what = outcome->what,
    };

    verify_found(v, &finding);
}

/* The size of the checkpoint in place now, which may be newer than the one that
 * was checked. */
static enum err
size_in_place(struct verify *v, uint64_t *out)
{
    uint8_t block[NOTE_SIZE_MAX];
    struct checkpoint now;
    size_t size;
    enum err e = os_read_file(&v->config.workers[0].os, v->config.folder,
                              "checkpoint", block, sizeof(block), &size);

    if (e == OK)
        e = checkpoint_open((struct bytes){block, size}, v->config.key, &now,
                            NULL);
    if (e == OK)
        *out = now.size;
    return e;
}

/*
 * Whether the log was put back to an older checkpoint. The one signed last may
 * never have been put in place: the node died before, or its disk was full. The
 * one before was, when its tiles are there.
 */
static void
rollback_check(struct journal_check *check)
{
    struct verify *v = check->v;
    struct outcome outcome = {.clause = "LOG 6.10"};
    struct tile_id id;
    uint64_t now;
    enum err e = size_in_place(v, &now);

    if (e != OK) {
        wrong_err(check, e, &(struct fault){.what = "the checkpoint changed"});
        journal_found(v, check->outcome.kind, "checkpoint", &check->outcome);
        return;
    }
    outcome.index = now;
    outcome.end = check->placed_size;
    if (check->placed_size > now && tile_last(check->placed_size, 0, &id) &&
        verify_tile(&v->config.workers[0].os, v->config.folder, &id,
                    v->config.workers[0].tile) == OK) {
        outcome.what = "the checkpoint in place is older than one before the "
                       "last that the journal holds";
        journal_found(v, VERIFY_ROLLBACK, "checkpoint", &outcome);
    } else if (check->signed_size > now) {
        outcome.end = check->signed_size;
        outcome.what = "the journal holds a newer checkpoint";
        journal_found(v, VERIFY_NOTE, "checkpoint", &outcome);
    }
}

void
verify_journal(struct verify *v, struct folder dir, uint8_t *buffer)
{
    struct os *os = &v->config.workers[0].os;
    struct journal_check check = {.v = v};
    struct file file;
    enum err e;

    if (!v->opened)
        return;
    e = os->open(os, dir, "journal", OPEN_READ_DIRECT, 0, &file);
    if (e == ERR_NOT_FOUND) {
        wrong(&check, VERIFY_TAMPERED, "LOG 6.10", "the journal is missing");
    } else if (e != OK) {
        wrong(&check, VERIFY_UNREADABLE, "LOG 6.8", err_text(e));
    } else {
        walk_all(&check, file, buffer);
        os->close(os, file);
    }
    if (check.outcome.wrong)
        journal_found(v, check.outcome.kind, "journal", &check.outcome);
    else
        rollback_check(&check);
    if (check.walk.next_index > v->checkpoint.size)
        v->waiting = check.walk.next_index - v->checkpoint.size;
    verify_verdict_set(v);
}
