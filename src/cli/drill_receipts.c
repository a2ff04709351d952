/* Crossings of a drill: recorded through the API, receipts kept, and looked for
 * afterwards wherever their log is. */
#include "cli/drill_country.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "tlog/checkpoint.h"
#include "tlog/view.h"

#define LINE_SIZE_MAX 8192

static bool
receipt_keep(struct country_node *node, const struct json *receipt)
{
    struct receipt made = {0};
    struct bytes leaf;
    int64_t index;

    if (!json_get_integer(json_member(receipt, "index"), &index) ||
        !json_get_text(json_member(receipt, "leaf_hash"), &leaf) ||
        base64_parse_exact(leaf, made.leaf.b, HASH_SIZE) != OK)
        return false;
    made.index = (uint64_t)index;
    if (node->receipt_count == node->receipt_room) {
        size_t room = node->receipt_room == 0 ? 1024 : 2 * node->receipt_room;
        struct receipt *more =
            realloc(node->receipts, room * sizeof(*node->receipts));

        if (more == NULL)
            return false;
        node->receipts = more;
        node->receipt_room = room;
    }
    node->receipts[node->receipt_count++] = made;
    return true;
}

/* Answers without a receipt are refusals of the node: not counted. */
static size_t
answers_read(struct country_node *node, const char *path)
{
    static char line[LINE_SIZE_MAX];
    FILE *in = fopen(path, "rb");
    size_t count = 0;

    while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
        struct json *answer;
        struct fault fault;

        if (json_parse(bytes_of(line), &answer, &fault) != OK)
            continue;
        if (receipt_keep(node, json_member(answer, "receipt")))
            count++;
        json_close(answer);
    }
    if (in != NULL)
        (void)fclose(in);
    return count;
}

/* The sample's lines without their times: these crossings are of now. */
static bool
lines_write(const char *from, const char *to, size_t count)
{
    static char line[LINE_SIZE_MAX];
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    bool good = in != NULL && out != NULL;

    while (good && count > 0 && fgets(line, sizeof(line), in) != NULL) {
        char *time = strstr(line, ",\"time\":");

        if (time == NULL)
            continue;
        *time = '\0';
        good = fprintf(out, "%s}\n", line) > 0;
        count--;
    }
    if (in != NULL)
        (void)fclose(in);
    if (out != NULL && fclose(out) != 0)
        good = false;
    return good && count == 0;
}

bool
country_cross(struct country *country, struct country_node *node, size_t count,
              size_t *done)
{
    char said[COUNTRY_PATH_MAX + 32];
    char lines[COUNTRY_PATH_MAX + 32];
    char travellers[24];
    char seed[24];

    *done = 0;
    (void)snprintf(said, sizeof(said), "%s/answer", country->path);
    (void)snprintf(lines, sizeof(lines), "%s/lines", country->path);
    (void)snprintf(travellers, sizeof(travellers), "%zu", count);
    (void)snprintf(seed, sizeof(seed), "%u", country->sample_seed++);
    if (!country_do(country,
                    (const char *[]){"sample", "--travellers", travellers,
                                     "--seed", seed, NULL}))
        return false;
    if (!lines_write(said, lines, count)) {
        cli_complain(country->cli, "no %zu crossings could be invented", count);
        return false;
    }
    (void)country_call(
        country, lines,
        (const char *[]){"cross", node->dir, "--wait", "1", NULL});
    *done = answers_read(node, said);
    return true;
}

void
country_mirror_in(const char *dir, const struct country_node *of, char *out,
                  size_t size)
{
    struct hash id = hash_of(bytes_of(of->origin));
    char hex[2 * HASH_SIZE + 1];
    struct writer w;
    size_t i;

    writer_init(&w, hex, sizeof(hex));
    for (i = 0; i < HASH_SIZE; i++)
        writer_hex(&w, id.b[i], 2);
    (void)snprintf(out, size, "%.400s/peers/%.64s", dir, hex);
}

void
country_mirror(const struct country_node *node, const struct country_node *of,
               char *out, size_t size)
{
    country_mirror_in(node->dir, of, out, size);
}

/* Without its signature being looked at: what is asked is what is there. */
static uint64_t
view_size(const struct log_view *view)
{
    static uint8_t text[NOTE_SIZE_MAX];
    struct checkpoint checkpoint;
    struct fault fault;
    struct note note;
    struct bytes in;

    if (view_checkpoint(view, text, sizeof(text), &in) != OK ||
        note_parse(in, &note, &fault) != OK ||
        checkpoint_parse(note.text, &checkpoint, &fault) != OK)
        return 0;
    return checkpoint.size;
}

size_t
country_receipts(struct country *country, const struct country_node *of,
                 const char *folder)
{
    static struct hash leaves[TILE_WIDTH];
    struct log_view view = {.os = country->cli->os, .prefix = ""};
    struct tile_source source;
    struct tile_id id = {.index = UINT64_MAX};
    bool here = false;
    uint64_t size;
    size_t count = 0;
    size_t i;

    if (view.os->folder_open(view.os, folder, &view.dir) != OK)
        return 0;
    source = view_tiles(&view);
    size = view_size(&view);
    for (i = 0; i < of->receipt_count; i++) {
        const struct receipt *receipt = &of->receipts[i];

        if (receipt->index >= size)
            continue;
        if (id.index != receipt->index / TILE_WIDTH) {
            id.index = receipt->index / TILE_WIDTH;
            id.level = 0;
            id.width = tile_width(size, 0, id.index);
            here = source.read(source.context, &id, leaves) == OK;
        }
        if (here &&
            hash_equal(&leaves[receipt->index % TILE_WIDTH], &receipt->leaf))
            count++;
    }
    view.os->folder_close(view.os, view.dir);
    return count;
}

uint64_t
country_differs(struct country *country, const struct country_node *node,
                const char *mirror)
{
    static struct hash leaves[2][TILE_WIDTH];
    char log[COUNTRY_PATH_MAX + 8];
    const char *folders[2] = {log, mirror};
    struct log_view views[2];
    uint64_t sizes[2];
    uint64_t size = UINT64_MAX;
    struct tile_id id = {0};
    bool same = true;
    uint64_t i;
    int k;

    (void)snprintf(log, sizeof(log), "%.400s/log", node->dir);
    for (k = 0; k < 2; k++) {
        views[k] = (struct log_view){.os = country->cli->os, .prefix = ""};
        if (views[k].os->folder_open(views[k].os, folders[k], &views[k].dir) !=
            OK)
            return 0;
        sizes[k] = view_size(&views[k]);
        if (sizes[k] < size)
            size = sizes[k];
    }
    for (i = 0; same && i < size; i++) {
        if (i % TILE_WIDTH == 0) {
            id.index = i / TILE_WIDTH;
            for (k = 0; k < 2; k++) {
                struct tile_source source = view_tiles(&views[k]);

                id.width = tile_width(sizes[k], 0, id.index);
                same =
                    same && source.read(source.context, &id, leaves[k]) == OK;
            }
        }
        same = same && hash_equal(&leaves[0][i % TILE_WIDTH],
                                  &leaves[1][i % TILE_WIDTH]);
    }
    for (k = 0; k < 2; k++)
        views[k].os->folder_close(views[k].os, views[k].dir);
    return same ? size : i - 1;
}
