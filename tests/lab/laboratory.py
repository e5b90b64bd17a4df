"""The VM with everything that stands in it: the hands, the watch on the kernel's events, the officer's program."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hw.emulators.authority import signer

from .devices import Function, Gadget, Hands, Labels, Pluggable, QemuDevice, ScriptedDevice, WiredDevice
from .feed import Feed, Line
from .kernel import Kernel
from .machine import Machine, booted
from .officer import Capture, Officer

_TURNS = 500_000
GUEST = Path(__file__).parent / "guest"
ENDLESS = frozenset({"frames", "points"})
"""What is captured until somebody stops it."""
SITE = "/etc/rekam17"
"""The administrator's folder in the VM, which the officer's program was started with."""
SERVICE = "/run/sbi"
"""The folder of an SBI service in the VM; the officer's program trusts the authority in it."""


@dataclass(frozen=True)
class Seconds:
    """By the VM's own clock, from the kernel's event on; nothing is taken off for its slow processor.

    `plugged`, `pulled` and `replugged`: until the bus has announced it. `ended`: until the capture that was going on
    has ended. `captured`: until something is captured after it was plugged in again. None where nothing was captured.
    """

    plugged: float
    pulled: float
    replugged: float
    ended: float | None = None
    captured: float | None = None

    def __str__(self) -> str:
        shown = ((field.name, getattr(self, field.name)) for field in fields(self))
        return "  ".join(f"{name} {value:6.3f}" for name, value in shown if value is not None)


@dataclass(frozen=True)
class Announced:
    """A device as the bus announced it, with the moments of the kernel's event and of the report."""

    device: Line
    event: float
    report: float

    @property
    def key(self) -> str:
        """The bus's key of the device."""
        return self.device["key"]

    @property
    def seconds(self) -> float:
        """From the event to the report; before it comes the kernel's own enumeration."""
        return self.report - self.event


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

    @contextmanager
    def wired(self, script: Path, serial: str) -> Iterator[WiredDevice]:
        """Lay a serial line to a script outside the VM, not yet plugged in, for as long as the block lasts."""
        device = WiredDevice(self.machine, script, f"s{next(self._names)}", serial)
        try:
            yield device
        finally:
            device.pull()

    def slowness(self) -> float:
        """Measure how many times slower than this machine, left alone, the VM is at the moment."""
        begin = time.process_time()
        for _ in range(_TURNS):
            pass
        alone = time.process_time() - begin
        return self._hands.order("turns", count=_TURNS)["result"] / alone

    def announce(self, device: Pluggable, **wanted: str) -> Announced:
        """Plug in, and wait until the bus announces a device as wanted: role, driver, key, state ..."""
        kernel, officer = self.kernel_events.mark, self.officer.mark
        device.plug()
        snapshot, seen = self.officer.sees(since=officer, **wanted)
        return Announced(seen, self._added(seen["address"], kernel)["at"], snapshot["at"])

    def pull(self, device: Pluggable, key: str, capture: Capture | None = None) -> tuple[float, float]:
        """Pull out; return the seconds until the bus has announced it, and until the capture ended with DeviceGone."""
        kernel, officer = self.kernel_events.mark, self.officer.mark
        device.pull()
        out = self.kernel_events.wait(lambda event: event.get("action") == "remove", since=kernel)["at"]
        pulled = self.officer.misses(key, since=officer)["at"] - out
        if capture is None:
            return pulled, 0.0
        ended = capture.ended()
        assert ended["ended"] == "DeviceGone", ended
        return pulled, ended["at"] - out

    def there_and_back(
        self, device: Pluggable, what: str = "", move: Callable[[], None] = lambda: None, **wanted: str
    ) -> Seconds:
        """Plug in, capture, pull in mid-capture, plug in again, capture again, pull: the way of every device.

        `what` is captured, see `Officer.capture`; nothing is where the device only shows that it is there. `move` makes
        the device give something, as a pen that writes, and is called each time a capture is open.
        """
        first = self.announce(device, **wanted)
        capture = self._begin(first.key, what, move)
        pulled, ended = self.pull(device, first.key, capture)
        again = self.announce(device, **wanted)
        assert again.key == first.key, "the same device has another key after it was plugged in again"
        taken = self._begin(again.key, what, move)
        if taken is None:
            self.pull(device, again.key)
            return Seconds(first.seconds, pulled, again.seconds)
        got = taken.got() if what in ENDLESS else taken.ended(seconds=180)
        assert what in ENDLESS or got["ended"] == "done", got
        if what in ENDLESS:
            taken.stop()
        self.pull(device, again.key)
        return Seconds(first.seconds, pulled, again.seconds, ended, got["at"] - again.event)

    def _begin(self, key: str, what: str, move: Callable[[], None]) -> Capture | None:
        if not what:
            return None
        capture = self.officer.capture(key, what)
        capture.opened()
        move()
        capture.got()
        return capture

    def _added(self, address: str, since: int) -> Line:
        """Find the event of a node or, where a service does the work, of the USB device."""
        name = address.removeprefix("/dev/")

        def is_it(event: Line) -> bool:
            return event.get("action") == "add" and (
                event.get("devname") == name if address.startswith("/dev/") else event.get("devtype") == "usb_device"
            )

        return self.kernel_events.wait(is_it, since=since)


@contextmanager
def laboratory(kernel: Kernel) -> Iterator[Laboratory]:
    """Boot the VM and start what stands in it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        signer(folder, datetime.now(UTC))
        machine = stack.enter_context(booted(kernel))
        for place in (SITE, SERVICE):
            machine.run("cp", "-rT", str(folder), place)
            machine.run("chmod", "-R", "a+rX", place)  # as a package leaves it: every officer may read it
        feeds = {
            name: stack.enter_context(machine.start_python(GUEST / f"{name}.py", *arguments))
            for name, arguments in (("uevents", ()), ("hands", ()), ("officer", (SITE,)))
        }
        for name in ("uevents", "hands"):
            feeds[name].wait(lambda line: "ready" in line, seconds=180)
        feeds["officer"].wait(lambda line: "attached" in line, seconds=300)
        yield Laboratory(machine, feeds["uevents"], Hands(feeds["hands"]), Officer(feeds["officer"]))
