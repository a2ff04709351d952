/*
 * An index of names, damaged, and searched: up to the line end the question,
 * "surname<given names<birth<sex", behind it edits of image_fuzz.h. Whatever
 * the file holds, a search stays within it; undamaged it gives everybody the
 * score that score_persons() gives. SCR 5.
 */
#include "image_fuzz.h"

#include "os/map.h"
#include "screen/name.h"
#include "screen/name_index_int.h"

#define HITS_MAX 64
#define THRESHOLD SCORE_THRESHOLD_DEFAULT
#define COUNT(items) (sizeof(items) / sizeof((items)[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Invented, each for another way through the index. */
static const struct {
    const char *surname;
    const char *given_names;
    const char *whole;
    const char *born;
} LISTED[] = {
    {"ERIKSSON", "ANNA MARIA", NULL, "1974-08-12"},
    {"ERIKSEN", "ANNE MARIE", NULL, "1974"},
    {"AL ZAHRANI", "ABD AL RAHMAN BIN MUHAMMAD", NULL, "1980-02"},
    {"ABDELRAHMAN", "MOHAMED", NULL, NULL},
    {NULL, NULL, "Muhammad Ahmad", "1969-12-31"},
    {NULL, NULL, "SUKARNOPUTRO", "1950-01-01"},
    {"OF UTOPIA", "A B", NULL, NULL},
    {"HOXHA", "ARBEN", NULL, "1966-05-05"},
    {"HODZA", "ARBEN", NULL, "1966-06-05"},
    {"VAN DER UTOPIA", "J", NULL, "1801"},
    {"PETROVA", "ANNA SERGEEVNA", NULL, "1990-10-01"},
    {NULL, NULL, "XIAO PING UTOPI", "1988"},
};

static struct name listed_names[COUNT(LISTED)];
static struct person_name listed_parts[COUNT(LISTED)];
static struct person listed_persons[COUNT(LISTED)];
static struct birth listed_births[COUNT(LISTED)];

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static struct subject
listed(size_t i)
{
    return (struct subject){&listed_persons[i], &listed_names[i]};
}

static void
listed_init(size_t i)
{
    struct person *person = &listed_persons[i];
    bool known;

    listed_parts[i] = (struct person_name){
        .surname = bytes_of(LISTED[i].surname),
        .given_names = bytes_of(LISTED[i].given_names),
        .whole = bytes_of(LISTED[i].whole),
    };
    *person = (struct person){.name_count = 1, .names = &listed_parts[i]};
    must(name_read(NULL, &listed_parts[i], &listed_names[i]) == OK);
    if (LISTED[i].born == NULL)
        return;
    must(birth_parse(bytes_of(LISTED[i].born), &listed_births[i], &known) ==
         OK);
    person->births = &listed_births[i];
    person->birth_count = 1;
}

static struct bytes
index_make(void)
{
    static const uint8_t sha256[NAME_INDEX_SHA256_SIZE] = {1};
    struct name_index_builder builder;
    struct map scratch;
    struct arena arena;
    uint8_t *file;
    size_t size;

    must(map_scratch(NAME_INDEX_MEMORY(COUNT(LISTED)), &scratch) == OK);
    arena_init(&arena, scratch.p, scratch.size);
    must(name_index_begin(&builder, &arena) == OK);
    for (size_t i = 0; i < COUNT(LISTED); i++) {
        struct subject subject;

        listed_init(i);
        subject = listed(i);
        must(name_index_add(&builder, i, &subject) == OK);
    }
    must(name_index_plan(&builder, &size) == OK);
    file = calloc(1, size);
    must(file != NULL);
    name_index_write(&builder, sha256, file);
    map_close(&scratch);
    return (struct bytes){file, size};
}

/* A head that is damaged is seen by its sum, so the sum is made anew. */
static void
head_mend(struct bytes file)
{
    struct bytes head = bytes_slice(file, 0, NAME_INDEX_SUM_AT + 8);

    if (file.size >= NAME_INDEX_HEAD_SIZE)
        be64_write((uint8_t *)file.p + head.size, name_index_sum(head, 0));
}

/* What is found scores what the search says. That all is found which scores
 * enough is for the tests of recall to show. */
static void
hits_check(const struct subject *query, const struct name_index_hit *hits,
           size_t count)
{
    must(count <= COUNT(LISTED));
    for (size_t i = 0; i < count; i++) {
        struct subject subject;
        struct score score;

        must(hits[i].entry < COUNT(LISTED));
        subject = listed(hits[i].entry);
        score_persons(query, &subject, &score);
        must(score.points == hits[i].score.points);
    }
}

static void
search(struct bytes file, const struct subject *query, bool whole)
{
    static uint8_t block[NAME_INDEX_ARENA_SIZE];
    struct name_index_question question = {.query = query,
                                           .threshold = THRESHOLD};
    struct name_index_hit hits[HITS_MAX];
    struct name_index index;
    struct arena arena;
    size_t count = 0;
    enum err e;

    e = name_index_open(&index, file);
    must(e == OK || (!whole && (e == ERR_FORMAT || e == ERR_CORRUPT)));
    if (e != OK)
        return;
    e = name_index_verify(&index);
    must(e == OK || (!whole && e == ERR_CORRUPT));
    arena_init(&arena, block, sizeof(block));
    e = name_index_find(&index, &question, &arena, hits, HITS_MAX, &count);
    must(e == OK || (!whole && e == ERR_CORRUPT));
    if (e != OK)
        return;
    for (size_t i = 0; i < count && i < HITS_MAX; i++)
        must(hits[i].score.points >= THRESHOLD &&
             hits[i].score.points <= SCORE_MAX);
    if (whole)
        hits_check(query, hits, count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bytes whole;
    struct bytes edits = {data, size};
    struct bytes line = bytes_split(&edits, '\n');
    struct person_name parts = {.surname = bytes_split(&line, '<')};
    struct person person = {.name_count = 1, .names = &parts};
    struct birth birth;
    struct name name;
    struct subject query = {&person, &name};
    struct bytes file;
    bool born;

    if (whole.size == 0)
        whole = index_make();
    parts.given_names = bytes_split(&line, '<');
    person.births = &birth;
    if (birth_parse(bytes_split(&line, '<'), &birth, &born) == OK && born)
        person.birth_count = 1;
    person.sex = bytes_equal(line, BYTES("F")) ? 'F' : 0;
    if (name_read(NULL, &parts, &name) != OK)
        return 0;
    file = image_damaged(whole, edits);
    head_mend(file);
    search(file, &query, edits.size < IMAGE_EDIT_SIZE);
    free((void *)file.p);
    return 0;
}
