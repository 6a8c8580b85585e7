"""Runs a command at a pseudo-terminal: for each step waits for a text, then types one.

Arguments: the steps as JSON, [[wait for, type], ...], and the command; null instead of a text to wait for is half
a second. Prints all that the terminal showed and ends with the command's exit code. The terminal has no known size,
unless the environment has ROWS_COLUMNS.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

LIMIT = 20


def read_until(terminal, wanted, shown, start):
    """Reads on until `wanted` stands behind `start`; gives the place after it. None waits for the end."""
    deadline = time.monotonic() + LIMIT
    while wanted is None or shown.find(wanted, start) < 0:
        if time.monotonic() > deadline:
            sys.exit("nothing shows %r in:\n%s" % (wanted, shown.decode()))
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            chunk = b""
        if chunk == b"":
            return len(shown)
        shown += chunk
    return shown.find(wanted, start) + len(wanted)


def main():
    steps = json.loads(sys.argv[1])
    process, terminal = pty.fork()
    if process == 0:
        if "ROWS_COLUMNS" in os.environ:
            size = map(int, os.environ["ROWS_COLUMNS"].split())
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        os.execvp(sys.argv[2], sys.argv[2:])
    shown = bytearray()
    place = 0
    for wanted, typed in steps:
        if wanted is None:
            time.sleep(0.5)
        else:
            place = read_until(terminal, wanted.encode(), shown, place)
        os.write(terminal, typed.encode())
    read_until(terminal, None, shown, place)
    _, status = os.waitpid(process, 0)
    sys.stdout.buffer.write(shown)
    sys.exit(os.waitstatus_to_exitcode(status))


main()
