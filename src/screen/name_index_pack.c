#include "screen/name_index_pack.h"

#include "base/reader.h"
#include "base/writer.h"

#define CUT_SIGN '<'
#define WORD_SIGN '='
#define NAME_TRUNCATED 1

_Static_assert(PACK_SIZE_MAX <= UINT16_MAX, "a record's size is small");

struct bytes
pack_term_text(const struct token *token, uint8_t room[TERM_TEXT_MAX])
{
    size_t size = token->text_size;
    struct token plain;

    memcpy(room, token->text, size);
    token_init(&plain, (struct bytes){room, size}, PART_UNKNOWN);
    if (plain.kind != token->kind)
        room[size++] = WORD_SIGN;
    if (token->cut)
        room[size++] = CUT_SIGN;
    return (struct bytes){room, size};
}

enum err
pack_term_token(struct bytes text, enum token_part part, struct token *out)
{
    bool cut = text.size > 0 && text.p[text.size - 1] == CUT_SIGN;
    bool word;

    text.size -= cut;
    word = text.size > 0 && text.p[text.size - 1] == WORD_SIGN;
    text.size -= word;
    if (text.size == 0 || text.size > TOKEN_TEXT_MAX)
        return ERR_CORRUPT;
    token_init(out, text, part);
    out->cut = cut;
    if (word)
        out->kind = TOKEN_WORD;
    return OK;
}

enum err
pack_term(const struct name_index *index, uint32_t term, enum token_part part,
          struct token *out)
{
    const uint8_t *p = index->terms.p + (size_t)term * TERM_SIZE;
    uint32_t from;
    uint32_t to;

    if (term >= index->terms.count - 1)
        return ERR_CORRUPT;
    from = u32_at(p);
    to = u32_at(p + TERM_SIZE);
    if (from > to || to > index->texts.count)
        return ERR_CORRUPT;
    return pack_term_token((struct bytes){index->texts.p + from, to - from},
                           part, out);
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void
person_write(struct writer *w, const struct person *person)
{
    for (size_t i = 0; i < least(person->birth_count, PERSON_BIRTHS_MAX); i++) {
        const struct birth *birth = &person->births[i];

        writer_be32(w, (uint32_t)birth->from.days);
        writer_be32(w, (uint32_t)birth->to.days);
        writer_u8(w, birth->about);
    }
    for (size_t i = 0;
         i < least(person->nationality_count, PERSON_NATIONALITIES_MAX); i++) {
        struct bytes code =
            bytes_slice(person->nationalities[i], 0, PACK_NATIONALITY_SIZE);

        writer_bytes(w, code);
        for (size_t k = code.size; k < PACK_NATIONALITY_SIZE; k++)
            writer_u8(w, ' ');
    }
    for (size_t i = 0; i < least(person->place_count, PERSON_PLACES_MAX); i++) {
        struct bytes place =
            bytes_slice(person->places_of_birth[i], 0, PACK_PLACE_SIZE_MAX);

        writer_u8(w, (uint8_t)place.size);
        writer_bytes(w, place);
    }
}

static uint8_t
token_flags(const struct token *token)
{
    uint8_t flags = token->part;

    if (token->kind == TOKEN_PARTICLE)
        flags |= PACK_PARTICLE;
    if (token->kind == TOKEN_INITIAL)
        flags |= PACK_INITIAL;
    return flags;
}

size_t
pack_write(const struct pack_source *source, const uint32_t *terms,
           uint8_t out[PACK_SIZE_MAX])
{
    const struct person *person = source->person;
    const struct name *name = source->name;
    struct writer w;

    writer_init(&w, out, PACK_SIZE_MAX);
    writer_be64(&w, source->entry);
    writer_be16(&w, source->number);
    writer_u8(&w, person->sex);
    writer_u8(&w, name->token_count);
    writer_u8(&w, name->truncated ? NAME_TRUNCATED : 0);
    writer_u8(&w, (uint8_t)least(person->birth_count, PERSON_BIRTHS_MAX));
    writer_u8(&w, (uint8_t)least(person->nationality_count,
                                 PERSON_NATIONALITIES_MAX));
    writer_u8(&w, (uint8_t)least(person->place_count, PERSON_PLACES_MAX));
    for (size_t i = 0; i < name->token_count; i++) {
        writer_be32(&w, terms[i]);
        writer_u8(&w, token_flags(&name->tokens[i]));
        writer_u8(&w, name->tokens[i].weight);
    }
    person_write(&w, person);
    while (w.at % 4 != 0)
        writer_u8(&w, 0);
    return w.at;
}

static void
births_read(struct reader *r, struct pack_person *out)
{
    for (size_t i = 0; i < out->person.birth_count; i++) {
        struct birth *birth = &out->births[i];

        birth->from.days = (int32_t)reader_be32(r, "SCR 5.7");
        birth->to.days = (int32_t)reader_be32(r, "SCR 5.7");
        birth->about = reader_u8(r, "SCR 5.7") != 0;
        if (birth->from.days < DATE_DAYS_MIN ||
            birth->to.days > DATE_DAYS_MAX || birth->from.days > birth->to.days)
            reader_refuse(r, ERR_CORRUPT, "SCR 5.7", NULL);
    }
}

static void
person_read(struct reader *r, struct pack_person *out)
{
    births_read(r, out);
    for (size_t i = 0; i < out->person.nationality_count; i++) {
        struct bytes code = reader_bytes(r, PACK_NATIONALITY_SIZE, "SCR 5.7");

        out->nationalities[i] = bytes_slice(code, 0, bytes_find(code, ' '));
    }
    for (size_t i = 0; i < out->person.place_count; i++)
        out->places[i] = reader_bytes(r, reader_u8(r, "SCR 5.7"), "SCR 5.7");
}

/* The counts, and where what they count goes. */
static size_t
counts_read(struct reader *r, struct pack_person *out)
{
    size_t tokens;

    out->entry = reader_be64(r, "SCR 5.7");
    out->number = reader_be16(r, "SCR 5.7");
    out->person = (struct person){.name_count = 1,
                                  .names = out->names,
                                  .births = out->births,
                                  .nationalities = out->nationalities,
                                  .places_of_birth = out->places};
    out->person.sex = reader_u8(r, "SCR 5.7");
    tokens = reader_u8(r, "SCR 5.7");
    out->name.truncated = reader_u8(r, "SCR 5.7") == NAME_TRUNCATED;
    out->person.birth_count = reader_u8(r, "SCR 5.7");
    out->person.nationality_count = reader_u8(r, "SCR 5.7");
    out->person.place_count = reader_u8(r, "SCR 5.7");
    if (tokens > NAME_TOKENS_MAX ||
        out->person.birth_count > PERSON_BIRTHS_MAX ||
        out->person.nationality_count > PERSON_NATIONALITIES_MAX ||
        out->person.place_count > PERSON_PLACES_MAX)
        reader_refuse(r, ERR_CORRUPT, "SCR 5.7", NULL);
    return tokens;
}

enum err
pack_read_person(struct bytes record, struct pack_person *out)
{
    struct reader r = {.in = record};
    size_t tokens = counts_read(&r, out);

    if (r.fault.code != OK)
        return ERR_CORRUPT;
    out->names[0] = (struct person_name){0};
    (void)reader_bytes(&r, tokens * PACK_TOKEN_SIZE, "SCR 5.7");
    person_read(&r, out);
    return r.fault.code == OK ? OK : ERR_CORRUPT;
}

enum err
pack_read_name(const struct name_index *index, struct bytes record,
               struct pack_person *out)
{
    size_t count = pack_token_count(record.p);
    enum err e = OK;

    for (size_t i = 0; i < count && e == OK; i++) {
        uint8_t part = pack_token_flags(record.p, i) & PACK_PART_MASK;

        if (part > PART_GIVEN)
            return ERR_CORRUPT;
        e = pack_term(index, pack_token_term(record.p, i),
                      (enum token_part)part, &out->name.tokens[i]);
    }
    if (e != OK)
        return e;
    out->name.token_count = (uint8_t)count;
    name_of_tokens(&out->name, out->name.truncated);
    return OK;
}
