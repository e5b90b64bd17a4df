"""Print jobs, cards, the printing queue, handovers and the documents made."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

import enum
from typing import Any

from peewee import SQL, BlobField, Check, CompositeKey, ForeignKeyField, IntegerField, TextField

from store.models.people import Person, Pupil, School, Visit
from store.models.table import DayField, EnumField, KeyField, MomentField, Table


class JobState(enum.Enum):
    """How far one card's job is; only the officer's confirmation by serial makes it PRINTED."""

    SUBMITTING = "submitting"
    SENT = "sent"
    ENGINE_DONE = "engine_done"
    UNKNOWN = "unknown"
    PRINTED = "printed"
    FAILED = "failed"
    SPOILED = "spoiled"


UNRESOLVED = frozenset({JobState.SUBMITTING, JobState.SENT, JobState.ENGINE_DONE, JobState.UNKNOWN})
_UNRESOLVED_SQL = "('submitting', 'sent', 'engine_done', 'unknown')"


class PrintJob(Table):
    """One attempt to print one card; its key is the token that names the job at the printer."""

    person: Any = ForeignKeyField(Person, on_delete="RESTRICT", index=True)
    pupil: Any = ForeignKeyField(Pupil, on_delete="RESTRICT", index=True)
    state: Any = EnumField(JobState)
    put_aside: Any = IntegerField(default=0)
    serial: Any = TextField(null=True)
    printer_job: Any = IntegerField(null=True)
    detail: Any = TextField(default="")
    noted_at: Any = MomentField()
    sent_at: Any = MomentField(null=True)
    done_at: Any = MomentField(null=True)
    unknown_at: Any = MomentField(null=True)
    ended_at: Any = MomentField(null=True)
    officer: Any = KeyField(null=True)


PrintJob.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS one_unresolved_job ON print_job (person_id)"
        f" WHERE state IN {_UNRESOLVED_SQL}"
    )
)
PrintJob.add_index(
    SQL(
        "CREATE INDEX IF NOT EXISTS unresolved_jobs ON print_job (put_aside, noted_at)"
        f" WHERE state IN {_UNRESOLVED_SQL}"
    )
)


class CardState(enum.Enum):
    """Whether a printed card is the person's valid one."""

    VALID = "valid"
    REPLACED = "replaced"  # lost, damaged or wrong: another may be printed


class ReprintReason(enum.Enum):
    """Why a second card is printed for a person."""

    LOST = "lost"
    DAMAGED = "damaged"
    WRONG_DATA = "wrong_data"


class Card(Table):
    """One card that truly exists."""

    person: Any = ForeignKeyField(Person, on_delete="RESTRICT", index=True)
    pupil: Any = ForeignKeyField(Pupil, on_delete="RESTRICT", index=True)
    school: Any = ForeignKeyField(School, on_delete="RESTRICT", index=False)
    job: Any = ForeignKeyField(PrintJob, on_delete="RESTRICT", unique=True)
    serial: Any = TextField(unique=True)
    state: Any = EnumField(CardState, default=CardState.VALID)
    printed_at: Any = MomentField(index=True)
    printed_day: Any = DayField(index=True)
    handed_over_at: Any = MomentField(null=True)
    reprint_reason: Any = EnumField(ReprintReason, null=True)
    reprint_letter: Any = TextField(default="")
    reprint_fate: Any = TextField(default="")
    reprint_officer: Any = KeyField(null=True)


Card.add_index(SQL("CREATE UNIQUE INDEX IF NOT EXISTS one_valid_card ON card (person_id) WHERE state = 'valid'"))
Card.add_index(
    SQL(
        "CREATE INDEX IF NOT EXISTS cards_to_hand_over ON card (school_id) WHERE handed_over_at IS NULL"
        " AND state = 'valid'"
    )
)


class Lane(enum.Enum):
    """What a pupil in step 7 waits for."""

    DUE = "due"  # print-ready: only the day of `due_day` is awaited
    CENTRE = "centre"  # the centre has not said PRINT_READY_RECORD yet
    OFFICE = "office"  # needs the office: duplicate, failure, printed elsewhere, held by hand


class QueueEntry(Table):
    """One pupil in step 7, with what SQL needs to page the queue without computing a birthday."""

    pupil: Any = ForeignKeyField(Pupil, on_delete="CASCADE", unique=True)
    person: Any = ForeignKeyField(Person, on_delete="RESTRICT", index=True)
    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=True)
    school: Any = ForeignKeyField(School, on_delete="RESTRICT", index=False)
    lane: Any = EnumField(Lane)
    due_day: Any = DayField()
    place: Any = TextField()  # school, class and number on the list as one sorting key
    held: Any = TextField(null=True)

    class Meta:
        indexes = (
            (("lane", "due_day", "id"), False),
            (("lane", "place", "id"), False),
            (("school", "lane", "due_day", "id"), False),
            (("school", "lane", "place", "id"), False),
        )


class QueueTally(Table):
    """How many wait in a lane for a day, so that counting the queue costs days, not pupils; kept by triggers."""

    id: Any = None
    lane: Any = EnumField(Lane)
    due_day: Any = DayField()
    pupils: Any = IntegerField(default=0, constraints=[Check("pupils >= 0")])

    class Meta:
        primary_key = CompositeKey("lane", "due_day")
        without_rowid = True


class StalePupil(Table):
    """A pupil whose place in the queue has to be worked out again; written by triggers, emptied by `store.cards`."""

    id: Any = None
    pupil: Any = ForeignKeyField(Pupil, on_delete="CASCADE", primary_key=True)


class HandoverStage(enum.Enum):
    """How far a batch of cards is."""

    OPEN = "open"
    CLOSED = "closed"


class Mark(enum.Enum):
    """What became of a card at the handover."""

    GIVEN = "given"
    ABSENT = "absent"
    RETURNED = "returned"


class PartyRole(enum.Enum):
    """Who signs the minutes: the office first, the school second."""

    OFFICE = "office"
    SCHOOL = "school"


class Handover(Table):
    """One batch of cards given to one school."""

    school: Any = ForeignKeyField(School, on_delete="RESTRICT", index=True)
    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", null=True, index=True)
    ordinal: Any = IntegerField(constraints=[Check("ordinal >= 1")])  # the school's first, second, ... batch
    stage: Any = EnumField(HandoverStage, default=HandoverStage.OPEN)
    opened_at: Any = MomentField()
    opened_by: Any = KeyField(null=True)
    closed_at: Any = MomentField(null=True)
    day: Any = DayField(null=True)
    number: Any = TextField(null=True, unique=True)
    journal_head: Any = TextField(default="")
    office_name: Any = TextField(default="", constraints=[Check("length(office_name) <= 120")])
    office_nip: Any = TextField(default="")
    office_post: Any = TextField(default="")
    office_address: Any = TextField(default="")
    receiver_name: Any = TextField(default="", constraints=[Check("length(receiver_name) <= 120")])
    receiver_nip: Any = TextField(default="")
    receiver_post: Any = TextField(default="")
    receiver_phone: Any = TextField(default="")

    class Meta:
        indexes = ((("school", "ordinal"), True),)


Handover.add_index(
    SQL("CREATE UNIQUE INDEX IF NOT EXISTS one_open_handover ON handover (school_id) WHERE stage = 'open'")
)


class HandoverLine(Table):
    """One card in a batch."""

    handover: Any = ForeignKeyField(Handover, on_delete="RESTRICT", index=False)
    card: Any = ForeignKeyField(Card, on_delete="RESTRICT", index=True)
    mark: Any = EnumField(Mark, null=True)
    reason: Any = TextField(default="", constraints=[Check("length(reason) <= 200")])

    class Meta:
        indexes = ((("handover", "card"), True),)


# A card is given away once.
HandoverLine.add_index(
    SQL("CREATE UNIQUE INDEX IF NOT EXISTS given_once ON handover_line (card_id) WHERE mark = 'given'")
)


class HandoverSignature(Table):
    """A party's signature under one exact list: `list_digest` says which."""

    handover: Any = ForeignKeyField(Handover, on_delete="RESTRICT", index=False)
    party: Any = EnumField(PartyRole)
    image: Any = BlobField(null=True)
    wet_reason: Any = TextField(default="")
    list_digest: Any = TextField()
    at: Any = MomentField()

    class Meta:
        indexes = ((("handover", "party"), True),)
        constraints = (Check("(image IS NULL) <> (wet_reason = '')"),)


class DocumentKind(enum.Enum):
    """The papers that office and school keep."""

    SCHEDULE = "schedule"
    EQUIPMENT = "equipment"
    TO_RECORD = "to_record"
    PROOF = "proof"
    SIAK_UPDATES = "siak_updates"
    PRINT_LIST = "print_list"
    WAITING_LIST = "waiting_list"
    HANDOVER = "handover"
    DESTRUCTION = "destruction"
    SUMMARY = "summary"
    ABSENTEES = "absentees"
    FAULTS = "faults"
    STOCK_CARD = "stock_card"


class DocumentMade(Table):
    """One file that was made, by its digest; a newer one of the same is a new version, never a replacement."""

    kind: Any = EnumField(DocumentKind)
    subject: Any = KeyField()  # the visit, pupil, handover or store it is about
    version: Any = IntegerField(constraints=[Check("version >= 1")])
    number: Any = TextField(default="")
    path: Any = TextField(constraints=[Check("length(path) BETWEEN 1 AND 4096")])
    sha256: Any = TextField(constraints=[Check("length(sha256) = 64")])
    pages: Any = IntegerField(constraints=[Check("pages >= 1")])
    at: Any = MomentField()
    officer: Any = KeyField(null=True)

    class Meta:
        indexes = ((("subject", "kind", "version"), True),)


class Series(Table):
    """The last number given out in a year's register of one kind of document."""

    name: Any = TextField()
    year: Any = IntegerField()
    last: Any = IntegerField(default=0)

    class Meta:
        indexes = ((("name", "year"), True),)


def _append_only(table: str, verbs: tuple[str, ...] = ("UPDATE", "DELETE")) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in verbs
    )


def _tallied(verb: str, row: str, change: str) -> str:
    return (
        f"CREATE TRIGGER queue_tally_{verb.lower().split()[0]}_{row.lower()} AFTER {verb} ON queue_entry BEGIN"
        f" INSERT INTO queue_tally (lane, due_day, pupils) VALUES ({row}.lane, {row}.due_day, 0)"
        f" ON CONFLICT (lane, due_day) DO NOTHING;"
        f" UPDATE queue_tally SET pupils = pupils {change} WHERE lane = {row}.lane AND due_day = {row}.due_day; END"
    )


_STALE = "INSERT INTO stale_pupil (pupil_id) SELECT {which} ON CONFLICT (pupil_id) DO NOTHING"
_MINE = "(SELECT stage FROM handover WHERE id = {row}.handover_id) <> 'open'"

TRIGGERS: tuple[str, ...] = (
    *_append_only("document_made"),
    *_append_only("print_job", ("DELETE",)),
    *_append_only("card", ("DELETE",)),
    *_append_only("handover", ("DELETE",)),
    "CREATE TRIGGER print_job_ended BEFORE UPDATE ON print_job"
    f" WHEN OLD.state NOT IN {_UNRESOLVED_SQL} OR NEW.person_id IS NOT OLD.person_id"
    " BEGIN SELECT RAISE(ABORT, 'this job has ended'); END",
    "CREATE TRIGGER handover_closed BEFORE UPDATE ON handover WHEN OLD.stage = 'closed'"
    " BEGIN SELECT RAISE(ABORT, 'the handover is closed'); END",
    *(
        f"CREATE TRIGGER {table}_{verb.lower()}_closed BEFORE {verb} ON {table} WHEN {_MINE.format(row=row)}"
        " BEGIN SELECT RAISE(ABORT, 'the handover is closed'); END"
        for table in ("handover_line", "handover_signature")
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ),
    # Who enters step 7, leaves it, or has another status there is worked out by one rule, in store.cards: the triggers
    # only say who, whatever part of the store made the change.
    "CREATE TRIGGER pupil_enters_queue AFTER INSERT ON pupil WHEN NEW.state = 'card'"
    f" BEGIN {_STALE.format(which='NEW.id')}; END",
    "CREATE TRIGGER pupil_changes_queue AFTER UPDATE OF state, class_name, number ON pupil"
    " WHEN NEW.state = 'card' OR OLD.state = 'card'"
    f" BEGIN {_STALE.format(which='NEW.id')}; END",
    "CREATE TRIGGER person_changes_queue AFTER UPDATE OF status_code, birth_date, marital_status ON person BEGIN"
    f" {_STALE.format(which='pupil_id FROM queue_entry WHERE person_id = NEW.id')}; END",
    *(
        f"CREATE TRIGGER leap_day_{verb.lower()} AFTER {verb} ON setting WHEN NEW.name = 'age.leap_birthday' BEGIN "
        + _STALE.format(
            which="q.pupil_id FROM queue_entry q JOIN person p ON p.id = q.person_id WHERE p.birth_date LIKE '%-02-29'"
        )
        + "; END"
        for verb in ("INSERT", "UPDATE")
    ),
    _tallied("INSERT", "NEW", "+ 1"),
    _tallied("UPDATE OF lane, due_day", "NEW", "+ 1"),
    _tallied("UPDATE OF lane, due_day", "OLD", "- 1"),
    _tallied("DELETE", "OLD", "- 1"),
)
"""What the schema runs after the tables: what is once, what is kept, and who has to be looked at again."""
