#include "sync/custodian.h"

#include <assert.h>

#include "base/base64.h"
#include "sync/line.h"

_Static_assert(SIGN_SEED_SIZE == PASSWORD_SECRET_SIZE, "a seed is sealed");

static void
file_write(struct writer *w, const struct custodian_file *file)
{
    writer_text(w, "kufi custodian key v1\nvkey ");
    note_key_write(w, &file->key);
    writer_text(w, "\nargon2id ");
    writer_decimal(w, file->sealed.cost.passes);
    writer_text(w, " ");
    writer_decimal(w, file->sealed.cost.memory_kib);
    writer_text(w, " ");
    base64_write(w, (struct bytes){file->sealed.salt, PASSWORD_SALT_SIZE});
    writer_text(w, "\nbox ");
    base64_write(w, (struct bytes){file->sealed.box, PASSWORD_BOX_SIZE});
    writer_text(w, "\n");
}

enum err
custodian_make(struct writer *w, struct bytes name, struct bytes passphrase,
               struct password_cost cost, const struct random *random)
{
    struct custodian_file file;
    uint8_t seed[SIGN_SEED_SIZE];
    struct sign_key key;
    enum err e;

    assert(note_name_valid(name));
    random->fill(random->context, seed, sizeof(seed));
    sign_key_init(&key, seed);
    file.key = note_key_of(name, NOTE_ED25519, &key.public);
    sign_key_deinit(&key);
    e = password_seal(passphrase, cost, random, seed, &file.sealed);
    crypto_wipe(seed, sizeof(seed));
    if (e != OK)
        return e;
    file_write(w, &file);
    return writer_end(w);
}

static void
cost_read(struct reader *r, struct password_sealed *out)
{
    struct bytes line = line_value(r, BYTES("argon2id "), "SYN 2.14");

    out->cost.passes = (uint32_t)field_number(r, field_next(&line), 1,
                                              PASSWORD_PASSES_MAX, "SYN 2.14");
    out->cost.memory_kib =
        (uint32_t)field_number(r, field_next(&line), PASSWORD_MEMORY_KIB_MIN,
                               PASSWORD_MEMORY_KIB_MAX, "SYN 2.14");
    if (base64_parse_exact(line, out->salt, sizeof(out->salt)) != OK)
        reader_refuse(r, ERR_FORMAT, "SYN 2.14", "no salt");
}

enum err
custodian_parse(struct bytes text, struct custodian_file *out,
                struct fault *fault)
{
    struct reader r = {.in = text};
    struct custodian_file file = {.key = {.id = 0}};
    struct bytes line;
    enum err e;

    reader_expect(&r, BYTES("kufi custodian key v1\n"), "SYN 2.14");
    line = line_value(&r, BYTES("vkey "), "SYN 2.14");
    file.key = field_key(&r, line, NOTE_ED25519, "SYN 2.14");
    if (file.key.name.size > CUSTODIAN_NAME_SIZE_MAX)
        reader_refuse(&r, ERR_LIMIT, "SYN 2.14", "the name is too long");
    cost_read(&r, &file.sealed);
    line = line_value(&r, BYTES("box "), "SYN 2.14");
    if (base64_parse_exact(line, file.sealed.box, PASSWORD_BOX_SIZE) != OK)
        reader_refuse(&r, ERR_FORMAT, "SYN 2.14", "no box");
    e = reader_end(&r, "SYN 2.14", fault);
    if (e == OK)
        *out = file;
    return e;
}

enum err
custodian_open(const struct custodian_file *file, struct bytes passphrase,
               struct sign_key *out)
{
    uint8_t seed[SIGN_SEED_SIZE];
    struct sign_key key;
    enum err e = password_open(&file->sealed, passphrase, seed);

    if (e != OK)
        return e;
    sign_key_init(&key, seed);
    crypto_wipe(seed, sizeof(seed));
    if (crypto_same(key.public.b, file->key.public.b, SIGN_PUBLIC_SIZE))
        *out = key;
    else
        e = ERR_SIGNATURE; /* the vkey in the file is not this key's */
    sign_key_deinit(&key);
    return e;
}

bool
custodian_is_signed(struct bytes in)
{
    for (size_t i = 1; i < in.size; i++)
        if (in.p[i] == '\n' && in.p[i - 1] == '\n')
            return true;
    return false;
}

static bool
has_line(const struct note *note, const struct note_key *key)
{
    for (size_t i = 0; i < note->signature_count; i++)
        if (note->signatures[i].id == key->id &&
            bytes_equal(note->signatures[i].name, key->name))
            return true;
    return false;
}

enum err
custodian_sign(struct writer *w, struct bytes in, size_t size_max,
               struct bytes name, const struct sign_key *key)
{
    struct note_key public = note_key_of(name, NOTE_ED25519, &key->public);
    struct note note = {.text = in};
    enum err e = OK;

    if (in.size == 0 || in.p[in.size - 1] != '\n')
        return ERR_SHORT;
    if (custodian_is_signed(in))
        e = note_parse_within(in, size_max, &note, NULL);
    if (e != OK)
        return e;
    writer_bytes(w, in);
    if (note.signature_count == 0)
        writer_u8(w, '\n');
    /* One line for one key; a bad one is for a person to look at. */
    if (has_line(&note, &public))
        return note_verify(&note, &public, 1, NULL);
    note_sign(w, name, key, note.text);
    return w->at > size_max || note.signature_count == NOTE_SIGNATURES_MAX
               ? ERR_LIMIT
               : writer_end(w);
}
