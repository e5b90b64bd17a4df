"""To the office and back, whatever the way: receipt and answer are taken in, and what is not there yet is brought."""

from __future__ import annotations

import enum
import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from store.bundles import answers, joining, making, receipts, retention
from store.bundles.answers import Answered
from store.bundles.joining import Joined
from store.bundles.receipts import Receipt
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.wire import SUFFIX, file_name
from store.folder import Folder
from store.store import Store

Progress = Callable[[int, int], None]
"""Told of each bundle that was brought: how many were, and of how many."""


class CarryProblem(enum.Enum):
    """Why not everything was brought; what was is whole, and nothing is gone from the laptop."""

    NOT_A_FOLDER = "not_a_folder"
    FULL = "full"
    GONE = "gone"  # pulled, or it refuses to write
    BUSY = "busy"  # another export is running
    LOST = "lost"  # a bundle of the outgoing folder is missing or damaged
    UNREACHABLE = "unreachable"  # nobody answers there, or the line was cut
    NOT_THE_OFFICE = "not_the_office"  # somebody answers who is not the office this laptop belongs to
    NOT_LET_IN = "not_let_in"  # the office does not know this laptop's certificate


class CarryError(Exception):
    """Not everything was brought."""

    def __init__(self, problem: CarryProblem, detail: str = "") -> None:
        super().__init__(f"{problem.value}: {detail}" if detail else problem.value)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True)
class Carried:
    """What an export did: bundles that wait for the office's receipt, and those it now has.

    `renewed` tells that the laptop was found to be restored from a copy, and everything goes again; `answered` what
    the office's answer changed here, None where there was no new one.
    """

    under_way: int
    arrived: tuple[int, ...]
    renewed: bool = False
    answered: Answered | None = None


class Way(Protocol):
    """How things get to the office and back; each raises CarryError."""

    def receipt(self, node: str) -> bytes | None:
        """Return the office's receipt for that laptop, None where there is none."""

    def answer(self, node: str) -> bytes | None:
        """Return the office's answer to it, None where there is none."""

    def carry(self, outgoing: Path, names: Sequence[str], tell: Progress) -> None:
        """Bring these bundles out of the outgoing folder."""


def export(folder: Folder, store: Store, joined: Joined, way: Way, tell: Progress = lambda _n, _of: None) -> Carried:
    """Read the office's receipt and answer, make bundles of what is new, bring all that is not acknowledged.

    Killed or cut off anywhere it is called again and goes on. Raises CarryError, StoreError, and BundleError for a
    receipt or an answer that is none of this laptop's, or a bundle that the office refuses.
    """
    hold = folder.hold("export", "")
    if hold is None:
        raise CarryError(CarryProblem.BUSY)
    try:
        answered = _answer(store, joined, way)
        arrived, renewed = _receipt(folder, store, joined, way), False
        if arrived is None:
            joined, arrived, renewed = store.run_now(joining.renew), (), True
            _clear(folder, ())
        try:
            for _header in making.make_all(folder, store, joined):
                pass
        except OSError as error:
            raise CarryError(problem_of(error), str(making.outgoing(folder))) from error
        waiting = store.run_now(making.not_arrived)
        way.carry(making.outgoing(folder), [file_name(joined.laptop.node, number) for number in waiting], tell)
        at_once = (_receipt(folder, store, joined, way) or ()) if waiting else ()
        retention.remove_all(store)
        return Carried(len(waiting) - len(at_once), arrived + at_once, renewed, answered)
    finally:
        hold.release()


def take_receipt(folder: Folder, store: Store, joined: Joined, content: bytes) -> tuple[int, ...]:
    """Take a receipt in, and clear the outgoing folder of what it speaks of; raises BundleError."""
    found = store.run_now(receipts.take, joined, Receipt.decode(content, joined.office.sign))
    _clear(folder, [file_name(joined.laptop.node, number) for number in store.run_now(making.not_arrived)])
    return found


def _receipt(folder: Folder, store: Store, joined: Joined, way: Way) -> tuple[int, ...] | None:
    """Take the receipt that there is, if any; None where it tells that the office has other lines."""
    content = way.receipt(joined.laptop.node)
    if content is None:
        return ()
    try:
        return take_receipt(folder, store, joined, content)
    except BundleError as error:
        if error.problem is BundleProblem.FORK:
            return None
        raise


def _answer(store: Store, joined: Joined, way: Way) -> Answered | None:
    content = way.answer(joined.laptop.node)
    return None if content is None else store.run_now(answers.take, joined, content)


def _clear(folder: Folder, waiting: Sequence[str]) -> None:
    """Remove what does not wait any more from the outgoing folder."""
    for path in making.outgoing(folder).glob("*" + SUFFIX):
        if path.name not in waiting:
            path.unlink(missing_ok=True)


def outgoing_bundle(outgoing: Path, name: str) -> bytes:
    """Return a bundle that waits; raises CarryError (LOST), and OSError."""
    try:
        return (outgoing / name).read_bytes()
    except FileNotFoundError as error:
        raise CarryError(CarryProblem.LOST, name) from error


def problem_of(error: OSError) -> CarryProblem:
    """Return why a disk did not take it."""
    return CarryProblem.FULL if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else CarryProblem.GONE
