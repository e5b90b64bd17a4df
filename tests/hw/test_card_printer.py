"""The card printer's driver against the emulated printer, over IPP on loopback."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyipp import IPP
from pyipp.enums import IppOperation

from hw.card_printer import IppCardPrinter, open_card_printer
from hw.emulators.card_engine import CardEngine, Knobs, read_knobs
from hw.emulators.clock import SharedClock
from hw.emulators.ipp_printer import IppPrinter
from hw.types import (
    Attached,
    CaptureFailed,
    DeviceGone,
    DeviceState,
    FailReason,
    JobOutcome,
    Marker,
    Role,
)

CARD = b"%PDF-1.4\n" + bytes(range(256)) * 300
TOKEN = "0199e6a5-7d1c-7000-8000-000000000001"


class HeldClock:
    """A clock whose sleepers wait until the test lets them go, so that the middle of a print can be looked at."""

    def __init__(self) -> None:
        self.asleep = 0
        self._seconds = 0.0
        self._changed = asyncio.Condition()
        self._passes = 0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._seconds, UTC)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        async with self._changed:
            self.asleep += 1
            self._changed.notify_all()
            await self._changed.wait_for(lambda: self._passes > 0)
            self._passes -= 1
            self.asleep -= 1
            self._seconds += seconds

    async def until_asleep(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.asleep > self._passes)

    async def let_go(self, times: int = 1) -> None:
        for _ in range(times):
            await self.until_asleep()
            async with self._changed:
                self._passes += 1
                self._changed.notify_all()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
async def emulated(tmp_path: Path, clock: HeldClock) -> AsyncIterator[IppPrinter]:
    printer = IppPrinter(tmp_path, clock)
    await printer.start()
    yield printer
    await printer.close()


async def settled(printer: IppCardPrinter, outcome: JobOutcome, token: str = TOKEN) -> JobOutcome:
    """Ask until the outcome is there; pytest's own limit ends a printer that never gets there."""
    while (seen := await printer.outcome(token)) is not outcome:
        pass
    return seen


async def test_a_card_is_followed_from_the_queue_to_the_tray(emulated: IppPrinter, clock: HeldClock) -> None:
    printer = await open_card_printer(Attached("k", Role.CARD_PRINTER, "ipp", "printer", emulated.address))
    assert (await printer.status()).state == "idle"
    assert await printer.outcome(TOKEN) is JobOutcome.NOT_FOUND

    job_id = await printer.send(TOKEN, CARD)
    await clock.until_asleep()
    assert await printer.outcome(TOKEN) is JobOutcome.PROCESSING
    assert (await printer.status()).state == "processing"
    await printer.send("another", CARD)
    assert await printer.outcome("another") is JobOutcome.PENDING

    await clock.let_go(2)
    assert await settled(printer, JobOutcome.DONE)
    assert emulated.engine.card(job_id).read_bytes() == CARD
    assert await printer.outcome("another") is not JobOutcome.DONE


async def test_supplies_fall_with_every_card_and_are_reported(emulated: IppPrinter, clock: HeldClock) -> None:
    printer = IppCardPrinter(emulated.address)
    emulated.turn({"ribbon": 50, "film": 200, "cards": 2})
    status = await printer.status()
    assert status.markers == (Marker("YMCK ribbon", "ribbonWax", 10), Marker("Retransfer film", "transferUnit", 20))
    assert status.reasons == ()

    await printer.send(TOKEN, CARD)
    await clock.let_go(2)
    await settled(printer, JobOutcome.DONE)
    status = await printer.status()
    assert [marker.level for marker in status.markers] == [9, 19]
    assert status.reasons == ("marker-supply-low",)
    assert emulated.knobs.cards == 1


@pytest.mark.parametrize(
    ("fault", "repair", "reason"),
    [
        ({"cards": 0}, {"cards": 10}, "media-empty"),
        ({"cover_open": True}, {"cover_open": False}, "cover-open"),
        ({"ribbon": 0}, {"ribbon": 500}, "marker-supply-empty"),
    ],
)
async def test_a_printer_that_cannot_print_keeps_the_card_until_it_can(
    emulated: IppPrinter, clock: HeldClock, fault: dict[str, object], repair: dict[str, object], reason: str
) -> None:
    printer = IppCardPrinter(emulated.address)
    emulated.turn(fault)
    await printer.send(TOKEN, CARD)
    await settled(printer, JobOutcome.STOPPED)
    status = await printer.status()
    assert (status.state, status.reasons) == ("stopped", (reason,))
    assert await printer.probe() is DeviceState.NOT_READY

    emulated.turn(repair)
    await clock.let_go(2)
    assert await settled(printer, JobOutcome.DONE)


async def test_a_jam_in_the_middle_costs_the_card_and_aborts_the_job(emulated: IppPrinter, clock: HeldClock) -> None:
    printer = IppCardPrinter(emulated.address)
    before = emulated.knobs
    job_id = await printer.send(TOKEN, CARD)
    await clock.until_asleep()
    emulated.turn({"jam": True})
    await clock.let_go()
    await settled(printer, JobOutcome.STOPPED)
    assert (await printer.status()).reasons == ("media-jam",)

    emulated.turn({"jam": False})
    await settled(printer, JobOutcome.ABORTED)
    assert not emulated.engine.card(job_id).exists()
    assert emulated.knobs.ribbon == before.ribbon - 1
    assert emulated.knobs.cards == before.cards - 1


async def test_a_job_cancelled_at_the_printer_is_told_apart(emulated: IppPrinter, clock: HeldClock) -> None:
    printer = IppCardPrinter(emulated.address)
    await printer.send(TOKEN, CARD)
    await clock.until_asleep()
    emulated.turn({"cancel": True})
    await clock.let_go(2)
    assert await settled(printer, JobOutcome.CANCELED)
    assert emulated.knobs.cancel is False


async def test_a_token_sent_twice_counts_as_the_card_that_came_out(emulated: IppPrinter, clock: HeldClock) -> None:
    printer = IppCardPrinter(emulated.address)
    first = await printer.send(TOKEN, CARD)
    await clock.let_go(2)
    await settled(printer, JobOutcome.DONE)
    assert await printer.send(TOKEN, CARD) != first
    assert await printer.outcome(TOKEN) is JobOutcome.DONE


async def test_jobs_outlive_the_printers_process(tmp_path: Path, clock: HeldClock) -> None:
    emulated = IppPrinter(tmp_path, clock)
    await emulated.start()
    printer = IppCardPrinter(emulated.address)
    await printer.send("first", CARD)
    await clock.let_go(2)
    await settled(printer, JobOutcome.DONE, "first")
    await printer.send("second", CARD)
    await clock.until_asleep()
    await emulated.close()

    clock = HeldClock()
    again = IppPrinter(tmp_path, clock)
    await again.start()
    try:
        printer = IppCardPrinter(again.address)
        assert await printer.outcome("first") is JobOutcome.DONE
        assert await printer.outcome("second") in (JobOutcome.PENDING, JobOutcome.PROCESSING)
        await clock.let_go(2)
        await settled(printer, JobOutcome.DONE, "second")
        assert again.knobs.cards == Knobs().cards - 2
    finally:
        await again.close()


async def test_a_card_in_the_tray_counts_even_when_the_note_of_it_was_lost(tmp_path: Path, clock: HeldClock) -> None:
    engine = CardEngine(tmp_path, clock)
    job = engine.take("token", "officer", CARD)
    (tmp_path / "spool" / f"{job.id:06}.pdf").rename(engine.card(job.id))
    assert [job.state.name for job in CardEngine(tmp_path, clock).jobs] == ["COMPLETED"]


async def test_a_pulled_cable_is_a_device_gone_and_comes_back(emulated: IppPrinter) -> None:
    printer = IppCardPrinter(emulated.address)
    await emulated.unplug()
    for ask in (printer.status(), printer.outcome(TOKEN), printer.send(TOKEN, CARD)):
        with pytest.raises(DeviceGone):
            await ask
    assert await printer.probe() is DeviceState.UNREACHABLE
    await emulated.start()
    assert (await printer.status()).state == "idle"


async def test_a_printer_that_takes_no_jobs_says_so(emulated: IppPrinter) -> None:
    printer = IppCardPrinter(emulated.address)
    emulated.turn({"refuse": True})
    assert (await printer.status()).accepting is False
    with pytest.raises(CaptureFailed) as failed:
        await printer.send(TOKEN, CARD)
    assert failed.value.reason is FailReason.NOT_READY
    assert await printer.outcome(TOKEN) is JobOutcome.NOT_FOUND


async def test_a_silent_printer_is_a_timeout(emulated: IppPrinter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hw.card_printer._SECONDS", 0.05)
    emulated.turn({"hang": True})
    with pytest.raises(CaptureFailed) as failed:
        await IppCardPrinter(emulated.address).status()
    assert failed.value.reason is FailReason.TIMEOUT
    emulated.turn({"hang": False})


def http(body: bytes, status: str = "200 OK", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/ipp\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + body


OK = struct.pack(">BBHI", 2, 0, 0, 1)
NONSENSE = {
    "not HTTP": b"\x00\x01\x02\xff" * 40 + b"\r\n\r\n",
    "empty": http(b""),
    "HTML": http(b"<html>It works!</html>"),
    "only a header": http(OK),
    "no printer in it": http(OK + b"\x01\x47\x00\x12attributes-charset\x00\x05utf-8\x03"),
    "state of text": http(OK + b"\x01\x04\x44\x00\x0dprinter-state\x00\x04idle\x03"),
    "unknown state": http(OK + b"\x01\x04\x23\x00\x0dprinter-state\x00\x04\x00\x00\x00\x63\x03"),
    "cut off in mid-answer": http(OK + b"\x01\x47", length=5000),
    "a page that is not text": http(b"\xff\xfe\xfd", "500 Internal Server Error"),
    "forbidden": http(b"no", "403 Forbidden"),
    "wants TLS": http(b"", "426 Upgrade Required"),
}


@asynccontextmanager
async def server(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await answer(writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"ipp://127.0.0.1:{listening.sockets[0].getsockname()[1]}/ipp/print"


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_for_an_answer_is_a_typed_error(answer: bytes) -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with server(write) as address:
        with pytest.raises((CaptureFailed, DeviceGone)):
            await IppCardPrinter(address).status()


async def test_an_answer_without_end_is_not_read_into_memory() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n\r\n")
        while True:
            writer.write(bytes(1 << 16))
            await writer.drain()

    async with server(write) as address:
        with pytest.raises(CaptureFailed) as failed:
            await IppCardPrinter(address).status()
    assert failed.value.reason is FailReason.BAD_ANSWER


async def test_the_garbling_printer_is_a_bad_answer(emulated: IppPrinter) -> None:
    emulated.turn({"garble": True})
    with pytest.raises(CaptureFailed) as failed:
        await IppCardPrinter(emulated.address).send(TOKEN, CARD)
    assert failed.value.reason is FailReason.BAD_ANSWER


@pytest.mark.parametrize("address", ["ipp://127.0.0.1:99999/", "ipp://[/", "ipp:///ipp/print", "kartu"])
async def test_an_address_that_is_none_is_a_typed_error(address: str) -> None:
    with pytest.raises(CaptureFailed) as failed:
        await IppCardPrinter(address).status()
    assert failed.value.reason is FailReason.UNSUPPORTED


@pytest.mark.parametrize("token", ["", "x" * 256, "tab\there", "é", "\x1b[2J"])
async def test_a_token_that_is_no_name_is_refused_before_anything_is_sent(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        await IppCardPrinter("ipp://127.0.0.1:1/").send(token, CARD)


async def test_only_a_pdf_is_sent_and_only_a_pdf_is_taken(emulated: IppPrinter) -> None:
    with pytest.raises(ValueError, match="PDF"):
        await IppCardPrinter(emulated.address).send(TOKEN, b"\xff\xd8\xff")
    emulated.turn({"print_seconds": 1})
    with pytest.raises(ValueError, match="ink"):
        emulated.turn({"ink": 3})
    with pytest.raises(ValueError, match="cover_open"):
        emulated.turn({"cover_open": 1})
    assert read_knobs({"jam": True}, Knobs()) == replace(Knobs(), jam=True)


async def test_pyipp_as_it_comes_reads_the_whole_printer(emulated: IppPrinter) -> None:
    async with IPP(emulated.address) as client:
        printer = await client.printer()
        assert printer.state.printer_state == "idle"
        assert [marker.level for marker in printer.markers] == [100, 100]
        accepted = await client.execute(
            IppOperation.PRINT_JOB,
            {"operation-attributes-tag": {"job-name": "x", "document-format": "application/pdf"}, "data": CARD},
        )
        job_id = accepted["jobs"][0]["job-id"]
        await client.execute(IppOperation.CANCEL_JOB, {"operation-attributes-tag": {"job-id": job_id}})


@pytest.mark.peer("ipptool")
async def test_the_ipptool_of_cups_finds_an_ipp_2_printer_by_the_book(tmp_path: Path) -> None:
    card = tmp_path / "card.pdf"
    card.write_bytes(CARD)
    clock = SharedClock(tmp_path / "clock")
    emulated = IppPrinter(tmp_path / "printer", clock)
    await emulated.start()
    process = await asyncio.create_subprocess_exec(
        "ipptool", "-tI", "-f", str(card), emulated.address, "ipp-2.0.test",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    await emulated.close()
    clock.close()
    assert process.returncode == 0, said.decode()
    assert b"[FAIL]" not in said
    assert said.count(b"[PASS]") > 20
