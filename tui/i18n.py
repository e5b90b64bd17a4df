"""Words: English in the source, Indonesian on the screen unless another language is asked for.

The catalogue is a folder of .po files (`locale/id/*.po`), one beside each screen, read in memory at start: a
thousand messages take some milliseconds, gettext would need compiled files and babel a longer import than the whole
catalogue. Only the plain subset is read (msgctxt, msgid, msgstr, comments); a test reads the same files with babel.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("id", "en")
_JOIN = "\x04"
_catalogue: dict[str, str] = {}
_language = "en"
_paper: ContextVar[Mapping[str, str] | None] = ContextVar("words of the paper being drawn", default=None)


def use(language: str) -> None:
    """Speak that language from now on; raises ValueError for one that has no catalogue."""
    global _catalogue, _language
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}")
    _catalogue = {} if language == "en" else _words(LOCALE / language)
    _language = language


@cache
def _words(folder: Path) -> dict[str, str]:
    return read_catalogue(folder)


@contextmanager
def on_paper() -> Generator[None]:
    """Speak Indonesian within, as all papers do; screens drawn meanwhile keep their language."""
    before = _paper.set(_words(LOCALE / "id"))
    try:
        yield
    finally:
        _paper.reset(before)


def language() -> str:
    """Return the code of the language spoken now."""
    return _language if _paper.get() is None else "id"


def _(message: str) -> str:
    """Return the message in the language of the screen, or of the paper."""
    return (_paper.get() or _catalogue).get(message, message)


def p_(context: str, message: str) -> str:
    """Return a message whose English word alone is not enough: the context says which meaning (rail, key, verdict)."""
    return (_paper.get() or _catalogue).get(context + _JOIN + message, message)


def N_(message: str) -> str:  # noqa: N802 - the name that extractors of messages know
    """Mark a message that is written down now and translated when it is drawn."""
    return message


def read_catalogue(folder: Path) -> dict[str, str]:
    """Read every .po file of a language; a context is joined to its message as gettext does it.

    Raises ValueError where two files translate the same message differently: a word has one translation.
    """
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.po")):
        for key, value in read_po(file.read_text(encoding="utf-8")).items():
            if found.setdefault(key, value) != value:
                raise ValueError(f"{file.name} translates {key!r} in another way than the files before it")
    return found


def read_po(text: str) -> dict[str, str]:
    """Read one .po file without its header; raises ValueError for a line outside the plain subset."""
    found: dict[str, str] = {}
    entry: dict[str, str] = {}
    field = ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.startswith("#"):
            continue
        if line.startswith('"'):
            entry[field] += _unquoted(line)
            continue
        if not line or (line.startswith(("msgctxt ", "msgid ")) and "msgstr" in entry):
            if entry.get("msgid") and entry.get("msgstr"):
                context = entry["msgctxt"] + _JOIN if "msgctxt" in entry else ""
                found[context + entry["msgid"]] = entry["msgstr"]
            entry = {}
        if line:
            field, _space, quoted = line.partition(" ")
            if field not in ("msgctxt", "msgid", "msgstr"):
                raise ValueError(f"line {number}: {field!r} is not used here")
            entry[field] = _unquoted(quoted)
    return found


def _unquoted(text: str) -> str:
    """Return what stands between the quotes; almost every message is plain, and then there is nothing to decode."""
    plain = text[1:-1]
    if len(text) >= 2 and text[0] == text[-1] == '"' and "\\" not in plain and '"' not in plain:
        return plain
    return json.loads(text)
