"""The first glass: the login's furniture stands before the program is read in, and never a word of a person."""

from __future__ import annotations

import os
import re
import select
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.laptop import OFFICER, PASSPHRASE, set_up
from tests.tui.real_terminal import Terminal

LOGIN = b"Frasa sandi"
CLOCK = re.compile(r"Jam laptop \d\d\.\d\d")
READY = b"\x1b[?1004h"  # the driver has the terminal
Start = Callable[..., Terminal]


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return set_up(tmp_path_factory.mktemp("laptop")).data


@pytest.fixture
def start(laptop: Path, tmp_path: Path) -> Iterator[Start]:
    begun: list[Terminal] = []

    def begin(*arguments: str, **environment: str) -> Terminal:
        places = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        begun.append(Terminal("-m", "tui", "--data", str(laptop), *arguments, **(places | environment)))
        begun[-1].answering = True
        return begun[-1]

    yield begin
    for terminal in begun:
        terminal.close()


def remember(start: Start, tmp_path: Path) -> list[Path]:
    """Start once, so that the glass is remembered; return the files."""
    terminal = start()
    terminal.read_until(LOGIN)
    while not (files := list(tmp_path.glob("cache/rekam17/first-glass-*-????????"))):
        terminal.read(0.1)
    settle(terminal)
    return files


def settle(terminal: Terminal) -> str:
    """Read until nothing more comes, and return what stands there without the time of day, which goes on meanwhile."""
    while terminal.read(0.4):
        pass
    below = "\n".join(terminal.drawn.text.splitlines()[1:])
    assert CLOCK.search(below)
    return CLOCK.sub("Jam laptop", below)


def test_the_login_s_furniture_stands_before_the_driver_has_the_terminal(start: Start, tmp_path: Path) -> None:
    remember(start, tmp_path)
    terminal = start()
    terminal.read_until(b"Keluar")
    assert READY not in terminal.output
    assert LOGIN not in terminal.output
    terminal.read_until(LOGIN)
    assert terminal.output.count(b"\x1b[?1049h") == 1, "twice, and the glass would be erased"
    assert terminal.output.count(b"Petugas") == 2, "the head of the list and its key: both stood there already"


def test_the_screen_is_the_same_with_and_without_it(start: Start, tmp_path: Path) -> None:
    remember(start, tmp_path)
    screens: list[str] = []
    for environment in ({}, {"REKAM17_DRIVER": "textual"}, {"XDG_CACHE_HOME": str(tmp_path / "none")}):
        terminal = start(**environment)
        terminal.read_until(LOGIN)
        screens.append(settle(terminal))
    assert screens[0] == screens[1] == screens[2]


def test_no_person_and_no_moment_is_remembered(start: Start, tmp_path: Path) -> None:
    for file in remember(start, tmp_path):
        kept = file.read_text(encoding="utf-8")
        assert OFFICER.split()[0] not in kept
        assert "Jam laptop" not in kept
        assert "-20" not in kept, "no date"


def test_what_is_typed_into_the_first_glass_is_not_lost(start: Start, tmp_path: Path) -> None:
    remember(start, tmp_path)
    terminal = start()
    terminal.read_until(b"Keluar")
    terminal.press(PASSPHRASE)
    terminal.read_until(LOGIN)
    settle(terminal)
    assert PASSPHRASE.encode() not in terminal.output, "nothing is echoed"
    terminal.insist("\r", b"Beranda")


def test_other_arguments_have_a_glass_of_their_own(start: Start, tmp_path: Path) -> None:
    remember(start, tmp_path)
    terminal = start("--lang", "id")
    terminal.read_until(LOGIN)
    assert terminal.output.index(READY) < terminal.output.index(b"Petugas")


def test_a_reason_not_to_start_is_read_on_the_shell_s_screen(start: Start, tmp_path: Path) -> None:
    remember(start, tmp_path)
    (tmp_path / "rekam17").mkdir()
    (tmp_path / "rekam17" / "settings.toml").write_text("lock_minutes = 0")
    terminal = start()
    assert terminal.end() == 2
    behind = terminal.output.partition(b"\x1b[?1049l")[2]
    assert b"lock_minutes must be 1 to 60" in behind


def test_a_damaged_file_does_no_harm(start: Start, tmp_path: Path) -> None:
    (file,) = remember(start, tmp_path)
    file.write_bytes(b"\xff\x00\x1b[1;1H\x1b[999zx")
    terminal = start()
    terminal.read_until(LOGIN)
    file.write_text("\x1b[m\x1b[H\x1b[2Jlain\0\x1b[2Jlain", encoding="utf-8")
    other = start()
    other.read_until(LOGIN)
    assert settle(terminal) == settle(other)


def test_a_shell_gets_its_terminal_back_as_it_was(start: Start, tmp_path: Path) -> None:
    remember(start, tmp_path)
    terminal = start()
    terminal.read_until(LOGIN)
    settle(terminal)
    terminal.press("\x1b[21~")
    terminal.read_until(b"Keluar dari Rekam17?")
    terminal.insist("y", b"\x1b[?1049l")
    assert terminal.end() == 0
    os.write(terminal.master, b"x")
    assert select.select([terminal.master], [], [], 1.0)[0], "the terminal echoes again"
