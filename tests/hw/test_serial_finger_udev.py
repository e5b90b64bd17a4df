"""The sensor behind an adapter that udev announces: found by its USB ids, opened by its node, proven by its answers.

The exchange is umockdev's: a write that differs by a byte from the script ends it.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from hw.serial_finger import packets
from hw.serial_finger.packets import Command, Confirmation, Kind, Packet

pytestmark = pytest.mark.peer("umockdev-run")

ADAPTER = """\
P: /devices/pci0/usb1/1-5
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_VENDOR_ID=1a86
E: ID_MODEL_ID=7523
E: ID_PATH=pci-0000:00:14.0-usb-0:5
A: idVendor=1a86
A: idProduct=7523

P: /devices/pci0/usb1/1-5/1-5:1.0/ttyUSB0/tty/ttyUSB0
N: ttyUSB0
E: DEVNAME=/dev/ttyUSB0
E: SUBSYSTEM=tty
E: ID_BUS=usb
E: ID_PATH=pci-0000:00:14.0-usb-0:5:1.0
A: dev=188:0
"""

OPEN = """
import asyncio, json
from contextlib import aclosing
from hw.types import HardwareError
from hw.udev import UdevBus

async def main():
    bus = UdevBus()
    async with aclosing(bus.watch()) as watching:
        (attached,) = await anext(watching)
    seen = [attached.role.value, attached.driver, attached.address, attached.state.value]
    try:
        sensor = await bus.open(attached)
        said = sensor.parameters
        async with aclosing(sensor.touches()) as touches:
            seen += [said.capacity, said.baud, await anext(touches)]
        await sensor.close()
    except HardwareError as error:
        seen.append(str(error))
    print(json.dumps(seen))
asyncio.run(main())
"""


def script(*pairs: tuple[bytes, bytes]) -> bytes:
    """Write an exchange as umockdev replays it: control characters as ^X, the rest as it is."""

    def shown(data: bytes) -> bytes:
        return b"".join(b"^`" if byte == 94 else bytes((byte,)) if byte > 31 else b"^%c" % (byte + 64) for byte in data)

    return b"".join(b"w 0 %s\nr 5 %s\n" % (shown(sent), shown(answer)) for sent, answer in pairs)


def ack(*payload: int) -> bytes:
    return packets.pack(Packet(Kind.ACKNOWLEDGE, bytes(payload)))


def seen(folder: Path, pairs: Iterable[tuple[bytes, bytes]]) -> list[object]:
    (folder / "adapter.umockdev").write_text(ADAPTER)
    (folder / "sensor.script").write_bytes(script(*pairs))
    under = ["umockdev-run", "-d", str(folder / "adapter.umockdev"), "-s", f"/dev/ttyUSB0={folder / 'sensor.script'}"]
    done = subprocess.run(
        [*under, "--", sys.executable, "-c", OPEN],
        capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


SYSTEM = ack(0, *bytes.fromhex("0000 0009 03e8 0003 ffffffff 0002 0006"))
FOUND = ["single_finger", "serial", "/dev/ttyUSB0", "ready"]


def test_an_adapter_with_a_sensor_behind_it_is_opened(tmp_path: Path) -> None:
    pairs = (
        (packets.verify_password(0), ack(Confirmation.OK)),
        (packets.command(Command.READ_SYSTEM), SYSTEM),
        (packets.command(Command.TAKE_IMAGE), ack(Confirmation.NO_FINGER)),
    )
    assert seen(tmp_path, pairs) == [*FOUND, 1000, 57_600, False]


def test_a_sensor_that_wants_another_password_says_so(tmp_path: Path) -> None:
    pairs = ((packets.verify_password(0), ack(Confirmation.WRONG_PASSWORD)),)
    assert seen(tmp_path, pairs) == [*FOUND, "refused WRONG_PASSWORD"]
