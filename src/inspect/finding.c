#include "inspect/finding.h"

/*
 * Sentences for a tired officer: what it is, then what to do, in the order of
 * doing. spec/inspect.md has the same words, and a test compares them.
 */
static const struct {
    const char *word;
    const char *title;
    const char *next;
    const char *clause;
} WORDS[FINDING_COUNT] = {
    [FINDING_UNREADABLE] = {"unreadable", "Document not read",
                            "Scan again. If it stays so, look whether the "
                            "document should have a machine readable zone, "
                            "and type its data in.",
                            "INS 2.1"},
    [FINDING_CHECK_DIGIT] = {"check_digit", "Check digit wrong",
                             "Scan again. If it stays so, compare what was "
                             "read with the printed page and the chip; look "
                             "for changes; call the second line.",
                             "INS 2.2"},
    [FINDING_DOCUMENT_FAULT] = {"document_fault",
                                "Document not as it should be",
                                "Scan again. If it stays so, compare the "
                                "document with a specimen of its state.",
                                "INS 2.3"},
    [FINDING_EXPIRED] = {"expired", "Document expired",
                         "Compare the date with the printed page. Ask for "
                         "another document. Without one, refuse for reason A; "
                         "own nationals are let in once identity is sure.",
                         "INS 2.4"},
    [FINDING_EXPIRES_SOON] = {"expires_soon", "Document expires soon",
                              "Ask when the traveller leaves. The document "
                              "must be valid three months longer, save in "
                              "justified emergencies.",
                              "INS 2.5"},
    [FINDING_LISTED_DOCUMENT] = {"listed_document", "Document on a list",
                                 "Keep the document. Do not say why. Compare "
                                 "issuing state, type and number with the "
                                 "entry; call the second line.",
                                 "INS 2.6"},
    [FINDING_ALERT_DOCUMENT] = {"alert_document", "Alert on the document",
                                "Read the action of the alert and do as it "
                                "says. Compare the person with the entry.",
                                "INS 2.7"},
    [FINDING_ALERT_NAME] = {"alert_name", "Alert on the name",
                            "Compare names, date and place of birth, sex, "
                            "nationality and picture with the entry. Settle "
                            "the hit: same, other or unsure.",
                            "INS 2.8"},
    [FINDING_STAY_DAYS_LEFT] = {"stay_days_left", "Few days of stay left",
                                "Tell the traveller the last day allowed. If "
                                "none is left, refuse for reason F unless a "
                                "visa or permit allows more.",
                                "INS 2.9"},
    [FINDING_OVERSTAY] = {"overstay", "Stayed too long",
                          "Ask for proof of another title or of days spent "
                          "elsewhere. Without it call the second line; on "
                          "exit record the exit all the same.",
                          "INS 2.10"},
    [FINDING_NO_RIGHT_TO_STAY] = {"no_right_to_stay", "Visa or permit missing",
                                  "Ask for a visa or residence permit and scan "
                                  "again with it. On entry without one refuse "
                                  "for reason C.",
                                  "INS 2.11"},
    [FINDING_VISA_LIMIT] = {"visa_limit", "Visa or permit not valid",
                            "Read dates, number of entries and days on the "
                            "sticker. On entry, if they are as recorded, "
                            "refuse for reason C.",
                            "INS 2.12"},
    [FINDING_ALREADY_INSIDE] = {"already_inside", "Already inside",
                                "Ask when and where the traveller left; look "
                                "for the stamp or ticket. Look whether it is "
                                "the same person.",
                                "INS 2.13"},
    [FINDING_EXIT_WITHOUT_ENTRY] = {"exit_without_entry", "Exit without entry",
                                    "Ask when, where and with which document "
                                    "the traveller came in; look for the stamp "
                                    "or ticket.",
                                    "INS 2.14"},
    [FINDING_IMPOSSIBLE_TRAVEL] = {"impossible_travel", "Impossible journey",
                                   "Two persons may use one document. Compare "
                                   "face, picture and chip; call the second "
                                   "line.",
                                   "INS 2.15"},
    [FINDING_REPEATED_SCAN] = {"repeated_scan", "Scanned at another lane",
                               "Ask the officer of that lane what was decided "
                               "and why the traveller left it.",
                               "INS 2.16"},
    [FINDING_REFUSED_BEFORE] = {"refused_before", "Refused before",
                                "Read the reasons of that refusal. Ask what "
                                "has changed since, and for its proof.",
                                "INS 2.17"},
    [FINDING_EXIT_ORDER] = {"exit_order", "Ordered to leave",
                            "On exit record it: that closes the order. On "
                            "entry read the order and call the second line.",
                            "INS 2.18"},
    [FINDING_EXIT_ORDER_OVERDUE] = {"exit_order_overdue",
                                    "Ordered to leave, too late",
                                    "Call the second line. On exit record it "
                                    "all the same: that closes the order.",
                                    "INS 2.19"},
    [FINDING_NOT_ON_MANIFEST] = {"not_on_manifest", "Not on the manifest",
                                 "Compare the voyage with the ticket or "
                                 "boarding card. Ask the carrier.",
                                 "INS 2.20"},
    [FINDING_MINOR_ALONE] = {"minor_alone", "Minor alone",
                             "Ask who travels with the child and whether the "
                             "parents consent; see it in writing. Alone or in "
                             "doubt, call the second line.",
                             "INS 2.21"},
    [FINDING_CORRECTION_PENDING] = {"correction_pending",
                                    "History corrected or incomplete",
                                    "Read the history before counting days. "
                                    "Ask for stamps or tickets where a "
                                    "crossing is missing.",
                                    "INS 2.22"},
    [FINDING_PROBABLY_SAME] = {"probably_same",
                               "Probably known by another document",
                               "Ask for the former document. Compare the "
                               "pictures. If it is one person, link the two.",
                               "INS 2.23"},
    [FINDING_OTHER_PERSON_BEFORE] = {"other_person_before",
                                     "Document used by another person",
                                     "Compare the names with the former "
                                     "record. Compare face, picture and chip; "
                                     "call the second line if they differ.",
                                     "INS 2.24"},
    [FINDING_LISTS_OLD] = {"lists_old", "Lists out of date",
                           "Go on. Tell the shift leader, once, that the "
                           "lists are not renewed.",
                           "INS 2.25"},
    [FINDING_NOT_CHECKED] = {"not_checked", "Not everything was checked",
                             "Scan again. If it stays so, tell the shift "
                             "leader and check by other means what is missing.",
                             "INS 2.26"},
};

const char *
finding_word(enum finding_code code)
{
    return WORDS[code].word;
}

const char *
finding_title(enum finding_code code)
{
    return WORDS[code].title;
}

const char *
finding_next(enum finding_code code)
{
    return WORDS[code].next;
}

const char *
finding_clause(enum finding_code code)
{
    return WORDS[code].clause;
}

enum err
finding_parse(struct bytes word, enum finding_code *out)
{
    for (unsigned code = 0; code < FINDING_COUNT; code++) {
        if (!bytes_equal(word, bytes_of(WORDS[code].word)))
            continue;
        *out = (enum finding_code)code;
        return OK;
    }
    return ERR_NOT_FOUND;
}

const char *
severity_word(enum severity severity)
{
    static const char *const SEVERITIES[] = {[SEVERITY_NOTE] = "note",
                                             [SEVERITY_LOOK] = "look",
                                             [SEVERITY_REFER] = "refer"};

    return SEVERITIES[severity];
}

const char *
recommendation_word(enum recommendation recommendation)
{
    static const char *const RECOMMENDATIONS[] = {
        [RECOMMENDATION_CLEAR] = "clear",
        [RECOMMENDATION_LOOK] = "look",
        [RECOMMENDATION_REFER] = "refer"};

    return RECOMMENDATIONS[recommendation];
}
