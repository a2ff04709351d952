#include "node/carry_report.h"

#include <string.h>

void
carry_report_count(struct carry_report *report, enum errand_kind kind,
                   const struct errand_answer *answer)
{
    if (answer->verdict == ERRAND_REFUSED) {
        report->refused++;
        report->why_size = answer->why.size < sizeof(report->why)
                               ? answer->why.size
                               : sizeof(report->why);
        if (report->why_size > 0)
            memcpy(report->why, answer->why.p, report->why_size);
        return;
    }
    if (answer->verdict != ERRAND_TAKEN)
        return;
    report->rosters += kind == ERRAND_ROSTER;
    report->grants += kind == ERRAND_GRANT;
    report->lists += kind == ERRAND_FETCHED;
    report->evidence += kind == ERRAND_EVIDENCE;
}

void
carry_report_add(struct carry_report *report, const struct carry_report *more)
{
    report->entries += more->entries;
    report->rosters += more->rosters;
    report->grants += more->grants;
    report->lists += more->lists;
    report->evidence += more->evidence;
    report->refused += more->refused;
    if (more->refused > 0) {
        report->why_size = more->why_size;
        memcpy(report->why, more->why, more->why_size);
    }
    report->short_count = 0;
    report->lists_short = 0;
    report->ownerless = false;
    report->unread = false;
}

bool
carry_report_good(const struct carry_report *report)
{
    return report->evidence == 0 && report->short_count == 0 &&
           report->lists_short == 0 && !report->ownerless && !report->unread;
}

static void
put_number(struct writer *w, const char *name, uint64_t value)
{
    writer_text(w, name);
    writer_decimal(w, value);
    writer_text(w, "\n");
}

static void
put_short(struct writer *w, const struct carry_short *log)
{
    writer_text(w, "damaged  ");
    writer_bytes(w, (struct bytes){log->origin, log->origin_size});
    writer_text(w, ": ");
    writer_decimal(w, log->there);
    writer_text(w, " entries on the medium, ");
    writer_decimal(w, log->here);
    writer_text(w, " here: the rest is not what the log signed\n");
}

void
carry_report_put(struct writer *w, const struct carry_report *report)
{
    put_number(w, "entries  ", report->entries);
    put_number(w, "rosters  ", report->rosters);
    put_number(w, "grants   ", report->grants);
    put_number(w, "lists    ", report->lists);
    put_number(w, "refused  ", report->refused);
    if (report->refused > 0 && report->why_size > 0) {
        writer_text(w, "         ");
        writer_bytes(w, (struct bytes){report->why, report->why_size});
        writer_text(w, "\n");
    }
    for (size_t i = 0; i < report->short_count && i < CARRY_SHORTS_MAX; i++)
        put_short(w, &report->shorts[i]);
    if (report->lists_short > 0)
        put_number(w, "damaged  lists that are not what they are named by: ",
                   report->lists_short);
    if (report->ownerless)
        writer_text(w, "damaged  the log of the node that wrote the medium:"
                       " there is none, or it is cut off\n");
    if (report->unread)
        writer_text(w, "damaged  some of the medium cannot be read: missing,"
                       " or cut off\n");
    if (report->evidence > 0) {
        writer_text(w, "evidence ");
        writer_decimal(w, report->evidence);
        writer_text(w, ": a log signed what contradicts; kufi status says"
                       " which\n");
    }
}

const char *
carry_refusal(enum err e)
{
    switch (e) {
    case ERR_NOT_FOUND:
        return "no medium: nothing lies there that kufi export wrote";
    case ERR_CORRUPT:
        return "its origin or its roster is damaged or cut off";
    case ERR_CONFLICT:
        return "this node wrote it itself; kufi restore rebuilds a node";
    case ERR_DENIED:
        return "of another country: one of the two nodes is not in the"
               " other's roster";
    default:
        return err_text(e);
    }
}
