#include "node/grants.h"

#include <assert.h>

#include "sync/line.h"

#define MAGIC BYTES("kufi grant v1\n")
#define KEYRING_HEAD_SIZE                                                      \
    (12 + 8 + 4 + HASH_SIZE) /* all but what is listed                         \
                              */
#define EPOCH_HEAD_SIZE 8
#define BOX_SIZE_MAX (GRANT_SIZE_MAX - GRANT_NOTE_SIZE_MAX - 2)

/* ----- The text. ----- */

static struct bytes
origin_read(struct reader *r, struct bytes name)
{
    return field_origin(r, line_value(r, name, "SYN 8.2"), "SYN 8.2");
}

static void
text_write(struct writer *w, const struct grant_terms *terms, struct bytes box)
{
    struct hash hash = hash_of(box);

    writer_bytes(w, MAGIC);
    writer_text(w, "from ");
    writer_bytes(w, terms->from);
    writer_text(w, "\nto ");
    writer_bytes(w, terms->to);
    writer_text(w, "\nof ");
    writer_bytes(w, keyring_origin(terms->keyring));
    writer_text(w, "\nbox ");
    hex_write(w, hash.b, sizeof(hash.b));
    writer_text(w, "\n");
}

/* Compares the box with its hash in the text. */
static void
box_check(struct reader *r, struct bytes digits, struct bytes box)
{
    struct hash hash = hash_of(box);
    struct hash named = {0};

    field_hex(r, digits, named.b, sizeof(named.b), "SYN 8.2");
    if (r->fault.code == OK && !hash_equal(&hash, &named))
        reader_refuse(r, ERR_SIGNATURE, "SYN 8.2", "another box");
}

enum err
grant_parse(struct bytes in, struct grant *out, struct fault *fault)
{
    struct reader r = {.in = in};
    struct grant grant = {.from = {0}};
    struct bytes note = reader_bytes(&r, reader_be16(&r, "SYN 8.2"), "SYN 8.2");
    struct bytes hash;
    enum err e;

    if (in.size > GRANT_SIZE_MAX || note.size > GRANT_NOTE_SIZE_MAX)
        reader_refuse(&r, ERR_LIMIT, "SYN 8.2", "larger than a grant");
    if (r.fault.code != OK)
        return reader_end(&r, "SYN 8.2", fault);
    grant.box = bytes_slice(in, r.at, in.size);
    e = note_parse(note, &grant.note, fault);
    if (e != OK)
        return e;
    r = (struct reader){.in = grant.note.text};
    reader_expect(&r, MAGIC, "SYN 8.2");
    grant.from = origin_read(&r, BYTES("from "));
    grant.to = origin_read(&r, BYTES("to "));
    grant.of = origin_read(&r, BYTES("of "));
    hash = line_value(&r, BYTES("box "), "SYN 8.2");
    box_check(&r, hash, grant.box);
    e = reader_end(&r, "SYN 8.2", fault);
    if (e == OK)
        *out = grant;
    return e;
}

/* ----- Making. ----- */

/*
 * Its epochs from the first that may be granted on, or from a later one if all
 * of them are too many: a view of the terms' own keyring.
 */
static struct keyring
part_of(const struct grant_terms *terms, size_t size_max)
{
    struct keyring part = *terms->keyring;
    size_t size = KEYRING_HEAD_SIZE + part.origin_size;
    size_t at = part.epoch_count;

    while (at > 0) {
        const struct key_epoch *epoch = &part.epochs[at - 1];
        size_t more =
            EPOCH_HEAD_SIZE + (size_t)epoch->node_count * KEYRING_NODE_SIZE;

        if (epoch->epoch < terms->first_epoch || more > size_max - size)
            break;
        size += more;
        at--;
    }
    part.epochs += at;
    part.epoch_count -= at;
    part.as_of = terms->size;
    return part;
}

/* The keyring's file sealed for the receiver, in the arena. */
static enum err
box_make(const struct grant_terms *terms, const struct random *random,
         struct arena *arena, struct bytes *box)
{
    const size_t plain_max = BOX_SIZE_MAX - BOX_OVERHEAD;
    struct keyring part = part_of(terms, plain_max);
    uint8_t *plain;
    uint8_t *out;
    struct writer w;
    enum err e;

    if (part.epoch_count == 0)
        return ERR_NOT_FOUND;
    plain = arena_room(arena, plain_max);
    if (plain == NULL)
        return ERR_LIMIT;
    writer_init(&w, plain, plain_max);
    e = keyring_encode(&part, &w);
    assert(e == OK);
    out = arena_room(arena, w.at + BOX_OVERHEAD);
    e = ERR_LIMIT;
    if (out != NULL)
        e = box_seal(terms->box, writer_done(&w), random, out);
    *box = (struct bytes){out, w.at + BOX_OVERHEAD};
    crypto_wipe(plain, w.at);
    return e;
}

enum err
grant_make(const struct grant_terms *terms, const struct random *random,
           struct arena *arena, struct writer *w)
{
    uint8_t block[GRANT_NOTE_SIZE_MAX];
    struct writer note;
    struct bytes text;
    struct bytes box;
    enum err e;

    assert(terms->size > 0);
    e = box_make(terms, random, arena, &box);
    if (e != OK)
        return e;
    writer_init(&note, block, sizeof(block));
    text_write(&note, terms, box);
    text = writer_done(&note);
    writer_u8(&note, '\n');
    note_sign(&note, terms->from, terms->key, text);
    e = writer_end(&note);
    if (e != OK)
        return e;
    writer_be16(w, (uint16_t)note.at);
    writer_bytes(w, writer_done(&note));
    writer_bytes(w, box);
    return writer_end(w);
}

/* ----- Opening. ----- */

uint32_t
grant_first_epoch(uint32_t day, uint32_t hot_days)
{
    return hot_days > day ? 0 : day - hot_days + 1;
}

/* Who may grant what to whom; the signature holds. */
static enum err
parties_judge(const struct grant *grant, const struct grant_judge *judge,
              struct fault *fault)
{
    bool own_log = bytes_equal(grant->of, grant->from);
    bool returned = judge->returns &&
                    (bytes_equal(grant->of, judge->own) || judge->of_revoked);

    if (!bytes_equal(grant->to, judge->own))
        return fault_set(fault, ERR_DENIED, 0, "SYN 8.3", "for another node");
    if (!own_log && !returned)
        return fault_set(fault, ERR_DENIED, 0, "SYN 8.3",
                         "of a log that is not the granting node's");
    return OK;
}

static enum err
epochs_judge(const struct keyring *keyring, uint32_t first_epoch,
             struct fault *fault)
{
    if (keyring->as_of == 0)
        return fault_set(fault, ERR_FORMAT, 0, "SYN 8.2", "as of no entry");
    if (first_epoch > GRANT_SLACK_DAYS && keyring->epoch_count > 0 &&
        keyring->epochs[0].epoch < first_epoch - GRANT_SLACK_DAYS)
        return fault_set(fault, ERR_DENIED, 0, "SYN 8.3",
                         "epochs that this node may not hold");
    return OK;
}

/* What the box held, as a keyring. */
static enum err
keyring_take(const struct grant *grant, struct bytes plain, struct arena *arena,
             struct keyring *out, struct fault *fault)
{
    enum err e =
        keyring_init(out, arena, grant->of, plain.size / KEYRING_NODE_SIZE);

    if (e != OK)
        return fault_set(fault, e, 0, "SYN 8.2", "no room for its keys");
    e = keyring_parse(out, plain, fault);
    /* Its sum is no signature: who signed the note wrote it so. */
    if (e == ERR_SIGNATURE)
        return fault_set(fault, ERR_FORMAT, 0, "SYN 8.2", "a wrong sum");
    return e;
}

enum err
grant_open(const struct grant *grant, const struct grant_judge *judge,
           struct arena *arena, struct keyring *out, struct fault *fault)
{
    struct keyring keyring = {.as_of = 0};
    size_t size;
    uint8_t *plain;
    enum err e;

    if (!bytes_equal(judge->key->name, grant->from) ||
        note_verify(&grant->note, judge->key, 1, NULL) != OK)
        return fault_set(fault, ERR_SIGNATURE, 0, "SYN 8.3",
                         "not signed by the node that grants");
    e = parties_judge(grant, judge, fault);
    if (e != OK)
        return e;
    if (grant->box.size < BOX_OVERHEAD)
        return fault_set(fault, ERR_SHORT, 0, "SYN 8.2", "no box");
    size = grant->box.size - BOX_OVERHEAD;
    plain = arena_room(arena, size);
    if (plain == NULL)
        return fault_set(fault, ERR_LIMIT, 0, "SYN 8.2", "no room for the box");
    if (box_open(judge->box, grant->box, plain) != OK)
        return fault_set(fault, ERR_SIGNATURE, 0, "SYN 8.3",
                         "the box does not open");
    e = keyring_take(grant, (struct bytes){plain, size}, arena, &keyring,
                     fault);
    /* Its own keys a node may all hold. */
    if (e == OK)
        e = epochs_judge(
            &keyring,
            bytes_equal(grant->of, judge->own) ? 0 : judge->first_epoch, fault);
    crypto_wipe(plain, size);
    if (e == OK)
        *out = keyring;
    else
        keyring_deinit(&keyring);
    return e;
}
