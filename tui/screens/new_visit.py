"""A new visit (S04): school, days, officers, place; half-typed it is kept with every keystroke."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from store import drafts, officers, plans, visits
from store.officers import OfficerRecord
from store.plans import PlanError, PlanProblem, VisitPlan
from store.roster.districts import district_code
from store.transaction import OfficerRole, Transaction
from store.visits import Clash
from tui import figures, keys
from tui.duty import OpenVisit, role_words
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint, Press
from tui.line import Line, cells
from tui.messages import Problem, problem
from tui.navigation import Place
from tui.screens.plan_form import Filled, fill, form_fields, plan_of
from tui.widgets.bars import Top
from tui.widgets.fields import Field, Form

_PLANNERS = (OfficerRole.RECORDING, OfficerRole.COORDINATOR)
_ASKS = {"school", "day", "recording", "printing"}
"""The fields after which the store is asked: known schools, and officers who are on another visit that day."""

_SAID = {
    PlanProblem.NO_SCHOOL: ("×", N_("School is empty. The rest is kept. Type its name.")),
    PlanProblem.NO_RECORDING_OFFICER: ("×", N_("No recording operator yet. The rest is kept.")),
    PlanProblem.BAD_NPSN: ("×", N_("NPSN has eight digits. Complete it, or leave it empty.")),
    PlanProblem.BAD_START: ("×", N_("Start is not a time of day, such as 08.00.")),
    PlanProblem.NOT_A_SCHOOL_DAY: ("!", N_("{day} is not a school day.")),
    PlanProblem.DAY_PASSED: ("!", N_("{day} has passed.")),
    PlanProblem.FALLBACK_NOT_LATER: ("!", N_("The fallback date is not after the visit.")),
}
_FIELD_OF = {
    PlanProblem.NO_SCHOOL: "school",
    PlanProblem.NO_RECORDING_OFFICER: "recording",
    PlanProblem.BAD_NPSN: "npsn",
    PlanProblem.BAD_START: "start",
}


class NewVisitScreen(FrameScreen):
    """One form; F2 makes the visit, or changes the one it was opened for."""

    subject = N_("planning a visit")

    def __init__(self, visit: uuid.UUID | None = None) -> None:
        super().__init__()
        self._visit = visit
        self._loaded = False
        self._known: tuple[VisitPlan, ...] = ()
        self._clashes: tuple[Clash, ...] = ()
        self._filled = Filled()
        self._form = Form(form_fields(), self._changed)
        self.parts = (self._form,)

    async def load(self) -> None:
        """Fill the form once: from the visit that is changed, or from what was half typed before."""
        if self._loaded:
            return
        self._loaded = True
        if self._visit is not None:
            detail = await self.store.run(visits.get, self._visit)
            self._filled = fill(self._form, detail.plan)
        self._form.restore(await self.store.run(_begin, self._drafts, self._defaults()))
        self._form.focus("school")
        self._known, self._clashes = await self.store.run(_look, self._school.text, self._plan(), self._visit)

    @property
    def _drafts(self) -> str:
        """The prefix of this form's drafts: one for each officer's new visit, one for each visit that is changed."""
        officer = self.rekam.officer
        what = self._visit or (officer.id if officer else None)
        return f"visit.{what.hex if what else 'new'}."

    def _defaults(self) -> dict[str, str]:
        """Return what an empty form begins with; in training it is the sample school, today."""
        if self._visit is not None:
            return {}
        today = self.rekam.local_now().date()
        made = {"start": "0800", "basis": "1", "print": "2", "desks": "1"}
        if not self.rekam.training:
            return made | {"day": _typed(_next_school_day(today))}
        from tui.training import school

        sample = {"school": school.NAME, "npsn": school.NPSN, "address": school.ADDRESS, "district": "Paringin"}
        return made | sample | {"day": _typed(today)}

    # --- what is shown --------------------------------------------------------------------------------------------

    @property
    def _school(self) -> Field:
        return self._field("school")

    def _field(self, name: str) -> Field:
        entry = self._form[name]
        assert isinstance(entry, Field)
        return entry

    def _plan(self) -> VisitPlan | None:
        return plan_of(self._form, self._filled)

    @property
    def _known_school(self) -> VisitPlan | None:
        """The known school whose name goes on where the typed one stops."""
        field = self._school
        if self._form.entry is not field or not self._form.typing or not field.at_end or self._visit is not None:
            return None
        typed, npsn = field.text.casefold(), self._field("npsn").text
        for plan in self._known:
            name = plan.school.name.casefold()
            taken = name == typed and npsn == (plan.school.npsn or "")
            if typed and name.startswith(typed) and not taken:
                return plan
        return None

    def top(self) -> Top:
        """Return that a visit is being planned."""
        return self.rekam.bearings(self._title)

    @property
    def _title(self) -> str:
        return _("New visit") if self._visit is None else _("Visit's plan")

    def headline(self) -> tuple[str, str]:
        """Return the screen's name."""
        return self._title, _("step 1 begins") if self._visit is None else ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the form."""
        draw = self._form.draw
        code = district_code(self._field("district").text) or ""
        dotted = ".".join(code[at : at + 2] for at in range(0, 6, 2)) if code else ""
        regency = _("Balangan regency") + f"  {dotted}" if dotted else ""
        zone = self.rekam.settings.zone
        return [
            draw(draw(Line().put(5, _("School")), "school", 21).put(63, "NPSN"), "npsn", 68),
            draw(Line().put(5, _("Address")), "address", 21),
            draw(Line().put(5, _("District")), "district", 21).put(46, regency),
            Line(),
            draw(self._day_line("day", _("Date")).put(44, _("Start at")), "start", 54).put(62, zone),
            self._day_line("fallback", _("Fallback")).put(44, _("for rain, exams, or a broken device")),
            Line(),
            Line().put(5, _("Field officers")),
            draw(draw(Line().put(7, _("Recording")), "recording", 21).put(46, _("Printing")), "printing", 57),
            draw(draw(Line().put(7, _("Coordinator")), "coordinator", 21).put(46, _("Vehicle")), "vehicle", 57),
            draw(draw(Line().put(5, _("Contact")), "contact", 21).put(46, _("Tel")), "phone", 49),
            draw(Line().put(5, _("Place")), "place", 21),
            Line(),
            *self._choices(),
        ]

    def _choices(self) -> list[Line]:
        labels = {
            "basis": _("Basis for processing minors' data"),
            "print": _("Printing of cards"),
            "desks": _("Desks"),
        }
        column = max(35, 7 + max(cells(label) for label in labels.values()))
        return [self._form.draw(Line().put(5, label), name, column, folded=True) for name, label in labels.items()]

    def _day_line(self, name: str, label: str) -> Line:
        line = self._form.draw(Line().put(5, label), name, 21)
        day = self._field(name).day
        return line if day is None else line.put(34, figures.weekday(day))

    def status(self) -> str:
        """Return that nothing has to be saved, and the day on which ages are counted."""
        known = self._known_school
        if known is not None:
            return _("→ takes over: {school}").format(school=known.school.name)
        kept = _("Saved by itself with every keystroke")
        day = self._field("day").day
        if day is None:
            return kept
        counted = _("ages count on {day} {zone}").format(day=figures.long_date(day), zone=self.rekam.settings.zone)
        return f"{kept} · {counted}"

    def problems(self) -> Sequence[Problem]:
        """Return what should be looked at; what blocks is told when F2 is pressed."""
        found = [self._said_of(one) for one in self._plan_problems() if not one.blocks]
        for clash in self._clashes:
            said = _("{officer} is already on duty at {school} {day}.")
            day = f"{clash.day:%d-%m}"
            found.append(Problem("!", said.format(officer=clash.officer, school=clash.school, day=day)))
        return found

    def _plan_problems(self) -> tuple[PlanProblem, ...]:
        plan = self._plan()
        return () if plan is None else plans.problems(plan, self.rekam.local_now().date())

    def _said_of(self, one: PlanProblem) -> Problem:
        symbol, sentence = _SAID[one]
        day = self._field("day").day
        named = "" if day is None else f"{figures.weekday(day)} {figures.long_date(day)}"
        return Problem(symbol, _(sentence).format(day=named))

    # --- keys -----------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the form."""
        officer = self.rekam.officer
        plans_visits = officer is not None and officer.may(*_PLANNERS)
        barred = None if plans_visits else problem(25, role=role_words(frozenset(_PLANNERS)))
        go_on = _("Go on: list of pupils") if self._visit is None else _("Save")
        hints = [
            Hint(keys.FIELD, _("Field"), lambda: None),
            Hint(keys.GO_ON, go_on, self._go_on, barred=barred),
            Hint(keys.BACK, _("Back"), self.rekam.back),
        ]
        if self._known_school is not None:
            hints.insert(1, Hint(keys.RIGHT, _("Take over"), self._take_over, rank=2, cap="→"))
        return hints

    def press(self, press: Press) -> None:
        """Let → at the end of the school's name take over the known one."""
        if press.key is keys.RIGHT and not self.dialogs and self._known_school is not None:
            self._take_over()
            self.refresh_frame()
        else:
            super().press(press)

    def _take_over(self) -> None:
        known = self._known_school
        if known is not None:
            self._filled = fill(self._form, known, keep=("day", "fallback"))
            self.rekam.aside(self._keep_all())

    def _changed(self, name: str, text: str) -> None:
        self.rekam.aside(self._keep(name, text))

    async def _keep(self, name: str, text: str) -> None:
        await self.store.run(drafts.save, self._drafts + name, text)
        if name in _ASKS:
            self._known, self._clashes = await self.store.run(_look, self._school.text, self._plan(), self._visit)

    async def _keep_all(self) -> None:
        await self.store.run(_save_all, self._drafts, self._form.values())
        self._known, self._clashes = await self.store.run(_look, self._school.text, self._plan(), self._visit)

    async def _go_on(self) -> None:
        """Make the visit, or say what is missing and go to that field."""
        plan = self._plan()
        if plan is None:
            wrong = "fallback" if self._field("day").day is not None else "day"
            self._form.focus(wrong)
            self.refuse(Problem("×", _("That is not a date. The rest is kept. Type it as DD-MM-YYYY.")))
            return
        try:
            visit = await self.store.run(_make, plan, self._visit, self._drafts)
        except PlanError as error:
            first = error.problems[0]
            self._form.focus(_FIELD_OF.get(first, "school"))
            self.refuse(self._said_of(first))
            return
        if self._visit is not None:
            await self.rekam.back()
            return
        self.rekam.visit = OpenVisit(visit, plan.school.name, plan.day)
        await self.rekam.go(Place.SCHEDULE)


def _typed(day: date) -> str:
    return f"{day:%d%m%Y}"


def _next_school_day(today: date) -> date:
    following = today + timedelta(days=1)
    return following if following.weekday() != 6 else following + timedelta(days=1)


def _begin(tx: Transaction, prefix: str, defaults: dict[str, str]) -> dict[str, str]:
    """Return what the form begins with: the defaults and the officers, and over them what was typed before."""
    begun = dict(defaults)
    if defaults:
        everybody = [officer for officer in officers.everybody(tx) if officer.active]
        begun["recording"] = _named(everybody, OfficerRole.RECORDING)
        begun["printing"] = _named(everybody, OfficerRole.PRINTING)
        begun["coordinator"] = _named(everybody, OfficerRole.COORDINATOR).partition(", ")[0]
    return begun | drafts.load_under(tx, prefix)


def _named(everybody: Sequence[OfficerRecord], role: OfficerRole) -> str:
    return ", ".join(officer.name for officer in everybody if role in officer.roles)


def _look(
    tx: Transaction, school: str, plan: VisitPlan | None, visit: uuid.UUID | None
) -> tuple[tuple[VisitPlan, ...], tuple[Clash, ...]]:
    return visits.known_schools(tx, school), () if plan is None else visits.clashes(tx, plan, visit)


def _save_all(tx: Transaction, prefix: str, values: dict[str, str]) -> None:
    for name, text in values.items():
        drafts.save(tx, prefix + name, text)


def _make(tx: Transaction, plan: VisitPlan, visit: uuid.UUID | None, prefix: str) -> uuid.UUID:
    """Make or change the visit and forget the draft, in one transaction."""
    if visit is None:
        visit = visits.create(tx, plan)
    else:
        visits.change_plan(tx, visit, plan)
    drafts.drop_under(tx, prefix)
    return visit
