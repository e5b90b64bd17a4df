"""The frame's lines against every mock-up of the book: rail, headline, key bar, top line, boxes."""

from __future__ import annotations

import re

import pytest
from book import BOOK, mockup

from tui import i18n, keys
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.widgets import bars
from tui.widgets.bars import RailStep, Top

SCREENS = sorted(file.stem for file in BOOK.glob("S*.txt"))
RAIL = re.compile(r"([√►·!×?○~–])([1-8]) [A-Za-z]+(?: ([\d.]+))?")


@pytest.fixture(autouse=True)
def _indonesian() -> None:
    i18n.use("id")


def width_of(line: str) -> int:
    return 120 if len(line) > 80 else 80


@pytest.mark.parametrize("name", [*SCREENS, "wide"])
def test_the_rail_is_the_books(name: str) -> None:
    expected = mockup(name)[1]
    steps = [RailStep(symbol, int(waiting or 0)) for symbol, _digit, waiting in RAIL.findall(expected)]
    here = re.search(r"\[.([1-8])", expected)
    assert str(bars.rail(steps, int(here[1]) if here else None, 80)).rstrip() == expected.rstrip()


@pytest.mark.parametrize("name", [name for name in [*SCREENS, "wide"] if name != "S16"])
def test_the_headline_is_the_books(name: str) -> None:
    expected = mockup(name)[2]
    left, right = re.fullmatch(r"── (.+?) ─{2,}(?: (.+) ──)?", expected).groups()
    assert str(bars.headline(left, right or "", width_of(expected))) == expected


def test_in_training_the_top_line_and_the_headline_say_so() -> None:
    expected = mockup("S16")
    assert str(bars.headline("6 Rekam · NORHAYATI · potret", "", 80, training=True)) == expected[2]
    facts = ("Syarifah·rekam", "10.56", "L6 1/20 mnt")
    line = bars.top_line(Top("Sekolah Latihan 1", facts), 80, training=True)
    assert str(line).rstrip() == expected[0]
    assert {line.ink_at(column) for column in range(80)} == {Ink.TRAINING}
    assert "sisa 79 · LATIHAN" in str(bars.headline("3 Cek", "sisa 79", 80, training=True))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1 Jadwal · murid 16 tahun ke atas pada 22-11-2026", "3 dari 3"),
        ("1 Plan · draft of the schedule by class", "Sunday, 22-11-2026"),
        ("6 Rekam · NOR AIDA · periksa dan segel", "meja 1 · kain MERAH"),
    ],
)
def test_the_word_of_training_cuts_no_fact_that_has_room(left: str, right: str) -> None:
    line = str(bars.headline(left, right, 80, training=True))
    assert line.startswith(f"── {left} ─")
    assert line.endswith(f"─ {right} · LATIHAN ──")
    assert len(line) == 80


@pytest.mark.parametrize("name", [name for name in [*SCREENS, "wide"] if name != "S16"])
def test_the_top_line_is_the_books(name: str) -> None:
    expected = mockup(name)[0]
    place, *facts = re.split(r"  +", expected.removeprefix(" Rekam17  "))
    assert str(bars.top_line(Top(place, tuple(facts)), width_of(expected))).rstrip() == expected


def test_over_the_standard_the_clock_is_loud() -> None:
    late = bars.top_line(Top("x", ("y", "L7 7/5 mnt !"), late=True), 80)
    assert late.ink_at(79) is Ink.FRAME_LOUD
    assert late.ink_at(60) is Ink.FRAME


def test_a_long_place_gives_way_and_the_facts_do_not() -> None:
    line = str(bars.top_line(Top("SMA " + "X" * 90, ("Rahmawati·rekam", "10.42", "L3 0/5 mnt")), 80))
    assert len(line) == 80
    assert line.endswith("X..  Rahmawati·rekam  10.42  L3 0/5 mnt ")


def test_a_rail_too_wide_drops_the_words_of_finished_steps_from_the_left() -> None:
    steps = [RailStep("√"), RailStep("√"), *(RailStep("►", 1101) for _ in range(6))]
    line = str(bars.rail(steps, 3, 80))
    assert line.startswith(" √1 √2[►3 Cek 1.101]►4 SIAK 1.101 ")


@pytest.mark.parametrize("name", [*SCREENS, "wide"])
def test_the_key_bar_is_the_books(name: str) -> None:
    """The hints of a mock-up, given back to the bar, fit and stand where the book has them."""
    expected = mockup(name)[-1]
    by_cap = {cap: key for key in keys.KEYS for cap in (key.letter, key.function, key.cap())}
    hints = []
    for text in re.split(r"  +", expected.strip())[1:-1]:
        cap, _space, label = text.partition(" ")
        hints.append(Hint(by_cap.get(cap, keys.UP), label, lambda: None, cap=cap))
    assert str(keys.key_bar(hints, width_of(expected), typing=False)) == expected


def test_what_does_not_fit_falls_off_by_rank_and_help_and_quit_never_do() -> None:
    hints = [Hint(keys.ENTER, "Buka", lambda: None), Hint(keys.HISTORY, "Riwayat", lambda: None, rank=2)]
    hints += [Hint(keys.EDIT, "X" * 40, lambda: None), Hint(keys.ADD, "Tambah", lambda: None, rank=3)]
    bar = str(keys.key_bar(hints, 80, typing=False))
    assert bar == f" F1 Bantuan  Enter Buka  E {'X' * 40}  F10 Keluar"
    assert "I Riwayat" in str(keys.key_bar(hints, 120, typing=False))


def test_while_typing_letters_are_not_offered_as_keys() -> None:
    hints = [Hint(keys.GO_ON, "Lanjut", lambda: None), Hint(keys.PAPERS, "Dokumen", lambda: None)]
    hints.append(Hint(keys.TICK, "Cocok", lambda: None))
    assert str(keys.key_bar(hints, 80, typing=True)) == " F1 Bantuan  F2 Lanjut  F10 Keluar"
    assert "Spasi Cocok" in str(keys.key_bar(hints, 80, typing=False))


def test_the_worst_problem_stands_in_the_problem_line_reversed() -> None:
    line = bars.problem_line([Problem("!", "Film 97."), Problem("×", "Diska penuh."), Problem("?", "?")], 80)
    assert str(line).rstrip() == " (1/3) × Diska penuh."
    assert line.ink_at(79) is Ink.PROBLEM
    assert str(bars.problem_line([], 80)) == ""


@pytest.mark.parametrize("length", [10, 30, 60, 90, 400])
def test_a_problem_that_is_too_long_loses_words_and_never_its_key(length: int) -> None:
    long = Problem("×", "Kabel lepas " + "x" * length + ". Semua tersimpan. Pasang lagi, atau U.")
    line = str(bars.problem_line([long, Problem("!", "Film 97.")], 80)).rstrip()
    assert line.startswith(" (1/2) × Kabel lepas xxx" if length == 10 else " × Kabel lepas xxx"), (
        "how many there are is said only where it costs no word"
    )
    assert line.endswith(" Pasang lagi, atau U.")
    assert len(line) <= 79
    assert (".." in line) == (length > 16)


def test_a_box_closes_round_any_line() -> None:
    made = bars.box("T" * 90, [Line("x" * 90), Line("名" * 60), Line("")], 60, "4")
    assert {len(line) for line in made} == {60}
    assert [str(line)[-1] for line in made] == ["┐", "│", "│", "│", "┘"]
    assert str(made[0]).endswith(" 4 ┐")


def test_a_long_name_gives_way_to_the_section_she_is_in() -> None:
    line = str(bars.headline("6 Rekam · " + "X" * 60 + " · empat jari kanan", "meja 2", 80))
    assert line.startswith("── 6 Rekam · XXXX")
    assert ".. · empat jari kanan ─" in line
    assert len(line) == 80


def test_training_shortens_its_banner_before_a_name_is_cut() -> None:
    line = str(bars.headline("6 Rekam · SALASIAH FAUZAN · potret", "", 80, training=True))
    assert "SALASIAH FAUZAN · potret ─" in line
    assert line.endswith(" TRAINING ──") or line.endswith(" LATIHAN ──")
