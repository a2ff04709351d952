#include "api/scan.h"

#include "api/normal.h"

static struct bytes
date_text(struct mrz_date date, struct arena *arena)
{
    uint8_t *p;
    struct writer w;

    if (!date.present)
        return (struct bytes){0};
    p = arena_take(arena, MRZ_DATE_TEXT_SIZE);
    if (p == NULL)
        return (struct bytes){0};
    writer_init(&w, p, MRZ_DATE_TEXT_SIZE);
    mrz_date_write(&w, date);
    return writer_done(&w);
}

/* Borrows from `mrz`, which lives in the arena too. */
static struct document
document_of(const struct mrz *mrz, struct arena *arena)
{
    return (struct document){
        .format = bytes_of(mrz_format_name(mrz->format)),
        .code = mrz_text_bytes(&mrz->document_code),
        .issuing_state = mrz_text_bytes(&mrz->issuing_state),
        .number = mrz_text_bytes(&mrz->document_number),
        .surname = mrz_text_bytes(&mrz->surname),
        .given_names = mrz_text_bytes(&mrz->given_names),
        .nationality = mrz_text_bytes(&mrz->nationality),
        .date_of_birth = date_text(mrz->date_of_birth, arena),
        .sex = {&mrz->sex, mrz->sex == 0 ? 0 : 1},
        .date_of_expiry = date_text(mrz->date_of_expiry, arena),
        .optional_1 = mrz_text_bytes(&mrz->optional_data_1),
        .optional_2 = mrz_text_bytes(&mrz->optional_data_2),
        .name_truncated = mrz->name_possibly_truncated};
}

static struct document_fault
fault_of(const struct mrz_fault *fault)
{
    return (struct document_fault){.code = bytes_of(mrz_code_name(fault->code)),
                                   .field =
                                       bytes_of(mrz_field_name(fault->field)),
                                   .clause = bytes_of(fault->clause),
                                   .line = fault->line,
                                   .column = fault->column};
}

/*
 * What is recorded of a line: all of it, or of one that is far longer than any
 * in a document the beginning, cut between two characters. API 4.1
 */
static struct bytes
line_kept(struct bytes line)
{
    size_t size = INSPECTION_LINE_SIZE_MAX;

    if (line.size <= size)
        return line;
    while (size > 0 && (line.p[size] & 0xc0) == 0x80)
        size--;
    return bytes_slice(line, 0, size);
}

struct scan *
scan_read(struct form *form, struct date today)
{
    static const struct form_rule rule = {.name = "mrz",
                                          .pointer = "/mrz",
                                          .size_max = REQUEST_BODY_SIZE_MAX,
                                          .may_empty = true,
                                          .raw = true};
    struct arena *arena = &form->call->request->arena;
    struct scan *scan = arena_take(arena, sizeof(*scan));

    if (scan == NULL) {
        form_refuse(form, rule.pointer, "the request is too large", "API 1.5");
        return NULL;
    }
    scan->line_count = form_texts(form, &rule, MRZ_LINES_MAX, scan->lines);
    if (scan->line_count == 0)
        return NULL;
    mrz_parse(scan->lines, scan->line_count, today, &scan->mrz);
    mrz_repair(scan->lines, scan->line_count, &scan->mrz, &scan->repair);
    scan->has_document = scan->mrz.format != MRZ_NONE;
    if (scan->has_document)
        scan->document = document_of(&scan->mrz, arena);
    scan->fault_count = scan->mrz.fault_count;
    for (size_t i = 0; i < scan->fault_count; i++)
        scan->faults[i] = fault_of(&scan->mrz.faults[i]);
    for (size_t i = 0; i < scan->line_count; i++)
        scan->lines[i] = line_kept(scan->lines[i]);
    return scan;
}

enum member_kind { MEMBER_NAME, MEMBER_CODE, MEMBER_DATE };

static struct bytes
member_take(struct form *form, const struct form_rule *rule,
            enum member_kind kind)
{
    struct arena *arena = &form->call->request->arena;
    struct bytes text = form_text(form, rule);
    struct bytes normal = text;
    bool ok = true;

    if (text.size == 0)
        return text;
    if (kind == MEMBER_NAME)
        ok = normal_name(text, arena, &normal) == OK &&
             normal.size <= rule->size_max;
    else if (kind == MEMBER_CODE)
        ok = normal_code(text, arena, &normal) == OK;
    else
        ok = normal_date(text);
    if (!ok)
        form_refuse(form, rule->pointer,
                    "the text cannot stand in a travel document", "API 2.7");
    return normal;
}

static const char *const document_names[] = {
    "document_code", "issuing_state", "document_number",
    "surname",       "given_names",   "nationality",
    "date_of_birth", "sex",           "date_of_expiry"};

static void
document_take(struct form *form, struct document *out)
{
    out->code =
        member_take(form, FORM_RULE("document_code", 2, true), MEMBER_CODE);
    out->issuing_state =
        member_take(form, FORM_RULE("issuing_state", 3, true), MEMBER_CODE);
    out->number =
        member_take(form, FORM_RULE("document_number", 22, true), MEMBER_CODE);
    out->surname = member_take(form, FORM_RULE("surname", NAME_SIZE_MAX, true),
                               MEMBER_NAME);
    out->given_names = member_take(
        form, FORM_RULE("given_names", NAME_SIZE_MAX, true), MEMBER_NAME);
    out->nationality =
        member_take(form, FORM_RULE("nationality", 3, true), MEMBER_CODE);
    out->date_of_birth =
        member_take(form, FORM_RULE("date_of_birth", 10, true), MEMBER_DATE);
    out->sex = member_take(form, FORM_RULE("sex", 1, true), MEMBER_CODE);
    out->date_of_expiry =
        member_take(form, FORM_RULE("date_of_expiry", 10, true), MEMBER_DATE);
}

static void
due(struct form *form, const char *pointer, struct bytes text)
{
    if (text.size == 0)
        form_refuse(form, pointer, "the member is missing", "API 2.4");
}

static void
needs_look(struct form *form, enum document_need need,
           const struct document *document)
{
    bool named = document->surname.size > 0 || document->given_names.size > 0;
    bool numbered =
        document->issuing_state.size > 0 && document->number.size > 0;

    if (need == NEED_EITHER) {
        if (!numbered && (!named || document->date_of_birth.size == 0))
            form_refuse(form, "",
                        "there must be a state and a number, or a name and a "
                        "date of birth",
                        "API 2.7");
        return;
    }
    if (need == NEED_DOCUMENT) {
        due(form, "/issuing_state", document->issuing_state);
        due(form, "/document_number", document->number);
    }
    due(form, "/nationality", document->nationality);
    due(form, "/date_of_birth", document->date_of_birth);
    if (!named)
        form_refuse(form, "/surname", "there must be a name", "API 2.7");
}

void
scan_document(struct form *form, const char *name, const char *pointer,
              enum document_need need, struct document *out)
{
    struct form_part part = {.name = name,
                             .pointer = pointer,
                             .members = document_names,
                             .member_count = sizeof(document_names) /
                                             sizeof(document_names[0])};
    size_t errors = form->errors.count;
    struct form inner;

    *out = (struct document){0};
    if (!form_enter(form, &part, &inner))
        return;
    document_take(&inner, out);
    if (inner.errors.count == errors)
        needs_look(&inner, need, out);
    form_leave(form, &inner);
}
