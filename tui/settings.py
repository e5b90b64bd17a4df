"""What an office sets once: letterhead, printers, language; a TOML file, read at start and never changed after."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tui.figures import ZONES
from tui.i18n import LANGUAGES


class SettingsError(ValueError):
    """The settings file says something that cannot be meant; the message is one line an administrator can act on."""


@dataclass(frozen=True)
class Letterhead:
    """The head of every document: government, office, address, how to reach it; `place` stands before a date."""

    government: str = "PEMERINTAH KABUPATEN BALANGAN"
    office: str = "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL"
    address: str = "Paringin (contoh)"
    contact: str = ""
    place: str = "Paringin"


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults; a laptop without a file works.

    `place` is the laptop's name in the top line before a visit is open, `zone` one of WIB, WITA, WIT, `lock_minutes`
    the time without a key after which the screen locks, `starts_itself` whether slaps and irises arm without a key.
    `inbox` is where lists arrive beside the sticks, `documents` where papers are kept; empty, both stand in the data
    folder. `document_number` is the office's pattern, with `number` of the year's register and `year`.
    """

    language: str = "id"
    place: str = "Laptop"
    office: str = "Disdukcapil Kabupaten Balangan (contoh)"
    zone: str = "WITA"
    bell: bool = True
    lock_minutes: int = 3
    starts_itself: bool = True
    paper: str = "F4"
    document_number: str = "400.12.2/{number:04d}/DUKCAPIL/{year}"
    inbox: str = ""
    documents: str = ""
    document_printer: str = ""
    card_printer: str = ""
    letterhead: Letterhead = field(default_factory=Letterhead)


_CHOICES: Mapping[str, tuple[str, ...]] = {"language": LANGUAGES, "zone": tuple(ZONES), "paper": ("F4", "A4")}


def settings_file() -> Path:
    """Return where the settings stand by the XDG rules."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "rekam17" / "settings.toml"


def read_settings(file: Path) -> Settings:
    """Read the file, or return the defaults where there is none; raises SettingsError naming the file and the entry."""
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}") from error
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {error}") from error
    letterhead = entries.pop("letterhead", {})
    if not isinstance(letterhead, dict):
        raise SettingsError(f"{file}: letterhead must be a table")
    head = Letterhead(**_checked(file, "letterhead.", Letterhead, letterhead))
    return Settings(**_checked(file, "", Settings, entries), letterhead=head)


def _checked(file: Path, prefix: str, kind: type, entries: Mapping[str, object]) -> dict[str, Any]:
    defaults = {each.name: each.default for each in fields(kind)}
    for name, value in entries.items():
        if name not in defaults or name == "letterhead":
            raise SettingsError(f"{file}: {prefix}{name} is not a setting")
        wanted = type(defaults[name])
        if type(value) is not wanted:
            raise SettingsError(f"{file}: {prefix}{name} must be {wanted.__name__}")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise SettingsError(f"{file}: {prefix}{name} must be one of {', '.join(_CHOICES[name])}")
        if name == "document_number" and not _numbers(str(value)):
            raise SettingsError(f"{file}: {name} must show {{number}}, and knows only {{number}} and {{year}}")
        if name == "lock_minutes" and value not in range(1, 61):
            raise SettingsError(f"{file}: {prefix}{name} must be 1 to 60")
    return dict(entries)


def _numbers(pattern: str) -> bool:
    """Return whether a pattern gives every letter of a year a number of its own."""
    try:
        return pattern.format(number=1, year=2026) != pattern.format(number=2, year=2026)
    except (KeyError, IndexError, AttributeError, ValueError):
        return False
