"""The way by stick: bundles are copied whole or not at all, receipts and answers are read from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from store.bundles import answers, receipts
from store.bundles.carrying import CarryError, CarryProblem, Progress, outgoing_bundle, problem_of
from store.bundles.stream import MOST_BODY
from store.folder import replace_file, sync_folder

BUNDLES, RECEIPTS, ANSWERS = "bundles", "receipts", "answers"


class Stick:
    """A mounted stick, or any folder."""

    def __init__(self, place: Path) -> None:
        if not place.is_dir():
            raise CarryError(CarryProblem.NOT_A_FOLDER)
        self._place = place

    def receipt(self, node: str) -> bytes | None:
        """Read the receipt that lies there."""
        return _small(self._place / RECEIPTS / (node + receipts.SUFFIX))

    def answer(self, node: str) -> bytes | None:
        """Read the answer that lies there."""
        return _small(self._place / ANSWERS / (node + answers.SUFFIX))

    def carry(self, outgoing: Path, names: Sequence[str], tell: Progress) -> None:
        """Copy what is not there already; what a cut copy left behind goes."""
        place = self._place / BUNDLES
        try:
            place.mkdir(exist_ok=True)
            for node in {name.partition("-")[0] for name in names}:
                for left in place.glob(f".{node}-*"):
                    left.unlink(missing_ok=True)
            for done, name in enumerate(names, 1):
                content, there = outgoing_bundle(outgoing, name), place / name
                if not (there.is_file() and _sha256(there.read_bytes()) == _sha256(content)):
                    replace_file(there, content)
                tell(done, len(names))
            sync_folder(place)
        except OSError as error:
            raise CarryError(problem_of(error), str(self._place)) from error


def _small(file: Path) -> bytes | None:
    """Return what the office left there; nothing where it left none, or what is far too big to be its own."""
    try:
        return file.read_bytes() if file.stat().st_size <= MOST_BODY else None
    except OSError:
        return None


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
