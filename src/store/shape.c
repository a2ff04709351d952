#include "store/shape.h"

#include <string.h>

const struct shape SHAPES[TABLE_COUNT] = {
    [TABLE_NODE] = {.name = "node",
                    .columns = {"position", "inside", "lists", "role", "holes",
                                "closed", "refused", "day", "withdrawn", "mode",
                                "mode_ms", "mode_record", "last_ms", "untimely",
                                "name", "origin", "mode_reason"},
                    .number_count = 14,
                    .text_count = 3},
    [TABLE_PERSON] = {.name = "person",
                      .columns = {"entries", "exits", "refusals", "hand_overs",
                                  "last", "last_ms", "admitted", "admitted_ms",
                                  "inside", "link", "surname", "date_of_birth",
                                  "given_names", "sex", "nationality"},
                      .number_count = 10,
                      .text_count = 5},
    [TABLE_DOCUMENT] = {.name = "document",
                        .columns = {"person", "name_truncated", "was_corrected",
                                    "issuing_state", "number", "format", "code",
                                    "date_of_expiry", "optional_1",
                                    "optional_2"},
                        .number_count = 3,
                        .text_count = 7},
    [TABLE_CROSSING] = {.name = "crossing",
                        .columns = {"time_ms", "previous", "person", "document",
                                    "direction", "decision", "reasons_late",
                                    "inspection", "correction", "lane",
                                    "place"},
                        .number_count = 9,
                        .text_count = 2},
    [TABLE_PENDING] = {.name = "pending",
                       .columns = {"time_ms", "direction", "scan", "lane"},
                       .number_count = 3,
                       .text_count = 1},
    [TABLE_REQUEST] = {.name = "request",
                       .columns = {"key_high", "key_low", "hash_high",
                                   "hash_low"},
                       .number_count = 4},
    [TABLE_TALLY] = {.name = "tally",
                     .columns = {"crossings", "nationality"},
                     .number_count = 1,
                     .text_count = 1},
    [TABLE_ALIKE] = {.name = "alike", .columns = {"person"}, .number_count = 1},
    [TABLE_LIST] = {.name = "list",
                    .columns = {"record", "imported_ms", "entries", "persons",
                                "names", "documents", "size", "shrink_accepted",
                                "name", "source", "list_date", "sha256"},
                    .number_count = 8,
                    .text_count = 4,
                    .seldom = true},
    [TABLE_ALERT] = {.name = "alert",
                     .columns = {"time_ms", "kind", "reason", "other_names",
                                 "issuing_state", "document_type", "number",
                                 "surname", "given_names", "born", "sex",
                                 "nationality", "action", "owner", "expires"},
                     .number_count = 4,
                     .text_count = 11,
                     .seldom = true},
    [TABLE_ALERT_NAME] = {.name = "alert_name",
                          .columns = {"name"},
                          .text_count = 1,
                          .seldom = true},
    [TABLE_EXIT_ORDER] = {.name = "exit_order",
                          .columns = {"time_ms", "deadline_ms", "issuing_state",
                                      "number", "surname", "date_of_birth",
                                      "given_names", "sex", "nationality",
                                      "reason", "owner"},
                          .number_count = 2,
                          .text_count = 9,
                          .seldom = true},
    [TABLE_ORDER_KEY] = {.name = "order_key",
                         .columns = {"exit_order"},
                         .number_count = 1,
                         .seldom = true},
    [TABLE_SETTLED] = {.name = "settled",
                       .columns = {"record", "time_ms", "entry_hash", "verdict",
                                   "surname", "date_of_birth", "given_names",
                                   "sex", "nationality", "list", "entry"},
                       .number_count = 4,
                       .text_count = 7,
                       .seldom = true},
    [TABLE_LINK] = {.name = "link",
                    .columns = {"a", "b", "older_a", "older_b", "verdict",
                                "correction"},
                    .number_count = 6,
                    .seldom = true},
    [TABLE_MANIFEST] = {.name = "manifest",
                        .columns = {"record"},
                        .number_count = 1,
                        .seldom = true},
    [TABLE_OFFER] = {.name = "offer",
                     .columns = {"record", "imported_ms", "entries", "persons",
                                 "names", "documents", "size",
                                 "shrink_accepted", "name", "source",
                                 "list_date", "sha256"},
                     .number_count = 8,
                     .text_count = 4,
                     .seldom = true},
    [TABLE_INCIDENT] = {.name = "incident",
                        .columns = {"time_ms", "code", "origin", "summary",
                                    "evidence"},
                        .number_count = 1,
                        .text_count = 4,
                        .seldom = true},
    [TABLE_ORDER_TAKEN] = {.name = "order_taken",
                           .columns = {"record"},
                           .number_count = 1,
                           .seldom = true},
};

struct bytes
texts_join(const struct bytes *texts, size_t count, uint8_t *out,
           size_t out_size)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        if (texts[i].size + 1 > out_size - at)
            break;
        if (texts[i].size > 0)
            memcpy(out + at, texts[i].p, texts[i].size);
        at += texts[i].size;
        if (i + 1 < count)
            out[at++] = 0;
    }
    return (struct bytes){out, at};
}

void
texts_split(struct bytes text, size_t count, struct bytes *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = bytes_split(&text, 0);
}
