/*
 * Names: of a node ("durres"), of its log ("border.example/durres", the
 * origin) and of a record ("durres/183"). REC 3.
 */
#ifndef RECORD_NAME_H
#define RECORD_NAME_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/writer.h"

#define NODE_NAME_SIZE_MAX 32
#define DOMAIN_SIZE_MAX 95
#define ORIGIN_SIZE_MAX (DOMAIN_SIZE_MAX + 1 + NODE_NAME_SIZE_MAX)
#define ORIGIN_DOMAIN_ASSUMED "kufi.example"

/* The node, a slash and the 16 digits of the largest index. */
#define RECORD_NAME_SIZE_MAX (NODE_NAME_SIZE_MAX + 1 + 16)

struct record_name {
    struct bytes node; /* borrowed */
    uint64_t index;
};

struct origin {
    struct bytes domain; /* borrowed */
    struct bytes node;
};

/* 1 to 32 of a-z, 0-9 and '-', which neither begins nor ends it. */
bool node_name_valid(struct bytes text);

/* "durres/183": ERR_FORMAT for all else. */
MUST_CHECK enum err record_name_parse(struct bytes text,
                                      struct record_name *out);
void record_name_write(struct writer *w, const struct record_name *name);

/* "border.example/durres": ERR_FORMAT for all else. */
MUST_CHECK enum err origin_parse(struct bytes text, struct origin *out);

/*
 * As an operator writes it: with the domain, or the node alone, for which the
 * domain ORIGIN_DOMAIN_ASSUMED stands. ERR_FORMAT.
 */
MUST_CHECK enum err origin_parse_short(struct bytes text, struct origin *out);
void origin_write(struct writer *w, const struct origin *origin);

#endif
