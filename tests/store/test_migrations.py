"""A store made by the first program is brought up to date when it is opened, with everything that was in it."""

from __future__ import annotations

import uuid
from pathlib import Path

from exchange_ground import Ground, a_laptop
from visit_day import VirtualClock, a_pupil, a_visit

from store import exceptions, faults, migrations, recordings
from store.bundles import retention
from store.faults import DeviceNamed, Fault
from store.models.recording import REMOVED, CaptureException, HandsPhoto
from store.procedure import EquipmentKind
from store.sections import ExceptionReason, Part
from store.store import Store
from store.transaction import OfficerRole, Transaction

KEY = b"\x07" * 32
OFFICER = uuid.UUID(int=7)
_ADDED = ("bundled_recording", "bundle", "hands_photo", "device_fault", "signing_certificate", "blank_chip")


def as_it_was_first(tx: Transaction) -> None:
    """Take away what later steps add, so that the file is what the first program left."""
    database = CaptureException._meta.database
    for trigger in ("attempt_update_sealed", "attempt_moved"):
        database.execute_sql(f"DROP TRIGGER {trigger}")
    for table in _ADDED:
        database.execute_sql(f"DROP TABLE {table}")
    database.execute_sql("ALTER TABLE capture_exception DROP COLUMN permanent")
    database.execute_sql("PRAGMA user_version = 1")


def tables(tx: Transaction) -> set[str]:
    return set(CaptureException._meta.database.get_tables())


def open_it(file: Path, *, create: bool = False) -> Store:
    store = Store.open(file, KEY, VirtualClock(), create=create)
    store.sign_in(OFFICER, frozenset(OfficerRole))
    return store


def test_a_store_of_the_first_program_keeps_its_exceptions_and_takes_what_is_new(tmp_path: Path) -> None:
    file = tmp_path / "rekam17.db"
    store = open_it(file, create=True)
    pupil = a_pupil(store, a_visit(store))
    recording = store.run_now(recordings.open_or_resume, pupil).id
    store.run_now(exceptions.except_part, recording, Part.LEFT_RING, ExceptionReason.MISSING, "sejak lahir")
    store.run_now(exceptions.except_part, recording, Part.SIGNATURE, ExceptionReason.CANNOT_SIGN)
    store.run_now(as_it_was_first)
    assert store.run_now(tables).isdisjoint(_ADDED)
    store.close()

    store = open_it(file)
    assert store.run_now(tables) >= set(_ADDED)
    held = store.run_now(recordings.state, recording)
    assert {one.part: one.permanent for one in held.exceptions} == {Part.LEFT_RING: True, Part.SIGNATURE: False}
    store.run_now(exceptions.add_hands_photo, recording, b"box", "C920", "ab" * 32)
    device = DeviceNamed(EquipmentKind.FINGER, "R17-JARI-0001", "Jari 442")
    store.run_now(faults.note, None, device, Fault.GONE)
    store.close()

    store = open_it(file)
    version = store.run_now(lambda tx: CaptureException._meta.database.execute_sql("PRAGMA user_version").fetchone())
    assert version == (migrations.VERSION,)
    assert len(store.run_now(faults.of_device, "R17-JARI-0001")) == 1
    store.close()


def as_it_was_before_retention(tx: Transaction) -> None:
    """Take away what the sixth step adds, and let the tables refuse every change of a capture again."""
    database = CaptureException._meta.database
    for name in ("attempt", "hands_photo"):
        for what in ("update_sealed", "moved"):
            database.execute_sql(f"DROP TRIGGER {name}_{what}")
        database.execute_sql(
            f"CREATE TRIGGER {name}_moved BEFORE UPDATE OF sealed ON {name}"
            " BEGIN SELECT RAISE(ABORT, 'what was captured stays as it was'); END"
        )
    database.execute_sql("ALTER TABLE bundled_recording DROP COLUMN removed_at")
    database.execute_sql("PRAGMA user_version = 5")


def test_a_store_that_sent_bundles_before_lets_go_of_what_arrived(tmp_path: Path) -> None:
    with a_laptop(Ground(tmp_path)) as laptop:
        recording = laptop.record_hand()
        laptop.export()
        laptop.ground.take_in()
        laptop.export()
        laptop.store.run_now(as_it_was_before_retention)
    with a_laptop(Ground(tmp_path, clock=laptop.ground.clock)) as laptop:
        laptop.ground.clock.forward(31 * 86_400)
        assert laptop.store.run_now(retention.remove_due) == 1
        hands = laptop.store.run_now(lambda _tx: HandsPhoto.get(HandsPhoto.recording == recording))
        assert hands.sealed == REMOVED
