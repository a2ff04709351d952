#include "seal/entry.h"

#include "base/cbor.h"
#include "base/date.h"

#include <assert.h>
#include <string.h>

#define CIPHERTEXT_SIZE_MAX (ENTRY_EVENT_SIZE_MAX + CIPHER_TAG_SIZE)

static void
sealed_take(struct reader *r, struct entry *out)
{
    struct bytes commitment;

    out->epoch = (uint32_t)cbor_take_uint(r, DATE_DAYS_MAX, "REC 6.1");
    out->slot = (uint32_t)cbor_take_uint(r, KEYTREE_SLOTS - 1, "REC 6.1");
    commitment = cbor_take_bytes(r, COMMITMENT_SIZE, "REC 5.1");
    out->ciphertext = cbor_take_bytes(r, CIPHERTEXT_SIZE_MAX, "REC 5.1");
    if (r->fault.code != OK)
        return;
    if (commitment.size != COMMITMENT_SIZE)
        reader_refuse(r, ERR_FORMAT, "REC 5.1",
                      "a commitment has another size");
    else if (out->ciphertext.size < CIPHER_TAG_SIZE)
        reader_refuse(r, ERR_FORMAT, "REC 5.1", "a ciphertext has no tag");
    else
        memcpy(out->commitment.b, commitment.p, COMMITMENT_SIZE);
}

enum err
entry_parse(struct bytes in, struct entry *out, struct fault *fault)
{
    struct reader r = {.in = in};
    struct entry entry = {0};
    size_t count;
    enum err e;

    if (in.size > ENTRY_SIZE_MAX)
        return fault_set(fault, ERR_LIMIT, 0, "REC 5.1", "too long an entry");
    count = cbor_take_array(&r, 5, "REC 5.1");
    entry.sealed = cbor_take_uint(&r, 1, "REC 5.1") == 1;
    if (r.fault.code == OK && count != (entry.sealed ? 5 : 2))
        reader_refuse(&r, ERR_FORMAT, "REC 5.1",
                      "an array has another number of items");
    if (entry.sealed)
        sealed_take(&r, &entry);
    else if (reader_left(&r) == 0)
        reader_refuse(&r, ERR_SHORT, "REC 5.1", "an event is missing");
    else if (reader_left(&r) > ENTRY_EVENT_SIZE_MAX)
        reader_refuse(&r, ERR_LIMIT, "REC 5.1", "an event is too long");
    else
        entry.event = reader_bytes(&r, reader_left(&r), "REC 5.1");
    e = reader_end(&r, "REC 5.1", fault);
    if (e == OK)
        *out = entry;
    return e;
}

uint8_t *
entry_encode_room(struct writer *w, const struct entry *entry)
{
    size_t start = w->at;
    uint8_t *room;

    assert(entry->sealed);
    if (entry->ciphertext.size > CIPHERTEXT_SIZE_MAX)
        return NULL;
    cbor_put_array(w, 5);
    cbor_put_uint(w, 1);
    cbor_put_uint(w, entry->epoch);
    cbor_put_uint(w, entry->slot);
    cbor_put_bytes(w, (struct bytes){entry->commitment.b, COMMITMENT_SIZE});
    room = cbor_put_bytes_room(w, entry->ciphertext.size);
    assert(w->full || w->at - start <= ENTRY_SIZE_MAX);
    return room;
}

enum err
entry_encode_open(struct writer *w, struct bytes event)
{
    if (event.size > ENTRY_EVENT_SIZE_MAX)
        return ERR_LIMIT;
    cbor_put_array(w, 2);
    cbor_put_uint(w, 0);
    writer_bytes(w, event);
    return writer_end(w);
}

enum err
entry_encode(struct writer *w, const struct entry *entry)
{
    uint8_t *room;

    if (!entry->sealed)
        return entry_encode_open(w, entry->event);
    room = entry_encode_room(w, entry);
    if (room == NULL)
        return ERR_LIMIT;
    memcpy(room, entry->ciphertext.p, entry->ciphertext.size);
    return OK;
}
