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


def axis(minimum: int, maximum: int, resolution: int, value: int = 0) -> str:
    return struct.pack("=6i", value, minimum, maximum, 0, 0, resolution).hex().upper()


def answers(x: str, y: str, pressure: str, *keys: int) -> list[str]:
    """Say what the kernel answers when asked how far the axes go, where they stand and which keys are down."""
    down = bytearray(96)
    for key in keys:
        down[key // 8] |= 1 << key % 8
    axes = [f"EVIOCGABS({number}) 0 {answer}" for number, answer in ((0, x), (1, y), (24, pressure))]
    return [*axes, f"EVIOCGKEY 0 {down.hex().upper()}"]


def read(folder: Path, ioctls: list[str], events: list[tuple[str, int, int, int]] = EVENTS) -> object:
    (folder / "pen.umockdev").write_text(DEVICE)
    (folder / "pen.ioctl").write_text("\n".join(("@DEV /dev/input/event9", *ioctls, "")))
    (folder / "pen.events").write_text(
        "".join(f"E: {at} {kind:04x} {code:04x} {value}\n" for at, kind, code, value in events)
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
    assert read(tmp_path, answers(axis(0, 15200, 100), axis(0, 9500, 50), axis(0, 2047, 0))) == [
        0.8,
        [[0.5, 0.5, 0.5, True], [1.0, 0.5, 0.5, True], [1.0, 0.5, 0.0, False]],
    ]


def test_a_tablet_without_pressure_writes_with_an_even_line(tmp_path: Path) -> None:
    # The kernel answers for an axis that a device does not have with zeros.
    assert read(tmp_path, answers(axis(0, 15200, 0), axis(0, 9500, 0), axis(0, 0, 0))) == [
        1.6,
        [[0.5, 0.5, 0.5, True], [1.0, 0.5, 0.5, True], [1.0, 0.5, 0.0, False]],
    ]


def test_a_pen_that_lay_on_the_tablet_already_writes_from_where_it_lies(tmp_path: Path) -> None:
    # The kernel tells only what changes: this pen did not move down the tablet, and did not touch it anew.
    still = answers(axis(0, 15200, 0), axis(0, 9500, 0, 2375), axis(0, 2047, 0, 1023), 0x140, 0x14A)
    moved = [("0.000000", 3, 0x00, 7600), ("0.000000", 0, 0, 0), ("0.005000", 1, 0x14A, 0), ("0.005000", 0, 0, 0)]
    assert read(tmp_path, still, moved) == [1.6, [[0.5, 0.25, 0.5, True], [0.5, 0.25, 0.0, False]]]


@pytest.mark.parametrize("shape", [(axis(0, 0, 0), axis(0, 9500, 0)), (axis(0, 60000, 0), axis(0, 50, 0))])
def test_a_node_without_a_size_or_with_one_no_tablet_has_is_a_bad_answer(
    tmp_path: Path, shape: tuple[str, str]
) -> None:
    assert read(tmp_path, answers(*shape, axis(0, 2047, 0))) == "CaptureFailed bad_answer ranges"
