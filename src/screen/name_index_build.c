/*
 * Building a name index: entries are packed one after another as they come,
 * their tokens numbered by first appearance. When all are there they are
 * ordered by birth, counted, and the file is filled section by section.
 */
#include "screen/name_index.h"

#include <assert.h>

#include "screen/name_index_int.h"
#include "screen/name_index_pack.h"
#include "screen/name_index_terms.h"

#define CHUNK_SIZE ((size_t)1 << 20)

/* Packed records, each behind its size and its birth slot. */
struct chunk {
    struct chunk *next;
    size_t used;
    uint8_t p[CHUNK_SIZE];
};

#define FRAME_SIZE 8

struct size_count {
    size_t size;
    size_t count;
};

struct name_index_made {
    struct term_table terms;
    struct chunk *first;
    struct chunk *last;
    size_t entry_count;
    size_t name_count;
    size_t records_size;

    /* From name_index_plan() on. */
    const uint8_t **ranked; /* records in order of birth, then as added */
    uint32_t *slot_starts;  /* BIRTH_SLOT_COUNT + 1 */
    uint32_t *class_starts; /* CLASS_STARTS for each dense term */
    size_t dense_count;
    size_t posting_count;
    size_t day_count;
    size_t texts_size;
    size_t key_count;
    unsigned key_bits;
};

enum err
name_index_begin(struct name_index_builder *builder, struct arena *arena)
{
    struct name_index_made *made = arena_take(arena, sizeof(*made));

    if (made == NULL)
        return ERR_LIMIT;
    *builder = (struct name_index_builder){.arena = arena, .made = made};
    return term_table_init(&made->terms, arena);
}

/* Room for `size` bytes that stay where they are. */
static uint8_t *
record_take(struct name_index_builder *builder, size_t size)
{
    struct name_index_made *made = builder->made;
    struct chunk *chunk = made->last;

    assert(size <= CHUNK_SIZE);
    if (chunk == NULL || size > CHUNK_SIZE - chunk->used) {
        chunk = arena_take(builder->arena, sizeof(*chunk));
        if (chunk == NULL)
            return NULL;
        if (made->last == NULL)
            made->first = chunk;
        else
            made->last->next = chunk;
        made->last = chunk;
    }
    chunk->used += size;
    return chunk->p + chunk->used - size;
}

/* The tokens' numbers, each that counts counted once for the name. */
static enum err
terms_number(struct term_table *table, const struct name *name, uint32_t *out)
{
    for (size_t i = 0; i < name->token_count; i++) {
        bool again = false;
        enum err e = term_table_put(table, &name->tokens[i], &out[i]);

        if (e != OK)
            return e;
        for (size_t k = 0; k < i && !again; k++)
            again = out[k] == out[i];
        if (!again && name->tokens[i].kind != TOKEN_PARTICLE)
            table->terms[out[i]].count++;
    }
    return OK;
}

static enum err
name_add(struct name_index_builder *builder, const struct pack_source *source)
{
    struct name_index_made *made = builder->made;
    uint32_t terms[NAME_TOKENS_MAX];
    uint8_t record[PACK_SIZE_MAX];
    enum err e;
    size_t size;
    uint8_t *p;

    if (source->name->token_count == 0)
        return OK;
    if (made->name_count == NAME_INDEX_NAMES_MAX)
        return ERR_LIMIT;
    e = terms_number(&made->terms, source->name, terms);
    if (e != OK)
        return e;
    size = pack_write(source, terms, record);
    p = record_take(builder, FRAME_SIZE + size);
    if (p == NULL)
        return ERR_LIMIT;
    be32_write(p, (uint32_t)size);
    be32_write(p + 4, name_index_slot(source->person));
    memcpy(p + FRAME_SIZE, record, size);
    made->name_count++;
    made->records_size += size;
    return OK;
}

enum err
name_index_add(struct name_index_builder *builder, uint64_t entry,
               const struct subject *subject)
{
    enum err e = OK;

    for (size_t i = 0; i < subject->person->name_count && e == OK; i++) {
        struct pack_source source = {.entry = entry,
                                     .number = (uint16_t)i,
                                     .person = subject->person,
                                     .name = &subject->names[i]};

        e = name_add(builder, &source);
    }
    if (e == OK)
        builder->made->entry_count++;
    return e;
}

/* ----- Planning ----- */

static void
each_record(struct name_index_made *made,
            void (*visit)(struct name_index_made *made, const uint8_t *record,
                          uint32_t slot))
{
    const struct chunk *chunk;

    for (chunk = made->first; chunk != NULL; chunk = chunk->next) {
        size_t at = 0;

        while (at < chunk->used) {
            size_t size = be32_read(chunk->p + at);

            visit(made, chunk->p + at + FRAME_SIZE,
                  be32_read(chunk->p + at + 4));
            at += FRAME_SIZE + size;
        }
    }
}

static void
slot_count(struct name_index_made *made, const uint8_t *record, uint32_t slot)
{
    (void)record;
    made->slot_starts[slot + 1]++;
}

static void
slot_fill(struct name_index_made *made, const uint8_t *record, uint32_t slot)
{
    made->ranked[made->slot_starts[slot]++] = record;
}

/* Orders the records by birth; afterwards slot_starts[s] is where slot s
 * begins. */
static enum err
rank(struct name_index_builder *builder)
{
    struct name_index_made *made = builder->made;
    struct arena *arena = builder->arena;
    size_t slots = BIRTH_SLOT_COUNT + 1;

    made->ranked =
        arena_array(arena, made->name_count + 1, sizeof(*made->ranked));
    made->slot_starts = arena_array(arena, slots, sizeof(uint32_t));
    if (made->ranked == NULL || made->slot_starts == NULL)
        return ERR_LIMIT;
    each_record(made, slot_count);
    for (size_t i = 1; i < slots; i++) {
        if (i < BIRTH_SLOT_COUNT && made->slot_starts[i] > 0)
            made->day_count++;
        made->slot_starts[i] += made->slot_starts[i - 1];
    }
    each_record(made, slot_fill);
    /* Each now stands at its end, which is where the next begins. */
    memmove(made->slot_starts + 1, made->slot_starts,
            (slots - 1) * sizeof(uint32_t));
    made->slot_starts[0] = 0;
    return OK;
}

/* ----- Postings ----- */

/*
 * class    of a sparse term's, CLASS_ALONE or 0
 * partners of a sparse term's: the classes of the others
 */
struct posting {
    struct build_term *term;
    uint32_t class;
    uint32_t partners;
};

#define POSTINGS_MAX (NAME_TOKENS_MAX * NAME_TOKENS_MAX)

/*
 * The words of a name, each once.
 *
 * again    it is there more than once: it goes with itself, too
 */
struct words {
    size_t count;
    struct build_term *terms[NAME_TOKENS_MAX];
    bool again[NAME_TOKENS_MAX];
};

static void
words_get(const struct name_index_made *made, const uint8_t *record,
          struct words *out)
{
    size_t tokens = pack_token_count(record);

    *out = (struct words){0};
    for (size_t i = 0; i < tokens; i++) {
        struct build_term *term =
            &made->terms.terms[pack_token_term(record, i)];
        size_t k = 0;

        if ((pack_token_flags(record, i) & PACK_PARTICLE) != 0)
            continue;
        while (k < out->count && out->terms[k] != term)
            k++;
        out->again[k] = k < out->count;
        if (k == out->count)
            out->terms[out->count++] = term;
    }
}

/* Whether a word is found by another one's class. */
static bool
goes_with(const struct words *words, size_t which, size_t other)
{
    return which != other || words->again[which];
}

/* The classes under which a dense term's name is found, each once. */
static size_t
dense_postings(const struct words *words, size_t which, struct posting *out)
{
    struct build_term *term = words->terms[which];
    size_t made = 0;

    if (words->count == 1) {
        out[0] = (struct posting){term, CLASS_ALONE, 0};
        return 1;
    }
    for (size_t i = 0; i < words->count; i++) {
        uint16_t class = words->terms[i]->class;
        size_t k = 0;

        if (!goes_with(words, which, i))
            continue;
        while (k < made && out[k].class != class)
            k++;
        if (k == made)
            out[made++] = (struct posting){term, class, 0};
    }
    return made;
}

/* Two have room; of more, any may be there. */
static struct posting
sparse_posting(const struct words *words, size_t which)
{
    struct build_term *term = words->terms[which];
    uint16_t classes[2] = {CLASS_NONE, CLASS_NONE};
    size_t made = 0;

    if (words->count == 1)
        return (struct posting){term, CLASS_ALONE, 0};
    for (size_t i = 0; i < words->count; i++) {
        if (!goes_with(words, which, i))
            continue;
        if (made == 2)
            return (struct posting){term, 0, (uint32_t)CLASS_ANY << 16};
        classes[made++] = words->terms[i]->class;
    }
    return (struct posting){term, 0, (uint32_t)classes[0] << 16 | classes[1]};
}

static size_t
record_postings(const struct name_index_made *made, const uint8_t *record,
                struct posting out[POSTINGS_MAX])
{
    struct words words;
    size_t n = 0;

    words_get(made, record, &words);
    for (size_t i = 0; i < words.count; i++) {
        if (words.terms[i]->dense == TERM_SPARSE)
            out[n++] = sparse_posting(&words, i);
        else
            n += dense_postings(&words, i, out + n);
    }
    return n;
}

/* How many units of the section it takes. */
static uint32_t
posting_units(const struct posting *p)
{
    return p->term->dense == TERM_SPARSE && p->class != CLASS_ALONE
               ? PARTNERED_UNITS
               : 1;
}

/* Where the next posting of a term and class goes. */
static uint32_t *
posting_cursor(const struct name_index_made *made, const struct posting *p)
{
    if (p->term->dense == TERM_SPARSE)
        return p->class == CLASS_ALONE ? &p->term->alone_at
                                       : &p->term->postings_at;
    return &made->class_starts[(size_t)p->term->dense * CLASS_STARTS +
                               p->class];
}

/* Numbers the dense terms and counts every term's postings. */
static enum err
postings_count(struct name_index_builder *builder)
{
    struct name_index_made *made = builder->made;
    struct term_table *table = &made->terms;

    for (size_t i = 0; i < table->count; i++) {
        bool dense = table->terms[i].count >= DENSE_POSTINGS_MIN;

        table->terms[i].dense =
            dense ? (uint32_t)made->dense_count++ : TERM_SPARSE;
    }
    made->class_starts = arena_array(
        builder->arena, made->dense_count * CLASS_STARTS + 1, sizeof(uint32_t));
    if (made->class_starts == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < made->name_count; i++) {
        struct posting postings[POSTINGS_MAX];
        size_t count = record_postings(made, made->ranked[i], postings);

        for (size_t k = 0; k < count; k++) {
            uint32_t units = posting_units(&postings[k]);

            *posting_cursor(made, &postings[k]) += units;
            made->posting_count += units;
        }
    }
    return made->posting_count < UINT32_MAX ? OK : ERR_LIMIT;
}

/* Counts become places: where each term's and class's postings begin. */
static void
postings_place(struct name_index_made *made)
{
    uint32_t at = 0;

    for (size_t i = 0; i < made->terms.count; i++) {
        struct build_term *term = &made->terms.terms[i];
        uint32_t *starts = made->class_starts;
        uint32_t count = term->postings_at;

        if (term->dense == TERM_SPARSE) {
            term->postings_at = at + term->alone_at;
            at = term->postings_at + count;
            term->alone_at = term->postings_at - term->alone_at;
            continue;
        }
        term->alone_at = at;
        term->postings_at = at;
        starts += (size_t)term->dense * CLASS_STARTS;
        for (size_t c = 0; c < CLASS_STARTS; c++) {
            count = starts[c];
            starts[c] = at;
            at += count;
        }
    }
}

/* ----- The file ----- */

static void
sizes_get(const struct name_index_made *made,
          struct size_count out[SECTION_COUNT])
{
    size_t buckets = (size_t)1 << made->key_bits;

    out[SECTION_TERMS] = (struct size_count){TERM_SIZE, made->terms.count + 1};
    out[SECTION_TEXTS] = (struct size_count){1, made->texts_size};
    out[SECTION_KEY_STARTS] = (struct size_count){4, buckets + 1};
    out[SECTION_KEYS] = (struct size_count){KEY_SIZE, made->key_count};
    out[SECTION_INITIALS] = (struct size_count){INITIAL_SIZE, INITIAL_COUNT};
    out[SECTION_DENSE] =
        (struct size_count){4, made->dense_count * CLASS_STARTS};
    out[SECTION_POSTINGS] = (struct size_count){4, made->posting_count};
    out[SECTION_DAYS] = (struct size_count){DAY_SIZE, made->day_count + 1};
    out[SECTION_PLACES] = (struct size_count){4, made->name_count + 1};
    out[SECTION_RECORDS] = (struct size_count){1, made->records_size};
}

/* Sections begin at multiples of eight. */
static size_t
section_room(const struct size_count *size)
{
    return (size->size * size->count + 7) / 8 * 8;
}

enum err
name_index_plan(struct name_index_builder *builder, size_t *size)
{
    struct name_index_made *made = builder->made;
    struct size_count sizes[SECTION_COUNT];
    size_t total = NAME_INDEX_HEAD_SIZE;
    enum err e = rank(builder);

    if (e == OK)
        e = postings_count(builder);
    if (e != OK)
        return e;
    if (made->records_size / 4 >= UINT32_MAX)
        return ERR_LIMIT;
    made->texts_size = made->terms.texts_size;
    made->key_count = term_table_key_count(&made->terms);
    made->key_bits = 4;
    while (made->key_bits < 28 &&
           ((size_t)4 << made->key_bits) < made->key_count)
        made->key_bits++;
    postings_place(made);
    sizes_get(made, sizes);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        total += section_room(&sizes[i]);
    *size = total;
    return OK;
}

static void
terms_write(const struct name_index_made *made, uint8_t *terms, uint8_t *texts)
{
    struct pack_places places = {0};

    for (size_t i = 0; i < made->terms.count; i++) {
        const struct build_term *term = &made->terms.terms[i];
        const struct token *token = &term->token;

        places.alone_at = term->alone_at;
        places.others_at = term->postings_at;
        places.dense = term->dense;
        pack_term_write(token, &places, terms + i * TERM_SIZE);
        memcpy(texts + places.text_at, token->text, token->text_size);
        places.text_at += token->text_size;
        memcpy(texts + places.text_at, token->fold, token->fold_size);
        places.text_at += token->fold_size;
    }
    places.alone_at = (uint32_t)made->posting_count;
    places.others_at = (uint32_t)made->posting_count;
    pack_term_write(&(struct token){0}, &places,
                    terms + made->terms.count * TERM_SIZE);
}

static void
dense_write(const struct name_index_made *made, uint8_t *out)
{
    for (size_t i = 0; i < made->dense_count * CLASS_STARTS; i++)
        be32_write(out + i * 4, made->class_starts[i]);
}

/* Moves the cursors: what they were has been written. */
static void
ranks_write(const struct name_index_made *made, uint8_t *postings,
            uint8_t *places, uint8_t *records)
{
    size_t at = 0;

    for (size_t i = 0; i < made->name_count; i++) {
        const uint8_t *record = made->ranked[i];
        size_t size = be32_read(record - FRAME_SIZE);
        struct posting found[POSTINGS_MAX];
        size_t count = record_postings(made, record, found);

        for (size_t k = 0; k < count; k++) {
            uint32_t *cursor = posting_cursor(made, &found[k]);

            be32_write(postings + (size_t)*cursor * 4, (uint32_t)i);
            if (posting_units(&found[k]) == PARTNERED_UNITS)
                be32_write(postings + (size_t)*cursor * 4 + 4,
                           found[k].partners);
            *cursor += posting_units(&found[k]);
        }
        be32_write(places + i * 4, (uint32_t)(at / 4));
        memcpy(records + at, record, size);
        at += size;
    }
    be32_write(places + made->name_count * 4, (uint32_t)(at / 4));
}

static void
days_write(const struct name_index_made *made, uint8_t *out)
{
    for (uint32_t slot = 0; slot < BIRTH_SLOT_COUNT; slot++) {
        uint32_t from = made->slot_starts[slot];

        if (slot < BIRTH_SLOT_COUNT - 1 && from == made->slot_starts[slot + 1])
            continue;
        be32_write(out, (uint32_t)((int32_t)slot + BIRTH_SLOT_FIRST));
        be32_write(out + 4, from);
        out += DAY_SIZE;
    }
}

static void
head_write(const struct name_index_made *made, const uint8_t *list_sha256,
           const struct size_count *sizes, uint8_t *out)
{
    struct writer w;

    writer_init(&w, out, NAME_INDEX_HEAD_SIZE);
    writer_text(&w, NAME_INDEX_MAGIC);
    writer_be32(&w, NAME_INDEX_VERSION);
    writer_be32(&w, made->key_bits);
    writer_bytes(&w, (struct bytes){list_sha256, NAME_INDEX_SHA256_SIZE});
    writer_be64(&w, made->entry_count);
    writer_be64(&w, made->name_count);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        writer_be64(&w, sizes[i].count);
    assert(w.at == NAME_INDEX_SUM_AT);
}

void
name_index_write(struct name_index_builder *builder,
                 const uint8_t list_sha256[NAME_INDEX_SHA256_SIZE],
                 uint8_t *out)
{
    struct name_index_made *made = builder->made;
    struct size_count sizes[SECTION_COUNT];
    uint8_t *parts[SECTION_COUNT];
    size_t at = NAME_INDEX_HEAD_SIZE;
    struct bytes file;

    sizes_get(made, sizes);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        parts[i] = out + at;
        at += section_room(&sizes[i]);
    }
    file = (struct bytes){out, at};
    terms_write(made, parts[SECTION_TERMS], parts[SECTION_TEXTS]);
    dense_write(made, parts[SECTION_DENSE]);
    term_table_keys_write(&made->terms, made->key_bits,
                          parts[SECTION_KEY_STARTS], parts[SECTION_KEYS]);
    memcpy(parts[SECTION_INITIALS], made->terms.initials,
           sizeof(made->terms.initials));
    ranks_write(made, parts[SECTION_POSTINGS], parts[SECTION_PLACES],
                parts[SECTION_RECORDS]);
    days_write(made, parts[SECTION_DAYS]);
    head_write(made, list_sha256, sizes, out);
    be64_write(out + NAME_INDEX_SUM_AT,
               name_index_sum(file, NAME_INDEX_HEAD_SIZE));
    be64_write(out + NAME_INDEX_SUM_AT + 8,
               name_index_sum((struct bytes){out, NAME_INDEX_SUM_AT + 8}, 0));
}
