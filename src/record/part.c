#include "record/part_int.h"

#include "record/name.h"

/* All digits, or all X where it is unknown. */
static bool
date_part_valid(struct bytes part)
{
    size_t digits = 0;
    size_t unknown = 0;

    for (size_t i = 0; i < part.size; i++) {
        digits += part.p[i] >= '0' && part.p[i] <= '9';
        unknown += part.p[i] == 'X';
    }
    return digits == part.size || unknown == part.size;
}

static bool
date_valid(struct bytes date)
{
    return date.size == DATE_SIZE_MAX && date.p[4] == '-' && date.p[7] == '-' &&
           date_part_valid(bytes_slice(date, 0, 4)) &&
           date_part_valid(bytes_slice(date, 5, 2)) &&
           date_part_valid(bytes_slice(date, 8, 2));
}

void
part_date(struct codec *c, struct bytes *date, const char *clause)
{
    codec_text(c, date, DATE_SIZE_MAX, clause);
    if (c->r.fault.code == OK && date->size > 0 && !date_valid(*date))
        codec_refuse(c, ERR_FORMAT, clause, "not a date");
}

static bool
format_valid(struct bytes format)
{
    static const char *const FORMATS[] = {"",      "TD1",   "TD2",   "TD3",
                                          "MRV-A", "MRV-B", "FRA-ID"};

    for (size_t i = 0; i < sizeof(FORMATS) / sizeof(FORMATS[0]); i++)
        if (bytes_equal(format, bytes_of(FORMATS[i])))
            return true;
    return false;
}

static bool
sex_valid(struct bytes sex)
{
    return sex.size == 0 || sex.p[0] == 'F' || sex.p[0] == 'M' ||
           sex.p[0] == 'X';
}

void
part_sex(struct codec *c, struct bytes *sex, const char *clause)
{
    codec_text(c, sex, SEX_SIZE_MAX, clause);
    if (c->r.fault.code == OK && !sex_valid(*sex))
        codec_refuse(c, ERR_FORMAT, clause, "sex is F, M, X or empty");
}

void
part_day(struct codec *c, struct bytes *day, const char *clause)
{
    struct date date;

    codec_text(c, day, DATE_SIZE_MAX, clause);
    if (c->r.fault.code == OK && day->size > 0 && date_parse(*day, &date) != OK)
        codec_refuse(c, ERR_FORMAT, clause, "not a day of the calendar");
}

void
part_document(struct codec *c, struct document *d)
{
    codec_array(c, 13, "REC 4.1");
    codec_text(c, &d->format, DOCUMENT_FORMAT_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->code, DOCUMENT_CODE_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->issuing_state, STATE_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->number, DOCUMENT_NUMBER_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->surname, NAME_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->given_names, NAME_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->nationality, STATE_SIZE_MAX, "REC 4.1");
    part_date(c, &d->date_of_birth, "REC 4.1");
    part_sex(c, &d->sex, "REC 4.1");
    part_date(c, &d->date_of_expiry, "REC 4.1");
    codec_text(c, &d->optional_1, OPTIONAL_DATA_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->optional_2, OPTIONAL_DATA_SIZE_MAX, "REC 4.1");
    codec_bool(c, &d->name_truncated, "REC 4.1");
    if (c->r.fault.code == OK && !format_valid(d->format))
        codec_refuse(c, ERR_FORMAT, "REC 4.1", "not a format of documents");
}

void
part_identity(struct codec *c, struct identity *identity, const char *clause)
{
    codec_array(c, 5, clause);
    codec_text(c, &identity->surname, NAME_SIZE_MAX, clause);
    codec_text(c, &identity->given_names, NAME_SIZE_MAX, clause);
    part_date(c, &identity->date_of_birth, clause);
    part_sex(c, &identity->sex, clause);
    codec_text(c, &identity->nationality, STATE_SIZE_MAX, clause);
    if (c->r.fault.code == OK && identity->surname.size == 0 &&
        identity->given_names.size == 0)
        codec_refuse(c, ERR_FORMAT, clause, "a person without a name");
}

enum direction
part_direction(struct codec *c, enum direction direction)
{
    return (enum direction)codec_choice(c, direction, DIRECTION_EXIT,
                                        "REC 4.3");
}

/* The letters are grounds on which one is refused: so exactly then. */
void
part_decision(struct codec *c, enum decision *decision, uint16_t *reasons)
{
    *decision = (enum decision)codec_choice(c, *decision, DECISION_HAND_OVER,
                                            "REC 4.3");
    *reasons = (uint16_t)codec_choice(c, *reasons, REASONS_ALL, "REC 4.4");
    if (c->r.fault.code == OK &&
        (*decision == DECISION_REFUSE) != (*reasons != 0))
        codec_refuse(c, ERR_FORMAT, "REC 4.4",
                     "reasons belong to a refusal, and a refusal has one");
}

void
part_request_key(struct codec *c, struct request_key *key)
{
    key->present = codec_present(c, key->present);
    if (!key->present)
        return;
    codec_array(c, 2, "REC 4.5");
    codec_fixed(c, key->key, sizeof(key->key), "REC 4.5");
    codec_fixed(c, key->request, sizeof(key->request), "REC 4.5");
}

void
part_node_name(struct codec *c, struct bytes *node, const char *clause)
{
    codec_text(c, node, NODE_NAME_SIZE_MAX, clause);
    if (c->r.fault.code == OK && !node_name_valid(*node))
        codec_refuse(c, ERR_FORMAT, "REC 3.1", "not the name of a node");
}
