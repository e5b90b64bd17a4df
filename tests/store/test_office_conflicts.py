"""Laptops that disagree: every version stays, the coordinator decides, and a row that is none stops nothing."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from exchange_ground import Ground, Laptop, a_laptop

from store.bundles import making
from store.bundles.contents import EVENT, RECORDING, Line
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import Part
from store.bundles.wire import write
from store.journal import canonical, digest_of
from store.office import versions
from store.office.ingest import ingest
from store.office.office import Office
from store.office.tables import Event, OfficeCapture, OfficeRecording, SetAside
from store.office.versions import Conflict, DecisionError, DecisionProblem, Kind

PUPIL = uuid.UUID(int=0x17)


def say(laptop: Laptop, event: str, **facts: Any) -> None:
    laptop.store.run_now(lambda tx: tx.note(event, PUPIL, **facts))


def deliver(ground: Ground, laptop: Laptop) -> None:
    """Carry what is new to the office, with nothing of older sticks left on it."""
    shutil.rmtree(ground.stick / "bundles", ignore_errors=True)
    laptop.export()
    ground.take_in()


def two_that_go_on_from_one_copy(ground: Ground, first: str, second: str) -> None:
    """Let a laptop say something, be restored from the copy before it, and say something else."""
    with a_laptop(ground) as laptop:
        say(laptop, "person.changed", values={"name": "NORHAYATI"})
        deliver(ground, laptop)
        laptop.store.close()
        old = ground.place / "old"
        shutil.copytree(laptop.folder.path, old)
    with a_laptop(ground) as laptop:
        ground.clock.forward(60)
        say(laptop, "person.changed", values={"name": first})
        deliver(ground, laptop)
    shutil.rmtree(laptop.folder.path)
    shutil.move(old, laptop.folder.path)
    with a_laptop(ground) as laptop:
        ground.clock.forward(60)
        say(laptop, "person.changed", values={"name": second})
        laptop.export()  # finds out by the receipt, and goes on as another node
    with a_laptop(ground) as laptop:
        deliver(ground, laptop)


def open_ones(ground: Ground) -> list[Conflict]:
    with ground.opened() as office:
        return list(versions.conflicts(office))


def test_two_that_go_on_from_one_copy_are_seen_side_by_side(ground: Ground) -> None:
    two_that_go_on_from_one_copy(ground, "NOR HAYATI", "NURHAYATI")
    (conflict,) = open_ones(ground)
    assert (conflict.kind, conflict.about) == (Kind.CHANGED, PUPIL.hex)
    names = [[facts["values"]["name"] for _at, _event, facts in head.lines] for head in conflict.heads]
    assert names == [["NURHAYATI"], ["NOR HAYATI"]], "the later first, and not what both have"
    with ground.opened() as office:
        assert versions.shown(office, PUPIL.hex) == conflict.heads[0]


def test_a_laptop_that_only_sends_again_disagrees_with_nobody(ground: Ground) -> None:
    with a_laptop(ground) as laptop:
        say(laptop, "person.changed", values={"name": "NORHAYATI"})
        deliver(ground, laptop)
        old = ground.place / "old"
        laptop.store.close()
        shutil.copytree(laptop.folder.path, old)
    with a_laptop(ground) as laptop:
        laptop.record()
        deliver(ground, laptop)
    shutil.rmtree(laptop.folder.path)
    shutil.move(old, laptop.folder.path)
    with a_laptop(ground) as laptop:
        laptop.record()
        laptop.export()
    with a_laptop(ground) as laptop:
        deliver(ground, laptop)
    with ground.opened() as office:
        assert {row.node for row in Event.select().where(Event.subject == PUPIL.hex)} > {laptop.joined.laptop.node}
        assert [one.kind for one in versions.conflicts(office)] == [Kind.RECORDED], "of the same NIK, by the ground"


def test_what_the_coordinator_rejects_is_closed_and_kept(ground: Ground) -> None:
    two_that_go_on_from_one_copy(ground, "NOR HAYATI", "NURHAYATI")
    (conflict,) = open_ones(ground)
    later, earlier = conflict.heads
    with ground.opened() as office:
        before = Event.select().count()
        for keep, reason, problem in (
            (earlier.key, "  ", DecisionProblem.NO_REASON),
            ("ab" * 32, "per akta", DecisionProblem.NOT_A_HEAD),
        ):
            with pytest.raises(DecisionError) as refused:
                versions.decide(office, conflict, keep, reason, "Hj. Mariani")
            assert refused.value.problem is problem
        versions.decide(office, conflict, earlier.key, "per akta", "Hj. Mariani")
        assert list(versions.conflicts(office)) == []
        assert versions.shown(office, PUPIL.hex) is not None
        assert versions.shown(office, PUPIL.hex).key == earlier.key
        assert versions.rejected(office, Kind.CHANGED, PUPIL.hex) == {later.key}
        assert Event.select().count() == before
        with pytest.raises(DecisionError) as refused:
            versions.decide(office, conflict, later.key, "per akta", "Hj. Mariani")
        assert refused.value.problem is DecisionProblem.NOTHING_OPEN


def test_who_goes_on_from_a_rejected_version_opens_the_question_again(ground: Ground) -> None:
    two_that_go_on_from_one_copy(ground, "NOR HAYATI", "NURHAYATI")
    (conflict,) = open_ones(ground)
    with ground.opened() as office:
        versions.decide(office, conflict, conflict.heads[1].key, "per akta", "Hj. Mariani")
    with a_laptop(ground) as laptop:
        say(laptop, "pupil.present")
        deliver(ground, laptop)
    (again,) = open_ones(ground)
    assert [event for _at, event, _facts in again.heads[0].lines] == ["person.changed", "pupil.present"]
    with ground.opened() as office:
        versions.decide(office, again, again.heads[0].key, "ijazah dan akta", "Hj. Mariani")
        assert list(versions.conflicts(office)) == []
    with a_laptop(ground) as laptop:
        say(laptop, "pupil.absent")
        deliver(ground, laptop)
    assert open_ones(ground) == [], "who goes on from the version that was kept asks nothing"


def test_a_decision_made_while_another_laptop_spoke_is_not_taken(ground: Ground) -> None:
    two_that_go_on_from_one_copy(ground, "NOR HAYATI", "NURHAYATI")
    (conflict,) = open_ones(ground)
    with a_laptop(ground) as laptop:
        say(laptop, "pupil.present")
        deliver(ground, laptop)
    with ground.opened() as office, pytest.raises(DecisionError) as refused:
        versions.decide(office, conflict, conflict.heads[1].key, "per akta", "Hj. Mariani")
    assert refused.value.problem is DecisionProblem.NOT_A_HEAD


def test_of_a_person_recorded_twice_one_recording_counts(ground: Ground) -> None:
    for name in ("Laptop 1", "Laptop 2"):
        with a_laptop(ground, name) as laptop:
            laptop.record()
            laptop.export()
    ground.take_in()
    (twice,) = open_ones(ground)
    with ground.opened() as office:
        versions.decide(office, twice, twice.heads[1].key, "wajah lebih baik", "Hj. Mariani")
        assert list(versions.conflicts(office)) == []
        assert versions.rejected(office, Kind.RECORDED, twice.about) == {twice.heads[0].key}
        assert OfficeRecording.select().count() == 2, "the other one is still there"


FLAWED_LINES: dict[str, Callable[[list[Any]], None]] = {
    "no_date": lambda row: row.__setitem__(1, "2026-02-31T02:42:00.000Z"),
    "no_number": lambda row: row.__setitem__(2, 1 << 70),
    "no_text": lambda row: row.__setitem__(3, "boot\0"),
    "no_facts": lambda row: row.__setitem__(7, "[1"),
    "too_long": lambda row: row.__setitem__(5, "pupil." + "x" * 600),
}


def resent(ground: Ground, laptop: Laptop, change: Callable[[list[Part]], list[Part]]) -> bytes:
    """Return the laptop's next bundle with other parts, its lines chained anew, sealed and signed as it should be."""
    from dataclasses import replace

    found = laptop.store.run_now(making.draft, laptop.joined)
    assert found is not None
    parts, head = change(found.parts), bytes.fromhex(found.header.previous)
    chained: list[Part] = []
    for part in parts:
        if part.kind == EVENT:
            *row, _hash, clock = json.loads(part.content)
            head = digest_of(row, head)
            chained.append(Line(tuple(row), head, clock).part())
        else:
            chained.append(part)
    header = replace(found.header, head=head.hex())
    return write(header, chained, laptop.joined.office.seal, laptop.joined.seed)


def counts(office: Office) -> tuple[int, int, int]:
    del office
    return Event.select().count(), OfficeRecording.select().count(), OfficeCapture.select().count()


@pytest.mark.parametrize("flaw", FLAWED_LINES)
def test_a_line_that_no_table_may_have_is_set_aside_and_stops_nothing(ground: Ground, flaw: str) -> None:
    def spoil(parts: list[Part]) -> list[Part]:
        row = json.loads(parts[1].content)
        FLAWED_LINES[flaw](row)
        return [parts[0], Part(EVENT, canonical(row).encode()), *parts[2:]]

    with a_laptop(ground) as laptop:
        laptop.record(2)
        content = resent(ground, laptop, spoil)
        with ground.opened() as office:
            done = ingest(office, content)
            assert (done.set_aside, done.recordings, done.captures) == (1, 2, 2)
            (row,) = SetAside.select()
            assert (row.kind, row.place, row.reason) == ("line", 2, flaw)
            assert json.loads(row.content)["seq"] == 2
            assert counts(office)[0] == done.lines
            assert office.standing().set_aside == 1
            assert office.standing().laptops[0].lines == done.lines + 1, "the chain goes on after it"


@pytest.mark.parametrize(
    ("part", "name", "value", "flaw"),
    [
        ("person", "birth_date", "2009-02-29", "no_date"),
        ("person", "nik", "63110652050990", "no_nik"),
        ("person", "nik", 6311065205099001, "no_nik"),
        ("person", "name", "X" * 501, "too_long"),
        ("person", "mother", "NOR\0JENAH", "no_text"),
        ("recording", "sealed_at", "yesterday", "no_date"),
    ],
)
def test_a_recording_that_no_table_may_have_is_set_aside_with_its_captures_kept(
    ground: Ground, part: str, name: str, value: object, flaw: str
) -> None:
    def spoil(parts: list[Part]) -> list[Part]:
        first = next(one for one in parts if one.kind == RECORDING)
        said = json.loads(first.content)
        said[part][name] = value
        return [Part(RECORDING, canonical(said).encode()) if one is first else one for one in parts]

    with a_laptop(ground) as laptop:
        laptop.record(2)
        content = resent(ground, laptop, spoil)
        with ground.opened() as office:
            done = ingest(office, content)
            assert (done.set_aside, done.recordings, done.captures) == (1, 1, 2)
            (row,) = SetAside.select()
            assert (row.kind, row.reason) == ("recording", flaw)
            assert json.loads(row.content)[part][name] == value
            assert ingest(office, content).lines == 0
            assert SetAside.select().count() == 1, "twice is once"


def test_half_a_letter_breaks_the_chain_and_nothing_is_taken(ground: Ground) -> None:
    def spoil(parts: list[Part]) -> list[Part]:
        return [Part(EVENT, parts[0].content.replace(b'"event', b'"event')), *parts[1:]]

    with a_laptop(ground) as laptop:
        laptop.record()
        found = laptop.store.run_now(making.draft, laptop.joined)
        assert found is not None
        row = json.loads(found.parts[0].content)
        row[5] = "X"
        broken = Part(EVENT, canonical(row).encode().replace(b'"X"', b'"\\ud800"'))
        content = write(found.header, [broken, *found.parts[1:]], laptop.joined.office.seal, laptop.joined.seed)
        with ground.opened() as office:
            with pytest.raises(BundleError) as refused:
                ingest(office, content)
            assert refused.value.problem is BundleProblem.CHAIN
            assert counts(office) == (0, 0, 0)
