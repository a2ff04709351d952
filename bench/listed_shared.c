#include "listed_shared.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_SIZE 512

static void *
must(void *p)
{
    if (p == NULL) {
        fputs("no memory\n", stderr);
        exit(3);
    }
    return p;
}

static enum err
file_read_at(void *context, uint64_t at, uint8_t *out, size_t size, size_t *got)
{
    FILE *file = context;

    if (fseek(file, (long)at, SEEK_SET) != 0)
        return ERR_IO;
    *got = fread(out, 1, size, file);
    return ferror(file) ? ERR_IO : OK;
}

static struct bytes
copy(struct bytes in)
{
    uint8_t *p = must(malloc(in.size + 1));

    if (in.size > 0)
        memcpy(p, in.p, in.size);
    return (struct bytes){p, in.size};
}

static void *
copy_array(const void *items, size_t count, size_t size)
{
    void *p = must(malloc(count * size + 1));

    if (count > 0)
        memcpy(p, items, count * size);
    return p;
}

static enum err
entry_take(void *context, const struct list_entry *entry)
{
    struct listed_all *all = context;
    struct listed *item;
    struct person *person;
    struct person_name *names;

    if (entry->kind != LIST_PERSON || entry->person.name_count == 0)
        return OK;
    if (all->count == all->room) {
        all->room = all->room == 0 ? 4096 : all->room * 2;
        all->items =
            must(realloc(all->items, all->room * sizeof(all->items[0])));
    }
    item = &all->items[all->count++];
    *item = (struct listed){.person = entry->person};
    person = &item->person;
    names = copy_array(person->names, person->name_count, sizeof(*names));
    person->births = copy_array(person->births, person->birth_count,
                                sizeof(person->births[0]));
    item->names = must(calloc(person->name_count, sizeof(item->names[0])));
    for (size_t i = 0; i < person->name_count; i++) {
        names[i].surname = copy(names[i].surname);
        names[i].given_names = copy(names[i].given_names);
        names[i].whole = copy(names[i].whole);
        if (name_read(&all->script, &names[i], &item->names[i]) != OK)
            return ERR_FORMAT;
    }
    person->names = names;
    /* Benchmarks compare names and births. */
    person->nationality_count = 0;
    person->place_count = 0;
    person->document_count = 0;
    all->name_count += person->name_count;
    return OK;
}

/* Opens the files of a folder; returns how many. */
static size_t
inputs_open(const char *which, struct list_input *inputs, char names[][256])
{
    const char *data = getenv("KUFI_DATA");
    char path[PATH_MAX_SIZE];
    struct dirent *found;
    size_t count = 0;
    DIR *folder;

    snprintf(path, sizeof(path), "%s/%s",
             data != NULL ? data : "../shared/data", which);
    folder = opendir(path);
    while (folder != NULL && count < LIST_INPUTS_MAX &&
           (found = readdir(folder)) != NULL) {
        char file[PATH_MAX_SIZE + 256];

        if (found->d_name[0] == '.')
            continue;
        snprintf(names[count], 256, "%.255s", found->d_name);
        snprintf(file, sizeof(file), "%s/%s", path, names[count]);
        inputs[count] = (struct list_input){.name = bytes_of(names[count]),
                                            .read_at = file_read_at,
                                            .context = fopen(file, "rb")};
        count += inputs[count].context != NULL ? 1 : 0;
    }
    if (folder != NULL)
        closedir(folder);
    return count;
}

bool
listed_load(struct listed_all *all, const char *which)
{
    struct list_input inputs[LIST_INPUTS_MAX];
    char names[LIST_INPUTS_MAX][256];
    struct arena arena;
    struct list_reading reading = {
        .inputs = inputs, .arena = &arena, .emit = entry_take, .context = all};
    enum list_source source;
    enum err e;

    reading.input_count = inputs_open(which, inputs, names);
    if (reading.input_count == 0)
        return false;
    if (all->script.any_latin == NULL && script_open(&all->script) != OK)
        return false;
    if (list_source_parse(bytes_of(which), &source) != OK)
        return false;
    arena_init(&arena, must(malloc(LIST_SOURCE_ARENA_SIZE)),
               LIST_SOURCE_ARENA_SIZE);
    e = list_source_read(&reading, source);
    if (e != OK)
        fprintf(stderr, "%s: %s\n", which, err_text(e));
    for (size_t i = 0; i < reading.input_count; i++)
        fclose(inputs[i].context);
    free(arena.p);
    return e == OK;
}
