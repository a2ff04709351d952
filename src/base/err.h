/*
 * What can go wrong, said by what a caller can do about it; and the fault,
 * which tells whoever sent refused bytes where and by which clause they broke.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
    OK = 0,
    /* Ask again. */
    ERR_SHORT, /* the input ends too early: more bytes may help */
    ERR_BUSY,  /* not now: the same call may succeed later */
    ERR_FULL,  /* no space on the disk: later, when there is some */
    /* Refuse the input. */
    ERR_FORMAT,    /* not what the clause says */
    ERR_SIGNATURE, /* a signature, hash or proof does not hold */
    ERR_LIMIT,     /* larger than a named bound */
    /* Answer so. */
    ERR_NOT_FOUND,
    ERR_CONFLICT, /* contradicts what is recorded */
    ERR_DENIED,
    /* Stop. */
    ERR_IO,     /* the kernel said no; the state on disk is unknown */
    ERR_CORRUPT /* our own bytes are not what we wrote */
};

#define ERR_COUNT (ERR_CORRUPT + 1)

/*
 * A refused input. `clause` and `what` are string constants, never bytes of
 * the input: a fault may be logged and shown to anybody.
 *
 * at      byte offset in the input at which reading stopped
 * clause  "DOC 3.2": the file of spec/ and the clause in it
 * what    a short sentence without a full stop, or NULL
 */
struct fault {
    enum err code;
    size_t at;
    const char *clause;
    const char *what;
};

/* The code's name, as spec/ and tests spell it: "ERR_FORMAT". */
const char *err_name(enum err e);

/* The code in words for a person: "not in the expected format". */
const char *err_text(enum err e);

/* Fills `fault` unless it is NULL, and returns `code`. */
enum err fault_set(struct fault *fault, enum err code, size_t at,
                   const char *clause, const char *what);

#endif
