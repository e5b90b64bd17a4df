"""Step 5: SIAK is changed from the certificate, old -> new -> basis, and done when the officer confirms it.

SIAK out of reach is normal at a school: the pupil waits here and the queue goes on.
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from store.checks import approval
from store.comparison import Result
from store.models.people import Pupil
from store.models.siak import SiakField, SiakPerson, SiakUpdate
from store.people import checked, text_of, write
from store.progress import PupilState
from store.siak_check import Decision, Field, back_under_16, refuse_recorded
from store.standing import FIELD_ROLES, in_state, move_row, pupil_row
from store.transaction import Transaction
from store.undo import forget


class Blocker(enum.Enum):
    """What stands between a pupil and the end of step 5."""

    NOT_SEEN = "not_seen"
    NO_REFERENCE = "no_reference"
    NO_DAY = "no_day"
    DAY_IN_FUTURE = "day_in_future"


@dataclass(frozen=True)
class Block:
    """One blocker; for NOT_SEEN how many changes are seen in SIAK, and of how many."""

    kind: Blocker
    seen: int = 0
    of: int = 0


@dataclass(frozen=True, repr=False)
class DataChange:
    """One change of SIAK's data; `seen_at` is when the officer, or a newer export, found it there."""

    field: Field
    old: str
    new: str
    reason: str
    seen_at: datetime | None


@dataclass(frozen=True, repr=False)
class UpdateSheet:
    """All changes of one pupil; `number` is her line on the visit's F-1.06 list, `basis` the certificate's number."""

    pupil: uuid.UUID
    number: int
    basis: str | None
    changes: tuple[DataChange, ...]
    day: date | None
    officer_name: str
    reference: str
    recorded_first_reason: str
    done_at: datetime | None


class UpdateBlockedError(Exception):
    """Step 5 is not at its end; nothing was changed."""

    def __init__(self, blockers: tuple[Block, ...]) -> None:
        super().__init__(", ".join(block.kind.value for block in blockers))
        self.blockers = blockers


class NotPermittedError(Exception):
    """The office's setting does not let anybody be recorded before SIAK was changed; nothing was changed."""


def update_blockers(found: UpdateSheet, today: date) -> tuple[Block, ...]:
    """Return what stands in the way of confirming that SIAK was changed; pure."""
    blocks: list[Block] = []
    seen = sum(change.seen_at is not None for change in found.changes)
    if seen < len(found.changes):
        blocks.append(Block(Blocker.NOT_SEEN, seen, len(found.changes)))
    if not found.reference:
        blocks.append(Block(Blocker.NO_REFERENCE))
    if found.day is None:
        blocks.append(Block(Blocker.NO_DAY))
    elif found.day > today:
        blocks.append(Block(Blocker.DAY_IN_FUTURE))
    return tuple(blocks)


def sheet(tx: Transaction, pupil: uuid.UUID) -> UpdateSheet:
    """Return a pupil's changes, also after step 5 is done; raises UnknownPupilError."""
    del tx
    row = pupil_row(pupil)
    kept = SiakUpdate.get_or_none(SiakUpdate.pupil == pupil)
    fields = {one.field: one for one in SiakField.select().where(SiakField.pupil == pupil)}
    wanted = [fields[field.value] for field in Field if field.value in fields and _changes_siak(fields[field.value])]
    number = fields.get(Field.CERTIFICATE_NUMBER.value)
    return UpdateSheet(
        pupil=pupil,
        number=0 if kept is None else kept.number,
        basis=(number.certificate_value if number is not None else None) or row.person.birth_certificate,
        changes=tuple(
            DataChange(Field(one.field), one.siak_value, one.certificate_value, one.reason, one.seen_in_siak_at)
            for one in wanted
        ),
        day=None if kept is None else kept.day,
        officer_name="" if kept is None else kept.officer_name,
        reference="" if kept is None else kept.reference,
        recorded_first_reason="" if kept is None else kept.recorded_first_reason,
        done_at=None if kept is None else kept.done_at,
    )


def tick_seen(tx: Transaction, pupil: uuid.UUID, field: Field, seen: bool | None = None) -> UpdateSheet:
    """Tick a change that is now seen in SIAK, or untick it; None turns what is there."""
    _open(tx, pupil)
    one = SiakField.get_or_none((SiakField.pupil == pupil) & (SiakField.field == field.value))
    if one is None or not _changes_siak(one):
        return sheet(tx, pupil)
    now_seen = one.seen_in_siak_at is None if seen is None else seen
    if now_seen is not (one.seen_in_siak_at is not None):
        SiakField.update(seen_in_siak_at=tx.now() if now_seen else None).where(SiakField.id == one.id).execute()
        tx.note("siak.change_seen", pupil, field=field.value, seen=now_seen)
    return sheet(tx, pupil)


def enter(tx: Transaction, pupil: uuid.UUID, *, day: date | None, officer_name: str, reference: str) -> UpdateSheet:
    """Enter when SIAK was changed, by whom, and the request's number; asked for before it can be confirmed."""
    _open(tx, pupil)
    values: dict[str, Any] = {"day": day, "officer_name": officer_name.strip(), "reference": reference.strip()}
    SiakUpdate.update(values).where(SiakUpdate.pupil == pupil).execute()
    tx.note(
        "siak.change_entered",
        pupil,
        day=None if day is None else day.isoformat(),
        officer=officer_name.strip(),
        reference=reference.strip(),
    )
    return sheet(tx, pupil)


def confirm(tx: Transaction, pupil: uuid.UUID) -> UpdateSheet:
    """Confirm that SIAK was changed: the certificate's values become the pupil's data, and she goes on to RECORD.

    Whom they make under 16 is listed again instead.
    Raises UpdateBlockedError, CheckBlockedError when she is recorded by now, or IllegalMoveError.
    """
    row = _open(tx, pupil)
    found = sheet(tx, pupil)
    if blockers := update_blockers(found, tx.today()):
        raise UpdateBlockedError(blockers)
    refuse_recorded(tx, pupil)
    _adopt(tx, row, found)
    SiakUpdate.update(done_at=tx.now(), officer=tx.officer).where(SiakUpdate.pupil == pupil).execute()
    if not back_under_16(tx, row):
        facts = {"reference": found.reference, "changes": len(found.changes)}
        move_row(tx, row, PupilState.RECORD, "pupil.siak_updated", **facts)
    forget(pupil)
    return sheet(tx, pupil)


def record_first(tx: Transaction, pupil: uuid.UUID, reason: str, coordinator: uuid.UUID | None = None) -> UpdateSheet:
    """Let a pupil be recorded before SIAK is changed: the office's setting allows it, a coordinator answers for it.

    Raises NotPermittedError, ReasonNeededError, NotAllowedError or CheckBlockedError. The changes stay on the list.
    """
    row = _open(tx, pupil)
    if not tx.setting("siak.record_before_update"):
        raise NotPermittedError
    answers = approval(tx, coordinator, reason)
    refuse_recorded(tx, pupil)
    SiakUpdate.update(recorded_first_reason=reason.strip(), officer=answers).where(SiakUpdate.pupil == pupil).execute()
    move_row(tx, row, PupilState.RECORD, "pupil.recorded_first", reason=reason.strip())
    forget(pupil)
    return sheet(tx, pupil)


def f106_list(tx: Transaction, visit: uuid.UUID) -> tuple[UpdateSheet, ...]:
    """Return the visit's list for form F-1.06 in the order of its numbers."""
    rows = Pupil.select(Pupil.id).join(SiakUpdate).where(Pupil.visit == visit).order_by(SiakUpdate.number)
    return tuple(sheet(tx, row.id) for row in list(rows))


def see_in_exports(tx: Transaction) -> int:
    """Tick the changes that the newest export already shows, for all who wait in step 5; return how many."""
    rows = (
        SiakField.select(SiakField, Pupil)
        .join(Pupil)
        .where((Pupil.state == PupilState.UPDATE) & SiakField.seen_in_siak_at.is_null())
    )
    ticked = 0
    for one in list(rows):
        nik = one.pupil.person.nik
        export = SiakPerson.get_or_none(SiakPerson.nik == nik) if nik and _changes_siak(one) else None
        if export is not None and text_of(getattr(export, one.field)) == one.certificate_value:
            SiakField.update(seen_in_siak_at=tx.now()).where(SiakField.id == one.id).execute()
            tx.note("siak.change_seen", one.pupil.id, field=one.field, seen=True, export=export.day.isoformat())
            ticked += 1
    return ticked


def _adopt(tx: Transaction, row: Any, found: UpdateSheet) -> None:
    values = checked({change.field.value: change.new for change in found.changes})
    write(tx, row.person_id, values, f"certificate {found.basis or ''}".strip())


def _changes_siak(one: Any) -> bool:
    return one.decision == Decision.CERTIFICATE.value and one.result != Result.SAME.value


def _open(tx: Transaction, pupil: uuid.UUID) -> Any:
    tx.require(*FIELD_ROLES)
    return in_state(pupil_row(pupil), PupilState.UPDATE)
