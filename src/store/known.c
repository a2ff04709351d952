/*
 * What is in force: lists and alerts; and what is known of one scan: settled
 * hits, voyages, other scans. And all who are inside.
 */
#include "store/known.h"

#include "store/fold.h"
#include "store/hex_int.h"
#include "store/person.h"
#include "store/place.h"
#include "store/read_int.h"

static int
hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err
hex_read(struct bytes text, uint8_t *out, size_t size)
{
    if (text.size != 2 * size)
        return ERR_CORRUPT;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text.p[2 * i]);
        int low = hex_digit(text.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return ERR_CORRUPT;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return OK;
}

enum err
read_list(struct store *store, struct row *row, enum table table,
          struct arena *arena, struct store_list *out)
{
    const int64_t *numbers = row->numbers;
    enum err e = read_texts(row, table, arena);

    if (e != OK)
        return e;
    *out = (struct store_list){
        .name = row->texts[LIST_NAME],
        .source = row->texts[LIST_SOURCE],
        .list_date = row->texts[LIST_DATE],
        .entries = (uint64_t)numbers[LIST_ENTRIES],
        .persons = (uint64_t)numbers[LIST_PERSONS],
        .names = (uint64_t)numbers[LIST_NAMES],
        .documents = (uint64_t)numbers[LIST_DOCUMENTS],
        .size = (uint64_t)numbers[LIST_SIZE],
        .shrink_accepted = numbers[LIST_SHRINK] != 0,
        .imported = {numbers[LIST_IMPORTED_MS]},
    };
    e = hex_read(row->texts[LIST_SHA256], out->sha256, SHA256_SIZE);
    return e == OK ? read_record(store, numbers[LIST_RECORD], &out->record) : e;
}

enum err
store_lists(struct store *store, struct arena *arena, struct store_list *out,
            size_t max, size_t *count)
{
    struct row row;
    size_t found = 0;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_LIST, 0);
    while (e == OK && found < max) {
        e = sqlite_next(store, TABLE_LIST, &row);
        if (e == OK)
            e = read_list(store, &row, TABLE_LIST, arena, &out[found]);
        if (e == OK)
            found++;
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_lists_revision(struct store *store, uint64_t *revision)
{
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = read_node(store, &row);
    if (e == OK)
        *revision = (uint64_t)row.numbers[NODE_LISTS];
    store_read_end(store);
    return e;
}

static enum err
alert_names_fill(struct store *store, int64_t id, struct arena *arena,
                 struct alert_put *put)
{
    struct row row;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < put->other_name_count; i++) {
        e = sqlite_get(store, TABLE_ALERT_NAME,
                       id << ALERT_NAME_SHIFT | (int64_t)i, &row);
        if (e == OK)
            e = read_texts(&row, TABLE_ALERT_NAME, arena);
        if (e == OK)
            put->other_names[i] = row.texts[ALERT_NAME_NAME];
    }
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

static enum err
alert_fill(struct store *store, struct row *row, struct arena *arena,
           struct store_alert *out)
{
    const struct bytes *texts = row->texts;
    enum err e = read_texts(row, TABLE_ALERT, arena);

    if (e != OK)
        return e;
    if (row->numbers[ALERT_NAMES] < 0 ||
        row->numbers[ALERT_NAMES] > ALERT_NAMES_MAX)
        return ERR_CORRUPT;
    *out = (struct store_alert){
        .at = (uint64_t)row->id,
        .time = {row->numbers[ALERT_TIME]},
        .put = {.kind = (enum alert_kind)row->numbers[ALERT_KIND],
                .reason = (uint8_t)row->numbers[ALERT_REASON],
                .other_name_count = (size_t)row->numbers[ALERT_NAMES],
                .issuing_state = texts[ALERT_STATE],
                .document_type = texts[ALERT_TYPE],
                .number = texts[ALERT_NUMBER],
                .surname = texts[ALERT_SURNAME],
                .given_names = texts[ALERT_GIVEN_NAMES],
                .born = texts[ALERT_BORN],
                .sex = texts[ALERT_SEX],
                .nationality = texts[ALERT_NATIONALITY],
                .action = texts[ALERT_ACTION],
                .owner = texts[ALERT_OWNER],
                .expires = texts[ALERT_EXPIRES]}};
    e = read_record(store, row->id, &out->record);
    return e == OK ? alert_names_fill(store, row->id, arena, &out->put) : e;
}

enum err
store_alerts(struct store *store, uint64_t from, struct arena *arena,
             struct store_alert *out, size_t max, size_t *count)
{
    struct row row;
    size_t found = 0;
    enum err e = OK;

    *count = 0;
    if (from > INT64_MAX)
        return OK;
    e = store_read_begin(store);
    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_ALERT, (int64_t)from);
    while (e == OK && found < max) {
        e = sqlite_next(store, TABLE_ALERT, &row);
        if (e == OK)
            e = alert_fill(store, &row, arena, &out[found]);
        if (e == OK)
            found++;
    }
    store_read_end(store);
    *count = found;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_alert_find(struct store *store, const struct record_name *record,
                 struct arena *arena, struct store_alert *out)
{
    struct row row;
    int64_t id;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = read_record_id(store, record, &id);
    if (e == OK)
        e = sqlite_get(store, TABLE_ALERT, id, &row);
    if (e == OK)
        e = alert_fill(store, &row, arena, out);
    store_read_end(store);
    return e;
}

enum err
store_settled(struct store *store, const struct store_hit *hit,
              struct store_settled *out)
{
    struct bytes texts[ROW_TEXTS_MAX];
    struct row row;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    settled_texts(&hit->identity, hit->list, hit->entry, texts);
    e = read_match(store, TABLE_SETTLED, settled_home(texts), texts, &row);
    if (e == OK &&
        row.numbers[SETTLED_ENTRY_HASH] != (int64_t)be64_read(hit->entry_hash))
        e = ERR_NOT_FOUND;
    if (e == OK)
        e = read_record(store, row.numbers[SETTLED_RECORD], &out->record);
    store_read_end(store);
    if (e != OK)
        return e;
    out->verdict = (enum verdict)row.numbers[SETTLED_VERDICT];
    out->time.ms = row.numbers[SETTLED_TIME];
    return OK;
}

/* The newest open scan of the traveller at one node, as long as it is newer
 * than `*found`. */
static enum err
scan_of_node(struct store *store, int64_t node, int64_t mark, struct row *found)
{
    const int64_t first = record_id(node, 0);
    struct row row;
    enum err e =
        sqlite_back(store, TABLE_PENDING, record_id(node, STORE_INDEX_MAX));

    for (size_t i = 0; e == OK && i < STORE_SCANS_MAX; i++) {
        e = sqlite_back_next(store, TABLE_PENDING, &row);
        if (e != OK || row.id < first ||
            row.numbers[PENDING_TIME] <= found->numbers[PENDING_TIME])
            break;
        if (row.numbers[PENDING_SCAN] != mark)
            continue;
        *found = row;
        break;
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

/* `*out` borrows its text from the row that was read last: it is copied. */
static enum err
scan_fill(struct store *store, const struct row *found, struct arena *arena,
          struct store_scan *out)
{
    struct row row;
    enum err e = sqlite_get(store, TABLE_PENDING, found->id, &row);

    if (e == OK)
        e = read_texts(&row, TABLE_PENDING, arena);
    if (e != OK)
        return e;
    *out = (struct store_scan){
        .time = {row.numbers[PENDING_TIME]},
        .direction = (enum direction)row.numbers[PENDING_DIRECTION],
        .lane = row.texts[PENDING_LANE]};
    return read_record(store, row.id, &out->record);
}

enum err
store_last_scan(struct store *store, const struct identity *identity,
                struct instant since, struct arena *arena,
                struct store_scan *out)
{
    struct row found = {.id = ROW_NONE};
    int64_t mark = scan_mark(identity);
    size_t count = 0;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    found.numbers[PENDING_TIME] = since.ms - 1;
    e = read_node_count(store, &count);
    for (size_t node = 0; e == OK && node < count; node++)
        e = scan_of_node(store, (int64_t)node, mark, &found);
    if (e == OK)
        e = found.id == ROW_NONE ? ERR_NOT_FOUND
                                 : scan_fill(store, &found, arena, out);
    store_read_end(store);
    return e;
}

static enum err
manifest_has(struct store *store, int64_t id, bool *has)
{
    struct row row;
    enum err e = ERR_NOT_FOUND;

    if (id != ROW_NONE)
        e = sqlite_get(store, TABLE_MANIFEST, id, &row);
    *has = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_manifest(struct store *store, const struct store_voyage *voyage,
               const struct document *document, enum store_manifest *out)
{
    bool has[MANIFEST_BY_COUNT] = {false};
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    for (unsigned by = 0; e == OK && by < MANIFEST_BY_COUNT; by++)
        e = manifest_has(store,
                         manifest_place(voyage, (enum manifest_by)by, document),
                         &has[by]);
    store_read_end(store);
    if (e != OK)
        return e;
    *out = STORE_MANIFEST_UNKNOWN;
    if (has[MANIFEST_NUMBER] || has[MANIFEST_NAME])
        *out = STORE_MANIFEST_FOUND;
    else if (has[MANIFEST_VOYAGE])
        *out = STORE_MANIFEST_MISSING;
    return OK;
}

enum err
store_inside_next(struct store *store, int64_t *from, struct arena *arena,
                  struct store_person *out, size_t max, size_t *count)
{
    int64_t next = *from;
    struct row row;
    size_t found = 0;
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    e = sqlite_walk(store, TABLE_PERSON, next);
    for (size_t i = 0; e == OK && found < max && i < STORE_INSIDE_ROWS_MAX;
         i++) {
        e = sqlite_next(store, TABLE_PERSON, &row);
        if (e != OK)
            break;
        next = row.id + 1;
        if (row.numbers[PERSON_INSIDE] == 0)
            continue;
        e = read_texts(&row, TABLE_PERSON, arena);
        if (e == OK)
            out[found++] = read_person(&row);
    }
    store_read_end(store);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *from = e == OK ? next : -1;
    *count = found;
    return OK;
}
