"""How the papers stand on their pages: nothing outside the margins, nothing cut in two, no signature alone."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from paper_samples import (
    DAY,
    EVERY_PAPER,
    assert_inside,
    minutes,
    pages_of,
    peers,
    proof_paper,
    recipient,
    schedule_paper,
    text_of,
    update_paper,
    waiting_paper,
)
from PIL import Image

from reports import handover, proof, schedule, siak_update, waiting_list
from reports.layout import BALANGAN, DrawnSignature, Signer
from reports.page import PaperSize


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_every_page_says_which_of_how_many_it_is(kind: str, tmp_path: Path) -> None:
    pages = pages_of(EVERY_PAPER[kind](83, False), tmp_path)
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} dari {len(pages)}" in page


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_in_training_every_page_says_so_and_otherwise_none(kind: str, tmp_path: Path) -> None:
    for training in (True, False):
        pages = text_of(EVERY_PAPER[kind](30, training), tmp_path, "-raw").split("\f")[:-1]
        marked = ["LATIHAN" in "".join(page.split()) for page in pages]
        assert marked == [training] * len(pages)


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
@pytest.mark.parametrize("count", [1, 24, 83])
def test_nothing_stands_outside_the_margins(kind: str, count: int, tmp_path: Path) -> None:
    assert assert_inside(EVERY_PAPER[kind](count, False), tmp_path) > 20


LONGEST = "WIDJAJAKUSUMAWARDHANI-" * 5 + "WIDJAJA WW"


@peers
def test_the_longest_words_stay_on_their_papers(tmp_path: Path) -> None:
    party = handover.Party(LONGEST, "1" * 40, LONGEST * 2, LONGEST * 2)
    paper = minutes(
        recipient(1, LONGEST),
        school=LONGEST,
        place=LONGEST,
        giver=party,
        receiver=party,
        absent=(handover.Kept(LONGEST, LONGEST, "A0117211", LONGEST),),
    )
    long_proof = replace(proof_paper(LONGEST), school=LONGEST, exceptions=(LONGEST,) * 10)
    slots = tuple(schedule.Slot(DAY, time(8), time(9), LONGEST, 30, "1", LONGEST, LONGEST) for _ in range(70))
    officers = (schedule.FieldOfficer(LONGEST, "1" * 40, LONGEST),) * 30
    long_schedule = replace(schedule_paper(1), slots=slots, school=LONGEST, officers=officers)
    letterhead = replace(BALANGAN, government=LONGEST, agency=LONGEST, address=LONGEST, contact=LONGEST)
    for drawn in (
        handover.draw(paper, letterhead),
        handover.draw(paper, letterhead, size=PaperSize.A4),
        proof.draw(long_proof, letterhead),
        schedule.draw(long_schedule, letterhead),
        schedule.draw(replace(long_schedule, officers=()), letterhead),
        waiting_list.draw(replace(waiting_paper(30), school=LONGEST), letterhead),
    ):
        text = "".join(text_of(drawn, tmp_path, "-raw").split())
        assert "".join(LONGEST.split()) in text
        assert_inside(drawn, tmp_path)


@peers
def test_a_hostile_name_takes_no_page_and_no_neighbour_with_it(tmp_path: Path) -> None:
    people = [recipient(n, "Ж" * 120 if n % 3 == 0 else "") for n in range(1, 61)]
    pages = pages_of(handover.draw(minutes(*people), BALANGAN), tmp_path)
    numbers = [found for page in pages for found in re.findall(r"MURID KE(\d{4})", page)]
    assert [int(number) for number in numbers] == [n for n in range(1, 61) if n % 3]
    assert "".join("".join(pages).split()).count("Ж") == 120 * 20


@peers
def test_a_signature_crosses_neither_name_nor_post(tmp_path: Path) -> None:
    drawn = DrawnSignature((((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)),), aspect=1.0)
    post = "Wakil kepala sekolah bidang kesiswaan dan hubungan dengan masyarakat"
    paper = minutes(recipient(1))
    giver = replace(paper.giver, post=post, signature=drawn)
    bare = handover.draw(replace(paper, giver=replace(giver, signature=None)), BALANGAN)
    signed = handover.draw(replace(paper, giver=giver), BALANGAN)
    shown = [picture_of(one, tmp_path) for one in (bare, signed)]
    ink = [at for at, (before, after) in enumerate(zip(*shown, strict=True)) if before != after]
    assert ink
    assert all(shown[0][at] == 255 for at in ink), "the pen went over letters"


def picture_of(paper: bytes, folder: Path) -> bytes:
    (folder / "paper.pdf").write_bytes(paper)
    command = ["pdftoppm", "-r", "100", "-gray", "-f", "1", "-l", "1", str(folder / "paper.pdf")]
    with Image.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)) as page:
        return page.tobytes()


@peers
def test_whose_name_nobody_knows_gets_a_line_to_write_it_on(tmp_path: Path) -> None:
    unknown = replace(schedule_paper(4), school_signer=Signer("", "Kepala sekolah atau yang mewakili"))
    a_dot = replace(unknown, school_signer=replace(unknown.school_signer, name="."))
    text = text_of(schedule.draw(unknown, BALANGAN), tmp_path)
    assert "Kepala Sekolah atau yang Mewakili," in text
    white = [picture_of(schedule.draw(one, BALANGAN), tmp_path).count(255) for one in (unknown, a_dot)]
    assert white[0] < white[1] - 100  # a line of 5 cm


@peers
def test_signatures_never_stand_on_a_page_without_a_row(tmp_path: Path) -> None:
    for count in range(15, 32):
        pages = pages_of(handover.draw(minutes(*map(recipient, range(1, count + 1))), BALANGAN), tmp_path)
        assert "Jumlah diserahkan" in pages[-1]
        assert "MURID KE" in pages[-1]


@peers
@pytest.mark.parametrize("size", [PaperSize.F4, PaperSize.A4])
def test_twenty_five_rows_stand_on_a_page_of_either_paper(size: PaperSize, tmp_path: Path) -> None:
    pages = pages_of(handover.draw(minutes(*map(recipient, range(1, 101))), BALANGAN, size=size), tmp_path)
    assert [page.count("MURID KE") for page in pages if "MURID KE" in page][:3] == [25, 25, 25]


@peers
def test_a_pupils_changes_stay_on_one_page(tmp_path: Path) -> None:
    pages = pages_of(siak_update.draw(update_paper(20), BALANGAN), tmp_path)
    assert len(pages) > 2
    for page in pages:
        assert page.count("BARU 0") == page.count("BARU 1") == page.count("BARU 2") == page.count("MURID KE")


@peers
def test_more_changes_than_a_page_holds_are_all_there(tmp_path: Path) -> None:
    text = text_of(siak_update.draw(update_paper(1, changes=60), BALANGAN), tmp_path, "-layout")
    assert [int(found) for found in re.findall(r"BARU (\d+)", text)] == list(range(60))
