"""What can be plugged into the VM and pulled out of it, whichever way it gets there."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from .feed import Feed, Line
from .machine import PROJECT, Machine


class Pluggable(Protocol):
    """A device with a cable."""

    def plug(self) -> None:
        """Put it in."""
        ...

    def pull(self) -> None:
        """Pull it out, whatever is going on with it."""
        ...


@dataclass(frozen=True)
class Acm:
    """A USB modem's serial line: /dev/ttyACM* for the program, /dev/ttyGS* on the device's own side."""

    kind: str = "acm"


@dataclass(frozen=True)
class Hid:
    """A HID interface with a report descriptor in hexadecimal; the device's own side is a /dev/hidg*."""

    descriptor: str
    report_length: int = 64
    protocol: int = 0
    subclass: int = 0
    kind: str = "hid"


@dataclass(frozen=True)
class Printer:
    """A printer-class interface: /dev/usb/lp* for the program, /dev/g_printer* on the device's own side."""

    ieee1284: str
    kind: str = "printer"


Function = Acm | Hid | Printer


@dataclass(frozen=True)
class Labels:
    """What a USB device says of itself; ids are four hexadecimal digits, as lsusb writes them."""

    vendor: str
    product: str
    serial: str = ""
    maker: str = ""
    model: str = ""
    release: str = "0100"

    @property
    def ids(self) -> str:
        """Vendor and product, as lsusb writes them."""
        return f"{self.vendor}:{self.product}"


class Hands:
    """Gives orders to the hands in the VM, and waits for their answers."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._orders = 0

    def order(self, do: str, **details: object) -> Line:
        """Have something done and return the answer, with the moment before it was done."""
        number, self._orders = self._orders, self._orders + 1
        self._feed.say(do=do, **details)
        answer = self._feed.wait(lambda line: line.get("order") == number)
        assert "error" not in answer, answer
        return answer


class Gadget:
    """A USB device made of the kernel's gadget functions; `nodes` is its own side of each function."""

    def __init__(self, hands: Hands, name: str, labels: Labels, functions: tuple[Function, ...]) -> None:
        self._hands = hands
        self.name = name
        described = [asdict(function) for function in functions]
        made = hands.order("make", name=name, functions=described, **asdict(labels))
        self.nodes: tuple[str, ...] = tuple(made["result"])

    def plug(self) -> None:
        """Connect it; returns when the kernel has configured it."""
        self._hands.order("plug", name=self.name)

    def pull(self) -> None:
        """Disconnect it."""
        self._hands.order("pull", name=self.name)

    def remove(self) -> None:
        """Unmake it."""
        self._hands.order("remove", name=self.name)


class QemuDevice:
    """A USB device that QEMU emulates, as `usb-wacom-tablet` or `usb-serial`, on the VM's xhci controller."""

    def __init__(self, machine: Machine, driver: str, name: str, **properties: object) -> None:
        self._machine = machine
        self._driver = driver
        self._properties = properties
        self.name = name

    def plug(self) -> None:
        """Add it."""
        self._machine.qmp("device_add", driver=self._driver, id=self.name, **self._properties)

    def pull(self) -> None:
        """Delete it."""
        self._machine.qmp("device_del", id=self.name)


class WiredDevice:
    """A serial device that a Python script plays outside the VM, behind QEMU's FTDI adapter; its end is the pull."""

    def __init__(self, machine: Machine, script: Path, name: str, serial: str) -> None:
        self._command = [sys.executable, str(script), str(machine.serial_socket(name))]
        self._process: subprocess.Popen[bytes] | None = None
        machine.qmp("device_add", driver="usb-serial", id=name, chardev=name, serial=serial)

    def plug(self) -> None:
        """Start the script, which connects."""
        self._process = subprocess.Popen(self._command, cwd=PROJECT, env=os.environ | {"PYTHONPATH": str(PROJECT)})

    def pull(self) -> None:
        """End the script, if it is there."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class ScriptedDevice:
    """A device that a Python script in the VM plays, over uhid or USB/IP: it says `plugged`, and its end is the pull.

    The script gets its lines on standard input and ends when that is closed.
    """

    def __init__(self, machine: Machine, script: Path, *arguments: str) -> None:
        self._machine = machine
        self._script = script
        self._arguments = arguments
        self._feed: Feed | None = None

    @property
    def feed(self) -> Feed:
        """The running script. Only while plugged in."""
        assert self._feed is not None
        return self._feed

    def plug(self) -> None:
        """Start the script."""
        self._feed = self._machine.start_python(self._script, *self._arguments)
        self._feed.wait(lambda line: "plugged" in line)

    def pull(self) -> None:
        """End the script, if it runs."""
        if self._feed is not None:
            self._feed.close()
            self._feed = None
