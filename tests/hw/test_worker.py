"""The thread for calls that block: in order, with limits, and never in the way of the program's end."""

import asyncio
import subprocess
import sys
import threading

import pytest

from hw.types import CaptureFailed, DeviceGone, FailReason
from hw.worker import Worker


async def test_calls_are_made_in_order_on_one_thread_that_is_not_the_loops() -> None:
    worker = Worker("camera")
    seen: list[tuple[int, int]] = []

    def call(number: int) -> int:
        seen.append((number, threading.get_ident()))
        return number * 2

    assert await asyncio.gather(*(worker.run(5, call, number) for number in range(5))) == [0, 2, 4, 6, 8]
    assert [number for number, _thread in seen] == list(range(5))
    assert len({thread for _number, thread in seen} | {threading.get_ident()}) == 2
    worker.stop()


async def test_what_a_call_raises_is_raised_to_whoever_waits() -> None:
    worker = Worker("camera")

    def gone() -> None:
        raise DeviceGone

    with pytest.raises(DeviceGone):
        await worker.run(5, gone)
    assert await worker.run(5, lambda: "goes on") == "goes on"
    worker.stop()


async def test_a_call_that_hangs_is_a_timeout_and_what_nobody_waits_for_is_not_begun() -> None:
    worker, hanging, begun = Worker("camera"), threading.Event(), list[str]()
    for call in (hanging.wait, lambda: begun.append("behind it")):
        with pytest.raises(CaptureFailed) as failed:
            await worker.run(0.05, call)
        assert failed.value.reason is FailReason.TIMEOUT
    hanging.set()
    assert await worker.run(5, lambda: "usable again") == "usable again"
    assert begun == []
    worker.stop()


def test_a_call_that_never_comes_back_does_not_keep_the_program_from_ending() -> None:
    program = """
import asyncio, threading
from hw.types import CaptureFailed
from hw.worker import Worker
async def main():
    try:
        await Worker("camera").run(0.05, threading.Event().wait)
    except CaptureFailed as error:
        print(error)
asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "timeout\n"
