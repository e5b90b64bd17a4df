"""Papers of another office than Balangan's: its letterhead, crest, paper, sizes and order of signatures."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from paper_samples import EVERY_LIST, EVERY_PAPER, HEAD, OFFICE, assert_inside, peers, rows_of, text_of
from PIL import Image

from reports.layout import BALANGAN, Letterhead
from reports.page import PaperSize, Style

SIGNED_BY_TWO = ("schedule", "absentees", "handover")


def crest() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 400), (10, 80, 20)).save(file, "PNG")
    return file.getvalue()


BANJARBARU = Letterhead(
    government="PEMERINTAH KOTA BANJARBARU",
    agency="DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL KOTA",
    address="Jalan Contoh Nomor 1, Banjarbaru 70711",
    contact="Telepon (0511) 000",
    place="Banjarbaru",
    crest=crest(),
    style=Style(text=12.0, cells=11.0, office_first=True),
)


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_its_letterhead_and_crest_stand_on_every_paper_and_balangans_do_not(kind: str, tmp_path: Path) -> None:
    paper = EVERY_PAPER[kind](30, False, BANJARBARU)
    text = text_of(paper, tmp_path)
    for words in (BANJARBARU.government, BANJARBARU.agency, BANJARBARU.address, BANJARBARU.contact):
        assert words in text
    assert BALANGAN.government not in text
    ran = subprocess.run(
        ["pdfimages", "-list", str(tmp_path / "paper.pdf")], capture_output=True, text=True, check=True
    )
    assert " 300   400  rgb" in ran.stdout
    places = re.findall(r"(\w+), \d+ November 2026", text)
    assert set(places) <= {"Banjarbaru", "Senin"}, "the town before the date; days of the week stand so too"


@peers
@pytest.mark.parametrize("style", [Style(9.0, 7.0), Style(12.0, 11.0, office_first=True)])
@pytest.mark.parametrize("size", [PaperSize.A4, PaperSize.F4])
@pytest.mark.parametrize("kind", EVERY_LIST)
def test_in_small_and_in_large_letters_every_row_is_there_and_nothing_leaves_its_page(
    kind: str, size: PaperSize, style: Style, tmp_path: Path
) -> None:
    paper = EVERY_LIST[kind](30, False, replace(BANJARBARU, style=style), size)
    assert rows_of(kind, text_of(paper, tmp_path, "-layout")) == list(range(1, 31))
    assert_inside(paper, tmp_path)


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_larger_letters_are_larger_on_every_paper(kind: str, tmp_path: Path) -> None:
    heights = [
        sum(sorted(heights_of(EVERY_PAPER[kind](3, False, replace(BANJARBARU, style=style)), tmp_path))[10:])
        for style in (Style(9.0, 7.0), Style(), Style(12.0, 11.0))
    ]
    assert heights == sorted(heights)
    assert heights[0] < heights[2]


@peers
@pytest.mark.parametrize("kind", SIGNED_BY_TWO)
@pytest.mark.parametrize("office_first", [False, True])
def test_the_office_signs_on_the_side_the_office_wants(kind: str, office_first: bool, tmp_path: Path) -> None:
    style = Style(office_first=office_first)
    text = text_of(EVERY_PAPER[kind](3, False, replace(BANJARBARU, style=style)), tmp_path, "-layout")
    signed = [line for line in text.splitlines() if OFFICE.name in line and HEAD.name in line]
    assert signed, "both names stand on one line, under their signatures"
    for line in signed:
        assert (line.index(OFFICE.name) < line.index(HEAD.name)) is office_first


def heights_of(paper: bytes, folder: Path) -> list[float]:
    """Return how high each word of the paper stands."""
    (folder / "paper.pdf").write_bytes(paper)
    command = ["pdftotext", "-bbox", str(folder / "paper.pdf"), "-"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    boxes = (re.findall(r'="([-\d.]+)"', line) for line in answer.splitlines() if "<word" in line)
    return [float(bottom) - float(top) for _left, top, _right, bottom in boxes]
