"""The office's tables; every key is led by the regency, so that they can be parted by it when one machine is small."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from typing import Any

import peewee
from peewee import BigIntegerField, Check, CompositeKey, IntegerField, TextField

database = peewee.DatabaseProxy()
"""Bound by `Office` when it is opened; a laptop's store has another."""


class _Row(peewee.Model):
    class Meta:
        database = database
        legacy_table_names = False


class Laptop(_Row):
    """A laptop the office knows, how far its chain has come, and whether it still may send."""

    regency: Any = TextField()
    node: Any = TextField(constraints=[Check("length(node) = 32")])
    name: Any = TextField()
    sign: Any = TextField()  # Ed25519, hexadecimal
    added_at: Any = TextField()
    revoked_at: Any = TextField(null=True)
    upto: Any = IntegerField(default=0)
    seq: Any = BigIntegerField(default=0)
    head: Any = TextField()
    seen_at: Any = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("regency", "node")


class Caller(_Row):
    """A laptop's certificate, by its key: with it a laptop may call, under whatever node it goes on."""

    regency: Any = TextField()
    sign: Any = TextField()
    certificate: Any = TextField()  # DER, hexadecimal

    class Meta:
        primary_key = CompositeKey("regency", "sign")


class Branch(_Row):
    """Lines that a laptop wrote after a line that others of its follow: it was restored from a copy, both are kept.

    `node` is the branch's own number, under which it stands in all other tables; `origin` is the laptop's, and `after`
    the last line they have in common.
    """

    regency: Any = TextField()
    node: Any = TextField()
    origin: Any = TextField()
    after: Any = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("regency", "node")
        indexes = ((("regency", "origin"), False),)


class Taken(_Row):
    """A bundle that was taken in."""

    regency: Any = TextField()
    node: Any = TextField()
    number: Any = IntegerField()
    sha256: Any = TextField()
    first: Any = BigIntegerField()
    last: Any = BigIntegerField()
    taken_at: Any = TextField()

    class Meta:
        primary_key = CompositeKey("regency", "node", "number")
        indexes = ((("regency", "sha256"), False),)


class Event(_Row):
    """One line of a laptop's journal, as it was written there."""

    regency: Any = TextField()
    node: Any = TextField()
    seq: Any = BigIntegerField()
    clock: Any = BigIntegerField()
    wall: Any = TextField()
    monotonic: Any = BigIntegerField()
    boot_id: Any = TextField()
    officer: Any = TextField(null=True)
    event: Any = TextField()
    subject: Any = TextField(null=True)
    facts: Any = TextField()
    hash: Any = TextField()

    class Meta:
        primary_key = CompositeKey("regency", "node", "seq")
        indexes = ((("regency", "subject"), False),)


class OfficeRecording(_Row):
    """A sealed recording as the laptop sent it; `content` is canonical JSON."""

    regency: Any = TextField()
    recording: Any = TextField()
    node: Any = TextField()
    number: Any = IntegerField()
    person: Any = TextField()
    nik: Any = TextField(null=True)
    content: Any = TextField()

    class Meta:
        primary_key = CompositeKey("regency", "recording")
        indexes = ((("regency", "nik"), False),)


class OfficeCapture(_Row):
    """A sealed capture; its bytes lie in a file named by their digest."""

    regency: Any = TextField()
    capture: Any = TextField()
    recording: Any = TextField()
    kind: Any = TextField()
    sha256: Any = TextField()
    size: Any = IntegerField()

    class Meta:
        primary_key = CompositeKey("regency", "capture")
        indexes = ((("regency", "recording"), False),)


class SetAside(_Row):
    """A row that could not be loaded: which of a bundle, why, and all of it, spelled so that any database takes it."""

    regency: Any = TextField()
    node: Any = TextField()
    number: Any = IntegerField()
    place: Any = IntegerField()  # among the bundle's parts, from 1
    kind: Any = TextField()
    reason: Any = TextField()
    content: Any = TextField()

    class Meta:
        primary_key = CompositeKey("regency", "node", "number", "place")


class Decision(_Row):
    """What a coordinator decided where laptops disagree; `rejected` is a JSON list, and stays in the other tables."""

    regency: Any = TextField()
    kind: Any = TextField()
    about: Any = TextField()
    number: Any = IntegerField()
    kept: Any = TextField()
    rejected: Any = TextField()
    reason: Any = TextField(constraints=[Check("length(reason) BETWEEN 1 AND 500")])
    officer: Any = TextField(constraints=[Check("length(officer) BETWEEN 1 AND 120")])
    at: Any = TextField()

    class Meta:
        primary_key = CompositeKey("regency", "kind", "about", "number")


class OfficeStatus(_Row):
    """What SIAK says of a person, as the office's newest export has it."""

    regency: Any = TextField()
    nik: Any = TextField()
    code: Any = TextField()
    day: Any = TextField()

    class Meta:
        primary_key = CompositeKey("regency", "nik")


class OfficeSetting(_Row):
    """A setting that every laptop of the office gets; `value` is JSON."""

    regency: Any = TextField()
    name: Any = TextField()
    value: Any = TextField()

    class Meta:
        primary_key = CompositeKey("regency", "name")


class EndedOfficer(_Row):
    """An officer who may not work on any laptop any more."""

    regency: Any = TextField()
    officer: Any = TextField()
    at: Any = TextField()

    class Meta:
        primary_key = CompositeKey("regency", "officer")


class Answered(_Row):
    """The number of the last answer to a laptop."""

    regency: Any = TextField()
    node: Any = TextField()
    number: Any = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("regency", "node")


TABLES: tuple[type[peewee.Model], ...] = (
    Laptop,
    Caller,
    Branch,
    Taken,
    Event,
    OfficeRecording,
    OfficeCapture,
    SetAside,
    Decision,
    OfficeStatus,
    OfficeSetting,
    EndedOfficer,
    Answered,
)
