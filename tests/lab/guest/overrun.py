"""Runs in the VM: listens to udev with a short memory, does not read for a while, and says what it knows afterwards.

One line on standard input ends the pause and is answered with the keys of all that is plugged in; another ends it.
"""

import asyncio
import json
import select
import sys
import time

from hw.recognition import NO_SITE
from hw.udev_monitor import Monitor


async def main() -> None:
    told = asyncio.Event()
    with Monitor(NO_SITE, told.set) as monitor:
        monitor._monitor.set_receive_buffer_size(4096)
        print(json.dumps({"ready": True}), flush=True)
        sys.stdin.readline()  # blocks the loop, as a machine under load would
        state = select.poll()
        state.register(monitor._monitor.fileno())
        lost = any(events & select.POLLERR for _fd, events in state.poll(0))
        while not monitor.moved:
            told.clear()
            await told.wait()
        monitor.check()
        standing = monitor.nodes.standing(time.monotonic())
        known = [node.key for node, flapping in standing if not flapping]
        print(json.dumps({"lost": lost, "known": known}), flush=True)
        sys.stdin.readline()


asyncio.run(main())
