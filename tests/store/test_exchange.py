"""Recordings on their way to the office: by stick, cut off anywhere, twice, out of order, from the wrong laptop."""

from __future__ import annotations

import errno
import hashlib
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from exchange_ground import REGENCY, Ground, Laptop, a_laptop

from store import folder as folder_of_files
from store import journal
from store.bundles import carrying, making, stick
from store.bundles.carrying import CarryError, CarryProblem
from store.bundles.exchange import ExchangeKeys, ExchangePublic, LaptopPublic
from store.bundles.receipts import Receipt
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stick import Stick
from store.bundles.wire import write
from store.key_files import SealError, SealProblem
from store.office import ingest as ingesting
from store.office import versions
from store.office.engine import EngineError
from store.office.ingest import Outcome, ingest
from store.office.office import Office
from store.office.tables import Event, OfficeCapture, OfficeRecording, Taken
from store.office.versions import Kind


def everything(ground: Ground) -> str:
    """Return one digest over all an office has, whatever way it came."""
    with ground.opened() as office:
        rows = [
            sorted(repr(sorted((name, value) for name, value in row.items() if name not in _MOMENTS)) for row in query)
            for query in (table.select().dicts() for table in (Event, OfficeRecording, OfficeCapture, Taken))
        ]
        files = sorted(path.name for path in (office.folder / "captures").rglob("*") if path.is_file())
    return hashlib.sha256(repr((rows, files)).encode()).hexdigest()


def place_of_data(ground: Ground) -> None:
    """Give an office that was copied another database of its own, with the laptops the first one knows."""
    url = ground.place / "office" / "database.url"
    url.unlink(missing_ok=True)
    if ground.server:
        url.write_text(ground.database())


def goes_in(office: Office, content: bytes) -> bool:
    """Ingest a bundle, unless an earlier one has to come first."""
    try:
        ingest(office, content)
    except BundleError as error:
        if error.problem is not BundleProblem.GAP:
            raise
        return False
    return True


_MOMENTS = frozenset({"taken_at"})


def test_what_was_recorded_arrives_whole_and_counts_only_with_the_receipt(ground: Ground, laptop: Laptop) -> None:
    laptop.record(3)
    assert laptop.export().under_way == 1
    assert (laptop.standing().under_way, laptop.standing().arrived) == (3, 0)
    (done,) = ground.take_in()
    assert (done.outcome, done.recordings, done.captures) == (Outcome.TAKEN, 3, 3)
    assert laptop.standing().arrived == 0, "the stick is not back yet"
    assert laptop.export().arrived == (1,)
    assert (laptop.standing().arrived, laptop.standing().under_way) == (3, 0)
    assert laptop.waiting() == []
    with ground.opened() as office:
        capture = OfficeCapture.get()
        assert office.capture_file(capture.sha256).read_bytes() == b"box"
        assert Event.select().count() == laptop.store.run_now(journal.head).seq - 3, "but for those about the exchange"
        said = OfficeRecording.select().order_by(OfficeRecording.nik).first()
        assert '"name":"MURID 0"' in said.content
        assert "sealed" not in [row.column_name for row in OfficeRecording._meta.sorted_fields]


def test_with_nothing_new_there_is_nothing_to_carry(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    laptop.export()
    ground.take_in()
    assert laptop.export().under_way == 0
    assert laptop.export().under_way == 0
    laptop.record()
    assert laptop.export().under_way == 1


def test_the_same_stick_twice_adds_nothing(ground: Ground, laptop: Laptop) -> None:
    laptop.record(2)
    laptop.export()
    ground.take_in()
    before = everything(ground)
    assert {one.outcome for one in ground.take_in()} == {Outcome.KNOWN}
    assert everything(ground) == before


def test_a_bundle_that_is_missing_is_asked_for_and_nothing_is_skipped(ground: Ground, laptop: Laptop) -> None:
    for _visit in range(3):
        laptop.record()
        laptop.export()
    first, second, third = ground.bundles()
    with ground.opened() as office:
        ingest(office, first.read_bytes())
        with pytest.raises(BundleError) as refused:
            ingest(office, third.read_bytes())
        assert (refused.value.problem, refused.value.detail) == (BundleProblem.GAP, "2")
        ingest(office, second.read_bytes())
        ingest(office, third.read_bytes())
        assert office.standing().laptops[0].upto == 3


def test_every_order_of_delivery_ends_in_the_same(ground: Ground, tmp_path: Path) -> None:
    cards = {}
    for _round in range(3):
        for name in ("Laptop 1", "Laptop 2"):
            with a_laptop(ground, name) as laptop:
                laptop.record()
                laptop.export()
                cards[name] = laptop.joined.laptop
    sent = [path.read_bytes() for path in ground.bundles()]
    assert len(sent) == 6
    ends: set[str] = set()
    for seed in range(8):
        order = sent * 2  # each twice
        random.Random(seed).shuffle(order)
        again = Ground(tmp_path / f"order-{seed}", ground.server if seed % 2 else "")
        shutil.copytree(
            ground.office(), again.place / "office", ignore=shutil.ignore_patterns("office.db*", "captures")
        )
        place_of_data(again)
        with again.opened() as office:
            for card in cards.values():
                office.add_laptop(card)
            while order:
                order = [content for content in order if not goes_in(office, content)]
        ends.add(everything(again))
    assert len(ends) == 1


@pytest.mark.parametrize("step", ["written", "noted", "copied"])
def test_cut_off_anywhere_it_goes_on_and_nothing_is_there_twice(
    ground: Ground, laptop: Laptop, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    laptop.record(2)
    where = {"written": (making, "made"), "noted": (Stick, "carry"), "copied": (stick, "sync_folder")}[step]

    def cut(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*where, cut)
        with pytest.raises(KeyboardInterrupt):
            laptop.export()
    laptop.record(1)
    laptop.export()
    taken = ground.take_in()
    assert sum(one.recordings for one in taken) == 3
    with ground.opened() as office:
        assert office.standing().recordings == 3


def test_a_stick_that_is_full_keeps_what_is_whole_and_says_so(
    ground: Ground, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.record()
    laptop.export()
    laptop.record()
    whole = folder_of_files.replace_file

    def full(path: Path, content: bytes) -> None:
        if path.is_relative_to(ground.stick):
            path.with_name(".half").write_bytes(content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(stick, "replace_file", full)
        with pytest.raises(CarryError) as refused:
            laptop.export()
    assert refused.value.problem is CarryProblem.FULL
    assert len(ground.bundles()) == 1
    assert laptop.waiting() == ["000001", "000002"]
    assert laptop.export().under_way == 2
    assert sum(one.recordings for one in ground.take_in()) == 2


def test_no_stick_is_said_before_anything_is_made(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    ground.stick.rmdir()
    with pytest.raises(CarryError) as refused:
        laptop.export()
    assert refused.value.problem is CarryProblem.NOT_A_FOLDER
    assert laptop.standing().waiting == 1


def test_a_laptop_nobody_knows_or_that_was_stolen_is_refused(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    laptop.export()
    (file,) = ground.bundles()
    with ground.opened() as office:
        assert office.revoke(laptop.joined.laptop.node)
        with pytest.raises(BundleError) as refused:
            ingest(office, file.read_bytes())
        assert refused.value.problem is BundleProblem.REVOKED_LAPTOP
    elsewhere = Ground(ground.place / "elsewhere", ground.server)
    elsewhere.place.mkdir()
    with elsewhere.opened() as office:
        with pytest.raises(BundleError) as refused:
            ingest(office, file.read_bytes())
        assert refused.value.problem is BundleProblem.WRONG_OFFICE
        assert office.standing().bundles == 0


def test_two_laptops_that_recorded_the_same_person_are_named(ground: Ground) -> None:
    for name in ("Laptop 1", "Laptop 2"):
        with a_laptop(ground, name) as laptop:
            laptop.record()  # the first pupil of a laptop has the same NIK on each
            laptop.export()
    ground.take_in()
    with ground.opened() as office:
        (twice,) = versions.conflicts(office)
        assert twice.kind is Kind.RECORDED
        assert sorted(head.laptop for head in twice.heads) == ["Laptop 1", "Laptop 2"]
        assert twice.about.endswith("9001")


def test_a_receipt_of_another_office_or_for_another_laptop_counts_nothing(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    laptop.export()
    node, digest = laptop.joined.laptop.node, "ab" * 32
    stranger = ExchangeKeys.generate(REGENCY, "Kantor lain")
    ours = ExchangeKeys.read(ground.office())
    for content, problem in (
        (Receipt(REGENCY, node, 1, digest, "").encode(stranger.sign), BundleProblem.BAD_SIGNATURE),
        (Receipt(REGENCY, "cd" * 16, 1, digest, "").encode(ours.sign), BundleProblem.NOT_A_RECEIPT),
        (Receipt(REGENCY, node, 1, digest, "").encode(ours.sign), BundleProblem.FORK),
        (Receipt(REGENCY, node, 9, digest, "").encode(ours.sign), BundleProblem.FORK),
        (b"{}", BundleProblem.NOT_A_RECEIPT),
    ):
        with pytest.raises(BundleError) as refused:
            carrying.take_receipt(laptop.folder, laptop.store, laptop.joined, content)
        assert refused.value.problem is problem
    assert laptop.standing().arrived == 0
    assert laptop.waiting() == ["000001"]


def test_a_chain_that_was_written_anew_does_not_hang_on_what_came_before(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    laptop.export()
    ground.take_in()
    laptop.record()
    found = laptop.store.run_now(making.draft, laptop.joined)
    assert found is not None
    without = [part for part in found.parts if part.kind != b"E"][:1]
    forged = write(found.header, without, laptop.joined.office.seal, laptop.joined.seed)
    before = everything(ground)
    with ground.opened() as office, pytest.raises(BundleError) as refused:
        ingest(office, forged)
    assert refused.value.problem is BundleProblem.CHAIN
    assert everything(ground) == before


def test_the_clock_goes_on_after_the_outbox_was_cleared(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    laptop.export()
    ground.take_in()
    before = laptop.store.run_now(journal.last_clock)
    laptop.export()
    assert laptop.store.run_now(journal.last_clock) > before
    laptop.ground.clock.forward(-365 * 86_400)
    laptop.store.run_now(lambda tx: tx.note("pupil.present", None))
    assert laptop.store.run_now(journal.last_clock) > before, "a wall clock that is wrong by a year changes nothing"


def test_key_files_that_were_changed_are_not_believed(ground: Ground, laptop: Laptop) -> None:
    public = (ground.office() / "exchange.pub").read_bytes()
    mine = laptop.joined.laptop.encode(laptop.joined.seed)
    assert ExchangePublic.decode(public).regency == REGENCY
    assert LaptopPublic.decode(mine) == laptop.joined.laptop
    for decode, content, old, new in (
        (ExchangePublic.decode, public, b'"6311"', b'"6312"'),
        (ExchangePublic.decode, public, b'"6311"', b'"63111"'),
        (LaptopPublic.decode, mine, b"Laptop 1", b"Laptop 2"),
        (LaptopPublic.decode, mine, b'"6311"', b'"6312"'),
        (LaptopPublic.decode, public, b"", b""),
    ):
        with pytest.raises(SealError) as refused:
            decode(content.replace(old, new))
        assert refused.value.problem is SealProblem.NOT_A_KEY
    with pytest.raises(SealError) as refused:
        Office.init(ground.office(), REGENCY, "Disdukcapil Contoh")
    assert refused.value.problem is SealProblem.EXISTS


def test_a_server_that_is_not_there_is_said_with_nothing_taken(tmp_path: Path) -> None:
    Office.init(tmp_path / "office", REGENCY, "Disdukcapil Contoh", f"postgresql:///none?host={tmp_path}")
    with pytest.raises(EngineError), Ground(tmp_path).opened():
        pass
    with pytest.raises(ValueError, match="PostgreSQL"):
        Office.init(tmp_path / "other", REGENCY, "Disdukcapil Contoh", "mysql://")
    assert not (tmp_path / "other").exists()


def test_the_same_bundle_by_two_processes_at_once_is_taken_by_one(
    ground: Ground, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.record(2)
    laptop.export()
    (file,) = ground.bundles()
    content, keep = file.read_bytes(), ingesting._keep

    def overtaken(office: Office, captures: list[Any]) -> None:
        monkeypatch.setattr(ingesting, "_keep", keep)
        assert ingest(office, content).outcome is Outcome.TAKEN  # the other one, just before this one writes
        keep(office, captures)

    monkeypatch.setattr(ingesting, "_keep", overtaken)
    with ground.opened() as office:
        assert ingest(office, content).outcome is Outcome.KNOWN
        assert office.standing().recordings == 2
