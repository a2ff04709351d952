/*
 * `kufi log add-checkpoint`: the request by which any witness that speaks C2SP
 * tlog-witness is asked to cosign a log, for whoever carries it there himself.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/log_place.h"
#include "cli/options.h"
#include "sync/package.h"
#include "sync/witness.h"

struct requesting {
    struct cli *cli;
    struct log_place place;
    uint64_t old_size;
    uint8_t note[NOTE_SIZE_MAX];
    uint8_t request[WITNESS_REQUEST_SIZE_MAX];
};

static int
refused(struct requesting *r, const char *what, enum err e)
{
    cli_complain(r->cli, "%s: %s", what, err_text(e));
    return e == ERR_IO || e == ERR_DENIED ? CLI_TROUBLE : CLI_NO;
}

/* What our own tiles say is verified before a witness sees it. */
static int
request_write(struct requesting *r)
{
    struct package_tiles tiles = {
        .view = {.os = r->cli->os, .dir = r->place.log, .prefix = ""}};
    struct tile_source source = package_source(&tiles);
    struct witness_request request = {.old_size = r->old_size};
    struct checkpoint checkpoint;
    struct hash root;
    struct writer w;
    enum err e =
        view_checkpoint(&tiles.view, r->note, sizeof(r->note), &request.note);

    if (e == OK)
        e = checkpoint_open(request.note, &r->place.key, &checkpoint, NULL);
    if (e != OK)
        return refused(r, "checkpoint", e);
    if (r->old_size > checkpoint.size) {
        cli_complain(r->cli, "the checkpoint covers %" PRIu64 " entries",
                     checkpoint.size);
        return CLI_NO;
    }
    tiles.size = checkpoint.size;
    e = proof_root(&source, r->old_size, &root);
    if (e == OK)
        e = proof_make_consistency(&source, r->old_size, checkpoint.size,
                                   &request.proof);
    if (e == OK)
        e = proof_verify_consistency(&request.proof, r->old_size, &root,
                                     checkpoint.size, &checkpoint.root);
    if (e != OK)
        return refused(r, "tiles", e);
    writer_init(&w, r->request, sizeof(r->request));
    witness_request_encode(&w, &request);
    cli_write(r->cli, writer_done(&w));
    return CLI_DONE;
}

int
command_log_add_checkpoint(struct cli *cli, int argc, char **argv)
{
    enum { VKEY, OLD, OPTION_COUNT };
    const char *vkey = NULL;
    const char *old = NULL;
    struct option table[OPTION_COUNT] = {
        [VKEY] = {.name = "--vkey",
                  .value_name = "KEY",
                  .help = "the log's public key, if not DIR/log.vkey",
                  .values = &vkey},
        [OLD] = {.name = "--old",
                 .value_name = "SIZE",
                 .help = "what the witness cosigned last; 0",
                 .values = &old},
    };
    struct options options = {
        .arguments = "DIR|LOGDIR",
        .about = "Writes the request by which a witness is asked to cosign "
                 "the log's checkpoint, as C2SP tlog-witness has it.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct requesting *r;
    uint64_t size = 0;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (old != NULL && !bytes_decimal(bytes_of(old), TREE_SIZE_MAX, &size)) {
        cli_complain(cli, "%s is no size of a log", old);
        return CLI_USAGE;
    }
    r = calloc(1, sizeof(*r));
    if (r == NULL) {
        cli_complain(cli, "no memory");
        return CLI_TROUBLE;
    }
    r->cli = cli;
    r->old_size = size;
    if (log_place_open(cli, &r->place, options.argv[0], vkey, &status)) {
        status = request_write(r);
        log_place_close(cli, &r->place);
    }
    free(r);
    return status;
}
