"""Step 5 (S14): what is to be changed in SIAK, seen there one by one, and done when the officer says so."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from store import drafts, pupils, siak_update
from store.checks import CheckBlockedError, ReasonNeededError
from store.documents import DocumentKind
from store.progress import IllegalMoveError, PupilState
from store.siak_update import Block, Blocker, NotPermittedError, UpdateBlockedError, UpdateSheet
from store.standing import NotInStepError
from tui import figures, keys, sop, turns
from tui.approval import ask_coordinator
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import N_, _, p_
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens import paper_preview, siak_fields
from tui.screens.history_pane import HistoryPane
from tui.widgets.fields import DATE, Field, Form
from tui.widgets.rows import Rows

if TYPE_CHECKING:
    from store.pupils import PupilDetail
    from store.transaction import Transaction

_BELOW = 12
_REASONS = (
    N_("SIAK's network is down"),
    N_("the pupil cannot come again"),
    N_("the office changes SIAK later"),
    N_("the operator of SIAK is away"),
)


@dataclass(frozen=True, repr=False)
class Opened:
    """A pupil in step 5: her changes, what is half typed, and whether the office lets her be recorded first."""

    pupil: PupilDetail
    sheet: UpdateSheet
    typed: dict[str, str]
    may_record_first: bool


def open_sheet(tx: Transaction, pupil: uuid.UUID) -> Opened:
    """Read all that the screen shows; raises UnknownPupilError."""
    text = drafts.load(tx, _draft_key(pupil))
    return Opened(
        pupils.detail(tx, pupil),
        siak_update.sheet(tx, pupil),
        {} if text is None else json.loads(text),
        bool(tx.setting("siak.record_before_update")),
    )


def enter(tx: Transaction, pupil: uuid.UUID, day: date | None, officer_name: str, reference: str) -> None:
    """Store when SIAK was changed, by whom and under which number, and forget the draft."""
    siak_update.enter(tx, pupil, day=day, officer_name=officer_name, reference=reference)
    drafts.drop(tx, _draft_key(pupil))


def _draft_key(pupil: uuid.UUID) -> str:
    return f"siak_update/{pupil.hex}"


class SiakUpdateScreen(FrameScreen):
    """The changes, and below them when, by whom and under which number SIAK was changed."""

    step = 5
    subject = N_("SIAK update")

    def __init__(self) -> None:
        super().__init__()
        self._beside = HistoryPane(self)
        self._opened: Opened | None = None
        self._rows = Rows()
        self._form = Form(
            (Field("day", 10, pattern=DATE), Field("officer", 21), Field("reference", 29)),
            lambda _name, _text: self._save_draft(),
            esc_leaves=False,
        )
        self._form.focused = False
        self._editing = False
        self.parts = (self._rows,)

    # --- reading ------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the pupil and let her clock run; the first time the fields are filled with what is likely."""
        open_pupil = self.rekam.pupil
        if open_pupil is None:
            return
        self._beside.forget()
        first = self._opened is None
        opened = self._opened = await self.store.run(open_sheet, open_pupil.id)
        self._rows.count = len(opened.sheet.changes)
        if opened.pupil.state is PupilState.UPDATE and self.in_front:
            await sop.begin(self.rekam, 5, opened.pupil.visit, open_pupil.id)
        if first:
            self._form.restore({**self._likely(opened.sheet), **opened.typed})
            unseen = [at for at, change in enumerate(opened.sheet.changes) if change.seen_at is None]
            self._rows.at = unseen[0] if unseen else 0
            if opened.typed:
                self._edit()
                self._form.focus("reference")

    def _likely(self, sheet: UpdateSheet) -> dict[str, str]:
        officer = self.rekam.officer
        name = sheet.officer_name or (officer.name if officer is not None else "")
        day = sheet.day or self.rekam.local_now().date()
        return {"day": f"{day:%d%m%Y}", "officer": name, "reference": sheet.reference}

    def _save_draft(self) -> None:
        if self._opened is not None:
            key = _draft_key(self._opened.pupil.pupil)
            self.rekam.aside(self.store.run(drafts.save, key, json.dumps(self._form.values())))

    @property
    def _day(self) -> date | None:
        field = self._form["day"]
        return field.day if isinstance(field, Field) else None

    @property
    def _elsewhere(self) -> bool:
        return self._opened is None or self._opened.pupil.state is not PupilState.UPDATE

    def _blocks(self) -> tuple[Block, ...]:
        """Return what stands in the way of Y with what the fields hold now."""
        if self._opened is None:
            return ()
        entered = replace(self._opened.sheet, day=self._day, reference=self._form["reference"].text.strip())
        return siak_update.update_blockers(entered, self.rekam.local_now().date())

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return step and pupil, and her NIK."""
        if self._opened is None:
            return _("5 SIAK update"), ""
        about = self._opened.pupil
        nik = f"NIK {figures.grouped(about.nik)}" if about.nik else ""
        return _("5 SIAK update") + f" · {about.name}", nik

    def pane(self) -> Sequence[Line]:
        """Return her history."""
        return self._beside.lines()

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the changes, the paper they stand on, and the three fields."""
        if self._opened is None:
            return ()
        sheet = self._opened.sheet
        head = Line().put(5, p_("data", "Field")).put(21, _("Old (SIAK)")).put(43, _("New")).put(64, _("Basis"))
        blocks = [self._block(change) for change in sheet.changes]
        basis = _("Certificate {number}").format(number=sheet.basis or "–")
        listed = Line().put(5, _("F-1.06 statement of data change"))
        if sheet.number:
            listed.state(43, _("√ on the list, number {number}").format(number=sheet.number))
        return [
            head,
            *self._rows.lines(blocks, height - _BELOW, width),
            Line(),
            Line().put(5, basis, width=73),
            listed,
            Line(),
            Line().put(5, _("Already changed in SIAK?")),
            *self._draw_form(),
            Line().put(5, _("Space ticks what already shows the new value in SIAK.")),
            Line(),
            Line().put(5, _("No network?")).put(21, _("N: she waits in step 5, the queue goes on.")),
            Line().put(21, _("X: record first, if the office allows it (reason).")),
        ]

    @staticmethod
    def _block(change: siak_update.DataChange) -> list[Line]:
        block = siak_fields.row(
            (
                (5, 15, siak_fields.label(change.field)),
                (21, 21, siak_fields.shown(change.field, change.old)),
                (43, 20, siak_fields.shown(change.field, change.new)),
                (64, 16, _("certificate")),
            )
        )
        block[0].state(3, "·" if change.seen_at is None else "√")
        return block

    def _draw_form(self) -> list[Line]:
        form = self._form
        first = form.draw(Line().put(5, _("Date")), "day", 21)
        first = form.draw(first.put(38, _("Officer")), "officer", 47)
        second = form.draw(Line().put(5, _("Reference")), "reference", 21)
        return [first, second.put(54, _("number of the request"))]

    def status(self) -> str:
        """Count what is seen in SIAK."""
        if self._opened is None:
            return ""
        changes = self._opened.sheet.changes
        seen = sum(change.seen_at is not None for change in changes)
        return _("{seen} of {count} fields already show the new value in SIAK").format(seen=seen, count=len(changes))

    def problems(self) -> Sequence[Problem]:
        """Return what Y waits for."""
        if self._opened is None:
            return ()
        if self._elsewhere:
            return (Problem("!", _("She does not stand in step 5 now. Look only. Esc: back.")),)
        return [Problem("!", self._words_of(block)) for block in self._blocks()]

    def _words_of(self, block: Block) -> str:
        match block.kind:
            case Blocker.NOT_SEEN:
                return self._not_seen(block)
            case Blocker.NO_REFERENCE:
                return _("Reference number empty. The rest is kept. E writes it.")
            case Blocker.NO_DAY:
                return _("No date on which SIAK was changed. The rest is kept. E writes it.")
            case Blocker.DAY_IN_FUTURE:
                return _("The date lies in the future. The rest is kept. E corrects it.")

    def _not_seen(self, block: Block) -> str:
        assert self._opened is not None
        unseen = [change.field for change in self._opened.sheet.changes if change.seen_at is None]
        if len(unseen) == 1:
            said = _("{field} not ticked. Y (already changed) waits for {count} of {count}.")
            return said.format(field=siak_fields.label(unseen[0]), count=block.of)
        return _("{seen} of {count} fields ticked. Y (already changed) waits for all. Space ticks.").format(
            seen=block.seen, count=block.of
        )

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the list, or of the fields while they are typed into."""
        leaving = Hint(keys.BACK, _("Back"), self._leave, rank=0)
        if self._elsewhere:
            return (leaving,)
        if self._editing:
            return (
                Hint(keys.ENTER, _("Keep"), self._keep, help=_("keep date, officer and reference")),
                Hint(keys.BACK, _("Back"), self._keep),
                Hint(keys.NEXT, _("Next"), self._next),
            )
        return (
            Hint(keys.TICK, _("Tick"), self._tick, help=_("this change is seen in SIAK")),
            Hint(keys.EDIT, _("Edit"), self._edit, help=_("date, officer, reference")),
            Hint(keys.YES, _("Already changed"), self._confirm, help=_("SIAK was changed; to step 6")),
            Hint(keys.NEXT, _("Next"), self._next, help=_("she waits in step 5")),
            Hint(keys.EXCEPTION, _("Record first"), self._record_first, rank=2),
            Hint(keys.PRINT, _("F-1.06"), self._print, help=_("the visit's list of changes on paper"), rank=2),
            Hint(keys.HISTORY, _("History"), self._history, rank=3),
            leaving,
        )

    def words(self) -> Sequence[str]:
        """Say what stops the sheet and who changes SIAK."""
        return (
            _("SIAK is changed in SIAK itself, from the certificate; here the officer says that it was."),
            _("A newer export that shows the new value ticks it by itself."),
            _("Y waits until every change is ticked and date and reference are written."),
            _("X needs the office's setting, a reason and a coordinator; the changes stay on the list."),
        )

    async def _tick(self) -> None:
        opened = self._opened
        if opened is None or not opened.sheet.changes:
            return
        field = opened.sheet.changes[self._rows.at].field
        if await self._change(siak_update.tick_seen, opened.pupil.pupil, field):
            await self.load()
            assert self._opened is not None
            if self._opened.sheet.changes[self._rows.at].seen_at is not None:
                self._rows.at += 1

    def _edit(self) -> None:
        self._editing = True
        empty = next((name for name, text in self._form.values().items() if not text), "day")
        self._form.focus(empty)
        self.parts = (self._rows, self._form)
        self.focus_part(1)

    async def _keep(self) -> None:
        """Store the three fields as they are; what is missing is asked for by Y."""
        if await self._enter():
            self._editing = False
            self._form.focused = False
            self.parts = (self._rows,)
            self.focus_part(0)
            await self.load()

    async def _enter(self) -> bool:
        opened = self._opened
        if opened is None:
            return False
        values = self._form.values()
        return await self._change(enter, opened.pupil.pupil, self._day, values["officer"], values["reference"])

    async def _confirm(self) -> None:
        opened = self._opened
        if opened is None:
            return
        if blocks := self._blocks():
            self.refuse(Problem("×", self._words_of(blocks[0])))
            return
        about = opened.pupil

        end = partial(sop.end_with, self.rekam, siak_update.confirm, about.pupil)
        if await self._enter() and await self._attempt(end):
            await self._go_on(about.pupil)

    async def _record_first(self) -> None:
        opened = self._opened
        if opened is None:
            return
        if not opened.may_record_first:
            self._refuse_record_first()
            return
        about = opened.pupil
        title = _("Record first: {name}").format(name=about.name)
        effect = _("Effect: she is recorded now; the changes stay on the list for SIAK.")
        reason = await self.ask_reason(title, effect, [_(text) for text in _REASONS])
        if reason is None:
            return
        answers = await ask_coordinator(self, title, reason.text)
        if answers is None:
            return

        end = partial(sop.end_with, self.rekam, siak_update.record_first, about.pupil, reason.text, answers)
        if await self._attempt(end):
            await self._go_on(about.pupil)

    async def _go_on(self, pupil: uuid.UUID) -> None:
        """Go on with her under the name that now holds: it may be the one that was corrected."""
        now = await self.store.run(pupils.detail, pupil)
        await turns.go_on(self.rekam, OpenPupil(pupil, now.name))

    async def _next(self) -> None:
        await sop.leave(self.rekam)
        await turns.open_next(self.rekam)

    async def _leave(self) -> None:
        await turns.to_queue(self.rekam)

    async def _history(self) -> None:
        from tui.screens.pupil import PupilScreen

        if self.rekam.pupil is not None:
            await self.rekam.over(PupilScreen(self.rekam.pupil))

    async def _print(self) -> None:
        """Show the visit's list as it stands now, before it is printed."""
        await paper_preview.show_of_visit(self, DocumentKind.SIAK_UPDATES)

    # --- what the store may say no to -----------------------------------------------------------------------------

    async def _change(self, function: Callable[..., Any], *arguments: Any) -> bool:
        return await self._attempt(lambda: self.store.run(function, *arguments))

    async def _attempt(self, act: Callable[[], Awaitable[Any]]) -> bool:
        """Carry out a change; where the store says no, say why and return False."""
        try:
            await act()
        except UpdateBlockedError as error:
            await self.load()
            self.refuse(Problem("×", self._words_of(error.blockers[0])))
        except CheckBlockedError as error:
            block = error.blockers[0]
            day = figures.long_date(block.day) if block.day is not None else "–"
            self.refuse(problem(10, date=day, status=block.code or _("recorded here")))
        except NotPermittedError:
            self._refuse_record_first()
        except ReasonNeededError:
            self.refuse(Problem("×", _("No reason written. Nothing was changed. X asks again.")))
        except (NotInStepError, IllegalMoveError):
            await self.load()
            self.refuse(Problem("×", _("She was moved on from another desk. Nothing changed here. Esc: back.")))
        else:
            return True
        return False

    def _refuse_record_first(self) -> None:
        self.refuse(Problem("×", _("The office does not allow recording first. She waits in step 5. N: next.")))
