"""typed.py LINES COMMAND...: runs it at a terminal of its own, and types one of
the lines (parted by '|') whenever it asks, that is, whenever what it says ends
in ": ". Prints what the terminal showed; the exit status is the command's."""
import os
import pty
import sys

lines = sys.argv[1].split("|")
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:  # the other side is closed
        break
    shown += chunk
    if shown.endswith(b": ") and lines:
        os.write(fd, lines.pop(0).encode() + b"\n")
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
