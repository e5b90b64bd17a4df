"""Equipment of a visit, recordings with their attempts and exceptions, and how long each step took."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

import enum
from typing import Any

from peewee import SQL, BlobField, Check, FloatField, ForeignKeyField, IntegerField, TextField

from store.models.people import Person, Pupil, Visit
from store.models.table import EnumField, KeyField, MomentField, Table
from store.procedure import EquipmentKind
from store.sections import BestReason, ExceptionReason, Part, RecordingStage, Section


class Readiness(enum.Enum):
    """How a line of the equipment list stands."""

    TICKED = "ticked"
    TESTED = "tested"
    FAILED = "failed"
    LOST = "lost"  # tested, and pulled out since
    COUNTED = "counted"
    CLOTHS = "cloths"
    WAIVED = "waived"


class WaiveReason(enum.Enum):
    """Why a visit goes on without a line of the list."""

    REPORTED_BROKEN = "reported_broken"
    OTHER_TEAM = "other_team"
    NO_CONNECTION = "no_connection"
    LEFT_AT_OFFICE = "left_at_office"
    NO_POWER = "no_power"
    OTHER = "other"


class EquipmentLine(Table):
    """One line of the equipment list of one visit; no row means nobody has looked yet."""

    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=False)
    kind: Any = EnumField(EquipmentKind)
    readiness: Any = EnumField(Readiness)
    detail: Any = TextField(default="", constraints=[Check("length(detail) <= 200")])
    red_cloth: Any = IntegerField(default=0)
    blue_cloth: Any = IntegerField(default=0)
    waive_reason: Any = EnumField(WaiveReason, null=True)
    at: Any = MomentField()
    officer: Any = KeyField(null=True)

    class Meta:
        indexes = ((("visit", "kind"), True),)


class Recording(Table):
    """The one recording of a person's life."""

    person: Any = ForeignKeyField(Person, on_delete="RESTRICT", index=True)
    pupil: Any = ForeignKeyField(Pupil, on_delete="RESTRICT", index=True)
    stage: Any = EnumField(RecordingStage, default=RecordingStage.OPEN)
    opened_at: Any = MomentField()
    opened_by: Any = KeyField(null=True)
    confirmed_at: Any = MomentField(null=True)
    basis: Any = TextField(default="law")
    guardian: Any = TextField(null=True)
    sealed_at: Any = MomentField(null=True)
    sealed_by: Any = KeyField(null=True)
    proof: Any = IntegerField(null=True, unique=True)
    wrong_reason: Any = TextField(null=True)
    decision: Any = TextField(null=True)


# Once in a lifetime: whatever is not declared void by the office stands in the way of a second one.
Recording.add_index(
    SQL("CREATE UNIQUE INDEX IF NOT EXISTS one_recording_a_person ON recording (person_id) WHERE stage <> 'void'")
)
# Those that are open are few and looked for at every login; those that are sealed may be a million.
Recording.add_index(SQL("CREATE INDEX IF NOT EXISTS recording_open ON recording (pupil_id) WHERE stage = 'open'"))


class RecordingSection(Table):
    """One section of a recording: the round that counts, what was kept or accepted, and an unfinished signature."""

    recording: Any = ForeignKeyField(Recording, on_delete="RESTRICT", index=False)
    section: Any = EnumField(Section)
    round: Any = IntegerField(default=1)
    kept: Any = IntegerField(null=True)
    best_reason: Any = EnumField(BestReason, null=True)
    best_note: Any = TextField(default="")
    unfinished: Any = BlobField(null=True, constraints=[Check("unfinished IS NULL OR section = 'signature'")])

    class Meta:
        indexes = ((("recording", "section"), True),)


class Attempt(Table):
    """One attempt at a section; `sealed` opens with the office's key, `draft` stays until the seal."""

    recording: Any = ForeignKeyField(Recording, on_delete="RESTRICT", index=False)
    section: Any = EnumField(Section)
    number: Any = IntegerField(constraints=[Check("number >= 1")])
    round: Any = IntegerField(constraints=[Check("round >= 1")])
    at: Any = MomentField()
    officer: Any = KeyField(null=True)
    device: Any = TextField(default="")
    sha256: Any = TextField(constraints=[Check("length(sha256) = 64")])
    sealed: Any = BlobField(constraints=[Check("length(sealed) > 0")])
    draft: Any = BlobField(
        null=True,
        constraints=[Check("draft IS NULL OR section IN ('portrait', 'signature')", name="no_plain_biometrics")],
    )

    class Meta:
        indexes = ((("recording", "section", "number"), True),)


class AttemptScore(Table):
    """The score of one part in one attempt."""

    attempt: Any = ForeignKeyField(Attempt, on_delete="RESTRICT", index=False)
    part: Any = EnumField(Part)
    score: Any = FloatField(null=True, constraints=[Check("score IS NULL OR score BETWEEN 0 AND 100")])

    class Meta:
        indexes = ((("attempt", "part"), True),)


class CaptureException(Table):
    """One part of a body that is excepted in a recording."""

    recording: Any = ForeignKeyField(Recording, on_delete="RESTRICT", index=False)
    part: Any = EnumField(Part)
    reason: Any = EnumField(ExceptionReason)
    note: Any = TextField(default="", constraints=[Check("length(note) <= 500")])
    permanent: Any = IntegerField(default=0, constraints=[Check("permanent IN (0, 1)")])
    at: Any = MomentField()
    officer: Any = KeyField(null=True)

    class Meta:
        indexes = ((("recording", "part"), True),)


class HandsPhoto(Table):
    """One photograph of the hands; `sealed` opens with the office's key alone, as fingers do."""

    recording: Any = ForeignKeyField(Recording, on_delete="RESTRICT", index=True)
    at: Any = MomentField()
    officer: Any = KeyField(null=True)
    device: Any = TextField(default="")
    sha256: Any = TextField(constraints=[Check("length(sha256) = 64")])
    sealed: Any = BlobField(constraints=[Check("length(sealed) > 0")])


class StepRun(Table):
    """One step done for one pupil or one visit: how long it was open in all, over every time it was left and opened."""

    step: Any = IntegerField(constraints=[Check("step BETWEEN 1 AND 8")])
    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=False)
    pupil: Any = ForeignKeyField(Pupil, on_delete="RESTRICT", null=True, index=True)
    officer: Any = KeyField(null=True)
    started_at: Any = MomentField()
    leg_started: Any = FloatField(null=True)  # monotonic seconds; NULL while nobody has it open
    leg_boot: Any = TextField(default="")  # monotonic seconds mean nothing after a restart of the machine
    seconds: Any = FloatField(default=0.0, constraints=[Check("seconds >= 0")])
    ended_at: Any = MomentField(null=True)

    class Meta:
        indexes = ((("visit", "step", "ended_at"), False),)


StepRun.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS one_open_run ON step_run (visit_id, step, coalesce(pupil_id, x''))"
        " WHERE ended_at IS NULL"
    )
)


class StepTally(Table):
    """The sums of a visit's finished runs, so that the board costs the same whatever the school's size."""

    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=False)
    step: Any = IntegerField()
    runs: Any = IntegerField(default=0)
    seconds: Any = FloatField(default=0.0)
    over: Any = IntegerField(default=0)

    class Meta:
        indexes = ((("visit", "step"), True),)


def _frozen(table: str, column: str, *may: str) -> tuple[str, ...]:
    """Return triggers that refuse any change to a recording's rows once it is no longer open, but for what `may`."""
    closed = "(SELECT stage FROM recording WHERE id = {row}.recording_id) <> 'open'"
    but = "".join(f" AND NOT ({one})" for one in may)
    create = "CREATE TRIGGER IF NOT EXISTS"
    verbs = (("INSERT", "NEW", ""), ("UPDATE", "OLD", but), ("DELETE", "OLD", ""))
    return (
        *(
            f"{create} {table}_{verb.lower()}_sealed BEFORE {verb} ON {table} WHEN {closed.format(row=row)}{besides}"
            " BEGIN SELECT RAISE(ABORT, 'the recording is sealed'); END"
            for verb, row, besides in verbs
        ),
        f"{create} {table}_moved BEFORE UPDATE OF {column} ON {table} WHEN NEW.{column} IS NOT OLD.{column}{but}"
        " BEGIN SELECT RAISE(ABORT, 'what was captured stays as it was'); END",
    )


def _removed(*columns: str) -> str:
    """Return the condition of a capture being removed, and nothing else of its row: the office has it."""
    same = "".join(f" AND NEW.{column} IS OLD.{column}" for column in columns)
    return (
        f"NEW.sealed = x'{REMOVED.hex()}'{same} AND EXISTS (SELECT 1 FROM bundled_recording AS left_in JOIN bundle"
        " ON bundle.number = left_in.bundle_id WHERE left_in.recording_id = OLD.recording_id"
        " AND bundle.arrived_at IS NOT NULL)"
    )


REMOVED = b"\0"
"""What stands in the place of a capture that is no longer here: the tables hold no empty one."""
_COLUMNS = ("id", "recording_id", "at", "officer", "device", "sha256")
HANDS_TRIGGERS: tuple[str, ...] = (
    *_frozen("hands_photo", "sealed", _removed(*_COLUMNS)),
    "CREATE TRIGGER IF NOT EXISTS hands_photo_kept BEFORE DELETE ON hands_photo"
    " BEGIN SELECT RAISE(ABORT, 'photographs stay in the record'); END",
)
ATTEMPT_TRIGGERS = _frozen(
    "attempt",
    "sealed",
    _removed(*_COLUMNS, "section", "number", "round", "draft") + " AND OLD.section NOT IN ('portrait', 'signature')",
)
TRIGGERS: tuple[str, ...] = (
    *HANDS_TRIGGERS,
    *ATTEMPT_TRIGGERS,
    *_frozen("capture_exception", "recording_id"),
    *_frozen("recording_section", "recording_id"),
    "CREATE TRIGGER attempt_kept BEFORE DELETE ON attempt"
    " BEGIN SELECT RAISE(ABORT, 'attempts stay in the record'); END",
    "CREATE TRIGGER recording_kept BEFORE DELETE ON recording"
    " BEGIN SELECT RAISE(ABORT, 'a recording is once in a lifetime'); END",
    "CREATE TRIGGER recording_sealed BEFORE UPDATE ON recording"
    " WHEN OLD.stage <> 'open' AND (NEW.person_id IS NOT OLD.person_id OR NEW.pupil_id IS NOT OLD.pupil_id"
    " OR NEW.sealed_at IS NOT OLD.sealed_at OR NEW.sealed_by IS NOT OLD.sealed_by OR NEW.proof IS NOT OLD.proof"
    " OR NEW.confirmed_at IS NOT OLD.confirmed_at OR NEW.basis IS NOT OLD.basis OR NEW.guardian IS NOT OLD.guardian"
    " OR (OLD.stage || '>' || NEW.stage) NOT IN ('sealed>wrong', 'wrong>void'))"
    " BEGIN SELECT RAISE(ABORT, 'the recording is sealed'); END",
    "CREATE TRIGGER recording_only_sealed_here BEFORE UPDATE OF stage ON recording"
    " WHEN OLD.stage = 'open' AND NEW.stage NOT IN ('open', 'sealed')"
    " BEGIN SELECT RAISE(ABORT, 'only a sealed recording can be wrong'); END",
)
"""What the schema runs after the tables: a sealed recording changes for nobody, not even for a slip in our own code."""
