"""S12: step 3 for one pupil. Was she ever recorded? The verdict decides whether she may come to step 6 at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from store import checks
from store.checks import Blocker, Finding, StatusSheet
from store.people import BadValueError
from store.progress import IllegalMoveError, PupilState
from store.standing import FIELD_ROLES
from store.transaction import NotAllowedError
from tui import figures, keys, sop, turns
from tui.approval import ask_coordinator
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens import pupil_check_lines
from tui.screens.history_pane import HistoryPane
from tui.siak_words import abbreviation
from tui.unlocking import store_problem
from tui.widgets.bars import rail_word
from tui.widgets.picks import LineDialog, PickDialog

if TYPE_CHECKING:
    from store.desks import AtDesk

_OTHERS = (
    (Finding.NEVER, N_("BELUM REKAM")),
    (Finding.PROCESSING, N_("being processed")),
    (Finding.FAILED, N_("failed at the centre")),
    (Finding.DUPLICATE, N_("DUPLICATE_RECORD")),
    (Finding.PRINT_READY, N_("PRR")),
    (Finding.PRINTING, N_("being printed")),
    (Finding.HAS_CARD, N_("has her card")),
    (Finding.NOT_IN_SIAK, N_("not in SIAK")),
    (Finding.OTHER_CODE, N_("another code")),
)
"""What `E` offers, in the order of its digits."""

_AGAINST = (
    N_("seen in SIAK just now"),
    N_("the export is old"),
    N_("told by the office"),
    N_("wrong person in SIAK"),
    N_("has her card at hand"),
    N_("other, write it"),
)


class PupilCheckScreen(FrameScreen):
    """One pupil at step 3: papers, recording status, lookalikes, verdict."""

    step = 3
    subject = N_("status check")

    def __init__(self) -> None:
        super().__init__()
        self._beside = HistoryPane(self)
        self._opened: OpenPupil | None = None
        self._sheet: StatusSheet | None = None
        self._total = 0
        self._elsewhere: AtDesk | None = None

    @property
    def pupil(self) -> OpenPupil:
        """Who is open, or was: on the way back to the queue she is closed before her sheet is gone."""
        pupil = self._opened = self.rekam.pupil or self._opened
        assert pupil is not None, "only opened with a pupil"
        return pupil

    def on_mount(self) -> None:
        """Take note of whom the sheet is about."""
        self._opened = self.rekam.pupil

    async def load(self) -> None:
        """Read all that step 3 shows of her."""
        from store import counts, desks

        self._beside.forget()
        sheet = self._sheet = await self.store.run(checks.sheet, self.pupil.id)
        self._total = (await self.store.run(counts.of_visit, sheet.pupil.visit)).pupils
        self._elsewhere = (await self.store.run(desks.elsewhere)).get(sheet.pupil.pupil)
        if sheet.pupil.state is PupilState.CHECK and self._elsewhere is None and self.in_front:
            await sop.begin(self.rekam, 3, sheet.pupil.visit, sheet.pupil.pupil)

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return her name, her number and her class."""
        name = self.rekam.pupil.name if self.rekam.pupil else ""
        left = f"3 {rail_word(3)} · {name}"
        if self._sheet is None:
            return left, ""
        about = self._sheet.pupil
        place = _("{number} of {total}").format(number=about.number, total=figures.number(self._total))
        return left, f"{place} · {about.class_name}"

    def pane(self) -> Sequence[Line]:
        """Return her history."""
        return self._beside.lines()

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Return the sheet."""
        return [] if self._sheet is None else pupil_check_lines.sheet_lines(self._sheet, width)

    def status(self) -> str:
        """Return which verdict agrees with SIAK."""
        return "" if self._sheet is None else pupil_check_lines.advice(self._sheet, [each for each, _word in _OTHERS])

    def problems(self) -> Sequence[Problem]:
        """Return what stands in the way of "never recorded", and that SIAK's word is old."""
        sheet = self._sheet
        if sheet is None:
            return ()
        if self._elsewhere is not None:
            return (turns.open_elsewhere(self._elsewhere),)
        found = [_problem_of(block, sheet) for block in sheet.blockers]
        day = sheet.pupil.status_day
        if day is not None and not sheet.fresh and not found:
            found.append(problem(38, date=f"{day:%d-%m}"))
        return found

    def words(self) -> Sequence[str]:
        """Explain the verdicts."""
        return (
            _("B only where SIAK and this laptop know no recording, all papers are ticked and she is 16."),
            _("C puts her on the print list; the gates of step 7 (PRR, 17 years) decide when her card is printed."),
            _("A verdict against SIAK needs a reason and a coordinator. Z takes a verdict back."),
        )

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the verdict and of the papers."""
        barred = self._barred()
        never = partial(self.give, Finding.NEVER)
        recorded = partial(self.give, Finding.RECORDED)
        return (
            Hint(keys.NOT_YET, _("Not recorded"), never, help=_("never recorded: to step 4"), barred=barred),
            Hint(keys.PRINT, _("Print"), recorded, help=_("recorded, not printed: print list"), barred=barred),
            Hint(keys.EDIT, _("Edit"), self.choose, help=_("another status, or her data"), barred=barred),
            Hint(keys.PAPERS, _("Papers"), self.tick_both, help=_("KK and certificate are there"), barred=barred),
            Hint(keys.NEXT, _("Next"), self.open_next),
            Hint(
                keys.TICK,
                _("Tick"),
                self.tick,
                help=_("same name compared, or papers one by one"),
                barred=barred,
                rank=0,
            ),
            Hint(keys.UNDO, _("Undo"), self.undo, rank=0, barred=barred),
            Hint(keys.HISTORY, _("History"), self.history, rank=2),
            Hint(keys.BACK, _("Back"), self.leave, rank=0),
        )

    def _barred(self) -> Problem | None:
        if self._elsewhere is not None:
            return turns.open_elsewhere(self._elsewhere)
        officer = self.rekam.officer
        if officer is None or officer.may(*FIELD_ROLES):
            return None
        return store_problem(NotAllowedError(frozenset(FIELD_ROLES)))

    async def give(self, finding: Finding, code: str | None = None) -> None:
        """Give a verdict; one against SIAK asks for the reason and the coordinator first."""
        if self._sheet is None:
            await self.load()
        sheet = self._sheet
        if sheet is None:
            return
        if finding is Finding.NEVER and sheet.blockers:
            self.rekam.ring()
            return
        reason, coordinator = "", None
        if not checks.agrees(finding, sheet.pupil, sheet.recorded_before):
            given = await self.ask_reason(
                _("Against SIAK: {name}").format(name=self.pupil.name),
                _("Effect: the verdict stands beside SIAK's word, with reason and coordinator."),
                [_(each) for each in _AGAINST],
                other=len(_AGAINST),
            )
            if given is None:
                return
            approved = await ask_coordinator(self, _("Verdict against SIAK"), given.text)
            if approved is None:
                return
            reason, coordinator = given.text, approved
        try:
            verdict = partial(checks.verdict, code=code, reason=reason, coordinator=coordinator)
            outcome = await sop.end_with(self.rekam, verdict, self.pupil.id, finding)
        except (checks.CheckBlockedError, IllegalMoveError):
            await self.reload()
            self.refuse(Problem("!", _("Changed at another desk meanwhile. Nothing was stored. Esc: queue.")))
            return
        except BadValueError:
            self.refuse(Problem("×", _("SIAK has no such code. Nothing was stored. E: type it again.")))
            return
        if outcome.state is PupilState.SIAK:
            await turns.open_pupil(self.rekam, self.pupil, outcome.state)
            return
        pupil, app = self.pupil, self.rekam
        await turns.to_queue(app)
        if isinstance(app.screen, FrameScreen):
            app.screen.news = pupil_check_lines.done_words(outcome.state).format(name=pupil.name)

    async def choose(self) -> None:
        """Let another status be chosen, or go on to her data."""
        from tui.screens.pupil_data import PupilDataScreen

        number = await self.ask(
            PickDialog(
                _("Status: {name}").format(name=self.pupil.name),
                (_("What SIAK or the office says of her recording:"),),
                [_(word) for _finding, word in _OTHERS],
                zero=_("complete or correct her data (NIK, KK, parents)"),
            )
        )
        if number is None:
            return
        if number == 0:
            await self.rekam.over(PupilDataScreen(self.pupil))
            return
        finding = _OTHERS[number - 1][0]
        code = None
        if finding is Finding.OTHER_CODE:
            said = (_("Type the code as SIAK shows it; the office decides what it means."),)
            code = await self.ask(LineDialog(_("Another code"), said, _("Code"), limit=60))
            if code is None:
                return
        await self.give(finding, code)

    async def tick_both(self) -> None:
        """Tick both copies."""
        await self._tick_papers(kk=True, certificate=True)

    async def tick(self) -> None:
        """Say that birth date and mother were compared; where nobody looks alike, tick the papers one by one."""
        from store import pupils

        if self._sheet is None:
            return
        about = self._sheet.pupil
        if (about.same_name or about.twin) and not about.same_name_checked:
            await self.store.run(pupils.confirm_same_name, about.pupil)
            await self.reload()
        elif not about.papers_kk:
            await self._tick_papers(kk=True)
        else:
            await self._tick_papers(certificate=not about.papers_certificate)

    async def _tick_papers(self, *, kk: bool | None = None, certificate: bool | None = None) -> None:
        from store import pupils

        await self.store.run(pupils.tick_papers, self.pupil.id, kk=kk, certificate=certificate)
        await self.reload()

    async def undo(self) -> None:
        """Take back her last tick or mark."""
        from store import undo

        try:
            await self.store.run(undo.undo, self.pupil.id)
        except undo.NothingToUndoError:
            self.refuse(Problem("!", _("There is nothing left to undo. Nothing changed.")))
            return
        await self.reload()

    async def open_next(self) -> None:
        """Leave her as she is, behind her class, and open the next pupil."""
        await sop.leave(self.rekam)
        await turns.open_next(self.rekam)

    async def history(self) -> None:
        """Open her whole history."""
        from tui.screens.pupil import PupilScreen

        await self.rekam.over(PupilScreen(self.pupil))

    async def leave(self) -> None:
        """Go back to the queue."""
        await sop.leave(self.rekam)
        await turns.to_queue(self.rekam)


def _recorded(day: str, briefly: str | None) -> Problem:
    """Say that she was recorded; a status without a brief word would cut the sentence, and stands on the sheet."""
    if briefly is not None:
        return problem(10, date=day, status=briefly)
    return Problem("×", _("Recorded on {date}. Only once in a life. N: next pupil.").format(date=day))


def _problem_of(block: checks.Block, sheet: StatusSheet) -> Problem:
    name = sheet.pupil.name
    day = figures.long_date(block.day) if block.day else ""
    match block.kind:
        case Blocker.RECORDED_IN_SIAK:
            return _recorded(day, abbreviation(block.code or ""))
        case Blocker.RECORDED_HERE:
            return _recorded(day, _("here"))
        case Blocker.UNDER_16:
            return problem(8, name=name, date=day)
        case Blocker.NIK_INCOMPLETE:
            return Problem("×", _("NIK is incomplete. The rest is kept. E, 0 completes it, N: later."))
        case Blocker.PAPERS_KK:
            return Problem("×", _("KK copy not ticked. The rest is kept. D: is there, N: later."))
        case Blocker.PAPERS_CERTIFICATE:
            return problem(9)
        case Blocker.SAME_NAME_UNCHECKED:
            alike = [one for one in sheet.lookalikes if one.same_name]
            if alike:
                return problem(11, count=len(alike) + 1, name=name)
            return Problem(
                "!", _("Twins: {name}. Compare the name with the certificate. Space: right one.").format(name=name)
            )
