"""S28, step 8: both parties sign on the pad, one after the other; then the batch is closed and its papers are made."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hw.pictures import ink
from store import documents, handovers
from store.documents import Document, DocumentKind
from store.errors import ChangeError
from store.handovers import (
    Blocker,
    HandoverRefusedError,
    HandoverStage,
    HandoverState,
    Party,
    PartyRole,
    SignatureView,
)
from store.transaction import OfficerRole
from tui import figures, handover_paper, keys, papers, sop, strokes
from tui.frame import FrameScreen
from tui.i18n import _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem, problem
from tui.navigation import Place
from tui.pen import Pen
from tui.screens import handover_lines as drawn
from tui.screens import paper_preview
from tui.unlocking import store_problem

if TYPE_CHECKING:
    from datetime import date

    from store.transaction import Transaction

_BOX = (66, 4)
_SMALL = (36, 1)
_COPIES = 2


@dataclass(frozen=True, repr=False)
class _Sheet:
    """The batch with its blockers and its paper, as one transaction saw them."""

    state: HandoverState
    blockers: tuple[Blocker, ...]
    paper: Document | None
    day: date
    key_problem: str
    """Why the minutes get no electronic signature though the office has a key; empty where they get it, or has none."""


class SigningScreen(FrameScreen):
    """The two signatures under one list, then Y; a closed batch is only looked at."""

    step = 8

    def __init__(self, handover: uuid.UUID) -> None:
        super().__init__()
        self._handover = handover
        self._sheet: _Sheet | None = None
        self._in_words = ""
        self._long_day = ""
        self._signed_file = False
        self._making = False
        self.pen: Pen | None = None

    # --- reading ------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the batch, take up the pad, and make the papers of a batch that was closed without them."""
        self._sheet = sheet = await self.store.run(_read, self._handover)
        count = sheet.state.counts.given
        self._in_words, self._long_day = await asyncio.to_thread(_words, count, sheet.day)
        await self._look_at_paper()
        if self.pen is None:
            self.pen = Pen(self.rekam, self.refresh_frame)
        if self._turn is not None:
            self.pen.start()
        else:
            await self.pen.stop()
        if sheet.state.stage is HandoverStage.CLOSED and sheet.paper is None and not self._making:
            await self._make_papers()

    async def on_unmount(self) -> None:
        """Let go of the pad with the screen."""
        if self.pen is not None:
            await self.pen.stop()

    @property
    def _turn(self) -> PartyRole | None:
        """Who signs now: the office first, then the school; nobody once both signatures stand."""
        if self._sheet is None or self._sheet.state.stage is not HandoverStage.OPEN:
            return None
        return next((role for role in PartyRole if self._signed(role) is None), None)

    def _signed(self, role: PartyRole) -> SignatureView | None:
        if self._sheet is None:
            return None
        return next((one for one in self._sheet.state.signatures if one.party is role and one.stands), None)

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return how many cards are signed for, and the pad."""
        left = "8 " + _("Hand") + " · " + _("signing and documents")
        if self._sheet is None:
            return left, ""
        right = _("{cards} cards").format(cards=figures.number(self._sheet.state.counts.given))
        attached = None if self.pen is None else self.pen.attached
        pad = _("no pad") if attached is None else _("pad {name}").format(name=attached.name)
        return left, f"{right} · {pad}"

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the minutes' number, both parties with their ink, and the papers."""
        sheet = self._sheet
        if sheet is None:
            return ()
        number = sheet.state.number or _("numbered when it is closed")
        made = [
            Line("     BERITA ACARA SERAH TERIMA   " + number),
            Line(f"     {self._long_day} · {self._in_words} KTP-el"),
            Line(),
        ]
        turn = self._turn
        for role, party in ((PartyRole.OFFICE, sheet.state.office), (PartyRole.SCHOOL, sheet.state.receiver)):
            made.append(self._party(role, party, here=role is turn))
            if role is turn:
                made += self._pad()
            elif (signed := self._signed(role)) is not None:
                made.append(self._ink(signed))
        return [*made, *self._documents(sheet)]

    def _party(self, role: PartyRole, party: Party, *, here: bool) -> Line:
        symbol = "►" if here else "√" if self._signed(role) else "·"
        line = Line().state(3, symbol).put(5, _(drawn.PARTY_WORDS[role])).put(22, party.name, width=23)
        digits = party.nip
        grouped = f"{digits[:8]} {digits[8:14]} {digits[14:15]} {digits[15:]}" if len(digits) == 18 else digits
        return line.put(46, f"NIP {grouped or '-'}", width=33)

    def _pad(self) -> list[Line]:
        shown: tuple[str, ...] = ()
        if self.pen is not None and self.pen.signature.points:
            draw = ink.half_cells if self.rekam.look.ascii_only else ink.braille
            shown = draw(self.pen.signature, *_BOX)
        made = [Line("     ┌" + "─" * _BOX[0] + "┐")]
        for row in range(_BOX[1]):
            made.append(Line("     │").put(6, shown[row] if row < len(shown) else "").put(6 + _BOX[0], "│"))
        return [*made, Line("     └" + "─" * _BOX[0] + "┘")]

    def _ink(self, signed: SignatureView) -> Line:
        zone = figures.ZONES[self.rekam.settings.zone]
        at = figures.clock_time(signed.at.astimezone(zone))
        if signed.image is None:
            return Line().put(5, _("in ink on paper: {reason}").format(reason=signed.wet_reason), width=41).put(47, at)
        signature = strokes.decode(signed.image)
        draw = ink.half_cells if self.rekam.look.ascii_only else ink.braille
        line = Line().put(5, draw(signature, *_SMALL)[0])
        return line.put(47, at + " · " + _("{strokes} strokes").format(strokes=len(signature.strokes)))

    def _documents(self, sheet: _Sheet) -> list[Line]:
        rows = figures.number(sheet.state.counts.given)
        if self._making:
            kept = "► " + _("is being drawn")
        elif sheet.paper is None:
            kept = "· " + _("drawn after Y")
        else:
            kept = "√ " + sheet.paper.path.name
        pages = "-" if sheet.paper is None else f"{figures.number(sheet.paper.pages)} ({_COPIES}x)"
        made = [Line().put(5, _("Document")).put(25, _("Pages")).put(34, _("State"))]
        made.append(Line().put(5, "BAST").put(25, pages).state(34, kept, 45))
        annexed = _("{cards} rows, by class").format(cards=rows)
        symbol = "·" if sheet.paper is None else "√"
        made.append(Line().put(5, _("Annexed list")).put(25, _("in it")).state(34, f"{symbol} {annexed}"))
        if sheet.paper is not None:
            signed = _("Signed PDF") if self._signed_file else "PDF"
            made.append(
                Line().put(5, signed).put(25, "1").put(34, papers.where(self.rekam, _path(sheet.paper)), width=45)
            )
        return made

    def status(self) -> str:
        """Say what to do without a pad, and what is left once both have signed."""
        if self._sheet is not None and self._sheet.state.stage is HandoverStage.CLOSED:
            return _("closed; a correction is a new record")
        if self._sheet is not None and self._turn is None:
            return _("Both have signed. Y closes the handover; nothing changes it afterwards.")
        return _("Without a pad: C prints first, sign in ink, then X with the reason")

    def problems(self) -> Sequence[Problem]:
        """Tell of a signature that a change made void, and of a pad that is gone."""
        if self._sheet is None:
            return ()
        made: list[Problem] = []
        if self._sheet.key_problem:
            made.append(Problem("!", self._sheet.key_problem))
        if any(not one.stands for one in self._sheet.state.signatures) and self._turn is not None:
            made.append(Problem("!", _("The list was changed after it was signed: sign again, U.")))
        if self._turn is not None and self.pen is not None and self.pen.lost:
            made.append(Problem("×", _("Signature pad lost. What was kept stands. Plug it in, then U; or X.")))
        return made

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Sign, clear, print, finish."""
        officer = self.rekam.officer
        barred = None
        if officer is not None and not officer.may(OfficerRole.PRINTING, OfficerRole.COORDINATOR):
            barred = problem(25, role=_("printing operator").capitalize())
        closed = self._sheet is not None and self._sheet.state.stage is HandoverStage.CLOSED
        print_out = Hint(
            keys.PRINT,
            _("Print"),
            self.print_out,
            barred=barred,
            help=_("shows it; C there prints it, to be signed in ink"),
        )
        if closed:
            home = Hint(keys.ENTER, _("Home"), self.go_home)
            back = Hint(keys.BACK, _("Back"), self.go_home)
            if self._sheet is not None and self._sheet.paper is None and not self._making:
                again = Hint(
                    keys.AGAIN, _("Again"), self.again, barred=barred, help=_("makes the paper that is missing")
                )
                return (home, again, back)
            return (home, print_out, back)
        again = Hint(
            keys.AGAIN, _("Again"), self.again, barred=barred, help=_("clears the pad, takes a signature back")
        )
        finish = Hint(
            keys.YES, _("Finish"), self.finish, barred=barred, help=_("closes the handover; nothing changes it")
        )
        back = Hint(keys.BACK, _("Back"), self.rekam.back)
        if self._turn is None:
            return (finish, again, print_out, back)
        return (
            Hint(keys.ENTER, _("Accept"), self.accept, barred=barred),
            again,
            print_out,
            finish,
            Hint(keys.EXCEPTION, _("Exception"), self.in_ink, rank=2, barred=barred, help=_("signed in ink: why")),
            back,
        )

    async def accept(self) -> None:
        """Keep the signature on the pad for whose turn it is."""
        turn, pen = self._turn, self.pen
        if turn is None or pen is None:
            return
        if pen.down:
            return  # in mid-stroke: Enter waits for the pen
        if not pen.signature.points:
            self.refuse(Problem("×", _("No pen stroke yet. What was signed stands. Sign on the pad, or X.")))
            return
        kept = strokes.encode(pen.signature)
        if await self._change(handovers.sign, self._handover, turn, kept):
            await pen.clear()
            self.stand()

    async def in_ink(self) -> None:
        """Note that this party signs on the paper, and why."""
        turn = self._turn
        if turn is None:
            return
        reasons = [_("no pad here"), _("pad broken"), _("does not want to sign on a pad"), _("other, write it")]
        effect = _("The paper is signed in ink; the screen keeps only the reason.")
        title = _("Signed in ink: {party}").format(party=_(drawn.PARTY_WORDS[turn]))
        reason = await self.ask_reason(title, effect, reasons, other=4)
        if reason is not None:
            await self._change(handovers.sign, self._handover, turn, None, reason.text)

    async def again(self) -> None:
        """Clear the pad, or take the last signature back; a closed batch gets the paper it lacks."""
        if self._sheet is None or self.pen is None:
            return
        if self._sheet.state.stage is HandoverStage.CLOSED:
            await self._make_papers()
        elif self.pen.signature.points:
            await self.pen.clear()
        else:
            signed = [role for role in PartyRole if self._signed(role) is not None]
            if self._turn is not None and not self.pen.reading:
                self.pen.start()
            elif signed:
                await self._change(handovers.unsign, self._handover, signed[-1])

    async def print_out(self) -> None:
        """Keep the minutes as they stand and show them; C there prints them, to be signed in ink."""
        try:
            await paper_preview.prepare_and_show(self, partial(handover_paper.prepare, handover=self._handover))
        except ChangeError as error:
            self._not_kept(error)

    async def finish(self) -> None:
        """Close the batch: the given cards are the school's; then the papers are made."""
        try:
            await sop.end_with(self.rekam, handovers.close, self._handover, self.rekam.settings.document_number)
        except HandoverRefusedError as error:
            self.refuse(drawn.refused(error))
            return
        self.rekam.ring()
        await self.load()

    async def go_home(self) -> None:
        """Leave the closed batch."""
        await self.rekam.go(Place.HOME)

    async def _make_papers(self) -> None:
        self._making = True
        self.refresh_frame()
        try:
            document = await handover_paper.keep_minutes(self.rekam, self._handover)
        except ChangeError as error:
            self._not_kept(error)
            return
        finally:
            self._making = False
        self._sheet = await self.store.run(_read, self._handover)
        await self._look_at_paper()
        copies = _COPIES if self.rekam.settings.document_printer else 1
        for _copy in range(copies):
            await papers.hand_out(self, document)

    async def _look_at_paper(self) -> None:
        paper = None if self._sheet is None else self._sheet.paper
        self._signed_file = paper is not None and await asyncio.to_thread(handover_paper.is_signed, _path(paper))

    def _not_kept(self, error: ChangeError) -> None:
        told = store_problem(error)
        if told is not None:
            self.refuse(told)

    async def _change(self, change: Callable[..., object], *arguments: object) -> bool:
        try:
            await self.store.run(change, *arguments)
        except HandoverRefusedError as error:
            self.refuse(drawn.refused(error))
            return False
        finally:
            await self.load()
        return True


def _path(document: Document) -> Path:
    return Path(document.path)


def _words(count: int, day: date) -> tuple[str, str]:
    from reports import words

    return drawn.in_words(count), words.full_date(day)


def _read(tx: Transaction, handover: uuid.UUID) -> _Sheet:
    state = handovers.state(tx, handover)
    blockers = handovers.blockers(tx, handover) if state.stage is HandoverStage.OPEN else ()
    made = documents.of_subject(tx, handover, DocumentKind.HANDOVER)
    paper = made[0] if made and state.stage is HandoverStage.CLOSED and made[0].number else None
    return _Sheet(state, blockers, paper, tx.today(), _key_problem(tx))


def _key_problem(tx: Transaction) -> str:
    """Say why the office's key signs nothing today; the paper is made all the same, as where there is none."""
    office = handover_paper.office_key(tx)
    if office is None or office.refused is None:
        return ""
    from reports.office_key import KeyProblem

    day = "" if office.refused.day is None else f"{office.refused.day:%d-%m-%Y}"
    if office.refused.reason is KeyProblem.ENDED:
        said = _("Office key ended {day}; the minutes are kept without it. Tell the office.")
    else:
        said = _("Office key begins {day}; the minutes are kept without it. Check the clock.")
    return said.format(day=day)
