"""S27, step 8: the cards of one school, marked one by one; who receives them; then to the signing."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import card_queue, drafts, handovers, officers, visits
from store.card_queue import QueueCounts
from store.handovers import (
    Blocker,
    BlockerKind,
    HandoverRefusedError,
    HandoverState,
    LineView,
    Mark,
    Party,
)
from store.transaction import OfficerRole
from tui import figures, keys, sop
from tui.frame import FrameScreen
from tui.i18n import _
from tui.keys import Hint
from tui.line import Line, stack, wrap
from tui.messages import Problem, problem
from tui.pane import WIDTH
from tui.screens import handover_lines as drawn
from tui.screens.signing import SigningScreen
from tui.widgets.fields import NIP, Field, Form
from tui.widgets.paged_list import PagedList, Way

if TYPE_CHECKING:
    from datetime import date

    from store.transaction import Transaction

_FOOT_LINES = 5
_OFFICE_POST = "Operator pencetakan"
"""Of whoever hands over, as the minutes name it; the papers are Indonesian whatever the screen speaks."""


@dataclass(frozen=True, repr=False)
class _Batch:
    """The open batch, what is in its way, and what of the school is not printed yet."""

    state: HandoverState
    blockers: tuple[Blocker, ...]
    unprinted: QueueCounts
    typed: dict[str, str]
    nips: dict[str, str]
    day: date
    without_paper: uuid.UUID | None


class HandoverScreen(FrameScreen):
    """The batch of the open visit's school; partial is normal, the rest comes in the next one."""

    step = 8

    def __init__(self) -> None:
        super().__init__()
        self.list = PagedList[LineView, uuid.UUID](self._fetch, lambda line: line.card, self._draw)
        self.form = Form(
            (
                Field("receiver", 23, limit=120),
                Field("nip", 21, pattern=NIP),
                Field("post", 23, limit=120),
                Field("phone", 21, limit=40),
                Field("officer", 23, limit=120),
            ),
            on_change=self._typed,
            esc_leaves=False,
        )
        self.parts = (self.list, self.form)
        self._batch: _Batch | None = None
        self._filled = False
        self._in_words = ""
        self._numbers: dict[uuid.UUID, int] = {}
        self._undo: list[tuple[uuid.UUID, Mark | None, str]] = []

    # --- reading ------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the batch, or begin the next one of this school."""
        visit = self.rekam.visit
        if visit is None:
            return
        self._batch = batch = await self.store.run(_read, visit.id)
        if batch.without_paper is not None:
            await self.rekam.over(SigningScreen(batch.without_paper))
            return
        self._numbers = {line.card: number for number, line in enumerate(batch.state.lines, 1)}
        self.list.total = len(batch.state.lines)
        self.list.reload()
        await sop.begin(self.rekam, 8, visit.id)
        if not self._filled:
            self._filled = True
            self.form.restore(self._parties() | batch.typed)
        self._in_words = await asyncio.to_thread(drawn.in_words, batch.state.counts.given)

    def _parties(self) -> dict[str, str]:
        """Return what the form shows before anybody typed: the batch's parties, and the officer on duty."""
        assert self._batch is not None
        state, officer = self._batch.state, self.rekam.officer
        own = "" if officer is None else officer.name
        held = state.receiver
        return {
            "receiver": held.name,
            "nip": held.nip,
            "post": held.post,
            "phone": held.phone,
            "officer": state.office.name or own,
        }

    async def _fetch(self, anchor: uuid.UUID | None, way: Way, count: int) -> Sequence[LineView]:
        lines = () if self._batch is None else self._batch.state.lines
        at = None if anchor is None else self._numbers.get(anchor, 0)
        if way is Way.AFTER:
            return lines[at or 0 : (at or 0) + count]
        last = len(lines) if at is None else max(at - 1, 0)
        return lines[max(last - count, 0) : last]

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return which batch of the school it is, its day, and how many cards."""
        left = "8 " + _("Hand")
        if self._batch is None:
            return left, ""
        state, day = self._batch.state, self._batch.day
        left += " · " + _("handover {number}").format(number=state.ordinal)
        left += f", {figures.weekday(day)} {day.day}-{day.month}-{day.year}"
        words = _("{cards} cards · handed over {given}")
        return left, words.format(cards=figures.number(len(state.lines)), given=figures.number(state.counts.given))

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the receiver's form, the cards, and the counts in digits and words."""
        if self._batch is None:
            return [Line("     " + _("No visit is open. Esc: home."))]
        made = drawn.parties(self.form)
        made += [Line(), drawn.head()]
        room = height - len(made) - _FOOT_LINES
        rows = self.list.lines(room)
        _first, last, total = self.list.place
        if total > last:
            rows = self.list.lines(room - 1)
            last = self.list.place[1]
            rows = [*stack(rows, room - 1), Line("     ... " + _("{cards} more").format(cards=total - last))]
        made += stack(rows, room)
        counts = self._batch.state.counts
        return [
            *made,
            Line(),
            Line("     " + drawn.counted(counts, self._in_words)),
            Line("     " + drawn.unprinted(self._batch.unprinted)),
        ]

    def pane(self) -> Sequence[Line]:
        """Return the totals in words."""
        if self._batch is None:
            return ()
        said = (drawn.counted(self._batch.state.counts, self._in_words), drawn.unprinted(self._batch.unprinted))
        return [Line(_("Totals")), *(Line(part) for words in said for part in (*wrap(words, WIDTH), ""))]

    def _draw(self, line: LineView) -> Line:
        return drawn.row(self._numbers.get(line.card, 0), line)

    def status(self) -> str:
        """Say which cards are shown, and that a part is enough."""
        first, last, total = self.list.place
        if not total:
            return _("No card of this school is printed and not handed over.")
        place = _("{first}-{last} of {total}").format(first=first, last=last, total=total)
        return place + " · " + _("a part is enough; the rest comes in the next handover")

    def problems(self) -> Sequence[Problem]:
        """Tell who is not marked, and what else stands in the way of signing."""
        if self._batch is None:
            return ()
        made: list[Problem] = []
        for blocker in self._batch.blockers:
            if blocker.kind is BlockerKind.UNMARKED and self.form.focused:
                words = _("{cards} cards not marked: {name}. Enter: back to the cards.")
                made.append(Problem("!", words.format(cards=blocker.number, name=blocker.name)))
            elif blocker.kind is BlockerKind.UNMARKED:
                words = _("{cards} cards not marked: {name}. Space handed over, H absent, R returned.")
                made.append(Problem("!", words.format(cards=blocker.number, name=blocker.name)))
            elif blocker.kind is BlockerKind.UNKNOWN_CARD:
                made.append(drawn.blocked(blocker))
        return made

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Mark, or fill in the receiver; then go on to sign. The fields have keys of their own: a NIP has blanks."""
        officer = self.rekam.officer
        barred = None
        if officer is not None and not officer.may(OfficerRole.PRINTING, OfficerRole.COORDINATOR):
            barred = problem(25, role=_("printing operator").capitalize())
        go_on = _("Go on") + ": " + _("signing")
        if self.form.focused:
            return (
                Hint(
                    keys.ENTER, _("Save"), self.leave_form, barred=barred, help=_("keeps who receives and hands over")
                ),
                Hint(keys.GO_ON, go_on, self.go_on, barred=barred),
                Hint(keys.BACK, _("Back"), self.leave_form, barred=barred),
            )
        return (
            Hint(keys.TICK, _("Given"), self.give, barred=barred, help=_("handed over")),
            Hint(keys.PRESENT, _("Absent"), self.absent, barred=barred, help=_("absent, the card is carried back")),
            Hint(keys.CARD_TROUBLE, _("Returned"), self.returned, barred=barred),
            Hint(keys.GO_ON, go_on, self.go_on, barred=barred),
            Hint(keys.ALL, _("All"), self.give_all, rank=2, barred=barred, help=_("all unmarked ones")),
            Hint(keys.EDIT, _("Receiver"), self.edit, rank=2),
            Hint(keys.UNDO, _("Undo"), self.undo, rank=3),
        )

    async def give(self) -> None:
        """Mark the card under the cursor as handed over."""
        await self._mark(Mark.GIVEN)

    async def absent(self) -> None:
        """Mark its pupil as absent: the card is carried back; a second time takes the mark away."""
        line = self.list.row
        gone = line is not None and line.mark is Mark.ABSENT
        await self._mark(None if gone else Mark.ABSENT)

    async def returned(self) -> None:
        """Mark the card as returned, with a reason."""
        line = self.list.row
        if line is None:
            return
        reasons = [_("wrong birth data"), _("wrong name"), _("card damaged"), _("not hers"), _("other, write it")]
        effect = _("The card is carried back to the office; a new one needs R on her page.")
        reason = await self.ask_reason(_("Returned: {name}").format(name=line.name), effect, reasons, other=5)
        if reason is not None:
            await self._mark(Mark.RETURNED, reason.text)

    async def undo(self) -> None:
        """Take the last mark back."""
        if self._undo and self._batch is not None:
            card, mark, reason = self._undo.pop()
            await self._change(handovers.mark, self._batch.state.id, card, mark, reason)

    async def _mark(self, mark: Mark | None, reason: str = "") -> None:
        line = self.list.row
        if line is None or self._batch is None:
            return
        if await self._change(handovers.mark, self._batch.state.id, line.card, mark, reason):
            self._undo.append((line.card, line.mark, line.reason))
            self.list.move(1)

    async def give_all(self) -> None:
        """Mark all unmarked cards as handed over, after their number was typed."""
        if self._batch is None or not (number := self._batch.state.counts.unmarked):
            return
        counts = self._batch.state.counts
        receiver = self.form["receiver"].text or "-"
        said = [
            _("{cards} pupils are marked as handed over to {receiver}.").format(cards=number, receiver=receiver),
            _("Not among them: {absent} absent, {returned} returned.").format(
                absent=counts.absent, returned=counts.returned
            ),
        ]
        title = _("Hand over {cards} cards at once").format(cards=number)
        if await self.ask_count(title, said, number, act=_("Mark them when the number is right")):
            await self._change(handovers.give_all, self._batch.state.id, number)
            self._undo.clear()

    def edit(self) -> None:
        """Go to the receiver's form."""
        self.form.focus("receiver")
        self.focus_part(1)

    async def leave_form(self) -> None:
        """Keep what was typed and go back to the cards."""
        await self._keep_parties()
        self.focus_part(0)

    async def go_on(self) -> None:
        """Go to the signing, once every card is marked and the receiver is named."""
        if self._batch is None or not await self._keep_parties():
            return
        found = self._batch.blockers
        if found:
            self.refuse(drawn.blocked(found[0]))
        else:
            await self.rekam.over(SigningScreen(self._batch.state.id))

    async def _keep_parties(self) -> bool:
        """Store who receives and who hands over; signatures stay where nothing differs."""
        if self._batch is None:
            return False
        state, typed = self._batch.state, self.form.values()
        receiver = Party(typed["receiver"].strip(), typed["nip"], typed["post"].strip(), phone=typed["phone"].strip())
        name = typed["officer"].strip()
        nip = self._batch.nips.get(name, "")
        office = Party(name, nip, _OFFICE_POST, self.rekam.settings.letterhead.address)
        if (receiver, office) == (state.receiver, state.office):
            return True
        return await self._change(_set_parties, state.id, receiver, office)

    async def _change(self, change: Callable[..., object], *arguments: object) -> bool:
        """Change the batch and read it again; what the store refuses is said."""
        try:
            await self.store.run(change, *arguments)
        except HandoverRefusedError as error:
            self.refuse(drawn.refused(error))
            return False
        finally:
            await self.load()
        return True

    def _typed(self, name: str, text: str) -> None:
        if self._batch is not None:
            self.rekam.aside(self.store.run(drafts.save, _draft(self._batch.state.id, name), text))


def _draft(handover: uuid.UUID, name: str) -> str:
    return f"handover/{handover.hex}/{name}"


def _read(tx: Transaction, visit: uuid.UUID) -> _Batch:
    school = visits.get(tx, visit).school_id
    state = handovers.open_batch(tx, school, visit)
    names = ("receiver", "nip", "post", "phone", "officer")
    typed = {name: text for name in names if (text := drafts.load(tx, _draft(state.id, name))) is not None}
    return _Batch(
        state,
        handovers.list_blockers(tx, state.id),
        card_queue.counts(tx, school),
        typed,
        {one.name: one.nip for one in officers.everybody(tx)},
        tx.today(),
        handovers.without_paper(tx, school),
    )


def _set_parties(tx: Transaction, handover: uuid.UUID, receiver: Party, office: Party) -> None:
    handovers.set_parties(tx, handover, office=office, receiver=receiver)
    drafts.drop_under(tx, f"handover/{handover.hex}/")
