/*
 * GET /checkpoint and /tile/...: the log as C2SP has it, byte for byte what
 * lies in DIR/log. API 4.10, LOG 4
 */
#include "api/call_int.h"
#include "api/problem.h"
#include "tlog/note.h"
#include "tlog/view.h"

static void
checkpoint_begin(const struct api *api, struct api_call *call)
{
    const struct log_view view = {api->os, api->log, ""};
    struct bytes text = {0};
    uint8_t *block = arena_take(&call->request->arena, NOTE_SIZE_MAX);

    if (block == NULL ||
        view_checkpoint(&view, block, NOTE_SIZE_MAX, &text) != OK) {
        problem_status(api, call, 503, "API 4.10",
                       "the checkpoint cannot be read now");
        return;
    }
    call->response =
        (struct response){.status = 200,
                          .content_type = "text/plain; charset=utf-8",
                          .body = text};
    response_field(&call->response, "Cache-Control", "no-cache");
}

/* Partial tiles go when the full one is there; then that is asked for. */
static void
tile_begin(const struct api *api, struct api_call *call)
{
    const struct log_view view = {api->os, api->log, ""};
    struct bytes path = bytes_slice(call->request->path, 1, SIZE_MAX);
    struct response *response = &call->response;
    char name[OS_PATH_SIZE_MAX];
    struct tile_id id;
    struct file file;
    uint64_t size;

    if (tile_path_parse(path, &id, NULL) != OK) {
        problem_status(api, call, 404, "API 4.10", "no tile has that path");
        return;
    }
    view_path(&view, &id, name);
    if (api->os->open(api->os, api->log, name, OPEN_READ, 0, &file) != OK) {
        problem_status(api, call, 404, "API 4.10",
                       "the log has no such tile, or a fuller one");
        return;
    }
    if (api->os->size(api->os, file, &size) != OK) {
        api->os->close(api->os, file);
        problem_status(api, call, 503, "API 4.10", "the tile cannot be read");
        return;
    }
    *response = (struct response){.status = 200,
                                  .content_type = "application/octet-stream",
                                  .has_file = true,
                                  .file = file,
                                  .file_size = size};
    response_field(response, "Cache-Control",
                   "public, max-age=31536000, immutable");
}

const struct route route_checkpoint = {.id = ROUTE_CHECKPOINT,
                                       .path = "/checkpoint",
                                       .method = METHOD_GET,
                                       .open = true,
                                       .begin = checkpoint_begin};

const struct route route_tile = {.id = ROUTE_TILE,
                                 .path = "/tile/",
                                 .method = METHOD_GET,
                                 .open = true,
                                 .begin = tile_begin};
