/* What the supervisor and its children have between them. */
#ifndef NODE_CHILD_H
#define NODE_CHILD_H

#include "node/config.h"
#include "os/process.h"

struct api_counters;

/* What the supervisor's bytes over the control socket mean. */
#define CONTROL_CHANNEL 'c' /* to a child: the end of a channel */
#define CONTROL_ERRANDS 'e' /* to the keeper: the end of the courier's */
#define CONTROL_READY 'r'   /* from a child: it serves */
#define CONTROL_REFUSING                                                       \
    'w' /* from the keeper: it can but say why it does not;                    \
           to a desk: the end of a channel to such a one */

/* What a child is given. */
struct child {
    struct os *os;
    struct folder dir;
    const char *path; /* of DIR */
    const struct config *config;
    const struct zone *zone;
    struct process *process;
    int control_fd;
    int listen_fd;                 /* a desk's */
    struct api_counters *counters; /* shared by the desks */
};

/* Exit statuses of a child. */
enum child_exit {
    CHILD_DONE = 0,
    CHILD_TROUBLE = 1, /* to be started again */
    CHILD_HOPELESS = 2 /* starting it again does not help */
};

#endif
