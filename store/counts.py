"""How many pupils stand where, read from what the tables' triggers keep: no list is ever counted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from store.models.table import database
from store.progress import ADULT_ENOUGH, STEP_OF, WAITING_HERE, PupilState, class_key
from store.transaction import Transaction

_AFTER_STEP_6 = frozenset({PupilState.CARD, PupilState.HANDOVER, PupilState.DONE})


@dataclass(frozen=True)
class Counts:
    """The counts of a visit, of one class, or of the whole store."""

    by_state: Mapping[PupilState, int]
    absent_by_state: Mapping[PupilState, int]
    incomplete: int
    put_off: int
    recorded_by_state: Mapping[PupilState, int]

    @property
    def recorded(self) -> int:
        """Those sealed in step 6 on this list."""
        return sum(self.recorded_by_state.values())

    @property
    def pupils(self) -> int:
        """Everybody on the list."""
        return sum(self.by_state.values())

    @property
    def sixteen(self) -> int:
        """Those of 16 and over on the visit's day."""
        return self._sum(ADULT_ENOUGH)

    @property
    def under_sixteen(self) -> int:
        """Those who stay listed for another visit."""
        return self.by_state.get(PupilState.LISTED, 0)

    @property
    def absent(self) -> int:
        """Those marked absent who still have something to do here."""
        return sum(self.absent_by_state.get(state, 0) for state in WAITING_HERE)

    @property
    def left(self) -> int:
        """Those who are there and still have something to do in steps 3 to 6."""
        return self._sum(WAITING_HERE) - self.absent

    @property
    def straight_to_print(self) -> int:
        """Those recorded before, whom step 3 put into the print list."""
        return self._sum(_AFTER_STEP_6) - self.recorded_here

    @property
    def recorded_here(self) -> int:
        """Those sealed on this list who stand behind step 6; the office's cases are counted with the office."""
        return sum(self.recorded_by_state.get(state, 0) for state in _AFTER_STEP_6)

    @property
    def has_card(self) -> int:
        """Those who had a card before."""
        return self.by_state.get(PupilState.HAS_CARD, 0)

    @property
    def office(self) -> int:
        """Those who wait for the office's decision."""
        return self.by_state.get(PupilState.OFFICE, 0)

    @property
    def printed(self) -> int:
        """Those whose card came out of the printer, handed over or not."""
        return self._sum({PupilState.HANDOVER, PupilState.DONE})

    @property
    def handed_over(self) -> int:
        """Those who have their card."""
        return self.by_state.get(PupilState.DONE, 0)

    def standing_at(self, step: int) -> int:
        """Return how many have that step of the SOP, 3 to 8, before them, there or absent."""
        return self._sum({state for state, number in STEP_OF.items() if number == step})

    def waiting_at(self, step: int) -> int:
        """Return how many wait at that step of the SOP, 3 to 8: what the rail shows, without the absent."""
        away = sum(self.absent_by_state.get(state, 0) for state in WAITING_HERE if STEP_OF[state] == step)
        return self.standing_at(step) - away

    def _sum(self, states: set[PupilState] | frozenset[PupilState]) -> int:
        return sum(self.by_state.get(state, 0) for state in states)


_SUMS = "state, sum(pupils), sum(absent), sum(incomplete), sum(put_off), sum(recorded)"


def of_visit(tx: Transaction, visit: uuid.UUID, class_name: str | None = None) -> Counts:
    """Return the counts of a visit, or of one of its classes."""
    del tx
    one_class = "" if class_name is None else " AND class_name = ?"
    rows = database.execute_sql(
        f"SELECT {_SUMS} FROM tally WHERE visit_id = ?{one_class} GROUP BY state",
        (visit.bytes,) if class_name is None else (visit.bytes, class_name),
    )
    return _counts([(row[0], *row[1:]) for row in rows.fetchall()])


def of_classes(tx: Transaction, visit: uuid.UUID) -> dict[str, Counts]:
    """Return the counts of each class, in the order a school expects."""
    del tx
    rows = database.execute_sql(
        f"SELECT class_name, {_SUMS} FROM tally WHERE visit_id = ? GROUP BY class_name, state", (visit.bytes,)
    )
    by_class: dict[str, list[tuple[str, int, int, int, int, int]]] = {}
    for name, *row in rows.fetchall():
        by_class.setdefault(name, []).append((row[0], row[1], row[2], row[3], row[4], row[5]))
    counted = {name: _counts(found) for name, found in sorted(by_class.items(), key=lambda one: class_key(one[0]))}
    return {name: counts for name, counts in counted.items() if counts.pupils}


def of_all(tx: Transaction) -> Counts:
    """Return the counts of the whole store."""
    del tx
    rows = database.execute_sql(f"SELECT {_SUMS} FROM tally GROUP BY state")
    return _counts([(row[0], *row[1:]) for row in rows.fetchall()])


def _counts(rows: list[tuple[str, int, int, int, int, int]]) -> Counts:
    return Counts(
        by_state={PupilState(row[0]): row[1] for row in rows if row[1]},
        absent_by_state={PupilState(row[0]): row[2] for row in rows if row[2]},
        incomplete=sum(row[3] for row in rows),
        put_off=sum(row[4] for row in rows),
        recorded_by_state={PupilState(row[0]): row[5] for row in rows if row[5]},
    )
