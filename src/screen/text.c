#include "screen/text.h"

#include <string.h>

#define CLAUSE "SCR 3.2"
#define CHARACTER_SIZE_MAX 4

uint64_t
text_at(const struct text *text)
{
    return text->base + text->at;
}

static enum err
refuse(struct text *text, enum err code, size_t at, const char *what)
{
    for (size_t i = 0; i < at; i++)
        text->line += text->block[i] == '\n' ? 1 : 0;
    text->used = at;
    text->at = at;
    return fault_set(&text->fault, code, (size_t)text_at(text), CLAUSE, what);
}

/* How much of a block is whole characters; the last may continue in the next.
 */
static size_t
whole_characters(const uint8_t *p, size_t size)
{
    size_t tail = 0;

    while (tail < size && tail < CHARACTER_SIZE_MAX - 1 &&
           (p[size - 1 - tail] & 0xC0) == 0x80)
        tail++;
    if (tail < size && p[size - 1 - tail] >= 0xC0) {
        size_t lead = size - 1 - tail;
        size_t need = p[lead] >= 0xF0 ? 4 : p[lead] >= 0xE0 ? 3 : 2;

        return size - lead < need ? lead : size;
    }
    return size;
}

/* Where the first byte stands that is not UTF-8; there is one. */
static size_t
first_fault(struct bytes block)
{
    size_t at = 0;

    for (;;) {
        size_t size = 1;

        while (size <= CHARACTER_SIZE_MAX &&
               !bytes_utf8(bytes_slice(block, at, size)))
            size++;
        if (size > CHARACTER_SIZE_MAX || at + size > block.size)
            return at;
        at += size;
    }
}

enum err
text_more(struct text *text)
{
    size_t got;
    size_t size;
    bool last;
    enum err e;

    memmove(text->block, text->block + text->used, text->held);
    text->base += text->used;
    text->at = 0;
    text->used = 0;
    e = text->input->read_at(text->input->context, text->base + text->held,
                             text->block + text->held,
                             TEXT_BLOCK_SIZE - text->held, &got);
    if (e != OK)
        return e;
    size = text->held + got;
    last = got < TEXT_BLOCK_SIZE - text->held;
    text->held = 0;
    if (size == 0)
        return ERR_NOT_FOUND;
    text->used = whole_characters(text->block, size);
    text->held = size - text->used;
    if (!bytes_utf8((struct bytes){text->block, text->used}))
        return refuse(text, ERR_FORMAT,
                      first_fault((struct bytes){text->block, text->used}),
                      "the text is not UTF-8 (is it Latin-1 or Windows-1252?)");
    if (last && text->held > 0)
        return refuse(text, ERR_SHORT, text->used,
                      "the file ends within a character: has it been cut?");
    if (memchr(text->block, 0, text->used) != NULL)
        return refuse(text, ERR_FORMAT,
                      bytes_find((struct bytes){text->block, text->used}, 0),
                      "the text has bytes of zero (is it UTF-16?)");
    return OK;
}

enum err
text_open(struct text *text, const struct list_input *input,
          struct arena *arena)
{
    enum err e;

    *text = (struct text){.input = input, .line = 1};
    text->block = arena_room(arena, TEXT_BLOCK_SIZE);
    if (text->block == NULL)
        return fault_set(&text->fault, ERR_LIMIT, 0, CLAUSE, "no memory");
    e = text_more(text);
    if (e == ERR_NOT_FOUND)
        return refuse(text, ERR_SHORT, 0, "the file is empty");
    if (e == ERR_FORMAT &&
        (bytes_begin((struct bytes){text->block, 2}, BYTES("\xFF\xFE")) ||
         bytes_begin((struct bytes){text->block, 2}, BYTES("\xFE\xFF"))))
        return refuse(text, ERR_FORMAT, 0, "the text is UTF-16, not UTF-8");
    if (e == OK && bytes_begin((struct bytes){text->block, text->used},
                               BYTES("\xEF\xBB\xBF")))
        text->at = 3;
    return e;
}

enum err
text_seek(struct text *text, uint64_t at, uint64_t line)
{
    text->line = line;
    if (at >= text->base && at - text->base <= text->used) {
        text->at = (size_t)(at - text->base);
        return OK;
    }
    text->base = at;
    text->used = 0;
    text->held = 0;
    return text_more(text);
}
