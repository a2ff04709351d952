#include "document/mrz_json.h"

/* NULL when the lines are no MRZ. */
static void
pair_text(struct json_writer *j, const struct mrz *mrz, const char *name,
          const struct mrz_text *text)
{
    json_key(j, name);
    if (mrz->format == MRZ_NONE)
        json_put_null(j);
    else
        json_put_text(j, mrz_text_bytes(text));
}

static void
pair_date(struct json_writer *j, const char *name, struct mrz_date date)
{
    uint8_t text[MRZ_DATE_TEXT_SIZE];
    struct writer w;

    json_key(j, name);
    if (!date.present) {
        json_put_null(j);
        return;
    }
    writer_init(&w, text, sizeof(text));
    mrz_date_write(&w, date);
    json_put_text(j, writer_done(&w));
}

static void
pair_sex(struct json_writer *j, uint8_t sex)
{
    json_key(j, "sex");
    if (sex == 0)
        json_put_null(j);
    else
        json_put_text(j, (struct bytes){&sex, 1});
}

static void
pair_truncated(struct json_writer *j, const struct mrz *mrz)
{
    json_key(j, "name_truncated");
    if (mrz->format == MRZ_NONE)
        json_put_null(j);
    else
        json_put_text(j, mrz->name_possibly_truncated ? BYTES("possible")
                                                      : BYTES("no"));
}

static void
pair_faults(struct json_writer *j, const struct mrz *mrz)
{
    json_key(j, "faults");
    json_begin_array(j);
    for (size_t i = 0; i < mrz->fault_count; i++) {
        const struct mrz_fault *fault = &mrz->faults[i];

        json_begin_object(j);
        json_pair_text(j, "code", bytes_of(mrz_code_name(fault->code)));
        json_pair_text(j, "field", bytes_of(mrz_field_name(fault->field)));
        json_pair_integer(j, "line", fault->line);
        json_pair_integer(j, "column", fault->column);
        json_pair_text(j, "clause", bytes_of(fault->clause));
        json_end_object(j);
    }
    json_end_array(j);
}

void
mrz_json_write_repair(struct json_writer *j, const struct mrz_repair *repair)
{
    json_key(j, "repair");
    if (repair->line_count == 0) {
        json_put_null(j);
    } else {
        json_begin_array(j);
        for (size_t i = 0; i < repair->line_count; i++)
            json_put_text(j,
                          (struct bytes){repair->lines[i], repair->line_size});
        json_end_array(j);
    }
    json_pair_integer(j, "repair_candidates", repair->candidates);
}

void
mrz_json_write(struct json_writer *j, const struct mrz *mrz,
               const struct mrz_repair *repair)
{
    const char *format = mrz_format_name(mrz->format);

    json_begin_object(j);
    json_key(j, "format");
    if (format == NULL)
        json_put_null(j);
    else
        json_put_text(j, bytes_of(format));
    json_pair_boolean(j, "valid", mrz->valid);
    pair_text(j, mrz, "document_code", &mrz->document_code);
    pair_text(j, mrz, "issuing_state", &mrz->issuing_state);
    pair_text(j, mrz, "document_number", &mrz->document_number);
    pair_text(j, mrz, "surname", &mrz->surname);
    pair_text(j, mrz, "given_names", &mrz->given_names);
    pair_truncated(j, mrz);
    pair_text(j, mrz, "nationality", &mrz->nationality);
    pair_date(j, "date_of_birth", mrz->date_of_birth);
    pair_sex(j, mrz->sex);
    pair_date(j, "date_of_expiry", mrz->date_of_expiry);
    pair_text(j, mrz, "optional_data_1", &mrz->optional_data_1);
    pair_text(j, mrz, "optional_data_2", &mrz->optional_data_2);
    pair_faults(j, mrz);
    mrz_json_write_repair(j, repair);
    json_end_object(j);
}
