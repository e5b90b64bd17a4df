"""S08: the draft of the schedule by class, until the school agrees and it is fixed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.documents import DocumentKind
from store.schedule import (
    Draft,
    Hours,
    Slot,
    Wishes,
    clock_text,
    clock_time,
    move_late,
    recording_desks,
    two_days,
)
from tui import figures, kept_form, keys, papers, planning, schedule_paper, sop
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.navigation import Place
from tui.paper_desk import Paper
from tui.screens import class_plan_form as form
from tui.screens import class_plan_lines as lines
from tui.screens import paper_preview
from tui.screens.class_plan_lines import SlotRow
from tui.widgets.paged_list import PagedList, held

if TYPE_CHECKING:
    from store.documents import Document
    from store.officers import OfficerRecord
    from store.transaction import Transaction
    from store.visits import AgeShift, VisitDetail, VisitPlan

_REST = 11
"""Lines of the sheet that are not the list."""


@dataclass(frozen=True)
class _Loaded:
    visit: VisitDetail
    classes: tuple[tuple[str, int], ...]
    wishes: Wishes
    fixed: tuple[Slot, ...]
    taken: datetime | None
    measured: tuple[int, float | None]
    officers: tuple[OfficerRecord, ...]
    made: tuple[Document, ...]
    today: date


class ClassPlanScreen(FrameScreen):
    """The draft; E changes it, L fixes it with the school's consent and makes the paper."""

    step = 1
    subject = N_("the draft of the schedule")

    def __init__(self, visit: uuid.UUID) -> None:
        super().__init__()
        self._visit = visit
        self._loaded: _Loaded | None = None
        self._rows: tuple[SlotRow, ...] = ()
        self._plan = Draft((), 0, 0)
        self._marked: set[str] = set()
        self.turns = PagedList[SlotRow, int](
            held(lambda: self._rows, lambda row: row.place), lambda row: row.place, self._draw, self._break
        )
        self.parts = (self.turns,)

    async def load(self) -> None:
        """Read the visit and draft its day anew."""
        await planning.begin(self.rekam, self._visit)
        self._loaded = await self.store.run(_load, self._visit)
        self._draft(self._loaded)

    def _draft(self, loaded: _Loaded) -> None:
        plan = loaded.visit.plan
        self._plan = two_days(
            loaded.classes,
            plan.day,
            plan.fallback_day,
            loaded.wishes,
            minutes_per_pupil=plan.minutes_per_pupil,
            desks=recording_desks(plan.desks),
            hours=self._hours(plan),
        )
        self._rows = tuple(
            SlotRow(place, slot, slot.class_name in self._marked) for place, slot in enumerate(self._plan.slots)
        )
        self.turns.total = len(self._rows)
        self.turns.reload()

    @staticmethod
    def _hours(plan: VisitPlan) -> Hours:
        return Hours(start=clock_time(plan.start))

    def _draw(self, row: SlotRow) -> Line:
        assert self._loaded is not None, "rows come with the first load"
        plan = self._loaded.visit.plan
        return lines.draw_slot(row, plan.day, self._hours(plan))

    def _break(self, above: SlotRow | None, row: SlotRow) -> Line | None:
        assert self._loaded is not None, "rows come with the first load"
        return lines.break_between(above, row, self._hours(self._loaded.visit.plan))

    # --- what it says -------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Name the sheet and the day."""
        left = "1 " + _("Plan") + " · " + _("draft of the schedule by class")
        if self._loaded is None:
            return left, ""
        day = self._loaded.visit.plan.day
        return left, f"{figures.weekday(day)}, {figures.long_date(day)}"

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the classes, the pace, the second day and the SOP's completeness."""
        loaded = self._loaded
        if loaded is None:
            return ()
        plan = loaded.visit.plan
        head = (
            Line().put(5, _("Class")).put(18, "16+").put(23, _("Start")).put(30, _("End"), width=7).put(39, _("Desk"))
        )
        head.put(45, _("Teacher")).put(66, _("State"))
        rows = self.turns.lines(height - _REST)
        zone = self.rekam.local_now().tzinfo
        taken = loaded.taken.astimezone(zone) if loaded.taken else None
        pace = lines.pace_lines(plan.minutes_per_pupil, *loaded.measured)
        pace.append(lines.fallback_line(plan.fallback_day, self._plan))
        paper = papers.where(self.rekam, Path(loaded.made[0].path)) if loaded.made and loaded.fixed else ""
        return lines.work(head, rows, [pace, lines.completeness(loaded.visit, self._pupils, taken, paper)])

    @property
    def _pupils(self) -> int:
        return sum(pupils for _name, pupils in self._loaded.classes) if self._loaded else 0

    def status(self) -> str:
        """Say how many pupils, desks, and when it ends."""
        if self._loaded is None:
            return ""
        plan = self._loaded.visit.plan
        desks = _("{count} recording desks").format(count=recording_desks(plan.desks))
        if recording_desks(plan.desks) == 1:
            desks = _("1 recording desk")
        ends = _("ends about {time}").format(time=clock_text(self._plan.ends))
        if self._plan.late and plan.fallback_day is not None:
            ends += ", " + _("or two days")
        pupils = _("{count} pupils").format(count=figures.number(self._pupils))
        return f"{pupils} · {desks} · {ends}"

    def problems(self) -> Sequence[Problem]:
        """Tell which classes end after the school day, and a fixed schedule that is no longer the draft."""
        if self._loaded is None:
            return ()
        plan = self._loaded.visit.plan
        found: list[Problem] = []
        late = [slot.class_name for slot in self._plan.slots if slot.late]
        if late:
            end = clock_text(self._hours(plan).end)
            said = _("{classes} past {time}. E changes times.")
            if plan.fallback_day is not None:
                said = _("{classes} past {time}. E changes times, or moves it to {day}.")
            day = f"{plan.fallback_day:%d-%m}" if plan.fallback_day else ""
            found.append(Problem("!", said.format(classes=", ".join(late), time=end, day=day)))
        if self._loaded.fixed and self._loaded.fixed != self._final():
            said = _("Changed since version {version} was fixed. L fixes a new version.")
            found.append(Problem("!", said.format(version=self._loaded.visit.schedule_version)))
        return found

    def words(self) -> Sequence[str]:
        """Explain how times come about and what fixing does."""
        return (
            _("Classes follow one another by pupils, minutes and desks; a class never begins just before the break."),
            _("Who does not fit into the school day goes to the second day, where there is one."),
            _("L fixes the schedule with the school's consent; later changes make a new version, the old one is kept."),
        )

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the sheet."""
        return (
            Hint(keys.EDIT, _("Edit"), self.edit),
            Hint(keys.TICK, _("Mark"), self.mark, help=_("mark classes that E changes together")),
            Hint(keys.PRINT, _("Print PDF"), self.print_draft),
            Hint(keys.GO_ON, _("Go on: fix"), self.fix),
            Hint(keys.BACK, _("Back"), self.rekam.back, rank=2),
        )

    # --- what it does -------------------------------------------------------------------------------------------

    def mark(self) -> None:
        """Mark the class, or take the mark away."""
        row = self.turns.row
        if row is not None and self._loaded is not None:
            self._marked ^= {row.slot.class_name}
            self._draft(self._loaded)
            self.turns.move(1)

    async def edit(self) -> None:
        """Change the class at the cursor (or the marked ones), the pace, the day, the second day."""
        row, loaded = self.turns.row, self._loaded
        if row is None or loaded is None:
            return
        plan, slot = loaded.visit.plan, row.slot
        wanted = [name for name, _pupils in loaded.classes if name in self._marked] or [slot.class_name]
        entries = form.entries(plan, slot, single=len(wanted) == 1)
        fields = {entry.field.name: entry.field for entry in entries}

        async def change(values: dict[str, str]) -> None:
            await self._change(
                loaded, slot, wanted, values, form.day_of(fields["day"]), form.day_of(fields["fallback"])
            )

        key = f"schedule.form.{self._visit.hex}.{slot.class_name}/"
        await kept_form.ask(
            self, ", ".join(wanted), [], entries, lambda values: form.wrong(values, entries), change, key
        )

    async def _change(
        self,
        loaded: _Loaded,
        slot: Slot,
        wanted: Sequence[str],
        values: dict[str, str],
        day: date | None,
        fallback: date | None,
    ) -> None:
        plan = loaded.visit.plan
        wishes = form.wishes_of(loaded.wishes, wanted, slot, values)
        planned = replace(
            plan, day=day or plan.day, fallback_day=fallback, minutes_per_pupil=form.pace_of(values["pace"])
        )
        shift = await self.store.run(_change, self._visit, planned, wishes)
        self._marked = set()
        if shift.became_16 or shift.back_under_16:
            self.news = "√ " + _("+{became} pupils became 16, {back} are under 16 again").format(
                became=shift.became_16, back=shift.back_under_16
            )
        if self.rekam.visit is not None:
            self.rekam.visit = replace(self.rekam.visit, day=planned.day)
        await self.reload()

    def _final(self) -> tuple[Slot, ...]:
        """Return the slots as they would be fixed: who does not fit goes to the second day."""
        assert self._loaded is not None, "asked after the first load"
        plan = self._loaded.visit.plan
        if plan.fallback_day is None or not self._plan.late:
            return self._plan.slots
        moved = move_late(
            self._plan, plan.fallback_day, minutes_per_pupil=plan.minutes_per_pupil, hours=self._hours(plan)
        )
        return moved.slots

    async def print_draft(self) -> None:
        """Show the paper of what stands here, a draft until it is fixed, before it is printed."""
        loaded = self._loaded
        if loaded is None or not self._pupils:
            return
        fixed = bool(loaded.fixed) and loaded.fixed == self._final()
        await paper_preview.show(self, await self._paper(loaded, draft=not fixed))

    async def fix(self) -> None:
        """Fix the schedule with the school's consent: a new version, its paper, and back home."""
        loaded = self._loaded
        if loaded is None:
            return
        if not self._pupils:
            self.refuse(Problem("×", _("Completeness 1 is missing: nobody is 16 on that day.")))
            return
        day = loaded.visit.plan.day
        said = _("The schedule is fixed for {count} pupils, {day}. Has the school agreed?").format(
            count=figures.number(self._pupils), day=f"{figures.weekday(day)} {day:%d-%m}"
        )
        if not await self.ask_yes(_("Fix the schedule"), [said], _("Yes, agreed")):
            return
        await sop.end_with(self.rekam, _fix, self._visit, self._final())
        self._loaded = loaded = await self.store.run(_load, self._visit)
        paper = await self._paper(loaded, draft=False)
        made = await papers.keep(self.rekam, paper.kind, paper.subject, paper.draw, paper.name, number=paper.number)
        await self.rekam.go(Place.HOME)
        if isinstance(self.rekam.screen, FrameScreen):
            self.rekam.screen.news = f"√ {papers.where(self.rekam, Path(made.path))}"

    async def _paper(self, loaded: _Loaded, *, draft: bool) -> Paper:
        plan = loaded.visit.plan
        number = await self.store.run(schedule_paper.number_of, self._visit, self.rekam.settings.document_number)
        paper = schedule_paper.paper_of(
            plan,
            self._final(),
            self._hours(plan),
            loaded.officers,
            number=number,
            version=max(loaded.visit.schedule_version, 1),
            draft=draft,
            dated=loaded.today,
        )
        title = schedule_paper.DRAFT_TITLE if draft else schedule_paper.TITLE
        size, head, training = papers.paper_size(self.rekam), papers.letterhead(self.rekam), self.rekam.training

        def draw() -> bytes:
            from reports import schedule

            return schedule.draw(paper, head, size=size, training=training)

        return Paper(DocumentKind.SCHEDULE, self._visit, title, "", number, draw)


def _load(tx: Transaction, visit: uuid.UUID) -> _Loaded:
    from store import counts, documents, drafts, lists, officers, timings, visits

    taken = lists.newest(tx, visit)
    fixed = visits.schedule_of(tx, visit)
    kept = drafts.load(tx, _draft_key(visit))
    return _Loaded(
        visit=visits.get(tx, visit),
        classes=tuple((name, counted.sixteen) for name, counted in counts.of_classes(tx, visit).items()),
        wishes=_wishes_of(fixed) if kept is None else _wishes_in(kept),
        fixed=fixed,
        taken=None if taken is None else taken.at,
        measured=timings.usual_pace(tx),
        officers=officers.everybody(tx),
        made=documents.of_subject(tx, visit, DocumentKind.SCHEDULE),
        today=tx.today(),
    )


def _change(tx: Transaction, visit: uuid.UUID, plan: VisitPlan, wishes: Wishes) -> AgeShift:
    """Change the plan and keep what is wished of its classes."""
    from store import drafts, visits

    drafts.save(tx, _draft_key(visit), _wishes_out(wishes))
    return visits.change_plan(tx, visit, plan)


def _fix(tx: Transaction, visit: uuid.UUID, slots: Sequence[Slot]) -> int:
    from store import visits

    return visits.fix_schedule(tx, visit, slots)


def _draft_key(visit: uuid.UUID) -> str:
    return f"schedule.{visit.hex}"


def _wishes_out(wishes: Wishes) -> str:
    kept = {"teachers": dict(wishes.teachers), "starts": dict(wishes.starts), "later": sorted(wishes.later)}
    return json.dumps(kept, ensure_ascii=False)


def _wishes_in(text: str) -> Wishes:
    kept: dict[str, Any] = json.loads(text)
    return Wishes(kept["teachers"], kept["starts"], frozenset(kept["later"]))


def _wishes_of(fixed: Sequence[Slot]) -> Wishes:
    return Wishes(teachers={slot.class_name: slot.teacher for slot in fixed if slot.teacher})
