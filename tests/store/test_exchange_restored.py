"""Laptops and offices that were restored from an old copy: both sides find out, and nothing is lost by it."""

from __future__ import annotations

import shutil

import pytest
from exchange_ground import Ground, Laptop, a_laptop

from store.bundles import carrying, joining, making
from store.bundles.refusal import BundleError
from store.bundles.wire import write
from store.office.ingest import Outcome, ingest
from store.office.tables import Event, OfficeCapture, OfficeRecording, Taken
from store.office.tables import Laptop as LaptopRow


def test_a_laptop_restored_from_an_old_copy_is_told_from_a_replay(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    laptop.export()
    laptop.store.close()
    old = ground.place / "old"
    shutil.copytree(laptop.folder.path, old)
    with a_laptop(ground) as going_on:
        going_on.record()
        going_on.export()
        ground.take_in()
    shutil.rmtree(laptop.folder.path)
    shutil.move(old, laptop.folder.path)
    with a_laptop(ground) as restored:
        for path in ground.bundles():
            path.unlink()
        restored.record(2)
        making_anew = list(making.make_all(restored.folder, restored.store, restored.joined))
        assert [header.number for header in making_anew] == [2]
        content = (making.outgoing(restored.folder) / making_anew[0].file_name).read_bytes()
        with ground.opened() as office:
            assert ingest(office, content).outcome is Outcome.TAKEN, (
                "as a branch: nobody knows which lines are the true ones"
            )
            assert ingest(office, content).outcome is Outcome.KNOWN
        assert restored.export().renewed, "the receipt tells the laptop"
        ground.take_in()
        with ground.opened() as office:
            now = office.standing()
            assert now.recordings == 4, "what was there before, and both that were made since"
            assert [one.name for one in now.laptops] == ["Laptop 1"] * 3, "itself, the branch, and what it goes on as"
    with a_laptop(ground) as restored:
        assert restored.export().arrived == (1,)
        assert (restored.standing().arrived, restored.standing().waiting) == (3, 0)


def test_an_office_restored_from_a_copy_gets_everything_again(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    laptop.export()
    ground.take_in()
    laptop.export()
    with ground.opened() as office:
        before = {table: list(table.select().dicts()) for table in (Event, OfficeRecording, OfficeCapture, Taken)}
    laptop.record(2)
    laptop.export()
    ground.take_in()
    assert laptop.export().arrived == (2,)
    with ground.opened() as office:  # and then last night's copy is put back
        for table, rows in before.items():
            table.delete().execute()
            table.insert_many(rows).execute()
        head = Event.select().order_by(Event.seq.desc()).get()
        LaptopRow.update(upto=1, seq=head.seq, head=head.hash).execute()
    laptop.record()
    shutil.rmtree(ground.stick / "bundles")
    laptop.export()
    ground.clock.forward(60)
    with ground.opened() as office:
        (file,) = ground.bundles()
        with pytest.raises(BundleError, match="gap"):
            ingest(office, file.read_bytes())
        ground.answer(office, laptop.joined.laptop.node)
    assert laptop.export().renewed
    ground.take_in_what_can_be()
    with ground.opened() as office:
        assert office.standing().recordings == 4


def test_the_receipt_of_an_old_stick_is_no_news(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    laptop.export()
    ground.take_in()
    laptop.export()
    old = (ground.stick / "receipts" / f"{laptop.joined.laptop.node}.receipt").read_bytes()
    laptop.record()
    laptop.export()
    ground.clock.forward(60)
    ground.take_in()
    assert laptop.export().arrived == (2,)
    assert carrying.take_receipt(laptop.folder, laptop.store, laptop.joined, old) == ()
    assert laptop.standing().arrived == 2


def test_a_damaged_bundle_of_a_restored_laptop_leaves_no_laptop_behind(ground: Ground, laptop: Laptop) -> None:
    laptop.record()
    renewed = laptop.store.run_now(joining.renew)
    found = laptop.store.run_now(making.draft, renewed)
    assert found is not None
    forged = write(found.header, found.parts[1:], renewed.office.seal, renewed.seed)
    with ground.opened() as office:
        with pytest.raises(BundleError, match="chain"):
            ingest(office, forged)
        assert [one.node for one in office.standing().laptops] == [laptop.joined.laptop.node]
        ingest(office, write(found.header, found.parts, renewed.office.seal, renewed.seed))
        assert len(office.standing().laptops) == 2
