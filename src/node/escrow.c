#include "node/escrow.h"

#include <string.h>

#include "sync/line.h"

#define MAGIC BYTES("KUFIESCR")
#define VERSION 1
#define SUM_DIGITS 8

/* ----- Shares. ----- */

static uint32_t
sum_of(struct bytes text)
{
    struct hash hash = hash_of(text);

    return be32_read(hash.b);
}

static void
number_write(struct writer *w, const char *name, unsigned number)
{
    writer_text(w, name);
    writer_decimal(w, number);
}

void
escrow_share_write(struct writer *w, const struct escrow_share *share)
{
    const struct escrow_set *set = &share->set;
    size_t start = w->at;
    uint32_t sum;

    writer_text(w, "kufi escrow share v1\nof ");
    writer_bytes(w, set->origin);
    writer_text(w, "\nset ");
    hex_write(w, set->id, sizeof(set->id));
    number_write(w, "\nshare ", share->share.number);
    number_write(w, " of ", set->count);
    number_write(w, "\nthreshold ", set->threshold);
    writer_text(w, "\nkey ");
    hex_write(w, share->share.part.b, sizeof(share->share.part.b));
    writer_text(w, "\n");
    if (w->full)
        return;
    sum = sum_of((struct bytes){w->p + start, w->at - start});
    writer_text(w, "sum ");
    writer_hex(w, sum, SUM_DIGITS);
    writer_text(w, "\n");
}

static void
set_check(struct reader *r, const struct escrow_set *set)
{
    if (set->threshold < 2 || set->count < set->threshold ||
        set->count > ESCROW_SHARES_MAX)
        reader_refuse(r, ERR_FORMAT, "SYN 8.7", "no such number of shares");
}

/* "share 2 of 5" */
static void
numbers_read(struct reader *r, struct escrow_share *out)
{
    struct bytes line = line_value(r, BYTES("share "), "SYN 8.7");

    out->share.number = (uint8_t)field_number(r, field_next(&line), 1,
                                              ESCROW_SHARES_MAX, "SYN 8.7");
    if (!bytes_equal(field_next(&line), BYTES("of")))
        reader_refuse(r, ERR_FORMAT, "SYN 8.7", "no number of shares");
    out->set.count = (unsigned)field_number(r, line, out->share.number,
                                            ESCROW_SHARES_MAX, "SYN 8.7");
}

enum err
escrow_share_parse(struct bytes in, struct escrow_share *out,
                   struct fault *fault)
{
    struct escrow_share share = {.set = {.count = 0}};
    struct reader r = {.in = in};
    uint8_t sum[4] = {0};
    size_t at;
    enum err e;

    if (in.size > ESCROW_SHARE_SIZE_MAX)
        reader_refuse(&r, ERR_LIMIT, "SYN 8.7", "larger than a share");
    reader_expect(&r, BYTES("kufi escrow share v1\n"), "SYN 8.7");
    share.set.origin =
        field_origin(&r, line_value(&r, BYTES("of "), "SYN 8.7"), "SYN 8.7");
    field_hex(&r, line_value(&r, BYTES("set "), "SYN 8.7"), share.set.id,
              sizeof(share.set.id), "SYN 8.7");
    numbers_read(&r, &share);
    share.set.threshold = (unsigned)line_number(&r, BYTES("threshold "), 2,
                                                ESCROW_SHARES_MAX, "SYN 8.7");
    set_check(&r, &share.set);
    field_hex(&r, line_value(&r, BYTES("key "), "SYN 8.7"), share.share.part.b,
              sizeof(share.share.part.b), "SYN 8.7");
    at = r.at;
    field_hex(&r, line_value(&r, BYTES("sum "), "SYN 8.7"), sum, sizeof(sum),
              "SYN 8.7");
    if (r.fault.code == OK && be32_read(sum) != sum_of(bytes_slice(in, 0, at)))
        reader_refuse(&r, ERR_SIGNATURE, "SYN 8.7", "the sum does not hold");
    e = reader_end(&r, "SYN 8.7", fault);
    if (e == OK)
        *out = share;
    crypto_wipe(&share, sizeof(share));
    return e;
}

/* ----- Bundles. ----- */

static enum err
shares_make(const struct escrow_set *set, const struct cipher_key *key,
            struct escrow_share *out)
{
    struct share shares[ESCROW_SHARES_MAX];
    enum err e = share_split(key, set->threshold, shares, set->count);

    for (unsigned i = 0; e == OK && i < set->count; i++)
        out[i] = (struct escrow_share){.set = *set, .share = shares[i]};
    crypto_wipe(shares, sizeof(shares));
    return e;
}

enum err
escrow_seal(struct escrow_set *set, struct bytes plain,
            const struct random *random, struct writer *w,
            struct escrow_share *shares)
{
    size_t start = w->at;
    struct bytes head;
    struct cipher_key key;
    uint8_t *out;
    enum err e;

    if (set->count > ESCROW_SHARES_MAX || set->origin.size > ORIGIN_SIZE_MAX)
        return ERR_LIMIT;
    random->fill(random->context, set->id, sizeof(set->id));
    writer_bytes(w, MAGIC);
    writer_be16(w, VERSION);
    writer_bytes(w, (struct bytes){set->id, sizeof(set->id)});
    writer_u8(w, (uint8_t)set->threshold);
    writer_u8(w, (uint8_t)set->count);
    writer_be16(w, (uint16_t)set->origin.size);
    writer_bytes(w, set->origin);
    head = (struct bytes){w->p + start, w->at - start};
    out = writer_take(w, plain.size + CIPHER_TAG_SIZE);
    if (out == NULL)
        return ERR_LIMIT;
    random->fill(random->context, key.b, sizeof(key.b));
    e = shares_make(set, &key, shares);
    if (e == OK)
        cipher_seal(&key, plain, head, out);
    crypto_wipe(&key, sizeof(key));
    return e;
}

enum err
escrow_bundle_parse(struct bytes in, struct escrow_bundle *out,
                    struct fault *fault)
{
    struct escrow_bundle bundle = {.set = {.count = 0}};
    struct reader r = {.in = in};
    struct bytes id;
    enum err e;

    reader_expect(&r, MAGIC, "SYN 8.7");
    if (reader_be16(&r, "SYN 8.7") != VERSION)
        reader_refuse(&r, ERR_FORMAT, "SYN 8.7", "another version");
    id = reader_bytes(&r, ESCROW_SET_SIZE, "SYN 8.7");
    bundle.set.threshold = reader_u8(&r, "SYN 8.7");
    bundle.set.count = reader_u8(&r, "SYN 8.7");
    set_check(&r, &bundle.set);
    bundle.set.origin = field_origin(
        &r, reader_bytes(&r, reader_be16(&r, "SYN 8.7"), "SYN 8.7"), "SYN 8.7");
    bundle.head = bytes_slice(in, 0, r.at);
    if (r.fault.code == OK && reader_left(&r) < CIPHER_TAG_SIZE)
        reader_refuse(&r, ERR_SHORT, "SYN 8.7", "it ends too early");
    bundle.sealed = reader_bytes(&r, reader_left(&r), "SYN 8.7");
    e = reader_end(&r, "SYN 8.7", fault);
    if (e != OK)
        return e;
    memcpy(bundle.set.id, id.p, id.size);
    *out = bundle;
    return OK;
}

size_t
escrow_bundle_size(const struct escrow_bundle *bundle)
{
    return bundle->sealed.size - CIPHER_TAG_SIZE;
}

static bool
set_same(const struct escrow_set *a, const struct escrow_set *b)
{
    return memcmp(a->id, b->id, sizeof(a->id)) == 0 &&
           a->threshold == b->threshold && a->count == b->count &&
           bytes_equal(a->origin, b->origin);
}

/* Whether the shares are of the bundle, each once, and enough. */
static enum err
shares_check(const struct escrow_bundle *bundle,
             const struct escrow_share *shares, size_t count, size_t *bad,
             struct fault *fault)
{
    bool seen[ESCROW_SHARES_MAX + 1] = {false};

    for (size_t i = 0; i < count; i++) {
        *bad = i;
        if (!set_same(&shares[i].set, &bundle->set))
            return fault_set(fault, ERR_CONFLICT, 0, "SYN 8.7",
                             "a share of another set");
        if (seen[shares[i].share.number])
            return fault_set(fault, ERR_CONFLICT, 0, "SYN 8.7",
                             "a share that is given twice");
        seen[shares[i].share.number] = true;
    }
    *bad = count;
    if (count < bundle->set.threshold)
        return fault_set(fault, ERR_SHORT, 0, "SYN 8.7", "too few shares");
    return OK;
}

enum err
escrow_open(const struct escrow_bundle *bundle,
            const struct escrow_share *shares, size_t count, uint8_t *out,
            size_t *bad, struct fault *fault)
{
    struct share parts[ESCROW_SHARES_MAX];
    unsigned threshold = bundle->set.threshold;
    struct cipher_key key;
    enum err e = shares_check(bundle, shares, count, bad, fault);

    if (e != OK)
        return e;
    /* Those past the threshold were looked at, and are not needed. */
    for (unsigned i = 0; i < threshold; i++)
        parts[i] = shares[i].share;
    e = share_join(parts, threshold, &key);
    crypto_wipe(parts, sizeof(parts));
    if (e != OK)
        return fault_set(fault, e, 0, "SYN 8.7", "no memory");
    e = cipher_open(&key, bundle->sealed, bundle->head, out);
    crypto_wipe(&key, sizeof(key));
    return e == OK ? OK
                   : fault_set(fault, e, 0, "SYN 8.7",
                               "these shares do not open this bundle");
}

bool
escrow_next(struct bytes *content, struct bytes *file, struct fault *fault)
{
    struct reader r = {.in = *content};

    *fault = (struct fault){0};
    if (content->size == 0)
        return false;
    *file = reader_bytes(&r, reader_be32(&r, "SYN 8.7"), "SYN 8.7");
    *fault = r.fault;
    if (r.fault.code != OK)
        return false;
    *content = bytes_slice(*content, r.at, content->size);
    return true;
}
