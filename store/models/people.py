"""Schools, visits, people and pupils: who is recorded where and when, and where each pupil stands in the procedure."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

import enum
from typing import Any

import peewee
from peewee import Check, ForeignKeyField, IntegerField, TextField

from store.models.table import DayField, EnumField, MomentField, Table


class PupilState(enum.Enum):
    """Where a pupil stands; the step number that waits for her is in `store.pupils.STEP_OF`."""

    LISTED = "listed"  # on the list but under 16, or kept for another visit
    CHECK = "check"  # waits for step 3
    SIAK = "siak"  # waits for step 4
    UPDATE = "update"  # waits for step 5
    RECORD = "record"  # waits for step 6
    CARD = "card"  # recorded: waits for the centre, for 17, or for the printer (step 7)
    HANDOVER = "handover"  # printed, not yet handed over (step 8)
    DONE = "done"  # card received
    HAS_CARD = "has_card"  # had a card before this visit: nothing to do
    OFFICE = "office"  # needs the office's decision


class Presence(enum.Enum):
    """Whether the pupil is at school on the visit's day."""

    PRESENT = "present"
    ABSENT = "absent"


class VisitState(enum.Enum):
    """How far a visit has come."""

    DRAFT = "draft"  # being planned: no schedule fixed yet
    FIXED = "fixed"  # schedule agreed with the school
    CLOSED = "closed"  # every card handed over or given up


class Sex(enum.Enum):
    """As on the card: L laki-laki, P perempuan."""

    MALE = "L"
    FEMALE = "P"


class School(Table):
    """A school or pesantren; NPSN is optional because pesantren have none."""

    name: Any = TextField(constraints=[Check("length(name) BETWEEN 1 AND 120")])
    npsn: Any = TextField(null=True, unique=True, constraints=[Check("npsn IS NULL OR length(npsn) = 8")])
    address: Any = TextField(default="")
    district: Any = TextField(default="")
    regency_code: Any = TextField(default="6311")
    contact: Any = TextField(default="")
    phone: Any = TextField(default="")


class Visit(Table):
    """One visit to one school; steps 1 and 2 are done once for it."""

    school: Any = ForeignKeyField(School, on_delete="RESTRICT", index=True)
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
    """One person on one visit's list.

    `queue_key` orders the queue without OFFSET: what sinks (done, absent), then who was put off, then class and number.
    """

    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", index=False)
    person: Any = ForeignKeyField(Person, on_delete="RESTRICT", index=True)
    number: Any = IntegerField()  # on the list, from 1
    class_name: Any = TextField(default="")
    state: Any = EnumField(PupilState)
    presence: Any = EnumField(Presence, null=True)
    put_off: Any = IntegerField(default=0)
    queue_key: Any = TextField(default="")
    papers_kk: Any = peewee.IntegerField(default=0)
    papers_certificate: Any = peewee.IntegerField(default=0)
    same_name: Any = IntegerField(default=0)  # others on the list share the name
    twin: Any = IntegerField(default=0)  # somebody on the list shares birth day and mother
    same_name_checked: Any = IntegerField(default=0)
    incomplete: Any = IntegerField(default=0)  # NIK or another needed value is missing: "data kurang"
    added_reason: Any = TextField(null=True)  # added by hand at school, and why
    source: Any = TextField(default="")  # file and row, or "hand"

    class Meta:
        indexes = (
            (("visit", "person"), True),
            (("visit", "number"), True),
            (("visit", "queue_key"), False),
            (("visit", "state", "queue_key"), False),
            (("visit", "class_name", "queue_key"), False),
        )
