"""The self-test of a device: opened through the bus as at work, made to do its one thing, and let go.

What it gives is the officer's own hand or eye, or nobody's: only a size or a score is kept of it, never the picture.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hw.pictures.pixels import UnreadablePicture, decode
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason, Role, Slap

if TYPE_CHECKING:
    from hw.types import (
        Attached,
        Bus,
        Camera,
        CardPrinter,
        FingerScanner,
        IrisScanner,
        SignaturePad,
        SingleFingerSensor,
    )

Test = Callable[[Any], Awaitable[str]]
"""Makes an open device do its one thing; returns a bare fact of it, raises what the device raises."""

GONE = "gone"
BUSY = "busy"
STOPPED = "stopped"
"""What may be wrong with a device beside the values of `FailReason` and the printer's own reasons."""

_LOW = "-low"  # the printer's warnings about supplies: it prints on


@dataclass(frozen=True)
class SelfTest:
    """How a device did; `said` is a bare fact of it (`1920x1080`, a score) or, where it failed, the code of why."""

    passed: bool
    said: str


class _NotReadyError(Exception):
    """The device answers, and says itself that it cannot work."""


async def self_test(bus: Bus, attached: Attached, test: Test | None = None) -> SelfTest:
    """Test one device, with the test of its role where no other is given.

    Whatever a device can do to us ends as a result. It is closed even when this is cancelled.
    """
    try:
        device = await bus.open(attached)
        try:
            return SelfTest(True, await (test or _TESTS[attached.role])(device))
        finally:
            await device.close()
    except DeviceGone:
        return SelfTest(False, GONE)
    except DeviceBusy:
        return SelfTest(False, BUSY)
    except CaptureFailed as error:
        return SelfTest(False, error.reason.value)
    except UnreadablePicture:
        return SelfTest(False, FailReason.BAD_ANSWER.value)
    except _NotReadyError as error:
        return SelfTest(False, str(error))


async def _first_frame(device: Camera) -> str:
    async with aclosing(device.frames()) as frames:
        async for frame in frames:
            image = await asyncio.to_thread(decode, frame.jpeg)
            return f"{image.width}x{image.height}"
    raise CaptureFailed(FailReason.STREAM_ENDED)


async def _one_slap(device: FingerScanner) -> str:
    return _lowest(image.score for image in await device.capture(Slap.RIGHT_FOUR))


async def _both_eyes(device: IrisScanner) -> str:
    return _lowest(image.score for image in await device.capture())


async def _the_pen(device: SignaturePad) -> str:
    """Return the pad's shape: opening has read its ranges, and more it cannot prove before somebody writes."""
    return f"{device.aspect:.2f}"


async def _printer_status(device: CardPrinter) -> str:
    status = await device.status()
    wrong = [reason for reason in status.reasons if not reason.endswith(_LOW)]
    if status.state == STOPPED or not status.accepting:
        raise _NotReadyError(wrong[0] if wrong else STOPPED)
    return status.state


def _lowest(scores: Any) -> str:
    return f"{min(scores, default=0.0):.0f}"


def one_finger(told: Callable[[int, int], None]) -> Test:
    """Make the test of a sensor for one finger, which tells how many bytes of how many have come.

    Opening it has proven the sensor; its picture takes seconds, so whoever waits wants to see it come.
    """

    async def test(device: SingleFingerSensor) -> str:
        return _lowest([(await device.capture(told)).score])

    return test


_TESTS: Mapping[Role, Test] = {
    Role.CAMERA: _first_frame,
    Role.FINGER: _one_slap,
    Role.IRIS: _both_eyes,
    Role.SIGNATURE: _the_pen,
    Role.CARD_PRINTER: _printer_status,
}
