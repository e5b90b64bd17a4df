"""Taking back a pupil's last tick, mark or verdict of steps 3 and 4: one level for each pupil.

Nothing is erased: the journal gets a line that takes back, and a verdict keeps its row with the moment it was undone.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import SQL

from store.models.people import Person
from store.models.siak import SiakField, StatusCheck, UndoStep
from store.progress import Presence, PupilState
from store.standing import FIELD_ROLES, change, pupil_row
from store.transaction import Transaction

_COLUMNS = ("put_off", "papers_kk", "papers_certificate", "same_name_checked")
_FIELD_COLUMNS = ("siak_value", "siak_source", "certificate_value", "result", "decision", "reason")


class NothingToUndoError(Exception):
    """There is no tick, mark or verdict left to take back, or the pupil went on since then; nothing was changed."""


@dataclass(frozen=True)
class Undone:
    """What was taken back: the journal's word for it, and for whom."""

    pupil: uuid.UUID
    event: str


def remember(
    tx: Transaction,
    row: Any,
    event: str,
    *,
    after: PupilState | None = None,
    check: uuid.UUID | None = None,
    field: str | None = None,
) -> None:
    """Keep the pupil's row as it is, before `event` changes it.

    `after` is the state it will leave her in; `check` the verdict made with it, then the person's status is kept too;
    `field` the field of step 4 that it changes.
    """
    before: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    before["state"] = row.state.value
    before["presence"] = row.presence.value if row.presence else None
    before["called"] = row.called.isoformat() if row.called else None
    if check is not None:
        person = row.person
        day = person.status_day.isoformat() if person.status_day else None
        before["status"] = [person.status_code, day, person.status_source]
    if field is not None:
        found = SiakField.get_or_none((SiakField.pupil == row.id) & (SiakField.field == field))
        values = None if found is None else {name: getattr(found, name) for name in _FIELD_COLUMNS}
        before["field"] = [field, values]
    UndoStep.replace(
        pupil=row.id,
        visit=row.visit_id,
        officer=tx.officer,
        event=event,
        before=json.dumps(before),
        after_state=(after or row.state).value,
        check_made=check,
        at=tx.now(),
    ).execute()


def undo(tx: Transaction, pupil: uuid.UUID) -> Undone:
    """Put back what the pupil's last tick, mark or verdict replaced; raises NothingToUndoError."""
    tx.require(*FIELD_ROLES)
    row = pupil_row(pupil)
    step = UndoStep.get_or_none(UndoStep.pupil == pupil)
    if step is None or row.state.value != step.after_state or row.recorded:
        raise NothingToUndoError
    before = json.loads(step.before)
    change(
        row,
        **{name: before[name] for name in _COLUMNS},
        state=PupilState(before["state"]),
        presence=Presence(before["presence"]) if before["presence"] else None,
        called=datetime.fromisoformat(before["called"]) if before["called"] else None,
    )
    if step.check_made is not None:
        StatusCheck.update(undone_at=tx.now()).where(StatusCheck.id == step.check_made).execute()
        code, day, source = before["status"]
        known = date.fromisoformat(day) if day else None
        Person.update(status_code=code, status_day=known, status_source=source).where(
            Person.id == row.person_id
        ).execute()
    if "field" in before:
        name, values = before["field"]
        here = (SiakField.pupil == pupil) & (SiakField.field == name)
        (SiakField.delete() if values is None else SiakField.update(values)).where(here).execute()
    UndoStep.delete().where(UndoStep.pupil == pupil).execute()
    tx.note("pupil.undone", pupil, undone=step.event)
    return Undone(pupil, step.event)


def undo_last(tx: Transaction, visit: uuid.UUID) -> Undone:
    """Take back the last tick, mark or verdict this officer made on this visit; raises NothingToUndoError."""
    step = (
        UndoStep.select(UndoStep.pupil)
        .where((UndoStep.visit == visit) & (UndoStep.officer == tx.officer))
        .order_by(UndoStep.at.desc(), SQL("rowid").desc())  # the later of two in the same millisecond
        .first()
    )
    if step is None:
        raise NothingToUndoError
    return undo(tx, step.pupil_id)


def forget(pupil: uuid.UUID) -> None:
    """Forget what could be undone: something happened that is not taken back."""
    UndoStep.delete().where(UndoStep.pupil == pupil).execute()
