"""What minutes (berita acara) share: the day in words, the persons they name, numbered statements, the closing.

The text is set as large as lets it end on one page with its signatures; where it is too long for that, nothing that
belongs together is cut by the end of a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.listing import Running, draw_running_head
from reports.page import Align, Prose, Sheet, Strong

_SIZES = (12.0, 11.5, 11.0, 10.5, 10.0)
_INDENT = 8 * mm
_VALUE_INDENT = 36 * mm


@dataclass(frozen=True, repr=False)
class Person:
    """Somebody the minutes name, and as what they go on to call him; without an address there is no line for it."""

    name: str
    nip: str | None
    post: str
    called: str
    address: str | None = None

    @property
    def rows(self) -> tuple[tuple[str, Prose], ...]:
        """The labelled lines in which he is named."""
        rows: tuple[tuple[str, Prose], ...] = (
            ("Nama", (Strong(self.name),)),
            ("NIP", (words.nip(self.nip),)),
            ("Jabatan", (words.titled(self.post) or "–",)),
        )
        return rows if self.address is None else (*rows, ("Alamat", (self.address or "–",)))


@dataclass(frozen=True, repr=False)
class Minutes:
    """The text of minutes between their title and their signatures; `running` heads further pages."""

    day: date
    place: str
    persons: tuple[Person, ...]
    statements: tuple[Prose, ...]
    copies: int
    running: Running

    @property
    def opening(self) -> Prose:
        """Day and date in words, the date in digits in brackets, and where it was."""
        day = self.day
        return (
            "Pada hari ini, ",
            Strong(words.weekday(day)),
            ", tanggal ",
            Strong(words.titled(words.in_words(day.day))),
            ", bulan ",
            Strong(words.month(day)),
            ", tahun ",
            Strong(words.titled(words.in_words(day.year))),
            f" ({words.short_date(day)}), bertempat di {self.place}, kami yang bertanda tangan di bawah ini:",
        )

    @property
    def closing(self) -> Prose:
        """In how many copies they are made."""
        return (
            f"Demikian Berita Acara ini dibuat dengan sebenarnya dalam rangkap {words.count(self.copies)} untuk"
            " dipergunakan sebagaimana mestinya.",
        )


def draw_minutes(sheet: Sheet, text: Minutes, ending: float) -> None:
    """Draw the text from `sheet.y` on; the height `ending` is left for what follows, on the page of the closing."""
    sizes = [size * sheet.style.scale for size in _SIZES]
    size = next((size for size in sizes if _height(sheet, text, size) + ending <= sheet.room), sizes[0])
    sheet.paragraph(text.opening, size=size)
    _gap(sheet, size)
    for index, person in enumerate(text.persons, 1):
        _turn(sheet, _person_height(sheet, person, size), text.running)
        _draw_person(sheet, index, person, size)
    sheet.paragraph(("menyatakan bahwa:",), size=size)
    for index, statement in enumerate(text.statements, 1):
        _gap(sheet, size * 0.5)
        _turn(sheet, sheet.prose_height(statement, size=size, indent=_INDENT), text.running)
        sheet.paragraph(statement, size=size, indent=_INDENT, bullet=f"{index}.")
    _gap(sheet, size)
    _turn(sheet, sheet.prose_height(text.closing, size=size) + ending, text.running)
    sheet.paragraph(text.closing, size=size)


def _turn(sheet: Sheet, height: float, running: Running) -> None:
    """Go to a new page when what comes next would not end on this one."""
    if height > sheet.room:
        sheet.next_page()
        draw_running_head(sheet, running)


def _gap(sheet: Sheet, size: float) -> None:
    sheet.y -= size * 0.6


def _height(sheet: Sheet, text: Minutes, size: float) -> float:
    """Return the height of the whole text when set in that size."""
    prose = sheet.prose_height(text.opening, size=size) + sheet.prose_height(text.closing, size=size)
    statements = (sheet.prose_height(one, size=size, indent=_INDENT) + size * 0.3 for one in text.statements)
    persons = (_person_height(sheet, person, size) for person in text.persons)
    return prose + sum(statements) + sum(persons) + size * (0.6 * 2 + 1.42)


def _person_height(sheet: Sheet, person: Person, size: float) -> float:
    rows = sum(sheet.prose_height(value, size=size, indent=_VALUE_INDENT) for _, value in person.rows)
    return rows + size * (1.42 + 0.6)


def _draw_person(sheet: Sheet, index: int, person: Person, size: float) -> None:
    sheet.text(sheet.left + _INDENT - size * 0.55, sheet.y - size, f"{index}.", size=size, align=Align.RIGHT)
    for name, value in person.rows:
        base = sheet.y - size
        sheet.text(sheet.left + _INDENT, base, name, size=size)
        sheet.text(sheet.left + _VALUE_INDENT - 4 * mm, base, ":", size=size)
        sheet.paragraph(value, size=size, indent=_VALUE_INDENT, justified=False)
    sheet.paragraph(("selanjutnya disebut ", Strong(person.called), ";"), size=size, indent=_INDENT)
    _gap(sheet, size)
