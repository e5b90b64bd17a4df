"""The papers as pictures: each looks as it did when somebody last looked at it.

A picture is drawn anew with `REKAM17_NEW_PICTURES=1 pytest tests/reports/test_papers_pictures.py`; look at it before it
is committed.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from paper_samples import EVERY_PAPER, peers
from pictures_kept import TOLERATED, looks_like, sheets, unlike
from PIL import Image

PICTURES = Path(__file__).parent / "pictures"
_ROWS = 27


@peers
@pytest.mark.parametrize("kind", EVERY_PAPER)
def test_a_paper_looks_as_it_did(kind: str, tmp_path: Path) -> None:
    assert looks_like(sheets(EVERY_PAPER[kind](_ROWS, False), tmp_path), PICTURES / f"{kind}.png")


@peers
def test_a_row_that_is_lacking_is_seen(tmp_path: Path) -> None:
    pictures: list[Image.Image] = []
    for count in (_ROWS, _ROWS - 1):
        folder = tmp_path / str(count)
        folder.mkdir()
        pictures.append(sheets(EVERY_PAPER["waiting_list"](count, False), folder))
    assert unlike(*pictures) > TOLERATED


def test_a_picture_is_kept_of_every_paper_and_of_no_other() -> None:
    assert {file.stem for file in PICTURES.glob("*.png")} == set(EVERY_PAPER)
    with Image.open(io.BytesIO((PICTURES / "handover.png").read_bytes())) as picture:
        assert picture.width > picture.height, "the pages stand beside each other"
