"""Unix sockets reached by the folder they lie in, because a whole path may be longer than an address can hold.

A Unix address holds 107 bytes and a kit's folder may lie deep; `/proc/self/fd/N/name` is short whatever N stands for.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


def connect(path: Path, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """Connect without waiting; local sockets answer at once. Raises OSError."""
    made = socket.socket(socket.AF_UNIX, kind | socket.SOCK_NONBLOCK)
    try:
        with _short(path) as address:
            made.connect(address)
    except OSError:
        made.close()
        raise
    return made


def listen(path: Path, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """Listen on a path, taking it over from a process that died. Raises OSError."""
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, kind | socket.SOCK_NONBLOCK)
    try:
        with _short(path) as address:
            made.bind(address)
        made.listen()
    except OSError:
        made.close()
        raise
    return made


@contextmanager
def _short(path: Path) -> Generator[str]:
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
