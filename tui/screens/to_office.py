"""Recordings on their way to the office: what is only here, what takes it there, what the office has acknowledged."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui import figures, keys, places
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, wrap
from tui.messages import Problem
from tui.widgets.bars import Top
from tui.widgets.paged_list import PagedList, held

if TYPE_CHECKING:
    from store.bundles.carrying import Carried, CarryError, Progress
    from store.bundles.joining import Joined
    from store.bundles.making import Standing
    from store.folder import Folder
    from store.store import Store
    from store.transaction import Transaction
    from tui.places import Stick

_HERE, _UNDER_WAY, _ARRIVED = 25, 43, 62
_NAME, _ROOM = 44, 52
REFUSED = {
    "not_a_folder": N_("Stick: pulled. Nothing is gone from this laptop. Plug it in, then L."),
    "full": N_("Stick: full. What is on it is whole. Make room or take another, then L."),
    "gone": N_("Stick: pulled or does not write. Nothing is gone here. Plug it in, then L."),
    "busy": N_("Another desk is writing a stick. Nothing changed. L when it is done."),
    "unreachable": N_("The office does not answer, or the line broke. Nothing is gone. L goes on."),
    "not_the_office": N_("Somebody else answers there, not the office. Nothing was sent. Tell it."),
    "not_let_in": N_("The office does not know this laptop's key. Nothing was sent. Tell it."),
    "lost": N_("A bundle is missing on this disk. Tell the office: restore a backup."),
}
NOT_OURS = N_("Receipt damaged, or another laptop's. Nothing counted. Tell the office.")


@dataclass(frozen=True)
class _Row:
    """A way to the office by its place in the list: a stick, or where the office is called."""

    place: int
    way: Stick | str


class ToOfficeScreen(FrameScreen):
    """The way to the office, by stick: L writes, and reads what came back on it."""

    subject = N_("to the office")

    def __init__(self) -> None:
        super().__init__()
        self._joined: Joined | None = None
        self._standing: Standing | None = None
        self._rows: tuple[_Row, ...] = ()
        self._written: tuple[int, int] | None = None
        self.sticks = PagedList[_Row, int](held(lambda: self._rows, lambda row: row.place), lambda row: row.place, _row)
        self.parts = (self.sticks,)

    async def load(self) -> None:
        """Read how far the office has everything, and which sticks there are."""
        self._joined, self._standing = await self.store.run(_read)
        found = await asyncio.to_thread(places.sticks, os.environ)
        url = self.rekam.settings.office_url
        ways = (*((url,) if url else ()), *found)
        self._rows = tuple(_Row(place, way) for place, way in enumerate(ways))
        self.sticks.total = len(self._rows)

    # --- drawing ------------------------------------------------------------------------------------------------

    def top(self) -> Top:
        """Say that this is about no visit."""
        return self.rekam.bearings(_("Home"))

    def headline(self) -> tuple[str, str]:
        """Name the sheet and the office."""
        return _("To the office"), self._joined.office.name if self._joined else ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw where the recordings are, and the sticks."""
        if self._standing is None:
            return ()
        if self._joined is None:
            said = _("No office was joined yet. It gives exchange.pub and reads the fingerprint out. Then")
            then = _("the coordinator types: rekam17 export STICK --join exchange.pub --name ... --fingerprint ...")
            return [Line("     " + part) for sentence in (said, then) for part in wrap(sentence, width - 10)]
        now = self._standing
        head = Line().put(5, _("Recordings")).put(_HERE, _("only here")).put(_UNDER_WAY, _("on their way"))
        row = Line().put(5, figures.number(now.sealed), Ink.VALUE)
        for column, count in ((_HERE, now.waiting), (_UNDER_WAY, now.under_way), (_ARRIVED, now.arrived)):
            row.put(column, figures.number(count), Ink.VALUE)
        about = _("They count as arrived with the office's receipt, which comes back by the same way.")
        made = [
            head.put(_ARRIVED, _("arrived")),
            row,
            Line(),
            *(Line().put(5, part) for part in wrap(about, width - 10)),
        ]
        made += [Line(), Line().put(5, _("Stick or network")).put(_ROOM, _("Room"))]
        if not self._rows:
            return [*made, Line().put(5, _("No stick. Plug one in, then U."))]
        return [*made, *self.sticks.lines(height - len(made))]

    def status(self) -> str:
        """Say how far the writing is, and that a stick can be carried again."""
        if self._written is not None:
            return _("{done}/{of} bundles written").format(done=self._written[0], of=self._written[1])
        return _("Twice is once: a stick may be written and brought again.")

    def problems(self) -> Sequence[Problem]:
        """Tell what has been here for more than a day."""
        oldest = self._standing.oldest if self._standing else None
        if oldest is None or self._joined is None or (days := (self.rekam.clock.now() - oldest).days) < 1:
            return ()
        count = figures.number(self._standing.waiting if self._standing else 0)
        said = _("{count} recordings are only here, the oldest for {days} days. L writes a stick.")
        return [Problem("!", said.format(count=count, days=days))]

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Write the stick at the cursor, look for sticks, go back."""
        here = Hint(keys.GO_ON, _("Go on: write"), self.write, help=_("to the stick, and read the receipt on it"))
        return (
            *((here,) if self._joined is not None and self._rows else ()),
            Hint(keys.AGAIN, _("Again"), self.reload, help=_("looks for sticks")),
            Hint(keys.BACK, _("Back"), self.rekam.back),
        )

    async def write(self) -> None:
        """Export to the stick at the cursor; whatever stops it is said, and nothing is lost."""
        from store.bundles import carrying
        from store.bundles.refusal import BundleError

        row, joined, folder = self.sticks.row, self._joined, self.rekam.folder
        if row is None or joined is None or folder is None:
            return
        loop = asyncio.get_running_loop()

        def tell(done: int, of: int) -> None:
            loop.call_soon_threadsafe(self._tell, done, of)

        try:
            carried = await asyncio.to_thread(_bring, folder, self.store, joined, row.way, tell)
        except carrying.CarryError as error:
            self.refuse(_problem(error))
        except BundleError:
            self.refuse(Problem("×", _(NOT_OURS)))
        else:
            self.news = _done(carried, by_network=isinstance(row.way, str))
        finally:
            self._written = None
            await self.reload()

    def _tell(self, done: int, of: int) -> None:
        self._written = done, of
        self.refresh_frame()


def _read(tx: Transaction) -> tuple[Joined | None, Standing]:
    from store.bundles import joining, making

    return joining.joined(tx), making.standing(tx)


def _bring(folder: Folder, store: Store, joined: Joined, way: Stick | str, tell: Progress) -> Carried:
    """Export that way, beside the keys; raises what it raises."""
    from store.bundles import carrying

    if isinstance(way, str):
        from store.bundles.sending import Line as Call

        call = Call(way, joined)
        try:
            return carrying.export(folder, store, joined, call, tell)
        finally:
            call.close()
    from store.bundles import stick

    return carrying.export(folder, store, joined, stick.Stick(way.path), tell)


def _row(row: _Row) -> Line:
    if isinstance(row.way, str):
        return Line().put(5, row.way, width=_NAME).put(_ROOM, _("network"))
    stick = row.way
    gigabytes = _("{size} GB").format(size=figures.decimal(stick.free / 1e9))
    return Line().put(5, stick.path.name, width=_NAME).put(_ROOM, gigabytes)


def _problem(error: CarryError) -> Problem:
    return Problem("×", _(REFUSED[error.problem.value]))


def _done(carried: Carried, *, by_network: bool) -> str:
    count = figures.number(carried.under_way)
    if carried.renewed:
        return "√ " + _("Restored from a copy: all of it goes again. {count} bundles on the stick.").format(count=count)
    if carried.answered is not None and carried.answered.revoked:
        return "! " + _("The office takes nothing more of this laptop. Bring it there.")
    if carried.answered is not None and carried.answered.pulled_back:
        back = figures.number(carried.answered.pulled_back)
        return "! " + _("The office: {back} pupils were recorded elsewhere, back to step 3.").format(back=back)
    if by_network:
        return "√ " + _("The office has everything. New there: {arrived}.").format(
            arrived=figures.number(len(carried.arrived))
        )
    if carried.arrived:
        return "√ " + _("The office has {arrived} more bundles. {count} on the stick.").format(
            arrived=figures.number(len(carried.arrived)), count=count
        )
    return "√ " + _("{count} bundles on the stick. Bring it to the office.").format(count=count)
