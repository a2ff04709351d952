#include "os/process.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void
process_init(struct process *process, int argc, char **argv)
{
    int last = argc - 1;

    *process = (struct process){0};
    /* The arguments lie one behind the other. */
    if (argc > 0) {
        process->title = argv[0];
        process->title_size =
            (size_t)(argv[last] + strlen(argv[last]) - argv[0]) + 1;
    }
}

void
process_guard(void)
{
    (void)umask(077);
    (void)signal(SIGPIPE, SIG_IGN);
}

void *
process_share(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

void
process_name(struct process *process, const char *name)
{
    size_t size = strlen(name);

    (void)prctl(PR_SET_NAME, name, 0, 0, 0);
    if (process->title == NULL || size >= process->title_size)
        return;
    memset(process->title, 0, process->title_size);
    memcpy(process->title, name, size);
}

enum err
process_fork(struct process *process, pid_t *child)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid < 0)
        return ERR_BUSY;
    *child = pid;
    if (pid > 0)
        return OK;
    process->parent = parent;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        process_exit(1);
    /* The parent may have ended before that. */
    if (getppid() != parent)
        process_exit(1);
    return OK;
}

enum err
process_spawn(char *const *argv, int in, int out, int err, pid_t *child)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid < 0)
        return ERR_BUSY;
    *child = pid;
    if (pid > 0)
        return OK;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent ||
        dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        process_exit(127);
    (void)execv("/proc/self/exe", argv);
    process_exit(127);
}

/* As a shell has it. */
static int
status_of(int how)
{
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

int
process_wait(pid_t child)
{
    int how = 0;
    pid_t pid;

    do
        pid = waitpid(child, &how, 0);
    while (pid < 0 && errno == EINTR);
    return pid == child ? status_of(how) : 127;
}

void
process_exit(int status)
{
    _exit(status);
}

bool
process_reap(pid_t *child, int *status)
{
    int how;
    pid_t pid;

    do
        pid = waitpid(-1, &how, WNOHANG);
    while (pid < 0 && errno == EINTR);
    if (pid <= 0)
        return false;
    *child = pid;
    *status = status_of(how);
    return true;
}

void
process_kill(pid_t child, int signal)
{
    (void)kill(child, signal);
}

void
process_yield(int degree)
{
    /* One that is refused is but less polite. */
    (void)setpriority(PRIO_PROCESS, 0, degree);
}

unsigned
process_cores(void)
{
    cpu_set_t cores;

    if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
        return 1;
    return (unsigned)CPU_COUNT(&cores);
}

enum err
process_signals(int *fd)
{
    sigset_t watched;
    int new;

    (void)sigemptyset(&watched);
    (void)sigaddset(&watched, SIGTERM);
    (void)sigaddset(&watched, SIGINT);
    (void)sigaddset(&watched, SIGCHLD);
    (void)signal(SIGHUP, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &watched, NULL) != 0)
        return ERR_IO;
    new = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
    if (new < 0)
        return ERR_IO;
    *fd = new;
    return OK;
}

int
process_signal(int fd)
{
    struct signalfd_siginfo info;
    ssize_t n;

    do
        n = read(fd, &info, sizeof(info));
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}

enum err
process_own_folder(const char *path)
{
    return chmod(path, 0700) == 0 ? OK : ERR_DENIED;
}
