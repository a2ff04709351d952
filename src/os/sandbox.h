/*
 * A cage for a process that has opened what it needs: which files it may still
 * open (Landlock) and which calls it may still make (seccomp). There is no way
 * out of it, and whatever is forked inside is inside too.
 *
 * What is refused fails with EPERM or EACCES; nothing is killed, so that a
 * library which merely tries something goes on.
 */
#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include "os/os.h"

/*
 * What may be called besides the calls that every process needs: memory
 * (never executable), time, signals, and reading, writing, polling and closing
 * what is open. Bits.
 */
enum sandbox_calls {
    SANDBOX_READ_FILES = 1,  /* open existing files for reading */
    SANDBOX_WRITE_FILES = 2, /* and make, write, rename, remove, sync them */
    SANDBOX_ACCEPT = 4,      /* take connections of a socket that is open */
    SANDBOX_THREADS = 8,     /* threads, never processes */
    SANDBOX_CONNECT = 16     /* and make connections, over TCP alone */
};

enum sandbox_access {
    SANDBOX_READ,   /* read files, list folders */
    SANDBOX_MODIFY, /* and write to files that are there */
    SANDBOX_CREATE  /* and make, rename and remove files and folders */
};

/* What may be opened: a file, or a folder with all below it. */
struct sandbox_path {
    struct folder folder;
    const char *path; /* below `folder`; "" is the folder itself */
    enum sandbox_access access;
};

#define SANDBOX_PATHS_MAX 9 /* as many as the courier names */

struct sandbox {
    unsigned calls;     /* of enum sandbox_calls */
    unsigned files_max; /* how many descriptors may be open at once */
    size_t path_count;
    struct sandbox_path paths[SANDBOX_PATHS_MAX];
};

struct sandbox_report {
    int landlock; /* the version the kernel has; 0: files are not caged */
};

/*
 * Enters the cage: no new privileges, no core dumps, a bound on descriptors,
 * then Landlock, then seccomp. A path that is not there is left out.
 *
 * ERR_IO when seccomp or a limit is not to be had: the process must not go on.
 * A kernel without Landlock is no error but stands in the report.
 */
MUST_CHECK enum err sandbox_enter(const struct sandbox *sandbox,
                                  struct sandbox_report *report);

/*
 * Keeps a secret's pages out of swap and of core dumps, as far as the limits
 * allow.
 */
void sandbox_hide(void *p, size_t size);

#endif
