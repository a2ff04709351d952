/*
 * Landlock by its three calls, which the C library does not have. Debian 12's
 * header knows its second version; later kernels refuse more, and we let them:
 * what they added is named here with the numbers of the kernel's interface.
 */
#include "os/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ACCESS_TRUNCATE (UINT64_C(1) << 14)  /* version 3 */
#define ACCESS_IOCTL_DEV (UINT64_C(1) << 15) /* version 5 */
#define ACCESS_NET_BIND UINT64_C(1)          /* version 4, TCP */
#define ACCESS_NET_CONNECT UINT64_C(2)
#define SCOPE_ALL UINT64_C(3) /* version 6: abstract sockets, signals */

/* The attribute as version 6 has it; older kernels are given its beginning. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

#define RULESET_SIZE_1 8
#define RULESET_SIZE_4 16
#define RULESET_SIZE_6 24

#define FILE_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FILE_MODIFY (LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
#define FILE_CREATE                                                            \
    (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |          \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |               \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REFER)
#define FILE_NEVER                                                             \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |               \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |            \
     LANDLOCK_ACCESS_FS_MAKE_SYM | ACCESS_IOCTL_DEV)
/* What may be said of a file that is no folder. */
#define FILE_PLAIN (LANDLOCK_ACCESS_FS_READ_FILE | FILE_MODIFY)

/* All that a kernel of this version can refuse; the rest it would reject. */
static uint64_t
handled(int abi)
{
    uint64_t all = FILE_READ | FILE_MODIFY | FILE_CREATE | FILE_NEVER;

    if (abi < 2)
        all &= ~(uint64_t)LANDLOCK_ACCESS_FS_REFER;
    if (abi < 3)
        all &= ~ACCESS_TRUNCATE;
    if (abi < 5)
        all &= ~ACCESS_IOCTL_DEV;
    return all;
}

static size_t
ruleset_size(int abi)
{
    if (abi < 4)
        return RULESET_SIZE_1;
    return abi < 6 ? RULESET_SIZE_4 : RULESET_SIZE_6;
}

static uint64_t
granted(enum sandbox_access access, int abi)
{
    uint64_t grant = FILE_READ;

    if (access >= SANDBOX_MODIFY)
        grant |= FILE_MODIFY;
    if (access >= SANDBOX_CREATE)
        grant |= FILE_CREATE;
    return grant & handled(abi);
}

static enum err
rule_add(int ruleset, const struct sandbox_path *path, int abi)
{
    struct landlock_path_beneath_attr rule = {.allowed_access =
                                                  granted(path->access, abi)};
    const char *name = path->path[0] == '\0' ? "." : path->path;
    struct stat status;
    long n = -1;

    rule.parent_fd = openat(path->folder.fd, name, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return errno == ENOENT ? OK : ERR_IO;
    if (fstat(rule.parent_fd, &status) == 0) {
        if (!S_ISDIR(status.st_mode))
            rule.allowed_access &= FILE_PLAIN;
        n = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
                    &rule, 0);
    }
    (void)close(rule.parent_fd);
    return n == 0 ? OK : ERR_IO;
}

enum err
landlock_enter(const struct sandbox *sandbox, int *abi)
{
    struct ruleset attribute = {.network = ACCESS_NET_BIND | ACCESS_NET_CONNECT,
                                .scoped = SCOPE_ALL};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
                           LANDLOCK_CREATE_RULESET_VERSION);
    enum err e = OK;
    size_t i;
    int fd;

    *abi = 0;
    if (version < 1)
        return errno == ENOSYS || errno == EOPNOTSUPP ? OK : ERR_IO;
    attribute.files = handled((int)version);
    /* Whom it may connect to cannot be said beforehand. */
    if ((sandbox->calls & SANDBOX_CONNECT) != 0)
        attribute.network = ACCESS_NET_BIND;
    fd = (int)syscall(SYS_landlock_create_ruleset, &attribute,
                      ruleset_size((int)version), 0);
    if (fd < 0)
        return ERR_IO;
    for (i = 0; i < sandbox->path_count && e == OK; i++)
        e = rule_add(fd, &sandbox->paths[i], (int)version);
    if (e == OK && syscall(SYS_landlock_restrict_self, fd, 0) != 0)
        e = ERR_IO;
    (void)close(fd);
    if (e == OK)
        *abi = (int)version;
    return e;
}
