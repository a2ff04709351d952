/*
 * Importing: the source is read and written as a stream, its references are
 * put aside and looked through for two that are the same, and then the list
 * gets its name and its indexes. Until the caller puts it in force, nothing
 * that was there has changed. SCR 3.7
 */
#include "node/lists_int.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/siphash.h"
#include "stay/rules.h"

/* For siphash(): whose table it is. */
#define REFERENCE_USE UINT64_C(0x4b756669526566)

/* References that are sorted at once; a list of more is gone through several
 * times, each time for those within a part of the numbers. */
#define REFERENCES_MAX ((size_t)4 << 20)
#define REFERENCE_SIZE 16
#define REFERENCES_HELD 4096
#define MADE_REFERENCE_SIZE 16

/* One reference: what it hashes to, and where its entry stands, for the fault:
 * the file in the highest bits, then the line. */
struct reference {
    uint64_t number;
    uint64_t place;
};
#define PLACE_INPUT_SHIFT 48

struct importing {
    struct lists_work *work;
    struct lists_import *import;
    struct list_reading reading;
    struct list_writer writer;
    struct hash_stream hash;
    struct file list;
    struct file references;
    uint64_t list_at;
    uint64_t reference_count;
    size_t held;
    uint8_t references_held[REFERENCES_HELD * REFERENCE_SIZE];
    struct map room;   /* of the writer */
    struct map memory; /* of the source */
    struct arena arena;
};

/* ----- Entries on their way into the list. ----- */

static enum err
list_put(void *context, struct bytes in)
{
    struct importing *at = context;
    struct os *os = at->work->os;
    enum err e = os->write_at(os, at->list, at->list_at, in);

    if (e != OK)
        return lists_failed(at->work, e, "writing the list");
    hash_add(&at->hash, in);
    at->list_at += in.size;
    return OK;
}

static enum err
references_put(struct importing *at)
{
    struct os *os = at->work->os;
    struct bytes held = {at->references_held, at->held * REFERENCE_SIZE};
    uint64_t before = at->reference_count - at->held;
    enum err e;

    if (at->held == 0)
        return OK;
    e = os->write_at(os, at->references, before * REFERENCE_SIZE, held);
    if (e != OK)
        return lists_failed(at->work, e, "writing the references");
    at->held = 0;
    return OK;
}

static enum err
reference_add(struct importing *at, struct bytes reference)
{
    uint8_t *p;

    if (at->held == REFERENCES_HELD) {
        enum err e = references_put(at);

        if (e != OK)
            return e;
    }
    p = at->references_held + at->held * REFERENCE_SIZE;
    be64_write(p, siphash(REFERENCE_USE, reference));
    be64_write(p + 8, (uint64_t)at->reading.place.input << PLACE_INPUT_SHIFT |
                          at->reading.place.line);
    at->held++;
    at->reference_count++;
    return OK;
}

static void
text_hash(struct hash_stream *hash, struct bytes text)
{
    hash_add(hash, text);
    hash_add(hash, BYTES("\n"));
}

/*
 * A reference for an entry of a list that has none: of who it is about alone,
 * so that it stays when the list comes again with other lines. SCR 3.3
 */
static struct bytes
reference_make(const struct person *person, uint8_t out[MADE_REFERENCE_SIZE])
{
    struct hash_stream stream;
    struct hash hash;
    struct writer w;

    hash_begin(&stream);
    for (size_t i = 0; i < person->name_count; i++) {
        text_hash(&stream, person->names[i].surname);
        text_hash(&stream, person->names[i].given_names);
        text_hash(&stream, person->names[i].whole);
    }
    for (size_t i = 0; i < person->birth_count; i++) {
        uint8_t days[8];

        be32_write(days, (uint32_t)person->births[i].from.days);
        be32_write(days + 4, (uint32_t)person->births[i].to.days);
        hash_add(&stream, (struct bytes){days, sizeof(days)});
    }
    for (size_t i = 0; i < person->nationality_count; i++)
        text_hash(&stream, person->nationalities[i]);
    for (size_t i = 0; i < person->document_count; i++)
        text_hash(&stream, person->documents[i].number);
    hash = hash_end(&stream);
    writer_init(&w, out, MADE_REFERENCE_SIZE);
    writer_hex(&w, be64_read(hash.b), MADE_REFERENCE_SIZE);
    return writer_done(&w);
}

static enum err
emit(void *context, const struct list_entry *entry)
{
    struct importing *at = context;
    struct list_entry named = *entry;
    uint8_t made[MADE_REFERENCE_SIZE];

    if (entry->kind != LIST_DOCUMENT && entry->reference.size == 0)
        named.reference = reference_make(&entry->person, made);
    if (named.reference.size > 0) {
        enum err e = reference_add(at, named.reference);

        if (e != OK)
            return e;
    }
    return list_writer_add(&at->writer, &named);
}

/* ----- Two entries of the same reference. ----- */

static int
reference_order(const void *a, const void *b)
{
    const struct reference *x = a;
    const struct reference *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* Those whose number is of slice `slice` of `slices`; ERR_LIMIT when they are
 * more than twice as many as different ones would be. */
static enum err
references_gather(struct importing *at, uint64_t slice, uint64_t slices,
                  struct reference *out, size_t *count)
{
    struct os *os = at->work->os;
    uint64_t each = slices == 1 ? 0 : UINT64_MAX / slices + 1;

    *count = 0;
    for (uint64_t done = 0; done < at->reference_count;) {
        uint64_t left = at->reference_count - done;
        size_t size = left < REFERENCES_HELD ? (size_t)left : REFERENCES_HELD;
        size_t got;
        enum err e =
            os->read_at(os, at->references, done * REFERENCE_SIZE,
                        at->references_held, size * REFERENCE_SIZE, &got);

        if (e == OK && got != size * REFERENCE_SIZE)
            e = ERR_IO;
        if (e != OK)
            return lists_failed(at->work, e, "reading the references");
        for (size_t i = 0; i < size; i++) {
            const uint8_t *p = at->references_held + i * REFERENCE_SIZE;
            uint64_t number = be64_read(p);

            if (each != 0 && number / each != slice)
                continue;
            if (*count == 2 * REFERENCES_MAX)
                return ERR_LIMIT;
            out[(*count)++] = (struct reference){number, be64_read(p + 8)};
        }
        done += size;
    }
    return OK;
}

/* The first place, in the order of the files, with a reference that was there
 * before; 0 when there is none. */
static uint64_t
first_double(struct reference *references, size_t count)
{
    uint64_t first = 0;

    qsort(references, count, sizeof(*references), reference_order);
    for (size_t i = 1; i < count; i++)
        if (references[i].number == references[i - 1].number &&
            (first == 0 || references[i].place < first))
            first = references[i].place;
    return first;
}

static enum err
conflict_refuse(struct importing *at, uint64_t place)
{
    struct list_fault *fault = &at->import->fault;

    *fault = (struct list_fault){
        .input = (size_t)(place >> PLACE_INPUT_SHIFT),
        .line = place & ((UINT64_C(1) << PLACE_INPUT_SHIFT) - 1)};
    return fault_set(&fault->fault, ERR_CONFLICT, 0, "SCR 3.3",
                     "the reference of an entry was there before");
}

static enum err
references_check(struct importing *at)
{
    uint64_t slices = at->reference_count / REFERENCES_MAX + 1;
    struct map map = {0};
    enum err e = references_put(at);

    if (e == OK)
        e = map_scratch(2 * REFERENCES_MAX * sizeof(struct reference), &map);
    for (uint64_t slice = 0; e == OK && slice < slices; slice++) {
        struct reference *references = (struct reference *)(void *)map.p;
        size_t count;
        uint64_t place;

        e = references_gather(at, slice, slices, references, &count);
        place = e == OK || e == ERR_LIMIT ? first_double(references, count) : 0;
        if (place != 0)
            e = conflict_refuse(at, place);
        if (e == OK && at->work->progress != NULL)
            at->work->progress(at->work->context, LISTS_CHECKING, slice + 1,
                               slices);
    }
    map_close(&map);
    return e;
}

/* ----- The whole. ----- */

static enum err
entries_write(struct importing *at)
{
    struct lists_import *import = at->import;
    enum err e;

    at->reading = (struct list_reading){.input_count = import->input_count,
                                        .inputs = import->inputs,
                                        .arena = &at->arena,
                                        .emit = emit,
                                        .context = at};
    e = list_source_read(&at->reading, import->source);
    import->fault = at->reading.fault;
    memcpy(import->losses, at->reading.losses, sizeof(import->losses));
    at->writer.head.has_date = at->reading.has_date;
    at->writer.head.date = at->reading.date;
    if (e != OK)
        return e;
    if (at->writer.head.entries == 0) {
        import->fault = (struct list_fault){0};
        return fault_set(&import->fault.fault, ERR_SHORT, 0, "SCR 3.3",
                         "the list has no entries");
    }
    return references_check(at);
}

/* Rules of stay: as they came. */
static enum err
text_write(struct importing *at)
{
    const struct list_input *input = &at->import->inputs[0];
    const struct stay_rules *rules;
    size_t size;
    uint8_t *block = arena_take(&at->arena, LISTS_RULES_SIZE_MAX + 1);
    enum err e = block == NULL
                     ? ERR_LIMIT
                     : input->read_at(input->context, 0, block,
                                      LISTS_RULES_SIZE_MAX + 1, &size);

    if (e != OK)
        return e;
    if (size > LISTS_RULES_SIZE_MAX || size == 0)
        return fault_set(&at->import->fault.fault,
                         size == 0 ? ERR_SHORT : ERR_LIMIT, size, "SCR 3.4.7",
                         size == 0 ? "the file is empty"
                                   : "the rules are too long");
    e = stay_rules_parse((struct bytes){block, size}, &at->arena, &rules,
                         &at->import->fault.fault);
    if (e != OK)
        return e;
    at->writer.head.has_date = true;
    at->writer.head.date = stay_rules_date(rules);
    return list_writer_text(&at->writer, (struct bytes){block, size});
}

static enum err
list_write(struct importing *at)
{
    struct lists_import *import = at->import;
    struct os *os = at->work->os;
    enum err e = list_writer_begin(&at->writer, import->source);

    hash_begin(&at->hash);
    if (e == OK)
        e = import->source == LIST_RULES ? text_write(at) : entries_write(at);
    if (e != OK)
        return e;
    if (import->threshold != 0)
        at->writer.head.threshold = import->threshold;
    e = list_writer_end(&at->writer);
    import->sha256 = hash_end(&at->hash);
    import->head = at->writer.head;
    import->list_size = at->list_at;
    if (e == OK)
        e = os->sync(os, at->list);
    return e == OK ? OK : lists_failed(at->work, e, "writing the list");
}

static enum err
memory_take(struct importing *at)
{
    enum err e = map_scratch(LIST_ROOM_SIZE, &at->room);

    if (e == OK)
        e = map_scratch(LIST_SOURCE_ARENA_SIZE, &at->memory);
    if (e != OK)
        return lists_failed(at->work, e, "memory");
    arena_init(&at->arena, at->memory.p, at->memory.size);
    at->writer.room = at->room.p;
    at->writer.put = list_put;
    at->writer.context = at;
    return OK;
}

static enum err
list_make(struct lists_work *work, struct lists_import *import)
{
    struct importing *at = calloc(1, sizeof(*at));
    struct os *os = work->os;
    enum err e;

    if (at == NULL)
        return lists_failed(work, ERR_LIMIT, "memory");
    at->work = work;
    at->import = import;
    e = os->open(os, work->dir, LISTS_NEW, OPEN_REPLACE, 0600, &at->list);
    if (e != OK) {
        free(at);
        return lists_failed(work, e, "making the list's file");
    }
    e = os->open(os, work->dir, LISTS_REFERENCES, OPEN_REPLACE, 0600,
                 &at->references);
    if (e == OK) {
        e = memory_take(at);
        if (e == OK)
            e = list_write(at);
        os->close(os, at->references);
    } else {
        work->step = "making the file of references";
    }
    os->close(os, at->list);
    map_close(&at->room);
    map_close(&at->memory);
    free(at);
    return e;
}

static bool
exists(struct lists_work *work, const char *path)
{
    struct os *os = work->os;
    struct file file;

    if (os->open(os, work->dir, path, OPEN_READ, 0, &file) != OK)
        return false;
    os->close(os, file);
    return true;
}

static enum err
rename_to(struct lists_work *work, const char *from, const char *to)
{
    struct os *os = work->os;
    enum err e = os->rename(os, work->dir, from, to);

    return e == OK ? OK : lists_failed(work, e, "naming a list's file");
}

/* Its indexes, where they are not there already: a file that has its name is
 * whole. */
static enum err
indexes_make(struct lists_work *work, const struct list_file *list,
             const struct hash *sha256)
{
    for (int i = LISTS_NAMES; i <= LISTS_DOCUMENTS; i++) {
        enum lists_file which = (enum lists_file)i;
        char path[LISTS_PATH_SIZE];
        enum err e;

        lists_path(sha256, which, path);
        if (!lists_index_due(&list->head, which) || exists(work, path))
            continue;
        e = lists_index_build(work, list, sha256, which, LISTS_NEW);
        if (e == OK)
            e = rename_to(work, LISTS_NEW, path);
        if (e != OK)
            return e;
    }
    return OK;
}

static enum err
list_keep(struct lists_work *work, struct lists_import *import)
{
    struct os *os = work->os;
    char path[LISTS_PATH_SIZE];
    struct list_file list;
    struct map map = {0};
    enum err e;

    lists_path(&import->sha256, LISTS_LIST, path);
    e = rename_to(work, LISTS_NEW, path);
    if (e == OK)
        e = map_open(os, work->dir, path, &map);
    if (e == OK)
        e = list_open(map_bytes(&map), &list);
    if (e == OK)
        e = indexes_make(work, &list, &import->sha256);
    map_close(&map);
    if (e == OK)
        e = os->sync_folder(os, work->dir, LISTS_FOLDER);
    if (e != OK && work->step == NULL)
        work->step = "keeping the list";
    return e;
}

static enum err
folder_take(struct lists_work *work, struct lists_import *import)
{
    struct os *os = work->os;
    enum err e = os->make_folder(os, work->dir, LISTS_FOLDER, 0700);
    struct file lock;

    if (e == OK)
        e = os->sync_folder(os, work->dir, "");
    if (e == OK)
        e = os->open(os, work->dir, LISTS_LOCK, OPEN_WRITE, 0600, &lock);
    if (e == ERR_NOT_FOUND)
        e = os->open(os, work->dir, LISTS_LOCK, OPEN_REPLACE, 0600, &lock);
    if (e != OK)
        return lists_failed(work, e, "the folder of lists");
    import->lock = lock;
    e = os->lock(os, lock);
    return e == OK ? OK : lists_failed(work, e, "the folder of lists");
}

enum err
lists_import(struct lists_work *work, struct lists_import *import)
{
    enum err e;

    import->lock = (struct file){-1};
    import->fault = (struct list_fault){0};
    work->step = NULL;
    e = folder_take(work, import);
    if (e == OK)
        e = list_make(work, import);
    return e == OK ? list_keep(work, import) : e;
}

void
lists_import_end(struct lists_work *work, struct lists_import *import)
{
    struct os *os = work->os;

    if (import->lock.fd < 0)
        return;
    (void)os->remove(os, work->dir, LISTS_NEW);
    (void)os->remove(os, work->dir, LISTS_REFERENCES);
    os->close(os, import->lock);
    import->lock = (struct file){-1};
}
