"""Answering the laptops: what the office knows that a laptop should, sealed to that laptop alone.

A laptop gets the statuses of the people it recorded, the NIKs of those whom others recorded, the office's settings, and
whose access has ended; never anything of a recording.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import peewee

from store import settings
from store.bundles.answers import RECORDED_ELSEWHERE, Answer
from store.bundles.exchange import sealing_key
from store.bundles.wire import AnswerHeader, write
from store.office import versions
from store.office.office import Office
from store.office.tables import (
    Answered,
    EndedOfficer,
    Event,
    Laptop,
    OfficeRecording,
    OfficeSetting,
    OfficeStatus,
    database,
)
from store.roster.types import RosterPerson
from store.rules import Stage, stage, status_code
from store.sections import RecordingStage
from store.siak_status import Told
from store.transaction import Json

_TOGETHER = 500


class UnknownOfficerError(Exception):
    """No laptop has told of an officer of that name."""


def take_statuses(office: Office, people: Iterable[RosterPerson], day: date) -> int:
    """Keep what a SIAK export says of everybody it names; an older export changes nothing; return how many it named."""
    rows = [
        {"regency": office.keys.regency, "nik": one.nik, "code": code, "day": day.isoformat()}
        for one in people
        if one.nik is not None and (code := status_code(one.status_code or ""))
    ]
    with database.atomic():
        for batch in peewee.chunked(rows, _TOGETHER):
            OfficeStatus.insert_many(batch).on_conflict(
                conflict_target=[OfficeStatus.regency, OfficeStatus.nik],
                update={OfficeStatus.code: peewee.EXCLUDED.code, OfficeStatus.day: peewee.EXCLUDED.day},
                where=(peewee.EXCLUDED.day >= OfficeStatus.day),
            ).execute()
    return len(rows)


def set_for_all(office: Office, name: str, value: Json) -> None:
    """Give every laptop a setting with its next answer; raises UnknownSettingError or BadSettingError."""
    settings.check(name, value)
    row = {"regency": office.keys.regency, "name": name, "value": json.dumps(value)}
    OfficeSetting.insert(row).on_conflict(
        conflict_target=[OfficeSetting.regency, OfficeSetting.name], preserve=[OfficeSetting.value]
    ).execute()


def settings_for_all(office: Office) -> dict[str, Json]:
    """Return the settings that every laptop gets."""
    mine = OfficeSetting.regency == office.keys.regency
    return {row.name: json.loads(row.value) for row in OfficeSetting.select().where(mine).order_by(OfficeSetting.name)}


def end_officer(office: Office, name: str) -> int:
    """End the access of the officer of that name on every laptop; return on how many he is known.

    An officer has a number of his own on each laptop, and all of them are meant. Raises UnknownOfficerError.
    """
    told = (Event.regency == office.keys.regency) & Event.event.in_(("officer.added", "officer.changed"))
    found = {row.subject for row in Event.select().where(told) if json.loads(row.facts).get("name") == name}
    if not found:
        raise UnknownOfficerError(name)
    with database.atomic():
        for officer in sorted(found):
            EndedOfficer.insert(
                regency=office.keys.regency, officer=officer, at=office.now
            ).on_conflict_ignore().execute()
    return len(found)


def answer(office: Office, node: str) -> bytes:
    """Return the answer to a laptop, with a higher number than any before.

    One that was reported lost hears nothing but that: whoever has it is told of no person.
    """
    laptop = Laptop.get((Laptop.regency == office.keys.regency) & (Laptop.node == node))
    said = Answer(number := _next(office, node), revoked=True)
    if laptop.revoked_at is None:
        said = Answer(
            number,
            statuses=tuple(_statuses(office, node)),
            recorded_elsewhere=tuple(_elsewhere(office, node)),
            settings=settings_for_all(office),
            revoked_officers=tuple(_ended(office)),
        )
    header = AnswerHeader(office.keys.regency, node, office.keys.public.fingerprint, number, office.now)
    return write(header, said.parts(), sealing_key(bytes.fromhex(laptop.sign)), office.keys.sign)


def _next(office: Office, node: str) -> int:
    """Count on, and never below the seconds of the day: an office restored from a copy is not thought to be older."""
    mine = (Answered.regency == office.keys.regency) & (Answered.node == node)
    with database.atomic():
        last = Answered.get_or_none(mine)
        number = max(0 if last is None else last.number + 1, int(office.clock.now().timestamp()))
        Answered.insert(regency=office.keys.regency, node=node, number=number).on_conflict(
            conflict_target=[Answered.regency, Answered.node], preserve=[Answered.number]
        ).execute()
    return number


def _statuses(office: Office, node: str) -> Iterator[Told]:
    """Yield what SIAK says of the people whom this laptop recorded."""
    mine = (OfficeRecording.regency == office.keys.regency) & (OfficeRecording.node == node)
    recorded = OfficeRecording.select(OfficeRecording.nik).where(mine & OfficeRecording.nik.is_null(False))
    here = (OfficeStatus.regency == office.keys.regency) & OfficeStatus.nik.in_(recorded)
    for row in OfficeStatus.select().where(here).order_by(OfficeStatus.nik):
        if stage(row.code) is not Stage.NEVER:  # an export of before it was sent on
            yield Told(row.nik, row.code, date.fromisoformat(row.day))


def _elsewhere(office: Office, node: str) -> Iterator[Told]:
    """Yield whom other laptops recorded, with the day that was; not of a recording that no longer counts."""
    no_more = versions.withdrawn(office)
    others: Any = OfficeRecording.select().where(
        (OfficeRecording.regency == office.keys.regency)
        & (OfficeRecording.node != node)
        & OfficeRecording.nik.is_null(False)
    )
    for row in others.order_by(OfficeRecording.nik, OfficeRecording.recording):
        about = json.loads(row.content)["recording"]
        if row.recording in no_more or about.get("stage") != RecordingStage.SEALED.value:
            continue
        sealed = about.get("sealed_at")
        yield Told(row.nik, RECORDED_ELSEWHERE, date.fromisoformat(str(sealed)[:10]))


def _ended(office: Office) -> list[str]:
    mine = EndedOfficer.regency == office.keys.regency
    return [uuid.UUID(row.officer).hex for row in EndedOfficer.select().where(mine).order_by(EndedOfficer.officer)]
