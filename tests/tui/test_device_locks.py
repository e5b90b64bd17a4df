"""Two officers on one laptop: each program a process of its own, the lock the kernel's."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from hw.holding import Holder, Holding
from hw.types import Device, DeviceBusy
from store.folder import Folder
from tui.device_locks import DeviceLocks

OTHER = """
import sys
from pathlib import Path
from store.folder import Folder
from tui.device_locks import DeviceLocks
held = DeviceLocks(Folder(Path(sys.argv[1])), lambda: "NORHAYATI").hold("STU1")
print("held" if held else "refused", flush=True)
sys.stdin.read()
"""


class Pad:
    async def close(self) -> None: ...


async def a_pad() -> Device:
    return cast("Device", Pad())


def other(folder: Path) -> "subprocess.Popen[str]":
    program = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "held\n"
    return program


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_the_second_is_told_whose_it_is_until_the_firsts_program_ends_whatever_it_dies_of(
    tmp_path: Path, end: signal.Signals
) -> None:
    ours = Holding(DeviceLocks(Folder(tmp_path), lambda: "RAHMAWATI"))
    with other(tmp_path) as theirs:
        assert ours.other("STU1") == Holder("NORHAYATI", f"rekam17 {theirs.pid}")
        with pytest.raises(DeviceBusy) as busy:
            await ours.open("STU1", a_pad)
        assert busy.value.holder == "NORHAYATI"
        assert ours.other("STU2") is None
        theirs.send_signal(end)
        await asyncio.to_thread(theirs.wait)
    assert ours.other("STU1") is None
    device = await ours.open("STU1", a_pad)
    try:
        assert DeviceLocks(Folder(tmp_path), str).holder("STU1") == Holder("RAHMAWATI", f"rekam17 {os.getpid()}")
    finally:
        await device.close()


def test_the_locks_of_a_shared_folder_are_its_groups_whatever_the_logins_umask_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    before = os.umask(0o077)
    try:
        held = DeviceLocks(Folder(tmp_path), lambda: "NORHAYATI").hold("STU1")
    finally:
        os.umask(before)
    assert held is not None
    held.release()
    locks = tmp_path / "locks"
    assert locks.stat().st_mode & 0o070 == 0o070
    assert [file.stat().st_mode & 0o777 for file in locks.iterdir()] == [0o660]


def test_what_stands_in_a_lock_cannot_steer_a_terminal_and_a_long_key_makes_a_file(tmp_path: Path) -> None:
    locks = DeviceLocks(Folder(tmp_path), lambda: "NOR\x1b[2J")
    held = locks.hold("\u00e9" * 300)
    assert held is not None
    assert locks.holder("\u00e9" * 300) == Holder("NOR[2J", f"rekam17 {os.getpid()}")
    held.release()


async def test_a_folder_that_takes_no_lock_keeps_nobody_from_work(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("in the way")
    ours = Holding(DeviceLocks(Folder(tmp_path), lambda: "RAHMAWATI"))
    assert ours.other("STU1") is None
    await (await ours.open("STU1", a_pad)).close()
