#include "api/similar.h"

#include "api/subject.h"
#include "screen/name.h"

/* Who used one document: a family's passport of old had few. */
#define HOLDERS_MAX 16

/* The traveller in hand, read for comparing; and one of the tables. */
struct compared {
    struct subject_of of;
    struct name name;
};

/* Names of the tables are ASCII, as machine readable zones have them: what is
 * not can be left out. */
static struct subject
compared_read(struct compared *compared, const struct document *document)
{
    subject_of(document, &compared->of);
    if (name_read(NULL, &compared->of.name, &compared->name) != OK)
        compared->of.person.name_count = 0;
    return (struct subject){&compared->of.person, &compared->name};
}

static struct document
document_of(const struct store_person *person)
{
    return (struct document){.surname = person->surname,
                             .given_names = person->given_names,
                             .nationality = person->nationality,
                             .date_of_birth = person->date_of_birth,
                             .sex = person->sex};
}

static bool
is_known(const struct question *question, int64_t person)
{
    for (size_t i = 0; i < question->person_count; i++)
        if (question->persons[i].id == person)
            return true;
    for (size_t i = 0; i < question->input.similar_count; i++)
        if (question->similar[i].person == person)
            return true;
    return false;
}

/* "ERIKSSON, ANNA MARIA" */
static struct bytes
name_shown(const struct store_person *person, struct arena *arena)
{
    size_t size = person->surname.size + person->given_names.size + 2;
    uint8_t *p = arena_take(arena, size);
    struct writer w;

    if (p == NULL)
        return (struct bytes){0};
    writer_init(&w, p, size);
    writer_bytes(&w, person->surname);
    if (person->surname.size > 0 && person->given_names.size > 0)
        writer_text(&w, ", ");
    writer_bytes(&w, person->given_names);
    return writer_done(&w);
}

/* Into its place by falling score; the least likely one past the bound goes. */
static void
similar_put(struct question *question, const struct store_person *person,
            const struct inspect_similar *similar)
{
    size_t *count = &question->input.similar_count;
    size_t at = 0;

    while (at < *count && question->similar[at].points >= similar->points)
        at++;
    if (at == INSPECT_SIMILAR_MAX)
        return;
    if (*count < INSPECT_SIMILAR_MAX)
        (*count)++;
    for (size_t i = *count - 1; i > at; i--) {
        question->similar[i] = question->similar[i - 1];
        question->similar_persons[i] = question->similar_persons[i - 1];
    }
    question->similar[at] = *similar;
    question->similar_persons[at] = *person;
}

/* Compares; whoever used the document in hand is shown whatever the score. */
static enum err
person_look(struct question *question, const struct subject *query,
            const struct store_person *person, bool same_document,
            struct arena *arena)
{
    struct document document = document_of(person);
    struct inspect_similar similar = {.person = person->id,
                                      .inside = person->inside,
                                      .same_document = same_document};
    struct compared compared;
    struct subject listed = compared_read(&compared, &document);
    struct score score;

    if (is_known(question, person->id))
        return OK;
    score_persons(query, &listed, &score);
    if (score.points < SCORE_THRESHOLD_DEFAULT && !same_document)
        return OK;
    similar.points = score.points;
    similar.reason_count = score.reason_count;
    for (size_t i = 0; i < score.reason_count; i++)
        similar.reasons[i] = score.reasons[i];
    similar.name = name_shown(person, arena);
    if (similar.name.p == NULL)
        return ERR_LIMIT;
    similar_put(question, person, &similar);
    return OK;
}

enum err
similar_read(const struct api *api, struct arena *arena,
             const struct identity *identity, struct question *question)
{
    const struct document *document = &question->scan->document;
    struct store_number number = {document->issuing_state, document->number};
    struct store_person *persons =
        arena_array(arena, STORE_ALIKE_MAX, sizeof(*persons));
    struct compared compared;
    struct subject query = compared_read(&compared, document);
    size_t count = 0;
    enum err e = persons == NULL ? ERR_LIMIT : OK;

    question->input.similar = question->similar;
    if (e == OK && number.number.size > 0)
        e = store_persons_by_document(api->store, &number, arena, persons,
                                      HOLDERS_MAX, &count);
    for (size_t i = 0; e == OK && i < count; i++)
        e = person_look(question, &query, &persons[i], true, arena);
    if (e == OK)
        e = store_alike(api->store, identity, arena, persons, STORE_ALIKE_MAX,
                        &count);
    for (size_t i = 0; e == OK && i < count; i++)
        e = person_look(question, &query, &persons[i], false, arena);
    return e;
}
