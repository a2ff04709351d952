/*
 * What writing and reading a list share: the fields of an entry. SCR 3.6.
 */
#ifndef SCREEN_LIST_INT_H
#define SCREEN_LIST_INT_H

#include "base/writer.h"
#include "screen/list.h"

#define LIST_VERSION 1
#define LIST_MAGIC BYTES("KUFILIST")
#define LIST_END BYTES("KUFILEND")

/* In this order in an entry; what may come several times stands together. */
enum list_field {
    FIELD_REFERENCE = 1,
    FIELD_NAME = 2,
    FIELD_BIRTH = 3,
    FIELD_NATIONALITY = 4,
    FIELD_PLACE = 5,
    FIELD_DOCUMENT = 6,
    FIELD_NUMBER_TO = 7,
    FIELD_ACTION = 8,
    FIELD_REMARK = 9,
    FIELD_EXPIRY = 10
};
#define FIELD_COUNT (FIELD_EXPIRY + 1)

/* The first byte of a name: its quality, and whether it is by its parts. */
#define NAME_QUALITY_MASK 3
#define NAME_PARTS 4

/* The first byte of an entry: kind, sex and reason. */
#define ENTRY_KIND_MASK 3
#define ENTRY_SEX_SHIFT 2
#define ENTRY_REASON_SHIFT 4

#define BIRTH_SIZE 9

/* How often a field may come, and how long its text may be. */
struct list_bound {
    uint16_t count;
    uint16_t size;
};
const struct list_bound *list_bound(enum list_field field);

/* The foot of a list of `size` bytes, foot included. */
void list_foot_encode(struct writer *w, const struct list_head *head,
                      uint64_t size);

#endif
