"""What a one-finger sensor is sent and what it answers, order by order on a real pty."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace

import pytest

from hw.serial_finger import image, packets
from hw.serial_finger.dialogue import Waits
from hw.serial_finger.packets import Command, Confirmation, Kind, Packet
from hw.serial_finger.sensor import open_sensor
from hw.types import CaptureFailed, FailReason
from tests.hw.serial_ground import PATIENT, at

SOON = replace(PATIENT, answer=0.3, packet=0.3)
"""For what does not come, behind a handshake that does."""
NOBODY = replace(PATIENT, probe=0.05)
"""For a line on which nobody answers, at any speed."""

Answer = bytes | float
"""Bytes to send, or seconds to let pass first."""
Pairs = Sequence[tuple[bytes, Sequence[Answer]]]


def ack(payload: bytes | Confirmation) -> bytes:
    return packets.pack(Packet(Kind.ACKNOWLEDGE, bytes((payload,)) if isinstance(payload, int) else payload))


@asynccontextmanager
async def wired(pairs: Pairs) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Answer the orders of a script in their order, and note everything that was sent; yields the node's name."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    heard: list[bytes] = []
    come = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(ours, come.set)

    async def answer() -> None:
        left, said = list(pairs), b""
        while True:
            await come.wait()
            come.clear()
            with suppress(BlockingIOError):
                said += os.read(ours, 4096)
            while left and left[0][0] in said:
                order, answers = left.pop(0)
                said = said.partition(order)[2]
                heard.append(order)
                for part in answers:
                    if isinstance(part, float):
                        await asyncio.sleep(part)
                    else:
                        await send(part)

    async def send(data: bytes) -> None:
        while data:
            try:
                data = data[os.write(ours, data) :]
            except BlockingIOError:
                await asyncio.sleep(0.001)

    answering = asyncio.create_task(answer())
    try:
        yield os.ttyname(theirs), heard
    finally:
        answering.cancel()
        await asyncio.wait({answering})
        loop.remove_reader(ours)
        os.close(ours)
        os.close(theirs)


HELLO = packets.verify_password(0)
WHO = packets.command(Command.READ_SYSTEM)
LOOK = packets.command(Command.TAKE_IMAGE)
EXTRACT = packets.command(Command.EXTRACT, b"\x01")
SEND = packets.command(Command.UPLOAD_IMAGE)
OK = ack(Confirmation.OK)
SYSTEM = ack(bytes.fromhex("00 0000 0009 03e8 0003 ffffffff 0002 0006"))
MET: Pairs = ((HELLO, (OK,)), (WHO, (SYSTEM,)))
TAKEN: Pairs = (*MET, (LOOK, (OK,)), (EXTRACT, (OK,)))
PACKED = bytes(range(256)) * (image.PACKED // 256)


def picture(packed: bytes = PACKED, size: int = 128) -> bytes:
    starts = range(0, len(packed), size)
    return b"".join(
        packets.pack(Packet(Kind.END_OF_DATA if start == starts[-1] else Kind.DATA, packed[start : start + size]))
        for start in starts
    )


def waits_for(reason: FailReason | str) -> Waits:
    """Only what is to end in silence is waited for shortly: a busy machine is no reason for another reason."""
    if reason is FailReason.NO_SENSOR:
        return NOBODY
    return SOON if reason is FailReason.TIMEOUT else PATIENT


async def captured(pairs: Pairs, waits: Waits = PATIENT) -> bytes:
    async with wired(pairs) as (node, _heard):
        sensor = await open_sensor(at(node), waits)
        try:
            return (await sensor.capture()).grey
        finally:
            await sensor.close()


@pytest.mark.parametrize("size", [32, 64, 128, 256])
async def test_orders_and_answers_of_one_capture(size: int) -> None:
    told: list[tuple[int, int]] = []
    async with wired((*TAKEN, (SEND, (OK, picture(size=size))))) as (node, heard):
        sensor = await open_sensor(at(node), PATIENT)
        assert sensor.parameters.capacity == 1000
        got = await sensor.capture(lambda done, total: told.append((done, total)))
        await sensor.close()
    assert heard == [HELLO, WHO, LOOK, EXTRACT, SEND]
    assert (got.width, got.height, got.grey) == (256, 288, image.unpack(PACKED))
    assert told == [(done, image.PACKED) for done in range(0, image.PACKED + 1, size)]


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ((), FailReason.NO_SENSOR),  # an adapter with nothing behind it
        (((HELLO, (b"AT\r\nOK\r\n",)),), FailReason.NO_SENSOR),  # a modem
        (((HELLO, (OK[:-1],)),), FailReason.NO_SENSOR),  # cut short
        (((HELLO, (bytes.fromhex("ef01 ffffffff 07 ffff 00"),)),), FailReason.NO_SENSOR),  # longer than anything
        (((HELLO, (ack(Confirmation.WRONG_PASSWORD),)),), FailReason.REFUSED),
        (((HELLO, (ack(Confirmation.WRONG_ADDRESS),)),), FailReason.BAD_ANSWER),
        (((HELLO, (ack(b"\xee"),)),), FailReason.BAD_ANSWER),
        (((HELLO, (OK,)),), FailReason.TIMEOUT),  # falls silent after the handshake
        (((HELLO, (OK,)), (WHO, (OK,))), FailReason.BAD_ANSWER),  # has nothing to say of itself
        (((HELLO, (OK,)), (WHO, (ack(bytes.fromhex("00 0000 0009 03e8 0003 ffffffff 0009 0006")),))), "packet size"),
    ],
)
async def test_what_is_no_sensor_of_ours_is_not_opened(pairs: Pairs, reason: FailReason | str) -> None:
    async with wired(pairs) as (node, _heard):
        with pytest.raises(CaptureFailed) as refused:
            await open_sensor(at(node), waits_for(reason))
        assert reason in (refused.value.reason, refused.value.detail)
        # and the port is free for whoever it is for
        again = await asyncio.to_thread(os.open, node, os.O_RDWR | os.O_NOCTTY)
        os.close(again)


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ((*MET, *[(LOOK, (ack(Confirmation.NO_FINGER),))] * 100), FailReason.NO_BIOMETRIC),
        ((*MET, *[(LOOK, (ack(Confirmation.NOT_TAKEN),))] * 100), FailReason.UNUSABLE_IMAGE),
        ((*MET, (LOOK, (OK,)), (EXTRACT, (ack(Confirmation.MESSY_IMAGE),))), FailReason.UNUSABLE_IMAGE),
        ((*MET, (LOOK, (OK,)), (EXTRACT, (ack(Confirmation.FEW_FEATURES),))), FailReason.UNUSABLE_IMAGE),
        ((*MET, (LOOK, (ack(Confirmation.PASSWORD_FIRST),))), FailReason.REFUSED),
        ((*MET, (LOOK, ())), FailReason.TIMEOUT),
        ((*TAKEN, (SEND, (ack(Confirmation.CANNOT_UPLOAD),))), FailReason.NOT_READY),
        ((*TAKEN, (SEND, (OK,))), FailReason.TIMEOUT),  # promises a picture and sends none
        ((*TAKEN, (SEND, (OK, picture()[: 139 * 100]))), FailReason.TIMEOUT),  # stops in the middle
        ((*TAKEN, *[(SEND, (OK, picture(PACKED[:-128])))] * 3), FailReason.BAD_ANSWER),  # short
        ((*TAKEN, *[(SEND, (OK, picture(PACKED + b"x"))), (WHO, (SYSTEM,))] * 3), FailReason.BAD_ANSWER),  # long
        ((*TAKEN, *[(SEND, (OK, OK, picture())), (WHO, (SYSTEM,))] * 3), FailReason.BAD_ANSWER),  # an answer in it
    ],
)
async def test_a_capture_that_gives_nothing_says_why(pairs: Pairs, reason: FailReason) -> None:
    with pytest.raises(CaptureFailed) as failed:
        await captured(pairs, waits_for(reason))
    assert failed.value.reason is reason


WRONG_SUM = ack(Confirmation.NO_FINGER)[:-1] + b"\xff"
GARBLED = picture().replace(b"\x7e\x7f", b"\x7e\x7e", 1)
SWALLOWING = bytes.fromhex("ef01 ffffffff 07 0083 00")


@pytest.mark.parametrize(
    "pairs",
    [
        # noise before an answer, and half a start code
        ((HELLO, (b"\x55\x00\xef", OK)), *TAKEN[1:], (SEND, (OK, picture()))),
        # an answer in pieces
        ((HELLO, (OK[:5], 0.01, OK[5:])), *TAKEN[1:], (SEND, (OK, picture()))),
        # an answer garbled: the line is found again, and the order given again
        ((*MET, (LOOK, (WRONG_SUM,)), (WHO, (SYSTEM,)), *TAKEN[2:], (SEND, (OK, picture())))),
        # a garbled length before the answer
        ((*MET, (LOOK, (SWALLOWING, OK)), *TAKEN[3:], (SEND, (OK, picture())))),
        # the sensor says that the order came garbled
        ((*MET, (LOOK, (ack(Confirmation.GARBLED),)), (WHO, (SYSTEM,)), *TAKEN[2:], (SEND, (OK, picture())))),
        # the picture came garbled, or a piece of it was lost: fetched again
        ((*TAKEN, (SEND, (OK, GARBLED)), (WHO, (SYSTEM,)), (SEND, (OK, picture())))),
        ((*TAKEN, (SEND, (OK, picture()[139:])), (SEND, (OK, picture())))),
    ],
)
async def test_what_came_garbled_is_asked_for_again(pairs: Pairs) -> None:
    assert await captured(pairs) == image.unpack(PACKED)


async def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    late: Pairs = (
        *MET,
        (LOOK, (1.3, OK)),  # says that there was a finger, when nobody waits for it any more
        (WHO, (SYSTEM,)),
        (LOOK, (ack(Confirmation.NO_FINGER),)),
    )
    async with wired(late) as (node, _heard):
        sensor = await open_sensor(at(node), replace(PATIENT, answer=1.0))
        with pytest.raises(CaptureFailed, match="timeout TAKE_IMAGE"):
            await sensor.capture()
        async with aclosing(sensor.touches()) as touches:
            assert await anext(touches) is False
        await sensor.close()


async def test_a_line_that_never_falls_silent_ends_in_time_and_leaves_the_loop_its_turn() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.005)

    counting = asyncio.create_task(count())
    flood = packets.pack(Packet(Kind.DATA, b"\x00" * 256)) * 20
    async with wired((*MET, (LOOK, (flood,) * 10_000))) as (node, _heard):
        sensor = await open_sensor(at(node), replace(SOON, picture=0.3))
        for _again in range(2):
            with pytest.raises(CaptureFailed) as failed:
                await sensor.capture()
            assert failed.value.reason in (FailReason.TIMEOUT, FailReason.BAD_ANSWER)
        await sensor.close()
    counting.cancel()
    assert turns > 20
