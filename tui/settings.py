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
    """The head of every document: government, office, address, how to reach it; `place` stands before a date.

    `crest` is a picture, PNG or JPEG: the file names it, and it is read with the settings.
    """

    government: str = "PEMERINTAH KABUPATEN BALANGAN"
    office: str = "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL"
    address: str = "Paringin (contoh)"
    contact: str = ""
    place: str = "Paringin"
    crest: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults; a laptop without a file works.

    `place` is the laptop's name in the top line before a visit is open, `zone` one of WIB, WITA, WIT, `lock_minutes`
    the time without a key after which the screen locks, `starts_itself` whether slaps and irises arm without a key.
    `inbox` is where lists arrive beside the sticks, `documents` where papers are kept; empty, both stand in the data
    folder. `document_number` is the office's pattern for its letters, with `number` of the year's register and `year`;
    lists for form F-1.06 and minutes of destroyed blanks have patterns of their own.
    `text_size` and `list_size` are the points of running text (9 to 12) and of lists' cells (7 to 11), `signs_first`
    says who signs at the left of a paper: the other side or the office. `card_printer_status` is where the
    printer is asked in its maker's words (`evolis:/dev/ttyUSB0`, `off`); empty, over its USB node where it has one.
    `office_url` is where the office is called, `https://HOST:PORT`; empty, recordings go there by stick alone.
    `card_right` and `card_down` move what is
    printed on a card, in tenths of a millimetre; `rekam17 test-card` shows what they should be.
    """

    language: str = "id"
    place: str = "Laptop"
    office: str = "Disdukcapil Kabupaten Balangan (contoh)"
    zone: str = "WITA"
    bell: bool = True
    high_contrast: bool = False
    lock_minutes: int = 3
    starts_itself: bool = True
    paper: str = "F4"
    document_number: str = "400.12.2/{number:04d}/DUKCAPIL/{year}"
    siak_list_number: str = "{number:03d}/F-1.06/{year}"
    destruction_number: str = "{number:03d}/BA-PEMUSNAHAN/{year}"
    text_size: int = 11
    list_size: int = 9
    signs_first: str = "other"
    inbox: str = ""
    documents: str = ""
    document_printer: str = ""
    card_printer: str = ""
    card_printer_status: str = ""
    office_url: str = ""
    card_right: int = 0
    card_down: int = 0
    letterhead: Letterhead = field(default_factory=Letterhead)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "language": LANGUAGES,
    "zone": tuple(ZONES),
    "paper": ("F4", "A4"),
    "signs_first": ("other", "office"),
}
_RANGES: Mapping[str, tuple[int, int]] = {
    "lock_minutes": (1, 60),
    "text_size": (9, 12),
    "list_size": (7, 11),
    "card_right": (-30, 30),
    "card_down": (-30, 30),
}
_PATTERNS = ("document_number", "siak_list_number", "destruction_number")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_LARGEST_PICTURE = 4 * 1024 * 1024


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
    crest = _crest(file, letterhead.pop("crest", ""))
    head = Letterhead(**_checked(file, "letterhead.", Letterhead, letterhead), crest=crest)
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
        if name == "office_url" and value and not str(value).startswith("https://"):
            raise SettingsError(f"{file}: office_url must begin with https://")
        if name in _PATTERNS and not _numbers(str(value)):
            raise SettingsError(f"{file}: {name} must show {{number}}, and knows only {{number}} and {{year}}")
        low, high = _RANGES.get(name, (0, 0))
        if name in _RANGES and not (isinstance(value, int) and low <= value <= high):
            raise SettingsError(f"{file}: {prefix}{name} must be {low} to {high}")
    return dict(entries)


def _crest(file: Path, named: object) -> bytes | None:
    """Read the crest that the file names, from beside it where the path is not a whole one; None where it names none.

    Only how it begins is looked at: whether it can be drawn is seen when it is.
    """
    if not isinstance(named, str):
        raise SettingsError(f"{file}: letterhead.crest must be str")
    if not named:
        return None
    try:
        with (file.parent / named).open("rb") as opened:
            picture = opened.read(_LARGEST_PICTURE + 1)
    except OSError as error:
        raise SettingsError(f"{file}: letterhead.crest cannot be read: {error}") from error
    if not picture.startswith(_PICTURES) or len(picture) > _LARGEST_PICTURE:
        raise SettingsError(f"{file}: letterhead.crest must be a PNG or JPEG picture of at most 4 MiB")
    return picture


def _numbers(pattern: str) -> bool:
    """Return whether a pattern gives every letter of a year a number of its own."""
    try:
        return pattern.format(number=1, year=2026) != pattern.format(number=2, year=2026)
    except (KeyError, IndexError, AttributeError, ValueError):
        return False
