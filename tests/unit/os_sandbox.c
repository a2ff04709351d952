/*
 * What a caged process may still do and what it may not, shown by trying: each
 * attempt runs in a child that enters the keeper's, a desk's or the courier's
 * own cage (node/profile.h) over a folder laid out like a node's, and tells by
 * its exit status which errno it met.
 */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/profile.h"
#include "os/os.h"

/* A cage has no exit status of its own between these. */
#define NOT_CAGED 250

struct world {
    char path[64];
    struct folder dir;
    int open_file; /* DIR/store.db, open for reading before the cage */
    int listener;  /* a Unix socket that listens */
};

static int
put(const struct world *world, const char *name)
{
    int fd = openat(world->dir.fd, name, O_CREAT | O_RDWR, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "text\n", 5), 5);
    return fd;
}

static int
set_up(void **state)
{
    static const char *const names[] = {
        "config.ini",   "journal",      "keyring",
        "log.key",      "log.vkey",     "token",
        "store.db-wal", "store.db-shm", "log/checkpoint"};
    struct world *world = calloc(1, sizeof(*world));
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    size_t i;

    assert_non_null(world);
    strcpy(world->path, "/tmp/kufi-sandbox-XXXXXX");
    assert_non_null(mkdtemp(world->path));
    world->dir.fd = open(world->path, O_DIRECTORY | O_RDONLY);
    assert_true(world->dir.fd >= 0);
    assert_int_equal(mkdirat(world->dir.fd, "log", 0755), 0);
    assert_int_equal(mkdirat(world->dir.fd, "peers", 0755), 0);
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_int_equal(close(put(world, names[i])), 0);
    assert_int_equal(close(put(world, "store.db")), 0);
    world->open_file = openat(world->dir.fd, "store.db", O_RDONLY);
    world->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket", world->path);
    assert_int_equal(bind(world->listener, (struct sockaddr *)&at, sizeof(at)),
                     0);
    assert_int_equal(listen(world->listener, 1), 0);
    *state = world;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *world = *state;
    char command[128];

    close(world->open_file);
    close(world->listener);
    close(world->dir.fd);
    snprintf(command, sizeof(command), "rm -rf %s", world->path);
    assert_int_equal(system(command), 0);
    free(world);
    return 0;
}

/* ----- Attempts: 0, or the errno that was met. ----- */

typedef int (*attempt)(const struct world *world, const char *argument);

static int
told(long n)
{
    return n < 0 ? errno : 0;
}

static int
try_read(const struct world *world, const char *name)
{
    return told(openat(world->dir.fd, name, O_RDONLY));
}

static int
try_write(const struct world *world, const char *name)
{
    return told(openat(world->dir.fd, name, O_WRONLY));
}

static int
try_create(const struct world *world, const char *name)
{
    return told(openat(world->dir.fd, name, O_CREAT | O_EXCL | O_WRONLY, 0600));
}

static int
try_truncate(const struct world *world, const char *name)
{
    return told(openat(world->dir.fd, name, O_RDONLY | O_TRUNC));
}

static int
try_remove(const struct world *world, const char *name)
{
    return told(unlinkat(world->dir.fd, name, 0));
}

static int
try_rename(const struct world *world, const char *name)
{
    return told(renameat(world->dir.fd, name, world->dir.fd, "renamed"));
}

static int
try_folder(const struct world *world, const char *name)
{
    return told(mkdirat(world->dir.fd, name, 0700));
}

static int
try_link(const struct world *world, const char *name)
{
    return told(linkat(world->dir.fd, name, world->dir.fd, "linked", 0));
}

static int
try_symlink(const struct world *world, const char *name)
{
    return told(symlinkat("/etc/passwd", world->dir.fd, name));
}

static int
try_list(const struct world *world, const char *name)
{
    int fd = openat(world->dir.fd, name, O_RDONLY | O_DIRECTORY);
    char names[1024];

    return told(fd < 0 ? fd
                       : syscall(SYS_getdents64, fd, names, sizeof(names)));
}

static int
try_read_open(const struct world *world, const char *argument)
{
    char text[5];

    (void)argument;
    return told(pread(world->open_file, text, sizeof(text), 0));
}

static int
try_exec(const struct world *world, const char *program)
{
    char *const argv[] = {NULL};

    (void)world;
    return told(execve(program, argv, argv));
}

static int
try_fork(const struct world *world, const char *argument)
{
    long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

    (void)world;
    (void)argument;
    if (pid == 0)
        _exit(0);
    return told(pid);
}

static void *
thread_run(void *argument)
{
    return argument;
}

static int
try_thread(const struct world *world, const char *argument)
{
    pthread_t thread;
    int n = pthread_create(&thread, NULL, thread_run, NULL);

    (void)world;
    (void)argument;
    return n == 0 ? pthread_join(thread, NULL) : n;
}

static int
try_socket(const struct world *world, const char *argument)
{
    (void)world;
    (void)argument;
    return told(socket(AF_INET, SOCK_STREAM, 0));
}

static int
try_socket_unix(const struct world *world, const char *argument)
{
    (void)world;
    (void)argument;
    return told(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int
try_socket_udp(const struct world *world, const char *argument)
{
    (void)world;
    (void)argument;
    return told(socket(AF_INET, SOCK_DGRAM, 0));
}

static int
try_listen(const struct world *world, const char *argument)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    (void)world;
    (void)argument;
    if (fd < 0)
        return errno;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return told(bind(fd, (struct sockaddr *)&at, sizeof(at)));
}

static int
try_connect(const struct world *world, const char *argument)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(9)};

    (void)argument;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return told(connect(world->listener, (struct sockaddr *)&at, sizeof(at)));
}

static int
try_accept(const struct world *world, const char *argument)
{
    (void)argument;
    return told(accept4(world->listener, NULL, NULL, SOCK_CLOEXEC));
}

static int
try_ptrace(const struct world *world, const char *argument)
{
    (void)world;
    (void)argument;
    return told(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int
try_kill(const struct world *world, const char *argument)
{
    (void)world;
    (void)argument;
    return told(kill(getppid(), 0));
}

static int
try_mprotect(const struct world *world, const char *argument)
{
    void *page =
        mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)world;
    (void)argument;
    if (page == MAP_FAILED)
        return NOT_CAGED;
    return told(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static int
try_map_exec(const struct world *world, const char *argument)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)world;
    (void)argument;
    return told(page == MAP_FAILED ? -1 : 0);
}

static int
try_memory(const struct world *world, const char *argument)
{
    size_t size = (size_t)1 << 24;
    volatile uint8_t *p = malloc(size);

    (void)world;
    (void)argument;
    if (p == NULL)
        return ENOMEM;
    p[size - 1] = 1;
    free((void *)(uintptr_t)p);
    return 0;
}

static int
try_setuid(const struct world *world, const char *argument)
{
    (void)world;
    (void)argument;
    return told(setuid(1));
}

static int
try_mount(const struct world *world, const char *argument)
{
    (void)world;
    (void)argument;
    return told(syscall(SYS_mount, "none", "/mnt", "tmpfs", 0, NULL));
}

static int
try_dump(const struct world *world, const char *argument)
{
    struct rlimit core;

    (void)world;
    (void)argument;
    if (getrlimit(RLIMIT_CORE, &core) != 0)
        return errno;
    return core.rlim_max == 0 ? EPERM : 0;
}

static int
try_undo_limit(const struct world *world, const char *argument)
{
    struct rlimit files = {100000, 100000};

    (void)world;
    (void)argument;
    return told(setrlimit(RLIMIT_NOFILE, &files));
}

static int
try_sync(const struct world *world, const char *name)
{
    int fd = openat(world->dir.fd, name, O_RDWR);

    if (fd < 0 || pwrite(fd, "x", 1, 0) != 1 || fdatasync(fd) != 0)
        return errno;
    return told(syncfs(fd));
}

enum cage { KEEPER, DESK, COURIER, CAGES };

/* What each of them meets: 0 is success. EACCES stands for Landlock's
 * refusal, which is tested only where the kernel has it. */
static const struct {
    const char *name;
    attempt run;
    const char *argument;
    int wants[CAGES];
} attempts[] = {
    {"read the key", try_read, "log.key", {0, EACCES, EACCES}},
    {"read the keyring", try_read, "keyring", {0, EACCES, EACCES}},
    {"read the token", try_read, "token", {0, EACCES, EACCES}},
    {"read the journal", try_read, "journal", {0, EACCES, EACCES}},
    {"read the configuration", try_read, "config.ini", {0, EACCES, EACCES}},
    {"read the checkpoint", try_read, "log/checkpoint", {0, 0, 0}},
    {"read the store", try_read, "store.db", {0, 0, EACCES}},
    {"read the store's log", try_read, "store.db-wal", {0, 0, EACCES}},
    {"read /etc/passwd", try_read, "/etc/passwd", {EACCES, EACCES, EACCES}},
    {"read /proc/self/mem",
     try_read,
     "/proc/self/mem",
     {EACCES, EACCES, EACCES}},
    {"read the parent folder", try_list, "..", {EACCES, EACCES, EACCES}},
    {"list the log", try_list, "log", {0, 0, 0}},
    {"list the folder", try_list, ".", {0, EACCES, EACCES}},
    {"read what is open", try_read_open, "", {0, 0, 0}},
    {"write to the log", try_write, "log/checkpoint", {0, EPERM, EACCES}},
    {"write to the store", try_write, "store.db", {0, EPERM, EACCES}},
    {"write to the key", try_write, "log.key", {0, EPERM, EACCES}},
    {"write and sync", try_sync, "journal", {0, EPERM, EACCES}},
    {"truncate the log", try_truncate, "log/checkpoint", {0, EPERM, EACCES}},
    {"write outside",
     try_create,
     "/tmp/kufi-sandbox-out",
     {EACCES, EPERM, EACCES}},
    {"make a file", try_create, "log/new", {0, EPERM, EACCES}},
    {"make a folder", try_folder, "log/tile", {0, EPERM, EACCES}},
    {"remove a file", try_remove, "log.vkey", {0, EPERM, EACCES}},
    {"rename a file", try_rename, "config.ini", {0, EPERM, EACCES}},
    {"link a key", try_link, "log.key", {EPERM, EPERM, EPERM}},
    {"make a symbolic link", try_symlink, "log/link", {EPERM, EPERM, EPERM}},
    {"run a program", try_exec, "/bin/true", {EPERM, EPERM, EPERM}},
    {"fork", try_fork, "", {EPERM, EPERM, EPERM}},
    {"start a thread", try_thread, "", {0, EPERM, EPERM}},
    {"make a socket", try_socket, "", {EPERM, EPERM, 0}},
    {"make a Unix socket", try_socket_unix, "", {EPERM, EPERM, EPERM}},
    {"connect", try_connect, "", {EPERM, EPERM, EINVAL}},
    {"accept", try_accept, "", {EPERM, EAGAIN, EAGAIN}},
    {"trace the parent", try_ptrace, "", {EPERM, EPERM, EPERM}},
    {"signal the parent", try_kill, "", {EPERM, EPERM, EPERM}},
    {"make memory executable", try_mprotect, "", {EPERM, EPERM, EPERM}},
    {"map executable memory", try_map_exec, "", {EPERM, EPERM, EPERM}},
    {"use memory", try_memory, "", {0, 0, 0}},
    {"become another", try_setuid, "", {EPERM, EPERM, EPERM}},
    {"mount", try_mount, "", {EPERM, EPERM, EPERM}},
    {"dump core", try_dump, "", {EPERM, EPERM, EPERM}},
    {"raise a limit", try_undo_limit, "", {EPERM, EPERM, EPERM}},
    {"write a mirror", try_create, "peers/new", {0, EPERM, 0}},
    {"make a datagram socket", try_socket_udp, "", {EPERM, EPERM, EPERM}},
    {"listen", try_listen, "", {EPERM, EPERM, EPERM}},
};

#define ATTEMPT_COUNT (sizeof(attempts) / sizeof(attempts[0]))

/* The child: into the cage, then the attempt. */
static void
run_caged(const struct world *world, size_t i, enum cage cage)
{
    struct sandbox sandbox;
    struct sandbox_report report;

    if (cage == COURIER)
        profile_courier(world->dir, true, &sandbox);
    else if (cage == DESK)
        profile_desk(world->dir, &sandbox);
    else
        profile_keeper(world->dir, &sandbox);
    if (sandbox_enter(&sandbox, &report) != OK)
        _exit(NOT_CAGED);
    if (report.landlock == 0)
        _exit(NOT_CAGED - 1);
    _exit(attempts[i].run(world, attempts[i].argument));
}

static void
try_all(enum cage cage)
{
    static const char *const names[] = {"the keeper", "a desk", "the courier"};
    size_t i;

    for (i = 0; i < ATTEMPT_COUNT; i++) {
        int want = attempts[i].wants[cage];
        struct world *world;
        int status;
        pid_t pid;

        /* Each attempt finds the folder as it was. */
        assert_int_equal(set_up((void **)&world), 0);
        fflush(stdout);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            run_caged(world, i, cage);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(tear_down((void **)&world), 0);
        if (!WIFEXITED(status))
            fail_msg("%s: ended by signal %d", attempts[i].name,
                     WTERMSIG(status));
        if (WEXITSTATUS(status) == NOT_CAGED - 1 && want == EACCES)
            continue; /* this kernel has no Landlock */
        if (WEXITSTATUS(status) != want)
            fail_msg("%s: %s, expected %s", attempts[i].name,
                     strerror(WEXITSTATUS(status)), strerror(want));
    }
    print_message("# %zu attempts as %s\n", ATTEMPT_COUNT, names[cage]);
}

static void
keeper_is_caged(void **state)
{
    (void)state;
    try_all(KEEPER);
}

static void
desk_is_caged(void **state)
{
    (void)state;
    try_all(DESK);
}

static void
courier_is_caged(void **state)
{
    (void)state;
    try_all(COURIER);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeper_is_caged),
        cmocka_unit_test(desk_is_caged),
        cmocka_unit_test(courier_is_caged),
    };

    return TEST_RUN(tests);
}
