"""`rekam17` and `rekam17 --training` on a real terminal: from the first cell drawn to the exit status."""

from __future__ import annotations

import os
import select
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from real_terminal import ROOT, Terminal

from store import setup
from store.clock import SystemClock
from store.folder import Folder
from store.sealing import OfficeKeys
from store.slots import Costs
from store.transaction import OfficerRole
from tui.training.ground import PASSPHRASE

Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the application with temporary files and settings of its own."""
    (tmp_path / "tmp").mkdir()
    begun: list[Terminal] = []

    def begin(*arguments: str) -> Terminal:
        places = {"TMPDIR": str(tmp_path / "tmp"), "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path)}
        begun.append(Terminal("-m", "tui", *arguments, **places))
        return begun[-1]

    yield begin
    for terminal in begun:
        terminal.close()


def left_behind(place: Path) -> list[str]:
    """Return the command lines of processes that still name the folder."""
    found: list[str] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(place) in line:
                found.append(line)
    return found


def kit_of(place: Path) -> Path:
    return next(place.glob("tmp/rekam17-training-*")) / "kit"


def wait_for(there: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        select.select([], [], [], 0.05)


def log_in(terminal: Terminal) -> None:
    terminal.read_until(PASSPHRASE.encode())
    terminal.read_until(b"F10")
    terminal.press(PASSPHRASE)
    terminal.insist("\r", b"Belum ada kunjungan")


def leave(terminal: Terminal) -> int:
    terminal.press("\x1b[21~")  # F10
    terminal.read_until(b"Keluar dari Rekam17?")
    terminal.insist("y", b"\x1b[?1049l")
    return terminal.end()


def test_training_opens_by_the_passphrase_it_shows_and_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    terminal = start("--training")
    log_in(terminal)
    assert b"LATIHAN" in terminal.output
    wait_for((kit_of(tmp_path) / "control").exists)
    assert leave(terminal) == 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_training_with_129_and_nothing_left(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    terminal = start("--training")
    log_in(terminal)
    terminal.process.send_signal(number)
    assert terminal.end() == 129
    assert list((tmp_path / "tmp").iterdir()) == []
    assert left_behind(tmp_path) == []


def test_a_kit_is_ended_by_the_kernel_when_the_program_is_killed(start: Start, tmp_path: Path) -> None:
    terminal = start("--training", "--data", str(tmp_path / "kept"))
    log_in(terminal)
    wait_for(lambda: (tmp_path / "kept" / "kit" / "control").exists())
    terminal.process.kill()
    terminal.process.wait()
    wait_for(lambda: left_behind(tmp_path) == [])


def test_a_line_that_drops_in_mid_typing_loses_at_most_the_last_keystroke(start: Start, tmp_path: Path) -> None:
    kept, typed = tmp_path / "kept", "SMA Sebelas"
    terminal = start("--training", "--data", str(kept))
    log_in(terminal)
    terminal.insist("t", b"Narahubung")
    while terminal.read(0.5):
        pass
    for letter in typed:
        terminal.press(letter)
        assert terminal.read(30), f"{letter!r} was never drawn"
        while terminal.read(0.1):
            pass
    terminal.press("x")
    os.close(terminal.master)
    assert terminal.process.wait(30) == 129
    terminal.master = os.open(os.devnull, os.O_RDONLY)
    assert list(kept.glob("data/*.db")), "the store is there"
    assert list(kept.glob("data/*-wal")) == [], "and was closed"
    assert left_behind(kept) == []

    terminal = start("--training", "--data", str(kept))
    log_in(terminal)
    terminal.insist("t", b"Narahubung")
    terminal.read_until(typed.encode())


def test_training_with_a_folder_of_its_own_keeps_it(start: Start, tmp_path: Path) -> None:
    for _time in range(2):
        terminal = start("--training", "--data", str(tmp_path / "kept"), "--lang", "en")
        terminal.read_until(b"Last login")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end() == 129
    assert Folder(tmp_path / "kept" / "data").exists


def test_a_laptop_that_nobody_set_up_begins_with_that(start: Start, tmp_path: Path) -> None:
    terminal = start("--data", str(tmp_path / "data"))
    terminal.read_until(b"Penyiapan pertama")
    terminal.read_until(b"F10")
    assert leave(terminal) == 0
    assert not (tmp_path / "data").exists()


def test_a_laptop_that_was_set_up_begins_with_the_login_and_one_left_in_between_with_the_rest(
    start: Start, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "data")
    setup.agree(folder, OfficeKeys.generate().public)
    setup.first_officer(
        folder,
        SystemClock(),
        name="Hj. Mariani",
        nip="",
        roles=frozenset({OfficerRole.COORDINATOR}),
        passphrase=PASSPHRASE,
        costs=Costs(64, 1, 1),
    )
    terminal = start("--data", str(folder.path))
    terminal.read_until(b"3 dari 5")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 129
    (folder.path / "setting-up.pub").unlink()
    terminal = start("--data", str(folder.path), "--ascii")
    terminal.read_until(b"Hj. Mariani")
    assert "►".encode() not in terminal.output
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 129


def test_settings_that_cannot_be_meant_are_one_line_and_status_2(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "config" / "rekam17" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text("lock_minutes = 0")
    terminal = start("--training")
    assert terminal.end() == 2
    assert b"lock_minutes must be 1 to 60" in terminal.output
    assert b"Traceback" not in terminal.output


def test_without_a_terminal_the_rehearsal_is_named(tmp_path: Path) -> None:
    import subprocess

    ran = subprocess.run(
        [sys.executable, "-m", "tui", "--training"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "rehearse --auto" in ran.stderr


def test_with_the_error_output_in_a_file_the_glass_does_not_stay_dark(tmp_path: Path) -> None:
    log = tmp_path / "log"
    line = f"{shlex.quote(sys.executable)} -m tui --training 2>{shlex.quote(str(log))}"
    terminal = Terminal("-c", f"import os; os.execvp('sh', ['sh', '-c', {line!r}])", HOME=str(tmp_path))
    try:
        terminal.read_until(b"tanpa 2> BERKAS")
        assert terminal.end() == 2
    finally:
        terminal.close()
    assert log.read_bytes() == b""
