/*
 * GET /v1/records/{node}/{index}: any entry of the log, decoded; with proof=1
 * all that an outsider needs to check it. The keeper records the look. API 4.5
 */
#include "api/call_int.h"
#include "api/problem.h"
#include "api/render.h"
#include "record/name.h"
#include "tlog/proof.h"
#include "tlog/view.h"

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"proof"};
    struct request *request = call->request;
    struct bytes path = bytes_of(call->route->path);
    struct bytes proof = {0};
    struct record_name name = {0};
    enum err e;

    path = bytes_slice(request->path, path.size, request->path.size);
    e = query_find(request->query, "proof", &request->arena, &proof);
    if (!query_only(request->query, names, 1) ||
        (e != ERR_NOT_FOUND && (e != OK || !bytes_equal(proof, BYTES("1"))))) {
        problem_status(api, call, 422, "API 4.5", "only proof=1 may be asked");
        return;
    }
    if (record_name_parse(path, &name) != OK ||
        !bytes_equal(name.node, api->node)) {
        problem_status(api, call, 404, "API 4.5",
                       "no record of this node has that name");
        return;
    }
    call->ask.kind = ASK_RECORD;
    call->ask.index = name.index;
    call->ask.wants_proof = e == OK;
    call->waits = true;
}

/* A published checkpoint, a cosigned one if there is one, and the way from the
 * entry to its root. */
static enum err
proof_make(const struct api *api, const struct answer *answer,
           struct arena *arena, struct bytes *out)
{
    const struct log_view view = {api->os, api->log, ""};
    struct tile_source source = view_tiles(&view);
    struct proof_file file = {.index = answer->index};
    struct checkpoint checkpoint;
    struct note note;
    bool cosigned;
    uint8_t *text = arena_take(arena, NOTE_SIZE_MAX);
    uint8_t *block = arena_take(arena, PROOF_FILE_SIZE_MAX);
    struct writer w;
    enum err e = text == NULL || block == NULL ? ERR_LIMIT : OK;

    if (e == OK)
        e = view_checkpoint_for(&view, answer->index,
                                (struct block){text, NOTE_SIZE_MAX},
                                &file.checkpoint, &cosigned);
    if (e == OK)
        e = note_parse(file.checkpoint, &note, NULL);
    if (e == OK)
        e = checkpoint_parse(note.text, &checkpoint, NULL);
    if (e == OK)
        e = proof_make_inclusion(&source, answer->index, checkpoint.size,
                                 &file.proof);
    if (e == OK)
        e = proof_verify_inclusion(&file.proof, answer->index, &answer->leaf,
                                   checkpoint.size, &checkpoint.root);
    if (e != OK)
        return e;
    writer_init(&w, block, PROOF_FILE_SIZE_MAX);
    proof_file_encode(&w, &file);
    *out = writer_done(&w);
    return writer_end(&w);
}

/* A checkpoint may be replaced, with its partial tiles, while we read. */
#define PROOF_TRIES 4

static bool
proof_answer(const struct api *api, struct api_call *call,
             const struct answer *answer, struct bytes *proof)
{
    struct arena *arena = &call->request->arena;
    size_t used = arena->used;
    enum err e = ERR_BUSY;

    for (int i = 0; i < PROOF_TRIES && e != OK; i++) {
        arena->used = used;
        e = proof_make(api, answer, arena, proof);
    }
    if (e == OK && answer->has_entry)
        return true;
    problem_status(api, call, 503, "API 4.5",
                   "the proof cannot be made from the tiles now");
    return false;
}

static void
finish(const struct api *api, struct api_call *call,
       const struct answer *answer)
{
    struct bytes proof = {0};
    struct event event;
    struct writer w;
    struct json_writer j = {.w = &w};

    if (!answer_event(api, call, answer, &event))
        return;
    if (call->ask.wants_proof && !proof_answer(api, call, answer, &proof))
        return;
    answer_begin(call, &w);
    json_begin_object(&j);
    render_event(api, &j, answer->index, &event, &answer->leaf);
    if (call->ask.wants_proof) {
        json_pair_text(&j, "proof", proof);
        json_key(&j, "entry");
        json_put_base64(&j, answer->entry);
    }
    render_sample(api, &j);
    json_end_object(&j);
    answer_json(call, &w, 200, "application/json");
}

const struct route route_record = {.id = ROUTE_RECORD,
                                   .path = "/v1/records/",
                                   .method = METHOD_GET,
                                   .begin = begin,
                                   .finish = finish};
