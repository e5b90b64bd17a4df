"""Bundles that are coming in over a slow line: what has arrived of each stays, and the laptop goes on from there.

A partial file is named by the laptop, the number and the digest of the whole; of each laptop there is one at a time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

UPLOADS = "uploads"
_SUFFIX = ".part"


@dataclass(frozen=True)
class Upload:
    """A bundle under way: the file that holds what has come of it, and how many bytes it will have."""

    file: Path
    size: int

    @property
    def held(self) -> int:
        """How many bytes have come; 0 for one that nothing has come of, or more than there should be."""
        try:
            held = self.file.stat().st_size
        except FileNotFoundError:
            return 0
        return held if held <= self.size else 0

    def add(self, content: bytes, at: int) -> None:
        """Keep what has come after the first `at` bytes; raises OSError."""
        handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "r+b") as file:
            file.truncate(at)
            file.seek(at)
            file.write(content)

    def whole(self) -> bytes:
        """Return what has come."""
        return self.file.read_bytes()

    def done(self) -> None:
        """Forget it: it was taken in, or refused."""
        self.file.unlink(missing_ok=True)


def upload(folder: Path, node: str, number: int, sha256: str, size: int) -> Upload:
    """Return a laptop's upload; another one that it began before is forgotten. The caller has checked all values."""
    place = folder / UPLOADS
    place.mkdir(mode=0o700, exist_ok=True)
    name = f"{node}-{number:06d}-{sha256}{_SUFFIX}"
    for other in place.glob(f"{node}-*{_SUFFIX}"):
        if other.name != name:
            other.unlink(missing_ok=True)
    return Upload(place / name, size)
