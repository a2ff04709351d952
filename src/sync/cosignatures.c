#include "sync/cosignatures.h"

#include "base/base64.h"

#define KEY_ID_SIZE 4
#define TIME_SIZE 8

static const struct note_signature *
line_find(const struct note *note, const struct note_key *key)
{
    for (size_t i = 0; i < note->signature_count; i++) {
        const struct note_signature *line = &note->signatures[i];

        if (line->id == key->id && bytes_equal(line->name, key->name))
            return line;
    }
    return NULL;
}

/* When a line that verified was made. */
static uint64_t
line_time_s(const struct note_signature *line)
{
    /* 16 characters are the 12 bytes of ID and time. */
    uint8_t raw[KEY_ID_SIZE + TIME_SIZE];

    if (base64_parse_exact(bytes_slice(line->base64, 0, BASE64_SIZE(12)), raw,
                           sizeof(raw)) != OK)
        return 0;
    return be64_read(raw + KEY_ID_SIZE);
}

static void
line_write(struct writer *w, const struct note_signature *line)
{
    writer_text(w, "\xe2\x80\x94 ");
    writer_bytes(w, line->name);
    writer_u8(w, ' ');
    writer_bytes(w, line->base64);
    writer_u8(w, '\n');
}

/* Which line of a cosigner stays; `*out` may be none. */
static enum err
line_choose(const struct note *mine, const struct note *theirs,
            const struct note_key *key, const struct note_signature **out,
            bool *more)
{
    const struct note_signature *own = line_find(mine, key);
    const struct note_signature *other = line_find(theirs, key);

    *out = own;
    if (other == NULL ||
        (own != NULL && bytes_equal(own->base64, other->base64)))
        return OK;
    if (note_verify(theirs, key, 1, NULL) != OK)
        return ERR_SIGNATURE;
    if (own != NULL && line_time_s(own) >= line_time_s(other))
        return OK;
    *out = other;
    *more = true;
    return OK;
}

static enum err
notes_open(struct bytes mine, struct bytes theirs, struct note *own,
           struct note *other)
{
    enum err e = note_parse(mine, own, NULL);

    *other = (struct note){.text = own->text};
    if (e == OK && theirs.size > 0)
        e = note_parse(theirs, other, NULL);
    if (e == OK && !bytes_equal(own->text, other->text))
        e = ERR_CONFLICT;
    return e;
}

enum err
cosignatures_merge(struct writer *w, const struct roster *roster,
                   const struct note_key *log_key, struct bytes mine,
                   struct bytes theirs, bool *more)
{
    const struct note_signature *line;
    struct note own = {.text = {0}};
    struct note other;
    size_t count = 0;
    bool taken = false;
    enum err e = notes_open(mine, theirs, &own, &other);

    if (e != OK)
        return e;
    line = line_find(&own, log_key);
    if (line == NULL)
        return ERR_SIGNATURE;
    writer_bytes(w, own.text);
    writer_u8(w, '\n');
    line_write(w, line);
    for (size_t i = 0; i < roster->node_count; i++) {
        const struct roster_node *node = &roster->nodes[i];

        if (count == COSIGNATURES_MAX ||
            !roster_right(roster, node->role, ROSTER_RIGHT_COSIGN))
            continue;
        e = line_choose(&own, &other, &node->cosign, &line, &taken);
        if (e != OK)
            return e;
        if (line == NULL)
            continue;
        line_write(w, line);
        count++;
    }
    *more = taken;
    return writer_end(w);
}

bool
cosignatures_vouch(const struct roster *roster, struct bytes origin,
                   struct bytes in)
{
    struct note note;

    if (roster_find(roster, origin) != NULL)
        return true;
    if (note_parse(in, &note, NULL) != OK)
        return false;
    for (size_t i = 0; i < roster->node_count; i++) {
        const struct roster_node *node = &roster->nodes[i];

        if (roster_right(roster, node->role, ROSTER_RIGHT_COSIGN) &&
            line_find(&note, &node->cosign) != NULL &&
            note_verify(&note, &node->cosign, 1, NULL) == OK)
            return true;
    }
    return false;
}

enum err
cosignatures_bare(struct writer *w, const struct note_key *log_key,
                  struct bytes in)
{
    const struct note_signature *line;
    struct note note;
    enum err e = note_parse(in, &note, NULL);

    if (e != OK)
        return e;
    line = line_find(&note, log_key);
    if (line == NULL)
        return ERR_SIGNATURE;
    writer_bytes(w, note.text);
    writer_u8(w, '\n');
    line_write(w, line);
    return writer_end(w);
}
