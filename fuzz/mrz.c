/*
 * Bytes, parted into lines at LF, through all that reads foreign text in
 * document/: parsing, repair, JSON, and transliteration of the whole. What
 * comes out must be within its bounds and of its alphabet, and a repair must
 * be valid.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/date.h"
#include "document/mrz_json.h"
#include "document/transliterate.h"

#define NAME_SIZE_MAX 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

/* Reads the suggestion again: it is valid. */
static void
repair_check(const struct mrz_repair *repair, struct date today)
{
    struct bytes lines[MRZ_LINES_MAX];
    struct mrz mrz;

    must((repair->candidates == 1) == (repair->line_count > 0));
    if (repair->line_count == 0)
        return;
    for (size_t i = 0; i < repair->line_count; i++)
        lines[i] = (struct bytes){repair->lines[i], repair->line_size};
    mrz_parse(lines, repair->line_count, today, &mrz);
    must(mrz.valid);
}

static void
name_check(struct bytes name)
{
    uint8_t block[3 * NAME_SIZE_MAX];
    struct writer w;
    struct fault fault = {0};
    struct bytes form;

    writer_init(&w, block, sizeof(block));
    if (name.size > NAME_SIZE_MAX || transliterate(name, &w, &fault) != OK)
        return;
    form = writer_done(&w);
    for (size_t i = 0; i < form.size; i++)
        must(form.p[i] == '<' || (form.p[i] >= 'A' && form.p[i] <= 'Z'));
    must(form.size == 0 || form.p[form.size - 1] != '<');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes rest = {data, size};
    struct bytes lines[MRZ_LINES_MAX + 1];
    struct date today = date_of((struct civil){2026, 11, 23});
    uint8_t block[MRZ_JSON_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};
    struct mrz mrz;
    struct mrz_repair repair;
    size_t count = 0;

    name_check(rest);
    while (rest.size > 0 && count < MRZ_LINES_MAX + 1)
        lines[count++] = bytes_split(&rest, '\n');
    mrz_parse(lines, count, today, &mrz);
    mrz_repair(lines, count, &mrz, &repair);
    writer_init(&w, block, sizeof(block));
    mrz_json_write(&j, &mrz, &repair);
    must(writer_end(&w) == OK);
    must(bytes_utf8(writer_done(&w)));
    repair_check(&repair, today);
    return 0;
}
