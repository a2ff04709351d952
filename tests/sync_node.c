#include "sync_node.h"

#include "test.h"

#include <string.h>

#include "tlog/tile_file.h"

static void
fill_random(void *context, void *out, size_t size)
{
    uint8_t *p = out;

    for (size_t i = 0; i < size; i++)
        p[i] = (uint8_t)sim_disk_random(context, 256);
}

/* ----- Its own log. ----- */

struct bytes
sync_node_entry(const struct sync_node *node, uint64_t index,
                uint8_t block[SYNC_NODE_ENTRY_MAX])
{
    size_t size = index % 97 == 13 ? 0 : 8 + index * 7 % 60;

    if (index % 61 == 5)
        size = SYNC_NODE_ENTRY_MAX;
    memset(block, (int)(index ^ node->salt), size);
    if (size >= 8) {
        be64_write(block, index);
        block[0] = node->salt;
        block[1] = node->origin.p[node->origin.size - 1];
    }
    return (struct bytes){block, size};
}

static void
entry_append(struct sync_node *node, const struct log_view *view)
{
    uint8_t block[SYNC_NODE_ENTRY_MAX];
    struct bytes entry = sync_node_entry(node, node->edge.tree.size, block);
    struct hash leaf = tree_leaf(entry);
    struct tile_id id;
    struct writer w;

    writer_init(&w, node->tail, TILE_WIDTH * (2 + SYNC_NODE_ENTRY_MAX));
    w.at = node->tail_size;
    bundle_write(&w, entry);
    node->tail_size = w.at;
    edge_append(&node->edge, &leaf);
    for (uint8_t level = 0; level < edge_filled(&node->edge); level++) {
        struct bytes row = edge_tile(&node->edge, level, &id);

        assert_err(tile_file_write(view, &id, row), OK);
    }
    if (node->edge.tree.size % TILE_WIDTH != 0)
        return;
    id = (struct tile_id){.level = TILE_ENTRIES,
                          .index = node->edge.tree.size / TILE_WIDTH - 1,
                          .width = TILE_WIDTH};
    assert_err(tile_file_write(view, &id, writer_done(&w)), OK);
    node->tail_size = 0;
}

static void
publish(struct sync_node *node, const struct log_view *view)
{
    struct checkpoint checkpoint = {.origin = node->origin,
                                    .size = node->edge.tree.size,
                                    .root = edge_root(&node->edge)};
    uint8_t note[CHECKPOINT_SIZE_MAX];
    struct tile_id id;
    struct writer w;

    if (tile_last(checkpoint.size, TILE_ENTRIES, &id) && node->tail_size > 0)
        assert_err(tile_file_write(view, &id,
                                   (struct bytes){node->tail, node->tail_size}),
                   OK);
    for (uint8_t level = 0; level < TILE_LEVEL_COUNT; level++) {
        struct bytes row = edge_tile(&node->edge, level, &id);

        if (row.size > 0)
            assert_err(tile_file_write(view, &id, row), OK);
    }
    writer_init(&w, note, sizeof(note));
    checkpoint_sign(&w, &checkpoint, &node->key);
    assert_err(os_replace_file(&node->disk.os, node->dir, "log/checkpoint",
                               "log", writer_done(&w), 0644),
               OK);
    assert_err(node->disk.os.sync_all(&node->disk.os, node->dir), OK);
    node->state.size = checkpoint.size;
}

void
sync_node_grow(struct sync_node *node, uint64_t size)
{
    struct log_view view = sync_own_view(&node->host);

    while (node->edge.tree.size < size)
        entry_append(node, &view);
    publish(node, &view);
}

void
sync_node_rewrite(struct sync_node *node, uint8_t salt, uint64_t size)
{
    node->edge = (struct edge){.tree = {.size = 0}};
    node->tail_size = 0;
    node->salt = salt;
    sync_node_grow(node, size);
}

/* ----- Its keeper. ----- */

static uint8_t taken_block[ERRAND_NOTE_SIZE_MAX];

static unsigned
number_of(const struct roster *roster, struct bytes origin)
{
    const struct roster_node *node = roster_find(roster, origin);

    return node == NULL ? SYNC_NODES : (unsigned)(node - roster->nodes);
}

/* As the keeper: on its disk, and in its next word to the courier. */
static void
cosigned_keep(struct sync_node *node, unsigned number, struct bytes note)
{
    struct os *os = &node->disk.os;
    struct errand_state *state = &node->state;
    struct hash name = hash_of(node->roster->nodes[number].origin);
    char path[OS_PATH_SIZE_MAX];
    size_t at = 0;

    sync_witness_path(&name, path);
    assert_err(os->make_folder(os, node->dir, "witness", 0700), OK);
    assert_err(os_replace_file(os, node->dir, path, "witness", note, 0600), OK);
    while (at < state->log_count &&
           !bytes_equal(state->logs[at].origin,
                        node->roster->nodes[number].origin))
        at++;
    if (at == state->log_count)
        state->logs[state->log_count++].origin =
            node->roster->nodes[number].origin;
    state->logs[at].cosigned = node->last[number].size;
}

static void
keeper_cosign(struct sync_node *node, const struct errand *errand,
              struct errand_answer *answer)
{
    unsigned number = number_of(node->roster, errand->origin);
    struct witness_request request = {
        .old_size = errand->size, .proof = errand->proof, .note = errand->note};
    const struct roster_node *own = roster_find(node->roster, node->origin);
    struct witness_verdict verdict;
    struct note note;
    struct writer w;

    if (number == SYNC_NODES) {
        answer->status = 404;
        return;
    }
    witness_judge(&node->last[number], &request,
                  &node->roster->nodes[number].log, &verdict);
    answer->status = (uint16_t)verdict.status;
    answer->size = verdict.size;
    if (verdict.status != 200)
        return;
    node->last[number] = (struct witness_last){.any = true,
                                               .size = verdict.checkpoint.size,
                                               .root = verdict.checkpoint.root};
    cosigned_keep(node, number, errand->note);
    assert_err(note_parse(errand->note, &note, NULL), OK);
    writer_init(&w, node->answer_note, sizeof(node->answer_note));
    note_cosign(&w, own->cosign.name, &node->cosign,
                1700000000 + (int64_t)node->errands, note.text);
    assert_err(writer_end(&w), OK);
    answer->note = writer_done(&w);
}

static void
keeper_cosigned(struct sync_node *node, const struct errand *errand)
{
    const struct roster *roster = node->roster;
    struct checkpoint checkpoint;
    struct note note;

    /* It is the keeper who judges: what was harmed on its way too. */
    if (checkpoint_open(errand->note, &roster_find(roster, node->origin)->log,
                        &checkpoint, NULL) != OK ||
        note_parse(errand->note, &note, NULL) != OK)
        return;
    for (size_t i = 0; i < roster->node_count; i++)
        if (note_verify(&note, &roster->nodes[i].cosign, 1, NULL) == OK)
            node->cosigned |= 1u << i;
}

static void
keeper_evidence(struct sync_node *node, const struct errand *errand)
{
    struct evidence evidence = {.kind = errand->evidence,
                                .known = errand->note,
                                .other = errand->other};
    unsigned number = number_of(node->roster, errand->origin);
    struct sync_kept_evidence *kept =
        &node->evidence[node->evidence_count++ % SYNC_NODE_EVIDENCE_MAX];

    assert_true(number < SYNC_NODES);
    assert_err(
        evidence_verify(&evidence, &node->roster->nodes[number].log, NULL), OK);
    kept->kind = errand->evidence;
    kept->proved = errand->proof.count > 0;
    memset(kept->origin, 0, sizeof(kept->origin));
    memcpy(kept->origin, errand->origin.p, errand->origin.size);
}

static void
keeper_take(struct sync_node *node, const struct errand *errand,
            struct errand_answer *answer)
{
    unsigned number = number_of(node->roster, errand->origin);

    *answer = (struct errand_answer){.verdict = ERRAND_TAKEN};
    node->errands++;
    node->took[errand->kind]++;
    switch (errand->kind) {
    case ERRAND_COSIGN:
        keeper_cosign(node, errand, answer);
        return;
    case ERRAND_MIRRORED:
        assert_true(number < SYNC_NODES);
        assert_true(errand->size > node->mirrored[number]);
        node->mirrored[number] = errand->size;
        return;
    case ERRAND_HELD:
        node->held[number] = errand->size;
        return;
    case ERRAND_COSIGNED:
        keeper_cosigned(node, errand);
        return;
    case ERRAND_EVIDENCE:
        keeper_evidence(node, errand);
        return;
    case ERRAND_SEAL:
        answer->note = node->seal;
        return;
    default:
        answer->verdict = node->verdict;
        node->fetched = errand->sha256;
        node->taken = (struct bytes){taken_block, errand->note.size};
        if (errand->note.size > 0)
            memcpy(taken_block, errand->note.p, errand->note.size);
        return;
    }
}

/* ----- The world. ----- */

/* Large, and the same for one world after another. */
static struct sync_node_memory {
    uint8_t tail[TILE_WIDTH * (2 + SYNC_NODE_ENTRY_MAX)];
    struct mirrors_log logs[SYNC_NODE_LOGS_MAX];
    struct grantbox grants;
    _Alignas(16) uint8_t scratch[MIRROR_SCRATCH_SIZE];
    struct link links[SYNC_NODES];
    uint8_t link_memory[SYNC_NODES][LINK_MEMORY_SIZE];
} memories[SYNC_NODES];
static uint8_t late_block[MESSAGE_BODY_SIZE_MAX];
static uint8_t message_block[MESSAGE_BODY_SIZE_MAX];
static _Alignas(16) uint8_t arena_block[SERVE_ARENA_SIZE];

static void
mirrors_begin(struct sync_node *node)
{
    struct block scratch = {node->scratch, MIRROR_SCRATCH_SIZE};

    memset(node->logs, 0, SYNC_NODE_LOGS_MAX * sizeof(*node->logs));
    mirrors_init(&node->mirrors, &node->disk.os, node->dir, node->logs,
                 SYNC_NODE_LOGS_MAX, scratch);
    assert_err(grantbox_open(node->grants, &node->disk.os, node->dir,
                             node->roster, scratch),
               OK);
    memset(&node->serve, 0, sizeof(node->serve));
}

static void
node_init(struct sync_world *world, unsigned number, uint64_t seed)
{
    struct sync_node *node = &world->nodes[number];
    const struct roster_node *named = &world->made.roster.nodes[number];
    struct sync_node_memory *memory = &memories[number];
    static struct random random = {.fill = fill_random};
    char name[KEY_NAME_SIZE_MAX + 1] = {0};

    memset(node, 0, sizeof(*node));
    sim_disk_init(&node->disk, seed + number);
    node->dir = sim_disk_root(&node->disk);
    node->origin = named->origin;
    node->roster = &world->made.roster;
    memcpy(name, named->origin.p, named->origin.size);
    made_key(name, &node->key);
    memcpy(name, named->cosign.name.p, named->cosign.name.size);
    made_key(name, &node->cosign);
    node->tail = memory->tail;
    node->logs = memory->logs;
    node->grants = &memory->grants;
    node->scratch = memory->scratch;
    random.context = &world->nodes[0].disk;
    node->host = (struct sync_host){.os = &node->disk.os,
                                    .dir = node->dir,
                                    .random = &random,
                                    .origin = node->origin,
                                    .roster = node->roster,
                                    .roster_note = world->roster_note,
                                    .state = &node->state,
                                    .mirrors = &node->mirrors,
                                    .grants = node->grants};
    node->state.has_roster = true;
    node->state.roster_version = node->roster->version;
    assert_err(
        node->disk.os.make_folder(&node->disk.os, node->dir, "log", 0755), OK);
    mirrors_begin(node);
}

void
sync_world_init(struct sync_world *world, uint64_t seed)
{
    memset(world, 0, sizeof(*world));
    roster_made(&world->made);
    world->roster_note = roster_made_note(&world->made.roster, "alice bob",
                                          world->note, sizeof(world->note));
    world->now_ns = 1000000000;
    world->copy = message_block;
    for (unsigned i = 0; i < SYNC_NODES; i++)
        node_init(world, i, seed);
}

void
sync_world_deinit(struct sync_world *world)
{
    for (unsigned i = 0; i < SYNC_NODES; i++)
        sim_disk_deinit(&world->nodes[i].disk);
}

void
sync_world_link(struct sync_world *world, unsigned from, unsigned to)
{
    struct sync_node *node = &world->nodes[from];

    node->links[to] = &memories[from].links[to];
    link_init(node->links[to], world->nodes[to].origin,
              memories[from].link_memory[to]);
}

void
sync_node_restart(struct sync_world *world, unsigned number)
{
    struct sync_node *node = &world->nodes[number];

    node->dir = sim_disk_root(&node->disk);
    node->host.dir = node->dir;
    mirrors_begin(node);
    for (unsigned to = 0; to < SYNC_NODES; to++)
        if (node->links[to] != NULL)
            link_init(node->links[to], world->nodes[to].origin,
                      memories[number].link_memory[to]);
}

static void
answer(struct sync_world *world, struct sync_node *node, unsigned to,
       const struct message *message, struct reply *reply)
{
    struct sync_node *peer = &world->nodes[to];
    struct serve_call call = {.arena = &peer->arena};
    struct errand_answer from_keeper;

    arena_init(&peer->arena, arena_block, sizeof(arena_block));
    if (serve_begin(&peer->serve, &call, &peer->host, node->origin, message,
                    world->now_ns) == SERVE_ERRAND) {
        keeper_take(peer, &call.errand, &from_keeper);
        serve_done(&peer->serve, &call, &peer->host, &from_keeper,
                   world->now_ns);
    }
    *reply = call.reply;
    assert_true(reply->body.size <= MESSAGE_BODY_SIZE_MAX);
}

struct reply
sync_world_ask(struct sync_world *world, unsigned from, unsigned to,
               enum message_method method, const char *path, struct bytes body)
{
    struct message message = {.method = method, .body = body};
    struct reply reply;

    assert_true(strlen(path) < sizeof(message.path));
    memcpy(message.path, path, strlen(path) + 1);
    answer(world, &world->nodes[from], to, &message, &reply);
    return reply;
}

static bool
mangled(const struct sync_mangler *mangler, const struct message *message,
        uint8_t *body, size_t *size)
{
    return mangler->mangle == NULL ||
           mangler->mangle(mangler->context, message, body, size);
}

static bool
one_in(struct sync_world *world, unsigned many)
{
    return many > 0 && test_random_below(world->random, many) == 0;
}

/* An answer that is going to come once more. */
static void
late_keep(struct sync_world *world, struct link *to, uint64_t id,
          const struct reply *reply)
{
    if (reply->error != OK || !one_in(world, world->late_in))
        return;
    if (reply->body.size > 0)
        memcpy(late_block, reply->body.p, reply->body.size);
    world->late_size = reply->body.size;
    world->late_id = id;
    world->late_to = to;
}

/* It comes while another one is waited for. */
static void
late_deliver(struct sync_world *world, struct sync_node *node)
{
    struct reply reply = {.status = 200,
                          .body = {late_block, world->late_size}};

    if (world->late_to == NULL)
        return;
    link_reply(world->late_to, &node->host, world->now_ns, world->late_id,
               &reply);
    world->late_to = NULL;
    world->late++;
}

/* One question and its answer, or none. */
static void
exchange(struct sync_world *world, struct sync_node *node, unsigned to,
         const struct link_want *want)
{
    struct message message = want->message;
    struct reply reply;
    size_t size = message.body.size;

    world->exchanges++;
    reply = (struct reply){.error = ERR_SHORT};
    if (size > 0)
        memcpy(world->copy, message.body.p, size);
    if (!mangled(&world->requests, &message, world->copy, &size)) {
        link_reply(node->links[to], &node->host, world->now_ns, want->id,
                   &reply);
        return;
    }
    message.body = (struct bytes){world->copy, size};
    if (one_in(world, world->doubled_in)) {
        world->doubled++;
        answer(world, node, to, &message, &reply);
    }
    answer(world, node, to, &message, &reply);
    size = reply.body.size;
    if (size > 0)
        memcpy(world->copy, reply.body.p, size);
    if (!mangled(&world->replies, &message, world->copy, &size))
        reply = (struct reply){.error = ERR_SHORT};
    else if (size > message.reply_size_max)
        reply = (struct reply){.error = ERR_LIMIT};
    else
        reply.body = (struct bytes){world->copy, size};
    late_deliver(world, node);
    link_reply(node->links[to], &node->host, world->now_ns, want->id, &reply);
    late_keep(world, node->links[to], want->id, &reply);
}

static void
link_turn(struct sync_world *world, struct sync_node *node, unsigned to)
{
    struct errand_answer answer;
    struct link_want want;

    switch (link_next(node->links[to], &node->host, world->now_ns, &want)) {
    case LINK_ASK:
        exchange(world, node, to, &want);
        return;
    case LINK_ERRAND:
        keeper_take(node, &want.errand, &answer);
        link_done(node->links[to], &node->host, world->now_ns, &answer);
        return;
    case LINK_WAIT:
        return;
    }
}

void
sync_world_run(struct sync_world *world, uint64_t ms)
{
    uint64_t end_ns = world->now_ns + ms * 1000000;

    for (; world->now_ns < end_ns; world->now_ns += 10000000) {
        for (unsigned i = 0; i < SYNC_NODES; i++) {
            struct sync_node *node = &world->nodes[i];
            struct errand_answer answer;
            struct errand errand;

            for (unsigned to = 0; to < SYNC_NODES; to++)
                if (node->links[to] != NULL)
                    link_turn(world, node, to);
            if (!mirrors_next(&node->mirrors, &node->host, world->now_ns,
                              &errand))
                continue;
            keeper_take(node, &errand, &answer);
            mirrors_done(&node->mirrors, &node->host, world->now_ns, &answer);
        }
    }
}

uint64_t
sync_world_check(struct sync_world *world, unsigned holder, unsigned of)
{
    struct sync_node *node = &world->nodes[holder];
    const struct sync_node *owner = &world->nodes[of];
    struct mirrors_log *log =
        mirrors_of(&node->mirrors, &node->host, owner->origin);
    struct block room = {node->scratch, MIRROR_SCRATCH_SIZE};
    struct package_tiles tiles;
    struct tile_source source;
    struct checkpoint checkpoint;
    struct tree tree = {.size = 0};
    struct hash root;

    assert_non_null(log);
    if (mirror_kept(&log->mirror) == 0)
        return 0;
    assert_err(checkpoint_open(mirror_checkpoint(&log->mirror),
                               &node->roster->nodes[of].log, &checkpoint, NULL),
               OK);
    tiles.view = mirror_view(&log->mirror);
    tiles.size = checkpoint.size;
    source = package_source(&tiles);
    for (uint64_t i = 0; i < checkpoint.size; i++) {
        uint8_t block[SYNC_NODE_ENTRY_MAX];
        struct bytes expected = sync_node_entry(owner, i, block);
        struct bytes entry;
        struct hash leaf;

        if (i % TILE_WIDTH != 0 && i + 40 < checkpoint.size && i % 16 != 0) {
            leaf = tree_leaf(expected);
            tree_append(&tree, &leaf);
            continue;
        }
        assert_err(view_entry(&tiles.view, checkpoint.size, i, room, &entry),
                   OK);
        assert_bytes(entry, expected);
        leaf = tree_leaf(entry);
        tree_append(&tree, &leaf);
    }
    root = tree_root(&tree);
    assert_true(hash_equal(&root, &checkpoint.root));
    assert_err(proof_root(&source, checkpoint.size, &root), OK);
    assert_true(hash_equal(&root, &checkpoint.root));
    return checkpoint.size;
}
