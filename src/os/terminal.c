#include "os/terminal.h"

#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool
say(int fd, const char *text)
{
    size_t size = strlen(text);

    return write(fd, text, size) == (ssize_t)size;
}

static enum err
line_read(int fd, uint8_t *out, size_t out_size, size_t *size)
{
    size_t got = 0;
    bool full = false;
    uint8_t c;

    for (;;) {
        ssize_t n = read(fd, &c, 1);

        if (n < 0)
            return ERR_IO;
        if (n == 0 || c == '\n')
            break;
        full = full || got == out_size;
        if (!full)
            out[got++] = c;
    }
    *size = got;
    return full ? ERR_LIMIT : got == 0 ? ERR_SHORT : OK;
}

enum err
terminal_ask_secret(const char *question, uint8_t *out, size_t out_size,
                    size_t *size)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios before;
    struct termios quiet;
    enum err e = ERR_IO;

    if (fd < 0)
        return ERR_NOT_FOUND;
    if (tcgetattr(fd, &before) == 0) {
        quiet = before;
        /* No signals from the keyboard meanwhile: one would leave a terminal
         * that shows nothing any more. */
        quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
        if (tcsetattr(fd, TCSAFLUSH, &quiet) == 0) {
            if (say(fd, question))
                e = line_read(fd, out, out_size, size);
            if (tcsetattr(fd, TCSAFLUSH, &before) != 0 || !say(fd, "\n"))
                e = ERR_IO;
        }
    }
    close(fd);
    return e;
}
