"""The lanes of step 7: the card gate's answer kept as a lane and a day, worked out again for whom something changed.

Triggers say whose answer may be another now; that is settled before anything of the queue is read.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from peewee import JOIN

from store.models.cards import Card, CardState, Lane, QueueEntry, StalePupil
from store.models.people import Person, Pupil, School, Visit
from store.models.recording import Recording
from store.progress import PupilState, class_key
from store.rules import CARD_AGE, CardGate, Hold, LeapBirthday, birthday, card_gate, is_or_was_married
from store.sections import RecordingStage
from store.transaction import Transaction

_CHUNK = 500
SEALED: Any = (Recording.person == Person.id) & (Recording.stage == RecordingStage.SEALED)
"""The recording that a card can be printed from."""


def settle(tx: Transaction) -> None:
    """Work out again whose place in the queue may have changed; nothing to do is one look into an empty table."""
    waiting: Any = StalePupil.select(StalePupil.pupil).limit(_CHUNK)
    while stale := [row.pupil_id for row in waiting.clone()]:
        places = _places(tx, stale)
        if places:
            columns = (QueueEntry.lane, QueueEntry.due_day, QueueEntry.place)
            QueueEntry.insert_many(places).on_conflict(conflict_target=[QueueEntry.pupil], preserve=columns).execute()
        staying = {place["pupil"] for place in places}
        QueueEntry.delete().where(QueueEntry.pupil.in_([one for one in stale if one not in staying])).execute()
        StalePupil.delete().where(StalePupil.pupil.in_(stale)).execute()


def _places(tx: Transaction, pupils: list[uuid.UUID]) -> list[dict[str, Any]]:
    """Return the queue's rows for those of them who are at step 7."""
    leap = leap_rule(tx)
    rows: Any = (
        Pupil.select(
            Pupil.id,
            Pupil.person,
            Pupil.visit,
            School.id,
            School.name,
            Pupil.class_name,
            Pupil.number,
            Person.birth_date,
            Person.status_code,
            Person.marital_status,
            QueueEntry.held,
            Card.id,
            Recording.id,
        )
        .join(Person)
        .join(Card, JOIN.LEFT_OUTER, on=((Card.person == Person.id) & (Card.state == CardState.VALID)))
        .switch(Person)
        .join(Recording, JOIN.LEFT_OUTER, on=SEALED)
        .switch(Pupil)
        .join(Visit)
        .join(School)
        .switch(Pupil)
        .join(QueueEntry, JOIN.LEFT_OUTER, on=(QueueEntry.pupil == Pupil.id))
        .where(Pupil.id.in_(pupils) & (Pupil.state == PupilState.CARD))
        .tuples()
    )
    places: list[dict[str, Any]] = []
    for pupil, person, visit, school, name, class_name, number, born, status, marital, held_for, card, sealed in rows:
        married = is_or_was_married(marital)
        answer = card_gate(
            born,
            date.max,
            status,
            married=married,
            printed=card is not None,
            recorded_here=sealed is not None,
            leap=leap,
        )
        places.append(
            {
                "pupil": pupil,
                "person": person,
                "visit": visit,
                "school": school,
                "lane": Lane.OFFICE if held_for else _lane(answer),
                "due_day": born if married else birthday(born, CARD_AGE, leap),
                "place": f"{name}\x1f{class_key(class_name)}\x1f{number:07d}",
            }
        )
    return places


def _lane(answer: CardGate) -> Lane:
    """Sort the gate's holds, her age left out, into the lane that says who can lift them."""
    if answer.open:
        return Lane.DUE
    return Lane.CENTRE if set(answer.holds) <= {Hold.NO_PRR, Hold.NOT_RECORDED} else Lane.OFFICE


def leap_rule(tx: Transaction) -> LeapBirthday:
    """Return on which day the office lets somebody born on 29 February turn 17."""
    return LeapBirthday(str(tx.setting("age.leap_birthday")))
