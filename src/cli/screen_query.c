#include "cli/screen_query.h"

#include "document/mrz.h"

struct query {
    struct arena *arena;
    struct date today;
    const char *what; /* what is wrong; NULL: nothing */
    size_t name_count;
    size_t document_count;
    size_t nationality_count;
    size_t place_count;
    struct person_name *names;
    struct person_document *documents;
    struct bytes *nationalities;
    struct bytes *places;
    struct birth *birth;
    bool has_birth;
    uint8_t sex;
};

static void
refuse(struct query *query, const char *what)
{
    if (query->what == NULL)
        query->what = what;
}

/* A text that may be absent, null or empty. */
static struct bytes
text_of(struct query *query, const struct json *object, const char *name)
{
    const struct json *value = json_member(object, name);
    struct bytes text = {0};

    if (json_kind(value) != JSON_NONE && json_kind(value) != JSON_OF_NULL &&
        !json_get_text(value, &text))
        refuse(query, "a member that is to be a text is none");
    return text;
}

static void
name_add(struct query *query, const struct person_name *name)
{
    if (name->whole.size + name->surname.size + name->given_names.size == 0)
        return;
    if (query->name_count == SCREEN_QUERY_NAMES_MAX)
        refuse(query, "more names than one person has");
    else
        query->names[query->name_count++] = *name;
}

static void
document_add(struct query *query, const struct person_document *document)
{
    if (document->number.size == 0)
        return;
    if (query->document_count == PERSON_DOCUMENTS_MAX)
        refuse(query, "more documents than one person has");
    else
        query->documents[query->document_count++] = *document;
}

static void
birth_set(struct query *query, struct bytes text)
{
    bool known = false;

    if (text.size == 0)
        return;
    if (birth_parse(text, query->birth, &known) != OK)
        refuse(query, "date_of_birth is no date");
    query->has_birth = known;
}

static void
sex_set(struct query *query, struct bytes text)
{
    if (text.size == 0)
        return;
    if (text.size != 1)
        refuse(query, "sex is F, M or X");
    else if (text.p[0] == 'F' || text.p[0] == 'M')
        query->sex = text.p[0];
}

/* ----- Members. ----- */

static void
names_read(struct query *query, const struct json *object)
{
    const struct json *aliases = json_member(object, "aliases");
    struct person_name name = {.surname = text_of(query, object, "surname"),
                               .given_names =
                                   text_of(query, object, "given_names")};
    struct person_name whole = {.whole = text_of(query, object, "name")};

    name_add(query, &name);
    name_add(query, &whole);
    for (size_t i = 0; i < json_count(aliases); i++) {
        struct person_name alias = {.quality = NAME_GOOD};

        if (!json_get_text(json_item(aliases, i), &alias.whole))
            refuse(query, "aliases are texts");
        name_add(query, &alias);
    }
}

static void
documents_read(struct query *query, const struct json *object)
{
    const struct json *documents = json_member(object, "documents");

    if (json_kind(documents) != JSON_NONE &&
        json_kind(documents) != JSON_OF_NULL &&
        json_kind(documents) != JSON_OF_ARRAY)
        refuse(query, "documents are an array");
    for (size_t i = 0; i < json_count(documents); i++) {
        const struct json *item = json_item(documents, i);
        struct person_document document = {
            .state = text_of(query, item, "state"),
            .type = text_of(query, item, "type"),
            .number = text_of(query, item, "number")};

        if (json_kind(item) != JSON_OF_OBJECT)
            refuse(query, "a document is an object with state and number");
        document_add(query, &document);
    }
}

/* The lines live as long as the JSON they came in; what was read of them is
 * copied. */
static struct bytes
field_of(struct query *query, const struct mrz_text *field)
{
    struct bytes copy = arena_copy(query->arena, mrz_text_bytes(field));

    if (copy.p == NULL && field->size > 0)
        refuse(query, "larger than any question");
    return copy;
}

static void
mrz_take(struct query *query, const struct mrz *mrz)
{
    struct person_name name = {.surname = field_of(query, &mrz->surname),
                               .given_names =
                                   field_of(query, &mrz->given_names),
                               .truncated = mrz->name_possibly_truncated};
    struct person_document document = {
        .state = field_of(query, &mrz->issuing_state),
        .type = field_of(query, &mrz->document_code),
        .number = field_of(query, &mrz->document_number)};
    struct bytes nationality = field_of(query, &mrz->nationality);
    uint8_t text[MRZ_DATE_TEXT_SIZE];
    struct writer w;

    name_add(query, &name);
    document_add(query, &document);
    if (nationality.size > 0)
        query->nationalities[query->nationality_count++] = nationality;
    if (mrz->sex == 'F' || mrz->sex == 'M')
        query->sex = mrz->sex;
    if (mrz->date_of_birth.present) {
        writer_init(&w, text, sizeof(text));
        mrz_date_write(&w, mrz->date_of_birth);
        birth_set(query, writer_done(&w));
    }
}

/* An MRZ with faults is asked about all the same, by what can be read of it. */
static void
mrz_read(struct query *query, const struct json *object)
{
    const struct json *value = json_member(object, "mrz");
    struct bytes lines[MRZ_LINES_MAX + 1];
    struct bytes text;
    struct mrz mrz;
    size_t count = 0;

    if (json_kind(value) == JSON_NONE || json_kind(value) == JSON_OF_NULL)
        return;
    if (json_get_text(value, &text)) {
        while (text.size > 0 && count <= MRZ_LINES_MAX)
            lines[count++] = bytes_trim(bytes_split(&text, '\n'));
    }
    for (; count < json_count(value) && count <= MRZ_LINES_MAX; count++) {
        if (!json_get_text(json_item(value, count), &lines[count])) {
            refuse(query, "mrz is an array of lines");
            return;
        }
    }
    mrz_parse(lines, count, query->today, &mrz);
    if (mrz.format == MRZ_NONE)
        refuse(query, "mrz is no machine readable zone");
    else
        mrz_take(query, &mrz);
}

/* ----- All of it. ----- */

static bool
room_take(struct query *query)
{
    struct arena *arena = query->arena;

    query->names =
        arena_array(arena, SCREEN_QUERY_NAMES_MAX, sizeof(*query->names));
    query->documents =
        arena_array(arena, PERSON_DOCUMENTS_MAX, sizeof(*query->documents));
    query->nationalities = arena_array(arena, 2, sizeof(struct bytes));
    query->places = arena_array(arena, 1, sizeof(struct bytes));
    query->birth = arena_take(arena, sizeof(*query->birth));
    return query->names != NULL && query->documents != NULL &&
           query->nationalities != NULL && query->places != NULL &&
           query->birth != NULL;
}

static void
members_read(struct query *query, const struct json *line)
{
    struct bytes nationality;
    struct bytes place;

    if (json_kind(line) != JSON_OF_OBJECT) {
        refuse(query, "no JSON object");
        return;
    }
    mrz_read(query, line);
    names_read(query, line);
    documents_read(query, line);
    birth_set(query, text_of(query, line, "date_of_birth"));
    sex_set(query, text_of(query, line, "sex"));
    nationality = text_of(query, line, "nationality");
    if (nationality.size > 0)
        query->nationalities[query->nationality_count++] = nationality;
    place = text_of(query, line, "place_of_birth");
    if (place.size > 0)
        query->places[query->place_count++] = place;
    if (query->name_count == 0 && query->document_count == 0)
        refuse(query, "neither a name nor a document");
}

enum err
screen_query_read(const struct json *line, struct date today,
                  struct arena *arena, struct screen_query *out,
                  const char **what)
{
    struct query query = {.arena = arena, .today = today};

    if (!room_take(&query)) {
        *what = "larger than any question";
        return ERR_LIMIT;
    }
    members_read(&query, line);
    if (query.what != NULL) {
        *what = query.what;
        return ERR_FORMAT;
    }
    *out = (struct screen_query){
        .today = today,
        .person = {.name_count = query.name_count,
                   .names = query.names,
                   .birth_count = query.has_birth ? 1 : 0,
                   .births = query.birth,
                   .sex = query.sex,
                   .nationality_count = query.nationality_count,
                   .nationalities = query.nationalities,
                   .place_count = query.place_count,
                   .places_of_birth = query.places,
                   .document_count = query.document_count,
                   .documents = query.documents}};
    return OK;
}
