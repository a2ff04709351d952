#include "cli/restore_show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"

/* Each place, mark and stretch in JSON: a path twice escaped, and figures. */
#define JSON_ITEM_SIZE 9000
#define MOMENT_SIZE (INSTANT_TEXT_SIZE + 1)

static const char *
moment(int64_t time_s, char out[MOMENT_SIZE])
{
    struct writer w;

    writer_init(&w, out, MOMENT_SIZE - 1);
    instant_write(&w, (struct instant){time_s * 1000});
    out[w.at] = '\0';
    return out;
}

/* Checkpoints past what was found, and other histories, are worth a line. */
static bool
worth_showing(const struct restore *restore, const struct restore_mark *mark)
{
    if (mark->verdict == RESTORE_DIFFERS)
        return true;
    return restore->best == NULL || mark->size > restore->best->size;
}

static void
show_mark(struct cli *cli, const struct restore_mark *mark)
{
    char text[MOMENT_SIZE];

    fprintf(cli->out, "%s  %" PRIu64 " entries, ",
            mark->verdict == RESTORE_DIFFERS ? "fork    " : "signed  ",
            mark->size);
    if (mark->kind == RESTORE_SIGNED)
        fputs("the log's own signature", cli->out);
    else
        fprintf(cli->out, "%s by %.*s at %s",
                mark->kind == RESTORE_SEEN ? "seen" : "cosigned",
                (int)mark->by.size, mark->by.p, moment(mark->time_s, text));
    fprintf(cli->out, "; in %s\n", mark->path);
}

static void
show_range(struct cli *cli, uint64_t first, uint64_t end)
{
    if (end - first == 1)
        fprintf(cli->out, "lost      entry %" PRIu64, first);
    else
        fprintf(cli->out, "lost      entries %" PRIu64 " to %" PRIu64, first,
                end - 1);
    fputs(": signed, and nobody has them\n", cli->out);
}

static void
show_lost(struct cli *cli, const struct restore *restore)
{
    uint64_t goal = restore->goal == NULL ? 0 : restore->goal->size;

    for (size_t i = 0; i < restore->lost_count; i++)
        show_range(cli, restore->lost[i].first, restore->lost[i].end);
    if (restore->latest > goal)
        show_range(cli, goal, restore->latest);
    if (restore->lost_count > 0 && restore->best != NULL &&
        restore->best->size < goal)
        fprintf(cli->out,
                "          nothing from entry %" PRIu64
                " on is put together: no checkpoint covers it without"
                " these\n",
                restore->best->size);
}

static void
show_proof(struct cli *cli, const struct restore *restore)
{
    const struct restore_mark *proof = restore->proved;
    uint64_t size = restore->best == NULL ? 0 : restore->best->size;
    char text[MOMENT_SIZE];

    if (!restore->config.trusted_only_before)
        return;
    if (proof == NULL) {
        fputs("proved    nothing: nobody vouched for it before that time\n",
              cli->out);
        return;
    }
    fprintf(cli->out,
            "proved    entries 0 to %" PRIu64 " are as %.*s %s them at %s\n",
            proof->size - 1, (int)proof->by.size, proof->by.p,
            proof->kind == RESTORE_SEEN ? "saw" : "cosigned",
            moment(proof->time_s, text));
    if (size > proof->size)
        fprintf(cli->out,
                "suspect   entries %" PRIu64 " to %" PRIu64
                " came after, or nobody vouched for them\n",
                proof->size, size - 1);
}

void
restore_show_text(struct cli *cli, const struct restore *restore)
{
    const struct bytes origin = restore->config.origin;
    uint8_t block[BASE64_SIZE(HASH_SIZE)];
    struct writer w;

    fprintf(cli->out, "log       %.*s\n", (int)origin.size, origin.p);
    for (size_t i = 0; i < restore->source_count; i++) {
        const struct restore_source *source = &restore->sources[i];
        size_t looked = 0;

        for (size_t k = 0; k < RESTORE_FILE_COUNT; k++)
            looked += source->files[k];
        fprintf(cli->out,
                "place     %s: %s; %zu of %zu files good, %" PRIu64
                " bundles taken\n",
                source->path, restore_source_says(source),
                source->files[RESTORE_GOOD], looked, source->bundles);
    }
    for (size_t i = 0; i < restore->mark_count; i++)
        if (worth_showing(restore, &restore->marks[i]))
            show_mark(cli, &restore->marks[i]);
    show_lost(cli, restore);
    show_proof(cli, restore);
    if (restore->best == NULL)
        return;
    writer_init(&w, block, sizeof(block));
    base64_write(&w, hash_bytes(&restore->best->root));
    fprintf(cli->out, "found     %" PRIu64 " entries, root %.*s\n",
            restore->best->size, (int)w.at, block);
}

/* ----- JSON. ----- */

static void
json_source(struct json_writer *j, const struct restore_source *source)
{
    static const char *const names[RESTORE_FILE_COUNT] = {
        "good",   "missing", "truncated", "blank",
        "random", "altered", "unreadable"};

    json_begin_object(j);
    json_pair_text(j, "path", bytes_of(source->path));
    json_pair_text(j, "says", bytes_of(restore_source_says(source)));
    json_pair_integer(j, "bundles", (int64_t)source->bundles);
    json_key(j, "files");
    json_begin_object(j);
    for (size_t k = 0; k < RESTORE_FILE_COUNT; k++)
        json_pair_integer(j, names[k], (int64_t)source->files[k]);
    json_end_object(j);
    json_end_object(j);
}

static void
json_mark(struct json_writer *j, const struct restore_mark *mark)
{
    static const char *const kinds[] = {"signed", "cosigned", "seen"};
    static const char *const verdicts[] = {"beyond", "agrees", "differs"};
    char text[MOMENT_SIZE];

    json_begin_object(j);
    json_pair_integer(j, "size", (int64_t)mark->size);
    json_pair_text(j, "kind", bytes_of(kinds[mark->kind]));
    json_pair_text(j, "verdict", bytes_of(verdicts[mark->verdict]));
    if (mark->kind != RESTORE_SIGNED) {
        json_pair_text(j, "by", mark->by);
        json_pair_text(j, "at", bytes_of(moment(mark->time_s, text)));
    }
    json_pair_text(j, "path", bytes_of(mark->path));
    json_end_object(j);
}

static void
json_range(struct json_writer *j, uint64_t first, uint64_t end)
{
    json_begin_object(j);
    json_pair_integer(j, "first", (int64_t)first);
    json_pair_integer(j, "end", (int64_t)end);
    json_end_object(j);
}

static void
json_figures(struct json_writer *j, const struct restore *restore)
{
    uint64_t goal = restore->goal == NULL ? 0 : restore->goal->size;

    json_pair_text(j, "origin", restore->config.origin);
    if (restore->best != NULL) {
        json_pair_integer(j, "size", (int64_t)restore->best->size);
        json_key(j, "root");
        json_put_base64(j, hash_bytes(&restore->best->root));
    }
    json_pair_integer(j, "signed", (int64_t)restore->latest);
    json_pair_boolean(j, "fork", restore->fork);
    if (restore->config.trusted_only_before)
        json_pair_integer(
            j, "proved",
            restore->proved == NULL ? 0 : (int64_t)restore->proved->size);
    json_key(j, "lost");
    json_begin_array(j);
    for (size_t i = 0; i < restore->lost_count; i++)
        json_range(j, restore->lost[i].first, restore->lost[i].end);
    if (restore->latest > goal)
        json_range(j, goal, restore->latest);
    json_end_array(j);
}

void
restore_show_json(struct cli *cli, const struct restore *restore)
{
    size_t size = (restore->source_count + restore->mark_count +
                   restore->lost_count + 2) *
                  JSON_ITEM_SIZE;
    uint8_t *block = malloc(size);
    struct writer w;
    struct json_writer j = {.w = &w};

    if (block == NULL) {
        cli_complain(cli, "no memory");
        return;
    }
    writer_init(&w, block, size);
    json_begin_object(&j);
    json_figures(&j, restore);
    json_key(&j, "places");
    json_begin_array(&j);
    for (size_t i = 0; i < restore->source_count; i++)
        json_source(&j, &restore->sources[i]);
    json_end_array(&j);
    json_key(&j, "marks");
    json_begin_array(&j);
    for (size_t i = 0; i < restore->mark_count; i++)
        if (worth_showing(restore, &restore->marks[i]) ||
            &restore->marks[i] == restore->proved)
            json_mark(&j, &restore->marks[i]);
    json_end_array(&j);
    json_end_object(&j);
    writer_text(&w, "\n");
    cli_write(cli, writer_done(&w));
    free(block);
}
