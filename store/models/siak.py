"""What SIAK says and what was decided about it: exports, verdicts of step 3, fields of steps 4 and 5, and undoing."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from typing import Any

from peewee import Check, ForeignKeyField, IntegerField, TextField

from store.models.people import Pupil, School, Visit
from store.models.table import DayField, KeyField, MomentField, Table


class ImportBatch(Table):
    """One file that was taken in; the same file gives the same batch, and changes nothing the second time."""

    kind: Any = TextField(constraints=[Check("kind IN ('roster', 'siak')")])
    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", null=True, index=True)
    school: Any = ForeignKeyField(School, on_delete="RESTRICT", null=True, index=False)
    file_name: Any = TextField()
    sha256: Any = TextField(index=True, constraints=[Check("length(sha256) = 64")])
    sheet: Any = TextField(default="")
    rows: Any = IntegerField(default=0)
    new: Any = IntegerField(default=0)
    changed: Any = IntegerField(default=0)
    same: Any = IntegerField(default=0)
    refused: Any = IntegerField(default=0)
    export_day: Any = DayField(null=True)  # of a SIAK export: the day its data are of
    officer: Any = KeyField(null=True)
    taken_at: Any = MomentField()


class SiakPerson(Table):
    """A person as the newest export that named her says; kept for look-ups, whoever stands on our lists."""

    id: Any = None
    nik: Any = TextField(primary_key=True, constraints=[Check("length(nik) = 16")])
    batch: Any = ForeignKeyField(ImportBatch, on_delete="RESTRICT", index=False)
    day: Any = DayField()
    name: Any = TextField()
    kk: Any = TextField(null=True)
    sex: Any = TextField(null=True)
    birth_place: Any = TextField(null=True)
    birth_date: Any = DayField(null=True)
    mother: Any = TextField(null=True)
    father: Any = TextField(null=True)
    birth_order: Any = TextField(null=True)
    birth_certificate: Any = TextField(null=True)
    citizenship: Any = TextField(null=True)
    religion: Any = TextField(null=True)
    address: Any = TextField(null=True)
    marital_status: Any = TextField(null=True)
    blood_type: Any = TextField(null=True)
    occupation: Any = TextField(null=True)
    living_status: Any = TextField(null=True)
    status_code: Any = TextField(null=True)

    class Meta:
        without_rowid = True
        indexes = ((("birth_date", "name"), False),)  # for a pupil without a NIK


class StatusCheck(Table):
    """One verdict of step 3; an undone one stays, with the moment it was undone."""

    pupil: Any = ForeignKeyField(Pupil, on_delete="RESTRICT", index=True)
    finding: Any = TextField()  # value of store.checks.Finding
    code: Any = TextField(null=True)  # SIAK's code at that moment, or the one the officer typed
    status_day: Any = DayField(null=True)
    source: Any = TextField(null=True)
    against_siak: Any = IntegerField(default=0)
    reason: Any = TextField(default="")
    officer: Any = KeyField(null=True)
    coordinator: Any = KeyField(null=True)  # who approved a verdict against SIAK
    at: Any = MomentField()
    undone_at: Any = MomentField(null=True)


class SiakField(Table):
    """One of the nine fields of step 4, and what step 5 made of it."""

    pupil: Any = ForeignKeyField(Pupil, on_delete="RESTRICT", index=False)
    field: Any = TextField()  # value of store.siak_check.Field
    siak_value: Any = TextField(default="")
    siak_source: Any = TextField(default="export")  # or "typed": read from SIAK's own screen
    certificate_value: Any = TextField(null=True)  # None: not compared yet
    result: Any = TextField(null=True, constraints=[Check("result IN ('same', 'look', 'differs')")])
    decision: Any = TextField(null=True, constraints=[Check("decision IN ('certificate', 'siak', 'postpone')")])
    reason: Any = TextField(default="")
    officer: Any = KeyField(null=True)
    at: Any = MomentField()
    seen_in_siak_at: Any = MomentField(null=True)

    class Meta:
        indexes = ((("pupil", "field"), True),)


class SiakUpdate(Table):
    """The confirmation of step 5, or the leave to record first."""

    pupil: Any = ForeignKeyField(Pupil, on_delete="RESTRICT", unique=True)
    number: Any = IntegerField()  # of the line on the visit's F-1.06 list, from 1
    day: Any = DayField(null=True)
    officer_name: Any = TextField(default="")
    reference: Any = TextField(default="")
    recorded_first_reason: Any = TextField(default="")
    done_at: Any = MomentField(null=True)
    officer: Any = KeyField(null=True)


class UndoStep(Table):
    """What a pupil's last tick, mark or verdict replaced: one level, for `Z`."""

    id: Any = None
    pupil: Any = ForeignKeyField(Pupil, primary_key=True, on_delete="CASCADE")
    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=False)
    officer: Any = KeyField(null=True)
    event: Any = TextField()
    before: Any = TextField()  # JSON: the pupil's columns as they were
    after_state: Any = TextField()  # undone only while the pupil still stands there
    check_made: Any = KeyField(null=True)  # the StatusCheck that goes with it
    at: Any = MomentField()

    class Meta:
        indexes = ((("visit", "officer", "at"), False),)
