"""The queue's right pane on a wide terminal: the pupil at the cursor, the desks, the devices, the day by the hour.

Nothing stands only here: the sheets, the rail and the board show the same.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hw.types import DeviceState, Role
from store.rules import Cloth, Hold, card_gate
from tui import figures
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.line import Line
from tui.pane import WIDTH, PupilReader
from tui.screens.pupil_check_lines import status_word

if TYPE_CHECKING:
    from store.desks import AtDesk
    from store.pupils import PupilDetail
    from store.timings import Pace
    from store.transaction import Transaction
    from tui.frame import FrameScreen

_VALUE, _BAR = 13, 16
_DEVICES = (
    (Role.CAMERA, "camera"),
    (Role.FINGER, "fingers"),
    (Role.IRIS, "iris"),
    (Role.SIGNATURE, "pad"),
)
_CARD = {
    Hold.NO_PRR: N_("when PRR has come"),
    Hold.UNDER_AGE: N_("when she is 17"),
    Hold.HAS_CARD: N_("has card"),
    Hold.ALREADY_PRINTED: N_("printed"),
}


@dataclass(frozen=True, repr=False)
class _Seen:
    """What the store says, read together: who is at the cursor, whom the other desks have open, today by the hour."""

    pupil: PupilDetail
    desks: tuple[tuple[AtDesk, str], ...]
    hours: tuple[Pace, ...]


class QueuePane:
    """Draws what is known of whoever is at the cursor, and of the day."""

    def __init__(self, screen: FrameScreen) -> None:
        self._screen = screen
        self._known = PupilReader(screen, self._read)

    def forget(self) -> None:
        """Read again: the store has changed."""
        self._known.forget()

    def lines(self, pupil: uuid.UUID | None) -> list[Line]:
        """Draw the pane for the pupil at the cursor; her part stays empty until she was read."""
        seen = self._known.of(pupil)
        made = [Line(_("Pupil at the cursor"))]
        made += _person(seen.pupil) if seen is not None else [Line()] * 8
        seen = seen or self._known.last
        made += [Line(), Line(_("Desks")), self._own_desk()]
        if seen is not None:
            made += [_desk(at, name) for at, name in seen.desks]
        made += [Line(), Line(_("Equipment")), self._devices()]
        if seen is not None:
            made += [Line(), Line(_("Today")).put(19, _("recorded an hour"), width=WIDTH - 19), *self._hours(seen)]
        return [line.crop(WIDTH) for line in made]

    def _read(self, tx: Transaction, pupil: uuid.UUID) -> _Seen:
        from store import desks, pupils, timings

        about = pupils.detail(tx, pupil)
        others = tuple((at, pupils.detail(tx, whom).name) for whom, at in desks.elsewhere(tx).items())
        midnight = self._screen.rekam.local_now().replace(hour=0, minute=0, second=0, microsecond=0)
        return _Seen(about, others, timings.pace(tx, about.visit, 6, midnight, 60))

    def _own_desk(self) -> Line:
        app = self._screen.rekam
        name = app.officer.name if app.officer else ""
        return (
            Line().state(0, f"► {app.desk.value}").put(4, name, width=12).put(17, app.pupil.name if app.pupil else "")
        )

    def _devices(self) -> Line:
        line = Line()
        for role, word in _DEVICES:
            there = [one for one in self._screen.rekam.equipment if one.role is role]
            ready = any(one.state is DeviceState.READY for one in there)
            line.state(len(line) + bool(len(line)), "√" if ready else "!" if there else "·").add(
                " " + p_("short", word)
            )
        return line

    def _hours(self, seen: _Seen) -> list[Line]:
        zone = self._screen.rekam.local_now().tzinfo
        hours = [(one.start.astimezone(zone).hour, one.finished) for one in seen.hours]
        first = next((place for place, (_hour, done) in enumerate(hours) if done), len(hours))
        shown = hours[first:][-6:]
        most = max((done for _hour, done in shown), default=0)
        return [
            Line(f"{hour:02d}").put(3, "█" * _bar(done, most)).put(20, figures.number(done), width=4, right=True)
            for hour, done in shown
        ]


def _bar(done: int, most: int) -> int:
    return done if most <= _BAR else max(round(done / most * _BAR), bool(done))


def _person(about: PupilDetail) -> list[Line]:
    born, age = figures.long_date(about.birth_date), figures.age(about.age)
    parents = _("mother {mother} · father {father}").format(mother=about.mother or "?", father=about.father or "?")
    status = status_word(about.status_code)
    siak = "SIAK" + (f" {about.status_day:%d-%m}" if about.status_day else "")
    cloth = _("RED") if about.cloth is Cloth.RED else _("BLUE")
    gate = card_gate(about.birth_date, about.visit_day, about.status_code, married=False, printed=False)
    card = _("may be printed") if gate.open else _(_CARD.get(gate.holds[0], _CARD[Hold.NO_PRR]))
    papers = Line().put(0, _("Papers")).state(_VALUE, "√" if about.papers_kk else "·").add(" KK")
    papers.state(len(papers) + 3, "√" if about.papers_certificate else "·").add(" " + _("certificate"))
    return [
        Line().put(0, about.name, Ink.VALUE, WIDTH - 3).put(WIDTH - 2, figures.sex(about.sex)),
        Line().put(0, f"{about.class_name} · {born} · {age}", width=WIDTH),
        Line().put(0, parents, width=WIDTH),
        Line(),
        Line().put(0, siak).put(_VALUE, status, Ink.VALUE, WIDTH - _VALUE),
        Line().put(0, _("Cloth")).put(_VALUE, cloth),
        Line().put(0, p_("queue", "Card")).put(_VALUE, card, width=WIDTH - _VALUE),
        papers,
    ]


def _desk(at: AtDesk, name: str) -> Line:
    return Line().state(0, f"► {at.desk.value}").put(4, at.officer, width=12).put(17, name, width=WIDTH - 17)
