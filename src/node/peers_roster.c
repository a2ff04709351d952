/*
 * The roster in force: read, replaced, and what follows from it.
 *
 * A change is written in this order: DIR/rosters/N, the event, DIR/roster. A
 * crash leaves at most a rosters/N that is newer than DIR/roster: the next
 * start judges it anew and goes on from the event.
 */
#include "node/peers_int.h"

#include <stdio.h>
#include <string.h>

#include "node/tls.h"

#define DECIMAL_SIZE 21 /* of 64 bits, with a NUL */

/* ----- What follows from a roster. ----- */

static void
peer_carry(struct peer *peer, const struct peer *old, size_t old_count)
{
    for (size_t i = 0; i < old_count; i++) {
        const struct roster_node *node = peer->node;

        if (!hash_equal(&old[i].name, &peer->name))
            continue;
        *peer = old[i];
        peer->node = node;
        peer->sealed = false; /* role, window or box key may be others */
        peer->sealed_gone = 0;
        return;
    }
}

static void
peer_list(struct peers *peers, const struct roster_node *node, size_t old_count)
{
    struct peer *peer = &peers->list[peers->count];

    if (bytes_equal(node->origin, peers->book->origin))
        return;
    *peer = (struct peer){.node = node, .name = hash_of(node->origin)};
    origin_hex(node->origin, peer->hex);
    peer_carry(peer, peers->old, old_count);
    peers->count++;
}

/* The peers of the roster in force; what is known of those that stay, stays. */
static enum err
peers_list(struct peers *peers)
{
    struct peer *old = peers->list;
    size_t old_count = peers->count;

    peers->list = peers->old;
    peers->old = old;
    peers->count = 0;
    peers->self = roster_find(peers->roster, peers->book->origin);
    for (size_t i = 0; i < peers->roster->node_count; i++)
        peer_list(peers, &peers->roster->nodes[i], old_count);
    peers->node_count = peers->count;
    for (size_t i = 0; i < peers->roster->revoked_count; i++) {
        const struct roster_revoked *revoked = &peers->roster->revoked[i];

        peers->gone[i] = (struct roster_node){.origin = revoked->origin,
                                              .role = revoked->role,
                                              .log = revoked->log};
        peer_list(peers, &peers->gone[i], old_count);
    }
    for (size_t i = peers->node_count; i < peers->count; i++)
        peers->list[i].revoked = true;
    /* Their names were the old roster's. */
    memset(old, 0, old_count * sizeof(*old));
    return OK;
}

/* A card's keys, as the roster must have them. SYN 2.13; a node that never
 * spoke over TLS has no pin of its own. */
static bool
names_our_keys(const struct peers *peers, const struct roster_node *self)
{
    const struct sign_public *log = &peers->book->key.public;
    struct hash pin;

    if (tls_pin(peers->os, peers->dir, &pin) == OK &&
        !hash_equal(&pin, &self->tls_pin))
        return false;
    return memcmp(self->log.public.b, log->b, SIGN_PUBLIC_SIZE) == 0 &&
           memcmp(self->cosign.public.b, peers->cosign.public.b,
                  SIGN_PUBLIC_SIZE) == 0 &&
           memcmp(self->box.b, peers->box.public.b, BOX_PUBLIC_SIZE) == 0;
}

/* `next` becomes the one in force. */
static enum err
enforce(struct peers *peers, size_t note_size)
{
    struct roster *roster = peers->roster;
    uint8_t *note = peers->note;
    enum err e;

    peers->roster = peers->next;
    peers->note = peers->next_note;
    peers->note_size = note_size;
    peers->next = roster;
    peers->next_note = note;
    peers->has_roster = true;
    e = peers_list(peers);
    peers->keys_differ =
        peers->self != NULL && !names_our_keys(peers, peers->self);
    if (e == OK)
        e = peers_witness_load(peers);
    return e == OK ? peers_seen_load(peers) : e;
}

/* ----- Taking one. ----- */

static void
version_name(uint64_t version, char out[DECIMAL_SIZE])
{
    (void)snprintf(out, DECIMAL_SIZE, "%llu", (unsigned long long)version);
}

static enum err
change_record(struct peers *peers, struct bytes note)
{
    struct hash hash = hash_of(note);
    struct event event = {.type = EVENT_ROSTER_CHANGE};

    event.roster_change.version = peers->next->version;
    memcpy(event.roster_change.sha256, hash.b, HASH_SIZE);
    return peers_record(peers, &event);
}

/* What the roster must have besides its signatures to be of use here. */
static enum err
judge(struct peers *peers, struct bytes note, struct fault *fault)
{
    const struct roster_node *self;
    enum err e;

    if (note.size > ROSTER_SIZE_MAX)
        return fault_set(fault, ERR_LIMIT, 0, "SYN 2.1",
                         "the roster is too large");
    memcpy(peers->next_note, note.p, note.size);
    e = roster_open((struct bytes){peers->next_note, note.size},
                    peers->has_roster ? peers->roster : NULL, peers->next,
                    fault);
    if (e != OK)
        return e;
    if (!bytes_equal(peers->next->country,
                     bytes_of(peers->book->config.config->country)))
        return fault_set(fault, ERR_CONFLICT, 0, "SYN 2.11",
                         "another country's roster");
    self = roster_find(peers->next, peers->book->origin);
    if (self == NULL && !peers->has_roster)
        return fault_set(fault, ERR_CONFLICT, 0, "SYN 2.13",
                         "the roster does not name this node");
    if (self != NULL && !names_our_keys(peers, self))
        return fault_set(fault, ERR_CONFLICT, 0, "SYN 2.13",
                         "the roster names other keys than this node's card");
    return OK;
}

enum err
peers_roster_take(struct peers *peers, struct bytes note, struct fault *fault)
{
    struct bytes own = {peers->next_note, note.size};
    char name[DECIMAL_SIZE];
    enum err e;

    if (peers->has_roster &&
        bytes_equal(note, (struct bytes){peers->note, peers->note_size}))
        return ERR_NOT_FOUND;
    e = judge(peers, note, fault);
    if (e != OK)
        return e;
    version_name(peers->next->version, name);
    e = peers_replace(peers, PEERS_ROSTERS_FOLDER, name, own);
    if (e == OK)
        e = change_record(peers, own);
    if (e != OK)
        return e;
    e = os_replace_file(peers->os, peers->dir, PEERS_ROSTER_FILE, "", own,
                        0600);
    if (e != OK)
        return book_failed(peers->book, e, "replacing the roster");
    return enforce(peers, note.size);
}

/* ----- At the start. ----- */

struct newest {
    uint64_t version;
};

static enum err
newest_look(void *context, const char *name, bool is_folder)
{
    struct newest *newest = context;
    uint64_t version;

    if (!is_folder && bytes_decimal(bytes_of(name), INT64_MAX, &version) &&
        version > newest->version)
        newest->version = version;
    return OK;
}

/* The one whose taking a crash interrupted; taken once more, from the event
 * on. A file that no custodians signed was put there by somebody else. */
static enum err
interrupted_take(struct peers *peers)
{
    struct newest newest = {0};
    char name[DECIMAL_SIZE];
    char path[PEERS_PATH_SIZE];
    struct fault fault;
    struct bytes note = {peers->bundle, 0};
    enum err e = peers->os->list(peers->os, peers->dir, PEERS_ROSTERS_FOLDER,
                                 newest_look, &newest);

    if (e == ERR_NOT_FOUND || (e == OK && newest.version == 0) ||
        (e == OK && peers->has_roster &&
         newest.version <= peers->roster->version))
        return OK;
    version_name(newest.version, name);
    peers_path(PEERS_ROSTERS_FOLDER, name, path);
    if (e == OK)
        e = os_read_file(peers->os, peers->dir, path, peers->bundle,
                         ROSTER_SIZE_MAX, &note.size);
    if (e != OK && e != ERR_LIMIT)
        return book_failed(peers->book, e, "reading a roster");
    if (e == OK)
        e = peers_roster_take(peers, note, &fault);
    if (e == ERR_IO || e == ERR_CORRUPT || e == ERR_FULL || e == OK)
        return e;
    return peers_incident(peers, "roster_refused", (struct bytes){0},
                          "a roster among this node's own is not signed by "
                          "the custodians",
                          NULL);
}

enum err
peers_roster_load(struct peers *peers)
{
    struct bytes note = {peers->next_note, 0};
    struct fault fault;
    enum err e = os_read_file(peers->os, peers->dir, PEERS_ROSTER_FILE,
                              peers->next_note, ROSTER_SIZE_MAX, &note.size);

    if (e != OK && e != ERR_NOT_FOUND && e != ERR_LIMIT)
        return book_failed(peers->book, e, "reading the roster");
    if (e == OK && roster_open(note, NULL, peers->next, &fault) == OK) {
        e = enforce(peers, note.size);
        return e == OK ? interrupted_take(peers) : e;
    }
    /* Booths go on whatever became of the file: by the newest roster that is
     * left, or alone. */
    if (e != ERR_NOT_FOUND)
        e = peers_incident(peers, "roster_damaged", (struct bytes){0},
                           "the roster in the node's folder is not what was "
                           "written",
                           NULL);
    else
        e = OK;
    return e == OK ? interrupted_take(peers) : e;
}

/* ----- From a peer, and from an operator. ----- */

static bool
is_refusal(enum err e)
{
    return e == ERR_SIGNATURE || e == ERR_CONFLICT || e == ERR_FORMAT ||
           e == ERR_SHORT || e == ERR_LIMIT;
}

/* Whether its text, whoever signed it, is of a version that is no news. */
static bool
is_old(struct peers *peers, struct bytes in)
{
    struct bytes note = {peers->next_note, in.size};
    struct fault fault;

    return note_parse_within(note, ROSTER_SIZE_MAX, peers->parsed, &fault) ==
               OK &&
           roster_parse(peers->parsed->text, peers->next, &fault) == OK &&
           peers->next->version <= peers->roster->version;
}

/* An older one, well signed once, is no more than late news; what too few
 * signed is an attack, or a custodian's mistake. */
enum err
peers_roster_errand(struct peers *peers, const struct errand *errand)
{
    struct errand_answer *answer = peers->answer;
    struct peer *peer = peers_find(peers, errand->origin);
    struct fault fault = {0};
    enum err e;

    if (!peers->has_roster) {
        peers_refuse(peers, "the first roster is an operator's to give");
        return OK;
    }
    e = peers_roster_take(peers, errand->note, &fault);
    answer->size = peers->roster->version;
    if (e == ERR_NOT_FOUND) {
        answer->verdict = ERRAND_KNOWN;
        return OK;
    }
    if (!is_refusal(e))
        return e;
    peers_refuse_fault(peers, &fault);
    if (e == ERR_CONFLICT && is_old(peers, errand->note))
        return OK;
    return peers_incident(
        peers, "roster_refused",
        peer != NULL ? peer->node->origin : (struct bytes){0},
        e == ERR_SIGNATURE
            ? "brought a roster that too few custodians signed; the one in "
              "force stays"
            : "brought a roster that cannot follow the one in force, which "
              "stays",
        NULL);
}

enum err
peers_join(struct peers *peers, struct bytes note, const char **why)
{
    struct fault fault = {0};
    enum err e = peers_roster_take(peers, note, &fault);

    if (e == ERR_NOT_FOUND)
        return OK;
    if (!is_refusal(e))
        return e;
    *why = peers_why(peers, &fault);
    return ERR_DENIED;
}

enum err
peers_join_file(struct peers *peers, const struct hash *sha256,
                const char **why)
{
    struct bytes note = {peers->bundle, 0};
    struct hash hash;
    enum err e = os_read_file(peers->os, peers->dir, PEERS_JOIN_FILE,
                              peers->bundle, ROSTER_SIZE_MAX, &note.size);

    *why = "there is no roster.join in the node's folder, or too large a one";
    if (e == ERR_NOT_FOUND || e == ERR_LIMIT)
        return ERR_DENIED;
    if (e != OK)
        return book_failed(peers->book, e, "reading roster.join");
    hash = hash_of(note);
    *why = "roster.join is another one than was meant";
    return hash_equal(&hash, sha256) ? peers_join(peers, note, why)
                                     : ERR_DENIED;
}
