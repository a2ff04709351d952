/*
 * A row is an id, a head and its numbers, each 8 bytes:
 *
 *     head = offset of the text << 20 | its size << 4 | flags
 *
 * A free row has for an id the next free row plus one.
 */
#include "store/tables.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROW_CHANGED 1  /* is among `changed` */
#define ROW_REMOVING 2 /* is to be removed from the database, or has been */
#define ROW_STORED 4   /* is, or may be, in the database */
#define ROW_FREE 8
#define ROW_FLAGS 15
#define SELDOM_SHARE 16
#define ROW_HEAD 2
#define RUN_BITS 4 /* ids that stand side by side, in order */

_Static_assert(TABLES_TEXT_SIZE_MAX < 1 << 16, "a size has 16 bits");

static int64_t *
row_at(const struct memory *memory, size_t at)
{
    return memory->rows + at * memory->stride;
}

/*
 * Tells most ids apart, and where the id's slot is. Ids that follow one another
 * share a few cache lines of slots; those of two nodes, who both count from 0,
 * must not run into each other.
 */
static uint32_t
mark_of(const struct memory *memory, int64_t id)
{
    const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
    const uint64_t wide = (uint64_t)id;

    if (!memory->in_order)
        return (uint32_t)((wide * factor) >> 32);
    return (uint32_t)(((wide >> RUN_BITS) * factor) >> 32 << RUN_BITS |
                      (wide & ((1u << RUN_BITS) - 1)));
}

/* The slot that holds the id, or the empty one where it belongs. */
static size_t
slot_find(const struct memory *memory, int64_t id)
{
    const struct slot *slots = memory->slots;
    uint32_t mark = mark_of(memory, id);
    size_t at = mark & (memory->slot_count - 1);

    while (slots[at].row != 0 && (slots[at].mark != mark ||
                                  row_at(memory, slots[at].row - 1)[0] != id))
        at = (at + 1) & (memory->slot_count - 1);
    return at;
}

static void
slot_set(struct memory *memory, int64_t id, size_t row)
{
    memory->slots[slot_find(memory, id)] =
        (struct slot){mark_of(memory, id), (uint32_t)row + 1};
}

/* All slots into a larger table; no row needs to be looked at. */
static void
slots_move(const struct memory *memory, struct slot *to, size_t count)
{
    for (size_t i = 0; i < memory->slot_count; i++) {
        size_t at = memory->slots[i].mark & (count - 1);

        if (memory->slots[i].row == 0)
            continue;
        while (to[at].row != 0)
            at = (at + 1) & (count - 1);
        to[at] = memory->slots[i];
    }
}

static enum err
memory_resize(struct memory *memory, size_t capacity)
{
    size_t slot_count = 16;
    int64_t *rows;
    struct slot *slots;
    uint32_t *changed;

    while (slot_count < capacity * 2)
        slot_count *= 2;
    if (capacity > UINT32_MAX / 2)
        return ERR_LIMIT;
    rows = realloc(memory->rows, capacity * memory->stride * sizeof(*rows));
    if (rows == NULL)
        return ERR_LIMIT;
    memory->rows = rows;
    changed = realloc(memory->changed, capacity * sizeof(*changed));
    if (changed == NULL)
        return ERR_LIMIT;
    memory->changed = changed;
    memory->capacity = capacity;
    slots = calloc(slot_count, sizeof(*slots));
    if (slots == NULL)
        return ERR_LIMIT;
    slots_move(memory, slots, slot_count);
    free(memory->slots);
    memory->slots = slots;
    memory->slot_count = slot_count;
    return OK;
}

enum err
tables_init(struct tables *tables, size_t rows, size_t text_size, bool grows)
{
    enum err e = OK;

    *tables = (struct tables){.text_size = text_size, .grows = grows};
    tables->text = malloc(text_size);
    if (tables->text == NULL)
        e = ERR_LIMIT;
    for (size_t i = 0; e == OK && i < TABLE_COUNT; i++) {
        tables->memory[i].stride = ROW_HEAD + SHAPES[i].number_count;
        tables->memory[i].in_order =
            i == TABLE_CROSSING || i == TABLE_PENDING || i == TABLE_REQUEST;
        e = memory_resize(&tables->memory[i],
                          SHAPES[i].seldom ? rows / SELDOM_SHARE : rows);
    }
    if (e != OK)
        tables_deinit(tables);
    return e;
}

void
tables_deinit(struct tables *tables)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        free(tables->memory[i].rows);
        free(tables->memory[i].slots);
        free(tables->memory[i].changed);
    }
    free(tables->text);
    *tables = (struct tables){0};
}

bool
tables_room(const struct tables *tables)
{
    if (tables->grows)
        return true;
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (tables->memory[i].capacity - tables->memory[i].count <
            TABLES_SPARE_ROWS)
            return false;
    return tables->text_size - tables->text_used >= TABLES_SPARE_BYTES;
}

void
tables_clear(struct tables *tables)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        struct memory *memory = &tables->memory[i];

        if (memory->count > 0)
            memset(memory->slots, 0,
                   memory->slot_count * sizeof(*memory->slots));
        memory->count = 0;
        memory->unused = 0;
        memory->changed_count = 0;
    }
    tables->text_used = 0;
    tables->e = OK;
}

void
tables_reserve(struct tables *tables)
{
    enum err e;

    if (tables->e != OK || tables_room(tables))
        return;
    e = tables->spill(tables->context);
    if (e != OK)
        tables_fail(tables, e);
    else
        tables_clear(tables);
}

/* Keeps a copy of the text; its head, without flags. */
static enum err
text_keep(struct tables *tables, struct bytes text, int64_t *head)
{
    size_t size = tables->text_size;
    uint8_t *grown;

    if (text.size > TABLES_TEXT_SIZE_MAX)
        return ERR_LIMIT;
    if (text.size > size - tables->text_used) {
        if (!tables->grows)
            return ERR_LIMIT;
        grown = realloc(tables->text, size * 2 + text.size);
        if (grown == NULL)
            return ERR_LIMIT;
        tables->text = grown;
        tables->text_size = size * 2 + text.size;
    }
    if (text.size > 0)
        memcpy(tables->text + tables->text_used, text.p, text.size);
    *head = (int64_t)(tables->text_used << 20 | text.size << 4);
    tables->text_used += text.size;
    return OK;
}

void
tables_fail(struct tables *tables, enum err e)
{
    if (tables->e == OK)
        tables->e = e;
}

static int64_t *
memory_add(struct tables *tables, enum table table, int64_t id,
           struct bytes text, int64_t flags)
{
    struct memory *memory = &tables->memory[table];
    size_t at = memory->unused > 0 ? memory->unused - 1 : memory->count;
    enum err e = OK;
    int64_t head = 0;
    int64_t *row;

    if (tables->e != OK)
        return NULL;
    if (at == memory->capacity)
        e = tables->grows ? memory_resize(memory, memory->capacity * 2)
                          : ERR_LIMIT;
    if (e == OK)
        e = text_keep(tables, text, &head);
    if (e != OK) {
        tables_fail(tables, e);
        return NULL;
    }
    row = row_at(memory, at);
    if (at == memory->count) {
        memory->count++;
    } else {
        memory->unused = (size_t)row[0];
        flags |= row[1] & ROW_CHANGED;
    }
    memset(row, 0, memory->stride * sizeof(*row));
    row[0] = id;
    row[1] = head | flags;
    slot_set(memory, id, at);
    return row + ROW_HEAD;
}

/* A whole log in memory is written row by row: nothing is to be remembered. */
void
tables_touch(struct tables *tables, enum table table, int64_t *numbers)
{
    struct memory *memory = &tables->memory[table];
    size_t at = (size_t)(numbers - ROW_HEAD - memory->rows) / memory->stride;

    if ((numbers[-1] & ROW_CHANGED) != 0 || tables->grows)
        return;
    numbers[-1] |= ROW_CHANGED;
    memory->changed[memory->changed_count++] = (uint32_t)at;
}

/* The row in memory, a removed one too. */
static int64_t *
memory_find(const struct memory *memory, int64_t id)
{
    size_t slot = slot_find(memory, id);

    if (memory->slots[slot].row == 0)
        return NULL;
    return row_at(memory, memory->slots[slot].row - 1) + ROW_HEAD;
}

/* A row comes again that was, or is to be, removed from the database. */
static int64_t *
row_revive(struct tables *tables, enum table table, int64_t *numbers,
           struct bytes text)
{
    int64_t head = 0;
    enum err e = text_keep(tables, text, &head);

    if (e != OK) {
        tables_fail(tables, e);
        return NULL;
    }
    memset(numbers, 0, SHAPES[table].number_count * sizeof(*numbers));
    numbers[-1] = head | (numbers[-1] & (ROW_CHANGED | ROW_STORED));
    return numbers;
}

int64_t *
tables_add(struct tables *tables, enum table table, int64_t id,
           struct bytes text)
{
    int64_t *numbers = NULL;

    if (tables->e == OK && tables->load != NULL)
        numbers = memory_find(&tables->memory[table], id);
    numbers = numbers != NULL ? row_revive(tables, table, numbers, text)
                              : memory_add(tables, table, id, text, 0);
    if (numbers != NULL)
        tables_touch(tables, table, numbers);
    return numbers;
}

void
tables_ahead(const struct tables *tables, enum table table, int64_t id,
             enum ahead what)
{
    const struct memory *memory = &tables->memory[table];
    uint32_t mark = mark_of(memory, id);
    const struct slot *slot = &memory->slots[mark & (memory->slot_count - 1)];
    const int64_t *row;

    if (what == AHEAD_SLOT) {
        __builtin_prefetch(slot);
        return;
    }
    if (slot->row == 0 || slot->mark != mark)
        return;
    if (what == AHEAD_ROW) {
        tables_prefetch_row(tables, table, slot->row - 1);
        return;
    }
    row = row_at(memory, slot->row - 1);
    __builtin_prefetch(tables_text(tables, row + ROW_HEAD).p);
}

/* From the database; false when it is not there, or cannot be read. */
static bool
row_load(struct tables *tables, enum table table, int64_t id, struct row *out)
{
    enum err e;

    if (tables->load == NULL || tables->e != OK)
        return false;
    e = tables->load(tables->context, table, id, out);
    if (e != OK && e != ERR_NOT_FOUND)
        tables_fail(tables, e);
    return e == OK;
}

static int64_t *
row_keep(struct tables *tables, enum table table, const struct row *row,
         struct bytes text)
{
    int64_t *numbers = memory_add(tables, table, row->id, text, ROW_STORED);

    if (numbers != NULL)
        memcpy(numbers, row->numbers,
               SHAPES[table].number_count * sizeof(*numbers));
    return numbers;
}

int64_t *
tables_find(struct tables *tables, enum table table, int64_t id)
{
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    int64_t *numbers = memory_find(&tables->memory[table], id);
    struct row row;

    if (numbers != NULL)
        return (numbers[-1] & ROW_REMOVING) != 0 ? NULL : numbers;
    if (!row_load(tables, table, id, &row))
        return NULL;
    return row_keep(tables, table, &row,
                    texts_join(row.texts, SHAPES[table].text_count, joined,
                               sizeof(joined)));
}

static bool
key_is(const struct key *key, const int64_t *numbers, struct bytes text)
{
    for (size_t i = 0; i < key->number_count; i++)
        if (numbers[i] != key->numbers[i])
            return false;
    return bytes_equal(text, key->text);
}

/*
 * Looks for the key; `*free_id` is where its row would have to be made. Rows
 * that stand in the way are looked at, not kept: there may be many.
 */
static int64_t *
key_find(struct tables *tables, enum table table, const struct key *key,
         int64_t *free_id)
{
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    int64_t id = key->home;

    for (;; id += key->step) {
        int64_t *numbers = memory_find(&tables->memory[table], id);
        struct row row;
        struct bytes text;

        if (numbers != NULL) {
            if (key_is(key, numbers, tables_text(tables, numbers)))
                return numbers;
            continue;
        }
        if (!row_load(tables, table, id, &row))
            break;
        text = texts_join(row.texts, SHAPES[table].text_count, joined,
                          sizeof(joined));
        if (key_is(key, row.numbers, text))
            return row_keep(tables, table, &row, text);
    }
    *free_id = id;
    return NULL;
}

int64_t *
tables_match(struct tables *tables, enum table table, const struct key *key)
{
    int64_t free_id;

    return key_find(tables, table, key, &free_id);
}

int64_t *
tables_hold(struct tables *tables, enum table table, const struct key *key,
            bool *added)
{
    int64_t free_id = ROW_NONE;
    int64_t *numbers = key_find(tables, table, key, &free_id);

    *added = false;
    if (numbers != NULL || tables->e != OK)
        return numbers;
    *added = true;
    numbers = tables_add(tables, table, free_id, key->text);
    if (numbers != NULL && key->number_count > 0)
        memcpy(numbers, key->numbers, key->number_count * sizeof(*numbers));
    return numbers;
}

bool
tables_peek(struct tables *tables, enum table table, int64_t id,
            int64_t numbers[ROW_NUMBERS_MAX])
{
    const int64_t *known = memory_find(&tables->memory[table], id);
    struct row row;

    if (id == ROW_NONE)
        return false;
    if (known != NULL && (known[-1] & ROW_REMOVING) != 0)
        return false;
    if (known == NULL && !row_load(tables, table, id, &row))
        return false;
    memcpy(numbers, known != NULL ? known : row.numbers,
           SHAPES[table].number_count * sizeof(*numbers));
    return true;
}

/* Takes the row out of its slot and closes the gap (Knuth 6.4, algorithm R). */
static void
slot_remove(struct memory *memory, int64_t id)
{
    size_t mask = memory->slot_count - 1;
    size_t hole = slot_find(memory, id);
    size_t at = hole;

    for (;;) {
        size_t home;

        memory->slots[hole] = (struct slot){0};
        do {
            at = (at + 1) & mask;
            if (memory->slots[at].row == 0)
                return;
            home = memory->slots[at].mark & mask;
        } while (((at - home) & mask) < ((at - hole) & mask));
        memory->slots[hole] = memory->slots[at];
        hole = at;
    }
}

void
tables_remove(struct tables *tables, enum table table, int64_t id)
{
    struct memory *memory = &tables->memory[table];
    int64_t *numbers = memory_find(memory, id);
    int64_t *row;

    if (numbers == NULL && tables->load == NULL)
        return;
    if (numbers == NULL)
        numbers = memory_add(tables, table, id, (struct bytes){0}, ROW_STORED);
    if (numbers == NULL)
        return;
    if ((numbers[-1] & ROW_STORED) != 0) {
        numbers[-1] |= ROW_REMOVING;
        tables_touch(tables, table, numbers);
        return;
    }
    slot_remove(memory, id);
    row = numbers - ROW_HEAD;
    row[0] = (int64_t)memory->unused;
    row[1] = ROW_FREE | (row[1] & ROW_CHANGED);
    memory->unused = (size_t)(row - memory->rows) / memory->stride + 1;
}

int64_t
tables_id(const int64_t *numbers)
{
    return numbers[-2];
}

struct bytes
tables_text(const struct tables *tables, const int64_t *numbers)
{
    uint64_t head = (uint64_t)numbers[-1];

    return (struct bytes){tables->text + (head >> 20), head >> 4 & 0xffff};
}

void
tables_text_set(struct tables *tables, enum table table, int64_t *numbers,
                struct bytes text)
{
    int64_t head = 0;
    enum err e = text_keep(tables, text, &head);

    if (e != OK) {
        tables_fail(tables, e);
        return;
    }
    numbers[-1] = head | (numbers[-1] & ROW_FLAGS);
    tables_touch(tables, table, numbers);
}

static void
row_copy(const struct tables *tables, enum table table, const int64_t *row,
         struct row *out)
{
    const struct shape *shape = &SHAPES[table];

    out->id = row[0];
    memcpy(out->numbers, row + ROW_HEAD, shape->number_count * sizeof(*row));
    texts_split(tables_text(tables, row + ROW_HEAD), shape->text_count,
                out->texts);
}

bool
tables_row(const struct tables *tables, enum table table, size_t at,
           struct row *out)
{
    const int64_t *row = row_at(&tables->memory[table], at);

    if ((row[1] & (ROW_FREE | ROW_REMOVING)) != 0)
        return false;
    row_copy(tables, table, row, out);
    return true;
}

bool
tables_row_id(const struct tables *tables, enum table table, size_t at,
              int64_t *id)
{
    const int64_t *row = row_at(&tables->memory[table], at);

    *id = row[0];
    return (row[1] & (ROW_FREE | ROW_REMOVING)) == 0;
}

void
tables_prefetch_row(const struct tables *tables, enum table table, size_t at)
{
    const int64_t *row = row_at(&tables->memory[table], at);

    __builtin_prefetch(row);
    __builtin_prefetch((const uint8_t *)row + 64);
}

enum row_change
tables_take(struct tables *tables, enum table table, size_t at, struct row *out)
{
    int64_t *row = row_at(&tables->memory[table], at);

    row[1] &= ~(int64_t)ROW_CHANGED;
    if ((row[1] & ROW_FREE) != 0)
        return ROW_SAME;
    row[1] |= ROW_STORED;
    row_copy(tables, table, row, out);
    return (row[1] & ROW_REMOVING) != 0 ? ROW_REMOVED : ROW_WRITTEN;
}

void
tables_taken(struct tables *tables, enum table table)
{
    tables->memory[table].changed_count = 0;
}
