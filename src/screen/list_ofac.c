#include "screen/list_ofac.h"

/* Longer ones first: a number follows what begins so. */
static const struct {
    const char *kind;
    const char *type;
} DOCUMENTS[] = {
    {"Diplomatic Passport", "P"},
    {"Official Passport", "P"},
    {"Stateless Person Passport", "P"},
    {"Passport", "P"},
    {"Travel Document Number", "P"},
    {"Travel Document", "P"},
    {"Refugee Travel Document", "P"},
    {"Laissez-Passer", "P"},
    {"National ID No.", "I"},
    {"National Foreign ID Number", "I"},
    {"Foreign National ID Number", "I"},
    {"Cedula No.", "I"},
    {"Cedula de Ciudadania", "I"},
    {"Cedula de Identidad", "I"},
    {"Turkish Identification Number", "I"},
    {"Bosnian Personal ID No.", "I"},
    {"Moroccan Personal ID No.", "I"},
    {"Kuwait Civil ID No.", "I"},
    {"Afghan Tazkira No.", "I"},
    {"Identification Number", "I"},
    {"Identification Card", "I"},
    {"Identity Card", "I"},
    {"Personal ID Card", "I"},
    {"Residency Number", "I"},
    {"Citizen's Card Number", "I"},
    {"Citizen's Card", "I"},
    {"Numero de Identidad", "I"},
    {"Stateless Person ID Card", "I"},
    {"D.N.I.", "I"},
    {"C.U.I.", "I"},
    {"I.F.E.", "I"},
};

#define DOCUMENTS_COUNT (sizeof(DOCUMENTS) / sizeof(DOCUMENTS[0]))

const char *
ofac_document_type(struct bytes kind)
{
    for (size_t i = 0; i < DOCUMENTS_COUNT; i++)
        if (bytes_equal(kind, bytes_of(DOCUMENTS[i].kind)))
            return DOCUMENTS[i].type;
    return NULL;
}

static struct bytes
after(struct bytes text, size_t size)
{
    return bytes_slice(text, size, text.size - size);
}

/* Takes `word` off the front when the text begins so. */
static bool
take(struct bytes *text, const char *word)
{
    struct bytes start = bytes_of(word);

    if (!bytes_begin(*text, start))
        return false;
    *text = bytes_trim(after(*text, start.size));
    return true;
}

static size_t
find(struct bytes text, const char *part)
{
    struct bytes sought = bytes_of(part);
    size_t at = 0;

    while (at < text.size && !bytes_begin(after(text, at), sought))
        at++;
    return at;
}

void
ofac_name(struct list_draft *draft, struct bytes name,
          enum name_quality quality)
{
    size_t comma = find(name, ", ");

    if (draft->entry.kind == LIST_PERSON && comma > 0 && comma < name.size)
        draft_name(draft, bytes_slice(name, 0, comma), after(name, comma + 2),
                   quality);
    else
        draft_whole_name(draft, name, quality);
}

/* "A123 (Utopia) issued 18 Jan 1984": number and country. */
static void
document(struct list_draft *draft, const char *type, struct bytes text)
{
    static const char *const ENDS[] = {" issued", " expires", " (", " Issued"};
    size_t open = find(text, "(");
    struct bytes country = {0};
    size_t size = text.size;

    if (open < text.size) {
        country = after(text, open + 1);
        country = bytes_slice(country, 0, bytes_find(country, ')'));
    }
    for (size_t i = 0; i < 4; i++) {
        size_t at = find(text, ENDS[i]);

        size = at < size ? at : size;
    }
    text = bytes_slice(text, 0, size);
    if (text.size > 0)
        draft_document(draft, country, type, text);
}

/* 'ABU UMAR': what is in the outermost quotes is a weak name. */
static void
alias(struct list_draft *draft, struct bytes text)
{
    if (text.size > 0 && (text.p[0] == '\'' || text.p[0] == '"'))
        text = after(text, 1);
    while (text.size > 0 &&
           (text.p[text.size - 1] == '\'' || text.p[text.size - 1] == '"' ||
            text.p[text.size - 1] == '.'))
        text.size--;
    draft_whole_name(draft, text, NAME_WEAK);
}

/* One part of a remark, between semicolons. */
static void
part(struct list_draft *draft, struct bytes text)
{
    text = bytes_trim(text);
    while (text.size > 0 && text.p[text.size - 1] == '.')
        text.size--;
    (void)take(&text, "alt. ");
    (void)take(&text, "Alt. ");
    if (take(&text, "DOB ")) {
        draft_birth_text(draft, text);
        return;
    }
    if (take(&text, "POB ")) {
        draft_place(draft, text);
        return;
    }
    if (take(&text, "nationality ") || take(&text, "citizen ")) {
        (void)take(&text, "possibly ");
        (void)take(&text, ": ");
        draft_nationality(draft, text);
        return;
    }
    if (take(&text, "Gender ")) {
        draft_sex(draft, text);
        return;
    }
    if (take(&text, "a.k.a. ")) {
        alias(draft, text);
        return;
    }
    for (size_t i = 0; i < DOCUMENTS_COUNT; i++) {
        if (!take(&text, DOCUMENTS[i].kind))
            continue;
        (void)take(&text, "No. ");
        (void)take(&text, "# ");
        document(draft, DOCUMENTS[i].type, text);
        return;
    }
}

void
ofac_remark(struct list_draft *draft, struct bytes remark)
{
    draft_remark(draft, remark);
    if (draft->entry.kind != LIST_PERSON)
        return;
    while (remark.size > 0)
        part(draft, bytes_split(&remark, ';'));
}
