/* What this node cosigned of others, and what they contradicted themselves in.
 * SYN 4, 5.8 */
#include "node/peers_int.h"

#include <string.h>

/* "16 digits of the origin's hash-kind-16 digits of the content's". */
#define EVIDENCE_NAME_SIZE (16 + 1 + 16 + 1 + 16 + 1)

/* ----- At the start. ----- */

/* The checkpoint that was cosigned last. A file that is not what we wrote must
 * not let a second history be signed: nothing more of that log is cosigned
 * until somebody has looked into it. */
static enum err
last_load(struct peers *peers, struct peer *peer)
{
    struct bytes note = {peers->text, 0};
    struct checkpoint checkpoint;
    char path[PEERS_PATH_SIZE];
    enum err e;

    peers_path(PEERS_WITNESS_FOLDER, peer->hex, path);
    e = os_read_file(peers->os, peers->dir, path, peers->text, NOTE_SIZE_MAX,
                     &note.size);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e == OK)
        e = checkpoint_open(note, &peer->node->log, &checkpoint, NULL);
    if (e == ERR_IO || e == ERR_DENIED)
        return book_failed(peers->book, e,
                           "reading a checkpoint cosigned before");
    if (e != OK) {
        peer->last = (struct witness_last){.any = true, .size = TREE_SIZE_MAX};
        return peers_incident(peers, "witness_damaged", peer->node->origin,
                              "what was cosigned of it is not what was "
                              "written: it is not cosigned any more",
                              NULL);
    }
    peer->last = (struct witness_last){
        .any = true, .size = checkpoint.size, .root = checkpoint.root};
    return OK;
}

static enum err
evidence_count(void *context, const char *name, bool is_folder)
{
    struct peers *peers = context;
    struct bytes start = bytes_slice(bytes_of(name), 0, 16);

    for (size_t i = 0; !is_folder && i < peers->count; i++) {
        struct peer *peer = &peers->list[i];

        if (!bytes_equal(start, bytes_slice(bytes_of(peer->hex), 0, 16)))
            continue;
        peer->evidence_count++;
        peer->forked = true;
    }
    return OK;
}

enum err
peers_witness_load(struct peers *peers)
{
    enum err e = OK;

    for (size_t i = 0; i < peers->count && e == OK; i++) {
        peers->list[i].evidence_count = 0;
        if (!peers->list[i].last.any)
            e = last_load(peers, &peers->list[i]);
    }
    if (e != OK)
        return e;
    e = peers->os->list(peers->os, peers->dir, PEERS_EVIDENCE_FOLDER,
                        evidence_count, peers);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* ----- Evidence. ----- */

static const char *
summary(enum evidence_kind kind)
{
    switch (kind) {
    case EVIDENCE_FORK:
        return "signed two histories: two roots of one size";
    case EVIDENCE_ROLLBACK:
        return "went back: an older checkpoint was given as its last";
    case EVIDENCE_BAD_PROOF:
        return "signed a checkpoint that does not go on from the one before";
    case EVIDENCE_BAD_ENTRY:
        return "gave entries that are not under the root it signed";
    }
    return "contradicted itself";
}

static const char *
code(enum evidence_kind kind)
{
    switch (kind) {
    case EVIDENCE_FORK:
    case EVIDENCE_BAD_PROOF:
        return "fork";
    case EVIDENCE_ROLLBACK:
        return "rollback";
    case EVIDENCE_BAD_ENTRY:
        return "bad_entry";
    }
    return "fork";
}

/* Whether an incident with this evidence is in the log: a crash may have come
 * between file and event. */
static enum err
is_recorded(struct peers *peers, const struct hash *hash, bool *recorded)
{
    struct store_incident incidents[8];
    uint64_t from = 0;
    size_t count;
    enum err e;

    *recorded = false;
    do {
        arena_reset(&peers->arena);
        e = store_incidents(&peers->book->store, from, &peers->arena, incidents,
                            sizeof(incidents) / sizeof(incidents[0]), &count);
        for (size_t i = 0; e == OK && i < count; i++) {
            if (incidents[i].has_evidence &&
                memcmp(incidents[i].evidence, hash->b, HASH_SIZE) == 0)
                *recorded = true;
            from = incidents[i].at + 1;
        }
    } while (e == OK && count > 0 && !*recorded);
    return e == OK ? OK
                   : book_failed(peers->book, e, "looking for an incident");
}

static void
evidence_name(struct bytes origin, enum evidence_kind kind,
              const struct hash *hash, char out[EVIDENCE_NAME_SIZE])
{
    struct hash name = hash_of(origin);
    struct writer w;

    writer_init(&w, out, EVIDENCE_NAME_SIZE);
    for (size_t i = 0; i < 8; i++)
        writer_hex(&w, name.b[i], 2);
    writer_text(&w, "-");
    writer_text(&w, evidence_kind_name(kind));
    writer_text(&w, "-");
    for (size_t i = 0; i < 8; i++)
        writer_hex(&w, hash->b[i], 2);
    writer_u8(&w, '\0');
}

/* What one piece shows an hour's others show no better: each checkpoint of a
 * log that goes on in two histories would else be another. One that convinces
 * by itself does. */
static const char *
worth(const struct evidence *evidence)
{
    if (evidence->has_root)
        return "evidence: proof";
    switch (evidence->kind) {
    case EVIDENCE_FORK:
        return "evidence: fork";
    case EVIDENCE_ROLLBACK:
        return "evidence: rollback";
    case EVIDENCE_BAD_PROOF:
        return "evidence: word of a proof";
    case EVIDENCE_BAD_ENTRY:
        return "evidence: entry";
    }
    return "evidence";
}

enum err
peers_keep(struct peers *peers, struct bytes origin, struct peer *peer,
           const struct evidence *evidence)
{
    char name[EVIDENCE_NAME_SIZE];
    struct writer w;
    struct hash hash;
    bool recorded;
    enum err e;

    peers->answer->verdict = ERRAND_KNOWN;
    if (peers_said_lately(peers, worth(evidence), origin) ||
        (peer != NULL && peer->evidence_count >= PEERS_EVIDENCE_MAX))
        return OK;
    writer_init(&w, peers->other, EVIDENCE_FILE_SIZE_MAX);
    evidence_encode(&w, evidence);
    if (writer_end(&w) != OK) {
        peers_refuse(peers, "the evidence is too large");
        return OK;
    }
    hash = hash_of(writer_done(&w));
    e = is_recorded(peers, &hash, &recorded);
    if (e != OK || recorded)
        return e;
    evidence_name(origin, evidence->kind, &hash, name);
    e = peers_replace(peers, PEERS_EVIDENCE_FOLDER, name, writer_done(&w));
    if (e == OK)
        e = peers_incident(peers, code(evidence->kind), origin,
                           summary(evidence->kind), &hash);
    if (e != OK)
        return e;
    peers_said_now(peers, worth(evidence), origin);
    peers->answer->verdict = ERRAND_TAKEN;
    if (peer != NULL) {
        peer->evidence_count++;
        peer->forked = true;
    }
    return OK;
}

/* What the two notes do not prove by themselves is the courier's word; but that
 * the log signed both is proved, and an officer looks at them. */
enum err
peers_evidence(struct peers *peers, const struct errand *errand)
{
    const struct evidence evidence = {.kind = errand->evidence,
                                      .known = errand->note,
                                      .other = errand->other,
                                      .has_root = errand->evidence ==
                                                      EVIDENCE_BAD_PROOF &&
                                                  errand->proof.count > 0,
                                      .root = errand->sha256,
                                      .proof = errand->proof};
    struct peer *peer = peers_find(peers, errand->origin);
    struct fault fault = {0};

    if (peer == NULL) {
        peers_refuse(peers, "no node of the roster");
        return OK;
    }
    if (errand->note.size > NOTE_SIZE_MAX ||
        evidence_verify(&evidence, &peer->node->log, &fault) != OK) {
        peers_refuse_fault(peers, &fault);
        return OK;
    }
    return peers_keep(peers, peer->node->origin, peer, &evidence);
}

/* ----- Cosigning. ----- */

/* What we cosigned before and what contradicts it now. */
static enum err
fork_keep(struct peers *peers, struct peer *peer, struct bytes note)
{
    struct evidence evidence = {.kind = EVIDENCE_FORK, .other = note};
    char path[PEERS_PATH_SIZE];
    enum err e;

    evidence.known.p = peers->text;
    peers_path(PEERS_WITNESS_FOLDER, peer->hex, path);
    e = os_read_file(peers->os, peers->dir, path, peers->text, NOTE_SIZE_MAX,
                     &evidence.known.size);
    if (e != OK)
        return book_failed(peers->book, e,
                           "reading a checkpoint cosigned before");
    return peers_keep(peers, peer->node->origin, peer, &evidence);
}

/* On the disk first, then signed. SYN 4.3 */
static enum err
cosign(struct peers *peers, struct peer *peer, struct bytes note,
       const struct checkpoint *checkpoint)
{
    struct bytes name = {peers->cosign_name, peers->cosign_name_size};
    struct instant now = peers_now(peers);
    struct note *parsed = peers->parsed;
    struct writer w;
    enum err e = OK;

    if (!peer->last.any || peer->last.size != checkpoint->size)
        e = peers_replace(peers, PEERS_WITNESS_FOLDER, peer->hex, note);
    if (e == OK)
        e = note_parse(note, parsed, NULL);
    if (e != OK)
        return e;
    peer->last = (struct witness_last){
        .any = true, .size = checkpoint->size, .root = checkpoint->root};
    writer_init(&w, peers->text, NOTE_SIZE_MAX);
    note_cosign(&w, name, &peers->cosign, now.ms < 0 ? 0 : now.ms / 1000,
                parsed->text);
    peers->answer->note = writer_done(&w);
    return OK;
}

/*
 * Of a log whose node was revoked only what the own mirror had before, or what
 * another had vouched for when it came: its key may be in anybody's hands.
 */
static bool
vouched(const struct peer *peer, const struct witness_verdict *verdict)
{
    return !peer->revoked || verdict->status != 200 ||
           (verdict->checkpoint.size == peer->mirrored &&
            hash_equal(&verdict->checkpoint.root, &peer->mirrored_root));
}

enum err
peers_cosign(struct peers *peers, const struct errand *errand)
{
    const struct witness_request request = {
        .old_size = errand->size, .proof = errand->proof, .note = errand->note};
    struct peer *peer = peers_find(peers, errand->origin);
    struct witness_last none = {0};
    struct witness_verdict verdict;
    enum err e = OK;

    witness_judge(peer != NULL ? &peer->last : &none, &request,
                  peer != NULL && peers->self != NULL ? &peer->node->log : NULL,
                  &verdict);
    if (peer != NULL && !vouched(peer, &verdict))
        verdict.status = 404;
    if (verdict.fork && peer != NULL)
        e = fork_keep(peers, peer, errand->note);
    if (e != OK)
        return e;
    peers->answer->status = (uint16_t)verdict.status;
    peers->answer->size = verdict.size;
    peers->answer->verdict =
        verdict.status == 200 ? ERRAND_TAKEN : ERRAND_REFUSED;
    return peer != NULL && verdict.status == 200
               ? cosign(peers, peer, errand->note, &verdict.checkpoint)
               : OK;
}
