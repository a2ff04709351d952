#include "screen/name_index_pack.h"

#include "base/reader.h"
#include "base/writer.h"

#define TERM_VOWELLESS 1
#define TERM_CUT 2

_Static_assert(PACK_SIZE_MAX <= UINT16_MAX, "a record's size is small");

void
pack_term_write(const struct token *token, const struct pack_places *places,
                uint8_t out[TERM_SIZE])
{
    struct writer w;

    writer_init(&w, out, TERM_SIZE);
    writer_be32(&w, places->text_at);
    writer_be32(&w, places->alone_at);
    writer_be32(&w, places->others_at);
    writer_be32(&w, places->dense);
    writer_be64(&w, token->skeleton);
    writer_be64(&w, token->signs);
    writer_be32(&w, token->letters);
    writer_be16(&w, token->family);
    writer_u8(&w, token->text_size);
    writer_u8(&w, token->fold_size);
    writer_u8(&w, token->kind);
    writer_u8(&w, token->weight);
    writer_u8(&w, (uint8_t)((token->vowelless ? TERM_VOWELLESS : 0) |
                            (token->cut ? TERM_CUT : 0)));
    writer_u8(&w, 0);
}

enum err
pack_term(const struct name_index *index, uint32_t term, enum token_part part,
          struct token *out)
{
    const uint8_t *p = index->terms.p + (size_t)term * TERM_SIZE;
    size_t text_size;
    size_t fold_size;
    size_t at;

    if (term >= index->terms.count - 1)
        return ERR_CORRUPT;
    at = u32_at(p);
    text_size = p[38];
    fold_size = p[39];
    if (text_size == 0 || text_size > TOKEN_TEXT_MAX ||
        fold_size > TOKEN_TEXT_MAX || p[40] > TOKEN_NUMBER ||
        at > index->texts.count ||
        text_size + fold_size > index->texts.count - at)
        return ERR_CORRUPT;
    *out = (struct token){.skeleton = u64_at(p + 16),
                          .signs = u64_at(p + 24),
                          .letters = u32_at(p + 32),
                          .family = be16_read(p + 36),
                          .text_size = (uint8_t)text_size,
                          .fold_size = (uint8_t)fold_size,
                          .part = (uint8_t)part,
                          .kind = p[40],
                          .weight = p[41],
                          .vowelless = (p[42] & TERM_VOWELLESS) != 0,
                          .cut = (p[42] & TERM_CUT) != 0};
    memcpy(out->text, index->texts.p + at, text_size);
    memcpy(out->fold, index->texts.p + at + text_size, fold_size);
    return OK;
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
    writer_u8(&w, name->truncated ? PACK_TRUNCATED : 0);
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
    out->name.truncated = reader_u8(r, "SCR 5.7") == PACK_TRUNCATED;
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
