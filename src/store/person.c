#include "store/person.h"

#include "crypto/siphash.h"
#include "store/known.h"

/* What siphash() is asked for, so that no table's places follow another's. */
enum { USE_NAME = 1, USE_NAME_REST, USE_NUMBER, USE_NUMBER_REST };
enum { USE_GROUP = 6, USE_ALIKE, USE_SCAN };

/* Two texts with a NUL between, and 39 bits of them above HOME_REST_BITS. */
static int64_t
home_of(uint64_t use, struct bytes a, struct bytes b)
{
    struct bytes texts[2] = {a, b};
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    struct bytes text = texts_join(texts, 2, joined, sizeof(joined));

    return (int64_t)(siphash(use, text) >> 25 << HOME_REST_BITS);
}

int64_t
person_group(struct bytes surname, struct bytes date_of_birth)
{
    int64_t home =
        home_of(USE_GROUP, bytes_slice(surname, 0, 1), date_of_birth);

    return home & ~PERSON_GROUP_MAX;
}

int64_t
person_home(struct bytes surname, struct bytes date_of_birth)
{
    int64_t home = home_of(USE_NAME, surname, date_of_birth);

    return person_group(surname, date_of_birth) | (home & PERSON_GROUP_MAX);
}

struct bytes
person_first_name(struct bytes names)
{
    return bytes_split(&names, ' ');
}

int64_t
alike_home(struct bytes given_names, struct bytes date_of_birth)
{
    return home_of(USE_ALIKE, person_first_name(given_names), date_of_birth);
}

int64_t
document_home(struct bytes issuing_state, struct bytes number)
{
    return home_of(USE_NUMBER, issuing_state, number);
}

/* The lower bits of an id. */
static int64_t
rest_of(uint64_t use, const struct bytes *texts, size_t count)
{
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    struct bytes text = texts_join(texts, count, joined, sizeof(joined));

    return (int64_t)(siphash(use, text) >> (64 - HOME_REST_BITS));
}

struct identity
store_identity(const struct document *document)
{
    return (struct identity){
        .surname = document->surname,
        .given_names = document->given_names,
        .date_of_birth = document->date_of_birth,
        .sex = document->sex,
        .nationality = document->nationality,
    };
}

void
identity_texts(const struct identity *identity,
               struct bytes texts[ROW_TEXTS_MAX])
{
    texts[PERSON_SURNAME] = identity->surname;
    texts[PERSON_DATE_OF_BIRTH] = identity->date_of_birth;
    texts[PERSON_GIVEN_NAMES] = identity->given_names;
    texts[PERSON_SEX] = identity->sex;
    texts[PERSON_NATIONALITY] = identity->nationality;
}

void
person_texts(const struct document *document, struct bytes texts[ROW_TEXTS_MAX])
{
    const struct identity identity = store_identity(document);

    identity_texts(&identity, texts);
}

int64_t
person_place(const struct bytes texts[ROW_TEXTS_MAX])
{
    return person_home(texts[PERSON_SURNAME], texts[PERSON_DATE_OF_BIRTH]) |
           rest_of(USE_NAME_REST, texts + PERSON_GIVEN_NAMES, 3);
}

/* What of a traveller's id tells apart the rows that name him. */
static int64_t
holder_bits(int64_t person)
{
    return person & HOME_REST_MAX;
}

static void
document_texts(const struct document *document,
               struct bytes texts[ROW_TEXTS_MAX])
{
    texts[DOCUMENT_STATE] = document->issuing_state;
    texts[DOCUMENT_NUMBER] = document->number;
    texts[DOCUMENT_FORMAT] = document->format;
    texts[DOCUMENT_CODE] = document->code;
    texts[DOCUMENT_EXPIRY] = document->date_of_expiry;
    texts[DOCUMENT_OPTIONAL_1] = document->optional_1;
    texts[DOCUMENT_OPTIONAL_2] = document->optional_2;
}

struct places
person_places(const struct document *document)
{
    struct bytes texts[ROW_TEXTS_MAX];
    struct places places = {0};

    person_texts(document, texts);
    places.person = person_place(texts);
    document_texts(document, texts);
    places.document = document_home(document->issuing_state, document->number) |
                      (rest_of(USE_NUMBER_REST, texts + DOCUMENT_FORMAT, 5) ^
                       holder_bits(places.person) ^ document->name_truncated);
    return places;
}

/* A traveller who is new is found by birthday and given name too. Of a birthday
 * that stands for an unknown one there are many: they are spread. STO 2.9 */
static bool
alike_add(struct tables *tables, int64_t person,
          const struct bytes texts[ROW_TEXTS_MAX])
{
    const int64_t numbers[] = {[ALIKE_PERSON] = person};
    const struct key key = {.home = alike_home(texts[PERSON_GIVEN_NAMES],
                                               texts[PERSON_DATE_OF_BIRTH]) |
                                    holder_bits(person),
                            .step = 1,
                            .numbers = numbers,
                            .number_count = 1};
    bool added;

    if (texts[PERSON_DATE_OF_BIRTH].size == 0)
        return true;
    return tables_hold(tables, TABLE_ALIKE, &key, &added) != NULL;
}

/* STO 2.1 */
int64_t *
person_row(struct tables *tables, const struct bytes texts[ROW_TEXTS_MAX],
           int64_t place)
{
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    const struct key key = {.home = place,
                            .step = 1,
                            .text = texts_join(texts,
                                               SHAPES[TABLE_PERSON].text_count,
                                               joined, sizeof(joined))};
    bool added;
    int64_t *row = tables_hold(tables, TABLE_PERSON, &key, &added);

    if (row == NULL || !added)
        return row;
    row[PERSON_LAST] = ROW_NONE;
    row[PERSON_ADMITTED] = ROW_NONE;
    row[PERSON_LINK] = ROW_NONE;
    return alike_add(tables, tables_id(row), texts) ? row : NULL;
}

/* STO 2.2 */
static int64_t *
document_row(struct tables *tables, const struct document *document,
             int64_t person, int64_t home)
{
    const int64_t numbers[] = {
        [DOCUMENT_PERSON] = person,
        [DOCUMENT_TRUNCATED] = document->name_truncated,
    };
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    struct bytes texts[ROW_TEXTS_MAX];
    struct key key = {
        .home = home, .step = 1, .numbers = numbers, .number_count = 2};
    bool added;

    document_texts(document, texts);
    key.text = texts_join(texts, SHAPES[TABLE_DOCUMENT].text_count, joined,
                          sizeof(joined));
    return tables_hold(tables, TABLE_DOCUMENT, &key, &added);
}

bool
person_hold(struct tables *tables, const struct document *document,
            const struct places *places, struct holder *out)
{
    struct bytes texts[ROW_TEXTS_MAX];
    const int64_t *row;
    int64_t moved;

    person_texts(document, texts);
    row = person_row(tables, texts, places->person);
    if (row == NULL)
        return false;
    out->person = tables_id(row);
    moved = holder_bits(out->person) ^ holder_bits(places->person);
    row = document_row(tables, document, out->person, places->document ^ moved);
    if (row == NULL)
        return false;
    out->document = tables_id(row);
    return true;
}

/* STO 2.6 */
int64_t
scan_mark(const struct identity *identity)
{
    uint8_t joined[TABLES_TEXT_SIZE_MAX];
    struct bytes texts[ROW_TEXTS_MAX];

    identity_texts(identity, texts);
    return (int64_t)(siphash(USE_SCAN,
                             texts_join(texts, SHAPES[TABLE_PERSON].text_count,
                                        joined, sizeof(joined))) >>
                     1);
}

struct document
person_document(const struct bytes *person, const struct bytes *document,
                bool truncated)
{
    return (struct document){
        .format = document[DOCUMENT_FORMAT],
        .code = document[DOCUMENT_CODE],
        .issuing_state = document[DOCUMENT_STATE],
        .number = document[DOCUMENT_NUMBER],
        .surname = person[PERSON_SURNAME],
        .given_names = person[PERSON_GIVEN_NAMES],
        .nationality = person[PERSON_NATIONALITY],
        .date_of_birth = person[PERSON_DATE_OF_BIRTH],
        .sex = person[PERSON_SEX],
        .date_of_expiry = document[DOCUMENT_EXPIRY],
        .optional_1 = document[DOCUMENT_OPTIONAL_1],
        .optional_2 = document[DOCUMENT_OPTIONAL_2],
        .name_truncated = truncated,
    };
}
