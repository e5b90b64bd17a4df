"""A chip reader: a real pcscd with vsmartcard's reader, and on it a card that the tests play."""

from __future__ import annotations

import asyncio
import fcntl
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from peers import lacking

from hw import card_uid
from hw.types import CaptureFailed, DeviceGone, FailReason

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
ATR = bytes.fromhex("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A")
GET_UID = bytes.fromhex("FF CA 00 00 00")
NO_NUMBER = b"\x6a\x81"


class Chip:
    """The card that lies on both slots of the reader, which calls on them over loopback sockets."""

    def __init__(self) -> None:
        self._doors = _two_doors()
        self.port: int = self._doors[0].getsockname()[1]
        self.answer = NO_NUMBER
        self._closed = threading.Event()
        self._threads = [threading.Thread(target=self._serve, args=(door,), daemon=True) for door in self._doors]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._closed.set()
        for thread, door in zip(self._threads, self._doors, strict=True):
            thread.join()
            door.close()

    def _serve(self, door: socket.socket) -> None:
        door.settimeout(0.1)
        while not self._closed.is_set():
            with suppress(TimeoutError):
                reader, _address = door.accept()
                with reader, suppress(OSError):
                    reader.setblocking(True)
                    self._talk(reader)

    def _talk(self, reader: socket.socket) -> None:
        """Answer until the reader hangs up, as it does when its service ends."""
        while head := reader.recv(2, socket.MSG_WAITALL):
            said = reader.recv(*struct.unpack("!H", head), socket.MSG_WAITALL)
            if len(said) == 1 and said != b"\x04":
                continue  # power on, off, reset
            told = ATR if said == b"\x04" else self.answer if said == GET_UID else b"\x6d\x00"
            reader.sendall(struct.pack("!H", len(told)) + told)


def _two_doors() -> tuple[socket.socket, socket.socket]:
    """Open two ports that follow one another, as the reader's two slots want them."""
    for port in range(35964, 36964, 2):
        first = None
        try:
            first = socket.create_server(("127.0.0.1", port))
            return first, socket.create_server(("127.0.0.1", port + 1))
        except OSError:
            if first is not None:
                first.close()
    pytest.fail("no two free ports")


@contextmanager
def chip_reader(folder: Path) -> Iterator[Chip]:
    """Start the machine's one pcscd with our reader alone; tests that want it wait for each other."""
    readers = folder / "readers"
    readers.mkdir()
    with (Path(tempfile.gettempdir()) / "rekam17-pcscd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if shutil.which("pcscd", path="/usr/sbin:/usr/bin") is None or not DRIVER.exists():
            lacking("pcscd and vsmartcard-vpcd are not installed")
        if Path("/run/pcscd/pcscd.comm").exists() and _answers():
            lacking("a pcscd of this machine is running: its readers are somebody's")
        chip = Chip()
        (readers / "reader.conf").write_text(
            f'FRIENDLYNAME "Uji"\nDEVICENAME 127.0.0.1:{chip.port:#06x}\nLIBPATH {DRIVER}\nCHANNELID {chip.port:#06x}\n'
        )
        with (folder / "pcscd.log").open("wb") as log:
            command = ["/usr/sbin/pcscd", "--foreground", "--config", str(readers)]
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 30
            while not _answers():
                if process.poll() is not None or time.monotonic() > deadline:
                    lacking("pcscd does not run here: " + (folder / "pcscd.log").read_text(errors="replace")[-300:])
                time.sleep(0.05)
            yield chip
        finally:
            process.terminate()
            process.wait()
            chip.close()


def _answers() -> bool:
    try:
        asyncio.run(card_uid.read_uid())
    except CaptureFailed as error:
        return error.reason is not FailReason.UNSUPPORTED
    except DeviceGone:
        return False
    return True
