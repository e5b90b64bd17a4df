"""What went to the office: the bundles in their order, and which capture left in which of them."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from typing import Any

import peewee
from peewee import Check, ForeignKeyField, IntegerField, TextField

from store.models.recording import Recording
from store.models.table import MomentField, Table, database


class Bundle(peewee.Model):
    """One bundle, from 1 without gaps; it counts as arrived with the office's receipt and not before."""

    number: Any = IntegerField(primary_key=True, constraints=[Check("number >= 1")])
    first: Any = IntegerField()  # lines of the journal; last = first - 1 where there were none
    last: Any = IntegerField(constraints=[Check("last >= first - 1")])
    head: Any = TextField(constraints=[Check("length(head) = 64")])
    sha256: Any = TextField(constraints=[Check("length(sha256) = 64")])
    size: Any = IntegerField()
    made_at: Any = MomentField()
    arrived_at: Any = MomentField(null=True)

    class Meta:
        database = database
        strict_tables = True
        legacy_table_names = False


class BundledRecording(Table):
    """A sealed recording that left with its captures."""

    recording: Any = ForeignKeyField(Recording, on_delete="RESTRICT", unique=True)
    bundle: Any = ForeignKeyField(Bundle, on_delete="RESTRICT", index=True)
    removed_at: Any = MomentField(null=True)  # the office has its captures, and they are no longer here
