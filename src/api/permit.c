#include "api/permit.h"

#include "api/normal.h"

/* "C"; the longest is a residence permit's own code. */
#define TYPE_SIZE_MAX 8
#define ENTRIES_MAX 1000
#define DAYS_MAX 3650

static void
permit_take(struct form *form, struct stay_permit *out)
{
    static const struct form_rule type = {.name = "type",
                                          .pointer = "/type",
                                          .size_max = TYPE_SIZE_MAX,
                                          .optional = true};
    struct bytes text = form_text(form, &type);
    bool from = form_day(form, "valid_from", "/valid_from", &out->valid_from);
    bool to = form_day(form, "valid_to", "/valid_to", &out->valid_to);

    if (text.size > 0 &&
        normal_code(text, &form->call->request->arena, &out->type) != OK)
        form_refuse(form, type.pointer,
                    "the text cannot stand in a travel document", "API 2.7");
    out->has_valid = from && to;
    if (from != to || (from && out->valid_to.days < out->valid_from.days))
        form_refuse(form, "/valid_to",
                    "valid_from and valid_to belong together, in this order",
                    "API 4.1");
}

static void
visa_take(struct form *form, struct stay_permit *out)
{
    permit_take(form, out);
    out->entries_max =
        (uint16_t)form_number(form, "entries", "/entries", ENTRIES_MAX, 0);
    out->days_max = (uint16_t)form_number(form, "days", "/days", DAYS_MAX, 0);
}

void
form_permit(struct form *form, struct stay_permit *out)
{
    static const char *const members[] = {"type", "valid_from", "valid_to",
                                          "entries", "days"};
    static const struct form_part visa = {.name = "visa",
                                          .pointer = "/visa",
                                          .members = members,
                                          .member_count = 5,
                                          .optional = true};
    static const struct form_part permit = {.name = "permit",
                                            .pointer = "/permit",
                                            .members = members,
                                            .member_count = 3,
                                            .optional = true};
    struct form inner;

    *out = (struct stay_permit){0};
    if (form_has(form, "visa") && form_has(form, "permit")) {
        form_refuse(form, "", "there is either a visa or a permit", "API 4.1");
        return;
    }
    if (form_enter(form, &visa, &inner)) {
        out->title = STAY_TITLE_VISA;
        visa_take(&inner, out);
        form_leave(form, &inner);
    }
    if (form_enter(form, &permit, &inner)) {
        out->title = STAY_TITLE_PERMIT;
        permit_take(&inner, out);
        form_leave(form, &inner);
    }
}
