#include "node/carry_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/grants.h"
#include "node/keys.h"
#include "node/restore_int.h"
#include "sync/grantbox.h"
#include "sync/host.h"
#include "tlog/tile_file.h"

#define ROSTER_FILE "roster"
#define ROSTERS_FOLDER "rosters"
#define COPY_SIZE (1u << 20)

struct carrying {
    struct carry_out *out;
    uint8_t *block; /* BUNDLE_SIZE_MAX, for whoever works right now */
    struct hash leaves[TILE_WIDTH];
    struct bytes roster_note;
    uint8_t *roster_file;
    bool has_roster;
};

static enum err
absent_is_fine(enum err e)
{
    return e == ERR_NOT_FOUND ? OK : e;
}

/* ----- Logs. ----- */

/* Whether the medium has the full file already: nobody changes one. */
static bool
there_already(const struct log_view *to, const struct tile_id *id)
{
    char path[OS_PATH_SIZE_MAX];
    struct file file;
    uint64_t size;
    bool there;

    if (id->width != TILE_WIDTH)
        return false;
    view_path(to, id, path);
    if (to->os->open(to->os, to->dir, path, OPEN_READ, 0, &file) != OK)
        return false;
    there = to->os->size(to->os, file, &size) == OK && size > 0;
    to->os->close(to->os, file);
    return there;
}

/* As much of a file as a log of that size has. */
static enum err
file_cut(struct carrying *c, const struct tile_id *id, size_t *size)
{
    if (id->level == TILE_ENTRIES)
        return restore_leaves((struct bytes){c->block, *size}, id->width,
                              c->leaves, size) == OK
                   ? OK
                   : ERR_CORRUPT;
    if (*size < (size_t)id->width * HASH_SIZE)
        return ERR_CORRUPT;
    *size = (size_t)id->width * HASH_SIZE;
    return OK;
}

static enum err
tile_carry(struct carrying *c, const struct log_view *from,
           const struct log_view *to, const struct tile_id *id)
{
    struct block block = {c->block, BUNDLE_SIZE_MAX};
    size_t size;
    enum err e;

    if (there_already(to, id))
        return OK;
    e = restore_read(from, id, block, &size);
    if (e == OK)
        e = file_cut(c, id, &size);
    /* What is damaged on a medium is for who takes it in to find, and to say.
     */
    if (c->out->relay && (e == ERR_NOT_FOUND || e == ERR_CORRUPT))
        return OK;
    if (e == OK)
        e = tile_file_write(to, id, (struct bytes){c->block, size});
    if (e == OK && id->width == TILE_WIDTH)
        e = tile_file_remove_partials(to, id->level, id->index);
    c->out->figures.files++;
    c->out->figures.bytes += size;
    return e;
}

static enum err
level_carry(struct carrying *c, const struct log_view *from,
            const struct log_view *to, uint64_t size, uint8_t level)
{
    struct tile_id last;
    enum err e = OK;

    if (!tile_last(size, level, &last))
        return OK;
    for (uint64_t i = 0; e == OK && i <= last.index; i++) {
        const struct tile_id id = {.level = level,
                                   .index = i,
                                   .width = i < last.index ? TILE_WIDTH
                                                           : last.width};

        e = tile_carry(c, from, to, &id);
    }
    return e;
}

/* The checkpoint first is read, and last written, when all is on the medium. */
static enum err
tiles_carry(struct carrying *c, const struct log_view *from,
            const struct log_view *to, struct bytes text)
{
    struct checkpoint checkpoint;
    struct note note;
    enum err e = OK;

    if (note_parse(text, &note, NULL) != OK ||
        checkpoint_parse(note.text, &checkpoint, NULL) != OK)
        return ERR_CORRUPT;
    e = level_carry(c, from, to, checkpoint.size, TILE_ENTRIES);
    for (uint8_t level = 0; e == OK && level < TILE_LEVEL_COUNT; level++)
        e = level_carry(c, from, to, checkpoint.size, level);
    c->out->figures.logs++;
    c->out->figures.entries += checkpoint.size;
    return e;
}

static enum err
file_put(struct carrying *c, const char *prefix, const char *name,
         struct bytes in)
{
    char path[OS_PATH_SIZE_MAX];
    char parent[OS_PATH_SIZE_MAX];
    size_t size = strlen(prefix);

    snprintf(path, sizeof(path), "%s%s", prefix, name);
    snprintf(parent, sizeof(parent), "%.*s", (int)(size > 0 ? size - 1 : 0),
             prefix);
    return os_replace_file(c->out->os, c->out->medium, path, parent, in, 0644);
}

static enum err
log_carry(struct carrying *c, const char *prefix)
{
    struct os *os = c->out->os;
    const struct log_view from = {os, c->out->dir, prefix};
    const struct log_view to = {os, c->out->medium, prefix};
    uint8_t block[MIRROR_NOTE_SIZE_MAX];
    struct bytes text;
    enum err e = view_checkpoint(&from, block, sizeof(block), &text);

    if (e != OK)
        return absent_is_fine(e);
    e = tiles_carry(c, &from, &to, text);
    if (e == OK)
        e = os->sync_all(os, c->out->medium);
    return e == OK ? file_put(c, prefix, "checkpoint", text) : e;
}

/* A mirror of a node, or of one that was. */
static enum err
mirror_carry(struct carrying *c, struct bytes origin)
{
    char hex[ORIGIN_HEX_SIZE];
    char prefix[MIRROR_PREFIX_SIZE];
    char folder[MIRROR_PREFIX_SIZE];
    uint64_t logs = c->out->figures.logs;
    enum err e;

    if (bytes_equal(origin, bytes_of(c->out->config->origin)))
        return OK;
    origin_hex(origin, hex);
    snprintf(folder, sizeof(folder), MIRROR_FOLDER "/%s", hex);
    snprintf(prefix, sizeof(prefix), MIRROR_FOLDER "/%s/", hex);
    e = c->out->os->make_folder(c->out->os, c->out->medium, folder, 0755);
    if (e == OK)
        e = log_carry(c, prefix);
    if (e == OK && c->out->figures.logs > logs)
        return file_put(c, prefix, "origin", origin);
    /* There is nothing of it: nor is there a folder. */
    (void)c->out->os->remove_folder(c->out->os, c->out->medium, folder);
    return e;
}

static enum err
logs_carry(struct carrying *c)
{
    struct os *os = c->out->os;
    const struct roster *roster = c->out->roster;
    enum err e = os->make_folder(os, c->out->medium, "log", 0755);

    if (e == OK)
        e = log_carry(c, VIEW_LOG_PREFIX);
    if (e == OK)
        e = os->make_folder(os, c->out->medium, MIRROR_FOLDER, 0755);
    for (size_t i = 0; e == OK && c->has_roster && i < roster->node_count; i++)
        e = mirror_carry(c, roster->nodes[i].origin);
    for (size_t i = 0; e == OK && c->has_roster && i < roster->revoked_count;
         i++)
        e = mirror_carry(c, roster->revoked[i].origin);
    return e;
}

/* ----- Files that are copied whole. ----- */

static enum err
pieces_copy(struct carrying *c, struct file from, struct file to)
{
    struct os *os = c->out->os;
    uint64_t at = 0;
    size_t got;
    enum err e;

    do {
        e = os->read_at(os, from, at, c->block, COPY_SIZE, &got);
        if (e == OK && got > 0)
            e = os->write_at(os, to, at, (struct bytes){c->block, got});
        at += got;
        c->out->figures.bytes += got;
    } while (e == OK && got == COPY_SIZE);
    return e == OK ? os->sync(os, to) : e;
}

/* Under another name first. */
static enum err
file_copy(struct carrying *c, const char *path)
{
    struct os *os = c->out->os;
    char new[OS_PATH_SIZE_MAX];
    struct file from;
    struct file to = {.fd = -1};
    enum err e = os->open(os, c->out->dir, path, OPEN_READ, 0, &from);

    if (e != OK)
        return e;
    if (snprintf(new, sizeof(new), "%s.new", path) >= (int)sizeof(new))
        e = ERR_CORRUPT;
    else
        e = os->open(os, c->out->medium, new, OPEN_REPLACE, 0600, &to);
    if (e == OK) {
        e = pieces_copy(c, from, to);
        os->close(os, to);
    }
    os->close(os, from);
    return e == OK ? os->rename(os, c->out->medium, new, path) : e;
}

/* The files of a folder whose name ends so, one after another. */
struct folder_copy {
    struct carrying *carrying;
    const char *folder;
    const char *ending;
    uint64_t count;
};

static enum err
each_copy(void *context, const char *name, bool is_folder)
{
    struct folder_copy *copy = context;
    char path[OS_PATH_SIZE_MAX];
    size_t size = strlen(name);
    size_t ending = strlen(copy->ending);

    if (is_folder || size < ending ||
        strcmp(name + size - ending, copy->ending) != 0 ||
        strchr(name, '.') != (ending > 0 ? name + size - ending : NULL))
        return OK;
    if (snprintf(path, sizeof(path), "%s/%s", copy->folder, name) >=
        (int)sizeof(path))
        return ERR_CORRUPT;
    copy->count++;
    return file_copy(copy->carrying, path);
}

static enum err
folder_carry(struct carrying *c, const char *folder, const char *ending,
             uint64_t *count)
{
    struct folder_copy copy = {c, folder, ending, 0};
    struct os *os = c->out->os;
    enum err e = os->make_folder(os, c->out->medium, folder, 0755);

    if (e == OK)
        e = absent_is_fine(os->list(os, c->out->dir, folder, each_copy, &copy));
    if (e == OK)
        e = os->sync_folder(os, c->out->medium, folder);
    *count += copy.count;
    return e;
}

/* ----- Rosters. ----- */

static enum err
roster_read(struct carrying *c)
{
    size_t size = 0;
    enum err e;

    c->roster_file = malloc(ROSTER_SIZE_MAX);
    if (c->roster_file == NULL)
        return ERR_LIMIT;
    e = os_read_file(c->out->os, c->out->dir, ROSTER_FILE, c->roster_file,
                     ROSTER_SIZE_MAX, &size);
    if (e != OK)
        return absent_is_fine(e);
    c->roster_note = (struct bytes){c->roster_file, size};
    c->has_roster =
        roster_open(c->roster_note, NULL, c->out->roster, NULL) == OK;
    return c->has_roster ? OK : ERR_CORRUPT;
}

static enum err
rosters_carry(struct carrying *c)
{
    uint64_t count = 0;
    enum err e =
        file_put(c, "", CARRY_ORIGIN_FILE, bytes_of(c->out->config->origin));

    if (e == OK)
        e = folder_carry(c, ROSTERS_FOLDER, "", &count);
    return e == OK && c->has_roster
               ? file_put(c, "", ROSTER_FILE, c->roster_note)
               : e;
}

/* ----- Keys. ----- */

struct granting {
    struct carrying *carrying;
    struct keyring own;
    struct arena keyring_arena;
    struct arena arena;
    struct sign_key key;
    struct keyrings keyrings;
    uint64_t size; /* of the own log */
};

/* The oldest epoch that a node may hold, by its role; false when none. */
static bool
may_hold(const struct granting *g, const struct roster_node *node,
         uint32_t *first)
{
    struct carry_out *out = g->carrying->out;
    int32_t today = instant_utc_date(out->os->now(out->os)).days;

    *first = 0;
    if (roster_right(out->roster, node->role, ROSTER_RIGHT_KEYS_ALL))
        return true;
    *first = grant_first_epoch((uint32_t)today, out->roster->hot_days);
    return roster_right(out->roster, node->role, ROSTER_RIGHT_KEYS_HOT);
}

static enum err
grant_put(struct granting *g, const struct roster_node *to,
          const struct keyring *keyring, uint32_t first)
{
    struct carry_out *out = g->carrying->out;
    const struct grant_terms terms = {
        .from = bytes_of(out->config->origin),
        .key = &g->key,
        .to = to->origin,
        .box = &to->box,
        .keyring = keyring,
        .size = keyring == &g->own ? g->size : keyring->as_of,
        .first_epoch = first,
    };
    char to_hex[ORIGIN_HEX_SIZE];
    char of_hex[ORIGIN_HEX_SIZE];
    char name[2 * ORIGIN_HEX_SIZE];
    struct writer w;
    enum err e;

    arena_reset(&g->arena);
    writer_init(&w, g->carrying->block, GRANT_SIZE_MAX);
    e = grant_make(&terms, out->random, &g->arena, &w);
    if (e != OK)
        return absent_is_fine(e);
    origin_hex(to->origin, to_hex);
    origin_hex(keyring_origin(keyring), of_hex);
    snprintf(name, sizeof(name), "%s-%s", to_hex, of_hex);
    out->figures.grants++;
    return file_put(g->carrying, GRANTBOX_FOLDER "/", name, writer_done(&w));
}

/* Our own keys to who may have them; if we hold all, its own back to each, and
 * those of revoked nodes, who can grant them no more. */
static enum err
node_grant(struct granting *g, const struct roster_node *node, bool returns)
{
    const struct keyring *theirs = keyrings_find(&g->keyrings, node->origin);
    const struct roster *roster = g->carrying->out->roster;
    uint32_t first;
    bool may = may_hold(g, node, &first);
    enum err e = OK;

    if (may)
        e = grant_put(g, node, &g->own, first);
    if (e == OK && returns && theirs != NULL && theirs->as_of > 0)
        e = grant_put(g, node, theirs, 0);
    for (size_t i = 0; e == OK && may && returns && i < roster->revoked_count;
         i++) {
        theirs = keyrings_find(&g->keyrings, roster->revoked[i].origin);
        if (theirs != NULL && theirs->as_of > 0)
            e = grant_put(g, node, theirs, first);
    }
    return e;
}

static enum err
nodes_grant(struct granting *g)
{
    const struct carry_out *out = g->carrying->out;
    struct bytes own = bytes_of(out->config->origin);
    const struct roster_node *self = roster_find(out->roster, own);
    bool returns = self != NULL &&
                   roster_right(out->roster, self->role, ROSTER_RIGHT_KEYS_ALL);
    enum err e = OK;

    for (size_t i = 0; e == OK && self != NULL && i < out->roster->node_count;
         i++)
        if (!bytes_equal(out->roster->nodes[i].origin, own))
            e = node_grant(g, &out->roster->nodes[i], returns);
    return e;
}

/* The size first: SYN 8.4. The keys as the keeper put them on the disk. */
static enum err
keys_read(struct granting *g)
{
    struct carry_out *out = g->carrying->out;
    struct bytes own = bytes_of(out->config->origin);
    const struct log_view view = {out->os, out->dir, VIEW_LOG_PREFIX};
    struct checkpoint checkpoint;
    struct note note;
    struct fault fault;
    struct bytes text;
    enum err e =
        view_checkpoint(&view, g->carrying->block, BUNDLE_SIZE_MAX, &text);

    if (e == OK && (note_parse(text, &note, NULL) != OK ||
                    checkpoint_parse(note.text, &checkpoint, NULL) != OK))
        e = ERR_CORRUPT;
    if (e == OK) {
        g->size = checkpoint.size;
        e = key_load(out->os, out->dir, own, &g->key);
    }
    if (e == OK)
        e = keyring_init(&g->own, &g->keyring_arena, own, KEYRING_NODES_USUAL);
    if (e == OK)
        e = keyring_load(&g->own, out->os, out->dir, &fault);
    return e == OK ? keyrings_read(&g->keyrings, out->os, out->dir, &fault) : e;
}

static enum err
grants_carry(struct carrying *c)
{
    size_t size = KEYRING_ARENA_SIZE(KEYRING_NODES_USUAL);
    uint8_t *ring = malloc(size);
    uint8_t *block = malloc(GRANT_ARENA_SIZE);
    struct granting g = {.carrying = c};
    enum err e = folder_carry(c, GRANTBOX_FOLDER, "", &c->out->figures.grants);

    arena_init(&g.keyring_arena, ring, ring == NULL ? 0 : size);
    arena_init(&g.arena, block, block == NULL ? 0 : GRANT_ARENA_SIZE);
    if (e == OK && c->has_roster && !c->out->relay) {
        e = keys_read(&g);
        if (e == OK)
            e = nodes_grant(&g);
        keyrings_close(&g.keyrings);
        keyring_deinit(&g.own);
        sign_key_deinit(&g.key);
    }
    free(ring);
    free(block);
    return e;
}

/* ----- All of it. ----- */

/* What is on it of a log is not written again, so it is to be of this log. */
static enum err
medium_is_ours(const struct carry_out *out)
{
    uint8_t origin[ORIGIN_SIZE_MAX];
    size_t size = 0;
    enum err e = os_read_file(out->os, out->medium, CARRY_ORIGIN_FILE, origin,
                              sizeof(origin), &size);

    if (e == OK && !bytes_equal((struct bytes){origin, size},
                                bytes_of(out->config->origin)))
        return ERR_CONFLICT;
    return e == ERR_LIMIT ? ERR_CONFLICT : absent_is_fine(e);
}

enum err
carry_out(struct carry_out *out)
{
    struct carrying c = {.out = out, .block = malloc(BUNDLE_SIZE_MAX)};
    enum err e = c.block == NULL ? ERR_LIMIT : OK;

    out->step = "looking whose medium it is";
    if (e == OK)
        e = medium_is_ours(out);
    if (e == OK) {
        out->step = "reading the roster";
        e = roster_read(&c);
    }
    if (e == OK) {
        out->step = "writing rosters";
        e = rosters_carry(&c);
    }
    if (e == OK) {
        out->step = "copying logs";
        e = logs_carry(&c);
    }
    if (e == OK) {
        out->step = "copying lists";
        e = folder_carry(&c, SYNC_LISTS_FOLDER, SYNC_LIST_ENDING,
                         &out->figures.lists);
    }
    if (e == OK) {
        out->step = "granting keys";
        e = grants_carry(&c);
    }
    if (e == OK) {
        out->step = "writing it to the medium";
        e = out->os->sync_all(out->os, out->medium);
    }
    free(c.roster_file);
    free(c.block);
    return e;
}
