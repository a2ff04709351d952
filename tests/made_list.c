#include "made_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "os/map.h"
#include "screen/name.h"

#define LIST_SIZE_MAX (1u << 20)

struct parts {
    struct person_name names[2];
    struct birth birth;
    struct person_document document;
};

static void
entry_fill(const struct made_entry *in, struct parts *parts,
           struct list_entry *out)
{
    size_t names = 0;
    bool known;

    *parts = (struct parts){0};
    *out = (struct list_entry){.kind = in->kind,
                               .reason = in->reason,
                               .reference = bytes_of(in->reference),
                               .number_to = bytes_of(in->number_to),
                               .action = bytes_of(in->action)};
    if (in->surname != NULL || in->given_names != NULL)
        parts->names[names++] =
            (struct person_name){.surname = bytes_of(in->surname),
                                 .given_names = bytes_of(in->given_names)};
    if (in->name != NULL)
        parts->names[names++].whole = bytes_of(in->name);
    if (in->alias != NULL)
        parts->names[names++] = (struct person_name){
            .whole = bytes_of(in->alias), .quality = NAME_GOOD};
    if (in->born != NULL) {
        assert_err(birth_parse(bytes_of(in->born), &parts->birth, &known), OK);
        out->person.birth_count = 1;
    }
    parts->document = (struct person_document){.state = bytes_of(in->state),
                                               .type = BYTES("P"),
                                               .number = bytes_of(in->number)};
    out->person.names = parts->names;
    out->person.name_count = names;
    out->person.births = &parts->birth;
    out->person.documents = &parts->document;
    out->person.document_count = in->number != NULL ? 1 : 0;
    out->has_expiry = in->expiry != NULL;
    if (out->has_expiry)
        assert_err(date_parse(bytes_of(in->expiry), &out->expiry), OK);
}

static enum err
put(void *context, struct bytes in)
{
    struct writer *w = context;

    writer_bytes(w, in);
    return writer_end(w);
}

static void
list_make(struct made_list *made, enum list_source source,
          const struct made_entry *entries, size_t count)
{
    uint8_t *block = malloc(LIST_SIZE_MAX);
    struct writer out;
    struct list_writer w = {
        .room = malloc(LIST_ROOM_SIZE), .put = put, .context = &out};
    struct hash hash;

    writer_init(&out, block, LIST_SIZE_MAX);
    assert_err(list_writer_begin(&w, source), OK);
    for (size_t i = 0; i < count; i++) {
        struct list_entry entry;
        struct parts parts;

        entry_fill(&entries[i], &parts, &entry);
        assert_err(list_writer_add(&w, &entry), OK);
    }
    assert_err(list_writer_end(&w), OK);
    free(w.room);
    made->list = writer_done(&out);
    hash = hash_of(made->list);
    memcpy(made->sha256, hash.b, sizeof(made->sha256));
    assert_err(list_open(made->list, &made->file), OK);
}

/* Calls `visit` with every entry of the list and where it begins. */
static void
each(struct made_list *made,
     enum err (*visit)(void *context, uint64_t at,
                       const struct list_entry *entry),
     void *context)
{
    uint8_t *block = malloc(LIST_ENTRY_ARENA_SIZE);
    uint64_t at = LIST_MAGIC_SIZE;
    struct list_entry entry;
    enum err e;

    for (;;) {
        struct arena arena;
        uint64_t start = at;

        arena_init(&arena, block, LIST_ENTRY_ARENA_SIZE);
        e = list_next(&made->file, &at, &arena, &entry);
        if (e != OK)
            break;
        assert_err(visit(context, start, &entry), OK);
    }
    assert_err(e, ERR_NOT_FOUND);
    free(block);
}

static enum err
name_add(void *context, uint64_t at, const struct list_entry *entry)
{
    struct name names[2];
    struct subject subject = {.person = &entry->person, .names = names};

    if (entry->kind != LIST_PERSON)
        return OK;
    for (size_t i = 0; i < entry->person.name_count; i++)
        assert_err(name_read(NULL, &entry->person.names[i], &names[i]), OK);
    return name_index_add(context, at, &subject);
}

static void
names_make(struct made_list *made)
{
    struct name_index_builder builder;
    struct map scratch;
    struct arena arena;
    uint8_t *file;
    size_t size;

    if (made->file.head.persons == 0)
        return;
    assert_err(map_scratch(NAME_INDEX_MEMORY(made->file.head.names), &scratch),
               OK);
    arena_init(&arena, scratch.p, scratch.size);
    assert_err(name_index_begin(&builder, &arena), OK);
    each(made, name_add, &builder);
    assert_err(name_index_plan(&builder, &size), OK);
    file = calloc(1, size);
    name_index_write(&builder, made->sha256, file);
    map_close(&scratch);
    made->names = (struct bytes){file, size};
    assert_err(name_index_open(&made->name_index, made->names), OK);
}

static enum err
document_count(void *context, uint64_t at, const struct list_entry *entry)
{
    (void)at;
    if (entry->person.document_count == 0)
        return OK;
    return document_index_count(context, entry->person.documents,
                                entry->number_to);
}

static enum err
document_put(void *context, uint64_t at, const struct list_entry *entry)
{
    if (entry->person.document_count == 0)
        return OK;
    return document_index_put(context, entry->person.documents,
                              entry->number_to, at);
}

static void
documents_make(struct made_list *made)
{
    struct document_index_builder builder;
    uint64_t count = made->file.head.documents;
    size_t memory = DOCUMENT_INDEX_MEMORY(count);
    uint8_t *block = malloc(memory);
    struct arena arena;
    uint8_t *file;

    if (count > 0) {
        arena_init(&arena, block, memory);
        assert_err(
            document_index_begin(&builder, count, made->list.size, &arena), OK);
        each(made, document_count, &builder);
        made->documents.size = document_index_plan(&builder);
        file = calloc(1, made->documents.size);
        document_index_lay(&builder, file);
        each(made, document_put, &builder);
        assert_err(document_index_end(&builder, made->sha256), OK);
        made->documents.p = file;
        assert_err(document_index_open(&made->document_index, made->documents),
                   OK);
    }
    free(block);
}

void
made_list_init(struct made_list *made, enum list_source source,
               const struct made_entry *entries, size_t count)
{
    *made = (struct made_list){0};
    list_make(made, source, entries, count);
    names_make(made);
    documents_make(made);
}

void
made_list_free(struct made_list *made)
{
    free((void *)made->list.p);
    free((void *)made->names.p);
    free((void *)made->documents.p);
}

struct screen_list
made_list_shown(const struct made_list *made, const char *name)
{
    struct screen_list list = {.name = bytes_of(name),
                               .source = made->file.head.source,
                               .threshold = made->file.head.threshold,
                               .file = &made->file};

    if (made->names.size > 0)
        list.names = &made->name_index;
    if (made->documents.size > 0)
        list.documents = &made->document_index;
    return list;
}

void
made_list_path(const struct made_list *made, const char *ending,
               char out[MADE_LIST_PATH_SIZE])
{
    struct writer w;

    writer_init(&w, out, MADE_LIST_PATH_SIZE);
    writer_text(&w, "lists/");
    for (size_t i = 0; i < sizeof(made->sha256); i++)
        writer_hex(&w, made->sha256[i], 2);
    writer_text(&w, ending);
    writer_u8(&w, 0);
    assert_err(writer_end(&w), OK);
}

void
made_list_write(const struct made_list *made, struct os *os,
                struct folder folder)
{
    static const char *const endings[] = {".list", ".names", ".documents"};
    const struct bytes files[] = {made->list, made->names, made->documents};

    assert_err(os->make_folder(os, folder, "lists", 0700), OK);
    for (size_t i = 0; i < 3; i++) {
        char path[MADE_LIST_PATH_SIZE];

        made_list_path(made, endings[i], path);
        if (files[i].size > 0)
            assert_err(
                os_replace_file(os, folder, path, "lists", files[i], 0600), OK);
    }
}
