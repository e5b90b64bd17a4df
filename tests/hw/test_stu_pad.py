"""STU pads: what stands on the glass and when it is gone, and pads that are busy, mute, pulled or talk nonsense."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from hw.emulators.clock import SharedClock
from hw.emulators.hand import invent
from hw.emulators.stu import Stu
from hw.emulators.stu_tablet import STU_530
from hw.pictures import ink
from hw.stu import line, reports
from hw.stu.glass import picture
from hw.stu.line import HidrawLine, NoSuchReport
from hw.stu.pad import StuPad, open_stu
from hw.stu.reports import PenOption, Report, Status
from hw.stu.session import Session
from hw.tablet import Axis, Ranges
from hw.types import Attached, CaptureFailed, DeviceBusy, DeviceGone, FailReason, PenPoint, Role


def stu_at(address: str) -> Attached:
    return Attached("stu", Role.SIGNATURE, "stu", "STU-530", address)


def words() -> str:
    return "Tanda tangan di sini"


@pytest.fixture
async def stu(tmp_path: Path) -> AsyncIterator[Stu]:
    clock = SharedClock(tmp_path / "clock")
    stu = Stu(tmp_path, clock)
    await stu.start()
    yield stu
    await stu.unplug()
    clock.close()


async def read(pad: StuPad, points: list[PenPoint]) -> None:
    async for point in pad.points():
        points.append(point)


def sent(stu: Stu, code: Report, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Return an event that is set when the pad is sent such a report."""
    seen, obey = asyncio.Event(), stu.tablet.obey

    def listening(report: bytes) -> bool:
        if report[0] == code:
            seen.set()
        return obey(report)

    monkeypatch.setattr(stu.tablet, "obey", listening)
    return seen


# --- the glass -------------------------------------------------------------------------------------------------------


async def test_the_glass_invites_takes_the_ink_and_is_left_clean(stu: Stu) -> None:
    pad = await open_stu(stu_at(stu.address), words)
    assert stu.tablet.rows == picture(800, 480, words())
    assert (stu.tablet.inking, stu.tablet.option) == (True, PenOption.TIME_AND_SEQUENCE)
    points: list[PenPoint] = []
    reading = asyncio.create_task(read(pad, points))
    await stu.sign(3)
    assert len(stu.tablet.ink) == sum(len(stroke) for stroke in invent(3))
    await pad.close()
    await reading
    assert len(ink.strokes(points)) == len(invent(3))
    # A minor's signature stays neither as ink nor in what the next program would read; what follows leaves no ink.
    assert stu.tablet.clean
    assert (stu.tablet.inking, stu.tablet.option) == (False, PenOption.NONE)
    assert stu.tablet.complaints == []


async def test_what_was_scribbled_before_the_line_stood_left_no_ink_and_is_not_read(
    stu: Stu, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_way = sent(stu, Report.CLEAR, monkeypatch)
    opening = asyncio.create_task(open_stu(stu_at(stu.address), words))
    await half_way.wait()
    await stu.say(bytes.fromhex("34 9155 1518 0ca8 1388 0007"))
    pad = await opening
    points: list[PenPoint] = []
    reading = asyncio.create_task(read(pad, points))
    await stu.sign(3)
    await pad.close()
    await reading
    assert [len(stroke) for stroke in ink.strokes(points)] == [len(stroke) for stroke in invent(3)]
    assert points[0].ms == 0


async def test_cleared_the_ink_is_gone_and_the_line_is_back(stu: Stu) -> None:
    pad = await open_stu(stu_at(stu.address), words)
    await stu.sign(3)
    await pad.clear()
    assert stu.tablet.ink == []
    assert stu.tablet.rows == picture(800, 480, words())
    assert stu.tablet.inking
    await pad.close()
    assert stu.tablet.complaints == []


async def test_a_glass_that_cannot_be_wiped_is_told_where_the_pen_is_read(
    stu: Stu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hw.stu.session._BUSY_SECONDS", 0.1)
    pad = await open_stu(stu_at(stu.address), words)
    reading = asyncio.create_task(read(pad, []))
    await stu.sign(3)
    stu.tablet.be(Status.ROM_BUSY)
    await pad.clear()
    with pytest.raises(CaptureFailed) as failed:
        await reading
    assert failed.value.reason is FailReason.NOT_READY
    stu.tablet.be(Status.READY)
    await pad.close()
    assert stu.tablet.clean


async def test_whoever_gives_up_while_the_pad_is_opened_leaves_it_clean_and_free(
    stu: Stu, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_way = sent(stu, Report.IMAGE_BLOCK, monkeypatch)
    opening = asyncio.create_task(open_stu(stu_at(stu.address), words))
    await half_way.wait()
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert stu.tablet.clean
    await (await open_stu(stu_at(stu.address))).close()


async def test_closing_goes_on_although_whoever_closed_was_cancelled(stu: Stu) -> None:
    pad = await open_stu(stu_at(stu.address), words)
    closing = asyncio.create_task(pad.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    await pad.close()
    assert stu.tablet.clean


# --- one reader ------------------------------------------------------------------------------------------------------


async def test_a_pad_in_use_is_busy_and_free_again_when_it_is_closed(stu: Stu) -> None:
    pad = await open_stu(stu_at(stu.address))
    with pytest.raises(DeviceBusy):
        await open_stu(stu_at(stu.address))
    await pad.close()
    await (await open_stu(stu_at(stu.address))).close()


def test_a_node_is_locked_for_whoever_asks_in_the_same_way(tmp_path: Path) -> None:
    node = tmp_path / "hidraw3"
    node.write_bytes(b"")
    first = HidrawLine(str(node))
    with pytest.raises(DeviceBusy):
        HidrawLine(str(node))
    os.close(first.input)
    os.close(HidrawLine(str(node)).input)


async def test_a_node_that_is_gone_forbidden_or_no_hid_device(tmp_path: Path) -> None:
    with pytest.raises(DeviceGone):
        await open_stu(stu_at(str(tmp_path / "hidraw3")))
    (tmp_path / "hidraw4").write_bytes(b"")
    with pytest.raises(CaptureFailed) as failed:
        await open_stu(stu_at(str(tmp_path / "hidraw4")))
    assert failed.value.reason is FailReason.BAD_ANSWER
    # And it was let go of.
    os.close(HidrawLine(str(tmp_path / "hidraw4")).input)


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        (errno.EPIPE, NoSuchReport),
        (errno.ENODEV, DeviceGone),
        (errno.EPROTO, DeviceGone),
        (errno.ETIMEDOUT, CaptureFailed),
        (errno.EIO, CaptureFailed),
    ],
)
def test_what_the_kernels_refusal_means(number: int, meant: type[Exception]) -> None:
    assert type(line._meaning(OSError(number, ""))) is meant


# --- pulled, mute, busy, mad -----------------------------------------------------------------------------------------


async def test_pulled_while_the_picture_is_sent(stu: Stu, monkeypatch: pytest.MonkeyPatch) -> None:
    half_way = sent(stu, Report.IMAGE_BLOCK, monkeypatch)
    opening = asyncio.create_task(open_stu(stu_at(stu.address), words))
    await half_way.wait()
    await stu.unplug()
    with pytest.raises(DeviceGone):
        await opening
    await stu.start()
    await (await open_stu(stu_at(stu.address))).close()


@pytest.mark.parametrize("state", [Status.IMAGE, Status.CAPTURE])
async def test_what_a_killed_program_left_behind_is_ended(
    stu: Stu, state: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hw.stu.session._BUSY_SECONDS", 0.1)
    stu.tablet.be(state)
    pad = await open_stu(stu_at(stu.address), words)
    assert stu.tablet.rows == picture(800, 480, words())
    await pad.close()
    assert stu.tablet.complaints == []


async def test_a_pad_that_starts_up_for_ever_is_not_ready(stu: Stu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hw.stu.session._BUSY_SECONDS", 0.1)
    stu.tablet.be(Status.SYSTEM_RESET)
    with pytest.raises(CaptureFailed) as failed:
        await open_stu(stu_at(stu.address))
    assert failed.value.reason is FailReason.NOT_READY
    stu.tablet.be(Status.READY)
    await (await open_stu(stu_at(stu.address))).close()


async def test_a_pad_that_never_answers_is_given_up(stu: Stu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(stu.tablet, "get", lambda code: time.sleep(0.3))
    with pytest.raises(CaptureFailed) as failed:
        await open_stu(stu_at(stu.address))
    assert failed.value.reason is FailReason.TIMEOUT


@pytest.mark.parametrize("answer", [b"", b"\x09", bytes(17), b"\x09" + bytes(16), b"\x09" + b"\xff" * 16])
async def test_a_pad_that_lies_about_its_size_is_refused_and_the_next_attempt_works(
    stu: Stu, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    with monkeypatch.context() as lying:
        lying.setattr(reports, "write_capability", lambda _: answer)
        with pytest.raises(CaptureFailed) as failed:
            await open_stu(stu_at(stu.address))
        assert failed.value.reason is FailReason.BAD_ANSWER
    await (await open_stu(stu_at(stu.address))).close()


async def test_nonsense_between_the_reports_draws_nothing(stu: Stu) -> None:
    pad = await open_stu(stu_at(stu.address))
    points: list[PenPoint] = []
    reading = asyncio.create_task(read(pad, points))
    for report in (
        b"\x01",
        b"\x34\x91",
        b"\x10" + b"\xff" * 16,
        b"\xee" * 64,
        bytes.fromhex("34 9155 ffff ffff 0000 0001"),
    ):
        await stu.say(report)
    await stu.sign(3)
    await pad.close()
    await reading
    assert [len(stroke) for stroke in ink.strokes(points)] == [len(stroke) for stroke in invent(3)]


async def test_a_pad_smaller_than_it_says_is_not_believed(stu: Stu) -> None:
    # Its pen goes to 10800, its capability says 1000: everything would be drawn on the edge.
    small = Ranges(Axis(0, 1000), Axis(0, 600), Axis(0, 1023))
    stu.tablet.model = replace(STU_530, capability=replace(STU_530.capability, ranges=small))
    pad = await open_stu(stu_at(stu.address))
    stu.tablet.model = STU_530
    reading = asyncio.create_task(read(pad, []))
    await stu.sign(3)
    with pytest.raises(CaptureFailed) as failed:
        await reading
    assert failed.value.reason is FailReason.BAD_ANSWER
    await pad.close()
    assert stu.tablet.clean


# --- sent and answered -----------------------------------------------------------------------------------------------


class Script:
    """A line on which exactly these reports are sent and asked for, in this order."""

    def __init__(self, *pairs: tuple[str, str | None]) -> None:
        self._pairs = [(bytes.fromhex(sent), answer) for sent, answer in pairs]
        self.input = -1

    def get(self, code: int, size: int) -> bytes:
        answer = self._next(bytes((code,)))[:size]
        return answer

    def send(self, report: bytes) -> None:
        self._next(report)

    def close(self) -> None:
        assert self._pairs == [], "not everything was sent"

    def _next(self, sent: bytes) -> bytes:
        wanted, answer = self._pairs.pop(0)
        assert sent == wanted
        if answer is None:
            raise NoSuchReport
        return bytes.fromhex(answer)


CAPABILITY = ("09", "09 2a30 1950 03ff 0320 01e0 c8 09ec 0f 0000")
READY = ("03", "03 00 00 0000")


def test_a_530_gives_time_and_numbers() -> None:
    script = Script(CAPABILITY, READY, ("32 03", ""), ("32", "32 03"))
    session = Session(script)
    session.begin()
    script.close()
    assert session.option is PenOption.TIME_AND_SEQUENCE


def test_a_520_keeps_what_it_had_for_an_option_it_does_not_know_and_gives_time() -> None:
    script = Script(CAPABILITY, READY, ("32 03", ""), ("32", "32 00"), ("32 01", ""), ("32", "32 01"))
    session = Session(script)
    session.begin()
    script.close()
    assert session.option is PenOption.TIME


def test_a_300_knows_no_options() -> None:
    script = Script(CAPABILITY, READY, ("32 03", None), ("32 01", None))
    session = Session(script)
    session.begin()
    script.close()
    assert session.option is PenOption.NONE


def test_a_picture_waits_for_the_glass_to_be_wiped_and_ink_comes_last() -> None:
    script = Script(
        ("21 00", ""), READY, ("20 00", ""), ("03", "03 01 00 0000"), READY,
        ("25 00", ""), ("26 02 00 ff7e" + "00" * 251, ""), ("27 00", ""), READY, ("21 01", ""),
    )  # fmt: skip
    Session(script).show(b"\xff\x7e")
    script.close()


def test_the_end_wipes_and_gives_back() -> None:
    script = Script(
        CAPABILITY, READY, ("32 03", ""), ("32", "32 03"),
        ("21 00", ""), READY, ("20 00", ""), READY, ("32 00", ""),
    )  # fmt: skip
    session = Session(script)
    session.begin()
    session.end()
    script.close()


def test_colours_and_brightness_lie_in_flash_and_are_never_written() -> None:
    flash = {0x0A, 0x0C, 0x1A, 0x1B, 0x28, 0x29, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F}
    assert not flash & {report.value for report in Report}
