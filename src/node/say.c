#include "node/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_SIZE_MAX 512

void
say_init(struct say *say, struct os *os, const char *who)
{
    *say = (struct say){
        .os = os, .who = who, .journald = getenv("JOURNAL_STREAM") != NULL};
}

static size_t
head(const struct say *say, enum say_level level, char *line)
{
    char time[INSTANT_TEXT_SIZE + 1] = "";
    struct writer w;
    int n;

    if (say->journald) {
        n = snprintf(line, LINE_SIZE_MAX, "<%d>%s: ", (int)level, say->who);
        return n < 0 ? 0 : (size_t)n;
    }
    writer_init(&w, time, INSTANT_TEXT_SIZE);
    instant_write(&w, say->os->now(say->os));
    n = snprintf(line, LINE_SIZE_MAX, "%s %s: ", time, say->who);
    return n < 0 ? 0 : (size_t)n;
}

/* One write, so that the lines of several processes do not mix. */
void
say(const struct say *say, enum say_level level, const char *format, ...)
{
    char line[LINE_SIZE_MAX + 1];
    size_t size = head(say, level, line);
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(line + size, LINE_SIZE_MAX - size, format, arguments);
    va_end(arguments);
    if (n < 0)
        return;
    size +=
        (size_t)n < LINE_SIZE_MAX - size ? (size_t)n : LINE_SIZE_MAX - size - 1;
    line[size++] = '\n';
    (void)fwrite(line, 1, size, stderr);
}
