"""Two terminals that look at the same program through tmux or screen: both show what a plain terminal shows."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.peers import need
from tests.tui.real_terminal import ROOT, Terminal
from tests.tui.terminal.test_driver import DOWN, PROGRAM, settle

COMMAND = [sys.executable, PROGRAM]


@contextmanager
def tmux(folder: Path) -> Generator[list[str]]:
    """Start the program in tmux, and give the command that attaches a terminal."""
    command = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
    subprocess.run(
        [*command, "new-session", "-d", "-x", "80", "-y", "24", shlex.join(COMMAND)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
        check=True,
        cwd=ROOT,
    )
    subprocess.run([*command, "set", "-g", "status", "off"], check=True)
    try:
        yield [*command, "attach"]
    finally:
        subprocess.run([*command, "kill-server"], check=False, stderr=subprocess.DEVNULL)


@contextmanager
def screen(folder: Path) -> Generator[list[str]]:
    """Start the program in GNU screen, and give the command that attaches a terminal."""
    sockets = folder / "sockets"
    sockets.mkdir(mode=0o700)
    settings = folder / "screenrc"
    settings.write_text("startup_message off\naltscreen on\nterm screen-256color\n")
    command = ["env", f"SCREENDIR={sockets}", "screen", "-U", "-c", str(settings)]
    server = subprocess.Popen(
        [*command, "-D", "-m", "-S", "rekam17", *COMMAND],
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 10
        while not any(sockets.iterdir()):
            assert time.monotonic() < end, "screen did not start"
            time.sleep(0.02)
        yield [*command, "-x", "-S", "rekam17"]
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize(
    "multiplexer", [pytest.param(one, marks=pytest.mark.peer(one.__name__)) for one in (tmux, screen)]
)
def test_two_attached_terminals_show_what_a_plain_one_shows(
    multiplexer: Callable[[Path], AbstractContextManager[list[str]]], tmp_path: Path
) -> None:
    need(multiplexer.__name__)
    with multiplexer(tmp_path) as attach:
        becomes = f"import os; os.execvp({attach[0]!r}, {attach!r})"
        terminals = [Terminal("-c", becomes, TMUX="", LC_ALL="C.UTF-8") for _client in range(2)]
        terminals.append(Terminal(PROGRAM))
        try:
            for terminal in terminals:
                terminal.read_until(b"Keluar")
            for keys in (DOWN * 30, "norhayati é", "\x1b[21~"):
                for terminal in (terminals[0], terminals[2]):
                    terminal.press(keys)
                first, second, plain = ([settle(one), one.drawn.text.splitlines()[1:]] for one in terminals)
                assert first == second
                assert first[1] == plain[1], f"after {keys!r}"
            assert "Keluar dari Rekam17?" in terminals[1].drawn.text
        finally:
            for terminal in terminals:
                terminal.close()
