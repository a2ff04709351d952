/* A secret typed at the terminal: not shown, and read from the terminal even
 * when the standard input is something else. */
#ifndef OS_TERMINAL_H
#define OS_TERMINAL_H

#include "base/bytes.h"
#include "base/err.h"

/*
 * Asks, and reads one line without its LF into `out`; the terminal shows again
 * what is typed before this returns. ERR_NOT_FOUND when the process has no
 * terminal, ERR_LIMIT when the line does not fit, ERR_SHORT when nothing was
 * typed, ERR_IO.
 */
MUST_CHECK enum err terminal_ask_secret(const char *question, uint8_t *out,
                                        size_t out_size, size_t *size);

#endif
