/*
 * Grants of record keys (SYN 8) that wait for their receiver: made here or left
 * here for somebody. Ciphertext to whoever holds this. DIR/grants has one file
 * for each receiver and log, HEXTO-HEXOF, replaced by a newer one.
 */
#ifndef SYNC_GRANTBOX_H
#define SYNC_GRANTBOX_H

#include "os/os.h"
#include "sync/host.h"

#define GRANTBOX_FOLDER "grants"

/* Sixty-four posts that grant each other theirs. */
#define GRANTBOX_MAX 4096
/* As node/grants.h makes them at most. */
#define GRANTBOX_SIZE_MAX ERRAND_NOTE_SIZE_MAX

/* Seals are asked of the keeper for each receiver no more often, and not much
 * seldomer: the first records of a day wait elsewhere for their key. */
#define GRANTBOX_SEAL_NS UINT64_C(1000000000)

struct grantbox_entry {
    struct hash to; /* SHA-256 of the origins */
    struct hash of;
    struct hash from;
    uint64_t sum; /* state_sum() of the file */
};

/* 0.5 MB. `= {0}` holds nothing. */
struct grantbox {
    struct os *os;
    struct folder dir;
    uint64_t seal_ns; /* the keeper is asked for none before */
    size_t count;
    struct grantbox_entry entries[GRANTBOX_MAX]; /* never move */
};

/* Who grants whom the keys of which log. */
struct grantbox_label {
    struct bytes from;
    struct bytes to;
    struct bytes of;
};

/*
 * What a grant says of itself, when a node of the roster signed it as the one
 * that grants and the box is the one signed. ERR_FORMAT, ERR_SIGNATURE;
 * ERR_DENIED when that node may not grant so. SYN 8.2, 8.3
 */
MUST_CHECK enum err grantbox_label(const struct roster *roster,
                                   struct bytes grant,
                                   struct grantbox_label *out);

/* Finds what lies in DIR/grants; `scratch` has GRANTBOX_SIZE_MAX bytes. What is
 * no grant by the roster is left out. ERR_IO, ERR_DENIED. */
MUST_CHECK enum err grantbox_open(struct grantbox *box, struct os *os,
                                  struct folder dir,
                                  const struct roster *roster,
                                  struct block scratch);

/* Puts a grant there, durably, in place of an older one. ERR_LIMIT when there
 * are too many; ERR_FULL, ERR_IO; and those of grantbox_label(). */
MUST_CHECK enum err grantbox_put(struct grantbox *box,
                                 const struct roster *roster,
                                 struct bytes grant);

/* NULL when there is none. */
const struct grantbox_entry *grantbox_find(const struct grantbox *box,
                                           const struct hash *to,
                                           const struct hash *of);

/* The grant itself into `out`. ERR_NOT_FOUND, ERR_LIMIT, ERR_IO. */
MUST_CHECK enum err grantbox_read(const struct grantbox *box,
                                  const struct grantbox_entry *entry,
                                  struct block out, struct bytes *grant);

#endif
