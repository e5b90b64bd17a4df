"""S29: everything that ever happened to one pupil, with officer and time; notes, and a lost or spoiled card."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from store import cards, history, pupils, timings
from store.cards import CardState, CardView
from store.history import Happened
from store.people import BadValueError
from store.progress import Presence
from store.pupils import PupilDetail
from store.timings import Run
from store.transaction import NotAllowedError, OfficerRole, Transaction
from tui import figures, keys, turns
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.screens import paper_preview, pupil_lines, reprint
from tui.screens.pupil_data import PupilDataScreen
from tui.screens.pupil_lines import HistoryRow
from tui.unlocking import store_problem
from tui.widgets.paged_list import PagedList, Way
from tui.widgets.picks import LineDialog

_EVENTS_READ = 400
_REPRINT_ROLES = (OfficerRole.PRINTING, OfficerRole.COORDINATOR)


@dataclass(frozen=True, repr=False)
class _Known:
    """What the store has of her; events are newest first."""

    about: PupilDetail
    events: tuple[Happened, ...]
    runs: tuple[Run, ...]
    card: CardView | None


class PupilScreen(FrameScreen):
    """One pupil's history, by steps or event by event."""

    step = 3
    subject = N_("history")

    def __init__(self, pupil: OpenPupil | None = None) -> None:
        super().__init__()
        self._given = pupil
        self._known: _Known | None = None
        self._full = False
        self._nik: tuple[str, float] | None = None
        self.list = PagedList[HistoryRow, int](self._fetch, lambda row: row.place, self._draw)
        self.parts = (self.list,)

    @property
    def pupil(self) -> OpenPupil:
        """Whose history it is: the one it was opened for, else who is open."""
        pupil = self._given or self.rekam.pupil
        assert pupil is not None, "only opened with a pupil"
        return pupil

    def on_mount(self) -> None:
        """Keep to whom it was opened for: on the way back to the queue she is closed before her history is gone."""
        self._given = self._given or self.rekam.pupil

    async def load(self) -> None:
        """Read her data, her events and her card."""
        self._known = await self.store.run(_known, self.pupil.id)
        self.list.total = len(self._rows())

    def _rows(self) -> list[HistoryRow]:
        known = self._known
        if known is None:
            return []
        if self._full:
            return pupil_lines.event_rows(known.events)
        return pupil_lines.step_rows(known.about, known.events, known.runs)

    async def _fetch(self, anchor: int | None, way: Way, count: int) -> Sequence[HistoryRow]:
        rows = self._rows()
        if way is Way.AFTER:
            first = 0 if anchor is None else anchor + 1
            return rows[first : first + count]
        last = len(rows) if anchor is None else anchor
        return rows[max(last - count, 0) : last]

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return her name, class and school."""
        left = _("Pupil · {name}").format(name=self._known.about.name if self._known else self.pupil.name)
        about = self._known.about if self._known else None
        return left, f"{about.class_name} · {about.school}" if about else ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Return who she is, the rows, and the notes below."""
        known = self._known
        if known is None:
            return []
        nik = self._nik[0] if self._nik and self.rekam.clock.monotonic() < self._nik[1] else None
        top = [*pupil_lines.person_lines(known.about, width, nik=nik), Line(), pupil_lines.head(full=self._full)]
        room = height - len(top)
        if self._full:
            return [*top, *self.list.lines(room, width)]
        rows = self.list.lines(min(room, max(self.list.total, 1)), width)
        below = pupil_lines.notes(known.events, figures.ZONES[self.rekam.settings.zone], width, room - len(rows) - 1)
        return [*top, *rows, Line(), *below]

    def _draw(self, row: HistoryRow) -> Line:
        return pupil_lines.row_line(row, figures.ZONES[self.rekam.settings.zone], full=self._full)

    def status(self) -> str:
        """Return how much there is, and the keys that show more."""
        count = len(self._known.events) if self._known else 0
        said = _("F by steps") if self._full else _("F in full, with tries, scores, devices")
        return _("{count} events · {said} · + adds a note").format(count=figures.number(count), said=said)

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the history."""
        officer = self.rekam.officer
        may_print = officer is None or officer.may(*_REPRINT_ROLES)
        barred = None if may_print else store_problem(NotAllowedError(frozenset(_REPRINT_ROLES)))
        return (
            Hint(keys.ENTER, _("Step"), self.open, help=_("open her at her step")),
            Hint(keys.EDIT, _("Edit"), self.edit, help=_("complete her data")),
            Hint(keys.CARD_TROUBLE, _("Lost"), self.report_card, help=_("card lost, damaged or wrong"), barred=barred),
            Hint(keys.NOTE, _("Note"), self.add_note),
            Hint(keys.BACK, _("Back"), self.rekam.back),
            Hint(keys.FILTER, _("In full"), self.turn_full, rank=2),
            Hint(keys.REVEAL, _("Reveal"), self.reveal, rank=2, help=_("the NIK for 20 seconds")),
            Hint(keys.PRINT, _("Proof"), self._print_proof, rank=2, help=_("proof of recording once more")),
            Hint(keys.PRESENT, _("Present"), self.turn_presence, rank=0),
        )

    async def open(self) -> None:
        """Open her at the step she waits for."""
        if self._known is not None:
            about = self._known.about
            if about.state in turns.OPENED_AT_A_STEP:
                await turns.open_pupil(self.rekam, OpenPupil(about.pupil, about.name), about.state)

    async def turn_full(self) -> None:
        """Turn between steps and events."""
        self._full = not self._full
        self.list.total = len(self._rows())
        self.list.reload(keep=False)

    async def _print_proof(self) -> None:
        from tui import proof_paper

        await paper_preview.prepare_and_show(self, partial(proof_paper.of_pupil, pupil=self.pupil.id))

    async def reveal(self) -> None:
        """Show her numbers for 20 seconds; the journal keeps that they were looked at."""
        nik = await self.store.run(pupils.reveal_nik, self.pupil.id)
        self._nik = (nik or "", self.rekam.clock.monotonic() + turns.REVEAL_SECONDS)
        self.set_timer(turns.REVEAL_SECONDS, self.refresh_frame)

    async def turn_presence(self) -> None:
        """Mark her absent, or present again."""
        presence = await self.store.run(pupils.mark_absent, self.pupil.id)
        await self.reload()
        word = _("◊ {name} is absent") if presence is Presence.ABSENT else _("√ {name} is there")
        self.news = word.format(name=self.pupil.name)

    async def edit(self) -> None:
        """Complete or correct her data."""
        await self.rekam.over(PupilDataScreen(self.pupil))

    async def add_note(self) -> None:
        """Add the officer's own words."""
        text = await self.ask(
            LineDialog(_("Note"), (_("Stays in her history, with officer and time."),), _("Note"), limit=300)
        )
        if text is None:
            return
        try:
            await self.store.run(history.add_note, self.pupil.id, text)
        except BadValueError:
            self.refuse(Problem("×", _("A note has no control characters. Nothing was stored. +: again.")))
            return
        await self.reload()

    async def report_card(self) -> None:
        """Declare her card lost, damaged or wrong: another may be printed once the gates are open again."""
        card = self._known.card if self._known else None
        if card is None:
            self.refuse(Problem("!", _("No card of hers was printed here. Nothing changed.")))
            return
        await reprint.declare(self, card)
        await self.reload()


def _known(tx: Transaction, pupil: uuid.UUID) -> _Known:
    about = pupils.detail(tx, pupil)
    held = next((card for card in cards.cards_of(tx, about.person) if card.state is CardState.VALID), None)
    events = history.history(tx, pupil, limit=_EVENTS_READ).events
    return _Known(about, events, timings.of_pupil(tx, pupil), held)
