/*
 * What others have of our log: how far they hold it, what they cosigned, and
 * whether that is still our past. SYN 5.9, 6.8
 */
#include "node/peers_int.h"

#include <string.h>

#include "sync/package.h"

#define OWN_CHECKPOINT "log/checkpoint"

/* ----- Whether a checkpoint of ours is of our past. ----- */

enum own_past { OWN_PAST, OWN_AHEAD, OWN_FORK };

static enum err
own_past(struct peers *peers, const struct checkpoint *checkpoint,
         enum own_past *out)
{
    /* Partial tiles of an older size may be gone: fuller ones have them. */
    const struct package_tiles files = {
        .view = {peers->os, peers->dir, VIEW_LOG_PREFIX},
        .size = log_published(&peers->book->log)};
    const struct tile_source tiles = package_source(&files);
    struct hash root;
    enum err e;

    *out = OWN_AHEAD;
    if (checkpoint->size > log_published(&peers->book->log))
        return OK;
    e = proof_root(&tiles, checkpoint->size, &root);
    if (e != OK)
        return book_failed(peers->book, e, "reading tiles of the own log");
    *out = hash_equal(&root, &checkpoint->root) ? OWN_PAST : OWN_FORK;
    return OK;
}

/*
 * Our own key signed what our log is not: somebody else has it, or this disk
 * is an older copy of itself. Either must be known before anything else.
 */
static enum err
own_keep(struct peers *peers, struct bytes note, enum own_past past)
{
    struct evidence evidence = {.kind = EVIDENCE_BAD_PROOF,
                                .known = log_checkpoint(&peers->book->log),
                                .other = note};

    if (past == OWN_AHEAD) {
        evidence.kind = EVIDENCE_ROLLBACK;
        evidence.other = evidence.known;
        evidence.known = note;
    }
    return peers_keep(peers, peers->book->origin, NULL, &evidence);
}

/* ----- Cosignatures. ----- */

static const struct note_key *
cosigner(const struct peers *peers, const struct note_signature *line,
         struct peer **out)
{
    for (size_t i = 0; i < peers->node_count; i++) {
        const struct note_key *key = &peers->list[i].node->cosign;

        if (line->id != key->id || !bytes_equal(line->name, key->name) ||
            !roster_right(peers->roster, peers->list[i].node->role,
                          ROSTER_RIGHT_COSIGN))
            continue;
        *out = &peers->list[i];
        return key;
    }
    return NULL;
}

static void
line_write(struct writer *w, const struct note_signature *line)
{
    writer_text(w, "\xe2\x80\x94 ");
    writer_bytes(w, line->name);
    writer_text(w, " ");
    writer_bytes(w, line->base64);
    writer_text(w, "\n");
}

/* Takes the lines that verify into `w`, and what they say into the peers;
 * how many there were. */
static size_t
lines_take(struct peers *peers, const struct note *note, uint64_t size,
           struct writer *w)
{
    size_t count = 0;

    for (size_t i = 0; i < note->signature_count; i++) {
        const struct note_signature *line = &note->signatures[i];
        struct peer *peer = NULL;
        const struct note_key *key = cosigner(peers, line, &peer);
        struct note_signers signers;

        if (key == NULL || note_verify(note, key, 1, &signers) != OK)
            continue;
        line_write(w, line);
        count++;
        if (size < peer->cosigned ||
            (size == peer->cosigned &&
             (int64_t)signers.time_s[0] <= peer->cosigned_s))
            continue;
        peer->cosigned = size;
        peer->cosigned_s = (int64_t)signers.time_s[0];
    }
    return count;
}

/* Whether the note has a line of that name. */
static bool
has_line(const struct note *note, const struct note_signature *line)
{
    for (size_t i = 0; i < note->signature_count; i++)
        if (note->signatures[i].id == line->id &&
            bytes_equal(note->signatures[i].name, line->name))
            return true;
    return false;
}

/* The lines of the note kept, of the same text, that the new one has not. */
static size_t
lines_keep(struct peers *peers, const struct note *new, struct writer *w)
{
    struct bytes kept = {peers->cosigned, peers->cosigned_size};
    struct note *old = &peers->kept;
    size_t count = 0;

    if (kept.size == 0 || note_parse(kept, old, NULL) != OK ||
        !bytes_equal(old->text, new->text))
        return 0;
    for (size_t i = 0; i < old->signature_count; i++) {
        struct peer *peer;

        if (has_line(new, &old->signatures[i]) ||
            cosigner(peers, &old->signatures[i], &peer) == NULL)
            continue;
        line_write(w, &old->signatures[i]);
        count++;
    }
    return count;
}

/* Our own line, of a note that our key signed. */
static const struct note_signature *
own_line(const struct peers *peers, const struct note *note)
{
    for (size_t i = 0; i < note->signature_count; i++)
        if (note->signatures[i].id == peers->log_key.id &&
            bytes_equal(note->signatures[i].name, peers->log_key.name))
            return &note->signatures[i];
    return NULL;
}

/* Puts the note where it is asked for: beside the checkpoint, and in its place
 * while it is of the same size. */
static enum err
cosigned_place(struct peers *peers, struct bytes note, uint64_t size)
{
    struct os *os = peers->os;
    enum err e =
        os_replace_file(os, peers->dir, PEERS_COSIGNED_FILE, "log", note, 0644);

    if (e == OK && size == log_published(&peers->book->log))
        e = os_replace_file(os, peers->dir, OWN_CHECKPOINT, "log", note, 0644);
    if (e != OK)
        return book_failed(peers->book, e, "keeping cosignatures");
    memcpy(peers->cosigned, note.p, note.size);
    peers->cosigned_size = note.size;
    peers->cosigned_covers = size;
    return OK;
}

/* `peers->parsed` is the note. */
static enum err
cosigned_merge(struct peers *peers, uint64_t size)
{
    const struct note *note = peers->parsed;
    const struct note_signature *own = own_line(peers, note);
    struct writer w;
    size_t count;

    writer_init(&w, peers->text, NOTE_SIZE_MAX);
    writer_bytes(&w, note->text);
    writer_text(&w, "\n");
    line_write(&w, own);
    count = lines_take(peers, note, size, &w);
    if (count == 0) {
        peers_refuse(peers, "no cosignature of a node of the roster");
        return OK;
    }
    count += lines_keep(peers, note, &w);
    if (size < peers->cosigned_covers ||
        bytes_equal(writer_done(&w),
                    (struct bytes){peers->cosigned, peers->cosigned_size})) {
        peers->answer->verdict = ERRAND_KNOWN;
        return OK;
    }
    if (count >= NOTE_SIGNATURES_MAX || writer_end(&w) != OK) {
        peers_refuse(peers, "too many cosignatures");
        return OK;
    }
    return cosigned_place(peers, writer_done(&w), size);
}

enum err
peers_cosigned(struct peers *peers, const struct errand *errand)
{
    struct checkpoint checkpoint;
    struct fault fault = {0};
    enum own_past past;
    enum err e =
        checkpoint_open(errand->note, &peers->log_key, &checkpoint, &fault);

    if (e == OK)
        e = note_parse(errand->note, peers->parsed, &fault);
    if (e != OK) {
        peers_refuse_fault(peers, &fault);
        return OK;
    }
    e = own_past(peers, &checkpoint, &past);
    if (e != OK)
        return e;
    return past == OWN_PAST ? cosigned_merge(peers, checkpoint.size)
                            : own_keep(peers, errand->note, past);
}

void
peers_heard(struct peers *peers, const struct errand *errand)
{
    struct peer *peer = peers_find(peers, errand->origin);

    if (peer == NULL)
        peers_refuse(peers, "no node of the roster");
    else
        peer->heard_at = peers->os->now(peers->os);
}

enum err
peers_held(struct peers *peers, const struct errand *errand)
{
    struct peer *peer = peers_find(peers, errand->origin);

    if (peer == NULL) {
        peers_refuse(peers, "no node of the roster");
        return OK;
    }
    peer->held = errand->size;
    peer->held_at = peers->os->now(peers->os);
    return OK;
}

/* A note that is not there or not ours any more is no loss: it is asked for
 * again. */
enum err
peers_own_load(struct peers *peers)
{
    struct checkpoint checkpoint;
    struct writer nowhere;
    size_t size = 0;
    enum err e = os_read_file(peers->os, peers->dir, PEERS_COSIGNED_FILE,
                              peers->cosigned, NOTE_SIZE_MAX, &size);
    struct bytes note = {peers->cosigned, size};

    if (e != OK && e != ERR_NOT_FOUND && e != ERR_LIMIT)
        return book_failed(peers->book, e, "reading cosignatures");
    if (e != OK ||
        checkpoint_open(note, &peers->log_key, &checkpoint, NULL) != OK ||
        note_parse(note, peers->parsed, NULL) != OK ||
        checkpoint.size > log_size(&peers->book->log))
        return OK;
    peers->cosigned_size = size;
    peers->cosigned_covers = checkpoint.size;
    writer_init(&nowhere, peers->text, NOTE_SIZE_MAX);
    (void)lines_take(peers, peers->parsed, checkpoint.size, &nowhere);
    return OK;
}

/* ----- Coming back. ----- */

/*
 * Nobody may speak against coming back, and if there is anybody at all,
 * somebody must have been reached; the others are given some seconds more,
 * unless `now` says that they cannot be.
 */
enum err
peers_rejoin_look(struct peers *peers, bool now)
{
    uint64_t passed_ns = peers->os->monotonic_ns(peers->os) - peers->checked_ns;
    size_t reached = 0;

    for (size_t i = 0; i < peers->node_count; i++) {
        const struct peer *peer = &peers->list[i];

        if (peer->check == PEER_AHEAD || peer->check == PEER_FORK) {
            peers->rejoin_refused = true;
            peers->mode = ERRAND_ISOLATED;
            return peers_incident(peers, "rejoin_refused", peer->node->origin,
                                  "holds a checkpoint of this node that its "
                                  "log does not continue",
                                  NULL);
        }
        reached += peer->check != PEER_UNCHECKED ? 1 : 0;
    }
    if (reached < peers->node_count &&
        (reached == 0 || (!now && passed_ns < PEERS_REJOIN_NS)))
        return OK;
    return peers_back(peers);
}

enum err
peers_checked(struct peers *peers, const struct errand *errand)
{
    struct peer *peer = peers_find(peers, errand->origin);
    struct checkpoint checkpoint;
    struct fault fault = {0};
    enum own_past past;
    enum err e;

    if (errand->origin.size == 0)
        return peers_rejoin_look(peers, true);
    if (peer == NULL) {
        peers_refuse(peers, "no node of the roster");
        return OK;
    }
    if (peers->checked_ns == 0)
        peers->checked_ns = peers->os->monotonic_ns(peers->os) | 1;
    peer->check_size = 0;
    peer->check = PEER_NOTHING;
    if (errand->note.size == 0)
        return OK;
    peer->check = PEER_UNCHECKED;
    e = checkpoint_open(errand->note, &peers->log_key, &checkpoint, &fault);
    if (e != OK) {
        peers_refuse_fault(peers, &fault);
        return OK;
    }
    e = own_past(peers, &checkpoint, &past);
    if (e != OK)
        return e;
    peer->check_size = checkpoint.size;
    peer->check = past == OWN_PAST    ? PEER_SAME
                  : past == OWN_AHEAD ? PEER_AHEAD
                                      : PEER_FORK;
    return past == OWN_PAST ? OK : own_keep(peers, errand->note, past);
}
