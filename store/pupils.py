"""One pupil at school: who she is, whether she is there, whether her papers are, and when it is her turn."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from store import people
from store.models.people import Person, Pupil
from store.progress import WAITING_HERE, Presence, PupilState, Sex
from store.rules import RECORDING_AGE, Cloth, LeapBirthday, age_on, birthday, cloth
from store.siak_status import tell_person
from store.standing import FIELD_ROLES, change, pupil_row
from store.transaction import OfficerRole, Transaction
from store.undo import remember


class NotWaitingError(Exception):
    """The pupil waits for nothing at the school: she is under 16, recorded, or has her card; nothing was changed."""


class RecordedError(Exception):
    """The pupil is recorded: her data are no longer changed here; nothing was changed."""


@dataclass(frozen=True, repr=False)
class PupilDetail:
    """All about one pupil on one visit; ages count on the visit's day. `queue_key` is her place in the queue."""

    pupil: uuid.UUID
    person: uuid.UUID
    visit: uuid.UUID
    school: str
    visit_day: date
    number: int
    class_name: str
    state: PupilState
    presence: Presence | None
    papers_kk: bool
    papers_certificate: bool
    same_name: bool
    same_name_checked: bool
    twin: bool
    incomplete: bool
    recorded: bool
    office_letter: str | None
    put_off: bool
    called: datetime | None
    added_reason: str | None
    source: str
    queue_key: str
    nik: str | None
    name: str
    sex: Sex | None
    birth_place: str | None
    birth_date: date
    mother: str | None
    father: str | None
    kk: str | None
    nisn: str | None
    religion: str | None
    address: str | None
    rt: str | None
    rw: str | None
    village: str | None
    district: str | None
    birth_certificate: str | None
    birth_order: str | None
    citizenship: str | None
    marital_status: str | None
    blood_type: str | None
    occupation: str | None
    status_code: str | None
    status_day: date | None
    status_source: str | None
    age: tuple[int, int]
    turns_16: date
    turns_17: date
    cloth: Cloth


_PUPIL_COLUMNS = (
    "number",
    "class_name",
    "state",
    "presence",
    "office_letter",
    "called",
    "added_reason",
    "source",
    "queue_key",
)
_TICKS = (
    "papers_kk",
    "papers_certificate",
    "same_name",
    "same_name_checked",
    "twin",
    "incomplete",
    "recorded",
    "put_off",
)
_STATUS = ("status_code", "status_day", "status_source")


def detail(tx: Transaction, pupil: uuid.UUID) -> PupilDetail:
    """Return all about a pupil; raises UnknownPupilError."""
    row = pupil_row(pupil)
    person, visit = row.person, row.visit
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    values: dict[str, Any] = {name: getattr(row, name) for name in _PUPIL_COLUMNS}
    values |= {name: bool(getattr(row, name)) for name in _TICKS}
    values |= {name: getattr(person, name) for name in (*people.DATA, *_STATUS)}
    return PupilDetail(
        pupil=row.id,
        person=person.id,
        visit=visit.id,
        school=visit.school.name,
        visit_day=visit.day,
        age=age_on(person.birth_date, visit.day, leap),
        turns_16=birthday(person.birth_date, RECORDING_AGE, leap),
        turns_17=birthday(person.birth_date, RECORDING_AGE + 1, leap),
        cloth=cloth(person.birth_date),
        **values,
    )


def mark_absent(tx: Transaction, pupil: uuid.UUID, absent: bool | None = None) -> Presence:
    """Mark a pupil absent or present; None turns what is marked. The absent sink and come back with a second visit."""
    tx.require(*OfficerRole)
    row = pupil_row(pupil)
    away = row.presence is not Presence.ABSENT if absent is None else absent
    presence = Presence.ABSENT if away else Presence.PRESENT
    if presence is not row.presence:
        event = f"pupil.{presence.value}"
        remember(tx, row, event)
        change(row, presence=presence)
        tx.note(event, pupil)
    return presence


def tick_papers(
    tx: Transaction, pupil: uuid.UUID, *, kk: bool | None = None, certificate: bool | None = None
) -> tuple[bool, bool]:
    """Tick the copies that are there, or untick them; None leaves one as it is. Returns both ticks."""
    tx.require(*FIELD_ROLES)
    row = pupil_row(pupil)
    columns = {"papers_kk": kk, "papers_certificate": certificate}
    changed = {name: int(value) for name, value in columns.items() if value is not None and getattr(row, name) != value}
    if changed:
        remember(tx, row, "pupil.papers")
        change(row, **changed)
        tx.note("pupil.papers", pupil, kk=bool(row.papers_kk), certificate=bool(row.papers_certificate))
    return bool(row.papers_kk), bool(row.papers_certificate)


def confirm_same_name(tx: Transaction, pupil: uuid.UUID, checked: bool = True) -> None:
    """Say that birth date and mother were compared with those of the same name, so the right one sits here."""
    tx.require(*FIELD_ROLES)
    row = pupil_row(pupil)
    if bool(row.same_name_checked) is not checked:
        remember(tx, row, "pupil.same_name_checked")
        change(row, same_name_checked=int(checked))
        tx.note("pupil.same_name_checked", pupil, checked=checked)


def put_off(tx: Transaction, pupil: uuid.UUID) -> None:
    """Leave a pupil exactly as she is and put her behind the others of her class; she comes back by herself."""
    tx.require(*OfficerRole)
    row = pupil_row(pupil)
    remember(tx, row, "pupil.put_off")
    change(row, put_off=row.put_off + 1, called=None)
    tx.note("pupil.put_off", pupil)


def call(tx: Transaction, pupil: uuid.UUID) -> None:
    """Let a pupil come next because she arrived; who is called is there. Raises NotWaitingError."""
    tx.require(*OfficerRole)
    row = pupil_row(pupil)
    if row.state not in WAITING_HERE:
        raise NotWaitingError
    remember(tx, row, "pupil.called")
    change(row, called=tx.now(), presence=Presence.PRESENT)
    tx.note("pupil.called", pupil)


def reveal_nik(tx: Transaction, pupil: uuid.UUID) -> str | None:
    """Return the whole NIK where it is masked, and write a journal line that it was looked at; the KK goes with it."""
    tx.require(*OfficerRole)
    row = pupil_row(pupil)
    tx.note("pupil.nik_revealed", pupil)
    return row.person.nik


def complete(
    tx: Transaction, pupil: uuid.UUID, values: Mapping[str, str | date | Sex | None], basis: str
) -> tuple[people.FieldChange, ...]:
    """Fill in or correct a pupil's data (columns of `store.people.DATA`), with a journal line of old and new.

    Raises RecordedError once she is recorded anywhere, BadValueError, or NikTakenError.
    """
    tx.require(*FIELD_ROLES)
    row = pupil_row(pupil)
    if Pupil.select(Pupil.id).where((Pupil.person == row.person_id) & (Pupil.recorded == 1)).exists():
        raise RecordedError
    changes = people.write(tx, row.person_id, values, basis)
    if any(one.field == "birth_date" for one in changes):
        settle_age(tx, pupil)
    if any(one.field == "nik" for one in changes):
        tell_person(tx, row.person_id)
    return changes


def settle_age(tx: Transaction, pupil: uuid.UUID) -> None:
    """List or queue a pupil by her age on the visit's day, after either date changed."""
    row = pupil_row(pupil)
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    turns = birthday(Person.get_by_id(row.person_id).birth_date, RECORDING_AGE, leap)
    old_enough = turns <= row.visit.day
    if row.state is PupilState.LISTED and old_enough:
        change(row, state=PupilState.CHECK)
        tx.note("pupil.sixteen", pupil, day=turns.isoformat())
    elif row.state is PupilState.CHECK and not old_enough:
        change(row, state=PupilState.LISTED)
        tx.note("pupil.under_sixteen", pupil, day=turns.isoformat())


def change_class(tx: Transaction, pupil: uuid.UUID, class_name: str) -> None:
    """Put a pupil into another class of the same list."""
    tx.require(*FIELD_ROLES)
    row = pupil_row(pupil)
    clean = " ".join(class_name.split())
    if not clean.isprintable() or len(clean) > 40:
        raise people.BadValueError("class_name")
    if clean != row.class_name:
        old = row.class_name
        change(row, class_name=clean)
        tx.note("pupil.class_changed", pupil, old=old, new=clean)
