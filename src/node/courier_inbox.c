/* What came on a medium, while the node runs: it is asked like a node that is
 * called, but answers at once. SYN 10.3 */
#include <inttypes.h>
#include <stdio.h>

#include "node/book.h"
#include "node/courier_int.h"

/* How often it is looked whether there is one. */
#define LOOK_NS UINT64_C(500000000)
/* Questions of one turn, after which others have theirs. */
#define STEPS_A_TURN 4

/* What came of it, for who put it there and waits. */
static void
report_leave(struct courier *courier, const char *verdict, struct bytes text)
{
    uint8_t block[CARRY_REPORT_SIZE_MAX + sizeof(CARRY_NOT_GOOD)];
    struct writer w;
    enum err e;

    writer_init(&w, block, sizeof(block));
    writer_text(&w, verdict);
    writer_bytes(&w, text);
    e = writer_end(&w);
    if (e == OK)
        e = os_replace_file(courier->child.os, courier->child.dir,
                            CARRY_INBOX_REPORT, CARRY_INBOX, writer_done(&w),
                            0600);
    if (e != OK)
        say(&courier->say, SAY_WARNING, "no word is left of the medium: %s",
            err_text(e));
}

static void
medium_look(struct courier *courier)
{
    struct courier_inbox *inbox = &courier->inbox;
    struct os *os = courier->child.os;
    char path[BOOK_PATH_SIZE_MAX];
    enum err e;

    inbox->due_ns = courier_now_ns(courier) + LOOK_NS;
    if (snprintf(path, sizeof(path), "%s/" CARRY_INBOX_MEDIUM,
                 courier->child.path) >= (int)sizeof(path))
        return;
    e = carry_open(&inbox->carry, &courier->host, path);
    if (e == OK) {
        say(&courier->say, SAY_INFO, "a medium of %.*s is taken in",
            (int)carry_origin(inbox->carry).size,
            (const char *)carry_origin(inbox->carry).p);
        inbox->due_ns = 0;
        return;
    }
    /* What is left of one cannot be read, and is in the way of others. */
    if (e == ERR_NOT_FOUND && !carry_inbox_waits(os, courier->child.dir))
        return;
    say(&courier->say, SAY_WARNING, "a medium is not taken in: %s",
        carry_refusal(e));
    report_leave(courier, CARRY_REFUSED, bytes_of(carry_refusal(e)));
    /* Nor will it be later. */
    (void)!os_remove_tree(os, courier->child.dir, CARRY_INBOX_MEDIUM);
}

static void
medium_end(struct courier *courier)
{
    struct courier_inbox *inbox = &courier->inbox;
    struct carry_report report = {0};
    uint8_t block[CARRY_REPORT_SIZE_MAX];
    struct writer w;
    enum err e;

    writer_init(&w, block, sizeof(block));
    carry_report(inbox->carry, &report);
    carry_report_put(&w, &report);
    say(&courier->say, SAY_INFO, "the medium brought %" PRIu64 " entries",
        report.entries);
    report_leave(courier,
                 carry_report_good(&report) ? CARRY_GOOD : CARRY_NOT_GOOD,
                 writer_done(&w));
    carry_close(inbox->carry);
    *inbox = (struct courier_inbox){.due_ns = courier_now_ns(courier)};
    e = os_remove_tree(courier->child.os, courier->child.dir,
                       CARRY_INBOX_MEDIUM);
    if (e != OK)
        say(&courier->say, SAY_WARNING, "the medium stays: %s", err_text(e));
}

/* One question; false when there is nothing to do for now. */
static bool
medium_step(struct courier *courier)
{
    struct courier_inbox *inbox = &courier->inbox;
    uint64_t now = courier_now_ns(courier);
    uint64_t due = now;
    struct errand errand;

    switch (carry_next(inbox->carry, &due, &errand)) {
    case CARRY_ERRAND:
        inbox->asking = true;
        courier_errand_ask(courier, ASKER_INBOX, 0, &errand);
        return false;
    case CARRY_AGAIN:
        inbox->due_ns = due;
        return due <= now;
    case CARRY_DONE:
        medium_end(courier);
        return false;
    }
    return false;
}

void
courier_inbox_drive(struct courier *courier)
{
    struct courier_inbox *inbox = &courier->inbox;

    if (inbox->asking || courier_now_ns(courier) < inbox->due_ns)
        return;
    if (inbox->carry == NULL)
        medium_look(courier);
    for (int i = 0;
         i < STEPS_A_TURN && inbox->carry != NULL && medium_step(courier); i++)
        ;
}

int
courier_inbox_timeout_ms(const struct courier *courier, int most)
{
    const struct courier_inbox *inbox = &courier->inbox;
    uint64_t now = courier_now_ns(courier);

    if (inbox->carry == NULL || inbox->asking)
        return most;
    if (inbox->due_ns <= now)
        return 0;
    if (inbox->due_ns - now < (uint64_t)most * 1000000)
        return (int)((inbox->due_ns - now) / 1000000) + 1;
    return most;
}

void
courier_inbox_done(struct courier *courier, const struct errand_answer *answer)
{
    struct courier_inbox *inbox = &courier->inbox;

    inbox->asking = false;
    carry_done(inbox->carry, courier_now_ns(courier), answer);
}
