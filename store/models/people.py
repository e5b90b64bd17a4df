"""Schools, visits, people and pupils: who is recorded where and when, and where each pupil stands in the procedure."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from typing import Any

import peewee
from peewee import Check, ForeignKeyField, IntegerField, TextField

from store.models.table import DayField, EnumField, KeyField, MomentField, Table
from store.progress import Presence, PupilState, Sex, VisitState
from store.rules import Stage, codes_of


class School(Table):
    """A school or pesantren; NPSN is optional because pesantren have none."""

    name: Any = TextField(constraints=[Check("length(name) BETWEEN 1 AND 120")])
    npsn: Any = TextField(null=True, unique=True, constraints=[Check("npsn IS NULL OR length(npsn) = 8")])
    address: Any = TextField(default="")
    district: Any = TextField(default="")
    regency_code: Any = TextField(default="6311")
    contact: Any = TextField(default="")
    phone: Any = TextField(default="")
    mapping: Any = TextField(default="{}")  # JSON: field of a list -> the header this school uses for it


class Visit(Table):
    """One visit to one school; steps 1 and 2 are done once for it."""

    school: Any = ForeignKeyField(School, on_delete="RESTRICT", index=True)
    ordinal: Any = IntegerField(unique=True)  # of this laptop only, from 1: makes the row numbers of the search
    state: Any = EnumField(VisitState, default=VisitState.DRAFT)
    day: Any = DayField(index=True)
    fallback_day: Any = DayField(null=True)
    start: Any = TextField(default="08.00")
    place: Any = TextField(default="")
    vehicle: Any = TextField(default="")
    recording_officers: Any = TextField(default="")
    printing_officers: Any = TextField(default="")
    coordinator: Any = TextField(default="")
    legal_basis: Any = TextField(default="law")  # "law" or "consent"
    print_where: Any = TextField(default="office")  # "office" or "school"
    desks: Any = IntegerField(default=1)
    minutes_per_pupil: Any = peewee.FloatField(default=4.0, constraints=[Check("minutes_per_pupil > 0")])
    schedule_version: Any = IntegerField(default=0)
    ready_at: Any = MomentField(null=True)  # step 2 finished
    created_at: Any = MomentField()


class ScheduleVersion(Table):
    """A schedule as it was agreed with the school; a later change makes a new version and keeps this one."""

    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=False)
    version: Any = IntegerField(constraints=[Check("version > 0")])
    pupils: Any = IntegerField()
    slots: Any = TextField()  # JSON: what `store.schedule.Slot` holds
    officer: Any = KeyField(null=True)
    fixed_at: Any = MomentField()

    class Meta:
        indexes = ((("visit", "version"), True),)


class Person(Table):
    """A person once, whatever lists she stands on; NIK is her only outside key, and may be missing."""

    nik: Any = TextField(null=True, unique=True, constraints=[Check("nik IS NULL OR length(nik) = 16")])
    name: Any = TextField(index=True, constraints=[Check("length(name) BETWEEN 1 AND 120")])
    sex: Any = EnumField(Sex, null=True)
    birth_place: Any = TextField(null=True)
    birth_date: Any = DayField(index=True)
    mother: Any = TextField(null=True)
    father: Any = TextField(null=True)
    kk: Any = TextField(null=True)
    nisn: Any = TextField(null=True)
    religion: Any = TextField(null=True)
    address: Any = TextField(null=True)
    rt: Any = TextField(null=True)
    rw: Any = TextField(null=True)
    village: Any = TextField(null=True)
    district: Any = TextField(null=True)
    birth_certificate: Any = TextField(null=True)
    birth_order: Any = TextField(null=True)
    citizenship: Any = TextField(null=True)
    marital_status: Any = TextField(null=True)
    blood_type: Any = TextField(null=True)
    occupation: Any = TextField(null=True)
    # The centre's word, as far as known here: raw code, the day it was read, and where from.
    status_code: Any = TextField(null=True)
    status_day: Any = DayField(null=True)
    status_source: Any = TextField(null=True)


class Pupil(Table):
    """One person on one visit's list; `queue_key` orders the queue without OFFSET (see `store.progress.queue_key`)."""

    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=False)
    person: Any = ForeignKeyField(Person, on_delete="RESTRICT", index=True)
    number: Any = IntegerField(constraints=[Check("number BETWEEN 1 AND 9999999")])  # on the list, from 1
    class_name: Any = TextField(default="")
    state: Any = EnumField(PupilState)
    presence: Any = EnumField(Presence, null=True)
    put_off: Any = IntegerField(default=0)
    called: Any = MomentField(null=True)  # called out of turn; cleared when she leaves the waiting ones
    queue_key: Any = TextField()
    papers_kk: Any = IntegerField(default=0)
    papers_certificate: Any = IntegerField(default=0)
    same_name: Any = IntegerField(default=0)  # somebody else on the list shares the name
    twin: Any = IntegerField(default=0)  # somebody on the list shares birth day and mother
    same_name_checked: Any = IntegerField(default=0)
    incomplete: Any = IntegerField(default=0)  # NIK or another needed value is missing: "data kurang"
    recorded: Any = IntegerField(default=0)  # sealed in step 6 of this visit
    office_letter: Any = TextField(null=True)  # the office's decision that she may be recorded all the same
    added_reason: Any = TextField(null=True)  # added by hand at school, and why
    source: Any = TextField(default="")  # file and row, or "hand"

    class Meta:
        indexes = (
            (("visit", "person"), True),
            (("visit", "number"), True),
            (("visit", "queue_key"), False),
            (("visit", "state", "queue_key"), False),
            (("visit", "class_name", "state", "queue_key"), False),
        )


class Tally(Table):
    """How many pupils of a visit's class stand where: kept by triggers, so that no list is ever counted."""

    id: Any = None
    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=False)
    class_name: Any = TextField()
    state: Any = TextField()
    pupils: Any = IntegerField(default=0, constraints=[Check("pupils >= 0")])
    absent: Any = IntegerField(default=0)
    incomplete: Any = IntegerField(default=0)
    put_off: Any = IntegerField(default=0)
    recorded: Any = IntegerField(default=0)

    class Meta:
        primary_key = peewee.CompositeKey("visit", "class_name", "state")
        without_rowid = True


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


_RECORDED_CODES = _quoted(
    codes_of(Stage.WAITING, Stage.FAILED, Stage.DUPLICATE, Stage.PRINT_READY, Stage.PRINTING, Stage.HAS_CARD)
)

_FLAGS = "{row}.presence IS 'absent', {row}.incomplete, {row}.put_off > 0, {row}.recorded"
_COUNT_IN = (
    "INSERT INTO tally (visit_id, class_name, state, pupils, absent, incomplete, put_off, recorded) "
    f"VALUES (new.visit_id, new.class_name, new.state, 1, {_FLAGS.format(row='new')}) "
    "ON CONFLICT (visit_id, class_name, state) DO UPDATE SET pupils = pupils + 1, absent = absent + excluded.absent, "
    "incomplete = incomplete + excluded.incomplete, put_off = put_off + excluded.put_off, "
    "recorded = recorded + excluded.recorded;"
)
_COUNT_OUT = (
    "UPDATE tally SET pupils = pupils - 1, absent = absent - (old.presence IS 'absent'), "
    "incomplete = incomplete - old.incomplete, put_off = put_off - (old.put_off > 0), "
    "recorded = recorded - old.recorded "
    "WHERE visit_id = old.visit_id AND class_name = old.class_name AND state = old.state;"
)

# A search row's number holds visit and place on the list, so that a visit is a range of numbers and rows come in list
# order. Digits are searched by the whole NIK and by its last four; an apostrophe may be typed or left out.
SEARCH_SPAN = 10_000_000
_ROW = f"(SELECT ordinal FROM visit WHERE id = {{pupil}}.visit_id) * {SEARCH_SPAN} + {{pupil}}.number"
_WORDS = (
    "{person}.name || CASE WHEN instr({person}.name, '''') THEN ' ' || replace({person}.name, '''', '') ELSE '' END"
    " || CASE WHEN {person}.nik IS NULL THEN '' ELSE ' ' || {person}.nik || ' ' || substr({person}.nik, -4) END"
)
_ONCE_IN_A_LIFE = (
    "SELECT RAISE(ABORT, 'recorded before') WHERE new.office_letter IS NULL AND ("
    f"EXISTS (SELECT 1 FROM person WHERE id = new.person_id AND status_code IN ({_RECORDED_CODES}))"
    " OR EXISTS (SELECT 1 FROM pupil WHERE person_id = new.person_id AND recorded = 1));"
)

TRIGGERS = (
    "CREATE VIRTUAL TABLE pupil_search USING fts5(words, content='', contentless_delete=1, detail=none, "
    "prefix='1 2 3 4 5 6 7 8', tokenize=\"unicode61 remove_diacritics 2\")",
    f"CREATE TRIGGER pupil_counted_in AFTER INSERT ON pupil BEGIN {_COUNT_IN} END",
    f"CREATE TRIGGER pupil_counted_out AFTER DELETE ON pupil BEGIN {_COUNT_OUT} END",
    "CREATE TRIGGER pupil_counted_on AFTER UPDATE OF visit_id, class_name, state, presence, incomplete, put_off, "
    f"recorded ON pupil BEGIN {_COUNT_OUT} {_COUNT_IN} END",
    "CREATE TRIGGER pupil_found AFTER INSERT ON pupil BEGIN INSERT INTO pupil_search (rowid, words) "
    f"SELECT {_ROW.format(pupil='new')}, {_WORDS.format(person='person')} FROM person WHERE id = new.person_id; END",
    "CREATE TRIGGER pupil_lost AFTER DELETE ON pupil BEGIN "
    f"DELETE FROM pupil_search WHERE rowid = {_ROW.format(pupil='old')}; END",
    "CREATE TRIGGER pupil_moved AFTER UPDATE OF visit_id, number, person_id ON pupil BEGIN "
    f"DELETE FROM pupil_search WHERE rowid = {_ROW.format(pupil='old')}; "
    f"INSERT INTO pupil_search (rowid, words) SELECT {_ROW.format(pupil='new')}, {_WORDS.format(person='person')} "
    "FROM person WHERE id = new.person_id; END",
    "CREATE TRIGGER person_renamed AFTER UPDATE OF name, nik ON person WHEN old.name IS NOT new.name "
    "OR old.nik IS NOT new.nik BEGIN "
    f"UPDATE pupil_search SET words = {_WORDS.format(person='new')} WHERE rowid IN "
    f"(SELECT {_ROW.format(pupil='pupil')} FROM pupil WHERE person_id = new.id); END",
    "CREATE TRIGGER pupil_recorded_once BEFORE UPDATE OF state ON pupil "
    f"WHEN new.state = 'record' AND old.state <> 'record' BEGIN {_ONCE_IN_A_LIFE} END",
    f"CREATE TRIGGER pupil_listed_once BEFORE INSERT ON pupil WHEN new.state = 'record' BEGIN {_ONCE_IN_A_LIFE} END",
    "CREATE INDEX visit_open ON visit (day, ordinal) WHERE state <> 'closed'",
    "CREATE INDEX pupil_incomplete ON pupil (visit_id, queue_key) WHERE incomplete = 1",
    "CREATE INDEX pupil_absent ON pupil (visit_id, queue_key) WHERE presence = 'absent'",
)
