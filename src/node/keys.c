#include "node/keys.h"

#include "base/base64.h"

#define PREFIX "PRIVATE+KEY+"

/* Whose key it is, and how it signs. */
struct kind {
    struct bytes name;
    enum note_key_type type;
};

static struct note_key
note_key(struct kind kind, const struct sign_key *key)
{
    return note_key_of(kind.name, kind.type, &key->public);
}

static void
encode(struct writer *w, struct kind kind, const struct sign_key *key)
{
    uint8_t typed[1 + SIGN_SEED_SIZE] = {(uint8_t)kind.type};

    sign_key_seed(key, typed + 1);
    writer_text(w, PREFIX);
    writer_bytes(w, kind.name);
    writer_text(w, "+");
    writer_hex(w, note_key(kind, key).id, 8);
    writer_text(w, "+");
    base64_write(w, (struct bytes){typed, sizeof(typed)});
    writer_text(w, "\n");
    crypto_wipe(typed, sizeof(typed));
}

void
key_encode(struct writer *w, struct bytes origin, const struct sign_key *key)
{
    encode(w, (struct kind){origin, NOTE_ED25519}, key);
}

static enum err
parse(struct bytes text, struct kind kind, struct sign_key *out)
{
    uint8_t typed[1 + SIGN_SEED_SIZE] = {0};
    uint8_t again[KEY_FILE_SIZE_MAX];
    struct sign_key key = {0};
    struct writer w;
    enum err e = ERR_FORMAT;
    size_t at;

    writer_init(&w, again, sizeof(again));
    if (text.size <= BASE64_SIZE(sizeof(typed)))
        return ERR_FORMAT;
    at = text.size - 1 - BASE64_SIZE(sizeof(typed));
    if (base64_parse_exact(bytes_slice(text, at, BASE64_SIZE(sizeof(typed))),
                           typed, sizeof(typed)) == OK) {
        /* One encoding: what it would be written as, it must be. */
        sign_key_init(&key, typed + 1);
        encode(&w, kind, &key);
        if (writer_end(&w) == OK && bytes_equal(writer_done(&w), text))
            e = OK;
    }
    if (e == OK)
        *out = key;
    sign_key_deinit(&key);
    crypto_wipe(again, sizeof(again));
    crypto_wipe(typed, sizeof(typed));
    return e;
}

enum err
key_parse(struct bytes text, struct bytes origin, struct sign_key *out)
{
    return parse(text, (struct kind){origin, NOTE_ED25519}, out);
}

/* Makes a file durably and at once: a crash leaves none, or all of it.
 * ERR_CONFLICT when it exists. */
static enum err
file_make(struct os *os, struct folder dir, const char *name,
          struct bytes content, unsigned mode)
{
    struct file file;
    enum err e = os->open(os, dir, name, OPEN_READ, 0, &file);

    if (e == OK) {
        os->close(os, file);
        return ERR_CONFLICT;
    }
    return e == ERR_NOT_FOUND
               ? os_replace_file(os, dir, name, "", content, mode)
               : e;
}

enum err
key_make(struct os *os, struct folder dir, struct bytes origin,
         const struct random *random, struct sign_key *out)
{
    uint8_t seed[SIGN_SEED_SIZE];
    uint8_t text[KEY_FILE_SIZE_MAX];
    struct note_key public;
    struct sign_key key;
    struct writer w;
    enum err e;

    random->fill(random->context, seed, sizeof(seed));
    sign_key_init(&key, seed);
    crypto_wipe(seed, sizeof(seed));
    writer_init(&w, text, sizeof(text));
    key_encode(&w, origin, &key);
    e = file_make(os, dir, KEY_FILE, writer_done(&w), 0600);
    crypto_wipe(text, sizeof(text));
    if (e == OK) {
        public = note_key((struct kind){origin, NOTE_ED25519}, &key);
        writer_init(&w, text, sizeof(text));
        note_key_write(&w, &public);
        writer_text(&w, "\n");
        e = file_make(os, dir, VKEY_FILE, writer_done(&w), 0644);
    }
    if (e == OK)
        *out = key;
    sign_key_deinit(&key);
    return e;
}

enum err
key_load(struct os *os, struct folder dir, struct bytes origin,
         struct sign_key *out)
{
    uint8_t text[KEY_FILE_SIZE_MAX];
    size_t size;
    enum err e = os_read_file(os, dir, KEY_FILE, text, sizeof(text), &size);

    if (e == OK)
        e = key_parse((struct bytes){text, size}, origin, out);
    crypto_wipe(text, sizeof(text));
    return e;
}

/* The name in `block`, which has room for KEY_NAME_SIZE_MAX bytes. */
static enum err
cosign_kind(struct bytes origin, uint8_t *block, struct kind *out)
{
    struct writer w;

    writer_init(&w, block, KEY_NAME_SIZE_MAX);
    writer_bytes(&w, origin);
    writer_text(&w, COSIGN_NAME_END);
    *out = (struct kind){writer_done(&w), NOTE_COSIGNATURE};
    return writer_end(&w);
}

enum err
cosign_key_make(struct os *os, struct folder dir, struct bytes origin,
                const struct random *random, struct sign_key *out)
{
    uint8_t name[KEY_NAME_SIZE_MAX];
    uint8_t seed[SIGN_SEED_SIZE];
    uint8_t text[KEY_FILE_SIZE_MAX];
    struct sign_key key;
    struct kind kind;
    struct writer w;
    enum err e = cosign_kind(origin, name, &kind);

    if (e != OK)
        return e;
    random->fill(random->context, seed, sizeof(seed));
    sign_key_init(&key, seed);
    crypto_wipe(seed, sizeof(seed));
    writer_init(&w, text, sizeof(text));
    encode(&w, kind, &key);
    e = file_make(os, dir, COSIGN_FILE, writer_done(&w), 0600);
    crypto_wipe(text, sizeof(text));
    if (e == OK)
        *out = key;
    sign_key_deinit(&key);
    return e;
}

enum err
cosign_key_load(struct os *os, struct folder dir, struct bytes origin,
                struct sign_key *out)
{
    uint8_t name[KEY_NAME_SIZE_MAX];
    uint8_t text[KEY_FILE_SIZE_MAX];
    struct kind kind;
    size_t size;
    enum err e = cosign_kind(origin, name, &kind);

    if (e == OK)
        e = os_read_file(os, dir, COSIGN_FILE, text, sizeof(text), &size);
    if (e == OK)
        e = parse((struct bytes){text, size}, kind, out);
    crypto_wipe(text, sizeof(text));
    return e;
}

/* base64url without padding: RFC 4648 section 5. */
static void
token_encode(const uint8_t secret[32], uint8_t out[TOKEN_SIZE])
{
    uint8_t text[BASE64_SIZE(32)];
    struct writer w;
    size_t i;

    writer_init(&w, text, sizeof(text));
    base64_write(&w, (struct bytes){secret, 32});
    for (i = 0; i < TOKEN_SIZE; i++) {
        uint8_t c = text[i];

        out[i] = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    crypto_wipe(text, sizeof(text));
}

enum err
token_make(struct os *os, struct folder dir, const struct random *random)
{
    uint8_t secret[32];
    uint8_t line[TOKEN_SIZE + 1];
    enum err e;

    random->fill(random->context, secret, sizeof(secret));
    token_encode(secret, line);
    line[TOKEN_SIZE] = '\n';
    e = file_make(os, dir, TOKEN_FILE, (struct bytes){line, sizeof(line)},
                  0600);
    crypto_wipe(secret, sizeof(secret));
    crypto_wipe(line, sizeof(line));
    return e;
}

static bool
token_lawful(const uint8_t *text)
{
    size_t i;

    for (i = 0; i < TOKEN_SIZE; i++) {
        uint8_t c = text[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return true;
}

enum err
token_load(struct os *os, struct folder dir, struct hash *out)
{
    uint8_t line[TOKEN_SIZE + 1];
    size_t size;
    enum err e = os_read_file(os, dir, TOKEN_FILE, line, sizeof(line), &size);

    if (e == ERR_LIMIT ||
        (e == OK && (size != sizeof(line) || line[TOKEN_SIZE] != '\n' ||
                     !token_lawful(line))))
        e = ERR_FORMAT;
    if (e == OK)
        *out = hash_of((struct bytes){line, TOKEN_SIZE});
    crypto_wipe(line, sizeof(line));
    return e;
}

#define BOX_LINE_SIZE (BASE64_SIZE(BOX_SECRET_SIZE) + 1)

enum err
box_key_make(struct os *os, struct folder dir, const struct random *random,
             struct box_key *out)
{
    uint8_t secret[BOX_SECRET_SIZE];
    uint8_t line[BOX_LINE_SIZE];
    struct writer w;
    enum err e;

    random->fill(random->context, secret, sizeof(secret));
    writer_init(&w, line, sizeof(line));
    base64_write(&w, (struct bytes){secret, sizeof(secret)});
    writer_text(&w, "\n");
    e = file_make(os, dir, BOX_FILE, writer_done(&w), 0600);
    if (e == OK)
        box_key_init(out, secret);
    crypto_wipe(secret, sizeof(secret));
    crypto_wipe(line, sizeof(line));
    return e;
}

enum err
box_key_load(struct os *os, struct folder dir, struct box_key *out)
{
    uint8_t secret[BOX_SECRET_SIZE];
    uint8_t line[BOX_LINE_SIZE];
    size_t size;
    enum err e = os_read_file(os, dir, BOX_FILE, line, sizeof(line), &size);

    if (e == ERR_LIMIT ||
        (e == OK && (size != sizeof(line) || line[size - 1] != '\n')))
        e = ERR_FORMAT;
    if (e == OK)
        e = base64_parse_exact((struct bytes){line, sizeof(line) - 1}, secret,
                               sizeof(secret));
    if (e == OK)
        box_key_init(out, secret);
    crypto_wipe(secret, sizeof(secret));
    crypto_wipe(line, sizeof(line));
    return e;
}
