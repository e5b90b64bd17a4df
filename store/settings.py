"""Thresholds and gates: shipped with a default, changed only by a coordinator, each change in the journal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.models.core import Setting
from store.transaction import Json, OfficerRole, Transaction


class UnknownSettingError(KeyError):
    """There is no setting of that name."""


class BadSettingError(ValueError):
    """The value is not one this setting can have; nothing was changed."""


@dataclass(frozen=True)
class _Rule:
    """A shipped default and what else the value may be."""

    default: Json
    allows: Callable[[Json], bool]


def _whole(default: int, low: int, high: int) -> _Rule:
    return _Rule(default, lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high)


def _yes_or_no(default: bool) -> _Rule:
    return _Rule(default, lambda value: isinstance(value, bool))


def _one_of(default: str, *others: str) -> _Rule:
    return _Rule(default, lambda value: value in (default, *others))


def _zone(value: Json) -> bool:
    if not isinstance(value, str):
        return False
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


# Where domain.md marks a number as common practice only, an office must be able to change it without a programmer.
_RULES: dict[str, _Rule] = {
    "office.time_zone": _Rule("Asia/Makassar", _zone),  # WITA, as in Balangan
    "quality.finger": _whole(40, 0, 100),
    "quality.iris": _whole(60, 0, 100),
    "quality.face": _whole(60, 0, 100),
    "capture.tries": _whole(3, 1, 9),  # then the best is kept with the operator's reason
    "capture.self_start": _yes_or_no(True),  # slaps and irises arm themselves when their screen opens
    "capture.hands_photo": _yes_or_no(False),  # excepted fingers are shown on a photograph of the hands
    "age.leap_birthday": _one_of("03-01", "02-28"),  # the day on which somebody born on 29 February turns 17
    "siak.record_before_update": _yes_or_no(False),  # step 6 while SIAK's update of step 5 is still waiting
    "stock.ribbon_low": _whole(50, 0, 10_000),
    "stock.film_low": _whole(50, 0, 10_000),
    "stock.blank_low": _whole(50, 0, 100_000),
    "lock.idle_minutes": _whole(3, 1, 60),
    "retention.captures_days": _whole(30, 0, 3650),  # after the office's receipt; fingers and irises, not the portrait
}

NAMES = tuple(_RULES)


def default(name: str) -> Json:
    """Return what the program ships with."""
    try:
        return _RULES[name].default
    except KeyError:
        raise UnknownSettingError(name) from None


def read(name: str) -> Json:
    """Return the office's value, or the shipped default; only inside a transaction."""
    shipped = default(name)
    row = Setting.select(Setting.value).where(Setting.name == name).tuples().first()
    return shipped if row is None else json.loads(row[0])


def check(name: str, value: Json) -> None:
    """Raise UnknownSettingError or BadSettingError for what no laptop would take."""
    default(name)
    if not _RULES[name].allows(value):
        raise BadSettingError(name)


def change(transaction: Transaction, name: str, value: Json) -> None:
    """Set the office's value and journal the old and the new one.

    Raises NotAllowedError unless the officer is a coordinator, UnknownSettingError, or BadSettingError.
    """
    transaction.require(OfficerRole.COORDINATOR)
    take(transaction, name, value)


def take(transaction: Transaction, name: str, value: Json) -> bool:
    """Set what the office itself sent, whoever is at the desk; return whether it was another value.

    Raises UnknownSettingError or BadSettingError.
    """
    check(name, value)
    old = transaction.setting(name)
    if value == old:
        return False
    Setting.insert(name=name, value=json.dumps(value)).on_conflict_replace().execute()
    transaction.note("setting.changed", None, name=name, old=old, new=value)
    return True
