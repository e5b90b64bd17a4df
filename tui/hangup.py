"""The end of the line: an SSH connection that drops, a window that is closed, a laptop that is told to stop."""

from __future__ import annotations

import asyncio
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

_SIGNALS = (signal.SIGHUP, signal.SIGTERM)


def listen(told: Callable[[], None]) -> Callable[[], None]:
    """Call `told` once the line has ended, and return what stops listening.

    The signal alone is not enough: the kernel sends it to the leader of the session, which may be a make or a wrapper
    that keeps it for itself. So the terminal is looked at too: an epoll asked for no event still says that it hung up,
    and takes no key away from whoever reads them.
    """
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, told)
    line = select.epoll()
    descriptor = line.fileno()

    def hung_up() -> None:
        loop.remove_reader(descriptor)
        told()

    with suppress(OSError, ValueError):  # no terminal: a rehearsal or a test, whose keys come from within
        if sys.stdin.isatty():
            line.register(sys.stdin.fileno(), 0)
            loop.add_reader(descriptor, hung_up)

    def stop() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        loop.remove_reader(descriptor)
        line.close()

    return stop
