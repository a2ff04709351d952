/*
 * A whole country from a seed, many times over: nothing that must hold is ever
 * broken, and three faults put in on purpose are found.
 *
 *     cluster_test                            the tests, a few dozen seeds
 *     cluster_test --seeds 1-2000 --hours 5   as many as one has time for
 *     cluster_test --seed 17 --trace          one of them again, and what
 *                                             happened in it
 *     ... --bug proof|sync|roster             with a fault put in
 *
 * Each seed has a process of its own, so that one that dies does not take the
 * others with it.
 */
#include "sim/cluster.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "sim/bug.h"

#define HOURS_USUAL 5
#define HOURS_TESTED 2
#define SEEDS_TESTED 3
#define SEEDS_BUG_MAX 40
#define JOBS_MAX 16

struct wanted {
    uint64_t first;
    uint64_t last;
    unsigned hours;
    unsigned jobs;
    enum bug bug;
    bool tracing;
};

struct job {
    pid_t process;
    uint64_t seed;
    int from; /* the pipe that its report comes through */
};

struct outcome {
    struct cluster_report sum;
    uint64_t runs;
    uint64_t failures;
    uint64_t first_failure; /* its seed */
};

/* Every member of a report is a count. */
_Static_assert(sizeof(struct cluster_report) % sizeof(uint64_t) == 0,
               "reports are added up");

static void
report_add(struct cluster_report *sum, const struct cluster_report *one)
{
    uint64_t *to = (uint64_t *)sum;
    const uint64_t *from = (const uint64_t *)one;

    for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
        to[i] += from[i];
}

static void
report_print(const struct outcome *outcome)
{
    const struct cluster_report *r = &outcome->sum;

    printf("# %" PRIu64 " runs, %" PRIu64 " hours: %" PRIu64
           " records, %" PRIu64 " messages (%" PRIu64 " lost, %" PRIu64
           " doubled), %" PRIu64 " lives, %" PRIu64 " faults of disks\n",
           outcome->runs, r->simulated_ms / 3600000, r->acknowledged, r->asked,
           r->lost, r->doubled, r->lives, r->faults);
    printf("# %" PRIu64 " cuts, %" PRIu64 " disks wiped, %" PRIu64
           " rosters, %" PRIu64 " isolations, %" PRIu64 " clocks off; %" PRIu64
           " cosigned, %" PRIu64 " mirrored\n",
           r->cuts, r->wipes, r->rosters, r->isolations, r->jumps, r->cosigned,
           r->mirrored);
    printf("# %" PRIu64 " messages of liars, %" PRIu64
           " histories contradicted, %" PRIu64 " of these found; %" PRIu64
           " incidents; %" PRIu64 " alerts withdrawn by liars, %" PRIu64
           " keyrings at posts\n",
           r->sent, r->lies, r->caught, r->incidents, r->withdrawn,
           r->keyrings);
}

/* ----- A process for each seed. ----- */

static void
run(const struct wanted *wanted, uint64_t seed, struct cluster_report *report)
{
    struct cluster_plan plan = {
        .seed = seed, .hours = wanted->hours, .tracing = wanted->tracing};

    bug_plant(wanted->bug);
    cluster_run(&plan, report);
}

static void
child(const struct wanted *wanted, uint64_t seed, int to)
{
    struct cluster_report report = {0};

    run(wanted, seed, &report);
    (void)fflush(stdout);
    _exit(write(to, &report, sizeof(report)) == sizeof(report) ? 0 : 1);
}

static void
job_start(const struct wanted *wanted, uint64_t seed, struct job *job)
{
    int ends[2];

    if (pipe(ends) != 0)
        abort();
    (void)fflush(stdout);
    *job = (struct job){.process = fork(), .seed = seed, .from = ends[0]};
    if (job->process < 0)
        abort();
    if (job->process == 0)
        child(wanted, seed, ends[1]);
    close(ends[1]);
}

static void
job_end(struct job *job, int status, struct outcome *outcome)
{
    struct cluster_report report;

    outcome->runs++;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
        read(job->from, &report, sizeof(report)) == sizeof(report)) {
        report_add(&outcome->sum, &report);
    } else {
        if (outcome->failures++ == 0 || job->seed < outcome->first_failure)
            outcome->first_failure = job->seed;
        printf("# seed %" PRIu64 " failed%s; again: %s --seed %" PRIu64
               " --trace\n",
               job->seed,
               WIFEXITED(status) && WEXITSTATUS(status) == WORLD_BROKEN_STATUS
                   ? ""
                   : " by a crash",
               "tools/simulate", job->seed);
    }
    close(job->from);
    *job = (struct job){0};
}

static void
job_wait(struct job *jobs, unsigned count, struct outcome *outcome)
{
    int status = 0;
    pid_t process = wait(&status);

    for (unsigned i = 0; i < count; i++)
        if (jobs[i].process == process)
            job_end(&jobs[i], status, outcome);
}

/* All seeds; or until one fails when `until_failure`. */
static void
run_all(const struct wanted *wanted, bool until_failure,
        struct outcome *outcome)
{
    struct job jobs[JOBS_MAX] = {0};
    uint64_t seed = wanted->first;
    unsigned running = 0;

    while (seed <= wanted->last || running > 0) {
        bool stop = until_failure && outcome->failures > 0;

        if (seed <= wanted->last && running < wanted->jobs && !stop) {
            unsigned at = 0;

            while (jobs[at].process != 0)
                at++;
            job_start(wanted, seed++, &jobs[at]);
            running++;
        } else if (running > 0) {
            job_wait(jobs, wanted->jobs, outcome);
            running--;
        } else {
            return;
        }
    }
}

/* ----- The tests. ----- */

static void
nothing_is_broken(void **state)
{
    struct wanted wanted = {
        .first = 1, .last = SEEDS_TESTED, .hours = HOURS_TESTED, .jobs = 2};
    struct outcome outcome = {0};

    (void)state;
    run_all(&wanted, false, &outcome);
    report_print(&outcome);
    assert_int_equal(outcome.failures, 0);
    assert_true(outcome.sum.acknowledged > 0 && outcome.sum.mirrored > 0 &&
                outcome.sum.cosigned > 0);
}

static void
bugs_are_found(void **state)
{
    /* The first seed that finds it lately: so most often one run is enough. */
    static const uint64_t firsts[BUG_COUNT] = {
        [BUG_PROOF] = 1, [BUG_SYNC] = 1, [BUG_ROSTER] = 12};

    (void)state;
    for (int bug = BUG_NONE + 1; bug < BUG_COUNT; bug++) {
        struct wanted wanted = {.first = firsts[bug],
                                .last = firsts[bug] + SEEDS_BUG_MAX,
                                .hours = HOURS_TESTED,
                                .jobs = 1,
                                .bug = (enum bug)bug};
        struct outcome outcome = {0};

        run_all(&wanted, true, &outcome);
        print_message("# %s: found by seed %" PRIu64 "\n", BUG_NAMES[bug],
                      outcome.first_failure);
        assert_true(outcome.failures > 0);
    }
}

/* ----- The command. ----- */

static bool
bug_take(const char *value, struct wanted *wanted)
{
    for (int i = 0; i < BUG_COUNT; i++) {
        if (strcmp(value, BUG_NAMES[i]) == 0) {
            wanted->bug = (enum bug)i;
            return true;
        }
    }
    return false;
}

static bool
option_take(const char *name, const char *value, struct wanted *wanted)
{
    char *end = NULL;
    uint64_t number = strtoull(value, &end, 10);

    if (strcmp(name, "--bug") == 0)
        return bug_take(value, wanted);
    if (strcmp(name, "--hours") == 0) {
        wanted->hours = (unsigned)number;
    } else if (strcmp(name, "--jobs") == 0) {
        wanted->jobs = (unsigned)number;
    } else if (strcmp(name, "--seed") == 0 || strcmp(name, "--seeds") == 0) {
        wanted->first = number;
        wanted->last = *end == '-' ? strtoull(end + 1, &end, 10) : number;
    } else {
        return false;
    }
    return *end == '\0';
}

static bool
arguments_take(int count, char **arguments, struct wanted *wanted)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--trace") == 0) {
            wanted->tracing = true;
            continue;
        }
        if (i + 1 == count ||
            !option_take(arguments[i], arguments[i + 1], wanted))
            return false;
        i++;
    }
    return wanted->hours > 0 && wanted->jobs > 0 && wanted->jobs <= JOBS_MAX;
}

static int
simulate(const struct wanted *wanted)
{
    struct outcome outcome = {0};
    struct timespec began;
    struct timespec ended;
    double seconds;

    if (wanted->first == wanted->last) {
        run(wanted, wanted->first, &outcome.sum);
        outcome.runs = 1;
        report_print(&outcome);
        return 0;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &began);
    run_all(wanted, false, &outcome);
    (void)clock_gettime(CLOCK_MONOTONIC, &ended);
    seconds = (double)(ended.tv_sec - began.tv_sec) +
              (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
    report_print(&outcome);
    printf("# %" PRIu64 " failures; %.0f s, %.0f simulated hours a second\n",
           outcome.failures, seconds,
           (double)outcome.sum.simulated_ms / 3600000 / seconds);
    return outcome.failures > 0 ? 1 : 0;
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_broken),
        cmocka_unit_test(bugs_are_found),
    };
    struct wanted wanted = {.hours = HOURS_USUAL, .jobs = 2};

    /* Nodes start and end all the time: but for what is large and hardly used
     * the kernel need not clear pages each time. */
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
    (void)mallopt(M_TOP_PAD, 16 << 20);
    if (crypto_init() != OK)
        return 1;
    if (count == 1)
        return TEST_RUN(tests);
    if (!arguments_take(count, arguments, &wanted)) {
        (void)fprintf(stderr,
                      "usage: cluster_test [--seed N | --seeds A-B] "
                      "[--hours H] [--jobs J] [--bug NAME] [--trace]\n");
        return 2;
    }
    return simulate(&wanted);
}
