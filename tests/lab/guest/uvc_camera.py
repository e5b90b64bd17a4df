"""Runs in the VM: a webcam on a USB cable, for the kernel's own uvcvideo; its end is the pull.

Descriptors, control requests and MJPEG payloads are answered here, over USB/IP through a socket pair (vhci_hcd). The
pictures come without Huffman tables, as UVC allows, and each is longer than the one before, so that its length says
which it is. Told by lines: `{"do": "film" | "stall" | "garbage"}`.
"""

import json
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

SIZES = ((640, 480), (1280, 720))
RATE = 10
SERIAL = "CAM1"
_ATTACH = Path("/sys/devices/platform/vhci_hcd.0/attach")
_SUBMIT, _UNLINK, _SUBMITTED, _UNLINKED = 1, 2, 3, 4
_HIGH_SPEED, _DEVICE_ID = 3, 0x10002
_STALL, _RESET = -32, -104
_INTERVAL = 10_000_000 // RATE  # in units of 100 ns
_PAYLOAD = 16384
_LONGEST = 400_000


def say(**said: object) -> None:
    print(json.dumps({"at": time.monotonic(), **said}), flush=True)


# Descriptors: USB 2.0 chapter 9, UVC 1.0 chapter 3


def descriptor(kind: int, body: bytes) -> bytes:
    return bytes([len(body) + 2, kind]) + body


def interface(number: int, endpoints: int, subclass: int) -> bytes:
    return descriptor(4, bytes([number, 0, endpoints, 0x0E, subclass, 0, 0]))


def frame(index: int, width: int, height: int) -> bytes:
    bits = _LONGEST * 8 * RATE
    body = struct.pack("<BBBHHIIIIBI", 7, index, 0, width, height, bits, bits, _LONGEST, _INTERVAL, 1, _INTERVAL)
    return descriptor(0x24, body)


def configuration() -> bytes:
    terminals = descriptor(0x24, bytes.fromhex("02 01 0102 00 00 0000 0000 0000 03 000000")) + descriptor(
        0x24, bytes.fromhex("03 02 0101 00 01 00")
    )
    control = descriptor(0x24, struct.pack("<BHHIBB", 1, 0x100, 13 + len(terminals), 48_000_000, 1, 1)) + terminals
    frames = b"".join(frame(index, *size) for index, size in enumerate(SIZES, 1))
    format_ = descriptor(0x24, bytes([6, 1, len(SIZES), 1, 1, 0, 0, 0, 0])) + frames
    format_ += descriptor(0x24, bytes([13, 1, 1, 4]))
    stream = descriptor(0x24, struct.pack("<BBHBBBBBBBB", 1, 1, 14 + len(format_), 0x81, 0, 2, 0, 0, 0, 1, 0)) + format_
    endpoint = descriptor(5, struct.pack("<BBHB", 0x81, 2, 512, 0))
    both = descriptor(0x0B, bytes([0, 2, 0x0E, 3, 0, 2]))
    body = both + interface(0, 0, 1) + control + interface(1, 1, 2) + stream + endpoint
    return descriptor(2, struct.pack("<HBBBBB", 9 + len(body), 2, 1, 0, 0x80, 250)) + body


def text(words: str) -> bytes:
    return descriptor(3, words.encode("utf-16-le"))


DESCRIPTORS = {
    (1, 0): descriptor(1, struct.pack("<HBBBBHHHBBBB", 0x200, 0xEF, 2, 1, 64, 0x1D50, 0x6180, 0x100, 1, 2, 3, 1)),
    (2, 0): configuration(),
    (3, 0): descriptor(3, struct.pack("<H", 0x409)),
    (3, 1): text("Rekam17"),
    (3, 2): text("Webcam"),
    (3, 3): text(SERIAL),
}


# Pictures


def bare_jpeg(size: tuple[int, int]) -> bytes:
    """Draw a picture and leave its Huffman tables out."""
    octets = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(octets, "JPEG", quality=80)
    jpeg, at, kept = octets.getvalue(), 2, b"\xff\xd8"
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] != 0xC4:
            kept += jpeg[at:end]
        at = end
    return kept + jpeg[at:]


def numbered(jpeg: bytes, number: int) -> bytes:
    """Put a comment of that length behind the start."""
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", 2 + number) + bytes(number) + jpeg[2:]


@dataclass
class Asked:
    """A transfer that the host waits for."""

    sequence: int
    length: int


class Webcam:
    """The device's side of the cable."""

    def __init__(self, cable: socket.socket) -> None:
        self._cable = cable
        self._pictures = [bare_jpeg(size) for size in SIZES]
        self._size = 1
        self._mode = "film"
        self._waiting: list[Asked] = []
        self._changed = threading.Condition()
        self._writing = threading.Lock()

    def turn(self, mode: str) -> None:
        """Film, stall, or send what is no picture."""
        with self._changed:
            self._mode = mode
            self._changed.notify_all()

    def serve(self) -> None:
        """Answer the host until the cable is cut."""
        while True:
            command, sequence, _device, direction, endpoint = struct.unpack(">5I", self._read(20))
            rest = self._read(28)
            if command == _SUBMIT:
                (length,) = struct.unpack_from(">i", rest, 4)
                data = self._read(length) if direction == 0 and length > 0 else b""
                if endpoint == 0:
                    self._control(sequence, rest[20:], data)
                else:
                    with self._changed:
                        self._waiting.append(Asked(sequence, length))
                        self._changed.notify_all()
            elif command == _UNLINK:
                (unlinked,) = struct.unpack_from(">I", rest)
                with self._changed:
                    known = [asked for asked in self._waiting if asked.sequence == unlinked]
                    self._waiting = [asked for asked in self._waiting if asked.sequence != unlinked]
                    self._send(struct.pack(">IIIIIi24x", _UNLINKED, sequence, 0, 0, 0, _RESET if known else 0))

    def film(self) -> None:
        """Send one picture after the other, as far as the host asks for them."""
        number, toggle = 0, 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting and self._mode != "stall")
                mode, picture = self._mode, self._pictures[self._size - 1]
            number, toggle = number + 1, toggle ^ 1
            sent = bytes(5000) if mode == "garbage" else numbered(picture, number)
            self._payloads(sent, toggle)
            say(sent=len(sent))
            time.sleep(1 / RATE)

    def _payloads(self, picture: bytes, toggle: int) -> None:
        at = 0
        while at < len(picture):
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                # Taken and answered in one step, so that an unlink never crosses its answer.
                asked = self._waiting.pop(0)
                room = min(asked.length, _PAYLOAD) - 2
                last = at + room >= len(picture)
                self._answer(asked.sequence, bytes([2, 0x80 | toggle | (2 if last else 0)]) + picture[at : at + room])
                at += room

    def _control(self, sequence: int, setup: bytes, data: bytes) -> None:
        kind, request, value, index, length = struct.unpack("<BBHHH", setup)
        standard, streaming = kind & 0x60 == 0, index & 0xFF == 1 and value >> 8 in (1, 2)
        if standard and request == 6:
            found = DESCRIPTORS.get((value >> 8, value & 0xFF))
            self._answer(sequence, b"" if found is None else found[:length], _STALL if found is None else 0)
        elif standard:
            given = {0: b"\0\0", 8: b"\1", 10: b"\0"}.get(request, b"")
            self._answer(sequence, given[:length])
        elif streaming and request == 1:
            self._size = data[3]
            self._answer(sequence, length=len(data))
        elif streaming:
            terms = struct.pack("<HBBI10xII", 0, 1, self._size, _INTERVAL, _LONGEST, _PAYLOAD)
            given = {0x85: struct.pack("<H", len(terms)), 0x86: b"\3"}.get(request, terms)
            self._answer(sequence, given[:length])
        else:
            self._answer(sequence, status=_STALL)

    def _answer(self, sequence: int, data: bytes = b"", status: int = 0, length: int | None = None) -> None:
        sent = len(data) if length is None else length
        self._send(struct.pack(">IIIIIiiiii8x", _SUBMITTED, sequence, 0, 0, 0, status, sent, 0, 0, 0) + data)

    def _send(self, octets: bytes) -> None:
        with self._writing:
            self._cable.sendall(octets)

    def _read(self, length: int) -> bytes:
        octets = b""
        while len(octets) < length:
            piece = self._cable.recv(length - len(octets))
            if not piece:
                raise EOFError
            octets += piece
        return octets


def attach(host: socket.socket) -> None:
    """Give the host's end to the kernel, as soon as the port is free of a device that was pulled."""
    end = time.monotonic() + 20
    while True:
        try:
            _ATTACH.write_text(f"0 {host.fileno()} {_DEVICE_ID} {_HIGH_SPEED}")
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def main() -> None:
    subprocess.run(["modprobe", "vhci_hcd"], check=True)
    cable, host = socket.socketpair()
    webcam = Webcam(cable)
    with host:
        attach(host)
    for work in (webcam.serve, webcam.film):
        threading.Thread(target=work, daemon=True).start()
    say(plugged=True)
    for line in sys.stdin:
        webcam.turn(json.loads(line)["do"])
        say(turned=True)


main()
