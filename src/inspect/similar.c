/*
 * Findings about travellers of the store who may be the one in hand: known by
 * another document, or of another name with this one. INS 2.23, 2.24
 */
#include "inspect/found_int.h"

/* The most alike of those that used this document, or of the others. */
static const struct inspect_similar *
most_alike(const struct inspect_input *in, bool same_document, size_t *count)
{
    const struct inspect_similar *found = NULL;

    *count = 0;
    for (size_t i = 0; i < in->similar_count; i++) {
        const struct inspect_similar *similar = &in->similar[i];

        if (similar->same_document != same_document)
            continue;
        if (!same_document && similar->points < SCORE_THRESHOLD_DEFAULT)
            continue;
        (*count)++;
        if (found == NULL || similar->points > found->points)
            found = similar;
    }
    return found;
}

static void
write_similar(struct found *found, struct finding *finding,
              const struct inspect_similar *similar, size_t count)
{
    struct evidence evidence = {0};

    finding->hit = -1;
    finding->number = similar->points;
    if (similar->name.size > 0) {
        evidence_part(&evidence, similar->name);
        evidence_text(&evidence, ", ");
    }
    evidence_number(&evidence, similar->points);
    evidence_text(&evidence, " of 1000");
    if (similar->inside)
        evidence_text(&evidence, ", inside now");
    for (size_t i = 0; i < similar->reason_count; i++) {
        const char *text = score_reason_text(similar->reasons[i]);

        if (text == NULL)
            continue;
        evidence_text(&evidence, i == 0 ? ": " : ", ");
        evidence_text(&evidence, text);
    }
    evidence_text(&evidence, ".");
    evidence_more(&evidence, count - 1);
    found_add(found, finding, &evidence);
}

/*
 * Who is inside by one document and enters by another is inside twice; a number
 * used by two persons who are not alike is a forgery or a misread.
 */
void
find_similar(struct found *found)
{
    const struct inspect_input *in = found->in;
    const struct inspect_similar *similar;
    size_t count;

    similar = most_alike(in, false, &count);
    if (similar != NULL) {
        struct finding finding = {
            .code = FINDING_PROBABLY_SAME,
            .severity = similar->inside && in->direction == DIRECTION_ENTRY
                            ? SEVERITY_LOOK
                            : SEVERITY_NOTE};

        write_similar(found, &finding, similar, count);
    }
    similar = most_alike(in, true, &count);
    if (similar != NULL) {
        struct finding finding = {.code = FINDING_OTHER_PERSON_BEFORE,
                                  .severity =
                                      similar->points < SCORE_THRESHOLD_DEFAULT
                                          ? SEVERITY_REFER
                                          : SEVERITY_LOOK};

        write_similar(found, &finding, similar, count);
    }
}
