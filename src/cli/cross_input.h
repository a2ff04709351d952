/*
 * Lines of a stream as they come, without waiting for more than there is: a
 * pipe that brings a line and waits for its answer gets it.
 */
#ifndef CLI_CROSS_INPUT_H
#define CLI_CROSS_INPUT_H

#include "cli/cross_line.h"

#define CROSS_INPUT_SIZE 65536

struct cross_input {
    int fd;
    bool ended;    /* nothing more will come */
    bool skipping; /* within a line that is too long */
    size_t start;
    size_t end;
    uint8_t block[CROSS_INPUT_SIZE];
};

void cross_input_init(struct cross_input *input, int fd);

/*
 * The next line without its end, borrowed until the next call. ERR_SHORT when
 * none is there yet: fill. ERR_LIMIT, once, for a line longer than
 * CROSS_LINE_SIZE_MAX, which is left out. ERR_NOT_FOUND at the end.
 */
MUST_CHECK enum err cross_input_line(struct cross_input *input,
                                     struct bytes *line);

/* Reads what there is; does nothing when nothing is there. ERR_IO. */
MUST_CHECK enum err cross_input_fill(struct cross_input *input);

#endif
