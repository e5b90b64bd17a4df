"""Step 4: SIAK's data against the birth certificate, nine fields, each decided by the officer.

SIAK's side comes from the newest export that names the pupil, or is typed from SIAK's own screen. What is not filled
in is not compared.
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import fn

from store import people
from store.checks import Block, CheckBlockedError, ReasonNeededError, check_blockers, recorded_before
from store.comparison import Comparison, Result, compare
from store.models.people import Pupil
from store.models.siak import SiakField, SiakPerson, SiakUpdate
from store.progress import PupilState
from store.pupils import detail, settle_age
from store.standing import FIELD_ROLES, in_state, move_row, pupil_row
from store.transaction import Transaction
from store.undo import forget, remember


class Field(enum.Enum):
    """The nine fields, in the order of the screen; the value is the person's column."""

    FULL_NAME = "name"
    BIRTH_PLACE = "birth_place"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    FATHER = "father"
    MOTHER = "mother"
    BIRTH_ORDER = "birth_order"
    CERTIFICATE_NUMBER = "birth_certificate"
    CITIZENSHIP = "citizenship"


class Decision(enum.Enum):
    """Which document prevails."""

    CERTIFICATE = "certificate"  # SIAK is changed in step 5
    SIAK = "siak"
    POSTPONE = "postpone"  # asked first; the pupil stays in step 4


class SiakSource(enum.Enum):
    """Where SIAK's value was read."""

    EXPORT = "export"
    TYPED = "typed"  # on SIAK's own screen


@dataclass(frozen=True, repr=False)
class FieldRow:
    """One field: raw values (days as ISO text, sex as L or P), what comparing found, and the decision.

    `compared` is False while the certificate's side is empty. `school_says` is the school's value where it differs
    from SIAK's: a hint, never an answer.
    """

    field: Field
    siak: str
    source: SiakSource
    certificate: str | None
    comparison: Comparison | None
    decision: Decision | None
    reason: str
    school_says: str | None

    @property
    def compared(self) -> bool:
        """Whether the officer has compared this field."""
        return self.comparison is not None

    @property
    def open(self) -> bool:
        """Whether something is left to do: compare, decide, or ask."""
        if self.comparison is None:
            return True
        return self.comparison.result is not Result.SAME and self.decision in (None, Decision.POSTPONE)


class Blocker(enum.Enum):
    """What stands between a pupil and the end of step 4."""

    NOT_COMPARED = "not_compared"
    UNDECIDED = "undecided"
    POSTPONED = "postponed"


@dataclass(frozen=True)
class FieldBlock:
    """One blocker and the fields it is about."""

    kind: Blocker
    fields: tuple[Field, ...]


@dataclass(frozen=True, repr=False)
class SiakSheet:
    """The nine fields of one pupil; `siak_day` is the day of the export's data, None when no export names her."""

    pupil: uuid.UUID
    siak_day: date | None
    rows: tuple[FieldRow, ...]

    @property
    def blockers(self) -> tuple[FieldBlock, ...]:
        """What is left to do before step 4 can end."""
        return field_blockers(self.rows)

    @property
    def changes(self) -> tuple[Field, ...]:
        """The fields in which SIAK is to be changed."""
        return tuple(row.field for row in self.rows if _changes_siak(row))


@dataclass(frozen=True)
class Finished:
    """Where step 4 led: to RECORD, to UPDATE with that many changes, or LISTED when SIAK makes her under 16."""

    state: PupilState
    changes: int


class FieldsBlockedError(Exception):
    """Step 4 is not at its end; nothing was changed."""

    def __init__(self, blockers: tuple[FieldBlock, ...]) -> None:
        super().__init__(", ".join(block.kind.value for block in blockers))
        self.blockers = blockers


def field_blockers(rows: tuple[FieldRow, ...]) -> tuple[FieldBlock, ...]:
    """Return what stands in the way of ending step 4; pure."""
    groups = {
        Blocker.UNDECIDED: tuple(row.field for row in rows if row.open and row.compared and row.decision is None),
        Blocker.POSTPONED: tuple(row.field for row in rows if row.open and row.decision is Decision.POSTPONE),
        Blocker.NOT_COMPARED: tuple(row.field for row in rows if not row.compared),
    }
    return tuple(FieldBlock(kind, fields) for kind, fields in groups.items() if fields)


def sheet(tx: Transaction, pupil: uuid.UUID) -> SiakSheet:
    """Return the nine fields of a pupil as they stand; raises UnknownPupilError."""
    del tx
    row = pupil_row(pupil)
    person = row.person
    export = SiakPerson.get_or_none(SiakPerson.nik == person.nik) if person.nik else None
    stored = {one.field: one for one in SiakField.select().where(SiakField.pupil == pupil)}
    rows: list[FieldRow] = []
    for field in Field:
        known = stored.get(field.value)
        from_export = people.text_of(getattr(export, field.value)) if export is not None else None
        siak = known.siak_value if known is not None else from_export or ""
        source = SiakSource(known.siak_source) if known is not None else SiakSource.EXPORT
        certificate = None if known is None else known.certificate_value
        school = people.text_of(getattr(person, field.value))
        rows.append(
            FieldRow(
                field,
                siak,
                source,
                certificate,
                None if certificate is None else compare(siak, certificate),
                Decision(known.decision) if known is not None and known.decision else None,
                "" if known is None else known.reason,
                school if school is not None and school != siak else None,
            )
        )
    return SiakSheet(pupil, None if export is None else export.day, tuple(rows))


def agree(tx: Transaction, pupil: uuid.UUID, field: Field) -> SiakSheet:
    """Say that the certificate says in this field what SIAK says."""
    row = _open(tx, pupil)
    remember(tx, row, "siak.compared", field=field.value)
    siak = _row(tx, pupil, field)
    _write(tx, pupil, siak, siak.siak, None, "")
    tx.note("siak.compared", pupil, field=field.value, result=Result.SAME.value)
    return sheet(tx, pupil)


def differ(
    tx: Transaction,
    pupil: uuid.UUID,
    field: Field,
    certificate: str,
    decision: Decision | None = None,
    reason: str = "",
) -> SiakSheet:
    """Enter what the certificate says in this field, which document prevails, and why.

    The decision may follow later; a field that turns out the same needs none. Raises BadValueError when the value
    cannot stand in that field, ReasonNeededError for a decision about a real difference without one.
    """
    row = _open(tx, pupil)
    value = certificate.strip()
    if value or field in (Field.FULL_NAME, Field.BIRTH_DATE):
        people.checked({field.value: value})
    siak = _row(tx, pupil, field)
    result = compare(siak.siak, value).result
    if result is Result.DIFFERS and decision is not None and not reason.strip():
        raise ReasonNeededError
    remember(tx, row, "siak.compared", field=field.value)
    _write(tx, pupil, siak, value, None if result is Result.SAME else decision, reason.strip())
    tx.note(
        "siak.compared",
        pupil,
        field=field.value,
        result=result.value,
        siak=siak.siak,
        certificate=value,
        decision=decision.value if decision else None,
        reason=reason.strip(),
    )
    return sheet(tx, pupil)


def type_siak(tx: Transaction, pupil: uuid.UUID, field: Field, siak: str) -> SiakSheet:
    """Enter what SIAK's own screen says in this field, where no export says it; compared anew when it was compared."""
    row = _open(tx, pupil)
    remember(tx, row, "siak.typed", field=field.value)
    old = _row(tx, pupil, field)
    value = siak.strip()
    if value:
        people.checked({field.value: value})
    typed = FieldRow(field, value, SiakSource.TYPED, old.certificate, None, None, "", None)
    _write(tx, pupil, typed, old.certificate, None, "")
    tx.note("siak.typed", pupil, field=field.value, siak=value)
    return sheet(tx, pupil)


def agree_all(tx: Transaction, pupil: uuid.UUID) -> SiakSheet:
    """Say that all fields not yet compared agree; what differs and is undecided stays open."""
    _open(tx, pupil)
    for row in sheet(tx, pupil).rows:
        if not row.compared:
            _write(tx, pupil, row, row.siak, None, "")
            tx.note("siak.compared", pupil, field=row.field.value, result=Result.SAME.value)
    return sheet(tx, pupil)


def finish(tx: Transaction, pupil: uuid.UUID) -> Finished:
    """End step 4: to RECORD when SIAK stays as it is, else to UPDATE. SIAK's values become the pupil's data.

    Raises FieldsBlockedError, or CheckBlockedError when she turns out to be recorded already.
    """
    row = _open(tx, pupil)
    found = sheet(tx, pupil)
    if found.blockers:
        raise FieldsBlockedError(found.blockers)
    refuse_recorded(tx, pupil)
    values = {one.field.value: one.siak for one in found.rows if one.siak and not _changes_siak(one)}
    people.write(tx, row.person_id, people.checked(values), "siak")
    changes = found.changes
    if not changes and back_under_16(tx, row):
        return Finished(PupilState.LISTED, 0)
    to = PupilState.UPDATE if changes else PupilState.RECORD
    remember(tx, row, "pupil.siak_checked", after=to)
    if changes:
        _line_for(pupil, row.visit_id)
    move_row(tx, row, to, "pupil.siak_checked", changes=len(changes))
    return Finished(to, len(changes))


def reopen(tx: Transaction, pupil: uuid.UUID) -> SiakSheet:
    """Bring a pupil back to step 4 from step 5 or 6: a field was read aloud and is not right after all.

    What was compared stays compared. Raises IllegalMoveError from any other state.
    """
    tx.require(*FIELD_ROLES)
    move_row(tx, pupil_row(pupil), PupilState.SIAK, "pupil.siak_reopened")
    forget(pupil)
    return sheet(tx, pupil)


def back_under_16(tx: Transaction, row: Any) -> bool:
    """List a pupil again whose birth date, now that it is right, leaves her under 16; tell whether it does."""
    about = detail(tx, row.id)
    if about.turns_16 <= about.visit_day:
        return False
    move_row(tx, row, PupilState.CHECK, "pupil.birth_date_settled")
    settle_age(tx, row.id)
    forget(row.id)
    return True


def refuse_recorded(tx: Transaction, pupil: uuid.UUID) -> None:
    """Raise CheckBlockedError when the pupil is known as recorded by now: only once in a lifetime."""
    about = detail(tx, pupil)
    hard: tuple[Block, ...] = check_blockers(about, recorded_before(tx, about.person, about.visit))
    stops = tuple(block for block in hard if block.kind.value.startswith("recorded"))
    if stops:
        raise CheckBlockedError(stops)


def _changes_siak(row: FieldRow) -> bool:
    return (
        row.comparison is not None and row.comparison.result is not Result.SAME and row.decision is Decision.CERTIFICATE
    )


def _open(tx: Transaction, pupil: uuid.UUID) -> Any:
    """Return the pupil's row if she stands in step 4; only there are fields compared."""
    tx.require(*FIELD_ROLES)
    return in_state(pupil_row(pupil), PupilState.SIAK)


def _row(tx: Transaction, pupil: uuid.UUID, field: Field) -> FieldRow:
    return next(row for row in sheet(tx, pupil).rows if row.field is field)


def _write(
    tx: Transaction, pupil: uuid.UUID, row: FieldRow, certificate: str | None, decision: Decision | None, reason: str
) -> None:
    values = {
        "siak_value": row.siak,
        "siak_source": row.source.value,
        "certificate_value": certificate,
        "result": None if certificate is None else compare(row.siak, certificate).result.value,
        "decision": None if decision is None else decision.value,
        "reason": reason,
        "officer": tx.officer,
        "at": tx.now(),
        "seen_in_siak_at": None,
    }
    here = (SiakField.pupil == pupil) & (SiakField.field == row.field.value)
    if not SiakField.update(values).where(here).execute():
        SiakField.create(pupil=pupil, field=row.field.value, **values)


def _line_for(pupil: uuid.UUID, visit: uuid.UUID) -> None:
    """Give the pupil her number on the visit's F-1.06 list, once."""
    if SiakUpdate.select().where(SiakUpdate.pupil == pupil).exists():
        SiakUpdate.update(done_at=None).where(SiakUpdate.pupil == pupil).execute()
        return
    last = SiakUpdate.select(fn.MAX(SiakUpdate.number)).join(Pupil).where(Pupil.visit == visit).scalar()
    SiakUpdate.create(pupil=pupil, number=(last or 0) + 1)
