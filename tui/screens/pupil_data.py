"""A pupil's data completed or corrected at school: what the list lacked is filled in before she is recorded."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from functools import partial

from store import drafts, pupils
from store.nik import check_nik
from store.people import BadValueError, NikTakenError
from store.progress import Sex
from store.pupils import PupilDetail, RecordedError
from store.transaction import Transaction
from tui import keys
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.screens.person_form import day_of, person_form, person_lines, sex_of
from tui.widgets.fields import Field

_WRONG = {
    "nik": N_("NIK needs 16 digits with a possible birth date. Nothing was stored."),
    "kk": N_("KK number needs 16 digits. Nothing was stored."),
    "name": N_("A name is needed. Nothing was stored."),
    "birth_date": N_("A possible birth date is needed. Nothing was stored."),
    "sex": N_("Sex is L or P. Nothing was stored."),
}


class PupilDataScreen(FrameScreen):
    """The form of one pupil; F2 stores it, Esc leaves with the draft kept."""

    step = 3
    subject = N_("pupil's data")

    def __init__(self, pupil: OpenPupil) -> None:
        super().__init__()
        self._pupil = pupil
        self._about: PupilDetail | None = None
        self.form = person_form(self._keep, (Field("birth_certificate", 30, limit=60),))
        self.parts = (self.form,)

    @property
    def _prefix(self) -> str:
        return f"data.{self._pupil.id.hex}."

    async def load(self) -> None:
        """Fill the form once: what is stored, and over it what was half typed."""
        if self._about is not None:
            return
        about, typed = await self.store.run(_read, self._pupil, [each.name for each in self.form.entries])
        self._about = about
        self.form.restore(_stored(about) | typed)

    def _keep(self, name: str, text: str) -> None:
        self.rekam.aside(self.store.run(drafts.save, self._prefix + name, text))

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return her name and what this is."""
        return f"3 · {self._pupil.name}", _("complete or correct")

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Return the form."""
        found = check_nik(self.form["nik"].text).nik
        born = None if found is None else _birth_of(found.day, found.month, found.year)
        lines = person_lines(self.form, born, None if found is None else Sex(found.sex))
        certificate = self.form.draw(Line().put(5, _("Certificate")), "birth_certificate", 19)
        return [
            *lines,
            certificate,
            Line(),
            Line().put(5, _("Every change is kept with its old value, officer and time.")),
        ]

    def status(self) -> str:
        """Say that nothing typed is lost."""
        return _("Kept with every keystroke · F2 stores it")

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the form."""
        return (
            Hint(keys.FIELD, _("Field"), lambda: None),
            Hint(keys.GO_ON, _("Store"), self.save, cap=keys.GO_ON.function),
            Hint(keys.BACK, _("Back"), self.rekam.back),
        )

    async def save(self) -> None:
        """Store what differs, each with its old value in the journal."""
        about = self._about
        if about is None:
            return
        born, sex = day_of(self.form), sex_of(self.form)
        if born is None or (sex is None and self.form["sex"].text):
            self._wrong("birth_date" if born is None else "sex")
            return
        values: dict[str, str | date | Sex | None] = {"birth_date": born, "sex": sex}
        texts = ("nik", "name", "birth_place", "mother", "father", "kk", "birth_certificate")
        values |= {name: self.form[name].text.strip() or None for name in texts}
        try:
            await self.store.run(_save, about.pupil, values, self.form["class_name"].text, self._prefix)
        except BadValueError as error:
            self._wrong(error.column)
        except NikTakenError:
            self.form.focus("nik")
            self.refuse(Problem("×", _("This NIK belongs to somebody else. Nothing was stored. Compare the KK.")))
        except RecordedError:
            self.refuse(Problem("×", _("She is recorded: her data are no longer changed here. Nothing was stored.")))
        else:
            app = self.rekam
            if app.pupil is not None and app.pupil.id == about.pupil:
                app.pupil = OpenPupil(about.pupil, str(values["name"]))
            await app.back()

    def _wrong(self, column: str) -> None:
        if column in {entry.name for entry in self.form.entries}:
            self.form.focus(column)
        sentence = _WRONG.get(column, N_("A value cannot be stored like this. Nothing was stored."))
        self.refuse(Problem("×", _(sentence)))


def _read(tx: Transaction, pupil: OpenPupil, names: Sequence[str]) -> tuple[PupilDetail, dict[str, str]]:
    load = partial(drafts.load, tx)
    typed = {name: load(f"data.{pupil.id.hex}.{name}") for name in names}
    return pupils.detail(tx, pupil.id), {name: text for name, text in typed.items() if text is not None}


def _save(
    tx: Transaction, pupil: uuid.UUID, values: dict[str, str | date | Sex | None], class_name: str, prefix: str
) -> None:
    pupils.complete(tx, pupil, values, "hand")
    pupils.change_class(tx, pupil, class_name)
    drafts.drop_under(tx, prefix)


def _stored(about: PupilDetail) -> dict[str, str]:
    return {
        "nik": about.nik or "",
        "name": about.name,
        "birth_place": about.birth_place or "",
        "birth_date": f"{about.birth_date:%d%m%Y}",
        "class_name": about.class_name,
        "sex": about.sex.value if about.sex else "",
        "mother": about.mother or "",
        "father": about.father or "",
        "kk": about.kk or "",
        "birth_certificate": about.birth_certificate or "",
    }


def _birth_of(day: int, month: int, year: int) -> date | None:
    """Return the birth date a pupil's NIK holds: pupils are of this century."""
    try:
        return date(2000 + year, month, day)
    except ValueError:
        return None
