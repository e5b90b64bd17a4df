"""A still camera on the wire: PTP (ISO 15740) over PTP/IP on a loopback port, as far as live view and a still need it.

It presents itself as a Nikon body, whose live view is a vendor operation with a header before the JPEG; the still is
the standard's InitiateCapture, announced by ObjectAdded on the event connection.
"""

import asyncio
import contextlib
import struct
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

OK, GENERAL_ERROR, BUSY, UNSUPPORTED, BAD_HANDLE, STORE_FULL = 0x2001, 0x2002, 0x2019, 0x2005, 0x2009, 0x200C
OUT_OF_FOCUS = 0xA002  # Nikon
GET_DEVICE_INFO, OPEN_SESSION, CLOSE_SESSION = 0x1001, 0x1002, 0x1003
GET_STORAGE_IDS, GET_STORAGE_INFO = 0x1004, 0x1005
GET_OBJECT_HANDLES, GET_OBJECT_INFO, GET_OBJECT = 0x1007, 0x1008, 0x1009
DELETE_OBJECT, INITIATE_CAPTURE = 0x100B, 0x100E
DEVICE_READY, START_LIVE_VIEW, END_LIVE_VIEW, GET_LIVE_VIEW = 0x90C8, 0x9201, 0x9202, 0x9203
OBJECT_ADDED, OBJECT_REMOVED, CAPTURE_COMPLETE = 0x4002, 0x4003, 0x400D
NIKON = 0x0000000A
STORE = 0x00010001
EXIF_JPEG = 0x3801
LIVE_VIEW_HEADER = bytes(384)
BASIC = (
    GET_DEVICE_INFO,
    OPEN_SESSION,
    CLOSE_SESSION,
    GET_STORAGE_IDS,
    GET_STORAGE_INFO,
    GET_OBJECT_HANDLES,
    GET_OBJECT_INFO,
    GET_OBJECT,
    DELETE_OBJECT,
    INITIATE_CAPTURE,
)
LIVE = (DEVICE_READY, START_LIVE_VIEW, END_LIVE_VIEW, GET_LIVE_VIEW)


@dataclass
class PtpCamera:
    """What the camera has and how it behaves; `asked` holds the operations in the order they came."""

    frames: list[bytes] = field(default_factory=list)
    stills: list[bytes] = field(default_factory=list)
    name: str = "DSC_0001.JPG"
    live_view: bool = True
    refuses: dict[int, int] = field(default_factory=dict)
    hangs: dict[int, asyncio.Event] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    objects: dict[int, bytes] = field(default_factory=dict)
    port: int = 0
    shots: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _events: dict[int, asyncio.StreamWriter] = field(default_factory=dict)
    _sessions: int = 0
    _server: asyncio.Server | None = None
    _shown: int = 0
    _reached: dict[int, asyncio.Event] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def plugged(self) -> AsyncGenerator["PtpCamera"]:
        await self.plug()
        try:
            yield self
        finally:
            await self.pull()

    async def plug(self) -> None:
        """Listen, on the port of before where there was one."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def address(self) -> str:
        """Where libgphoto2 finds it: the port for questions and the one for events."""
        return f"ptpip:127.0.0.1:{self.port}:{self.port}"

    async def reached(self, code: int) -> None:
        """Wait until an operation has been asked for."""
        await self._reached.setdefault(code, asyncio.Event()).wait()

    async def pull(self) -> None:
        """Cut every connection and listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        session = 0
        try:
            while True:
                length, kind = struct.unpack("<II", await reader.readexactly(8))
                body = await reader.readexactly(length - 8)
                if kind == 1:  # Init_Command_Request
                    session = self._sessions = self._sessions + 1
                    name = _utf16("Camera") + struct.pack("<I", 1 << 16)
                    writer.write(_packet(2, struct.pack("<I", session) + bytes(16) + name))
                elif kind == 3:  # Init_Event_Request
                    self._events[struct.unpack("<I", body)[0]] = writer
                    writer.write(_packet(4))
                elif kind == 13:  # Ping
                    writer.write(_packet(14))
                elif kind == 6:
                    _phase, code, transaction = struct.unpack_from("<IHI", body)
                    values = struct.unpack_from(f"<{(len(body) - 10) // 4}I", body, 10)
                    await self._operation(session, writer, code, transaction, values)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            self._open.discard(writer)
            writer.close()

    async def _operation(
        self, session: int, writer: asyncio.StreamWriter, code: int, transaction: int, values: tuple[int, ...]
    ) -> None:
        self.asked.append(code)
        self._reached.setdefault(code, asyncio.Event()).set()
        if code in self.hangs:
            await self.hangs[code].wait()
        response, data = (self.refuses[code], None) if code in self.refuses else self._answer(code, values)
        if data is not None:
            writer.write(_packet(9, struct.pack("<IQ", transaction, len(data))))
            writer.write(_packet(12, struct.pack("<I", transaction) + data))
        writer.write(_packet(7, struct.pack("<HI", response, transaction)))
        await writer.drain()
        if code == INITIATE_CAPTURE and response == OK:
            self._shoot(session, transaction)
        if code == DELETE_OBJECT and response == OK:
            self._tell(session, OBJECT_REMOVED, transaction, values[0])

    def _answer(self, code: int, values: tuple[int, ...]) -> tuple[int, bytes | None]:
        match code:
            case _ if code in (OPEN_SESSION, CLOSE_SESSION, INITIATE_CAPTURE):
                return OK, None
            case _ if code in (DEVICE_READY, START_LIVE_VIEW, END_LIVE_VIEW) and self.live_view:
                return OK, None
            case _ if code == GET_LIVE_VIEW and self.live_view and self.frames:
                frame = self.frames[self._shown % len(self.frames)]
                self._shown += 1
                return OK, LIVE_VIEW_HEADER + frame
            case _ if code == GET_DEVICE_INFO:
                return OK, self._device_info()
            case _ if code == GET_STORAGE_IDS:
                return OK, _array("I", (STORE,))
            case _ if code == GET_STORAGE_INFO:
                free = struct.pack("<HHHQQI", 4, 2, 0, 1 << 34, 1 << 33, 1000)
                return OK, free + _string("card") + _string("")
            case _ if code == GET_OBJECT_HANDLES:
                return OK, _array("I", tuple(self.objects))
            case _ if code == GET_OBJECT_INFO and values[0] in self.objects:
                return OK, self._object_info(self.objects[values[0]])
            case _ if code == GET_OBJECT and values[0] in self.objects:
                return OK, self.objects[values[0]]
            case _ if code == DELETE_OBJECT and values[0] in self.objects:
                del self.objects[values[0]]
                return OK, None
            case _ if code in (GET_OBJECT_INFO, GET_OBJECT, DELETE_OBJECT):
                return BAD_HANDLE, None
        return UNSUPPORTED, None

    def _shoot(self, session: int, transaction: int) -> None:
        handle = 0x1000 + self.shots
        self.objects[handle] = self.stills[self.shots % len(self.stills)]
        self.shots += 1
        self._tell(session, OBJECT_ADDED, transaction, handle)
        self._tell(session, CAPTURE_COMPLETE, transaction)

    def _tell(self, session: int, event: int, transaction: int, *values: int) -> None:
        if session in self._events:
            self._events[session].write(_packet(8, struct.pack(f"<HI{len(values)}I", event, transaction, *values)))

    def _device_info(self) -> bytes:
        operations = (*BASIC, *(LIVE if self.live_view else ()))
        return b"".join(
            (
                struct.pack("<HIH", 100, NIKON, 100),
                _string("Nikon PTP Extensions"),
                struct.pack("<H", 0),
                _array("H", operations),
                _array("H", (OBJECT_ADDED, OBJECT_REMOVED, CAPTURE_COMPLETE)),
                _array("H", ()),
                _array("H", (EXIF_JPEG,)),
                _array("H", (EXIF_JPEG,)),
                _string("Nikon Corporation"),
                _string("D000"),
                _string("V1.00"),
                _string("0000000000000001"),
            )
        )

    def _object_info(self, data: bytes) -> bytes:
        shape = struct.pack("<IHHIHIIIIIII", STORE, EXIF_JPEG, 0, len(data), 0, 0, 0, 0, 0, 0, 0, 0)
        rest = struct.pack("<HII", 0, 0, 0)
        return shape + rest + _string(self.name) + _string("20261125T080000") + _string("20261125T080000") + _string("")


def _packet(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<II", 8 + len(body), kind) + body


def _utf16(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def _string(text: str) -> bytes:
    return b"\0" if not text else bytes([len(text) + 1]) + _utf16(text)


def _array(kind: str, values: tuple[int, ...]) -> bytes:
    return struct.pack(f"<I{len(values)}{kind}", len(values), *values)
