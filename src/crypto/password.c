#include "crypto/password.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define TAG_SIZE 16
#define KEY_SIZE 32

_Static_assert(PASSWORD_SALT_SIZE == crypto_pwhash_argon2id_SALTBYTES,
               "Argon2id's salt");
_Static_assert(PASSWORD_NONCE_SIZE == crypto_secretbox_NONCEBYTES,
               "secretbox's nonce");
_Static_assert(TAG_SIZE == crypto_secretbox_MACBYTES, "secretbox's tag");
_Static_assert(KEY_SIZE == crypto_secretbox_KEYBYTES, "secretbox's key");

const struct password_cost password_cost_usual = {
    .passes = crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
    .memory_kib = crypto_pwhash_argon2id_MEMLIMIT_MODERATE / 1024};

bool
password_cost_lawful(struct password_cost cost)
{
    return cost.passes >= crypto_pwhash_argon2id_OPSLIMIT_MIN &&
           cost.passes <= PASSWORD_PASSES_MAX &&
           cost.memory_kib >= PASSWORD_MEMORY_KIB_MIN &&
           cost.memory_kib <= PASSWORD_MEMORY_KIB_MAX;
}

static enum err
key_of(struct bytes passphrase, const struct password_sealed *sealed,
       uint8_t key[KEY_SIZE])
{
    if (crypto_pwhash_argon2id(key, KEY_SIZE, (const char *)passphrase.p,
                               passphrase.size, sealed->salt,
                               sealed->cost.passes,
                               (size_t)sealed->cost.memory_kib * 1024,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
        return ERR_LIMIT;
    return OK;
}

enum err
password_seal(struct bytes passphrase, struct password_cost cost,
              const struct random *random,
              const uint8_t secret[PASSWORD_SECRET_SIZE],
              struct password_sealed *out)
{
    struct password_sealed sealed = {.cost = cost};
    uint8_t key[KEY_SIZE];
    enum err e;

    assert(password_cost_lawful(cost));
    random->fill(random->context, sealed.salt, sizeof(sealed.salt));
    random->fill(random->context, sealed.box, PASSWORD_NONCE_SIZE);
    e = key_of(passphrase, &sealed, key);
    if (e == OK) {
        crypto_secretbox_easy(sealed.box + PASSWORD_NONCE_SIZE, secret,
                              PASSWORD_SECRET_SIZE, sealed.box, key);
        *out = sealed;
    }
    sodium_memzero(key, sizeof(key));
    return e;
}

enum err
password_open(const struct password_sealed *sealed, struct bytes passphrase,
              uint8_t out[PASSWORD_SECRET_SIZE])
{
    uint8_t key[KEY_SIZE];
    enum err e = key_of(passphrase, sealed, key);

    if (e == OK && crypto_secretbox_open_easy(
                       out, sealed->box + PASSWORD_NONCE_SIZE,
                       TAG_SIZE + PASSWORD_SECRET_SIZE, sealed->box, key) != 0)
        e = ERR_SIGNATURE;
    if (e != OK)
        sodium_memzero(out, PASSWORD_SECRET_SIZE);
    sodium_memzero(key, sizeof(key));
    return e;
}
