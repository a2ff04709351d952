#include "screen/list_draft.h"

#include "base/writer.h"
#include "screen/country.h"
#include "screen/list_birth.h"

enum err
reading_refuse(struct list_reading *reading, enum err code,
               const struct list_place *place, const char *clause,
               const char *what)
{
    reading->fault.input = place->input;
    reading->fault.line = place->line;
    return fault_set(&reading->fault.fault, code, (size_t)place->at, clause,
                     what);
}

struct list_draft *
draft_make(struct list_reading *reading)
{
    struct list_draft *draft = arena_take(reading->arena, sizeof(*draft));
    void *block = arena_room(reading->arena, LIST_DRAFT_TEXT_SIZE);

    if (draft == NULL || block == NULL)
        return NULL;
    draft->reading = reading;
    arena_init(&draft->text, block, LIST_DRAFT_TEXT_SIZE);
    return draft;
}

void
draft_begin(struct list_draft *draft, enum list_kind kind,
            enum list_reason reason)
{
    arena_reset(&draft->text);
    draft->full = false;
    draft->entry = (struct list_entry){.kind = kind, .reason = reason};
    draft->entry.person.names = draft->names;
    draft->entry.person.births = draft->births;
    draft->entry.person.nationalities = draft->nationalities;
    draft->entry.person.places_of_birth = draft->places;
    draft->entry.person.documents = draft->documents;
}

static void
lose(struct list_draft *draft, enum list_loss loss)
{
    draft->reading->losses[loss]++;
}

/* U+0080 to U+009F are control characters too; U+00A0 is a blank. */
static bool
is_blank(struct bytes text, size_t at, size_t *size)
{
    *size = 1;
    if (text.p[at] <= 0x20 || text.p[at] == 0x7F)
        return true;
    if (text.p[at] != 0xC2 || text.size - at < 2 || text.p[at + 1] > 0xA0)
        return false;
    *size = 2;
    return true;
}

struct bytes
draft_clean(struct list_draft *draft, struct bytes text)
{
    struct writer w;
    uint8_t *room = arena_room(&draft->text, text.size);
    bool blank = false;
    size_t size;

    if (room == NULL) {
        draft->full = true;
        return (struct bytes){0};
    }
    writer_init(&w, room, text.size);
    for (size_t at = 0; at < text.size; at += size) {
        if (is_blank(text, at, &size)) {
            blank = w.at > 0;
            continue;
        }
        if (blank)
            writer_u8(&w, ' ');
        blank = false;
        writer_u8(&w, text.p[at]);
    }
    return writer_done(&w);
}

/* Cut to a bound, between characters. */
static struct bytes
cut(struct list_draft *draft, struct bytes text, size_t size_max)
{
    size_t size = size_max;

    if (text.size <= size_max)
        return text;
    lose(draft, LOSS_CUT);
    while (size > 0 && (text.p[size] & 0xC0) == 0x80)
        size--;
    return bytes_trim(bytes_slice(text, 0, size));
}

void
draft_reference(struct list_draft *draft, struct bytes text)
{
    draft->entry.reference = draft_clean(draft, text);
}

void
draft_name(struct list_draft *draft, struct bytes surname,
           struct bytes given_names, enum name_quality quality)
{
    struct person_name name = {.quality = quality};
    struct person *person = &draft->entry.person;

    name.surname = draft_clean(draft, surname);
    name.given_names = draft_clean(draft, given_names);
    if (name.surname.size + name.given_names.size == 0)
        return;
    if (person->name_count == PERSON_NAMES_MAX)
        lose(draft, LOSS_SURPLUS);
    else
        draft->names[person->name_count++] = name;
}

void
draft_whole_name(struct list_draft *draft, struct bytes text,
                 enum name_quality quality)
{
    struct person_name name = {.quality = quality};
    struct person *person = &draft->entry.person;

    name.whole = draft_clean(draft, text);
    if (name.whole.size == 0)
        return;
    if (person->name_count == PERSON_NAMES_MAX)
        lose(draft, LOSS_SURPLUS);
    else
        draft->names[person->name_count++] = name;
}

void
draft_whole_names(struct list_draft *draft, struct bytes texts,
                  uint8_t separator, enum name_quality quality)
{
    while (texts.size > 0)
        draft_whole_name(draft, bytes_split(&texts, separator), quality);
}

void
draft_birth(struct list_draft *draft, const struct birth *birth)
{
    struct person *person = &draft->entry.person;

    if (person->birth_count == PERSON_BIRTHS_MAX)
        lose(draft, LOSS_SURPLUS);
    else
        draft->births[person->birth_count++] = *birth;
}

void
draft_birth_text(struct list_draft *draft, struct bytes text)
{
    struct birth birth;

    text = draft_clean(draft, text);
    if (text.size == 0)
        return;
    if (list_birth_parse(text, &birth) == OK)
        draft_birth(draft, &birth);
    else
        lose(draft, LOSS_BIRTH);
}

void
draft_nationality(struct list_draft *draft, struct bytes country)
{
    struct person *person = &draft->entry.person;
    struct bytes code;

    country = draft_clean(draft, country);
    if (country.size == 0)
        return;
    code = country_code(country);
    if (code.size == 0) {
        lose(draft, LOSS_COUNTRY);
        return;
    }
    for (size_t i = 0; i < person->nationality_count; i++)
        if (bytes_equal(code, person->nationalities[i]))
            return;
    if (person->nationality_count == PERSON_NATIONALITIES_MAX)
        lose(draft, LOSS_SURPLUS);
    else
        draft->nationalities[person->nationality_count++] = code;
}

void
draft_place(struct list_draft *draft, struct bytes text)
{
    struct person *person = &draft->entry.person;

    text = cut(draft, draft_clean(draft, text), LIST_PLACE_SIZE_MAX);
    if (text.size == 0)
        return;
    if (person->place_count == PERSON_PLACES_MAX)
        lose(draft, LOSS_SURPLUS);
    else
        draft->places[person->place_count++] = text;
}

void
draft_sex(struct list_draft *draft, struct bytes text)
{
    text = draft_clean(draft, text);
    if (text.size == 0)
        return;
    if (text.p[0] == 'M' || text.p[0] == 'm')
        draft->entry.person.sex = 'M';
    if (text.p[0] == 'F' || text.p[0] == 'f')
        draft->entry.person.sex = 'F';
}

void
draft_document(struct list_draft *draft, struct bytes country, const char *type,
               struct bytes number)
{
    struct person *person = &draft->entry.person;
    struct person_document document = {.type = bytes_of(type)};

    document.number = draft_clean(draft, number);
    country = draft_clean(draft, country);
    if (document.number.size == 0)
        return;
    if (document.number.size > LIST_NUMBER_SIZE_MAX) {
        lose(draft, LOSS_NUMBER);
        return;
    }
    document.state = country_code(country);
    if (country.size > 0 && document.state.size == 0)
        lose(draft, LOSS_COUNTRY);
    if (person->document_count == PERSON_DOCUMENTS_MAX)
        lose(draft, LOSS_SURPLUS);
    else
        draft->documents[person->document_count++] = document;
}

void
draft_remark(struct list_draft *draft, struct bytes text)
{
    draft->entry.remark =
        cut(draft, draft_clean(draft, text), LIST_REMARK_SIZE_MAX);
}

static const char *
refusal_of(enum err e)
{
    switch (e) {
    case ERR_CONFLICT:
        return "the reference of an entry was there before";
    case ERR_LIMIT:
        return "a field is longer than an entry may have it";
    default:
        return "an entry has no reference, or is not lawful";
    }
}

enum err
draft_end(struct list_draft *draft, const struct list_place *place)
{
    struct list_reading *reading = draft->reading;
    enum err e;

    if (draft->full)
        return reading_refuse(reading, ERR_LIMIT, place, "SCR 3.3",
                              "an entry is too large");
    if (draft->entry.kind != LIST_DOCUMENT &&
        draft->entry.person.name_count == 0) {
        lose(draft, LOSS_NAMELESS);
        return OK;
    }
    reading->place = *place;
    e = reading->emit(reading->context, &draft->entry);
    if (e == ERR_CONFLICT || e == ERR_LIMIT || e == ERR_FORMAT)
        return reading_refuse(reading, e, place, "SCR 3.3", refusal_of(e));
    return e;
}
