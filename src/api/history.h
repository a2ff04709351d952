/*
 * What is known of a traveller: a summary beside a scan, and all of it for a
 * search. From the store, which stands as of the last batch. API 4.1, 4.6.
 */
#ifndef API_HISTORY_H
#define API_HISTORY_H

#include "api/api.h"
#include "base/json.h"
#include "store/store.h"

/* One traveller; a search shows up to HISTORY_TRAVELLERS_MAX, which a name and
 * a day of birth do not have in one country. */
#define HISTORY_TRAVELLERS_MAX 16
#define HISTORY_DOCUMENTS_MAX 16
#define HISTORY_CROSSINGS_MAX 50

struct history {
    struct store_person person;
    size_t document_count;
    struct document documents[HISTORY_DOCUMENTS_MAX];
    size_t crossing_count;
    struct store_crossing crossings[HISTORY_CROSSINGS_MAX];
};

/* What stands beside a scan. */
struct history_summary {
    bool known;                 /* the store could be asked */
    struct store_person person; /* all zero for one never seen */
    bool has_last;
    struct store_crossing last;
    bool has_leaf; /* of `last`: it is published */
    struct hash leaf;
};

/* The member "history": null when not known. */
void history_summary_render(const struct api *api, struct json_writer *j,
                            const struct history_summary *summary);

/* Documents and newest crossings of `out->person`. Errors of the store. */
MUST_CHECK enum err history_fill(const struct api *api, struct arena *arena,
                                 struct history *out);

/* One object. `published` is the size of the log that has a checkpoint. */
void history_render(const struct api *api, struct json_writer *j,
                    const struct history *history, uint64_t published);

/* The leaf hash of an entry of this node, from the tiles: false when it is in
 * none yet, or of another node. */
bool leaf_find(const struct api *api, const struct record_name *record,
               uint64_t published, struct hash *out);

#endif
