"""Officers in the store follow the keyring, and an old name stays readable."""

import uuid

from store import officers
from store.clock import SystemClock
from store.keyring import OfficerEntry
from store.models.table import database
from store.store import Store
from store.transaction import OfficerRole, Transaction

HERS = OfficerEntry(uuid.UUID(int=1), "Rahmawati", "199001012015032001", frozenset(OfficerRole))
HIS = OfficerEntry(uuid.UUID(int=2), "Hendra", "", frozenset({OfficerRole.RECORDING}))


def events(transaction: Transaction) -> list[str]:
    return [row[0] for row in database.execute_sql("SELECT event FROM journal ORDER BY seq").fetchall()]


def test_the_store_follows_the_keyring_and_journals_only_differences() -> None:
    store = Store.in_memory(SystemClock())
    store.run_now(officers.match, (HERS, HIS))
    store.run_now(officers.match, (HERS, HIS))
    assert store.run_now(events) == ["officer.added", "officer.added"]
    promoted = OfficerEntry(HIS.id, "Hendra", "", frozenset({OfficerRole.RECORDING, OfficerRole.PRINTING}))
    store.run_now(officers.match, (HERS, promoted))
    found = store.run_now(officers.named, HIS.id)
    assert found is not None
    assert found.roles == promoted.roles
    store.run_now(officers.match, (HERS,))
    store.run_now(officers.match, (HERS,))
    assert store.run_now(events)[2:] == ["officer.changed", "officer.removed"]
    gone = store.run_now(officers.named, HIS.id)
    assert gone is not None
    assert (gone.name, gone.active) == ("Hendra", False)
    assert [record.name for record in store.run_now(officers.everybody)] == ["Hendra", "Rahmawati"]
    store.close()
