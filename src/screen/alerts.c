#include "screen/alerts.h"

#include <string.h>

#include "screen/name.h"

/* Nobody but us writes this index: it belongs to no file. */
static const uint8_t NO_LIST[DOCUMENT_INDEX_SHA256_SIZE];

/* "1974", "1974-08", "1974-08-12", or the first and last of some years. */
static enum err
births_read(struct bytes born, struct birth *out, size_t *count)
{
    struct bytes rest = born;
    struct birth from;
    struct birth to;
    bool known = false;
    enum err e = birth_parse(bytes_split(&rest, '/'), &from, &known);

    if (e != OK || !known)
        return e;
    *out = from;
    *count = 1;
    if (rest.size == 0)
        return OK;
    e = birth_parse(rest, &to, &known);
    if (e == OK && known)
        out->to = to.to;
    return e;
}

static enum err
person_read(const struct alert_put *put, struct arena *arena,
            struct person *out)
{
    size_t name_count = put->other_name_count + 1;
    struct person_name *names = arena_array(arena, name_count, sizeof(*names));
    struct birth *birth = arena_take(arena, sizeof(*birth));

    if (names == NULL || birth == NULL)
        return ERR_LIMIT;
    names[0].surname = put->surname;
    names[0].given_names = put->given_names;
    for (size_t i = 1; i < name_count; i++) {
        names[i].whole = put->other_names[i - 1];
        names[i].quality = NAME_GOOD;
    }
    out->names = names;
    out->name_count = name_count;
    out->births = birth;
    if (put->sex.size == 1 && (put->sex.p[0] == 'F' || put->sex.p[0] == 'M'))
        out->sex = put->sex.p[0];
    out->nationalities = &put->nationality;
    out->nationality_count = put->nationality.size > 0 ? 1 : 0;
    return births_read(put->born, birth, &out->birth_count);
}

static enum err
document_read(const struct alert_put *put, struct arena *arena,
              struct person *out)
{
    struct person_document *document = arena_take(arena, sizeof(*document));

    if (document == NULL)
        return ERR_LIMIT;
    *document = (struct person_document){.state = put->issuing_state,
                                         .type = put->document_type,
                                         .number = put->number};
    out->documents = document;
    out->document_count = 1;
    return OK;
}

static enum err
alert_read(const struct alert_record *record, struct arena *arena,
           struct alert *out)
{
    const struct alert_put *put = record->put;

    out->entry = record->entry;
    out->put = put;
    out->has_expiry = put->expires.size > 0;
    if (out->has_expiry && date_parse(put->expires, &out->expiry) != OK)
        return ERR_FORMAT;
    return put->kind == ALERT_PERSON ? person_read(put, arena, &out->person)
                                     : document_read(put, arena, &out->person);
}

/* ----- Indexes. ----- */

static enum err
name_add(struct name_index_builder *builder, const struct alerts *alerts,
         size_t number, const struct script *script, struct name *room)
{
    const struct person *person = &alerts->alerts[number].person;
    struct subject subject = {.person = person, .names = room};

    for (size_t i = 0; i < person->name_count; i++) {
        enum err e = name_read(script, &person->names[i], &room[i]);

        /* What is no UTF-8 has no letters: it cannot be found by name. */
        if (e != OK && e != ERR_FORMAT)
            return e;
    }
    return name_index_add(builder, number, &subject);
}

static enum err
names_build(struct alerts *alerts, const struct script *script,
            struct arena *arena, struct arena *scratch)
{
    struct name_index_builder builder;
    struct name *room = arena_array(arena, ALERT_NAMES_MAX + 1, sizeof(*room));
    uint8_t *file;
    size_t size;
    enum err e = room == NULL ? ERR_LIMIT : name_index_begin(&builder, scratch);

    for (size_t i = 0; e == OK && i < alerts->count; i++) {
        if (alerts->alerts[i].put->kind == ALERT_PERSON) {
            e = name_add(&builder, alerts, i, script, room);
            alerts->has_names = true;
        }
    }
    if (e != OK || !alerts->has_names)
        return e;
    e = name_index_plan(&builder, &size);
    if (e != OK)
        return e;
    file = arena_take(arena, size);
    if (file == NULL)
        return ERR_LIMIT;
    name_index_write(&builder, NO_LIST, file);
    return name_index_open(&alerts->names, (struct bytes){file, size});
}

static enum err
documents_count(struct alerts *alerts, struct document_index_builder *builder)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < alerts->count; i++) {
        const struct person *person = &alerts->alerts[i].person;

        if (person->document_count == 0)
            continue;
        e = document_index_count(builder, &person->documents[0],
                                 (struct bytes){0});
        alerts->has_documents = true;
    }
    return e;
}

static enum err
documents_put(const struct alerts *alerts,
              struct document_index_builder *builder)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < alerts->count; i++) {
        const struct person *person = &alerts->alerts[i].person;

        if (person->document_count > 0)
            e = document_index_put(builder, &person->documents[0],
                                   (struct bytes){0}, i);
    }
    return e == OK ? document_index_end(builder, NO_LIST) : e;
}

static enum err
documents_build(struct alerts *alerts, struct arena *arena,
                struct arena *scratch)
{
    struct document_index_builder builder;
    uint8_t *file;
    size_t size;
    enum err e =
        document_index_begin(&builder, alerts->count, alerts->count, scratch);

    if (e == OK)
        e = documents_count(alerts, &builder);
    if (e != OK || !alerts->has_documents)
        return e;
    size = document_index_plan(&builder);
    file = arena_take(arena, size);
    if (file == NULL)
        return ERR_LIMIT;
    document_index_lay(&builder, file);
    e = documents_put(alerts, &builder);
    if (e != OK)
        return e;
    return document_index_open(&alerts->documents, (struct bytes){file, size});
}

enum err
alerts_build(const struct alert_record *records, size_t count,
             const struct script *script, struct arena *arena,
             struct arena *scratch, struct alerts *out)
{
    struct alerts alerts = {.count = count};
    enum err e = OK;

    if (count > ALERTS_MAX)
        return ERR_LIMIT;
    alerts.alerts = arena_array(arena, count, sizeof(*alerts.alerts));
    if (alerts.alerts == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; e == OK && i < count; i++)
        e = alert_read(&records[i], arena, &alerts.alerts[i]);
    if (e == OK)
        e = documents_build(&alerts, arena, scratch);
    arena_reset(scratch);
    if (e == OK)
        e = names_build(&alerts, script, arena, scratch);
    if (e == OK)
        *out = alerts;
    return e;
}
