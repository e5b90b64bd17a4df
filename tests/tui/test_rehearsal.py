"""`rekam17 rehearse --auto` as anybody runs it: the application drives itself, and what it leaves behind is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rehearsal_ground import Rehearsal, niks_in, text_of

from store import card_queue, counts
from store.card_queue import EVERYBODY
from store.procedure import STEPS

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """Name the folders of one rehearsal of twelve pupils."""
    return Rehearsal(tmp_path_factory.mktemp("rehearsal"), pupils=12)


@pytest.fixture(scope="module")
def told(rehearsal: Rehearsal) -> dict[str, object]:
    """Run it to its end; return what `--json` printed."""
    process = rehearsal.start("--json")
    said, complaints = process.communicate(timeout=240)
    assert process.returncode == 0, complaints
    return json.loads(said)


def test_the_json_has_the_shape_that_was_promised(told: dict[str, object]) -> None:
    assert list(told) == ["pupils", "recorded", "printed", "handed_over", "waiting", "wall_s", "steps", "documents"]
    steps = told["steps"]
    assert [step["step"] for step in steps] == list(range(1, 9))
    assert all(list(step) == ["step", "runs", "elapsed_s", "standard_s"] for step in steps)
    assert [step["standard_s"] for step in steps] == [step.standard_seconds for step in STEPS]
    assert all(step["elapsed_s"] > 0 for step in steps), "every step took (virtual) time"


def test_the_counts_are_the_schools(told: dict[str, object], rehearsal: Rehearsal) -> None:
    recorded, printed = rehearsal.to_be_recorded(), rehearsal.to_be_printed()
    assert 0 < len(printed) < len(recorded) < 12, "this school has pupils of every kind"
    assert told["pupils"] == 12
    assert told["recorded"] == len(recorded)
    assert told["printed"] == told["handed_over"] == len(printed)
    assert told["waiting"] == len(recorded) - len(printed)
    runs = {step["step"]: step["runs"] for step in told["steps"]}
    assert (runs[6], runs[7], runs[8]) == (len(recorded), len(printed), 1)


def test_the_counts_are_the_stores(told: dict[str, object], rehearsal: Rehearsal) -> None:
    with rehearsal.store() as store:
        total, queue = store.run_now(counts.of_all), store.run_now(card_queue.counts)
    assert (total.pupils, total.recorded) == (told["pupils"], told["recorded"])
    assert (total.printed, total.handed_over) == (told["printed"], told["handed_over"])
    assert queue.ready + queue.waiting == told["waiting"]
    assert queue.ready == 0, "whoever could have her card has it"


def test_whoever_is_not_17_waits_and_was_not_printed(told: dict[str, object], rehearsal: Rehearsal) -> None:
    young = {one.name for one in rehearsal.to_be_recorded()} - {one.name for one in rehearsal.to_be_printed()}
    with rehearsal.store() as store:
        waiting = store.run_now(card_queue.window, EVERYBODY, None, 50)
    assert {row.name for row in waiting} == young
    assert all(row.days_left > 0 for row in waiting), "they wait for a birthday"


@pytest.mark.peer("pdftotext")
def test_the_handover_list_names_exactly_who_was_handed_over(told: dict[str, object], rehearsal: Rehearsal) -> None:
    minutes = [Path(path) for path in told["documents"] if "BAST" in path]
    assert len(minutes) == 1
    assert sorted(niks_in(minutes[0])) == sorted(one.nik for one in rehearsal.to_be_printed())


@pytest.mark.peer("pdftotext")
def test_one_card_came_out_for_each_of_them(told: dict[str, object], rehearsal: Rehearsal) -> None:
    cards = [niks_in(card) for card in rehearsal.tray]
    assert all(len(found) == 1 for found in cards)
    assert sorted(found[0] for found in cards) == sorted(one.nik for one in rehearsal.to_be_printed())


def test_the_documents_are_there_one_proof_for_each_recording(told: dict[str, object], rehearsal: Rehearsal) -> None:
    papers = [Path(path) for path in told["documents"]]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in papers)
    assert all(path.is_relative_to(rehearsal.out) for path in papers)
    names = [path.name for path in papers]
    assert "Jadwal Perekaman.pdf" in names
    assert sum(name.startswith("Bukti Perekaman") for name in names) == told["recorded"]


@pytest.mark.peer("pdftotext")
def test_each_paper_can_be_had_from_the_command_line(told: dict[str, object], rehearsal: Rehearsal) -> None:
    made = {kind: rehearsal.report(kind) for kind in ("schedule", "summary", "waiting-list")}
    made |= {kind: rehearsal.report(kind, "--number", "1") for kind in ("handover", "proof")}
    kept = {Path(path).read_bytes() for path in told["documents"]}
    assert made["handover"].read_bytes() in kept, "the minutes are those that were signed, to the letter"
    assert made["proof"].read_bytes() in kept, "the proof is the one the pupil took home"
    assert "XII" in text_of(made["schedule"])
    assert "RINGKASAN" in text_of(made["summary"])
    young = {one.name for one in rehearsal.to_be_recorded()} - {one.name for one in rehearsal.to_be_printed()}
    listed = text_of(made["waiting-list"])
    assert {name for name in young if name not in " ".join(listed.split())} == set()


def test_the_minutes_are_verified_with_their_list_and_a_copy_of_them_changed_is_not(
    told: dict[str, object], rehearsal: Rehearsal
) -> None:
    minutes = next(Path(path) for path in told["documents"] if "BAST" in path)
    status, said = rehearsal.verify(minutes)
    assert status == 0, said
    assert "list and journal agree" in said
    copy = rehearsal.place / "copy.pdf"
    copy.write_bytes(minutes.read_bytes().replace(b"startxref", b"startxreg"))
    status, said = rehearsal.verify(copy)
    assert status == 1
    assert "NOT a paper of this laptop" in said
