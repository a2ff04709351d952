/* One list in force with its indexes, mapped; part of watch.h. SCR 1.6. */
#ifndef NODE_WATCH_LIST_H
#define NODE_WATCH_LIST_H

#include "os/map.h"
#include "screen/document_index.h"
#include "screen/name_index.h"
#include "screen/set.h"
#include "store/known.h"

/* What is mapped lies in this struct alone, which may be moved. */
struct watch_list {
    uint64_t index; /* of the record that brought it */
    enum screen_list_state state;
    enum list_source source;
    size_t name_size;
    uint8_t name[SCREEN_LIST_NAME_SIZE_MAX];
    struct instant imported;
    struct map list_map;
    struct map names_map;
    struct map documents_map;
    struct list_file file;
    struct name_index names;
    struct document_index documents;
};

/* Maps DIR/lists/SHA256.list, .names and .documents; `out` says with its state
 * what came of it. */
void watch_list_open(struct os *os, struct folder dir,
                     const struct store_list *row, struct watch_list *out);
void watch_list_close(struct watch_list *list);

/* Borrowed as long as `list` stays where it is. */
void watch_list_show(const struct watch_list *list, struct screen_list *out);

#endif
