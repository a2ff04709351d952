/* The indexes beside a list, built from its mapped file. */
#include "node/lists_int.h"

#include <stdlib.h>
#include <string.h>

#include "screen/document_index.h"
#include "screen/name.h"
#include "screen/name_index.h"
#include "screen/script.h"

bool
lists_index_due(const struct list_head *head, enum lists_file which)
{
    return which == LISTS_NAMES ? head->names > 0 : head->documents > 0;
}

static void
tell(struct lists_work *work, enum lists_stage stage, uint64_t done,
     uint64_t total)
{
    if (work->progress != NULL && done % LISTS_TELL == 0)
        work->progress(work->context, stage, done, total);
}

/* What passes over a list need of memory. */
struct pass {
    struct lists_work *work;
    const struct list_file *list;
    struct arena arena; /* of an entry */
    uint8_t block[LIST_ENTRY_ARENA_SIZE];
    struct name names[PERSON_NAMES_MAX];
    struct script script;
    struct name_index_builder by_name;
    struct document_index_builder by_document;
};

static enum err
name_add(struct pass *pass, uint64_t at, const struct list_entry *entry)
{
    struct subject subject = {.person = &entry->person, .names = pass->names};

    if (entry->kind != LIST_PERSON)
        return OK;
    for (size_t i = 0; i < entry->person.name_count; i++) {
        enum err e =
            name_read(&pass->script, &entry->person.names[i], &pass->names[i]);

        if (e != OK)
            return e;
    }
    return name_index_add(&pass->by_name, at, &subject);
}

static enum err
document_count(struct pass *pass, uint64_t at, const struct list_entry *entry)
{
    (void)at;
    for (size_t i = 0; i < entry->person.document_count; i++) {
        enum err e = document_index_count(
            &pass->by_document, &entry->person.documents[i], entry->number_to);

        if (e != OK)
            return e;
    }
    return OK;
}

static enum err
document_put(struct pass *pass, uint64_t at, const struct list_entry *entry)
{
    for (size_t i = 0; i < entry->person.document_count; i++) {
        enum err e =
            document_index_put(&pass->by_document, &entry->person.documents[i],
                               entry->number_to, at);

        if (e != OK)
            return e;
    }
    return OK;
}

static enum err
each_entry(struct pass *pass, enum lists_stage stage,
           enum err (*visit)(struct pass *pass, uint64_t at,
                             const struct list_entry *entry))
{
    uint64_t at = LIST_MAGIC_SIZE;

    for (uint64_t done = 0;; done++) {
        struct list_entry entry;
        uint64_t start = at;
        enum err e;

        arena_init(&pass->arena, pass->block, sizeof(pass->block));
        e = list_next(pass->list, &at, &pass->arena, &entry);
        if (e == ERR_NOT_FOUND)
            return done == pass->list->head.entries ? OK : ERR_CORRUPT;
        if (e == OK)
            e = visit(pass, start, &entry);
        if (e != OK)
            return e;
        tell(pass->work, stage, done, pass->list->head.entries);
    }
}

/* The file of an index, as large as it was planned. */
static enum err
file_make(struct lists_work *work, const char *path, size_t size,
          struct map *out)
{
    enum err e = map_create(work->os, work->dir, path, size, 0600, out);

    return e == OK ? OK : lists_failed(work, e, "making the file of an index");
}

static enum err
file_keep(struct lists_work *work, struct map *map)
{
    enum err e = map_sync(work->os, map);

    return e == OK ? OK : lists_failed(work, e, "writing an index");
}

static enum err
names_write(struct pass *pass, const struct hash *sha256, const char *path)
{
    struct lists_work *work = pass->work;
    struct map map = {0};
    size_t size;
    enum err e = name_index_plan(&pass->by_name, &size);

    if (e != OK)
        return lists_failed(work, e, "planning the index of names");
    e = file_make(work, path, size, &map);
    if (e != OK)
        return e;
    if (work->progress != NULL)
        work->progress(work->context, LISTS_WRITING, 0, 0);
    name_index_write(&pass->by_name, sha256->b, map.p);
    e = file_keep(work, &map);
    map_close(&map);
    return e;
}

static enum err
names_build(struct pass *pass, const struct hash *sha256, const char *path)
{
    struct lists_work *work = pass->work;
    struct map scratch = {0};
    struct arena arena;
    enum err e =
        map_scratch(NAME_INDEX_MEMORY(pass->list->head.names), &scratch);

    if (e != OK)
        return lists_failed(work, e, "memory for the index of names");
    arena_init(&arena, scratch.p, scratch.size);
    e = script_open(&pass->script);
    if (e != OK) {
        map_close(&scratch);
        return lists_failed(work, e, "the data of ICU");
    }
    e = name_index_begin(&pass->by_name, &arena);
    if (e == OK)
        e = each_entry(pass, LISTS_INDEXING, name_add);
    if (e == OK)
        e = names_write(pass, sha256, path);
    else
        work->step = "indexing names";
    script_close(&pass->script);
    map_close(&scratch);
    return e;
}

/*
 * Records fall anywhere into the index: it is made in memory of its size and
 * then written from its beginning to its end. Made where the file is mapped,
 * the kernel would write each of its pages over and over meanwhile.
 */
static enum err
documents_fill(struct pass *pass, const struct hash *sha256, struct map *made)
{
    struct lists_work *work = pass->work;
    enum err e = map_scratch(document_index_plan(&pass->by_document), made);

    if (e != OK)
        return lists_failed(work, e, "memory for the index of documents");
    document_index_lay(&pass->by_document, made->p);
    e = each_entry(pass, LISTS_DOCUMENTING, document_put);
    if (e == OK)
        e = document_index_end(&pass->by_document, sha256->b);
    if (e != OK)
        work->step = "indexing documents";
    return e;
}

static enum err
documents_write(struct pass *pass, const struct hash *sha256, const char *path)
{
    struct lists_work *work = pass->work;
    struct map made = {0};
    struct map map = {0};
    enum err e = documents_fill(pass, sha256, &made);

    if (e == OK)
        e = file_make(work, path, made.size, &map);
    if (e == OK) {
        memcpy(map.p, made.p, made.size);
        e = file_keep(work, &map);
    }
    map_close(&made);
    map_close(&map);
    return e;
}

static enum err
documents_build(struct pass *pass, const struct hash *sha256, const char *path)
{
    struct lists_work *work = pass->work;
    uint64_t documents = pass->list->head.documents;
    struct map scratch = {0};
    struct arena arena;
    enum err e = map_scratch(DOCUMENT_INDEX_MEMORY(documents), &scratch);

    if (e != OK)
        return lists_failed(work, e, "memory for the index of documents");
    arena_init(&arena, scratch.p, scratch.size);
    e = document_index_begin(&pass->by_document, documents, pass->list->in.size,
                             &arena);
    if (e == OK)
        e = each_entry(pass, LISTS_DOCUMENTING, document_count);
    if (e == OK)
        e = documents_write(pass, sha256, path);
    else
        work->step = "indexing documents";
    map_close(&scratch);
    return e;
}

enum err
lists_index_build(struct lists_work *work, const struct list_file *list,
                  const struct hash *sha256, enum lists_file which,
                  const char *path)
{
    struct pass *pass = calloc(1, sizeof(*pass));
    enum err e;

    if (pass == NULL)
        return lists_failed(work, ERR_LIMIT, "memory");
    pass->work = work;
    pass->list = list;
    e = which == LISTS_NAMES ? names_build(pass, sha256, path)
                             : documents_build(pass, sha256, path);
    free(pass);
    return e;
}
