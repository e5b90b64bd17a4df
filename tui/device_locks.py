"""Whose device it is: the locks of the data folder, each with the officer's name in it for the others to read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.folder import Folder

if TYPE_CHECKING:
    from hw.holding import Hold, Holder


class DeviceLocks:
    """The locks that `hw.holding` works with; a folder that takes no lock stands in nobody's way.

    Officers of one laptop share the data folder, and the kernel itself refuses most devices a second time: without a
    lock the name is missing, not the protection.
    """

    def __init__(self, folder: Folder, officer: Callable[[], str]) -> None:
        self._folder = folder
        self._officer = officer

    def hold(self, key: str) -> Hold | None:
        """Take the lock of one device, None where another process has it."""
        who = f"{self._officer()}\nrekam17 {os.getpid()}"
        try:
            return self._folder.hold(_name(key), who)
        except OSError:
            return _Unlocked()

    def holder(self, key: str) -> Holder | None:
        """Say who has it now, None where nobody has."""
        from hw.holding import Holder

        try:
            who = self._folder.holder(_name(key))
        except OSError:
            return None
        if who is None:
            return None
        name, _, program = ("".join(letter for letter in line if letter.isprintable()) for line in who.partition("\n"))
        return Holder(name, program)


class _Unlocked:
    def release(self) -> None:
        """Nothing is held."""


def _name(key: str) -> str:
    """Name the file: a serial number may be longer than a file's name may be."""
    return f"device {hashlib.sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}"
