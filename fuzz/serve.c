/*
 * Whole questions of a peer: the first byte says whether it is a POST, then a
 * line with the path, then the body. Each gets an answer that fits, or an
 * errand that can be carried. The disk takes everything and has nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/serve.h"
#include "sync/witness.h"
#include "sync_country.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err
no_open(struct os *os, struct folder folder, const char *path,
        enum open_mode how, unsigned mode, struct file *out)
{
    (void)os;
    (void)folder;
    (void)path;
    (void)mode;
    out->fd = 1;
    return how == OPEN_READ ? ERR_NOT_FOUND : OK;
}

static void
no_close(struct os *os, struct file file)
{
    (void)os;
    (void)file;
}

static enum err
no_write(struct os *os, struct file file, uint64_t at, struct bytes in)
{
    (void)os;
    (void)file;
    (void)at;
    (void)in;
    return OK;
}

static enum err
no_size(struct os *os, struct file file, uint64_t *out)
{
    (void)os;
    (void)file;
    *out = 0;
    return OK;
}

static enum err
no_truncate(struct os *os, struct file file, uint64_t size)
{
    (void)os;
    (void)file;
    (void)size;
    return OK;
}

static enum err
no_folder(struct os *os, struct folder folder, const char *path, unsigned mode)
{
    (void)os;
    (void)folder;
    (void)path;
    (void)mode;
    return OK;
}

static enum err
no_list(struct os *os, struct folder folder, const char *path,
        enum err (*each)(void *context, const char *name, bool is_folder),
        void *context)
{
    (void)os;
    (void)folder;
    (void)path;
    (void)each;
    (void)context;
    return ERR_NOT_FOUND;
}

static const struct os no_os = {.open = no_open,
                                .close = no_close,
                                .write_at = no_write,
                                .size = no_size,
                                .truncate = no_truncate,
                                .make_folder = no_folder,
                                .list = no_list};

static struct roster roster;
static struct sign_key keys[2];
static struct mirrors_log logs[4];
static _Alignas(16) uint8_t scratch[MIRROR_SCRATCH_SIZE];
static _Alignas(16) uint8_t arena_block[SERVE_ARENA_SIZE];
static uint8_t errand_block[ERRAND_SIZE_MAX];

/* What the keeper says to an errand, which must be one that can be sent. */
static void
errand_answer(struct serve *serve, struct serve_call *call,
              const struct sync_host *host)
{
    struct errand_answer answer = {.verdict = ERRAND_TAKEN, .status = 409};
    struct errand parsed;
    struct writer w;

    writer_init(&w, errand_block, sizeof(errand_block));
    errand_encode(&w, &call->errand);
    if (writer_end(&w) != OK || errand_parse(writer_done(&w), &parsed, NULL))
        abort();
    serve_done(serve, call, host, &answer, 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct errand_state state;
    static struct mirrors mirrors;
    static struct serve serve;
    struct os os = no_os;
    struct sync_host host = {.os = &os,
                             .origin = BYTES("a/own"),
                             .roster = &roster,
                             .roster_note = BYTES("note"),
                             .state = &state,
                             .mirrors = &mirrors};
    struct bytes rest = {data, size};
    struct message message = {.method = MESSAGE_GET};
    struct arena arena;
    struct serve_call call = {.arena = &arena};
    struct bytes path;

    if (size == 0 || crypto_init() != OK)
        return 0;
    sync_country(&roster, keys);
    mirrors_init(&mirrors, &os, (struct folder){0}, logs, 4,
                 (struct block){scratch, sizeof(scratch)});
    arena_init(&arena, arena_block, sizeof(arena_block));
    message.method = (data[0] & 1) != 0 ? MESSAGE_POST : MESSAGE_GET;
    rest = bytes_slice(rest, 1, size);
    path = bytes_split(&rest, '\n');
    if (path.size == 0 || path.size >= sizeof(message.path))
        return 0;
    memcpy(message.path, path.p, path.size);
    message.body = rest;
    state.mode = (data[0] & 2) != 0 ? ERRAND_REJOINING : ERRAND_NORMAL;
    if (serve_begin(&serve, &call, &host, BYTES("a/peer"), &message, 1) ==
        SERVE_ERRAND)
        errand_answer(&serve, &call, &host);
    if (call.reply.status < 200 || call.reply.status > 599 ||
        call.reply.body.size > MESSAGE_BODY_SIZE_MAX ||
        (call.reply.body.size > 0) != (call.reply.type != NULL))
        abort();
    return 0;
}
