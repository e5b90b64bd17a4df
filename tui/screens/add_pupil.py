"""S37: a pupil who is not on the list. NIK first, everything known is looked up while she is being typed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store import drafts
from store.adding import AddBlockedError, AddBlocker, AddReason, Looked, NewPupil, Similar
from store.nik import LENGTH
from store.transaction import Transaction
from tui import figures, keys, turns
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint, Press
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens import add_pupil_lines
from tui.screens.person_form import day_of, person_fields, person_form, person_lines, sex_of
from tui.widgets.fields import Choice, Field

if TYPE_CHECKING:
    from tui.widgets.fields import Form

_REASONS = (AddReason.MOVED, AddReason.MISSED, AddReason.REPEATS, AddReason.OTHER)
_ASKED_FROM = 3  # with more fields filled in than this, Esc asks

_BLOCKERS = {
    AddBlocker.NAME_EMPTY: ("name", N_("The name is empty. What is typed is kept. Tab: name.")),
    AddBlocker.BIRTH_DATE_EMPTY: ("birth_date", N_("The birth date is missing or impossible. What is typed is kept.")),
    AddBlocker.NIK_LENGTH: ("nik", N_("NIK has not 16 digits. What is typed is kept. Without a NIK leave it empty.")),
    AddBlocker.NIK_WRONG: ("nik", N_("That NIK can be nobody's. What is typed is kept. Read it again.")),
    AddBlocker.KK_LENGTH: ("kk", N_("KK number has not 16 digits. What is typed is kept.")),
    AddBlocker.BAD_VALUE: ("name", N_("A value is too long or has control characters. What is typed is kept.")),
    AddBlocker.NIK_OF_OTHER: ("nik", N_("This NIK belongs to somebody of another name. What is typed is kept.")),
    AddBlocker.REASON_EMPTY: ("other_reason", N_("The reason is empty. What is typed is kept.")),
}


class _Similars:
    """The pupils below the form who could be her: a cursor over at most five rows."""

    typing = False

    def __init__(self) -> None:
        self.focused = False
        self.at = 0
        self.rows: tuple[Similar, ...] = ()

    def press(self, press: Press) -> bool:
        """Move; above the first row the form has the keys again."""
        if press.key is keys.DOWN:
            self.at = min(self.at + 1, max(len(self.rows) - 1, 0))
            return True
        if press.key is keys.UP and self.at:
            self.at -= 1
            return True
        return False


class AddPupilScreen(FrameScreen):
    """The form, what was looked up, and who on the list could be her."""

    step = 3
    subject = N_("add a pupil")

    def __init__(self, typed: str = "") -> None:
        super().__init__()
        self._reason = Choice("reason", [_(word) for word in add_pupil_lines.REASONS])
        self._other = Field("other_reason", 40, limit=100)
        self.form: Form = person_form(self._keep, (self._reason,))
        self.similars = _Similars()
        self.parts = (self.form, self.similars)
        self._looked: Looked | None = None
        self._looks = 0
        self._begun = False
        self._typed = typed

    @property
    def _visit(self) -> uuid.UUID:
        visit = self.rekam.visit
        assert visit is not None, "pupils are added to an open visit"
        return visit.id

    @property
    def _prefix(self) -> str:
        return f"add.{self._visit.hex}."

    async def load(self) -> None:
        """Restore what was half typed, once; else begin with what was searched for."""
        if not self._begun:
            self._begun = True
            names = [*(field.name for field in person_fields()), "reason", "other_reason"]
            held = await self.store.run(_held, self._prefix, names)
            self.form.restore(held)
            self._other.text = held.get("other_reason", "")
            if not held and self._typed:
                digits = "".join(each for each in self._typed if each.isdigit())
                name, text = ("nik", digits) if digits else ("name", self._typed.upper())
                self.form[name].text = text
                await self.store.run(drafts.save, self._prefix + name, text)
            self._follow_reason()
        await self._look()

    # --- typing -------------------------------------------------------------------------------------------------

    def _keep(self, name: str, text: str) -> None:
        if name == "reason":
            self._follow_reason()
        self.rekam.aside(self._kept(name, text))

    async def _kept(self, name: str, text: str) -> None:
        await self.store.run(drafts.save, self._prefix + name, text)
        await self._look()

    def _follow_reason(self) -> None:
        """Ask for the words of another reason only where there is one."""
        others = (self._other,) if self._reason.chosen == len(_REASONS) - 1 else ()
        kept = tuple(entry for entry in self.form.entries if entry is not self._other)
        self.form.entries = (*kept, *others)

    async def _look(self) -> None:
        """Look up what is typed; an answer that a newer keystroke has overtaken is thrown away."""
        from store import adding

        self._looks += 1
        mine = self._looks
        looked = await self.store.run(adding.look, self._visit, self._new())
        if mine != self._looks:
            return
        self._looked = looked
        self.similars.rows = looked.similar if looked.listed is None else (looked.listed,)
        self.similars.at = min(self.similars.at, max(len(self.similars.rows) - 1, 0))
        if looked.born_by_nik is not None and not self.form["birth_date"].text:
            self.form["birth_date"].text = f"{looked.born_by_nik:%d%m%Y}"
        if looked.sex_by_nik is not None and not self.form["sex"].text:
            self.form["sex"].text = looked.sex_by_nik.value

    def _new(self) -> NewPupil:
        text = {entry.name: entry.text.strip() for entry in self.form.entries}
        reason = _REASONS[self._reason.chosen] if self._reason.chosen is not None else AddReason.MISSED
        return NewPupil(
            nik=text["nik"] or None,
            name=text["name"],
            birth_date=day_of(self.form),
            birth_place=text["birth_place"] or None,
            sex=sex_of(self.form),
            class_name=text["class_name"],
            mother=text["mother"] or None,
            father=text["father"] or None,
            kk=text["kk"] or None,
            reason=reason,
            other_reason=self._other.text.strip(),
        )

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return what this is."""
        return _("Add a pupil on the spot"), _("not on the list")

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Return the form, what was looked up, and who is alike."""
        looked = self._looked
        lines = person_lines(self.form, looked.born_by_nik if looked else None, looked.sex_by_nik if looked else None)
        asked = self.form.focused and self.form.entry is self._reason
        gap = 2 if self._reason.chosen is None else 1  # what is chosen stands in >..<, and all four fill the line
        lines.append(self._reason.draw(Line().put(5, _("Reason")), 19, focused=asked, gap=gap))
        if self._other in self.form.entries:
            lines.append(self.form.draw(Line(), "other_reason", 19))
        else:
            lines.append(Line())
        if looked is None or self.rekam.visit is None:
            return lines
        lines += [*add_pupil_lines.checked_lines(looked, self.rekam.visit.day), Line()]
        at = self.similars.at if self.similars.focused else None
        return [*lines, *add_pupil_lines.similar_lines(self.similars.rows, at, listed=looked.listed is not None)]

    def status(self) -> str:
        """Say what F2 does."""
        return _('After F2: in the queue as the next one, marked "added at school"')

    def problems(self) -> Sequence[Problem]:
        """Return what is known by now to stand in the way, and what step 3 will have to ask."""
        looked = self._looked
        if looked is None:
            return ()
        found = [self._words_of(one, looked) for one in looked.blockers if one in _KNOWN_EARLY]
        if looked.siak is None and looked.siak_day is not None and len(self.form["nik"].text) == LENGTH:
            sentence = _("Not in SIAK {day}. Step 3 asks the office for her status.")
            found.append(Problem("!", sentence.format(day=f"{looked.siak_day:%d-%m}")))
        return found

    def _words_of(self, blocker: AddBlocker, looked: Looked) -> Problem:
        if blocker is AddBlocker.UNDER_16:
            day = figures.long_date(looked.turns_16) if looked.turns_16 else "?"
            return problem(8, name=self.form["name"].text or "?", date=day)
        if blocker is AddBlocker.ALREADY_LISTED and looked.listed is not None:
            sentence = _("Already here: {class_name} row {number}. ↓ and Enter open her.")
            return Problem("×", sentence.format(class_name=looked.listed.class_name, number=looked.listed.number))
        return Problem("×", _(_BLOCKERS[blocker][1]))

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the form, and below it those of the rows alike."""
        below = self.similars.focused
        return (
            Hint(keys.FIELD, _("Field"), lambda: None),
            Hint(keys.ENTER, _("It is she"), self.open_similar, rank=1 if below else 0),
            Hint(keys.GO_ON, _("Go on: queue her"), self.add, cap=keys.GO_ON.function),
            Hint(keys.BACK, _("Cancel"), self.drop),
            Hint(keys.DOWN, _("Alike"), lambda: self.focus_part(1 if self.similars.rows else 0), rank=0),
            Hint(keys.UP, _("Form"), lambda: self.focus_part(0), rank=0),
        )

    async def add(self) -> None:
        """Queue her as the next one, or say what is missing and go there."""
        try:
            pupil = await self.store.run(_queue_her, self._visit, self._new(), self._prefix)
        except AddBlockedError as error:
            await self._look()
            listed = AddBlocker.ALREADY_LISTED
            blocker = listed if listed in error.blockers else error.blockers[0]
            if self._looked is not None:
                self.refuse(self._words_of(blocker, self._looked))
            field = _BLOCKERS.get(blocker, ("", ""))[0]
            if field in {entry.name for entry in self.form.entries}:
                self.form.focus(field)
            elif blocker is AddBlocker.ALREADY_LISTED:
                self.focus_part(1)
            return
        name = self.form["name"].text.strip()
        app = self.rekam
        await turns.to_queue(app)
        if isinstance(app.screen, FrameScreen):
            app.screen.news = _("√ {name} is queued, number {number}").format(name=name, number=pupil)

    async def open_similar(self) -> None:
        """Open the pupil at the cursor instead: it is she."""
        from store import queue

        if not self.similars.focused or not self.similars.rows:
            return
        chosen = self.similars.rows[self.similars.at]
        await self.store.run(drafts.drop_under, self._prefix)
        row = await self.store.run(queue.find, chosen.pupil)
        await turns.open_pupil(self.rekam, OpenPupil(row.pupil, row.name), row.state)

    async def drop(self) -> None:
        """Leave; with much typed it asks, for a dropped form is gone."""
        filled = sum(bool(entry.text) for entry in self.form.entries)
        if filled > _ASKED_FROM and not await self.ask_yes(
            _("Drop this pupil?"), (_("What was typed is thrown away; nobody is added."),), _("Yes, drop it")
        ):
            return
        await self.store.run(drafts.drop_under, self._prefix)
        await self.rekam.back()


_KNOWN_EARLY = (AddBlocker.ALREADY_LISTED, AddBlocker.UNDER_16, AddBlocker.NIK_WRONG, AddBlocker.NIK_OF_OTHER)


def _held(tx: Transaction, prefix: str, names: Sequence[str]) -> dict[str, str]:
    found = {name: drafts.load(tx, prefix + name) for name in names}
    return {name: text for name, text in found.items() if text is not None}


def _queue_her(tx: Transaction, visit: uuid.UUID, new: NewPupil, prefix: str) -> int:
    """Add her and call her, so that she is the next one; return her number on the list."""
    from store import adding, pupils, queue

    pupil = adding.add(tx, visit, new)
    pupils.call(tx, pupil)
    drafts.drop_under(tx, prefix)
    return queue.find(tx, pupil).number
