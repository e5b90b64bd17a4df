"""The wire of the ZFM-20 family: bytes in, packets out and back, no I/O.

Layout after the sensors' user manual (ZhianTec ZFM-20, Hangzhou Grow R30x), which every clone keeps: start code EF01,
address u32, kind u8, length u16 of what follows, payload, sum u16 of kind, length and payload; all big-endian.
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass, field

START = b"\xef\x01"
ANY_ADDRESS = 0xFFFFFFFF
NO_PASSWORD = 0
BAUD_UNIT = 9600
LARGEST_PAYLOAD = 256

_HEAD = struct.Struct(">2sIBH")
_SUM = struct.Struct(">H")
_SYSTEM = struct.Struct(">HHHHIHH")
_LARGEST_MULTIPLE = 12


class Kind(enum.IntEnum):
    """What a packet carries."""

    COMMAND = 0x01
    DATA = 0x02
    ACKNOWLEDGE = 0x07
    END_OF_DATA = 0x08


class Command(enum.IntEnum):
    """The instructions that verification needs; nothing is ever stored in the sensor."""

    TAKE_IMAGE = 0x01
    EXTRACT = 0x02
    UPLOAD_IMAGE = 0x0A
    READ_SYSTEM = 0x0F
    VERIFY_PASSWORD = 0x13


class Confirmation(enum.IntEnum):
    """The first byte of an acknowledgement, as far as those instructions are answered with it."""

    OK = 0x00
    GARBLED = 0x01
    NO_FINGER = 0x02
    NOT_TAKEN = 0x03
    MESSY_IMAGE = 0x06
    FEW_FEATURES = 0x07
    CANNOT_UPLOAD = 0x0F
    WRONG_PASSWORD = 0x13
    INVALID_IMAGE = 0x15
    WRONG_ADDRESS = 0x20
    PASSWORD_FIRST = 0x21


class MalformedAnswer(ValueError):
    """A packet arrived whole, and what it carries cannot be meant; the text says which part."""


@dataclass(frozen=True)
class Packet:
    """One packet of the wire; the payload may be a piece of a finger and is never shown."""

    kind: Kind
    payload: bytes = field(repr=False)
    address: int = ANY_ADDRESS


@dataclass(frozen=True)
class SystemParameters:
    """What a sensor says of itself: room for templates, its security level, bytes in a data packet, bits a second."""

    status: int
    system: int
    capacity: int
    security: int
    address: int
    packet_size: int
    baud: int


def pack(packet: Packet) -> bytes:
    """Write one packet. Raises ValueError for a payload that no packet can carry."""
    if not 0 < len(packet.payload) <= LARGEST_PAYLOAD:
        raise ValueError(f"payload of {len(packet.payload)} bytes")
    length = len(packet.payload) + _SUM.size
    head = _HEAD.pack(START, packet.address, packet.kind, length)
    return head + packet.payload + _SUM.pack(_sum(packet.kind, length, packet.payload))


def command(code: Command, arguments: bytes = b"", address: int = ANY_ADDRESS) -> bytes:
    """Write an instruction."""
    return pack(Packet(Kind.COMMAND, bytes((code,)) + arguments, address))


def verify_password(password: int, address: int = ANY_ADDRESS) -> bytes:
    """Write the handshake: only a sensor of this family answers it."""
    return command(Command.VERIFY_PASSWORD, password.to_bytes(4), address)


def system_parameters(answer: bytes) -> SystemParameters:
    """Read the acknowledgement of READ_SYSTEM, its confirmation included. Raises MalformedAnswer."""
    if not answers_read_system(answer):
        raise MalformedAnswer("system parameters")
    status, system, capacity, security, address, size_code, multiple = _SYSTEM.unpack(answer[1:])
    if size_code > 3:
        raise MalformedAnswer("packet size")
    if not 1 <= multiple <= _LARGEST_MULTIPLE:
        raise MalformedAnswer("baud")
    return SystemParameters(status, system, capacity, security, address, 32 << size_code, multiple * BAUD_UNIT)


def write_system_parameters(parameters: SystemParameters) -> bytes:
    """Write that acknowledgement as the sensor does."""
    code = (parameters.packet_size // 32).bit_length() - 1
    return bytes((Confirmation.OK,)) + _SYSTEM.pack(
        parameters.status,
        parameters.system,
        parameters.capacity,
        parameters.security,
        parameters.address,
        code,
        parameters.baud // BAUD_UNIT,
    )


def answers_read_system(payload: bytes) -> bool:
    """Whether an acknowledgement can only be the one of READ_SYSTEM: no other of ours is as long."""
    return len(payload) == 1 + _SYSTEM.size and payload[0] == Confirmation.OK


class Reader:
    """Finds packets in whatever a line brings, in whatever pieces.

    What is no packet, or has a wrong sum, or is for another address, is passed over, and the search goes on behind its
    start code: a real packet may lie inside what a garbled length took for its payload. `refused` counts the start
    codes that led to nothing.
    """

    def __init__(self, address: int = ANY_ADDRESS) -> None:
        self._address = address
        self._held = bytearray()
        self.refused = 0

    def feed(self, data: bytes) -> None:
        """Take what the line brought."""
        self._held += data

    def take(self) -> Packet | None:
        """Return the next whole packet, None while there is none; a cut one waits for its rest."""
        while self._at_start() and len(self._held) >= _HEAD.size:
            _start, address, kind, length = _HEAD.unpack_from(self._held)
            whole = _HEAD.size + length
            if not self._possible(address, kind, length):
                self._skip()
            elif len(self._held) < whole:
                return None
            else:
                payload = bytes(self._held[_HEAD.size : whole - _SUM.size])
                (told,) = _SUM.unpack_from(self._held, whole - _SUM.size)
                if told == _sum(kind, length, payload):
                    del self._held[:whole]
                    return Packet(Kind(kind), payload, address)
                self._skip()
        return None

    def take_behind(self) -> Packet | None:
        """Return the next packet without waiting any longer for the rest of a cut one; None when nothing is left."""
        packet = self.take()
        while packet is None and self._held:
            self._skip()
            packet = self.take()
        return packet

    def forget(self) -> None:
        """Drop everything held."""
        self._held.clear()

    def _at_start(self) -> bool:
        """Drop what stands before the next start code; a half one at the end is kept."""
        found = self._held.find(START)
        if found < 0:
            half = self._held.endswith(START[:1])
            del self._held[: len(self._held) - half]
            return False
        del self._held[:found]
        return True

    def _skip(self) -> None:
        self.refused += self._held.startswith(START)
        del self._held[:1]

    def _possible(self, address: int, kind: int, length: int) -> bool:
        return (
            address == self._address
            and kind in (Kind.COMMAND, Kind.DATA, Kind.ACKNOWLEDGE, Kind.END_OF_DATA)
            and 1 + _SUM.size <= length <= LARGEST_PAYLOAD + _SUM.size
        )


def _sum(kind: int, length: int, payload: bytes) -> int:
    return (kind + (length >> 8) + (length & 0xFF) + sum(payload)) & 0xFFFF
