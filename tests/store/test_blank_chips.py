"""The chips of the stock's blanks: each noted once, found again, and of no weight for any card."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from visit_day import FAHRURRAZI, a_pupil, a_visit, open_store

from store import blank_chips, cards, stock
from store.models.core import Journal
from store.models.stock import BlankState
from store.progress import PupilState
from store.stock import StockKind, StockReason, StockRefusedError
from store.store import Store
from store.transaction import NotAllowedError, OfficerRole

UID = "04A1B2C3D4E5F6"


@pytest.fixture
def store() -> Iterator[Store]:
    held = open_store()
    for kind in StockKind:
        held.run_now(stock.receive, kind, 10, "A0117301")
    yield held
    held.close()


def test_a_blank_is_found_again_by_its_chip_whatever_became_of_it(store: Store) -> None:
    assert store.run_now(blank_chips.known, UID) is None
    assert store.run_now(blank_chips.note, "7301", UID) == "A0117301"
    found = store.run_now(blank_chips.known, UID)
    assert (found.serial, found.state, found.name) == ("A0117301", BlankState.IN_STOCK, "")
    pupil = a_pupil(store, a_visit(store), "NORLATIFAH", PupilState.CARD, status="PRINT_READY_RECORD")
    store.run_now(cards.confirm_printed, store.run_now(cards.start_job, pupil).token, "7301")
    found = store.run_now(blank_chips.known, UID)
    assert (found.state, found.name) == (BlankState.PRINTED, "NORLATIFAH")


@pytest.mark.parametrize(
    ("serial", "uid", "reason"),
    [
        ("A0117302", UID, StockReason.SERIAL_USED),
        ("A0117301", "04FFFFFFFFFFFF", StockReason.SERIAL_USED),
        ("B9999999", "04FFFFFFFFFFFF", StockReason.SERIAL_UNKNOWN),
        ("?", "04FFFFFFFFFFFF", StockReason.BAD_SERIAL),
    ],
    ids=["the chip is another's", "the blank has another chip", "another kit's blank", "no serial"],
)
def test_no_chip_and_no_blank_is_noted_twice(store: Store, serial: str, uid: str, reason: StockReason) -> None:
    store.run_now(blank_chips.note, "A0117301", UID)
    store.run_now(blank_chips.note, "A0117301", UID)
    with pytest.raises(StockRefusedError) as refused:
        store.run_now(blank_chips.note, serial, uid)
    assert refused.value.reason is reason


def test_the_journal_has_the_serial_and_not_the_chips_number(store: Store) -> None:
    store.run_now(blank_chips.note, "A0117301", UID)
    lines = store.run_now(lambda _tx: [(line.event, line.facts) for line in Journal.select()])
    assert lines[-1] == ("stock.chip_read", '{"serial":"A0117301"}')


def test_a_recording_operator_reads_no_chips(store: Store) -> None:
    store.sign_in(FAHRURRAZI, frozenset({OfficerRole.RECORDING}))
    with pytest.raises(NotAllowedError):
        store.run_now(blank_chips.note, "A0117301", UID)
