"""What S06 lists: an entry for each thing to be looked at, or one for each row, from a reading and its preview."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from store.list_fates import Fate, PreviewRow
from store.roster.types import Fault, Problem, Reading, RefusedRow, RosterPerson
from tui import figures
from tui.i18n import N_, _
from tui.line import Line, wrap
from tui.list_words import column_word, fault_words, grouped

_ADVICE = frozenset({Fault.NAME_PUNCTUATION, Fault.NAME_ONE_WORD})
"""Valid names: said only of a row about which nothing that matters is said."""

_PAIRS = frozenset({Fault.SAME_NAME, Fault.TWINS})
"""Said once, at the first of those alike; the other is shown below the list."""

_REFUSING = frozenset({Fault.NAME_MISSING, Fault.NAME_TOO_LONG, Fault.BIRTH_DATE_MISSING, Fault.BIRTH_DATE_IMPOSSIBLE})
_SIGNS = {".": N_("dot"), "'": N_("apostrophe"), "’": N_("apostrophe"), "-": N_("hyphen")}
_FATES = {
    Fate.NEW: N_("√ new"),
    Fate.CHANGED: N_("! changes"),
    Fate.SAME: N_("– same"),
    Fate.KEPT: N_("– recorded: stays"),
    Fate.REPEATED: N_("– stands twice"),
}


class Show(enum.Enum):
    """The filters of the sheet."""

    ALL = "all"
    PROBLEMS = "problems"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, repr=False)
class RowEntry:
    """One line of the list: `field` is what E edits, `other` the row that stands beside it below the list."""

    place: int
    row: int
    name: str
    column: str = ""
    value: str = ""
    said: str = ""
    field: str | None = None
    other: int | None = None


@dataclass(frozen=True)
class RowCounts:
    """The rows of a file, each counted once: refused, the same, changed, to be looked at, simply new."""

    new: int
    looked: int
    without_nik: int
    changed: int
    same: int
    refused: int

    @property
    def all(self) -> int:
        """Every row that is a person's."""
        return self.new + self.looked + self.changed + self.same + self.refused


class RowReview:
    """A reading with what the store says of its rows; `fates` is empty for an export, which is only counted."""

    def __init__(self, reading: Reading, fates: Mapping[int, PreviewRow], left_out: Collection[int]) -> None:
        self._reading = reading
        self._fates = fates
        self._left_out = left_out
        self._people = {person.row: person for person in reading.people}
        self._refused = {row.row: row for row in reading.refused}

    @property
    def to_take(self) -> int:
        """How many rows would be taken."""
        return sum(row not in self._left_out for row in self._people)

    @cached_property
    def counts(self) -> RowCounts:
        """Count each row once."""
        fates = [self._fate(person) for person in self._reading.people]
        looked = sum(
            fate is Fate.NEW and person.row in self._problems
            for person, fate in zip(self._reading.people, fates, strict=True)
        )
        return RowCounts(
            new=fates.count(Fate.NEW) - looked,
            looked=looked,
            without_nik=sum(person.nik is None for person in self._reading.people),
            changed=fates.count(Fate.CHANGED),
            same=sum(fate in (Fate.SAME, Fate.KEPT, Fate.REPEATED) for fate in fates),
            refused=len(self._reading.refused),
        )

    @property
    def with_problems(self) -> int:
        """How many rows have something said about them."""
        return len(self._problems.keys() | self._refused.keys())

    def person(self, row: int) -> RosterPerson | None:
        """Return the person of a row, or None where it is refused."""
        return self._people.get(row)

    def entries(self, show: Show) -> tuple[RowEntry, ...]:
        """Return what the filter shows, in the order of the file."""
        made: list[RowEntry] = []
        for row in sorted(self._people.keys() | self._refused.keys()):
            person = self._people.get(row)
            if show is Show.PROBLEMS:
                made += [self._problem_entry(problem) for problem in self._problems.get(row, ())]
            elif person is None:
                if show is Show.ALL:
                    made.append(self._refused_entry(self._refused[row]))
            elif show is Show.CHANGED:
                made += self._change_entries(person)
            elif show is Show.ALL or self._shown_as(person) is show:
                said = _(_FATES[self._fate(person)]) if self._fates else ""
                born = figures.long_date(person.birth_date)
                made.append(RowEntry(0, row, person.name, person.class_name or "", born, said, "name"))
        return tuple(self._numbered(place, entry) for place, entry in enumerate(made))

    def _numbered(self, place: int, entry: RowEntry) -> RowEntry:
        said = _("– left out") if entry.row in self._left_out else entry.said
        return RowEntry(place, entry.row, entry.name, entry.column, entry.value, said, entry.field, entry.other)

    def _fate(self, person: RosterPerson) -> Fate:
        seen = self._fates.get(person.row)
        return Fate.NEW if seen is None else seen.fate

    def _shown_as(self, person: RosterPerson) -> Show:
        fate = self._fate(person)
        return Show.NEW if fate is Fate.NEW else Show.CHANGED if fate is Fate.CHANGED else Show.SAME

    @cached_property
    def _problems(self) -> Mapping[int, list[Problem]]:
        by_row: dict[int, list[Problem]] = defaultdict(list)
        for problem in self._reading.problems:
            by_row[problem.row].append(problem)
        return {row: found for row, every in by_row.items() if (found := self._worth_saying(row, every))}

    def _worth_saying(self, row: int, found: list[Problem]) -> list[Problem]:
        """Leave out advice beside what matters, a pair that was said further up, and rows that change nothing."""
        person = self._people.get(row)
        if person is not None and self._fates and self._fate(person) in (Fate.SAME, Fate.KEPT):
            return []
        worth = [problem for problem in found if problem.fault not in _ADVICE] or found[:1]
        return [
            problem
            for problem in worth
            if problem.fault not in _PAIRS or min(_rows_in(problem.detail), default=row) >= row
        ]

    def _problem_entry(self, problem: Problem) -> RowEntry:
        person = self._people.get(problem.row)
        others = _rows_in(problem.detail)
        other = self._people.get(others[0]) if others else None
        field, value = problem.field, grouped(problem.value or "")
        sex = ""
        match problem.fault:
            case Fault.NIK_SEX_DIFFERS if person is not None:
                field, value = "sex", person.sex or ""
                sex = _("boy") if person.sex == "P" else _("girl")
            case Fault.NAME_PUNCTUATION:
                value = _sign(problem.value or "")
            case Fault.SAME_NAME:
                value = _("twice") if len(others) == 1 else _("{count} times").format(count=len(others) + 1)
            case Fault.TWINS if person is not None:
                value = figures.long_date(person.birth_date)
            case _:
                pass
        said = fault_words(
            problem.fault,
            row=str(others[0]) if others else "",
            digits=sum(letter.isdigit() for letter in problem.value or ""),
            sex=sex,
            name=other.name if other else "",
        )
        refusing = person is None and problem.fault in _REFUSING
        return RowEntry(
            0,
            problem.row,
            self._name_in(problem.row),
            column_word(field),
            value,
            f"{'×' if refusing else '!'} {said}",
            field,
            other.row if other else None,
        )

    def _refused_entry(self, refused: RefusedRow) -> RowEntry:
        fault = next((fault for fault in refused.faults if fault in _REFUSING), Fault.ROW_NOT_UNDERSTOOD)
        field = "birth_date" if fault in (Fault.BIRTH_DATE_MISSING, Fault.BIRTH_DATE_IMPOSSIBLE) else "name"
        return RowEntry(
            0, refused.row, self._name_in(refused.row), column_word(field), "", f"× {fault_words(fault)}", field
        )

    def _change_entries(self, person: RosterPerson) -> list[RowEntry]:
        seen = self._fates.get(person.row)
        if seen is None or seen.fate not in (Fate.CHANGED, Fate.KEPT):
            return []
        stays = _("– recorded: stays")
        return [
            RowEntry(
                0,
                person.row,
                person.name,
                column_word(change.field),
                _value(change.new),
                stays if seen.fate is Fate.KEPT else "! " + _("was {old}").format(old=_value(change.old) or "–"),
                change.field,
            )
            for change in seen.changes
        ]

    def _name_in(self, row: int) -> str:
        person = self._people.get(row)
        if person is not None:
            return person.name
        header = self._reading.mapping.get("name")
        cells = self._refused[row].cells
        at = self._reading.headers.index(header) if header in self._reading.headers else -1
        return (cells[at] if 0 <= at < len(cells) else "") or _("(empty)")


def draw_entry(entry: RowEntry) -> list[Line]:
    """Draw an entry: row, name, column, value, and what is to be looked at, wrapped where it must be."""
    line = Line().put(5, str(entry.row), width=4, right=True).put(11, entry.name, width=24)
    line.put(36, entry.column, width=8).put(45, entry.value, width=18)
    said = wrap(entry.said, 16)
    made = [line.state(64, said[0] if said else "")]
    made += [Line().put(66, text) for text in wrap(" ".join(said[1:]), 14)]
    return made


def draw_person(label: str, person: RosterPerson, column: int, note: str = "") -> Line:
    """Draw a person below the list, so that two of one name can be told apart."""
    born = figures.long_date(person.birth_date)
    line = Line().put(column, label).put(column + len(label) + 1, person.name, width=min(len(person.name), 30))
    line.add(f"  {person.class_name}" if person.class_name else "").add(f"  {born}")
    if person.mother:
        line.add("   " + _("mother {name}").format(name=person.mother))
    return line.add(note).crop(80)


def _rows_in(detail: str) -> list[int]:
    """Return the rows a problem names."""
    return [int(part) for part in detail.split(",") if part.strip().isdigit()]


def _value(text: str | None) -> str:
    try:
        return figures.long_date(date.fromisoformat(text or ""))
    except ValueError:
        return grouped(text or "")


def _sign(name: str) -> str:
    signs = {letter for letter in name if not letter.isalnum() and not letter.isspace()}
    return _(_SIGNS[signs.pop()]) if len(signs) == 1 and signs <= _SIGNS.keys() else _("punctuation")
