"""Papers on disk: the whole paper or no paper at all, even when the power goes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def save(path: Path, paper: bytes) -> str:
    """Write a paper in one step, readable by its owner alone, and return its SHA-256 in hex.

    It is written beside its place, brought to the disk, then given its name: whoever looks finds the old paper or the
    new one. Raises OSError, and then leaves no half of it behind.
    """
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(paper)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return hashlib.sha256(paper).hexdigest()
