"""The VM with everything that stands in it: the hands, the watch on the kernel's events, the officer's program."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from .devices import Function, Gadget, Hands, Labels, Pluggable, QemuDevice, ScriptedDevice
from .feed import Feed, Line
from .kernel import Kernel
from .machine import Machine, booted
from .officer import Capture, Officer

GUEST = Path(__file__).parent / "guest"
SITE = "/etc/rekam17"
"""The administrator's folder in the VM, which the officer's program was started with."""


@dataclass(frozen=True)
class Seconds:
    """By the VM's own clock, from the kernel's event on; the VM's processor is about ten times slower than a laptop's.

    `plugged` and `pulled`: until the bus has announced it. `ended`: until the capture that was going on has ended.
    `again`: until something is captured after it was plugged in again. `none` where nothing was captured.
    """

    plugged: float
    pulled: float
    ended: float | None = None
    again: float | None = None

    def __str__(self) -> str:
        shown = ((field.name, getattr(self, field.name)) for field in fields(self))
        return "  ".join(f"{name} {value:6.3f}" for name, value in shown if value is not None)


class Laboratory:
    """One VM for all tests; what a test plugs in it also pulls out."""

    def __init__(self, machine: Machine, kernel_events: Feed, hands: Hands, officer: Officer) -> None:
        self.machine = machine
        self.kernel_events = kernel_events
        self.officer = officer
        self._hands = hands
        self._names = itertools.count()

    @contextmanager
    def gadget(self, labels: Labels, *functions: Function) -> Iterator[Gadget]:
        """Make a USB device, not yet plugged in, for as long as the block lasts."""
        gadget = Gadget(self._hands, f"g{next(self._names)}", labels, functions)
        try:
            yield gadget
        finally:
            gadget.remove()

    def qemu(self, driver: str, **properties: object) -> QemuDevice:
        """Name a USB device of QEMU's, not yet plugged in."""
        return QemuDevice(self.machine, driver, f"q{next(self._names)}", **properties)

    def scripted(self, script: Path, *arguments: str) -> ScriptedDevice:
        """Name a device that a script in the VM plays, not yet plugged in."""
        return ScriptedDevice(self.machine, script, *arguments)

    def announce(self, device: Pluggable, **wanted: str) -> tuple[Line, float]:
        """Plug in; return what the bus announces (role, driver ... as wanted), and the seconds it took from the event.

        Counted from the event of the node that is announced: what comes before is the kernel's own enumeration.
        """
        kernel, officer = self.kernel_events.mark, self.officer.mark
        device.plug()
        snapshot, seen = self.officer.sees(since=officer, **wanted)
        return seen, snapshot["at"] - self._added(seen, kernel)["at"]

    def there_and_back(
        self,
        device: Pluggable,
        what: str = "",
        move: Callable[[], None] = lambda: None,
        **wanted: str,
    ) -> Seconds:
        """Plug in, capture, pull in mid-capture, plug in again, capture again, pull: the way of every device.

        `what` is captured, see `Officer.capture`; nothing is where the device only shows that it is there. `move` makes
        the device give something, as a pen that writes, and is called each time a capture is open.
        """
        seen, plugged = self.announce(device, **wanted)
        capture = self._capture(seen, what, move)

        kernel, officer = self.kernel_events.mark, self.officer.mark
        device.pull()
        out = self.kernel_events.wait(lambda event: event["action"] == "remove", since=kernel)["at"]
        pulled = self.officer.misses(seen["key"], since=officer)["at"] - out
        ended = capture and capture.ended()
        assert ended is None or ended["ended"] == "DeviceGone", ended

        kernel = self.kernel_events.mark
        back, _ = self.announce(device, **wanted)
        assert back["key"] == seen["key"], "the same device has another key after it was plugged in again"
        added = self._added(back, kernel)["at"]
        again = self._capture(back, what, move)
        got = again and again.got()
        if again:
            again.stop()
        device.pull()
        self.officer.misses(seen["key"], since=self.officer.mark - 1)
        return Seconds(plugged, pulled, ended and ended["at"] - out, got and got["at"] - added)

    def _capture(self, seen: Line, what: str, move: Callable[[], None]) -> Capture | None:
        if not what:
            return None
        capture = self.officer.capture(seen["key"], what)
        capture.opened()
        move()
        capture.got()
        return capture

    def _added(self, seen: Line, since: int) -> Line:
        name = seen["address"].removeprefix("/dev/")
        return self.kernel_events.wait(
            lambda event: event["action"] == "add" and event.get("devname") == name, since=since
        )


@contextmanager
def laboratory(kernel: Kernel) -> Iterator[Laboratory]:
    """Boot the VM and start what stands in it."""
    with ExitStack() as stack:
        machine = stack.enter_context(booted(kernel))
        feeds = {
            name: stack.enter_context(machine.start_python(GUEST / f"{name}.py", *arguments))
            for name, arguments in (("uevents", ()), ("hands", ()), ("officer", (SITE,)))
        }
        for name in ("uevents", "hands"):
            feeds[name].wait(lambda line: "ready" in line, seconds=60)
        feeds["officer"].wait(lambda line: "attached" in line, seconds=90)
        yield Laboratory(machine, feeds["uevents"], Hands(feeds["hands"]), Officer(feeds["officer"]))
