"""What the store itself needs: the journal, the outbox, officers, settings, drafts and facts about this store."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from typing import Any

import peewee
from peewee import BlobField, Check, IntegerField, TextField

from store.models.table import KeyField, MomentField, Table, database


class _Row(peewee.Model):
    """A table that is not keyed by a UUID."""

    class Meta:
        database = database
        strict_tables = True
        legacy_table_names = False


class Journal(_Row):
    """One line for each change, chained by its hash to the line before; never changed, never taken away."""

    seq: Any = IntegerField(primary_key=True)  # from 1, without gaps
    wall: Any = MomentField()
    monotonic: Any = IntegerField()  # milliseconds since the boot, so that no float's spelling enters the hash
    boot_id: Any = TextField()
    officer: Any = KeyField(null=True)  # no foreign key: the line outlives whatever it speaks of
    event: Any = TextField(constraints=[Check("length(event) BETWEEN 1 AND 80")])
    subject: Any = KeyField(null=True)
    facts: Any = TextField()  # canonical JSON
    hash: Any = BlobField(constraints=[Check("length(hash) = 32")])

    class Meta:
        indexes = ((("subject", "seq"), False),)


class Outbox(Table):
    """One change for the office to merge; rows stay until a bundle that holds them was acknowledged."""

    seq: Any = IntegerField(unique=True)  # the journal's line
    clock: Any = IntegerField(unique=True)  # hybrid logical clock: milliseconds << 16 | counter
    kind: Any = TextField()
    subject: Any = KeyField(null=True)
    payload: Any = TextField()  # canonical JSON


class Officer(Table):
    """An officer as documents name him; passphrases and slots are in the keyring, never here."""

    name: Any = TextField(constraints=[Check("length(name) BETWEEN 1 AND 120")])
    nip: Any = TextField(default="")
    roles: Any = TextField(default="")  # values of OfficerRole, sorted, with commas
    active: Any = IntegerField(default=1, constraints=[Check("active IN (0, 1)")])


class SigningCertificate(Table):
    """A certificate that the office's papers are, or were, signed under; `key` is there as long as it signs."""

    certificate: Any = BlobField(unique=True)
    above: Any = BlobField(default=b"")  # the certificates above it, PEM
    key: Any = BlobField(null=True)
    since: Any = MomentField()
    ended: Any = MomentField(null=True)


class Setting(_Row):
    """A threshold or gate that the office changed; what is not here has its shipped default."""

    name: Any = TextField(primary_key=True)
    value: Any = TextField()  # JSON


class Draft(_Row):
    """What is half typed, kept per keystroke: no journal line, no outbox row."""

    key: Any = TextField(primary_key=True)
    value: Any = TextField()
    saved_at: Any = MomentField()


class Fact(_Row):
    """A fact about this store itself, such as the node it is in the office's merge."""

    name: Any = TextField(primary_key=True)
    value: Any = TextField()


TRIGGERS = (
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    # Also stops INSERT OR REPLACE, which would otherwise take a line away without a DELETE.
    "CREATE TRIGGER journal_in_order BEFORE INSERT ON journal "
    "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal) "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)
