#include "cli/roster_file.h"

#include <stdlib.h>

#include "cli/carried.h"
#include "cli/log_place.h"
#include "sync/custodian.h"

int
roster_file_read(struct cli *cli, const char *path, struct roster_file *out)
{
    struct fault fault = {0};
    enum err e = OK;

    *out = (struct roster_file){.block = NULL};
    out->block = log_file_read(cli, path, ROSTER_SIZE_MAX, &out->content);
    if (out->block == NULL)
        return CLI_TROUBLE;
    out->text = out->content;
    out->is_signed = custodian_is_signed(out->content);
    if (out->is_signed) {
        e = note_parse_within(out->content, ROSTER_SIZE_MAX, &out->note,
                              &fault);
        out->text = out->note.text;
    }
    if (e == OK)
        e = roster_parse(out->text, &out->roster, &fault);
    if (e == OK)
        return CLI_DONE;
    cli_complain(cli, "%s: no roster: %s (%s, byte %zu)", path,
                 fault.what != NULL ? fault.what : err_text(e), fault.clause,
                 fault.at);
    return CLI_NO;
}

void
roster_file_close(struct roster_file *file)
{
    free(file->block);
}

uint64_t
roster_file_signers(const struct roster_file *file)
{
    uint64_t mask = 0;

    if (!file->is_signed ||
        roster_signers(&file->roster, &file->note, &mask) != OK)
        return 0;
    return mask;
}

/* What was put together may contradict itself: read before it is written. */
static int
check(struct cli *cli, struct bytes text)
{
    struct roster *again = malloc(sizeof(*again));
    struct fault fault = {0};
    enum err e;

    if (again == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    e = roster_parse(text, again, &fault);
    free(again);
    if (e == OK)
        return CLI_DONE;
    cli_complain(cli, "that would be no roster: %s (%s)",
                 fault.what != NULL ? fault.what : err_text(e), fault.clause);
    return CLI_NO;
}

int
roster_file_write(struct cli *cli, const char *path,
                  const struct roster *roster, bool fresh)
{
    uint8_t *block = malloc(ROSTER_SIZE_MAX);
    struct writer w;
    int status = CLI_NO;

    if (block == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    writer_init(&w, block, ROSTER_SIZE_MAX);
    roster_encode(&w, roster);
    if (writer_end(&w) != OK)
        cli_complain(cli, "the roster would be too long");
    else
        status = check(cli, writer_done(&w));
    if (status == CLI_DONE)
        status = fresh ? carried_make(cli, path, writer_done(&w), 0644)
                       : carried_put(cli, path, writer_done(&w), 0644);
    free(block);
    return status;
}

bool
roster_file_vkey(struct cli *cli, const char *path, uint8_t *block,
                 struct note_key *out)
{
    struct bytes content;
    uint8_t *p = log_file_read(cli, path, NOTE_KEY_TEXT_SIZE_MAX + 1, &content);
    struct writer w;

    if (p == NULL)
        return false;
    writer_init(&w, block, NOTE_KEY_TEXT_SIZE_MAX + 1);
    writer_bytes(&w, bytes_split(&content, '\n'));
    free(p);
    if (content.size == 0 && note_key_parse(writer_done(&w), out, NULL) == OK)
        return true;
    cli_complain(cli, "%s: no verifier key", path);
    return false;
}
