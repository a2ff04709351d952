#include "sync/grantbox.h"

#include <assert.h>
#include <string.h>

#include "base/reader.h"
#include "sync/message.h"
#include "sync/state.h"

/* "grants/", two times 64 digits, "-" and a NUL. */
#define PATH_SIZE (7 + 64 + 1 + 64 + 1)

/* What follows the word on the next line. */
static struct bytes
value_read(struct reader *r, struct bytes word)
{
    reader_expect(r, word, "SYN 8.2");
    return reader_line(r, "SYN 8.2");
}

static enum err
text_parse(struct bytes text, struct bytes box, struct grantbox_label *out)
{
    struct reader r = {.in = text};
    struct hash sum = hash_of(box);
    struct hash said;
    struct bytes line;

    reader_expect(&r, BYTES("kufi grant v1\n"), "SYN 8.2");
    out->from = value_read(&r, BYTES("from "));
    out->to = value_read(&r, BYTES("to "));
    out->of = value_read(&r, BYTES("of "));
    line = value_read(&r, BYTES("box "));
    if (reader_end(&r, "SYN 8.2", NULL) != OK ||
        !message_hash_parse(line, &said))
        return ERR_FORMAT;
    return hash_equal(&said, &sum) ? OK : ERR_SIGNATURE;
}

/* Whether a node may grant so at all: else any could put others' waiting grants
 * out of the box by its own. SYN 8.3 */
static bool
is_lawful(const struct roster *roster, const struct roster_node *from,
          const struct grantbox_label *label)
{
    if (roster_find(roster, label->to) == NULL)
        return false;
    if (bytes_equal(label->of, label->from))
        return true;
    return roster_right(roster, from->role, ROSTER_RIGHT_KEYS_ALL) &&
           (bytes_equal(label->of, label->to) ||
            roster_find_revoked(roster, label->of) != NULL);
}

enum err
grantbox_label(const struct roster *roster, struct bytes grant,
               struct grantbox_label *out)
{
    struct reader r = {.in = grant};
    struct bytes in = reader_bytes(&r, reader_be16(&r, "SYN 8.2"), "SYN 8.2");
    struct bytes box = reader_bytes(&r, reader_left(&r), "SYN 8.2");
    struct grantbox_label label;
    const struct roster_node *from;
    struct note note;
    enum err e = reader_end(&r, "SYN 8.2", NULL);

    if (e != OK || note_parse(in, &note, NULL) != OK)
        return ERR_FORMAT;
    e = text_parse(note.text, box, &label);
    if (e != OK)
        return e;
    from = roster_find(roster, label.from);
    if (from == NULL || note_verify(&note, &from->log, 1, NULL) != OK)
        return ERR_SIGNATURE;
    if (!is_lawful(roster, from, &label))
        return ERR_DENIED;
    *out = label;
    return OK;
}

static void
path_set(const struct hash *to, const struct hash *of, char out[PATH_SIZE])
{
    struct writer w;

    writer_init(&w, out, PATH_SIZE - 1);
    writer_text(&w, GRANTBOX_FOLDER "/");
    message_hash_write(&w, to);
    writer_u8(&w, '-');
    message_hash_write(&w, of);
    assert(!w.full);
    out[w.at] = '\0';
}

const struct grantbox_entry *
grantbox_find(const struct grantbox *box, const struct hash *to,
              const struct hash *of)
{
    for (size_t i = 0; i < box->count; i++)
        if (hash_equal(&box->entries[i].to, to) &&
            hash_equal(&box->entries[i].of, of))
            return &box->entries[i];
    return NULL;
}

/* The entry of a grant, an empty one behind the others when there is none. */
static struct grantbox_entry *
entry_of(struct grantbox *box, const struct grantbox_entry *wanted)
{
    for (size_t i = 0; i < box->count; i++)
        if (hash_equal(&box->entries[i].to, &wanted->to) &&
            hash_equal(&box->entries[i].of, &wanted->of))
            return &box->entries[i];
    if (box->count == GRANTBOX_MAX)
        return NULL;
    return &box->entries[box->count];
}

static enum err
entry_set(struct grantbox *box, const struct grantbox_entry *entry)
{
    struct grantbox_entry *place = entry_of(box, entry);

    if (place == NULL)
        return ERR_LIMIT;
    if (place == &box->entries[box->count])
        box->count++;
    *place = *entry;
    return OK;
}

static struct grantbox_entry
entry_make(const struct grantbox_label *label, struct bytes grant)
{
    return (struct grantbox_entry){.to = hash_of(label->to),
                                   .of = hash_of(label->of),
                                   .from = hash_of(label->from),
                                   .sum = state_sum(grant)};
}

/* What looking through the folder needs to know. */
struct looking {
    struct grantbox *box;
    const struct roster *roster;
    struct block scratch;
};

static enum err
file_look(void *context, const char *name, bool is_folder)
{
    struct looking *looking = context;
    struct grantbox *box = looking->box;
    struct bytes text = bytes_of(name);
    struct grantbox_entry entry;
    struct grantbox_label label;
    struct bytes grant;

    if (is_folder || !message_hash_parse(bytes_slice(text, 0, 64), &entry.to) ||
        !message_hash_parse(bytes_slice(text, 65, text.size), &entry.of))
        return OK;
    if (grantbox_read(box, &entry, looking->scratch, &grant) != OK ||
        grantbox_label(looking->roster, grant, &label) != OK)
        return OK;
    entry = entry_make(&label, grant);
    return entry_set(box, &entry) == ERR_LIMIT ? ERR_LIMIT : OK;
}

enum err
grantbox_open(struct grantbox *box, struct os *os, struct folder dir,
              const struct roster *roster, struct block scratch)
{
    struct looking looking = {.box = box, .roster = roster, .scratch = scratch};
    enum err e;

    box->os = os;
    box->dir = dir;
    box->count = 0;
    box->seal_ns = 0;
    e = os->make_folder(os, dir, GRANTBOX_FOLDER, 0700);
    if (e == OK)
        e = os->list(os, dir, GRANTBOX_FOLDER, file_look, &looking);
    return e == ERR_LIMIT ? OK : e;
}

enum err
grantbox_put(struct grantbox *box, const struct roster *roster,
             struct bytes grant)
{
    struct grantbox_label label;
    struct grantbox_entry entry;
    char path[PATH_SIZE];
    enum err e = grantbox_label(roster, grant, &label);

    if (e != OK)
        return e;
    entry = entry_make(&label, grant);
    if (entry_of(box, &entry) == NULL)
        return ERR_LIMIT;
    path_set(&entry.to, &entry.of, path);
    e = os_replace_file(box->os, box->dir, path, GRANTBOX_FOLDER, grant, 0600);
    return e == OK ? entry_set(box, &entry) : e;
}

enum err
grantbox_read(const struct grantbox *box, const struct grantbox_entry *entry,
              struct block out, struct bytes *grant)
{
    char path[PATH_SIZE];
    size_t size;
    enum err e;

    path_set(&entry->to, &entry->of, path);
    e = os_read_file(box->os, box->dir, path, out.p, out.size, &size);
    if (e == OK)
        *grant = (struct bytes){out.p, size};
    return e;
}
