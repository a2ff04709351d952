#include "screen/list_int.h"

#include <assert.h>
#include <string.h>

/* 3 + 8 + 24 + 24 and what stands between them. */
_Static_assert(3 + LIST_TYPE_SIZE_MAX + 2 * LIST_NUMBER_SIZE_MAX + 3 <=
                   LIST_REFERENCE_SIZE_MAX,
               "a reference made of a document is no longer than others");

static void
varint_put(struct writer *w, size_t value)
{
    for (; value > 0x7F; value >>= 7)
        writer_u8(w, (uint8_t)(value | 0x80));
    writer_u8(w, (uint8_t)value);
}

/* The room is full of whole entries: they go. */
static enum err
room_put(struct list_writer *w)
{
    size_t held = w->held;

    w->held = 0;
    return held == 0 ? OK : w->put(w->context, (struct bytes){w->room, held});
}

enum err
list_writer_begin(struct list_writer *w, enum list_source source)
{
    w->head = (struct list_head){.source = source,
                                 .threshold = SCORE_THRESHOLD_DEFAULT};
    memcpy(w->room, LIST_MAGIC.p, LIST_MAGIC_SIZE);
    w->held = LIST_MAGIC_SIZE;
    w->size = LIST_MAGIC_SIZE;
    return OK;
}

/* Why an entry cannot be written; OK when it can. */
static enum err
text_check(struct bytes text, size_t size_max)
{
    if (text.size > size_max)
        return ERR_LIMIT;
    return bytes_plain(text) ? OK : ERR_FORMAT;
}

static enum err
names_check(const struct person *person)
{
    if (person->name_count > PERSON_NAMES_MAX)
        return ERR_LIMIT;
    for (size_t i = 0; i < person->name_count; i++) {
        const struct person_name *name = &person->names[i];
        struct bytes parts[] = {name->surname, name->given_names, name->whole};
        size_t size = 0;

        for (size_t j = 0; j < 3; j++) {
            enum err e = text_check(parts[j], LIST_NAME_SIZE_MAX);

            if (e != OK)
                return e;
            size += parts[j].size;
        }
        if (size == 0 || (name->whole.size > 0 && size > name->whole.size))
            return ERR_FORMAT;
    }
    return OK;
}

static bool
day_lawful(struct date day)
{
    return day.days >= DATE_DAYS_MIN && day.days <= DATE_DAYS_MAX;
}

static enum err
births_check(const struct person *person)
{
    if (person->birth_count > PERSON_BIRTHS_MAX)
        return ERR_LIMIT;
    for (size_t i = 0; i < person->birth_count; i++) {
        const struct birth *birth = &person->births[i];

        if (!day_lawful(birth->from) || !day_lawful(birth->to) ||
            birth->from.days > birth->to.days)
            return ERR_FORMAT;
    }
    return OK;
}

static enum err
documents_check(const struct person *person)
{
    if (person->document_count > PERSON_DOCUMENTS_MAX)
        return ERR_LIMIT;
    for (size_t i = 0; i < person->document_count; i++) {
        const struct person_document *document = &person->documents[i];
        enum err e = text_check(document->state, 3);

        if (e == OK)
            e = text_check(document->type, LIST_TYPE_SIZE_MAX);
        if (e == OK)
            e = text_check(document->number, LIST_NUMBER_SIZE_MAX);
        if (e == OK && document->number.size == 0)
            e = ERR_FORMAT;
        if (e != OK)
            return e;
    }
    return OK;
}

static enum err
texts_check(const struct bytes *texts, size_t count, enum list_field field)
{
    if (count > list_bound(field)->count)
        return ERR_LIMIT;
    for (size_t i = 0; i < count; i++) {
        enum err e = text_check(texts[i], list_bound(field)->size);

        if (e == OK && texts[i].size == 0)
            e = ERR_FORMAT;
        if (e != OK)
            return e;
    }
    return OK;
}

/* What an entry of its kind must have. */
static bool
kind_lawful(const struct list_entry *entry)
{
    const struct person *person = &entry->person;

    if (entry->has_expiry && !day_lawful(entry->expiry))
        return false;
    if (person->sex != 0 && person->sex != 'F' && person->sex != 'M')
        return false;
    if (entry->kind == LIST_DOCUMENT)
        return person->document_count == 1 && person->name_count == 0;
    return person->name_count > 0 && entry->reference.size > 0 &&
           entry->number_to.size == 0;
}

static enum err
entry_check(const struct list_entry *entry)
{
    const struct person *person = &entry->person;
    enum err e = kind_lawful(entry) ? OK : ERR_FORMAT;

    if (e == OK)
        e = text_check(entry->reference, LIST_REFERENCE_SIZE_MAX);
    if (e == OK)
        e = names_check(person);
    if (e == OK)
        e = births_check(person);
    if (e == OK)
        e = texts_check(person->nationalities, person->nationality_count,
                        FIELD_NATIONALITY);
    if (e == OK)
        e = texts_check(person->places_of_birth, person->place_count,
                        FIELD_PLACE);
    if (e == OK)
        e = documents_check(person);
    if (e == OK)
        e = text_check(entry->number_to, LIST_NUMBER_SIZE_MAX);
    if (e == OK)
        e = text_check(entry->action, LIST_ACTION_SIZE_MAX);
    if (e == OK)
        e = text_check(entry->remark, LIST_REMARK_SIZE_MAX);
    return e;
}

static void
text_put(struct writer *w, enum list_field field, struct bytes text)
{
    if (text.size == 0)
        return;
    writer_u8(w, (uint8_t)field);
    varint_put(w, text.size);
    writer_bytes(w, text);
}

/* How many bytes varint_put() takes. */
static size_t
varint_size(size_t value)
{
    size_t size = 1;

    for (; value > 0x7F; value >>= 7)
        size++;
    return size;
}

static void
name_put(struct writer *w, const struct person_name *name)
{
    bool parts = name->whole.size == 0;

    writer_u8(w, FIELD_NAME);
    if (!parts) {
        varint_put(w, 1 + name->whole.size);
        writer_u8(w, (uint8_t)name->quality);
        writer_bytes(w, name->whole);
        return;
    }
    varint_put(w, 1 + varint_size(name->surname.size) + name->surname.size +
                      name->given_names.size);
    writer_u8(w, (uint8_t)(name->quality | NAME_PARTS));
    varint_put(w, name->surname.size);
    writer_bytes(w, name->surname);
    writer_bytes(w, name->given_names);
}

static void
birth_put(struct writer *w, const struct birth *birth)
{
    writer_u8(w, FIELD_BIRTH);
    varint_put(w, BIRTH_SIZE);
    writer_u8(w, birth->about ? 1 : 0);
    writer_be32(w, (uint32_t)birth->from.days);
    writer_be32(w, (uint32_t)birth->to.days);
}

static void
document_put(struct writer *w, const struct person_document *document)
{
    writer_u8(w, FIELD_DOCUMENT);
    varint_put(w, 2 + document->state.size + document->type.size +
                      document->number.size);
    writer_u8(w, (uint8_t)document->state.size);
    writer_bytes(w, document->state);
    writer_u8(w, (uint8_t)document->type.size);
    writer_bytes(w, document->type);
    writer_bytes(w, document->number);
}

static void
entry_put(struct writer *w, const struct list_entry *entry)
{
    const struct person *person = &entry->person;
    unsigned sex = person->sex == 'F' ? 1 : person->sex == 'M' ? 2 : 0;

    writer_u8(w, (uint8_t)((unsigned)entry->kind | sex << ENTRY_SEX_SHIFT |
                           (unsigned)entry->reason << ENTRY_REASON_SHIFT));
    text_put(w, FIELD_REFERENCE, entry->reference);
    for (size_t i = 0; i < person->name_count; i++)
        name_put(w, &person->names[i]);
    for (size_t i = 0; i < person->birth_count; i++)
        birth_put(w, &person->births[i]);
    for (size_t i = 0; i < person->nationality_count; i++)
        text_put(w, FIELD_NATIONALITY, person->nationalities[i]);
    for (size_t i = 0; i < person->place_count; i++)
        text_put(w, FIELD_PLACE, person->places_of_birth[i]);
    for (size_t i = 0; i < person->document_count; i++)
        document_put(w, &person->documents[i]);
    text_put(w, FIELD_NUMBER_TO, entry->number_to);
    text_put(w, FIELD_ACTION, entry->action);
    text_put(w, FIELD_REMARK, entry->remark);
    if (entry->has_expiry) {
        writer_u8(w, FIELD_EXPIRY);
        varint_put(w, 4);
        writer_be32(w, (uint32_t)entry->expiry.days);
    }
}

/* The entry is encoded four bytes further on than it may have to stand, since
 * its size comes first and is known last. */
#define SIZE_ROOM 4

static enum err
entry_hold(struct list_writer *w, const struct list_entry *entry)
{
    struct writer out;
    uint8_t *start = w->room + w->held;
    size_t size;
    size_t before;

    writer_init(&out, start + SIZE_ROOM, LIST_ENTRY_SIZE_MAX);
    entry_put(&out, entry);
    if (writer_end(&out) != OK)
        return ERR_LIMIT;
    size = out.at;
    before = varint_size(size);
    assert(before <= SIZE_ROOM);
    memmove(start + before, start + SIZE_ROOM, size);
    writer_init(&out, start, before);
    varint_put(&out, size);
    w->held += before + size;
    w->size += before + size;
    return OK;
}

enum err
list_writer_add(struct list_writer *w, const struct list_entry *entry)
{
    enum err e = entry_check(entry);

    if (e != OK)
        return e;
    assert(w->head.source != LIST_RULES);
    if (w->held > LIST_ROOM_SIZE - LIST_ENTRY_SIZE_MAX - SIZE_ROOM) {
        e = room_put(w);
        if (e != OK)
            return e;
    }
    e = entry_hold(w, entry);
    if (e != OK)
        return e;
    w->head.entries++;
    w->head.persons += entry->kind == LIST_PERSON ? 1 : 0;
    w->head.names += entry->person.name_count;
    w->head.documents += entry->person.document_count;
    return OK;
}

enum err
list_writer_text(struct list_writer *w, struct bytes text)
{
    enum err e = room_put(w);

    assert(w->head.source == LIST_RULES);
    if (e == OK)
        e = w->put(w->context, text);
    if (e == OK)
        w->size += text.size;
    return e;
}

enum err
list_writer_end(struct list_writer *w)
{
    uint8_t block[LIST_FOOT_SIZE];
    struct writer foot;
    enum err e = room_put(w);

    if (e != OK)
        return e;
    writer_init(&foot, block, sizeof(block));
    w->size += LIST_FOOT_SIZE;
    list_foot_encode(&foot, &w->head, w->size);
    assert(writer_end(&foot) == OK && foot.at == LIST_FOOT_SIZE);
    return w->put(w->context, writer_done(&foot));
}
