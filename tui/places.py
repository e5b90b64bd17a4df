"""Where lists come from and papers go to: the inbox, the sticks that are plugged in, the folder of documents."""

from __future__ import annotations

import enum
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from store.folder import Folder
from tui.settings import Settings

LIST_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt"})
MOUNTS = (Path("/media"), Path("/run/media"))
"""Where a desktop and udisks mount the sticks of a user, each in a folder of its own."""

_MOST_FILES = 200
_MOST_ENTRIES = 5_000  # of one folder: a stick full of photographs is not searched to its end
_DOWNLOADS = ("Downloads", "Unduhan")


class Origin(enum.Enum):
    """What kind of place a file was found in, in the order they are listed."""

    STICK = "stick"
    INBOX = "inbox"
    DOWNLOADS = "downloads"


@dataclass(frozen=True)
class Source:
    """A folder to look for lists in; of a stick the folders on it are looked into too."""

    origin: Origin
    path: Path


@dataclass(frozen=True)
class Stick:
    """A mounted stick, and how many bytes still fit on it."""

    path: Path
    free: int


@dataclass(frozen=True)
class FoundFile:
    """A file that may be a list; `modified` is aware, in UTC."""

    path: Path
    size: int
    modified: datetime
    origin: Origin


def sources(settings: Settings, folder: Folder | None, environment: Mapping[str, str]) -> tuple[Source, ...]:
    """Return where lists can arrive: every mounted stick of this user, the inbox, the downloads of the home."""
    found = [Source(Origin.STICK, stick) for stick in _mounted(environment)]
    inbox = Path(settings.inbox) if settings.inbox else _data(folder, environment) / "inbox"
    found.append(Source(Origin.INBOX, inbox))
    home = environment.get("HOME")
    found += [Source(Origin.DOWNLOADS, Path(home) / name) for name in _DOWNLOADS if home]
    return tuple(found)


def sticks(environment: Mapping[str, str]) -> tuple[Stick, ...]:
    """Return the sticks of this user that are mounted; one that does not answer has no room. Blocks: from a thread."""
    return tuple(Stick(place, _free(place)) for place in _mounted(environment))


def look(wanted: Sequence[Source]) -> tuple[FoundFile, ...]:
    """Return the regular files there that are called like lists; a stick that is pulled meanwhile has none.

    Blocks as long as the disk does: call it from a thread.
    """
    found: dict[Path, FoundFile] = {}
    for source in wanted:
        places = [source.path, *(_folders(source.path) if source.origin is Origin.STICK else ())]
        for place in places:
            for file in _files(place, source.origin):
                if len(found) < _MOST_FILES:
                    found.setdefault(file.path, file)
    order = list(Origin)
    return tuple(sorted(found.values(), key=lambda file: (order.index(file.origin), file.path.name.casefold())))


def documents_folder(settings: Settings, folder: Folder | None, environment: Mapping[str, str]) -> Path:
    """Return where papers are kept."""
    return Path(settings.documents) if settings.documents else _data(folder, environment) / "documents"


def file_name(text: str, limit: int = 60) -> str:
    """Return a school's name or the like as a part of a file's name: letters, digits, blanks, dots, hyphens."""
    kept = "".join(letter if letter.isalnum() or letter in " .-_()" else "-" for letter in text)
    return " ".join(kept.split()).strip(" .")[:limit].strip(" .") or "-"


def _mounted(environment: Mapping[str, str]) -> list[Path]:
    user = environment.get("USER") or environment.get("LOGNAME") or ""
    return [stick for place in MOUNTS if user for stick in _folders(place / user)]


def _free(place: Path) -> int:
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return 0


def _data(folder: Folder | None, environment: Mapping[str, str]) -> Path:
    return (folder or Folder.usual(environment)).path


def _entries(place: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            for _count, entry in zip(range(_MOST_ENTRIES), entries, strict=False):
                yield entry
    except OSError:
        return


def _folders(place: Path) -> list[Path]:
    found: list[Path] = []
    for entry in _entries(place):
        try:
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                found.append(Path(entry.path))
        except OSError:
            continue
    return sorted(found)


def _files(place: Path, origin: Origin) -> Iterator[FoundFile]:
    for entry in _entries(place):
        if entry.name.startswith((".", "~$")) or Path(entry.name).suffix.casefold() not in LIST_SUFFIXES:
            continue
        try:
            about = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISREG(about.st_mode):
            yield FoundFile(Path(entry.path), about.st_size, datetime.fromtimestamp(about.st_mtime, UTC), origin)
