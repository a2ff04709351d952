/*
 * The readers of each source, for list_source.c alone.
 */
#ifndef SCREEN_LIST_SOURCE_INT_H
#define SCREEN_LIST_SOURCE_INT_H

#include "screen/csv.h"
#include "screen/list_draft.h"
#include "screen/xml.h"

enum err list_ofac_csv_read(struct list_reading *reading);
enum err list_ofac_xml_read(struct list_reading *reading);
enum err list_un_read(struct list_reading *reading);
enum err list_eu_read(struct list_reading *reading);
enum err list_opensanctions_read(struct list_reading *reading, size_t input);
enum err list_documents_read(struct list_reading *reading, size_t input);
enum err list_csv_read(struct list_reading *reading, size_t input);

/* What a row of CSV or a tree of XML was refused for, with its place. */
enum err reading_csv_fault(struct list_reading *reading, const struct csv *csv,
                           size_t input, enum err e);
enum err reading_xml(struct list_reading *reading, struct xml_reading *xml,
                     size_t input);

/*
 * Which column of a header is which, by names in any case, of which a column
 * may have several ("given|first_name"). `columns` are the names of `count`
 * fields, `found` their numbers, or -1 for one that is not there. ERR_FORMAT: a
 * name that is none of them (unless `others` are passed over), or one twice.
 */
struct header_names {
    const char *const *columns;
    size_t count;
    bool others;
};
enum err header_read(struct list_reading *reading, const struct csv *csv,
                     size_t input, const struct header_names *names,
                     int *found);

/* The field of a column of the row; empty when it is not there. */
struct bytes header_field(const struct csv *csv, int column);

/* The later of two dates of a list, of which there may be none yet. */
void reading_date(struct list_reading *reading, struct bytes text);

#endif
