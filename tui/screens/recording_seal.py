"""S21: the check before the seal, and the seal: once in a lifetime, so nothing but Y does it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from hw.pictures import ink
from reports.refusal import PaperRefused
from store import officers, recordings
from store.documents import DocumentKind
from store.errors import ChangeError
from store.recordings import RecordingRefusedError, Sealed
from store.sections import Part, SealBlocker, SealBlockerKind, Section, SectionState, seal_blockers
from tui import figures, keys, papers, proof_paper, sitting, sop, strokes, turns
from tui.frame import FrameScreen
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, stack
from tui.messages import Problem, problem
from tui.screens import recording_words as words
from tui.screens.queue_list import QueueScreen
from tui.screens.recording_ways import hands_screen, leave_for_correction, leave_for_next, screen_for
from tui.sitting import Sitting
from tui.widgets import preview
from tui.widgets.bars import rail_word

_FACE = (12, 7)
_INK = (12, 2)
_HEIGHT, _MOST = 11, 12
"""Lines beside the portrait and the signature, and how many there may be."""


class SealScreen(FrameScreen):
    """Everything that was taken, on one page."""

    step = sitting.STEP
    subject = N_("check and seal")

    def __init__(self, sat: Sitting) -> None:
        super().__init__()
        self.sat = sat
        self._at = 0
        self._face: list[Line] = []
        self._ink: tuple[str, ...] = ()
        self._strokes = 0

    # --- the state ----------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the recording, and what of it may still be read."""
        recording = self.sat.state.id
        self.sat = replace(self.sat, state=await self.store.run(recordings.state, recording))
        portrait = await self.store.run(recordings.draft, recording, Section.PORTRAIT)
        signed = await self.store.run(recordings.draft, recording, Section.SIGNATURE)
        if portrait is not None:
            width, height = _FACE
            from hw.pictures.pixels import pixels

            small = await asyncio.to_thread(pixels, portrait, width, height * 2)
            self._face = preview.shown(small, self.rekam.look, width, height)
        if signed is not None:
            signature = strokes.decode(signed)
            draw = ink.half_cells if self.rekam.look.ascii_only else ink.braille
            self._ink, self._strokes = draw(signature, *_INK), len(signature.strokes)

    @property
    def _blockers(self) -> tuple[SealBlocker, ...]:
        return seal_blockers(self.sat.state)

    @property
    def _marked(self) -> Section | None:
        """The section under the cursor; None where that is the photograph of the hands."""
        sections = tuple(Section)
        return sections[self._at] if self._at < len(sections) else None

    def _move(self, by: int) -> None:
        last = len(Section) - (0 if self.sat.state.hands_wanted else 1)
        self._at = min(max(self._at + by, 0), last)

    # --- actions ------------------------------------------------------------------------------------------------

    async def seal(self) -> None:
        """Seal, tell it, and go back to the queue with whoever comes next under the cursor."""
        app, pupil = self.rekam, self.sat.pupil
        self.news = _("► sealing")
        self.refresh_frame()
        try:
            sealed, following = await sop.end_with(app, sitting.seal, self.sat.state.id, pupil.visit, app.desk)
        except RecordingRefusedError as error:
            self.refuse(words.refusal(error))
            return
        finally:
            self.news = ""
        app.ring()
        await self._print_proof(sealed)
        told = _("√ {name} sealed {time} · proof {proof:04d}").format(
            name=pupil.name, time=figures.clock_time(app.local(sealed.at)), proof=sealed.proof
        )
        if following is not None:
            told += " · " + _("next: {name}").format(name=following.name)
        await turns.to_queue(app)
        if isinstance(app.screen, QueueScreen):
            app.screen.list.reload(keep=False)
        if isinstance(app.screen, FrameScreen):
            app.screen.news = told

    async def _print_proof(self, sealed: Sealed) -> None:
        """Keep the slip the pupil takes home, and print it where there is a printer.

        The seal stands whatever becomes of the paper: it can be printed again from the pupil's history.
        """
        app, pupil = self.rekam, self.sat.pupil
        officer = await self.store.run(officers.named, app.officer.id) if app.officer else None
        draw = partial(
            proof_paper.draw,
            pupil,
            replace(self.sat.state, sealed_at=sealed.at, proof=sealed.proof),
            app.local(sealed.at),
            officer,
            papers.letterhead(app),
            training=app.training,
        )
        name = f"Bukti Perekaman {sealed.proof:04d}"
        with suppress(ChangeError, PaperRefused):
            kept = await papers.keep(app, DocumentKind.PROOF, pupil.pupil, draw, name, number=f"{sealed.proof:04d}")
            if app.settings.document_printer:
                await papers.hand_out(self, kept)

    async def open_marked(self) -> None:
        """Open a section again: the one that lacks something, else the marked one."""
        lacking = next((one.section for one in self._blockers if one.section is not None), None)
        section = lacking or self._marked
        hands = lacking is None and (self.sat.state.hands_missing or section is None)
        await self.rekam.switch_screen(hands_screen(self.sat) if hands else screen_for(self.sat, section))

    async def take_again(self) -> None:
        """Take the marked section again; its attempts stay in the record."""
        section = self._marked
        if section is None:
            await self.rekam.switch_screen(hands_screen(self.sat))
            return
        state = await self.store.run(recordings.take_again, self.sat.state.id, section)
        self.sat = replace(self.sat, state=state)
        await self.rekam.switch_screen(screen_for(self.sat, section))

    async def correct(self) -> None:
        """Correct the data, where they are compared with the certificate."""
        await leave_for_correction(self.rekam, self.sat)

    async def next_pupil(self) -> None:
        """Leave the pupil as she is, behind the others, and open the next one."""
        await leave_for_next(self.rekam)

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return the pupil and her cloth."""
        left = f"6 {rail_word(6)} · {self.sat.pupil.name} · " + _("check and seal")
        desk = _("desk {desk}").format(desk=self.rekam.desk.value)
        cloth = _("cloth {colour}").format(colour=words.cloth_name(self.sat.pupil.cloth))
        return left, f"{desk} · {cloth}"

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the portrait and the signature beside what was taken."""
        pupil = self.sat.pupil
        born = _("born {place}, {day}").format(place=pupil.birth_place or "?", day=figures.long_date(pupil.birth_date))
        mother = _("mother {name}").format(name=pupil.mother or "?")
        right = [
            Line().put(0, f"{pupil.name} · {figures.sex(pupil.sex)} · {born}", Ink.VALUE, 59),
            Line().put(0, f"{mother} · NIK {figures.masked(pupil.nik) or '–'}", width=59),
            Line(),
            self._data_row(),
        ]
        for at, one in enumerate(self.sat.state.sections):
            row = self._row(one)
            if at == self._at:
                row.paint(Ink.VALUE, 0, 16)
            right.append(row)
        if self.sat.state.hands_wanted:
            row = self._hands_row()
            if self._marked is None:
                row.paint(Ink.VALUE, 0, 16)
            right.append(row)
        right = self._with_reasons(right)
        beside = stack(right, min(max(len(right), _HEIGHT), _MOST))
        made = [Line().put(18, " ").over(20, line) for line in beside]
        for row, line in enumerate(self._face):
            made[row].over(5, line)
        for row, text in enumerate(self._ink):
            made[8 + row].put(5, text)
        made += [
            Line(),
            Line("     ").put(5, _("Show the portrait and read the name to the pupil.")),
            Line("     ").put(5, _("Once sealed, fingerprints and irises cannot be opened on this laptop;")),
            Line("     ").put(5, _("a recording is once in a lifetime and cannot be repeated.")),
            Line(),
        ]
        return [*made, self._verdict()]

    def _with_reasons(self, rows: list[Line]) -> list[Line]:
        """Put the reason of each section kept below its limit under its row, as many as there is room for."""
        made = list(rows)
        first = len(rows) - len(Section) - (1 if self.sat.state.hands_wanted else 0)
        for at, one in reversed(list(enumerate(self.sat.state.sections))):
            if one.best_reason is None or len(made) >= _MOST:
                continue
            parts = ", ".join(_bare(part) for part in one.below(self.sat.state.limits))
            reason = words.best_reason(one.best_reason)
            made.insert(first + at + 1, Line().put(3, _("reason")).put(21, f"{reason} ({parts})", width=38))
        return made

    def _hands_row(self) -> Line:
        line = Line().put(0, _("photo of hands"), width=17)
        at = self.sat.state.hands_taken
        return line.state(18, "× " + _("not yet") if at is None else "√ " + figures.clock_time(self.rekam.local(at)))

    def _data_row(self) -> Line:
        at = self.sat.state.confirmed_at
        line = Line().put(0, _("data right"), width=17)
        return line.state(18, "× " + _("not yet") if at is None else "√ " + figures.clock_time(self.rekam.local(at)))

    def _row(self, one: SectionState) -> Line:
        limits = self.sat.state.limits
        line = Line().put(0, words.section_checked(one.section), width=17)
        if not one.complete(limits):
            return line.state(18, "× " + _("not yet"))
        mark = words.symbol(one, limits)
        if not one.wanted():
            reason = words.excepted(one.exceptions[0]) if one.exceptions else ""
            return line.state(18, f"~ {reason}", 30)
        if one.section is Section.SIGNATURE:
            said = _("{strokes} strokes").format(strokes=self._strokes)
        else:
            said = " ".join(words.score(one.best.get(part)) for part in one.best)
        line.state(18, f"{mark} {said}")
        # Short scores leave the tries in one column, four of them push it to the right.
        return line.put(31 if len(line) <= 29 else 34, self._tries(one))

    def _tries(self, one: SectionState) -> str:
        """Return how many tries it took; of the irises only the eye that was taken again is named."""
        here = [attempt for attempt in one.attempts if attempt.round == one.round]
        counts = {part: sum(part in {score.part for score in attempt.scores} for attempt in here) for part in one.best}
        most = max(counts, key=lambda part: counts[part])
        said = _("{number} tries").format(number=counts[most]) if counts[most] != 1 else _("1 try")
        if one.section is Section.IRISES and len(set(counts.values())) > 1:
            said = words.eye_side(most) + " " + said
        return said + ", " + p_("slap", "best") if one.best_reason is not None else said

    def _verdict(self) -> Line:
        line = Line("     ")
        if not self._blockers:
            yes = _("right, seal {name}").format(name=self.sat.pupil.name)
            line.put(5, "Y", Ink.KEYCAP).put(8, yes, width=36)
        return line.put(46, "Esc", Ink.KEYCAP).put(51, _("not yet, back"))

    def status(self) -> str:
        """Return whether everything is there."""
        if self._blockers:
            return _("× {count} things are missing").format(count=len(self._blockers))
        return _("√ all sections are complete · a proof of recording follows the seal")

    def problems(self) -> Sequence[Problem]:
        """Return the first blocker, or how many sections are below their limit with a reason."""
        if self._blockers:
            return [_told(blocker) for blocker in self._blockers]
        below = sum(one.best_reason is not None for one in self.sat.state.sections)
        if below:
            said = _("{count} section below the limit, the reason is noted. May be sealed.").format(count=below)
            return [Problem("!", said)]
        return []

    def leaving(self) -> Sequence[str]:
        """Say that she is open, and where it goes on."""
        return words.leaving(self.sat.pupil.name, self.sat.state)

    def hints(self) -> Sequence[Hint]:
        """Return Y only where nothing is missing; Enter opens what is."""
        sealing = () if self._blockers else (Hint(keys.YES, p_("key", "Seal"), self.seal),)
        return (
            *sealing,
            Hint(keys.ENTER, p_("key", "Open"), self.open_marked, rank=1 if self._blockers else 2),
            Hint(keys.AGAIN, p_("key", "Again"), self.take_again),
            Hint(keys.EDIT, _("Edit"), self.correct),
            Hint(keys.EXCEPTION, p_("key", "Except"), self.open_marked),
            Hint(keys.NEXT, _("Next"), self.next_pupil, rank=0),
            Hint(keys.UP, _("Section"), lambda: self._move(-1), rank=0),
            Hint(keys.DOWN, _("Section"), lambda: self._move(1), rank=0),
            Hint(keys.BACK, p_("key", "Sections"), self.rekam.back),
        )


def _told(blocker: SealBlocker) -> Problem:
    if blocker.kind is SealBlockerKind.DATA_UNCONFIRMED:
        return Problem("×", _("Cannot be sealed: the data are not confirmed. Esc, then Enter."))
    name = words.blocked_by(blocker)
    if blocker.kind is SealBlockerKind.BELOW_THRESHOLD:
        said = _("Cannot be sealed: {section} below the limit without a reason. Enter opens it.")
        return Problem("×", said.format(section=name))
    return problem(20, section=name)


def _bare(part: Part) -> str:
    return words.part_name(part) if part in (Part.FACE, Part.RIGHT_IRIS, Part.LEFT_IRIS) else words.finger_name(part)
