/* What is vouched for: checkpoints with their cosignatures, and what other
 * nodes' logs say that they saw. SYN 9.1 and 9.4 */
#include "node/restore_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/event.h"
#include "seal/entry.h"

/* Keys that one look at a note takes. */
#define KEYS_AT_ONCE 64

/* Sorted by size; of one size as they came. */
enum err
restore_mark_add(struct restore *restore, const struct restore_mark *mark)
{
    size_t at = restore->mark_count;

    if (at == RESTORE_MARKS_MAX)
        return ERR_LIMIT;
    while (at > 0 && restore->marks[at - 1].size > mark->size)
        at--;
    memmove(restore->marks + at + 1, restore->marks + at,
            (restore->mark_count - at) * sizeof(*mark));
    restore->marks[at] = *mark;
    restore->mark_count++;
    return OK;
}

/* A mark for each cosigner of the roster whose line is in the note; some of
 * them at once. A bad line among these makes them none. */
static enum err
cosigners_add(struct restore *restore, const struct note *note,
              struct restore_mark mark, size_t from)
{
    const struct roster *roster = restore->config.roster;
    struct note_key keys[KEYS_AT_ONCE];
    struct note_signers signers;
    size_t count = roster->node_count - from;
    enum err e = OK;

    if (count > KEYS_AT_ONCE)
        count = KEYS_AT_ONCE;
    for (size_t i = 0; i < count; i++)
        keys[i] = roster->nodes[from + i].cosign;
    if (note_verify(note, keys, count, &signers) != OK)
        return OK;
    mark.kind = RESTORE_COSIGNED;
    for (size_t i = 0; e == OK && i < count; i++) {
        if ((signers.mask >> i & 1) == 0)
            continue;
        mark.by = roster->nodes[from + i].origin;
        mark.time_s = (int64_t)signers.time_s[i];
        e = restore_mark_add(restore, &mark);
    }
    return e;
}

enum err
restore_note(struct restore *restore, const char *path, struct bytes in)
{
    struct restore_mark mark = {.kind = RESTORE_SIGNED, .path = path};
    const struct roster *roster = restore->config.roster;
    struct checkpoint checkpoint;
    struct note note;
    enum err e = checkpoint_open(in, restore->config.key, &checkpoint, NULL);

    if (e != OK)
        return e == ERR_LIMIT || e == ERR_SHORT ? ERR_FORMAT : e;
    mark.note = arena_copy(restore->config.arena, in);
    if (mark.note.p == NULL)
        return ERR_LIMIT;
    mark.size = checkpoint.size;
    mark.root = checkpoint.root;
    e = restore_mark_add(restore, &mark);
    if (e == OK)
        e = note_parse(mark.note, &note, NULL);
    for (size_t i = 0; e == OK && roster != NULL && i < roster->node_count;
         i += KEYS_AT_ONCE)
        e = cosigners_add(restore, &note, mark, i);
    return e;
}

/* ----- What other logs say. ----- */

/* One log read for what it saw. */
struct seeing {
    struct restore *restore;
    const char *path;
    struct log_view view;
    uint8_t *bundle; /* BUNDLE_SIZE_MAX */
    struct arena arena;
    struct restore_mark last; /* the latest before the time asked for */
};

static void
event_look(struct seeing *seeing, const struct event *event)
{
    const struct restore_config *config = &seeing->restore->config;

    if (event->type != EVENT_CHECKPOINT_SEEN ||
        event->time.ms >= config->trusted_before.ms)
        return;
    for (size_t i = 0; i < event->checkpoint_seen.log_count; i++) {
        const struct seen_log *log = &event->checkpoint_seen.logs[i];

        if (!bytes_equal(log->origin, config->origin) ||
            log->size < seeing->last.size)
            continue;
        seeing->last.size = log->size;
        seeing->last.time_s = event->time.ms / 1000;
        memcpy(seeing->last.root.b, log->root, HASH_SIZE);
    }
}

/* An entry that cannot be read says nothing. */
static void
entry_look(struct seeing *seeing, struct bytes in)
{
    struct entry entry;
    struct event event;

    arena_reset(&seeing->arena);
    if (entry_parse(in, &entry, NULL) == OK && !entry.sealed &&
        event_parse(entry.event, &seeing->arena, &event, NULL) == OK)
        event_look(seeing, &event);
}

/* All entries in order, as far as they lead to the checkpoint; nothing is
 * believed when they do not. */
static bool
entries_look(struct seeing *seeing, const struct checkpoint *checkpoint)
{
    struct tree tree = {.size = 0};
    struct block block = {seeing->bundle, BUNDLE_SIZE_MAX};
    struct hash root;

    while (tree.size < checkpoint->size) {
        uint64_t index = tree.size / TILE_WIDTH;
        uint16_t width = tile_width(checkpoint->size, TILE_ENTRIES, index);
        struct bundle bundle;
        struct bytes entry;
        struct bytes in;

        if (view_bundle(&seeing->view, checkpoint->size, index, block, &in) !=
            OK)
            return false;
        bundle = bundle_of(in, width);
        while (bundle_next(&bundle, &entry)) {
            struct hash leaf = tree_leaf(entry);

            tree_append(&tree, &leaf);
            entry_look(seeing, entry);
        }
        if (bundle.left > 0)
            return false;
    }
    root = tree_root(&tree);
    return hash_equal(&root, &checkpoint->root);
}

/* What the log of this node in the folder saw, if it is there. */
static enum err
log_look(struct seeing *seeing, const struct roster_node *node)
{
    uint8_t block[MIRROR_NOTE_SIZE_MAX];
    struct checkpoint checkpoint;
    struct bytes in;
    enum err e = view_checkpoint(&seeing->view, block, sizeof(block), &in);

    if (e != OK || checkpoint_open(in, &node->log, &checkpoint, NULL) != OK)
        return OK;
    seeing->last = (struct restore_mark){
        .kind = RESTORE_SEEN, .by = node->origin, .path = seeing->path};
    if (!entries_look(seeing, &checkpoint) || seeing->last.size == 0)
        return OK;
    return restore_mark_add(seeing->restore, &seeing->last);
}

static enum err
node_look(struct seeing *seeing, const struct roster_node *node)
{
    char hex[ORIGIN_HEX_SIZE];
    char peers[MIRROR_PREFIX_SIZE];
    char medium[MIRROR_PREFIX_SIZE];
    const char *const prefixes[] = {VIEW_LOG_PREFIX, peers, medium};
    enum err e = OK;

    if (bytes_equal(node->origin, seeing->restore->config.origin))
        return OK;
    origin_hex(node->origin, hex);
    snprintf(peers, sizeof(peers), MIRROR_FOLDER "/%s/", hex);
    snprintf(medium, sizeof(medium), "%s/", hex);
    for (size_t i = 0; e == OK && i < 3; i++) {
        seeing->view.prefix = prefixes[i];
        e = log_look(seeing, node);
    }
    seeing->view.prefix = NULL;
    return e;
}

enum err
restore_seen(struct restore *restore, struct folder folder, const char *path)
{
    const struct roster *roster = restore->config.roster;
    uint8_t *parts = malloc(EVENT_ARENA_SIZE);
    struct seeing seeing = {.restore = restore,
                            .path = path,
                            .view = {&restore->os, folder, NULL},
                            .bundle = malloc(BUNDLE_SIZE_MAX)};
    enum err e = parts == NULL || seeing.bundle == NULL ? ERR_LIMIT : OK;

    arena_init(&seeing.arena, parts, EVENT_ARENA_SIZE);
    for (size_t i = 0; e == OK && roster != NULL && i < roster->node_count; i++)
        e = node_look(&seeing, &roster->nodes[i]);
    free(seeing.bundle);
    free(parts);
    return e;
}
