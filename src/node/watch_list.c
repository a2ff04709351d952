#include "node/watch_list.h"

#include <string.h>

#include "node/watch.h"

#define PATH_SIZE_MAX 96

static void
path_write(const struct store_list *row, const char *ending,
           char out[PATH_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, out, PATH_SIZE_MAX);
    writer_text(&w, WATCH_LISTS "/");
    for (size_t i = 0; i < sizeof(row->sha256); i++)
        writer_hex(&w, row->sha256[i], 2);
    writer_text(&w, ending);
    writer_u8(&w, 0);
}

/* ERR_NOT_FOUND as well when it cannot be read: what is said of it is the same.
 */
static enum err
file_map(struct os *os, struct folder dir, const struct store_list *row,
         const char *ending, struct map *out)
{
    char path[PATH_SIZE_MAX];

    path_write(row, ending, path);
    return map_open(os, dir, path, out) == OK ? OK : ERR_NOT_FOUND;
}

/* Every member is of the list whose name it has. */
static enum err
list_map(struct os *os, struct folder dir, const struct store_list *row,
         struct watch_list *out)
{
    enum err e = file_map(os, dir, row, ".list", &out->list_map);

    if (e == OK)
        e = list_open(map_bytes(&out->list_map), &out->file);
    if (e != OK)
        return e;
    if (out->list_map.size != row->size ||
        out->file.head.entries != row->entries ||
        out->file.head.source != out->source)
        return ERR_CORRUPT;
    return OK;
}

static enum err
names_map(struct os *os, struct folder dir, const struct store_list *row,
          struct watch_list *out)
{
    enum err e;

    if (out->file.head.persons == 0)
        return OK;
    e = file_map(os, dir, row, ".names", &out->names_map);
    if (e == OK)
        e = name_index_open(&out->names, map_bytes(&out->names_map));
    if (e == OK &&
        memcmp(out->names.list_sha256, row->sha256, sizeof(row->sha256)) != 0)
        e = ERR_CORRUPT;
    return e;
}

static enum err
documents_map(struct os *os, struct folder dir, const struct store_list *row,
              struct watch_list *out)
{
    enum err e;

    if (out->file.head.documents == 0)
        return OK;
    e = file_map(os, dir, row, ".documents", &out->documents_map);
    if (e == OK)
        e = document_index_open(&out->documents,
                                map_bytes(&out->documents_map));
    if (e == OK && (out->documents.list_size != row->size ||
                    memcmp(out->documents.list_sha256, row->sha256,
                           sizeof(row->sha256)) != 0))
        e = ERR_CORRUPT;
    return e;
}

void
watch_list_open(struct os *os, struct folder dir, const struct store_list *row,
                struct watch_list *out)
{
    enum err e;

    *out = (struct watch_list){.index = row->record.index,
                               .imported = row->imported,
                               .name_size = row->name.size};
    if (out->name_size > sizeof(out->name))
        out->name_size = sizeof(out->name);
    memcpy(out->name, row->name.p, out->name_size);
    e = list_source_parse(row->source, &out->source);
    if (e == OK)
        e = list_map(os, dir, row, out);
    if (e == OK)
        e = names_map(os, dir, row, out);
    if (e == OK)
        e = documents_map(os, dir, row, out);
    if (e == OK)
        return;
    /* An index of another version is as one that is not there. */
    out->state = e == ERR_CORRUPT ? SCREEN_LIST_DAMAGED : SCREEN_LIST_MISSING;
    map_close(&out->list_map);
    map_close(&out->names_map);
    map_close(&out->documents_map);
}

void
watch_list_close(struct watch_list *list)
{
    map_close(&list->list_map);
    map_close(&list->names_map);
    map_close(&list->documents_map);
    *list = (struct watch_list){0};
}

void
watch_list_show(const struct watch_list *list, struct screen_list *out)
{
    *out = (struct screen_list){.name = {list->name, list->name_size},
                                .state = list->state,
                                .source = list->source,
                                .imported = list->imported};
    if (list->state != SCREEN_LIST_READY)
        return;
    out->file = &list->file;
    out->has_date = list->file.head.has_date;
    out->date = list->file.head.date;
    out->threshold = list->file.head.threshold;
    if (list->names_map.size > 0)
        out->names = &list->names;
    if (list->documents_map.size > 0)
        out->documents = &list->documents;
}
