"""What a card printer says, in words: its state, and what the officer can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hw.types import Attached, CaptureFailed, DeviceState, FailReason, HardwareError, Role
from store.stock import StockKind
from tui.i18n import N_, _
from tui.messages import Problem, problem
from tui.stock_words import in_a_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hw.types import PrinterStatus

_LOW = 10
_MARKERS = {"ribbonWax": StockKind.RIBBON, "ribbon": StockKind.RIBBON, "transferUnit": StockKind.FILM}
"""marker-types (PWG 5100.9) of a card printer's ribbon and retransfer film."""

_OPEN = (N_("cover open"), N_("Close it"))
_JAM = (N_("card jam"), N_("Take the card out"))
_EMPTY = (N_("no blank in the feeder"), N_("Fill the feeder"))
_SUPPLY = (N_("ribbon or film empty"), N_("Change it"))
_TRAY = (N_("feeder or tray missing"), N_("Put it in"))
_STOPPED = (N_("stopped"), N_("Look at its display"))
_ABSENT = (N_("not connected"), N_("Check cable and power"))
_SILENT = (N_("does not answer"), N_("Check cable and power"))
_BUSY = (N_("in use elsewhere"), N_("Wait"))
_NO_QUEUE = (N_("its queue is gone"), N_("Make it in CUPS again"))
_NONSENSE = (N_("answers nonsense"), N_("Check its address"))

_REASONS = {
    "cover-open": _OPEN,
    "door-open": _OPEN,
    "interlock-open": _OPEN,
    "media-jam": _JAM,
    "media-empty": _EMPTY,
    "media-needed": _EMPTY,
    "marker-supply-empty": _SUPPLY,
    "marker-supply-missing": _SUPPLY,
    "input-tray-missing": _TRAY,
    "output-tray-missing": _TRAY,
    "output-area-full": (N_("output tray full"), N_("Empty it")),
    "paused": (N_("paused"), N_("Let it go on at its display")),
    "shutdown": _ABSENT,
}
"""printer-state-reasons (RFC 8011 section 5.4.12) that stop a card; the others, warnings and reports, do not."""


def printer_of(equipment: Sequence[Attached]) -> Attached | None:
    """Return the card printer among what is attached; one that is ready before one that is not."""
    printers = [one for one in equipment if one.role is Role.CARD_PRINTER]
    return min(printers, key=lambda one: one.state is not DeviceState.READY, default=None)


def fault(status: PrinterStatus) -> tuple[str, str] | None:
    """Return what keeps the printer from printing and its cure, untranslated; None when nothing does."""
    if found := stopped_by(status.reasons):
        return found
    return _STOPPED if status.state == "stopped" or not status.accepting else None


def stopped_by(reasons: Sequence[str]) -> tuple[str, str] | None:
    """Return the first of IPP's reasons that stops a card, with its cure; None when none does."""
    return next((_REASONS[reason] for reason in reasons if reason in _REASONS), None)


def levels(status: PrinterStatus | None) -> Mapping[StockKind, int]:
    """Return what the printer itself says is left of ribbon and film, in per cent, as far as it says so."""
    found: dict[StockKind, int] = {}
    for marker in () if status is None else status.markers:
        kind = _MARKERS.get(marker.kind)
        if kind is not None and marker.level is not None:
            found[kind] = min(marker.level, found.get(kind, 100))
    return found


def running_low(status: PrinterStatus | None) -> list[Problem]:
    """Tell of a ribbon or film that the printer itself says is nearly used up."""
    said = _("The printer says {supply} {level} %. Have another at hand.")
    return [
        Problem("!", said.format(supply=in_a_sentence(kind), level=level))
        for kind, level in levels(status).items()
        if level <= _LOW
    ]


def state(attached: Attached | None, status: PrinterStatus | None, *, silent: bool = False) -> str:
    """Return the printer's state with its symbol, as it is said live on the screens."""
    if silent:
        return "× " + _(_SILENT[0])
    if status is None:
        if attached is None:
            return "× " + _(_ABSENT[0])
        return "√ " + _("ready") if attached.state is DeviceState.READY else "! " + _(_unusable(attached)[0])
    if stopped := fault(status):
        return "× " + _(stopped[0])
    return "√ " + (_("printing") if status.state == "processing" else _("ready"))


def not_sent(what: tuple[str, str]) -> Problem:
    """Return message 29: nothing was sent, and what to do."""
    return problem(29, state=_(what[0]), cure=_(what[1]))


def stopped_on_the_way(what: tuple[str, str]) -> Problem:
    """Return what to tell while a card lies in a printer that stopped; a jam ends as message 30."""
    if what is _JAM:
        return problem(30)
    words = _("Printer: {state}. The card waits in it, nothing is lost. {cure}.")
    return Problem("×", words.format(state=_(what[0]), cure=_(what[1])))


def unusable(attached: Attached | None) -> Problem:
    """Return message 29 for a printer that cannot be asked at all."""
    return not_sent(_ABSENT if attached is None else _unusable(attached))


def silent(error: HardwareError) -> Problem:
    """Return message 29 for a printer that gave no answer to go by before anything was sent."""
    reason = error.reason if isinstance(error, CaptureFailed) else FailReason.TIMEOUT
    return not_sent({FailReason.UNKNOWN_QUEUE: _NO_QUEUE, FailReason.BAD_ANSWER: _NONSENSE}.get(reason, _SILENT))


def busy() -> Problem:
    """Return message 29 for a printer that somebody else holds."""
    return not_sent(_BUSY)


def _unusable(attached: Attached) -> tuple[str, str]:
    if attached.state is DeviceState.BUSY:
        return _BUSY
    return _STOPPED if attached.state is DeviceState.NOT_READY else _SILENT
