/*
 * An index of documents, damaged, and asked: up to the line end the question,
 * "state<type<number", behind it edits of image_fuzz.h. Whatever the file
 * holds, a look-up stays within it; undamaged it finds what is listed. SCR 6.
 */
#include "image_fuzz.h"

#include "screen/document_index_int.h"

#define COUNT(items) (sizeof(items) / sizeof((items)[0]))
#define ENTRY_STEP 16 /* bytes of a list from one entry to the next */
#define MEMORY_SIZE (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *state;
    const char *type;
    const char *number;
    const char *number_to;
} LISTED[] = {
    {"UTO", "P", "L898902C3", NULL},
    {"UTO", "I", "D23145890", NULL},
    {"", "P", "O0O0O0O0O", NULL},
    {"D", "", "C01X00T47", NULL},
    {"XOM", "P", "12345678901234567", NULL},
    {"UTO", "P", "AA000100", "AA019950"},
    {"UTO", "V", "000000001", "999999999"},
};

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static struct person_document
listed(size_t i)
{
    return (struct person_document){.state = bytes_of(LISTED[i].state),
                                    .type = bytes_of(LISTED[i].type),
                                    .number = bytes_of(LISTED[i].number)};
}

static struct bytes
index_make(void)
{
    static const uint8_t sha256[DOCUMENT_INDEX_SHA256_SIZE] = {1};
    static struct document_index_builder builder;
    struct arena arena;
    void *memory = malloc(MEMORY_SIZE);
    uint8_t *file;
    size_t size;

    must(memory != NULL);
    arena_init(&arena, memory, MEMORY_SIZE);
    must(document_index_begin(&builder, COUNT(LISTED),
                              ENTRY_STEP * (COUNT(LISTED) + 1), &arena) == OK);
    for (size_t i = 0; i < COUNT(LISTED); i++) {
        struct person_document document = listed(i);

        must(document_index_count(&builder, &document,
                                  bytes_of(LISTED[i].number_to)) == OK);
    }
    size = document_index_plan(&builder);
    file = calloc(1, size);
    must(file != NULL);
    document_index_lay(&builder, file);
    for (size_t i = 0; i < COUNT(LISTED); i++) {
        struct person_document document = listed(i);

        must(document_index_put(&builder, &document,
                                bytes_of(LISTED[i].number_to),
                                ENTRY_STEP * (i + 1)) == OK);
    }
    must(document_index_end(&builder, sha256) == OK);
    free(memory);
    return (struct bytes){file, size};
}

/* A head that is damaged is seen by its sum, so the sum is made anew. */
static void
head_mend(struct bytes file)
{
    uint8_t *p = (uint8_t *)file.p;
    size_t states;

    if (file.size < DOCUMENT_HEAD_SIZE)
        return;
    states = be16_read(p + 14);
    if (states * DOCUMENT_STATE_SIZE <= file.size - DOCUMENT_HEAD_SIZE)
        be64_write(p + DOCUMENT_SUM_AT, document_head_sum(p, states));
}

static void
found_check(const struct document_key *key, const uint64_t *found, size_t count)
{
    for (size_t i = 0; i < COUNT(LISTED); i++) {
        struct person_document document = listed(i);
        struct document_range range;
        size_t at = 0;

        must(document_range_read(&document, bytes_of(LISTED[i].number_to),
                                 &range) == OK);
        if (!document_range_holds(&range, key))
            continue;
        while (at < count && found[at] != ENTRY_STEP * (i + 1))
            at++;
        must(at < count);
    }
}

static void
look_up(struct bytes file, const struct document_key *key, bool whole)
{
    uint64_t found[DOCUMENT_INDEX_FOUND_MAX];
    struct document_index index;
    size_t count = 0;
    enum err e = document_index_open(&index, file);

    must(e == OK || (!whole && (e == ERR_FORMAT || e == ERR_CORRUPT)));
    if (e != OK)
        return;
    e = document_index_verify(&index);
    must(e == OK || (!whole && e == ERR_CORRUPT));
    e = document_index_find(&index, key, found, DOCUMENT_INDEX_FOUND_MAX,
                            &count);
    must(e == OK || (!whole && e == ERR_CORRUPT));
    if (e == OK && whole)
        found_check(key, found, count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bytes whole;
    struct bytes edits = {data, size};
    struct bytes line = bytes_split(&edits, '\n');
    struct person_document document = {.state = bytes_split(&line, '<')};
    struct document_key key;
    struct bytes file;

    if (whole.size == 0)
        whole = index_make();
    document.type = bytes_split(&line, '<');
    document.number = line;
    if (!document_key_read(&document, &key))
        return 0;
    file = image_damaged(whole, edits);
    head_mend(file);
    look_up(file, &key, edits.size < IMAGE_EDIT_SIZE);
    free((void *)file.p);
    return 0;
}
