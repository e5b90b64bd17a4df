"""An officer's line drops: sshd hangs the terminal up, and the program closes the store and goes.

Prove runs only: the whole program takes half a minute to start in the VM; `tests/tui` hangs up a pseudo-terminal.
"""

import os
import sys
import time

import pytest

from tests.tui.real_terminal import Terminal
from tui.training.ground import PASSPHRASE

from .laboratory import Laboratory
from .machine import PROJECT

pytestmark = pytest.mark.skipif(os.environ.get("REKAM17_PROVE") != "1", reason="the program starts slowly in the VM")
KEPT = "/run/kept"
BECOME = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"


def test_when_ssh_is_killed_the_store_is_closed_and_nothing_goes_on(lab: Laboratory) -> None:
    program = f"cd {PROJECT} && exec {sys.executable} -m tui --training --data {KEPT}"
    # A connection of its own: the one that carries the orders would hide its end.
    terminal = Terminal("-c", BECOME, *lab.machine.ssh("-tt", "-o", "ControlPath=none"), program)
    try:
        terminal.read_until(PASSPHRASE.encode(), 120)
        terminal.read_until(b"F10", 60)
        terminal.press(PASSPHRASE)
        terminal.insist("\r", b"Belum ada kunjungan", 120)
        assert _processes(lab) != []
        terminal.process.kill()
        end = time.monotonic() + 60
        while _processes(lab):
            assert time.monotonic() < end, _processes(lab)
    finally:
        terminal.close()
    files = lab.machine.run("ls", f"{KEPT}/data").split()
    assert [name for name in files if name.endswith(".db")]
    assert [name for name in files if name.endswith("-wal")] == []


def _processes(lab: Laboratory) -> list[str]:
    found = lab.machine.run("sh", "-c", f"ps -eo args | grep '[ ]{KEPT}' || true").splitlines()
    return [line for line in found if "python" in line]
