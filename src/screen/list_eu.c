/*
 * The European Union's consolidated financial sanctions file as XML (FSF 1.1,
 * namespace http://eu.europa.ec/fpi/fsd/export): sanctionEntity in an export,
 * whose generationDate is the date of the list. SCR 3.4.3.
 */
#include "screen/list_source_int.h"

#include "screen/list_birth.h"

struct eu_reading {
    struct list_reading *reading;
    struct list_draft *draft;
    struct xml_reading xml;
};

static bool
is_true(const struct xml_node *node, const char *name)
{
    return bytes_equal(xml_attribute(node, name), BYTES("true"));
}

/* What the file calls unknown: code 00. */
static struct bytes
country(const struct xml_node *node)
{
    struct bytes code = xml_attribute(node, "countryIso2Code");

    if (code.size == 0)
        return xml_attribute(node, "countryDescription");
    if (bytes_equal(code, BYTES("00")))
        return (struct bytes){0};
    return code;
}

static void
alias(struct list_draft *draft, const struct xml_node *node, bool first)
{
    struct bytes whole = xml_attribute(node, "wholeName");
    struct bytes last = xml_attribute(node, "lastName");
    struct bytes given = xml_attribute(node, "firstName");
    enum name_quality quality = first                     ? NAME_PRIMARY
                                : is_true(node, "strong") ? NAME_GOOD
                                                          : NAME_WEAK;

    /* A middle name is in the whole name alone: it may be a patronymic, or
     * part of either. */
    if (last.size > 0 && given.size > 0 &&
        xml_attribute(node, "middleName").size == 0)
        draft_name(draft, last, given, quality);
    else
        draft_whole_name(draft, whole.size > 0 ? whole : last, quality);
    if (draft->entry.person.sex == 0)
        draft_sex(draft, xml_attribute(node, "gender"));
}

static int64_t
number_of(const struct xml_node *node, const char *name)
{
    uint64_t value;

    return bytes_decimal(xml_attribute(node, name), 9999, &value)
               ? (int64_t)value
               : 0;
}

static void
birth(struct list_draft *draft, const struct xml_node *node)
{
    int64_t from = number_of(node, "yearRangeFrom");
    int64_t to = number_of(node, "yearRangeTo");
    int64_t year = number_of(node, "year");
    struct bytes day = xml_attribute(node, "birthdate");
    bool about = is_true(node, "circa");
    struct birth birth;
    size_t before = draft->entry.person.birth_count;

    draft_place(draft, xml_attribute(node, "city").size > 0
                           ? xml_attribute(node, "city")
                           : xml_attribute(node, "place"));
    if (day.size == 0 && year == 0 && from == 0)
        return;
    if (day.size == 0) {
        enum err e = from != 0 && to != 0
                         ? list_birth_years(from, to, about, &birth)
                         : list_birth_years(year, year, about, &birth);

        if (e == OK)
            draft_birth(draft, &birth);
        else
            draft->reading->losses[LOSS_BIRTH]++;
        return;
    }
    draft_birth_text(draft, day);
    if (draft->entry.person.birth_count > before)
        draft->births[before].about = about;
}

static void
identification(struct list_draft *draft, const struct xml_node *node)
{
    struct bytes type = xml_attribute(node, "identificationTypeCode");
    const char *ours = NULL;

    if (bytes_begin(type, BYTES("passport")) ||
        bytes_equal(type, BYTES("diplomatic-passport")) ||
        bytes_equal(type, BYTES("travel-document")))
        ours = "P";
    if (bytes_equal(type, BYTES("id")) ||
        bytes_equal(type, BYTES("nationalid")))
        ours = "I";
    if (ours != NULL)
        draft_document(draft, country(node), ours,
                       xml_attribute(node, "number"));
}

static void
entity(struct list_draft *draft, const struct xml_node *node)
{
    const struct xml_node *type = xml_child(node, "subjectType");
    const struct xml_node *each;
    bool person =
        type != NULL &&
        (bytes_equal(xml_attribute(type, "classificationCode"), BYTES("P")) ||
         bytes_equal(xml_attribute(type, "code"), BYTES("person")));

    draft_begin(draft, person ? LIST_PERSON : LIST_ENTITY,
                LIST_REASON_SANCTION);
    draft_reference(draft, xml_attribute(node, "logicalId"));
    each = xml_child(node, "nameAlias");
    for (; each != NULL; each = xml_next(each))
        alias(draft, each, draft->entry.person.name_count == 0);
    if (!person)
        draft->entry.person.sex = 0;
    each = person ? xml_child(node, "citizenship") : NULL;
    for (; each != NULL; each = xml_next(each))
        draft_nationality(draft, country(each));
    each = person ? xml_child(node, "birthdate") : NULL;
    for (; each != NULL; each = xml_next(each))
        birth(draft, each);
    each = xml_child(node, "identification");
    for (; each != NULL; each = xml_next(each))
        identification(draft, each);
    draft_remark(draft, xml_text(node, "remark"));
}

static enum err
tree(void *context, const struct xml_node *node)
{
    struct eu_reading *eu = context;
    struct list_place where = {0, eu->xml.line, eu->xml.at};

    if (bytes_equal(node->name, BYTES("export"))) {
        reading_date(eu->reading, xml_attribute(node, "generationDate"));
        return OK;
    }
    entity(eu->draft, node);
    if (eu->draft->entry.reference.size == 0) {
        eu->reading->fault.field = "logicalId";
        return reading_refuse(eu->reading, ERR_FORMAT, &where, "SCR 3.4.3",
                              "an entry has no reference");
    }
    return draft_end(eu->draft, &where);
}

enum err
list_eu_read(struct list_reading *reading)
{
    static const char *const TREES[] = {"sanctionEntity", NULL};
    struct eu_reading eu = {.reading = reading, .draft = draft_make(reading)};

    eu.xml = (struct xml_reading){
        .root = "export", .trees = TREES, .tree = tree, .context = &eu};
    if (eu.draft == NULL)
        return ERR_LIMIT;
    return reading_xml(reading, &eu.xml, 0);
}
