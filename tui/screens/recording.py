"""S15, step 6: one pupil's recording section by section; the data are read aloud and confirmed first."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace

from hw.types import Role
from store import pupils, recordings
from store.progress import Sex
from store.pupils import PupilDetail
from store.recordings import RecordingReason, RecordingRefusedError
from store.sections import PARTS, RecordingStage, RecordingState, Section, SectionState
from tui import figures, keys, sitting, sop, turns
from tui.frame import FrameScreen
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.screens import recording_words as words
from tui.screens.recording_lost import ROLE_OF
from tui.screens.recording_ways import hands_screen, leave_for_correction, leave_for_next, screen_for
from tui.sitting import Sitting
from tui.widgets.bars import rail_word

REVEAL_S = 20
_ROLES = (Role.CAMERA, Role.FINGER, Role.IRIS, Role.SIGNATURE)
_BASES = {"law": N_("legal obligation, Law 24/2013"), "consent": N_("the guardian's consent")}


class _Row(enum.Enum):
    """The rows of the table that are no section."""

    DATA = "data"
    HANDS = "hands"
    SEAL = "seal"


class RecordingScreen(FrameScreen):
    """The overview of the open pupil."""

    step = sitting.STEP
    subject = N_("recording")

    def __init__(self) -> None:
        super().__init__()
        self.sat: Sitting | None = None
        self._at = 0
        self._nik = ""
        self._stopped: Problem | None = None
        """Why the pupil is not recorded at all."""

    # --- the state ----------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Open the pupil's recording, or read it as it is now."""
        pupil = self.rekam.pupil
        if pupil is None:
            return
        if self.sat is None:
            try:
                self.sat = await self.store.run(sitting.sit_down, pupil.id, self.rekam.desk)
            except RecordingRefusedError as error:
                self._stopped = words.refusal(error)
                return
        else:
            state = await self.store.run(recordings.state, self.sat.state.id)
            detail = await self.store.run(pupils.detail, pupil.id)
            self.sat = replace(self.sat, state=state, pupil=detail)
        if self.sat.state.stage is RecordingStage.OPEN and self.in_front:
            await sop.begin(self.rekam, sitting.STEP, self.sat.pupil.visit, pupil.id)
        self._at = self._rows.index(_next_row(self.sat.state))

    @property
    def _rows(self) -> tuple[_Row | Section, ...]:
        """The table from the data to the seal; the hands stand in it where they are wanted."""
        hands = (_Row.HANDS,) if self.sat is not None and self.sat.state.hands_wanted else ()
        return (_Row.DATA, *Section, *hands, _Row.SEAL)

    @property
    def _marked(self) -> _Row | Section:
        return self._rows[min(self._at, len(self._rows) - 1)]

    def _move(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), len(self._rows) - 1)

    # --- actions ------------------------------------------------------------------------------------------------

    async def go_on(self) -> None:
        """Note that the data are right, and open the first section that needs something, or the marked one."""
        sat = self.sat
        if sat is None:
            return
        if sat.state.confirmed_at is None and not await self._confirm(sat):
            return
        assert self.sat is not None
        match self._marked:
            case Section() as section:
                await self.rekam.over(screen_for(self.sat, section))
            case _Row.HANDS:
                await self.rekam.over(hands_screen(self.sat))
            case _Row.DATA:
                await self.rekam.over(screen_for(self.sat))
            case _Row.SEAL:
                from tui.screens.recording_seal import SealScreen

                await self.rekam.over(SealScreen(self.sat))

    async def _confirm(self, sat: Sitting) -> bool:
        try:
            state = await self.store.run(recordings.confirm_data, sat.state.id)
        except RecordingRefusedError as error:
            if error.reason is not RecordingReason.GUARDIAN_MISSING:
                self.refuse(words.refusal(error))
                return False
            guardian = await self._ask_guardian(sat.pupil)
            if not guardian:
                self.refuse(words.refusal(error))
                return False
            state = await self.store.run(recordings.confirm_data, sat.state.id, guardian)
        self.sat = replace(sat, state=state)
        return True

    async def _ask_guardian(self, pupil: PupilDetail) -> str:
        known = [name for name in (pupil.mother, pupil.father) if name]
        effect = _("Effect: whose consent it is stands in the record.")
        given = await self.ask_reason(_("Consent of the guardian"), effect, known, save=_("Has agreed"))
        return given.text if given else ""

    async def ask_exception(self) -> None:
        """Open the marked section and ask at once what is excepted there."""
        section = self._marked
        if self.sat is None or not isinstance(section, Section):
            return
        screen = screen_for(self.sat, section)
        await self.rekam.over(screen)
        ask = getattr(screen, "ask_exception", None)
        if ask is not None:
            await ask()

    async def reveal(self) -> None:
        """Show the whole NIK for a while; the journal knows."""
        if self.sat is not None:
            self._nik = await self.store.run(pupils.reveal_nik, self.sat.pupil.pupil) or ""
            self.set_timer(REVEAL_S, self._mask)

    def _mask(self) -> None:
        self._nik = ""
        self.refresh_frame()

    async def correct(self) -> None:
        """Correct what was read aloud, where it is compared with the certificate."""
        if self.sat is not None:
            await leave_for_correction(self.rekam, self.sat)

    async def next_pupil(self) -> None:
        """Leave the pupil as she is, behind the others, and open the next one."""
        if self.sat is not None:
            await leave_for_next(self.rekam)

    async def to_queue(self) -> None:
        """Close the pupil; everything that was taken is kept."""
        await sop.leave(self.rekam)
        await turns.to_queue(self.rekam)

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return the pupil, her class and her cloth."""
        left = f"6 {rail_word(6)}"
        if self.rekam.pupil is not None:
            left += f" · {self.rekam.pupil.name}"
        if self.sat is None:
            return left, ""
        cloth = _("cloth {colour}").format(colour=words.cloth_name(self.sat.pupil.cloth))
        desk = _("desk {desk}").format(desk=self.rekam.desk.value)
        return left, " · ".join(fact for fact in (desk, self.sat.pupil.class_name, cloth) if fact)

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw what is read aloud and the table of the sections."""
        if self.sat is None:
            said = "" if self.rekam.pupil is not None else _("No pupil is open here. Esc: the queue.")
            return [Line(), Line("     ").put(5, said)]
        made = [*self._aloud(self.sat.pupil), Line()]
        head = Line("     ").put(5, _("Section")).put(26, _("State")).put(47, _("Score / limit")).put(62, _("Tries"))
        rows = [self._row(row, self.sat.state) for row in self._rows]
        if self.sat.state.stage is RecordingStage.OPEN:
            rows[self._rows.index(self._marked)].put(3, "►", Ink.VALUE)
        basis = _(_BASES.get(self.sat.state.basis, self.sat.state.basis))
        last = Line("     ").put(5, _("Basis: {basis}").format(basis=basis), width=41)
        return [*made, head, *rows, Line(), last.put(47, self._exceptions(self.sat.state), width=32)]

    def _aloud(self, pupil: PupilDetail) -> list[Line]:
        sex = {Sex.FEMALE: _("female"), Sex.MALE: _("male"), None: "?"}[pupil.sex]
        born = _("born {place}, {day}").format(
            place=pupil.birth_place or "?", day=figures.spoken_date(pupil.birth_date)
        )
        family = [
            _("mother {name}").format(name=pupil.mother or "?"),
            _("father {name}").format(name=pupil.father or "?"),
            _("religion {name}").format(name=pupil.religion) if pupil.religion else "",
            _("blood {group}").format(group=pupil.blood_type) if pupil.blood_type else "",
        ]
        place = " / ".join(f"{name} {value}" for name, value in (("RT", pupil.rt), ("RW", pupil.rw)) if value)
        address = " ".join(part for part in (pupil.address or pupil.village, place) if part)
        home = [", ".join(part for part in (address, pupil.district) if part), (pupil.occupation or "").lower()]
        nik = figures.grouped(self._nik) if self._nik else (figures.masked(pupil.nik) or "–")
        hidden = "" if self._nik else " " + _("(V shows it for 20 seconds)")
        texts = (
            " · ".join((pupil.name, sex, born)),
            " · ".join(part for part in family if part),
            " · ".join(part for part in home if part),
            f"NIK {nik}{hidden}",
        )
        said = [Line("     ").put(5, _("Read aloud, have the pupil confirm:"))]
        return said + [Line("       ").put(7, text, Ink.VALUE, width=72) for text in texts]

    def _row(self, row: _Row | Section, state: RecordingState) -> Line:
        match row:
            case Section():
                return self._section_row(state.section(row))
            case _Row.DATA:
                return self._data_row(state)
            case _Row.HANDS:
                return self._hands_row(state)
            case _Row.SEAL:
                return self._seal_row()

    def _hands_row(self, state: RecordingState) -> Line:
        line = Line("     ").put(5, _("photo of hands"), width=18)
        if state.hands_taken is not None:
            return line.state(24, "√ " + _("stored"))
        there = any(device.role is Role.CAMERA for device in self.rekam.equipment)
        return line.state(24, _("· not yet") if there else _("× no device"))

    def _data_row(self, state: RecordingState) -> Line:
        line = Line("     ").put(5, _("data right"), width=18)
        if state.confirmed_at is None:
            return line.state(24, _("· not yet"))
        return line.state(24, "√ " + figures.clock_time(self.rekam.local(state.confirmed_at)))

    def _section_row(self, one: SectionState) -> Line:
        assert self.sat is not None
        limits, parts = self.sat.state.limits, one.best
        name = _("irises left, right") if one.section is Section.IRISES else words.section_name(one.section)
        line = Line("     ").put(5, name, width=18)
        line.state(24, self._section_state(one), width=22)
        limit = limits.of(PARTS[one.section][0])
        if limit is None:
            return line
        worst = min((score for score in parts.values() if score is not None), default=None)
        line.put(47, words.score(worst), width=4, right=True).put(52, f"/ {limit:g}")
        return line.put(61, f"{one.tried}/{limits.tries}")

    def _section_state(self, one: SectionState) -> str:
        assert self.sat is not None
        state = self.sat.state
        mark = words.symbol(one, state.limits)
        if mark != "·":
            return mark + " " + (_("excepted") if mark == "~" else _("stored"))
        if not any(device.role is ROLE_OF[one.section] for device in self.rekam.equipment):
            return _("× no device")
        if one.attempts and one.section is state.next:
            return _("► goes on: try {number}").format(number=min(one.tried + 1, state.limits.tries))
        return _("· not yet")

    def _seal_row(self) -> Line:
        assert self.sat is not None
        sealed = self.sat.state.sealed_at
        text = _("· not yet") if sealed is None else "√ " + figures.clock_time(self.rekam.local(sealed))
        return Line("     ").put(5, _("check and seal"), width=18).state(24, text)

    def _exceptions(self, state: RecordingState) -> str:
        names = ", ".join(words.part_name(one.part) for one in state.exceptions)
        return _("Exceptions: {names}").format(names=names or p_("exceptions", "none"))

    def status(self) -> str:
        """Return which devices are there, and who comes next."""
        if self.sat is None:
            return ""
        here = {device.role for device in self.rekam.equipment}
        gone = [words.device_short(role) for role in _ROLES if role not in here]
        ready = [words.device_short(role) for role in _ROLES if role in here]
        said = _("√ devices ready: {names}").format(names=", ".join(ready))
        if gone:
            said = _("× devices missing: {names}").format(names=", ".join(gone))
        if self.sat.following is not None:
            said += " · " + _("next: {name}").format(name=self.sat.following.name)
        return said

    def problems(self) -> Sequence[Problem]:
        """Return why nothing can be recorded here."""
        return [] if self._stopped is None else [self._stopped]

    def leaving(self) -> Sequence[str]:
        """Say that she is open, and where it goes on."""
        if self.sat is None or self.sat.state.stage is not RecordingStage.OPEN:
            return super().leaving()
        return words.leaving(self.sat.pupil.name, self.sat.state)

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the overview."""
        queue = Hint(keys.BACK, _("Queue"), self.to_queue, rank=2)
        if self.sat is None or self.sat.state.stage is not RecordingStage.OPEN:
            return (queue,)
        right = self.sat.state.confirmed_at is None
        return (
            Hint(keys.ENTER, _("Right, begin") if right else p_("key", "Open"), self.go_on),
            Hint(keys.EDIT, _("Edit"), self.correct),
            Hint(keys.EXCEPTION, p_("key", "Except"), self.ask_exception),
            Hint(keys.NEXT, _("Next"), self.next_pupil),
            Hint(keys.REVEAL, _("Reveal"), self.reveal, rank=2),
            Hint(keys.UP, _("Section"), lambda: self._move(-1), rank=0),
            Hint(keys.DOWN, _("Section"), lambda: self._move(1), rank=0),
            queue,
        )


def _next_row(state: RecordingState) -> _Row | Section:
    """Return the row of the table that comes next."""
    if state.confirmed_at is None:
        return _Row.DATA
    if state.next is not None:
        return state.next
    return _Row.HANDS if state.hands_missing else _Row.SEAL
