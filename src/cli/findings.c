#include "cli/findings.h"

#include <inttypes.h>

static struct bytes
text_of(const struct json *object, const char *name)
{
    struct bytes text = {0};

    (void)json_get_text(json_member(object, name), &text);
    return text;
}

static void
put(FILE *out, const char *before, struct bytes text)
{
    if (text.size > 0)
        fprintf(out, "%s%.*s", before, (int)text.size, text.p);
}

static void
show_finding(FILE *out, const struct json *finding)
{
    struct bytes severity = text_of(finding, "severity");

    fprintf(out, "%-6.*s", (int)severity.size, severity.p);
    put(out, "", text_of(finding, "title"));
    put(out, " (", text_of(finding, "clause"));
    put(out, ")\n      ", text_of(finding, "evidence"));
    put(out, "\n      > ", text_of(finding, "next"));
    fputc('\n', out);
}

static void
show_hit(FILE *out, const struct json *hit)
{
    const struct json *reasons = json_member(hit, "reasons");
    int64_t score = 0;

    put(out, "hit   ", text_of(hit, "id"));
    put(out, "  ", text_of(hit, "list"));
    put(out, " ", text_of(hit, "entry"));
    if (json_get_integer(json_member(hit, "score"), &score))
        fprintf(out, "  %" PRId64, score);
    put(out, "  ", text_of(hit, "reason"));
    put(out, "  ", text_of(hit, "status"));
    put(out, "\n      ", text_of(hit, "name"));
    for (size_t i = 0; i < json_count(reasons); i++) {
        struct bytes reason = {0};

        if (json_get_text(json_item(reasons, i), &reason))
            put(out, i == 0 ? ": " : ", ", reason);
    }
    put(out, "\n      > ", text_of(hit, "action"));
    fputc('\n', out);
}

static void
show_stay(FILE *out, const struct json *stay)
{
    int64_t used = 0;
    int64_t left = 0;

    if (!json_get_integer(json_member(stay, "days_used"), &used) ||
        !json_get_integer(json_member(stay, "days_remaining"), &left))
        return;
    put(out, "stay  ", text_of(stay, "rule"));
    fprintf(out, ": %" PRId64 " days used, %" PRId64 " left", used, left);
    put(out, ", at the longest until ", text_of(stay, "last_allowed_day"));
    fputc('\n', out);
}

void
findings_show(FILE *out, const struct json *answer)
{
    const struct json *findings = json_member(answer, "findings");
    const struct json *hits = json_member(answer, "hits");

    for (size_t i = 0; i < json_count(findings); i++)
        show_finding(out, json_item(findings, i));
    for (size_t i = 0; i < json_count(hits); i++)
        show_hit(out, json_item(hits, i));
    show_stay(out, json_member(answer, "stay"));
}
