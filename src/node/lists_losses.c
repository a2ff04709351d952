/*
 * What a list has lost of others of its source: which of their names and
 * documents would not be found on it any more, or would be told of otherwise.
 * Beside the list as SHA256.losses. SCR 3.10
 *
 *     0    8  "KUFILOSS"
 *     8   48  for each other list: its SHA-256, the names and documents that it
 *             has (8 bytes), how many of those this one has not (8 bytes)
 */
#include "node/lists_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "base/writer.h"
#include "crypto/siphash.h"
#include "sync/line.h"

#define MAGIC BYTES("KUFILOSS")
#define ROW_SIZE (HASH_SIZE + 8 + 8)
#define FILE_SIZE_MAX (8 + LISTS_LOSSES_MAX * ROW_SIZE)

/* Bits in the table for each name or document: of those lost one of so many is
 * not noticed. */
#define BITS_EACH 16

/* An entry's parts but its names and documents; then one of these. */
#define TEXT_SIZE 8192
_Static_assert(2 * LIST_NAME_SIZE_MAX + LIST_NAME_SIZE_MAX + 64 < TEXT_SIZE,
               "a name by its parts has room");
_Static_assert(LIST_REFERENCE_SIZE_MAX + LIST_ACTION_SIZE_MAX +
                       PERSON_BIRTHS_MAX * 16 + PERSON_NATIONALITIES_MAX * 64 <
                   TEXT_SIZE,
               "and so have the other parts");

/*
 * use   made of the new list's own hash: whoever fills a list so that what it
 *       lost is not noticed changes by that what would have to be filled
 */
struct losses {
    struct lists_work *work;
    uint64_t use;
    struct date today;
    struct map bits;
    uint64_t mask;
    struct arena arena;
    uint8_t block[LIST_ENTRY_ARENA_SIZE];
    uint8_t text[TEXT_SIZE];
    uint8_t rows[FILE_SIZE_MAX];
};

struct count {
    bool fill; /* the table, instead of looking into it */
    uint64_t names;
    uint64_t documents;
    uint64_t total; /* of entries that still count */
    uint64_t lost;
};

/* ----- One name, one document. ----- */

static void
part_write(struct writer *w, struct bytes part)
{
    writer_be32(w, (uint32_t)part.size);
    writer_bytes(w, part);
}

/* What is the same for all of an entry's names and documents: whatever decides
 * who is hit, and what an officer is told to do. */
static uint64_t
head_hash(struct losses *losses, const struct list_entry *entry)
{
    const struct person *person = &entry->person;
    struct writer w;

    writer_init(&w, losses->text, sizeof(losses->text));
    writer_u8(&w, (uint8_t)entry->kind);
    writer_u8(&w, (uint8_t)entry->reason);
    writer_u8(&w, person->sex);
    writer_u8(&w, entry->has_expiry);
    writer_be32(&w, (uint32_t)entry->expiry.days);
    part_write(&w, entry->reference);
    part_write(&w, entry->action);
    for (size_t i = 0; i < person->birth_count; i++) {
        writer_u8(&w, person->births[i].about);
        writer_be32(&w, (uint32_t)person->births[i].from.days);
        writer_be32(&w, (uint32_t)person->births[i].to.days);
    }
    for (size_t i = 0; i < person->nationality_count; i++)
        part_write(&w, person->nationalities[i]);
    return siphash(losses->use, writer_done(&w));
}

static void
unit_count(struct losses *losses, struct writer *w, struct count *count)
{
    uint64_t bit = siphash(losses->use, writer_done(w)) & losses->mask;
    uint8_t *byte = &losses->bits.p[bit / 8];
    uint8_t one = (uint8_t)(1u << bit % 8);

    count->total++;
    if (count->fill)
        *byte |= one;
    else
        count->lost += (*byte & one) == 0 ? 1 : 0;
}

static void
entry_count(struct losses *losses, const struct list_entry *entry,
            struct count *count)
{
    const struct person *person = &entry->person;
    uint64_t head = head_hash(losses, entry);
    struct writer w;

    count->names += person->name_count;
    count->documents += person->document_count;
    /* It counts no more, wherever it stands. */
    if (entry->has_expiry && entry->expiry.days < losses->today.days)
        return;
    for (size_t i = 0; i < person->name_count; i++) {
        const struct person_name *name = &person->names[i];

        writer_init(&w, losses->text, sizeof(losses->text));
        writer_be64(&w, head);
        writer_u8(&w, (uint8_t)name->quality);
        part_write(&w, name->surname);
        part_write(&w, name->given_names);
        part_write(&w, name->whole);
        unit_count(losses, &w, count);
    }
    for (size_t i = 0; i < person->document_count; i++) {
        const struct person_document *document = &person->documents[i];

        writer_init(&w, losses->text, sizeof(losses->text));
        writer_be64(&w, head);
        part_write(&w, document->state);
        part_write(&w, document->type);
        part_write(&w, document->number);
        part_write(&w, entry->number_to);
        unit_count(losses, &w, count);
    }
}

static enum err
list_count(struct losses *losses, const struct list_file *list,
           struct count *count)
{
    uint64_t at = LIST_MAGIC_SIZE;
    enum err e = OK;

    while (e == OK && list->head.source != LIST_RULES) {
        struct list_entry entry;

        arena_init(&losses->arena, losses->block, sizeof(losses->block));
        e = list_next(list, &at, &losses->arena, &entry);
        if (e == OK)
            entry_count(losses, &entry, count);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

/* ----- All other lists. ----- */

/* SHA256.list, and no other name. */
static bool
name_hash(const char *name, struct hash *out)
{
    struct bytes text = bytes_of(name);
    struct bytes digits = bytes_slice(text, 0, (size_t)2 * HASH_SIZE);
    struct reader r = {.in = digits};

    if (text.size != 2 * HASH_SIZE + sizeof(".list") - 1 ||
        strcmp(name + digits.size, ".list") != 0)
        return false;
    field_hex(&r, digits, out->b, HASH_SIZE, "SCR 3.7");
    return r.fault.code == OK;
}

struct others {
    const struct hash *but;
    size_t count;
    struct hash hashes[LISTS_LOSSES_MAX];
};

static enum err
others_look(void *context, const char *name, bool is_folder)
{
    struct others *others = context;
    struct hash hash;

    if (!is_folder && others->count < LISTS_LOSSES_MAX &&
        name_hash(name, &hash) && !hash_equal(&hash, others->but))
        others->hashes[others->count++] = hash;
    return OK;
}

/* One row, when it is a list of the same source; one that asks more of a name
 * before it hits has lost them all. */
static enum err
other_count(struct losses *losses, const struct list_file *list,
            const struct hash *sha256, struct writer *w)
{
    char path[LISTS_PATH_SIZE];
    struct count count = {.fill = false};
    struct list_file other;
    struct map map = {0};
    enum err e;

    lists_path(sha256, LISTS_LIST, path);
    e = map_open(losses->work->os, losses->work->dir, path, &map);
    if (e != OK)
        return lists_failed(losses->work, e, "reading another list");
    if (list_open(map_bytes(&map), &other) == OK &&
        other.head.source == list->head.source &&
        list_count(losses, &other, &count) == OK) {
        if (list->head.threshold > other.head.threshold)
            count.lost = count.total;
        writer_bytes(w, hash_bytes(sha256));
        writer_be64(w, count.total);
        writer_be64(w, count.lost);
    }
    map_close(&map);
    return OK;
}

static enum err
losses_write(struct losses *losses, const struct list_file *list,
             const struct hash *sha256)
{
    struct others others = {.but = sha256};
    struct lists_work *work = losses->work;
    char path[LISTS_PATH_SIZE];
    struct writer w;
    enum err e =
        work->os->list(work->os, work->dir, LISTS_FOLDER, others_look, &others);

    writer_init(&w, losses->rows, sizeof(losses->rows));
    writer_bytes(&w, MAGIC);
    for (size_t i = 0; i < others.count && e == OK; i++)
        e = other_count(losses, list, &others.hashes[i], &w);
    lists_path(sha256, LISTS_LOSSES, path);
    if (e == OK)
        e = os_replace_file(work->os, work->dir, path, LISTS_FOLDER,
                            writer_done(&w), 0600);
    return e == OK ? OK : lists_failed(work, e, "writing what a list lost");
}

/* The list's own names and documents into a table of their size. What its foot
 * says of them is only what somebody wrote there. */
static enum err
table_fill(struct losses *losses, const struct list_file *list)
{
    const struct list_head *head = &list->head;
    struct count count = {.fill = true};
    uint64_t bits = 64;
    enum err e;

    if (head->names > UINT32_MAX || head->documents > UINT32_MAX)
        return ERR_CORRUPT;
    while (bits < BITS_EACH * (head->names + head->documents))
        bits *= 2;
    losses->mask = bits - 1;
    e = map_scratch((size_t)(bits / 8), &losses->bits);
    if (e == OK)
        e = list_count(losses, list, &count);
    if (e == OK &&
        (count.names != head->names || count.documents != head->documents))
        e = ERR_CORRUPT;
    return e;
}

static enum err
losses_make(struct losses *losses, struct bytes in, const struct hash *sha256)
{
    struct list_file list;
    enum err e = list_open(in, &list);

    if (e != OK)
        return e;
    losses->use = be64_read(sha256->b);
    losses->today = instant_utc_date(losses->work->os->now(losses->work->os));
    e = table_fill(losses, &list);
    if (e == OK)
        e = losses_write(losses, &list, sha256);
    map_close(&losses->bits);
    return e;
}

enum err
lists_losses_make(struct lists_work *work, const struct hash *sha256)
{
    struct losses *losses = calloc(1, sizeof(*losses));
    char path[LISTS_PATH_SIZE];
    struct map map = {0};
    enum err e = ERR_LIMIT;

    lists_path(sha256, LISTS_LIST, path);
    if (losses != NULL)
        e = map_open(work->os, work->dir, path, &map);
    if (e == OK) {
        losses->work = work;
        e = losses_make(losses, map_bytes(&map), sha256);
        map_close(&map);
    }
    free(losses);
    return e;
}

enum err
lists_losses_find(struct os *os, struct folder dir, const struct hash *sha256,
                  const struct hash *other, struct lists_loss *out)
{
    uint8_t block[FILE_SIZE_MAX];
    char path[LISTS_PATH_SIZE];
    struct reader r = {.in = {block, 0}};
    enum err e;

    *out = (struct lists_loss){.known = false};
    lists_path(sha256, LISTS_LOSSES, path);
    e = os_read_file(os, dir, path, block, sizeof(block), &r.in.size);
    if (e != OK)
        return e;
    reader_expect(&r, MAGIC, "SCR 3.10");
    while (reader_left(&r) > 0) {
        struct bytes hash = reader_bytes(&r, HASH_SIZE, "SCR 3.10");
        uint64_t total = reader_be64(&r, "SCR 3.10");
        uint64_t lost = reader_be64(&r, "SCR 3.10");

        if (bytes_equal(hash, hash_bytes(other)))
            *out = (struct lists_loss){true, total, lost};
    }
    return reader_end(&r, "SCR 3.10", NULL) == OK ? OK : ERR_CORRUPT;
}
