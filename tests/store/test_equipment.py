"""Step 2: every line of the SOP's list ready, each in its own way, or waived with a reason."""

import uuid

import pytest
from visit_day import RAHMAWATI, a_visit, events, open_store

from store import equipment, stock
from store.equipment import EquipmentReason, EquipmentRefusedError, Readiness, WaiveReason
from store.procedure import EQUIPMENT, EquipmentKind, ReadyBy
from store.rules import Cloth
from store.stock import StockReason, StockRefusedError
from store.transaction import NotAllowedError, OfficerRole


@pytest.fixture
def store():
    held = open_store()
    yield held
    held.close()


@pytest.fixture
def visit(store):
    return a_visit(store)


def make_ready(store, visit, *, but=()):
    for line in EQUIPMENT:
        if line.kind in but:
            continue
        if line.ready_by is ReadyBy.TICK:
            store.run_now(equipment.tick, visit, line.kind)
        elif line.ready_by is ReadyBy.TEST:
            store.run_now(equipment.device_tested, visit, line.kind, True, "C920 · 1920x1080")
    if EquipmentKind.TRIPOD_CLOTHS not in but:
        for cloth in Cloth:
            store.run_now(equipment.cloths, visit, cloth, True)
    if EquipmentKind.BLANKS not in but:
        store.run_now(equipment.count_blanks, visit, 214, "A0117301")
    if EquipmentKind.RIBBON_FILM not in but:
        store.run_now(equipment.count_ribbon_film, visit, 413, 99)


def test_a_visit_is_ready_when_every_line_is(store, visit):
    make_ready(store, visit)
    done = store.run_now(equipment.finish, visit)
    assert done.missing == ()
    assert done.ready_at is not None
    assert events(store)[-1] == "equipment.ready"
    ledger = store.run_now(stock.balance)
    assert [one.closing for one in ledger.kinds] == [214, 413, 99]


def test_what_is_missing_blocks_and_is_named(store, visit):
    make_ready(store, visit, but=(EquipmentKind.IRIS, EquipmentKind.BLANKS))
    with pytest.raises(EquipmentRefusedError) as refused:
        store.run_now(equipment.finish, visit)
    assert refused.value.missing == (EquipmentKind.IRIS, EquipmentKind.BLANKS)
    assert store.run_now(equipment.state, visit).ready_at is None


def test_a_line_is_waived_with_a_reason(store, visit):
    make_ready(store, visit, but=(EquipmentKind.NETWORK,))
    with pytest.raises(EquipmentRefusedError) as refused:
        store.run_now(equipment.waive, visit, EquipmentKind.NETWORK, WaiveReason.OTHER)
    assert refused.value.reason is EquipmentReason.NOTE_NEEDED
    store.run_now(equipment.waive, visit, EquipmentKind.NETWORK, WaiveReason.NO_CONNECTION)
    assert store.run_now(equipment.finish, visit).waived == (EquipmentKind.NETWORK,)


@pytest.mark.parametrize("kind", [EquipmentKind.CAMERA, EquipmentKind.FINGER, EquipmentKind.SIGNATURE])
def test_only_the_coordinator_goes_without_camera_scanner_or_pad(store, visit, kind):
    store.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING}))
    with pytest.raises(NotAllowedError):
        store.run_now(equipment.waive, visit, kind, WaiveReason.REPORTED_BROKEN)
    store.run_now(equipment.waive, visit, EquipmentKind.IRIS, WaiveReason.REPORTED_BROKEN)


def test_both_cloths_are_asked_apart(store, visit):
    held = store.run_now(equipment.cloths, visit, Cloth.RED, True).item(EquipmentKind.TRIPOD_CLOTHS)
    assert (held.red_cloth, held.blue_cloth, held.ready) == (True, False, False)
    assert store.run_now(equipment.cloths, visit, Cloth.BLUE, True).item(EquipmentKind.TRIPOD_CLOTHS).ready


def test_a_device_that_failed_its_test_is_not_ready(store, visit):
    held = store.run_now(equipment.device_tested, visit, EquipmentKind.CAMERA, False, "no picture")
    item = held.item(EquipmentKind.CAMERA)
    assert (item.readiness, item.detail, item.ready) == (Readiness.FAILED, "no picture", False)


def test_a_device_is_tested_and_a_car_is_ticked(store, visit):
    for function, *arguments in (
        (equipment.tick, EquipmentKind.CAMERA),
        (equipment.tick, EquipmentKind.BLANKS),
        (equipment.device_tested, EquipmentKind.VEHICLE, True),
    ):
        with pytest.raises(EquipmentRefusedError) as refused:
            store.run_now(function, visit, *arguments)
        assert refused.value.reason is EquipmentReason.WRONG_WAY


def test_a_tick_is_taken_back(store, visit):
    store.run_now(equipment.tick, visit, EquipmentKind.PHONE)
    held = store.run_now(equipment.tick, visit, EquipmentKind.PHONE, False)
    assert held.item(EquipmentKind.PHONE).readiness is None


def test_a_count_the_ledger_refuses_leaves_the_line_as_it_was(store, visit):
    store.run_now(equipment.count_blanks, visit, 214, "A0117301")
    other = a_visit(store, "MA CONTOH 2")
    with pytest.raises(StockRefusedError) as refused:
        store.run_now(equipment.count_blanks, other, 200, "A0117301")
    assert refused.value.reason is StockReason.COUNT_DIFFERS
    assert store.run_now(equipment.state, other).item(EquipmentKind.BLANKS).readiness is None


def test_an_unknown_visit_is_refused(store):
    with pytest.raises(EquipmentRefusedError) as refused:
        store.run_now(equipment.state, uuid.uuid4())
    assert refused.value.reason is EquipmentReason.UNKNOWN_VISIT


def test_a_device_that_was_pulled_out_has_to_be_tested_again(store, visit):
    store.run_now(equipment.device_tested, visit, EquipmentKind.IRIS, True, "78")
    held = store.run_now(equipment.device_lost, visit, EquipmentKind.IRIS).item(EquipmentKind.IRIS)
    assert (held.readiness, held.ready) == (Readiness.LOST, False)
    assert held.at is not None
    assert store.run_now(equipment.device_tested, visit, EquipmentKind.IRIS, True).item(EquipmentKind.IRIS).ready


def test_pulling_out_what_was_waived_or_never_tested_changes_nothing(store, visit):
    before = store.run_now(equipment.waive, visit, EquipmentKind.IRIS, WaiveReason.REPORTED_BROKEN)
    assert store.run_now(equipment.device_lost, visit, EquipmentKind.IRIS) == before
    assert store.run_now(equipment.device_lost, visit, EquipmentKind.FINGER) == before
    with pytest.raises(EquipmentRefusedError) as refused:
        store.run_now(equipment.device_lost, visit, EquipmentKind.BLANKS)
    assert refused.value.reason is EquipmentReason.WRONG_WAY
