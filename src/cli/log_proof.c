/*
 * `kufi log proof`, `kufi log check-proof`, `kufi log entry`: one entry's
 * bytes, the proof that it is in the log, and the check of that by whoever has
 * the log's public key and nothing else.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "cli/log_place.h"
#include "cli/options.h"
#include "os/loop.h"
#include "tlog/proof.h"
#include "tlog/view.h"

/* How long cosignatures are waited for, and how often it is looked. */
#define COSIGNED_TRIES 120
#define COSIGNED_LOOK_MS 250

/* Where the entry stands, and all that proving it needs. 17 MiB. */
struct proving {
    struct cli *cli;
    struct log_place place;
    struct log_view view;
    struct checkpoint checkpoint;
    struct bytes note;
    uint64_t index;
    bool wait; /* for cosignatures */
    struct bytes entry;
    uint8_t note_block[NOTE_SIZE_MAX];
    uint8_t bundle[BUNDLE_SIZE_MAX];
    uint8_t file[PROOF_FILE_SIZE_MAX];
};

static bool
index_parse(struct cli *cli, const char *text, uint64_t *out)
{
    if (bytes_decimal(bytes_of(text), TREE_SIZE_MAX - 1, out))
        return true;
    cli_complain(cli, "%s is no index of an entry", text);
    return false;
}

static void
pause_ms(int ms)
{
    struct loop_ready ready[LOOP_READY_MAX];
    struct loop nothing;

    if (loop_open(&nothing) != OK)
        return;
    (void)loop_wait(&nothing, ms, ready);
    loop_close(&nothing);
}

/* The checkpoint: with cosignatures when there is one, or when it was asked to
 * wait for them. */
static int
checkpoint_find(struct proving *p)
{
    struct block block = {p->note_block, sizeof(p->note_block)};
    bool cosigned = false;
    enum err e;

    e = view_checkpoint_for(&p->view, p->index, block, &p->note, &cosigned);
    for (int i = 0; i < COSIGNED_TRIES && p->wait && !cosigned; i++) {
        pause_ms(COSIGNED_LOOK_MS);
        e = view_checkpoint_for(&p->view, p->index, block, &p->note, &cosigned);
    }
    if (e != OK) {
        cli_complain(p->cli, "checkpoint: %s", err_text(e));
        return CLI_TROUBLE;
    }
    if (!p->wait || cosigned)
        return CLI_DONE;
    cli_complain(p->cli, "nobody has cosigned a checkpoint of that entry yet");
    return CLI_NO;
}

/* The checkpoint and the entry; the exit status. */
static int
entry_find(struct proving *p)
{
    struct cli *cli = p->cli;
    struct fault fault = {0};
    struct block block = {p->bundle, sizeof(p->bundle)};
    int status;
    enum err e;

    p->view =
        (struct log_view){.os = cli->os, .dir = p->place.log, .prefix = ""};
    status = checkpoint_find(p);
    if (status != CLI_DONE)
        return status;
    e = checkpoint_open(p->note, &p->place.key, &p->checkpoint, &fault);
    if (e != OK) {
        cli_complain(cli, "checkpoint: %s (%s)", fault.what, fault.clause);
        return CLI_NO;
    }
    if (p->index >= p->checkpoint.size) {
        cli_complain(cli, "the checkpoint covers %" PRIu64 " entries",
                     p->checkpoint.size);
        return CLI_NO;
    }
    e = view_entry(&p->view, p->checkpoint.size, p->index, block, &p->entry);
    if (e == OK)
        return CLI_DONE;
    cli_complain(cli, "entry %" PRIu64 ": %s", p->index, err_text(e));
    return e == ERR_IO || e == ERR_DENIED ? CLI_TROUBLE : CLI_NO;
}

/* Proves it to ourselves too: tiles on a disk are not to be believed. */
static int
proof_write(struct proving *p)
{
    struct tile_source source = view_tiles(&p->view);
    struct hash leaf = tree_leaf(p->entry);
    struct proof_file file = {.index = p->index, .checkpoint = p->note};
    struct writer w;
    enum err e = proof_make_inclusion(&source, p->index, p->checkpoint.size,
                                      &file.proof);

    if (e != OK) {
        cli_complain(p->cli, "the tiles: %s", err_text(e));
        return e == ERR_IO || e == ERR_DENIED ? CLI_TROUBLE : CLI_NO;
    }
    e = proof_verify_inclusion(&file.proof, p->index, &leaf, p->checkpoint.size,
                               &p->checkpoint.root);
    if (e != OK) {
        cli_complain(p->cli,
                     "entry %" PRIu64 " and the tiles do not lead to "
                     "the checkpoint's root; kufi log verify says more",
                     p->index);
        return CLI_NO;
    }
    writer_init(&w, p->file, sizeof(p->file));
    proof_file_encode(&w, &file);
    cli_write(p->cli, writer_done(&w));
    return CLI_DONE;
}

static int
entry_write(struct proving *p)
{
    cli_write(p->cli, p->entry);
    return CLI_DONE;
}

/* What both commands share: find the entry, then answer about it. */
static int
prove(struct cli *cli, int argc, char **argv, const char *about,
      int (*answer)(struct proving *p))
{
    const char *vkey = NULL;
    struct option table[] = {
        {.name = "--vkey",
         .value_name = "KEY",
         .help = "the log's public key, if not DIR/log.vkey",
         .values = &vkey},
        {.name = "--cosigned",
         .help = "waits until other nodes have cosigned it"},
    };
    struct options options = {
        .arguments = "DIR|LOGDIR INDEX",
        .about = about,
        .table = table,
        .table_count = 2,
        .arguments_min = 2,
        .arguments_max = 2,
    };
    struct proving *p;
    uint64_t index;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (!index_parse(cli, options.argv[1], &index))
        return CLI_USAGE;
    p = calloc(1, sizeof(*p));
    if (p == NULL) {
        cli_complain(cli, "no memory");
        return CLI_TROUBLE;
    }
    p->cli = cli;
    p->index = index;
    p->wait = table[1].count > 0;
    if (log_place_open(cli, &p->place, options.argv[0], vkey, &status)) {
        status = entry_find(p);
        if (status == CLI_DONE)
            status = answer(p);
        log_place_close(cli, &p->place);
    }
    free(p);
    return status;
}

int
command_log_proof(struct cli *cli, int argc, char **argv)
{
    return prove(cli, argc, argv,
                 "Writes the proof that an entry is in the log, a "
                 "C2SP tlog-proof file.",
                 proof_write);
}

int
command_log_entry(struct cli *cli, int argc, char **argv)
{
    return prove(cli, argc, argv,
                 "Writes the bytes of an entry as they are in the log, sealed "
                 "or not.",
                 entry_write);
}

struct checking {
    struct cli *cli;
    struct note_key key;
    struct proof_file file;
    struct checkpoint checkpoint;
    struct bytes proof;
    struct bytes entry;
};

/* Without the line end that a tool adds which prints a member of JSON; with
 * it the bytes are no note, and whoever wrote the file meant the one before. */
static struct bytes
without_extra_line_end(struct bytes proof)
{
    size_t size = proof.size;

    if (size >= 2 && proof.p[size - 1] == '\n' && proof.p[size - 2] == '\n')
        size--;
    return (struct bytes){proof.p, size};
}

/* OK, or why not in `fault`. */
static enum err
check(struct checking *c, struct fault *fault)
{
    struct hash leaf = tree_leaf(c->entry);
    enum err e =
        proof_file_parse(without_extra_line_end(c->proof), &c->file, fault);

    if (e != OK)
        return e;
    return proof_file_verify(&c->file, &leaf, &c->key, &c->checkpoint, fault);
}

static void
show_json(struct checking *c, enum err e, const struct fault *fault)
{
    struct hash leaf = tree_leaf(c->entry);
    uint8_t block[2048];
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, block, sizeof(block));
    json_begin_object(&j);
    json_pair_boolean(&j, "verified", e == OK);
    json_pair_text(&j, "origin", c->key.name);
    if (e == OK) {
        json_pair_integer(&j, "index", (int64_t)c->file.index);
        json_pair_integer(&j, "size", (int64_t)c->checkpoint.size);
        json_key(&j, "leaf_hash");
        json_put_base64(&j, hash_bytes(&leaf));
    } else {
        json_pair_text(&j, "clause", bytes_of(fault->clause));
        json_pair_text(&j, "what", bytes_of(fault->what));
    }
    json_end_object(&j);
    cli_write(c->cli, writer_done(&w));
    fputc('\n', c->cli->out);
}

static int
check_and_show(struct checking *c, bool as_json)
{
    struct fault fault = {0};
    enum err e = check(c, &fault);

    if (as_json)
        show_json(c, e, &fault);
    else if (e == OK)
        fprintf(c->cli->out,
                "entry %" PRIu64 " is in the log %.*s of %" PRIu64 " entries\n",
                c->file.index, (int)c->key.name.size, c->key.name.p,
                c->checkpoint.size);
    if (e == OK)
        return CLI_DONE;
    cli_complain(c->cli, "not proved: %s (%s)", fault.what, fault.clause);
    return CLI_NO;
}

int
command_log_check_proof(struct cli *cli, int argc, char **argv)
{
    enum { VKEY, JSON, OPTION_COUNT };
    const char *vkey = NULL;
    struct option table[OPTION_COUNT] = {
        [VKEY] = {.name = "--vkey",
                  .value_name = "KEY",
                  .help = "the log's public key; needed",
                  .values = &vkey},
        [JSON] = {.name = "--json", .help = "answer in JSON"},
    };
    struct options options = {
        .arguments = "PROOF ENTRY",
        .about = "Checks the proof in a file of an entry in another.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 2,
        .arguments_max = 2,
    };
    struct checking c = {.cli = cli};
    uint8_t *proof;
    uint8_t *entry;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (vkey == NULL) {
        cli_complain(cli, "--vkey KEY is needed");
        return CLI_USAGE;
    }
    if (!log_key_parse(cli, vkey, &c.key))
        return CLI_USAGE;
    status = CLI_TROUBLE;
    proof = log_file_read(cli, options.argv[0], PROOF_FILE_SIZE_MAX, &c.proof);
    entry = log_file_read(cli, options.argv[1], ENTRY_SIZE_MAX, &c.entry);
    if (proof != NULL && entry != NULL)
        status = check_and_show(&c, table[JSON].count > 0);
    free(proof);
    free(entry);
    return status;
}
