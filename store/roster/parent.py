"""Reading a file from outside without trusting it: opened here, understood in a child process with limits.

Only regular files are opened (a fifo would hang, a device may do anything). Every way the child can end becomes one
UnreadableFile with its reason.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from store.roster.types import ListKind, Reading, Unreadable, UnreadableFile
from store.roster.wire import REQUEST, Request, decode

WALL_SECONDS = 17.0
_ROOT = Path(__file__).resolve().parents[2]


def read(
    path: str | os.PathLike[str],
    kind: ListKind,
    *,
    sheet: str | None,
    columns: Mapping[str, str] | None,
    today: date | None,
    edits: Mapping[int, Mapping[str, str]] | None = None,
) -> Reading:
    """Read a file in a child process and return what was understood; blocks, so call it from a thread."""
    request = Request(
        kind,
        sheet,
        dict(columns) if columns is not None else None,
        today or date.today(),  # noqa: DTZ011
        {row: dict(cells) for row, cells in (edits or {}).items()},
    )
    descriptor = _open(path)
    try:
        return decode(_ask_child(descriptor, request))
    finally:
        os.close(descriptor)


def _open(path: str | os.PathLike[str]) -> int:
    """Open a regular file, or raise UnreadableFile; looked at before and after, as a path may change in between."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise UnreadableFile(Unreadable.NOT_A_FILE)
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UnreadableFile(Unreadable.MISSING) from None
    except PermissionError:
        raise UnreadableFile(Unreadable.NO_PERMISSION) from None
    except OSError:
        raise UnreadableFile(Unreadable.IO_ERROR) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFile(Unreadable.NOT_A_FILE)
    return descriptor


def _ask_child(descriptor: int, request: Request) -> bytes:
    """Start the child on the open file and return its answer; its own complaints go nowhere near the screen."""
    environment = {"PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]), "LC_ALL": "C.UTF-8"}
    environment[REQUEST] = request.encode()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "store.roster.child"],
        stdin=descriptor,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        start_new_session=True,
    ) as child:
        try:
            answer, _ = child.communicate(timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise UnreadableFile(Unreadable.TIMEOUT) from None
        finally:
            child.kill()
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise UnreadableFile(Unreadable.TIMEOUT)
    if child.returncode == -signal.SIGABRT:  # how the spreadsheet library ends when memory is refused to it
        raise UnreadableFile(Unreadable.MEMORY)
    if child.returncode != 0:
        raise UnreadableFile(Unreadable.CRASHED)
    return answer
