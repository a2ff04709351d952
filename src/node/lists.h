/*
 * The files of lists under DIR/lists: SHA256.list, and the indexes beside it,
 * SHA256.names when anybody on it has a name and SHA256.documents when it has a
 * document; and SHA256.losses when others brought it. All are written whole
 * under another name, synced and renamed, and never changed after. Which are in
 * force the log says, not the folder. SCR 3.7
 */
#ifndef NODE_LISTS_H
#define NODE_LISTS_H

#include "crypto/hash.h"
#include "os/os.h"
#include "screen/list_source.h"

#define LISTS_FOLDER "lists"
/* Of stay: a thousand of them take 100 kB. */
#define LISTS_RULES_SIZE_MAX ((size_t)1 << 20)
/* "lists/", 64 digits, ".documents", ".new" and a NUL. */
#define LISTS_PATH_SIZE (6 + 64 + 10 + 4 + 1)

enum lists_file { LISTS_LIST, LISTS_NAMES, LISTS_DOCUMENTS, LISTS_LOSSES };
#define LISTS_FILE_COUNT (LISTS_LOSSES + 1)

/* Below DIR, NUL-terminated. */
void lists_path(const struct hash *sha256, enum lists_file which,
                char out[LISTS_PATH_SIZE]);

/* What a list says of itself, and its size. ERR_NOT_FOUND, ERR_CORRUPT. */
MUST_CHECK enum err lists_head(struct os *os, struct folder dir,
                               const struct hash *sha256, struct list_head *out,
                               uint64_t *size);

/* What is being done, for whoever waits. */
enum lists_stage {
    LISTS_READING,    /* bytes of the source's files */
    LISTS_CHECKING,   /* references */
    LISTS_INDEXING,   /* entries, for names */
    LISTS_WRITING,    /* the index of names: no figures */
    LISTS_DOCUMENTING /* entries, for documents, twice */
};

/*
 * progress  is told now and then; may be NULL
 * step      of a failure: a constant
 */
struct lists_work {
    struct os *os;
    struct folder dir;
    void (*progress)(void *context, enum lists_stage stage, uint64_t done,
                     uint64_t total);
    void *context;
    const char *step;
};

/*
 * A source's files become a list with its indexes, or are refused.
 *
 * inputs     in an order that depends on nothing but their content
 * size       bytes of all of them, for the progress
 * threshold  0: as ever
 * lock       held while it is imported and put in force: nobody else removes
 *            files meanwhile; lists_import_end() gives it back
 */
struct lists_import {
    enum list_source source;
    size_t input_count;
    const struct list_input *inputs;
    uint64_t size;
    uint16_t threshold;

    struct file lock;
    struct hash sha256;
    struct list_head head;
    uint64_t list_size;
    uint64_t losses[LOSS_COUNT];
    struct list_fault fault;
};

/*
 * ERR_BUSY      another import runs
 * ERR_FORMAT, ERR_SHORT, ERR_LIMIT, ERR_CONFLICT
 *               with `fault`: the source was refused
 * ERR_FULL      and others of os: `work->step`
 * Whatever it says, lists_import_end() is called after.
 */
MUST_CHECK enum err lists_import(struct lists_work *work,
                                 struct lists_import *import);
void lists_import_end(struct lists_work *work, struct lists_import *import);

/* Removes what is none of the lists named and no index of them. */
MUST_CHECK enum err lists_sweep(struct lists_work *work,
                                const struct hash *keep, size_t count);

/* As many others as one list is compared with: those in force and some more. */
#define LISTS_LOSSES_MAX 256

/*
 * Compares a list with all others of its source that are there, and writes
 * SHA256.losses. For whoever parses what is foreign. ERR_CORRUPT: an entry
 * cannot be read; ERR_LIMIT; those of `os`. SCR 3.10
 */
MUST_CHECK enum err lists_losses_make(struct lists_work *work,
                                      const struct hash *sha256);

/* How many names and documents `other` has, and how many of them the list has
 * not; or that nothing is known of that. */
struct lists_loss {
    bool known;
    uint64_t total;
    uint64_t lost;
};

/* ERR_NOT_FOUND: the list was not compared; ERR_CORRUPT; those of `os`. */
MUST_CHECK enum err lists_losses_find(struct os *os, struct folder dir,
                                      const struct hash *sha256,
                                      const struct hash *other,
                                      struct lists_loss *out);

/* What verifying finds. */
enum lists_verdict {
    LISTS_GOOD,
    LISTS_NO_FILE,
    LISTS_OTHER_HASH,  /* the file is not the one that was imported */
    LISTS_NO_INDEX,    /* one is missing, or of another version */
    LISTS_OTHER_INDEX, /* one is not what the list gives */
    LISTS_BAD_ENTRY    /* an entry cannot be read */
};

/* "is missing": what follows the name of the list. */
const char *lists_verdict_text(enum lists_verdict verdict);

/*
 * Hashes a list and builds its indexes anew, to compare them; with `rebuild`
 * it puts the new ones in place of missing or other ones. Needs room on the
 * disk for another pair of indexes.
 */
MUST_CHECK enum err lists_verify(struct lists_work *work,
                                 const struct hash *sha256, bool rebuild,
                                 enum lists_verdict *out);

#endif
