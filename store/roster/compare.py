"""What only the whole list shows: numbers given twice, the same name again, twins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace

from store.roster.text import brief
from store.roster.types import Fault, ListKind, Problem, RosterPerson

_ENOUGH = 5  # numbers that all end in 0 by chance: one file in a hundred thousand
_NAMED_ROWS = 3


def compare(
    people: Sequence[RosterPerson], kind: ListKind, headers: Mapping[str, str], *, text_file: bool
) -> tuple[list[RosterPerson], list[Problem]]:
    """Return the people, ambiguous numbers emptied, and what is to be said about them side by side.

    In a school's list the first holder of a number keeps it and every other person loses it; an export is the
    office's own and keeps what it says.
    """
    comparison = _Comparison(list(people), headers)
    if text_file:
        comparison.all_end_in_zero()
    comparison.shared("nik", Fault.NIK_SHARED, None if kind is ListKind.SIAK else Fault.DUPLICATE_NIK)
    if kind is ListKind.SCHOOL:
        comparison.shared("nisn", Fault.NISN_SHARED, Fault.DUPLICATE_NISN)
        comparison.same_names()
        comparison.twins()
    return comparison.people, comparison.problems


class _Comparison:
    def __init__(self, people: list[RosterPerson], headers: Mapping[str, str]) -> None:
        self.people = people
        self.problems: list[Problem] = []
        self._headers = headers
        self._repeated: set[int] = set()

    def _groups(self, key: Callable[[RosterPerson], Hashable | None]) -> list[list[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for index, person in enumerate(self.people):
            if (of := key(person)) is not None:
                found[of].append(index)
        return [group for group in found.values() if len(group) > 1]

    def _report(self, index: int, field: str, text: str, fault: Fault, others: Sequence[int]) -> None:
        rows = [str(self.people[other].row) for other in others if other != index]
        detail = ", ".join(rows[:_NAMED_ROWS]) + (", ..." if len(rows) > _NAMED_ROWS else "")
        problem = Problem(self.people[index].row, field, self._headers.get(field), brief(text), fault, detail)
        self.problems.append(problem)

    def all_end_in_zero(self) -> None:
        """Doubt a text file whose NIKs all end in 0: a spreadsheet wrote it after it lost their last digits."""
        holders = [index for index, person in enumerate(self.people) if person.nik]
        niks = [self.people[index].nik or "" for index in holders]
        if len(set(niks)) >= _ENOUGH and all(nik.endswith("0") for nik in niks):
            for index, nik in zip(holders, niks, strict=True):
                self._report(index, "nik", nik, Fault.NIK_ALL_END_IN_ZERO, [])

    def shared(self, field: str, first: Fault, later: Fault | None) -> None:
        """Report a number that several rows have; a whole person given twice is only looked at."""
        for group in self._groups(lambda person: getattr(person, field)):
            holder = self.people[group[0]]
            different = [index for index in group[1:] if _who(self.people[index]) != _who(holder)]
            for index in group[1:]:
                number = str(getattr(holder, field))
                if index not in different:
                    if index not in self._repeated:
                        self._report(index, field, number, Fault.REPEATED_PERSON, group[:1])
                    self._repeated.add(index)
                elif later is None:
                    self._report(index, field, number, first, group)
                else:
                    self._report(index, field, number, later, group)
                    self.people[index] = replace(self.people[index], **{field: None})
            if different:
                self._report(group[0], field, str(getattr(holder, field)), first, different)

    def same_names(self) -> None:
        """Mark people of one name: usual in a big school, and the way to record the wrong one."""
        for group in self._groups(lambda person: " ".join(person.name.casefold().split())):
            group = [index for index in group if index not in self._repeated]
            for index in group if len(group) > 1 else []:
                self._report(index, "name", self.people[index].name, Fault.SAME_NAME, group)

    def twins(self) -> None:
        """Mark different names with the same birth date and the same mother or family."""
        marked: set[int] = set()
        for key in (_birth_and_mother, _birth_and_family):
            for group in self._groups(key):
                names = {self.people[index].name.casefold() for index in group}
                fresh = [index for index in group if index not in marked and index not in self._repeated]
                if len(names) > 1:
                    for index in fresh:
                        born = self.people[index].birth_date.isoformat()
                        self._report(index, "birth_date", born, Fault.TWINS, group)
                    marked.update(fresh)


def _who(person: RosterPerson) -> Hashable:
    return ("".join(person.name.casefold().split()), person.birth_date)


def _birth_and_mother(person: RosterPerson) -> Hashable | None:
    return (person.birth_date, person.mother.casefold()) if person.mother else None


def _birth_and_family(person: RosterPerson) -> Hashable | None:
    return (person.birth_date, person.kk) if person.kk else None
