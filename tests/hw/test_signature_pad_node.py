"""A pen tablet as the kernel shows it: an event node with its ioctls, played by umockdev to the unchanged driver."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.peer("umockdev-run")

DEVICE = """\
P: /devices/pci0/usb1/1-2/1-2:1.0/input/input9/event9
N: input/event9
E: DEVNAME=/dev/input/event9
E: SUBSYSTEM=input
E: ID_INPUT_TABLET=1
A: dev=13:73
"""
EVENTS = [
    # seconds, type, code, value: pen near, tip down at (7600, 4750), moved, lifted
    ("0.000000", 1, 0x140, 1),
    ("0.000000", 3, 0x00, 7600),
    ("0.000000", 3, 0x01, 4750),
    ("0.000000", 3, 0x18, 1023),
    ("0.000000", 1, 0x14A, 1),
    ("0.000000", 0, 0, 0),
    ("0.005000", 3, 0x00, 15200),
    ("0.005000", 0, 0, 0),
    ("0.010000", 1, 0x14A, 0),
    ("0.010000", 0, 0, 0),
]
READ = """
import asyncio, json
from hw.signature_pad import open_pad
from hw.types import Attached, HardwareError, Role

async def main():
    try:
        pad = await open_pad(Attached("k", Role.SIGNATURE, "evdev", "pen", "/dev/input/event9"))
    except HardwareError as error:
        print(json.dumps(f"{type(error).__name__} {error}"))
        return
    seen = []
    async for point in pad.points():
        seen.append([round(point.x, 2), round(point.y, 2), round(point.pressure, 1), point.down])
        if not point.down:
            break
    await pad.close()
    print(json.dumps([pad.aspect, seen]))
asyncio.run(main())
"""


def axis(minimum: int, maximum: int, resolution: int) -> str:
    return struct.pack("=6i", 0, minimum, maximum, 0, 0, resolution).hex().upper()


def read(folder: Path, ioctls: list[str]) -> object:
    (folder / "pen.umockdev").write_text(DEVICE)
    (folder / "pen.ioctl").write_text("\n".join(("@DEV /dev/input/event9", *ioctls, "")))
    (folder / "pen.events").write_text(
        "".join(f"E: {at} {kind:04x} {code:04x} {value}\n" for at, kind, code, value in EVENTS)
    )
    node = "/dev/input/event9"
    under = ["umockdev-run", "-d", "pen.umockdev", "-i", f"{node}=pen.ioctl", "-e", f"{node}=pen.events", "--"]
    ran = subprocess.run(
        [*under, sys.executable, "-c", READ], cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_a_stroke_comes_from_the_event_node_in_the_pads_own_ranges(tmp_path: Path) -> None:
    # Twice as many units a millimetre across as down: the aspect follows the size, not the units.
    ranges = [axis(0, 15200, 100), axis(0, 9500, 50), axis(0, 2047, 0)]
    ioctls = [f"EVIOCGABS({number}) 0 {answer}" for number, answer in zip((0, 1, 24), ranges, strict=True)]
    assert read(tmp_path, ioctls) == [
        0.8,
        [[0.5, 0.5, 0.5, True], [1.0, 0.5, 0.5, True], [1.0, 0.5, 0.0, False]],
    ]


def test_a_node_without_pressure_or_size_is_a_bad_answer(tmp_path: Path) -> None:
    # The kernel answers for an axis that a device does not have with zeros.
    ranges = [axis(0, 15200, 100), axis(0, 9500, 100), axis(0, 0, 0)]
    ioctls = [f"EVIOCGABS({number}) 0 {answer}" for number, answer in zip((0, 1, 24), ranges, strict=True)]
    assert read(tmp_path, ioctls) == "CaptureFailed bad_answer ranges"
