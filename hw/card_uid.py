"""The number in a contactless card's chip, read over PC/SC: it tells one blank of the stock from another.

Through Debian's `libpcsclite1` and `pcscd`, which an office may leave out. The library's calls block, so they are made
beside the event loop.
"""

from __future__ import annotations

import asyncio
import ctypes
from ctypes import POINTER, byref, c_char_p, c_long, c_ubyte, c_ulong, c_void_p

from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason, HardwareError

_LIBRARY = "libpcsclite.so.1"
_SYSTEM, _SHARED, _ANY_PROTOCOL, _LEAVE = 2, 2, 3, 0
_GET_UID = bytes.fromhex("FF CA 00 00 00")  # PC/SC part 3, 3.2.2.1.3
_DONE = b"\x90\x00"
_LENGTHS = (4, 7, 8, 10)
_MOST = 264

_NO_CARD = {0x8010000C, 0x80100069, 0x80100066, 0x80100067, 0x80100068}
"""No smart card, removed, unresponsive, unpowered, reset: lay it on the reader again."""
_NO_READER = {0x8010001D, 0x8010002E, 0x80100017, 0x80100009}
"""No service, no readers, unavailable, unknown."""
_TAKEN = 0x8010000B


class _Protocol(ctypes.Structure):
    _fields_ = (("protocol", c_ulong), ("length", c_ulong))


async def read_uid() -> str:
    """Return the card's UID in hexadecimal capitals.

    Raises DeviceGone without a reader or its service, DeviceBusy when another program holds the card, and
    CaptureFailed: UNSUPPORTED without the library, NOT_READY without a card, BAD_ANSWER for a card that gives none,
    REFUSED for one that gives another at each reading, which is no use for a stock.
    """
    return await asyncio.to_thread(_read)


def checked(answer: bytes) -> str:
    """Return the UID in the answer to the reader's command. Raises CaptureFailed BAD_ANSWER or REFUSED."""
    uid, status = answer[:-2], answer[-2:]
    if status != _DONE or len(uid) not in _LENGTHS:
        raise CaptureFailed(FailReason.BAD_ANSWER, "uid", retriable=False)
    if len(uid) == 4 and uid[0] == 0x08:  # ISO/IEC 14443-3: a single-size UID that begins so is random
        raise CaptureFailed(FailReason.REFUSED, "random", retriable=False)
    return uid.hex().upper()


def _read() -> str:
    library = _library()
    context = c_long()
    _made(library.SCardEstablishContext(_SYSTEM, None, None, byref(context)))
    try:
        return _read_at(library, context)
    finally:
        library.SCardReleaseContext(context)


def _read_at(library: ctypes.CDLL, context: c_long) -> str:
    """Read at the first reader on which a card lies; with none, say why there is none."""
    missing: HardwareError = DeviceGone()
    for reader in _readers(library, context):
        card, protocol = c_long(), c_ulong()
        try:
            _made(library.SCardConnect(context, reader, _SHARED, _ANY_PROTOCOL, byref(card), byref(protocol)))
        except HardwareError as error:
            missing = error
            continue
        try:
            return checked(_transmitted(library, card, protocol))
        finally:
            library.SCardDisconnect(card, _LEAVE)
    raise missing


def _transmitted(library: ctypes.CDLL, card: c_long, protocol: c_ulong) -> bytes:
    sent = _Protocol(protocol.value, ctypes.sizeof(_Protocol))
    answer, length = (c_ubyte * _MOST)(), c_ulong(_MOST)
    _made(library.SCardTransmit(card, byref(sent), _GET_UID, len(_GET_UID), None, answer, byref(length)))
    return bytes(answer[: length.value])


def _readers(library: ctypes.CDLL, context: c_long) -> list[bytes]:
    length = c_ulong()
    _made(library.SCardListReaders(context, None, None, byref(length)))
    names = ctypes.create_string_buffer(length.value)
    _made(library.SCardListReaders(context, None, names, byref(length)))
    return [name for name in names.raw.split(b"\0") if name]


def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise CaptureFailed(FailReason.UNSUPPORTED, "pcsc", retriable=False) from error
    calls = {
        "SCardEstablishContext": (c_ulong, c_void_p, c_void_p, POINTER(c_long)),
        "SCardReleaseContext": (c_long,),
        "SCardListReaders": (c_long, c_char_p, c_void_p, POINTER(c_ulong)),
        "SCardConnect": (c_long, c_char_p, c_ulong, c_ulong, POINTER(c_long), POINTER(c_ulong)),
        "SCardDisconnect": (c_long, c_ulong),
        "SCardTransmit": (c_long, c_void_p, c_char_p, c_ulong, c_void_p, c_void_p, POINTER(c_ulong)),
    }
    for name, arguments in calls.items():
        call = getattr(library, name)
        call.argtypes, call.restype = arguments, c_long
    return library


def _made(status: int) -> None:
    """Raise what the library's status means; nothing when the call succeeded."""
    code = status & 0xFFFFFFFF
    if code == 0:
        return
    if code == _TAKEN:
        raise DeviceBusy
    if code in _NO_READER:
        raise DeviceGone
    if code in _NO_CARD:
        raise CaptureFailed(FailReason.NOT_READY, "card")
    raise CaptureFailed(FailReason.BAD_ANSWER, f"pcsc {code:#010x}")
