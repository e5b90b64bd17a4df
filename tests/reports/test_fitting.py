"""How texts fit their cells and rows their pages: by rule, and never at the cost of a letter or a row."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import fonts
from reports.fonts import LEADING, Face, fit, one_line, typeface
from reports.listing import Measure, share_out
from reports.page import Sheet

sizes = st.floats(4, 14)


@given(st.text(max_size=120), st.sampled_from(Face), sizes, st.floats(20, 300), st.floats(6, 40))
def test_a_fitted_text_stays_in_its_cell_and_keeps_every_letter(
    text: str, face: Face, size: float, width: float, height: float
) -> None:
    drawn_with = typeface(face)
    fitted = fit(text, drawn_with, size, width, height)
    assert fitted.size <= size
    assert "".join("".join(fitted.lines).split(" ")) == "".join(one_line(text).split(" "))
    if len(fitted.lines) > 1:
        assert len(fitted.lines) * fitted.size * LEADING <= height + 0.01
    assert all(drawn_with.width(line, fitted.size) <= width + 0.01 for line in fitted.lines)


@given(st.text(max_size=60), st.sampled_from(Face))
def test_every_letter_is_drawn_by_some_font_or_seen_as_a_box(text: str, face: Face) -> None:
    line = one_line(text)
    runs = typeface(face).runs(line)
    assert sum(len(run.text) for run in runs) == len(line)
    for run in runs:
        drawn_by = next(one for one in (typeface(face), *fonts._other_letters()) if one.name == run.font)
        assert all(drawn_by.has(letter) for letter in run.text)


def test_a_text_that_fits_is_not_touched() -> None:
    fitted = fit("NORHAYATI", typeface(Face.NARROW), 9, 100, 20)
    assert (fitted.size, fitted.lines) == (9, ("NORHAYATI",))


def test_a_long_name_is_first_broken_at_its_blanks_then_made_smaller_then_broken_in_its_words() -> None:
    face = typeface(Face.NARROW)
    broken = fit("AHMAD ZAINUDDIN AL-BANJARI PUTRA", face, 9, 80, 22)
    assert broken.size == 9
    assert len(broken.lines) == 2
    smaller = fit("AHMAD ZAINUDDIN AL-BANJARI PUTRA PRATAMA", face, 9, 80, 22)
    assert smaller.size < 9
    torn = fit("W" * 60, face, 9, 80, 22)
    assert "".join(torn.lines) == "W" * 60


def test_composed_and_decomposed_names_are_the_same_name() -> None:
    assert one_line("E\u0301LOI\u0308SE") == "ÉLOÏSE"
    assert one_line("SITI\u00a0RAHMAH\nNOOR\tLAILA") == "SITI RAHMAH NOOR LAILA"


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=60),
    st.floats(0, 700),
    st.floats(250, 700),
    st.floats(10, 30),
    st.floats(0, 150),
    st.integers(1, 25),
)
def test_rows_are_shared_out_without_loss_and_never_off_the_page(
    groups: list[int], first: float, other: float, row: float, tail: float, most: int
) -> None:
    measure = Measure(first, other, 20, row, tail, most)
    pages = share_out(groups, measure)
    assert sum(pages) == sum(groups)
    full = max(1, measure.rows(other))
    assert all(0 < page <= full for page in pages[1:])
    assert pages[0] <= measure.rows(first)
    left = (other if len(pages) > 1 else first) - 20 - pages[-1] * row
    assert left + 0.02 >= tail


def test_signatures_take_a_few_rows_along_to_their_page() -> None:
    measure = Measure(first=500, other=500, header=20, row=20, tail=150, most=24)
    assert share_out([1] * 24, measure) == (19, 5)
    assert share_out([1] * 10, measure) == (10,)
    assert share_out([3] * 8, measure) == (21, 3)
    assert share_out([24], measure) == (19, 5)  # one person's many changes are parted rather than left alone


@pytest.fixture
def _without_liberation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(fonts, "_LIBERATION", tmp_path)
    fonts.typeface.cache_clear()
    yield
    fonts.typeface.cache_clear()


@pytest.mark.usefixtures("_without_liberation")
@pytest.mark.peer("pdffonts", "pdftotext")
def test_without_liberation_vera_is_embedded_instead_and_narrowed_for_cells(tmp_path: Path) -> None:
    sheet = Sheet("paper", foot=("kaki",))
    sheet.text(100, 500, "NORHAYATI lebar", Face.SANS, 12)
    sheet.text(100, 480, "NORHAYATI sempit", Face.NARROW, 12)
    sheet.text(100, 460, "SITI \u4e2d", Face.NARROW, 12)
    file = tmp_path / "paper.pdf"
    file.write_bytes(sheet.finish())
    listed = subprocess.run(["pdffonts", str(file)], check=True, capture_output=True, text=True).stdout
    assert "Vera" in listed
    assert "Liberation" not in listed
    assert "Helvetica" not in listed
    text = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, text=True).stdout
    assert "NORHAYATI sempit" in text
    assert typeface(Face.NARROW).width("NORHAYATI", 12) < typeface(Face.SANS).width("NORHAYATI", 12)
