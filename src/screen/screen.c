/*
 * First everything that hits is found and put in order; only then the hits that
 * are shown are filled in, from the lists' entries. SCR 1.3 to 1.5.
 */
#include "screen/screen.h"

#include "base/writer.h"
#include "screen/alerts.h"
#include "screen/document_index.h"
#include "screen/hash64.h"
#include "screen/name.h"
#include "screen/name_index.h"
#include "screen/set.h"

/* Of one list; nobody's name is that of so many whom one list has. */
#define NAMES_MAX 256
/* An entry takes less by far: it holds what LIST_ENTRY_SIZE_MAX has room for.
 */
#define NAME_ROOM 2200

_Static_assert(SCREEN_ARENA_SIZE >
                   NAME_INDEX_ARENA_SIZE +
                       (SCREEN_HITS_MAX + 2) * LIST_ENTRY_ARENA_SIZE +
                       PERSON_NAMES_MAX * sizeof(struct name) +
                       PERSON_DOCUMENTS_MAX * sizeof(struct document_key) +
                       NAMES_MAX * sizeof(struct name_index_hit) +
                       SCREEN_HITS_MAX * NAME_ROOM,
               "screen_ask() has what it takes");

/*
 * Something that hits.
 *
 * list      0: alerts; else the number of the list in the set plus one
 * entry     offset in the list, or number of the alert
 * document  of the query, when it is by document
 */
struct found {
    enum hit_kind kind;
    uint16_t points;
    size_t list;
    uint64_t entry;
    const struct person_document *document;
    struct score score;
};

/* The best ones, in order; `total` counts all. */
struct search {
    const struct screen_set *set;
    const struct screen_query *query;
    struct subject subject;
    struct arena *arena;
    size_t max;
    size_t count;
    size_t total;
    struct found found[SCREEN_HITS_MAX];
};

/* ----- Order. ----- */

static bool
precedes(const struct found *a, const struct found *b)
{
    if (a->kind != b->kind)
        return a->kind == HIT_DOCUMENT;
    if (a->points != b->points)
        return a->points > b->points;
    if (a->list != b->list)
        return a->list < b->list;
    return a->entry < b->entry;
}

/* The same entry by its document, of those that are kept. */
static struct found *
found_before(struct search *search, const struct found *found)
{
    for (size_t i = 0; i < search->count; i++) {
        struct found *other = &search->found[i];

        if (other->kind == HIT_DOCUMENT && other->list == found->list &&
            other->entry == found->entry)
            return other;
    }
    return NULL;
}

static void
found_put(struct search *search, const struct found *found)
{
    struct found *before = found_before(search, found);
    size_t at = search->count;

    if (before != NULL) {
        if (found->kind == HIT_NAME)
            before->score = found->score;
        return;
    }
    search->total++;
    if (at == search->max) {
        if (at == 0 || !precedes(found, &search->found[at - 1]))
            return;
        at--;
    } else {
        search->count++;
    }
    for (; at > 0 && precedes(found, &search->found[at - 1]); at--)
        search->found[at] = search->found[at - 1];
    search->found[at] = *found;
}

/* ----- Lists. ----- */

static bool
expired(const struct search *search, bool has_expiry, struct date expiry)
{
    return has_expiry && expiry.days < search->query->today.days;
}

/* Whether one of the entry's documents is the one asked for. */
static bool
entry_lists(const struct list_entry *entry, const struct document_key *key)
{
    const struct person *person = &entry->person;

    for (size_t i = 0; i < person->document_count; i++) {
        struct document_range range;

        if (document_range_read(&person->documents[i], entry->number_to,
                                &range) == OK &&
            document_range_holds(&range, key))
            return true;
    }
    return false;
}

static enum err
list_document(struct search *search, size_t number,
              const struct person_document *document)
{
    const struct screen_list *list = &search->set->lists[number];
    uint64_t entries[DOCUMENT_INDEX_FOUND_MAX];
    struct document_key key;
    size_t count = 0;
    enum err e;

    if (!document_key_read(document, &key))
        return OK;
    e = document_index_find(list->documents, &key, entries,
                            DOCUMENT_INDEX_FOUND_MAX, &count);
    for (size_t i = 0; e == OK && i < count; i++) {
        struct found found = {.kind = HIT_DOCUMENT,
                              .points = SCORE_MAX,
                              .list = number + 1,
                              .entry = entries[i],
                              .document = document};
        size_t used = search->arena->used;
        uint64_t at = entries[i];
        struct list_entry entry;

        e = list_next(list->file, &at, search->arena, &entry);
        if (e == OK && entry_lists(&entry, &key) &&
            !expired(search, entry.has_expiry, entry.expiry))
            found_put(search, &found);
        search->arena->used = used;
    }
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

/* What an index of names says of a list, or of the alerts. */
struct named {
    struct name_index_hit hits[NAMES_MAX];
    size_t shown;
    size_t total;
};

static enum err
names_find(struct search *search, const struct name_index *index,
           uint16_t threshold, struct named *out)
{
    struct name_index_question question = {.query = &search->subject,
                                           .threshold = threshold};
    enum err e = name_index_find(index, &question, search->arena, out->hits,
                                 NAMES_MAX, &out->total);

    if (e != OK)
        return e;
    out->shown = out->total < NAMES_MAX ? out->total : NAMES_MAX;
    /* Those past them are not looked at: they are counted as they are. */
    search->total += out->total - out->shown;
    return OK;
}

static enum err
list_names(struct search *search, size_t number, struct named *named)
{
    const struct screen_list *list = &search->set->lists[number];
    enum err e = names_find(search, list->names, list->threshold, named);

    for (size_t i = 0; e == OK && i < named->shown; i++) {
        struct found found = {.kind = HIT_NAME,
                              .points = named->hits[i].score.points,
                              .list = number + 1,
                              .entry = named->hits[i].entry,
                              .score = named->hits[i].score};
        size_t used = search->arena->used;
        uint64_t at = found.entry;
        struct list_entry entry;

        e = list_next(list->file, &at, search->arena, &entry);
        if (e == OK && entry.kind == LIST_PERSON &&
            !expired(search, entry.has_expiry, entry.expiry))
            found_put(search, &found);
        search->arena->used = used;
    }
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

static enum err
list_ask(struct search *search, size_t number, struct named *named)
{
    const struct screen_list *list = &search->set->lists[number];
    const struct person *person = &search->query->person;
    enum err e = OK;

    if (list->state != SCREEN_LIST_READY)
        return OK;
    if (list->documents != NULL) {
        for (size_t i = 0; e == OK && i < person->document_count; i++)
            e = list_document(search, number, &person->documents[i]);
    }
    if (e == OK && list->names != NULL && person->name_count > 0)
        e = list_names(search, number, named);
    return e;
}

/* ----- Alerts. ----- */

static enum err
alerts_document(struct search *search, const struct person_document *document)
{
    const struct alerts *alerts = search->set->alerts;
    uint64_t numbers[DOCUMENT_INDEX_FOUND_MAX];
    struct document_key key;
    size_t count = 0;
    enum err e;

    if (!document_key_read(document, &key))
        return OK;
    e = document_index_find(&alerts->documents, &key, numbers,
                            DOCUMENT_INDEX_FOUND_MAX, &count);
    for (size_t i = 0; e == OK && i < count; i++) {
        const struct alert *alert = &alerts->alerts[numbers[i]];
        struct list_entry entry = {.person = alert->person};
        struct found found = {.kind = HIT_DOCUMENT,
                              .points = SCORE_MAX,
                              .entry = numbers[i],
                              .document = document};

        if (entry_lists(&entry, &key) &&
            !expired(search, alert->has_expiry, alert->expiry))
            found_put(search, &found);
    }
    return e;
}

static enum err
alerts_ask(struct search *search, struct named *named)
{
    const struct alerts *alerts = search->set->alerts;
    const struct person *person = &search->query->person;
    enum err e = OK;

    if (alerts == NULL)
        return OK;
    if (alerts->has_documents) {
        for (size_t i = 0; e == OK && i < person->document_count; i++)
            e = alerts_document(search, &person->documents[i]);
    }
    if (e != OK || !alerts->has_names || person->name_count == 0)
        return e;
    e = names_find(search, &alerts->names, SCORE_THRESHOLD_DEFAULT, named);
    for (size_t i = 0; e == OK && i < named->shown; i++) {
        const struct name_index_hit *hit = &named->hits[i];
        const struct alert *alert = &alerts->alerts[hit->entry];
        struct found found = {.kind = HIT_NAME,
                              .points = hit->score.points,
                              .entry = hit->entry,
                              .score = hit->score};

        if (!expired(search, alert->has_expiry, alert->expiry))
            found_put(search, &found);
    }
    return e;
}

/* ----- Showing. ----- */

/* As the list writes it: whole, or the surname, a comma, the given names. */
static struct bytes
name_show(const struct person *person, uint16_t number, struct arena *arena)
{
    const struct person_name *name;
    struct writer w;
    uint8_t *room;
    size_t size;

    if (number >= person->name_count)
        return (struct bytes){0};
    name = &person->names[number];
    if (name->whole.size > 0)
        return name->whole;
    size = name->surname.size + name->given_names.size + 2;
    room = arena_take(arena, size);
    if (room == NULL)
        return (struct bytes){0};
    writer_init(&w, room, size);
    writer_bytes(&w, name->surname);
    if (name->surname.size > 0 && name->given_names.size > 0)
        writer_text(&w, ", ");
    writer_bytes(&w, name->given_names);
    return writer_done(&w);
}

/* That it is the document comes first, then what the names say. */
static void
hit_begin(const struct found *found, struct screen_hit *hit)
{
    const struct score *score = &found->score;

    *hit = (struct screen_hit){.kind = found->kind, .points = found->points};
    if (found->kind == HIT_DOCUMENT) {
        hit->reasons[hit->reason_count++] = REASON_DOCUMENT_SAME;
        hit->issuing_state = found->document->state;
        hit->number = found->document->number;
    }
    for (size_t i = 0;
         i < score->reason_count && hit->reason_count < SCORE_REASONS_MAX; i++)
        hit->reasons[hit->reason_count++] = score->reasons[i];
}

static void
hit_of_alert(const struct alert *alert, const struct found *found,
             struct arena *arena, struct screen_hit *hit)
{
    hit->list = BYTES("alert");
    hit->entry = alert->entry;
    be64_write(hit->entry_hash, hash64(alert->entry));
    hit->reason = (enum list_reason)alert->put->reason;
    hit->name = name_show(&alert->person, found->score.listed_name, arena);
    hit->action = alert->put->action;
    hit->remark = alert->put->owner;
}

static enum err
hit_of_entry(const struct screen_list *list, const struct found *found,
             struct arena *arena, struct screen_hit *hit)
{
    struct list_entry entry;
    uint64_t at = found->entry;
    enum err e = list_next(list->file, &at, arena, &entry);

    if (e != OK)
        return e;
    hit->list = list->name;
    hit->entry = list_reference(&entry, arena);
    if (hit->entry.p == NULL)
        return ERR_LIMIT;
    be64_write(hit->entry_hash, hash64(entry.encoded));
    hit->reason = entry.reason;
    hit->name = name_show(&entry.person, found->score.listed_name, arena);
    hit->action = entry.action;
    hit->remark = entry.remark;
    return OK;
}

static enum err
hits_show(const struct search *search, struct screen_hit *out)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < search->count; i++) {
        const struct found *found = &search->found[i];

        hit_begin(found, &out[i]);
        if (found->list == 0)
            hit_of_alert(&search->set->alerts->alerts[found->entry], found,
                         search->arena, &out[i]);
        else
            e = hit_of_entry(&search->set->lists[found->list - 1], found,
                             search->arena, &out[i]);
    }
    return e;
}

/* ----- Asking. ----- */

static enum err
subject_read(struct search *search)
{
    const struct person *person = &search->query->person;
    struct name *names =
        arena_array(search->arena, person->name_count, sizeof(*names));

    if (names == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < person->name_count; i++) {
        enum err e =
            name_read(search->set->script, &person->names[i], &names[i]);

        /* What is no UTF-8 is nobody's name. */
        if (e != OK && e != ERR_FORMAT)
            return e;
    }
    search->subject = (struct subject){.person = person, .names = names};
    return OK;
}

enum err
screen_ask(const struct screen_set *set, const struct screen_query *query,
           struct arena *arena, struct screen_hit *out, size_t max,
           size_t *count)
{
    struct search *search = arena_take(arena, sizeof(*search));
    struct named *named = arena_take(arena, sizeof(*named));
    enum err damaged = OK;
    enum err e;

    if (search == NULL || named == NULL)
        return ERR_LIMIT;
    search->set = set;
    search->query = query;
    search->arena = arena;
    search->max = max < SCREEN_HITS_MAX ? max : SCREEN_HITS_MAX;
    e = subject_read(search);
    if (e == OK)
        e = alerts_ask(search, named);
    for (size_t i = 0; e == OK && i < set->list_count; i++) {
        e = list_ask(search, i, named);
        if (e == ERR_CORRUPT) {
            damaged = e;
            e = OK;
        }
    }
    if (e == OK)
        e = hits_show(search, out);
    if (e != OK)
        return e;
    *count = search->total;
    return damaged;
}
