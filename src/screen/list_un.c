/*
 * The United Nations Security Council's consolidated list as XML
 * (https://www.un.org/sc/resources/sc-sanctions.xsd): INDIVIDUAL and ENTITY in
 * a CONSOLIDATED_LIST, whose dateGenerated is the date of the list. SCR 3.4.2.
 */
#include "screen/list_source_int.h"

#include "base/sum.h"
#include "base/writer.h"
#include "screen/list_birth.h"

#define NAME_PARTS_SIZE_MAX (4 * LIST_NAME_SIZE_MAX + 3)

struct un_reading {
    struct list_reading *reading;
    struct list_draft *draft;
    struct xml_reading xml;
};

/* FIRST_NAME to FOURTH_NAME: parts as they are written one after another, of
 * which none is known to be a surname. */
static void
primary_name(struct list_draft *draft, const struct xml_node *node)
{
    static const char *const PARTS[] = {"FIRST_NAME", "SECOND_NAME",
                                        "THIRD_NAME", "FOURTH_NAME"};
    uint8_t block[NAME_PARTS_SIZE_MAX];
    struct writer w;

    writer_init(&w, block, sizeof(block));
    for (size_t i = 0; i < 4; i++) {
        writer_u8(&w, ' ');
        writer_bytes(&w, xml_text(node, PARTS[i]));
    }
    if (writer_end(&w) != OK)
        draft->full = true;
    draft_whole_name(draft, writer_done(&w), NAME_PRIMARY);
}

static void
aliases(struct list_draft *draft, const struct xml_node *node, const char *name)
{
    const struct xml_node *alias = xml_child(node, name);

    for (; alias != NULL; alias = xml_next(alias))
        draft_whole_name(draft, xml_text(alias, "ALIAS_NAME"),
                         bytes_equal(xml_text(alias, "QUALITY"), BYTES("Low"))
                             ? NAME_WEAK
                             : NAME_GOOD);
}

static int64_t
year_of(struct list_draft *draft, struct bytes text)
{
    uint64_t year;

    return bytes_decimal(draft_clean(draft, text), 9999, &year) ? (int64_t)year
                                                                : 0;
}

static void
birth(struct list_draft *draft, const struct xml_node *node)
{
    struct bytes type = draft_clean(draft, xml_text(node, "TYPE_OF_DATE"));
    bool about = bytes_equal(type, BYTES("APPROXIMATELY"));
    struct bytes text = xml_text(node, "DATE");
    int64_t from = year_of(draft, xml_text(node, "FROM_YEAR"));
    int64_t to = year_of(draft, xml_text(node, "TO_YEAR"));
    struct birth birth;
    size_t before = draft->entry.person.birth_count;

    if (text.size == 0)
        text = xml_text(node, "YEAR");
    if (text.size == 0 && from != 0 && to != 0) {
        if (list_birth_years(from, to, about, &birth) == OK)
            draft_birth(draft, &birth);
        else
            draft->reading->losses[LOSS_BIRTH]++;
        return;
    }
    if (text.size == 0)
        text = xml_text(node, "NOTE");
    draft_birth_text(draft, text);
    if (draft->entry.person.birth_count > before && about)
        draft->births[before].about = true;
}

static void
place(struct list_draft *draft, const struct xml_node *node)
{
    static const char *const PARTS[] = {"CITY", "STATE_PROVINCE", "COUNTRY"};
    uint8_t block[2 * LIST_PLACE_SIZE_MAX];
    struct writer w;

    writer_init(&w, block, sizeof(block));
    for (size_t i = 0; i < 3; i++) {
        struct bytes part = draft_clean(draft, xml_text(node, PARTS[i]));

        if (part.size > 0 && w.at > 0)
            writer_text(&w, ", ");
        writer_bytes(&w, part);
    }
    draft_place(draft, writer_done(&w));
}

static bool
mentions(struct bytes text, const char *word)
{
    struct bytes part = bytes_of(word);

    for (size_t at = 0; at + part.size <= text.size; at++) {
        size_t i = 0;

        while (i < part.size && (text.p[at + i] | 0x20) == part.p[i])
            i++;
        if (i == part.size)
            return true;
    }
    return false;
}

/* The kinds of document that a traveller may show; no birth certificates. */
static const char *
document_type(struct bytes type, struct bytes type2)
{
    if (mentions(type2, "passport") || mentions(type, "passeport") ||
        mentions(type, "pasaporte") ||
        (type2.size == 0 && mentions(type, "passport")))
        return "P";
    if (type2.size > 0)
        return mentions(type2, "identi") ? "I" : NULL;
    if (mentions(type, "passport"))
        return "P";
    return mentions(type, "identi") ? "I" : NULL;
}

static bool
has(struct bytes text, uint8_t from, uint8_t to)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.p[i] >= from && text.p[i] <= to)
            return true;
    return false;
}

/*
 * "Libyan passport No. 513519", "A 0139243 (revoked)": where there are words
 * beside a number, it is the last one with a digit, and the capitals before it.
 */
static struct bytes
number_among_words(struct bytes text)
{
    struct bytes rest = bytes_slice(text, 0, bytes_find(text, '('));
    struct bytes before = {0};
    struct bytes number = {0};

    if (!has(text, 'a', 'z'))
        return rest;
    while (rest.size > 0) {
        struct bytes word = bytes_split(&rest, ' ');

        while (word.size > 0 &&
               (word.p[word.size - 1] == ',' || word.p[word.size - 1] == '.'))
            word.size--;
        if (has(word, '0', '9') && !has(word, 'a', 'z')) {
            bool joined = before.size > 0 && before.size <= 3 &&
                          !has(before, 'a', 'z') &&
                          before.p + before.size + 1 == word.p;

            number = joined
                         ? (struct bytes){before.p, before.size + 1 + word.size}
                         : word;
        }
        before = word;
    }
    return number;
}

static void
document(struct list_draft *draft, const struct xml_node *node)
{
    const char *type =
        document_type(draft_clean(draft, xml_text(node, "TYPE_OF_DOCUMENT")),
                      draft_clean(draft, xml_text(node, "TYPE_OF_DOCUMENT2")));
    struct bytes country = xml_text(node, "ISSUING_COUNTRY");

    if (country.size == 0)
        country = xml_text(node, "COUNTRY_OF_ISSUE");
    if (type != NULL)
        draft_document(
            draft, country, type,
            number_among_words(draft_clean(draft, xml_text(node, "NUMBER"))));
}

static void
individual(struct list_draft *draft, const struct xml_node *node)
{
    const struct xml_node *each;

    draft_begin(draft, LIST_PERSON, LIST_REASON_SANCTION);
    primary_name(draft, node);
    draft_whole_name(draft, xml_text(node, "NAME_ORIGINAL_SCRIPT"), NAME_GOOD);
    aliases(draft, node, "INDIVIDUAL_ALIAS");
    draft_sex(draft, xml_text(node, "GENDER"));
    each = xml_child(node, "INDIVIDUAL_DATE_OF_BIRTH");
    for (; each != NULL; each = xml_next(each))
        birth(draft, each);
    each = xml_child(node, "INDIVIDUAL_PLACE_OF_BIRTH");
    for (; each != NULL; each = xml_next(each))
        place(draft, each);
    each = xml_child(node, "INDIVIDUAL_DOCUMENT");
    for (; each != NULL; each = xml_next(each))
        document(draft, each);
    each = xml_child(node, "NATIONALITY");
    each = each != NULL ? xml_child(each, "VALUE") : NULL;
    for (; each != NULL; each = xml_next(each))
        draft_nationality(draft, each->text);
}

static enum err
tree(void *context, const struct xml_node *node)
{
    struct un_reading *un = context;
    struct list_draft *draft = un->draft;
    struct list_place where = {0, un->xml.line, un->xml.at};

    if (bytes_equal(node->name, BYTES("CONSOLIDATED_LIST"))) {
        reading_date(un->reading, xml_attribute(node, "dateGenerated"));
        return OK;
    }
    if (bytes_equal(node->name, BYTES("INDIVIDUAL"))) {
        individual(draft, node);
    } else {
        draft_begin(draft, LIST_ENTITY, LIST_REASON_SANCTION);
        primary_name(draft, node);
        draft_whole_name(draft, xml_text(node, "NAME_ORIGINAL_SCRIPT"),
                         NAME_GOOD);
        aliases(draft, node, "ENTITY_ALIAS");
    }
    draft_reference(draft, xml_text(node, "REFERENCE_NUMBER"));
    draft_remark(draft, xml_text(node, "COMMENTS1"));
    un->reading->fault.field = "REFERENCE_NUMBER";
    if (draft->entry.reference.size == 0)
        return reading_refuse(un->reading, ERR_FORMAT, &where, "SCR 3.4.2",
                              "an entry has no reference");
    un->reading->fault.field = NULL;
    return draft_end(draft, &where);
}

enum err
list_un_read(struct list_reading *reading)
{
    static const char *const TREES[] = {"INDIVIDUAL", "ENTITY", NULL};
    struct un_reading un = {.reading = reading, .draft = draft_make(reading)};

    un.xml = (struct xml_reading){.root = "CONSOLIDATED_LIST",
                                  .trees = TREES,
                                  .tree = tree,
                                  .context = &un};
    if (un.draft == NULL)
        return ERR_LIMIT;
    return reading_xml(reading, &un.xml, 0);
}
