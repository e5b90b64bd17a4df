"""The check code on paper holds the modules it should, so that any reader can read it."""

import io
import subprocess
from pathlib import Path

import pytest
import segno
from PIL import Image

from reports.check_code import CheckCode, digest_of, draw_code
from reports.page import Sheet

CODE = CheckCode("400.12.2/0147/DUKCAPIL/2026", 21, digest_of([("NORHAYATI", "A0117209")]))


@pytest.mark.peer("pdftoppm")
def test_every_module_of_the_printed_code_is_the_one_that_was_meant(tmp_path: Path) -> None:
    sheet = Sheet("code", foot=None)
    side = 200.0
    draw_code(sheet, CODE, 100, 100, side)
    (tmp_path / "code.pdf").write_bytes(sheet.finish())
    picture = subprocess.run(
        ["pdftoppm", "-r", "144", "-gray", "-png", str(tmp_path / "code.pdf")], check=True, capture_output=True
    ).stdout
    page = Image.open(io.BytesIO(picture)).convert("L")
    matrix = segno.make(CODE.payload, error="m", micro=False).matrix
    module = side / (len(matrix) + 4)
    for row, bits in enumerate(matrix):
        for column, bit in enumerate(bits):
            x, y = 100 + (column + 2.5) * module, 100 + side - (row + 2.5) * module
            dark = page.getpixel((int(x * 2), int(page.height - y * 2))) < 128
            assert dark == bool(bit), (row, column)


def test_lists_that_only_run_together_differently_have_different_digests() -> None:
    assert digest_of([("AB", "C")]) != digest_of([("A", "BC")])
    assert digest_of([("A",), ("B",)]) != digest_of([("A", "B")])
    assert digest_of([("A", "B")]) == digest_of(iter([("A", "B")]))


def test_a_number_with_line_breaks_cannot_forge_the_codes_other_fields() -> None:
    forged = CheckCode("0147\n999\nabc", 21, "d" * 64)
    assert forged.payload.split("\n") == ["REKAM17", "0147 999 abc", "21", "d" * 32]
