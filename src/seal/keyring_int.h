/* What the files of the keyring share. */
#ifndef SEAL_KEYRING_INT_H
#define SEAL_KEYRING_INT_H

#include "seal/keyring.h"

/* Forgets all keys; cursors notice. */
void keyring_empty(struct keyring *keyring);

#endif
