"""The binary form of IPP messages (RFC 8010), for the emulated printer; pure functions.

The program itself speaks IPP through pyipp, which only builds requests and reads answers. The printer's side needs the
other half, and a second reading of the RFC keeps the two honest.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field


class IppFormatError(ValueError):
    """Bytes that are not an IPP message."""


class Tag(enum.IntEnum):
    """Delimiters and value tags this printer reads or writes (RFC 8010 section 3.5)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    COLLECTION = 0x34
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49
    MEMBER_NAME = 0x4A


_LAST_DELIMITER = 0x0F
_STRINGS = range(Tag.TEXT, 0x60)
_NESTING = 8

Value = int | bool | str | bytes | tuple[int, ...] | dict[str, "Attribute"]


@dataclass(frozen=True)
class Attribute:
    """One attribute: its tag and one or more values of that tag."""

    tag: int
    values: tuple[Value, ...]

    @property
    def first(self) -> Value:
        """The only value of most attributes."""
        return self.values[0]


@dataclass(frozen=True)
class Group:
    """Attributes behind one delimiter: of the operation, of a job, of the printer."""

    tag: int
    attributes: dict[str, Attribute]


@dataclass(frozen=True)
class Message:
    """A request (`code` is the operation) or an answer (`code` is the status); `data` is the document, if any."""

    version: tuple[int, int]
    code: int
    request_id: int
    groups: tuple[Group, ...]
    data: bytes = field(default=b"", repr=False)

    def group(self, tag: int) -> dict[str, Attribute]:
        """Return the attributes of the first group of a kind, empty when there is none."""
        return next((group.attributes for group in self.groups if group.tag == tag), {})


def attribute(tag: int, *values: Value) -> Attribute:
    """Make an attribute; IPP knows none without a value."""
    if not values:
        raise IppFormatError("an attribute without a value")
    return Attribute(tag, values)


def encode(message: Message) -> bytes:
    """Write a message. Raises IppFormatError for a value its tag cannot hold."""
    try:
        out = bytearray(struct.pack(">BBHI", *message.version, message.code, message.request_id))
        for group in message.groups:
            out.append(group.tag)
            for name, item in group.attributes.items():
                _write_attribute(out, name, item)
    except (struct.error, AttributeError, TypeError) as error:
        raise IppFormatError(str(error)) from error
    out.append(Tag.END)
    return bytes(out) + message.data


def decode(data: bytes) -> Message:
    """Read a message. Raises IppFormatError for anything else, however it is broken."""
    reader = _Reader(data)
    major, minor, code, request_id = reader.unpack(">BBHI")
    groups: list[Group] = []
    while (tag := reader.byte()) != Tag.END:
        if tag > _LAST_DELIMITER:
            raise IppFormatError("a value outside a group")
        groups.append(Group(tag, _read_attributes(reader)))
    return Message((major, minor), code, request_id, tuple(groups), reader.rest())


def _write_attribute(out: bytearray, name: str, item: Attribute) -> None:
    for index, value in enumerate(item.values):
        _write(out, item.tag, name if index == 0 else "", value)


def _write(out: bytearray, tag: int, name: str, value: Value) -> None:
    encoded = name.encode()
    body = b"" if isinstance(value, dict) else _pack(tag, value)
    out += struct.pack(">BH", tag, len(encoded)) + encoded + struct.pack(">H", len(body)) + body
    if isinstance(value, dict):
        for member, item in value.items():
            _write(out, Tag.MEMBER_NAME, "", member)
            for inner in item.values:
                _write(out, item.tag, "", inner)
        _write(out, Tag.END_COLLECTION, "", b"")


def _pack(tag: int, value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, tuple):
        return struct.pack(">iib" if tag == Tag.RESOLUTION else ">ii", *value)
    return struct.pack(">?" if tag == Tag.BOOLEAN else ">i", value)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def unpack(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def byte(self) -> int:
        return self.take(1)[0]

    def peek(self) -> int:
        if self._at >= len(self._data):
            raise IppFormatError("cut off")
        return self._data[self._at]

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) < count:
            raise IppFormatError("cut off")
        self._at += count
        return taken

    def field(self) -> bytes:
        (length,) = self.unpack(">H")
        return self.take(length)

    def rest(self) -> bytes:
        return self._data[self._at :]


def _read_attributes(reader: _Reader) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    last = ""
    while reader.peek() > _LAST_DELIMITER:
        tag = reader.byte()
        name = _text(reader.field())
        value = _read_value(reader, tag, _NESTING)
        if name:
            if name in found:
                raise IppFormatError(f"{name} twice")
            last = name
            found[name] = Attribute(tag, (value,))
        elif last:
            found[last] = Attribute(found[last].tag, (*found[last].values, value))
        else:
            raise IppFormatError("a further value of nothing")
    return found


def _read_value(reader: _Reader, tag: int, depth: int) -> Value:
    body = reader.field()
    if tag == Tag.COLLECTION:
        return dict(_read_members(reader, depth - 1))
    return _unpack(tag, body)


def _read_members(reader: _Reader, depth: int) -> Iterator[tuple[str, Attribute]]:
    if depth == 0:
        raise IppFormatError("collections too deep")
    name, tag, values = "", 0, list[Value]()
    while True:
        inner = reader.byte()
        if reader.field():
            raise IppFormatError("a name inside a collection")
        if inner in (Tag.MEMBER_NAME, Tag.END_COLLECTION) and name:
            if not values:
                raise IppFormatError(f"{name} without a value")
            yield name, Attribute(tag, tuple(values))
        if inner == Tag.END_COLLECTION:
            reader.field()
            return
        if inner == Tag.MEMBER_NAME:
            name, tag, values = _text(reader.field()), 0, []
        elif name:
            tag = tag or inner
            values.append(_read_value(reader, inner, depth))
        else:
            raise IppFormatError("a member without a name")


def _unpack(tag: int, body: bytes) -> Value:
    try:
        if tag in (Tag.INTEGER, Tag.ENUM):
            return int(struct.unpack(">i", body)[0])
        if tag == Tag.BOOLEAN:
            return bool(struct.unpack(">?", body)[0])
        if tag == Tag.RESOLUTION:
            return tuple(int(part) for part in struct.unpack(">iib", body))
        if tag == Tag.RANGE:
            return tuple(int(part) for part in struct.unpack(">ii", body))
    except struct.error as error:
        raise IppFormatError(f"{len(body)} bytes for tag {tag:#x}") from error
    return _text(body) if tag in _STRINGS else body


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise IppFormatError("text that is not UTF-8") from error
