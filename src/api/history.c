#include "api/history.h"

#include "api/render.h"
#include "tlog/view.h"

bool
leaf_find(const struct api *api, const struct record_name *record,
          uint64_t published, struct hash *out)
{
    const uint64_t index = record->index;
    const struct log_view view = {api->os, api->log, ""};
    struct tile_source source = view_tiles(&view);
    struct tile_id id = {.level = 0, .index = index / TILE_WIDTH};
    struct hash row[TILE_WIDTH];

    if (index >= published || !bytes_equal(record->node, api->node))
        return false;
    id.width = tile_width(published, 0, id.index);
    if (source.read(source.context, &id, row) != OK)
        return false;
    *out = row[index % TILE_WIDTH];
    return true;
}

static void
inside_render(struct json_writer *j, const struct store_person *person)
{
    json_key(j, "inside");
    if (person->has_admitted)
        json_put_boolean(j, person->inside);
    else
        json_put_null(j);
    if (person->has_admitted) {
        render_time(j, "since", person->admitted);
    } else {
        json_key(j, "since");
        json_put_null(j);
    }
}

static void
counts_render(struct json_writer *j, const struct store_person *person)
{
    json_pair_integer(j, "crossings", (int64_t)person->crossings);
    json_pair_integer(j, "entries", (int64_t)person->entries);
    json_pair_integer(j, "exits", (int64_t)person->exits);
    json_pair_integer(j, "refusals", (int64_t)person->refusals);
    json_pair_integer(j, "hand_overs", (int64_t)person->hand_overs);
}

void
history_summary_render(const struct api *api, struct json_writer *j,
                       const struct history_summary *summary)
{
    json_key(j, "history");
    if (!summary->known) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    counts_render(j, &summary->person);
    inside_render(j, &summary->person);
    json_key(j, "last");
    if (summary->has_last)
        render_crossing(api, j, &summary->last,
                        summary->has_leaf ? &summary->leaf : NULL);
    else
        json_put_null(j);
    json_end_object(j);
}

enum err
history_fill(const struct api *api, struct arena *arena, struct history *out)
{
    struct store_stretch stretch = {.person = out->person.id,
                                    .max = HISTORY_CROSSINGS_MAX};
    enum err e =
        store_documents(api->store, out->person.id, arena, out->documents,
                        HISTORY_DOCUMENTS_MAX, &out->document_count);

    if (e != OK)
        return e;
    return store_history(api->store, &stretch, arena, out->crossings,
                         &out->crossing_count);
}

void
history_render(const struct api *api, struct json_writer *j,
               const struct history *history, uint64_t published)
{
    const struct store_person *person = &history->person;

    json_begin_object(j);
    json_pair_text(j, "surname", person->surname);
    json_pair_text(j, "given_names", person->given_names);
    json_pair_text(j, "nationality", person->nationality);
    json_pair_text(j, "date_of_birth", person->date_of_birth);
    json_pair_text(j, "sex", person->sex);
    json_key(j, "documents");
    json_begin_array(j);
    for (size_t i = 0; i < history->document_count; i++)
        render_document(j, &history->documents[i]);
    json_end_array(j);
    inside_render(j, person);
    counts_render(j, person);
    json_key(j, "history");
    json_begin_array(j);
    for (size_t i = 0; i < history->crossing_count; i++) {
        struct hash leaf;
        bool has =
            leaf_find(api, &history->crossings[i].record, published, &leaf);

        render_crossing(api, j, &history->crossings[i], has ? &leaf : NULL);
    }
    json_end_array(j);
    json_pair_integer(j, "history_total", (int64_t)person->crossings);
    json_end_object(j);
}
