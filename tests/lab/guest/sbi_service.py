"""Runs in the VM: the vendor's SBI service, for the scanners whose USB devices are plugged in at the moment.

`sbi_service.py FOLDER finger=080b:0010 iris=1d50:6171`. As a vendor's service does, it learns from udev when its
scanner comes and goes; the program learns of it only by asking. Lines it takes turn the service's knobs; it says when a
capture begins.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pyudev

from hw.emulators.clock import RealClock
from hw.emulators.sbi_service import SbiService, serve_sbi


def say(**said: object) -> None:
    print(json.dumps(said), flush=True)


class Cables:
    """Which of the service's scanners are plugged in; the kernel's path is remembered, a gone device has no ids."""

    def __init__(self, service: SbiService, scanners: dict[str, str]) -> None:
        self._service = service
        self._scanners = scanners
        self._plugged: dict[str, str] = {}
        context = pyudev.Context()
        self._monitor = pyudev.Monitor.from_netlink(context)
        self._monitor.filter_by("usb", "usb_device")
        self._monitor.start()
        for device in context.list_devices(subsystem="usb", DEVTYPE="usb_device"):
            self._note(device)
        self._tell()
        asyncio.get_running_loop().add_reader(self._monitor.fileno(), self._drain)

    def _drain(self) -> None:
        for device in iter(lambda: self._monitor.poll(0), None):
            self._note(device)
        self._tell()

    def _note(self, device: Any) -> None:
        if device.action == "remove":
            self._plugged.pop(device.sys_path, None)
        elif scanner := self._scanners.get(f"{device.get('ID_VENDOR_ID')}:{device.get('ID_MODEL_ID')}"):
            self._plugged[device.sys_path] = scanner

    def _tell(self) -> None:
        there = set(self._plugged.values())
        everything = {*self._scanners.values(), "camera"}
        self._service.turn({"plugged": {name: name in there for name in everything}})


async def main(folder: Path, scanners: dict[str, str]) -> None:
    service = await serve_sbi(folder, RealClock())
    cables = Cables(service, scanners)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    capturing = asyncio.create_task(tell_captures(service))
    say(ready=True, port=service.port)
    while line := await orders.readline():
        service.turn(json.loads(line))
        say(turned=True)
    capturing.cancel()
    await service.close()
    del cables


async def tell_captures(service: SbiService) -> None:
    while True:
        await service.until(lambda: bool(service.capturing))
        say(capturing=sorted(kind.value for kind in service.capturing))
        await service.until(lambda: not service.capturing)


named = (word.partition("=") for word in sys.argv[2:])
asyncio.run(main(Path(sys.argv[1]), {ids: scanner for scanner, _, ids in named}))
