"""Step 3: whether a pupil was recorded before, the verdict, and what stands in its way.

Recording happens once in a lifetime. Nobody whom SIAK or any visit of this store knows as recorded comes to step 6:
the blockers here say so to the officer, and the tables refuse it to everybody.
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.models.core import Officer
from store.models.people import Person, Pupil, School, Visit
from store.models.siak import StatusCheck
from store.people import BadValueError, name_key
from store.progress import PupilState
from store.pupils import PupilDetail, detail
from store.rules import Stage, stage, status_code
from store.standing import FIELD_ROLES, change, move_row, pupil_row
from store.transaction import NotAllowedError, OfficerRole, Transaction
from store.undo import forget, remember

FRESH_DAYS = 7
"""A status this many days old still counts as fresh."""


class Finding(enum.Enum):
    """What the officer finds out about a pupil's recording; the first two have keys of their own, the rest numbers."""

    NEVER = "never"  # B, and 1 of the list
    RECORDED = "recorded"  # C: recorded, not printed
    PROCESSING = "processing"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    PRINT_READY = "print_ready"
    PRINTING = "printing"
    HAS_CARD = "has_card"
    NOT_IN_SIAK = "not_in_siak"
    OTHER_CODE = "other_code"


LEADS_TO: dict[Finding, PupilState] = {
    Finding.NEVER: PupilState.SIAK,
    Finding.RECORDED: PupilState.CARD,
    Finding.PROCESSING: PupilState.CARD,
    Finding.FAILED: PupilState.OFFICE,
    Finding.DUPLICATE: PupilState.OFFICE,
    Finding.PRINT_READY: PupilState.CARD,
    Finding.PRINTING: PupilState.CARD,
    Finding.HAS_CARD: PupilState.HAS_CARD,
    Finding.NOT_IN_SIAK: PupilState.OFFICE,
    Finding.OTHER_CODE: PupilState.OFFICE,
}

# What an officer read in SIAK by hand, in SIAK's own words, so that the card gate of step 7 understands it.
_CODE_OF = {
    Finding.PROCESSING: "PROCESSING",
    Finding.FAILED: "ENROLL_FAILURE_AT_CENTRAL",
    Finding.DUPLICATE: "DUPLICATE_RECORD",
    Finding.PRINT_READY: "PRINT_READY_RECORD",
    Finding.PRINTING: "SENT_FOR_CARD_PRINTING",
    Finding.HAS_CARD: "CARD_ISSUED",
}

_AGREES: dict[Stage, frozenset[Finding]] = {
    Stage.NEVER: frozenset({Finding.NEVER}),
    Stage.WAITING: frozenset({Finding.RECORDED, Finding.PROCESSING}),
    Stage.FAILED: frozenset({Finding.FAILED}),
    Stage.DUPLICATE: frozenset({Finding.DUPLICATE}),
    Stage.PRINT_READY: frozenset({Finding.RECORDED, Finding.PRINT_READY}),
    Stage.PRINTING: frozenset({Finding.RECORDED, Finding.PRINTING}),
    Stage.HAS_CARD: frozenset({Finding.HAS_CARD}),
    Stage.UNKNOWN: frozenset(Finding),  # SIAK says nothing we understand: the officer decides
}

_SUGGESTED = {
    Stage.NEVER: Finding.NEVER,
    Stage.WAITING: Finding.RECORDED,
    Stage.FAILED: Finding.FAILED,
    Stage.DUPLICATE: Finding.DUPLICATE,
    Stage.PRINT_READY: Finding.RECORDED,
    Stage.PRINTING: Finding.PRINTING,
    Stage.HAS_CARD: Finding.HAS_CARD,
}

_MAY_BE_RECORDED = frozenset({Stage.NEVER, Stage.UNKNOWN})


class Blocker(enum.Enum):
    """What stands between a pupil and "never recorded"."""

    RECORDED_IN_SIAK = "recorded_in_siak"
    RECORDED_HERE = "recorded_here"
    UNDER_16 = "under_16"
    NIK_INCOMPLETE = "nik_incomplete"
    PAPERS_KK = "papers_kk"
    PAPERS_CERTIFICATE = "papers_certificate"
    SAME_NAME_UNCHECKED = "same_name_unchecked"


@dataclass(frozen=True)
class Block:
    """One blocker with what its sentence needs: SIAK's code, and the day of the recording, status or 16th birthday."""

    kind: Blocker
    code: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class RecordedBefore:
    """Where and when a person was recorded according to this store."""

    school: str
    day: date
    this_visit: bool


@dataclass(frozen=True, repr=False)
class Lookalike:
    """Somebody else on the list with the same name, or the same birth day and mother."""

    pupil: uuid.UUID
    name: str
    class_name: str
    birth_date: date
    mother: str | None
    same_name: bool
    twin: bool


@dataclass(frozen=True, repr=False)
class StatusSheet:
    """All that step 3 shows of one pupil: status, its age, lookalikes, blockers of "never", and the verdict to expect.

    `fresh` tells a status of at most FRESH_DAYS; `suggested` is None when SIAK says nothing that is understood.
    """

    pupil: PupilDetail
    stage: Stage
    fresh: bool
    recorded_before: RecordedBefore | None
    lookalikes: tuple[Lookalike, ...]
    blockers: tuple[Block, ...]
    suggested: Finding | None


@dataclass(frozen=True)
class Outcome:
    """What a verdict did: where the pupil stands now, and the row that keeps the verdict."""

    check: uuid.UUID
    state: PupilState
    against_siak: bool


class CheckBlockedError(Exception):
    """The verdict "never recorded" is not possible; nothing was changed."""

    def __init__(self, blockers: tuple[Block, ...]) -> None:
        super().__init__(", ".join(block.kind.value for block in blockers))
        self.blockers = blockers


class ReasonNeededError(Exception):
    """A verdict against SIAK, a decision or a leave needs its reason; nothing was changed."""


class OfficeDecision(enum.Enum):
    """What the office decides about a pupil who waits for it."""

    RECORD_AGAIN = "record_again"
    PRINT = "print"
    HAS_CARD = "has_card"
    CHECK_AGAIN = "check_again"


def check_blockers(pupil: PupilDetail, recorded_before: RecordedBefore | None) -> tuple[Block, ...]:
    """Return what stands in the way of "never recorded", the worst first; pure.

    The office's letter lifts the first two and nothing else does.
    """
    found: list[Block] = []
    if pupil.office_letter is None:
        if stage(pupil.status_code) not in _MAY_BE_RECORDED:
            found.append(Block(Blocker.RECORDED_IN_SIAK, pupil.status_code, pupil.status_day))
        if recorded_before is not None:
            found.append(Block(Blocker.RECORDED_HERE, None, recorded_before.day))
    if pupil.turns_16 > pupil.visit_day:
        found.append(Block(Blocker.UNDER_16, None, pupil.turns_16))
    if pupil.nik is None:
        found.append(Block(Blocker.NIK_INCOMPLETE))
    if not pupil.papers_kk:
        found.append(Block(Blocker.PAPERS_KK))
    if not pupil.papers_certificate:
        found.append(Block(Blocker.PAPERS_CERTIFICATE))
    if (pupil.same_name or pupil.twin) and not pupil.same_name_checked:
        found.append(Block(Blocker.SAME_NAME_UNCHECKED))
    return tuple(found)


def agrees(finding: Finding, pupil: PupilDetail, recorded_before: RecordedBefore | None) -> bool:
    """Tell whether a finding agrees with SIAK and with this store; pure."""
    if finding in (Finding.RECORDED, Finding.PROCESSING) and recorded_before is not None:
        return True  # SIAK's export may be older than our own recording
    if finding is Finding.NEVER and pupil.office_letter is not None:
        return True
    return finding in _AGREES[stage(pupil.status_code)]


def sheet(tx: Transaction, pupil: uuid.UUID) -> StatusSheet:
    """Return all that step 3 shows of one pupil; raises UnknownPupilError."""
    about = detail(tx, pupil)
    before = recorded_before(tx, about.person, about.visit)
    meaning = stage(about.status_code)
    fresh = about.status_day is not None and (tx.today() - about.status_day).days <= FRESH_DAYS
    suggested = Finding.RECORDED if before is not None else _SUGGESTED.get(meaning)
    if about.office_letter is not None:
        suggested = Finding.NEVER
    return StatusSheet(about, meaning, fresh, before, lookalikes(tx, about), check_blockers(about, before), suggested)


def verdict(
    tx: Transaction,
    pupil: uuid.UUID,
    finding: Finding,
    *,
    code: str | None = None,
    reason: str = "",
    coordinator: uuid.UUID | None = None,
) -> Outcome:
    """Give the verdict of step 3 and move the pupil where it leads.

    `code` is SIAK's word for OTHER_CODE. A verdict against SIAK needs a reason, and a coordinator: the officer
    himself, or one who approved it. "Never recorded" passes only without blockers, whoever asks. Raises
    CheckBlockedError, ReasonNeededError, NotAllowedError, BadValueError or IllegalMoveError.
    """
    tx.require(*FIELD_ROLES)
    row = pupil_row(pupil)
    about = detail(tx, pupil)
    before = recorded_before(tx, about.person, about.visit)
    if finding is Finding.NEVER and (blockers := check_blockers(about, before)):
        raise CheckBlockedError(blockers)
    against = not agrees(finding, about, before)
    approved = approval(tx, coordinator, reason) if against else None
    told = _CODE_OF.get(finding)
    if finding is Finding.OTHER_CODE:
        told = status_code(code or "")
        if not told or len(told) > 60:
            raise BadValueError("status_code")
    silent = stage(about.status_code) is Stage.UNKNOWN
    check = StatusCheck.create(
        pupil=pupil,
        finding=finding.value,
        code=told or about.status_code,
        status_day=about.status_day,
        source=about.status_source,
        against_siak=int(against),
        reason=reason.strip(),
        officer=tx.officer,
        coordinator=approved,
        at=tx.now(),
    )
    to = LEADS_TO[finding]
    remember(tx, row, "pupil.checked", after=to, check=check.id)
    move_row(tx, row, to, "pupil.checked", finding=finding.value, against_siak=against, reason=reason.strip())
    if told is not None and (silent or against) and told != about.status_code:
        Person.update(status_code=told, status_day=tx.today(), status_source="hand").where(
            Person.id == row.person_id
        ).execute()
        tx.note("person.status", row.person_id, old=about.status_code, new=told, day=tx.today().isoformat())
    return Outcome(check.id, to, against)


def office_decides(tx: Transaction, pupil: uuid.UUID, decision: OfficeDecision, letter: str, reason: str) -> PupilState:
    """Enter the office's decision about a pupil who waits for it; only a coordinator, with the letter's number.

    RECORD_AGAIN is the one way by which somebody recorded before may come to step 6, and step 3 is done again first.
    """
    tx.require(OfficerRole.COORDINATOR)
    if not letter.strip() or not reason.strip():
        raise ReasonNeededError
    row = pupil_row(pupil)
    to = {
        OfficeDecision.RECORD_AGAIN: PupilState.CHECK,
        OfficeDecision.CHECK_AGAIN: PupilState.CHECK,
        OfficeDecision.PRINT: PupilState.CARD,
        OfficeDecision.HAS_CARD: PupilState.HAS_CARD,
    }[decision]
    move_row(tx, row, to, "pupil.office_decided", decision=decision.value, letter=letter.strip(), reason=reason.strip())
    if decision is OfficeDecision.RECORD_AGAIN:
        change(row, office_letter=letter.strip())
    forget(pupil)
    return to


def recorded_before(tx: Transaction, person: uuid.UUID, visit: uuid.UUID) -> RecordedBefore | None:
    """Return where this store knows the person as recorded, on any visit, or None."""
    del tx
    found = (
        Pupil.select(School.name, Visit.day, Visit.id)
        .join(Visit)
        .join(School)
        .where((Pupil.person == person) & (Pupil.recorded == 1))
        .order_by(Visit.day.desc())
        .tuples()
        .first()
    )
    return None if found is None else RecordedBefore(found[0], found[1], found[2] == visit)


def lookalikes(tx: Transaction, about: PupilDetail, limit: int = 5) -> tuple[Lookalike, ...]:
    """Return who on the same list could be taken for this pupil; nobody is looked for when nobody was flagged."""
    del tx
    if not (about.same_name or about.twin):
        return ()
    called, mother = name_key(about.name), name_key(about.mother or "")
    flagged = (Pupil.same_name == 1) | (Pupil.twin == 1)
    rows = Pupil.select(Pupil, Person).join(Person).where((Pupil.visit == about.visit) & flagged)
    found: list[Lookalike] = []
    for row in rows.order_by(Pupil.number):
        person = row.person
        same = name_key(person.name) == called
        twin = person.birth_date == about.birth_date and bool(mother) and name_key(person.mother or "") == mother
        if row.id != about.pupil and (same or twin):
            found.append(Lookalike(row.id, person.name, row.class_name, person.birth_date, person.mother, same, twin))
    return tuple(found[:limit])


def history_of(tx: Transaction, pupil: uuid.UUID) -> tuple[Finding, ...]:
    """Return the findings that stand for a pupil, oldest first; undone ones are left out."""
    del tx
    rows = StatusCheck.select(StatusCheck.finding).where((StatusCheck.pupil == pupil) & StatusCheck.undone_at.is_null())
    return tuple(Finding(row.finding) for row in rows.order_by(StatusCheck.at, StatusCheck.id))


def approval(tx: Transaction, coordinator: uuid.UUID | None, reason: str) -> uuid.UUID | None:
    """Return the coordinator who answers for an exception: the officer himself, or the one named.

    Raises ReasonNeededError without a reason, NotAllowedError when neither is a coordinator.
    """
    if not reason.strip():
        raise ReasonNeededError
    if OfficerRole.COORDINATOR in tx.roles:
        return tx.officer
    named: Any = None if coordinator is None else Officer.get_or_none(Officer.id == coordinator)
    if named is None or not named.active or OfficerRole.COORDINATOR.value not in named.roles.split(","):
        raise NotAllowedError(frozenset({OfficerRole.COORDINATOR}))
    return named.id
