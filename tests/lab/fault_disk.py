"""A disk with a volatile cache, as real ones have: what was not flushed when the power goes may be there or not.

It speaks NBD's oldstyle handshake to QEMU: https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md
"""

from __future__ import annotations

import enum
import os
import random
import socket
import struct
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

_SECTOR = 512
_MAGIC, _OLDSTYLE, _REPLY = b"NBDMAGIC", 0x00420281861253, 0x67446698
_HAS_FLAGS, _SENDS_FLUSH, _SENDS_FUA = 1, 4, 8
_REQUEST = struct.Struct(">IHHQQI")
_FUA = 1


class _Command(enum.IntEnum):
    READ = 0
    WRITE = 1
    DISCONNECT = 2
    FLUSH = 3


class Kept(enum.Enum):
    """What of the unflushed sectors a power cut leaves: none, or each by chance, so torn and out of order."""

    NONE = 0.0
    BY_CHANCE = 0.5


class FaultDisk:
    """One disk image behind a Unix socket; each connection that ends without a goodbye is a power cut.

    While it `lies`, it acknowledges flushes without doing them: for the control, which must lose data.
    """

    def __init__(self, image: Path, address: Path, kept: Kept, seed: int = 0) -> None:
        self.lies = False
        self.lost = 0
        """How many unflushed sectors the cuts have dropped."""
        self._kept = kept
        self._chance = random.Random(seed)
        self._cache: dict[int, bytes] = {}
        self._file = os.open(image, os.O_RDWR)
        self._size = os.fstat(self._file).st_size
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(address))
        self._door.listen(1)
        self._server = threading.Thread(target=self._serve, daemon=True)
        self._idle = threading.Event()
        self._idle.set()

    def __enter__(self) -> FaultDisk:
        self._server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._server.join()
        self._door.close()
        os.close(self._file)

    def settle(self) -> None:
        """Wait until the last cut has done its damage."""
        assert self._idle.wait(30)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            self._idle.clear()
            with line, line.makefile("rb") as requests:
                line.sendall(
                    _MAGIC
                    + struct.pack(">QQI", _OLDSTYLE, self._size, _HAS_FLAGS | _SENDS_FLUSH | _SENDS_FUA)
                    + bytes(124)
                )
                try:
                    while self._answer(line, requests):
                        pass
                except ConnectionError:
                    pass
            self._cut()
            self._idle.set()

    def _answer(self, line: socket.socket, requests: BinaryIO) -> bool:
        head = requests.read(_REQUEST.size)
        if len(head) < _REQUEST.size:
            return False
        _, flags, command, handle, offset, length = _REQUEST.unpack(head)
        data = b""
        match _Command(command):
            case _Command.DISCONNECT:
                self._flush()
                return False
            case _Command.READ:
                data = self._read(offset, length)
            case _Command.WRITE:
                self._write(offset, requests.read(length), durable=bool(flags & _FUA))
            case _Command.FLUSH:
                if not self.lies:
                    self._flush()
        line.sendall(struct.pack(">IIQ", _REPLY, 0, handle) + data)
        return True

    def _read(self, offset: int, length: int) -> bytes:
        data = bytearray(os.pread(self._file, length, offset))
        first = offset // _SECTOR
        for sector in range(first, first + length // _SECTOR):
            if (cached := self._cache.get(sector)) is not None:
                at = (sector - first) * _SECTOR
                data[at : at + _SECTOR] = cached
        return bytes(data)

    def _write(self, offset: int, data: bytes, *, durable: bool) -> None:
        first = offset // _SECTOR
        for number in range(len(data) // _SECTOR):
            sector = data[number * _SECTOR : (number + 1) * _SECTOR]
            if durable and not self.lies:
                self._cache.pop(first + number, None)
                os.pwrite(self._file, sector, (first + number) * _SECTOR)
            else:
                self._cache[first + number] = sector

    def _flush(self) -> None:
        for sector, data in self._cache.items():
            os.pwrite(self._file, data, sector * _SECTOR)
        self._cache.clear()

    def _cut(self) -> None:
        for sector, data in self._cache.items():
            if self._chance.random() < self._kept.value:
                os.pwrite(self._file, data, sector * _SECTOR)
            else:
                self.lost += 1
        self._cache.clear()
