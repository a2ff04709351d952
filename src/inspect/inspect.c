#include "inspect/inspect.h"

#include "document/state.h"
#include "inspect/found_int.h"

/* The codes that come once a hit are three; all others come once. */
_Static_assert(FINDING_COUNT - 3 + INSPECT_HITS_MAX <= INSPECT_FINDINGS_MAX,
               "room for every finding");
_Static_assert(INSPECT_FINDINGS_MAX <= INSPECTION_FINDINGS_MAX &&
                   INSPECT_HITS_MAX <= INSPECTION_HITS_MAX &&
                   FINDING_EVIDENCE_SIZE_MAX <= EVIDENCE_SIZE_MAX,
               "a record holds the answer");

/* 9303 has "D" where ISO has "DEU": both are DE. */
static bool
is_own(const struct inspect_input *in)
{
    const struct state *of_holder = state_find(in->document.nationality);
    const struct state *own = state_find(in->country);

    if (of_holder == NULL || own == NULL || own->alpha2[0] == 0)
        return false;
    return bytes_equal(bytes_of(of_holder->alpha2), bytes_of(own->alpha2));
}

static bool
comes_before(const struct finding *a, const struct finding *b)
{
    if (a->severity != b->severity)
        return a->severity > b->severity;
    return a->code < b->code;
}

/* The gravest first, then by code; those of one code as they were found. */
static void
put_in_order(struct inspect_answer *out)
{
    for (size_t i = 1; i < out->finding_count; i++) {
        struct finding finding = out->findings[i];
        size_t at = i;

        for (; at > 0 && comes_before(&finding, &out->findings[at - 1]); at--)
            out->findings[at] = out->findings[at - 1];
        out->findings[at] = finding;
    }
}

static bool
too_much(const struct inspect_input *in)
{
    return in->fault_count > DOCUMENT_FAULTS_MAX ||
           in->hit_count > INSPECT_HITS_MAX ||
           in->crossing_count > INSPECT_CROSSINGS_MAX ||
           in->order_count > INSPECT_ORDERS_MAX ||
           in->similar_count > INSPECT_SIMILAR_MAX;
}

enum err
inspect(const struct inspect_input *in, struct arena *arena,
        struct inspect_answer *out)
{
    struct found found = {.in = in, .arena = arena, .out = out};

    if (too_much(in))
        return ERR_LIMIT;
    out->finding_count = 0;
    out->has_stay = false;
    found.today = zone_date(in->zone, in->now);
    found.own = is_own(in);
    /* First, since how long a document must be valid hangs on it. */
    find_stay(&found);
    find_document(&found);
    find_hits(&found);
    find_history(&found);
    find_travel(&found);
    find_orders(&found);
    find_similar(&found);
    find_post(&found);
    if (found.e != OK)
        return found.e;
    put_in_order(out);
    out->recommendation = out->finding_count == 0
                              ? RECOMMENDATION_CLEAR
                              : (enum recommendation)out->findings[0].severity;
    return OK;
}
