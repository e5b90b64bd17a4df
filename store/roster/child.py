"""The child process: reads one open file under limits of its own and answers on its standard output.

A spreadsheet library may abort, panic, hang or grow without end on a hostile file. Whatever dies here, the program
lives; started as `python -m store.roster.child` with the file as standard input and the request in the environment,
which, unlike the command line, other users of the machine cannot read: an officer's edit is a child's name.
"""

from __future__ import annotations

import os
import resource
import sys

from store.roster.types import Reading, Unreadable, UnreadableFile
from store.roster.wire import REQUEST, Request, encode

MEMORY = 470_000_000  # bytes of address space; with the parent's the whole stays below 600 MB
CPU_SECONDS = 14
MOST_BYTES = 40_000_000


def main(asked: str) -> int:
    """Answer the request and return the exit status."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
    request = Request.decode(asked)
    try:
        answer = encode(_read(request))
    except UnreadableFile as error:
        answer = encode(error.reason)
    except MemoryError:
        answer = encode(Unreadable.MEMORY)
    except RecursionError:
        answer = encode(Unreadable.DAMAGED)
    except OSError:
        answer = encode(Unreadable.IO_ERROR)
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as pipe:
        pipe.write(answer)
    return 0


def _read(request: Request) -> Reading:
    from store.roster import reading

    with os.fdopen(sys.stdin.fileno(), "rb", closefd=False) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnreadableFile(Unreadable.TOO_LARGE)
    return reading.read(
        data,
        request.kind,
        sheet=request.sheet,
        columns=request.columns,
        today=request.today,
        edits=request.edits,
    )


if __name__ == "__main__":
    sys.exit(main(os.environ[REQUEST]))
