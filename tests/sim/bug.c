#include "sim/bug.h"

#include "sync/roster.h"
#include "sync/witness.h"

const char *const BUG_NAMES[BUG_COUNT] = {"none", "proof", "sync", "roster"};

static enum bug planted;

/* What the linker calls the functions in front, and those behind them. */
void __real_witness_judge(const struct witness_last *last,
                          const struct witness_request *request,
                          const struct note_key *log_key,
                          struct witness_verdict *out);
void __wrap_witness_judge(const struct witness_last *last,
                          const struct witness_request *request,
                          const struct note_key *log_key,
                          struct witness_verdict *out);
enum err __real_roster_open(struct bytes note, const struct roster *old,
                            struct roster *out, struct fault *fault);
enum err __wrap_roster_open(struct bytes note, const struct roster *old,
                            struct roster *out, struct fault *fault);

void
bug_plant(enum bug bug)
{
    planted = bug;
}

/* As if it were the first checkpoint of that log; but for the size, which
 * everybody looks at. */
void
__wrap_witness_judge(const struct witness_last *last,
                     const struct witness_request *request,
                     const struct note_key *log_key,
                     struct witness_verdict *out)
{
    struct witness_request first = {.note = request->note};
    struct witness_last none = {0};

    __real_witness_judge(last, request, log_key, out);
    if (planted != BUG_PROOF || out->status != 422)
        return;
    __real_witness_judge(&none, &first, log_key, out);
}

enum err
__wrap_roster_open(struct bytes note, const struct roster *old,
                   struct roster *out, struct fault *fault)
{
    enum err e = __real_roster_open(note, old, out, fault);

    if (planted == BUG_ROSTER && e == ERR_CONFLICT)
        e = __real_roster_open(note, NULL, out, fault);
    return e;
}

static enum err
sync_nothing(struct os *os, struct file file)
{
    (void)os;
    (void)file;
    return OK;
}

void
bug_disk(struct sim_disk *disk)
{
    if (planted == BUG_SYNC)
        disk->os.sync = sync_nothing;
}
