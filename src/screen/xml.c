#include "screen/xml.h"

#include <expat.h>
#include <string.h>

#include "screen/text.h"

#define CLAUSE "SCR 3.2"

/* What expat's callbacks work on. Elements under construction are mutable; the
 * caller sees them once they are whole. */
struct xml_run {
    struct xml_reading *reading;
    XML_Parser parser;
    struct text text;
    struct arena tree; /* of the running tree */
    enum err stop;     /* why expat was stopped */
    unsigned depth;    /* elements open */
    unsigned inside;   /* of them, those of the running tree */
    size_t node_count;
    struct xml_node *open[XML_DEPTH_MAX]; /* of the running tree */
    struct xml_node *last[XML_DEPTH_MAX]; /* child of each */
    size_t text_start[XML_DEPTH_MAX];
    uint8_t *texts; /* of the elements that are open, one after another */
    size_t texts_used;
    bool root_seen;
};

static void
stop(struct xml_run *run, enum err code, const char *what)
{
    struct xml_reading *reading = run->reading;

    if (run->stop != OK)
        return;
    run->stop = code;
    if (what != NULL) {
        reading->line = XML_GetCurrentLineNumber(run->parser);
        fault_set(&reading->fault, code,
                  (size_t)XML_GetCurrentByteIndex(run->parser), CLAUSE, what);
    }
    XML_StopParser(run->parser, XML_FALSE);
}

/* Without a prefix: only one kind of element of each name is in these files. */
static struct bytes
local_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return bytes_of(colon != NULL ? colon + 1 : name);
}

static bool
is_wanted(const struct xml_run *run, struct bytes name)
{
    for (const char *const *tree = run->reading->trees; *tree != NULL; tree++)
        if (bytes_equal(name, bytes_of(*tree)))
            return true;
    return false;
}

static bool
attributes_take(struct xml_run *run, struct xml_node *node, const char **from)
{
    const struct xml_attribute **end = &node->attributes;

    for (; from[0] != NULL; from += 2) {
        struct xml_attribute *made = arena_take(&run->tree, sizeof(*made));

        if (made == NULL)
            return false;
        made->name = arena_copy(&run->tree, local_name(from[0]));
        made->value = arena_copy(&run->tree, bytes_of(from[1]));
        if (made->name.p == NULL || made->value.p == NULL)
            return false;
        *end = made;
        end = &made->next;
    }
    return true;
}

static struct xml_node *
node_make(struct xml_run *run, struct bytes name, const char **attributes)
{
    struct xml_node *node = NULL;

    if (run->node_count++ < XML_NODES_MAX)
        node = arena_take(&run->tree, sizeof(*node));
    if (node == NULL)
        return NULL;
    node->name = arena_copy(&run->tree, name);
    if (node->name.p == NULL || !attributes_take(run, node, attributes))
        return NULL;
    return node;
}

static void
hand_over(struct xml_run *run, struct xml_node *node)
{
    enum err e = run->reading->tree(run->reading->context, node);

    arena_reset(&run->tree);
    run->node_count = 0;
    if (e != OK)
        stop(run, e, NULL);
}

static void
root_take(struct xml_run *run, struct bytes name, const char **attributes)
{
    struct xml_node *node;

    if (!bytes_equal(name, bytes_of(run->reading->root))) {
        stop(run, ERR_FORMAT, "the outermost element has another name");
        return;
    }
    run->root_seen = true;
    node = node_make(run, name, attributes);
    if (node == NULL)
        stop(run, ERR_LIMIT, "an element is too large");
    else
        hand_over(run, node);
}

static void
begin(void *context, const char *full_name, const char **attributes)
{
    struct xml_run *run = context;
    struct bytes name = local_name(full_name);
    struct xml_node *node;

    if (run->stop != OK)
        return;
    if (run->depth++ >= XML_DEPTH_MAX) {
        stop(run, ERR_LIMIT, "elements stand too deep in each other");
        return;
    }
    if (run->depth == 1)
        root_take(run, name, attributes);
    if (run->depth == 1 || (run->inside == 0 && !is_wanted(run, name)))
        return;
    if (run->inside == 0) {
        run->reading->line = XML_GetCurrentLineNumber(run->parser);
        run->reading->at = (uint64_t)XML_GetCurrentByteIndex(run->parser);
    }
    node = node_make(run, name, attributes);
    if (node == NULL) {
        stop(run, ERR_LIMIT, "an element is too large");
        return;
    }
    if (run->inside > 0) {
        node->parent = run->open[run->inside - 1];
        if (run->last[run->inside - 1] != NULL)
            run->last[run->inside - 1]->next = node;
        else
            run->open[run->inside - 1]->child = node;
        run->last[run->inside - 1] = node;
    }
    run->open[run->inside] = node;
    run->last[run->inside] = NULL;
    run->text_start[run->inside] = run->texts_used;
    run->inside++;
}

static void
end(void *context, const char *name)
{
    struct xml_run *run = context;
    struct xml_node *node;
    struct bytes text;

    (void)name;
    if (run->stop != OK)
        return;
    run->depth--;
    if (run->inside == 0)
        return;
    run->inside--;
    node = run->open[run->inside];
    text.p = run->texts + run->text_start[run->inside];
    text.size = run->texts_used - run->text_start[run->inside];
    run->texts_used = run->text_start[run->inside];
    node->text = arena_copy(&run->tree, text);
    if (text.size > 0 && node->text.p == NULL) {
        stop(run, ERR_LIMIT, "an element is too large");
        return;
    }
    if (run->inside == 0)
        hand_over(run, node);
}

/*
 * Text of the innermost element. What its children have between it was taken
 * off again when they ended, so that the parts of mixed content join.
 */
static void
characters(void *context, const char *p, int size)
{
    struct xml_run *run = context;

    if (run->stop != OK || run->inside == 0)
        return;
    if ((size_t)size > XML_TREE_SIZE_MAX - run->texts_used) {
        stop(run, ERR_LIMIT, "an element is too large");
        return;
    }
    memcpy(run->texts + run->texts_used, p, (size_t)size);
    run->texts_used += (size_t)size;
}

static void
doctype(void *context, const char *name, const char *system_id,
        const char *public_id, int has_internal)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal;
    stop(context, ERR_FORMAT, "a DOCTYPE is not taken from anybody");
}

static void
declaration(void *context, const char *version, const char *encoding,
            int standalone)
{
    static const char *const GOOD[] = {"UTF-8", "utf-8", "Utf-8", "US-ASCII",
                                       "us-ascii"};

    (void)version;
    (void)standalone;
    if (encoding == NULL)
        return;
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++)
        if (strcmp(encoding, GOOD[i]) == 0)
            return;
    stop(context, ERR_FORMAT, "the file says that it is not in UTF-8");
}

/* Why expat itself gave up. */
static enum err
parser_fault(struct xml_run *run, bool final)
{
    struct xml_reading *reading = run->reading;
    enum XML_Error code = XML_GetErrorCode(run->parser);
    size_t at = (size_t)XML_GetCurrentByteIndex(run->parser);

    if (run->stop != OK)
        return run->stop;
    reading->line = XML_GetCurrentLineNumber(run->parser);
    if (final &&
        (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
         code == XML_ERROR_PARTIAL_CHAR ||
         code == XML_ERROR_UNCLOSED_CDATA_SECTION))
        return fault_set(&reading->fault, ERR_SHORT, at, CLAUSE,
                         "the file ends too early: has it been cut?");
    if (code == XML_ERROR_NO_MEMORY)
        return fault_set(&reading->fault, ERR_LIMIT, at, CLAUSE, "no memory");
    if (code == XML_ERROR_TAG_MISMATCH)
        return fault_set(&reading->fault, ERR_FORMAT, at, CLAUSE,
                         "an end tag is not that of the open element");
    return fault_set(&reading->fault, ERR_FORMAT, at, CLAUSE,
                     "the file is not well-formed XML");
}

/* What is in the window goes to expat, which may hold no more of it than one
 * token. */
static enum err
block_parse(struct xml_run *run, bool final)
{
    struct text *text = &run->text;
    const char *p = (const char *)text->block + text->at;
    int size = final ? 0 : (int)(text->used - text->at);
    uint64_t fed = text->base + text->used;
    enum XML_Status status = XML_Parse(run->parser, p, size, final);
    uint64_t seen = (uint64_t)XML_GetCurrentByteIndex(run->parser);

    text->at = text->used;
    if (status != XML_STATUS_OK)
        return parser_fault(run, final);
    if (!final && fed > seen && fed - seen > XML_TOKEN_SIZE_MAX) {
        run->reading->line = XML_GetCurrentLineNumber(run->parser);
        return fault_set(&run->reading->fault, ERR_LIMIT, (size_t)seen, CLAUSE,
                         "a tag or a comment is too long");
    }
    return OK;
}

static enum err
parse(struct xml_run *run)
{
    struct text *text = &run->text;
    enum err e = OK;

    while (e == OK) {
        e = block_parse(run, false);
        if (e == OK)
            e = text_more(text);
    }
    if (e == ERR_NOT_FOUND)
        return block_parse(run, true);
    if (text->fault.code != OK && run->reading->fault.code == OK) {
        run->reading->fault = text->fault;
        run->reading->line = XML_GetCurrentLineNumber(run->parser);
    }
    return e;
}

static enum err
run_take(struct xml_run *run)
{
    struct xml_reading *reading = run->reading;
    void *block = arena_room(reading->arena, XML_TREE_SIZE_MAX);

    run->texts = arena_room(reading->arena, XML_TREE_SIZE_MAX);
    if (block == NULL || run->texts == NULL)
        return fault_set(&reading->fault, ERR_LIMIT, 0, CLAUSE, "no memory");
    arena_init(&run->tree, block, XML_TREE_SIZE_MAX);
    return OK;
}

enum err
xml_read(struct xml_reading *reading)
{
    struct xml_run run = {.reading = reading};
    enum err e = run_take(&run);

    if (e != OK)
        return e;
    e = text_open(&run.text, reading->input, reading->arena);
    if (e != OK) {
        reading->fault = run.text.fault;
        return e;
    }
    run.parser = XML_ParserCreate("UTF-8");
    if (run.parser == NULL)
        return fault_set(&reading->fault, ERR_LIMIT, 0, CLAUSE, "no memory");
    XML_SetUserData(run.parser, &run);
    XML_SetElementHandler(run.parser, begin, end);
    XML_SetCharacterDataHandler(run.parser, characters);
    XML_SetStartDoctypeDeclHandler(run.parser, doctype);
    XML_SetXmlDeclHandler(run.parser, declaration);
    e = parse(&run);
    XML_ParserFree(run.parser);
    return e;
}

const struct xml_node *
xml_child(const struct xml_node *node, const char *name)
{
    for (const struct xml_node *at = node->child; at != NULL; at = at->next)
        if (bytes_equal(at->name, bytes_of(name)))
            return at;
    return NULL;
}

const struct xml_node *
xml_next(const struct xml_node *node)
{
    for (const struct xml_node *at = node->next; at != NULL; at = at->next)
        if (bytes_equal(at->name, node->name))
            return at;
    return NULL;
}

struct bytes
xml_text(const struct xml_node *node, const char *name)
{
    const struct xml_node *child = xml_child(node, name);

    return child != NULL ? child->text : (struct bytes){0};
}

struct bytes
xml_attribute(const struct xml_node *node, const char *name)
{
    for (const struct xml_attribute *at = node->attributes; at != NULL;
         at = at->next)
        if (bytes_equal(at->name, bytes_of(name)))
            return at->value;
    return (struct bytes){0};
}
