"""The fields of one pupil's data, as step 3 completes them and as a new pupil is typed; one drawing for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from store.nik import LENGTH, check_nik
from store.progress import Sex
from tui import figures
from tui.i18n import _
from tui.line import Line
from tui.widgets.fields import DATE, NIK, Choice, Field, Form

_FIELD = 19


def person_fields() -> tuple[Field, ...]:
    """Return the fields in the order Tab goes through them."""
    return (
        Field("nik", 18, pattern=NIK),
        Field("name", 53, limit=120),
        Field("birth_place", 20, limit=100),
        Field("birth_date", 10, pattern=DATE),
        Field("class_name", 9, limit=40),
        Field("sex", 1, limit=1),
        Field("mother", 21, limit=120),
        Field("father", 20, limit=120),
        Field("kk", 18, pattern=NIK),
    )


def person_form(on_change: Callable[[str, str], None], more: Sequence[Field | Choice] = ()) -> Form:
    """Return the form; every change of a field is told to be kept as a draft."""
    return Form((*person_fields(), *more), on_change, esc_leaves=False)


def person_lines(form: Form, born_by_nik: date | None, sex_by_nik: Sex | None) -> list[Line]:
    """Return the six lines of the form; what the NIK itself says stands beside birth date and sex."""
    typed = form["nik"].text
    by_nik = _("from the NIK")
    lines = [form.draw(Line().put(5, label), name, _FIELD) for label, name in _labels()]
    lines[0].state(_FIELD + 21, nik_words(typed, born_by_nik, sex_by_nik))
    form.draw(lines[2].put(44, _("date")), "birth_date", 52)
    if born_by_nik is not None and form["birth_date"].text == f"{born_by_nik:%d%m%Y}":
        lines[2].put(65, by_nik)
    form.draw(lines[3].put(33, _("Sex")), "sex", 47)
    if sex_by_nik is not None and form["sex"].text.upper() == sex_by_nik.value:
        lines[3].put(51, by_nik)
    form.draw(lines[4].put(44, _("Father")), "father", 54)
    return lines


def nik_words(digits: str, born: date | None, sex: Sex | None) -> str:
    """Return what can be said of a NIK while it is typed."""
    if not digits:
        return ""
    if len(digits) < LENGTH:
        return "· " + _("{count} of 16 digits").format(count=len(digits))
    if check_nik(digits).nik is None or born is None:
        return "× " + _("nobody's number")
    word = _("female") if sex is Sex.FEMALE else _("male")
    return "√ " + _("16 digits, {sex}, born {day}").format(sex=word, day=figures.long_date(born))


def sex_of(form: Form) -> Sex | None:
    """Return the sex typed, or None while it is neither L nor P."""
    typed = form["sex"].text.upper()
    return Sex(typed) if typed in ("L", "P") else None


def day_of(form: Form) -> date | None:
    """Return the birth date typed, or None while it is none."""
    field = form["birth_date"]
    return field.day if isinstance(field, Field) else None


def _labels() -> tuple[tuple[str, str], ...]:
    return (
        ("NIK", "nik"),
        (_("Name"), "name"),
        (_("Born in"), "birth_place"),
        (_("Class"), "class_name"),
        (_("Mother"), "mother"),
        (_("KK no"), "kk"),
    )
