#include "store/place.h"

#include "crypto/siphash.h"
#include "store/person.h"

/* Goes on where person.c and chain.c end. */
enum { USE_ORDER_NUMBER = 9, USE_ORDER_NAME, USE_SETTLED, USE_MANIFEST };

static uint64_t
mixed(uint64_t use, const struct bytes *texts, size_t count)
{
    uint8_t joined[TABLES_TEXT_SIZE_MAX];

    return siphash(use, texts_join(texts, count, joined, sizeof(joined)));
}

int64_t
order_number_home(struct bytes number)
{
    return (int64_t)(mixed(USE_ORDER_NUMBER, &number, 1) >>
                     25 << HOME_REST_BITS);
}

int64_t
order_name_home(struct bytes surname, struct bytes date_of_birth)
{
    const struct bytes texts[] = {surname, date_of_birth};

    return (int64_t)(mixed(USE_ORDER_NAME, texts, 2) >> 25 << HOME_REST_BITS);
}

void
settled_texts(const struct identity *identity, struct bytes list,
              struct bytes entry, struct bytes texts[ROW_TEXTS_MAX])
{
    texts[SETTLED_SURNAME] = identity->surname;
    texts[SETTLED_DATE_OF_BIRTH] = identity->date_of_birth;
    texts[SETTLED_GIVEN_NAMES] = identity->given_names;
    texts[SETTLED_SEX] = identity->sex;
    texts[SETTLED_NATIONALITY] = identity->nationality;
    texts[SETTLED_LIST] = list;
    texts[SETTLED_ENTRY] = entry;
}

int64_t
settled_home(const struct bytes texts[ROW_TEXTS_MAX])
{
    return (
        int64_t)(mixed(USE_SETTLED, texts, SHAPES[TABLE_SETTLED].text_count) >>
                 2);
}

int64_t
manifest_place(const struct store_voyage *voyage, enum manifest_by by,
               const struct document *document)
{
    struct bytes texts[] = {
        voyage->voyage,
        voyage->day,
        voyage->direction == DIRECTION_ENTRY ? BYTES("entry") : BYTES("exit"),
        {0},
        {0}};

    if (by == MANIFEST_NUMBER) {
        texts[3] = document->number;
    } else if (by == MANIFEST_NAME) {
        texts[3] = document->surname;
        texts[4] = document->date_of_birth;
    }
    if ((by == MANIFEST_NUMBER && texts[3].size == 0) ||
        (by == MANIFEST_NAME && (texts[3].size == 0 || texts[4].size == 0)))
        return ROW_NONE;
    return (int64_t)(mixed(USE_MANIFEST + (uint64_t)by, texts,
                           sizeof(texts) / sizeof(texts[0])) >>
                     2);
}
