"""Between the form of a visit and its plan: the fields, filling them in, and reading them back."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from store.plans import LegalBasis, PrintWhere, SchoolDetails, VisitPlan
from store.roster.districts import district_code
from tui.i18n import _
from tui.widgets.fields import DATE, TIME, Choice, Field, Form

_BASES = (LegalBasis.LAW, LegalBasis.CONSENT)
_PRINTS = (PrintWhere.SCHOOL, PrintWhere.OFFICE)
_DEGREE = re.compile(r"[A-Z][A-Za-z]{0,3}(\.[A-Za-z]{1,6})+\.?|[A-Z]{2,4}\.?")
"""S.Pd., M.M, A.Md.Kom., SH"""


@dataclass(frozen=True)
class Filled:
    """What a plan has that the form does not show: it goes through unchanged."""

    regency_code: str = "6311"
    minutes_per_pupil: float = 4.0


def form_fields() -> tuple[Field | Choice, ...]:
    """Return the fields in the order Tab goes through them."""
    return (
        Field("school", 39, limit=120),
        Field("npsn", 8, pattern="99999999"),
        Field("address", 39, limit=200),
        Field("district", 22, limit=80),
        Field("day", 10, pattern=DATE),
        Field("start", 5, pattern=TIME),
        Field("fallback", 10, pattern=DATE),
        Field("recording", 21),
        Field("printing", 19),
        Field("coordinator", 21, limit=120),
        Field("vehicle", 19, limit=80),
        Field("contact", 21, limit=120),
        Field("phone", 14, limit=40),
        Field("place", 55, limit=200),
        Choice("basis", (_("legal duty, law 24/2013"), _("guardian's consent, one by one"))),
        Choice("print", (_("at school, for whoever may have it"), _("at the office, after PRR and 17"))),
        Choice(
            "desks",
            (
                _("one desk: 3-6"),
                _("two desks: 3-5 check | 6 record"),
                _("three desks: one check, two record"),
                _("four desks: two check, two record"),
            ),
        ),
    )


def fill(form: Form, plan: VisitPlan, keep: Collection[str] = ()) -> Filled:
    """Write a plan into the form, all but the fields to keep; return what the form has no field for."""
    school = plan.school
    values = {
        "school": school.name,
        "npsn": school.npsn or "",
        "address": school.address,
        "district": school.district,
        "day": f"{plan.day:%d%m%Y}",
        "start": plan.start.replace(".", ""),
        "fallback": "" if plan.fallback_day is None else f"{plan.fallback_day:%d%m%Y}",
        "recording": ", ".join(plan.recording_officers),
        "printing": ", ".join(plan.printing_officers),
        "coordinator": plan.coordinator,
        "vehicle": plan.vehicle,
        "contact": school.contact,
        "phone": school.phone,
        "place": plan.place,
        "basis": str(_BASES.index(plan.legal_basis) + 1),
        "print": str(_PRINTS.index(plan.print_where) + 1),
        "desks": str(plan.desks),
    }
    form.restore({name: text for name, text in values.items() if name not in keep})
    return Filled(school.regency_code, plan.minutes_per_pupil)


def plan_of(form: Form, filled: Filled) -> VisitPlan | None:
    """Return the plan as it is typed, or None while one of its days is none."""
    typed = {name: " ".join(text.split()) for name, text in form.values().items()}
    day, fallback = form["day"], form["fallback"]
    assert isinstance(day, Field)
    assert isinstance(fallback, Field)
    if day.day is None or (fallback.text and fallback.day is None):
        return None
    start = form["start"]
    assert isinstance(start, Field)
    code = district_code(typed["district"])
    return VisitPlan(
        school=SchoolDetails(
            typed["school"],
            typed["npsn"] or None,
            typed["address"],
            typed["district"],
            filled.regency_code if code is None else code[:4],
            typed["contact"],
            typed["phone"],
        ),
        day=day.day,
        fallback_day=fallback.day,
        start=start.shown,
        place=typed["place"],
        vehicle=typed["vehicle"],
        recording_officers=_names(typed["recording"]),
        printing_officers=_names(typed["printing"]),
        coordinator=typed["coordinator"],
        legal_basis=_BASES[int(typed["basis"] or 1) - 1],
        print_where=_PRINTS[int(typed["print"] or 2) - 1],
        desks=int(typed["desks"] or 1),
        minutes_per_pupil=filled.minutes_per_pupil,
    )


def _names(text: str) -> tuple[str, ...]:
    """Split names at commas; a degree behind one (`Kamarudin, S.Pd.`) belongs to the name before it."""
    names: list[str] = []
    for part in (piece.strip() for piece in text.split(",")):
        if names and _DEGREE.fullmatch(part):
            names[-1] += ", " + part
        elif part:
            names.append(part)
    return tuple(names)
