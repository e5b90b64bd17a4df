"""Adding a pupil at school who is not on the list: NIK first, everything known looked up before she is queued."""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from store import people
from store.checks import RecordedBefore, recorded_before
from store.identity import uuid7
from store.lists import flag_lookalikes, next_number
from store.models.people import Person, Pupil, School, Visit
from store.nik import NikFault, check_nik
from store.people import NEEDED, name_key
from store.progress import PupilState, Sex, queue_key
from store.rules import RECORDING_AGE, LeapBirthday, age_on, birthday
from store.siak_exports import SiakRecord, look_up, newest_day
from store.siak_status import tell_person
from store.standing import FIELD_ROLES
from store.transaction import Transaction
from store.visits import visit_row


class AddReason(enum.Enum):
    """Why she is not on the school's list."""

    MOVED = "moved"
    MISSED = "missed"  # the school left her out
    REPEATS = "repeats"  # repeats the class
    OTHER = "other"


@dataclass(frozen=True, repr=False)
class NewPupil:
    """What is typed, as far as it is; `nik` may be empty (None), step 3 asks for it then."""

    nik: str | None = None
    name: str = ""
    birth_date: date | None = None
    birth_place: str | None = None
    sex: Sex | None = None
    class_name: str = ""
    mother: str | None = None
    father: str | None = None
    kk: str | None = None
    reason: AddReason = AddReason.MISSED
    other_reason: str = ""


class AddBlocker(enum.Enum):
    """Why she cannot be queued yet."""

    NAME_EMPTY = "name_empty"
    BIRTH_DATE_EMPTY = "birth_date_empty"
    NIK_LENGTH = "nik_length"
    NIK_WRONG = "nik_wrong"
    KK_LENGTH = "kk_length"
    BAD_VALUE = "bad_value"
    ALREADY_LISTED = "already_listed"
    NIK_OF_OTHER = "nik_of_other"
    UNDER_16 = "under_16"
    REASON_EMPTY = "reason_empty"


@dataclass(frozen=True, repr=False)
class Similar:
    """Somebody on the list with a name or birth date like hers: perhaps it is she."""

    pupil: uuid.UUID
    number: int
    name: str
    class_name: str
    birth_date: date
    mother: str | None


@dataclass(frozen=True, repr=False)
class Looked:
    """What is known about her so far.

    `nik_faults` are the NIK's own and where it disagrees with what was typed; `listed` is her row when the NIK is on
    this list already; `elsewhere` the school of another visit that lists her; `siak` what the newest export says, of
    `siak_day` (None before the first export). `age` counts on the visit's day.
    """

    blockers: tuple[AddBlocker, ...]
    nik_faults: tuple[NikFault, ...]
    born_by_nik: date | None
    sex_by_nik: Sex | None
    age: tuple[int, int] | None
    turns_16: date | None
    listed: Similar | None
    elsewhere: str | None
    recorded: RecordedBefore | None
    siak: SiakRecord | None
    siak_day: date | None
    similar: tuple[Similar, ...]


class AddBlockedError(Exception):
    """She cannot be queued yet; nothing was changed."""

    def __init__(self, blockers: tuple[AddBlocker, ...]) -> None:
        super().__init__(", ".join(blocker.value for blocker in blockers))
        self.blockers = blockers


def look(tx: Transaction, visit: uuid.UUID, new: NewPupil) -> Looked:
    """Look up what is known about the pupil being typed; writes nothing."""
    day = visit_row(visit).day
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    digits = (new.nik or "").strip()
    check = check_nik(digits, born=new.birth_date, sex=new.sex.value if new.sex else None) if digits else None
    numbered = check.nik if check is not None else None
    by_nik = None if numbered is None else _full_date(numbered.day, numbered.month, numbered.year, day.year)
    born = new.birth_date or by_nik
    owner: Any = None if numbered is None else Person.get_or_none(Person.nik == digits)
    other = owner is not None and new.name.strip() != "" and not _same_human(owner, new.name, born)
    listed = None if owner is None else _similar(visit, Pupil.person == owner.id)
    turns = None if born is None else birthday(born, RECORDING_AGE, leap)
    elsewhere = None
    if owner is not None:
        found = Pupil.select(School.name).join(Visit).join(School).where(Pupil.person == owner.id, Visit.id != visit)
        elsewhere = found.order_by(Visit.day.desc()).scalar()
    blockers = [
        *_value_blockers(new, born),
        *([] if check is None else _nik_blockers(check.faults)),
        *([AddBlocker.ALREADY_LISTED] if listed else []),
        *([AddBlocker.NIK_OF_OTHER] if other else []),
        *([AddBlocker.UNDER_16] if turns is not None and turns > day else []),
    ]
    return Looked(
        blockers=tuple(blockers),
        nik_faults=() if check is None else check.faults,
        born_by_nik=by_nik,
        sex_by_nik=None if numbered is None else Sex(numbered.sex),
        age=None if born is None else age_on(born, day, leap),
        turns_16=turns,
        listed=listed[0] if listed else None,
        elsewhere=elsewhere,
        recorded=None if owner is None else recorded_before(tx, owner.id, visit),
        siak=None if numbered is None else look_up(tx, digits),
        siak_day=newest_day(tx),
        similar=() if listed else _alike(visit, new.name, born),
    )


def add(tx: Transaction, visit: uuid.UUID, new: NewPupil) -> uuid.UUID:
    """Queue her in step 3 as the next number of the list, marked "added at school"; raises AddBlockedError."""
    tx.require(*FIELD_ROLES)
    seen = look(tx, visit, new)
    if seen.blockers:
        raise AddBlockedError(seen.blockers)
    values = _values(new, seen)
    owner = Person.get_or_none(Person.nik == values["nik"]) if values["nik"] else None
    if owner is None:
        person = Person.create(**values).id
    else:
        person = owner.id
        if seen.recorded is None:
            fresh = {name: value for name, value in values.items() if value is not None}
            people.write(tx, person, fresh, "hand")
    number = next_number(visit)
    class_name = " ".join(new.class_name.split())
    pupil = uuid7()
    reason = new.reason.value if new.reason is not AddReason.OTHER else f"other: {new.other_reason.strip()}"
    owned = values if owner is None else {need: values[need] or getattr(owner, need) for need in NEEDED}
    Pupil.insert(
        id=pupil,
        visit=visit,
        person=person,
        number=number,
        class_name=class_name,
        state=PupilState.CHECK,
        queue_key=queue_key(PupilState.CHECK, None, class_name, number),
        incomplete=int(any(owned[need] is None for need in NEEDED)),
        added_reason=reason,
        source="hand",
    ).execute()
    tx.note(
        "pupil.added",
        pupil,
        visit=visit.hex,
        person=person.hex,
        number=number,
        reason=reason,
        data={name: people.text_of(value) for name, value in values.items() if value is not None},
        **{"class": class_name},
    )
    tell_person(tx, person)
    flag_lookalikes(tx, visit)
    return pupil


def _values(new: NewPupil, seen: Looked) -> dict[str, Any]:
    return people.checked(
        {
            "nik": new.nik,
            "name": new.name,
            "birth_date": new.birth_date or seen.born_by_nik,
            "birth_place": new.birth_place,
            "sex": new.sex or seen.sex_by_nik,
            "mother": new.mother,
            "father": new.father,
            "kk": new.kk,
        }
    )


def _value_blockers(new: NewPupil, born: date | None) -> list[AddBlocker]:
    found: list[AddBlocker] = []
    if not new.name.strip():
        found.append(AddBlocker.NAME_EMPTY)
    if born is None:
        found.append(AddBlocker.BIRTH_DATE_EMPTY)
    if new.kk and not (new.kk.isascii() and new.kk.isdigit() and len(new.kk) == 16):
        found.append(AddBlocker.KK_LENGTH)
    if new.reason is AddReason.OTHER and not new.other_reason.strip():
        found.append(AddBlocker.REASON_EMPTY)
    texts = {"birth_place": new.birth_place, "mother": new.mother, "father": new.father}
    if new.name.strip():
        texts["name"] = new.name
    try:
        people.checked(texts)
    except people.BadValueError:
        found.append(AddBlocker.BAD_VALUE)
    if not new.class_name.isprintable() or len(new.class_name) > 40:
        found.append(AddBlocker.BAD_VALUE)
    return found


def _nik_blockers(faults: tuple[NikFault, ...]) -> list[AddBlocker]:
    if NikFault.LENGTH in faults:
        return [AddBlocker.NIK_LENGTH]
    return [AddBlocker.NIK_WRONG] if any(fault.unusable for fault in faults) else []


def _same_human(owner: Any, name: str, born: date | None) -> bool:
    return name_key(owner.name) == name_key(name) or owner.birth_date == born


def _full_date(day: int, month: int, year: int, today: int) -> date | None:
    """Return the birth date a NIK holds, in the century that makes her a child of today, or None."""
    century = today // 100 * 100
    full = century + year if century + year <= today else century - 100 + year
    try:
        return date(full, month, day)
    except ValueError:
        return None


def _alike(visit: uuid.UUID, name: str, born: date | None) -> tuple[Similar, ...]:
    """Return who on the list was born that day, or bears that name."""
    conditions: list[Any] = []
    if born is not None:
        conditions.append(Person.birth_date == born)
    if name.strip():
        conditions.append(Person.name == name.strip())
    found: dict[uuid.UUID, Similar] = {}
    for condition in conditions:
        found |= {one.pupil: one for one in _similar(visit, condition)}
    return tuple(sorted(found.values(), key=lambda one: one.number))[:5]


def _similar(visit: uuid.UUID, condition: Any) -> tuple[Similar, ...]:
    rows = Pupil.select(Pupil, Person).join(Person).where((Pupil.visit == visit) & condition).limit(5)
    return tuple(
        Similar(row.id, row.number, row.person.name, row.class_name, row.person.birth_date, row.person.mother)
        for row in rows
    )
