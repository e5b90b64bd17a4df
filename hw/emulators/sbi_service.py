"""An SBI service in software: slap scanner, iris scanner and camera behind one loopback port, as MockMDS behaves.

HTTP is written by hand because the methods are SBI's own, and because the habits that drivers stumble over must be
kept: errors under status 200, two line ends behind the promised body, a stream that ends in a second response.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from hw.emulators.listening import accept_no_more
from hw.sbi.codec import Kind
from hw.sbi.transport import HOST, PORTS
from hw.types import Clock

from .authority import signer
from .knobs import Knobs, turned
from .sensors import DEVICES, UNREGISTERED, Capture, EmulatedDevice, Refused, Sensors

_FRAME_S = 0.1  # between two frames: real time, the pace of the wire and not of the procedure
_LARGEST_REQUEST = 64 * 1024
_BOUNDARY = b"--BoundaryString"


@dataclass(frozen=True)
class _Request:
    verb: str
    path: str
    body: bytes = field(repr=False)


class SbiService:
    """The running service; made by `serve_sbi`."""

    def __init__(self, sensors: Sensors, clock: Clock) -> None:
        self.knobs = Knobs()
        self._sensors = sensors
        self._clock = clock
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._capturing: set[Kind] = set()
        self._streaming: dict[Kind, str] = {}  # and the deviceSubId it was opened for

    @property
    def port(self) -> int:
        """The port on loopback."""
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    @property
    def capturing(self) -> frozenset[Kind]:
        """The devices that are taking something now."""
        return frozenset(self._capturing)

    @property
    def streaming(self) -> frozenset[Kind]:
        """The devices that are seen live now."""
        return frozenset(self._streaming)

    async def listen(self, port: int) -> None:
        """Start. Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._talk, HOST, port, limit=_LARGEST_REQUEST)

    def turn(self, knobs: Mapping[str, Any]) -> None:
        """Turn some knobs as `knobs.turned` reads them, also while a capture waits. Raises ValueError."""
        self.knobs = turned(self.knobs, knobs)
        self._sensors.spec = self.knobs.spec
        self._tell()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait for a state of the service, such as a capture having begun."""
        while not reached():
            await self._changed.wait()

    async def close(self) -> None:
        """Stop at once, as if the service had been killed: open connections break off."""
        if self._server is not None:
            await accept_no_more(self._server.sockets)
            self._server.close()
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close; a client that hangs up ends its capture or stream."""
        talk = cast("asyncio.Task[None]", asyncio.current_task())
        self._talks.add(talk)
        try:
            request = await _read(reader)
            answer = asyncio.ensure_future(self._answer(request, writer))
            hung_up = asyncio.ensure_future(reader.read(1))
            try:
                await asyncio.wait({answer, hung_up}, return_when=asyncio.FIRST_COMPLETED)
                if answer.done():
                    answer.result()
            finally:
                answer.cancel()
                hung_up.cancel()
                await asyncio.gather(answer, hung_up, return_exceptions=True)
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, ConnectionError):
            pass
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._talks.discard(talk)
            writer.close()

    async def _answer(self, request: _Request, writer: asyncio.StreamWriter) -> None:
        delay = self.knobs.delays.get(request.verb, 0.0)
        code = self.knobs.errors.get(request.verb)
        route = (request.verb, request.path)
        if delay and route != ("RCAPTURE", "/capture"):  # which waits while it holds the device
            await self._clock.sleep(delay)
        discovers = "SBIDISC" if self._sensors.newer else "MOSIPDISC"
        if route == (discovers, "/device"):
            body = [_error(code)] if code else self._discovered(request)
            _reply(writer, 200, body)
        elif route == ("MOSIPDINFO", "/info") or (self._sensors.newer and route == ("SBIDINFO", "/info")):
            _reply(writer, 200, [_error(code)] if code else self._infos())
        elif route == ("RCAPTURE", "/capture"):
            _reply(writer, 200, await self._captured(request, delay, code))
        elif route == ("STREAM", "/stream"):
            await self._stream(request, writer, code)
        else:
            _reply(writer, 405, {"errorCode": "500", "errorInfo": "Invalid URL"})

    def _present(self) -> list[EmulatedDevice]:
        return [device for device in DEVICES if device.kind not in self.knobs.unplugged]

    def _status(self, device: EmulatedDevice) -> str:
        if device.kind in self.knobs.unregistered:
            return UNREGISTERED
        if device.kind in self.knobs.not_ready:
            return "Not Ready"
        taken = device.kind in self._capturing or device.kind in self._streaming
        return "Busy" if taken or device.kind in self.knobs.busy else "Ready"

    def _discovered(self, request: _Request) -> list[object]:
        wanted = str(_fields(request.body).get("type", ""))
        kinds = {kind.value for kind in Kind}
        if wanted not in kinds | {"Biometric Device"}:
            return [_error(502)]
        found = [device for device in self._present() if wanted in (device.kind.value, "Biometric Device")]
        states = {"Ready": 0, "Busy": 111, "Not Ready": 110, UNREGISTERED: 100}
        at = self._clock.now()
        listed: list[object] = [
            self._sensors.discovery(device, status, self.port, at) | _error(states[status])
            for device, status in ((device, self._status(device)) for device in found)
        ]
        return listed or [_error(503)]

    def _infos(self) -> list[object]:
        at = self._clock.now()
        return [
            {"deviceInfo": self._sensors.info(device, self._status(device), self.port, at), **_error(0)}
            for device in self._present()
        ] or [_error(503)]

    async def _captured(self, request: _Request, delay: float, code: int | None) -> dict[str, object]:
        try:
            capture = self._sensors.order(_fields(request.body))
            self._admit(capture)
            if code:
                raise Refused(code)
            self._capturing.add(capture.device.kind)
            self._tell()
            try:
                async with asyncio.timeout(capture.timeout):
                    await self._work(capture, delay)
                # Drawing and signing take tens of milliseconds; the stream and the other devices go on meanwhile.
                return await asyncio.to_thread(self._sensors.take, capture, self.knobs, self._clock.now())
            finally:
                self._capturing.discard(capture.device.kind)
                self._streaming.pop(capture.device.kind, None)  # a capture ends the live picture
                self._tell()
        except TimeoutError:
            return _failed(701)
        except Refused as refused:
            return _failed(refused.code)
        except ValueError:
            return _failed(123)

    def _admit(self, capture: Capture) -> None:
        """Apply the rules of who may capture when."""
        kind = capture.device.kind
        self._require_present(kind, 705)
        if kind in self.knobs.unregistered:
            raise Refused(100)
        if kind in self.knobs.not_ready:
            raise Refused(110)
        if kind in self.knobs.busy:
            raise Refused(111)
        if kind in self._capturing:
            raise Refused(703)
        if any(other is not kind and sub_id != capture.sub_id for other, sub_id in self._streaming.items()):
            raise Refused(702)

    def _require_present(self, kind: Kind, code: int) -> None:
        if kind in self.knobs.unplugged:
            raise Refused(code)

    async def _work(self, capture: Capture, delay: float) -> None:
        """Spend the time that a capture takes, and notice what happens meanwhile."""
        streamed = capture.device.kind in self._streaming
        nap = asyncio.ensure_future(self._clock.sleep(delay))
        try:
            while True:
                changed = asyncio.ensure_future(self._changed.wait())
                if not self.knobs.mute:
                    self._require_present(capture.device.kind, 705)
                if streamed and capture.device.kind not in self._streaming:
                    changed.cancel()
                    raise Refused(700)
                waits_on = self.knobs.hold or (self.knobs.mute and capture.device.kind in self.knobs.unplugged)
                if nap.done() and not waits_on:
                    changed.cancel()
                    return
                await asyncio.wait({changed} if waits_on else {changed, nap}, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
        finally:
            nap.cancel()

    async def _stream(self, request: _Request, writer: asyncio.StreamWriter, code: int | None) -> None:
        try:
            device, sub_id, seconds = self._sensors.streamed(_fields(request.body))
            self._require_present(device.kind, 605)
            if self._status(device) != "Ready":
                raise Refused(607)
            if code:
                raise Refused(code)
        except ValueError:
            _reply(writer, 200, _error(610)["error"])
            return
        except Refused as refused:
            _reply(writer, 200, _error(refused.code)["error"])
            return
        kind = device.kind
        self._streaming[kind] = sub_id
        self._tell()
        writer.write(b"HTTP/1.0 200 OK\r\nServer: SBI\r\nConnection: close\r\n")
        writer.write(b"Content-Type: multipart/x-mixed-replace; boundary=" + _BOUNDARY + b"\r\n\r\n")
        ending = 609
        try:
            for moment in range(round(seconds / _FRAME_S)):
                if kind not in self._streaming:
                    ending = 700
                    break
                if kind in self.knobs.unplugged:
                    ending = 605
                    break
                while self.knobs.hold and kind in self._streaming and kind not in self.knobs.unplugged:
                    await self._changed.wait()
                frame = await asyncio.to_thread(self._sensors.frame, device, sub_id, self.knobs, moment)
                writer.write(
                    _BOUNDARY + b"\r\nAccess-Control-Allow-Origin:*\r\nContent-Type:image/jpeg\r\n"
                    b"Content-Length:%d\r\n\r\n%b\r\n\r\n" % (len(frame), frame)
                )
                await writer.drain()
                pause = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait({pause}, timeout=_FRAME_S)
                pause.cancel()
        finally:
            self._streaming.pop(kind, None)
            self._tell()
        _reply(writer, 200, _error(ending)["error"])


async def serve_sbi(folder: Path, clock: Clock, port: int = 0, spec: str = "0.9.5") -> SbiService:
    """Start a service on a port, or on a free one of SBI's, and leave its authority's certificate in `folder`.

    Every process looks from a place of its own on, so that a port given back by one is not at once another's: who
    still holds the address would meet a stranger's service there. Raises OSError when no port is free.
    """
    keys = await asyncio.to_thread(signer, folder, clock.now())
    service = SbiService(Sensors(keys), clock)
    service.turn({"spec": spec})
    if port:
        await service.listen(port)
        return service
    first = os.getpid() % len(PORTS)
    for candidate in (*PORTS[first:], *PORTS[:first]):
        try:
            await service.listen(candidate)
        except OSError:
            continue
        return service
    raise OSError("no free port")


async def _read(reader: asyncio.StreamReader) -> _Request:
    """Read one request; the body is what Content-Length says. Raises ValueError for anything else."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    start, *lines = head.split("\r\n")
    verb, path, _version = start.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= _LARGEST_REQUEST:
        raise ValueError("length")
    return _Request(verb, path, await reader.readexactly(length))


def _reply(writer: asyncio.StreamWriter, status: int, answer: object) -> None:
    body = json.dumps(answer).encode("ascii")
    phrase = {200: "OK", 405: "Method Not Allowed"}[status]
    writer.write(
        f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n".encode("ascii")
    )
    writer.write(body + b"\r\n\r\n")


def _fields(body: bytes) -> dict[str, Any]:
    value = json.loads(body or b"{}")
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return cast("dict[str, Any]", value)


def _error(code: int) -> dict[str, dict[str, str]]:
    return {"error": {"errorCode": str(code), "errorInfo": "Success" if code == 0 else f"Error {code}"}}


def _failed(code: int) -> dict[str, object]:
    return {"biometrics": [{"specVersion": "", "data": "", "hash": "", **_error(code)}]}
