#include "screen_shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/sample_person.h"
#include "screen/list.h"

/* Entries of lists are told from invented ones by their highest bit. */
#define LISTED_BIT (UINT64_C(1) << 63)
#define LISTED_ARENA_SIZE ((size_t)1 << 30)
#define BUILD_NAMES_MORE 200000 /* that lists may have */

void
screen_must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "screen: %s: %s\n", what, err_text(e));
    exit(3);
}

static double
seconds(struct screen_bench *bench)
{
    return (double)bench->os.monotonic_ns(&bench->os) / 1e9;
}

static long
resident_mib(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss / 1024 : 0;
}

/* ----- Lists ----- */

static struct name *
names_read(const struct screen_bench *bench, struct arena *arena,
           const struct person *person)
{
    struct name *names = arena_array(arena, person->name_count, sizeof(*names));

    if (names == NULL)
        screen_must(ERR_LIMIT, "memory");
    for (size_t i = 0; i < person->name_count; i++)
        screen_must(name_read(&bench->script, &person->names[i], &names[i]),
                    "a listed name");
    return names;
}

/* The persons of a list stay in the arena: recall compares with each. */
static void
list_read(struct screen_bench *bench, const char *path)
{
    struct map *map = &bench->lists[bench->list_count++];
    struct folder here;
    struct list_file list;
    struct list_entry entry;
    uint64_t at = LIST_MAGIC_SIZE;
    enum err e;

    screen_must(bench->os.folder_open(&bench->os, ".", &here), ".");
    screen_must(map_open(&bench->os, here, path, map), path);
    screen_must(list_open(map_bytes(map), &list), path);
    for (;;) {
        uint64_t from = at;

        e = list_next(&list, &at, &bench->arena, &entry);
        if (e != OK)
            break;
        if (entry.kind != LIST_PERSON)
            continue;
        if (bench->listed_count == SCREEN_LISTED_MAX)
            screen_must(ERR_LIMIT, path);
        bench->listed[bench->listed_count++] = (struct screen_listed){
            .entry = LISTED_BIT | (bench->list_count << 48) | from,
            .person = entry.person,
            .names = names_read(bench, &bench->arena, &entry.person)};
    }
    if (e != ERR_NOT_FOUND)
        screen_must(e, path);
    bench->os.folder_close(&bench->os, here);
}

/* ----- Building ----- */

static void
all_add(struct screen_bench *bench, struct name_index_builder *builder)
{
    for (size_t i = 0; i < bench->names; i++) {
        struct people_person person;
        struct name name;
        struct subject subject = {&person.person, &name};

        people_make(SCREEN_SEED, i, PEOPLE_LISTED, &person);
        screen_must(name_read(NULL, &person.name, &name), "a name");
        screen_must(name_index_add(builder, i, &subject), "adding a name");
    }
    for (size_t i = 0; i < bench->listed_count; i++) {
        struct screen_listed *listed = &bench->listed[i];
        struct subject subject = {&listed->person, listed->names};

        screen_must(name_index_add(builder, listed->entry, &subject),
                    "adding a listed name");
    }
}

static void
file_write(struct screen_bench *bench, struct name_index_builder *builder)
{
    static const uint8_t sha256[NAME_INDEX_SHA256_SIZE];
    char new[256];
    size_t size;

    (void)snprintf(new, sizeof(new), "%s.new", bench->file_name);
    screen_must(name_index_plan(builder, &size), "planning");
    screen_must(
        map_create(&bench->os, bench->folder, new, size, 0600, &bench->file),
        bench->path);
    name_index_write(builder, sha256, bench->file.p);
    screen_must(map_sync(&bench->os, &bench->file), bench->path);
    map_close(&bench->file);
    screen_must(
        bench->os.rename(&bench->os, bench->folder, new, bench->file_name),
        bench->path);
}

/* Where a kept index is, or a folder of its own for one that is not. */
static void
folder_choose(struct screen_bench *bench)
{
    const char *slash;

    if (bench->kept == NULL) {
        bench->file_name = "names";
        strcpy(bench->path, "/var/tmp/kufi-screen.XXXXXX");
        if (mkdtemp(bench->path) == NULL)
            screen_must(ERR_IO, bench->path);
    } else {
        slash = strrchr(bench->kept, '/');
        bench->file_name = slash == NULL ? bench->kept : slash + 1;
        (void)snprintf(bench->path, sizeof(bench->path), "%.*s/",
                       slash == NULL ? 1 : (int)(slash - bench->kept),
                       slash == NULL ? "." : bench->kept);
    }
    screen_must(bench->os.folder_open(&bench->os, bench->path, &bench->folder),
                bench->path);
}

static void
index_build(struct screen_bench *bench)
{
    struct name_index_builder builder;
    struct map work;
    struct arena arena;
    double start = seconds(bench);

    screen_must(
        map_scratch(NAME_INDEX_MEMORY(bench->names + BUILD_NAMES_MORE), &work),
        "memory");
    arena_init(&arena, work.p, work.size);
    screen_must(name_index_begin(&builder, &arena), "beginning");
    all_add(bench, &builder);
    printf("names: %zu invented, %zu listed persons; read and packed in %.1f"
           " s\n",
           bench->names, bench->listed_count, seconds(bench) - start);
    file_write(bench, &builder);
    printf("index: built in %.1f s in all, %zu MiB of memory for it, the most"
           " resident %ld MiB\n",
           seconds(bench) - start, arena.used >> 20, resident_mib());
    map_close(&work);
}

void
screen_build(struct screen_bench *bench, const char *const *lists,
             size_t list_count)
{
    struct map kept;
    enum err e;

    screen_must(script_open(&bench->script), "ICU");
    screen_must(map_scratch(LISTED_ARENA_SIZE, &kept), "memory");
    arena_init(&bench->arena, kept.p, kept.size);
    bench->listed =
        arena_array(&bench->arena, SCREEN_LISTED_MAX, sizeof(*bench->listed));
    for (size_t i = 0; i < list_count; i++)
        list_read(bench, lists[i]);
    folder_choose(bench);
    e = map_open(&bench->os, bench->folder, bench->file_name, &bench->file);
    if (e == ERR_NOT_FOUND) {
        index_build(bench);
        e = map_open(&bench->os, bench->folder, bench->file_name, &bench->file);
    }
    screen_must(e, bench->path);
    screen_must(name_index_open(&bench->index, map_bytes(&bench->file)),
                "opening the index");
    if (bench->index.entry_count != bench->names + bench->listed_count)
        screen_must(ERR_FORMAT, "the kept index is of other names");
    printf("index: %zu MiB mapped, %.1f bytes a name\n", bench->file.size >> 20,
           (double)bench->file.size / (double)bench->index.name_count);
}

void
screen_close(struct screen_bench *bench)
{
    map_close(&bench->file);
    if (bench->kept == NULL)
        (void)bench->os.remove(&bench->os, bench->folder, bench->file_name);
    bench->os.folder_close(&bench->os, bench->folder);
    if (bench->kept == NULL)
        (void)rmdir(bench->path);
    script_close(&bench->script);
}

/* ----- Queries ----- */

static unsigned
draw(uint64_t *state, unsigned bound)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)((sample_mix(*state, 3, 4) >> 32) * bound >> 32);
}

static void
letter_out(char *text, unsigned at)
{
    memmove(text + at, text + at + 1, strlen(text + at));
}

static void
letters_swap(char *text, unsigned at)
{
    char c = text[at];

    text[at] = text[at + 1];
    text[at + 1] = c;
}

/* One of the things that happen to names at a border. */
static void
name_change(struct people_person *p, uint64_t *state)
{
    size_t surname = strlen(p->surname);
    size_t given = strlen(p->given);
    char *blank = strchr(p->given, ' ');
    char kept[PEOPLE_PART_SIZE];

    switch (draw(state, 6)) {
    case 0:
        if (surname > 4)
            letter_out(p->surname, 1 + draw(state, (unsigned)surname - 1));
        break;
    case 1:
        if (given > 4)
            letters_swap(p->given, draw(state, (unsigned)given - 1));
        break;
    case 2:
        if (blank != NULL)
            *blank = '\0';
        break;
    case 3:
        memcpy(kept, p->surname, sizeof(kept));
        memcpy(p->surname, p->given, sizeof(kept));
        memcpy(p->given, kept, sizeof(kept));
        break;
    case 4:
        if (surname > 4)
            p->surname[draw(state, (unsigned)surname)] = 'E';
        break;
    default:
        if (blank != NULL)
            letter_out(p->given, (unsigned)(blank - p->given));
        break;
    }
}

/* What a document would say of somebody of whom less is known. */
static void
birth_complete(struct people_person *p)
{
    p->birth.to = p->birth.from;
    p->birth.about = false;
    p->person.birth_count = 1;
}

static bool
list_person_take(const struct screen_bench *bench, uint64_t *state,
                 struct screen_query_made *out)
{
    const struct screen_listed *listed;
    const struct person *person;
    const struct person_name *name;
    struct bytes given;
    struct bytes surname;

    if (bench->listed_count == 0 || draw(state, 2) == 0)
        return false;
    listed = &bench->listed[draw(state, (unsigned)bench->listed_count)];
    person = &listed->person;
    name = &person->names[draw(state, (unsigned)person->name_count)];
    surname = name->surname.size > 0 ? name->surname : name->whole;
    given = bytes_slice(name->given_names, 0, PEOPLE_PART_SIZE - 1);
    surname = bytes_slice(surname, 0, PEOPLE_PART_SIZE - 1);
    memset(out->made.given, 0, PEOPLE_PART_SIZE);
    memset(out->made.surname, 0, PEOPLE_PART_SIZE);
    if (given.size > 0)
        memcpy(out->made.given, given.p, given.size);
    if (surname.size > 0)
        memcpy(out->made.surname, surname.p, surname.size);
    if (!bytes_utf8(bytes_of(out->made.given)) ||
        !bytes_utf8(bytes_of(out->made.surname)))
        return false;
    if (person->birth_count > 0)
        out->made.birth = person->births[0];
    out->made.person.sex = person->sex;
    out->made.person.nationality_count = 0;
    out->entry = listed->entry;
    return true;
}

void
screen_query_make(const struct screen_bench *bench, size_t i,
                  struct screen_query_made *out)
{
    uint64_t state = sample_mix(SCREEN_SEED, i, 99);
    uint64_t whom = sample_mix(state, 5, 6) % (bench->names + 1);

    memset(out, 0, sizeof(*out));
    out->changed = bench->all_changed || i % 10 == 0;
    if (out->changed) {
        people_make(SCREEN_SEED, whom % bench->names, PEOPLE_LISTED,
                    &out->made);
        out->entry = whom % bench->names;
        (void)list_person_take(bench, &state, out);
        name_change(&out->made, &state);
        birth_complete(&out->made);
    } else {
        people_make(SCREEN_SEED + 1, i, PEOPLE_TRAVELLER, &out->made);
    }
    out->made.name.surname = bytes_of(out->made.surname);
    out->made.name.given_names = bytes_of(out->made.given);
    if (name_read(&bench->script, &out->made.name, &out->name) != OK)
        out->name.token_count = 0;
    out->subject = (struct subject){&out->made.person, &out->name};
}
