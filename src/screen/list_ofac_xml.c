/*
 * OFAC's SDN list in its XML form: sdnEntry in an sdnList, after
 * publshInformation (sic) with the date and the number of entries, which tells
 * a file that was cut between two entries. SCR 3.4.1.
 */
#include "screen/list_ofac.h"
#include "screen/list_source_int.h"

#define CLAUSE "SCR 3.4.1"

struct ofac_xml_reading {
    struct list_reading *reading;
    struct list_draft *draft;
    struct xml_reading xml;
    bool announced; /* how many there are */
    uint64_t count_said;
    uint64_t count;
};

static void
name(struct list_draft *draft, const struct xml_node *node,
     enum name_quality quality)
{
    struct bytes last = xml_text(node, "lastName");
    struct bytes first = xml_text(node, "firstName");

    if (first.size > 0 && last.size > 0)
        draft_name(draft, last, first, quality);
    else
        draft_whole_name(draft, last.size > 0 ? last : first, quality);
}

/* Each `item` of the child `list`. */
static const struct xml_node *
items(const struct xml_node *node, const char *list, const char *item)
{
    const struct xml_node *child = xml_child(node, list);

    return child != NULL ? xml_child(child, item) : NULL;
}

static void
identities(struct list_draft *draft, const struct xml_node *node)
{
    const struct xml_node *id = items(node, "idList", "id");

    for (; id != NULL; id = xml_next(id)) {
        struct bytes kind = draft_clean(draft, xml_text(id, "idType"));
        const char *type = ofac_document_type(kind);

        if (bytes_equal(kind, BYTES("Gender")))
            draft_sex(draft, xml_text(id, "idNumber"));
        else if (type != NULL)
            draft_document(draft, xml_text(id, "idCountry"), type,
                           xml_text(id, "idNumber"));
    }
}

static void
person(struct list_draft *draft, const struct xml_node *node)
{
    const struct xml_node *each;

    identities(draft, node);
    each = items(node, "dateOfBirthList", "dateOfBirthItem");
    for (; each != NULL; each = xml_next(each))
        draft_birth_text(draft, xml_text(each, "dateOfBirth"));
    each = items(node, "placeOfBirthList", "placeOfBirthItem");
    for (; each != NULL; each = xml_next(each))
        draft_place(draft, xml_text(each, "placeOfBirth"));
    each = items(node, "nationalityList", "nationality");
    for (; each != NULL; each = xml_next(each))
        draft_nationality(draft, xml_text(each, "country"));
    each = items(node, "citizenshipList", "citizenship");
    for (; each != NULL; each = xml_next(each))
        draft_nationality(draft, xml_text(each, "country"));
}

static enum err
entry(struct ofac_xml_reading *ofac, const struct xml_node *node)
{
    struct list_draft *draft = ofac->draft;
    struct list_place where = {0, ofac->xml.line, ofac->xml.at};
    bool individual =
        bytes_equal(xml_text(node, "sdnType"), BYTES("Individual"));
    const struct xml_node *aka = items(node, "akaList", "aka");

    draft_begin(draft, individual ? LIST_PERSON : LIST_ENTITY,
                LIST_REASON_SANCTION);
    draft_reference(draft, xml_text(node, "uid"));
    name(draft, node, NAME_PRIMARY);
    for (; aka != NULL; aka = xml_next(aka))
        name(draft, aka,
             bytes_equal(xml_text(aka, "category"), BYTES("weak")) ? NAME_WEAK
                                                                   : NAME_GOOD);
    if (individual)
        person(draft, node);
    draft_remark(draft, xml_text(node, "remarks"));
    ofac->count++;
    if (draft->entry.reference.size == 0) {
        ofac->reading->fault.field = "uid";
        return reading_refuse(ofac->reading, ERR_FORMAT, &where, CLAUSE,
                              "an entry has no number");
    }
    return draft_end(draft, &where);
}

/* "07/07/2021": the month comes first. */
static void
publish_date(struct list_reading *reading, struct bytes text)
{
    struct bytes rest = bytes_trim(text);
    struct bytes month = bytes_split(&rest, '/');
    struct bytes day = bytes_split(&rest, '/');
    struct civil civil = {0};
    uint64_t m;
    uint64_t d;
    uint64_t y;

    if (month.size > 1 && month.p[0] == '0')
        month = bytes_slice(month, 1, 1);
    if (day.size > 1 && day.p[0] == '0')
        day = bytes_slice(day, 1, 1);
    if (!bytes_decimal(month, 12, &m) || !bytes_decimal(day, 31, &d) ||
        !bytes_decimal(rest, 9999, &y))
        return;
    civil = (struct civil){(int16_t)y, (uint8_t)m, (uint8_t)d};
    reading->has_date = civil_valid(civil);
    if (reading->has_date)
        reading->date = date_of(civil);
}

static enum err
tree(void *context, const struct xml_node *node)
{
    struct ofac_xml_reading *ofac = context;

    if (bytes_equal(node->name, BYTES("sdnList")))
        return OK;
    if (bytes_equal(node->name, BYTES("sdnEntry")))
        return entry(ofac, node);
    publish_date(ofac->reading, xml_text(node, "Publish_Date"));
    ofac->announced = bytes_decimal(bytes_trim(xml_text(node, "Record_Count")),
                                    UINT32_MAX, &ofac->count_said);
    return OK;
}

enum err
list_ofac_xml_read(struct list_reading *reading)
{
    static const char *const TREES[] = {"publshInformation", "sdnEntry", NULL};
    struct ofac_xml_reading ofac = {.reading = reading,
                                    .draft = draft_make(reading)};
    struct list_place place = {0};
    enum err e;

    ofac.xml = (struct xml_reading){
        .root = "sdnList", .trees = TREES, .tree = tree, .context = &ofac};
    if (ofac.draft == NULL)
        return ERR_LIMIT;
    place.input = 1;
    if (reading->input_count > 1)
        return reading_refuse(reading, ERR_FORMAT, &place, CLAUSE,
                              "the XML form has one file");
    e = reading_xml(reading, &ofac.xml, 0);
    if (e != OK || !ofac.announced || ofac.count_said == ofac.count)
        return e;
    place = (struct list_place){0, ofac.xml.line, ofac.xml.at};
    reading->fault.field = "Record_Count";
    return reading_refuse(
        reading, ERR_FORMAT, &place, CLAUSE,
        "the file has another number of entries than it says");
}
