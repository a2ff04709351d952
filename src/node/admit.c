#include "node/admit.h"

#include <string.h>

#include "node/lists.h"
#include "record/word.h"
#include "screen/list.h"
#include "store/known.h"

/* Lists by the store: 64 of them, with their texts. */
#define LISTS_ARENA_SIZE 32768

/* An entry of the log by its index; `*found` is false, with the problem, when
 * it cannot be had. */
static enum err
entry_find(struct book *book, uint64_t index, struct book_entry *read,
           enum problem *problem, bool *found)
{
    enum err e = book_read(book, index, read);

    *found = e == OK;
    if (e == ERR_NOT_FOUND)
        *problem = PROBLEM_NO_SUCH_RECORD;
    else if (e == ERR_DENIED)
        *problem = PROBLEM_ERASED;
    else
        return e;
    return OK;
}

/* Whether what a correction names is there and can be corrected so. */
static enum err
correction_judge(struct book *book, const struct correction *correction,
                 enum problem *problem)
{
    struct book_entry read;
    enum verdict verdict;
    bool found;
    enum err e;

    *problem = PROBLEM_NO_SUCH_RECORD;
    if (!bytes_equal(correction->node, book->node))
        return OK;
    e = entry_find(book, correction->index, &read, problem, &found);
    if (e != OK || !found)
        return e;
    *problem = PROBLEM_NOT_CORRECTABLE;
    if ((read.event.type == EVENT_CROSSING ||
         read.event.type == EVENT_LATE_RECORD) &&
        store_correctable(correction->field, correction->value))
        *problem = PROBLEM_NONE;
    if (read.event.type == EVENT_PERSON_LINKED &&
        bytes_equal(correction->field, BYTES("verdict")) &&
        verdict_parse(correction->value, &verdict) && verdict != VERDICT_UNSURE)
        *problem = PROBLEM_NONE;
    /* An officer has seen to it. REC 4.27 */
    if (read.event.type == EVENT_INCIDENT &&
        bytes_equal(correction->field, BYTES("state")) &&
        bytes_equal(correction->value, BYTES("closed")))
        *problem = PROBLEM_NONE;
    return OK;
}

/* What the hit was is the inspection's to say. What it borrows of that stands
 * until the book reads another entry. */
static enum err
resolution_judge(struct book *book, struct hit_resolution *resolution,
                 enum problem *problem)
{
    const struct inspection *inspection;
    const struct inspection_hit *hit;
    struct book_entry read;
    bool found;
    enum err e =
        entry_find(book, resolution->inspection, &read, problem, &found);

    if (e != OK || !found)
        return e;
    *problem = PROBLEM_NO_SUCH_INSPECTION;
    inspection = &read.event.inspection;
    if (read.event.type != EVENT_INSPECTION)
        return OK;
    *problem = PROBLEM_NO_SUCH_HIT;
    if (resolution->hit >= inspection->hit_count)
        return OK;
    hit = &inspection->hits[resolution->hit];
    resolution->list = hit->list;
    resolution->entry = hit->entry;
    memcpy(resolution->entry_hash, hit->entry_hash, ENTRY_HASH_SIZE);
    resolution->identity = store_identity(&inspection->document);
    *problem = PROBLEM_NONE;
    return OK;
}

/* ----- Withdrawals. ----- */

static enum err
withdrawal_judge(struct book *book, const struct withdrawal *withdrawal,
                 enum problem *problem)
{
    const struct record_name name = {withdrawal->node, withdrawal->index};
    uint8_t block[EVENT_ARENA_SIZE];
    struct book_entry read;
    struct store_alert alert;
    struct store_order order;
    struct arena arena;
    bool found;
    enum err e;

    *problem = PROBLEM_NO_SUCH_RECORD;
    if (!bytes_equal(withdrawal->node, book->node))
        return OK;
    e = entry_find(book, withdrawal->index, &read, problem, &found);
    if (e != OK || !found)
        return e;
    arena_init(&arena, block, sizeof(block));
    if (read.event.type == EVENT_ALERT_PUT)
        e = store_alert_find(&book->store, &name, &arena, &alert);
    else if (read.event.type == EVENT_EXIT_ORDER)
        e = store_order_find(&book->store, &name, &arena, &order);
    else {
        *problem = PROBLEM_NOT_WITHDRAWABLE;
        return OK;
    }
    *problem = e == OK ? PROBLEM_NONE : PROBLEM_WITHDRAWN;
    return e == ERR_NOT_FOUND ? OK : e;
}

/* ----- Lists. ----- */

static bool
has_file(const struct book *book, const struct hash *sha256,
         enum lists_file which)
{
    struct os *os = book->config.os;
    char path[LISTS_PATH_SIZE];
    struct file file;

    lists_path(sha256, which, path);
    if (os->open(os, book->config.dir, path, OPEN_READ, 0, &file) != OK)
        return false;
    os->close(os, file);
    return true;
}

/* The list in force under the name, if there is one. */
static enum err
list_find(struct book *book, struct bytes name, struct store_list *out,
          bool *found)
{
    uint8_t block[LISTS_ARENA_SIZE];
    struct store_list lists[STORE_LISTS_MAX];
    struct arena arena;
    size_t count = 0;
    enum err e;

    arena_init(&arena, block, sizeof(block));
    *found = false;
    e = store_lists(&book->store, &arena, lists, STORE_LISTS_MAX, &count);
    for (size_t i = 0; e == OK && i < count; i++) {
        if (!bytes_equal(lists[i].name, name))
            continue;
        *out = lists[i]; /* its texts are not looked at */
        *found = true;
    }
    return e;
}

/* Fewer than 99 of 100: SCR 3.8. Numbers of entries are far below 2^57. */
static bool
has_shrunk(uint64_t entries, uint64_t before)
{
    return entries * 100 < before * 99;
}

/* What the file says of itself, in place of what the caller says. `date` has
 * room for the text of a day. */
static void
list_fill(struct list_imported *list, const struct list_head *head,
          uint64_t size, uint8_t date[DATE_TEXT_SIZE])
{
    struct writer w;

    writer_init(&w, date, DATE_TEXT_SIZE);
    if (head->has_date)
        date_write(&w, head->date);
    list->source = bytes_of(list_source_word(head->source));
    list->list_date = writer_done(&w);
    list->entries = head->entries;
    list->persons = head->persons;
    list->names = head->names;
    list->documents = head->documents;
    list->size = size;
}

static enum err
list_judge(struct book *book, struct list_imported *list,
           uint8_t date[DATE_TEXT_SIZE], enum problem *problem)
{
    struct store_list before;
    struct list_head head;
    struct hash sha256;
    uint64_t size;
    bool found;
    enum err e;

    memcpy(sha256.b, list->sha256, SHA256_SIZE);
    e = lists_head(book->config.os, book->config.dir, &sha256, &head, &size);
    *problem = PROBLEM_NO_SUCH_LIST;
    if (e == ERR_NOT_FOUND || e == ERR_CORRUPT)
        return OK;
    if (e == OK)
        e = list_find(book, list->name, &before, &found);
    if (e != OK)
        return e;
    if ((head.names > 0 && !has_file(book, &sha256, LISTS_NAMES)) ||
        (head.documents > 0 && !has_file(book, &sha256, LISTS_DOCUMENTS)))
        return OK;
    list_fill(list, &head, size, date);
    *problem = PROBLEM_LIST_IN_FORCE;
    if (found && memcmp(before.sha256, list->sha256, SHA256_SIZE) == 0)
        return OK;
    found = found && has_shrunk(list->entries, before.entries);
    *problem =
        found && !list->shrink_accepted ? PROBLEM_LIST_SHRUNK : PROBLEM_NONE;
    list->shrink_accepted = found;
    return OK;
}

/* ----- All of them. ----- */

/* A late record may be of another post that the configuration names. */
static enum problem
place_judge(const struct book *book, struct bytes place)
{
    const struct config *config = book->config.config;

    return bytes_equal(bytes_of(config->place), place) ||
                   config_position(config, place).known
               ? PROBLEM_NONE
               : PROBLEM_NO_SUCH_PLACE;
}

enum err
admit_event(struct book *book, const struct request_key *key,
            struct admitted *admitted, enum problem *problem)
{
    struct event *event = &admitted->event;

    *problem = PROBLEM_NONE;
    switch ((int)event->type) {
    case EVENT_INSPECTION:
    case EVENT_ACCESS:
        return OK;
    case EVENT_LATE_RECORD:
        event->late_record.key = *key;
        *problem = place_judge(book, event->place);
        return OK;
    case EVENT_CORRECTION:
        event->correction.key = *key;
        return correction_judge(book, &event->correction, problem);
    case EVENT_HIT_RESOLUTION:
        event->hit_resolution.key = *key;
        return resolution_judge(book, &event->hit_resolution, problem);
    case EVENT_ALERT_PUT:
        event->alert_put.key = *key;
        return OK;
    case EVENT_WITHDRAWAL:
        event->withdrawal.key = *key;
        return withdrawal_judge(book, &event->withdrawal, problem);
    case EVENT_LIST_IMPORTED:
        return list_judge(book, &event->list_imported, admitted->date, problem);
    case EVENT_MANIFEST:
        event->manifest.key = *key;
        return OK;
    case EVENT_EXIT_ORDER:
        event->exit_order.key = *key;
        return OK;
    case EVENT_PERSON_LINKED:
        event->person_linked.key = *key;
        return OK;
    default:
        *problem = PROBLEM_MALFORMED;
        return OK;
    }
}
