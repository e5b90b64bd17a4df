"""The log of a device in step 2: what it did wrong, when, and what was being taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from store.faults import Fault, FaultLine, FaultTally
from tui import figures, keys
from tui.i18n import N_, _
from tui.keys import Press
from tui.line import Line, cut
from tui.screens import recording_words
from tui.widgets.dialogs import INNER, Dialog, footer

if TYPE_CHECKING:
    Local = Callable[[datetime], datetime]

_ROWS = 10
_WORDS: Mapping[Fault, str] = {
    Fault.GONE: N_("cut off"),
    Fault.NO_ANSWER: N_("no answer"),
    Fault.NOT_READY: N_("not ready to work"),
    Fault.STREAM_ENDED: N_("live picture broke off"),
    Fault.TAMPERED: N_("answer not genuine"),
    Fault.CLOCK_SKEW: N_("its clock was wrong"),
    Fault.BAD_ANSWER: N_("answer unreadable"),
    Fault.REFUSED: N_("refused to work"),
    Fault.UNSUPPORTED: N_("does not fit"),
}


class FaultsDialog(Dialog[bool]):
    """The newest faults of the devices of one line, over all visits: day, time, fault, section, serial number."""

    def __init__(self, name: str, found: Sequence[FaultLine], local: Local) -> None:
        super().__init__(_("Faults: {line}").format(line=name))
        self._found = tuple(found)
        self._local = local
        self._first = 0
        self.note = str(len(self._found))

    def body(self) -> list[Line]:
        """Draw ten lines of the log, and what they say of the device below them."""
        made = [self._line(one) for one in self._found[self._first : self._first + _ROWS]]
        if not made:
            made = [Line(_("No fault was ever noted."))]
        return [*made, Line(), footer(("↑↓", _("Move")), ("Esc", _("Close")), 43)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Move through the log."""
        last = max(len(self._found) - _ROWS, 0)
        steps = {keys.UP: -1, keys.DOWN: 1, keys.PAGE_UP: -_ROWS, keys.PAGE_DOWN: _ROWS}
        if press.key in steps:
            self._first = min(max(self._first + steps[press.key], 0), last)
            return None
        return super().press(press)

    def _line(self, one: FaultLine) -> Line:
        at = self._local(one.at)
        line = Line().put(0, f"{at:%d-%m} {figures.clock_time(at)}").put(13, _what(one), width=INNER - 13 - 14)
        return line.put(INNER - 13, one.device.serial or one.device.key, width=13)


def told(name: str, tally: FaultTally, local: Local) -> str:
    """Say in one line how often a device failed at this visit, and how the last time."""
    said = _("! {line}: {count} faults, {time} {what}. I: all").format(
        line=cut(name, 24),
        count=figures.number(tally.count),
        time=figures.clock_time(local(tally.last.at)),
        what=_what(tally.last),
    )
    return cut(said, 78)


def fault_word(one: FaultLine) -> str:
    """Return what the device did."""
    return _(_WORDS[one.fault])


def during(one: FaultLine) -> str:
    """Return what was being taken, or that it was its self-test."""
    return _("self-test") if one.section is None else recording_words.section_name(one.section)


def _what(one: FaultLine) -> str:
    return f"{fault_word(one)} ({during(one)})"
