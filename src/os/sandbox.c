#include "os/sandbox.h"

#include "os/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define ENDS (-1)

/* What every process needs, sanitizers and the C library included. */
static const int calls_always[] = {SCMP_SYS(brk),
                                   SCMP_SYS(clock_getres),
                                   SCMP_SYS(clock_gettime),
                                   SCMP_SYS(clock_nanosleep),
                                   SCMP_SYS(close),
                                   SCMP_SYS(dup),
                                   SCMP_SYS(epoll_create1),
                                   SCMP_SYS(epoll_ctl),
                                   SCMP_SYS(epoll_pwait),
                                   SCMP_SYS(epoll_wait),
                                   SCMP_SYS(eventfd2),
                                   SCMP_SYS(exit),
                                   SCMP_SYS(exit_group),
                                   SCMP_SYS(fcntl),
                                   SCMP_SYS(fstat),
                                   SCMP_SYS(futex),
                                   SCMP_SYS(getegid),
                                   SCMP_SYS(geteuid),
                                   SCMP_SYS(getgid),
                                   SCMP_SYS(getpid),
                                   SCMP_SYS(getppid),
                                   SCMP_SYS(getrandom),
                                   SCMP_SYS(getrlimit),
                                   SCMP_SYS(gettid),
                                   SCMP_SYS(gettimeofday),
                                   SCMP_SYS(getuid),
                                   SCMP_SYS(lseek),
                                   SCMP_SYS(madvise),
                                   SCMP_SYS(mlock),
                                   SCMP_SYS(mremap),
                                   SCMP_SYS(munlock),
                                   SCMP_SYS(munmap),
                                   SCMP_SYS(nanosleep),
                                   SCMP_SYS(poll),
                                   SCMP_SYS(ppoll),
                                   SCMP_SYS(pread64),
                                   SCMP_SYS(read),
                                   SCMP_SYS(readv),
                                   SCMP_SYS(recvfrom),
                                   SCMP_SYS(recvmsg),
                                   SCMP_SYS(restart_syscall),
                                   SCMP_SYS(rt_sigaction),
                                   SCMP_SYS(rt_sigprocmask),
                                   SCMP_SYS(rt_sigreturn),
                                   SCMP_SYS(sched_getaffinity),
                                   SCMP_SYS(sched_yield),
                                   SCMP_SYS(sendmsg),
                                   SCMP_SYS(sendto),
                                   SCMP_SYS(shutdown),
                                   SCMP_SYS(sigaltstack),
                                   SCMP_SYS(sysinfo),
                                   SCMP_SYS(time),
                                   SCMP_SYS(uname),
                                   SCMP_SYS(write),
                                   SCMP_SYS(writev),
                                   ENDS};

/*
 * Reading by name. Landlock says which; asking whether something exists it
 * does not refuse. ftruncate and pwrite64 reach only what is open for writing:
 * SQLite's shared index, which a reader mends after the writer was killed.
 */
static const int calls_read[] = {SCMP_SYS(access),
                                 SCMP_SYS(faccessat),
                                 SCMP_SYS(faccessat2),
                                 SCMP_SYS(fadvise64),
                                 SCMP_SYS(fstatfs),
                                 SCMP_SYS(ftruncate),
                                 SCMP_SYS(getcwd),
                                 SCMP_SYS(getdents64),
                                 SCMP_SYS(lstat),
                                 SCMP_SYS(newfstatat),
                                 SCMP_SYS(pwrite64),
                                 SCMP_SYS(readlink),
                                 SCMP_SYS(readlinkat),
                                 SCMP_SYS(sendfile),
                                 SCMP_SYS(stat),
                                 SCMP_SYS(statx),
                                 ENDS};

static const int calls_write[] = {
    SCMP_SYS(chmod),     SCMP_SYS(fallocate),
    SCMP_SYS(fchmod),    SCMP_SYS(fchmodat),
    SCMP_SYS(fchown),    SCMP_SYS(fdatasync),
    SCMP_SYS(flock),     SCMP_SYS(fsync),
    SCMP_SYS(mkdir),     SCMP_SYS(msync),
    SCMP_SYS(mkdirat),   SCMP_SYS(open),
    SCMP_SYS(openat),    SCMP_SYS(preadv),
    SCMP_SYS(preadv2),   SCMP_SYS(pwritev),
    SCMP_SYS(pwritev2),  SCMP_SYS(rename),
    SCMP_SYS(renameat),  SCMP_SYS(renameat2),
    SCMP_SYS(rmdir),     SCMP_SYS(sync_file_range),
    SCMP_SYS(syncfs),    SCMP_SYS(umask),
    SCMP_SYS(unlink),    SCMP_SYS(unlinkat),
    SCMP_SYS(utimensat), ENDS};

static const int calls_accept[] = {SCMP_SYS(accept),
                                   SCMP_SYS(accept4),
                                   SCMP_SYS(getpeername),
                                   SCMP_SYS(getsockname),
                                   SCMP_SYS(getsockopt),
                                   SCMP_SYS(setsockopt),
                                   ENDS};

static const int calls_connect[] = {SCMP_SYS(connect),
                                    SCMP_SYS(getpeername),
                                    SCMP_SYS(getsockname),
                                    SCMP_SYS(getsockopt),
                                    SCMP_SYS(setsockopt),
                                    SCMP_SYS(socketpair),
                                    ENDS};

static const int calls_threads[] = {SCMP_SYS(membarrier), SCMP_SYS(rseq),
                                    SCMP_SYS(sched_setaffinity),
                                    SCMP_SYS(set_robust_list), ENDS};

/* Adds until the first refusal, which sticks. */
static void
allow_all(scmp_filter_ctx filter, const int *calls, int *failure)
{
    size_t i;

    for (i = 0; calls[i] != ENDS && *failure == 0; i++) {
        /* Negative: this processor's kernel has no such call. */
        if (calls[i] >= 0)
            *failure = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    }
}

static void
allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition,
         int *failure)
{
    if (call >= 0 && *failure == 0)
        *failure = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, condition);
}

/* Sockets of TCP, over both versions of IP. */
static void
allow_tcp(scmp_filter_ctx filter, int *failure)
{
    static const int families[] = {AF_INET, AF_INET6};
    /* The type comes with flags: never to block, and closed by exec. */
    const scmp_datum_t type = 0xf;

    for (size_t i = 0; i < 2 && *failure == 0; i++)
        *failure =
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
                             SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]),
                             SCMP_A1(SCMP_CMP_MASKED_EQ, type, SOCK_STREAM));
}

/* Calls that are good or bad by what they are asked for. */
static void
allow_some(scmp_filter_ctx filter, unsigned calls, int *failure)
{
    struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC;

    allow_if(filter, SCMP_SYS(mmap), no_exec, failure);
    allow_if(filter, SCMP_SYS(mprotect), no_exec, failure);
    allow_if(filter, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME),
             failure);
    allow_if(filter, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0), failure);
    /* abort() is a signal to oneself. */
    allow_if(filter, SCMP_SYS(tgkill),
             SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()), failure);
    if ((calls & SANDBOX_WRITE_FILES) == 0) {
        allow_if(filter, SCMP_SYS(open),
                 SCMP_A1(SCMP_CMP_MASKED_EQ, writing, O_RDONLY), failure);
        allow_if(filter, SCMP_SYS(openat),
                 SCMP_A2(SCMP_CMP_MASKED_EQ, writing, O_RDONLY), failure);
    }
    if ((calls & SANDBOX_THREADS) != 0)
        allow_if(filter, SCMP_SYS(clone),
                 SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD),
                 failure);
    /* Its flags lie in memory, out of a filter's sight; the C library then
     * takes clone. */
    if (*failure == 0)
        *failure = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
                                    SCMP_SYS(clone3), 0);
}

static enum err
seccomp_enter(unsigned calls)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int failure = 0;

    if (filter == NULL)
        return ERR_IO;
    allow_all(filter, calls_always, &failure);
    if ((calls & (SANDBOX_READ_FILES | SANDBOX_WRITE_FILES)) != 0)
        allow_all(filter, calls_read, &failure);
    if ((calls & SANDBOX_WRITE_FILES) != 0)
        allow_all(filter, calls_write, &failure);
    if ((calls & SANDBOX_ACCEPT) != 0)
        allow_all(filter, calls_accept, &failure);
    if ((calls & SANDBOX_THREADS) != 0)
        allow_all(filter, calls_threads, &failure);
    if ((calls & SANDBOX_CONNECT) != 0) {
        allow_all(filter, calls_connect, &failure);
        allow_tcp(filter, &failure);
    }
    allow_some(filter, calls, &failure);
    if (failure == 0)
        failure = seccomp_load(filter);
    seccomp_release(filter);
    return failure == 0 ? OK : ERR_IO;
}

/* As much as is lawful, at most `most`, and no way back. */
static enum err
limit(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit now;

    if (getrlimit(what, &now) != 0)
        return ERR_IO;
    if (now.rlim_max > most)
        now.rlim_max = most;
    now.rlim_cur = now.rlim_max;
    return setrlimit(what, &now) == 0 ? OK : ERR_IO;
}

enum err
sandbox_enter(const struct sandbox *sandbox, struct sandbox_report *report)
{
    enum err e = limit(RLIMIT_CORE, 0);

    *report = (struct sandbox_report){0};
    if (e == OK)
        e = limit(RLIMIT_NOFILE, sandbox->files_max);
    if (e != OK)
        return e;
    /* A process with keys is nobody's to trace or to dump. */
    if (prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return ERR_IO;
    e = landlock_enter(sandbox, &report->landlock);
    if (e != OK)
        return e;
    return seccomp_enter(sandbox->calls);
}

void
sandbox_hide(void *p, size_t size)
{
    /* Whole pages only: what begins or ends inside one is hidden with it. */
    const uintptr_t page = 4096;
    uintptr_t start = (uintptr_t)p / page * page;
    uintptr_t end = ((uintptr_t)p + size + page - 1) / page * page;

    (void)mlock((void *)start, end - start);
    (void)madvise((void *)start, end - start, MADV_DONTDUMP);
}
