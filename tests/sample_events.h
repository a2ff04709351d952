/*
 * One event of each type, with all there can be in it and with as little; all
 * travellers are invented. For tests and for the seeds of the fuzz targets.
 */
#ifndef TESTS_SAMPLE_EVENTS_H
#define TESTS_SAMPLE_EVENTS_H

#include "record/event.h"

struct sample_event {
    const char *name;
    struct event event;
};

extern const struct sample_event SAMPLE_EVENTS[];
extern const size_t SAMPLE_EVENTS_COUNT;

/* The sample of a name; the process stops when there is none. */
const struct event *sample_event(const char *name);

#endif
