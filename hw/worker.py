"""A thread of its own for a device whose library or kernel calls block, and may block for good."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from hw.types import CaptureFailed, FailReason

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """Runs one device's calls in order, beside the loop.

    An executor's threads are joined when the program ends, so that one call that never comes back would keep an
    officer's program from closing; this thread is left behind instead. A call that nobody waits for any more is not
    begun.
    """

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    async def run(self, seconds: float, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call and return what it returns, or raise what it raises.

        Raises CaptureFailed(TIMEOUT) when it has not come back in time; it then runs on, and later calls wait behind
        it with limits of their own.
        """
        future: Future[T] = Future()
        self._calls.put((future, lambda: call(*args, **kwargs)))
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise CaptureFailed(FailReason.TIMEOUT) from None

    def stop(self) -> None:
        """End the thread after the calls that are waiting."""
        self._calls.put(None)

    def _work(self) -> None:
        while (entry := self._calls.get()) is not None:
            future, call = entry
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # whatever it is, it is raised again where the call is waited for
                    future.set_exception(error)
