"""To a stick and back: bundles are copied whole or not at all, receipts are read from it."""

from __future__ import annotations

import enum
import errno
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.bundles import answers, joining, making, receipts, retention
from store.bundles.answers import Answered
from store.bundles.joining import Joined
from store.bundles.receipts import Receipt
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import MOST_BODY
from store.bundles.wire import SUFFIX, file_name
from store.folder import Folder, replace_file, sync_folder
from store.key_files import SealError, read_small
from store.store import Store

BUNDLES, RECEIPTS = "bundles", "receipts"
Progress = Callable[[int, int], None]
"""Told of each bundle that lies on the stick: how many do, and of how many."""


class CarryProblem(enum.Enum):
    """Why the stick does not have everything; what it has is whole, and nothing is gone from the laptop."""

    NOT_A_FOLDER = "not_a_folder"
    FULL = "full"
    GONE = "gone"  # pulled, or it refuses to write
    BUSY = "busy"  # another export is running
    LOST = "lost"  # a bundle of the outgoing folder is missing or damaged


class CarryError(Exception):
    """Not everything was carried."""

    def __init__(self, problem: CarryProblem, detail: str = "") -> None:
        super().__init__(f"{problem.value}: {detail}" if detail else problem.value)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True)
class Carried:
    """What an export did: bundles on the stick that the office has not acknowledged, and those it now has.

    `renewed` tells that the laptop was found to be restored from a copy, and everything goes again; `answered` what
    the office's answer changed here, None where there was no new one.
    """

    on_the_stick: int
    arrived: tuple[int, ...]
    renewed: bool = False
    answered: Answered | None = None


def export(folder: Folder, store: Store, joined: Joined, stick: Path, tell: Progress = lambda _n, _of: None) -> Carried:
    """Read the office's receipt and answer, make bundles of what is new, copy all that is not acknowledged.

    Killed or pulled anywhere it is called again and goes on. Raises CarryError, StoreError, and BundleError for a
    receipt or an answer that is none of this laptop's.
    """
    if not stick.is_dir():
        raise CarryError(CarryProblem.NOT_A_FOLDER)
    hold = folder.hold("export", "")
    if hold is None:
        raise CarryError(CarryProblem.BUSY)
    try:
        answered = _answer(store, joined, stick)
        arrived, renewed = _receipt(folder, store, joined, stick), False
        if arrived is None:
            joined, arrived, renewed = store.run_now(joining.renew), (), True
            _clear(folder, ())
        try:
            for _header in making.make_all(folder, store, joined):
                pass
        except OSError as error:
            raise CarryError(_problem(error), str(making.outgoing(folder))) from error
        numbers = store.run_now(making.not_arrived)
        _copy(folder, joined, stick, numbers, tell)
        retention.remove_all(store)
        return Carried(len(numbers), arrived, renewed, answered)
    finally:
        hold.release()


def take_receipt(folder: Folder, store: Store, joined: Joined, content: bytes) -> tuple[int, ...]:
    """Take a receipt in, and clear the outgoing folder of what it speaks of; raises BundleError."""
    found = store.run_now(receipts.take, joined, Receipt.decode(content, joined.office.sign))
    _clear(folder, [file_name(joined.laptop.node, number) for number in store.run_now(making.not_arrived)])
    return found


def _receipt(folder: Folder, store: Store, joined: Joined, stick: Path) -> tuple[int, ...] | None:
    """Take the receipt that lies on the stick, if any; None where it tells that the office has other lines."""
    try:
        content = read_small(stick / RECEIPTS / (joined.laptop.node + receipts.SUFFIX))
    except SealError:
        return ()
    try:
        return take_receipt(folder, store, joined, content)
    except BundleError as error:
        if error.problem is BundleProblem.FORK:
            return None
        raise


def _answer(store: Store, joined: Joined, stick: Path) -> Answered | None:
    """Take the answer that lies on the stick, if any."""
    file = stick / answers.ANSWERS / (joined.laptop.node + answers.SUFFIX)
    try:
        if file.stat().st_size > MOST_BODY:
            raise BundleError(BundleProblem.TOO_BIG)
        content = file.read_bytes()
    except OSError:
        return None
    return store.run_now(answers.take, joined, content)


def _clear(folder: Folder, waiting: Sequence[str]) -> None:
    """Remove what does not wait any more from the outgoing folder."""
    for path in making.outgoing(folder).glob("*" + SUFFIX):
        if path.name not in waiting:
            path.unlink(missing_ok=True)


def _copy(folder: Folder, joined: Joined, stick: Path, numbers: Sequence[int], tell: Progress) -> None:
    place = stick / BUNDLES
    try:
        place.mkdir(exist_ok=True)
        for left in place.glob(f".{joined.laptop.node}-*"):  # of a copy that was cut
            left.unlink(missing_ok=True)
        for done, number in enumerate(numbers, 1):
            name = file_name(joined.laptop.node, number)
            try:
                content = (making.outgoing(folder) / name).read_bytes()
            except FileNotFoundError as error:
                raise CarryError(CarryProblem.LOST, name) from error
            there = place / name
            if not (there.is_file() and _sha256(there.read_bytes()) == _sha256(content)):
                replace_file(there, content)
            tell(done, len(numbers))
        sync_folder(place)
    except OSError as error:
        raise CarryError(_problem(error), str(stick)) from error


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _problem(error: OSError) -> CarryProblem:
    return CarryProblem.FULL if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else CarryProblem.GONE
