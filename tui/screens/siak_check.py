"""Step 4 (S13): SIAK's data against the birth certificate, field by field, for the pupil who is open."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from store import drafts, siak_check, undo
from store.checks import FRESH_DAYS, CheckBlockedError, ReasonNeededError
from store.comparison import Result
from store.people import BadValueError
from store.progress import IllegalMoveError, PupilState
from store.siak_check import Blocker, Decision, Field, FieldBlock, FieldRow, FieldsBlockedError
from store.standing import NotInStepError
from store.undo import NothingToUndoError
from tui import figures, keys, sop, turns
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import N_, _, p_
from tui.keys import Hint
from tui.line import Line, stack
from tui.messages import Problem, problem
from tui.screens import siak_fields, siak_sheet
from tui.screens.history_pane import HistoryPane
from tui.screens.siak_panel import Panel
from tui.screens.siak_sheet import Opened
from tui.widgets.rows import Rows

_BELOW = 7


class SiakCheckScreen(FrameScreen):
    """Nine rows, and below them the panel of the one that differs."""

    step = 4
    subject = N_("SIAK data")

    def __init__(self) -> None:
        super().__init__()
        self._beside = HistoryPane(self)
        self._opened: Opened | None = None
        self._rows = Rows()
        self._rows.count = len(Field)
        self._panel: Panel | None = None
        self._raw = False
        self.parts = (self._rows,)

    # --- reading ------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the pupil and let her clock run; the first time, what was half typed is opened again."""
        open_pupil = self.rekam.pupil
        if open_pupil is None:
            return
        self._beside.forget()
        first = self._opened is None
        opened = await self.store.run(siak_sheet.open_sheet, open_pupil.id)
        self._opened = opened
        if opened.pupil.state is PupilState.SIAK and self.in_front:
            await sop.begin(self.rekam, 4, opened.pupil.visit, open_pupil.id)
        if first:
            self._go_to(next(iter(opened.typed), None) or self._first_open())
            if opened.typed:
                self._edit()

    def _go_to(self, field: Field | None) -> None:
        if field is not None:
            self._rows.at = list(Field).index(field)

    def _first_open(self) -> Field | None:
        return next((row.field for row in self._sheet_rows() if row.open), None)

    def _sheet_rows(self) -> tuple[FieldRow, ...]:
        return () if self._opened is None else self._opened.sheet.rows

    @property
    def _row(self) -> FieldRow | None:
        rows = self._sheet_rows()
        return rows[self._rows.at] if rows else None

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return step and pupil, and her place on the list."""
        if self._opened is None:
            return "4 SIAK", ""
        about = self._opened.pupil
        place = _("{number} of {total}").format(number=about.number, total=figures.number(self._opened.listed))
        return f"4 SIAK · {about.name}", f"{place} · {about.class_name}"

    def pane(self) -> Sequence[Line]:
        """Return her history."""
        return self._beside.lines()

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the nine fields, and below them the panel of the one at the cursor."""
        if self._opened is None:
            return ()
        room = height - 1 - _BELOW
        blocks = [self._block(row) for row in self._sheet_rows()]
        rows = self._rows.lines(blocks, room, width)
        return [self._head(), *rows, Line(), *stack(self._below(), 4), Line(), self._foot()]

    def _head(self) -> Line:
        day = self._opened.sheet.siak_day if self._opened is not None else None
        said = _("According to SIAK") + (f" ({day:%d-%m})" if day is not None else "")
        return Line().put(5, p_("data", "Field")).put(21, said).put(50, _("According to birth certificate"))

    def _block(self, row: FieldRow) -> list[Line]:
        siak, certificate, found = siak_fields.shown(row.field, row.siak), "·", ""
        if row.comparison is not None and row.certificate is not None:
            certificate = siak_fields.shown(row.field, row.certificate)
            found = siak_fields.verdict(row.comparison)
            if self._raw:
                siak, certificate = row.siak, row.certificate
            else:
                siak, certificate = siak_fields.differing(row.field, row.siak, row.certificate)
            if row.decision is Decision.POSTPONE:
                found = "! " + _("later")
        elif row.school_says is not None:
            hint = _("! school: {value}").format(value=siak_fields.shown(row.field, row.school_says))
            return self._mark(
                row, siak_fields.row(((5, 15, siak_fields.label(row.field)), (21, 27, siak), (50, 29, hint)))
            )
        columns = ((5, 15, siak_fields.label(row.field)), (21, 27, siak), (50, 21, certificate), (72, 8, found))
        return self._mark(row, siak_fields.row(columns))

    @staticmethod
    def _mark(row: FieldRow, block: list[Line]) -> list[Line]:
        block[0].state(3, "·" if row.open else "√")
        return block

    def _below(self) -> list[Line]:
        row = self._row
        if row is None or self._opened is None:
            return []
        panel = self._panel
        if panel is None:
            if not row.compared or (row.comparison is not None and row.comparison.result is Result.SAME):
                return self._source(row)
            panel = Panel(row)
        return panel.lines(self._opened.pupil.nik)

    @staticmethod
    def _source(row: FieldRow) -> list[Line]:
        if row.source is siak_check.SiakSource.TYPED:
            return [Line().put(5, _("SIAK's value was typed from SIAK's own screen."))]
        return []

    def _foot(self) -> Line:
        return Line().put(5, _("Not filled in = not compared. S: all the rest agrees with the certificate."))

    def status(self) -> str:
        """Count the fields by what comparing found."""
        rows = self._sheet_rows()
        results = [row.comparison.result for row in rows if row.comparison is not None]
        return _("{fields} fields · {differ} differ · {look} to look at · {open} not compared").format(
            fields=len(rows),
            differ=results.count(Result.DIFFERS),
            look=results.count(Result.LOOK),
            open=len(rows) - len(results),
        )

    def problems(self) -> Sequence[Problem]:
        """Return what goes to step 5, and how old or silent SIAK is."""
        if self._opened is None:
            return ()
        found: list[Problem] = []
        sheet = self._opened.sheet
        if self._elsewhere:
            found.append(Problem("!", _("She does not stand in step 4 now. Look only. Esc: back.")))
        elif sheet.changes:
            said = _("{count} changes go to step 5. L when all fields are compared.")
            found.append(Problem("!", said.format(count=len(sheet.changes))))
        if sheet.siak_day is None:
            found.append(Problem("?", _("Not in any SIAK export. E: type what SIAK's own screen shows.")))
        elif (self.rekam.local_now().date() - sheet.siak_day).days > FRESH_DAYS:
            found.append(problem(38, date=f"{sheet.siak_day:%d-%m}"))
        return found

    @property
    def _elsewhere(self) -> bool:
        return self._opened is None or self._opened.pupil.state is not PupilState.SIAK

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the list, or of the panel while it is open."""
        if self._opened is None:
            return ()
        leaving = Hint(keys.BACK, _("Back"), self._leave, rank=0)
        if self._elsewhere:
            shown = (Hint(keys.REVEAL, _("Raw"), self._reveal), leaving)
            if self._opened.pupil.state not in (PupilState.UPDATE, PupilState.RECORD):
                return shown
            return (Hint(keys.EDIT, _("Open again"), self._reopen, help=_("bring her back to step 4")), *shown)
        if self._panel is not None:
            return (
                Hint(keys.ENTER, _("Keep"), self._keep, help=_("keep what was typed about this field")),
                Hint(keys.BACK, _("Back"), self._close),
                Hint(keys.NEXT, _("Next"), self._next),
            )
        changes = len(self._opened.sheet.changes)
        on = _("Go on: change {count}").format(count=changes) if changes else _("Go on")
        return (
            Hint(keys.ENTER, _("Differs"), self._edit, help=_("differs: value, which prevails, reason")),
            Hint(keys.AGREES, _("Agrees"), self._agree_all, help=_("all the rest agrees with the certificate")),
            Hint(keys.GO_ON, on, self._go_on, help=_("to step 5 with the changes, else to step 6")),
            Hint(keys.NEXT, _("Next"), self._next),
            Hint(keys.TICK, _("Agrees"), self._agree, help=_("this field agrees"), rank=2),
            Hint(keys.EDIT, _("SIAK's value"), self._edit_siak, help=_("type what SIAK's own screen shows"), rank=3),
            Hint(keys.REVEAL, _("Raw"), self._reveal, help=_("raw values, without marks"), rank=3),
            Hint(keys.UNDO, _("Undo"), self._undo, rank=3),
            Hint(keys.HISTORY, _("History"), self._history, rank=3),
            leaving,
        )

    def words(self) -> Sequence[str]:
        """Explain the results and what stops the sheet."""
        return (
            _("× differs: the two say different things; which one prevails is decided with a reason."),
            _("! title, spelling, empty: they differ in form only, or one of them says nothing; decided too."),
            _("! school: what the school's list says; only a hint, the certificate is read."),
            _("Prevails certificate: SIAK is changed in step 5. SIAK: stays as it is. Postpone: she waits in step 4."),
            _("L waits until every field is compared and decided."),
        )

    def _edit(self) -> None:
        self._open_panel(siak=False)

    def _edit_siak(self) -> None:
        self._open_panel(siak=True)

    def _open_panel(self, *, siak: bool) -> None:
        row = self._row
        if row is None or self._opened is None:
            return
        pupil = self._opened.pupil.pupil

        def save(values: dict[str, str]) -> None:
            self.rekam.aside(self.store.run(drafts.save, siak_sheet.draft_key(pupil, row.field), json.dumps(values)))

        panel = Panel(row, None if siak else save, siak=siak)
        if not siak:
            panel.restore(self._opened.typed.get(row.field, {}))
        self._panel = panel
        self.parts = (self._rows, panel)
        self.focus_part(1)

    async def _close(self) -> None:
        """Leave the panel; what is half typed stays with the field."""
        self._panel = None
        self.parts = (self._rows,)
        self.focus_part(0)
        await self.load()

    async def _keep(self) -> None:
        panel, opened = self._panel, self._opened
        if panel is None or opened is None:
            return
        field, value, pupil = panel.row.field, panel.value, opened.pupil.pupil
        if value is None:
            self.refuse(_cannot_stand(field))
            return
        if panel.siak:
            kept = await self._change(siak_check.type_siak, pupil, field, value)
        else:
            kept = await self._change(siak_sheet.keep, pupil, field, value, panel.decision, panel.reason)
        if kept:
            await self._close()

    async def _reopen(self) -> None:
        opened = self._opened
        if opened is not None and await self._change(siak_check.reopen, opened.pupil.pupil):
            await self.load()

    async def _agree(self) -> None:
        row, opened = self._row, self._opened
        if row is not None and opened is not None:
            if await self._change(siak_check.agree, opened.pupil.pupil, row.field):
                self._rows.at += 1
            await self.load()

    async def _agree_all(self) -> None:
        """All the rest agrees; where nothing differs she goes on, else the cursor goes to what is undecided."""
        opened = self._opened
        if opened is None or not await self._change(siak_check.agree_all, opened.pupil.pupil):
            return
        await self.load()
        if (undecided := self._first_open()) is not None:
            self._go_to(undecided)
            self._refuse_blocked(self._opened.sheet.blockers if self._opened is not None else ())
        elif self._opened is not None and not self._opened.sheet.changes:
            await self._go_on()

    async def _go_on(self) -> None:
        opened = self._opened
        if opened is None:
            return
        if blockers := opened.sheet.blockers:
            self._go_to(blockers[0].fields[0])
            self._refuse_blocked(blockers)
            return
        about = opened.pupil
        if await self._attempt(lambda: sop.end_with(self.rekam, siak_sheet.finish, about.pupil)):
            await turns.go_on(self.rekam, OpenPupil(about.pupil, about.name))

    async def _next(self) -> None:
        await sop.leave(self.rekam)
        await turns.open_next(self.rekam)

    async def _leave(self) -> None:
        await turns.to_queue(self.rekam)

    async def _undo(self) -> None:
        opened = self._opened
        if opened is None:
            return
        try:
            await self.store.run(undo.undo, opened.pupil.pupil)
        except NothingToUndoError:
            self.refuse(Problem("!", _("Nothing to undo here. Everything stays as it is.")))
            return
        await self.load()
        if self._elsewhere:
            await turns.go_on(self.rekam, OpenPupil(opened.pupil.pupil, opened.pupil.name))

    async def _history(self) -> None:
        from tui.screens.pupil import PupilScreen

        if self.rekam.pupil is not None:
            await self.rekam.over(PupilScreen(self.rekam.pupil))

    def _reveal(self) -> None:
        self._raw = not self._raw

    # --- what the store may say no to -----------------------------------------------------------------------------

    async def _change(self, function: Callable[..., Any], *arguments: Any) -> bool:
        return await self._attempt(lambda: self.store.run(function, *arguments))

    async def _attempt(self, act: Callable[[], Awaitable[Any]]) -> bool:
        """Carry out a change; where the store says no, say why and return False."""
        try:
            await act()
        except ReasonNeededError:
            if self._panel is not None:
                self._panel.focus("reason")
            self.refuse(Problem("×", _("No reason written. What is typed is kept. Write it, then Enter.")))
        except BadValueError as error:
            self.refuse(_cannot_stand(Field(error.column)))
        except FieldsBlockedError as error:
            self._refuse_blocked(error.blockers)
        except CheckBlockedError as error:
            block = error.blockers[0]
            day = figures.long_date(block.day) if block.day is not None else "–"
            self.refuse(problem(10, date=day, status=block.code or _("recorded here")))
        except (NotInStepError, IllegalMoveError):
            await self.load()
            self.refuse(Problem("×", _("She was moved on from another desk. Nothing changed here. Esc: back.")))
        else:
            return True
        return False

    def _refuse_blocked(self, blockers: tuple[FieldBlock, ...]) -> None:
        if not blockers:
            return
        block = blockers[0]
        name = siak_fields.label(block.fields[0])
        match block.kind:
            case Blocker.UNDECIDED:
                said = _("{field} is not decided yet. The rest is kept. Enter decides.").format(field=name)
            case Blocker.POSTPONED:
                said = _("{field} is postponed: she waits in step 4. Enter decides, N: next.").format(field=name)
            case Blocker.NOT_COMPARED:
                count = len(block.fields)
                said = _("{count} fields not compared. The rest is kept. Space one by one, or S.").format(count=count)
        self.refuse(Problem("×", said))


def _cannot_stand(field: Field) -> Problem:
    if field is Field.BIRTH_DATE:
        return Problem("×", _("No such day in the calendar. Not kept. Correct it (31-12-2009), Enter."))
    said = _("{field} cannot be so (empty, too long, odd signs). Not kept. Correct it, Enter.")
    return Problem("×", said.format(field=siak_fields.label(field)))
