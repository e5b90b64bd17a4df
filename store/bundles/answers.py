"""What the office answers: statuses, who was recorded elsewhere, its settings, and whose access has ended.

An answer is signed by the office and sealed to one laptop; an older one than that taken before changes nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from store import access, settings, siak_status
from store.bundles.exchange import opening_key
from store.bundles.joining import Joined
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import Part
from store.bundles.wire import AnswerHeader, parts_of, read
from store.journal import canonical
from store.models.core import Fact
from store.nik import LENGTH
from store.siak_status import Told
from store.transaction import Json, Transaction

SUFFIX = ".answer"
_NUMBER = "exchange.answer"
_STATUS, _RECORDED, _SETTING, _OFFICER, _LAPTOP = b"S", b"B", b"T", b"O", b"X"
RECORDED_ELSEWHERE = "BIO_CAPTURED"
"""The status of somebody whom another laptop recorded, until SIAK says more."""


@dataclass(frozen=True, repr=False)
class Answer:
    """What an office has to say to one laptop."""

    number: int
    statuses: tuple[Told, ...] = ()
    recorded_elsewhere: tuple[Told, ...] = ()
    settings: dict[str, Json] = field(default_factory=dict)
    revoked_officers: tuple[str, ...] = ()
    revoked: bool = False

    def parts(self) -> Iterator[Part]:
        """Spell it for the way."""
        for kind, rows in ((_STATUS, self.statuses), (_RECORDED, self.recorded_elsewhere)):
            for told in rows:
                yield Part(kind, canonical([told.nik, told.code, told.day.isoformat()]).encode())
        for name, value in self.settings.items():
            yield Part(_SETTING, canonical([name, value]).encode())
        for officer in self.revoked_officers:
            yield Part(_OFFICER, officer.encode())
        if self.revoked:
            yield Part(_LAPTOP, b"")

    @classmethod
    def of(cls, number: int, parts: Iterator[Part]) -> Self:
        """Read it back; raises BundleError (DAMAGED). What a later office says besides is passed over."""
        told: dict[bytes, list[Told]] = {_STATUS: [], _RECORDED: []}
        values: dict[str, Json] = {}
        officers: list[str] = []
        revoked = False
        try:
            for part in parts:
                if part.kind in told:
                    told[part.kind].append(_told(json.loads(part.content)))
                elif part.kind == _SETTING:
                    name, value = json.loads(part.content)
                    values[str(name)] = value
                elif part.kind == _OFFICER:
                    officers.append(uuid.UUID(part.content.decode()).hex)
                elif part.kind == _LAPTOP:
                    revoked = True
        except (ValueError, TypeError, RecursionError) as error:
            raise BundleError(BundleProblem.DAMAGED, "answer") from error
        return cls(number, tuple(told[_STATUS]), tuple(told[_RECORDED]), values, tuple(officers), revoked)


@dataclass(frozen=True)
class Answered:
    """What an answer changed here: statuses, pupils who go back to step 3, settings; and whether access has ended."""

    statuses: int = 0
    pulled_back: int = 0
    settings: int = 0
    revoked: bool = False


def take(tx: Transaction, joined: Joined, content: bytes) -> Answered | None:
    """Take an answer in, None where a later one was taken before; raises BundleError with nothing changed."""
    sealed = read(content, AnswerHeader)
    header, laptop = sealed.header, joined.laptop
    if (header.regency, header.node, header.office) != (laptop.regency, laptop.node, joined.office.fingerprint):
        raise BundleError(BundleProblem.NOT_AN_ANSWER)
    answer = Answer.of(header.number, parts_of(sealed, joined.office.sign, opening_key(joined.seed)))
    last = Fact.get_or_none(Fact.name == _NUMBER)
    if last is not None and answer.number <= int(last.value):
        return None
    changed, pulled = siak_status.tell_told(tx, answer.statuses, "office")
    elsewhere, more = siak_status.tell_told(tx, answer.recorded_elsewhere, "office", only_unrecorded=True)
    taken = sum(_set(tx, name, value) for name, value in answer.settings.items())
    access.end(tx, answer.revoked_officers, laptop=answer.revoked)
    Fact.insert(name=_NUMBER, value=str(answer.number)).on_conflict_replace().execute()
    done = Answered(changed + elsewhere, pulled + more, taken, answer.revoked)
    tx.note(
        "exchange.answered",
        None,
        number=answer.number,
        statuses=done.statuses,
        pulled_back=done.pulled_back,
        settings=taken,
        revoked=answer.revoked,
        officers=list(answer.revoked_officers),
    )
    return done


def _told(values: Any) -> Told:
    nik, code, day = values
    if not (isinstance(nik, str) and len(nik) == LENGTH and isinstance(code, str) and 0 < len(code) <= 60):
        raise ValueError("no status")
    return Told(nik, code, date.fromisoformat(day))


def _set(tx: Transaction, name: str, value: Json) -> bool:
    """Take a setting of the office, unless this program does not know it, or may not have that value."""
    try:
        return settings.take(tx, name, value)
    except (settings.UnknownSettingError, settings.BadSettingError):
        return False
