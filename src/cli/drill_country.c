#include "cli/drill_country.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/drill_damage.h"
#include "os/socket.h"

#define DOMAIN "drill.example"
#define START_MS 60000
#define ANSWER_SIZE_MAX ((size_t)1 << 20)

uint64_t
country_ms(const struct country *country)
{
    struct os *os = country->cli->os;

    return os->monotonic_ns(os) / 1000000;
}

void
country_sleep(unsigned ms)
{
    struct timespec pause = {.tv_sec = ms / 1000,
                             .tv_nsec = (long)(ms % 1000) * 1000000};

    (void)nanosleep(&pause, NULL);
}

/* A path below the country's folder. */
static const char *
place(const struct country *country, char out[COUNTRY_PATH_MAX + 32],
      const char *name)
{
    (void)snprintf(out, COUNTRY_PATH_MAX + 32, "%.400s/%.100s", country->path,
                   name);
    return out;
}

/* ----- Commands. ----- */

/* What a command said: the end of it, where there is very much. */
static void
answer_read(struct country *country, FILE *in)
{
    long size;

    country->answer[0] = '\0';
    country->answer_size = 0;
    if (fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0)
        return;
    if ((size_t)size > ANSWER_SIZE_MAX)
        (void)fseek(in, -(long)ANSWER_SIZE_MAX, SEEK_END);
    else
        rewind(in);
    country->answer_size = fread(country->answer, 1, ANSWER_SIZE_MAX, in);
    country->answer[country->answer_size] = '\0';
}

static pid_t
spawn(const char *const *argv, const char *in_path, const char *out_path)
{
    char *arguments[COUNTRY_ARGUMENTS_MAX + 2] = {(char *)(uintptr_t) "kufi"};
    int in =
        open(in_path != NULL ? in_path : "/dev/null", O_RDONLY | O_CLOEXEC);
    int out = open(out_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    pid_t child = 0;
    size_t i;

    for (i = 0; i < COUNTRY_ARGUMENTS_MAX && argv[i] != NULL; i++)
        arguments[i + 1] = (char *)(uintptr_t)argv[i];
    if (in < 0 || out < 0 ||
        process_spawn(arguments, in, out, out, &child) != OK)
        child = 0;
    if (in >= 0)
        (void)close(in);
    if (out >= 0)
        (void)close(out);
    return child;
}

int
country_call(struct country *country, const char *in, const char *const *argv)
{
    char path[COUNTRY_PATH_MAX + 32];
    FILE *said;
    pid_t child;
    int status;

    (void)unlink(place(country, path, "answer"));
    child = spawn(argv, in, path);
    if (child == 0)
        return CLI_TROUBLE;
    status = process_wait(child);
    said = fopen(path, "rb");
    if (said == NULL)
        return CLI_TROUBLE;
    answer_read(country, said);
    (void)fclose(said);
    return status;
}

bool
country_do(struct country *country, const char *const *argv)
{
    int status = country_call(country, NULL, argv);

    if (status == CLI_DONE)
        return true;
    cli_complain(country->cli, "kufi %s %s: exit status %d: %s", argv[0],
                 argv[1] != NULL ? argv[1] : "", status, country->answer);
    return false;
}

/* ----- The country. ----- */

static bool
custodians_make(struct country *country)
{
    char key[COUNTRY_PATH_MAX + 32];
    char pass[COUNTRY_PATH_MAX + 32];
    char name[32];
    FILE *out;
    unsigned i;

    out = fopen(place(country, pass, "passphrase"), "wb");
    if (out == NULL)
        return false;
    (void)fputs("a drill, and nobody's secret\n", out);
    if (fclose(out) != 0)
        return false;
    for (i = 0; i < COUNTRY_CUSTODIANS; i++) {
        (void)snprintf(name, sizeof(name), "custodian%u", i + 1);
        if (!country_do(country, (const char *[]){"custodian", "keygen",
                                                  place(country, key, name),
                                                  "--passphrase-file", pass,
                                                  "--name", name, NULL}))
            return false;
    }
    return true;
}

bool
country_open(struct country *country, struct cli *cli)
{
    const char *parent = getenv("TMPDIR");

    *country = (struct country){.cli = cli, .sample_seed = 1};
    (void)snprintf(country->path, sizeof(country->path), "%s/kufi-drill-XXXXXX",
                   parent != NULL ? parent : "/tmp");
    country->answer = malloc(ANSWER_SIZE_MAX + 1);
    if (country->answer == NULL || mkdtemp(country->path) == NULL) {
        cli_complain(cli, "no folder can be made for the drill");
        return false;
    }
    return custodians_make(country);
}

void
country_close(struct country *country, bool keep)
{
    struct damage_done done;
    size_t i;

    for (i = 0; i < country->node_count; i++) {
        country_stop(country, &country->nodes[i], SIGKILL);
        free(country->nodes[i].receipts);
    }
    if (country->answer != NULL && !keep &&
        damage_folder(country->cli->os, country->path, DAMAGE_WIPE, &done) ==
            OK)
        (void)rmdir(country->path);
    free(country->answer);
    country->answer = NULL;
}

struct country_node *
country_find(struct country *country, const char *name)
{
    size_t i;

    for (i = 0; i < country->node_count; i++) {
        if (strcmp(country->nodes[i].name, name) == 0)
            return &country->nodes[i];
    }
    return NULL;
}

/* A port that nobody has now; that nobody takes it before the node does cannot
 * be had without handing it over. */
static uint16_t
port_free(void)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};
    uint16_t port = 0;
    int fd;

    if (socket_listen((struct bytes){loopback, 4}, &port, &fd) != OK)
        return 0;
    socket_close(fd);
    return port;
}

struct country_node *
country_add(struct country *country, const char *name, const char *role)
{
    struct country_node *node = &country->nodes[country->node_count];
    char listen[COUNTRY_PATH_MAX + 32];
    char peers[32];
    bool post = strcmp(role, "post") == 0;

    if (country->node_count == COUNTRY_NODES_MAX)
        return NULL;
    *node = (struct country_node){0};
    (void)snprintf(node->name, sizeof(node->name), "%s", name);
    (void)snprintf(node->role, sizeof(node->role), "%s", role);
    (void)snprintf(node->origin, sizeof(node->origin), DOMAIN "/%s", name);
    (void)snprintf(node->dir, sizeof(node->dir), "%.400s/%s", country->path,
                   name);
    node->port = post ? 0 : port_free();
    (void)snprintf(listen, sizeof(listen), "unix:%.400s/%s.api", country->path,
                   name);
    (void)snprintf(peers, sizeof(peers), "127.0.0.1:%u", node->port);
    if (!country_do(country, (const char *[]){
                                 "init", node->dir, "--sample", "--origin",
                                 node->origin, "--kind", "land", "--country",
                                 "ALB", "--place", name, "--listen", listen,
                                 post ? NULL : "--peers", peers, NULL}))
        return NULL;
    country->node_count++;
    return node;
}

/* ----- Running. ----- */

/* A node leaves its address when it serves; one that was killed left it, too.
 */
static const char *
address_path(const struct country_node *node, char out[COUNTRY_PATH_MAX + 32])
{
    (void)snprintf(out, COUNTRY_PATH_MAX + 32, "%.400s/address", node->dir);
    return out;
}

bool
country_start(struct country *country, struct country_node *node)
{
    char log[COUNTRY_PATH_MAX + 32];
    char name[64];
    char address[COUNTRY_PATH_MAX + 32];
    uint64_t until = country_ms(country) + START_MS;

    (void)unlink(address_path(node, address));
    (void)snprintf(name, sizeof(name), "%s.said", node->name);
    node->pid =
        spawn((const char *[]){"serve", node->dir, "--desks", "1", NULL}, NULL,
              place(country, log, name));
    while (node->pid != 0 && country_ms(country) < until) {
        if (access(address, F_OK) == 0)
            return true;
        country_sleep(20);
    }
    cli_complain(country->cli, "%s does not start; see %s", node->name, log);
    return false;
}

void
country_stop(struct country *country, struct country_node *node, int signal)
{
    (void)country;
    if (node->pid == 0)
        return;
    process_kill(node->pid, signal);
    (void)process_wait(node->pid);
    node->pid = 0;
}

bool
country_copy(struct country *country, const char *from, const char *to)
{
    static char block[65536];
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    bool good = in != NULL && out != NULL;
    size_t size;

    while (good && (size = fread(block, 1, sizeof(block), in)) > 0)
        good = fwrite(block, 1, size, out) == size;
    if (in != NULL)
        (void)fclose(in);
    if (out != NULL && fclose(out) != 0)
        good = false;
    if (!good)
        cli_complain(country->cli, "a file cannot be copied");
    return good;
}

void
country_time(const struct country *country, char *out, size_t size)
{
    struct os *os = country->cli->os;
    time_t now = (time_t)(os->now(os).ms / 1000);
    struct tm parts;

    if (gmtime_r(&now, &parts) == NULL ||
        strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        out[0] = '\0';
}
