"""How step 2 looks: one line for each of the SOP's, drawn from the store's list and from what is plugged in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hw.types import Attached, DeviceState, Role
from store import checks, counts, equipment, faults, siak_exports, stock, visits
from store.equipment import EquipmentItem, EquipmentState, Readiness
from store.procedure import EquipmentKind, ReadyBy
from tui import figures
from tui.device_words import user_of
from tui.i18n import _, p_
from tui.ink import SYMBOL_INK, Ink
from tui.line import Line, cells, cut
from tui.screens.equipment_words import name_of, state_word, why

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from store.faults import FaultTally
    from store.procedure import Equipment
    from store.stock import Balance
    from store.transaction import Transaction

ROLES: Mapping[EquipmentKind, Role] = {
    EquipmentKind.CAMERA: Role.CAMERA,
    EquipmentKind.FINGER: Role.FINGER,
    EquipmentKind.IRIS: Role.IRIS,
    EquipmentKind.SIGNATURE: Role.SIGNATURE,
    EquipmentKind.CARD_PRINTER: Role.CARD_PRINTER,
}
SIAK_LINES = (EquipmentKind.SIAK, EquipmentKind.NETWORK)
"""The lines that stand for SIAK's data: at these U reads an export."""

_SEEN_AT_A_TIME = (EquipmentKind.SIAK, EquipmentKind.BENROLLER_BCARD)
_STATE, _DETAIL = 32, 53
_LONGEST_STATE = 26
_LONGEST_NAME = 14


@dataclass(frozen=True)
class Kit:
    """What the store says of a visit's kit; `siak_day` is that of the newest export, `pupils` those of 16 and over.

    `siak_old` tells that what the export says of a pupil counts as fresh no more.
    """

    equipment: EquipmentState
    stock: Balance
    siak_day: date | None
    siak_old: bool
    scheduled: bool
    pupils: int
    faults: Mapping[EquipmentKind, FaultTally]


def read(tx: Transaction, visit: uuid.UUID) -> Kit:
    """Return it all in one transaction; raises EquipmentRefusedError UNKNOWN_VISIT."""
    day = siak_exports.newest_day(tx)
    return Kit(
        equipment=equipment.state(tx, visit),
        stock=stock.balance(tx),
        siak_day=day,
        siak_old=day is not None and (tx.today() - day).days > checks.FRESH_DAYS,
        scheduled=visits.get(tx, visit).schedule_version > 0,
        pupils=counts.of_visit(tx, visit).sixteen,
        faults=faults.of_visit(tx, visit),
    )


@dataclass(frozen=True)
class Look:
    """One line as it stands at this moment: its symbol, the state's words and the details."""

    symbol: str
    state: str
    detail: str = ""


def device_of(kind: EquipmentKind, attached: Sequence[Attached]) -> Attached | None:
    """Return the device for a line, one that is ready before one that is not."""
    here = [device for device in attached if device.role is ROLES.get(kind)]
    return min(here, key=lambda device: device.state is not DeviceState.READY, default=None)


def is_there(item: EquipmentItem, attached: Sequence[Attached]) -> bool:
    """Return whether a line stands in nobody's way now: as the store says, and a device is still plugged in."""
    if not item.ready or item.readiness is not Readiness.TESTED:
        return item.ready
    return device_of(item.equipment.kind, attached) is not None


def look(item: EquipmentItem, kit: Kit, attached: Sequence[Attached], now: datetime, paper: str) -> Look:
    """Return how one line stands; `now` is local."""
    if item.readiness is Readiness.WAIVED:
        return Look("~", item.detail or _("waived"), _detail(item, kit, paper))
    if item.equipment.kind in ROLES:
        return _device_look(item, device_of(item.equipment.kind, attached), now)
    if item.equipment.ready_by is ReadyBy.CLOTHS:
        return Look("√" if item.ready else "!" if item.red_cloth or item.blue_cloth else "·", "")
    if item.equipment.ready_by is ReadyBy.COUNT:
        return _counted_look(item, kit.stock)
    detail = _detail(item, kit, paper)
    if item.readiness is None:
        return Look("·", _("not yet"), detail)
    if item.equipment.kind in _SEEN_AT_A_TIME and item.at is not None:
        return Look("√", _("checked {time}").format(time=figures.clock_time(item.at.astimezone(now.tzinfo))), detail)
    return Look("√", _("ticked"), detail)


def _device_look(item: EquipmentItem, device: Attached | None, now: datetime) -> Look:
    if device is None:
        last = _("last {when}").format(when=_moment(item.at, now)) if item.at else ""
        return Look("×", _("not connected"), last)
    if user := user_of(device):
        return Look("►", _("used by {officer}").format(officer=cut(user, _LONGEST_NAME)), device.name)
    if device.state is not DeviceState.READY:
        return Look("►" if device.state is DeviceState.BUSY else "×", state_word(device.state), device.name)
    if item.readiness is Readiness.FAILED:
        return Look("×", _("test failed"), why(device.role, item.detail))
    if item.readiness is not Readiness.TESTED:
        return Look("!", _("connected, untested"), device.name)
    if device.role is Role.CARD_PRINTER:
        return Look("√", p_("device", "ready"), _named(device, _("cover closed")))
    facts = {
        Role.CAMERA: _named(device, item.detail),
        Role.FINGER: _("slap 4-4-2 · score {score}").format(score=item.detail),
        Role.IRIS: _("both eyes · score {score}").format(score=item.detail),
    }
    return Look("√", _("connected, tested"), facts.get(device.role, device.name))


def _named(device: Attached, fact: str) -> str:
    """Put a fact behind the device's name, which gives way where both are too long."""
    return f"{cut(device.name, 80 - _DETAIL - 3 - cells(fact))} · {fact}"


def _counted_look(item: EquipmentItem, ledger: Balance) -> Look:
    if item.readiness is None:
        return Look("·", _("not counted"))
    if item.equipment.kind is EquipmentKind.BLANKS:
        first, last = ledger.next_serial, ledger.last_serial
        said = _("{number} counted").format(number=figures.number(int(item.detail.split()[0])))
        serials = _("serials {range}").format(range=serial_range(first, last)) if first and last else ""
        return Look("!" if ledger.blank.low else "√", said, serials)
    ribbon, film = figures.number(ledger.ribbon.closing), figures.number(ledger.film.closing)
    if ledger.film.low or not ledger.ribbon.low:
        return Look(
            "!" if ledger.film.low else "√",
            _("film {sheets} sheets").format(sheets=film),
            _("ribbon {panels}").format(panels=ribbon),
        )
    return Look("!", _("ribbon {panels} panels").format(panels=ribbon), _("film {sheets} sheets").format(sheets=film))


def _detail(item: EquipmentItem, kit: Kit, paper: str) -> str:
    kind = item.equipment.kind
    if kind is EquipmentKind.NETWORK:
        if kit.siak_day is None:
            return _("no SIAK data: U reads")
        return _("SIAK data {day} on board").format(day=f"{kit.siak_day:%d-%m}")
    if kind is EquipmentKind.SIAK:
        return _("link to the office")
    if kind is EquipmentKind.STATIONERY:
        return _("ink, paper {size}").format(size=paper)
    return ""


def serial_range(first: str, last: str) -> str:
    """Write a range of serials, the letters of the last one left out where they are the same."""
    same = len(first) == len(last) and first.rstrip("0123456789") == last.rstrip("0123456789")
    return f"{first}-{last.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" if same else f"{first}-{last}"


def _moment(at: datetime, now: datetime) -> str:
    """Write a moment of the last days: the time alone today, its weekday before it this week, else the date."""
    local = at.astimezone(now.tzinfo)
    if local.date() == now.date():
        return figures.clock_time(local)
    if now.date() - local.date() < timedelta(days=7):
        return f"{figures.weekday(local)[:3]} {figures.clock_time(local)}"
    return figures.long_date(local)


def row(line: Equipment, seen: Look) -> Line:
    """Draw a line of the list."""
    return beside(name_of(line), seen, line.letter)


def beside(name: str, seen: Look, letter: str = "") -> Line:
    """Draw a line as the list's are, for something that is on no line of it."""
    drawn = Line().state(3, seen.symbol).put(5, letter).put(7, name, width=24)
    drawn.state(_STATE, cut(f"{seen.symbol} {seen.state}", _LONGEST_STATE))
    column = max(_DETAIL, len(drawn) + 2)
    return drawn.put(column, seen.detail, width=80 - column)


def cloths_row(item: EquipmentItem, seen: Look, chosen: int | None) -> Line:
    """Draw the two cloths, each with its own mark; under the cursor the one that Space marks stands in brackets."""
    drawn = Line().state(3, seen.symbol).put(5, item.equipment.letter).put(7, name_of(item.equipment), width=24)
    column = _STATE
    pairs = ((item.red_cloth, _("red cloth")), (item.blue_cloth, _("blue cloth")))
    for number, (there, word) in enumerate(pairs):
        symbol = "√" if there else "·"
        shown = f">{symbol} {word}<" if number == chosen else f"{symbol} {word}"
        drawn.put(column, shown, Ink.VALUE if number == chosen else SYMBOL_INK[symbol])
        column += len(shown) + 2
    return drawn


def heads() -> Line:
    """Draw the heads of the columns."""
    return Line().put(5, _("Equipment")).put(_STATE, _("State")).put(_DETAIL, _("Details"))


def completeness(kit: Kit, *, ready: bool) -> Line:
    """Draw what the SOP wants to be there in step 2: the schedule, the kit, the pupils' data."""
    line = Line().put(5, _("SOP completeness:"))
    pupils = _("3 pupils' data") + (f" {figures.number(kit.pupils)}" if kit.pupils else "")
    marks = ((kit.scheduled, _("1 schedule")), (ready, _("2 equipment")), (kit.pupils > 0, pupils))
    for number, (there, words) in enumerate(marks):
        line.state(len(line) + (3 if number else 1), f"{'√' if there else '×'} {words}")
    return line
