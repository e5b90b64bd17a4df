"""The log of each device: which one, what, when, and never which pupil."""

from __future__ import annotations

import json

import pytest
from visit_day import FAHRURRAZI, MONDAY, VirtualClock, a_visit, events, open_store

from store import faults
from store.errors import ChangeError
from store.faults import DeviceNamed, Fault
from store.models.core import Journal
from store.models.faults import DeviceFault
from store.procedure import EquipmentKind
from store.sections import Section
from store.store import Store
from store.transaction import NotAllowedError

SCANNER = DeviceNamed(EquipmentKind.FINGER, "R17-JARI-0001", "Jari 442", "R17-JARI-0001")
IRIS = DeviceNamed(EquipmentKind.IRIS, "platform-usb-1.2", "Iris 2")


def test_a_scanner_pulled_in_mid_capture_is_in_its_log() -> None:
    store = open_store()
    visit = a_visit(store)
    store.run_now(faults.note, visit, SCANNER, Fault.GONE, Section.RIGHT_SLAP)
    (line,) = store.run_now(faults.of_device, SCANNER.key)
    assert (line.device, line.fault, line.at, line.visit) == (SCANNER, Fault.GONE, MONDAY, visit)
    assert (line.officer, line.section) == (FAHRURRAZI, Section.RIGHT_SLAP)
    store.close()


def test_the_journal_has_the_same_line_and_no_pupil() -> None:
    store = open_store()
    visit = a_visit(store)
    store.run_now(faults.note, visit, SCANNER, Fault.TAMPERED, Section.IRISES)
    assert events(store)[-1] == "device.failed"
    facts = store.run_now(lambda tx: json.loads(Journal.select().order_by(Journal.seq.desc()).get().facts))
    assert facts == {
        "kind": "finger",
        "device": "R17-JARI-0001",
        "serial": "R17-JARI-0001",
        "fault": "tampered",
        "section": "irises",
    }
    store.close()


def test_the_newest_fault_of_each_kind_comes_first_and_is_counted() -> None:
    clock = VirtualClock()
    store = open_store(clock)
    visit, other = a_visit(store), a_visit(store, "SMA CONTOH 2")
    for where, device, fault in (
        (other, SCANNER, Fault.GONE),
        (visit, SCANNER, Fault.NO_ANSWER),
        (visit, IRIS, Fault.CLOCK_SKEW),
        (visit, SCANNER, Fault.GONE),
    ):
        clock.forward(60)
        store.run_now(faults.note, where, device, fault)
    tallies = store.run_now(faults.of_visit, visit)
    assert {kind: (tally.count, tally.last.fault) for kind, tally in tallies.items()} == {
        EquipmentKind.FINGER: (2, Fault.GONE),
        EquipmentKind.IRIS: (1, Fault.CLOCK_SKEW),
    }
    over_all = store.run_now(faults.of_kind, EquipmentKind.FINGER)
    assert [line.fault for line in over_all] == [Fault.GONE, Fault.NO_ANSWER, Fault.GONE]
    assert [line.visit for line in over_all] == [visit, visit, other]
    store.close()


def test_what_a_device_says_of_itself_is_cleaned_and_cut() -> None:
    store = open_store()
    hostile = DeviceNamed(EquipmentKind.CAMERA, "\x1b[2J", "C\x00920\u202e" + "x" * 500, "s" * 500)
    store.run_now(faults.note, None, hostile, Fault.BAD_ANSWER)
    (line,) = store.run_now(faults.of_kind, EquipmentKind.CAMERA)
    text = line.device.key + line.device.name + line.device.serial
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "\u202e" not in text
    assert len(line.device.name) <= 120
    assert line.device.key
    store.close()


def test_a_log_is_never_changed(store: Store) -> None:
    store.run_now(faults.note, None, SCANNER, Fault.GONE)
    for change in (
        lambda tx: DeviceFault.update(serial="other").execute(),
        lambda tx: DeviceFault.delete().execute(),
    ):
        with pytest.raises(ChangeError):
            store.run_now(change)
    assert len(store.run_now(faults.of_device, SCANNER.key)) == 1


def test_only_an_officer_at_work_writes_into_it() -> None:
    store = open_store(roles=frozenset())
    with pytest.raises(NotAllowedError):
        store.run_now(faults.note, None, SCANNER, Fault.GONE)
    store.close()
