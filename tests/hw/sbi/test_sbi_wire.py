"""What may happen between a good service and its driver: slow, cut, garbled and endless answers, over real sockets."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from hw.emulators.sbi_service import SbiService, serve_sbi
from hw.sbi.discovery import open_sbi, sweep
from hw.sbi.scanners import SbiFingerScanner, Terms
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason, HardwareError, Role, Slap
from tests.hw.sbi.finding import CLOCK

Mangle = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
"""Writes to the driver what it makes of the service's whole reply."""


class Between:
    """Stands between driver and service on a port of its own, and lets everything pass except what it is told."""

    def __init__(self, service: SbiService) -> None:
        self.mangled: dict[bytes, Mangle] = {}
        self.asked: list[bytes] = []
        self._service = service
        self._talks: set[asyncio.Task[None]] = set()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(int(length.partition(b":")[2]))
            verb = head.split(b" ", 1)[0]
            self.asked.append(verb)
            back, forth = await asyncio.open_connection("127.0.0.1", self._service.port)
            with closing(forth):
                forth.write(head + body)
                if (mangle := self.mangled.get(verb)) is not None:
                    await mangle(await back.read(), writer)
                    return
                while piece := await back.read(1 << 16):
                    writer.write(piece)
                    await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the driver hung up
        finally:
            writer.close()

    async def close(self) -> None:
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)


@asynccontextmanager
async def listening(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Listen on a free port of SBI's."""
    for port in range(4600, 4500, -1):  # another test run may hold some of them
        try:
            server = await asyncio.start_server(talk, "127.0.0.1", port)
        except OSError:
            continue
        async with server:
            yield port
        return
    pytest.fail("no free port")


@pytest.fixture
async def service(folder: Path) -> AsyncIterator[SbiService]:
    service = await serve_sbi(folder, CLOCK)
    yield service
    await service.close()


@pytest.fixture
async def between(service: SbiService) -> AsyncIterator[tuple[Between, int]]:
    between = Between(service)
    async with listening(between.talk) as port:
        yield between, port
        await between.close()


@asynccontextmanager
async def scanner_at(port: int, terms: Terms) -> AsyncIterator[SbiFingerScanner]:
    found = await sweep([port], trusted=terms.trusted, clock=CLOCK)
    device = await open_sbi(next(one for one in found if one.role is Role.FINGER), terms=terms, clock=CLOCK)
    assert isinstance(device, SbiFingerScanner)
    try:
        yield device
    finally:
        await device.close()


def parted(reply: bytes) -> tuple[bytes, bytes]:
    """Part a reply into its header and the body that it promises; what services put behind that is dropped."""
    head, _blank, rest = reply.partition(b"\r\n\r\n")
    return head, rest.removesuffix(b"\r\n\r\n")


def headed(head: bytes, *lines: bytes) -> bytes:
    """Return the header with other lines about the length."""
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    return b"\r\n".join((*kept, *lines)) + b"\r\n\r\n"


async def slowly(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    for piece in (head[:9], head[9:] + b"\r\n\r\n", *(body[at : at + 4096] for at in range(0, len(body), 4096))):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)


async def byte_by_byte(reply: bytes, writer: asyncio.StreamWriter) -> None:
    for octet in reply:
        writer.write(bytes((octet,)))
        await asyncio.sleep(0.05)


async def cut(reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(reply[: len(reply) // 2])


async def lost(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def until_closed(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    writer.write(headed(head) + body)


async def without_a_blank(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    writer.write(headed(head, b"content-LENGTH:%d" % len(body)) + body)


async def in_chunks(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:100], body[100:]))
    writer.write(headed(head, b"Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n")


@pytest.mark.parametrize("mangle", [slowly, until_closed, without_a_blank, in_chunks])
async def test_an_odd_way_to_send_a_good_answer_is_taken(
    between: tuple[Between, int], terms: Terms, mangle: Mangle
) -> None:
    kit, port = between
    kit.mangled = dict.fromkeys((b"RCAPTURE", b"MOSIPDINFO", b"MOSIPDISC"), mangle)
    async with scanner_at(port, terms) as scanner:
        assert len(await scanner.capture(Slap.THUMBS)) == 2


async def counted_short(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    writer.write(headed(head, b"Content-Length: %d" % (len(body) - 10)) + body)


async def counted_long(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    writer.write(headed(head, b"Content-Length: %d" % (len(body) + 10)) + body)


async def counted_in_words(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    writer.write(headed(head, b"Content-Length: many") + body)


async def counted_twice(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    writer.write(headed(head, b"Content-Length: 3", b"Content-Length: %d" % len(body)) + body)


async def squeezed(reply: bytes, writer: asyncio.StreamWriter) -> None:
    head, body = parted(reply)
    small = gzip.compress(body)
    writer.write(headed(head, b"Content-Encoding: gzip", b"Content-Length: %d" % len(small)) + small)


async def no_http(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n" * 3)


async def endless(reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(headed(parted(reply)[0]) + b"[")
    while not writer.is_closing():
        writer.write(b"[]," * 100_000)
        await writer.drain()


async def headers_without_end(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X-More: %b\r\n" % (b"x" * 4000))
        await writer.drain()


async def refused(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    body = json.dumps([{"error": {"errorCode": "110", "errorInfo": "Device is not ready\x1b[2J"}}]).encode()
    writer.write(b"HTTP/1.1 500 Oops\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@pytest.mark.parametrize(
    ("mangle", "reason"),
    [
        (byte_by_byte, FailReason.TIMEOUT),
        (counted_short, FailReason.BAD_ANSWER),
        (counted_in_words, FailReason.BAD_ANSWER),
        (counted_twice, FailReason.BAD_ANSWER),
        (squeezed, FailReason.BAD_ANSWER),
        (no_http, FailReason.BAD_ANSWER),
        (endless, FailReason.BAD_ANSWER),
        (headers_without_end, FailReason.BAD_ANSWER),
        (refused, FailReason.NOT_READY),
        (cut, None),
        (lost, None),
        (counted_long, None),
    ],
)
async def test_a_broken_answer_has_its_reason_and_the_next_one_is_taken(
    between: tuple[Between, int],
    terms: Terms,
    mangle: Mangle,
    reason: FailReason | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hw.sbi.scanners._GRACE_S", 0.2)
    kit, port = between
    async with scanner_at(port, replace(terms, timeout_s=0.8)) as scanner:
        kit.mangled[b"RCAPTURE"] = mangle
        with pytest.raises(HardwareError) as failed:
            await scanner.capture(Slap.THUMBS)
        if reason is None:
            assert isinstance(failed.value, DeviceGone)
        else:
            assert isinstance(failed.value, CaptureFailed)
            assert failed.value.reason is reason
        assert "\x1b" not in str(failed.value)
        kit.mangled = {}
        assert len(await scanner.capture(Slap.THUMBS)) == 2


@pytest.mark.parametrize("mangle", [byte_by_byte, squeezed, no_http, endless, cut, lost, refused])
async def test_a_broken_look_at_the_device_does_not_end_its_capture_unless_the_service_is_gone(
    between: tuple[Between, int], service: SbiService, terms: Terms, mangle: Mangle
) -> None:
    kit, port = between
    async with scanner_at(port, terms) as scanner:
        kit.mangled[b"MOSIPDISC"] = mangle
        service.turn({"delays": {"RCAPTURE": 0.6}})
        if mangle in (cut, lost):
            with pytest.raises(DeviceGone):
                await scanner.capture(Slap.THUMBS)
        else:
            assert len(await scanner.capture(Slap.THUMBS)) == 2
        assert b"MOSIPDISC" in kit.asked


@pytest.mark.parametrize("mangle", [byte_by_byte, squeezed, no_http, endless, headers_without_end, cut, lost, refused])
async def test_a_port_with_a_broken_service_is_passed_over(
    between: tuple[Between, int], terms: Terms, mangle: Mangle
) -> None:
    kit, port = between
    kit.mangled = dict.fromkeys((b"MOSIPDINFO", b"SBIDINFO"), mangle)
    assert await sweep([port], trusted=terms.trusted, clock=CLOCK) == ()


async def test_a_service_that_knows_only_the_newer_verbs_is_found(
    between: tuple[Between, int], service: SbiService, terms: Terms
) -> None:
    async def unknown(_reply: bytes, writer: asyncio.StreamWriter) -> None:
        body = b'{"errorCode": "500", "errorInfo": "Invalid URL"}'
        writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    service.turn({"spec": "1.0"})
    kit, port = between
    kit.mangled = {b"MOSIPDINFO": unknown, b"MOSIPDISC": unknown}
    async with scanner_at(port, terms) as scanner:
        service.turn({"delays": {"RCAPTURE": 0.6}})
        assert len(await scanner.capture(Slap.THUMBS)) == 2
        assert b"SBIDISC" in kit.asked
        assert b"MOSIPDISC" not in kit.asked


async def test_two_programs_share_a_scanner_by_taking_turns(
    between: tuple[Between, int], service: SbiService, terms: Terms
) -> None:
    _kit, port = between
    async with scanner_at(port, terms) as one, scanner_at(service.port, terms) as other:
        service.turn({"delays": {"RCAPTURE": 0.3}})
        first = asyncio.create_task(one.capture(Slap.LEFT_FOUR))
        await service.until(lambda: bool(service.capturing))
        with pytest.raises(DeviceBusy):
            await other.capture(Slap.RIGHT_FOUR)
        assert len(await first) == 4
        assert len(await other.capture(Slap.RIGHT_FOUR)) == 4


# The live picture


def framed(picture: bytes, length: int | None = None) -> bytes:
    head = b"--BoundaryString\r\nContent-Type:image/jpeg\r\nContent-Length:%d\r\n\r\n"
    return head % (len(picture) if length is None else length) + picture + b"\r\n\r\n"


JPEG = b"\xff\xd8\xff\xe0" + b"a picture" * 50
OPENED = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\r\n"
ENDED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"errorCode":"605","errorInfo":""}'


async def dribbling(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OPENED + framed(JPEG))
    while not writer.is_closing():
        writer.write(b"\r\n")
        await asyncio.sleep(0.05)


async def ended_inside_a_frame(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OPENED + framed(JPEG) + framed(JPEG)[:200] + ENDED)


async def overrunning(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OPENED + framed(JPEG) + framed(JPEG, 10) + framed(JPEG))


async def no_pictures(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OPENED + framed(JPEG) + framed(b"GIF89a"))


async def broken_off(_reply: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OPENED + framed(JPEG) + framed(JPEG)[:200])


@pytest.mark.parametrize(
    ("mangle", "reason"),
    [
        (dribbling, FailReason.TIMEOUT),
        (overrunning, FailReason.BAD_ANSWER),
        (no_pictures, FailReason.BAD_ANSWER),
        (broken_off, FailReason.STREAM_ENDED),
        (ended_inside_a_frame, None),
    ],
)
async def test_a_broken_stream_has_its_reason_and_spoils_no_capture(
    between: tuple[Between, int], service: SbiService, terms: Terms, mangle: Mangle, reason: FailReason | None
) -> None:
    kit, port = between

    async def instead(reply: bytes, writer: asyncio.StreamWriter) -> None:
        await mangle(reply, writer)

    kit.mangled[b"STREAM"] = instead
    service.turn({"errors": {"STREAM": 610}})  # the service itself streams nothing meanwhile
    async with scanner_at(port, replace(terms, silence_s=0.4)) as scanner:
        async with aclosing(scanner.frames(Slap.THUMBS)) as frames:
            with pytest.raises(HardwareError) as failed:
                [frame async for frame in frames]
        if reason is None:
            assert isinstance(failed.value, DeviceGone)
        else:
            assert isinstance(failed.value, CaptureFailed)
            assert failed.value.reason is reason
        assert len(await scanner.capture(Slap.THUMBS)) == 2
