"""The papers as pictures: each looks as it did when somebody last looked at it.

A picture is drawn anew with `REKAM17_NEW_PICTURES=1 pytest tests/reports/test_papers_pictures.py`; look at it before it
is committed.
"""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest
from paper_samples import EVERY_PAPER, peers
from PIL import Image, ImageChops, ImageFilter

PICTURES = Path(__file__).parent / "pictures"
_RESOLUTION = "50"
_ROWS = 27
_UNLIKE = 48  # of 255: a grey further off than this is another shape, not another rounding
_TOLERATED = 0.001  # of a page's dots


def sheets(paper: bytes, folder: Path) -> Image.Image:
    """Return all pages of a paper beside each other, in greys."""
    (folder / "paper.pdf").write_bytes(paper)
    subprocess.run(
        ["pdftoppm", "-r", _RESOLUTION, "-gray", str(folder / "paper.pdf"), str(folder / "page")], check=True
    )
    pages = [Image.open(file) for file in sorted(folder.glob("page*.pgm"))]
    whole = Image.new("L", (sum(page.width for page in pages), max(page.height for page in pages)), 128)
    left = 0
    for page in pages:
        whole.paste(page, (left, 0))
        left += page.width
    return whole


def unlike(one: Image.Image, other: Image.Image) -> float:
    """Return which part of the dots is another grey, a dot's breadth of shift forgiven."""
    if one.size != other.size:
        return 1.0
    soft = [picture.filter(ImageFilter.GaussianBlur(1)) for picture in (one, other)]
    differ = ImageChops.difference(*soft).point(lambda grey: 255 if grey > _UNLIKE else 0)
    return differ.histogram()[255] / (one.width * one.height)


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_a_paper_looks_as_it_did(kind: str, tmp_path: Path) -> None:
    shown = sheets(EVERY_PAPER[kind](_ROWS, False), tmp_path)
    file = PICTURES / f"{kind}.png"
    if os.environ.get("REKAM17_NEW_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        shown.quantize(24).save(file, optimize=True)
    with Image.open(file) as kept:
        assert unlike(shown, kept.convert("L")) < _TOLERATED


@peers
def test_a_row_that_is_lacking_is_seen(tmp_path: Path) -> None:
    pictures: list[Image.Image] = []
    for count in (_ROWS, _ROWS - 1):
        folder = tmp_path / str(count)
        folder.mkdir()
        pictures.append(sheets(EVERY_PAPER["waiting_list"](count, False), folder))
    assert unlike(*pictures) > _TOLERATED


def test_a_picture_is_kept_of_every_paper_and_of_no_other() -> None:
    assert {file.stem for file in PICTURES.glob("*.png")} == set(EVERY_PAPER)
    with Image.open(io.BytesIO((PICTURES / "handover.png").read_bytes())) as picture:
        assert picture.width > picture.height, "the pages stand beside each other"
