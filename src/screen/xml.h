/*
 * A door to expat: a long XML file as a stream of small trees, one for each
 * element of the names asked for. Nothing outside the file is ever read, and
 * no entity is defined in it: a DOCTYPE is refused, so that there are no XML
 * bombs. SCR 3.2.
 */
#ifndef SCREEN_XML_H
#define SCREEN_XML_H

#include "screen/list_source.h"

/* Of a tree: the largest entry of the UN's list has 200 elements. */
#define XML_NODES_MAX 65536
#define XML_TREE_SIZE_MAX ((size_t)8 << 20)
#define XML_DEPTH_MAX 32
/* A tag, a comment: what expat has to hold whole. */
#define XML_TOKEN_SIZE_MAX ((size_t)1 << 20)

struct xml_attribute {
    struct bytes name;
    struct bytes value;
    const struct xml_attribute *next;
};

/* An element: its name without a prefix, and its text without its children's.
 * All in memory that lasts until `tree` returns. */
struct xml_node {
    struct bytes name;
    struct bytes text;
    const struct xml_attribute *attributes;
    const struct xml_node *parent;
    const struct xml_node *child; /* the first */
    const struct xml_node *next;  /* of the same parent */
};

/*
 * trees  names of the elements that are handed over, ending with NULL
 * root   the name the whole must have
 * tree   takes one; `depth` elements are around it. The root comes first, with
 *        attributes and nothing in it. What it returns but OK ends the reading
 * line   where the tree begins, while `tree` runs
 */
struct xml_reading {
    const struct list_input *input;
    struct arena *arena;
    const char *root;
    const char *const *trees;
    enum err (*tree)(void *context, const struct xml_node *node);
    void *context;
    uint64_t line;
    uint64_t at;
    struct fault fault;
};

/* Reads the file to its end. ERR_FORMAT, ERR_SHORT, ERR_LIMIT with `fault` and
 * `line`; what reading and `tree` say. */
MUST_CHECK enum err xml_read(struct xml_reading *reading);

/* The first child of that name, or the next of the same name; NULL. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
const struct xml_node *xml_next(const struct xml_node *node);

/* The text of the first child of that name; empty when there is none. */
struct bytes xml_text(const struct xml_node *node, const char *name);
struct bytes xml_attribute(const struct xml_node *node, const char *name);

#endif
