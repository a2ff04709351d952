/*
 * Listed documents: how long a look-up takes among a hundred million, how large
 * the index is and how long it takes to build; beside a sorted array of the
 * same documents searched by halving, and SQLite's table of (a part of) them.
 *
 *     documents [COUNT [SQLITE_COUNT [FOLDER]]]     1000000, as many, /tmp
 *     documents --csv COUNT                         as `kufi list import` reads
 *
 * Every question goes the booth's way: screen_ask() with the list and its index
 * mapped from files. One line an answer: name, value, unit, comparison.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "os/map.h"
#include "os/os.h"
#include "screen/document_index.h"
#include "screen/list.h"
#include "screen/screen.h"
#include "screen/set.h"

#define QUESTIONS 200000
#define NUMBER_SIZE 9
#define KEY_SIZE (3 + NUMBER_SIZE)
#define STATES 20
/* Numbers of two letters and seven digits, of each state. */
#define NUMBERS (UINT64_C(676) * 10000000)

static const char STATE[STATES][4] = {
    "ALB", "UTO", "D",   "FRA", "ITA", "GRC", "MKD", "RKS", "MNE", "SRB",
    "TUR", "HRV", "AUT", "BGR", "ROU", "POL", "ESP", "USA", "GBR", "UKR"};

static struct os os;

static void
die(const char *what)
{
    fprintf(stderr, "documents: %s\n", what);
    exit(1);
}

static void
must(enum err e, const char *what)
{
    if (e != OK)
        die(what);
}

static uint64_t
now_ns(void)
{
    return os.monotonic_ns(&os);
}

static double
seconds_since(uint64_t start_ns)
{
    return (double)(now_ns() - start_ns) / 1e9;
}

/* ----- Documents: the i-th of an endless row, no two alike. ----- */

struct made {
    const char *state;
    char number[NUMBER_SIZE + 1];
};

static void
document_make(uint64_t i, struct made *out)
{
    /* A step that shares no factor with NUMBERS passes all of them. */
    uint64_t n = i / STATES * UINT64_C(2654435761) % NUMBERS;

    out->state = STATE[i % STATES];
    snprintf(out->number, sizeof(out->number), "%c%c%07u",
             (char)('A' + n / 10000000 % 26), (char)('A' + n / 260000000),
             (unsigned)(n % 10000000));
}

static struct person_document
document_of(const struct made *made)
{
    return (struct person_document){.state = bytes_of(made->state),
                                    .type = BYTES("P"),
                                    .number = bytes_of(made->number)};
}

static void
csv_write(uint64_t count)
{
    puts("state,type,number,reason");
    for (uint64_t i = 0; i < count; i++) {
        struct made made;

        document_make(i, &made);
        printf("%s,P,%s,%s\n", made.state, made.number,
               i % 3 == 0 ? "stolen" : "lost");
    }
}

/* ----- The list and its index. ----- */

struct place {
    char path[256];
    struct folder folder;
    struct file file;
    uint64_t at;
    struct map list_map;
    struct map index_map;
    struct list_file list;
    struct document_index index;
};

static enum err
put(void *context, struct bytes in)
{
    struct place *place = context;
    enum err e = os.write_at(&os, place->file, place->at, in);

    place->at += in.size;
    return e;
}

static void
list_write(struct place *place, uint64_t count)
{
    struct list_writer w = {
        .room = malloc(LIST_ROOM_SIZE), .put = put, .context = place};

    must(os.open(&os, place->folder, "documents.list", OPEN_REPLACE, 0600,
                 &place->file),
         "the list cannot be made");
    must(list_writer_begin(&w, LIST_DOCUMENTS), "the list");
    for (uint64_t i = 0; i < count; i++) {
        struct made made;
        struct person_document document;
        struct list_entry entry = {
            .kind = LIST_DOCUMENT,
            .reason = LIST_REASON_LOST,
            .person = {.document_count = 1, .documents = &document}};

        document_make(i, &made);
        document = document_of(&made);
        must(list_writer_add(&w, &entry), "an entry");
    }
    must(list_writer_end(&w), "the list");
    os.close(&os, place->file);
    free(w.room);
    must(map_open(&os, place->folder, "documents.list", &place->list_map),
         "mapping the list");
    must(list_open(map_bytes(&place->list_map), &place->list), "the list");
}

/* Both passes read the entries as an import does. */
static void
pass(struct place *place, struct document_index_builder *builder, bool count)
{
    static uint8_t block[LIST_ENTRY_ARENA_SIZE];
    uint64_t at = LIST_MAGIC_SIZE;

    for (;;) {
        uint64_t start = at;
        struct list_entry entry;
        struct arena arena;
        enum err e;

        arena_init(&arena, block, sizeof(block));
        e = list_next(&place->list, &at, &arena, &entry);
        if (e == ERR_NOT_FOUND)
            return;
        must(e, "reading the list");
        must(count ? document_index_count(builder, entry.person.documents,
                                          entry.number_to)
                   : document_index_put(builder, entry.person.documents,
                                        entry.number_to, start),
             "the index");
    }
}

static void
index_build(struct place *place, uint64_t count)
{
    static const uint8_t sha256[DOCUMENT_INDEX_SHA256_SIZE];
    struct document_index_builder builder;
    struct map scratch;
    struct map made;
    struct map file;
    struct arena arena;
    uint64_t start = now_ns();
    size_t size;
    double built;

    must(map_scratch(DOCUMENT_INDEX_MEMORY(count), &scratch), "memory");
    arena_init(&arena, scratch.p, scratch.size);
    must(document_index_begin(&builder, count, place->list.in.size, &arena),
         "the index");
    pass(place, &builder, true);
    size = document_index_plan(&builder);
    must(map_scratch(size, &made), "memory");
    document_index_lay(&builder, made.p);
    pass(place, &builder, false);
    must(document_index_end(&builder, sha256), "the index");
    must(map_create(&os, place->folder, "documents.documents", size, 0600,
                    &file),
         "the index's file");
    memcpy(file.p, made.p, size);
    map_close(&made);
    must(map_sync(&os, &file), "the index's file");
    built = seconds_since(start);
    printf("documents_build %.1f s for %" PRIu64
           " documents, on the disk (%.2f M/s; %.1f MiB of memory besides the "
           "pages of files)\n",
           built, count, (double)count / built / 1e6,
           (double)(DOCUMENT_INDEX_MEMORY(count) + size) / (1 << 20));
    printf("documents_size %.2f bytes a document, %.1f MiB mapped (aim 10.7: "
           "1 GiB for 100 M; the list itself %.1f MiB, read at hits)\n",
           (double)size / (double)count, (double)size / (1 << 20),
           (double)place->list.in.size / (1 << 20));
    map_close(&file);
    map_close(&scratch);
    must(map_open(&os, place->folder, "documents.documents", &place->index_map),
         "mapping the index");
    must(document_index_open(&place->index, map_bytes(&place->index_map)),
         "the index");
}

/* ----- Measuring. ----- */

static int
compare_ns(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static uint64_t
random_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

typedef bool lookup(void *context, const struct made *made);

/* Listed documents, or others of the same make; each timed by itself. */
static void
measure(const char *name, lookup *find, void *context, uint64_t count,
        bool listed, const char *note)
{
    uint64_t *ns = malloc(QUESTIONS * sizeof(*ns));
    uint64_t state = 1;
    double sum = 0;

    for (size_t i = 0; i < QUESTIONS; i++) {
        uint64_t number = random_next(&state) % count;
        struct made made;
        uint64_t began;

        document_make(listed ? number : count + number, &made);
        began = now_ns();
        if (find(context, &made) != listed)
            die("a wrong answer");
        ns[i] = now_ns() - began;
        sum += (double)ns[i];
    }
    qsort(ns, QUESTIONS, sizeof(*ns), compare_ns);
    printf("%s_%s %.2f us p50, %.2f us p99, %.2f us p99.9, %.2f us mean (%s)\n",
           name, listed ? "hit" : "miss", (double)ns[QUESTIONS / 2] / 1e3,
           (double)ns[QUESTIONS / 100 * 99] / 1e3,
           (double)ns[QUESTIONS / 1000 * 999] / 1e3, sum / QUESTIONS / 1e3,
           note);
    free(ns);
}

struct booth {
    struct screen_list list;
    struct screen_set set;
    struct arena arena;
};

static bool
booth_find(void *context, const struct made *made)
{
    struct booth *booth = context;
    struct person_document document = document_of(made);
    struct screen_query query = {
        .person = {.document_count = 1, .documents = &document}};
    struct screen_hit hits[4];
    size_t count = 0;

    arena_reset(&booth->arena);
    must(screen_ask(&booth->set, &query, &booth->arena, hits, 4, &count),
         "screen_ask");
    return count > 0;
}

static bool
index_find(void *context, const struct made *made)
{
    struct person_document document = document_of(made);
    uint64_t found[DOCUMENT_INDEX_FOUND_MAX];
    struct document_key key;
    size_t count = 0;

    if (!document_key_read(&document, &key))
        die("no key");
    must(document_index_find(context, &key, found, DOCUMENT_INDEX_FOUND_MAX,
                             &count),
         "document_index_find");
    return count > 0;
}

/* ----- A sorted array. ----- */

struct sorted {
    uint8_t *keys;
    uint64_t count;
};

static void
key_write(const struct made *made, uint8_t out[KEY_SIZE])
{
    memset(out, 0, 3);
    memcpy(out, made->state, strlen(made->state));
    memcpy(out + 3, made->number, NUMBER_SIZE);
}

static int
compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, KEY_SIZE);
}

static bool
sorted_find(void *context, const struct made *made)
{
    const struct sorted *sorted = context;
    uint8_t key[KEY_SIZE];

    key_write(made, key);
    return bsearch(key, sorted->keys, sorted->count, KEY_SIZE, compare_keys) !=
           NULL;
}

static void
sorted_measure(uint64_t count)
{
    struct sorted sorted = {.count = count};
    uint64_t start = now_ns();

    sorted.keys = malloc(count * KEY_SIZE);
    if (sorted.keys == NULL)
        die("no memory");
    for (uint64_t i = 0; i < count; i++) {
        struct made made;

        document_make(i, &made);
        key_write(&made, sorted.keys + i * KEY_SIZE);
    }
    qsort(sorted.keys, count, KEY_SIZE, compare_keys);
    printf("sorted_build %.1f s in memory, %d bytes a document, without where "
           "its entry is\n",
           seconds_since(start), KEY_SIZE);
    measure("sorted", sorted_find, &sorted, count, true, "the same documents");
    measure("sorted", sorted_find, &sorted, count, false, "the same documents");
    free(sorted.keys);
}

/* ----- SQLite. ----- */

static void
sql(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
}

static void
sqlite_bind(sqlite3_stmt *s, const struct made *made)
{
    sqlite3_bind_text(s, 1, made->state, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 2, made->number, NUMBER_SIZE, SQLITE_STATIC);
}

static bool
sqlite_find(void *context, const struct made *made)
{
    sqlite3_stmt *s = context;
    bool found;

    sqlite_bind(s, made);
    found = sqlite3_step(s) == SQLITE_ROW;
    sqlite3_reset(s);
    return found;
}

static void
sqlite_fill(sqlite3 *db, uint64_t count)
{
    sqlite3_stmt *s;

    sql(db, "pragma journal_mode = off; pragma synchronous = off;"
            "pragma cache_size = -262144;"
            "create table d (state text, number text, entry integer,"
            " primary key (state, number)) without rowid; begin");
    if (sqlite3_prepare_v2(db, "insert into d values (?, ?, ?)", -1, &s,
                           NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    for (uint64_t i = 0; i < count; i++) {
        struct made made;

        document_make(i, &made);
        sqlite_bind(s, &made);
        sqlite3_bind_int64(s, 3, (sqlite3_int64)i);
        if (sqlite3_step(s) != SQLITE_DONE)
            die(sqlite3_errmsg(db));
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    sql(db, "commit");
}

static void
sqlite_measure(const struct place *place, uint64_t count)
{
    char path[sizeof(place->path) + 16];
    char note[96];
    uint64_t start = now_ns();
    uint64_t size = 0;
    struct file file;
    sqlite3_stmt *s;
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/documents.db", place->path);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        die("SQLite");
    sqlite_fill(db, count);
    must(os.open(&os, place->folder, "documents.db", OPEN_READ, 0, &file),
         "SQLite's file");
    must(os.size(&os, file, &size), "SQLite's file");
    os.close(&os, file);
    printf("sqlite_build %.1f s for %" PRIu64
           " documents, unsynced, %.1f bytes a document\n",
           seconds_since(start), count, (double)size / (double)count);
    if (sqlite3_prepare_v2(db,
                           "select entry from d where state = ? and number = ?",
                           -1, &s, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
    snprintf(note, sizeof(note), "among %" PRIu64, count);
    measure("sqlite", sqlite_find, s, count, true, note);
    measure("sqlite", sqlite_find, s, count, false, note);
    sqlite3_finalize(s);
    sqlite3_close(db);
}

/* ----- The run. ----- */

static void
booth_measure(struct place *place, uint64_t count)
{
    static struct booth booth;
    uint64_t start;

    booth.list = (struct screen_list){.name = BYTES("documents"),
                                      .source = LIST_DOCUMENTS,
                                      .file = &place->list,
                                      .documents = &place->index};
    booth.set = (struct screen_set){.list_count = 1, .lists = &booth.list};
    arena_init(&booth.arena, malloc(SCREEN_ARENA_SIZE), SCREEN_ARENA_SIZE);
    start = now_ns();
    must(document_index_open(&place->index, map_bytes(&place->index_map)),
         "the index");
    printf("documents_open %.1f us\n", seconds_since(start) * 1e6);
    measure("documents", booth_find, &booth, count, true,
            "screen_ask(), the entry read in the list");
    measure("documents", booth_find, &booth, count, false, "screen_ask()");
    measure("index", index_find, &place->index, count, true, "the index alone");
    measure("index", index_find, &place->index, count, false,
            "the index alone");
    free(booth.arena.p);
}

static void
run(struct place *place, uint64_t count, uint64_t sqlite_count)
{
    uint64_t start = now_ns();
    struct rusage usage;

    must(os.folder_open(&os, place->path, &place->folder), "the folder");
    list_write(place, count);
    printf("list_write %.1f s for %" PRIu64 " documents, unsynced\n",
           seconds_since(start), count);
    index_build(place, count);
    booth_measure(place, count);
    sorted_measure(count);
    if (sqlite_count > 0)
        sqlite_measure(place, sqlite_count);
    getrusage(RUSAGE_SELF, &usage);
    printf("memory_peak %.1f MiB resident, mapped pages and the sorted array "
           "among them\n",
           (double)usage.ru_maxrss / 1024);
    map_close(&place->index_map);
    map_close(&place->list_map);
}

static uint64_t
number_of(const char *text)
{
    uint64_t number = 0;

    if (!bytes_decimal(bytes_of(text), NUMBERS, &number))
        die("not a number");
    return number;
}

int
main(int argc, char **argv)
{
    static struct place place;
    uint64_t count = 1000000;
    uint64_t sqlite_count;

    os_posix_init(&os);
    if (argc == 3 && strcmp(argv[1], "--csv") == 0) {
        csv_write(number_of(argv[2]));
        return 0;
    }
    if (argc > 1)
        count = number_of(argv[1]);
    sqlite_count = argc > 2 ? number_of(argv[2]) : count;
    snprintf(place.path, sizeof(place.path), "%s/kufi-documents-XXXXXX",
             argc > 3 ? argv[3] : "/tmp");
    if (mkdtemp(place.path) == NULL)
        die("no folder");
    setvbuf(stdout, NULL, _IOLBF, 0);
    run(&place, count, sqlite_count);
    (void)os.remove(&os, place.folder, "documents.list");
    (void)os.remove(&os, place.folder, "documents.documents");
    (void)os.remove(&os, place.folder, "documents.db");
    rmdir(place.path);
    return 0;
}
