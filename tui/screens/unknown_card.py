"""S24, step 7: nobody knows what became of a card; the officer looks into the trays, the program never guesses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from store import card_queue, cards, drafts, pupils, stock
from store.cards import CardRefusedError, JobState
from store.stock import StockReason, StockRefusedError
from store.transaction import OfficerRole
from tui import card_job, figures, keys, sop
from tui.card_run import Run
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, cells, cut
from tui.messages import Problem, problem
from tui.screens import card_lines as drawn
from tui.screens.card import CardScreen
from tui.screens.card_trouble import note_none_came, note_spoiled
from tui.widgets.bars import Top
from tui.widgets.serial import SerialEntry

if TYPE_CHECKING:
    from store.card_queue import Cursor
    from store.cards import CardView, JobView
    from store.stock import Balance
    from store.transaction import Transaction

_WHY = {
    "aborted": N_("The printer gave this card up at {time}, while it was working on it."),
    "canceled": N_("This card was cancelled at the printer at {time}."),
    "not found": N_("The printer knows nothing of this card; seen at {time}."),
}
_LOST = N_("The line to the printer broke at {time}; it had this card.")


@dataclass(frozen=True, repr=False)
class _Known:
    """What is known about the card, as one transaction saw it."""

    job: JobView
    visit: uuid.UUID
    place: Cursor | None
    balance: Balance
    printed_today: int
    unknown: int
    day: date


class UnknownCardScreen(FrameScreen):
    """One card whose outcome is unknown; serial, R and B answer it, N leaves it for later."""

    step = 7

    def __init__(self, token: uuid.UUID, run: Run) -> None:
        super().__init__()
        self._token = token
        self._run = run
        self._known: _Known | None = None
        self._unexpected = ""
        self.entry = SerialEntry((keys.CARD_TROUBLE, keys.NOT_YET, keys.NEXT, keys.YES), self._typed)
        self.parts = (self.entry,)

    async def load(self) -> None:
        """Read what is known; a card that the printer remembers as made goes back to its own screen."""
        self._known = known = await self.store.run(_read, self._token, self._run)
        self.entry.expected = known.balance.next_serial or ""
        await sop.begin(self.rekam, 7, known.visit, known.job.pupil)
        if known.job.state is JobState.ENGINE_DONE:
            await self.rekam.switch_screen(CardScreen(known.job.pupil, self._run))
        elif not self.entry.text:
            self.entry.text = await self.store.run(drafts.load, self._draft) or ""

    # --- drawing ------------------------------------------------------------------------------------------------

    def top(self) -> Top:
        """Say that cards are printed for all schools."""
        return self.rekam.bearings(_("All schools"))

    def headline(self) -> tuple[str, str]:
        """Return whose card it is and that nobody knows."""
        left = "7 " + _("Print")
        if self._known is None:
            return left, ""
        right = _("card {number} of today").format(number=self._known.printed_today + 1)
        return left + f" · {self._known.job.name} · " + _("OUTCOME UNKNOWN"), right

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the box that says to look, the question, and what is known."""
        known = self._known
        if known is None:
            return ()
        job = known.job
        zone = figures.ZONES[self.rekam.settings.zone]
        lost = "" if job.unknown_at is None else figures.clock_time(job.unknown_at.astimezone(zone))
        why = _(_WHY.get(job.detail, _LOST)).format(time=lost)
        box = [
            "? " + _("LOOK IN THE OUTPUT TRAY AND THE REJECT TRAY"),
            "",
            why,
            _("The program does not guess, and never sends twice by itself."),
        ]
        made = [Line("     ╔" + "═" * 66 + "╗")]
        for text in box:
            line = Line("     ║").put(8, cut(text, 62), Ink.UNKNOWN if text.startswith("?") else Ink.NORMAL)
            made.append(line.put(72, "║"))
        made += [Line("     ╚" + "═" * 66 + "╝"), Line()]
        made.append(Line().put(5, _("Is the card of {name} there, and good?").format(name=cut(job.name, 44))))
        label = _("type the last 4 digits of its serial")
        line = self.entry.draw(Line().put(7, label), max(9 + cells(label) + 1, 39), focused=True)
        made += [line.add("  " + _("then Enter")), Line()]
        for key, what, effect in (
            ("R", _("it is there but spoiled"), _("blank noted as spoiled, to be printed again")),
            ("B", _("no card came out"), _("blank stays, card goes back to the queue")),
            ("N", _("cannot be looked at yet"), _("stays unknown; other cards may be printed")),
        ):
            made.append(Line().put(5, key, Ink.KEYCAP).put(8, what, width=27).put(36, effect, width=43))
        sent = drawn.clock(job.sent_at or job.noted_at, zone)
        facts = _("Known: sent {sent} · lost {lost}").format(sent=sent, lost=lost)
        number = _("The printer's number of this job: {number}.").format(number=job.printer_job or "?")
        left = figures.number(known.balance.blank.closing)
        first = known.balance.next_serial or "-"
        blanks = _("Blanks by the books: first {serial}, {left} left.").format(serial=first, left=left)
        return [*made, Line(), Line("     " + facts), Line("     " + number), Line("     " + blanks)]

    def status(self) -> str:
        """Say what stands still meanwhile."""
        return _("No other card is sent until you looked in the trays (N goes on without it)")

    def problems(self) -> Sequence[Problem]:
        """Message 31."""
        return () if self._known is None else (problem(31, cards=max(self._known.unknown, 1)),)

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Answer by serial, R or B, or leave it for later."""
        officer = self.rekam.officer
        barred = None
        if officer is not None and not officer.may(OfficerRole.PRINTING):
            barred = problem(25, role=_("printing operator").capitalize())
        made = (
            Hint(keys.ENTER, _("Serial"), self.confirm, barred=barred),
            Hint(keys.CARD_TROUBLE, _("Spoiled"), self.spoiled, barred=barred),
            Hint(keys.NOT_YET, _("None came"), self.none_came, barred=barred),
            Hint(keys.NEXT, _("Next"), self.later, barred=barred),
            Hint(keys.AGAIN, _("Again"), self.look_again, rank=0, help=_("asks the printer now")),
        )
        if self._unexpected:
            return (
                Hint(keys.YES, _("Use {serial}").format(serial=self._unexpected), self.use_odd, barred=barred),
                *made,
            )
        return made

    async def confirm(self) -> None:
        """Count the card by what was typed."""
        if self.entry.complete:
            await self._count(self.entry.text)

    async def scanned(self, text: str) -> None:
        """Count the card by a scan."""
        self.entry.set(text)
        await self._count(text)

    async def use_odd(self) -> None:
        """Count the card by a serial that is not the next one, as the officer has just confirmed."""
        await self._count(self._unexpected, accept=True)

    async def _count(self, serial: str, *, accept: bool = False) -> None:
        if self._known is None:
            return
        self._unexpected = ""
        try:
            card = await sop.end_with(self.rekam, _confirm, self._token, serial, accept)
        except StockRefusedError as error:
            if error.reason is StockReason.OUT_OF_ORDER:
                self._unexpected = error.serial
                self.stand()
            self.refuse(drawn.serial_problem(error))
        except CardRefusedError as error:
            self.refuse(drawn.card_problem(error))
        else:
            name = self._known.job.name
            await self._settled("√ " + _("{name} printed {serial}").format(name=name, serial=card.serial))

    async def spoiled(self) -> None:
        """Note the blank as spoiled before a witness."""
        if self._known is not None and await note_spoiled(self, self._known.job, self.entry.text):
            words = _("{name}: blank spoiled, ready to be printed again")
            await self._settled("√ " + words.format(name=self._known.job.name))

    async def none_came(self) -> None:
        """Put the card back into the queue after both trays were found empty."""
        if self._known is not None and await note_none_came(self, self._known.job):
            words = _("{name}: no card came, back in the queue")
            await self._settled("√ " + words.format(name=self._known.job.name))

    async def later(self) -> None:
        """Leave it unknown: others may be printed, this pupil not."""
        await self.store.run(cards.put_aside, self._token)
        await self._settled("? " + _("Outcome stays unknown; others may be printed"))

    async def look_again(self) -> None:
        """Ask the printer whether it remembers the card."""
        await card_job.CardJob(self.rekam, self._token).look_once()

    async def _settled(self, news: str) -> None:
        """Go back to the queue, or on with the run."""
        await self.store.run(drafts.drop, self._draft)
        following, known = None, self._known
        if self._run.left is not None and known is not None:
            following = await self.store.run(self._run.following, known.job.pupil, known.place)
            self._run.counted()
        if following is None:
            await self.rekam.back()
        else:
            await self.rekam.switch_screen(CardScreen(following.id, self._run))
        if isinstance(self.rekam.screen, FrameScreen):
            self.rekam.screen.news = news

    @property
    def _draft(self) -> str:
        return f"card/{self._token.hex}/serial"

    def _typed(self, text: str) -> None:
        self._unexpected = ""
        self.rekam.aside(self.store.run(drafts.save, self._draft, text))


def _confirm(tx: Transaction, token: uuid.UUID, serial: str, accept: bool) -> CardView:
    return cards.confirm_printed(tx, token, serial, accept_out_of_order=accept)


def _read(tx: Transaction, token: uuid.UUID, run: Run) -> _Known:
    unknown = sum(job.state is JobState.UNKNOWN for job in cards.unresolved(tx))
    job = cards.job(tx, token)
    visit = pupils.detail(tx, job.pupil).visit
    place = card_queue.place_of(tx, job.pupil, run.order)
    return _Known(job, visit, place, stock.balance(tx), card_queue.counts(tx).printed_today, unknown, tx.today())
