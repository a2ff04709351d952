/* The words of reasons, which screen.h declares. SCR 3.3. */
#include "screen/screen.h"

static const char *const WORDS[LIST_REASON_COUNT] = {
    [LIST_REASON_NONE] = "",
    [LIST_REASON_LOST] = "lost",
    [LIST_REASON_STOLEN] = "stolen",
    [LIST_REASON_REVOKED] = "revoked",
    [LIST_REASON_BLANK] = "blank",
    [LIST_REASON_INVALID] = "invalid",
    [LIST_REASON_SANCTION] = "sanction",
    [LIST_REASON_WANTED] = "wanted",
    [LIST_REASON_REFUSED_ENTRY] = "refused_entry",
    [LIST_REASON_MISSING_MINOR] = "missing_minor",
    [LIST_REASON_DISCREET_CHECK] = "discreet_check",
    [LIST_REASON_PERMIT_REVOKED] = "permit_revoked",
    [LIST_REASON_OTHER] = "other",
};

const char *
list_reason_word(enum list_reason reason)
{
    return (unsigned)reason < LIST_REASON_COUNT ? WORDS[reason] : "";
}

enum err
list_reason_parse(struct bytes word, enum list_reason *out)
{
    for (int i = LIST_REASON_LOST; i < LIST_REASON_COUNT; i++) {
        if (bytes_equal(word, bytes_of(WORDS[i]))) {
            *out = (enum list_reason)i;
            return OK;
        }
    }
    return ERR_FORMAT;
}
