"""What the office has is not kept on the laptop for ever: fingers and irises go, what a card needs stays."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from exchange_ground import Ground, Laptop

from store import journal, settings
from store.bundles import joining, making, retention
from store.bundles.contents import CAPTURE
from store.errors import ChangeError
from store.models.recording import REMOVED, Attempt, AttemptScore, HandsPhoto
from store.sections import Section
from store.transaction import Transaction

DAY = 86_400


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def captures(laptop: Laptop, recording: uuid.UUID) -> dict[str, bytes]:
    """Return what is here of a recording, by section."""

    def read(_tx: Transaction) -> dict[str, bytes]:
        tries = Attempt.select().where(Attempt.recording == recording)
        hands = HandsPhoto.get(HandsPhoto.recording == recording)
        return {one.section.value: bytes(one.sealed) for one in tries} | {"hands": bytes(hands.sealed)}

    return laptop.store.run_now(read)


def test_fingers_go_thirty_days_after_the_receipt_and_the_portrait_stays(laptop: Laptop) -> None:
    recording = laptop.record_hand()
    laptop.export()
    laptop.ground.take_in()
    laptop.ground.clock.forward(60 * DAY)
    laptop.export()
    whole = {"portrait": b"face", "left_slap": b"fingers", "hands": b"hands"}
    assert captures(laptop, recording) == whole, "the receipt came today; the days count from it"
    laptop.ground.clock.forward(29 * DAY)
    laptop.export()
    assert captures(laptop, recording) == whole
    laptop.ground.clock.forward(1 * DAY)
    laptop.export()
    assert captures(laptop, recording) == {"portrait": b"face", "left_slap": b"\0", "hands": b"\0"}
    happened = laptop.store.run_now(lambda tx: [one.event for one in journal.history(tx, recording)])
    assert happened[0] == "recording.captures_removed"
    assert laptop.store.run_now(lambda _tx: AttemptScore.select().count()) == 5, "the scores stay"


def test_what_has_not_arrived_is_never_removed(laptop: Laptop) -> None:
    laptop.store.run_now(settings.change, "retention.captures_days", 0)
    recording = laptop.record_hand()
    laptop.export()
    laptop.ground.clock.forward(365 * DAY)
    laptop.export()
    assert retention.remove_all(laptop.store) == 0
    assert captures(laptop, recording)["left_slap"] == b"fingers"
    laptop.ground.take_in()
    laptop.export()
    assert captures(laptop, recording)["left_slap"] == b"\0", "none is kept longer than the office wants"


def test_a_removed_capture_is_not_sent_again_by_a_laptop_that_sends_everything_again(laptop: Laptop) -> None:
    laptop.store.run_now(settings.change, "retention.captures_days", 0)
    laptop.record_hand()
    laptop.export()
    laptop.ground.take_in()
    laptop.export()
    renewed = laptop.store.run_now(joining.renew)
    draft = laptop.store.run_now(making.draft, renewed)
    assert draft is not None
    assert [part.content.endswith(b"face") for part in draft.parts if part.kind == CAPTURE] == [True]


def test_many_are_removed_in_small_transactions(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_TOGETHER", 2)
    laptop.store.run_now(settings.change, "retention.captures_days", 0)
    for _pupil in range(5):
        laptop.record_hand()
    laptop.export()
    laptop.ground.take_in()
    carried = laptop.export()
    assert carried.arrived == (1,)
    assert laptop.store.run_now(retention.remove_due) == 0, "all were removed by the export"


@pytest.mark.parametrize("section", [Section.LEFT_SLAP, Section.PORTRAIT])
def test_the_tables_themselves_lose_nothing_that_has_not_arrived_and_no_portrait(
    laptop: Laptop, section: Section
) -> None:
    recording = laptop.record_hand()

    def lose(_tx: Transaction) -> None:
        mine = (Attempt.recording == recording) & (Attempt.section == section)
        Attempt.update(sealed=REMOVED).where(mine).execute()

    with pytest.raises(ChangeError, match="refused"):
        laptop.store.run_now(lose)
    laptop.export()
    with pytest.raises(ChangeError, match="refused"):
        laptop.store.run_now(lose)
    laptop.ground.take_in()
    laptop.export()
    if section is Section.PORTRAIT:
        with pytest.raises(ChangeError, match="refused"):
            laptop.store.run_now(lose)
    else:
        laptop.store.run_now(lose)
        assert captures(laptop, recording)["left_slap"] == REMOVED
