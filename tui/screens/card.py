"""S23 and B23, step 7: one card from the queue to the officer's hand; it counts with the serial on its back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hw.types import JobOutcome
from store import card_face, card_queue, cards, drafts, stock
from store.cards import CardRefusedError, CardState, JobState
from store.stock import StockReason, StockRefusedError
from store.transaction import OfficerRole
from tui import card_job, card_paper, figures, keys, printer_words, sop
from tui.card_job import NotSentError
from tui.card_paper import AsPrinted, NotDrawnError
from tui.card_run import Run
from tui.frame import FrameScreen
from tui.i18n import _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens import card_lines as drawn
from tui.screens.card_lines import Sheet
from tui.widgets.bars import Top
from tui.widgets.serial import SerialEntry

if TYPE_CHECKING:
    from store.transaction import Transaction


class CardScreen(FrameScreen):
    """One pupil's card; after its serial the next one stands here, in a run sent by itself."""

    step = 7

    def __init__(self, pupil: uuid.UUID, run: Run) -> None:
        super().__init__()
        self._pupil = pupil
        self._run = run
        self._begun = run.left is None
        self._sheet: Sheet | None = None
        self._picture: tuple[str, ...] = ()
        self._pictured: uuid.UUID | None = None
        self._printed: AsPrinted | None = None
        self._in_full = False
        self._unexpected = ""
        """A serial that is not the expected one and waits for Y."""
        self.entry = SerialEntry((keys.CARD_TROUBLE, keys.NOT_YET, keys.YES, keys.REVEAL), self._typed)
        self.parts = (self.entry,)

    # --- reading ------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the card, and go on with what is under way: a run sends, an unknown outcome has its own screen."""
        self._sheet = sheet = await self.store.run(_read, self._pupil, self._run)
        self.entry.expected = sheet.balance.next_serial or ""
        if sheet.job is not None or sheet.gate.open:
            await sop.begin(self.rekam, 7, sheet.face.visit, self._pupil)
        if self._pictured != self._pupil:
            self._pictured = self._pupil
            self._printed = await asyncio.to_thread(card_paper.as_printed, sheet.face)
            await self._read_picture(sheet)
        if sheet.job is None:
            self.entry.text = ""
            if not self._begun:
                self._begun = True
                await self.print_card()
            return
        if not self.entry.text:
            self.entry.text = await self.store.run(drafts.load, self._draft(sheet.job.token)) or ""
        if sheet.job.state is JobState.UNKNOWN:
            await self._to_unknown(sheet.job.token)
        elif self.rekam.card_job is None or not self.rekam.card_job.followed:
            await card_job.resume(self.rekam)

    async def _read_picture(self, sheet: Sheet) -> None:
        self._picture = ()
        key = card_job.printing_key(self.rekam)
        if key is not None:
            try:
                self._picture = await asyncio.to_thread(card_paper.thumbnail, sheet.face, key, *drawn.PICTURE)
            except NotDrawnError as error:
                self.refuse(drawn.not_drawn(error.letters))

    async def _to_unknown(self, token: uuid.UUID) -> None:
        from tui.screens.unknown_card import UnknownCardScreen

        await self.rekam.switch_screen(UnknownCardScreen(token, self._run))

    # --- drawing ------------------------------------------------------------------------------------------------

    def top(self) -> Top:
        """Say that cards are printed for all schools."""
        return self.rekam.bearings(_("All schools"))

    def headline(self) -> tuple[str, str]:
        """Return whose card it is, and which of the day."""
        left = "7 " + _("Print")
        if self._sheet is None:
            return left, ""
        left += f" · {self._sheet.face.name}"
        right = _("card {number} of today").format(number=self._sheet.printed_today + 1)
        if self._run.left is not None:
            return left, right + " · " + _("{cards} to go").format(cards=self._run.left)
        return left, right + " · " + (_("printed again") if self._sheet.reprint else _("first print"))

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the face, the gates and the four steps; or the face alone, just as it is printed."""
        sheet = self._sheet
        if sheet is None:
            return ()
        if self._in_full and self._printed is not None:
            return drawn.as_printed(sheet.face, self._printed)
        zone = figures.ZONES[self.rekam.settings.zone]
        made = [*drawn.face(sheet, self._picture), drawn.gates(sheet), Line()]
        levels = printer_words.levels(self.rekam.card_job.status if self.rekam.card_job else None)
        made += drawn.steps(sheet, self._printer(), levels, self.entry, zone)
        if sheet.job is not None and self.entry.complete:
            after = _("Enter: printed.")
            if sheet.following is not None:
                after += " " + _("Next: {name}").format(name=sheet.following.name)
            made.append(Line().put(33, after, width=46))
        elif sheet.job is None and sheet.gate.open:
            made.append(Line().put(33, _("C sends this card to the printer, once.")))
        return made

    def _printer(self) -> str:
        job = self.rekam.card_job
        attached = printer_words.printer_of(self.rekam.equipment)
        if job is None or self._sheet is None or self._sheet.job is None or job.token != self._sheet.job.token:
            return printer_words.state(attached, None)
        return printer_words.state(attached, job.status, silent=job.silent_since is not None)

    def status(self) -> str:
        """Say the rule, or that this card is not set as others are."""
        if self._in_full:
            return _("Lines and their breaks as on the card. V goes back.")
        if self._printed is not None and self._printed.small:
            return _("! Something long is printed smaller on this card. V shows it.")
        return _("One card is one job. It counts as printed only with its serial.")

    def problems(self) -> Sequence[Problem]:
        """Tell what is wrong with the printer while a card is in it, and what runs out."""
        sheet, job = self._sheet, self.rekam.card_job
        if sheet is None:
            return ()
        made: list[Problem] = []
        if self._printed is not None and self._printed.letters:
            made.append(drawn.not_drawn(self._printed.letters))
        if job is not None and sheet.job is not None and job.token == sheet.job.token:
            if job.silent_since is not None:
                zone = figures.ZONES[self.rekam.settings.zone]
                since = figures.clock_time(job.silent_since.astimezone(zone))
                made.append(
                    Problem("×", _("No word from the printer since {time}. It is asked on.").format(time=since))
                )
            elif sheet.job.state is JobState.SENT and job.status is not None:
                fault = printer_words.fault(job.status)
                made += [printer_words.stopped_on_the_way(fault)] if fault else []
        elif job is not None and job.refused and sheet.job is None:
            made.append(Problem("×", _("The printer refused the card: nothing was printed. C tries again.")))
        elif job is not None and job.withdrawn and sheet.job is None:
            made.append(Problem("×", _("The print server lost the card: nothing was printed. C prints it.")))
        return made

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Print while nothing is sent; afterwards the serial, spoiled, or none came."""
        officer = self.rekam.officer
        barred = None
        if officer is not None and not officer.may(OfficerRole.PRINTING):
            barred = problem(25, role=_("printing operator").capitalize())
        back = Hint(keys.BACK, _("Queue"), self.leave_card)
        shown = 2 if self._sheet is None or self._sheet.job is None else 0
        face = Hint(keys.REVEAL, _("Card face"), self.show_face, rank=shown, help=_("the lines as they are printed"))
        if self._sheet is None or self._sheet.job is None:
            return (
                Hint(keys.PRINT, _("Print"), self.print_card, barred=barred, help=_("sends the card, once")),
                Hint(keys.NEXT, _("Next"), self.next_card),
                Hint(keys.AGAIN, _("Again"), self.print_card, rank=0, barred=barred, help=_("sends the card, once")),
                face,
                back,
            )
        made = [
            Hint(keys.ENTER, _("Printed"), self.confirm, rank=1 if self.entry.complete else 0, barred=barred),
            Hint(keys.CARD_TROUBLE, _("Spoiled"), self.spoiled, barred=barred),
            Hint(keys.NOT_YET, _("None came"), self.none_came, barred=barred, help=_("no card came out")),
            Hint(keys.AGAIN, _("Again"), self.look_again, rank=0, help=_("asks the printer now")),
        ]
        if self._unexpected:
            made.insert(
                0, Hint(keys.YES, _("Use {serial}").format(serial=self._unexpected), self.use_odd, barred=barred)
            )
        return (*made, face, back)

    def show_face(self) -> None:
        """Show the card's lines as they are printed, and back."""
        self._in_full = not self._in_full
        self.refresh_frame()

    async def print_card(self) -> None:
        """Send the card; whatever is in the way is said, and then nothing was sent."""
        self._begun = True
        try:
            await card_job.start(self.rekam, self._pupil)
        except NotSentError as error:
            self.refuse(error.problem)
        except CardRefusedError as error:
            self.refuse(drawn.card_problem(error, self._sheet))
        except NotDrawnError as error:
            self.refuse(drawn.not_drawn(error.letters))
        else:
            await self.load()

    async def confirm(self) -> None:
        """Count the card by what was typed or scanned."""
        if self.entry.complete:
            await self._count(self.entry.text)

    async def scanned(self, text: str) -> None:
        """Take a scan whole and count the card by it."""
        self.entry.set(text)
        await self._count(text)

    async def use_odd(self) -> None:
        """Count the card by a serial that is not the next one, as the officer has just confirmed."""
        await self._count(self._unexpected, accept=True)

    async def _count(self, serial: str, *, accept: bool = False) -> None:
        job = None if self._sheet is None else self._sheet.job
        if job is None:
            return
        self._unexpected = ""
        try:
            card = await sop.end_with(self.rekam, _confirm, job.token, serial, accept, self._draft(job.token))
        except StockRefusedError as error:
            if error.reason is StockReason.OUT_OF_ORDER:
                if self._still_held():
                    return  # what she reads is another card's: hers is not out yet
                self._unexpected = error.serial
                self.stand()
            else:
                self.entry.set("")
            self.refuse(drawn.serial_problem(error))
            return
        except CardRefusedError as error:
            self.refuse(drawn.card_problem(error))
            return
        self.rekam.ring()
        self.news = "√ " + _("{name} printed {serial}").format(name=job.name, serial=card.serial)
        await self._go_on()

    async def spoiled(self) -> None:
        """Note the blank as spoiled before a witness; the pupil is ready again."""
        from tui.screens.card_trouble import note_spoiled

        job = None if self._sheet is None else self._sheet.job
        if job is None or self._still_held():
            return
        if await note_spoiled(self, job, self.entry.text or self.entry.expected):
            self.news = "√ " + _("{name}: blank spoiled, ready to be printed again").format(name=job.name)
            await self.load()

    async def none_came(self) -> None:
        """Put the card back into the queue after both trays were found empty."""
        from tui.screens.card_trouble import note_none_came

        job = None if self._sheet is None else self._sheet.job
        if job is None or self._still_held():
            return
        if await note_none_came(self, job):
            self.news = "√ " + _("{name}: no card came, back in the queue").format(name=job.name)
            await self.load()

    def _still_held(self) -> bool:
        """Whether the printer says that the card is still to come: a verdict now could make two of it."""
        job = self.rekam.card_job
        if job is None or self._sheet is None or self._sheet.job is None or job.token != self._sheet.job.token:
            return False
        coming = (JobOutcome.PENDING, JobOutcome.HELD, JobOutcome.PROCESSING, JobOutcome.STOPPED)
        held = job.followed and job.silent_since is None and job.outcome in coming
        if held:
            self.refuse(Problem("!", _("The printer still has this card. Wait, or clear the printer; then R or B.")))
        return held

    async def look_again(self) -> None:
        """Ask the printer at once."""
        if self.rekam.card_job is not None:
            await self.rekam.card_job.look_now()

    async def next_card(self) -> None:
        """Leave this card in the queue and open the next one that is ready."""
        following = None if self._sheet is None else self._sheet.following
        if following is None:
            await self.leave_card()
        else:
            if self._run.marked:
                self._run.counted()
            await self._open(following.id)

    async def leave_card(self) -> None:
        """Take back a serial that was asked about, else go back to the queue; what the machine is doing goes on."""
        if self._unexpected:
            self._unexpected = ""
            self.entry.set("")
        else:
            await self.rekam.back()

    async def _go_on(self) -> None:
        """After a card was counted: the next one of the run is sent, without a run the next one is opened."""
        place = None if self._sheet is None else self._sheet.place
        following = await self.store.run(self._run.following, self._pupil, place)
        self._run.counted()
        news = self.news
        if following is None:
            await self.rekam.back()
            if isinstance(self.rekam.screen, FrameScreen):
                self.rekam.screen.news = news
        else:
            await self._open(following.id)
            self.news = news

    async def _open(self, pupil: uuid.UUID) -> None:
        self._pupil = pupil
        self._begun = self._run.left is None
        self._sheet, self.entry.text, self._unexpected, self._in_full = None, "", "", False
        self.stand()
        await self.load()

    # --- drafts -------------------------------------------------------------------------------------------------

    @staticmethod
    def _draft(token: uuid.UUID) -> str:
        return f"card/{token.hex}/serial"

    def _typed(self, text: str) -> None:
        asked, self._unexpected = self._unexpected, ""
        if asked and asked.endswith(text[:-1]) and self.entry.complete and text != asked:
            self.entry.set(text[-1:])  # another serial, not more of the one that was asked about
            return
        job = None if self._sheet is None else self._sheet.job
        if job is not None:
            self.rekam.aside(self.store.run(drafts.save, self._draft(job.token), text))


def _confirm(tx: Transaction, token: uuid.UUID, serial: str, accept: bool, draft: str) -> cards.CardView:
    card = cards.confirm_printed(tx, token, serial, accept_out_of_order=accept)
    drafts.drop(tx, draft)
    return card


def _read(tx: Transaction, pupil: uuid.UUID, run: Run) -> Sheet:
    face = card_face.face(tx, pupil)
    unresolved = cards.unresolved(tx)
    had = cards.cards_of(tx, face.person)
    gate = card_queue.gate(tx, pupil)
    code, day = card_queue.status_of(tx, pupil)
    place = card_queue.place_of(tx, pupil, run.order)
    return Sheet(
        face=face,
        gate=gate,
        held=card_queue.held(tx, pupil),
        job=next((job for job in unresolved if job.person == face.person), None),
        card=next((card for card in had if card.state is CardState.VALID), None),
        reprint=any(card.state is CardState.REPLACED for card in had),
        status_code=code,
        status_day=day,
        printed_today=card_queue.counts(tx).printed_today,
        usual_seconds=cards.usual_seconds(tx),
        balance=stock.balance(tx),
        place=place,
        following=run.following(tx, pupil, place),
        blocking=next((job for job in unresolved if job.person != face.person and not job.put_aside), None),
    )
