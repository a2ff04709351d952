#include "tlog/note.h"

#include <assert.h>
#include <string.h>

#include "base/base64.h"
#include "base/reader.h"
#include "crypto/hash.h"

#define KEY_ID_SIZE 4
#define TIME_SIZE 8
#define DASH "\xe2\x80\x94 " /* U+2014 and a blank */

/* Ours is one of two kinds; the larger has a time. */
#define OUR_SIGNATURE_SIZE_MAX (KEY_ID_SIZE + TIME_SIZE + SIGNATURE_SIZE)

_Static_assert(NOTE_LINE_SIZE_MAX == sizeof(DASH) - 1 + KEY_NAME_SIZE_MAX + 1 +
                                         BASE64_SIZE(OUR_SIGNATURE_SIZE_MAX) +
                                         1,
               "one line");

/* The blanks of Unicode past ASCII, as their UTF-8 bytes read from the left. */
static bool
is_wide_blank(struct bytes at)
{
    static const struct bytes TWO[] = {{(const uint8_t *)"\xc2\x85", 2},
                                       {(const uint8_t *)"\xc2\xa0", 2}};
    static const struct bytes THREE[] = {{(const uint8_t *)"\xe1\x9a\x80", 3},
                                         {(const uint8_t *)"\xe2\x80\xa8", 3},
                                         {(const uint8_t *)"\xe2\x80\xa9", 3},
                                         {(const uint8_t *)"\xe2\x80\xaf", 3},
                                         {(const uint8_t *)"\xe2\x81\x9f", 3},
                                         {(const uint8_t *)"\xe3\x80\x80", 3}};

    for (size_t i = 0; i < sizeof(TWO) / sizeof(TWO[0]); i++)
        if (bytes_begin(at, TWO[i]))
            return true;
    for (size_t i = 0; i < sizeof(THREE) / sizeof(THREE[0]); i++)
        if (bytes_begin(at, THREE[i]))
            return true;
    /* U+2000 .. U+200A */
    return bytes_begin(at, BYTES("\xe2\x80")) && at.size >= 3 &&
           at.p[2] >= 0x80 && at.p[2] <= 0x8a;
}

/* A name that others may use; ours are bounded besides. LOG 2.4 */
static bool
name_lawful(struct bytes name)
{
    if (name.size == 0 || !bytes_utf8(name))
        return false;
    for (size_t i = 0; i < name.size; i++) {
        struct bytes rest = bytes_slice(name, i, name.size);

        if (name.p[i] <= ' ' || name.p[i] == '+' ||
            (name.p[i] >= 0x80 && is_wide_blank(rest)))
            return false;
    }
    return true;
}

bool
note_name_valid(struct bytes name)
{
    return name.size <= KEY_NAME_SIZE_MAX && name_lawful(name);
}

/* LOG 2.6 */
static uint32_t
key_id(struct bytes name, enum note_key_type type,
       const struct sign_public *public)
{
    const uint8_t middle[] = {'\n', (uint8_t)type};
    struct hash_stream stream;
    struct hash hash;

    hash_begin(&stream);
    hash_add(&stream, name);
    hash_add(&stream, (struct bytes){middle, sizeof(middle)});
    hash_add(&stream, (struct bytes){public->b, SIGN_PUBLIC_SIZE});
    hash = hash_end(&stream);
    return be32_read(hash.b);
}

struct note_key
note_key_of(struct bytes name, enum note_key_type type,
            const struct sign_public *public)
{
    assert(note_name_valid(name));
    return (struct note_key){.name = name,
                             .id = key_id(name, type, public),
                             .type = type,
                             .public = *public};
}

static bool
hex_read(struct bytes text, uint32_t *out)
{
    uint32_t value = 0;

    if (text.size != 8)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.p[i];

        if (c >= '0' && c <= '9')
            value = value << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value << 4 | (uint32_t)(c - 'a' + 10);
        else
            return false;
    }
    *out = value;
    return true;
}

enum err
note_key_parse(struct bytes text, struct note_key *out, struct fault *fault)
{
    struct bytes rest = text;
    struct bytes name = bytes_split(&rest, '+');
    struct bytes hex = bytes_split(&rest, '+');
    struct sign_public public;
    uint8_t key[1 + SIGN_PUBLIC_SIZE];
    struct note_key made;
    uint32_t id;

    if (!note_name_valid(name))
        return fault_set(fault, ERR_FORMAT, 0, "LOG 2.4", "no key's name");
    if (!hex_read(hex, &id))
        return fault_set(fault, ERR_FORMAT, name.size, "LOG 2.9",
                         "the key ID is not eight hexadecimal digits");
    if (base64_parse_exact(rest, key, sizeof(key)) != OK ||
        (key[0] != NOTE_ED25519 && key[0] != NOTE_COSIGNATURE))
        return fault_set(fault, ERR_FORMAT, text.size - rest.size, "LOG 2.9",
                         "not an Ed25519 key");
    memcpy(public.b, key + 1, SIGN_PUBLIC_SIZE);
    made = note_key_of(name, key[0], &public);
    if (made.id != id)
        return fault_set(fault, ERR_FORMAT, name.size, "LOG 2.6",
                         "the key ID is another key's");
    *out = made;
    return OK;
}

void
note_key_write(struct writer *w, const struct note_key *key)
{
    uint8_t typed[1 + SIGN_PUBLIC_SIZE];

    typed[0] = (uint8_t)key->type;
    memcpy(typed + 1, key->public.b, SIGN_PUBLIC_SIZE);
    writer_bytes(w, key->name);
    writer_u8(w, '+');
    writer_hex(w, key->id, 8);
    writer_u8(w, '+');
    base64_write(w, (struct bytes){typed, sizeof(typed)});
}

/* Where the signature lines begin: past the last empty line; 0 if none. */
static size_t
signatures_at(struct bytes in)
{
    for (size_t at = in.size; at >= 2; at--)
        if (in.p[at - 1] == '\n' && in.p[at - 2] == '\n')
            return at;
    return 0;
}

static void
signature_read(struct reader *r, struct note_signature *out)
{
    struct bytes rest;
    uint8_t start[6];
    size_t size;

    reader_expect(r, BYTES(DASH), "LOG 2.3");
    rest = reader_line(r, "LOG 2.3");
    if (r->fault.code != OK)
        return;
    out->name = bytes_split(&rest, ' ');
    out->base64 = rest;
    if (!name_lawful(out->name))
        reader_refuse(r, ERR_FORMAT, "LOG 2.4", "no key's name");
    else if (base64_check(rest, &size) != OK || size <= KEY_ID_SIZE)
        reader_refuse(r, ERR_FORMAT, "LOG 2.3", "no signature in base64");
    else if (size > NOTE_SIGNATURE_SIZE_MAX)
        reader_refuse(r, ERR_LIMIT, "LOG 2.5", "the signature is too large");
    else if (base64_parse(bytes_slice(rest, 0, 8), start, sizeof(start),
                          &size) == OK)
        out->id = be32_read(start);
}

static bool
text_lawful(struct bytes in)
{
    for (size_t i = 0; i < in.size; i++)
        if (in.p[i] < ' ' && in.p[i] != '\n')
            return false;
    return bytes_utf8(in);
}

enum err
note_parse(struct bytes in, struct note *out, struct fault *fault)
{
    return note_parse_within(in, NOTE_SIZE_MAX, out, fault);
}

enum err
note_parse_within(struct bytes in, size_t size_max, struct note *out,
                  struct fault *fault)
{
    struct reader r = {.in = in};
    struct note note = {.text = {0}};
    size_t at;
    enum err e;

    if (in.size > size_max)
        return fault_set(fault, ERR_LIMIT, 0, "LOG 2.5",
                         "the note is too long");
    if (!text_lawful(in))
        return fault_set(fault, ERR_FORMAT, 0, "LOG 2.1",
                         "not UTF-8 or a control character");
    at = signatures_at(in);
    if (at == 0)
        return fault_set(fault, ERR_SHORT, in.size, "LOG 2.2",
                         "no empty line before the signatures");
    note.text = reader_bytes(&r, at - 1, "LOG 2.2");
    reader_expect(&r, BYTES("\n"), "LOG 2.2");
    if (reader_left(&r) == 0)
        reader_refuse(&r, ERR_SHORT, "LOG 2.3", "no signature");
    while (reader_left(&r) > 0) {
        if (note.signature_count == NOTE_SIGNATURES_MAX)
            reader_refuse(&r, ERR_LIMIT, "LOG 2.5", "too many signatures");
        else
            signature_read(&r, &note.signatures[note.signature_count++]);
    }
    e = reader_end(&r, "LOG 2.3", fault);
    if (e == OK)
        *out = note;
    return e;
}

/* What a cosigner signs. LOG 2.8 */
static struct bytes
cosigned(struct writer *w, uint64_t time_s, struct bytes text)
{
    writer_text(w, "cosignature/v1\ntime ");
    writer_decimal(w, time_s);
    writer_u8(w, '\n');
    writer_bytes(w, text);
    assert(!w->full);
    return writer_done(w);
}

#define COSIGNED_SIZE_MAX (20 + 20 + 1 + NOTE_SIZE_MAX)

static enum err
line_verify(struct bytes text, const struct note_signature *line,
            const struct note_key *key, uint64_t *time_s)
{
    uint8_t raw[OUR_SIGNATURE_SIZE_MAX];
    uint8_t block[COSIGNED_SIZE_MAX];
    struct signature signature;
    struct bytes message = text;
    struct writer w;
    size_t at = KEY_ID_SIZE;
    size_t size;

    if (base64_parse(line->base64, raw, sizeof(raw), &size) != OK)
        return ERR_SIGNATURE;
    *time_s = 0;
    if (key->type == NOTE_COSIGNATURE) {
        if (size != sizeof(raw) || text.size > NOTE_SIZE_MAX)
            return ERR_SIGNATURE;
        *time_s = be64_read(raw + at);
        if (*time_s > INT64_MAX)
            return ERR_SIGNATURE;
        writer_init(&w, block, sizeof(block));
        message = cosigned(&w, *time_s, text);
        at += TIME_SIZE;
    }
    if (size != at + SIGNATURE_SIZE)
        return ERR_SIGNATURE;
    memcpy(signature.b, raw + at, SIGNATURE_SIZE);
    return sign_verify(&key->public, message, &signature);
}

enum err
note_verify(const struct note *note, const struct note_key *keys, size_t count,
            struct note_signers *signers)
{
    struct note_signers found = {.mask = 0};

    assert(count <= 64);
    for (size_t i = 0; i < note->signature_count; i++) {
        const struct note_signature *line = &note->signatures[i];

        for (size_t j = 0; j < count; j++) {
            if (line->id != keys[j].id ||
                !bytes_equal(line->name, keys[j].name))
                continue;
            if (line_verify(note->text, line, &keys[j], &found.time_s[j]))
                return ERR_SIGNATURE;
            found.mask |= UINT64_C(1) << j;
        }
    }
    if (found.mask == 0)
        return ERR_SIGNATURE;
    if (signers != NULL)
        *signers = found;
    return OK;
}

static void
line_write(struct writer *w, struct bytes name, struct bytes raw)
{
    writer_text(w, DASH);
    writer_bytes(w, name);
    writer_u8(w, ' ');
    base64_write(w, raw);
    writer_u8(w, '\n');
}

void
note_sign(struct writer *w, struct bytes name, const struct sign_key *key,
          struct bytes text)
{
    struct note_key public = note_key_of(name, NOTE_ED25519, &key->public);
    struct signature signature = sign(key, text);
    uint8_t raw[KEY_ID_SIZE + SIGNATURE_SIZE];

    be32_write(raw, public.id);
    memcpy(raw + KEY_ID_SIZE, signature.b, SIGNATURE_SIZE);
    line_write(w, name, (struct bytes){raw, sizeof(raw)});
}

void
note_cosign(struct writer *w, struct bytes name, const struct sign_key *key,
            int64_t time_s, struct bytes text)
{
    struct note_key public = note_key_of(name, NOTE_COSIGNATURE, &key->public);
    uint8_t raw[OUR_SIGNATURE_SIZE_MAX];
    uint8_t block[COSIGNED_SIZE_MAX];
    struct signature signature;
    struct writer message;

    assert(time_s >= 0);
    assert(text.size <= NOTE_SIZE_MAX);
    writer_init(&message, block, sizeof(block));
    signature = sign(key, cosigned(&message, (uint64_t)time_s, text));
    be32_write(raw, public.id);
    be64_write(raw + KEY_ID_SIZE, (uint64_t)time_s);
    memcpy(raw + KEY_ID_SIZE + TIME_SIZE, signature.b, SIGNATURE_SIZE);
    line_write(w, name, (struct bytes){raw, sizeof(raw)});
}
