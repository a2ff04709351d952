/*
 * The one line that a process says about what happened: on stderr, for
 * journald with its priority, else with the time. Never a traveller's data.
 */
#ifndef NODE_SAY_H
#define NODE_SAY_H

#include "os/os.h"

enum say_level { SAY_ERROR = 3, SAY_WARNING = 4, SAY_NOTICE = 5, SAY_INFO = 6 };

struct say {
    struct os *os;
    const char *who;
    bool journald; /* it stands behind stderr */
};

/* `who` is the process's name and outlives the struct. */
void say_init(struct say *say, struct os *os, const char *who);

void say(const struct say *say, enum say_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
