/*
 * Two names of any bytes, parted by a tab: read, and compared both ways.
 */
#include <assert.h>

#include "screen/name.h"
#include "screen/score.h"
#include "screen/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
score(const struct subject *query, const struct subject *listed)
{
    struct score out;

    score_persons(query, listed, &out);
    assert(out.points <= SCORE_MAX);
    for (size_t i = 0; i < out.reason_count; i++)
        assert(score_reason_text(out.reasons[i]) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Opened once: it takes longer than any name. */
    static struct script script;
    struct bytes rest = {data, size};
    struct person_name written[2] = {{.whole = bytes_split(&rest, '\t')},
                                     {.whole = rest}};
    struct person people[2];
    struct name names[2];

    if (script.any_latin == NULL && script_open(&script) != OK)
        return 0;
    for (size_t i = 0; i < 2; i++) {
        written[i].truncated = size % 2 == 1;
        people[i] = (struct person){.name_count = 1, .names = &written[i]};
        if (name_read(&script, &written[i], &names[i]) != OK)
            return 0;
    }
    score(&(struct subject){&people[0], &names[0]},
          &(struct subject){&people[1], &names[1]});
    score(&(struct subject){&people[1], &names[1]},
          &(struct subject){&people[0], &names[0]});
    return 0;
}
