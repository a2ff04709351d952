/* A roster in a file: a text that custodians have yet to sign, or the signed
 * note. Large: on the heap. */
#ifndef CLI_ROSTER_FILE_H
#define CLI_ROSTER_FILE_H

#include "cli/cli.h"
#include "sync/roster.h"

/*
 * content    the whole file, on the heap
 * text       without signatures
 * is_signed  there is at least one, of whomever
 * note       then the note
 * roster     borrows from `content`
 */
struct roster_file {
    uint8_t *block;
    struct bytes content;
    struct bytes text;
    bool is_signed;
    struct note note;
    struct roster roster;
};

/* The exit status; complains. roster_file_close() in any case. */
MUST_CHECK int roster_file_read(struct cli *cli, const char *path,
                                struct roster_file *out);
void roster_file_close(struct roster_file *file);

/* Bit i for custodian i who signed; 0 when nobody did, or one badly. */
uint64_t roster_file_signers(const struct roster_file *file);

/*
 * Writes the roster's text, unsigned, into the file at `path`, which is
 * replaced or made. Refuses what roster_parse() would. The exit status.
 */
MUST_CHECK int roster_file_write(struct cli *cli, const char *path,
                                 const struct roster *roster, bool fresh);

/* A vkey in a file, on a line; `block` has NOTE_KEY_TEXT_SIZE_MAX + 1 bytes and
 * outlives `out`. Complains. */
MUST_CHECK bool roster_file_vkey(struct cli *cli, const char *path,
                                 uint8_t *block, struct note_key *out);

#endif
